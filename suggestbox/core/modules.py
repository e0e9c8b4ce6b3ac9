"""Modules: parts of the house that are off until somebody wants them. Off means no menu, no page, no job, no setting."""

from flask import Blueprint

from .errors import NotFound
from .settings import Setting, declare, declared, rule

MODULES = ("feedback", "calls", "reports", "awards", "stories")

SETTINGS = declare(
    Setting("modules.feedback", False, "Customer feedback: themes, the journey map, and what customers say about ideas."),
    Setting("modules.calls", False, "Calls for ideas: a question to all or some departments, with dates and results."),
    Setting("modules.reports", False, "Reports: participation, waiting, closings and benefit, with protected small groups."),
    Setting("modules.awards", False, "Awards: what an idea's benefit is worth to its submitters, by rule sets of your own."),
    Setting("modules.stories", False, "Success stories: what became of ideas, agreed by the people in them, told to all."),
)


def is_on(module: str) -> bool:
    """Say whether the house uses this module. A wrong name raises KeyError."""
    return bool(rule(f"modules.{module}"))


def pages_of(module: str, blueprint: Blueprint) -> Blueprint:
    """Give the blueprint, whose pages now exist only while the module is on."""

    @blueprint.before_request
    def _must_be_on() -> None:
        if not is_on(module):
            raise NotFound(reason="module_off")

    return blueprint


def belongs_to_what_is_on(name: str) -> bool:
    """Say whether something named "room.something" belongs to no module that is off."""
    room = name.split(".", 1)[0]
    return room not in MODULES or is_on(room)


def settings_in_use() -> list[Setting]:
    """Give the settings of the house without those of modules that are off, sorted by name."""
    return [setting for setting in declared() if belongs_to_what_is_on(setting.name)]
