"""The inbox on the site: everything a person was told, the newest first."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.paging import PAGE_SIZE, Columns, Page, page_of
from suggestbox.ideas.parts import my_submitter_ids
from suggestbox.steps.models import Step

from .letters import Line, Reader
from .letters import kind as kind_of
from .models import Notice

ORDER: Columns = [(Notice.id, True)]

MOST_COUNTED = 100
"""From here on the menu says "99+"."""


def _of(person_id: Any, *conditions: Any, what: Any = Notice.id) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """A person's notices: as a person, and as a submitter. Two searches, each along its own index."""
    return (
        sa.select(what).where(Notice.person_id == person_id, *conditions),
        sa.select(what).where(Notice.submitter_id.in_(my_submitter_ids(person_id)), *conditions),
    )


_ME: Any = sa.bindparam("person_id")
_THING = sa.case((Notice.step_id.is_(None), -Notice.id), else_=Notice.step_id).label("thing")
_DONE = sa.exists().where(Step.id == Notice.step_id, Step.outcome.in_(("done", "dropped")))
_NEW = sa.union(*_of(_ME, Notice.read_at.is_(None), ~_DONE, what=_THING)).limit(MOST_COUNTED)
_UNREAD = sa.select(sa.func.count()).select_from(_NEW.subquery())


def count_unread(person_id: int) -> int:
    """Give how many things are new to the person, at most `MOST_COUNTED`.

    All that was told of one step is one thing, and none once the step is done. One statement.
    """
    return db.session.scalar(_UNREAD, {"person_id": person_id}) or 0


def inbox_page(person_id: int, *, key: str | None = None, size: int = PAGE_SIZE) -> Page:
    """Give one page of what the person was told, the newest first. One statement."""
    ids = sa.union_all(*_of(person_id)).subquery()
    return page_of(sa.select(Notice).where(Notice.id.in_(sa.select(ids.c.id))), ORDER, key=key, size=size)


def lines_of(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give {notice id: its line}; one that is missing has lost its reason. A few statements for each kind there is."""
    by_kind: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_kind[notice.kind].append(notice)
    found: dict[int, Line] = {}
    for name in sorted(by_kind):
        try:
            kind = kind_of(name)
        except KeyError:  # of a later version, or one that is gone
            continue
        found.update(kind.lines(by_kind[name], reader))
    return found


_LAST: Any = sa.bindparam("until_id")
_UNTIL = sa.union_all(*_of(sa.bindparam("reader_id"), Notice.read_at.is_(None), Notice.id <= _LAST)).subquery()
_MARK = sa.update(Notice).where(Notice.id.in_(sa.select(_UNTIL.c.id))).values(read_at=sa.bindparam("now"))


def mark_read(person_id: int, *, until_id: int, now: datetime) -> int:
    """Mark everything up to a notice as read, so that one that came meanwhile stays new; give how many. Never commits."""
    marked = db.session.execute(_MARK, {"reader_id": person_id, "until_id": until_id, "now": now})
    return marked.rowcount  # type: ignore[attr-defined, no-any-return]
