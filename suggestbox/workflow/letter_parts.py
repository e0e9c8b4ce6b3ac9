"""What letters about ideas are put together from: the idea as the reader may see it, names, the next step, times."""

from datetime import date, datetime
from typing import Any

from suggestbox.conversations.models import Appointment, Slot, TalkGroup
from suggestbox.core.database import db
from suggestbox.core.language import appointment_time, current_language, full_date
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import people_behind_many
from suggestbox.ideas.policy import state_of
from suggestbox.ideas.readable import readable
from suggestbox.mail.letters import Reader
from suggestbox.mail.models import Notice
from suggestbox.people.directory import Brief, Directory, directory
from suggestbox.steps.models import Step
from suggestbox.steps.queries import acting_on
from suggestbox.steps.words import step_of_other

from .talk_forms import talk_form_word


def book_of(reader: Reader) -> Directory:
    """Give the directory of the reader's today."""
    return directory(reader.today)


def idea_for(notice: Notice, reader: Reader) -> Idea | None:
    """Give the notice's idea if the reader may see it."""
    idea = db.session.get(Idea, notice.idea_id or 0)
    if idea is None or state_of(idea) == "open":
        return idea
    seen = readable([idea.id], reader.person_id, book_of(reader), [notice.submitter_id])
    return idea if seen else None


def is_still_part(notice: Notice, *states: str) -> bool:
    """Say whether the submitter a notice is for is (still) part of the idea."""
    part = db.session.get(Submitter, notice.submitter_id) if notice.submitter_id else None
    return part is not None and part.state in (states or ("accepted",))


def label_of(idea: Any) -> str:
    """Give number and title, as an idea is named in a list."""
    return f"{idea.number} {idea.title}".strip()


def with_department(brief: Brief | None, book: Directory) -> str:
    """Give somebody with their department: "Herr Brandt (Logistics)"."""
    if brief is None:
        return _("Somebody")
    department = book.department(brief.department_id)
    return f"{brief.polite} ({department.name})" if department else brief.polite


def name_of(person_id: int | None, book: Directory) -> str:
    """Give somebody's name as one speaks of them."""
    brief = book.person(person_id)
    return brief.polite if brief else _("Somebody")


def next_step(idea: Idea, reader: Reader) -> str:
    """Give who has the next step, and by when, in a sentence; nothing when it is a submitter's, or there is none."""
    step = db.session.get(Step, idea.next_step_id) if idea.next_step_id else None
    if step is None or step.owner_id is None:
        return ""
    book = book_of(reader)
    submitters = people_behind_many([idea.id]).get(idea.id, ())
    acting = acting_on(step, book, submitters).person_id or step.owner_id
    return step_of_other(step.kind, with_department(book.person(acting), book), by_day(step.due_on, reader))


def by_day(due_on: date, reader: Reader) -> str:
    """Give by when, with a space before it; in full, since nobody knows on which day a letter is read."""
    return " " + _("by %(date)s", date=full_date(due_on, year=False)) if due_on >= reader.today else ""


def when_words(moment: datetime, reader: Reader) -> str:
    """Give a time on the reader's clock: "Mittwoch, 11. November, 11:00 Uhr"."""
    words = appointment_time(moment, reader.zone)
    return f"{words} Uhr" if current_language() == "de" else words


def how_and_where(met: Slot | Appointment | TalkGroup) -> str:
    """Give how a talk is held, and where: "by phone, 1234"."""
    return ", ".join(filter(None, (talk_form_word(met.form), met.place)))


def time_and_place(met: Slot | Appointment | TalkGroup, reader: Reader) -> str:
    """Give a time on the reader's clock, how, and where."""
    return f"{when_words(met.starts_at, reader)} ({how_and_where(met)})"


def beginning(text: str, most: int = 400) -> str:
    """Give how a text begins, cut between two words."""
    text = text.strip()
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:.-–\n") + " …"
