"""What became of one reminder, in a sentence: told and how, or why it has not gone out yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.core.language import clock_time, full_date, relative_date
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Submitter
from suggestbox.ideas.parts import people_behind_submitters
from suggestbox.mail.answers import spoken
from suggestbox.mail.models import Letter, MailState, Notice
from suggestbox.people.book import Directory
from suggestbox.people.hours import next_working_moment

from .kinds import DIGEST

State = tuple[str, str]
"""told, waits, none or over; and the sentence."""


@dataclass
class Fates:
    """The notices of one idea with what is needed to say what became of each.

    Takes   letters: {notice id: the letter that carries it}; current: keys the ladder would tell today
    """

    book: Directory
    now: datetime
    notices: list[Notice]
    letters: dict[int, Letter]
    current: Iterable[str]

    @cached_property
    def _readers(self) -> dict[int, int]:
        return people_behind_submitters({n.submitter_id for n in self.notices if n.submitter_id})

    @cached_property
    def _hidden(self) -> set[int]:
        ids = {n.submitter_id for n in self.notices if n.submitter_id}
        return set(db.session.scalars(sa.select(Submitter.id).where(Submitter.id.in_(ids), Submitter.person_id.is_(None))))

    @cached_property
    def _paused(self) -> MailState | None:
        state = db.session.get(MailState, 1)
        return state if state is not None and state.paused_at is not None else None

    @cached_property
    def _relayed(self) -> set[tuple[int | None, str, str]]:
        return {(n.step_id, n.facts["due_on"], n.facts["rung"]) for n in self.notices if n.facts["office"] == "relay"}

    @cached_property
    def _digests(self) -> dict[int, list[Letter]]:
        """{person id: their digests of today, and those that still wait to go out}."""
        people = {p for notice in self.notices if (p := self._reader(notice)) is not None}
        query = sa.select(Letter).where(
            Letter.kind == DIGEST, Letter.person_id.in_(people), Letter.channel != "teams", Letter.channel != "slack",
            sa.or_(Letter.local_date >= self.book.today, Letter.done_at.is_(None)),
        )
        found: dict[int, list[Letter]] = {}
        for letter in db.session.scalars(query.order_by(Letter.id)):
            found.setdefault(letter.person_id or 0, []).append(letter)
        return found

    def _reader(self, notice: Notice) -> int | None:
        return self._readers.get(notice.submitter_id) if notice.submitter_id else notice.person_id

    def day_of(self, notice: Notice) -> date:
        """Give the day on which the reader was told, on their own clock."""
        return local_date(notice.at, self.book.zone_of(self._reader(notice)))

    def of(self, notice: Notice, *, over: bool, moved: bool) -> State:
        """Give what became of a notice.

        Takes   over: its step is done; moved: its step has another date by now
        """
        letter = self.letters.get(notice.id)
        if letter is not None and letter.state not in ("cancelled", "queued"):
            return self._of_letter(letter)
        if notice.read_at is not None:
            return "told", _("Read on the site (%(at)s).", at=full_date(notice.read_at))
        if over:
            return "over", _("It did not go out: the step was done, or rests, before that.")
        if moved:
            return "over", _("It did not go out: the date was moved.")
        if notice.key not in self.current:
            return "none", _("It did not go out: a later reminder took its place, or somebody else does the step today.")
        return self._of_letter(letter) if letter is not None else self._not_yet(notice)

    def _of_letter(self, letter: Letter) -> State:
        if letter.state == "sent":
            at = full_date(letter.done_at) if letter.done_at else ""
            if letter.channel == "print":
                return "told", _("Printed with the summary of the day (%(at)s).", at=at)
            return "told", _("Sent with the summary of the day (%(at)s).", at=at)
        said = _said(letter.last_answer.strip())
        if letter.state == "failed":
            return "none", _("The letter could not be delivered. %(said)s", said=said).strip()
        if letter.state == "uncertain":
            return "waits", _("The letter was handed over and nobody answered: it may have arrived.")
        if letter.state == "review":
            return "waits", _("The letter is from before a restore; an admin decides whether it still goes out.")
        if letter.state == "to_print":
            return "waits", _("The summary of the day waits to be printed.")
        if letter.bulk and self._paused is not None:
            return "waits", self._pause()
        if letter.state == "queued" and said:
            return "waits", _("It is tried again %(at)s. %(said)s", at=full_date(letter.not_before), said=said)
        if letter.state == "queued":
            return "waits", _("It goes out with the summary of the day: %(at)s.", at=full_date(letter.not_before))
        return "waits", _("The letter is being sent.")

    def _pause(self) -> str:
        paused = self._paused
        at = full_date(paused.paused_at) if paused and paused.paused_at else ""
        if paused and paused.paused_reason == "clock":
            return _("Sending is paused since the clock of the machine jumped (%(at)s).", at=at)
        return _("Sending is paused (%(at)s).", at=at)

    def _not_yet(self, notice: Notice) -> State:
        reader_id = self._reader(notice)
        brief = self.book.person(reader_id)
        deployment: Deployment = current_app.config["DEPLOYMENT"]
        if brief is None or not brief.active or reader_id is None:
            return "none", _("The reader does not work here any more.")
        if not notice.waits:
            return "over", _("It did not go out: its reason was gone.")
        if reader_id in self.book.absent:
            until = relative_date(self.book.absent[reader_id])
            return "waits", _("The reader is away (until %(date)s); it goes out when they are back.", date=until)
        if not brief.email and (notice.step_id, notice.facts["due_on"], notice.facts["rung"]) in self._relayed:
            return "waits", _("No mailbox: a colleague was asked to tell them, and a summary is printed.")
        if brief.email and not deployment.mail_is_on:
            return "told", _("It stands in the inbox on the site; mail is not set up.")
        if not brief.email and notice.submitter_id in self._hidden:
            return "told", _("It stands in the inbox on the site; on paper others would read it.")
        mine = self._digests.get(reader_id, [])
        waiting = [letter for letter in mine if letter.state in ("queued", "sending", "to_print")]
        if waiting:
            return self._of_letter(waiting[0])
        if self._paused is not None:
            return "waits", self._pause()
        return "waits", self._when(reader_id)

    def _when(self, reader_id: int) -> str:
        zone = self.book.zone_of(reader_id)
        moment = next_working_moment(self.book, reader_id, self.now)
        today, day = local_date(self.now, zone), local_date(moment, zone)
        if any(letter.local_date == today for letter in self._digests.get(reader_id, [])):
            return _("The summary of today has gone out already; it goes out with the next one.")
        if day != today and self.book.calendar_of(reader_id).is_working_day(today):
            return _("Outside the reader's working hours until %(date)s.", date=full_date(moment))
        if day != today:
            return _("Today is no working day of the reader; it goes out %(date)s.", date=full_date(moment))
        if moment > self.now:
            return _("Outside the reader's working hours until %(date)s.", date=clock_time(moment))
        return _("It goes out with the summary of the day within a few minutes.")




def _said(answer: str) -> str:
    """What the mail server answered, told apart from words of our own."""
    ours = spoken(answer)
    return ours if ours != answer or not answer else _("The server said: %(words)s", words=answer)
