"""Own questions of a call: reading them as reviewers will, adding, changing, removing, and going back to the house's."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import HouseError, Invalid, NotFound
from suggestbox.core.forms import SeenForm
from suggestbox.core.guard import door
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.people.models import Person
from suggestbox.reviews.models import Criterion
from suggestbox.reviews.queries import criteria_of

from . import criteria, policy
from .blueprint import bp
from .models import Call
from .question_forms import QuestionForm
from .show_routes import the_call


def may_look_after(me: Person, call: Call) -> bool:
    """Say whether the person looks after the call."""
    return policy.may_manage(me, call)


def the_question(me: Person, call_id: int, question_id: int) -> tuple[Call, Criterion]:
    """Give one of a call's own questions, for a door.

    Raises  NotFound
    """
    call = the_call(me, call_id)
    return call, criteria.question_of(call, question_id)


def may_change(me: Person, both: tuple[Call, Criterion]) -> bool:
    """Say whether the person looks after the call of the question."""
    return policy.may_manage(me, both[0])


@bp.route("/calls/<int:call_id>/criteria", endpoint="criteria")
@door("calls.criteria", load=the_call, allow=may_look_after)
def show(call: Call) -> str:
    """What reviewers of this call's ideas are asked, as they will read it."""
    return _page(call)


def _page(call: Call, problem: str = "") -> str:
    own = criteria.own_questions(call)
    form = SeenForm(formdata=None)
    form.version.data = str(call.version)
    rows = own or criteria_of()
    return render_template(
        "calls/criteria.html", call=call, own=bool(own), frozen=criteria.is_frozen(call.id), rows=rows, form=form,
        problem=problem, german=current_language() == "de", whole=sum(row.weight for row in rows),
        room=len(own) < criteria.MOST_QUESTIONS,
    )


def _press(call: Call, act: Callable[..., Any], said: str = "") -> Any:
    """Do one thing without a form to fill in, or draw the page again with what is in the way."""
    form, call_id = SeenForm(), call.id
    try:
        with work():
            act(call, by_id=current_user.id, now=utc_now(), version=form.seen)
    except HouseError as late:
        if late.status != 409:
            raise
        return _page(call, _sentence(late)), 409
    if said:
        flash(said, "success")
    return _back(call_id)


def _sentence(late: HouseError) -> str:
    return str(late.text) if late.text else wording.sentence(late.reason, late.status)


def _back(call_id: int) -> Response:
    return redirect(url_for("calls.criteria", call_id=call_id), 303)


@bp.route("/calls/<int:call_id>/criteria/own", methods=["POST"], endpoint="own_criteria")
@door("calls.own_criteria", load=the_call, allow=may_look_after)
def take_own(call: Call) -> Any:
    """Give the call questions of its own."""
    return _press(call, criteria.take_own, _("These questions now belong to this call. Change what does not fit."))


@bp.route("/calls/<int:call_id>/criteria/house", methods=["POST"], endpoint="house_criteria")
@door("calls.house_criteria", load=the_call, allow=may_look_after)
def take_house(call: Call) -> Any:
    """Let the questions of the house count again."""
    return _press(call, criteria.take_house, _("The questions of the house count again."))


@bp.route("/calls/<int:call_id>/criteria/new", methods=["GET", "POST"], endpoint="new_question")
@door("calls.new_question", load=the_call, allow=may_look_after)
def new_question(call: Call) -> Any:
    """Add a question."""
    if not criteria.own_questions(call):
        raise NotFound()
    form = QuestionForm()
    return _write(call, None, form, lambda call, question, **who: criteria.add_question(call, question, **who))


@bp.route("/calls/<int:call_id>/criteria/<int:question_id>", methods=["GET", "POST"], endpoint="question")
@door("calls.question", load=the_question, allow=may_change)
def question(both: tuple[Call, Criterion]) -> Any:
    """Change a question."""
    call, row = both
    form, row_id = QuestionForm(), row.id
    if not form.is_submitted():
        form.fill(row)
    return _write(call, row, form,
                  lambda call, question, **who: criteria.change_question(call, row_id, question, **who))


def _write(call: Call, row: Criterion | None, form: QuestionForm, act: Callable[..., Any]) -> Any:
    """Read what was typed and keep it, or draw the form again with everything that was typed."""
    problem, call_id = "", call.id
    if form.is_submitted():
        me_id, now = current_user.id, utc_now()
        if not form.validate():
            form.hear(lambda: act(call, form.question(), by_id=me_id, now=now, version=form.seen))
            return _form(call, row, form), 422
        try:
            with work():
                act(call, form.question(), by_id=me_id, now=now, version=form.seen)
            return _back(call_id)
        except Invalid as wrong:
            form.put_errors(wrong)
            return _form(call, row, form), 422
        except HouseError as late:
            if late.status != 409:
                raise
            problem = _sentence(late)
            form.version.data = str(call.version)
            return _form(call, row, form, problem), 409
    form.version.data = str(call.version)
    return _form(call, row, form)


def _form(call: Call, row: Criterion | None, form: QuestionForm, problem: str = "") -> str:
    return render_template("calls/question.html", call=call, row=row, form=form, problem=problem,
                           frozen=criteria.is_frozen(call.id), german=current_language() == "de")


@bp.route("/calls/<int:call_id>/criteria/<int:question_id>/remove", methods=["POST"], endpoint="remove_question")
@door("calls.remove_question", load=the_question, allow=may_change)
def remove(both: tuple[Call, Criterion]) -> Any:
    """Take a question out."""
    call, row = both
    row_id = row.id
    return _press(call, lambda call, **who: criteria.remove_question(call, row_id, **who), _("The question is taken out."))


@bp.route("/calls/<int:call_id>/criteria/<int:question_id>/up", methods=["POST"], endpoint="question_up")
@door("calls.question_up", load=the_question, allow=may_change)
def up(both: tuple[Call, Criterion]) -> Any:
    """Let a question stand one place further up."""
    call, row = both
    row_id = row.id
    return _press(call, lambda call, **who: criteria.move_question_up(call, row_id, **who))
