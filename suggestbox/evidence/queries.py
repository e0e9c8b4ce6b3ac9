"""Which themes an idea answers, and which ideas answer a theme: as far as the reader may see them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.feedback.landscape import Landscape, ThemeBrief, landscape
from suggestbox.feedback.models import Theme
from suggestbox.ideas.models import ADOPTING, OPEN_STAGES, Idea
from suggestbox.ideas.policy import Somebody, handed_in_and_visible_to, reads_outcome
from suggestbox.people.queries import here

from .models import IdeaTheme


@dataclass(frozen=True)
class Link:
    """A theme an idea answers. `by_id` is empty where a submitter linked it."""

    theme: ThemeBrief
    row_theme_id: int  # as it was linked: a theme that was merged since is told by the one it went into
    linked_as: str
    by_id: int | None
    at: datetime


def stands_for(theme_id: int, lands: Landscape) -> ThemeBrief | None:
    """Give a theme, or the one it was merged into; None for one that is not there for everybody any more."""
    seen: set[int] = set()
    theme = lands.theme(theme_id)
    while theme is not None and theme.merged_into_id is not None and theme.id not in seen:
        seen.add(theme.id)
        theme = lands.theme(theme.merged_into_id)
    return theme if theme is not None and not theme.gone else None


def links_of(idea_ids: Collection[int], lands: Landscape | None = None) -> dict[int, list[Link]]:
    """Give {idea id: the themes it answers}, by name. It says nothing about who may read the ideas."""
    found: dict[int, list[Link]] = {}
    if not idea_ids:
        return found
    query = sa.select(IdeaTheme).where(IdeaTheme.idea_id.in_(sorted(idea_ids))).order_by(IdeaTheme.at)
    rows = db.session.scalars(query).all()
    lands = lands or (landscape() if rows else Landscape())
    for row in rows:
        theme, mine = stands_for(row.theme_id, lands), found.setdefault(row.idea_id, [])
        if theme is not None and theme.id not in {link.theme.id for link in mine}:
            mine.append(Link(theme, row.theme_id, row.linked_as, row.by_id, row.at))
    for links in found.values():
        links.sort(key=lambda link: (link.theme.name.casefold(), link.theme.id))
    return found


def themes_of(idea_id: int, lands: Landscape | None = None) -> list[Link]:
    """Give the themes an idea answers, by name."""
    return links_of([idea_id], lands).get(idea_id, [])


# -- the other way round -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """An idea that answers a theme, for a reader who may see it.

    `outcome` is empty unless the reader may know it. Kind: open (on its way, as far as the reader knows), adopted (also
    planned before), declined, later (put off), other (a duplicate, passed on).
    """

    idea: Any  # the row itself
    outcome: str
    kind: str
    theme_ids: tuple[int, ...]

    @property
    def answers(self) -> bool:
        """Say whether the theme has its answer by this idea: on its way or adopted."""
        return self.kind in ("open", "adopted")


def _kind(idea: Idea, reads: bool) -> str:
    if not reads or idea.outcome is None:
        return "open" if idea.stage in OPEN_STAGES else "other"
    if idea.outcome in (*ADOPTING, "already_planned"):
        return "adopted"
    return {"declined": "declined", "parked": "later"}.get(idea.outcome, "other")


def _shown(me: Somebody) -> sa.ColumnElement[bool]:
    """The ideas that count for a reader: handed in, not taken back or handed over, and theirs to see."""
    if me is None:
        return sa.false()
    gone = sa.or_(Idea.stage == "withdrawn", sa.func.coalesce(Idea.outcome, "") == "handed_over")
    return sa.and_(handed_in_and_visible_to(me.id, here()), sa.not_(gone))


def merged_into(theme_ids: Iterable[int]) -> set[int]:
    """Give the themes with all that were merged into them, over several steps. One statement."""
    found = set(theme_ids)
    query = sa.select(Theme.id, Theme.merged_into_id).where(Theme.merged_into_id.is_not(None))
    into = {theme_id: target for theme_id, target in db.session.execute(query)}
    before = -1
    while len(found) != before:
        before = len(found)
        found.update(theme_id for theme_id, target in into.items() if target in found)
    return found


def ideas_of(theme_ids: Iterable[int], me: Somebody, *, limit: int = 50) -> list[Answer]:
    """Give the ideas that answer one of the themes and that the reader may see, those handed in last first.

    Takes   theme_ids: of a theme and those below it, as `Landscape.below` gives them; what was merged into them counts
    """
    ids = sorted(merged_into(theme_ids))
    if not ids or me is None:
        return []
    linked = sa.select(IdeaTheme.idea_id).where(IdeaTheme.theme_id.in_(ids))
    query = (
        sa.select(Idea, reads_outcome(me.id, here())).where(Idea.id.in_(linked), _shown(me))
        .order_by(Idea.submitted_at.desc(), Idea.id.desc()).limit(limit)
    )
    rows = [(idea, bool(reads)) for idea, reads in db.session.execute(query)]
    pairs = sa.select(IdeaTheme.idea_id, IdeaTheme.theme_id).where(
        IdeaTheme.idea_id.in_([idea.id for idea, _reads in rows]), IdeaTheme.theme_id.in_(ids)
    )
    themes: dict[int, list[int]] = {}
    for idea_id, theme_id in db.session.execute(pairs) if rows else ():
        themes.setdefault(idea_id, []).append(theme_id)
    return [
        Answer(idea, idea.outcome or "" if reads else "", _kind(idea, reads), tuple(sorted(themes.get(idea.id, ()))))
        for idea, reads in rows
    ]


def answers_by_theme(me: Somebody) -> dict[int, list[tuple[int, str]]]:
    """Give {theme id, as it was linked: (idea id, its kind for this reader)}. One statement."""
    if me is None:
        return {}
    columns = (IdeaTheme.theme_id, Idea.id, Idea.stage, Idea.outcome, reads_outcome(me.id, here()).label("reads"))
    query = sa.select(*columns).join(Idea, Idea.id == IdeaTheme.idea_id).where(_shown(me)).order_by(Idea.id)
    found: dict[int, list[tuple[int, str]]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.theme_id, []).append((row.id, _kind(row, bool(row.reads))))  # type: ignore[arg-type]
    return found


def counts_of_ideas(me: Somebody, lands: Landscape | None = None) -> dict[int, int]:
    """Give {theme id: how many ideas the reader may see answer it or a theme below it}; themes without one are absent."""
    lands = lands or landscape()
    ideas: dict[int, set[int]] = {}
    for theme_id, answers in answers_by_theme(me).items():
        theme = stands_for(theme_id, lands)
        for above in lands.path(theme.id) if theme else ():
            ideas.setdefault(above.id, set()).update(idea_id for idea_id, _kind in answers)
    return {theme_id: len(found) for theme_id, found in ideas.items()}
