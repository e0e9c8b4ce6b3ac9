"""The tree of themes: random sequences of what people do to it keep every assignment, make no ring, and are explained by
the history; and the cases in which themes meet."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, Refused, Stale
from suggestbox.evidence.models import IdeaTheme
from suggestbox.feedback import joining, journeys, tree
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.models import (
    POLARITIES,
    Assignment,
    Journey,
    Theme,
    ThemeChange,
    ThemeRule,
    ThemeTouchpoint,
    Touchpoint,
)
from suggestbox.feedback.theme_rules import add_rule, end_rule, rules_of
from tests.cast import Cast
from tests.factories import submitted
from tests.feedback.scene import AT, make_item, make_journey, make_theme, make_touchpoint

PLACES = ("parent_id", "archived", "merged_into_id", "touchpoint_ids", *tree.FACTS)


def state_of(theme: Theme) -> dict[str, Any]:
    """Give what a theme is like now."""
    placed = sa.select(ThemeTouchpoint.touchpoint_id).where(ThemeTouchpoint.theme_id == theme.id)
    return {
        **{name: getattr(theme, name) for name in (*tree.FACTS, "parent_id", "merged_into_id")},
        "archived": theme.archived_at is not None, "touchpoint_ids": sorted(db.session.scalars(placed)),
    }


def told_by_history(theme_id: int) -> dict[str, Any]:
    """Give what a theme must be like when nothing but its history is known."""
    told: dict[str, Any] = {"archived": False, "merged_into_id": None}
    query = sa.select(ThemeChange).where(ThemeChange.theme_id == theme_id).order_by(ThemeChange.id)
    for number, change in enumerate(db.session.scalars(query)):
        assert (change.kind == "created") == (number == 0)
        if change.kind == "created":
            told |= {name: value for name, value in change.facts.items() if name in PLACES}
            continue
        for name, value in change.facts.items():
            if name in PLACES:
                assert told[name] == value[0], (change.kind, name)
                told[name] = value[1]
        if change.kind in ("archived", "merged"):
            told["archived"] = True
        if change.kind == "merged":
            told["merged_into_id"] = change.other_id
        if change.kind == "restored":
            told["archived"] = False
    return told


class Curators(RuleBasedStateMachine):
    """People who do whatever comes to their mind to eight items and a growing tree."""

    def __init__(self) -> None:
        super().__init__()
        self.now = AT
        self.believed: dict[tuple[int, int], str] = {}  # (item, theme) -> what a person said last

    @initialize()
    def begin(self) -> None:
        """Three themes, two touchpoints, eight items."""
        with work():
            for model in (Assignment, ThemeRule, ThemeTouchpoint, ThemeChange, Theme, Touchpoint, Journey):
                db.session.execute(sa.delete(model))
            journey = make_journey()
            self.places = [make_touchpoint(journey, "one").id, make_touchpoint(journey, "two").id]
            for name, place in (("a", 0), ("b", 1), ("c", 1)):
                tree.create_theme(now=self.now, by_id=None, name_en=name, touchpoint_ids=[self.places[place]])
            self.items = [make_item(f"said {n}").id for n in range(8)]

    def themes(self) -> list[Theme]:
        """Give all themes, gone ones too."""
        return list(db.session.scalars(sa.select(Theme).order_by(Theme.id)))

    def pick(self, number: int) -> Theme:
        """Give one of the themes."""
        rows = self.themes()
        return rows[number % len(rows)]

    def try_to(self, deed: Any) -> bool:
        """Do it, or be refused with nothing changed."""
        self.now += timedelta(minutes=1)
        try:
            with work():
                deed()
        except (Invalid, Refused):
            return False
        return True

    numbers = st.integers(0, 30)

    @rule(above=st.none() | numbers, placed=st.booleans())
    def create(self, above: int | None, placed: bool) -> None:
        """A new theme, at the top or below another."""
        def deed() -> None:
            parent_id = self.pick(above).id if above is not None else None
            places = self.places[:1] if placed else []
            tree.create_theme(now=self.now, by_id=None, name_en="new", parent_id=parent_id, touchpoint_ids=places)
        if len(self.themes()) < 12:
            self.try_to(deed)

    @rule(which=numbers, name=st.text("xyz", min_size=1, max_size=2), audience=st.sampled_from(["customers", "employees"]))
    def change(self, which: int, name: str, audience: str) -> None:
        """Other words, another audience."""
        self.try_to(lambda: tree.change_theme(self.pick(which), now=self.now, by_id=None, name_de=name, audience=audience))

    @rule(which=numbers, below=st.none() | numbers)
    def move(self, which: int, below: int | None) -> None:
        """Somewhere else in the tree."""
        self.try_to(lambda: tree.move_theme(
            self.pick(which), self.pick(below).id if below is not None else None, now=self.now, by_id=None))

    @rule(which=numbers, mask=st.integers(0, 3))
    def place(self, which: int, mask: int) -> None:
        """On other touchpoints."""
        places = [place for n, place in enumerate(self.places) if mask >> n & 1]
        self.try_to(lambda: tree.place_theme(self.pick(which), places, now=self.now, by_id=None))

    @rule(which=numbers)
    def archive(self, which: int) -> None:
        """Out of sight."""
        self.try_to(lambda: tree.archive_theme(self.pick(which), now=self.now, by_id=None))

    @rule(which=numbers)
    def restore(self, which: int) -> None:
        """Back again."""
        self.try_to(lambda: tree.restore_theme(self.pick(which), now=self.now, by_id=None))

    @rule(item=st.integers(0, 7), which=numbers, polarity=st.sampled_from(POLARITIES),
          origin=st.sampled_from(["person", "source", "rule", "model"]))
    def say(self, item: int, which: int, polarity: str, origin: str) -> None:
        """An item gets a theme."""
        def deed() -> None:
            theme = self.pick(which)
            there = sa.select(Assignment.id).where(Assignment.item_id == self.items[item], Assignment.theme_id == theme.id)
            if theme.archived_at is None and db.session.scalar(there) is None:
                db.session.add(Assignment(
                    item_id=self.items[item], theme_id=theme.id, polarity=polarity, origin=origin, at=self.now))
        self.try_to(deed)

    @rule(which=numbers, into=numbers)
    def merge(self, which: int, into: int) -> None:
        """Two become one; who had either has the one."""
        gone, kept = self.pick(which), self.pick(into)
        gone_id, kept_id = gone.id, kept.id
        before = self.told([gone_id, kept_id])
        if self.try_to(lambda: joining.merge_theme(self.pick(which), self.pick(into), now=self.now, by_id=None)):
            after = self.told([kept_id])
            assert set(after) == set(before)
            for item, rows in before.items():
                said = [row for row in rows if row[0] == "person"]
                assert len(after[item]) == 1
                assert after[item][0] in (said or rows)
            assert self.told([gone_id]) == {}

    def told(self, theme_ids: list[int]) -> dict[int, list[tuple[str, str]]]:
        """Give {item: [(origin, polarity)]} of these themes."""
        found: dict[int, list[tuple[str, str]]] = {}
        for row in db.session.scalars(sa.select(Assignment).where(Assignment.theme_id.in_(theme_ids))):
            found.setdefault(row.item_id, []).append((row.origin, row.polarity))
        return found

    @rule(which=numbers, some=st.sets(st.integers(0, 7), max_size=4))
    def split(self, which: int, some: set[int]) -> None:
        """One becomes two; nothing is lost between them."""
        theme_id, ids = self.pick(which).id, [self.items[n] for n in some]
        before, made = self.told([theme_id]), []
        done = len(self.themes()) < 12 and self.try_to(lambda: made.append(joining.split_theme(
            self.pick(which), ids, now=self.now, by_id=self.by_id, name_en="part").id))  # fmt: skip
        if done:
            assert self.told([theme_id, *made]) == before
            assert set(self.told(made)) == set(before) & set(ids)

    by_id: Any = None

    @invariant()
    def holds(self) -> None:
        """No ring; whoever is there lies below somebody who is; one audience per branch; the history explains it all."""
        if not hasattr(self, "items"):
            return
        with db.session.no_autoflush:
            lands, rows = landscape(), {theme.id: theme for theme in self.themes()}
        assert sorted(theme.id for theme, _depth in lands.walk()) == sorted(theme.id for theme in lands.alive())
        for theme in rows.values():
            path, above = set(), theme
            while above.parent_id is not None:
                assert above.id not in path
                path.add(above.id)
                above = rows[above.parent_id]
            if theme.archived_at is None and theme.parent_id is not None:
                assert rows[theme.parent_id].archived_at is None
                assert rows[theme.parent_id].audience == theme.audience
            led, at = set(), theme
            while at.merged_into_id is not None:
                assert at.id not in led
                led.add(at.id)
                at = rows[at.merged_into_id]
            assert told_by_history(theme.id) == state_of(theme)


def test_whatever_people_do_nothing_is_lost_and_the_history_explains_it(cast: Cast) -> None:
    Curators.by_id = cast.ida.id
    run_state_machine_as_test(Curators, settings=settings(stateful_step_count=25, max_examples=10))


# -- where themes meet -------------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@given(rows=st.lists(st.tuples(
    st.sampled_from(["person", "source", "rule", "model"]), st.booleans(), st.sampled_from(["assigned", "guess", "rejected"]),
), min_size=2, max_size=2))  # fmt: skip
def test_the_word_of_a_person_weighs_most(rows: list[tuple[str, bool, str]]) -> None:
    said = [Assignment(origin=origin, state=state, at=AT, decided_at=AT if decided else None)
            for origin, decided, state in rows]  # fmt: skip
    person = [row for row in said if row.origin == "person" or row.decided_at]
    strongest = max(said, key=joining.strength)
    if person:
        assert strongest in person
    assert joining.strength(Assignment(origin="person", state="assigned", at=AT)) > joining.strength(
        Assignment(origin="person", state="rejected", at=NOW))  # fmt: skip


@pytest.mark.parametrize(("mine", "theirs", "kept"), [
    (("model", "assigned", "negative"), ("person", "rejected", "neutral"), ("person", "rejected", "neutral")),
    (("person", "assigned", "negative"), ("model", "assigned", "positive"), ("person", "assigned", "negative")),
    (("source", "assigned", "negative"), ("rule", "assigned", "positive"), ("source", "assigned", "negative")),
    (("model", "guess", "negative"), ("model", "assigned", "positive"), ("model", "assigned", "positive")),
])  # fmt: skip
def test_an_item_with_both_themes(mine: Any, theirs: Any, kept: Any, cast: Cast) -> None:
    with work():
        gone, into, item = make_theme("gone"), make_theme("into"), make_item()
        for theme, (origin, state, polarity) in ((gone, mine), (into, theirs)):
            db.session.add(Assignment(item_id=item.id, theme_id=theme.id, origin=origin, state=state, polarity=polarity,
                                      at=AT))  # fmt: skip
        db.session.flush()
        into_id = into.id
        joining.merge_theme(gone, into, now=NOW, by_id=None)
    row = db.session.scalars(sa.select(Assignment)).one()
    assert (row.theme_id, (row.origin, row.state, row.polarity)) == (into_id, kept)


def test_what_points_to_a_merged_theme_points_to_the_one_that_took_it_in(cast: Cast) -> None:
    with work():
        first, second = submitted(cast), submitted(cast)
        journey = make_journey()
        here, there = make_touchpoint(journey, "here"), make_touchpoint(journey, "there")
        gone, into = make_theme("gone", here), make_theme("into", here, there)
        for idea, theme in ((first, gone), (first, into), (second, gone)):
            db.session.add(IdeaTheme(idea_id=idea.id, theme_id=theme.id, linked_as="submitter", at=AT))
        add_rule(gone, "paket spät", "", "negative", now=AT, by_id=None)
        add_rule(into, "Paket spät", "", "negative", now=AT, by_id=None)
        add_rule(gone, "karton", "", "negative", now=AT, by_id=None)
        joining.merge_theme(gone, into, now=NOW, by_id=cast.ida.id)
        into_id, gone_id = into.id, gone.id
    linked = db.session.execute(sa.select(IdeaTheme.idea_id, IdeaTheme.theme_id).order_by(IdeaTheme.idea_id)).all()
    assert [tuple(row) for row in linked] == [(first.id, into_id), (second.id, into_id)]
    assert sorted(rule.words for rule in rules_of(into_id)) == ["karton", "paket spät"]
    assert rules_of(gone_id) == []
    assert landscape().themes[into_id].touchpoint_ids == (here.id, there.id)


def test_merging_into_a_theme_below_lifts_it_first(cast: Cast) -> None:
    with work():
        above = make_theme("above")
        gone = make_theme("gone", parent=above)
        child = make_theme("child", parent=gone)
        into = make_theme("into", parent=child)
        joining.merge_theme(gone, into, now=NOW, by_id=None)
        ids = above.id, gone.id, child.id, into.id
    lands = landscape()
    assert [theme.id for theme in lands.path(ids[2])] == [ids[0], ids[3], ids[2]]
    assert lands.themes[ids[1]].merged_into_id == ids[3]


def test_a_branch_hears_the_same_people_as_the_theme_it_is_moved_below(cast: Cast) -> None:
    with work():
        colleagues = make_theme("colleagues", audience="employees")
        above = make_theme("above")
        below = make_theme("below", parent=make_theme("middle", parent=above))
        with pytest.raises(Invalid) as refused:
            tree.change_theme(below, now=NOW, by_id=None, audience="employees")
        tree.move_theme(above, colleagues.id, now=NOW, by_id=None)
    assert list(refused.value.fields) == ["audience"]
    assert {theme.audience for theme in landscape().themes.values()} == {"employees"}
    facts = db.session.scalars(sa.select(ThemeChange.facts).where(ThemeChange.theme_id == below.id)).all()
    assert facts == [{"audience": ["customers", "employees"]}]


def test_only_what_was_archived_along_comes_back(cast: Cast) -> None:
    with work():
        above = make_theme("above")
        early, late = make_theme("early", parent=above), make_theme("late", parent=above)
        tree.archive_theme(early, now=AT, by_id=None)
        assert tree.archive_theme(above, now=NOW, by_id=None) == [above.id, late.id]
        assert tree.restore_theme(above, now=NOW, by_id=None) == [above.id, late.id]
        assert [theme.id for theme in landscape().themes.values() if theme.gone] == [early.id]
        with pytest.raises(Refused):
            tree.restore_theme(above, now=NOW, by_id=None)


def test_themes_that_cannot_become_one(cast: Cast) -> None:
    with work():
        theme, other = make_theme("theme"), make_theme("other", audience="employees")
        gone = make_theme("gone", archived_at=AT)
        for first, second in ((theme, gone), (gone, theme)):
            with pytest.raises(Refused):
                joining.merge_theme(first, second, now=NOW, by_id=None)
    for into in (theme, other):
        with pytest.raises(Invalid) as refused, work():
            joining.merge_theme(tree.theme_by_id(theme.id), tree.theme_by_id(into.id), now=NOW, by_id=None)
        assert list(refused.value.fields) == ["into"]


def test_a_form_that_is_late_is_refused(cast: Cast) -> None:
    with work():
        theme = make_theme("theme")
        version = theme.version
        tree.change_theme(theme, now=NOW, by_id=None, name_en="Other")
    assert tree.theme_by_id(theme.id).version == version + 1
    with pytest.raises(Stale):
        tree.refuse_stale(tree.theme_by_id(theme.id), version)


def test_another_place_and_another_rule_make_a_form_late_too(cast: Cast) -> None:
    with work():
        theme, place = make_theme("theme"), make_touchpoint(make_journey()).id
        versions = [theme.version]
        for deed in (
            lambda: tree.place_theme(theme, [place], now=NOW, by_id=None),
            lambda: tree.place_theme(theme, [place], now=NOW, by_id=None),
            lambda: add_rule(theme, "late", now=NOW, by_id=None),
        ):
            deed()
            versions.append(theme.version)
    assert versions == [1, 2, 2, 3]


def test_an_archived_theme_stays_as_it_is_until_it_comes_back(cast: Cast) -> None:
    with work():
        theme, other, place = make_theme("theme"), make_theme("other"), make_touchpoint(make_journey()).id
        item = make_item("Late", (theme, "negative")).id
        tree.archive_theme(theme, now=NOW, by_id=None)
        for deed in (
            lambda: tree.move_theme(theme, other.id, now=NOW, by_id=None),
            lambda: tree.change_theme(theme, now=NOW, by_id=None, name_en="Other"),
            lambda: tree.place_theme(theme, [place], now=NOW, by_id=None),
            lambda: tree.archive_theme(theme, now=NOW, by_id=None),
            lambda: add_rule(theme, "late", now=NOW, by_id=None),
            lambda: joining.split_theme(theme, [item], now=NOW, by_id=cast.ida.id, name_en="New"),
        ):
            with pytest.raises(Refused):
                deed()
        with pytest.raises(Invalid):
            tree.move_theme(other, theme.id, now=NOW, by_id=None)
        assert db.session.scalars(sa.select(ThemeChange.kind)).all() == ["archived"]


def test_only_what_counts_goes_to_the_new_theme(cast: Cast) -> None:
    with work():
        theme = make_theme("theme")
        items = [make_item(f"Said {n}").id for n in range(3)]
        for item, state in zip(items, ("assigned", "guess", "rejected"), strict=True):
            db.session.add(Assignment(item_id=item, theme_id=theme.id, origin="model", state=state, at=AT))
        db.session.flush()
        new = joining.split_theme(theme, items, now=NOW, by_id=cast.ida.id, name_en="New").id
        theme_id = theme.id
    rows = db.session.execute(sa.select(Assignment.theme_id, Assignment.by_id).order_by(Assignment.item_id)).all()
    assert [tuple(row) for row in rows] == [(new, cast.ida.id), (theme_id, None), (theme_id, None)]


def test_a_rule_is_made_once_and_its_end_is_told(cast: Cast) -> None:
    with work():
        theme = make_theme("theme")
        one = add_rule(theme, " late   parcel ", now=NOW, by_id=None)
        assert add_rule(theme, "Late parcel", now=NOW, by_id=None) is one
        with pytest.raises(HouseError):
            add_rule(theme, "late parcel", polarity="positive", now=NOW, by_id=None)
        with pytest.raises(Invalid):
            add_rule(theme, " * ", now=NOW, by_id=None)
        end_rule(one, now=NOW, by_id=None)
        end_rule(one, now=NOW, by_id=None)
        theme_id = theme.id
    facts = [change.facts for change in db.session.scalars(
        sa.select(ThemeChange).where(ThemeChange.theme_id == theme_id).order_by(ThemeChange.id))]  # fmt: skip
    assert [(f["words"], f.get("ended")) for f in facts] == [("late parcel", None), ("late parcel", True)]


def test_a_touchpoint_that_comes_back_has_its_themes_again(cast: Cast) -> None:
    with work():
        journey = make_journey()
        here, there = make_touchpoint(journey, "here"), make_touchpoint(journey, "there")
        theme = make_theme("theme", here)
        journeys.archive(here, now=NOW, by_id=None)
        tree.place_theme(theme, [there.id], now=NOW, by_id=None)
        journeys.restore(here, now=NOW, by_id=None)
        places = (here.id, there.id)
        theme_id = theme.id
    assert landscape().themes[theme_id].touchpoint_ids == places
