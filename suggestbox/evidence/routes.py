"""Pages of the evidence room: linking themes, themes without an idea, and the time since a measure."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.calls.policy import may_draft
from suggestbox.calls.queries import calls_open_on
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas.models import Idea
from suggestbox.measures.models import Measure
from suggestbox.measures.queries import MeasureLine, shown_to
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for
from suggestbox.people.same_site import same_site_path
from suggestbox.workflow.queries import the_idea

from . import models, operations, policy, words
from .blueprint import bp
from .picture import NARROW, picture_of
from .queries import themes_of
from .since import Since, compare_since, heard_between
from .unanswered import unanswered

__all__ = ["bp", "models"]


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """The parts of these pages stand on pages of other rooms, too."""
    return {"evidence_words": words, "evidence_on": lambda: is_on("feedback")}


# -- links -------------------------------------------------------------------------------------------------------------


def load_theme_form(me: Person, number: str) -> Idea:
    """Give an idea the reader may see, to link a theme to it or take one away.

    Raises  NotFound
    """
    return the_idea(me, number)


def _back(idea: Idea) -> Any:
    home = url_for("ideas.show", number=idea.number, _anchor="evidence")
    return redirect(same_site_path(request.form.get("next")) or home, 303)


def _theme_id() -> int:
    theme_id = whole_number(request.form.get("theme"))
    if theme_id is None:
        raise NotFound(reason="no_such_theme")
    return theme_id


@bp.post("/ideas/<number>/themes", endpoint="link")
@door("evidence.link", load=load_theme_form, allow=policy.may_link)
def link(idea: Idea) -> Any:
    """Customers say this too."""
    now = utc_now()
    if not request.form.get("theme"):
        flash(_("Please choose a theme first."), "info")
        return _back(idea)
    theme_id = _theme_id()
    try:
        with work():
            operations.link_theme(idea, theme_id, actor=current_user, now=now)
    except Invalid as wrong:
        flash(str(wrong.text), "late")
    return _back(idea)


@bp.post("/ideas/<number>/themes/remove", endpoint="unlink")
@door("evidence.unlink", load=load_theme_form, allow=policy.may_link)
def unlink(idea: Idea) -> Any:
    """Take a theme back."""
    now, theme_id = utc_now(), _theme_id()
    with work():
        operations.unlink_theme(idea, theme_id, actor=current_user, now=now)
    return _back(idea)


# -- themes without an idea --------------------------------------------------------------------------------------------


@bp.get("/feedback/unanswered", endpoint="unanswered")
@door("evidence.unanswered")
def unanswered_themes() -> str:
    """Themes many customers complain about and no idea answers, with one click to a call for ideas."""
    lands, audience = landscape(), "employees" if request.args.get("audience") == "employees" else "customers"
    rows = unanswered(current_user, lands, today=today_for(), audience=audience)
    asked = {call.theme_id: call for call in reversed(calls_open_on(today_for())) if call.theme_id} if is_on("calls") else {}
    return render_template(
        "evidence/unanswered.html", rows=rows, lands=lands, audience=audience, asked=asked,
        may_call=is_on("calls") and may_draft(current_user),
    )


# -- the time since a measure ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """A measure that is done, as the reader may see it."""

    line: MeasureLine
    idea: Idea


def load_done(me: Person, measure_id: int) -> Done:
    """Give a measure that is done, with its idea.

    Raises  NotFound when there is none, or none for this reader
    """
    query = sa.select(Measure, Idea).join(Idea, Idea.id == Measure.idea_id).where(
        Measure.id == measure_id, Measure.state == "done", shown_to(me.id, here())
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(reason="no_such_measure")
    measure, idea = row
    line = MeasureLine(measure.id, measure.title, measure.state, measure.owner_id, measure.due_on, measure.done_on,
                       measure.touchpoint_id, idea.id, idea.number or "", idea.title)
    return Done(line, idea)


@bp.get("/measures/<int:measure_id>/since", endpoint="since")
@door("evidence.since", load=load_done)
def since(done: Done) -> str:
    """The themes of a measure's idea, before and since."""
    lands, today = landscape(), today_for()
    found: list[Since] = []
    heard = {audience: heard_between(audience) for audience in ("customers", "employees")}
    for one in themes_of(done.idea.id, lands):
        found.append(compare_since(done.line, one.theme, lands, current_user, today=today,
                                   heard=heard[one.theme.audience]))
    return render_template("evidence/since.html", measure=done.line, idea=done.idea,
                           found=[(one, picture_of(one), picture_of(one, NARROW)) for one in found])
