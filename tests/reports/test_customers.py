"""The report on what customers say: every cell against the oracle, small groups, reasons in steps, its page and files."""

import pytest

from suggestbox.core.database import work
from tests.reports.oracle import all_cells
from tests.reports.random_house import NOW, House
from tests.reports.test_figures import counted, same


@pytest.mark.parametrize("seed", [5, 6])
def test_every_figure_is_what_an_independent_count_gives(app, seed):
    with work():
        House(seed, people=8, ideas=120).build()
    for key in ("2026-12", "2026-Q4", "2026", "2027-01"):
        same(counted("customers", key), all_cells("customers", key, NOW))
