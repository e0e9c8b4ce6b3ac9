"""What the address of a report's page asks for, and the part of that page which is remembered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from flask import request, url_for

from .choosing import Choice, choose
from .figures import FIGURES
from .memory import Part, part
from .page_figures import Table, Targets, grid_by, tables_of
from .pictures import Grid, grid_of
from .queries import Sheet
from .targets import targets_on


@dataclass(frozen=True)
class View:
    """A report as somebody wants to see it: below which department, with which of the long tables."""

    choice: Choice
    below: str
    table: str
    targets: Targets
    part: Part

    @property
    def sheet(self) -> Sheet:
        """The report; only asked for where there is one."""
        assert self.choice.sheet is not None
        return self.choice.sheet

    def grid(self, dimension: str, keys: Iterable[str]) -> Grid | None:
        """Give the rows of a dimension side by side; of departments those in sight. None where none may be shown."""
        return grid_by(self.choice.sheet, dimension, keys, self.targets, **self._where(dimension))

    def rates(self, dimension: str, keys: Iterable[str]) -> Grid | None:
        """Give the same with the whole company drawn among its rows, for figures that are no sums."""
        return grid_of(self.choice.sheet, [FIGURES[key] for key in keys], dimension, self.targets, **self._where(dimension))

    def tables(self) -> list[Table]:
        """Give the tables behind the pictures, each with the address at which it is open."""
        if self.choice.sheet is None:
            return []
        return [replace(table, url=self.address(self.below, table=table.dimension, _anchor="behind"))
                for table in tables_of(self.choice.sheet, below=self.below, asked=self.table)]

    def _where(self, dimension: str) -> dict[str, Any]:
        if dimension != "department":
            return {}
        return {"below": self.below, "address": partial(self.address, _anchor="in-sight")}

    def address(self, below: str = "", **more: Any) -> str:
        """Give where the rows below a department stand; of "" the top."""
        report = self.sheet.report
        newest = report.version == self.choice.versions[-1].version
        return url_for(f"reports.{self.choice.kind}", period=report.period, version=None if newest else report.version,
                       below=below or None, **more)


def view_of(kind: str, today: date, *facts: Any) -> View:
    """Give what this request asks for.

    Takes   facts: whatever else the remembered part of the page depends on
    Raises  as choosing.choose does
    """
    choice = choose(kind, request.args.get("period", ""), request.args.get("version", ""), today)
    if choice.sheet is None:
        return View(choice, "", "", {}, part(kind, choice.marks, *facts))
    report, below, table = choice.sheet.report, request.args.get("below", ""), request.args.get("table", "")
    below = below if any(row[0] == below for row in report.rows.get("department", [])) else ""
    table = table if table in report.rows else ""
    targets = targets_on(report.until)
    asked = report.id, below, table, tuple(sorted(targets.items())), *facts
    return View(choice, below, table, targets, part(kind, choice.marks, *asked))
