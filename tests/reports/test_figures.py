"""Every figure against an independent oracle, on houses full of random rows: equality of every cell of every row."""

from math import isclose
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.people.models import Department, Membership
from suggestbox.reports import keeping
from suggestbox.reports.figures import FIGURES, figures_of
from suggestbox.reports.models import KINDS
from suggestbox.reports.periods import Period
from suggestbox.reports.queries import sheet_of
from tests.reports.oracle import all_cells
from tests.reports.random_house import NOW, House

PERIODS = ("2026-12", "2026-Q4", "2026", "2027-01", "2025")


def counted(kind: str, key: str) -> dict[tuple[str, str, str], tuple[Any, Any, Any]]:
    """Give every cell of a report before anything is hidden."""
    found = {}
    for group in keeping.count(kind, Period(key), NOW).groups:
        for place, number in group.cells.items():
            if place[1] in FIGURES[place[0]].dimensions:
                found[place] = (number.numerator, number.denominator, number.value)
    return found


def same(mine: dict[Any, Any], theirs: dict[Any, Any]) -> None:
    """Compare all cells; shares and means to the last few bits of a double."""
    assert mine.keys() == theirs.keys()
    wrong = {
        place: (mine[place], theirs[place]) for place in mine
        if mine[place][:2] != theirs[place][:2] or not close(mine[place][2], theirs[place][2])
    }
    assert not wrong


def close(mine: float | None, theirs: float | None) -> bool:
    return mine is theirs or (mine is not None and theirs is not None and isclose(mine, theirs, rel_tol=1e-12))


def compare(seed: int, periods: tuple[str, ...] = PERIODS, **size: int) -> None:
    with work():
        House(seed, **size).build()
    for key in periods:
        for kind in KINDS:
            same(counted(kind, key), all_cells(kind, key, NOW))


@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_is_what_an_independent_count_gives(app, seed):
    compare(seed, ("2026-12", "2026"), people=30, ideas=40)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 25))
def test_every_figure_is_what_an_independent_count_gives_in_many_houses(app, seed):
    compare(seed)


@pytest.mark.either
def test_an_empty_company_has_figures_of_nothing(app):
    for kind in KINDS:
        cells = counted(kind, "2026-12")
        assert cells == all_cells(kind, "2026-12", NOW)
        assert {value[2] for place, value in cells.items()} <= {None, 0.0}
        assert {place[0] for place in cells} == {f.key for f in figures_of(kind)} - {"roi"}


@pytest.mark.either
def test_a_company_of_one_department_is_that_department(app):
    with work():
        House(3, people=30, ideas=40).build()
        for model in (Idea, Submitter, Membership):
            db.session.execute(sa.update(model).values(department_id=1))
        for number in (7, 6, 5, 4, 3, 2):
            db.session.execute(sa.delete(Department).where(Department.id == number))
    for kind in KINDS:
        same(counted(kind, "2026"), all_cells(kind, "2026", NOW))
    with work():
        sheet = sheet_of(keeping.keep("participation", Period("2026"), now=NOW))
    assert [row.key for row in sheet.rows("department")] == ["1", "none"]  # some belong to none
