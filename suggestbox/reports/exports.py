"""Exports on record: what somebody asked for, what was handed out, and who may see that.

Every file that leaves the house is a row here and an entry in the journal, from pages, from the terminal and on a
schedule alike. A file that takes long is made by `export_run`; one that is made at once is only noted.
"""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.paging import PAGE_SIZE, Page, page_of
from suggestbox.journal.operations import write
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody, has_role

from .making import Made, Order, checked
from .models import ExportRun
from .policy import may_read

KEEP_DAYS = 7
"""So long a file waits to be fetched."""

OPEN_AT_MOST = 3
"""So many files somebody may have in the making at once."""


def may_export(me: Somebody, order: Order, *, book: Directory | None = None) -> bool:
    """Say whether this person may take this out of the house: a report they read; ideas only the idea management."""
    if me is None:
        return False
    if order.ideas:
        return has_role(me, "idea_manager", book=book)
    return may_read(me, order.kind, book=book)


def may_export_ideas(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person may take the ideas of a period out as a table."""
    return has_role(me, "idea_manager")


def order_of(run: ExportRun) -> Order:
    """Give what was asked for."""
    options = run.options
    return Order(run.kind, run.period, run.format, None, bool(options.get("ideas")), bool(options.get("bom")),
                 str(options.get("separator", "")))


def ask(order: Order, *, by_id: int, language: str, now: datetime, **options: Any) -> ExportRun:
    """Note that somebody wants a file that takes its time. Flushes, never commits.

    Takes   options: further facts about the wish, such as the subscription it came from
    Raises  Invalid; Refused while three of theirs are in the making
    """
    waiting = sa.select(sa.func.count()).select_from(ExportRun).where(
        ExportRun.by_id == by_id, ExportRun.state.in_(("waiting", "running"))
    )
    if not options and (db.session.scalar(waiting) or 0) >= OPEN_AT_MOST:
        raise Refused(_("Three files of yours are being made already. Please wait for one of them."),
                      reason="too_many_files")
    order = checked(order)
    run = ExportRun(kind=order.kind, period=order.period, format=order.format, language=language, by_id=by_id,
                    options={**order.options, **options}, asked_at=now, state="waiting")
    db.session.add(run)
    db.session.flush()
    return run


def note(order: Order, made: Made, *, by_id: int | None, language: str, now: datetime) -> ExportRun:
    """Note an export that was handed out at once. Flushes, never commits."""
    run = ExportRun(
        kind=order.kind, period=order.period, version=made.version, format=order.format, language=language, by_id=by_id,
        options=order.options, state="gone", done_rows=made.row_count, all_rows=made.row_count,
        file_name=order.file_name(made.version), asked_at=now, started_at=now, done_at=now, fetched_at=now,
    )
    db.session.add(run)
    write_down(run, now=now)
    db.session.flush()
    return run


def write_down(run: ExportRun, *, now: datetime) -> None:
    """Put an export into the journal. Flushes nothing, never commits."""
    write("reports.exported", now=now, actor_id=run.by_id, role="person" if run.by_id else "admin", report=run.kind,
          period=run.period, version=run.version, form=run.format, ideas=bool(run.options.get("ideas")),
          rows=run.done_rows, scheduled="subscription" in run.options)


def last_day(run: ExportRun) -> date:
    """Give the last day on which a file can be fetched."""
    return ((run.done_at or run.asked_at) + timedelta(days=KEEP_DAYS)).date()


# -- reading -----------------------------------------------------------------------------------------------------------


def exports_seen(*, key: str | None = None, size: int = PAGE_SIZE) -> Page:
    """Give a page of everything that was exported, the latest first; rows are ExportRun. One statement."""
    query = sa.select(ExportRun).where(ExportRun.done_at.is_not(None))
    return page_of(query, [(ExportRun.id, True)], key=key, size=size)


def my_files(person_id: int, *, most: int = 30) -> list[ExportRun]:
    """Give the files made for somebody that can still be fetched or are in the making, the latest first."""
    mine = sa.select(ExportRun).where(ExportRun.by_id == person_id, ExportRun.state != "gone")
    return list(db.session.scalars(mine.order_by(ExportRun.id.desc()).limit(most)))
