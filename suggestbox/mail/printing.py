"""Letters on paper, for people without an e-mail address: who prints which, what they say, and the PDF."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core import places
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.core.errors import Refused
from suggestbox.core.language import full_date
from suggestbox.core.language import gettext as _
from suggestbox.core.typesetting import NotTypeset, typeset_elsewhere
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.ideas.policy import visible_to
from suggestbox.journal.operations import write
from suggestbox.people.book import Brief, Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import last_department

from .answers import house_words
from .first_pin import FIRST_PIN
from .frame import entries, greeting
from .letters import Reader, Text
from .models import Letter, LetterAttempt
from .plain import one_line, spoken
from .readers import outside, reader_of, speaking_to
from .writing import text_of

logger = logging.getLogger(__name__)

AT_ONCE_AT_MOST = 100
"""Letters in one PDF; the next ones follow when these are printed."""


@dataclass(frozen=True)
class Waiting:
    """A letter that waits for a printer. `sealed`: to a confidential submitter, so only the idea management prints it."""

    letter: Letter
    person_id: int
    sealed: bool


@dataclass(frozen=True)
class Sheet:
    """A letter as it is printed, in its reader's language; `pin` is set only on the letter that brings one."""

    language: str
    site: str
    hand_to: str
    name: str
    department: str
    date: str
    subject: str
    greeting: str
    paragraphs: list[str]
    quote: str
    quote_by: str
    parts: list[tuple[str, list[dict[str, str]]]]
    links: list[tuple[str, str]]
    farewell: str
    signed: str
    why: str
    pin: str = ""


# -- who prints what -------------------------------------------------------------------------------------------------


def waiting_for(me_id: int, book: Directory) -> list[Waiting]:
    """Give the letters this person prints and hands out, the oldest first. One statement.

    Whoever prints a letter reads it: one about an idea they may not read goes to the idea management.
    """
    query = (
        sa.select(Letter, Submitter.person_id, SubmitterIdentity.person_id,
                  sa.or_(Letter.idea_id.is_(None), visible_to(me_id, book)))
        .outerjoin(Submitter, Submitter.id == Letter.submitter_id)
        .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
        .outerjoin(Idea, Idea.id == Letter.idea_id)
        .where(Letter.state == "to_print", Letter.channel == "print")
        .order_by(Letter.created_at, Letter.id)
    )
    found = []
    for letter, named_id, hidden_id, readable in db.session.execute(query):
        person_id = letter.person_id or named_id or hidden_id
        if not person_id or (letter.kind == FIRST_PIN and not hands_pin(me_id, person_id, book)):
            continue
        if _prints(me_id, person_id, hidden_id is not None or not readable, book):
            found.append(Waiting(letter, person_id, hidden_id is not None))
    return found


def _prints(me_id: int, person_id: int, kept_close: bool, book: Directory) -> bool:
    if kept_close:
        return book.has_role(me_id, "idea_manager", any_=True)
    return looks_after(me_id, person_id, book)


def looks_after(me_id: int, person_id: int, book: Directory) -> bool:
    """Say whether somebody hands letters to this person: their coordinator, the idea management, an admin."""
    if book.has_role(me_id, "admin", any_=True) or book.has_role(me_id, "idea_manager", any_=True):
        return True
    department_id = last_department(person_id, book)
    return department_id is not None and book.has_role(me_id, "coordinator", department_id)


def hands_pin(me_id: int, person_id: int, book: Directory) -> bool:
    """Say whether somebody may hold this person's PIN in their hands, and so could sign in as that person.

    A coordinator not that of somebody with a role or a seat of their own: who prepares must not decide too.
    """
    if book.has_role(me_id, "admin", any_=True) or book.has_role(me_id, "idea_manager", any_=True):
        return True
    seated = any(person_id == holder_id for seats in book.seats.values() for holder_id, _seat in seats)
    return not book.roles_of.get(person_id) and not seated and looks_after(me_id, person_id, book)


def without_mailbox(me_id: int, book: Directory) -> list[Brief]:
    """Give the people without an e-mail address this person hands letters to, by name."""
    found = [b for b in book.people.values() if b.active and not b.email and b.id != me_id
             and looks_after(me_id, b.id, book)]
    return sorted(found, key=lambda b: (b.family_name.casefold(), b.given_name.casefold(), b.id))


def prints_letters(me_id: int, book: Directory) -> bool:
    """Say whether this person looks after anybody without an e-mail address, so that letters may wait for them."""
    held = {role for role, _where in book.roles_of.get(me_id, ())}
    if held.isdisjoint(("admin", "idea_manager", "coordinator")):
        return False
    return book.keep(("prints_letters", me_id), lambda: (bool(without_mailbox(me_id, book)),))[0]


# -- what is printed -------------------------------------------------------------------------------------------------


