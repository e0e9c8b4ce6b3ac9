"""Reminders as lines: which of them still hold, and what each says to its reader."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import url_for

from suggestbox.ideas.readable import readable
from suggestbox.mail.letters import Line, Reader
from suggestbox.mail.models import Notice
from suggestbox.people.book import Directory
from suggestbox.people.directory import directory
from suggestbox.workflow.addresses import url_for_step

from .kinds import RUNG
from .ladder import Nudge, days_in_force, nudges_of
from .standing import open_steps_with
from .words import is_of_others, sentence


def holding(notices: Sequence[Notice], book: Directory, today: date) -> dict[int, Nudge]:
    """Give {notice id: its nudge} of the rungs among the notices whose reason still holds, in a few statements.

    A rung holds while its step is open, with the same date, and the ladder names the same person by the same rung: not
    when the step was done or rests, somebody else acts now, or a later rung has come.
    """
    rungs = [notice for notice in notices if notice.kind == RUNG and notice.step_id is not None]
    if not rungs:
        return {}
    steps = open_steps_with(sorted({n.step_id for n in rungs if n.step_id}), book)
    days = days_in_force()
    nudges = {nudge.key: nudge for step in steps for nudge in nudges_of(step, book, days, today)}
    return {notice.id: nudges[notice.key] for notice in rungs if notice.key in nudges}


def lines_of_rungs(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give each reminder that still holds as a line; one whose idea the reader may not read does not name it."""
    return lines_of_nudges(holding(notices, directory(reader.today), reader.today), reader)


def lines_of_nudges(found: Mapping[int, Nudge], reader: Reader) -> dict[int, Line]:
    """Give what holds for one reader as lines, as `lines_of_rungs` does."""
    if not found:
        return {}
    book = directory(reader.today)
    ids = {nudge.step.idea_id for nudge in found.values()}
    parts = {nudge.step.submitter_id for nudge in found.values() if nudge.to_submitter}
    ideas = readable(ids, reader.person_id, book, parts)
    return {notice_id: _line(nudge, ideas.get(nudge.step.idea_id), book, reader.today)
            for notice_id, nudge in found.items()}


def _line(nudge: Nudge, idea: object | None, book: Directory, today: date) -> Line:
    step, others = nudge.step, is_of_others(nudge, book)
    if idea is None:
        url, name = url_for("steps.mine"), ""
    else:
        name = f"{idea.number} {idea.title}"  # type: ignore[attr-defined]
        own = nudge.office in ("owner", "deputy")
        url = url_for_step(step, idea) if own else url_for("ideas.show", number=idea.number)  # type: ignore
    return Line(
        sentence(nudge, book, today), url, name, due_on=None if others else step.due_on,
        urgent=not others and step.due_on <= today, others=others,
    )
