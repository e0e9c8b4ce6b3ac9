"""The tree of themes: random sequences of what people do to it keep every assignment, make no ring, and are explained by
the history; and the cases in which themes meet."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, Refused
from suggestbox.feedback import joining, tree
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
from tests.cast import Cast
from tests.feedback.scene import AT, make_item, make_journey, make_touchpoint

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
