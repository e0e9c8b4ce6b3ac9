"""The journey line: where an idea is, as five stations, from its row alone."""

from dataclasses import dataclass

from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea

from .words import outcome_word


@dataclass(frozen=True)
class Station:
    """A station: its label, and whether it is done, now, next or skipped."""

    label: str
    state: str


@dataclass(frozen=True)
class Line:
    """The whole line, and one sentence for those who do not see it."""

    stations: tuple[Station, ...]
    summary: str


POSITION = {
    "draft": 0, "submitted": 1, "in_review": 1, "waiting": 1, "deciding": 2, "conversation": 3, "confirming": 3,
    "closed": 4, "withdrawn": 0,
}


def line_of(idea: Idea) -> Line:
    """Give the journey line of an idea. The station where it stands says what is happening now."""
    position = POSITION[idea.stage]
    if idea.stage == "waiting" and idea.waiting_from == "deciding":
        position = 2
    now_words = {
        "draft": _("Being written"),
        "submitted": _("First look"),
        "in_review": _("Being examined"),
        "waiting": _("Question to you"),
        "deciding": _("Being decided"),
        "conversation": _("Talk"),
        "confirming": _("How was it?"),
        "closed": _("Closed"),
        "withdrawn": _("Taken back"),
    }
    if idea.stage == "waiting":
        now_words["waiting"] = _("Question open")
    names = [_("Handed in"), _("Examined"), _("Decided"), _("Talked about"), _("Closed")]
    stations = []
    for index, name in enumerate(names):
        if index < position or idea.stage == "closed":
            stations.append(Station(name, "done"))
        elif index == position:
            stations.append(Station(now_words[idea.stage], "now"))
        else:
            stations.append(Station(name, "skipped" if idea.stage == "withdrawn" else "next"))
    if idea.stage == "closed":
        stations[-1] = Station(_("Closed"), "now")
    where = outcome_word(idea.outcome) if idea.stage == "closed" else now_words[idea.stage]
    summary = _("Station %(number)d of %(count)d: %(where)s", number=position + 1, count=len(names), where=where)
    return Line(tuple(stations), summary)
