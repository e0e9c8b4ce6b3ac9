"""How the house is: rooms register checks, and pages, commands and machines outside ask what they found.

A check reads and never mends. Quick checks are asked again and again, behind the pages of those who look after the
house; thorough ones read the whole database, for `suggestbox doctor` and for who asks for them.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from .language import current_language
from .language import gettext as _

SEVERITIES = ("alarm", "warning", "hint")
"""alarm: somebody has to do something now; warning: soon; hint: it could be better."""

REMEMBERED_SECONDS = 30
"""How long findings are kept in the memory of a process, so that pages cost nothing."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    """Something that is not as it should be, in the words of whoever asked.

    Takes   name: of the check that found it; text: what happened, and that nothing was lost where that is so
            since: from when on; advice: what to do
            page, filters: the endpoint at which it can be done, and its arguments
    """

    name: str
    text: str
    since: datetime | None
    severity: str
    advice: str = ""
    page: str = ""
    filters: dict[str, Any] = field(default_factory=dict)


Check = Callable[[datetime], Iterable[Trouble]]

_checks: dict[str, tuple[Check, bool]] = {}


def watch(name: str, function: Check, *, thorough: bool = False) -> None:
    """Have `function(now)` asked for troubles; names are unique in the house. Registering the same one twice counts once.

    Takes   thorough: True for what reads so much that only who asks for it gets it
    """
    if _checks.setdefault(name, (function, thorough)) != (function, thorough):
        raise ValueError(f"the check {name} is registered twice")


def names(*, thorough: bool = False) -> list[str]:
    """Give the names of the checks, in the order they are made."""
    return [name for name, (_function, deep) in _checks.items() if thorough or not deep]


def findings(now: datetime, *, thorough: bool = False) -> list[Trouble]:
    """Give what is not as it should be, the worst first, in the reader's language.

    A check that fails itself is a finding, and the others go on. When the database is not the one the program knows,
    nothing else is asked.
    Raises  SQLAlchemyError when the database cannot be asked at all
    """
    found: list[Trouble] = []
    for name in names(thorough=thorough):
        function, _deep = _checks[name]
        try:
            made = list(function(now))
        except SQLAlchemyError:
            raise
        except Exception as fault:
            logger.exception("the check %s failed", name)
            made = [Trouble(
                name, _("This check could not be made: %(fault)s", fault=f"{type(fault).__name__}: {fault}"), now,
                "warning", _("Please tell whoever looks after the program; the log has more."),
            )]
        found += made
        if name == "database" and any(trouble.severity == "alarm" for trouble in made):
            break
    return sorted(found, key=lambda trouble: SEVERITIES.index(trouble.severity))


def remembered(now: datetime) -> list[Trouble]:
    """Give the quick findings of the last half minute, in the reader's language; asks anew when there are none."""
    memory: dict[str, tuple[float, list[Trouble]]] = current_app.extensions.setdefault("findings", {})
    kept = memory.get(current_language())
    if kept is None or not 0 <= time.monotonic() - kept[0] < REMEMBERED_SECONDS:
        memory[current_language()] = kept = (time.monotonic(), findings(now))
    return kept[1]


def forget_findings() -> None:
    """Have the next page ask anew: somebody has just mended something."""
    current_app.extensions.pop("findings", None)


def alarms(now: datetime) -> list[Trouble]:
    """Give the remembered findings that somebody has to act on now; none when the database cannot be asked."""
    try:
        return [trouble for trouble in remembered(now) if trouble.severity == "alarm"]
    except SQLAlchemyError:
        logger.exception("the state of the house could not be asked")
        return []


def is_well(now: datetime) -> tuple[bool, dict[str, bool]]:
    """Give whether there is no alarm, and for each quick check whether it raised none: names only, no words."""
    try:
        bad = {trouble.name for trouble in remembered(now) if trouble.severity == "alarm"}
    except SQLAlchemyError:
        logger.exception("the state of the house could not be asked")
        return False, {"database": False}
    return not bad, {name: name not in bad for name in names()}
