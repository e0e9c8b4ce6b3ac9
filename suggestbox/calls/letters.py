"""What people hear of calls: that one asks them, and what came of one they took part in. Both go with the digest."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.database import db
from suggestbox.core.language import full_date
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on
from suggestbox.mail.asking import asked_together
from suggestbox.mail.letters import Kind, Line, Reader, register
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory

from . import date_letters
from .models import Call
from .queries import departments_of, is_asked, state_of

_CALLS = sa.select(Call).where(Call.id.in_(sa.bindparam("ids", expanding=True)))


def _calls(notices: Sequence[Notice]) -> dict[int, Call]:
    """{id: call}, while the house uses calls. One statement."""
    if not is_on("calls"):
        return {}
    ids = sorted({notice.facts["call_id"] for notice in notices})
    return {call.id: call for call in db.session.scalars(_CALLS, {"ids": ids})}


def _calls_and_asked(notices: Sequence[Notice]) -> tuple[dict[int, Call], dict[int, list[int]]]:
    """Calls, and which departments each asks. Two statements."""
    calls = _calls(notices)
    return calls, departments_of(calls)


def opened_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines of calls that ask the reader and are still open."""
    calls, asked = asked_together(_calls_and_asked, notices)
    book, found = directory(reader.today), {}
    for notice in notices:
        call = calls.get(notice.facts["call_id"])
        if call is None or state_of(call, reader.today) != "open" \
                or not is_asked(reader.person_id, asked.get(call.id, ()), book):
            continue
        until = full_date(call.ends_on, year=False)
        if call.asks_stories and is_on("feedback"):
            words = _("A question to you: “%(question)s” Your ideas, and what customers told you about it, are welcome "
                      "until %(date)s.", question=call.question, date=until)
        else:
            words = _("A question to you: “%(question)s” Your ideas are welcome until %(date)s.", question=call.question,
                      date=until)
        found[notice.id] = Line(words, url_for("calls.show", call_id=call.id), duty=False)
    return found


def results_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines of results, to those who took part."""
    calls, found = asked_together(_calls, notices), {}
    for notice in notices:
        call = calls.get(notice.facts["call_id"])
        if call is not None and call.results_at is not None:
            words = _("What came of the call you took part in: “%(question)s”", question=call.question)
            found[notice.id] = Line(words, url_for("calls.show", call_id=call.id, _anchor="results"), duty=False)
    return found


KINDS = (
    Kind("calls.opened", _l("A call for ideas"), opened_lines),
    Kind("calls.results", _l("Results of a call for ideas"), results_lines),
)


def register_letters() -> None:
    """Make the kinds known."""
    register(*KINDS, *date_letters.KINDS)
