"""The figures of who takes part once more, naively, from their definitions; see oracle."""

from collections import defaultdict

from tests.reports.oracle_base import Cells, Oracle, Rows

YES = ("adopted", "adopted_in_part", "trial")


class Participation(Oracle):
    """Who could hand in, who did, what became of it."""

    def count(self) -> Cells:
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
