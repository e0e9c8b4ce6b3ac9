"""Every figure once more, naively: plain Python over plain rows, written from the definitions and from nothing else.

It reads whole tables into lists of dicts and goes through them with loops. It shares no code with `suggestbox.reports`.
Each kind of report has a file of its own beside this one.
"""

from datetime import datetime

from tests.reports.oracle_base import Cells, Oracle, table
from tests.reports.oracle_closings import Closings
from tests.reports.oracle_flow import Flow
from tests.reports.oracle_money import Awards, Benefit
from tests.reports.oracle_participation import Participation
from tests.reports.oracle_voices import customers

KINDS: dict[str, type[Oracle]] = {
    "participation": Participation, "flow": Flow, "closings": Closings, "benefit": Benefit, "awards": Awards,
}


def all_cells(kind: str, key: str, now: datetime) -> Cells:
    """Give every figure of a kind of report for a period, unprotected."""
    if kind == "customers":
        oracle = Oracle(key, now)
        return customers(table, oracle.since, oracle.until)
    return KINDS[kind](key, now).count()
