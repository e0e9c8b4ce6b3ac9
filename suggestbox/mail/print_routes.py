"""Letters on paper: the queue of those who hand them out, the PDF, and PINs for people without an e-mail address."""

from typing import Any

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Refused
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.people import throttle
from suggestbox.people.book import Brief
from suggestbox.people.forms import PlainForm
from suggestbox.people.models import Person
from suggestbox.people.pin import may_have_pin, new_pin, pin_state, set_first_pin
from suggestbox.people.queries import folded, here
from suggestbox.people.sign_in import hash_password

from . import first_pin, printing
from .blueprint import bp
from .printing import Sheet, Waiting

PEOPLE_PER_PAGE = 50


def hands_out(me: Person) -> bool:
    """Say whether the reader looks after people without an e-mail address, or letters wait for them all the same."""
    book = here()
    return printing.prints_letters(me.id, book) or bool(printing.waiting_for(me.id, book))


def _chosen(most: int = printing.AT_ONCE_AT_MOST) -> list[Waiting]:
    """The letters ticked on the page that still wait and are the reader's to print."""
    ids = {number for text in request.form.getlist("letter") if (number := whole_number(text))}
    return [w for w in printing.waiting_for(current_user.id, here()) if w.letter.id in ids][:most]


def _queue_page(ticked: set[int] | None = None, status: int = 200) -> Any:
    book = here()
    waiting = printing.waiting_for(current_user.id, book)
    shown = waiting[: printing.AT_ONCE_AT_MOST]
    made = printing.made_into_pdf([w.letter.id for w in shown])
    rows = []
    for w in shown:
        brief = book.people[w.person_id]
        department = book.department(brief.department_id)
        rows.append({
            "id": w.letter.id, "name": brief.name, "department": department.name if department else "",
            "since": w.letter.created_at, "made": w.letter.id in made, "sealed": w.sealed,
            "ticked": ticked is None or w.letter.id in ticked,
        })
    page = render_template("mail/print.html", rows=rows, more=len(waiting) - len(shown), form=PlainForm(formdata=None),
                           some_made=bool(made))
    return page, status


@bp.get("/letters", endpoint="print_queue")
@door("mail.print_queue", allow=hands_out)
def print_queue() -> Any:
    """Letters to people without an e-mail address that wait to be printed and handed out."""
    return _queue_page()


def _back(sentence: str, kind: str = "info") -> Any:
    flash(sentence, kind)
    return redirect(url_for("mail.print_queue"), 303)


@bp.post("/letters/pdf", endpoint="print_pdf")
@door("mail.print_pdf", allow=hands_out)
def print_pdf() -> Any:
    """Make one PDF of the letters ticked. A letter with a PIN gets its PIN now; the PIN before stops working."""
    now, me = utc_now(), current_user._get_current_object()
    with work():
        chosen = _chosen()
        sheets, cancelled, failed = printing.write_sheets(chosen, here(), now=now)
        pins_for = printing.pins_among(chosen, sheets)
        order = list(sheets)
    if cancelled:
        flash(ngettext("One letter is not needed any more and was taken out.",
                       "%(num)d letters are not needed any more and were taken out.", cancelled), "info")
    if failed:
        flash(ngettext("One letter could not be written. It stays here, and the log says why.",
                       "%(num)d letters could not be written. They stay here, and the log says why.", failed), "soon")
    if not sheets:
        return _back(_("Please tick at least one letter.") if not chosen else _("There was nothing left to print."))
    pins = {letter_id: _pin_of(person_id) for letter_id, person_id in pins_for.items()}
    hashes = {letter_id: hash_password(pin) for letter_id, pin in pins.items()}  # slow, so outside the transaction
    try:
        pdf = printing.print_letters([_with_pin(sheets[i], pins.get(i, "")) for i in order])
    except Refused as refused:
        flash(str(refused.text), "late")
        return _queue_page(set(order), 503)
    locked: list[str] = []
    with work():
        still = {w.letter.id: w for w in printing.waiting_for(me.id, here()) if w.letter.id in sheets}
        if len(still) < len(sheets):
            raise Refused(_("Somebody else has just printed one of these letters. Please look at the list again."),
                          reason="printed_meanwhile")
        for letter_id, pin_hash in hashes.items():
            person = db.session.get_one(Person, pins_for[letter_id])
            set_first_pin(person, pin_hash, now=now, actor=me)
            locked.append(throttle.account_of(person, ""))
        printing.note_tries([w.letter for w in still.values()], now=now)
    for account in locked:
        throttle.forget_pins(account)
    name = f"letters-{here().today.isoformat()}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store",
    })


