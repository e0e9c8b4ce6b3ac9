"""Items of feedback for whoever looks after them: found, read whole, corrected, traced, hidden."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.journal.models import Entry
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import assigning, item_queries, policy
from .blueprint import bp
from .counts import comment_words, grouped
from .heard import HEARD
from .heard_forms import theme_choices, touchpoint_choices
from .item_forms import HideForm
from .item_operations import hide_item, show_item
from .items import came_in
from .landscape import Landscape, landscape
from .models import Assignment, Import, Item, Learning, Source, ThemeRule
from .words import (
    ASSIGNMENT_STATE_WORDS,
    AUDIENCE_WORDS,
    CHANNEL_WORDS,
    ITEM_STATE_TINTS,
    ITEM_STATE_WORDS,
    POLARITY_WORDS,
)

TRACED = (
    "feedback.assigned", "feedback.rejected", "feedback.settled", "feedback.taken_back", "feedback.item_hidden",
    "feedback.item_shown",
)
"""What people did with an item, as the journal calls it."""


# -- the list ----------------------------------------------------------------------------------------------------------


@bp.get("/feedback/items", endpoint="items")
@door("feedback.items", allow=policy.may_read_whole_texts)
def items() -> str:
    """Everything that came in: searched and filtered, all of it in the address."""
    lands, filters = landscape(), item_queries.filters_of(request.args)
    page = item_queries.list_items(filters, lands, key=request.args.get("page"))
    kept: dict[str, Any] = {key: value for key in item_queries.KEYS if (value := request.args.get(key))}
    if page.next_key:
        page.next_url = url_for("feedback.items", **kept, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("feedback.items", **kept, page=page.prev_key)
    sources, count = item_queries.sources_by_name(but=HEARD), item_queries.count_items(filters, lands, page)
    return render_template(
        "feedback/items.html", page=page, filters=filters, lands=lands,
        count_words=comment_words(count) if count <= item_queries.MOST_COUNTED else _("More than 10,000 comments"),
        told=item_queries.assignments_of(item.id for item in page),
        themes=theme_choices(lands, "", _("All")), touchpoints=touchpoint_choices(lands, "", _("All")),
        sources=sources, source_names=dict(sources), states=[*ITEM_STATE_WORDS.items(), ("hidden", _("Hidden"))],
        state_words=ITEM_STATE_WORDS, state_tints=ITEM_STATE_TINTS, channels=CHANNEL_WORDS, audiences=AUDIENCE_WORDS,
        polarities=POLARITY_WORDS,
    )


# -- one item ----------------------------------------------------------------------------------------------------------


def load_item(me: Person, item_id: int) -> Item:
    """Give an item that came in whole, hidden or not; for everybody but those who look after feedback there is none.

    Raises  NotFound
    """
    item = db.session.scalars(sa.select(Item).where(Item.id == item_id, came_in())).first()
    if item is None or not policy.may_read_whole_texts(me):
        raise NotFound(reason="no_such_item")
    return item


@dataclass(frozen=True)
class Told:
    """A theme of an item: where that comes from, and what may be said about it."""

    row: Assignment
    path: str
    gone: bool
    origin: str
    decision: str


@bp.get("/feedback/items/<int:item_id>", endpoint="item")
@door("feedback.item", load=load_item)
def item(found: Item) -> str:
    """One item: the whole text, where it came from, every theme and where that comes from."""
    return _page(found)


def _page(found: Item, hide_form: HideForm | None = None, wrong: str = "", chosen: Any = None) -> str:
    lands, book = landscape(), here()
    rows = item_queries.assignments_of([found.id]).get(found.id, [])
    taken = {str(row.theme_id) for row in rows}
    told = _told(rows, lands, book)
    touchpoint = lands.touchpoints.get(found.touchpoint_id or 0)
    return render_template(
        "feedback/item.html", item=found, told=told, touchpoint=touchpoint, wrong=wrong, chosen=chosen or {},
        free=[(value, words) for value, words in theme_choices(lands, found.audience, _("Choose a theme"))
              if value not in taken],
        source=db.session.scalars(sa.select(Source).where(Source.id == found.source_id, Source.key != HEARD)).first(),
        came_with=db.session.get(Import, found.import_id) if found.import_id else None,
        same=item_queries.said_by_the_same(found), by=book.person(found.by_id), trace=_trace(found, lands, book),
        hidden_by=book.person(found.hidden_by_id), hide_form=hide_form or HideForm(formdata=None),
        state_words=ITEM_STATE_WORDS, state_tints=ITEM_STATE_TINTS, told_words=ASSIGNMENT_STATE_WORDS,
        channels=CHANNEL_WORDS, audiences=AUDIENCE_WORDS, polarities=POLARITY_WORDS, sure=_sure,
    )


def _told(rows: list[Assignment], lands: Landscape, book: Directory) -> list[Told]:
    rules = _by_id(ThemeRule, {row.rule_id for row in rows})
    learnings = _by_id(Learning, {row.learning_id for row in rows})
    found = []
    for row in rows:
        theme = lands.theme(row.theme_id)
        found.append(Told(
            row, " › ".join(part.name for part in lands.path(row.theme_id)), theme is None or theme.gone,
            _origin(row, rules, learnings, book), _decision(row, book),
        ))
    return found


def _by_id(model: Any, ids: set[int | None]) -> dict[int, Any]:
    wanted = [row_id for row_id in ids if row_id is not None]
    if not wanted:
        return {}
    return {row.id: row for row in db.session.scalars(sa.select(model).where(model.id.in_(wanted)))}


def _origin(row: Assignment, rules: dict[int, ThemeRule], learnings: dict[int, Learning], book: Directory) -> str:
    """Who or what found the theme, in one sentence."""
    if row.origin == "source":
        return _("The source itself brought this theme along.")
    if row.origin == "rule":
        rule = rules.get(row.rule_id or 0)
        if rule is None:
            return _("Found by a rule that is not there any more.")
        if rule.but_not:
            return _("Found by the rule “%(words)s”, but not “%(but_not)s”.", words=rule.words, but_not=rule.but_not)
        return _("Found by the rule “%(words)s”.", words=rule.words)
    if row.origin == "model":
        learning = learnings.get(row.learning_id or 0)
        if learning is None:
            return _("Found by the model, %(sure)s %% sure.", sure=_sure(row.confidence))
        return _("Found by the model, %(sure)s %% sure; it had learned from %(items)s items.", sure=_sure(row.confidence),
                 items=grouped(learning.item_count))
    somebody = book.person(row.by_id)
    return _("Said by %(name)s.", name=somebody.name) if somebody else _("Said by whoever passed it on.")


def _sure(confidence: float | None) -> int:
    """A chance in per cent; nothing is ever quite sure, or out of the question."""
    return min(99, max(1, round(100 * (confidence or 0))))


def _decision(row: Assignment, book: Directory) -> str:
    """What a person said about it afterwards; empty when nobody did, or when it was theirs from the start."""
    somebody = book.person(row.by_id)
    if row.decided_at is None or somebody is None or (row.origin == "person" and row.state == "assigned"):
        return ""
    if row.state == "rejected":
        return _("%(name)s said that it does not fit.", name=somebody.name)
    return _("Confirmed by %(name)s.", name=somebody.name)


def _trace(found: Item, lands: Landscape, book: Directory) -> list[tuple[Any, str]]:
    """What people did with the item, the latest first: when, and a sentence."""
    query = sa.select(Entry).where(Entry.kind.in_(TRACED), Entry.facts["item_id"].as_integer() == found.id)
    lines = []
    for entry in db.session.scalars(query.order_by(Entry.id.desc()).limit(50)):
        person, theme = book.person(entry.actor_id), lands.theme(entry.facts.get("theme_id"))
        lines.append((entry.at, _deed(entry.kind, person.name if person else _("Somebody"), theme.name if theme else "")))
    return lines


def _deed(kind: str, who: str, theme: str) -> str:
    return {
        "feedback.assigned": _("%(who)s: “%(theme)s” fits.", who=who, theme=theme),
        "feedback.rejected": _("%(who)s: “%(theme)s” does not fit.", who=who, theme=theme),
        "feedback.settled": _("%(who)s: there are no further themes.", who=who),
        "feedback.taken_back": _("%(who)s took the last decision back.", who=who),
        "feedback.item_hidden": _("%(who)s hid it.", who=who),
        "feedback.item_shown": _("%(who)s showed it again.", who=who),
    }[kind]


# -- what may be done with it ------------------------------------------------------------------------------------------


def _flash_with_undo(text: str, endpoint: str, item_id: int) -> None:
    """The frame of every page draws a button beside such a text."""
    said: Any = {"text": text, "undo_url": url_for(endpoint, item_id=item_id)}
    flash(said, "good")


@bp.post("/feedback/items/<int:item_id>/theme", endpoint="item_theme")
@door("feedback.item_theme", load=load_item)
def item_theme(found: Item) -> Any:
    """Say that a theme fits, with its polarity, or that it does not."""
    theme_id, polarity, item_id = whole_number(request.form.get("theme_id")), request.form.get("polarity", ""), found.id
    if theme_id is None:
        return _page(found, wrong=_("Please choose a theme."), chosen=request.form), 422
    now = utc_now()
    try:
        with work():
            if request.form.get("does") == "reject":
                assigning.reject(load_item(current_user, item_id), theme_id, by_id=current_user.id, now=now)
            else:
                assigning.assign(load_item(current_user, item_id), theme_id, polarity, by_id=current_user.id, now=now)
    except Invalid as wrong:
        return _page(load_item(current_user, item_id), wrong=str(wrong.text), chosen=request.form), 422
    return redirect(url_for("feedback.item", item_id=item_id, _anchor="themes"), 303)


@bp.post("/feedback/items/<int:item_id>/settle", endpoint="item_settle")
@door("feedback.item_settle", load=load_item)
def item_settle(found: Item) -> Any:
    """Say that there are no further themes: guesses left over are wrong, what counts is confirmed."""
    item_id, now = found.id, utc_now()
    with work():
        assigning.settle(load_item(current_user, item_id), by_id=current_user.id, now=now)
    _flash_with_undo(_("This is settled now; the model learns from it."), "feedback.item_unsettle", item_id)
    return redirect(url_for("feedback.item", item_id=item_id, _anchor="themes"), 303)


@bp.post("/feedback/items/<int:item_id>/unsettle", endpoint="item_unsettle")
@door("feedback.item_unsettle", load=load_item)
def item_unsettle(found: Item) -> Any:
    """Take the last settling back."""
    item_id, now = found.id, utc_now()
    with work():
        assigning.take_back(load_item(current_user, item_id), by_id=current_user.id, now=now)
    return redirect(url_for("feedback.item", item_id=item_id, _anchor="themes"), 303)


@bp.post("/feedback/items/<int:item_id>/hide", endpoint="item_hide")
@door("feedback.item_hide", load=load_item)
def item_hide(found: Item) -> Any:
    """Hide an item, with a reason: it counts nowhere and is quoted nowhere any more."""
    form, item_id, now = HideForm(), found.id, utc_now()
    if not form.validate():
        return _page(found, form), 422
    with work():
        hide_item(load_item(current_user, item_id), form.reason.data or "", by_id=current_user.id, now=now)
    _flash_with_undo(_("It is hidden: it counts nowhere and is quoted nowhere."), "feedback.item_show", item_id)
    return redirect(url_for("feedback.item", item_id=item_id), 303)


@bp.post("/feedback/items/<int:item_id>/show", endpoint="item_show")
@door("feedback.item_show", load=load_item)
def item_show(found: Item) -> Any:
    """Show a hidden item again."""
    item_id, now = found.id, utc_now()
    with work():
        show_item(load_item(current_user, item_id), by_id=current_user.id, now=now)
    flash(_("It is shown and counts again."), "good")
    return redirect(url_for("feedback.item", item_id=item_id), 303)
