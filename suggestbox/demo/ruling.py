"""Rules of the demo company and what its leadership aims at: a works agreement, changes over the year, targets, costs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from suggestbox.core.clock import local_date
from suggestbox.core.settings import set_rule
from suggestbox.people.directory import directory
from suggestbox.reports.costs import enter_cost
from suggestbox.reports.figures import FIGURES
from suggestbox.reports.targets import set_target
from suggestbox.rules.operations import change_rule, keep_changes

from .walk import Script, World

AGREEMENT = "Betriebsvereinbarung Ideenmanagement der Feldrath GmbH"
SIGNED = "Die Betriebsvereinbarung ist unterschrieben."

CHANGES: tuple[tuple[int, str, Any, str, str], ...] = (
    (60, "reviews.open_at_most", 8, "Wer zu viele Einschätzungen auf einmal hat, schiebt alle auf.", "Abschnitt 5"),
    (110, "ideas.attachments_at_most", 8, "Vom Betrieb draußen kommen oft mehrere Fotos zu einer Idee.", "Abschnitt 3"),
)
"""Days after the founding, rule, new value, reason, where it is written."""

TARGETS = {
    "participation_rate": 15.0, "suggestion_rate": 20.0, "first_answer": 5.0, "lead_time": 30.0, "open_steps": 10.0,
    "conversation_rate": 95.0, "on_time": 90.0, "comprehensibility": 85.0, "appreciation": 4.0, "acceptance_rate": 50.0,
    "implementation_rate": 30.0,
}

COSTS = {"administration": 3_850_000, "promotion": 640_000}


def scripts_of(world: World, *, founded: datetime, zone: str) -> Iterator[Script]:
    """Give what happens to the rules of the house, and what leadership sets, between the ideas of the year."""
    yield _rules(world, founded)
    yield _leadership(world, founded, zone)


def _rules(world: World, founded: datetime) -> Script:
    yield founded
    keep_changes()  # the modules that were switched on: before there was an agreement nobody had to say why
    manager_id = _holder(founded, "idea_manager")
    set_rule("rules.agreement_name", AGREEMENT, now=founded, by_id=manager_id, reason=SIGNED)
    set_rule("rules.agreement", True, now=founded, by_id=manager_id, reason=SIGNED)
    keep_changes()
    for days, name, value, reason, section in CHANGES:
        moment = founded + timedelta(days=days)
        if moment >= world.now:
            return
        yield moment
        change_rule(name, value, reason=reason, agreed_on=(moment - timedelta(days=6)).date(), agreed_words=section,
                    by_id=manager_id, now=moment)


def _leadership(world: World, founded: datetime, zone: str) -> Script:
    moment = founded + timedelta(days=3)
    yield moment
    today, leader_id = local_date(moment, zone), _holder(moment, "leadership")
    for figure, value in TARGETS.items():
        set_target(FIGURES[figure], value, from_on=today, today=today, actor_id=leader_id, now=moment)
    moment = world.now - timedelta(days=12)
    yield moment
    year = local_date(moment, zone).year
    for kind, cents in COSTS.items():
        enter_cost(year, kind, cents, note="Kostenstelle 4711, bis heute gebucht", this_year=year,
                   actor_id=_holder(moment, "idea_manager"), now=moment)


def _holder(moment: datetime, role: str) -> int:
    return directory(moment.date()).holders(role, None)[0]
