"""Themes by hand and by rule: what a person said is never overwritten, and everything can be traced."""

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.feedback.assigning import apply_rules, apply_rules_to, assign, assignments_of, reject, settle, take_back
from suggestbox.feedback.models import Assignment, Item, Theme, ThemeRule
from suggestbox.feedback.rules import matcher, rules_in_force
from suggestbox.journal.models import Entry
from tests.feedback.scene import AT, make_cx_manager, make_item, make_theme


@pytest.fixture
def cem(cast):
    with work():
        return make_cx_manager(cast)


def rows_of(item: Item) -> list[tuple[str, str, str, str]]:
    found = db.session.execute(
        sa.select(Theme.key, Assignment.polarity, Assignment.state, Assignment.origin)
        .join(Theme, Theme.id == Assignment.theme_id).where(Assignment.item_id == item.id).order_by(Theme.key)
    )
    return [tuple(row) for row in found]


def guess(item: Item, theme: Theme, state: str = "guess", origin: str = "model", **columns) -> Assignment:
    row = Assignment(item_id=item.id, theme_id=theme.id, polarity="negative", state=state, origin=origin, at=AT,
                     confidence=0.6, **columns)
    db.session.add(row)
    db.session.flush()
    return row


# -- by a person -------------------------------------------------------------------------------------------------------


def test_a_person_assigns_confirms_rejects_and_settles(cem):
    with work():
        lift, staff, price, rain = (make_theme(key) for key in ("lift", "staff", "price", "rain"))
        item = make_item("Der Aufzug ist kaputt und teuer.", state="unsure")
        guess(item, lift)
        guess(item, staff)
        guess(item, price, state="assigned", origin="rule")
        assign(item, lift.id, "positive", by_id=cem.id, now=AT)
        reject(item, rain.id, by_id=cem.id, now=AT)
        settle(item, by_id=cem.id, now=AT)
    assert rows_of(item) == [
        ("lift", "positive", "assigned", "model"), ("price", "negative", "assigned", "rule"),
        ("rain", "neutral", "rejected", "person"), ("staff", "negative", "rejected", "model")]
    assert (item.state, item.settled_by_id, item.settled_at) == ("settled", cem.id, AT)
    assert {row.by_id for row in assignments_of(item)} == {cem.id}
    entries = db.session.scalars(sa.select(Entry).where(Entry.kind.like("feedback.%")).order_by(Entry.id)).all()
    assert [(e.kind, e.actor_id, e.facts) for e in entries] == [
        ("feedback.assigned", cem.id, {"item_id": item.id, "theme_id": lift.id, "polarity": 0}),
        ("feedback.rejected", cem.id, {"item_id": item.id, "theme_id": rain.id}),
        ("feedback.settled", cem.id, {"item_id": item.id})]


def test_a_settling_is_taken_back_with_the_guesses_it_had(cem):
    with work():
        lift, staff, other = (make_theme(key) for key in ("lift", "staff", "other"))
        item = make_item(state="unsure")
        guess(item, lift)
        guess(item, staff)
        before = rows_of(item)
        assign(item, other.id, "neutral", by_id=cem.id, now=AT)
        settle(item, by_id=cem.id, now=AT)
        take_back(item, by_id=cem.id, now=AT)
    assert rows_of(item) == before
    assert (item.state, item.settled_at, [row.decided_at for row in assignments_of(item)]) == ("unsure", None, [None, None])


def test_themes_and_polarities_that_are_not_there_are_refused(cem):
    with work():
        gone = make_theme("gone", archived_at=AT)
        item, there = make_item(), make_theme("there")
    for theme_id, polarity in ((gone.id, "positive"), (there.id, "angry"), (99_999, "positive")):
        with pytest.raises(Invalid), work():
            assign(item, theme_id, polarity, by_id=cem.id, now=AT)
    with pytest.raises(Invalid), work():
        reject(item, 99_999, by_id=cem.id, now=AT)
    assert rows_of(item) == []


