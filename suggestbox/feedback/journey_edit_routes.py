"""Journeys and touchpoints for whoever curates them: list, form, order, archive."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid, Refused, Stale
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.people.forms import PlainForm
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import journeys, policy
from .blueprint import bp
from .landscape import landscape
from .models import Journey, Touchpoint
from .theme_edit_routes import offered_people
from .theme_forms import JourneyForm, TouchpointForm, shown_person
from .words import AUDIENCE_WORDS

STEPS = {"up": -1, "down": 1}


def the_journey(_me: Person, journey_id: int) -> Journey:
    """Load a journey, or NotFound."""
    return journeys.journey_by_id(journey_id)


def the_touchpoint(_me: Person, touchpoint_id: int) -> Touchpoint:
    """Load a touchpoint, or NotFound."""
    return journeys.touchpoint_by_id(touchpoint_id)


# -- journeys ----------------------------------------------------------------------------------------------------------


@bp.get("/feedback/journeys", endpoint="journeys")
@door("feedback.journeys", allow=policy.may_curate)
def journeys_page() -> str:
    lands = landscape()
    return render_template(
        "feedback/journeys.html", lands=lands, book=here(), audience_words=AUDIENCE_WORDS,
        plain=PlainForm(formdata=None), gone=[journey for journey in lands.journeys.values() if journey.gone],
        gone_stations=[t for t in lands.touchpoints.values() if t.gone and not lands.journeys[t.journey_id].gone],
        theme_counts={t: len(lands.on_touchpoint(t)) for t in lands.touchpoints},
    )


@bp.post("/feedback/journeys/start", endpoint="start_journey")
@door("feedback.start_journey", allow=policy.may_curate)
def start_journey() -> Any:
    with work():
        journeys.start_journey(now=utc_now(), by_id=current_user.id)
    flash(_("The journey is there. Rename its touchpoints and say who answers for each of them."), "good")
    return redirect(url_for("feedback.journeys"), 303)


@bp.route("/feedback/journeys/new", methods=["GET", "POST"], endpoint="new_journey")
@door("feedback.new_journey", allow=policy.may_curate)
def new_journey() -> Any:
    form = JourneyForm()
    if request.method == "POST" and form.validate():
        facts = form.facts()
        facts.pop("seen")
        with work():
            journey_id = journeys.create_journey(now=utc_now(), by_id=current_user.id, **facts).id
        flash(_("The journey is there. Now add its touchpoints."), "good")
        return redirect(url_for("feedback.new_touchpoint", journey_id=journey_id), 303)
    return render_template("feedback/journey_form.html", form=form, journey=None), 422 if form.errors else 200


@bp.route("/feedback/journeys/<int:journey_id>/edit", methods=["GET", "POST"], endpoint="edit_journey")
@door("feedback.edit_journey", load=the_journey, allow=policy.may_curate)
def edit_journey(journey: Journey) -> Any:
    form, journey_id, stale = JourneyForm(obj=journey), journey.id, False
    if request.method == "GET":
        form.seen.data = journeys.fingerprint(journey)
    if request.method == "POST" and form.validate():
        facts = form.facts()
        try:
            with work():
                row = journeys.journey_by_id(journey_id)
                journeys.refuse_stale(row, facts.pop("seen") or "")
                journeys.change(row, now=utc_now(), by_id=current_user.id, **facts)
        except Stale:
            stale = True
            form.seen.data = journeys.fingerprint(journeys.journey_by_id(journey_id))
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("feedback.journeys"), 303)
    page = render_template(
        "feedback/journey_form.html", form=form, journey=journeys.journey_by_id(journey_id), stale=stale,
        brief=landscape().journeys[journey_id], plain=PlainForm(formdata=None),
    )  # fmt: skip
    return page, 409 if stale else 422 if form.errors else 200


def _shift(row: Journey | Touchpoint, anchor: str) -> Any:
    step = STEPS.get(request.form.get("to", ""))
    if step:
        with work():
            again: Any = journeys.journey_by_id if isinstance(row, Journey) else journeys.touchpoint_by_id
            journeys.shift(again(row.id), step, now=utc_now(), by_id=current_user.id)
    return redirect(url_for("feedback.journeys", _anchor=anchor), 303)


@bp.post("/feedback/journeys/<int:journey_id>/shift", endpoint="shift_journey")
@door("feedback.shift_journey", load=the_journey, allow=policy.may_curate)
def shift_journey(journey: Journey) -> Any:
    return _shift(journey, f"journey-{journey.id}")


@bp.post("/feedback/touchpoints/<int:touchpoint_id>/shift", endpoint="shift_touchpoint")
@door("feedback.shift_touchpoint", load=the_touchpoint, allow=policy.may_curate)
def shift_touchpoint(touchpoint: Touchpoint) -> Any:
    return _shift(touchpoint, f"touchpoint-{touchpoint.id}")


@bp.post("/feedback/journeys/<int:journey_id>/archive", endpoint="archive_journey")
@door("feedback.archive_journey", load=the_journey, allow=policy.may_curate)
def archive_journey(journey: Journey) -> Any:
    journey_id = journey.id
    with work():
        journeys.archive(journeys.journey_by_id(journey_id), now=utc_now(), by_id=current_user.id)
    undo: Any = {"text": _("The journey is archived, with its touchpoints. What was said there stays."),
                 "undo_url": url_for("feedback.restore_journey", journey_id=journey_id)}  # fmt: skip
    flash(undo, "good")
    return redirect(url_for("feedback.journeys"), 303)


@bp.post("/feedback/journeys/<int:journey_id>/restore", endpoint="restore_journey")
@door("feedback.restore_journey", load=the_journey, allow=policy.may_curate)
def restore_journey(journey: Journey) -> Any:
    return _restore(journey, _("The journey is back."))


def _restore(row: Journey | Touchpoint, text: str) -> Any:
    row_id = row.id
    again: Any = journeys.journey_by_id if isinstance(row, Journey) else journeys.touchpoint_by_id
    try:
        with work():
            journeys.restore(again(row_id), now=utc_now(), by_id=current_user.id)
    except Refused as refused:
        flash(str(refused.text), "soon")
    else:
        flash(text, "good")
    return redirect(url_for("feedback.journeys"), 303)


# -- touchpoints -------------------------------------------------------------------------------------------------------


@bp.route("/feedback/journeys/<int:journey_id>/touchpoints/new", methods=["GET", "POST"], endpoint="new_touchpoint")
@door("feedback.new_touchpoint", load=the_journey, allow=policy.may_curate)
def new_touchpoint(journey: Journey) -> Any:
    lands, journey_id = landscape(), journey.id
    form = TouchpointForm(book=here(), lands=lands, data={"journey_id": journey_id})
    if request.method == "POST" and form.validate():
        facts = form.texts()
        chosen = facts.pop("journey_id")
        try:
            with work():
                row = journeys.journey_by_id(chosen)
                touchpoint_id = journeys.create_touchpoint(row, now=utc_now(), by_id=current_user.id, **facts).id
        except Refused as refused:
            form.form_errors.append(str(refused.text))
        else:
            flash(_("The touchpoint is there."), "good")
            return redirect(url_for("feedback.journeys", _anchor=f"touchpoint-{touchpoint_id}"), 303)
    page = render_template("feedback/touchpoint_form.html", form=form, touchpoint=None, offered=offered_people(),
                           journey=lands.journeys[journey_id])  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/feedback/touchpoints/<int:touchpoint_id>/edit", methods=["GET", "POST"], endpoint="edit_touchpoint")
@door("feedback.edit_touchpoint", load=the_touchpoint, allow=policy.may_curate)
def edit_touchpoint(touchpoint: Touchpoint) -> Any:
    lands, touchpoint_id, stale, book = landscape(), touchpoint.id, False, here()
    data = {name: getattr(touchpoint, name) for name in ("name_de", "name_en", "journey_id", "department_id")}
    data |= {"owner": shown_person(book, touchpoint.owner_id), "behind": touchpoint.process,
             "seen": journeys.fingerprint(touchpoint)}  # fmt: skip
    form = TouchpointForm(book=book, lands=lands, data=data)
    if request.method == "POST" and form.validate():
        try:
            with work():
                row = journeys.touchpoint_by_id(touchpoint_id)
                journeys.refuse_stale(row, form.seen.data or "")
                journeys.change(row, now=utc_now(), by_id=current_user.id, **form.texts())
        except Invalid as problem:
            form.put_errors(problem)
        except Stale:
            stale = True
            form.seen.data = journeys.fingerprint(journeys.touchpoint_by_id(touchpoint_id))
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("feedback.journeys", _anchor=f"touchpoint-{touchpoint_id}"), 303)
    row = journeys.touchpoint_by_id(touchpoint_id)
    page = render_template(
        "feedback/touchpoint_form.html", form=form, touchpoint=row, stale=stale, offered=offered_people(),
        brief=lands.touchpoints[touchpoint_id], journey=lands.journeys[row.journey_id], plain=PlainForm(formdata=None),
        themes=lands.on_touchpoint(touchpoint_id),
    )  # fmt: skip
    return page, 409 if stale else 422 if form.errors or form.form_errors else 200


@bp.post("/feedback/touchpoints/<int:touchpoint_id>/archive", endpoint="archive_touchpoint")
@door("feedback.archive_touchpoint", load=the_touchpoint, allow=policy.may_curate)
def archive_touchpoint(touchpoint: Touchpoint) -> Any:
    touchpoint_id = touchpoint.id
    with work():
        journeys.archive(journeys.touchpoint_by_id(touchpoint_id), now=utc_now(), by_id=current_user.id)
    undo: Any = {"text": _("The touchpoint is archived. What was said there stays."),
                 "undo_url": url_for("feedback.restore_touchpoint", touchpoint_id=touchpoint_id)}  # fmt: skip
    flash(undo, "good")
    return redirect(url_for("feedback.journeys"), 303)


@bp.post("/feedback/touchpoints/<int:touchpoint_id>/restore", endpoint="restore_touchpoint")
@door("feedback.restore_touchpoint", load=the_touchpoint, allow=policy.may_curate)
def restore_touchpoint(touchpoint: Touchpoint) -> Any:
    return _restore(touchpoint, _("The touchpoint is back."))
