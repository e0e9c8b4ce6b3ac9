"""Pages of the measures room: planning one, and one measure with what its owner does."""

import io
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from suggestbox.awards.words import money
from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, NotFound
from suggestbox.core.forms import SeenForm
from suggestbox.core.guard import door
from suggestbox.core.language import due_words
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas import files
from suggestbox.ideas import policy as ideas
from suggestbox.ideas.blueprint import load_idea
from suggestbox.ideas.models import Attachment, Idea
from suggestbox.people.queries import here
from suggestbox.stories.candidates import story_about
from suggestbox.stories.policy import may_write as may_tell
from suggestbox.stories.queries import beside_idea
from suggestbox.workflow.bench import due_state
from suggestbox.workflow.fields import offered
from suggestbox.workflow.forms import colleagues_first
from suggestbox.workflow.operations import case_of, settle

from . import figure_routes, figures, models, operations, policy, queries, soft, tasks
from .blueprint import Thing, bp, load_measure, may_carry_out, may_tend
from .forms import AbandonForm, DoneForm, MoveForm, PlanForm, ProjectForm, TaskForm
from .list_routes import line_of
from .models import FIGURE_KINDS, OPEN_STATES, Measure
from .words import aspect_word, kind_word, point_words, state_word

__all__ = ["bp", "figure_routes", "models"]


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
    me, now = current_user._get_current_object(), utc_now()

    def plan() -> Measure:
        return operations.plan_measure(
            idea, title=form.title.data or "", description=form.description.data or "", owner_id=form.owner.person_id,
            due_on=form.due_on.data, touchpoint_id=form.spot, by_id=me.id, now=now, book=here(),
            project_url=form.project_url.data or "",
        )

    if not form.read(case.book):
        form.hear(plan)
        return _plan_page(idea, form), 422
    try:
        with work():
            measure = plan()
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
@door("measures.see", load=load_measure)
def show(thing: Thing) -> str:
    """One measure: what, who, until when, how far; and for its owner what to do next."""
    return _page(*thing)


FORMS = (("moving", MoveForm), ("finishing", DoneForm), ("abandoning", AbandonForm), ("adding", TaskForm),
         ("linking", ProjectForm))
"""The forms of the page, and how the template calls them."""


def _page(measure: Measure, idea: Idea, problem: str = "", **forms: SeenForm) -> str:
    me, book = current_user._get_current_object(), here()
    step = operations.open_step(measure)
    mine = policy.may_carry_out(step, me, book)
    spot = landscape().touchpoints.get(measure.touchpoint_id) if measure.touchpoint_id and is_on("feedback") else None
    owner_id = step.owner_id if step and step.owner_id else measure.owner_id
    for name, fresh in FORMS:
        form = forms.setdefault(name, fresh(formdata=None))
        form.version.data = str(measure.version)
        for field in form:
            field.id = field.name if name == "finishing" else f"{name}-{field.name}"  # several forms share the page
    if not forms["finishing"].is_submitted() or not forms["finishing"].errors:
        forms["finishing"]["done_on"].data = forms["finishing"]["done_on"].data or book.today
    if not forms["linking"].is_submitted() or not forms["linking"].errors:
        forms["linking"]["project_url"].data = measure.project_url
    parts = ideas.involved(idea, me.id, book)
    kinds = policy.kinds_shown(measure, idea, me, book, parts=parts)
    rows = [figure for figure in figures.standing(measure.id).values() if policy.may_see_figure(figure, kinds)]
    return render_template(
        "measures/show.html", measure=measure, idea=idea, mine=mine, tasks=tasks.tasks_of(measure),
        tends=mine or policy.may_abandon(measure, idea, me, parts=parts), money=money,
        may_abandon=policy.may_abandon(measure, idea, me, parts=parts) and measure.state in OPEN_STATES,
        may_calculate=policy.may_calculate(measure, idea, me, book, parts=parts), kind_word=kind_word,
        figures=sorted(rows, key=lambda row: FIGURE_KINDS.index(row.kind)), sees_figures=bool(kinds), counts=figures.counts,
        awaits_second=figures.awaits_second, soft=soft.soft_of([measure.id]).get(measure.id, {}), aspect_word=aspect_word,
        point_words=point_words(), picture=db.session.get(Attachment, measure.picture_id) if measure.picture_id else None,
        abandoned_by=book.person(measure.abandoned_by_id), kinds_left=_kinds_left(measure), line=line_of(measure),
        spot=spot, problem=problem,
        tells=measure.state == "done" and is_on("stories") and may_tell(me, idea, book, parts=parts)
        and story_about(idea.id) is None,
        success=beside_idea(idea, knows_names=bool(parts & (ideas.SUBMITTERS | ideas.HANDLERS)))
        if measure.state == "done" else None,
        owner=book.person(owner_id), planner=book.person(measure.created_by_id), done_by=book.person(measure.done_by_id),
        department=book.department(measure.department_id), due=due_words(measure.due_on, today=book.today),
        due_state=due_state(measure.due_on, book.today), today=book.today,
        may_move=measure.due_moves < operations.MOVES_AT_MOST,
        lists=policy.may_list(me), stands_in=mine and step is not None and step.owner_id != me.id, **forms,
    )


def _kinds_left(measure: Measure) -> list[str]:
    """The kinds of figures that can be written down now."""
    return {"done": ["agreed", "measured"], "abandoned": []}.get(measure.state, ["expected", "agreed"])


