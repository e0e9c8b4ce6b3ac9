"""What payroll pays: amounts owed, lists of them, and who they are for. Flush, never commit.

The one place where the name of a confidential submitter leaves the idea, because wages need it. Whoever reads it stands
in the journal.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.errors import Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.journal import operations as journal
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person

from .models import Award, AwardPart, AwardRules, Payment, PaymentList

WORDS_LENGTH = 500


@dataclass(frozen=True)
class Listed:
    """A list that was handed to payroll, with its sum."""

    number: int
    made_at: datetime
    made_by_id: int
    words: str
    count: int
    cents: int


@dataclass(frozen=True)
class PaymentLine:
    """One amount for one person, as payroll needs it. Names are written, because lists outlive the house's directory."""

    personnel_no: str
    family_name: str
    given_name: str
    department: str
    cents: int
    idea_number: str
    version: int  # of the award; from 2 on a correction
    rules_number: int
    owed_on: date


def open_sum() -> tuple[int, int]:
    """Give how many amounts are on no list yet, and their sum in cents."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Payment.cents), 0)).where(Payment.list_id.is_(None))
    count, cents = db.session.execute(query).one()
    return int(count), int(cents)


def lists_made() -> list[Listed]:
    """Give every list, the newest first. One statement."""
    query = (
        sa.select(PaymentList.number, PaymentList.made_at, PaymentList.made_by_id, PaymentList.words,
                  sa.func.count(Payment.id), sa.func.coalesce(sa.func.sum(Payment.cents), 0))
        .outerjoin(Payment, Payment.list_id == PaymentList.id)
        .group_by(PaymentList.id, PaymentList.number, PaymentList.made_at, PaymentList.made_by_id, PaymentList.words)
        .order_by(PaymentList.number.desc())
    )
    return [Listed(*row[:5], int(row[5])) for row in db.session.execute(query)]


def list_with(number: int) -> PaymentList | None:
    """Give the list with this number, or None."""
    return db.session.scalars(sa.select(PaymentList).where(PaymentList.number == number)).first()


def make_list(*, by_id: int, now: datetime, words: str = "") -> PaymentList:
    """Put every amount that is on no list yet onto a new one. Each is on one list only, so nothing is paid twice.

    Raises  Refused when there is nothing to pay
    """
    words = typed_text("words", words, WORDS_LENGTH, required=False)
    if not open_sum()[0]:
        raise Refused(_("There is nothing to pay at the moment."), reason="nothing_owed")
    number = (db.session.scalar(sa.select(sa.func.max(PaymentList.number))) or 0) + 1
    new = PaymentList(number=number, made_at=now, made_by_id=by_id, words=words)
    db.session.add(new)
    db.session.flush()  # two at once want the same number: one of them is told
    owed = list(db.session.scalars(sa.select(Payment).where(Payment.list_id.is_(None)).with_for_update()))
    for payment in owed:
        payment.list_id = new.id
    db.session.flush()
    journal.write("awards.list_made", now=now, actor_id=by_id, number=number, count=len(owed),
                  cents=sum(payment.cents for payment in owed))
    return new


def note_look(number: int | None, *, by_id: int, now: datetime, format: str = "page") -> None:
    """Note in the journal that somebody reads names and amounts: of a list, or of what is on none yet (None)."""
    journal.write("awards.payments_read", now=now, actor_id=by_id, number=number or 0, format=format)


_NAME: Any = sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id)


def lines_of(number: int | None, book: Directory) -> list[PaymentLine]:
    """Give the amounts of a list, or of none yet (None), by name. Whoever asks calls `note_look` too. One statement."""
    on_list = PaymentList.number == number if number is not None else Payment.list_id.is_(None)
    query = (
        sa.select(Person.id, Person.personnel_no, Person.family_name, Person.given_name, Submitter.department_id,
                  Payment.cents, Idea.number, Award.version, AwardRules.number, Payment.owed_at)
        .select_from(Payment).join(AwardPart, AwardPart.id == Payment.part_id).join(Award, Award.id == AwardPart.award_id)
        .join(AwardRules, AwardRules.id == Award.rules_id).join(Submitter, Submitter.id == AwardPart.submitter_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id).join(Person, Person.id == _NAME)
        .join(Idea, Idea.id == Award.idea_id).outerjoin(PaymentList, PaymentList.id == Payment.list_id).where(on_list)
        .order_by(Person.family_name, Person.given_name, Person.id, Payment.id)
    )
    zone, found = current_app.config["HEADQUARTERS_ZONE"], []
    for person_id, personnel_no, family, given, department_id, cents, idea_number, version, rules, owed_at in \
            db.session.execute(query):
        department = book.department(book.department_of(person_id) or department_id)
        found.append(PaymentLine(personnel_no or "", family, given, department.name if department else "", cents,
                                 idea_number or "", version, rules, local_date(owed_at, zone)))
    return found
