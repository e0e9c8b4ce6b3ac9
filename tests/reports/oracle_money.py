"""The figures of benefit and awards once more, naively, from their definitions; see oracle."""

from collections import defaultdict
from typing import Any

from tests.reports.oracle_base import Cells, Oracle, Sorted


class Money(Oracle):
    """What measures bring in, and what was granted for them."""

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


class Benefit(Money):
    """What ideas bring in, by person and by idea, against what they cost."""

    def count(self) -> Cells:
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


class Awards(Money):
    """What was granted."""

    def count(self) -> Cells:
        granted = self.granted()
        own = self.sort(granted, lambda idea_id: self.money_rows(self.idea[idea_id]))
        for row in {*own, *self.heads(), ("all", "all")}:
            total = sum(granted[idea_id] for idea_id in own[row])
            self.put_count("awards", row, total)
            self.put_count("awarded", row, len(own[row]))
            self.put_rate("average_award", row, total, len(own[row]), 1)
        return self.cells
