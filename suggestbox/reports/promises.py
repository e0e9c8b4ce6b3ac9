"""How are we doing: the five promises, each with figures of the whole company that say whether it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.language import ngettext
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Idea
from suggestbox.mail.models import Letter
from suggestbox.reviews.models import Assignment, Decision

from . import words
from .choosing import Choice, glance, latest_of
from .figures import FIGURES
from .memory import Cell, Mark, for_a_moment, marks
from .models import ReportCell
from .page_figures import marks_of, pictures_over_time
from .periods import Period, latest_closed
from .pictures import Distribution, Multiple

KEPT, BROKEN, UNKNOWN, UNSAID = "kept", "broken", "unknown", "unsaid"

STATES: dict[str, Any] = {
    KEPT: _l("Kept"),
    BROKEN: _l("Not always kept"),
    UNKNOWN: _l("Nothing to count yet"),
    UNSAID: _l("Too few to say"),
}

PROMISES: dict[str, tuple[Any, Any]] = {
    "no_black_hole": (
        _l("No black hole"),
        _l("Every open idea has a next step, somebody who does it, and a day by which. The submitter sees all three."),
    ),
    "never_one_person": (
        _l("Never one person"),
        _l("Nobody decides alone. At least two people from two departments look at an idea before."),
    ),
    "the_talk": (
        _l("No closing without the conversation"),
        _l("Every idea ends with a talk with whoever handed it in."),
    ),
    "nothing_lost": (
        _l("Nothing lost, nothing sent twice"),
        _l("What you hand in stays, and every message reaches you once."),
    ),
    "nobody_reads_along": (
        _l("Nobody reads what they may not"),
        _l("Confidential names stay so, and no report says anything about single people."),
    ),
}
"""Key of a promise: its name, and what it says."""


@dataclass(frozen=True)
class Promise:
    """One promise with what can be said about it. `big` is the figure one sees first, empty without one."""

    key: str
    state: str
    big: str
    big_words: str
    sentences: list[str] = field(default_factory=list)
    pictures: list[Multiple] = field(default_factory=list)
    marks: Distribution | None = None
    figures: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The promise in a few words."""
        return str(PROMISES[self.key][0])

    @property
    def text(self) -> str:
        """What is promised."""
        return str(PROMISES[self.key][1])

    @property
    def state_words(self) -> str:
        """Whether it is kept, in words."""
        return str(STATES[self.state])


@dataclass(frozen=True)
class Promises:
    """The five, with the period they speak of."""

    period: Period
    promises: list[Promise]

    @property
    def kept(self) -> int:
        """How many were kept."""
        return sum(promise.state == KEPT for promise in self.promises)

    @property
    def broken(self) -> int:
        """How many were not always kept."""
        return sum(promise.state == BROKEN for promise in self.promises)


@dataclass(frozen=True)
class Stand:
    """What the promises are told from: the kept reports, and what is counted when somebody looks (not more than a minute
    old): decisions (all, by several people) and letters (all, failed, perhaps twice)."""

    marks: list[Mark]
    period: Period
    at: datetime
    decisions: tuple[int, int]
    letters: tuple[int, int, int]


def stand_of(today: date, now: datetime, known: Iterable[Mark] | None = None) -> Stand:
    """Give what to tell of the latest closed quarter; of a younger house of the latest month, or of what still runs.

    Takes   known: which reports there are, of these kinds at least, where the caller has asked already
    """
    kinds = ("closings", "flow", "participation")
    found = marks(kinds) if known is None else [mark for mark in known if mark.kind in kinds]
    of_kinds = (latest_of([mark for mark in found if mark.kind == kind], today)
                for kind in kinds)
    period = next((period for period in of_kinds if period), None) or latest_closed("quarter", today)
    since, until = _moments(period)
    at, (decisions, letters) = for_a_moment(
        ("promises", period.key), now, lambda: (_decisions(since, until), _letters(since, until)))
    return Stand(found, period, at, decisions, letters)


