"""The letter with the first PIN: ordered by somebody, made out when it is printed."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.core.errors import Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.journal.operations import write
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from suggestbox.people.pin import LENGTH, may_have_pin

from .letters import Kind, Line, Reader, Text, register
from .message_id import message_id_for
from .models import Letter, Notice
from .operations import epoch_now
from .readers import outside

FIRST_PIN = "people.first_pin"


def waiting_pins(person_ids: Sequence[int]) -> dict[int, Letter]:
    """Give {person id: the letter with a PIN that waits to be printed}."""
    query = sa.select(Letter).where(Letter.kind == FIRST_PIN, Letter.state == "to_print", Letter.person_id.in_(person_ids))
    return {letter.person_id: letter for letter in db.session.scalars(query) if letter.person_id}


def order_first_pin(person: Person, *, now: datetime, actor: Person | None) -> Letter:
    """Give the letter that will bring the person a PIN; one that waits already is enough. Flushes, never commits.

    The PIN is made when the letter is printed, and the one before works until then.
    Raises  Refused for somebody who signs in otherwise
    """
    book = directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))
    if not may_have_pin(book, person.id):
        raise Refused(_("A PIN is only for people who have a personnel number, no e-mail address, and do not run the "
                        "house."), reason="no_pin")
    waits = waiting_pins([person.id]).get(person.id)
    if waits is not None:
        return waits
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    key = f"{FIRST_PIN}:{person.id}:{now.isoformat()}:print"
    letter = Letter(
        key=key, kind=FIRST_PIN, channel="print", person_id=person.id, facts={}, created_at=now, not_before=now,
        message_id=message_id_for(key, deployment), state="to_print", epoch=epoch_now(),
    )
    db.session.add(letter)
    write("person.pin_ordered", now=now, actor_id=actor.id if actor else None, role="person" if actor else "house",
          person_id=person.id)
    db.session.flush()
    return letter


def _text(letter: Letter, reader: Reader) -> Text | None:
    book = directory(reader.today)
    if not may_have_pin(book, reader.person_id) or _did_its_work(letter, reader.person_id):
        return None
    brief = book.people[reader.person_id]
    return Text(
        subject=_("Your PIN for suggestbox"),
        paragraphs=(
            _("With this PIN you can hand in ideas, see what becomes of yours, and answer questions: on any phone or "
              "computer that reaches this page:"),
            outside("/sign-in/pin"),
            _("Your personnel number is %(number)s. Your PIN is:", number=brief.personnel_no or ""),
        ),
        why=_("At the first sign-in you choose %(length)s digits of your own. Nobody will ever ask you for your PIN. If "
              "somebody opened this letter before you, ask for a new one.", length=LENGTH),
    )


def _did_its_work(letter: Letter, person_id: int) -> bool:
    """Say whether the PIN of a letter nobody ticked off was used: printed again it would take away the person's own one."""
    person = db.session.get(Person, person_id)
    return bool(letter.attempts and person and person.pin_hash and not person.pin_is_first)


def _lines(_notices: Sequence[Notice], _reader: Reader) -> dict[int, Line]:
    return {}  # it is a letter alone: nobody reads in an inbox that they cannot sign in


KINDS = (Kind(FIRST_PIN, _l("The first PIN"), _lines, compose=_text, waits=False),)


def register_letters() -> None:
    """Make the letter with the PIN known."""
    register(*KINDS)
