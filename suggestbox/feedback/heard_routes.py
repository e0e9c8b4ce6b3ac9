"""What an employee heard from a customer, or has to say about how we work: written down in half a minute."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from flask_login import current_user
from limits import parse

from suggestbox.calls.models import Call
from suggestbox.calls.policy import may_tell
from suggestbox.calls.queries import call_with
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound, Stale
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.limits import limiter
from suggestbox.core.modules import is_on
from suggestbox.core.paging import page_of
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for

from .blueprint import bp
from .customer_key import hash_person
from .heard import HEARD, add_heard
from .heard_forms import HeardForm
from .intake_cells import tidy
from .landscape import Landscape, landscape
from .masking import staff_names
from .models import Assignment, Item, Source
from .quotes import shown_text

PER_PERSON = parse("40 per hour")
"""What is heard counts as another customer each time: a program must not make a crowd of one employee."""


@dataclass(frozen=True)
class Passed:
    """Something the reader passed on, as pages show it."""

    item: Item
    text: str
    own_voice: bool
    polarity: str
    themes: list[str]
    touchpoint: str


@bp.route("/feedback/heard", methods=["GET", "POST"], endpoint="heard")
@door("feedback.heard")
def heard() -> Any:
    """Pass on what a customer said."""
    return _answer(own_voice=False)


@bp.route("/feedback/own-voice", methods=["GET", "POST"], endpoint="own_voice")
@door("feedback.own_voice")
def own_voice() -> Any:
    """Say something about an internal process, as its customer. Nobody learns who it was."""
    return _answer(own_voice=True)


def _answer(*, own_voice: bool) -> Any:
    lands = landscape()
    form = HeardForm(lands=lands, audience="employees" if own_voice else "customers", today=today_for())
    if request.method == "GET":
        form.submit_key.data, form.call_id.data = secrets.token_urlsafe(16), request.args.get("call", "")
        return _form_page(form, own_voice)
    if not form.validate():
        return _form_page(form, own_voice), 422
    key = _own_key(current_user, form.submit_key.data)
    earlier = _earlier(key)
    if earlier is not None and earlier.text != tidy(form.text.data or ""):
        key, earlier = _own_key(current_user, None), None  # the kept form, written anew: something else was said
    if earlier is not None:
        return redirect(url_for("feedback.heard_thanks", item_id=earlier.id))
    # Own voices are counted by the hash that stands beside them, apart from what stands beside a name: so no counter
    # says who spoke up.
    counted = ("own-voice", hash_person(current_user.id)) if own_voice else ("heard", str(current_user.id))
    if limiter.enabled and not limiter.limiter.hit(PER_PERSON, *counted):
        form.form_errors.append(_("You have passed on a great deal in a short time. Please wait for an hour; your text "
                                  "stays in this form."))
        return _form_page(form, own_voice), 429
    try:
        item_id = _keep(form, lands, key, own_voice=own_voice)
    except Stale as late:
        earlier = _earlier(key)
        if late.reason != "done_already" or earlier is None:
            raise
        item_id = earlier.id
    except Invalid as wrong:
        for name, sentence in (wrong.fields or {"text": wrong.text}).items():
            field: Any = getattr(form, name, form.text)
            field.errors = [*field.errors, str(sentence)]
        return _form_page(form, own_voice), 422
    return redirect(url_for("feedback.heard_thanks", item_id=item_id))


def _keep(form: HeardForm, lands: Landscape, key: str, *, own_voice: bool) -> int:
    theme_id = form.chosen("theme_id", {theme.id for theme in lands.alive()})
    call = None if own_voice else _call(form)
    now, call_id = utc_now(), call.id if call else None
    with work():
        return add_heard(
            form.text.data or "", person=current_user, said_on=form.said,
            touchpoint_id=form.chosen("touchpoint_id", {t.id for t in lands.touchpoints.values() if not t.gone}),
            theme_ids=[theme_id] if theme_id is not None else [], polarity=form.polarity.data, rating=None,
            own_voice=own_voice, submit_key=key, now=now, call_id=call_id,
        ).id


def _call(form: HeardForm) -> Call | None:
    """The call the story is told for: one that asks the reader for stories today."""
    call = call_with(whole_number(form.call_id.data)) if is_on("calls") else None
    return call if call is not None and may_tell(current_user, call) else None


def _own_key(me: Person, typed: str | None) -> str:
    """Give the form's key as it is kept: a digest bound to the person, which says nothing about who it is."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "", typed or "")[:40]
    if len(plain) < 16:
        plain = secrets.token_urlsafe(16)
    return hashlib.sha256(f"{me.id}-{plain}".encode()).hexdigest()[:40]


