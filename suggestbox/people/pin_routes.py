"""Signing in with personnel number and PIN, choosing one's own PIN, and staying signed in on a shared device."""

from typing import Any

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_limiter.util import get_remote_address
from flask_login import current_user
from flask_login import utils as login_utils

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, short_work, work
from suggestbox.core.errors import Denied, TooOften
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext

from . import pin as pins
from . import sign_in as signing
from . import throttle
from .blueprint import bp
from .forms import ChoosePinForm, PinForm
from .models import Person
from .queries import here, person_by_id, person_by_personnel_no
from .same_site import same_site_path
from .sign_in_routes import (
    next_or_home,
    open_session,
    read_kept,
    remember_way,
    send_again,
    sign_in_page,
)

FREE = ("people.choose_pin", "people.sign_out", "people.set_language", "static", "bootstrap.static")
"""What works before the PIN of the letter is replaced."""


@bp.route("/sign-in/pin", methods=["GET", "POST"], endpoint="pin_sign_in")
@door("people.pin_sign_in", anyone=True)
def pin_sign_in() -> Any:
    """Sign in with personnel number and PIN."""
    form = PinForm()
    if request.method == "GET":
        form.next.data = same_site_path(request.args.get("next")) or ""
        if current_user.is_authenticated:
            return redirect(next_or_home(form.next.data))
        return sign_in_page(pin_form=form)
    address = get_remote_address()
    try:
        throttle.count_address(address)
        if not form.validate():
            return sign_in_page(pin_form=form), 422
        person = _who_signs_in(form.personnel_no.data, form.pin_password.data, address)
    except TooOften as often:
        return _too_often(often)
    if person is None:
        return sign_in_page(pin_form=form, refused=True), 422
    kept, path = read_kept(form.kept.data), same_site_path(form.kept_path.data)
    answer: Any
    if person.pin_is_first:
        answer = make_response(_choose_page(ChoosePinForm(formdata=None, data={
            "next": form.next.data, "kept": form.kept.data, "kept_path": form.kept_path.data,
        })))
    elif kept is not None and path:
        answer = make_response(send_again(kept, path))
    else:
        answer = redirect(next_or_home(form.next.data), 303)
    return remember_way(answer, "pin")


def _who_signs_in(number: str, pin: str, address: str) -> Person | None:
    person = person_by_personnel_no(number.replace("\x00", ""))
    # As it was typed: capitals count in a personnel number, so those of an unknown one must not be counted together.
    account = throttle.account_of(person, number.encode("utf-8", "replace").hex())
    throttle.count_pin(account, address)
    if not pins.pin_fits(person, pin, here()) or person is None:
        return None
    compared, person_id, now = person.pin_hash, person.id, utc_now()
    with work():
        found = person_by_id(person_id)
        if found is None or found.pin_hash != compared:
            return None
        token = signing.begin_sign_in(found, now, shared=True)
    signed_in = signing.person_of_token(token)
    if signed_in is None:
        with work():
            signing.end_sign_in(token, now)
        return None
    throttle.give_pin_back(account, address)
    open_session(signed_in)
    return signed_in


def _too_often(often: TooOften) -> Response:
    seconds = int(often.details.get("wait_seconds", 60))
    minutes = max(1, round(seconds / 60))
    wait = ngettext("Please wait for up to %(num)d minute.", "Please wait for up to %(num)d minutes.", minutes)
    if minutes >= 120:
        hours = round(minutes / 60)
        wait = ngettext("Please wait for up to %(num)d hour.", "Please wait for up to %(num)d hours.", hours)
    page = render_template(
        "shared/error.html", status=429, title=_("That was too often"),
        text=_("There were too many tries with a wrong number or PIN.") + " " + wait,
        what_now=_("PIN forgotten? The coordinator of your department orders a letter with a new one."),
        back_url=url_for("people.pin_sign_in"),
    )  # fmt: skip
    return make_response(page, 429, {"Retry-After": str(seconds)})


def _choose_page(form: ChoosePinForm) -> str:
    return render_template("people/choose_pin.html", form=form, first=current_user.pin_is_first, length=pins.LENGTH)


def _with_pin(me: Person) -> bool:
    """Say whether the reader has a PIN that could be replaced."""
    return bool(me.pin_hash)


@bp.route("/me/pin", methods=["GET", "POST"], endpoint="choose_pin")
@door("people.choose_pin", allow=_with_pin)
def choose_pin() -> Any:
    """Choose one's own PIN: at the first sign-in, or whenever one likes."""
    form = ChoosePinForm()
    if request.method == "GET":
        return _choose_page(form)
    me, old_hash, token = current_user._get_current_object(), current_user.pin_hash, current_user.get_id()
    first = me.pin_is_first
    if first:
        del form.old_pin_password  # it was typed a moment ago
    fine = form.validate()
    objection = pins.pin_is_acceptable(form.new_pin_password.data or "", me.personnel_no)
    if fine and not objection:
        objection = _objection(me, form, first)
    if objection and not form.new_pin_password.errors and not (form.errors.get("old_pin_password")):
        form.new_pin_password.errors = [objection]
    if form.errors:
        return _choose_page(form), 422
    new_hash = signing.hash_password(form.new_pin_password.data)
    with work():
        person = person_by_id(me.id)
        if person is None:
            raise Denied()
        pins.choose_pin(person, old_hash=old_hash, new_hash=new_hash, keep_token=token, now=utc_now())
    kept, path = read_kept(form.kept.data), same_site_path(form.kept_path.data)
    if kept is not None and path:
        return send_again(kept, path)
    return render_template("people/pin_chosen.html", next_url=next_or_home(form.next.data))


def _objection(me: Person, form: ChoosePinForm, first: bool) -> str:
    """What speaks against the new PIN besides its digits; a wrong old one is an error of its own field."""
    book, new = here(), form.new_pin_password.data or ""
    if first:
        same = pins.pin_fits(me, new, book)
    else:
        account, address = throttle.account_of(me, ""), get_remote_address()
        throttle.count_pin(account, address)  # whoever found an open browser guesses here
        if not pins.pin_fits(me, form.old_pin_password.data or "", book):
            form.old_pin_password.errors = [_("This is not your PIN.")]
            return ""
        throttle.give_pin_back(account, address)
        same = new == form.old_pin_password.data
    return _("This is the PIN you have. Please choose another one.") if same else ""


# -- shared devices --------------------------------------------------------------------------------------------------


def first_pin_detour() -> Any:
    """Give the way to the page where the PIN of the letter is replaced, while that is still to be done; else None."""
    if not current_user.pin_is_first or not signing.is_shared(current_user.get_id()) or request.endpoint in FREE:
        return None
    return redirect(url_for("people.choose_pin"), 303)


def init_shared_devices(app: Flask) -> None:
    """Keep a sign-in by PIN alive while it is used; it ends by itself when nobody has touched the device for a while."""

    @app.after_request
    def _stay_awake(answer: Response) -> Response:
        token = g.get("shared_token")
        if token and current_app.view_functions.get(request.endpoint or "") and login_utils.current_user.is_authenticated:
            db.session.remove()  # the page is drawn; a reader would stand in the way of the writer
            with short_work() as connection:
                signing.stay_awake(connection, token, utc_now())
        return answer
