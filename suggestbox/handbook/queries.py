"""What the handbook prints: the table of moves, the rules of the house, the roles, all read from where they hold."""

import json
import re
from dataclasses import dataclass
from typing import Any

from suggestbox.core.language import gettext as _
from suggestbox.core.modules import belongs_to_what_is_on, settings_in_use
from suggestbox.core.settings import declared, rule
from suggestbox.ideas.models import STAGES
from suggestbox.mail.letters import kinds
from suggestbox.people.models import ROLES
from suggestbox.people.words import ROLE_NAMES
from suggestbox.workflow.table import BACK, ROWS, STAY, Move
from suggestbox.workflow.words import stage_word


@dataclass
class MoveLine:
    """One row of the table of moves in words."""

    name: str
    label: Any
    sources: list[str]
    target: str
    who: str
    needs: list[str]
    then: str
    automatic: bool


def sentence(text: str | None) -> str:
    """Give the first line of a docstring in the reader's language, as a sentence."""
    words = " ".join((text or "").strip().split("\n\n")[0].split())
    if not words:
        return ""
    said = _(words)
    return said[:1].upper() + said[1:] + ("" if said[-1:] in ".!?" else ".")


def phrases_of(row: Move) -> list[str]:
    """Give every docstring the handbook prints of a move."""
    functions = [row.who, *row.needs, *([row.then] if row.then else [])]
    return [" ".join((f.__doc__ or "").strip().split("\n\n")[0].split()) for f in functions]


def phrases_source() -> str:
    """Give the text of phrases.py as it must be: every docstring and help the handbook prints, for the catalogues."""
    spoken = list(dict.fromkeys(text for row in ROWS for text in phrases_of(row) if text))
    parts = [
        '"""Sentences the handbook prints from docstrings and settings, for the catalogues: a test keeps them equal."""',
        "from suggestbox.core.language import lazy_gettext as _l",
        _listed("OF_MOVES", spoken) + '\n"""Docstrings of who may move, of needs and of what follows."""',
        _listed("OF_RULES", [setting.help for setting in declared()]) + '\n"""Help texts of the rules of the house."""',
    ]
    return "\n\n".join(parts) + "\n"


def _listed(name: str, texts: list[str]) -> str:
    return "\n".join([f"{name} = (", *map(_entry, texts), ")"])


def _entry(text: str) -> str:
    if len(text) < 110:
        return f"    _l({_quoted(text)}),"
    parts = [_quoted(part) for part in re.findall(r".{1,100}(?:\s|$)", text)]
    return "\n        ".join(["    _l(", *parts]) + "\n    ),"


def _quoted(text: str) -> str:
    return repr(text) if '"' in text else json.dumps(text, ensure_ascii=False)


def moves_in_words() -> list[MoveLine]:
    """Give the table of moves, row by row."""
    return [_line(row) for row in ROWS]


def _line(row: Move) -> MoveLine:
    if row.target == STAY:
        target = ""
    elif row.target == BACK:
        target = _("back to where it was")
    else:
        target = stage_word(row.target)
    return MoveLine(
        row.name, row.label, [stage_word(stage) for stage in row.source], target, sentence(row.who.__doc__),
        [sentence(need.__doc__) for need in row.needs], sentence(row.then.__doc__ if row.then else ""), row.automatic,
    )


def stages_in_words() -> list[tuple[str, str, list[MoveLine]]]:
    """(key, name, moves out of it) of every stage, in the order of an idea's way."""
    lines = {row.name: _line(row) for row in ROWS}
    return [(stage, stage_word(stage), [lines[row.name] for row in ROWS if stage in row.source]) for stage in STAGES]


def told_at_once() -> list[str]:
    """Give the names of what does not wait for the daily message, sorted."""
    told = [kind for kind in kinds() if not kind.waits and kind.compose is None and not kind.at_any_hour]
    return sorted(str(kind.label) for kind in told if belongs_to_what_is_on(kind.name))


def settings_in_words() -> list[tuple[str, str, Any, Any]]:
    """(name, what it means, value in force, default) of every rule of the house."""
    return [(s.name, _(s.help), rule(s.name), s.default) for s in settings_in_use()]


def roles_in_words() -> list[tuple[str, str]]:
    """(role, what somebody with it does)."""
    tasks = {
        "coordinator": _("takes the first look, chooses reviewers, helps colleagues to hand in, holds talks"),
        "decision_maker": _("decides with written reasons, once enough assessments are there, and talks with the submitter"),
        "head": _("heads a department"),
        "team_lead": _("says on the short way whether the team simply does it"),
        "expert": _("gives an assessment in their own topics"),
        "idea_manager": _("owns the programme: all queues, whatever is stuck, confidential talks"),
        "cx_manager": _("looks after what customers say"),
        "hr_analyst": _("reads figures about taking part, no names; hands awards to payroll, with names"),
        "leadership": _("reads one page of figures, and decides where nobody else can"),
        "works_council": _("reads the rules in force and the figures, and votes in a body"),
        "admin": _("looks after people, departments and the machine"),
    }
    return [(str(ROLE_NAMES[role]), tasks[role]) for role in ROLES]
