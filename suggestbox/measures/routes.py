"""Pages of the measures room: planning one, one measure with what its owner does, and the list of all."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, NotFound
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import due_words
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas.blueprint import load_idea
from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.people.policy import is_idea_manager
from suggestbox.people.queries import departments_by_name, here
from suggestbox.workflow.bench import due_state
from suggestbox.workflow.fields import offered
from suggestbox.workflow.forms import colleagues_first
from suggestbox.workflow.journey import Line, Station
from suggestbox.workflow.operations import case_of, settle

from . import models, operations, policy, queries
from .blueprint import bp
from .forms import DoneForm, MeasureForm, MoveForm, PlanForm
from .models import STATES, Measure
from .words import filter_words, state_word

__all__ = ["bp", "models"]

Thing = tuple[Measure, Idea]


def the_measure(me: Person, measure_id: int) -> Thing:
    """Give a measure and its idea for a door.

    Raises  NotFound when there is none, or not for this person
    """
    measure = db.session.get(Measure, measure_id)
    idea = db.session.get(Idea, measure.idea_id) if measure else None
    if measure is None or idea is None or not policy.may_read(measure, idea, me, here()):
        raise NotFound()
    return measure, idea


def may_carry_out(me: Person, thing: Thing) -> bool:
    """Say whether the measure is this person's to carry out; its owner hears from the operation that it is done."""
    return thing[0].owner_id == me.id or policy.may_carry_out(operations.open_step(thing[0]), me)


# -- planning --------------------------------------------------------------------------------------------------------


@bp.route("/measures/new/<number>", methods=["GET", "POST"], endpoint="new")
@door("measures.plan", load=load_idea, allow=lambda me, idea: policy.may_plan(idea, me))
def new(idea: Idea) -> Any:
    """Plan what an adopted idea sets in motion."""
    form = PlanForm()
    case = case_of(idea, actor=current_user, now=utc_now())
    form.offer(landscape() if is_on("feedback") else None,
               offered([current_user.id, *colleagues_first(case)], case.book))
    if request.method == "GET":
        form.title.data = "" if case.measures else idea.title[: operations.TITLE_LENGTH]
        return _plan_page(idea, form)
    if not form.read(case.book):
        return _plan_page(idea, form), 422
    me, now = current_user._get_current_object(), utc_now()
    try:
        with work():
            measure = operations.plan_measure(
                idea, title=form.title.data or "", description=form.description.data or "", owner_id=form.owner.person_id,
                due_on=form.due_on.data, touchpoint_id=form.spot, by_id=me.id, now=now, book=here(),
            )
            settle(idea, now=now, mover_id=me.id)
            measure_id, number = measure.id, idea.number
    except Invalid as wrong:
        form.put_errors(wrong)
        return _plan_page(idea, form), 422
    flash(_("The measure is planned. The submitters read of it."), "success")
    if request.form.get("more"):
        return redirect(url_for("measures.new", number=number), 303)
    return redirect(url_for("measures.show", measure_id=measure_id), 303)


def _plan_page(idea: Idea, form: PlanForm) -> str:
    return render_template("measures/new.html", idea=idea, form=form,
                           others=queries.measures_of([idea.id]).get(idea.id, []), state_word=state_word, book=here())


# -- one measure -----------------------------------------------------------------------------------------------------


@bp.route("/measures/<int:measure_id>", endpoint="show")
@door("measures.see", load=the_measure)
def show(thing: Thing) -> str:
    """One measure: what, who, until when, how far; and for its owner what to do next."""
    return _page(*thing)


def _page(measure: Measure, idea: Idea, problem: str = "", **forms: MeasureForm) -> str:
    me, book = current_user, here()
    step = operations.open_step(measure)
    mine = policy.may_carry_out(step, me, book)
    spot = landscape().touchpoints.get(measure.touchpoint_id) if measure.touchpoint_id and is_on("feedback") else None
    owner_id = step.owner_id if step and step.owner_id else measure.owner_id
    for name, fresh in (("moving", MoveForm), ("finishing", DoneForm)):
        form = forms.setdefault(name, fresh(formdata=None))
        form.version.data = str(measure.version)
    if not forms["finishing"].is_submitted() or not forms["finishing"].errors:
        forms["finishing"]["done_on"].data = forms["finishing"]["done_on"].data or book.today
    return render_template(
        "measures/show.html", measure=measure, idea=idea, mine=mine, line=line_of(measure), spot=spot, problem=problem,
        owner=book.person(owner_id), planner=book.person(measure.created_by_id), done_by=book.person(measure.done_by_id),
        department=book.department(measure.department_id), due=due_words(measure.due_on, today=book.today),
        due_state=due_state(measure.due_on, book.today), today=book.today,
        may_move=measure.due_moves < operations.MOVES_AT_MOST,
        lists=policy.may_list(me), stands_in=mine and step is not None and step.owner_id != me.id, **forms,
    )


