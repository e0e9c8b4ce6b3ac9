"""One click to be one of a dozen people of the demo company. The blueprint exists only in a demonstration."""

from typing import Any

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import NotFound
from suggestbox.core.guard import door
from suggestbox.people.directory import Brief
from suggestbox.people.queries import here, person_by_email
from suggestbox.people.sign_in import begin_sign_in

from .cast import cast_members

bp = Blueprint("demo", __name__)


@bp.before_request
def only_in_a_demonstration() -> None:
    """Whatever registered this blueprint: outside a demonstration its pages do not exist."""
    if not current_app.config["DEMO"]:
        abort(404)


def _faces() -> list[dict[str, Any]]:
    by_email: dict[str, Brief] = {(b.email or "").lower(): b for b in here().people.values() if b.active}
    faces = []
    for member in cast_members():
        brief = by_email.get(member.email.lower()) if member.email else None
        if brief:
            known, _comma, rest = member.line.partition(",")
            about = (rest.strip() if known.strip() == brief.name else member.line).strip()
            faces.append({"key": member.key, "name": brief.name, "person": brief, "about": about[:1].upper() + about[1:]})
    return faces


@bp.route("/demo", methods=["GET", "POST"], endpoint="choose")
@door("demo.choose", anyone=True)
def choose() -> str | Response:
    """The people of the demonstration; a press of a button signs in as one of them."""
    if request.method == "GET":
        return render_template("demo/choose.html", faces=_faces())
    member = next((member for member in cast_members() if member.key == request.form.get("person")), None)
    person = person_by_email(member.email) if member and member.email else None
    if person is None or not person.active:
        raise NotFound()
    email = person.email or ""
    with work():
        person = person_by_email(email)
        if person is None:
            raise NotFound()
        begin_sign_in(person, utc_now())
        token_holder = person
    session.clear()
    g.pop("csrf_token", None)
    login_user(token_holder)
    return redirect(url_for("ideas.home"), 303)
