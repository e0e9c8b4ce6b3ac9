"""Signing in and out, the language of the page, and forms that outlive a sign-in."""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from werkzeug.exceptions import HTTPException

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid, TooOften
from suggestbox.core.guard import door
from suggestbox.core.language import CODES, force_locale, ngettext
from suggestbox.core.language import gettext as _

from . import sign_in as signing
from . import throttle
from .blueprint import bp
from .forms import PinForm, SignInForm, apart
from .models import Person
from .operations import set_preferences
from .queries import person_by_id, person_by_login
from .same_site import path_on, same_site_path

KEPT_AT_MOST = 500_000
"""Characters of a form that are carried through a sign-in."""

NEVER_KEPT = ("csrf_token", "next", "kept", "kept_path")
NEVER_SHOWN = ("submit_key", "turn")
YEAR = 365 * 24 * 3600


def home() -> str:
    """Give the address of the start page."""
    return url_for("ideas.home")


def next_or_home(text: str | None) -> str:
    """Give where to go on: the path asked for if it is one of this site, else the start page."""
    path = same_site_path(text)
    if path is None or urlsplit(path).path in (url_for("people.sign_in"), url_for("people.pin_sign_in")):
        return home()
    return path


@bp.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@door("people.sign_in", anyone=True)
def sign_in() -> Any:
    form = SignInForm()
    if request.method == "GET":
        form.next.data = same_site_path(request.args.get("next")) or ""
        if current_user.is_authenticated:
            return redirect(next_or_home(form.next.data))
        return sign_in_page(form)
    address = get_remote_address()
    try:
        throttle.count_address(address)
        if not form.validate():
            return sign_in_page(form), 422
        person = _who_signs_in(form.email.data, form.password.data, address)
    except TooOften as often:
        return _too_often(often)
    if person is None:
        return sign_in_page(form, refused=True), 422
    kept, path = read_kept(form.kept.data), same_site_path(form.kept_path.data)
    if kept is not None and path:
        return remember_way(make_response(send_again(kept, path)), "password")
    return remember_way(redirect(next_or_home(form.next.data), 303), "password")


def _who_signs_in(login: str, password: str, address: str) -> Person | None:
    person = person_by_login(login)
    account = throttle.account_of(person, login)
    throttle.count_try(account, address)
    if not signing.password_fits(person, password) or person is None:
        return None
    new_hash = signing.hash_password(password) if signing.needs_new_hash(person) else ""
    compared = person.password_hash
    now, person_id = utc_now(), person.id
    with work():
        found = person_by_id(person_id)
        if found is None or found.password_hash != compared:
            return None
        if new_hash:
            found.password_hash = new_hash
        token = signing.begin_sign_in(found, now)
    signed_in = signing.person_of_token(token)
    if signed_in is None:  # left or switched off: the right password opens nothing, and says nothing
        with work():
            signing.end_sign_in(token, now)
        return None
    throttle.give_back(account, address)
    open_session(signed_in)
    return signed_in


def remember_way(answer: Any, way: str) -> Any:
    """Let this device show the way somebody signed in first ("password" or "pin") when it is used again."""
    answer.set_cookie("sign_in_way", way, max_age=YEAR, samesite="Lax", httponly=True,
                      secure=current_app.config["SESSION_COOKIE_SECURE"])
    return answer


def open_session(person: Person) -> None:
    """A fresh cookie: nothing of before the sign-in is carried over."""
    session.clear()
    g.pop("csrf_token", None)
    login_user(person)
    if signing.is_shared(person.get_id()):
        g.shared_token = person.get_id()
    if person.language:
        g.language = person.language


def open_session_for(person: Person) -> None:
    """Sign somebody in without a password; only the demo and other ways of signing in (OIDC) call this."""
    with work():
        token = signing.begin_sign_in(person, utc_now())
    person.sign_in_token = token  # type: ignore[attr-defined]
    open_session(person)


def sign_in_page(
    form: SignInForm | None = None, *, pin_form: PinForm | None = None, refused: bool = False, expired: bool = False
) -> str:
    """Give the sign-in page with both ways in; a form that waits behind it is carried in hidden fields.

    Takes   form, pin_form: the way that was used; without one the device shows the way used on it before first
    """
    used: Any = pin_form or form or SignInForm(formdata=None)
    behind = {name: used[name].data for name in ("next", "kept", "kept_path")}
    pin_first = pin_form is not None or (not used.errors and not refused and request.cookies.get("sign_in_way") == "pin")
    return render_template(
        "people/sign_in.html",
        form=form or SignInForm(formdata=None, data=behind),
        pin_form=apart(pin_form or PinForm(formdata=None, data=behind), "pin"),
        pin_first=pin_first, refused=refused, expired=expired, kept=bool(used.kept.data),
    )


def _too_often(often: TooOften) -> Response:
    seconds = int(often.details.get("wait_seconds", 60))
    minutes = max(1, round(seconds / 60))
    text = ngettext(
        "There were too many tries to sign in. Please wait for a minute.",
        "There were too many tries to sign in. Please wait for up to %(num)d minutes.",
        minutes,
    )
    page = render_template(
        "shared/error.html", status=429, title=_("That was too often"), text=text,
        what_now=_("If you forgot your password, the people who look after this system can give you a new one."),
        back_url=url_for("people.sign_in"),
    )  # fmt: skip
    return make_response(page, 429, {"Retry-After": str(seconds)})


