"""The history of themes: every change is noted with what was before, and told again in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write
from suggestbox.people.directory import Directory

from .counts import comment_words
from .landscape import Landscape
from .models import Theme, ThemeChange
from .words import AUDIENCE_WORDS, NEED_WORDS, POLARITY_WORDS


def note(
    theme: Theme, kind: str, *, now: datetime, by_id: int | None, other_id: int | None = None, **facts: Any
) -> ThemeChange:
    """Add a line to a theme's history, in the transaction of the change itself; the theme's version goes up with it.

    Takes   by_id: who did it; None when it came from a file
            facts: {"name_de": ["before", "after"]}, counts and ids
    """
    row = ThemeChange(theme_id=theme.id, kind=kind, other_id=other_id, facts=facts, by_id=by_id, at=now)
    db.session.add(row)
    flag_modified(theme, "name_de")
    numbers: dict[str, Any] = {name: value for name, value in facts.items() if isinstance(value, int)}
    if other_id is not None:
        numbers["other_id"] = other_id
    role = "person" if by_id is not None else "house"
    write(f"theme.{kind}", now=now, actor_id=by_id, role=role, theme_id=theme.id, **numbers)
    db.session.flush()
    return row


def changes_of(theme_id: int) -> list[ThemeChange]:
    """Give the history of a theme, the latest first."""
    query = sa.select(ThemeChange).where(ThemeChange.theme_id == theme_id)
    return list(db.session.scalars(query.order_by(ThemeChange.at.desc(), ThemeChange.id.desc())))


def with_history(theme_ids: Iterable[int]) -> set[int]:
    """Give those of these themes that have been there for people: one that came with an unfinished import has not."""
    query = sa.select(ThemeChange.theme_id).where(ThemeChange.theme_id.in_(sorted(theme_ids))).distinct()
    return set(db.session.scalars(query))


# -- in sentences ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One line of a theme's history: who (empty: from a file), when, what, and what was before and is since."""

    at: datetime
    who: str
    text: str
    details: tuple[tuple[str, str, str], ...] = ()  # (what, before, after)
    other_id: int | None = None
    other_name: str = ""


def history_of(theme_id: int, lands: Landscape, book: Directory) -> list[Line]:
    """Give a theme's history in sentences of the reader's language, the latest first. One statement."""
    return [_line(change, lands, book) for change in changes_of(theme_id)]


def _line(change: ThemeChange, lands: Landscape, book: Directory) -> Line:
    person = book.person(change.by_id) if change.by_id is not None else None
    who = person.name if person else ("" if change.by_id is None else _("Somebody"))
    other = lands.theme(change.other_id)
    details = tuple(
        (_names().get(name, name), _shown(name, facts[0], lands, book), _shown(name, facts[1], lands, book))
        for name, facts in change.facts.items()
        if isinstance(facts, list) and len(facts) == 2 and name in _names() and change.kind != "created"
    )
    return Line(change.at, who, _sentence(change), details, change.other_id, other.name if other else "")


def _sentence(change: ThemeChange) -> str:
    items, kind = int(change.facts.get("items", 0)), change.kind
    comments = comment_words(items)
    sentences = {
        "created": _("Created this theme."),
        "changed": _("Changed the theme."),
        "moved": _("Moved the theme in the tree."),
        "merged": _("Merged this theme into another; %(comments)s moved along.", comments=comments),
        "took_in": _("Took in another theme with %(comments)s.", comments=comments),
        "split": _("Split the theme: %(comments)s went to a new one.", comments=comments),
        "split_off": _("Split off from another theme with %(comments)s.", comments=comments),
        "archived": _("Archived the theme."),
        "restored": _("Brought the theme back."),
        "placed": _("Changed where the theme lies on the journeys."),
    }
    if kind == "ruled":
        polarity = POLARITY_WORDS.get(change.facts.get("polarity", ""), "")
        words, but_not = change.facts.get("words", ""), change.facts.get("but_not", "")
        rule = _("“%(words)s”, but not “%(not)s”", words=words, **{"not": but_not}) if but_not else f"“{words}”"
        if change.facts.get("ended"):
            return _("Ended the rule %(rule)s (%(polarity)s).", rule=rule, polarity=polarity)
        return _("Added the rule %(rule)s (%(polarity)s).", rule=rule, polarity=polarity)
    return sentences.get(kind, kind)


def _names() -> dict[str, str]:
    return {
        "name_de": _("Name in German"), "name_en": _("Name in English"),
        "description_de": _("Description in German"), "description_en": _("Description in English"),
        "examples_de": _("Examples in German"), "examples_en": _("Examples in English"),
        "audience": _("Who is heard"), "need": _("Kind of need"), "owner_id": _("Owner"),
        "parent_id": _("Lies below"), "touchpoint_ids": _("Touchpoints"),
    }  # fmt: skip


def _shown(name: str, value: Any, lands: Landscape, book: Directory) -> str:
    if name == "parent_id":
        theme = lands.theme(value)
        return theme.name if theme else _("nothing")
    if name == "owner_id":
        person = book.person(value) if value is not None else None
        return person.name if person else _("nobody")
    if name == "touchpoint_ids":
        found = [lands.touchpoints[one].name for one in value if one in lands.touchpoints]
        return ", ".join(found) or _("none")
    if name == "audience":
        return str(AUDIENCE_WORDS.get(value, value))
    if name == "need":
        return str(NEED_WORDS.get(value, "")) or _("not said")
    if isinstance(value, list):
        return "; ".join(value) or _("none")
    return str(value) or _("nothing")
