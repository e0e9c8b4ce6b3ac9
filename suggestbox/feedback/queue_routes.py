"""The queue of comments nobody is sure about: one after the other, three guesses as buttons, "none fits", later."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.people.models import Person
from suggestbox.people.queries import today_for

from .assigning import assign, assignments_of, reject, settle, take_back
from .blueprint import bp
from .items import visible
from .landscape import landscape
from .models import Item
from .policy import may_curate
from .sorting import likely_polarity, next_item, task_for
from .words import CHANNEL_WORDS, POLARITY_WORDS

SKIPPED = "feedback_skipped"
MOST_SKIPPED = 60


def item_to_sort(_me: Person, item_id: int) -> Item:
    """Load an item that counts, or NotFound."""
    item = db.session.scalars(sa.select(Item).where(Item.id == item_id, visible())).first()
    if item is None:
        raise NotFound(reason="no_such_item")
    return item


@bp.get("/feedback/queue", endpoint="queue")
@door("feedback.queue", allow=may_curate)
def queue() -> Any:
    """The next comment to sort; with `item` in the address that one, unless it is settled."""
    asked = whole_number(request.args.get("item"))
    item = item_to_sort(current_user, asked) if asked else None
    if item is not None and item.state == "settled":
        return redirect(url_for("feedback.item", item_id=item.id), 303)
    return _page(item or next_item(session.get(SKIPPED, ())))


def _page(item: Item | None, *, trouble: str = "", chosen: dict[str, Any] | None = None) -> str:
    lands = landscape()
    zone = ZoneInfo(current_app.config["HEADQUARTERS_ZONE"])
    since = datetime.combine(today_for(), time(), zone)
    task = task_for(item, lands, by_id=current_user.id, since=since) if item else None
    themes = [(theme, depth) for theme, depth in lands.walk() if item and theme.audience == item.audience]
    return render_template(
        "feedback/queue.html", task=task, themes=themes, lands=lands, polarities=POLARITY_WORDS, channels=CHANNEL_WORDS,
        touchpoint=lands.touchpoints.get(item.touchpoint_id or 0) if item else None, trouble=trouble,
        chosen=chosen or {}, likely=likely_polarity(item) if item else "",
    )


@bp.post("/feedback/queue/<int:item_id>", endpoint="sort")
@door("feedback.sort", load=item_to_sort, allow=may_curate)
def sort(item: Item) -> Any:
    """Take the answer for one comment and go on with the next one.

    `answer` is "THEME:POLARITY" or "other" (both settle it, unless `stay` is ticked), "not:THEME", "none", "done", "later".
    """
    answer, item_id = request.form.get("answer", ""), item.id
    if answer == "later":
        skipped = [one for one in session.get(SKIPPED, []) if one != item_id]
        session[SKIPPED] = [*skipped, item_id][-MOST_SKIPPED:]
        return redirect(url_for("feedback.queue"), 303)
    if item.state == "settled":
        flash(_("Somebody has answered this comment already. Here is the next one."), "info")
        return redirect(url_for("feedback.queue"), 303)
    stay = bool(request.form.get("stay"))
    try:
        with work():
            stay = _answer(item_to_sort(current_user, item_id), answer, stay=stay)
    except Invalid as wrong:
        chosen = {"theme": whole_number(request.form.get("theme")), "polarity": request.form.get("polarity", "")}
        return _page(item_to_sort(current_user, item_id), trouble=str(wrong.text), chosen=chosen), 422
    if stay:
        return redirect(url_for("feedback.queue", item=item_id), 303)
    _say_sorted(item_id)
    return redirect(url_for("feedback.queue"), 303)


def _say_sorted(item_id: int) -> None:
    """The frame of every page draws a button beside such a text."""
    said: Any = {"text": _("Sorted."), "undo_url": url_for("feedback.unsort", item_id=item_id)}
    flash(said, "good")


def _answer(item: Item, answer: str, *, stay: bool) -> bool:
    """Do what the answer says; say whether the page stays at this comment."""
    by_id, now = current_user.id, utc_now()
    if answer.startswith("not:"):
        reject(item, _theme_id(answer.removeprefix("not:")), by_id=by_id, now=now)
        return True
    if answer == "none":
        for row in assignments_of(item):
            if row.state == "assigned":
                reject(item, row.theme_id, by_id=by_id, now=now)
    elif answer == "other":
        assign(item, _theme_id(request.form.get("theme")), request.form.get("polarity", ""), by_id=by_id, now=now)
    elif answer != "done":
        theme, _colon, polarity = answer.partition(":")
        assign(item, _theme_id(theme), polarity, by_id=by_id, now=now)
    if stay and answer not in ("none", "done"):
        return True
    settle(item, by_id=by_id, now=now)
    return False


def _theme_id(text: str | None) -> int:
    number = whole_number(text)
    if number is None:
        raise Invalid(_("Please choose a theme."), reason="no_theme")
    return number


@bp.post("/feedback/queue/<int:item_id>/undo", endpoint="unsort")
@door("feedback.unsort", load=item_to_sort, allow=may_curate)
def unsort(item: Item) -> Response:
    """Take the last answer back and look at the comment again."""
    item_id = item.id
    with work():
        take_back(item_to_sort(current_user, item_id), by_id=current_user.id, now=utc_now())
    return redirect(url_for("feedback.queue", item=item_id), 303)