@bp.route("/sign-out", methods=["POST"], endpoint="sign_out")
@door("people.sign_out", anyone=True)
def sign_out() -> Any:
    if current_user.is_authenticated:
        token, language = current_user.get_id(), current_user.language
        with work():
            signing.end_sign_in(token, utc_now())
        logout_user()
        session.clear()
        g.pop("csrf_token", None)
        with force_locale(language) if language in CODES else force_locale(g.get("language") or "en"):
            flash(_("You are signed out."), "good")
    return redirect(url_for("people.sign_in"), 303)


@bp.route("/language", methods=["POST"], endpoint="set_language")
@door("people.set_language", anyone=True)
def set_language() -> Any:
    language = request.form.get("language", "")
    if language not in CODES:
        raise Invalid(_("This language is not available."), reason="unknown_language")
    if current_user.is_authenticated:
        with work():
            set_preferences(current_user, language=language, now=utc_now())
    answer = redirect(next_or_home_or_sign_in(request.form.get("next")), 303)
    answer.set_cookie(
        "language", language, max_age=YEAR, samesite="Lax", httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return answer


def next_or_home_or_sign_in(text: str | None) -> str:
    """Give where to go on, for somebody who may be looking at the sign-in page."""
    return same_site_path(text) or (home() if current_user.is_authenticated else url_for("people.sign_in"))


# -- forms that outlive a sign-in -------------------------------------------------------------------------------------


def _posted_from_here() -> bool:
    """Say whether the form was sent from a page of ours: a stranger's page may not put words into somebody's mouth."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site in ("cross-site", "same-site"):
        return False
    if origin == "null":  # a page that hides where it comes from; only a browser that knows better is believed
        return site == "same-origin"
    return origin is None or urlsplit(origin).netloc == request.host


def posted_fields() -> list[list[str]] | None:
    """Give the fields that were posted, without files, passwords and what belongs to the page; None when too much."""
    try:
        fields = [
            [name, value]
            for name, value in request.form.items(multi=True)
            if name not in NEVER_KEPT and "password" not in name
        ]
    except HTTPException:  # too large to be read at all
        return None
    if sum(len(name) + len(value) for name, value in fields) > KEPT_AT_MOST:
        return None
    return fields


def read_kept(text: str | None) -> list[list[str]] | None:
    """Give the fields out of the hidden field they were kept in, or None when there are none."""
    if not text or len(text) > 4 * KEPT_AT_MOST:
        return None
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    sound = isinstance(fields, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in fields
    )
    return [pair for pair in fields if pair[0] not in NEVER_KEPT] if sound else None


def _asks_for_password() -> bool:
    return any("password" in name for name in request.form)


def keep_and_sign_in() -> str:
    """A form arrived from somebody who is signed out: give the sign-in page, with what they wrote kept behind it."""
    form = SignInForm(formdata=None)
    fields = posted_fields()
    path = same_site_path(request.full_path.rstrip("?"))
    if fields and path and _posted_from_here() and not _asks_for_password():
        form.kept.data, form.kept_path.data = json.dumps(fields, ensure_ascii=False), path
    return sign_in_page(form, expired=True)


def _put_behind(form: Any) -> None:
    """Carry on what waited behind the sign-in that came too late."""
    form.next.data = same_site_path(request.form.get("next")) or ""
    if _posted_from_here() and read_kept(request.form.get("kept")) is not None:
        form.kept.data, form.kept_path.data = request.form["kept"], request.form.get("kept_path", "")


def send_again_page() -> str:
    """A form arrived with an expired mark: give the page that shows what was written and sends it again."""
    path = same_site_path(request.full_path.rstrip("?"))
    fields = posted_fields()
    if request.path == url_for("people.pin_sign_in"):
        pin_form = PinForm(formdata=None)
        pin_form.personnel_no.data = request.form.get("personnel_no", "")[:40]
        _put_behind(pin_form)
        return sign_in_page(pin_form=pin_form, expired=True)
    if request.path == url_for("people.sign_in"):
        form = SignInForm(formdata=None)
        form.email.data = request.form.get("email", "")[:254]
        _put_behind(form)
        return sign_in_page(form, expired=True)
    if fields is None or path is None or not _posted_from_here() or _asks_for_password():
        return render_template(
            "shared/error.html", status=400, title=_("This page was open for a long time"),
            text=_("Your form could not be checked any more, so nothing was saved."),
            what_now=_("Go back, reload the page and send it again."),
            back_url=path_on(request.host, request.referrer) or home(),
        )  # fmt: skip
    return send_again(fields, path)


def send_again(fields: list[list[str]], path: str) -> str:
    """Give the page with the kept fields and a fresh mark, that posts them to the path they were meant for."""
    typed = [value.strip() for name, value in fields if name not in NEVER_SHOWN]
    written = [text for text in typed if len(text) > 12 or " " in text]
    return render_template("people/send_again.html", fields=fields, path=path, written=written)