def _pin_of(person_id: int) -> str:
    brief = here().person(person_id)
    return new_pin(brief.personnel_no if brief else None)


def _with_pin(sheet: Sheet, pin: str) -> Sheet:
    return Sheet(**{**sheet.__dict__, "pin": pin})


@bp.post("/letters/printed", endpoint="printed")
@door("mail.printed", allow=hands_out)
def printed() -> Any:
    """Note that the letters ticked are printed; they leave the queue."""
    with work():
        chosen = [w.letter for w in _chosen()]
        without = printing.mark_printed(chosen, now=utc_now(), actor=current_user)
        done = len(chosen) - len(without)
        left = {letter.id for letter in without}
    if done:
        flash(ngettext("Thank you. One letter is noted as printed.", "Thank you. %(num)d letters are noted as printed.",
                       done), "good")
    if left:
        flash(ngettext("Of one letter no PDF was made yet. It is still here.",
                       "Of %(num)d letters no PDF was made yet. They are still here.", len(left)), "soon")
        return _queue_page(left, 409)
    return redirect(url_for("mail.print_queue"), 303) if done else _back(_("Please tick at least one letter."))


# -- PINs ------------------------------------------------------------------------------------------------------------


def _people_rows(briefs: list[Brief]) -> list[dict[str, Any]]:
    book = here()
    ids = [b.id for b in briefs]
    states = {p.id: pin_state(p) for p in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}
    waits = first_pin.waiting_pins(ids)
    rows = []
    for b in briefs:
        department = book.department(b.department_id)
        rows.append({
            "id": b.id, "name": b.name, "number": b.personnel_no or "",
            "department": department.name if department else "", "state": states[b.id], "waits": b.id in waits,
            "may": may_have_pin(book, b.id), "mine": printing.hands_pin(current_user.id, b.id, book),
        })
    return rows


@bp.get("/letters/pins", endpoint="pins")
@door("mail.pins", allow=hands_out)
def pins() -> Any:
    """People without an e-mail address, how they sign in, and a letter with a new PIN for whoever needs one."""
    words = folded(request.args.get("q", "")[:100]).split()
    start = whole_number(request.args.get("after")) or 0
    found = [b for b in printing.without_mailbox(current_user.id, here())
             if all(word in f"{folded(b.name)} {(b.personnel_no or '').casefold()}" for word in words)]
    rows = _people_rows(found[start : start + PEOPLE_PER_PAGE])
    further = start + PEOPLE_PER_PAGE
    q = request.args.get("q") or None
    return render_template(
        "mail/pins.html", rows=rows, q=q or "", form=PlainForm(formdata=None), total=len(found),
        next_url=url_for("mail.pins", q=q, after=further) if further < len(found) else None,
        prev_url=url_for("mail.pins", q=q, after=max(0, start - PEOPLE_PER_PAGE)) if start else None,
    )


@bp.post("/letters/pins", endpoint="order_pins")
@door("mail.order_pins", allow=hands_out)
def order_pins() -> Any:
    """Order letters with a PIN for the people ticked."""
    ids = {number for text in request.form.getlist("person") if (number := whole_number(text))}
    mine = [b for b in printing.without_mailbox(current_user.id, here())
            if b.id in ids and printing.hands_pin(current_user.id, b.id, here())]
    ordered = 0
    for brief in mine:
        try:
            with work():
                person = db.session.get_one(Person, brief.id)
                first_pin.order_first_pin(person, now=utc_now(), actor=current_user)
        except HouseError as refused:
            flash(f"{brief.name}: {refused.text or refused.reason}", "soon")
        else:
            ordered += 1
    if ordered:
        return _back(ngettext("One letter with a PIN waits to be printed.",
                              "%(num)d letters with a PIN wait to be printed.", ordered), "good")
    if not mine:
        flash(_("Please tick at least one person."), "info")
    return redirect(url_for("mail.pins"), 303)
