"""The first quarter of a house: its early months were never kept, and nobody handed anything in then."""

from datetime import UTC, datetime

import pytest

from suggestbox.core.database import work
from suggestbox.people.models import Department
from suggestbox.reports import keeping
from suggestbox.reports.periods import Period
from suggestbox.reports.queries import kept
from tests.factories import submitted
from tests.reports.random_house import NOW
from tests.reports.test_keeping import many

pytestmark = pytest.mark.either


@pytest.mark.parametrize("one_head", [True, False], ids=["one division above all", "two divisions"])
def test_it_shows_what_everybody_can_count_although_only_its_last_month_was_kept(cast, one_head):
    with work() as session:
        for day in (3, 17):
            submitted(cast, cast.ann, now=datetime(2026, 12, day, 9, tzinfo=UTC))
        apart = Department(key="apart", name="Werk 2", parent_id=cast.direction.id if one_head else None)
        session.add(apart)
        session.flush()
        many(cast, 40, department_id=apart.id)
    shown, rows = {}, {}
    for key in ("2026-12", "2026-Q4", "2026"):
        with work():
            keeping.keep("participation", Period(key), now=NOW)
        sheet = kept("participation", key)
        shown[key] = {name: (sheet.cell(name).numerator, sheet.cell(name).hidden) for name in ("ideas", "decided")}
        rows[key] = {row for (figure, dimension, row), cell in sheet.cells.items()
                     if figure == "ideas" and dimension == "department" and not cell.hidden}
    assert list(shown.values()) == [{"ideas": (2, ""), "decided": (0, "")}] * 3
    assert list(rows.values()) == [{str(cast.direction.id)} if one_head else set()] * 3