def test_nobody_is_named_where_nobody_is_to_be_known(cast):
    with work():
        theme, item = make_theme("canteen"), make_item(audience="employees")
        assign(item, theme.id, "negative", by_id=None, now=AT)
    entry = db.session.scalars(sa.select(Entry).where(Entry.kind == "feedback.assigned")).one()
    assert (entry.actor_id, entry.role, assignments_of(item)[0].by_id) == (None, "house", None)


# -- by rules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "but_not", "text", "holds"),
    [
        ("Aufzug", "", "Beide Aufzüge stehen still", True),
        ("aufzug", "", "Die Aufzugsstörung dauert an", False),
        ("Aufzug*", "", "Die Aufzugsstörung dauert an", True),
        ("*störung", "", "Die Aufzugsstörung dauert an", True),
        ("*stoerung", "", "Die Aufzugsstörung dauert an", True),
        ("Aufzug kaputt", "", "Der Aufzug ist teuer", False),
        ("Aufzug kaputt", "", "Kaputt ist er, der Aufzug", True),
        ("Aufzug", "neu*", "Der neue Aufzug ist da", False),
        ("delivery late", "", "My deliveries are always late!", True),
        ("ab*", "", "abends", False),
        ("", "", "anything", False),
        ("!!!", "", "anything", False),
        ("Müll", "", "überall liegt Muell", True),
    ],
)
def test_a_rule_holds_for_all_its_words_in_any_form(words, but_not, text, holds):
    assert matcher(words, but_not)(text) == holds


def make_rule(theme: Theme, words: str, **columns) -> ThemeRule:
    rule = ThemeRule(theme_id=theme.id, words=words, created_at=AT, **{"polarity": "negative", **columns})
    db.session.add(rule)
    db.session.flush()
    return rule


def test_rules_assign_at_once_and_say_which_it_was(cast):
    with work():
        lift, staff, canteen = make_theme("lift"), make_theme("staff"), make_theme("canteen", audience="employees")
        rule = make_rule(lift, "Aufzug")
        make_rule(lift, "Lift", polarity="positive")
        make_rule(staff, "freundlich*", polarity="positive")
        make_rule(staff, "Aufzug", ended_at=AT)
        make_rule(canteen, "Aufzug")
        items = [make_item("Der Aufzug (Lift) ist kaputt, das Personal freundlich."), make_item("Es regnet.")]
        meant = make_item("Ein Aufzug!", meant="positive")
        assert apply_rules([*items, meant], now=AT) == 3
    assert [rows_of(item) for item in (*items, meant)] == [
        [("lift", "negative", "assigned", "rule"), ("staff", "positive", "assigned", "rule")], [],
        [("lift", "positive", "assigned", "rule")]]
    assert [item.state for item in (*items, meant)] == ["told", "new", "told"]
    assert assignments_of(items[0])[0].rule_id == rule.id


def test_rules_leave_alone_what_people_said(cem):
    with work():
        lift, staff = make_theme("lift"), make_theme("staff")
        make_rule(lift, "Aufzug")
        settled = make_item("Der Aufzug ist kaputt.", (staff, "negative"))
        rejected, guessed = make_item("Der Aufzug ist kaputt."), make_item("Der Aufzug ist kaputt.", state="unsure")
        reject(rejected, lift.id, by_id=cem.id, now=AT)
        guess(guessed, lift)
    for times in (1, 0):
        with work():
            assert apply_rules_to([settled.id, rejected.id, guessed.id], now=AT) == times
    assert rows_of(settled) == [("staff", "negative", "assigned", "person")]
    assert rows_of(rejected) == [("lift", "neutral", "rejected", "person")]
    assert rows_of(guessed) == [("lift", "negative", "assigned", "rule")]


def test_many_items_cost_few_statements(cast, count_queries):
    with work():
        lift = make_theme("lift")
        make_rule(lift, "Aufzug")
        ids = [make_item(f"Der Aufzug {n} ist kaputt.").id for n in range(60)]
    counts = []
    for some in (ids[:1], ids[1:]):
        with work():
            rules = rules_in_force()
            with count_queries() as statements:
                apply_rules_to(some, now=AT, rules=rules)
        counts.append(len(statements))
    assert counts == [4, 4]
