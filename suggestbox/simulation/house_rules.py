"""Rules of the simulated house that differ from those it comes with, so that a year is long enough to see them at work."""

from suggestbox.awards import rulesets
from suggestbox.awards.examples import STEP_AT_5000
from suggestbox.core.settings import set_rule

from .world import World

IN_USE = ("calls", "awards", "stories")
"""Modules that are switched on."""

SHORTER = {"priority.look_after_months": 2, "measures.prove_months": 4}
"""A declined idea is looked at again, and a benefit measured, within the year."""


def set_house_rules(w: World) -> None:
    """Put the rules into force before the first idea comes. Inside `work()`."""
    manager_id = w.company.offices["idea_manager"][0]
    switches = {f"modules.{name}": True for name in IN_USE}
    for name, value in {**switches, **SHORTER}.items():
        set_rule(name, value, now=w.now, by_id=manager_id, reason="Ein Jahr reicht, um es zu sehen.")
    rulesets.add_rules(document=STEP_AT_5000, name_de="Prämienregeln", name_en="Award rules", from_on=w.start,
                       reason="Mit dem Betriebsrat vereinbart.", by_id=manager_id, now=w.now, today=w.start)
