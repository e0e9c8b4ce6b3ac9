"""Every figure once more, naively: plain Python over plain rows, written from the definitions and from nothing else.

It reads whole tables into lists of dicts and goes through them with loops. It shares no code with `suggestbox.reports`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from statistics import fmean, median
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import sqlalchemy as sa

from suggestbox.core.database import Base, db
from tests.reports.oracle_voices import customers

Rows = list[dict[str, Any]]
Cells = dict[tuple[str, str, str], tuple[Any, Any, Any]]
"""{(figure, dimension, row): (numerator, denominator, value)}."""

BERLIN = ZoneInfo("Europe/Berlin")
MERIT = ("adopted", "adopted_in_part", "trial", "declined", "parked", "already_planned")
YES = ("adopted", "adopted_in_part", "trial")
ANSWERS = ("assign", "ask", "team_does_it", "have_it_examined", "hand_over", "pass_on_fault", "offer_talk", "record_talk",
           "write_closing")


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
    """All figures of one period, as of a moment."""

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

    # -- participation -----------------------------------------------------------------------------------------------

    def participation(self) -> Cells:
        everybody = self.entitled()
        heads = self.sort(everybody, lambda person_id: self.rows_of(person_id, everybody[person_id]))
        ideas = sorted((i for i in self.ideas if self.inside(i["submitted_at"])), key=lambda i: (i["submitted_at"], i["id"]))
        volume = self.sort(ideas, self.idea_rows)
        first: dict[int, int | None] = {}
        for idea in ideas:
            for person_id, department_id in self.team(idea):
                first.setdefault(person_id, department_id)
        submitters = self.sort(first, lambda person_id: self.rows_of(person_id, first[person_id]))
        for row in {*heads, *volume, *submitters, ("all", "all")}:
            p, e, v = len(heads[row]), len(submitters[row]), len(volume[row])
            self.put_count("ideas", row, v)
            if row[0] != "area":
                self.put_count("entitled", row, p)
                self.put_count("submitters", row, e)
                self.put_rate("participation_rate", row, e, p)
                self.put_rate("suggestion_rate", row, v, p)
        everyone = ("all", "all")
        self.put_count("submitters_left", everyone, len(set(first) - set(everybody)))
        self.put_count("ideas_short", everyone, sum(i["way"] == "short" for i in ideas))
        self.put_count("ideas_withdrawn", everyone, sum(self.inside(i["withdrawn_at"]) for i in self.ideas))
        merits = {i["id"]: self.merits(i["id"]) for i in self.ideas}
        now_decided = [i for i in self.ideas if merits[i["id"]] and self.inside(merits[i["id"]][0]["decided_at"])]
        self.put_count("decided_short", everyone, sum(merits[i["id"]][0]["kind"] == "short" for i in now_decided))
        ordinary = [i for i in now_decided if merits[i["id"]][0]["kind"] == "merit"]
        decided = self.sort(ordinary, lambda i: [*self.idea_rows(i), ("outcome", merits[i["id"]][-1]["outcome"])])
        for row in {*heads, *decided, everyone}:
            own = decided[row]
            self.put_count("decided", row, len(own))
            if row[0] != "outcome":
                self.put_rate("acceptance_rate", row, sum(merits[i["id"]][-1]["outcome"] in YES for i in own), len(own))
        self.implementation()
        return self.cells

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

    def implementation(self) -> None:
        by_year: dict[int, Rows] = defaultdict(list)
        for idea in self.ideas:
            day = self.on(idea["submitted_at"])
            if day and day <= self.until and day.year > self.until.year - 5:
                by_year[day.year].append(idea)
        for year, ideas in by_year.items():
            self.put_rate("implementation_rate", ("year", str(year)), sum(self.done_on(i["id"]) is not None for i in ideas),
                          len(ideas))
        mine = by_year[self.until.year]
        rows = self.sort(mine, self.idea_rows if len(self.key) == 4 else lambda _idea: [("all", "all")])
        for row in {*rows, ("all", "all")}:
            self.put_rate("implementation_rate", row, sum(self.done_on(i["id"]) is not None for i in rows[row]),
                          len(rows[row]))

    # -- flow --------------------------------------------------------------------------------------------------------

    def flow(self) -> Cells:
        closed = self.sort((i for i in self.ideas if i["stage"] == "closed" and self.inside(i["closed_at"])),
                           self.decider_rows)
        last = {i["id"]: found[-1] for i in self.ideas if (found := self.merits(i["id"]))}
        inside = [i for i in self.ideas if i["id"] in last and self.inside(last[i["id"]]["decided_at"])]
        ordinary = self.sort((i for i in inside if last[i["id"]]["kind"] == "merit"), self.decider_rows)
        answers: dict[int, datetime] = {}
        for entry in self.journal_entrys:
            if entry["kind"] in ANSWERS and entry["role"] == "person":
                answers[entry["idea_id"]] = min(entry["at"], answers.get(entry["idea_id"], entry["at"]))
        answered = self.sort((i for i in self.ideas if i["submitted_at"] and self.inside(answers.get(i["id"]))),
                             self.decider_rows)

        def days(idea: dict[str, Any], at: datetime) -> int:
            return (self.on(at) - self.on(idea["submitted_at"])).days  # type: ignore[operator]

        for row in {*closed, *ordinary, *answered, ("all", "all")}:
            self.put_count("closed", row, len(closed[row]))
            ends = [(i, last[i["id"]]["decided_at"]) for i in ordinary[row]]
            self.put_days("lead_time", row, [days(i, at) for i, at in ends])
            self.put_days("lead_time_working", row, [
                self.working_days(self.sites[0], self.on(i["submitted_at"]), self.on(at)) for i, at in ends  # type: ignore
            ])
            self.put_days("first_answer", row, [days(i, answers[i["id"]]) for i in answered[row]])
        short = [i for i in inside if last[i["id"]]["kind"] == "short"]
        self.put_days("lead_time_short", ("all", "all"), [days(i, last[i["id"]]["decided_at"]) for i in short])
        waiting = [s for s in self.steps if s["created_at"] < self.moment
                   and not (s["done_at"] is not None and s["done_at"] < self.moment)]
        self.put_rate("open_steps", ("all", "all"), sum(self.overdue(s) for s in waiting), len(waiting))
        return self.cells

    def overdue(self, step: dict[str, Any]) -> bool:
        owner = self.person[step["owner_id"] or self.who[step["submitter_id"]]]
        site = self.site[owner["site_id"]]
        today = self.moment.astimezone(ZoneInfo(site["time_zone"])).date()
        return self.working_days(site, step["due_on"], today) > 0

    # -- closings ----------------------------------------------------------------------------------------------------

    def talks(self) -> Rows:
        found = []
        for party in self.partys:
            host = self.person[party["host_id"]]
            site = self.site[host["site_id"]]
            records = [r for r in self.records if r["party_id"] == party["id"] and self.before_end(r["recorded_at"])]
            said = [c for c in self.confirmations if c["party_id"] == party["id"]]
            for attempt in range(1, party["attempt"] + 1):
                current = attempt == party["attempt"]
                mine = [r for r in records if r["attempt"] == attempt]
                if current:
                    owed_at = party["owed_at"]
                elif attempt == 1:
                    of_round = [d for d in self.decisions if (d["idea_id"], d["round"]) == (party["idea_id"], party["round"])]
                    of_round.sort(key=lambda d: (d["revoked_at"] is None, d["decided_at"], d["id"]))
                    owed_at = of_round[-1]["decided_at"] if of_round else None
                else:
                    before = [c for c in said if c["attempt"] == attempt - 1]
                    owed_at = before[-1]["at"] if before else None
                if owed_at is None or not self.before_end(owed_at) or (not current and not mine):
                    continue
                due, left = owed_at.astimezone(ZoneInfo(site["time_zone"])).date(), 10
                while left:
                    due += timedelta(days=1)
                    left -= self.works(site, due)
                if not self.since <= due <= self.until:
                    continue
                held = [r for r in mine if not self.before_end(r["denied_at"])]
                state = "held" if held else "open"
                if not held and current and self.before_end(party["settled_at"]) and party["state"] != "held":
                    state = party["state"]
                confirmed = bool(held) and any(c["attempt"] == attempt and c["took_place"] and self.before_end(c["at"])
                                               for c in said)
                found.append({"idea": self.idea[party["idea_id"]], "state": state, "confirmed": confirmed,
                              "in_time": bool(held) and held[0]["held_on"] <= due})
        return found

    def closings(self) -> Cells:
        everyone = ("all", "all")
        due = self.sort(self.talks(), lambda talk: self.decider_rows(talk["idea"]))
        for row in {*due, everyone}:
            own = due[row]
            held = [talk for talk in own if talk["state"] == "held"]
            self.put_rate("conversation_rate", row, len(held), len(own))
            self.put_rate("talks_confirmed", row, sum(talk["confirmed"] for talk in held), len(held))
            self.put_rate("on_time", row, sum(talk["in_time"] for talk in own), len(own))
            for state in ("declined", "unanswered", "missed", "written", "unreachable", "open"):
                self.put_count(f"talks_{state}", row, sum(talk["state"] == state for talk in own), len(own))
            self.put_count("talks_instead", row, sum(talk["state"] not in ("held", "open") for talk in own), len(own))
        party = {row["id"]: row for row in self.partys}
        said = [c for c in self.confirmations if self.inside(c["at"]) and (c["follows"] or c["appreciated"])]
        answered = self.sort(said, lambda c: self.decider_rows(self.idea[party[c["party_id"]]["idea_id"]]))
        for row in {*answered, everyone}:
            words = [c["follows"] for c in answered[row] if c["follows"]]
            marks = [c["appreciated"] for c in answered[row] if c["appreciated"]]
            self.put_rate("comprehensibility", row, words.count("yes"), len(words))
            self.put("appreciation", row, None, len(marks), fmean(marks) if marks else None)
        closed = [p for p in self.partys if self.idea[p["idea_id"]]["stage"] == "closed"
                  and self.inside(self.idea[p["idea_id"]]["closed_at"]) and p["round"] == self.idea[p["idea_id"]]["round"]]
        heard = {p["id"]: any(c["party_id"] == p["id"] and c["attempt"] == p["attempt"] and c["follows"]
                              and self.before_end(c["at"]) for c in self.confirmations) for p in closed}
        ended = self.sort(closed, lambda p: self.decider_rows(self.idea[p["idea_id"]]))
        for row in {*ended, everyone}:
            self.put_rate("unconfirmed", row, sum(not heard[p["id"]] for p in ended[row]), len(ended[row]))
        return self.cells

    # -- money -------------------------------------------------------------------------------------------------------

    def net(self, measure: dict[str, Any]) -> int | None:
        best = None
        for kind in ("expected", "agreed", "measured"):
            own = [f for f in self.measure_figures if f["measure_id"] == measure["id"] and f["kind"] == kind
                   and f["doubted_at"] is None and (not f["needs_second"] or f["confirmed_at"] is not None)]
            if own:
                best = max(own, key=lambda f: f["version"])
        if best is None:
            return None
        return int(best["savings_cents"] + best["revenue_cents"] - best["running_cost_cents"]
                   - best["one_off_first_year_cents"])

    def money_rows(self, idea: dict[str, Any]) -> list[tuple[str, str]]:
        return [row for row in self.idea_rows(idea) if row[0] in ("all", "department", "site", "area")]

    def heads(self) -> Sorted:
        everybody = self.entitled()
        found = self.sort(everybody, lambda person_id: self.rows_of(person_id, everybody[person_id]))
        return Sorted({row: people for row, people in found.items() if row[0] in ("all", "department", "site")})

    def done(self) -> list[tuple[dict[str, Any], int]]:
        return [(self.idea[m["idea_id"]], net) for m in self.measures
                if m["state"] == "done" and self.since <= m["done_on"] <= self.until and (net := self.net(m)) is not None]

    def benefit(self) -> Cells:
        heads = self.heads()
        done = self.sort(self.done(), lambda pair: self.money_rows(pair[0]))
        for row in {*done, *heads, ("all", "all")}:
            total = sum(net for _idea, net in done[row])
            self.put_count("net_benefit", row, total)
            if row[0] != "area":
                self.put_rate("benefit_per_employee", row, total, len(heads[row]), 1)
        finished = [i for i in self.ideas if (day := self.done_on(i["id"])) and day >= self.since]
        ended = self.sort(finished, self.money_rows)
        for row in {*ended, *heads, ("all", "all")}:
            total = sum(net for _idea, net in done[row])
            self.put_count("implemented", row, len(ended[row]))
            self.put_rate("benefit_per_idea", row, total, len(ended[row]), 1)
        self.put_rate("award_rate", ("all", "all"), sum(self.granted().values()), sum(net for _idea, net in self.done()))
        if len(self.key) == 4:
            latest = {c["kind"]: c["cents"] for c in self.programme_costs if c["year"] == int(self.key)}
            if latest:
                spent = sum(latest.values()) + sum(self.granted().values())
                self.put_rate("roi", ("all", "all"), sum(net for _idea, net in self.done()), spent, 1)
        return self.cells

    def granted(self) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        for award in self.awards:
            if award["state"] not in ("granted", "replaced") or not self.inside(award["granted_at"]):
                continue
            paid = sum(p["cents"] for p in self.award_parts if p["award_id"] == award["id"])
            before = [a for a in self.awards if a["idea_id"] == award["idea_id"] and a["state"] == "replaced"
                      and a["version"] < award["version"]]
            if before:
                previous = max(before, key=lambda a: a["version"])
                paid -= sum(p["cents"] for p in self.award_parts if p["award_id"] == previous["id"])
            found[award["idea_id"]] += paid
        return {idea_id: cents for idea_id, cents in found.items() if cents > 0}

    def awards_(self) -> Cells:
        granted = self.granted()
        own = self.sort(granted, lambda idea_id: self.money_rows(self.idea[idea_id]))
        for row in {*own, *self.heads(), ("all", "all")}:
            total = sum(granted[idea_id] for idea_id in own[row])
            self.put_count("awards", row, total)
            self.put_count("awarded", row, len(own[row]))
            self.put_rate("average_award", row, total, len(own[row]), 1)
        return self.cells


def all_cells(kind: str, key: str, now: datetime) -> Cells:
    """Give every figure of a kind of report for a period, unprotected."""
    oracle = Oracle(key, now)
    if kind == "customers":
        return customers(table, oracle.since, oracle.until)
    return {"participation": oracle.participation, "flow": oracle.flow, "closings": oracle.closings,
            "benefit": oracle.benefit, "awards": oracle.awards_}[kind]()
