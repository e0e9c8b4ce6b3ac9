"""What submitters hear of the measures their idea set in motion: news with the digest, and at once that one is done."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for

from suggestbox.core.database import db
from suggestbox.core.language import full_date
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.ideas.models import Idea
from suggestbox.ideas.readable import readable
from suggestbox.mail.letters import Kind, Line, Reader, Text
from suggestbox.mail.models import Notice
from suggestbox.measures.models import Measure

from .addresses import url_for_move
from .case import Case
from .letter_parts import beginning, book_of, idea_for, is_still_part, label_of, name_of
from .table import MOVES

SENTENCES = {
    "planned": _l("“%(title)s” is planned. %(name)s sees to it, until %(date)s."),
    "running": _l("%(name)s has begun: “%(title)s”."),
    "moved": _l("“%(title)s” takes longer, until %(date)s: %(reason)s"),
    "done": _l("%(name)s has finished it: “%(title)s”."),
}
"""What happened with a measure, in one line."""


def _lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """The lines of notices whose idea the reader may see; of one that was overtaken nothing is said."""
    book = book_of(reader)
    ideas = readable((n.idea_id for n in notices), reader.person_id, book, {n.submitter_id for n in notices})
    ids = {n.facts["measure_id"] for n in notices}
    rows: dict[int, Any] = {row.id: row for row in db.session.scalars(sa.select(Measure).where(Measure.id.in_(ids)))}
    found = {}
    for notice in notices:
        idea, measure = ideas.get(notice.idea_id or 0), rows.get(notice.facts["measure_id"])
        what = notice.facts.get("what", "done")
        if idea is None or measure is None or (what != "done" and measure.state == "done"):
            continue
        by = measure.done_by_id if what == "done" else measure.owner_id
        words = str(SENTENCES[what]) % {
            "title": measure.title, "name": name_of(by, book), "date": full_date(measure.due_on, year=False),
            "reason": measure.due_reason,
        }
        found[notice.id] = Line(words, url_for("measures.show", measure_id=measure.id), label_of(idea), duty=False)
    return found


def may_ask_for_talk(idea: Idea, reader: Reader) -> bool:
    """Say whether the reader may still ask for a talk about the idea, by the rules of that move."""
    row = MOVES["ask_for_talk"]
    noon = datetime.combine(reader.today, time(12), UTC)
    case = Case(idea, actor_id=reader.person_id, now=noon, zone=current_app.config["HEADQUARTERS_ZONE"])
    return idea.stage in row.source and row.who(case) and not any(need(case) for need in row.needs)


def done(notice: Notice, reader: Reader) -> Text | None:
    """Give the news that what an idea set in motion is done, to its submitters."""
    idea, measure = idea_for(notice, reader), db.session.get(Measure, notice.facts["measure_id"])
    if idea is None or measure is None or measure.state != "done" or measure.done_on is None or not is_still_part(notice):
        return None
    name = name_of(measure.done_by_id, book_of(reader))
    links = ((_("I would like to talk"), url_for_move(idea, "ask_for_talk")),) if may_ask_for_talk(idea, reader) else ()
    return Text(
        subject=_("It is done: %(measure)s", measure=measure.title),
        paragraphs=(
            _("Your idea “%(title)s” has become something: “%(measure)s” is done.", title=idea.title, measure=measure.title),
            _("It can be noticed since %(date)s. Thank you for the idea.", date=full_date(measure.done_on)),
        ),
        quote=beginning(measure.done_words), quote_by=name,
        links=links,
        button=(_("See what was done"), url_for("measures.show", measure_id=measure.id)),
        why=_("You receive this because it is your idea."),
    )


KINDS = (
    Kind("measures.done", _l("A measure is done"), _lines, done, waits=False),
    Kind("measures.news", _l("News about a measure"), _lines),
)
