"""Passing praise on to its team, reading it, and saying that somebody looks into a rise."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, Invalid, NotFound
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.people.same_site import same_site_path

from . import policy, praise, rises
from .blueprint import bp
from .items import visible
from .landscape import Landscape, landscape
from .masking import staff_names
from .models import Item, Praise, Rise
from .quotes import shown_text


def _back(theme_id: int | None) -> Any:
    path = same_site_path(request.form.get("next"))
    return redirect(path or (url_for("feedback.theme", theme_id=theme_id) if theme_id else url_for("feedback.themes")))


def load_item(_me: Person, item_id: int) -> Item:
    """Give an item that counts.

    Raises  NotFound
    """
    item = db.session.query(Item).filter(Item.id == item_id, visible()).one_or_none()
    if item is None:
        raise NotFound(reason="no_such_item")
    return item


@bp.post("/feedback/items/<int:item_id>/praise", endpoint="pass_praise")
@door("feedback.pass_praise", load=load_item, allow=policy.may_pass_praise_on)
def pass_praise(found: Item) -> Any:
    """Tell everybody of a department that a customer praised them."""
    item_id = found.id
    theme_id, department_id = whole_number(request.form.get("theme_id")), whole_number(request.form.get("department_id"))
    if theme_id is None or department_id is None:
        raise Invalid(_("Please say which team this praise is for."), reason="no_team")
    book = here()
    with work():
        item, lands = load_item(current_user, item_id), landscape()
        if department_id not in {team.id for team in praise.teams_for([item], theme_id, lands, book)[item_id]}:
            raise Invalid(_("This praise is about another team."), reason="wrong_team")
        row, count = praise.pass_praise_on(
            item, department_id, theme_id=theme_id, by_id=current_user.id, book=book, now=utc_now())
        praise_id = row.id
    place = book.department(department_id)
    words = ngettext("Passed on to one colleague (%(team)s), who reads it with the next digest.",
                     "Passed on to %(num)d colleagues (%(team)s), who read it with the next digest.", count,
                     team=place.name if place else "")
    undo: Any = {"text": words, "undo_url": url_for("feedback.take_praise_back", praise_id=praise_id)}
    flash(undo, "good")
    return _back(theme_id)


def load_praise(_me: Person, praise_id: int) -> Praise:
    """Give praise that was passed on, while the item it is from counts.

    Raises  NotFound
    """
    row = db.session.query(Praise).join(Item, Item.id == Praise.item_id).filter(Praise.id == praise_id, visible())
    found = row.one_or_none()
    if found is None:
        raise NotFound(reason="no_such_praise")
    return found


@bp.post("/feedback/praise/<int:praise_id>/back", endpoint="take_praise_back")
@door("feedback.take_praise_back", load=load_praise, allow=lambda me, row: me.id == row.by_id)
def take_praise_back(found: Praise) -> Any:
    """Take praise back that nobody read yet."""
    praise_id, book = found.id, here()
    with work():
        praise.take_praise_back(load_praise(current_user, praise_id), by_id=current_user.id, book=book, now=utc_now())
    flash(_("Taken back. Nobody was told."), "good")
    return _back(None)


@bp.get("/feedback/praise/<int:praise_id>", endpoint="praise")
@door("feedback.praise", load=load_praise)
def praise_page(found: Praise) -> str:
    """What a customer said about a team, for the team."""
    book, lands = here(), landscape()
    item = load_item(current_user, found.item_id)
    themes = praise.themes_of(item.id, lands)
    return render_template(
        "feedback/praise.html", item=item, themes=themes, team=book.department(found.department_id),
        by=book.person(found.by_id), at=found.at,
        text=shown_text(item, whole=False, names=book.keep("staff names", lambda: staff_names(book))),
    )


def load_rise(me: Person, rise_id: int) -> Rise:
    """Give a rise of a theme.

    Raises  NotFound
    """
    row = rises.rise_by_id(rise_id)
    if row is None:
        raise NotFound(reason="no_such_rise")
    return row


def may_see_to(me: Person, row: Rise, lands: Landscape | None = None) -> bool:
    """Say whether a rise is this person's to look into: who was told, and whoever looks after feedback."""
    return policy.is_cx_manager(me) or me.id in rises.told_of(row.theme_id, lands or landscape(), here())


@bp.post("/feedback/rises/<int:rise_id>/seen", endpoint="see_rise")
@door("feedback.see_rise", load=load_rise)
def see_rise(found: Rise) -> Any:
    """Say that one looks into a rise."""
    rise_id, theme_id = found.id, found.theme_id
    if not may_see_to(current_user, found):
        raise Denied(reason="feedback.see_rise")
    with work():
        rises.mark_seen(load_rise(current_user, rise_id), by_id=current_user.id, now=utc_now())
    flash(_("Noted: you are looking into it."), "good")
    return redirect(url_for("feedback.theme", theme_id=theme_id))
