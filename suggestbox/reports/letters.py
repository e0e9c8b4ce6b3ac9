"""Letters of the room: a file somebody asked for is ready, and a report somebody subscribed to."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.database import db
from suggestbox.core.language import full_date
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on
from suggestbox.mail.letters import Kind, Line, Reader, Text, register
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory

from .exports import last_day, may_export, order_of
from .models import ExportRun
from .periods import Period
from .words import KIND_NAMES

READY = "reports.file_ready"
SUBSCRIBED = "reports.subscribed"


def _standing(notices: Sequence[Notice], reader: Reader) -> dict[int, ExportRun]:
    """{notice id: its run} of files that wait to be fetched by somebody who may still see the report."""
    if not is_on("reports"):
        return {}
    query = sa.select(ExportRun).where(
        ExportRun.id.in_({notice.facts["run_id"] for notice in notices}), ExportRun.by_id == reader.person_id,
        ExportRun.state == "done", ExportRun.fetched_at.is_(None),
    )
    book = directory(reader.today)
    me = book.person(reader.person_id)
    runs = {run.id: run for run in db.session.scalars(query) if may_export(me, order_of(run), book=book)}
    return {n.id: runs[n.facts["run_id"]] for n in notices if n.facts["run_id"] in runs}


def what_it_is(run: ExportRun) -> str:
    """Give what a file holds, in the reader's language: "Participation, 3rd quarter 2026"."""
    period = Period(run.period).label()
    if run.options.get("ideas"):
        return _("Ideas, %(period)s", period=period)
    return _("%(kind)s, %(period)s", kind=KIND_NAMES[run.kind], period=period)


def ready_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give a line per file that waits to be fetched."""
    return {
        notice_id: Line(_("Your file is ready: %(what)s", what=what_it_is(run)), url_for("reports.file", run_id=run.id),
                        duty=False)
        for notice_id, run in _standing(notices, reader).items()
    }


def subscribed_text(notice: Notice, reader: Reader) -> Text | None:
    """Give the letter that brings a report somebody subscribed to: a link, because the rights are looked at again there."""
    run = _standing([notice], reader).get(notice.id)
    if run is None:
        return None
    what = what_it_is(run)
    return Text(
        subject=what,
        paragraphs=(
            _("The report you subscribed to is ready: %(what)s.", what=what),
            _("You fetch the file on the page. It lies there until %(date)s, for you alone.", date=full_date(last_day(run))),
        ),
        button=(_("To the file"), url_for("reports.file", run_id=run.id)),
        links=((_("Change or end subscriptions"), url_for("reports.subscriptions")),),
        why=_("You get this message because you subscribed to this report."),
    )


_KINDS = (
    Kind(READY, _l("A file with figures is ready"), ready_lines),
    Kind(SUBSCRIBED, _l("A report one subscribed to"), ready_lines, write=subscribed_text, waits=False),
)


def register_letters() -> None:
    """Make the letters of this room known."""
    register(*_KINDS)
