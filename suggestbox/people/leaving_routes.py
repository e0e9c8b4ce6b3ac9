"""Handing over what somebody has to do, when they leave or are away for long: all of it at once, line by line."""

import logging
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from wtforms import BooleanField

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import HouseError, Invalid
from suggestbox.core.forms import AtMost, Filled, HouseForm, LongText
from suggestbox.core.guard import door
from suggestbox.core.language import due_words, ngettext
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.wording import sentence
from suggestbox.ideas.models import Idea
from suggestbox.steps.queries import count_owned
from suggestbox.steps.words import step_title
from suggestbox.workflow.bench import due_state
from suggestbox.workflow.fields import OneColleague
from suggestbox.workflow.leaving import (
    AT_ONCE_AT_MOST,
    Heir,
    heirs,
    ideas_of_owner,
    owned_steps,
    settle_idea,
    without,
)
from suggestbox.workflow.operations import move
from suggestbox.workflow.words import REASONS, reason_sentence

from . import operations, policy
from .blueprint import bp
from .book import Directory
from .forms import LeaveForm
from .models import Person
from .person_routes import person_page, the_person
from .queries import here, today_for

log = logging.getLogger(__name__)


@dataclass
class Line:
    """One step on the page."""

    step_id: int
    idea_id: int
    what: str
    number: str
    title: str
    due: str
    state: str | None
    by_the_rules: str


def _handing_over_form(lines: list[Line], book: Directory, person: Person) -> Any:
    """A form with one person for all steps, and a tick and another person for each."""
    fields: dict[str, Any] = {
        "all_to": OneColleague(_l("Who gets them?"), validators=[AtMost(300)]),
        "reason": LongText(_l("Why?"), description=_l("Kept in the history of each idea, for those who handle it."),
                           validators=[Filled(), AtMost(1000)]),
    }
    for line in lines:
        fields[f"pick_{line.step_id}"] = BooleanField(line.what, default=True)
        fields[f"to_{line.step_id}"] = OneColleague(_l("Rather to somebody else"), validators=[AtMost(300)])
    form: Any = type("HandOverForm", (HouseForm,), fields)()
    mates = [b.id for b in book.people.values() if b.department_id == book.department_of(person.id)]
    form.all_to.offer([p for p in [*mates, *book.roles_of] if p != person.id], book)
    if not form.is_submitted():
        form.reason.data = _("%(name)s does not work here any more.", name=person.name) if not book.is_here(person.id) \
            else _("%(name)s hands the steps over.", name=person.name)
    return form


def _lines(person: Person, book: Directory) -> list[Line]:
    rows = owned_steps(person.id, current_user.id, book)
    found = heirs(rows, without(book, person.id), utc_now())
    return [
        Line(step.id, idea.id, step_title(step.kind), idea.number or "", idea.title,
             due_words(step.due_on, today=book.today), due_state(step.due_on, book.today),
             _by_the_rules(found[step.id], book))
        for step, idea in rows
    ]


def _by_the_rules(heir: Heir, book: Directory) -> str:
    brief = book.person(heir.person_id)
    name = brief.polite if brief else ""
    if heir.how == "others_vote":
        return _("Otherwise the others vote.")
    if not name:
        return _("Otherwise nobody gets it.")
    if heir.how == "find_reviewers":
        return _("Otherwise %(name)s looks for somebody else, if the other assessments do not suffice.", name=name)
    if heir.how == "find_host":
        return _("Otherwise %(name)s looks for somebody else to hold the talk.", name=name)
    return _("Otherwise %(name)s gets it.", name=name)


def _page(person: Person, form: Any, lines: list[Line], status: int = 200) -> Any:
    book = here()
    page = render_template(
        "people/steps.html", person=person, brief=book.person(person.id), form=form, lines=lines,
        more=count_owned(person.id) > len(lines) == AT_ONCE_AT_MOST, may_see=policy.may_see_people(current_user),
    )
    return page, status


