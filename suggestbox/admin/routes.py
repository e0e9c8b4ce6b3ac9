"""The pages of whoever looks after the house: how it is, the outbox, the test letter; and the answer to machines."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_login import current_user
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from suggestbox import __version__
from suggestbox.core import health
from suggestbox.core.checks import free_bytes
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import NotFound, Refused, TooOften
from suggestbox.core.forms import HouseForm
from suggestbox.core.guard import door
from suggestbox.core.job_runs import last_beat, latest_runs
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.core.limits import limiter
from suggestbox.mail import restore
from suggestbox.mail.house_letters import write_test_letter
from suggestbox.mail.models import CHANNELS, STATES, MailState, Notice
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import outbox as box
from .policy import looks_after_the_house
from .words import JOB_WORDS

bp = Blueprint("admin", __name__)

PER_MACHINE = parse("60 per minute")
_machines = FixedWindowRateLimiter(MemoryStorage())  # not in the database: it may be what is broken


# -- for machines ----------------------------------------------------------------------------------------------------


@bp.get("/health")
@door("admin.answer_machines", anyone=True)
def answer_machines() -> Any:
    address = request.remote_addr or ""
    if limiter.enabled and not _machines.hit(PER_MACHINE, "health", address):
        raise TooOften(reason="too_often", wait_seconds=PER_MACHINE.get_expiry())
    well, checks = health.is_well(utc_now())
    return jsonify(ok=well, checks=checks), 200 if well else 503


# -- how the house is ------------------------------------------------------------------------------------------------


@bp.get("/admin", endpoint="health")
@door("admin.health", allow=looks_after_the_house)
def show_health() -> Any:
    now = utc_now()
    return render_template(
        "admin/health.html", findings=health.findings(now), beat=last_beat(now), version=__version__,
        runs=sorted(latest_runs().values(), key=lambda run: run.started_at, reverse=True),
        waiting=sum(w.count for w in box.waiting()), free_mb=free_bytes() // 1024**2, database=db.engine.dialect.name,
        job_words=JOB_WORDS,
    )


# -- the outbox ------------------------------------------------------------------------------------------------------


@bp.get("/admin/outbox")
@door("admin.outbox", allow=looks_after_the_house)
def outbox() -> Any:
    kinds = box.kind_names()
    asked = {name: request.args.get(name, "") for name in ("state", "kind", "channel")}
    known = {"state": box.SHOWN, "kind": kinds, "channel": CHANNELS}
    filters: dict[str, Any] = {name: value if value in known[name] else "" for name, value in asked.items()}
    page = box.letters_page(current_user.id, here(), **filters, key=request.args.get("page"))
    kept: dict[str, Any] = {name: value or None for name, value in filters.items()}
    if page.next_key:
        page.next_url = url_for("admin.outbox", **kept, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("admin.outbox", **kept, page=page.prev_key)
    state = db.session.get(MailState, 1)
    return render_template(
        "admin/outbox.html", page=page, filters=filters, filtered=any(filters.values()), kinds=kinds, states=STATES,
        state_words=box.STATE_WORDS, channel_words=box.CHANNEL_WORDS, plain=HouseForm(formdata=None),
        paused_at=state.paused_at if state else None, paused_reason=state.paused_reason if state else "",
        held=sum(w.count for w in box.waiting() if w.state == "review"), now=utc_now(),
    )


def the_letter(me: Person, letter_id: int) -> box.Entry:
    """Give the letter for a door, as it may be shown; a wrong number leads nowhere."""
    entry = box.letter_entry(letter_id, me.id, here()) if looks_after_the_house(me) else None
    if entry is None:
        raise NotFound()
    return entry


@bp.get("/admin/outbox/<int:letter_id>")
@door("admin.letter", load=the_letter, allow=looks_after_the_house)
def letter(entry: box.Entry) -> Any:
    return render_template(
        "admin/letter.html", entry=entry, tries=box.tries_of(entry), state_words=box.STATE_WORDS,
        state_help=box.STATE_HELP, channel_words=box.CHANNEL_WORDS, plain=HouseForm(formdata=None), now=utc_now(),
    )


def _moved_on() -> Refused:
    return Refused(_("Somebody was quicker, or the letter has gone on its way: nothing was changed. Please look again."),
                   reason="letter_moved_on")


def _offered(entry: box.Entry, action: str) -> int:
    """Give the letter's number when this is offered for it: trying the others out would tell how a sealed letter goes.

    Raises  Refused
    """
    if action not in entry.actions:
        raise _moved_on()
    return entry.id


def _done(letter_id: int, count: int, text: str) -> Any:
    if not count:
        raise _moved_on()
    health.forget_findings()
    flash(text, "good")
    return redirect(url_for("admin.letter", letter_id=letter_id), 303)


@bp.post("/admin/outbox/<int:letter_id>/retry")
@door("admin.retry", load=the_letter, allow=looks_after_the_house)
def retry(entry: box.Entry) -> Any:
    with work():
        count = restore.retry([_offered(entry, "retry")], now=utc_now(), by_id=current_user.id)
    return _done(entry.id, count, _("The letter is tried again in a moment."))


@bp.post("/admin/outbox/<int:letter_id>/release")
@door("admin.release", load=the_letter, allow=looks_after_the_house)
def release(entry: box.Entry) -> Any:
    with work():
        count = restore.release([_offered(entry, "release")], now=utc_now(), by_id=current_user.id)
    return _done(entry.id, count, _("The letter goes out as soon as its reader is at work."))


@bp.post("/admin/outbox/<int:letter_id>/drop")
@door("admin.drop", load=the_letter, allow=looks_after_the_house)
def drop(entry: box.Entry) -> Any:
    with work():
        count = restore.drop([_offered(entry, "drop")], now=utc_now(), by_id=current_user.id)
    return _done(entry.id, count, _("The letter does not go out. The news stays in the inbox on the site."))


@bp.post("/admin/outbox/release")
@door("admin.release_all", allow=looks_after_the_house)
def release_all() -> Any:
    with work():
        count = restore.release_all(now=utc_now(), by_id=current_user.id)
    health.forget_findings()
    flash(ngettext("One letter is on its way.", "%(num)d letters are on their way.", count), "good")
    return redirect(url_for("admin.outbox"), 303)


@bp.post("/admin/outbox/go-on")
@door("admin.go_on", allow=looks_after_the_house)
def go_on() -> Any:
    with work():
        ended = restore.go_on(now=utc_now(), by_id=current_user.id)
    health.forget_findings()
    flash(_("Letters go on.") if ended else _("There is no pause any more."), "good")
    return redirect(url_for("admin.outbox"), 303)


# -- the test letter -------------------------------------------------------------------------------------------------


@bp.get("/admin/test-letter")
@door("admin.test", allow=looks_after_the_house)
def test() -> Any:
    return render_template("admin/test.html", plain=HouseForm(formdata=None), latest=box.latest_test(current_user.id))


@bp.post("/admin/test-letter", endpoint="write_test")
@door("admin.write_test", allow=looks_after_the_house)
def write_test() -> Any:
    with work():
        notice_id = write_test_letter(current_user.id, now=utc_now())
        notice = db.session.get(Notice, notice_id)
        letter_id = notice.letter_id if notice else None
    if letter_id is None:
        flash(_("No letter was written: mail is not set up. You find the news in your inbox on the site."), "soon")
        return redirect(url_for("admin.test"), 303)
    flash(_("The letter is written. The postman comes every few seconds."), "good")
    return redirect(url_for("admin.letter", letter_id=letter_id), 303)
