"""Webhooks: where they may lead, what is posted, and a real server behind TLS that answers well, badly, slowly or not."""

import json

import pytest

from suggestbox.core.database import work
from suggestbox.core.settings import set_rule
from suggestbox.mail import hook_cards, hook_guard
from suggestbox.mail.hook_guard import BadHook, checked_addresses, destination_of, is_outside, shortened
from suggestbox.mail.letters import Line, Text
from tests.conftest import NOON
from tests.mail.posted import SLACK, TEAMS, TEXT

pytestmark = pytest.mark.either



@pytest.fixture(autouse=True)
def known_address(app):
    app.config["DEPLOYMENT"] = app.config["DEPLOYMENT"].model_copy(update={"base_url": "https://ideen.feldrath.example"})


# -- where they may lead ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "url", "host", "target"), [
    ("slack", SLACK, "hooks.slack.com", "/services/T000/B000/secretsecret"),
    ("slack", "https://hooks.slack-gov.com/x", "hooks.slack-gov.com", "/x"),
    ("teams", TEAMS, "prod-1.westeurope.logic.azure.com",
     "/workflows/ab/triggers/manual/paths/invoke?api-version=1&sig=s%2Fx"),
    ("teams", "https://a.b.environment.api.powerplatform.com/p", "a.b.environment.api.powerplatform.com", "/p"),
    ("teams", "https://FIRM.webhook.office.com", "firm.webhook.office.com", "/"),
])
def test_addresses_of_the_services_are_good(kind, url, host, target):
    assert destination_of(url, kind) == hook_guard.Destination(host, target)


BAD_ADDRESSES = [
    ("http://hooks.slack.com/x", "shape"), ("https://hooks.slack.com:8443/x", "shape"), ("ftp://hooks.slack.com/", "shape"),
    ("https://user:pw@hooks.slack.com/x", "shape"), ("https://hooks.slack.com@evil.example/x", "shape"),
    ("https://hooks.slack.com/x#y", "shape"), ("https://127.0.0.1/x", "shape"), ("https://[::1]/x", "shape"),
    ("https://2130706433/x", "shape"), ("https://localhost/x", "shape"), ("https://hooks.slack.com./x", "shape"),
    ("https://hooks.slack.com\\@evil.example/", "shape"), ("https://hooks.slack.com /x", "shape"), ("", "shape"),
    ("https://hooks.släck.com/x", "shape"), ("https://hooks.slack.com/\x00", "shape"), ("https://a..b.com/", "shape"),
    ("https://hooks.slack.com:99999999/x", "shape"), ("https://hooks.slack.com/" + "x" * 2000, "shape"),
    ("https://hooks.slack.com.evil.example/x", "host"), ("https://xhooks.slack.com/x", "host"),
    ("https://slack.com/x", "host"), ("https://evil.example/hooks.slack.com", "host"), (TEAMS, "host"),
    ("https://10.0.0.1.nip.io/x", "host"), ("//hooks.slack.com/x", "shape"), ("javascript:alert(1)", "shape"),
]


@pytest.mark.parametrize(("url", "why"), BAD_ADDRESSES)
def test_other_addresses_are_not(url, why):
    with pytest.raises(BadHook) as bad:
        destination_of(url, "slack")
    assert bad.value.why == why


def test_a_name_that_only_ends_alike_is_another_one():
    for url in ("https://logic.azure.com/x", "https://evillogic.azure.com/x", "https://x.logic.azure.com.evil.example/"):
        with pytest.raises(BadHook):
            destination_of(url, "teams")


def test_the_house_allows_further_hosts(app):
    with pytest.raises(BadHook):
        destination_of("https://chat.feldrath.example/hooks/1", "slack")
    with work():
        set_rule("mail.hook_hosts", "Chat.feldrath.example, *.bridge.example", now=NOON)
    assert destination_of("https://chat.feldrath.example/hooks/1", "slack").host == "chat.feldrath.example"
    assert destination_of("https://a.bridge.example/", "teams").host == "a.bridge.example"
    with pytest.raises(BadHook):
        destination_of("https://bridge.example/", "teams")


