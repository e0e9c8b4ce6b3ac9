"""What submitters hear of the measures of their idea: news with the digest; at once that one is done, or given up."""

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
from suggestbox.measures.models import OPEN_STATES, Measure, MeasureFigure

from .addresses import url_for_move
from .case import Case
from .letter_parts import beginning, book_of, idea_for, is_still_part, label_of, name_of
from .table import MOVES

SENTENCES = {
    "planned": _l("“%(title)s” is planned. %(name)s sees to it, until %(date)s."),
    "running": _l("%(name)s has begun: “%(title)s”."),
    "moved": _l("“%(title)s” takes longer, until %(date)s: %(reason)s"),
    "done": _l("%(name)s has finished it: “%(title)s”."),
    "confirmed": _l("%(name)s has confirmed what you wrote down for “%(title)s”. It counts from now on."),
    "doubted": _l("%(name)s doubts what you wrote down for “%(title)s”: %(reason)s"),
    "abandoned": _l("%(name)s has abandoned it: “%(title)s”. %(reason)s"),
}
"""What happened with a measure, in one line."""


def _lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """The lines of notices whose idea the reader may see; of one that was overtaken nothing is said."""
    book = book_of(reader)
    ideas = readable((n.idea_id for n in notices), reader.person_id, book, {n.submitter_id for n in notices})
    ids = {n.facts["measure_id"] for n in notices}
    rows: dict[int, Any] = {row.id: row for row in db.session.scalars(sa.select(Measure).where(Measure.id.in_(ids)))}
    wanted = {n.facts["figure_id"] for n in notices if "figure_id" in n.facts}
    figures: dict[int, MeasureFigure] = {}
    if wanted:
        figures = {row.id: row for row in db.session.scalars(sa.select(MeasureFigure).where(MeasureFigure.id.in_(wanted)))}
    found = {}
    for notice in notices:
        idea, measure = ideas.get(notice.idea_id or 0), rows.get(notice.facts["measure_id"])
        what = notice.facts.get("what", "done")
        if idea is None or measure is None or _is_overtaken(what, measure):
            continue
        figure = figures.get(notice.facts.get("figure_id", 0))
        by = {"done": measure.done_by_id, "abandoned": measure.abandoned_by_id}.get(what, measure.owner_id)
        reason = beginning(measure.abandoned_reasons, 200) if what == "abandoned" else measure.due_reason
        if figure is not None:
            by, reason = figure.confirmed_by_id, beginning(figure.second_words, 200)
        words = str(SENTENCES[what]) % {
            "title": measure.title, "name": name_of(by, book), "date": full_date(measure.due_on, year=False),
            "reason": reason,
        }
        address = url_for("measures.show", measure_id=measure.id)
        if figure is not None:
            address = url_for("measures.figure", figure_id=figure.id)
        found[notice.id] = Line(words, address, label_of(idea), duty=False)
    return found


def _is_overtaken(what: str, measure: Measure) -> bool:
    return measure.state not in OPEN_STATES and what not in (measure.state, "confirmed", "doubted")


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
            *((_("A picture shows how it looks now."),) if measure.picture_id else ()),
        ),
        quote=beginning(measure.done_words), quote_by=name,
        links=links,
        button=(_("See what was done"), url_for("measures.show", measure_id=measure.id)),
        why=_("You receive this because it is your idea."),
    )


def abandoned(notice: Notice, reader: Reader) -> Text | None:
    """Give the news that what was promised is not done after all, with the reasons, to the idea's submitters."""
    idea, measure = idea_for(notice, reader), db.session.get(Measure, notice.facts["measure_id"])
    if idea is None or measure is None or measure.state != "abandoned" or not is_still_part(notice):
        return None
    name = name_of(measure.abandoned_by_id, book_of(reader))
    return Text(
        subject=_("It will not be done after all: %(measure)s", measure=measure.title),
        paragraphs=(
            _("“%(measure)s” was promised because of your idea “%(title)s”. Now it has been abandoned.",
              measure=measure.title, title=idea.title),
            _("You have the right to hear the reasons in a talk. Somebody offers you times for it soon."),
        ),
        quote=beginning(measure.abandoned_reasons), quote_by=name,
        button=(_("Read the reasons"), url_for("measures.show", measure_id=measure.id)),
        why=_("You receive this because it is your idea."),
    )


KINDS = (
    Kind("measures.abandoned", _l("A measure was abandoned"), _lines, abandoned, waits=False),
    Kind("measures.done", _l("A measure is done"), _lines, done, waits=False),
    Kind("measures.news", _l("News about a measure"), _lines),
)
