"""The figures of closing conversations once more, naively, from their definitions; see oracle."""

from datetime import timedelta
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

from tests.reports.oracle_base import Cells, Oracle, Rows, table


class Closings(Oracle):
    """The talks that were due, what became of them, what was answered afterwards."""

    def days_for(self, idea: dict[str, Any]) -> int:
        """By the last version of the rules from before the idea was handed in; without one by the rules of today."""
        before = [v for v in table("rules_version") if v["from_at"] <= idea["submitted_at"]]
        if before:
            return max(before, key=lambda v: v["from_at"])["document"]["settings"]["workflow.talk_days"]  # type: ignore
        return next((r["value"] for r in table("house_rule") if r["name"] == "workflow.talk_days"), 10)

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
                due, left = owed_at.astimezone(ZoneInfo(site["time_zone"])).date(), self.days_for(self.idea[party["idea_id"]])
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

    def count(self) -> Cells:
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
