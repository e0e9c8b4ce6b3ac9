"""One page for every move: the idea, and beside it the form. What somebody typed is never lost."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Denied, HouseError, Invalid, NotFound, Refused, Stale
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.evidence.panel import panel_of
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import HANDLERS, SUBMITTERS
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for
from suggestbox.people.same_site import same_site_path
from suggestbox.steps.models import KINDS

from . import bench
from .addresses import ON_THE_TALK_PAGE, first_move, url_for_move
from .advice import DONE
from .fields import MoveForm
from .operations import case_of, move, moves_for
from .panels import form_of, panel_for
from .queries import read_together, the_idea
from .table import MOVES

bp = Blueprint("workflow", __name__)

NEVER_HERE = ("submit",)
"""Handing in has its own page."""


def the_move(me: Person, number: str, name: str) -> tuple[Idea, str]:
    """Give idea and move for a door; the name of a step stands for the move that finishes it.

    Raises  NotFound
    """
    idea = the_idea(me, number)
    if name not in MOVES and name in KINDS:
        name = first_move(name) or ""
    row = MOVES.get(name)
    if row is None or row.automatic or name in NEVER_HERE:
        raise NotFound()
    return idea, name


@bp.route("/ideas/<number>/moves/<name>", methods=["GET", "POST"], endpoint="press")
@door("workflow.press", load=the_move)
def press(thing: tuple[Idea, str]) -> Any:
    idea, name = thing
    if request.method == "GET":
        if name in ON_THE_TALK_PAGE and not request.args.get("here"):
            return redirect(url_for_move(idea, name))
        return move_page(idea, name), 200 if is_theirs(idea, name) else 403
    me = current_user._get_current_object()
    case = case_of(idea, actor=me, now=utc_now())
    form = form_of(case, name)
    complete = form.read(case)
    turn = whole_number(form.turn.data)
    if turn in (None, idea.turn) and not is_theirs(idea, name):
        return move_page(idea, name, form=form, problem=Denied(reason=name)), 403
    if not complete:
        return move_page(idea, name, form=form), 422
    chosen = form.move_name(name)
    try:
        with work():
            move(idea, chosen, actor=me, now=utc_now(), turn=turn, **form.facts())
    except Invalid as wrong:
        form.put_errors(wrong)
        return move_page(idea, name, form=form), 422
    except (Refused, Stale, Denied) as late:
        return move_page(idea, name, form=form, problem=late), late.status
    return after_move(idea, chosen)


def is_theirs(idea: Idea, name: str) -> bool:
    """Say whether the signed-in person may ever make this move in the idea's stage; what is still missing is no matter."""
    row = MOVES[name]
    case = case_of(idea, actor=current_user._get_current_object(), now=utc_now())
    return idea.stage not in row.source or row.who(case)


def after_move(idea: Idea, name: str) -> Response:
    """Say that it worked, and go on: to the next of the queue, back to where one came from, or to the idea."""
    flash(str(DONE.get(name) or _("Done: %(what)s.", what=MOVES[name].label)), "success")
    if request.form.get("queue"):
        bench.note_done(today_for())
        marks: dict[str, Any] = {key: request.form[key] for key in bench.MARKS if request.form.get(key)}
        following = whole_number(request.form.get("next_step"))
        if following:
            marks["step"] = following
        return redirect(url_for("reviews.queue", **marks), 303)
    back = same_site_path(request.form.get("next"))
    if back:
        return redirect(back, 303)
    try:
        the_idea(current_user, idea.number or "")
    except NotFound:  # handed over: from now on it does not exist for whoever did it
        return redirect(url_for("reviews.queue"), 303)
    if name in ON_THE_TALK_PAGE:
        return redirect(url_for("conversations.show", number=idea.number), 303)
    return redirect(url_for("ideas.show", number=idea.number), 303)


def move_page(idea: Idea, name: str, *, form: MoveForm | None = None, problem: HouseError | None = None) -> str:
    """Give the page of a move; with `problem` how it stands now, and what was typed."""
    me, book, today = current_user, here(), today_for()
    case = case_of(idea, actor=me, now=utc_now())
    read_together(case)
    presses = moves_for(idea, me, case.now, case)
    panel = panel_for(case, name, form, presses)
    said = ""
    if problem is not None:
        said = str(problem.text) if problem.text else wording.sentence(problem.reason, problem.status)
        if form is not None:
            form.turn.data = str(idea.turn)
            panel.form = form
    listing = None
    if request.values.get("queue"):
        step = whole_number(request.values.get("step")) or 0
        listing = bench.listing_for(me, book, today, bench.marks_from_request(), step)
    view = bench.view_of(case, me)
    handles = bool(view.parts & HANDLERS) and not view.parts & SUBMITTERS  # all steps together tell of hints and doubts
    return render_template(
        "workflow/press.html", idea=idea, panel=panel, view=view, problem=said, listing=listing,
        steps=bench.standing_steps(case, today) if handles and (problem or not panel.allowed) else [],
        case=case, book=book, today=today, next=same_site_path(request.values.get("next")) or "",
        elsewhere=[p for p in presses if p.name != name and not p.unmet and p.main],
        kept=kept_text(form) if not panel.allowed and form is not None else [],
        evidence=panel_of(idea, me, book, today=today, may_change=False),
    )


def kept_text(form: MoveForm) -> list[tuple[str, str]]:
    """(label, words) of what was typed into a form whose move is not possible any more."""
    return [
        (str(field.label.text), str(field.data)) for field in form
        if isinstance(field.data, str) and len(field.data.strip()) > 1 and field.name not in ("turn", "csrf_token")
        and field.type != "ScaleField"
    ]
