"""Own questions for the reviewers of a call: copied from the house's, changed in both languages, frozen with the first use.

A call's set has a number of its own above `OWN_SETS`, so it never becomes the house's. As soon as reviewers are asked
about one idea of the call its questions stay as they are: all ideas of a call are measured alike.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from suggestbox.core.database import db, hold
from suggestbox.core.errors import Invalid, NotFound, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.ideas.models import Idea
from suggestbox.journal import operations as journal
from suggestbox.reviews.models import Assignment, Criterion
from suggestbox.reviews.queries import OWN_SETS, criteria_of

from .models import Call

MOST_QUESTIONS = 8
NAME_LENGTH, HELP_LENGTH, ANCHOR_LENGTH = 120, 400, 80
LANGUAGES = ("de", "en")
COPIED = ("key", "position", "weight", "required", "name_de", "name_en", "help_de", "help_en", "anchors")


def set_of(call: Call | None) -> int | None:
    """Give the number of the set that reviewers of a call's ideas answer; None: the house's."""
    return call.criteria_set if call is not None else None


def own_questions(call: Call) -> list[Criterion]:
    """Give a call's own questions in their order; none while the house's count."""
    return criteria_of(call.criteria_set) if call.criteria_set else []


def is_frozen(call_id: int) -> bool:
    """Say whether reviewers were asked about an idea of the call already: then its questions stay."""
    asked = sa.select(Assignment.id).join(Idea, Idea.id == Assignment.idea_id).where(Idea.call_id == call_id)
    return db.session.scalar(asked.limit(1)) is not None


@dataclass(frozen=True)
class Question:
    """A question as somebody writes it: name, help and five worded answers in both languages, weight, duty to answer."""

    name: dict[str, str]
    help: dict[str, str]
    anchors: dict[str, list[str]]
    weight: int | None
    required: bool = True


def _hold(call: Call, version: int | None) -> None:
    hold(call, version)
    if is_frozen(call.id):
        raise Refused(_("Reviewers were asked with these questions already. They stay as they are, so that all ideas of the "
                        "call are measured alike."), reason="frozen")
    flag_modified(call, "criteria_set")  # whoever looked at an earlier state of the questions looks again


def take_own(call: Call, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Give a call questions of its own: those it had before, else a copy of the house's. Flushes, never commits.

    Raises  Stale, Refused
    """
    _hold(call, version)
    if call.criteria_set is not None:
        raise Refused(_("This call has questions of its own already."), reason="own_already")
    number = OWN_SETS + call.id
    if not criteria_of(number):
        for row in criteria_of():
            db.session.add(Criterion(set_version=number, **{name: getattr(row, name) for name in COPIED}))
    call.criteria_set = number
    _note(call, by_id, now, "own")


def take_house(call: Call, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Let the house's questions count again; the call's own are kept, should somebody ask an idea with them just now.

    Raises  Stale, Refused
    """
    _hold(call, version)
    _own(call)
    call.criteria_set = None
    _note(call, by_id, now, "house")


def drop_own(call: Call) -> None:
    """Delete a call's own questions, of a draft that is thrown away."""
    for row in criteria_of(OWN_SETS + call.id):
        db.session.delete(row)
    call.criteria_set = None


def add_question(call: Call, question: Question, *, by_id: int, now: datetime, version: int | None = None) -> Criterion:
    """Add a question at the end.

    Raises  Stale, Refused, Invalid with a sentence at each field
    """
    _hold(call, version)
    known = _own(call)
    if len(known) >= MOST_QUESTIONS:
        raise Refused(_("A call asks at most %(count)s questions.", count=MOST_QUESTIONS), reason="enough")
    row = Criterion(set_version=call.criteria_set, position=known[-1].position + 1,
                    key=_free_key({row.key for row in known}), **_columns(question))
    db.session.add(row)
    _note(call, by_id, now, "added")
    return row


def change_question(
    call: Call, question_id: int, question: Question, *, by_id: int, now: datetime, version: int | None = None
) -> None:
    """Change wording, weight or answers of a question.

    Raises  Stale, Refused, NotFound, Invalid with a sentence at each field
    """
    _hold(call, version)
    row = question_of(call, question_id)
    for name, value in _columns(question).items():
        setattr(row, name, value)
    _note(call, by_id, now, "changed")


def remove_question(call: Call, question_id: int, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Take a question out; one stays.

    Raises  Stale, Refused, NotFound
    """
    _hold(call, version)
    row = question_of(call, question_id)
    if len(_own(call)) == 1:
        raise Refused(_("One question has to stay. Or let the house's questions count again."), reason="last_question")
    db.session.delete(row)
    _note(call, by_id, now, "removed")


def move_question_up(call: Call, question_id: int, *, by_id: int, now: datetime, version: int | None = None) -> None:
    """Let a question stand one place further up.

    Raises  Stale, Refused, NotFound
    """
    _hold(call, version)
    row, rows = question_of(call, question_id), _own(call)
    place = rows.index(row)
    if place:
        before = rows[place - 1]
        row.position, before.position = before.position, row.position
    _note(call, by_id, now, "moved")


def question_of(call: Call, question_id: int) -> Criterion:
    """Give one of a call's own questions.

    Raises  NotFound
    """
    for row in own_questions(call):
        if row.id == question_id:
            return row
    raise NotFound()


def _own(call: Call) -> list[Criterion]:
    rows = own_questions(call)
    if not rows:
        raise Refused(_("This call has no questions of its own."), reason="no_own")
    return rows


def _free_key(taken: set[str]) -> str:
    return next(key for n in range(1, MOST_QUESTIONS + 2) if (key := f"own_{n}") not in taken)


def _note(call: Call, by_id: int, now: datetime, what: str) -> None:
    db.session.flush()
    journal.write("change_call_questions", now=now, actor_id=by_id, call_id=call.id, what=what)
    db.session.flush()


def _columns(question: Question) -> dict[str, Any]:
    """The columns of a question, checked; every field that is wrong is named."""
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {"required": question.required, "weight": question.weight, "anchors": {}}

    def text(field: str, value: Any, longest: int, *, required: bool = True) -> str:
        try:
            return typed_text(field, value, longest, required=required)
        except Invalid as invalid:
            wrong.update(invalid.fields)
            return ""

    for code in LANGUAGES:
        found[f"name_{code}"] = text(f"name_{code}", question.name.get(code), NAME_LENGTH)
        found[f"help_{code}"] = text(f"help_{code}", question.help.get(code), HELP_LENGTH, required=False)
        anchors = list(question.anchors.get(code) or [])[:5]
        anchors += [""] * (5 - len(anchors))
        found["anchors"][code] = [text(f"anchor_{code}_{n}", words, ANCHOR_LENGTH) for n, words in enumerate(anchors, 1)]
    if question.weight is None or not 1 <= question.weight <= 100:
        wrong["weight"] = _("Please give a whole number from 1 to 100.")
    if wrong:
        raise Invalid(fields=wrong)
    return found
