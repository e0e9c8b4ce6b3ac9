"""The journey line: where an idea is, as five stations, from its row alone."""

from dataclasses import dataclass
from functools import lru_cache

from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.ideas.models import Idea

from .words import outcome_word


@dataclass(frozen=True)
class Station:
    """A station: its label, and whether it is done, now, next or skipped."""

    label: str
    state: str


@dataclass(frozen=True)
class Line:
    """The whole line, the station that is told where there is room for one, and a sentence for those who do not see it."""

    stations: tuple[Station, ...]
    told: Station
    summary: str

    @property
    def finished(self) -> bool:
        """Say whether the last station is behind it."""
        return self.stations[-1].state == "done"


NOW = {
    "draft": (0, _l("Being written")),
    "submitted": (1, _l("First look")),
    "in_review": (1, _l("Being examined")),
    "waiting": (1, _l("Question open")),
    "deciding": (2, _l("Being decided")),
    "conversation": (3, _l("Talk")),
    "confirming": (3, _l("How was it?")),
    "closed": (4, _l("Closed")),
    "withdrawn": (0, _l("Taken back")),
}
"""{stage: (station it stands at, what is happening now)}"""

NAMES = (_l("Handed in"), _l("Examined"), _l("Decided"), _l("Talked about"), _l("Closed"))


def line_of(idea: Idea) -> Line:
    """Give the journey line of an idea. The station where it stands says what is happening now."""
    asked_by_decider = idea.stage == "waiting" and idea.waiting_from == "deciding"
    return _line(idea.stage, asked_by_decider, idea.outcome if idea.stage == "closed" else None, current_language())


@lru_cache(maxsize=256)
def _line(stage: str, asked_by_decider: bool, outcome: str | None, _language: str) -> Line:
    position, now = NOW[stage]
    if asked_by_decider:
        position = 2
    stations = []
    for index, name in enumerate(map(str, NAMES)):
        if index < position:
            stations.append(Station(name, "done"))
        elif index == position:
            stations.append(Station(str(now), "now"))
        else:
            stations.append(Station(name, "skipped" if stage == "withdrawn" else "next"))
    where = outcome_word(outcome) if stage == "closed" else str(now)
    summary = _("Station %(number)d of %(count)d: %(where)s", number=position + 1, count=len(NAMES), where=where)
    return Line(tuple(stations), stations[position], summary)
