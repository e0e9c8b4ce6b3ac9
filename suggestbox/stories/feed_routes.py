"""The feed of stories for feed readers, and its private address."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, make_response, redirect, request, url_for
from flask.wrappers import Response
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits import parse

from suggestbox.core.clock import utc_now
from suggestbox.core.config import Deployment
from suggestbox.core.database import db, work
from suggestbox.core.errors import NotFound, TooOften
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.limits import limiter
from suggestbox.mail.calendar_feed import hash_of_key, renew_key
from suggestbox.mail.readers import outside, reader_of, speaking_to
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for

from . import feed, queries
from .blueprint import bp

MOST_ENTRIES = 50
SHOWN_BACK = timedelta(days=400)
PER_ADDRESS = parse("600 per minute")
PER_KEY = parse("60 per hour")


def full_address(path: str) -> str:
    """Give the full address of a path: from the configured address, else as this request came in."""
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    return outside(path) if deployment.base_url else request.host_url.rstrip("/") + path


def feed_address(person: Any) -> str:
    """Give the full address of the person's feed of stories; nothing while there is none."""
    key = feed.key_of(person)
    return full_address(url_for("stories.feed", token=key)) if key else ""


@bp.post("/stories/feed", endpoint="make_feed")
@door("stories.make_feed")
def make_feed() -> Any:
    """Make the address; who has one already keeps it."""
    with work():
        me = db.session.get_one(Person, current_user.id)
        if me.calendar_key_hash is None:
            renew_key(me, now=utc_now())
    return redirect(url_for("stories.list", _anchor="follow"), 303)


def owner_of_stories_feed(_me: Person | None, token: str) -> Person:
    """Load whose feed it is; who left has none any more."""
    if limiter.enabled:
        tried = (PER_ADDRESS, "feed-address", get_remote_address()), (PER_KEY, "stories-feed", hash_of_key(token))
        for item, *what in tried:
            if not limiter.limiter.hit(item, *what):
                raise TooOften(reason="too_often", wait_seconds=item.get_expiry())
    person = feed.person_of_key(token, today_for())
    if person is None:
        raise NotFound()
    return person


@bp.get("/stories/feed/<token>.atom", endpoint="feed")
@door("stories.feed", load=owner_of_stories_feed, anyone=True)
def stories_feed(person: Person) -> Response:
    """The newest stories, for feed readers; they have no sign-in, the address itself is the key."""
    now = utc_now()
    reader = reader_of(here(), person.id, now)
    if reader is None:
        raise NotFound()
    with speaking_to(reader):
        told = [
            feed.Told(card.story.id, card.text.title, card.text.lead, card.text.language,
                      full_address(url_for("stories.show", story_id=card.story.id)), card.story.published_at)
            for card in queries.told_since(now - SHOWN_BACK, MOST_ENTRIES) if card.story.published_at
        ]
        file, changed = feed.feed_file(
            _("Success stories"), _("Idea management"), told, queries.taken_down_since(now - SHOWN_BACK),
            language=reader.language, url=full_address(url_for("stories.feed", token=feed.key_of(person))),
            page_url=full_address(url_for("stories.list")),
            host=urlsplit(full_address("/")).hostname or "suggestbox.invalid",
        )
    answer = make_response(file)
    answer.mimetype = "application/atom+xml"
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.last_modified = changed
    answer.add_etag()
    answer.make_conditional(request)
    return answer
