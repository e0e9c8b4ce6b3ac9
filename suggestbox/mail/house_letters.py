"""Letters about letters: the one somebody writes to themselves to try the way, and word to admins of one that failed."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .letters import Kind, Line, Reader, Text, register
from .models import Letter, Notice
from .operations import tell

TEST = "mail.test"


def write_test_letter(person_id: int, *, now: datetime) -> int:
    """Write the person a test letter, by the way of every other letter; give the notice's id. Inside `work()`."""
    made = tell(TEST, f"test:{person_id}:{now.isoformat()}", now=now, person_id=person_id)
    if made is None:
        raise LookupError("this letter is written already")
    return made


def _test_lines(notices: Sequence[Notice], _reader: Reader) -> dict[int, Line]:
    return {
        notice.id: Line(_("You wrote yourself a test letter."), url_for("admin.test"), duty=False)
        for notice in notices
    }


def _test_text(_notice: Notice, _reader: Reader) -> Text:
    return Text(
        subject=_("Test letter"),
        paragraphs=(
            _("This letter took the way that all letters of suggestbox take: it was written down, waited in the outbox, "
              "and the postman handed it to your mail server."),
            _("If you can read it, letters arrive. Please look whether it lay in the folder for unwanted mail."),
        ),
        why=_("You, or somebody at the server, wrote a test letter to try the way."),
    )


def _trouble_lines(notices: Sequence[Notice], _reader: Reader) -> dict[int, Line]:
    """Letters that were sent or dropped meanwhile are no trouble any more."""
    ids = {notice.id: notice.facts.get("letter") for notice in notices}
    query = sa.select(Letter.id, Letter.state).where(
        Letter.id.in_(list(ids.values())), Letter.state.in_(("failed", "uncertain"))
    )
    states = dict(db.session.execute(query).all())
    words = {"failed": _("A letter could not be delivered."), "uncertain": _("A letter may have arrived or not.")}
    return {
        notice_id: Line(words[states[letter_id]], url_for("admin.letter", letter_id=letter_id))
        for notice_id, letter_id in ids.items() if letter_id in states
    }


def register_letters() -> None:
    """Make these letters known."""
    register(*_KINDS)


_KINDS = (
    Kind(TEST, _l("Test letter"), _test_lines, write=_test_text, waits=False, at_any_hour=True),
    Kind("mail.trouble", _l("Word of a letter that failed"), _trouble_lines),
)
