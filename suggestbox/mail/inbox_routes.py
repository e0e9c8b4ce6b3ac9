"""The inbox, and the page on which one gets off optional news without signing in."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from limits import parse

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import NotFound, TooOften
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import due_words, ngettext
from suggestbox.core.language import gettext as _
from suggestbox.core.limits import limiter
from suggestbox.people.models import Person
from suggestbox.people.operations import set_preferences
from suggestbox.people.queries import here

from .blueprint import bp
from .inbox import inbox_page, lines_of, mark_read
from .letters import Line, Reader
from .models import Notice
from .readers import reader_of
from .stopping import person_of_token

CHANGES = parse("20 per hour")
"""Of one person's wish, by whoever has the address: each leaves an entry in the journal."""


@bp.get("/inbox", endpoint="inbox")
@door("mail.inbox")
def inbox() -> str:
    """Everything one was told; nothing is marked by looking at it."""
    reader = reader_of(here(), current_user.id, utc_now())
    if reader is None:
        raise NotFound()
    page = inbox_page(current_user.id, key=request.args.get("page"))
    lines = lines_of(page.rows, reader)
    rows = [_row(notice, lines[notice.id], reader, new) for notice, new in _without_doubles(page.rows, lines)]
    if page.next_key:
        page.next_url = url_for("mail.inbox", page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("mail.inbox", page=page.prev_key)
    return render_template("mail/inbox.html", rows=rows, page=page,
                           newest_id=max((n.id for n in page.rows), default=0))


def _without_doubles(notices: Iterable[Notice], lines: Mapping[int, Line]) -> list[tuple[Notice, bool]]:
    """Each thing once, as it was told last: what was told of one step, and what reads the same. With whether it is new."""
    found: list[tuple[Notice, bool]] = []
    where: dict[Any, int] = {}
    for notice in notices:
        if notice.id not in lines:
            continue
        line = lines[notice.id]
        names = [(line.text, line.url, line.idea), *([notice.step_id] if notice.step_id else [])]
        place = next((where[name] for name in names if name in where), len(found))
        where.update(dict.fromkeys(names, place))
        if place == len(found):
            found.append((notice, notice.read_at is None))
        elif notice.read_at is None:
            found[place] = (found[place][0], True)
    return found


def _row(notice: Notice, line: Line, reader: Reader, new: bool) -> dict[str, Any]:
    due = due_words(line.due_on, today=reader.today) if line.due_on else ""
    late = line.due_on is not None and line.due_on < reader.today
    return {"text": line.text, "url": line.url, "idea": line.idea, "due": due, "due_on": line.due_on,
            "state": "late" if late else "soon" if line.urgent else None, "at": notice.at,
            "unread": new}


@bp.post("/inbox/read", endpoint="read_all")
@door("mail.read_all")
def read_all() -> Any:
    """Mark everything as read that stood there when the page was drawn."""
    until_id = whole_number(request.form.get("until")) or 0
    with work():
        count = mark_read(current_user.id, until_id=until_id, now=utc_now())
    flash(ngettext("%(num)d message is marked as read.", "%(num)d messages are marked as read.", count)
          if count else _("There was nothing new."), "good")
    return redirect(url_for("mail.inbox"), 303)


# -- getting off optional news ---------------------------------------------------------------------------------------


def named_by_token(_me: Person | None, token: str) -> Person:
    """Load whom a signed address names.

    Raises  NotFound for one that is not ours, and for somebody who is not here any more
    """
    person = db.session.get(Person, person_of_token(token) or 0)
    if person is None or not person.active:
        raise NotFound()
    return person


def _stop_page(person: Person) -> str:
    token = (request.view_args or {})["token"]
    return render_template("mail/stop.html", stopped=not person.mail_news, token=token)


@bp.get("/mail/stop/<token>", endpoint="stop")
@door("mail.stop", load=named_by_token, anyone=True)
def stop(person: Person) -> str:
    """The page with the button; looking at it changes nothing, so that a mail filter may follow the link."""
    return _stop_page(person)


@bp.post("/mail/stop/<token>", endpoint="stop_now")
@door("mail.stop_now", load=named_by_token, anyone=True)
def stop_now(person: Person) -> str:
    """Get off the news, or on again. Mail programs call it themselves, without cookies; the token is all it takes.

    Source: RFC 8058, 3.1: the answer is no redirect
    """
    person_id, again = person.id, request.form.get("again") == "1"
    if limiter.enabled and person.mail_news != again and not limiter.limiter.hit(CHANGES, "mail-stop", str(person_id)):
        raise TooOften(reason="too_often", wait_seconds=CHANGES.get_expiry())
    with work():
        found = db.session.get(Person, person_id)
        if found is None:
            raise NotFound()
        set_preferences(found, mail_news=again, now=utc_now())
    return _stop_page(found)
