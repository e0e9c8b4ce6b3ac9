"""The queue, several first looks at once, and the page of a body that decides together."""

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from suggestbox.calls.dates import call_of
from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, HouseError, Invalid, NotFound
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import ngettext
from suggestbox.core.modules import is_on
from suggestbox.evidence.panel import panel_of
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import reads_outcome, visible_to
from suggestbox.ideas.remarks import add_comment
from suggestbox.people.models import Body, BodyMeeting, Person
from suggestbox.people.queries import here, today_for
from suggestbox.people.same_site import same_site_path
from suggestbox.steps.models import Step
from suggestbox.workflow import bench
from suggestbox.workflow.addresses import first_move, url_for_step
from suggestbox.workflow.agenda import one_of_my_steps, skip_step
from suggestbox.workflow.bulk import BulkForm, calls_among, triage_items
from suggestbox.workflow.meetings import agenda_of, minutes_of
from suggestbox.workflow.operations import case_of, move, moves_for
from suggestbox.workflow.panels import panel_for
from suggestbox.workflow.queries import read_together, the_idea
from suggestbox.workflow.words import outcome_word

bp = Blueprint("reviews", __name__)


# -- the queue -------------------------------------------------------------------------------------------------------


@bp.route("/queue", endpoint="queue")
@door("reviews.queue")
def queue() -> str:
    """What is to be done: list, idea and form side by side; the filters stay."""
    me, book, today = current_user, here(), today_for()
    marks = bench.marks_from_request()
    asked = whole_number(request.args.get("step"))
    item = one_of_my_steps(asked, me.id, book) if asked else None
    listing = bench.listing_for(me, book, today, marks, item.step.id if item else None)
    if item is None and listing.current:
        item = next(i for i in listing.page.rows if i.step.id == listing.current.step_id)
    if item is None:
        return render_template("reviews/queue.html", listing=listing, panel=None, view=None, idea=None)
    idea, step = db.session.get_one(Idea, item.idea.id), item.step
    case = case_of(idea, actor=me, now=utc_now())
    read_together(case)
    presses = moves_for(idea, me, case.now, case)
    name = _first_possible(step, {p.name for p in presses})
    panel = panel_for(case, name, None, presses) if name else None
    if panel and panel.form is not None and "promise_id" in panel.form and step.kind == "promise":
        panel.form["promise_id"].data = step.subject_id
    return render_template(
        "reviews/queue.html", listing=listing, idea=idea, panel=panel, view=bench.view_of(case, me), step=step,
        case=case, book=book, today=today, for_person=book.person(item.for_id), step_url=url_for_step(step, idea),
        elsewhere=[], next="", evidence=panel_of(idea, me, book, today=today, may_change=False),
    )


def _first_possible(step: Step, names: set[str]) -> str | None:
    """The move a step opens with; where it is not this person's to make, another one that finishes the step."""
    if step.kind == "confirm_correction" and "reopen_closing" in names:
        return "reopen_closing"
    first = first_move(step.kind)
    return first if first in names else None


@bp.route("/queue/skip", methods=["POST"], endpoint="skip")
@door("reviews.skip")
def skip() -> Response:
    """Later: the step goes to the end of the queue; its date stays."""
    marks: dict[str, Any] = {key: request.form[key] for key in bench.MARKS if request.form.get(key)}
    step_id, following = whole_number(request.form.get("step")), whole_number(request.form.get("next_step"))
    item = one_of_my_steps(step_id, current_user.id, here()) if step_id else None
    if item is None:
        raise NotFound()
    with work():
        step = db.session.get(Step, item.step.id)
        if step is not None:
            skip_step(step, now=utc_now())
    if following:
        marks["step"] = following
    return redirect(url_for("reviews.queue", **marks), 303)


@bp.route("/ideas/<number>/discussion", methods=["POST"], endpoint="discuss")
@door("reviews.discuss", load=the_idea)
def discuss(idea: Idea) -> Response:
    """A remark among those who handle the idea, written beside the form."""
    me = current_user._get_current_object()
    try:
        with work():
            add_comment(idea, request.form.get("text", ""), audience="handlers", actor=me, now=utc_now())
    except Invalid as wrong:
        flash(str(next(iter(wrong.fields.values()), wrong.text)), "error")
    back = same_site_path(request.form.get("next")) or url_for("ideas.show", number=idea.number)
    return redirect(back, 303)


