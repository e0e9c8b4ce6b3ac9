"""What the page about waiting shows of today: each stage with its ages, and the departments that may be shown apart."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.language import ngettext, short_date
from suggestbox.core.settings import rule
from suggestbox.people.book import Directory

from . import settings  # noqa: F401 -- declares the rule asked for below
from .age_pictures import AgeRow, Ages
from .ageing import Together, Waiting, by_department, by_stage, open_now, together
from .drilling import Address, Sight, in_sight
from .larger_units import departments_shown, stages_shown
from .memory import Cell
from .queries import RowName

STAGE_WORDS = {
    "first_look": _l("First looks"),
    "review": _l("Assessments"),
    "decision": _l("Decision"),
    "talk": _l("Closing conversation"),
    "submitter": _l("Answers of submitters"),
    "carrying_out": _l("Measures and promises"),
    "other": _l("Everything else"),
}
"""What is waited for."""

BAND_WORDS = (_l("0 to 10"), _l("11 to 20"), _l("21 to 40"), _l("over 40"))
"""The ages, in working days."""

BY_DEPARTMENT = ("first_look", "review", "decision", "talk", "carrying_out")
"""Stages whose steps belong to departments; the others are shown for the whole company."""


@dataclass(frozen=True)
class Line:
    """One row of the picture: a stage, or a department within one."""

    key: str
    name: str
    waiting: Together
    depth: int = 0


@dataclass(frozen=True)
class Live:
    """Today's open steps. `counted_in`: the stages that are counted together as "everything else", in words."""

    at: datetime
    all: Together
    stages: tuple[Line, ...]
    counted_in: tuple[str, ...]
    by_department: dict[str, tuple[Line, ...]]


def live(book: Directory, now: datetime, steps: list[Waiting] | None = None) -> Live:
    """Give where ideas wait at this moment; two statements, or none where the open steps are known."""
    waiting = open_now(book, now) if steps is None else steps
    least = rule("reports.least_owners")
    found, shown = by_stage(waiting), stages_shown(book, least)
    lines = tuple(
        Line(stage, str(STAGE_WORDS[stage]), together(row for one in counted for row in found[one]))
        for stage, counted in shown.items()
    )
    units = {stage: tuple(_departments(found[stage], stage, book, least)) for stage in BY_DEPARTMENT if stage in shown}
    return Live(
        now, together(waiting), lines, tuple(str(STAGE_WORDS[stage]) for stage in shown["other"] if stage != "other"),
        {stage: rows for stage, rows in units.items() if rows},
    )


def _departments(waiting: list[Waiting], stage: str, book: Directory, least: int) -> Iterable[Line]:
    """The departments that may be shown, each with all below it, as in a tree and by name."""
    found: dict[int, list[Waiting]] = defaultdict(list)
    for department_id, own in by_department(waiting).items():
        for above in book.upwards(department_id):
            found[above] += own
    for unit, depth in in_order(departments_shown(stage, book, least), book):
        rows, department = together(found[unit]), book.departments[unit]
        if department.active or rows.count:
            yield Line(str(unit), department.name, rows, depth)


def in_order(units: Iterable[int], book: Directory) -> list[tuple[int, int]]:
    """Give (unit, how many shown ones lie above it), each below the one it belongs to, by name."""
    wanted = set(units)

    def path(unit: int) -> tuple[Any, ...]:
        return tuple((book.departments[one].name.casefold(), one) for one in reversed(book.upwards(unit)))

    return [(unit, sum(above in wanted for above in book.upwards(unit)[1:])) for unit in sorted(wanted, key=path)]


def picture_of(lines: Sequence[Line], addresses: dict[str, str], sight: Sight | None = None, address: Address = str) -> Ages:
    """Give the lines as a picture by age.

    Takes   addresses: {key of a line: where its ideas are listed}
            sight: which of them are in sight; address: where those under one of them are
    """
    further = sight.further if sight else {}
    depths = {row.key: row.depth for row in sight.rows} if sight else {line.key: line.depth for line in lines}
    rows = [AgeRow(line.name, line.waiting.bands, _note(line.waiting), url=addresses.get(line.key, ""),
                   depth=depths[line.key], further=further.get(line.key, 0),
                   below=address(line.key) if line.key in further else "")
            for line in lines if line.key in depths]
    return Ages([str(band) for band in BAND_WORDS], rows)


def in_sight_below(lines: Sequence[Line], below: str, book: Directory) -> Sight:
    """Give which departments of a stage are in sight: the upper ones, or those below one of them.

    Takes   below: the key of a department, which need not have a line of its own
    """
    if below and all(line.key != below for line in lines):
        lines = [line for line in lines if int(below) in book.upwards(int(line.key))]
    return in_sight([RowName(line.key, "", line.depth, line.name) for line in lines], below)


def kept_picture(cell: Cell | None) -> Ages | None:
    """Give what was open on the last day of a period, by stage and age; None where nothing was kept of it."""
    stages: dict[str, list[int]] = (cell.more or {}).get("stages", {}) if cell is not None and not cell.hidden else {}
    rows = [AgeRow(str(STAGE_WORDS[stage]), counts) for stage, counts in stages.items() if stage in STAGE_WORDS]
    return Ages([str(band) for band in BAND_WORDS], rows) if any(row.total for row in rows) else None


def _note(waiting: Together) -> str:
    """What the bands do not tell: how many are overdue, and since when the oldest waits."""
    if not waiting.count or waiting.oldest is None:
        return ""
    late = _("%(number)s overdue", number=waiting.late) if waiting.late else _("none overdue")
    return _("%(late)s, the oldest since %(date)s", late=late, date=short_date(waiting.oldest).replace(" ", "\u00a0"))


def sentence_of(live: Live) -> str:
    """Give the state of today in two sentences."""
    whole = live.all
    if not whole.count or whole.oldest is None or whole.median_days is None:
        return _("No next step is open.")
    steps = ngettext("%(num)d next step", "%(num)d next steps", whole.count)
    ideas = ngettext("%(num)d idea", "%(num)d ideas", whole.ideas)
    late = ngettext("%(num)d is overdue", "%(num)d are overdue", whole.late) if whole.late else _("none is overdue")
    return _(
        "Open: %(steps)s for %(ideas)s, and %(late)s. Half of them have been open for %(median)s or more; the oldest for "
        "%(days)s, since %(date)s.",
        steps=steps, ideas=ideas, late=late, median=_working_days(int(whole.median_days)),
        days=_working_days(whole.oldest_days), date=short_date(whole.oldest),
    )


def _working_days(days: int) -> str:
    return ngettext("%(num)d working day", "%(num)d working days", days)
