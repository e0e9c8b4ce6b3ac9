"""What submitters hear when enough time has passed since their idea's measure was done."""

from collections.abc import Sequence

from flask import url_for

from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas.readable import readable
from suggestbox.mail.letters import Kind, Line, Reader, register
from suggestbox.mail.models import Notice
from suggestbox.measures.queries import MeasureLine
from suggestbox.people.directory import directory

from .queries import links_of
from .since import Since, compare_since
from .telling import done_measures, most_telling
from .words import verdict


def lines_of(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give a line per notice whose reason still holds: the measure is done, the idea is the reader's to see and has a
    theme of which something can be said.
    """
    if not is_on("feedback"):
        return {}
    ideas = readable((n.idea_id for n in notices), reader.person_id, directory(reader.today),
                     {n.submitter_id for n in notices})
    measures = done_measures([n.facts["measure_id"] for n in notices])
    lands, links = landscape(), links_of(list(ideas))
    found = {}
    for notice in notices:
        idea, measure = ideas.get(notice.idea_id or 0), measures.get(notice.facts["measure_id"])
        if idea is None or measure is None:
            continue
        told = [compare_since(measure, link.theme, lands, None, today=reader.today) for link in links.get(idea.id, ())]
        best = most_telling(told)
        if best is not None:
            found[notice.id] = _line(best, measure)
    return found


def _line(best: Since, measure: MeasureLine) -> Line:
    return Line(verdict(best), url_for("evidence.since", measure_id=measure.id),
                f"{measure.idea_number} {measure.idea_title}".strip(), duty=False)


KINDS = (Kind("evidence.since", _l("What customers say since the measure of one's own idea"), lines_of),)


def register_letters() -> None:
    """Make the kinds known."""
    register(*KINDS)
