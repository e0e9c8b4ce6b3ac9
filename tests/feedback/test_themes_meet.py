"""Where themes meet: merged, moved below each other, archived and back; what points to them follows."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, Refused, Stale
from suggestbox.evidence.models import IdeaTheme
from suggestbox.feedback import joining, journeys, tree
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.models import (
    Assignment,
    ThemeChange,
)
from suggestbox.feedback.theme_rules import add_rule, end_rule, rules_of
from tests.cast import Cast
from tests.factories import submitted
from tests.feedback.scene import AT, make_item, make_journey, make_theme, make_touchpoint

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