def line_of(measure: Measure) -> Line:
    """Give the way of a measure as the small line of stations that ideas have."""
    words = [state_word(state).capitalize() for state in STATES]
    place = STATES.index(measure.state)
    stations = tuple(
        Station(name, "done" if n < place or measure.state == "done" else "now" if n == place else "next")
        for n, name in enumerate(words)
    )
    summary = _("Station %(number)d of %(count)d: %(where)s", number=place + 1, count=len(STATES), where=words[place])
    return Line(stations, stations[place], summary)


def _do(thing: Thing, form: MeasureForm, name: str, act: Any, said: str) -> Any:
    """Do one thing with a measure, or draw its page again with what was typed."""
    measure, idea = thing
    me, now = current_user._get_current_object(), utc_now()
    if not form.validate():
        return _page(measure, idea, **{name: form}), 422
    measure_id = measure.id
    try:
        with work():
            act(measure, form, by_id=me.id, now=now, version=form.seen)
            settle(idea, now=now, mover_id=me.id)
    except Invalid as wrong:
        form.put_errors(wrong)
        return _page(measure, idea, **{name: form}), 422
    except HouseError as late:
        if late.status != 409:
            raise
        problem = str(late.text) if late.text else wording.sentence(late.reason, late.status)
        return _page(measure, idea, problem, **{name: form}), 409
    flash(said, "success")
    return redirect(url_for("measures.show", measure_id=measure_id), 303)


@bp.route("/measures/<int:measure_id>/start", methods=["POST"], endpoint="start")
@door("measures.start", load=the_measure, allow=may_carry_out)
def start(thing: Thing) -> Any:
    """Say that one begins."""
    def act(measure: Measure, _form: Any, **who: Any) -> None:
        operations.start_measure(measure, **who)

    return _do(thing, MeasureForm(), "starting", act, _("Good. The submitters read that it has begun."))


@bp.route("/measures/<int:measure_id>/move", methods=["POST"], endpoint="move")
@door("measures.move", load=the_measure, allow=may_carry_out)
def move(thing: Thing) -> Any:
    """Move the date, with a reason the submitters read."""
    def act(measure: Measure, form: Any, **who: Any) -> None:
        operations.move_measure(measure, due_on=form.due_on.data, reason=form.reason.data or "", book=here(), **who)

    return _do(thing, MoveForm(), "moving", act, _("The date is moved. The submitters read your reason."))


@bp.route("/measures/<int:measure_id>/done", methods=["POST"], endpoint="done")
@door("measures.finish", load=the_measure, allow=may_carry_out)
def done(thing: Thing) -> Any:
    """Say that it is done; the submitters are told at once."""
    def act(measure: Measure, form: Any, **who: Any) -> None:
        operations.finish_measure(measure, words=form.words.data or "", done_on=form.done_on.data, book=here(), **who)

    return _do(thing, DoneForm(), "finishing", act, _("It is done. Thank you! The submitters are told right away."))


# -- the list --------------------------------------------------------------------------------------------------------


@bp.route("/measures", endpoint="list")
@door("measures.list", allow=policy.may_list)
def list_measures() -> str:
    """All measures the reader may see: open, late, done; by owner, department and touchpoint."""
    me, book, today = current_user, here(), here().today
    state = request.args.get("state", "")
    # How punctual somebody is, is for themselves and the ladder: nobody else gathers one person's measures.
    owner_ids = queries.owners_listed(me, book) if is_idea_manager(me) else [me.id]
    owner_id = whole_number(request.args.get("owner"))
    narrowed = queries.Narrowed(
        state if state in queries.STATES_SHOWN else "open", owner_id if owner_id in owner_ids else None,
        whole_number(request.args.get("department")), whole_number(request.args.get("touchpoint")),
    )
    page = queries.listed(me, narrowed, book, key=request.args.get("page"))
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "page" and v}
    if page.next_key:
        page.next_url = url_for("measures.list", **kept, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("measures.list", **kept, page=page.prev_key)
    lands = landscape() if is_on("feedback") else None
    counts = queries.counted(me, book)
    counts["open"] = counts["planned"] + counts["running"]
    tabs = [(name, words, counts[name], url_for("measures.list", **{**kept, "state": name}))
            for name, words in filter_words()]
    owners = [brief for owner_id in owner_ids if (brief := book.person(owner_id))]
    return render_template(
        "measures/list.html", page=page, narrowed=narrowed, book=book, today=today, lands=lands,
        tabs=tabs,
        owners=[(b.id, b.name) for b in sorted(owners, key=lambda b: (b.family_name.casefold(), b.given_name))],
        departments=[(d.id, d.name) for d in departments_by_name(book)],
        touchpoints=[(spot.id, spot.name) for way in lands.ways() for spot in lands.stations(way.id)] if lands else [],
        due_words=due_words, due_state=due_state, state_word=state_word, line_of=line_of,
    )