def _do(thing: Thing, form: SeenForm, name: str, act: Any, said: str) -> Any:
    """Do one thing with a measure, or draw its page again with what was typed."""
    measure, idea = thing
    me, now = current_user._get_current_object(), utc_now()
    if not form.validate():
        form.hear(lambda: act(measure, form, by_id=me.id, now=now, version=form.seen))
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
@door("measures.start", load=load_measure, allow=may_carry_out)
def start(thing: Thing) -> Any:
    """Say that one begins."""
    def act(measure: Measure, _form: Any, **who: Any) -> None:
        operations.start_measure(measure, **who)

    return _do(thing, SeenForm(), "starting", act, _("Good. The submitters read that it has begun."))


@bp.route("/measures/<int:measure_id>/move", methods=["POST"], endpoint="move")
@door("measures.move", load=load_measure, allow=may_carry_out)
def move(thing: Thing) -> Any:
    """Move the date, with a reason the submitters read."""
    def act(measure: Measure, form: Any, **who: Any) -> None:
        operations.move_measure(measure, due_on=form.due_on.data, reason=form.reason.data or "", book=here(), **who)

    return _do(thing, MoveForm(), "moving", act, _("The date is moved. The submitters read your reason."))


@bp.route("/measures/<int:measure_id>/done", methods=["POST"], endpoint="done")
@door("measures.finish", load=load_measure, allow=may_carry_out)
def done(thing: Thing) -> Any:
    """Say that it is done, with a picture if there is one; the submitters are told at once."""
    form = DoneForm()
    try:
        kept = files.keep_uploads([form.picture.data])
        if kept and not kept[0].is_image:
            files.forget(kept)
            raise Invalid(_("Please choose a photo (JPEG, PNG, WebP or GIF)."))
    except Invalid as wrong:
        form.validate()
        form.put_errors(Invalid(fields={"picture": str(wrong.text)}))
        me_id, now = current_user.id, utc_now()
        form.hear(lambda: operations.finish_measure(thing[0], words=form.words.data or "", done_on=form.done_on.data,
                                                    book=here(), by_id=me_id, now=now, version=form.seen))
        return _page(*thing, finishing=form), 422

    def act(measure: Measure, form: Any, **who: Any) -> None:
        operations.finish_measure(measure, words=form.words.data or "", done_on=form.done_on.data, book=here(),
                                  picture=kept[0] if kept else None, **who)

    answer = _do(thing, form, "finishing", act, _("It is done. Thank you! The submitters are told right away."))
    if isinstance(answer, tuple):
        files.forget(kept)
    return answer


@bp.route("/measures/<int:measure_id>/picture", endpoint="picture")
@door("measures.picture", load=load_measure)
def picture(thing: Thing) -> Any:
    """The picture of how it looks now."""
    found = db.session.get(Attachment, thing[0].picture_id) if thing[0].picture_id else None
    if found is None:
        raise NotFound()
    answer = send_file(io.BytesIO(files.path_of(found.stored_name).read_bytes()), mimetype=found.media_type,
                       etag=found.stored_name, max_age=0)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.route("/measures/<int:measure_id>/abandon", methods=["POST"], endpoint="abandon")
@door("measures.abandon", load=load_measure, allow=lambda me, thing: policy.may_abandon(thing[0], thing[1], me))
def abandon(thing: Thing) -> Any:
    """Give up what was promised, with reasons; the submitters are told, and a talk is owed again."""
    def act(measure: Measure, form: Any, **who: Any) -> None:
        operations.abandon_measure(measure, reasons=form.reasons.data or "", **who)

    said = _("It is abandoned. The submitters read your reasons, and a talk is owed to them again.")
    return _do(thing, AbandonForm(), "abandoning", act, said)


@bp.route("/measures/<int:measure_id>/project", methods=["POST"], endpoint="link")
@door("measures.link", load=load_measure, allow=may_tend)
def link(thing: Thing) -> Any:
    """Say where the work is followed elsewhere."""
    def act(measure: Measure, form: Any, **who: Any) -> None:
        operations.link_project(measure, address=form.project_url.data or "", **who)

    return _do(thing, ProjectForm(), "linking", act, _("The address is noted."))


# -- its steps -------------------------------------------------------------------------------------------------------


@bp.route("/measures/<int:measure_id>/tasks", methods=["POST"], endpoint="add_task")
@door("measures.add_task", load=load_measure, allow=may_tend)
def add_task(thing: Thing) -> Any:
    """Put a step on the list."""
    def act(measure: Measure, form: Any, *, version: int | None, **who: Any) -> None:
        tasks.add_task(measure, title=form.title.data or "", due_on=form.due_on.data, today=here().today, **who)

    return _do(thing, TaskForm(), "adding", act, _("The step is on the list."))


@bp.route("/measures/<int:measure_id>/tasks/<int:task_id>", methods=["POST"], endpoint="task")
@door("measures.task", load=lambda me, measure_id, task_id: (*load_measure(me, measure_id), task_id),
      allow=lambda me, thing: may_tend(me, thing[:2]))
def task(thing: tuple[Measure, Idea, int]) -> Any:
    """Tick a step, take the tick away, or take the step off the list."""
    measure, idea, task_id = thing
    wish = request.form.get("do")

    def act(measure: Measure, _form: Any, *, version: int | None, **who: Any) -> None:
        if wish == "remove":
            tasks.remove_task(measure, task_id, **who)
        else:
            tasks.tick_task(measure, task_id, done=wish == "tick", **who)

    said = {"remove": _("The step is off the list."), "tick": _("Good, one step further.")}
    return _do((measure, idea), SeenForm(), "ticking", act, said.get(wish or "", _("The step is open.")))
