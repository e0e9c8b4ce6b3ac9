"""What the law gives time for when an idea is handed over: an invention, or a matter for the reporting channel.

Days and months are counted as the law counts them: the day of the event is not counted, and a month that has no such day
ends with its last one. A weekend moves no date here, though it may in law: whoever keeps these dates is never late.

Source: German Employee Inventions Act (ArbnErfG) sections 5 (3) and 6 (2); Whistleblower Protection Act (HinSchG)
section 17 (1) and (2), Directive (EU) 2019/1937 article 9 (1); Civil Code (BGB) sections 187 (1) and 188
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date, months_later
from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import visible_to
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody, is_idea_manager
from suggestbox.steps.models import Step

from . import settings as _settings  # noqa: F401 -- declares the rules asked for below
from .models import ClockKept

WITH_CLOCKS = ("invention", "reporting")

KEYS = ("complete", "claim", "receipt", "answer")
"""Every date there is; next steps know them by their place here, so new ones go to the end."""


@dataclass(frozen=True)
class Clock:
    """One date the law sets: what has to be done, from when it is counted, until when, and where that is written."""

    key: str
    what: str
    since: date
    until: date
    source: str
    kept: ClockKept | None = None

    def days_left(self, today: date) -> int:
        """Give the days to the date; below nought when it has passed."""
        return (self.until - today).days


def kept_of(idea_ids: Collection[int]) -> dict[int, dict[str, ClockKept]]:
    """Give {idea id: {date: who kept it}}. One statement."""
    found: dict[int, dict[str, ClockKept]] = {}
    for row in db.session.scalars(sa.select(ClockKept).where(ClockKept.idea_id.in_(sorted(idea_ids)))):
        found.setdefault(row.idea_id, {})[row.clock] = row
    return found


def with_kept(clocks: Iterable[Clock], kept: Mapping[str, ClockKept]) -> list[Clock]:
    """Give the same dates, each with who kept it."""
    return [replace(clock, kept=kept.get(clock.key)) for clock in clocks]


def clocks_of(idea: Idea) -> list[Clock]:
    """Give the dates that apply to an idea that was handed over, the earliest first; none for other kinds."""
    if idea.outcome != "handed_over" or idea.submitted_at is None or idea.decided_at is None:
        return []
    zone = current_app.config["HEADQUARTERS_ZONE"]
    received, handed_over = local_date(idea.submitted_at, zone), local_date(idea.decided_at, zone)
    if idea.handover_kind == "invention":
        # The house received the words when they were handed in: counting from then on is on the safe side.
        return [
            Clock("complete", _("Say in text form if the report of the invention is incomplete"), received,
                  months_later(received, rule("rules.invention_complete_months")), _("ArbnErfG, section 5 (3)")),
            Clock("claim", _("Let the invention go in text form; afterwards it belongs to the company"), received,
                  months_later(received, rule("rules.invention_claim_months")), _("ArbnErfG, section 6 (2)")),
        ]
    if idea.handover_kind == "reporting":
        confirm = handed_over + timedelta(days=rule("rules.reporting_receipt_days"))
        return [
            Clock("receipt", _("Confirm that the report arrived"), handed_over, confirm, _("HinSchG, section 17 (1)")),
            # In law three months after the confirmation: counted as if that came on the first day, nobody is late.
            Clock("answer", _("Say to whoever handed it in what became of it, and why"), handed_over,
                  months_later(handed_over, rule("rules.reporting_answer_months")), _("HinSchG, section 17 (2)")),
        ]
    return []


def closed_without_step(today: date) -> list[int]:
    """Give the ids of closed ideas with a date of the law still ahead, and no step about any of them ever."""
    asked = sa.exists().where(Step.idea_id == Idea.id, Step.kind == "law_date")
    query = sa.select(Idea).where(
        Idea.stage == "closed", Idea.outcome == "handed_over", Idea.handover_kind.in_(WITH_CLOCKS), ~asked)
    ahead = (idea for idea in db.session.scalars(query) if any(clock.until >= today for clock in clocks_of(idea)))
    return sorted(idea.id for idea in ahead)


def sees_clocks(idea: Idea, me: Somebody, book: Directory | None = None) -> bool:
    """Say whether this person keeps the dates of an idea: the office in charge of it and the idea management."""
    if me is None or idea.handover_kind not in WITH_CLOCKS or idea.outcome != "handed_over":
        return False
    return idea.office_id == me.id or is_idea_manager(me, book=book)


def keeps_dates(me: Any, book: Directory) -> bool:
    """Say whether this person has dates of the law to keep: the idea management, and who is in charge of such an idea."""
    if me is None or not me.is_authenticated:
        return False
    theirs = sa.exists().where(Idea.office_id == me.id, Idea.outcome == "handed_over", Idea.handover_kind.in_(WITH_CLOCKS))
    return is_idea_manager(me, book=book) or bool(db.session.scalar(sa.select(theirs)))


@dataclass(frozen=True)
class Watched:
    """An idea that was handed over, with the dates that apply to it."""

    idea: Idea
    office: str
    clocks: list[Clock]


def watched_by(me: Any, book: Directory, today: date) -> list[Watched]:
    """Give what was handed over and has dates this person keeps, the next date first, and after those what is past."""
    manages = is_idea_manager(me, book=book)
    query = sa.select(Idea).where(
        Idea.outcome == "handed_over", Idea.handover_kind.in_(WITH_CLOCKS), visible_to(me.id, book),
        sa.true() if manages else Idea.office_id == me.id,
    )
    ideas = list(db.session.scalars(query))
    kept = kept_of([idea.id for idea in ideas])
    found = [Watched(idea, _name(book, idea.office_id), with_kept(clocks_of(idea), kept.get(idea.id, {}))) for idea in ideas]

    return sorted(found, key=lambda one: _order(one.clocks, today))


def _order(clocks: list[Clock], today: date) -> tuple[bool, int]:
    ahead = [clock.until.toordinal() for clock in clocks if clock.until >= today and not clock.kept]
    return (not ahead, min(ahead) if ahead else -max((clock.until.toordinal() for clock in clocks), default=0))


def _name(book: Directory, person_id: int | None) -> str:
    brief = book.person(person_id)
    return brief.name if brief else ""
