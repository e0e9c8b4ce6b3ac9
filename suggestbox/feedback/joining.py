"""Themes that become one, and one that becomes two. No assignment is lost, and the history of both says what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import Base, db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _

from .assigning import parts_of
from .history import note
from .items import visible
from .landscape import landscape
from .models import Assignment, Item, Theme, ThemeRule
from .theme_rules import matching
from .tree import create_theme, locked_landscape

STAY = ("theme", "theme_assignment", "theme_change", "theme_rise")
"""Tables whose rows are not simply led on: the tree and the assignments are treated by themselves; the history and the
news of a rise stay with the theme they are about."""


def merge_theme(gone: Theme, into: Theme, *, now: datetime, by_id: int | None) -> dict[str, int]:
    """Merge one theme into another; it is archived and leads there. Give how many comments moved, and had both.

    Assignments, rules, touchpoints and themes below move along, and so does whatever other rooms point to the theme
    with. Where a comment has both themes, the word of a person wins over that of the source, a rule and the model;
    between two people the one who said it fits, then the later one.

    Raises  Invalid when they are the same or hear different people, Refused when one of them is archived
    """
    _refuse_merging(gone, into)
    lands = locked_landscape()
    gone_from, before = list(lands.themes[gone.id].touchpoint_ids), list(lands.themes[into.id].touchpoint_ids)
    if into.id in lands.below(gone.id):
        parents = [into.parent_id, gone.parent_id]
        into.parent_id = gone.parent_id
        note(into, "moved", now=now, by_id=by_id, parent_id=parents)
    children = sa.select(Theme).where(Theme.parent_id == gone.id, Theme.id != into.id, Theme.merged_into_id.is_(None))
    for child in db.session.scalars(children.order_by(Theme.id)):
        child.parent_id = into.id
        note(child, "moved", now=now, by_id=by_id, parent_id=[gone.id, into.id])
    items, both = _move_assignments(gone.id, into.id)
    led_on = lead_on(gone.id, into.id)
    _end_twins(into.id, now)
    gone.archived_at, gone.merged_into_id = now, into.id
    after = list(landscape().themes[into.id].touchpoint_ids)
    left: dict[str, Any] = {"touchpoint_ids": [gone_from, []]} if gone_from else {}
    placed: dict[str, Any] = {"touchpoint_ids": [before, after]} if before != after else {}
    note(gone, "merged", now=now, by_id=by_id, other_id=into.id, items=items, both=both, **left)
    note(into, "took_in", now=now, by_id=by_id, other_id=gone.id, items=items, both=both, led_on=led_on, **placed)
    return {"items": items, "both": both}


def _refuse_merging(gone: Theme, into: Theme) -> None:
    if gone.archived_at is not None or into.archived_at is not None:
        raise Refused(_("This theme is archived. Bring it back first."), reason="archived")
    sentence = ""
    if gone.id == into.id:
        sentence = _("Please choose another theme than this one.")
    elif gone.audience != into.audience:
        sentence = _("One of them is about customers, the other about colleagues. They cannot become one.")
    if sentence:
        raise Invalid(sentence, reason="cannot_merge", fields={"into": sentence})


def strength(row: Any) -> tuple[int, int, datetime]:
    """Give how much an assignment weighs beside another of the same comment: who says so, whether it fits, when."""
    if row.origin == "person" or row.decided_at is not None:
        by = 3
    else:
        by = {"source": 2, "rule": 1}.get(row.origin, 0)
    fits = {"assigned": 2, "guess": 1}.get(row.state, 0)
    return by, fits, row.decided_at or row.at


def _move_assignments(from_id: int, to_id: int) -> tuple[int, int]:
    """Move what is assigned to a theme to another; give how many comments it fitted and how many had both."""
    columns = (Assignment.id, Assignment.item_id, Assignment.origin, Assignment.state, Assignment.at, Assignment.decided_at)
    run, unheard = db.session.execute, {"synchronize_session": False}
    fitting = sa.select(sa.func.count()).where(Assignment.theme_id == from_id, Assignment.state == "assigned")
    items: int = db.session.scalar(fitting) or 0
    twin = sa.orm.aliased(Assignment)
    has_both = sa.select(twin.id).where(twin.item_id == Assignment.item_id, twin.theme_id == to_id).exists()
    moving = {row.item_id: row for row in run(sa.select(*columns).where(Assignment.theme_id == from_id, has_both))}
    weaker = []
    for ids in parts_of(sorted(moving)):
        for row in run(sa.select(*columns).where(Assignment.theme_id == to_id, Assignment.item_id.in_(ids))):
            mine = moving[row.item_id]
            weaker.append(row.id if strength(mine) > strength(row) else mine.id)
    for ids in parts_of(sorted(weaker)):
        run(sa.delete(Assignment).where(Assignment.id.in_(ids)), execution_options=unheard)
    run(sa.update(Assignment).where(Assignment.theme_id == from_id).values(theme_id=to_id), execution_options=unheard)
    db.session.expire_all()
    return items, len(moving)


def lead_on(gone_id: int, into_id: int) -> dict[str, int]:
    """Let every row that points to one theme point to another, in whatever room its table lies; give how many did.

    Where a row of the same meaning is there already, for instance the same idea answers both, that one stays.
    """
    found: dict[str, int] = {}
    db.session.flush()
    for table in sorted(Base.metadata.tables.values(), key=lambda table: table.name):
        if table.name in STAY:
            continue
        for column in table.columns:
            if any(key.column.table.name == "theme" for key in column.foreign_keys):
                count = _lead_column_on(table, column, gone_id, into_id)
                if count:
                    found[table.name] = found.get(table.name, 0) + count
    db.session.expire_all()
    return found


def _lead_column_on(table: sa.Table, column: Any, gone_id: int, into_id: int) -> int:
    unique = [set(rule.columns) for rule in table.constraints if isinstance(rule, sa.UniqueConstraint)]
    for together in (set(table.primary_key.columns), *unique):
        if column not in together:
            continue
        there = table.alias()
        same = [there.c[other.name] == table.c[other.name] for other in together if other is not column]
        twin = sa.select(sa.literal(1)).where(there.c[column.name] == into_id, *same).exists()
        db.session.execute(sa.delete(table).where(column == gone_id, twin))
    moved: Any = db.session.execute(sa.update(table).where(column == gone_id).values({column.name: into_id}))
    return int(moved.rowcount)


def _end_twins(theme_id: int, now: datetime) -> None:
    """End rules that say the same as an older one of the theme."""
    known: set[tuple[str, str, str]] = set()
    query = sa.select(ThemeRule).where(ThemeRule.theme_id == theme_id, ThemeRule.ended_at.is_(None))
    for rule in db.session.scalars(query.order_by(ThemeRule.id)):
        meaning = (rule.words.casefold(), rule.but_not.casefold(), rule.polarity)
        if meaning in known:
            rule.ended_at = now
        known.add(meaning)


def split_theme(theme: Theme, item_ids: Sequence[int], *, now: datetime, by_id: int, **facts: Any) -> Theme:
    """Give a new theme that takes over these comments of an old one, each with its polarity, as that person's word.

    Takes   facts: what `create_theme` takes; without touchpoints the new theme lies where the old one does
    Raises  Invalid when none of the comments is assigned to the theme, Refused when it is archived
    """
    if theme.archived_at is not None:
        raise Refused(_("This theme is archived. Bring it back first."), reason="archived")
    own = sa.and_(Assignment.theme_id == theme.id, Assignment.state == "assigned")
    there: list[int] = []
    for ids in parts_of(sorted(set(item_ids))):
        there += db.session.scalars(sa.select(Assignment.item_id).where(own, Assignment.item_id.in_(ids)))
    if not there:
        sentence = _("Please choose at least one comment for the new theme.")
        raise Invalid(sentence, reason="nothing_chosen", fields={"which": sentence})
    lands = landscape()
    facts.setdefault("touchpoint_ids", lands.themes[theme.id].touchpoint_ids)
    facts.setdefault("audience", theme.audience)
    new = create_theme(now=now, by_id=by_id, **facts)
    for ids in parts_of(there):
        own_ones = sa.update(Assignment).where(own, Assignment.item_id.in_(ids))
        values = {"theme_id": new.id, "by_id": by_id, "decided_at": now}
        db.session.execute(own_ones.values(values), execution_options={"synchronize_session": False})
    db.session.expire_all()
    note(theme, "split", now=now, by_id=by_id, other_id=new.id, items=len(there))
    note(new, "split_off", now=now, by_id=by_id, other_id=theme.id, items=len(there))
    return new


# -- what would happen -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outlook:
    """What merging would move: comments, how many of them have both themes, rules and themes right below."""

    items: int
    both: int
    rules: int
    children: int


def outlook(gone_id: int, into_id: int) -> Outlook:
    """Give what merging one theme into another would move."""
    count, ask = sa.func.count(), db.session.scalar
    twin = sa.orm.aliased(Assignment)
    mine = sa.and_(Assignment.theme_id == gone_id, Assignment.state == "assigned")
    both = sa.select(twin.id).where(twin.item_id == Assignment.item_id, twin.theme_id == into_id).exists()
    return Outlook(
        ask(sa.select(count).select_from(Assignment).where(mine)) or 0,
        ask(sa.select(count).select_from(Assignment).where(mine, both)) or 0,
        ask(sa.select(count).select_from(ThemeRule).where(ThemeRule.theme_id == gone_id, ThemeRule.ended_at.is_(None))) or 0,
        ask(sa.select(count).select_from(Theme).where(Theme.parent_id == gone_id, Theme.archived_at.is_(None))) or 0,
    )


def found_in(theme_id: int, words: str = "", but_not: str = "") -> list[int]:
    """Give the ids of a theme's comments that hold these words (none: all of them), the newest first."""
    query = (
        sa.select(Item.id, Item.text).join(Assignment, Assignment.item_id == Item.id)
        .where(Assignment.theme_id == theme_id, Assignment.state == "assigned", visible())
        .order_by(Item.said_on.desc(), Item.id.desc())
    )
    if not words:
        return list(db.session.scalars(query.with_only_columns(Item.id)))
    rows = db.session.execute(query.execution_options(yield_per=2_000))
    return list(matching(((row.id, row.text) for row in rows), words, but_not))


def usual_polarity(theme_id: int) -> str:
    """Give how most comments of a theme are meant; neutral where there is none."""
    count = sa.func.count()
    own = sa.select(Assignment.polarity).where(Assignment.theme_id == theme_id, Assignment.state == "assigned")
    most = own.group_by(Assignment.polarity).order_by(count.desc(), Assignment.polarity).limit(1)
    return db.session.scalar(most) or "neutral"


def items_shown(theme_id: int, ids: Sequence[int]) -> list[tuple[Item, str]]:
    """Give these comments of a theme with their polarity, in the order of the ids."""
    query = sa.select(Item, Assignment.polarity).join(Assignment, Assignment.item_id == Item.id)
    rows = db.session.execute(query.where(Assignment.theme_id == theme_id, Item.id.in_(ids)))
    found = {item.id: (item, polarity) for item, polarity in rows}
    return [found[item_id] for item_id in ids if item_id in found]
