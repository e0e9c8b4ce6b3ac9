"""The ideas handed in during a period, one row each, as far as the person who exports them may read them.

Read and handed on in small portions, so memory stays the same for ten ideas and for a hundred thousand. No row says who
a confidential submitter is, and none names whoever an idea waits with: no export ranks people.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.database import db, let_go
from suggestbox.core.language import current_language, full_date
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.policy import handed_in_and_visible_to, hides_names, reads_outcome
from suggestbox.people.directory import Directory
from suggestbox.steps.words import TITLES
from suggestbox.workflow.words import AREAS, OUTCOMES, STAGES

from .documents import Column, Document, Table
from .periods import Period

PORTION = 1_000

Tell = Callable[[int], None]
"""Told how many rows are written, after each portion; nothing is read from the database meanwhile."""


def between(period: Period, zone: str) -> tuple[datetime, datetime]:
    """Give the moments at which a period begins and the next one does, on the clock of headquarters."""
    place = ZoneInfo(zone)
    return (datetime.combine(period.since, time.min, place),
            datetime.combine(period.until + timedelta(days=1), time.min, place))


def _handed_in(period: Period, person_id: int, book: Directory) -> list[sa.ColumnElement[bool]]:
    since, until = between(period, current_app.config["HEADQUARTERS_ZONE"])
    return [Idea.submitted_at >= since, Idea.submitted_at < until, handed_in_and_visible_to(person_id, book)]


def count_ideas(period: Period, person_id: int, book: Directory) -> int:
    """Give how many ideas of the period this person may read."""
    query = sa.select(sa.func.count()).select_from(Idea).where(*_handed_in(period, person_id, book))
    return db.session.scalar(query) or 0


def columns() -> tuple[tuple[Column, str], ...]:
    """Give the columns, each with a sentence on what it holds, in the reader's language."""
    return (
        (Column("number", _("Number"), width=11), _("The number the idea got at hand-in.")),
        (Column("title", _("Title"), width=60), _("The idea's title as it is now.")),
        (Column("area", _("Area"), width=12), _("What the idea is about, as its submitters chose.")),
        (Column("department", _("Department"), width=24), _("The department that looks after the idea now.")),
        (Column("submitters", _("Submitters"), width=30),
         _("Who handed it in. Of a confidential idea only how many they are.")),
        (Column("submitter_count", _("Number of submitters"), "count", 11), _("How many people handed it in together.")),
        (Column("way", _("Way"), width=12), _("Ordinary way, or short way within the team.")),
        (Column("stage", _("Stage"), width=20), _("Where the idea is now.")),
        (Column("next_step", _("Next step"), width=28), _("What has to be done next. Who does it is not exported.")),
        (Column("due_on", _("Due on"), "date", 12), _("By when the next step is due.")),
        (Column("handed_in_at", _("Handed in"), "moment", 17), _("When it was handed in.")),
        (Column("decided_at", _("Decided"), "moment", 17),
         _("When the standing decision was made; empty where you may not read it.")),
        (Column("outcome", _("Outcome"), width=18), _("What was decided; empty where you may not read it.")),
        (Column("closed_at", _("Closed"), "moment", 17), _("When it was closed after the talk.")),
        (Column("ending", _("Confirmed"), width=12), _("Whether the submitters confirmed how it was handled.")),
        (Column("days", _("Days so far"), "count", 10),
         _("Calendar days from hand-in to the closing; of an open idea until today.")),
        (Column("support_count", _("Supporters"), "count", 11), _("How many colleagues support it.")),
        (Column("comment_count", _("Number of comments"), "count", 11), _("How many comments it has.")),
    )


def document(period: Period, person_id: int, book: Directory, *, now: datetime, tell: Tell | None = None) -> Document:
    """Give the ideas of a period as a document whose rows are read while it is written."""
    zone = current_app.config["HEADQUARTERS_ZONE"]
    known, reader = columns(), book.person(person_id)
    definitions = Table(
        _("Columns"), (Column("column", _("Column"), width=24), Column("meaning", _("What it holds"), "long", 90)),
        [(column.head, meaning) for column, meaning in known],
    )
    facts = [
        (_("Kind of report"), _("Ideas handed in, one row each")), (_("Period"), period.label()),
        (_("Population"), _("All ideas handed in during the period that %(name)s may read",
                            name=reader.name if reader else "")),
        (_("Read on"), full_date(now)), (_("Time zone"), zone),
    ]
    rows = _rows(period, person_id, book, now, tell or (lambda _count: None))
    return Document(_("Ideas, %(period)s", period=period.label()), current_language(), zone, facts,
                    [Table(_("Ideas"), tuple(column for column, _meaning in known), rows)], definitions)


