"""Weekdays and hours of one person: on one's own page, and on a person's page by administrators."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _

from . import operations, policy
from .blueprint import bp
from .hour_forms import HoursForm
from .models import Person
from .person_routes import person_page, the_person
from .profile_routes import profile_page


@bp.post("/me/hours", endpoint="set_my_hours")
@door("people.set_my_hours")
def set_my_hours() -> Any:
    form = HoursForm()
    if form.validate():
        try:
            with work():
                me = the_person(current_user, current_user.id)
                operations.update_person(me, actor=me, now=utc_now(), **form.facts())
        except Invalid as problem:
            form.put_errors(problem)
        else:
            flash(_("Saved. From now on these days and hours count."), "good")
            return redirect(url_for("people.profile") + "#hours", 303)
    return profile_page(hours=form), 422


@bp.post("/people/<int:person_id>/hours", endpoint="set_hours")
@door("people.set_hours", load=the_person, allow=policy.may_manage_people)
def set_hours(person: Person) -> Any:
    form, person_id = HoursForm(), person.id
    if form.validate():
        try:
            with work():
                operations.update_person(
                    the_person(current_user, person_id), actor=current_user, now=utc_now(), **form.facts()
                )
        except Invalid as problem:
            form.put_errors(problem)
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("people.show", person_id=person_id) + "#hours", 303)
    return person_page(the_person(current_user, person_id), "hours", hours=form), 422
