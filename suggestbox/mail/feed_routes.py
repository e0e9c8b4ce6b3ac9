"""One's own page about calendar and channels, and the private feed that calendar programs fetch."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask.wrappers import Response
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits import parse

from suggestbox.conversations.models import Appointment
from suggestbox.core.clock import utc_now
from suggestbox.core.config import Deployment
from suggestbox.core.database import db, work
from suggestbox.core.errors import NotFound, TooOften
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.limits import limiter
from suggestbox.people.forms import PlainForm
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for
from suggestbox.steps.words import step_title
from suggestbox.workflow.addresses import url_for_step
from suggestbox.workflow.agenda import my_steps
from suggestbox.workflow.talk_forms import talk_form_word

from . import calendar_feed, hook_words, hooking
from .blueprint import bp
from .calendar_feed import FeedEntry
from .hook_forms import HookForm
from .operations import hooks_of
from .readers import outside, reader_of, speaking_to

MOST_STEPS = 300
PER_ADDRESS = parse("600 per minute")
PER_KEY = parse("60 per hour")
NEW_KEY = "calendar_key"
"""Where a new key lies until it is shown, once: in the cookie of the one who asked for it."""


def channels_page(hook_form: HookForm | None = None) -> str:
    """Give one's own page about calendar and channels."""
    key = session.pop(NEW_KEY, None)
    hooks = hooks_of(current_user.id)
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    return render_template(
        "mail/channels.html", key_url=_address(url_for("mail.feed", token=key)) if key else "",
        has_feed=current_user.calendar_key_hash is not None, hooks=hook_words.rows_of(hooks, now=utc_now()),
        hook_form=hook_form or HookForm(formdata=None), plain=PlainForm(formdata=None),
        full=len(hooks) >= hooking.MOST_HOOKS, letters_leave=bool(deployment.base_url),
    )


@bp.get("/me/channels", endpoint="channels")
@door("mail.channels")
def channels() -> Any:
    """The page: the feed, and the own webhooks."""
    return channels_page()


@bp.post("/me/channels/feed", endpoint="make_feed")
@door("mail.make_feed")
def make_feed() -> Any:
    """Make the feed, or give it a new address; shown once, on the next page."""
    with work():
        key = calendar_feed.renew_key(_me(), now=utc_now())
    session[NEW_KEY] = key
    return redirect(url_for("mail.channels") + "#feed", 303)


@bp.post("/me/channels/feed/end", endpoint="end_feed")
@door("mail.end_feed")
def end_feed() -> Any:
    """Switch the feed off."""
    with work():
        calendar_feed.switch_off(_me(), now=utc_now())
    session.pop(NEW_KEY, None)
    flash(_("The calendar address is switched off. Calendar programs find nothing there any more."), "good")
    return redirect(url_for("mail.channels") + "#feed", 303)


def _me() -> Person:
    me = db.session.get(Person, current_user.id)
    if me is None:
        raise NotFound()
    return me


def _address(path: str) -> str:
    """The full address of a path: from the configured address, else as this request came in."""
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    return outside(path) if deployment.base_url else request.host_url.rstrip("/") + path


def owner_of_feed(_me: Person | None, token: str) -> Person:
    """Load whose feed it is; who left has none any more."""
    if limiter.enabled:
        tried = (PER_ADDRESS, "feed-address", get_remote_address()), (PER_KEY, "feed", calendar_feed.hash_of_key(token))
        for item, *what in tried:
            if not limiter.limiter.hit(item, *what):
                raise TooOften(reason="too_often", wait_seconds=item.get_expiry())
    person = calendar_feed.person_of_key(token, today_for())
    if person is None:
        raise NotFound()
    return person


@bp.get("/calendar/<token>.ics", endpoint="feed")
@door("mail.feed", load=owner_of_feed, anyone=True)
def feed(person: Person) -> Response:
    """Own next steps and own talks, for calendar programs; they have no sign-in, the address itself is the key."""
    now, book = utc_now(), here()
    reader = reader_of(book, person.id, now)
    if reader is None:
        raise NotFound()
    with speaking_to(reader):
        entries = _steps(person, reader.today) + _talks(person)
        file = calendar_feed.feed_file(
            _("Ideas: my next steps"), entries, host=urlsplit(_address("/")).hostname or "suggestbox.invalid",
            today=reader.today,
        )
    answer = make_response(file)
    answer.mimetype = "text/calendar"
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Content-Disposition"] = 'inline; filename="suggestbox.ics"'
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _steps(person: Person, today: Any) -> list[FeedEntry]:
    book = here()
    found = []
    for item in my_steps(person.id, book, today=today, size=MOST_STEPS).rows:
        stood_in = book.person(item.for_id)
        url = _address(url_for_step(item.step, item.idea))
        words = [_("For %(name)s", name=stood_in.polite)] if stood_in else []
        found.append(FeedEntry(
            f"step-{item.step.id}", f"{step_title(item.step.kind)}: {item.idea.title}",
            "\n".join([f"{item.idea.number} {item.idea.title}", *words, url]), url, on=item.step.due_on,
        ))
    return found


def _talk_together(appointment: Appointment) -> FeedEntry:
    url = _address(url_for("conversations.group", group_id=appointment.group_id))
    place = " · ".join(filter(None, (talk_form_word(appointment.form), appointment.place)))
    return FeedEntry(f"together-{appointment.group_id}", _("Talk with several submitters"), url, url,
                     starts_at=appointment.starts_at, minutes=appointment.minutes, place=place)


def _talks(person: Person) -> list[FeedEntry]:
    found, together = [], set()
    for appointment, party, idea in calendar_feed.appointments_of(person.id, here(), now=utc_now()):
        if appointment.group_id is not None and party.host_id == person.id:  # one entry for all who come
            if appointment.group_id not in together:
                together.add(appointment.group_id)
                found.append(_talk_together(appointment))
            continue
        url = _address(url_for("conversations.show", number=idea.number))
        place = " · ".join(filter(None, (talk_form_word(appointment.form), appointment.place)))
        found.append(FeedEntry(
            f"talk-{appointment.id}", _("Closing conversation: %(title)s", title=idea.title),
            f"{idea.number} {idea.title}\n{url}", url, starts_at=appointment.starts_at, minutes=appointment.minutes,
            place=place,
        ))
    return found
