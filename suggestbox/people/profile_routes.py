"""One's own page: preferences, absences, password, signed-in browsers."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_limiter.util import get_remote_address
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext

from . import granting, operations, throttle
from . import sign_in as signing
from .blueprint import bp
from .forms import ChangePasswordForm, DaysForm, PlainForm, PreferencesForm, apart
from .hour_forms import HoursForm, hours_form
from .hour_words import hours_in_words
from .models import Absence, Person
from .queries import here, today_for
from .same_site import same_site_path
from .sign_in_routes import home
from .words import ROLE_NAMES


def absences_of(person_id: int) -> list[Absence]:
    """Give the absences that are not over yet, the next one first."""
    query = sa.select(Absence).where(Absence.person_id == person_id, Absence.until_on >= today_for())
    return list(db.session.scalars(query.order_by(Absence.from_on, Absence.id)))


def my_absence(me: Person, absence_id: int) -> Absence:
    """Load an absence of the reader's own, or NotFound."""
    absence = db.session.get(Absence, absence_id)
    if absence is None or absence.person_id != me.id:
        raise NotFound()
    return absence


def profile_page(
    preferences: PreferencesForm | None = None, days: DaysForm | None = None, hours: HoursForm | None = None
) -> str:
    """Give one's own page; forms that could not be taken are shown again."""
    book, now = here(), utc_now()
    brief = book.person(current_user.id)
    return render_template(
        "people/profile.html",
        preferences=preferences or PreferencesForm(obj=current_user, formdata=None),
        days=days or DaysForm(formdata=None),
        hours=apart(hours or hours_form(current_user), "hours"),
        own_hours=hours_in_words(book, current_user.id),
        plain=PlainForm(formdata=None),
        brief=brief,
        department=book.department(brief.department_id) if brief else None,
        superior=book.person(brief.superior_id) if brief else None,
        roles=[(ROLE_NAMES[role], book.department(where)) for role, where in book.roles_of.get(current_user.id, [])],
        deputies=[book.people[d] for d in book.deputies.get(current_user.id, []) if d in book.people],
        absences=absences_of(current_user.id),
        sign_ins=[
            (row, signing.is_sign_in_of(row, current_user.get_id()))
            for row in signing.open_sign_ins(current_user.id, now)
        ],
        today=book.today,
    )


@bp.get("/me", endpoint="profile")
@door("people.profile")
def profile() -> Any:
    return profile_page()


@bp.post("/me/preferences", endpoint="set_preferences")
@door("people.set_preferences")
def set_preferences() -> Any:
    form = PreferencesForm()
    if not form.validate():
        return profile_page(preferences=form), 422
    facts = form.facts()
    with work():
        operations.set_preferences(current_user, now=utc_now(), **facts)
    flash(_("Saved."), "good")
    answer = redirect(url_for("people.profile"), 303)
    if not facts["language"]:
        answer.delete_cookie("language", samesite="Lax", httponly=True)
    return answer


@bp.post("/theme", endpoint="set_theme")
@door("people.set_theme")
def set_theme() -> Any:
    with work():
        operations.set_preferences(current_user, now=utc_now(), theme=request.form.get("theme", ""))
    return redirect(same_site_path(request.form.get("next")) or home(), 303)


@bp.post("/me/absences", endpoint="add_my_absence")
@door("people.add_my_absence")
def add_my_absence() -> Any:
    form = DaysForm()
    if not form.validate():
        return profile_page(days=form), 422
    with work():
        granting.add_absence(current_user, form.from_on.data, form.until_on.data, now=utc_now(), actor=current_user)
    flash(_("Noted. Your deputy sees your next steps on these days."), "good")
    return redirect(url_for("people.profile") + "#absences", 303)


@bp.post("/me/absences/<int:absence_id>/remove", endpoint="remove_my_absence")
@door("people.remove_my_absence", load=my_absence)
def remove_my_absence(absence: Absence) -> Any:
    absence_id = absence.id
    with work():
        granting.remove_absence(my_absence(current_user, absence_id), now=utc_now(), actor=current_user)
    flash(_("Removed."), "good")
    return redirect(url_for("people.profile") + "#absences", 303)


@bp.route("/me/password", methods=["GET", "POST"], endpoint="change_password")
@door("people.change_password")
def change_password() -> Any:
    form = ChangePasswordForm()
    if request.method == "GET":
        return render_template("people/change_password.html", form=form)
    if form.validate():
        me, old_hash, token = current_user._get_current_object(), current_user.password_hash, current_user.get_id()
        account, address = throttle.account_of(me, ""), get_remote_address()
        throttle.count_try(account, address)  # whoever found an open browser guesses here
        objection = signing.password_is_acceptable(form.new_password.data, me)
        if objection:
            throttle.give_back(account, address)
            form.new_password.errors = [objection]
        elif not signing.password_fits(me, form.old_password.data):
            form.old_password.errors = [_("This is not your password.")]
        else:
            throttle.give_back(account, address)
            new_hash, had_feed = signing.hash_password(form.new_password.data), me.calendar_key_hash is not None
            with work():
                ended = operations.change_password(
                    me, old_hash=old_hash, new_hash=new_hash, keep_token=token, now=utc_now()
                )
            flash(_("Your password is changed."), "good")
            if had_feed:
                flash(_("Your calendar address ended with the old password. Please make a new one."), "info")
            if ended:
                flash(
                    ngettext(
                        "You were signed out on %(num)d other device.",
                        "You were signed out on %(num)d other devices.",
                        ended,
                    ),
                    "info",
                )
            return redirect(url_for("people.profile"), 303)
    return render_template("people/change_password.html", form=form), 422


@bp.post("/me/sign-ins/end", endpoint="end_other_sign_ins")
@door("people.end_other_sign_ins")
def end_other_sign_ins() -> Any:
    token = current_user.get_id()
    with work():
        ended = signing.end_other_sign_ins(current_user._get_current_object(), token, utc_now())
    flash(
        ngettext("%(num)d other device was signed out.", "%(num)d other devices were signed out.", ended)
        if ended
        else _("You were signed in nowhere else."),
        "good",
    )
    return redirect(url_for("people.profile") + "#devices", 303)
