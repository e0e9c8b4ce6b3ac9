"""Payments for payroll: what is owed, lists of it, and the files. Every look at names stands in the journal."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import HouseError, NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import payment_files, payments, words
from .blueprint import bp
from .policy import may_pay

OPEN = 0
"""Stands in addresses for what is on no list yet."""


@bp.route("/awards/payments", endpoint="payments")
@door("awards.payments", allow=may_pay)
def lists() -> str:
    """What is owed, and the lists handed to payroll so far; no names yet."""
    return _lists()


def _lists(problem: str = "") -> str:
    count, cents = payments.open_sum()
    return render_template("awards/payments.html", lists=payments.lists_made(), count=count, cents=cents,
                           money=words.money, book=here(), problem=problem)


@bp.route("/awards/payments/new", methods=["POST"], endpoint="make_list")
@door("awards.make_list", allow=may_pay)
def make() -> Any:
    """Put everything owed onto a new list."""
    me_id = current_user.id
    try:
        with work():
            number = payments.make_list(by_id=me_id, now=utc_now(), words=request.form.get("words", "")).number
    except HouseError as late:
        if late.status != 409:
            raise
        return _lists(str(late.text) if late.text else wording.sentence(late.reason, late.status)), 409
    flash(_("List %(number)d is made. Each amount stands on one list only.", number=number), "success")
    return redirect(url_for("awards.payment_list", number=number), 303)


def load_list(me: Person, number: int) -> int | None:
    """Give the number of a list; None for what is on none yet.

    Raises  NotFound, also for whoever may not see names
    """
    if not may_pay(me) or (number != OPEN and payments.list_with(number) is None):
        raise NotFound(reason="no_such_list")
    return number or None


def load_for_file(me: Person, number: int, ending: str) -> tuple[int | None, str]:
    """Give the number of a list and the kind of file asked for.

    Raises  NotFound
    """
    if ending not in payment_files.FORMATS:
        raise NotFound(reason="no_such_file")
    return load_list(me, number), ending


class Asked:
    """A list that was asked for; a door hands no None on."""

    def __init__(self, number: int | None):
        self.number = number


@bp.route("/awards/payments/<int:number>", endpoint="payment_list")
@door("awards.payments", load=lambda me, number: Asked(load_list(me, number)))
def one_list(asked: Asked) -> str:
    """One list with names and amounts. That somebody read it stands in the journal."""
    me_id = current_user.id
    with work():
        payments.note_look(asked.number, by_id=me_id, now=utc_now())
    book = here()
    lines = payments.lines_of(asked.number, book)
    known = next((row for row in payments.lists_made() if row.number == asked.number), None)
    return render_template("awards/payment_list.html", lines=lines, known=known, money=words.money, book=book,
                           sum=sum(line.cents for line in lines), formats=payment_files.FORMATS)


@bp.route("/awards/payments/<int:number>/file.<ending>", endpoint="payment_file")
@door("awards.payment_file", load=load_for_file)
def file(asked: tuple[int | None, str]) -> Response:
    """The list as a file for payroll; also that stands in the journal."""
    number, ending = asked
    me_id = current_user.id
    with work():
        payments.note_look(number, by_id=me_id, now=utc_now(), format=ending)
    lines, name = payments.lines_of(number, here()), _("Payments %(number)s", number=number or "")
    data = payment_files.as_csv(lines) if ending == "csv" else payment_files.as_workbook(lines, name)
    return Response(data, content_type=payment_files.FORMATS[ending], headers={
        "Content-Disposition": f'attachment; filename="payments-{number or "open"}.{ending}"', "Cache-Control": "no-store"})