def promises(stand: Stand, today: date, *, drawn: bool = True) -> Promises:
    """Give the five promises.

    Takes   drawn: with pictures over time, for a page that shows them
    """
    flow, closings, participation = (glance(kind, today, stand.period, stand.marks)
                                     for kind in ("flow", "closings", "participation"))
    return Promises(stand.period, [
        _no_black_hole(flow, drawn), _never_one_person(*stand.decisions), _the_talk(closings, drawn),
        _nothing_lost(*stand.letters), _nobody_reads_along(participation),
    ])


def _moments(period: Period) -> tuple[datetime, datetime]:
    """Begin and end of a period on headquarters' clock; the end is not in it."""
    zone = ZoneInfo(current_app.config["HEADQUARTERS_ZONE"])
    first, after = period.since, period.until + timedelta(days=1)
    return (datetime(first.year, first.month, first.day, tzinfo=zone),
            datetime(after.year, after.month, after.day, tzinfo=zone))


def _shown(choice: Choice, key: str) -> Cell | None:
    """A figure of the whole company; None where it was not counted, is hidden, or had nothing to divide by."""
    cell = choice.sheet.cell(key) if choice.sheet else None
    return cell if cell is not None and not cell.hidden and cell.value is not None else None


def _no_black_hole(flow: Choice, drawn: bool) -> Promise:
    late, first = _shown(flow, "open_steps"), _shown(flow, "first_answer")
    figures = [FIGURES["open_steps"], FIGURES["first_answer"]]
    if late is None:
        return Promise("no_black_hole", UNKNOWN, "", _("No next step was open."), figures=figures)
    overdue, open_steps = late.numerator or 0, late.denominator or 0
    sentences = []
    if overdue and late.more.get("oldest_days"):
        sentences.append(ngettext("The one that waited longest had been open for %(num)d working day.",
                                  "The one that waited longest had been open for %(num)d working days.",
                                  late.more["oldest_days"]))
    if first is not None and first.value is not None:
        sentences.append(_("Half of all ideas got their first answer from a person within %(days)s.",
                           days=words.amount_text(first.value, "days")))
    return Promise(
        "no_black_hole", BROKEN if overdue else KEPT, words.number_text(overdue),
        ngettext("of %(all)s open next step was overdue", "of %(all)s open next steps were overdue", open_steps,
                 all=words.number_text(open_steps)),
        sentences, _drawn(drawn, flow, ["open_steps", "first_answer"]), figures=figures,
    )


def _decisions(since: datetime, until: datetime) -> tuple[int, int]:
    """Counted where it happened: standing decisions on merit, and those before which two people had answered."""
    answered = (
        sa.select(sa.func.count(sa.distinct(Assignment.person_id)))
        .where(Assignment.idea_id == Decision.idea_id, Assignment.round == Decision.round, Assignment.state == "answered")
        .scalar_subquery()
    )
    decided, by_several = db.session.execute(
        sa.select(sa.func.count(), _such(answered >= 2)).select_from(Decision).join(Idea, Idea.id == Decision.idea_id)
        .where(Decision.kind == "merit", Decision.revoked_at.is_(None), Idea.imported.is_(False),
               Decision.decided_at >= since, Decision.decided_at < until)
    ).one()
    return decided, by_several


def _never_one_person(decided: int, by_several: int) -> Promise:
    if not decided:
        return Promise("never_one_person", UNKNOWN, "", _("Nothing was decided in this time."))
    return Promise(
        "never_one_person", KEPT if by_several == decided else BROKEN, words.number_text(by_several),
        ngettext("of %(all)s decision was made after at least two people had looked at the idea",
                 "of %(all)s decisions were made after at least two people had looked at the idea", decided,
                 all=words.number_text(decided)),
        [_("The short way is not in it: there a team does itself what an expert of another department has released.")],
    )


