"""Ideas as a table: what a reader may read and no more, in portions that lose and double nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.people.queries import here
from suggestbox.reports.idea_rows import columns, document
from suggestbox.reports.periods import Period
from tests import factories

pytestmark = pytest.mark.usefixtures("app", "clock")


def table_of(person: Any, period: str = "2026") -> list[dict[str, Any]]:
    """Give the rows of the ideas of a period by the keys of their columns."""
    rows = list(document(Period(period), person.id, here(), now=utc_now()).tables[0].rows)
    return [dict(zip([column.key for column, _words in columns()], row, strict=True)) for row in rows]


def test_a_row_says_what_the_reader_may_read_and_no_more(cast):
    now = utc_now()
    with work():
        ideas = {
            "named": factories.closed(cast, cast.ann, cast.eve, now=now - timedelta(days=60), title="=cmd|' /C calc'!A0"),
            "hidden": factories.in_review(cast, cast.ann, now=now - timedelta(days=2), confidential=True),
            "deciding": factories.conversation(cast, cast.eve, now=now - timedelta(days=30)),
        }
    number = {key: idea.number for key, idea in ideas.items()}
    rows = {row["number"]: row for row in table_of(cast.ida)}
    assert set(rows) == set(number.values())
    assert (rows[number["named"]]["title"], rows[number["named"]]["submitters"], rows[number["named"]]["submitter_count"]) \
        == ("=cmd|' /C calc'!A0", "Ann Albers, Eve Ebert", 2)
    assert (rows[number["hidden"]]["submitters"], rows[number["hidden"]]["submitter_count"]) == ("confidential", 1)
    assert rows[number["deciding"]]["outcome"] == "Adopted"
    strangers = {row["number"]: row for row in table_of(cast.sam)}
    assert (strangers[number["deciding"]]["outcome"], strangers[number["deciding"]]["decided_at"]) == ("", None)
    assert "Ann" not in json.dumps([list(map(str, rows[number["hidden"]].values()))])


def test_ideas_count_in_the_year_of_headquarters(cast):
    with work():
        late = factories.submitted(cast, cast.ann, now=datetime(2025, 12, 31, 22, 59, tzinfo=UTC))
        early = factories.submitted(cast, cast.coo, now=datetime(2025, 12, 31, 23, 0, tzinfo=UTC))  # still 2025 in Leeds
    assert ([row["number"] for row in table_of(cast.ida, "2025")], [row["number"] for row in table_of(cast.ida, "2026")]) \
        == ([late.number], [early.number])


def test_portions_lose_and_double_nothing_and_cost_the_same_each(cast, monkeypatch, count_queries):
    from suggestbox.reports import idea_rows

    at = utc_now() - timedelta(days=3)
    with work():
        ideas = [factories.submitted(cast, cast.ann, now=at).number for _n in range(7)]  # all at the same moment
    monkeypatch.setattr(idea_rows, "PORTION", 3)
    told: list[int] = []
    with count_queries() as statements:
        rows = list(document(Period("2026"), cast.ida.id, here(), now=utc_now(), tell=told.append).tables[0].rows)
    assert ([row[0] for row in rows], told) == (ideas, [3, 6, 7])
    assert len([text for text in statements if "FROM idea" in text]) == 4
    assert len([text for text in statements if "FROM submitter" in text and "FROM idea" not in text]) == 3