def write_sheets(chosen: Sequence[Waiting], book: Directory, *, now: datetime) -> tuple[dict[int, Sheet], int, int]:
    """Make the texts of letters now, in each reader's language; a letter whose reason is gone is cancelled. In `work()`.

    Gives   ({letter id: sheet}, how many were cancelled, how many could not be written and stay where they are)
    """
    sheets: dict[int, Sheet] = {}
    gone: list[Letter] = []
    failed = 0
    for waiting in chosen:
        reader = reader_of(book, waiting.person_id, now)
        try:
            with db.session.begin_nested():
                sheet = _sheet(waiting, reader, book) if reader and book.is_here(waiting.person_id) else None
        except Exception:  # one letter that cannot be written holds up none of the others
            logger.exception("letter %s could not be written", waiting.letter.id)
            failed += 1
            continue
        if sheet is None:
            gone.append(waiting.letter)
        else:
            sheets[waiting.letter.id] = sheet
    for letter in gone:
        letter.state, letter.done_at, letter.last_answer = "cancelled", now, house_words("no_reason")
    db.session.flush()
    return sheets, len(gone), failed


def _sheet(waiting: Waiting, reader: Reader, book: Directory) -> Sheet | None:
    with speaking_to(reader):
        text = text_of(waiting.letter, reader)
        return made_of(text, reader, book) if text else None


def made_of(text: Text, reader: Reader, book: Directory) -> Sheet:
    """Give a letter as it is printed. Inside `readers.speaking_to(reader)`."""
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    department = book.department(last_department(reader.person_id, book))
    links = [*((text.button,) if text.button else ()), *text.links]
    return Sheet(
        language=reader.language, site=one_line(deployment.mail_from_name), hand_to=_("Please hand over to:"),
        name=one_line(reader.name), department=one_line(department.name) if department else "",
        date=full_date(reader.today), subject=one_line(text.subject), greeting=greeting(reader),
        paragraphs=[spoken(p) for p in text.paragraphs if p.strip()], quote=spoken(text.quote).strip(),
        quote_by=spoken(text.quote_by),
        parts=[(heading, [{"text": e.text, "idea": e.idea, "due": e.due} for e in found])
               for heading, found in entries(text.lines, reader)],
        links=[(spoken(label), outside(path)) for label, path in links],
        farewell=_("Kind regards"), signed=_("Your idea management"), why=spoken(text.why),
    )


def print_letters(sheets: Sequence[Sheet], *, title: str = "") -> bytes:
    """Give the letters as one PDF, each beginning on a page of its own, the address where the envelope's window is.

    Raises  Refused when the typesetter failed or took too long; nothing has changed then
    Source: DIN 5008, form B (address 45 mm from the top); ISO 14289-1 (PDF/UA)
    """
    given = {"title": title or _("Letters"), "letters": [asdict(sheet) for sheet in sheets]}
    try:
        return typeset_elsewhere(places.templates() / "mail", "letters.typ", "letters", given)
    except NotTypeset as fault:
        logger.error("letters were not typeset: %s", fault)
        raise _not_typeset() from fault


def _not_typeset() -> Refused:
    return Refused(_("The letters could not be typeset. They are all still here; please try again."), reason="not_typeset")


# -- what was printed ------------------------------------------------------------------------------------------------


def note_tries(letters: Sequence[Letter], *, now: datetime) -> None:
    """Note that a PDF was made of these letters. Flushes, never commits."""
    for letter in letters:
        letter.attempts += 1
        db.session.add(LetterAttempt(letter_id=letter.id, n=letter.attempts, token="print", started_at=now))
    db.session.flush()


def mark_printed(letters: Sequence[Letter], *, now: datetime, actor: Person) -> list[Letter]:
    """Note that letters are printed and on their way to people's hands; give those of which no PDF was made yet.

    Those stay in the queue. Flushes, never commits.
    """
    made = made_into_pdf([letter.id for letter in letters])
    done = [letter for letter in letters if letter.id in made]
    for letter in done:
        letter.state, letter.done_at, letter.last_answer = "sent", now, ""
        tries = sa.update(LetterAttempt).where(LetterAttempt.letter_id == letter.id, LetterAttempt.n == letter.attempts)
        db.session.execute(tries.values(ended_at=now, result="sent"))
    if done:
        write("mail.printed", now=now, actor_id=actor.id, letters=[letter.id for letter in done])
    db.session.flush()
    return [letter for letter in letters if letter.id not in made]


def made_into_pdf(letter_ids: Sequence[int]) -> set[int]:
    """Give which of these letters a PDF was made of."""
    query = sa.select(LetterAttempt.letter_id).where(LetterAttempt.letter_id.in_(letter_ids), LetterAttempt.token == "print")
    return set(db.session.scalars(query))


def pins_among(chosen: Sequence[Waiting], sheets: Mapping[int, Any]) -> dict[int, int]:
    """Give {letter id: person id} of the letters among those written that bring a PIN."""
    return {w.letter.id: w.person_id for w in chosen if w.letter.kind == FIRST_PIN and w.letter.id in sheets}
