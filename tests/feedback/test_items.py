"""The list of what came in and the page of one item: who reads it, what can be found, corrected, traced and hidden."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Refused
from suggestbox.feedback import item_queries, items
from suggestbox.feedback.item_operations import hide_item, show_item
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.models import Assignment, Import, Item, Learning, Source, ThemeRule
from suggestbox.journal.models import Entry
from tests.feedback.scene import AT, make_cx_manager, make_item, make_journey, make_theme, make_touchpoint


@pytest.fixture
def cem(cast):
    """Whoever looks after feedback, reading English."""
    with work():
        person = make_cx_manager(cast)
        person.language = "en"
    return person


@pytest.fixture
def scene(cem):
    """A few items about two themes, one below the other."""
    with work():
        delivery = make_theme("delivery", make_touchpoint(make_journey(), "parcel"))
        late = make_theme("late", parent=delivery)
        staff = make_theme("staff")
        found = {
            "late": make_item("The parcel was late, call 0171 2345678.", (late, "negative"), said_on=date(2026, 10, 1)),
            "kind": make_item("The driver was very kind.", (staff, "positive"), (delivery, "neutral"),
                              said_on=date(2026, 10, 2), channel="review"),
            "öfter": make_item("ÖFTER mal was Neues", said_on=date(2026, 10, 3), customer_hash="a" * 64),
            "other": make_item("Something else by the same", customer_hash="a" * 64, said_on=date(2026, 10, 4)),
        }
        return {name: item.id for name, item in found.items()} | {
            "theme_delivery": delivery.id, "theme_late": late.id, "theme_staff": staff.id,
        }


def found(scene, **arguments) -> set[str]:
    page = item_queries.list_items(item_queries.filters_of({k: str(v) for k, v in arguments.items()}), landscape())
    names = {item_id: name for name, item_id in scene.items() if not name.startswith("theme_")}
    return {names[item.id] for item in page}


def test_only_whoever_looks_after_feedback_reads_items(cast, cem, scene, client, client_as):
    item_id = scene["late"]
    paths = ("/feedback/items", f"/feedback/items/{item_id}", "/feedback/items/9999")
    assert {
        "cem": [client_as(cem).get(p).status_code for p in paths],
        "ida": [client_as(cast.ida).get(p).status_code for p in paths],
        "ann": [client_as(cast.ann).get(p).status_code for p in paths],
        "nobody": [client.get(p).status_code for p in paths],
    } == {"cem": [200, 200, 404], "ida": [403, 404, 404], "ann": [403, 404, 404], "nobody": [302, 302, 302]}
    assert "0171 2345678" in client_as(cem).get(f"/feedback/items/{item_id}").text


def test_filters_find_what_they_say(scene):
    looked_for = {
        "all": {}, "words": {"q": "parcel LATE"}, "umlaut": {"q": "öfter"}, "percent": {"q": "%"},
        "theme and below": {"theme": scene["theme_delivery"]}, "none": {"theme": "none"},
        "polarity": {"theme": scene["theme_delivery"], "polarity": "negative"}, "settled": {"state": "settled"},
        "channel": {"channel": "review"}, "from": {"from": "2026-10-02", "until": "2026-10-03"},
        "customer": {"customer_of": scene["öfter"]}, "own": {"customer_of": scene["late"]},
        "nonsense": {"state": "x", "channel": "y", "from": "z", "theme": "-1"}, "hidden": {"state": "hidden"},
    }
    assert {name: found(scene, **arguments) for name, arguments in looked_for.items()} == {
        "all": {"late", "kind", "öfter", "other"}, "words": {"late"}, "umlaut": {"öfter"}, "percent": set(),
        "theme and below": {"late", "kind"}, "none": {"öfter", "other"}, "polarity": {"late"},
        "settled": {"late", "kind"}, "channel": {"kind"}, "from": {"kind", "öfter"}, "customer": {"öfter", "other"},
        "own": {"late"}, "nonsense": {"late", "kind", "öfter", "other"}, "hidden": set(),
    }


def test_what_did_not_come_in_whole_is_not_there(cem, client_as):
    with work():
        source = Source(key="s", name="S", created_at=AT, changed_at=AT)
        db.session.add(source)
        db.session.flush()
        made = {}
        for state in ("running", "visible", "failed", "undone"):
            row = Import(source_id=source.id, kind="csv", state=state, created_at=AT,
                         undone_at=AT if state == "undone" else None)
            db.session.add(row)
            db.session.flush()
            made[state] = make_item(f"Of {state}", import_id=row.id, source_id=source.id, source_key=state).id
        hidden = make_item("Hidden", import_id=None)
        hide_item(hidden, "Test", by_id=cem.id, now=AT)
        made["hidden"] = hidden.id
    browser = client_as(cem)
    assert re.findall(r'/feedback/items/(\d+)"', browser.get("/feedback/items").text) == [str(made["visible"])]
    assert re.findall(r'/feedback/items/(\d+)"', browser.get("/feedback/items?state=hidden").text) == [str(made["hidden"])]
    assert {state: browser.get(f"/feedback/items/{item_id}").status_code for state, item_id in made.items()} == {
        "running": 404, "visible": 200, "failed": 404, "undone": 404, "hidden": 200,
    }


def test_pages_neither_lose_nor_repeat(cem, client_as):
    with work():
        ids = [make_item(f"Nummer {n}", said_on=date(2026, 10, 1 + n % 3)).id for n in range(70)]
    browser, seen, path = client_as(cem), [], "/feedback/items?channel=survey"
    assert "70 comments" in browser.get(path).text
    for _ in range(3):
        page = browser.get(path).text
        seen += re.findall(r'/feedback/items/(\d+)"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = following.group(1).replace("&amp;", "&") if following else ""
    assert (sorted(map(int, seen)), path) == (sorted(ids), "")


def test_the_list_asks_the_database_equally_often_for_one_row_and_for_thirty(cem, client_as, count_queries):
    browser, counts = client_as(cem), []
    with work():
        theme = make_theme("late")
    for wanted in (1, 29):
        with work():
            for n in range(wanted):
                make_item(f"Nummer {n}", (theme, "negative"))
        browser.get("/feedback/items")
        with count_queries() as statements:
            assert browser.get("/feedback/items").status_code == 200
        counts.append(len(statements))
    assert counts == [12, 12], statements


# -- one item ----------------------------------------------------------------------------------------------------------


def test_every_assignment_says_where_it_comes_from(cast, cem, client_as):
    with work():
        themes = [make_theme(key) for key in ("person", "source", "rule", "model", "guess", "rejected")]
        item = make_item("Viele Themen", state="unsure", settled_at=None)
        rule = ThemeRule(theme_id=themes[2].id, words="aufzug* defekt", but_not="treppe", created_at=AT)
        learning = Learning(started_at=AT, item_count=3100, result="learned")
        db.session.add_all([rule, learning])
        db.session.flush()
        rows = (
            {"origin": "person", "by_id": cast.ann.id}, {"origin": "source"}, {"origin": "rule", "rule_id": rule.id},
            {"origin": "model", "confidence": 0.82, "polarity_confidence": 0.7, "learning_id": learning.id,
             "by_id": cem.id, "decided_at": AT},
            {"origin": "model", "confidence": 0.41, "state": "guess", "learning_id": learning.id},
            {"origin": "model", "confidence": 0.3, "state": "rejected", "by_id": cem.id, "decided_at": AT},
        )
        for theme, facts in zip(themes, rows, strict=True):
            db.session.add(Assignment(item_id=item.id, theme_id=theme.id, polarity="negative", at=AT, **facts))
        item_id = item.id
    page = client_as(cem).get(f"/feedback/items/{item_id}").text
    lines = [re.sub(r"<[^>]+>|\s+", " ", part) for part in re.findall(r'<p class="sb-small sb-soft">(.*?) · <time', page, re.S)]
    assert {re.sub(r"\s+", " ", line).strip() for line in lines} == {
        "Said by Ann Albers.", "The source itself brought this theme along.",
        "Found by the rule “aufzug* defekt”, but not “treppe”.",
        "Found by the model, 82 % sure; it had learned from 3,100 items. How it was meant: 70 % sure. Confirmed by Cem Celik.",
        "Found by the model, 41 % sure; it had learned from 3,100 items.",
        "Found by the model, 30 % sure. Cem Celik said that it does not fit.",
    }


def test_themes_are_added_changed_rejected_and_settled_and_it_can_be_traced(cem, scene, client_as):
    browser, item_id = client_as(cem), scene["other"]
    late, staff = scene["theme_late"], scene["theme_staff"]

    def press(where: str, **form) -> int:
        return browser.post(f"/feedback/items/{item_id}/{where}", data=form).status_code

    answers = [
        press("theme", theme_id=late, polarity="negative", does="assign"),
        press("theme", theme_id=late, polarity="positive", does="assign"),
        press("theme", theme_id=staff, does="reject"),
        press("settle"),
    ]
    rows = {row.theme_id: (row.state, row.polarity, row.origin, row.by_id)
            for row in db.session.scalars(sa.select(Assignment).where(Assignment.item_id == item_id))}
    item = db.session.get(Item, item_id)
    assert (answers, rows, item.state, item.settled_by_id) == ([303] * 4, {
        late: ("assigned", "positive", "person", cem.id), staff: ("rejected", "neutral", "person", cem.id),
    }, "settled", cem.id)
    page = browser.get(f"/feedback/items/{item_id}").text
    assert [line.strip() for line in re.findall(r"<li>(Cem Celik: [^<]+)", page)] == [
        "Cem Celik: there are no further themes.", "Cem Celik: “Staff” does not fit.", "Cem Celik: “Late” fits.",
        "Cem Celik: “Late” fits.",
    ]
    assert press("unsettle") == 303
    db.session.expire_all()
    assert db.session.get(Item, item_id).state == "unsure"


def test_a_correction_that_makes_no_sense_is_said_and_changes_nothing(cem, scene, client_as):
    browser, item_id = client_as(cem), scene["other"]
    tries = ({"theme_id": ""}, {"theme_id": "999999", "polarity": "negative"},
             {"theme_id": scene["theme_late"], "polarity": "sour"})
    answers = [browser.post(f"/feedback/items/{item_id}/theme", data=form) for form in tries]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert ["Please choose a theme." in answers[0].text, "not there any more" in answers[1].text,
            "Please choose positive, negative or neutral." in answers[2].text] == [True] * 3
    assert db.session.scalars(sa.select(Assignment).where(Assignment.item_id == item_id)).all() == []


def test_hiding_takes_it_out_of_everything_with_a_reason_and_a_note_without_words(cem, scene, client_as):
    browser, item_id = client_as(cem), scene["late"]
    without = browser.post(f"/feedback/items/{item_id}/hide", data={"reason": " "})
    assert (without.status_code, "Please give a reason." in without.text) == (422, True)
    assert browser.post(f"/feedback/items/{item_id}/hide", data={"reason": "Names a driver"}).status_code == 303
    shown = db.session.scalars(sa.select(Item.id).where(items.visible())).all()
    entry = db.session.scalars(sa.select(Entry).where(Entry.kind == "feedback.item_hidden")).one()
    assert (item_id in shown, entry.actor_id, entry.facts) == (False, cem.id, {"item_id": item_id})
    page = browser.get(f"/feedback/items/{item_id}").text
    assert "Cem Celik hid this: Names a driver" in page
    assert browser.post(f"/feedback/items/{item_id}/show").status_code == 303
    db.session.expire_all()
    item = db.session.get(Item, item_id)
    assert (item.hidden_at, item.hidden_by_id, item.hidden_reason) == (None, None, "")


def test_hiding_twice_or_showing_what_is_shown_is_refused(cem, scene):
    with work():
        item = db.session.get(Item, scene["late"])
        with pytest.raises(Refused):
            show_item(item, by_id=cem.id, now=AT)
        hide_item(item, "x", by_id=cem.id, now=AT)
        with pytest.raises(Refused):
            hide_item(item, "y", by_id=cem.id, now=AT)


def test_what_a_colleague_said_is_not_put_together(cem, client_as):
    with work():
        one, _other = (make_item(f"Eigene Stimme {n}", audience="employees", channel="employee", customer_hash="b" * 64)
                       for n in (1, 2))
    browser = client_as(cem)
    page, listed = browser.get(f"/feedback/items/{one.id}").text, browser.get(f"/feedback/items?customer_of={one.id}").text
    assert ("customer_of" in page, "stays unknown" in page, listed.count("fb-item-text")) == (False, True, 1)


def test_nobody_else_corrects_or_hides(cast, scene, client_as):
    ann, item_id = client_as(cast.ann), scene["late"]
    assert [ann.post(f"/feedback/items/{item_id}/{what}", data={}).status_code
            for what in ("theme", "settle", "unsettle", "hide", "show")] == [404] * 5
