"""The outbox: what became of each letter, never what it says, never who a submitter is; and what can be done with it."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.admin.outbox import ACTIONS, CHANNEL_WORDS, STATE_HELP, STATE_WORDS, letters_page
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.journal.models import Entry
from suggestbox.mail import postman
from suggestbox.mail.carrier import Answer
from suggestbox.mail.models import CHANNELS, STATES, Letter, MailState
from suggestbox.people.queries import here
from tests.admin.scene import put, state_of, text_of, tried
from tests.conftest import NOON
from tests.factories import draft, in_review

pytestmark = pytest.mark.either


def test_every_state_and_every_way_has_its_words():
    assert (set(STATE_WORDS), set(STATE_HELP), set(CHANNEL_WORDS)) == (set(STATES), set(STATES), set(CHANNELS))
    assert {state for states in ACTIONS.values() for state in states} <= set(STATES)


# -- who looks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/admin", "/admin/outbox", "/admin/test-letter"])
def test_the_pages_are_for_who_looks_after_the_house(cast, client_as, client, path):
    codes = {name: client_as(getattr(cast, name)).get(path).status_code for name in ("dot", "ida", "ann", "bob", "lea")}
    assert codes == {"dot": 200, "ida": 200, "ann": 403, "bob": 403, "lea": 403}
    assert client.get(path).status_code == 302


def test_a_letter_does_not_exist_for_anybody_else(cast, client_as):
    letter_id = put("failed", cast.ann)
    ann = client_as(cast.ann)
    assert ann.get(f"/admin/outbox/{letter_id}").status_code == 404
    for action in ACTIONS:
        assert ann.post(f"/admin/outbox/{letter_id}/{action}").status_code == 404
    assert state_of(letter_id) == "failed"
    assert client_as(cast.dot).get("/admin/outbox/99999").status_code == 404


def test_the_menu_leads_there(cast, client_as):
    menus = {name: "/admin" in re.findall(r'href="([^"]*)"', client_as(getattr(cast, name)).get("/").get_data(as_text=True))
             for name in ("dot", "ida", "bob")}
    assert menus == {"dot": True, "ida": True, "bob": False}


# -- what is shown ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_takes_the_same_statements_for_1_and_30_rows(rows, cast, client_as, count_queries):
    with work():
        ideas = [draft(cast) for _ in range(rows)]
        ids = [(idea.id, idea.submitters[0].id) for idea in ideas]
    for idea_id, submitter_id in ids:
        put(submitter_id=submitter_id, idea_id=idea_id)
    dot = client_as(cast.dot)
    dot.get("/admin/outbox")
    with count_queries() as statements:
        page = dot.get("/admin/outbox").get_data(as_text=True)
    assert (page.count("/admin/outbox/"), len(statements)) == (rows, LIST_STATEMENTS)


LIST_STATEMENTS = 9


def test_the_list_is_turned_page_by_page_and_narrowed(cast, client_as):
    for number in range(35):
        put("sent" if number % 2 else "failed", cast.ann)
    put("to_print", cast.ann, channel="print", kind="ideas.receipt")
    dot = client_as(cast.dot)

    def numbers(path: str) -> list[int]:
        return [int(n) for n in re.findall(r'/admin/outbox/(\d+)"', dot.get(path).get_data(as_text=True))]

    first = dot.get("/admin/outbox").get_data(as_text=True)
    further = re.search(r'href="([^"]*)" rel="next"', first).group(1).replace("&amp;", "&")
    assert numbers("/admin/outbox") + numbers(further) == list(range(1, 37))
    assert numbers("/admin/outbox?state=failed") == list(range(1, 36, 2))
    assert numbers("/admin/outbox?state=open") == numbers("/admin/outbox?channel=print") == [36]
    assert numbers("/admin/outbox?kind=ideas.receipt") == [36]
    assert "Kein solcher Brief" in text_of(dot, "/admin/outbox?state=review")
    assert len(numbers("/admin/outbox?state=nonsense&kind=<b>&channel=dove")) == 30
    assert dot.get("/admin/outbox?page=broken").status_code == 422


def test_an_empty_outbox_says_what_will_be_here(cast, client_as):
    assert "Noch kein Brief" in text_of(client_as(cast.dot), "/admin/outbox")


def test_a_letter_shows_its_tries_with_the_words_of_the_server_and_not_what_it_says(cast, client_as):
    letter_id = put("failed", cast.ann, attempts=1, last_answer="550 5.1.1 <ann@example.com>: no such user",
                    message=b"Subject: secret of hers")
    tried(letter_id, "failed", "550 5.1.1 <ann@example.com>: no such user")
    page = text_of(client_as(cast.dot), f"/admin/outbox/{letter_id}")
    assert page.count("550 5.1.1 &lt;ann@example.com&gt;: no such user") == 2
    assert ("Ann Albers" in page, "ann@example.com" in page, "secret of hers" in page) == (True, True, False)


def test_nothing_is_told_of_a_confidential_submitter(cast, client_as):
    with work():
        idea = in_review(cast, confidential=True)
        idea_id, submitter_id, number = idea.id, idea.submitters[0].id, idea.number
    words = "550 5.1.1 <ann@example.com>: ann albers is unknown here"
    letter_id = put("failed", submitter_id=submitter_id, idea_id=idea_id, attempts=1, last_answer=words)
    tried(letter_id, "failed", words)
    for who in (cast.dot, cast.ida):
        browser = client_as(who)
        for path in ("/admin/outbox", f"/admin/outbox/{letter_id}"):
            page = text_of(browser, path)
            assert (number in page, "550 5.1.1" in page) == (True, True)
            assert [word for word in re.findall(r"\w+", page.lower()) if word in ("ann", "albers", "example")] == []


def test_only_the_idea_management_sees_which_way_a_confidential_letter_goes(cast, client_as):
    """Few colleagues have no mailbox."""
    with work():
        submitter_id = in_review(cast, confidential=True).submitters[0].id
    on_paper = put("to_print", submitter_id=submitter_id, channel="print")
    by_mail = put("queued", submitter_id=submitter_id)
    named = put("to_print", cast.ann, channel="print")
    dot, ida = client_as(cast.dot), client_as(cast.ida)

    def numbers(browser: Any, query: str) -> list[int]:
        page = browser.get(f"/admin/outbox{query}").get_data(as_text=True)
        return sorted(int(n) for n in re.findall(r'/admin/outbox/(\d+)"', page))

    for query, all_of_them, some in (
        ("", [on_paper, by_mail, named], [on_paper, by_mail, named]), ("?state=open", [on_paper, by_mail, named],
        [on_paper, by_mail, named]), ("?state=to_print", [on_paper, named], [named]),
        ("?channel=print", [on_paper, named], [named]), ("?channel=mail", [by_mail], []),
        ("?state=queued", [by_mail], [on_paper, by_mail]),
    ):
        assert (query, numbers(ida, query), numbers(dot, query)) == (query, all_of_them, some)
    pages = [text_of(dot, f"/admin/outbox/{number}") for number in (on_paper, by_mail)]
    assert [("Papier" in page, "druck" in page.lower(), "Wartet" in page) for page in pages] == [(False, False, True)] * 2
    assert "Auf Papier" in text_of(ida, f"/admin/outbox/{on_paper}")
    assert [(e.channel, e.state) for e in letters_page(0, here()) if e.id != named] == [("", "queued")] * 2


def test_a_named_submitter_and_the_number_stand_only_where_the_idea_may_be_seen(cast, client_as):
    with work():
        seen, hidden = in_review(cast), in_review(cast, cast.eve, visibility="handlers")
        rows = [(idea.id, idea.submitters[0].id, idea.number) for idea in (seen, hidden)]
    for idea_id, submitter_id, _number in rows:
        put("sent", submitter_id=submitter_id, idea_id=idea_id)
    for who, all_of_it in ((cast.dot, False), (cast.ida, True)):
        page = text_of(client_as(who), "/admin/outbox")
        assert ("Ann Albers" in page, rows[0][2] in page) == (True, True)
        assert ("Eve Ebert" in page, rows[1][2] in page) == (all_of_it, all_of_it)


@pytest.mark.parametrize(
    ("kept", "named", "hidden"),
    [
        ("250 2.0.0 Ok", "250 2.0.0 Ok", "250 2.0.0"),
        ("451 4.7.1 <ann@example.com> greylisted, 300 seconds", "451 4.7.1 <ann@example.com> greylisted, 300 seconds",
         "451 4.7.1"),
        ("mailbox of ann is full", "mailbox of ann is full", ""),
        ("house:gave_up 452 ann is full", "It was tried for three days. The last answer: 452 ann is full",
         "It was tried for three days. The last answer: 452"),
        ("house:gave_up house:no_connection ann.example.com",
         "It was tried for three days. The last answer: The mail server could not be reached: ann.example.com",
         "It was tried for three days. The last answer: The mail server could not be reached:"),
        ("", "", ""),
    ],
)
def test_words_are_cut_down_to_codes_where_the_reader_is_not_named(cast, kept, named, hidden):
    with work():
        submitter_id = in_review(cast, confidential=True).submitters[0].id
    put("sent", cast.ann, last_answer=kept)
    put("sent", submitter_id=submitter_id, last_answer=kept)
    assert [entry.answer for entry in letters_page(cast.ida.id, here())] == [named, hidden]


# -- what can be done ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "columns", "actions"),
    [
        ("queued", {}, ["drop"]), ("queued", {"attempts": 1}, ["retry", "drop"]), ("sent", {}, []), ("cancelled", {}, []),
        ("failed", {}, ["retry", "drop"]), ("uncertain", {}, ["retry", "drop"]), ("review", {}, ["release", "drop"]),
        ("to_print", {"channel": "print"}, ["drop"]),
        ("sending", {"stage": "dial", "lease_until": NOON, "lease_token": "t"}, []),
    ],
)
def test_a_letter_offers_what_can_be_done_with_it(cast, client_as, state, columns, actions):
    letter_id = put(state, cast.ann, **columns)
    page = client_as(cast.ida).get(f"/admin/outbox/{letter_id}").get_data(as_text=True)
    assert re.findall(rf'action="/admin/outbox/{letter_id}/(\w+)"', page) == actions


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [("retry", "failed", "queued"), ("retry", "uncertain", "queued"), ("release", "review", "queued"),
     ("drop", "queued", "cancelled"), ("drop", "failed", "cancelled")],
)
def test_what_is_pressed_happens_and_is_noted(cast, client_as, action, before, after):
    letter_id = put(before, cast.ann)
    ida = client_as(cast.ida)
    answer = ida.post(f"/admin/outbox/{letter_id}/{action}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/admin/outbox/{letter_id}")
    assert state_of(letter_id) == after
    noted = db.session.scalars(sa.select(Entry).where(Entry.kind.like("mail.%"))).all()
    assert [(entry.actor_id, entry.facts["letters"]) for entry in noted] == [(cast.ida.id, [letter_id])]


def test_who_comes_too_late_is_told_and_nothing_changes(cast, client_as):
    letter_id = put("sent", cast.ann)
    answer = client_as(cast.dot).post(f"/admin/outbox/{letter_id}/drop")
    assert (answer.status_code, "Jemand war schneller" in answer.get_data(as_text=True)) == (409, True)
    assert state_of(letter_id) == "sent"


def test_held_letters_go_out_together(cast, client_as):
    ids = [put("review", cast.ann) for _ in range(3)]
    dot = client_as(cast.dot)
    assert "3 Briefe aus der Zeit vor einer Wiederherstellung" in text_of(dot, "/admin/outbox")
    assert dot.post("/admin/outbox/release").status_code == 303
    assert [state_of(letter_id) for letter_id in ids] == ["queued"] * 3
    assert "3 Briefe sind auf dem Weg." in text_of(dot, "/admin/outbox")


def test_a_pause_is_told_and_ends_when_somebody_says_so(cast, client_as, clock):
    with work() as session:
        session.add(MailState(id=1, paused_at=NOON, paused_reason="clock"))
    dot = client_as(cast.dot)
    assert "um mehr als eine Stunde gesprungen" in text_of(dot, "/admin/outbox")
    assert [dot.post("/admin/outbox/go-on").status_code for _ in range(2)] == [303, 303]
    db.session.rollback()
    assert db.session.get(MailState, 1).paused_at is None
    assert "gesprungen" not in text_of(dot, "/admin/outbox")


# -- the test letter -------------------------------------------------------------------------------------------------


def test_a_test_letter_goes_the_way_of_every_letter(cast, client_as, mail, clock):
    clock.move_to(NOON.replace(hour=21))  # nobody is at work: this kind goes out all the same
    dot = client_as(cast.dot)
    assert "dot@example.com" in text_of(dot, "/admin/test-letter")
    address = dot.post("/admin/test-letter").headers["Location"]
    assert "Noch hat niemand versucht" in text_of(dot, address)
    tally = postman.deliver(clock=utc_now)
    assert (tally.sent, [outgoing.recipient for outgoing in mail.outgoing]) == (1, ["dot@example.com"])
    assert b"Probebrief" in mail.outgoing[0].message
    page = text_of(dot, address)
    assert ("Verschickt" in page, "250 2.0.0 Ok: queued" in page) == (True, True)
    assert f'href="{address}"' in dot.get("/admin/test-letter").get_data(as_text=True)


def test_a_test_letter_the_server_refuses_shows_its_words(cast, client_as, mail):
    mail.answer = Answer("refused", "554 5.7.1 Sender address rejected")
    dot = client_as(cast.dot)
    address = dot.post("/admin/test-letter").headers["Location"]
    postman.deliver(clock=utc_now)
    page = text_of(dot, address)
    assert ("Nicht zugestellt" in page, page.count("554 5.7.1 Sender address rejected")) == (True, 2)
    assert "Ein Brief konnte nicht zugestellt werden." in text_of(dot, "/admin")


def test_without_mail_the_page_says_what_is_missing(cast, client_as):
    dot = client_as(cast.dot)
    page = text_of(dot, "/admin/test-letter")
    assert [name in page for name in ("SUGGESTBOX_SMTP_HOST", "SUGGESTBOX_MAIL_FROM", "SUGGESTBOX_BASE_URL")] == [True] * 3
    assert dot.post("/admin/test-letter").headers["Location"] == "/admin/test-letter"
    assert "Es wurde kein Brief geschrieben" in text_of(dot, "/admin/test-letter")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0
