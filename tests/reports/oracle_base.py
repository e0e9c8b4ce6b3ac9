"""What the oracle's kinds of report share: plain rows, days, places of people, and the bag the figures go into."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import sqlalchemy as sa

from suggestbox.core.database import Base, db

Rows = list[dict[str, Any]]
Cells = dict[tuple[str, str, str], tuple[Any, Any, Any]]
"""{(figure, dimension, row): (numerator, denominator, value)}."""

BERLIN = ZoneInfo("Europe/Berlin")
MERIT = ("adopted", "adopted_in_part", "trial", "declined", "parked", "already_planned")


def table(name: str) -> Rows:
    """Give all rows of a table, the moments in UTC."""
    columns = Base.metadata.tables[name]
    return [
        {key: value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
         for key, value in row.items()}
        for row in (dict(one) for one in db.session.execute(sa.select(columns).order_by(*columns.primary_key)).mappings())
    ]


def span(key: str) -> tuple[date, date]:
    """Give the first and the last day of a period."""
    year = int(key[:4])
    months = range(1, 13)
    if "Q" in key:
        months = range(int(key[-1]) * 3 - 2, int(key[-1]) * 3 + 1)
    elif len(key) == 7:
        months = range(int(key[5:]), int(key[5:]) + 1)
    last = months[-1]
    return date(year, months[0], 1), (date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1))


class Sorted(dict[tuple[str, str], list[Any]]):
    """Things by row; a row without any has none, and does not come into being by being asked for."""

    def __missing__(self, _row: tuple[str, str]) -> list[Any]:
        return []


class Oracle:
    """The rows of one period, as of a moment; each kind of report says how its cells are made of them."""

    def __init__(self, key: str, now: datetime) -> None:
        self.key = key
        self.since, last = span(key)
        self.until = min(last, now.astimezone(BERLIN).date())
        self.end = datetime.combine(self.until + timedelta(days=1), datetime.min.time(), BERLIN)
        self.moment = min(self.end, now)
        for name in ("site", "department", "person", "membership", "idea", "submitter", "decision", "party", "record",
                     "confirmation", "measure", "measure_figure", "award", "award_part", "journal_entry", "step",
                     "submitter_identity", "programme_cost"):
            setattr(self, f"{name}s", table(name))
        self.person = {row["id"]: row for row in self.persons}
        self.parent = {row["id"]: row["parent_id"] for row in self.departments}
        self.site = {row["id"]: row for row in self.sites}
        identity = {row["submitter_id"]: row["person_id"] for row in self.submitter_identitys}
        self.who = {row["id"]: row["person_id"] or identity[row["id"]] for row in self.submitters}
        self.idea = {row["id"]: row for row in self.ideas}
        self.days: dict[Any, bool] = {}
        self.cells: Cells = {}

    # -- days --------------------------------------------------------------------------------------------------------

    def on(self, at: datetime | None) -> date | None:
        return at.astimezone(BERLIN).date() if at else None

    def inside(self, at: datetime | None) -> bool:
        day = self.on(at)
        return day is not None and self.since <= day <= self.until

    def before_end(self, at: datetime | None) -> bool:
        return at is not None and at < self.end

    def works(self, site: dict[str, Any], day: date) -> bool:
        key = site["id"], day
        if key not in self.days:
            free = holidays.country_holidays(site["country"], subdiv=site["subdivision"] or None, years=day.year)
            self.days[key] = str(day.weekday()) in site["working_weekdays"] and day not in free
        return self.days[key]

    def working_days(self, site: dict[str, Any], start: date, end: date) -> int:
        count = 0
        while start < end:
            start += timedelta(days=1)
            count += self.works(site, start)
        return count

    # -- places ------------------------------------------------------------------------------------------------------

    def path(self, department_id: int | None) -> list[tuple[str, str]]:
        found = []
        while department_id is not None:
            found.append(("department", str(department_id)))
            department_id = self.parent[department_id]
        return found or [("department", "none")]

    def rows_of(self, person_id: int | None, department_id: int | None) -> list[tuple[str, str]]:
        if person_id is None:
            return [("all", "all"), ("department", "none"), ("site", "none"), ("group", "none"), ("service", "none"),
                    ("site_group", "none|none")]
        person = self.person[person_id]
        service = "none"
        if person["entered_on"] is not None and person["entered_on"] <= self.until:
            years = 0
            while True:
                try:
                    next_ = person["entered_on"].replace(year=person["entered_on"].year + years + 1)
                except ValueError:  # 29 February
                    next_ = date(person["entered_on"].year + years + 1, 3, 1)
                if next_ > self.until:
                    break
                years += 1
            service = "0" if years < 1 else "1" if years < 5 else "5" if years < 10 else "10" if years < 20 else "20"
        site, group = str(person["site_id"]), person["employment_group"]
        return [("all", "all"), *self.path(department_id), ("site", site), ("group", group), ("service", service),
                ("site_group", f"{site}|{group}")]

    def team(self, idea: dict[str, Any]) -> list[tuple[int, int | None]]:
        parts = sorted((s for s in self.submitters if s["idea_id"] == idea["id"] and s["state"] == "accepted"),
                       key=lambda s: (s["position"], s["id"]))
        return [(self.who[s["id"]], s["department_id"]) for s in parts]

    def idea_rows(self, idea: dict[str, Any]) -> list[tuple[str, str]]:
        team = self.team(idea)
        first = team[0] if team else (None, None)
        return [*self.rows_of(*first), ("area", idea["area"] or "none")]

    def decider_rows(self, idea: dict[str, Any]) -> list[tuple[str, str]]:
        return [("all", "all"), *self.path(idea["department_id"]), ("area", idea["area"] or "none")]

    # -- helpers -----------------------------------------------------------------------------------------------------

    def put(self, figure: str, row: tuple[str, str], numerator: Any, denominator: Any, value: Any) -> None:
        self.cells[figure, *row] = (numerator, denominator, value)

    def put_rate(self, figure: str, row: tuple[str, str], numerator: int, denominator: int, factor: float = 100) -> None:
        self.put(figure, row, numerator, denominator, numerator * factor / denominator if denominator else None)

    def put_count(self, figure: str, row: tuple[str, str], number: int, denominator: int | None = None) -> None:
        self.put(figure, row, number, denominator, float(number))

    def put_days(self, figure: str, row: tuple[str, str], days: list[int]) -> None:
        self.put(figure, row, None, len(days), median(days) if days else None)

    def sort(self, things: Iterable[Any], rows: Callable[[Any], list[tuple[str, str]]]) -> Sorted:
        found = Sorted()
        for thing in things:
            for row in rows(thing):
                found.setdefault(row, []).append(thing)
        return found

    def entitled(self) -> dict[int, int | None]:
        found: dict[int, int | None] = {}
        for person in self.persons:
            there = person["left_on"] >= self.until if person["left_on"] else person["active"]
            begun = person["entered_on"] is None or person["entered_on"] <= self.until
            if person["entitled"] and begun and there:
                mine = [m for m in self.memberships if m["person_id"] == person["id"] and m["from_on"] <= self.until
                        and (m["until_on"] is None or m["until_on"] >= self.until)]
                mine.sort(key=lambda m: (m["from_on"], m["id"]))
                found[person["id"]] = mine[-1]["department_id"] if mine else None
        return found

    # -- what became of ideas ----------------------------------------------------------------------------------------

    def merits(self, idea_id: int) -> Rows:
        found = [d for d in self.decisions if d["idea_id"] == idea_id and d["kind"] in ("merit", "short")
                 and d["outcome"] in MERIT and self.before_end(d["decided_at"]) and not self.before_end(d["revoked_at"])]
        return sorted(found, key=lambda d: (d["decided_at"], d["id"]))

    def done_on(self, idea_id: int) -> date | None:
        left = [m for m in self.measures if m["idea_id"] == idea_id and self.before_end(m["created_at"])
                and not self.before_end(m["abandoned_at"])]
        days = [m["done_on"] for m in left]
        if not days or any(day is None or day > self.until for day in days):
            return None
        return max(days)