def _earlier(key: str) -> Item | None:
    """What came in with this key already: by a second press, or from a browser that asked again."""
    source = sa.select(Source.id).where(Source.key == HEARD).scalar_subquery()
    return db.session.scalars(sa.select(Item).where(Item.source_id == source, Item.source_key == key)).first()


def _form_page(form: HeardForm, own_voice: bool) -> str:
    return render_template("feedback/heard.html", form=form, own_voice=own_voice,
                           call_asked=None if own_voice else _call(form))


# -- afterwards --------------------------------------------------------------------------------------------------------


def _of(me: Person) -> sa.ColumnElement[bool]:
    """What somebody passed on. An own voice is found by the keyed hash of its person: no row says who that is."""
    voice = sa.and_(Item.audience == "employees", Item.channel == "employee", Item.customer_hash == hash_person(me.id))
    return sa.or_(Item.by_id == me.id, voice)


def load_passed_on(me: Person, item_id: int) -> Item:
    """Give something the person passed on.

    Raises  NotFound
    """
    item = db.session.scalars(sa.select(Item).where(Item.id == item_id, _of(me))).first()
    if item is None:
        raise NotFound(reason="no_such_item")
    return item


@bp.get("/feedback/heard/<int:item_id>", endpoint="heard_thanks")
@door("feedback.heard_thanks", load=load_passed_on)
def heard_thanks(item: Item) -> str:
    """Thank you: what arrived, as everybody else reads it, and what happens with it."""
    book = here()
    carer = next((book.person(p) for p in book.holders("cx_manager") if book.is_available(p)), None)
    call = call_with(item.call_id) if is_on("calls") else None
    return render_template("feedback/heard_thanks.html", passed=_passed([item])[0], carer=carer, call=call)


@bp.get("/feedback/heard/mine", endpoint="passed_on")
@door("feedback.passed_on")
def passed_on() -> str:
    """What the reader passed on, the latest first."""
    page = page_of(sa.select(Item).where(_of(current_user)), [(Item.id, True)], key=request.args.get("page"))
    page.rows = _passed(page.rows)
    if page.next_key:
        page.next_url = url_for("feedback.passed_on", page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("feedback.passed_on", page=page.prev_key)
    return render_template("feedback/passed_on.html", page=page)


def _passed(items: list[Item]) -> list[Passed]:
    """What pages show of these items, in a fixed number of statements."""
    lands, names = landscape(), staff_names(here())
    query = sa.select(Assignment.item_id, Assignment.theme_id, Assignment.polarity).where(
        Assignment.item_id.in_([item.id for item in items]), Assignment.state == "assigned"
    ).order_by(Assignment.id)
    told: dict[int, list[tuple[int, str]]] = {}
    for item_id, theme_id, polarity in db.session.execute(query):
        told.setdefault(item_id, []).append((theme_id, polarity))
    return [_one(item, told.get(item.id, []), lands, names) for item in items]


def _one(item: Item, told: list[tuple[int, str]], lands: Landscape, names: frozenset[str]) -> Passed:
    touchpoint = lands.touchpoints.get(item.touchpoint_id or 0)
    return Passed(
        item, shown_text(item, whole=False, names=names), item.audience == "employees", item.meant,
        [lands.themes[theme_id].name for theme_id, _polarity in told if theme_id in lands.themes],
        touchpoint.name if touchpoint else "",
    )
