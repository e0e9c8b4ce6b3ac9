"""The figures of how long things take once more, naively, from their definitions; see oracle."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.reports.oracle_base import Cells, Oracle

ANSWERS = ("assign", "ask", "team_does_it", "have_it_examined", "hand_over", "pass_on_fault", "offer_talk", "record_talk",
           "write_closing")


class Flow(Oracle):
    """What was answered, decided and closed, and after how many days; what waits."""

    def count(self) -> Cells:
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