# -- several at once -----------------------------------------------------------------------------------------------


@bp.route("/queue/several", methods=["GET", "POST"], endpoint="several")
@door("reviews.several")
def several() -> Any:
    """The same reviewers for several new ideas: each in a transaction of its own, each with a line about how it went."""
    me, book = current_user._get_current_object(), here()
    items = triage_items(me.id, book)
    form = BulkForm()
    form.prepare(items, book)
    if request.method == "GET":
        wanted = {whole_number(text) for text in request.args.getlist("step")}
        form.steps.data = [i.step.id for i in items if i.step.id in wanted]
        among = calls_among(items) if is_on("calls") else {}
        chosen = whole_number(request.args.get("call"))
        if chosen in among:
            form.take_call(chosen, among[chosen], book)
        return render_template(
            "reviews/several.html", form=form, items=items, book=book, today=today_for(), results=[], chosen=chosen,
            calls=[(call_of(call_id), len(found)) for call_id, found in among.items()])
    if not form.read(book):
        return render_template("reviews/several.html", form=form, items=items, book=book, today=today_for(), results=[]), 422
    results = [_ask_for_one(item.idea.id, form, me) for item in items if item.step.id in form.steps.data]
    asked = sum(not problem for _number, _title, problem in results)
    flash(ngettext("Reviewers are asked for %(num)d idea.", "Reviewers are asked for %(num)d ideas.", asked),
          "success" if asked else "warning")
    failed = {number for number, _title, problem in results if problem}
    if not failed:
        return redirect(url_for("reviews.queue"), 303)
    left = [i for i in triage_items(me.id, here()) if i.idea.number in failed]
    form.prepare(left, here())
    return render_template(
        "reviews/several.html", form=form, items=left, book=here(), today=today_for(), results=results), 409


def _ask_for_one(idea_id: int, form: BulkForm, me: Person) -> tuple[str, str, str]:
    """(number, title, what went wrong or nothing)."""
    idea = db.session.get_one(Idea, idea_id)
    number, title = idea.number or "", idea.title
    try:
        with work():
            move(idea, "assign", actor=me, now=utc_now(), reviewers=form.asked(), further_departments=[],
                 later_ok=form.later_ok.data)
    except HouseError as wrong:
        if isinstance(wrong, Invalid) and wrong.fields:
            return number, title, str(next(iter(wrong.fields.values())))
        return number, title, str(wrong.text) or wording.sentence(wrong.reason, wrong.status)
    return number, title, ""


# -- a body ----------------------------------------------------------------------------------------------------------


def the_body(me: Person, key: str) -> Body:
    """Give the body for a door, for its members and the idea management.

    Raises  NotFound, Denied
    """
    body = db.session.scalars(sa.select(Body).where(Body.key == key.replace("\x00", ""))).first()
    if body is None:
        raise NotFound()
    book = here()
    if me.id not in book.body_members(body.id) and not book.has_role(me.id, "idea_manager", any_=True):
        raise Denied(reason="not_a_member")
    return body


@bp.route("/bodies/<key>", endpoint="body")
@door("reviews.body", load=the_body)
def body(body: Body) -> str:
    """The agenda of the next meeting, and the minutes of what was decided: both print on paper."""
    me, book, today = current_user, here(), today_for()
    chosen = whole_number(request.args.get("meeting"))
    meetings = list(db.session.scalars(
        sa.select(BodyMeeting).where(BodyMeeting.body_id == body.id).order_by(BodyMeeting.on)))
    coming = next((m for m in meetings if m.on >= today), None)
    past = [m for m in meetings if m.on < today]
    shown = next((m for m in meetings if m.id == chosen), None)
    readable = sa.and_(visible_to(me.id, book), reads_outcome(me.id, book))
    return render_template(
        "reviews/body.html", body=body, name=book.body_name(body.id), coming=coming, past=past[-12:][::-1], shown=shown,
        seats=[(book.person(p), seat) for p, seat in book.seats.get(body.id, [])],
        agenda=agenda_of(body.id, visible_to(me.id, book), book, me.id), today=today,
        minutes=minutes_of(body.id, readable, book, shown.on if shown else today),
        outcome_word=outcome_word,
    )