def _such(condition: Any) -> Any:
    """How many rows fulfil a condition."""
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _the_talk(closings: Choice, drawn: bool) -> Promise:
    figures = [FIGURES[key] for key in ("conversation_rate", "on_time", "comprehensibility", "appreciation")]
    rate, on_time = _shown(closings, "conversation_rate"), _shown(closings, "on_time")
    if rate is None:
        return Promise("the_talk", UNKNOWN, "", _("No talk was due."), figures=figures)
    due, held, owed = rate.denominator or 0, rate.numerator or 0, _count(closings, "talks_open")
    said = due == held or _shown(closings, "talks_open") is not None
    sentences = []
    if on_time is not None and on_time.value is not None:
        sentences.append(_("%(share)s of the talks due took place within the deadline.",
                           share=words.amount_text(on_time.value, "percent")))
    if owed:
        sentences.append(ngettext("%(num)d talk is still owed.", "%(num)d talks are still owed.", owed))
    instead = _count(closings, "talks_instead")
    if instead >= rule("reports.least_submitters"):
        sentences.append(ngettext(
            "%(num)d submitter did not want a talk, asked for a letter, or could not be reached.",
            "%(num)d submitters did not want a talk, asked for a letter, or could not be reached.", instead))
    if not said:
        sentences.append(_("For the others it is not said whether they are still owed or something else took their place: "
                           "one could tell who it was."))
    understood = _shown(closings, "comprehensibility")
    if understood is not None and understood.value is not None:
        sentences.append(_("%(share)s of those who answered say that they can follow how their idea was treated.",
                           share=words.amount_text(understood.value, "percent")))
    return Promise(
        "the_talk", BROKEN if owed else KEPT if said else UNSAID, words.number_text(held),
        ngettext("of %(all)s talk that was due took place", "of %(all)s talks that were due took place", due,
                 all=words.number_text(due)),
        sentences, _drawn(drawn, closings, ["conversation_rate", "on_time", "comprehensibility"]),
        marks_of(_shown(closings, "appreciation")), figures,
    )


def _drawn(wanted: bool, choice: Choice, keys: list[str]) -> list[Multiple]:
    return pictures_over_time(choice, keys) if wanted else []


def _count(choice: Choice, key: str) -> int:
    cell = _shown(choice, key)
    return (cell.numerator or 0) if cell is not None else 0


def _letters(since: datetime, until: datetime) -> tuple[int, int, int]:
    letters, failed, twice = db.session.execute(
        sa.select(sa.func.count(), _such(Letter.state == "failed"), _such(Letter.maybe))
        .where(Letter.created_at >= since, Letter.created_at < until, Letter.state != "cancelled")
    ).one()
    return letters, failed, twice


def _nothing_lost(letters: int, failed: int, twice: int) -> Promise:
    if not letters:
        return Promise("nothing_lost", UNKNOWN, "", _("No letter was written in this time."))
    sentences = [
        ngettext("%(num)d could not be delivered. Its message still stands in the inbox on this site.",
                 "%(num)d could not be delivered. Their messages still stand in the inbox on this site.", failed)
        if failed else _("All could be delivered, or are on their way."),
        ngettext("%(num)d may have arrived twice, because the answer of the mail server was lost.",
                 "%(num)d may have arrived twice, because the answer of the mail server was lost.", twice)
        if twice else _("None went out twice."),
    ]
    return Promise("nothing_lost", BROKEN if failed or twice else KEPT, words.number_text(letters),
                   ngettext("letter was written", "letters were written", letters), sentences)


def _nobody_reads_along(participation: Choice) -> Promise:
    if participation.sheet is None:
        return Promise("nobody_reads_along", UNKNOWN, "", _("No report was made yet."))
    rows = (
        sa.select(sa.func.max(sa.case((ReportCell.hidden != "", 1), else_=0)).label("hidden"))
        .where(ReportCell.report_id == participation.sheet.report.id)
        .group_by(ReportCell.dimension, ReportCell.row).subquery()
    )
    shown, hidden = db.session.execute(sa.select(sa.func.count(), _such(rows.c.hidden == 1)).select_from(rows)).one()
    return Promise(
        "nobody_reads_along", KEPT, words.number_text(hidden),
        ngettext("of %(all)s row in the report on participation is not shown, or not all of it",
                 "of %(all)s rows in the report on participation are not shown, or not all of them", shown,
                 all=words.number_text(shown)),
        [_("A row is left out where so few people stand behind it that one could tell who they are, and also where "
           "another row could be worked out with it."),
         _("Before figures are kept, it is calculated exactly whether one of the hidden ones could be worked out."),
         _("Every export is noted with who, what and when. The works council reads that list.")],
    )
