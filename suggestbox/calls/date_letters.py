"""What people hear of the dates of calls: that they moved, and that results are owed. Both go with the digest."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.database import db
from suggestbox.core.language import full_date
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on
from suggestbox.ideas.models import Idea
from suggestbox.mail.letters import Kind, Line, Reader
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory

from .dates import results_due
from .models import Call

BEFORE_DECISION = ("submitted", "in_review", "waiting", "deciding")


def _calls(notices: Sequence[Notice]) -> dict[int, Call]:
    ids = sorted({notice.facts["call_id"] for notice in notices}) if is_on("calls") else []
    return {call.id: call for call in db.session.scalars(sa.select(Call).where(Call.id.in_(ids)))} if ids else {}


def moved_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines of moved dates: of one's own idea while it is before its decision, or of the results."""
    calls, book = _calls(notices), directory(reader.today)
    ids = sorted({notice.idea_id for notice in notices if notice.idea_id})
    ideas = {idea.id: idea for idea in db.session.scalars(sa.select(Idea).where(Idea.id.in_(ids)))} if ids else {}
    found = {}
    for notice in notices:
        call = calls.get(notice.facts["call_id"])
        if call is None or call.results_at is not None:
            continue
        idea = ideas.get(notice.idea_id or 0)
        if notice.idea_id is None:
            words = _("What came of the call “%(question)s” you hear by %(date)s. The reason: %(reason)s",
                      question=call.question, date=full_date(results_due(call, book)), reason=call.dates_reason)
            found[notice.id] = Line(words, url_for("calls.show", call_id=call.id), duty=False)
        elif idea is not None and idea.stage in BEFORE_DECISION and idea.next_due_on:
            words = _("The dates of the call moved. The next step for your idea is due by %(date)s. The reason: %(reason)s",
                      date=full_date(idea.next_due_on), reason=call.dates_reason)
            found[notice.id] = Line(words, url_for("ideas.show", number=idea.number), idea=f"{idea.number} {idea.title}",
                                    duty=False)
    return found


def owed_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines of results that are owed, until they are told or their day moved."""
    calls, book = _calls(notices), directory(reader.today)
    found = {}
    for notice in notices:
        call = calls.get(notice.facts["call_id"])
        if call is None or call.results_at is not None:
            continue
        due_on = results_due(call, book)
        if due_on.isoformat() != notice.facts["due_on"]:
            continue
        late = due_on < reader.today
        words = _("People wait to hear what came of the call “%(question)s”. It was promised by %(date)s.",
                  question=call.question, date=full_date(due_on, year=False)) if late \
            else _("Please tell by %(date)s what came of the call “%(question)s”.", question=call.question,
                   date=full_date(due_on, year=False))
        found[notice.id] = Line(words, url_for("calls.show", call_id=call.id), due_on=due_on,
                                urgent=due_on <= reader.today)
    return found


KINDS = (
    Kind("calls.moved", _l("Moved dates of a call for ideas"), moved_lines),
    Kind("calls.results_due", _l("Results of a call are owed"), owed_lines),
)
