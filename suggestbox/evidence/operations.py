"""Saying that an idea answers a theme, and taking it back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from suggestbox.core.database import db
from suggestbox.core.errors import Denied, Invalid, NotFound
from suggestbox.core.language import gettext as _
from suggestbox.feedback.models import Theme
from suggestbox.ideas.models import Idea
from suggestbox.journal.operations import write
from suggestbox.people.models import Person

from . import policy
from .models import IdeaTheme

MOST_THEMES = 8
"""An idea that answers everything answers nothing."""


def theme_to_link(theme_id: int) -> Theme:
    """Give a theme that is there for everybody; of a merged one the theme it went into.

    Raises  NotFound
    """
    seen: set[int] = set()
    theme = db.session.get(Theme, theme_id)
    while theme is not None and theme.merged_into_id is not None and theme.id not in seen:
        seen.add(theme.id)
        theme = db.session.get(Theme, theme.merged_into_id)
    if theme is None or theme.archived_at is not None:
        raise NotFound(reason="no_such_theme")
    return theme


def link_theme(idea: Idea, theme_id: int, *, actor: Person, now: datetime) -> bool:
    """Say that customers say this too; give whether that is new. Flushes, never commits.

    A submitter's link names nobody, in the table as in the journal of a confidential idea.

    Raises  Denied when it is not the actor's to say; NotFound for a theme nobody sees; Invalid when there are too many
    """
    who = policy.linker(idea, actor)
    if not who:
        raise Denied(reason="may_not_link")
    theme = theme_to_link(theme_id)
    if db.session.get(IdeaTheme, (idea.id, theme.id)) is not None:
        return False
    count = sa.select(sa.func.count()).select_from(IdeaTheme).where(IdeaTheme.idea_id == idea.id)
    if (db.session.scalar(count) or 0) >= MOST_THEMES:
        raise Invalid(_("At most %(most)s themes belong to one idea. Please take one away first.", most=MOST_THEMES),
                      reason="too_many_themes")
    row = {"idea_id": idea.id, "theme_id": theme.id, "linked_as": who,
           "by_id": None if who == "submitter" else actor.id, "at": now}
    insert: Any = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    added = db.session.execute(insert(IdeaTheme).on_conflict_do_nothing().returning(IdeaTheme.theme_id), row).scalar()
    if added is None:
        return False  # somebody else was quicker
    _note("evidence.link", idea, theme.id, who, actor, now)
    return True


def unlink_theme(idea: Idea, theme_id: int, *, actor: Person, now: datetime) -> bool:
    """Take a link back; give whether there was one. Flushes, never commits.

    Raises  Denied when it is not the actor's to take back
    """
    who = policy.linker(idea, actor)
    if not who:
        raise Denied(reason="may_not_link")
    link = db.session.get(IdeaTheme, (idea.id, theme_id))
    if link is None:
        return False
    if not policy.may_unlink(link.linked_as, who):
        raise Denied(_("Somebody who looks after feedback or ideas linked this theme. Please ask them to take it back."),
                     reason="may_not_unlink")
    db.session.delete(link)
    db.session.flush()
    _note("evidence.unlink", idea, theme_id, who, actor, now)
    return True


def keep_ticked(idea: Idea, ticked: Iterable[int], shown: Iterable[int], *, actor: Person, now: datetime) -> None:
    """Bring the links of an idea being written to what its form says. Flushes, never commits.

    Takes   ticked, shown: the themes that were ticked, and those the form offered: what it did not show stays as it is.
            Themes that went meanwhile, or are too many, are left out: the idea is what matters here
    """
    wanted = dict.fromkeys(ticked)
    for theme_id in dict.fromkeys(shown):
        if theme_id not in wanted:
            link = db.session.get(IdeaTheme, (idea.id, theme_id))
            if link is not None and policy.may_unlink(link.linked_as, policy.linker(idea, actor)):
                unlink_theme(idea, theme_id, actor=actor, now=now)
    for theme_id in wanted:
        try:
            link_theme(idea, theme_id, actor=actor, now=now)
        except (NotFound, Invalid):
            continue


def _note(kind: str, idea: Idea, theme_id: int, who: str, actor: Person, now: datetime) -> None:
    """Drafts have no journal: only their submitters know of them."""
    if idea.number is None:
        return
    by_submitter = who == "submitter"
    write(kind, now=now, idea_id=idea.id, actor_id=None if by_submitter else actor.id,
          role="submitter" if by_submitter else "person", audience="all", theme_id=theme_id)