@bp.get("/people/<int:person_id>/steps", endpoint="steps")
@door("people.steps", load=the_person, allow=policy.may_hand_over)
def steps(person: Person) -> Any:
    """Every open step somebody owns, who would get it by the rules, and a place for another name."""
    book = here()
    lines = _lines(person, book)
    return _page(person, _handing_over_form(lines, book, person), lines)


@bp.post("/people/<int:person_id>/steps", endpoint="hand_over_steps")
@door("people.hand_over_steps", load=the_person, allow=policy.may_hand_over)
def hand_over_steps(person: Person) -> Any:
    """Hand the ticked steps over, each idea on its own; what cannot be done is told beside it, with the reason."""
    book, person_id = here(), person.id
    lines = _lines(person, book)
    form = _handing_over_form(lines, book, person)
    fine = form.validate()
    if (form.all_to.data or "").strip():
        fine = form.all_to.find(book) and fine
    chosen = [line for line in lines if form[f"pick_{line.step_id}"].data]
    targets = {line.step_id: _target(form, line, book) for line in chosen}
    if not chosen:
        form.form_errors.append(_("Please tick at least one step."))
    if not fine or not chosen or None in targets.values():
        return _page(person, form, lines, 422)
    done = 0
    for line in chosen:
        problem = _hand_over(line, targets[line.step_id] or 0, form.reason.data)
        if problem:
            form[f"to_{line.step_id}"].errors = [problem]
        done += not problem
    if done:
        flash(ngettext("One step is handed over.", "%(num)d steps are handed over.", done), "good")
    if done == len(chosen):
        return redirect(url_for("people.steps", person_id=person_id), 303)
    left = [line for line in lines if line not in chosen or form[f"to_{line.step_id}"].errors]
    return _page(the_person(current_user, person_id), form, left, 422)


def _target(form: Any, line: Line, book: Directory) -> int | None:
    """Give who gets a step: the name beside it, else the one for all; what is wrong is an error of the field."""
    own = form[f"to_{line.step_id}"]
    if (own.data or "").strip():
        return own.person_id if own.find(book) else None
    if form.all_to.people:
        return int(form.all_to.person_id)
    if not form.all_to.errors:
        form.all_to.errors = [_("Please name somebody, here for all or beside each step.")]
    return None


def _hand_over(line: Line, person_id: int, reason: str) -> str:
    """Hand one step over in a transaction of its own; give why it was not possible, or ""."""
    try:
        with work() as session:
            idea = session.get_one(Idea, line.idea_id)
            move(idea, "reassign", actor=current_user, now=utc_now(), step_id=line.step_id, person_id=person_id,
                 reason=reason)
    except Invalid as wrong:
        return str(next(iter(wrong.fields.values()), wrong.text or ""))
    except HouseError as refused:
        if refused.reason == "reassign":
            return _("The coordinator of that idea or the idea management can hand this over.")
        return reason_sentence(refused.reason) if refused.reason in REASONS else sentence(refused.reason, refused.status)
    return ""


@bp.post("/people/<int:person_id>/leave", endpoint="leave")
@door("people.leave", load=the_person, allow=policy.may_manage_people)
def leave(person: Person) -> Any:
    """Note the last day of somebody; what they still have to do is offered for handing over, or moves at once."""
    form, person_id, today = LeaveForm(), person.id, today_for()
    if not form.validate():
        return person_page(person, "leave", leave=form), 422
    with work():
        operations.let_leave(
            the_person(current_user, person_id), on=form.on.data, today=today, actor=current_user, now=utc_now()
        )
    if form.on.data <= today:
        _move_at_once(person_id)
    left = count_owned(person_id)
    if not left:
        flash(_("Saved."), "good")
        return redirect(url_for("people.show", person_id=person_id), 303)
    flash(_("Saved. Please see to the open next steps now; after the last day they move by the rules."), "good")
    return redirect(url_for("people.steps", person_id=person_id), 303)


def _move_at_once(person_id: int) -> None:
    """Settle every idea in which somebody who just left owns a step; what fails is left to the job of the next hour."""
    for idea_id in ideas_of_owner(person_id):
        try:
            with work():
                settle_idea(idea_id, now=utc_now())
        except HouseError:
            log.exception("idea %s still waits for somebody who left", idea_id)