_NAMED = (
    sa.select(Submitter.idea_id, Submitter.person_id)
    .where(Submitter.idea_id.in_(sa.bindparam("ids", expanding=True)), Submitter.state == "accepted")
    .order_by(Submitter.idea_id, Submitter.position)
)


def _rows(period: Period, person_id: int, book: Directory, now: datetime, tell: Tell) -> Iterator[tuple[Any, ...]]:
    query = sa.select(
        Idea.id, Idea.number, Idea.title, Idea.area, Idea.department_id, Idea.confidential, Idea.way, Idea.stage,
        Idea.next_kind, Idea.next_due_on, Idea.submitted_at, Idea.decided_at, Idea.outcome, Idea.closed_at, Idea.ending,
        Idea.support_count, Idea.comment_count,
        sa.case((reads_outcome(person_id, book), 1), else_=0).label("reads_outcome"),
        sa.case((hides_names(person_id, book), 1), else_=0).label("nameless"),
    ).where(*_handed_in(period, person_id, book)).order_by(Idea.submitted_at, Idea.id).limit(PORTION)
    words, count = _Words(book, now), 0
    further: sa.ColumnElement[bool] = sa.true()
    while portion := db.session.execute(query.where(further)).all():
        people: dict[int, list[int | None]] = {}
        for idea_id, named_id in db.session.execute(_NAMED, {"ids": [row.id for row in portion]}):
            people.setdefault(idea_id, []).append(named_id)
        let_go()  # whoever writes the file may take its time
        for row in portion:
            yield _cells(row, people.get(row.id, []), words)
        count, last = count + len(portion), portion[-1]
        further = sa.and_(
            Idea.submitted_at >= last.submitted_at,
            sa.or_(Idea.submitted_at > last.submitted_at, Idea.id > last.id),
        )
        tell(count)


class _Words:
    """The words of rows in the reader's language, looked up once."""

    def __init__(self, book: Directory, now: datetime) -> None:
        self.book, self.zone = book, str(current_app.config["HEADQUARTERS_ZONE"])
        self.today = local_date(now, self.zone)
        self.areas = {key: str(word) for key, word in AREAS.items()}
        self.stages = {key: str(word) for key, word in STAGES.items()}
        self.outcomes = {key: str(word) for key, word in OUTCOMES.items()}
        self.steps = {key: str(word) for key, word in TITLES.items()}
        self.ways = {"ordinary": _("ordinary way"), "short": _("short way")}
        self.endings = {"confirmed": _("confirmed"), "unconfirmed": _("unconfirmed")}
        self.confidential, self.unnamed = _("confidential"), _("not shown yet")

    def submitters(self, row: Any, people: list[int | None]) -> str:
        """Give who handed an idea in, as far as anybody may be told by a file."""
        if row.confidential or None in people:
            return self.confidential
        if row.nameless:
            return self.unnamed
        return ", ".join(brief.name for brief in map(self.book.person, people) if brief)

    def days(self, row: Any) -> int | None:
        """Give how long an idea took, or takes; nothing for one that was taken back."""
        if row.stage == "withdrawn":
            return None
        until: date = local_date(row.closed_at, self.zone) if row.closed_at else self.today
        return (until - local_date(row.submitted_at, self.zone)).days


def _cells(row: Any, people: list[int | None], words: _Words) -> tuple[Any, ...]:
    department = words.book.department(row.department_id)
    return (
        row.number, row.title, words.areas.get(row.area, ""), department.name if department else "",
        words.submitters(row, people), len(people), words.ways[row.way], words.stages[row.stage],
        words.steps.get(row.next_kind, ""), row.next_due_on, row.submitted_at,
        row.decided_at if row.reads_outcome else None,
        words.outcomes.get(row.outcome or "", "") if row.reads_outcome else "", row.closed_at,
        words.endings.get(row.ending or "", ""), words.days(row), row.support_count, row.comment_count,
    )