INSIDE = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
          "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
          "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
          "64:ff9b:1::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fec0::1", "2001:db8::1", "::127.0.0.1",
          "not an address", ""]


def test_what_lies_inside():
    assert [address for address in INSIDE if is_outside(address)] == []
    outside = ["1.1.1.1", "52.96.0.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
    assert [address for address in outside if not is_outside(address)] == []


def test_one_inner_address_among_outer_ones_is_enough_to_refuse():
    with pytest.raises(BadHook) as bad:
        checked_addresses("hooks.slack.com", 443, lambda *_: ["1.1.1.1", "10.0.0.1"])
    assert bad.value.why == "inside"
    with pytest.raises(BadHook) as nothing:
        checked_addresses("hooks.slack.com", 443, lambda *_: [])
    assert nothing.value.why == "unknown"


def test_an_address_is_shown_without_its_secret():
    assert shortened(SLACK) == "hooks.slack.com/…cret"


# -- what is posted --------------------------------------------------------------------------------------------------


def test_the_card_for_teams_is_what_workflows_demand():
    posted = json.loads(hook_cards.card("teams", TEXT))
    assert posted == {
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None,
            "content": {
                "type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.4",
                "body": [
                    {"type": "RichTextBlock", "inlines": [
                        {"type": "TextRun", "text": "Two things wait for you", "weight": "Bolder", "size": "Medium"}]},
                    {"type": "RichTextBlock", "inlines": [
                        {"type": "TextRun", "text": "You get this because you handle ideas."}]},
                    {"type": "RichTextBlock", "inlines": [
                        {"type": "TextRun", "text": "• Give your assessment until Friday (2026-0001)",
                         "selectAction": {"type": "Action.OpenUrl",
                                          "url": "https://ideen.feldrath.example/ideas/2026-0001"}}]},
                ],
                "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": "https://ideen.feldrath.example/steps"}],
            },
        }],
    }


def test_the_message_for_slack_is_plain_text_in_blocks():
    posted = json.loads(hook_cards.card("slack", TEXT))
    assert posted == {
        "text": "Two things wait for you", "mrkdwn": False, "unfurl_links": False, "unfurl_media": False,
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Two things wait for you", "emoji": False}},
            {"type": "section", "text": {"type": "plain_text", "text": "You get this because you handle ideas.",
                                         "emoji": False}},
            {"type": "section", "text": {"type": "plain_text", "emoji": False,
                                         "text": "• Give your assessment until Friday (2026-0001)"}},
            {"type": "actions", "elements": [{
                "type": "button", "text": {"type": "plain_text", "text": "Open", "emoji": False},
                "url": "https://ideen.feldrath.example/steps"}]},
        ],
    }


@pytest.mark.parametrize("kind", ["teams", "slack"])
def test_what_people_wrote_stays_on_the_site_and_limits_hold(kind):
    rude = Text(
        subject="<!channel> [click](https://evil.example) " + "ü" * 500 + "\x00\n", paragraphs=("a secret sentence",),
        quote="quoted words", quote_by="Ann Albers", why="w" * 5000, button=("b" * 200, "/x"),
        lines=tuple(Line("l" * 1000, "/y") for _ in range(40)),
    )
    for text in (TEXT, rude):
        body = hook_cards.card(kind, text)
        assert len(body) < 12_000
        for secret in ("secret sentence", "quoted words", "Albers", "Labels for everybody"):
            assert secret not in body.decode()
    posted = json.loads(hook_cards.card(kind, rude))
    if kind == "slack":
        assert posted["text"].startswith("&lt;!channel&gt; ")
        assert len(posted["blocks"][0]["text"]["text"]) == 150 and len(posted["blocks"]) == 14
        assert posted["blocks"][12]["text"]["text"] == "… +30"
    else:
        body = posted["attachments"][0]["content"]["body"]
        assert len(body) == 13 and body[12]["inlines"][0]["text"] == "… +30"
