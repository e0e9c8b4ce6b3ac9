"""Whether what was read of a letter still holds when its turn comes: asked of letters that were taken several at once.

Between the reading and the turn lie seconds at most. What was read is good as long as the people, the ideas and the
notices it speaks of have the versions they had, nobody paused the postman, and the reader is still at work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import Directory
from suggestbox.people.hours import is_at_work
from suggestbox.people.models import PeopleStamp

from .models import MailState, Notice


@dataclass(frozen=True)
class Mark:
    """What a letter rests on: its reader on a day, and the notices in it with the versions of their ideas, added up."""

    book: Directory
    person_id: int
    notices: tuple[int, ...]
    versions: int


_IDS: Any = sa.bindparam("ids", expanding=True)
_VERSION = sa.func.coalesce(Idea.version, 0)
_UNREAD = sa.and_(Notice.id.in_(_IDS), Notice.read_at.is_(None))
_EACH = sa.select(Notice.id, _VERSION).outerjoin(Idea, Idea.id == Notice.idea_id).where(_UNREAD)
_TOGETHER = sa.select(
    sa.select(sa.func.coalesce(sa.func.max(PeopleStamp.version), 0)).scalar_subquery(),
    sa.select(sa.func.count(MailState.paused_at)).where(MailState.id == 1).scalar_subquery(),
    sa.func.count(), sa.func.coalesce(sa.func.sum(_VERSION), 0),
).select_from(Notice).outerjoin(Idea, Idea.id == Notice.idea_id).where(_UNREAD)


def marks_of(read: Sequence[tuple[Directory, int, tuple[int, ...]]]) -> list[Mark]:
    """Give the marks of letters whose texts were just made, from (directory, reader, ids of notices). Inside `work()`."""
    ids = sorted({notice_id for _book, _reader, notices in read for notice_id in notices})
    versions: dict[int, int] = {row[0]: row[1] for row in db.session.execute(_EACH, {"ids": ids})} if ids else {}
    return [Mark(book, reader, notices, sum(versions.get(n, 0) for n in notices)) for book, reader, notices in read]


def stands(mark: Mark, *, now: datetime) -> bool:
    """Say whether nothing changed of what the letter rests on. One statement, in a transaction of its own.

    Versions only ever grow, so that their sum is the same only while each of them is.
    """
    zones = {current_app.config["HEADQUARTERS_ZONE"], mark.book.zone_of(mark.person_id)}
    if any(local_date(now, zone) != mark.book.today for zone in zones) or not is_at_work(mark.book, mark.person_id, now):
        return False
    with db.engine.connect() as connection:
        people, paused, count, versions = connection.execute(_TOGETHER, {"ids": list(mark.notices)}).one()
    return (people, paused, count, versions) == (mark.book.version, 0, len(mark.notices), mark.versions)
