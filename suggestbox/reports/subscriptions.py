"""Reports on a schedule: who gets which one whenever a month, a quarter or a year is over, as long as they may see it."""

from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.errors import Denied, Invalid, NotFound
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.journal.operations import write
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person

from .exports import ask
from .making import Order
from .models import FORMATS, RHYTHMS, ExportRun, Report, Subscription
from .periods import latest_closed
from .policy import READERS, may_read

RHYTHM_WORDS = {
    "month": _l("after each month"), "quarter": _l("after each quarter"), "year": _l("after each year"),
}


def subscriptions_of(person_id: int) -> list[Subscription]:
    """Give what somebody subscribed to, in the order of the pages."""
    rows = db.session.scalars(sa.select(Subscription).where(Subscription.person_id == person_id))
    kinds = list(READERS)
    return sorted(rows, key=lambda row: (kinds.index(row.kind), RHYTHMS.index(row.rhythm)))


def subscribe(person: Person, kind: str, rhythm: str, form: str, *, now: datetime) -> Subscription:
    """Have somebody get a report from the next period on; who has it already gets it in this form. Flushes.

    Raises  Invalid for something there is not; Denied for a report the person does not read
    """
    if kind not in READERS or rhythm not in RHYTHMS or form not in FORMATS:
        raise Invalid(_("Please choose a report, how often, and what kind of file."), reason="no_such_report")
    if not may_read(person, kind):
        raise Denied(reason="reports.subscribe")
    query = sa.select(Subscription).where(
        Subscription.person_id == person.id, Subscription.kind == kind, Subscription.rhythm == rhythm
    )
    row = db.session.scalars(query).first()
    if row is None:
        row = Subscription(person_id=person.id, kind=kind, rhythm=rhythm, created_at=now)
        db.session.add(row)
    row.format = form
    write("reports.subscribed", now=now, actor_id=person.id, report=kind, rhythm=rhythm, form=form)
    db.session.flush()
    return row


def end_subscription(subscription_id: int, person_id: int, *, now: datetime) -> None:
    """End one's own subscription. Flushes, never commits.

    Raises  NotFound
    """
    row = db.session.get(Subscription, subscription_id)
    if row is None or row.person_id != person_id:
        raise NotFound(reason="no_such_subscription")
    write("reports.unsubscribed", now=now, actor_id=person_id, report=row.kind, rhythm=row.rhythm)
    db.session.delete(row)
    db.session.flush()


def ask_for_due(book: Directory, today: date, *, now: datetime) -> list[int]:
    """Ask for the file of every subscription whose last period is over, kept, and not sent yet; give the runs' ids.

    Whoever may not see the report any more gets nothing. Flushes, never commits.
    """
    asked = []
    for row in db.session.scalars(sa.select(Subscription).order_by(Subscription.id)):
        person = book.person(row.person_id)
        if person is None or not person.active or not may_read(person, row.kind, book=book):
            continue
        period = latest_closed(row.rhythm, today)
        since = local_date(row.created_at, current_app.config["HEADQUARTERS_ZONE"])
        if period.until >= since and _is_kept(row.kind, period.key) and not _was_asked(row, period.key):
            language = person.language or book.site_languages.get(person.site_id, "de")
            order = Order(row.kind, period.key, row.format, bom=row.format == "csv")
            asked.append(ask(order, by_id=person.id, language=language, now=now, subscription=row.id).id)
    return asked


def _is_kept(kind: str, period_key: str) -> bool:
    query = sa.select(Report.id).where(Report.kind == kind, Report.period == period_key, Report.version > 0)
    return db.session.scalar(query.limit(1)) is not None


def _was_asked(row: Subscription, period_key: str) -> bool:
    """Who pressed a button for the same report gets the one of the schedule all the same."""
    options = db.session.scalars(sa.select(ExportRun.options).where(
        ExportRun.by_id == row.person_id, ExportRun.kind == row.kind, ExportRun.period == period_key
    ))
    return any("subscription" in found for found in options)
