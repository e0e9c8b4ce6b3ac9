"""A house full of random rows, put straight into the tables: what figures are counted from, in every odd combination."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from suggestbox.awards.models import Award, AwardPart, AwardRules
from suggestbox.conversations.models import SETTLED, Confirmation, Party, Record
from suggestbox.core.database import db
from suggestbox.core.settings import HouseRule
from suggestbox.ideas.models import AREAS, MERIT_OUTCOMES, Idea, Submitter, SubmitterIdentity
from suggestbox.journal.models import Entry
from suggestbox.measures.models import Measure, MeasureFigure
from suggestbox.people.models import EMPLOYMENT_GROUPS, Department, Membership, Person, Site
from suggestbox.reports.facts_ideas import ANSWERS
from suggestbox.reports.models import ProgrammeCost
from suggestbox.reviews.models import Decision
from suggestbox.rules.models import RulesVersion
from suggestbox.steps.models import KINDS, Step
from tests.reports.random_voices import speak

NOW = datetime(2027, 1, 20, 9, 0, tzinfo=UTC)
EDGES = (
    datetime(2026, 12, 31, 22, 59, 59, 999999, tzinfo=UTC),  # the last moment of 2026 at headquarters in Berlin
    datetime(2026, 12, 31, 23, 0, tzinfo=UTC),  # the first of 2027 there; still 2026 in London and New York
    datetime(2026, 11, 30, 23, 0, tzinfo=UTC), datetime(2026, 10, 1, 3, 59, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 0, tzinfo=UTC), datetime(2026, 3, 31, 21, 59, tzinfo=UTC),
)


def put(model: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows, filled up so that all have the same columns."""
    names = {name for row in rows for name in row}
    if rows:
        db.session.execute(sa.insert(model), [{name: row.get(name) for name in names} for row in rows])


class House:
    """Makes one from a seed; call `build()` inside `work()`."""

    def __init__(self, seed: int, *, people: int = 40, ideas: int = 90) -> None:
        self.dice = Random(seed)
        self.people, self.ideas = people, ideas
        self.rows: dict[Any, list[dict[str, Any]]] = {}

    def add(self, model: Any, **columns: Any) -> int:
        mine = self.rows.setdefault(model, [])
        mine.append({"id": len(mine) + 1, **columns})
        return len(mine)

    def moment(self, *, since: date = date(2026, 1, 1), days: int = 384) -> datetime:
        if self.dice.random() < 0.25:
            return self.dice.choice(EDGES)
        start = datetime(since.year, since.month, since.day, tzinfo=UTC)
        return min(start + timedelta(days=self.dice.randrange(days), seconds=self.dice.randrange(86400)), NOW)

    def later(self, at: datetime, days: int) -> datetime:
        return min(at + timedelta(days=self.dice.randrange(days), seconds=self.dice.randrange(86400)), NOW)

    def day(self, first: date, days: int) -> date:
        return first + timedelta(days=self.dice.randrange(days))

    def maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def build(self) -> None:
        for key, zone, country, part in (("bremen", "Europe/Berlin", "DE", "HB"), ("leeds", "Europe/London", "GB", "ENG"),
                                         ("albany", "America/New_York", "US", "NY")):
            self.add(Site, key=key, name=key.title(), time_zone=zone, country=country, subdivision=part)
        for parent in (None, 1, 1, 2, 2, None, 6):
            number = len(self.rows.get(Department, [])) + 1
            self.add(Department, key=f"d{number}", name=f"Abteilung {number}", name_en="", parent_id=parent, active=True)
        for _ in range(self.people):
            self._person()
        self._rules()
        self.add(AwardRules, number=1, name_de="R", name_en="R", from_on=date(2020, 1, 1), document={}, made_at=NOW)
        for _ in range(self.ideas):
            self._idea()
        for kind in ("administration", "promotion", "promotion"):
            self.add(ProgrammeCost, year=2026, kind=kind, cents=self.dice.randrange(1, 10**7), at=NOW, by_id=1)
        identities = self.rows.pop(SubmitterIdentity, [])
        versions = [{name: row[name] for name in row if name != "id"} for row in self.rows.pop(RulesVersion)]  # more come later
        put(RulesVersion, versions)
        for model in (Site, Department, Person, Membership, AwardRules, Idea, Submitter):
            put(model, self.rows.get(model, []))
        put(SubmitterIdentity, [{name: row[name] for name in ("submitter_id", "person_id")} for row in identities])
        for model in (Decision, Party, Record, Confirmation, Entry, Measure, MeasureFigure, Award, AwardPart, Step,
                      ProgrammeCost):
            put(model, self.rows.get(model, []))
        for model, rows in speak(self.dice, 3 * self.ideas, NOW).items():
            put(model, rows)

    def _rules(self) -> None:
        """Let the days until a talk change twice; the oldest ideas come from before the first version."""
        for number, from_at in enumerate((datetime(2024, 12, 1, tzinfo=UTC), *EDGES[4:]), 1):
            days = self.dice.choice((1, 4, 10, 15, 40))
            self.add(RulesVersion, number=number, from_at=from_at, reason="r", changes=[],
                     document={"settings": {"workflow.talk_days": days}})
        put(HouseRule, [{"name": "workflow.talk_days", "value": days, "changed_at": from_at}])

    def _person(self) -> None:
        left_on = self.day(date(2026, 6, 1), 235) if self.maybe(0.3) else None
        number = self.add(
            Person, personnel_no=f"p{len(self.rows.get(Person, []))}", given_name="A", family_name="B",
            site_id=self.dice.choice((1, 1, 1, 2, 3)), employment_group=self.dice.choice(EMPLOYMENT_GROUPS[:3]),
            entered_on=self.day(date(1998, 1, 1), 10600) if self.maybe(0.85) else None, left_on=left_on,
            entitled=self.maybe(0.9), active=self.maybe(0.95) if left_on is None else left_on > NOW.date(),
        )
        if self.maybe(0.9):
            moved = self.day(date(2026, 2, 1), 330)
            both = self.maybe(0.4)
            self.add(Membership, person_id=number, department_id=self.dice.randint(1, 7), from_on=date(2020, 1, 1),
                     until_on=moved if both else None)
            if both:
                self.add(Membership, person_id=number, department_id=self.dice.randint(1, 7),
                         from_on=moved + timedelta(days=self.dice.choice((0, 1))))

    def _idea(self) -> None:
        handed_in = self.moment(since=date(2024, 6, 1), days=960) if self.maybe(0.3) else self.moment()
        number = len(self.rows.get(Idea, [])) + 1
        if self.maybe(0.05):
            self.add(Idea, stage="draft", title="x", department_id=1, created_at=NOW, changed_at=NOW)
            return
        stage = self.dice.choice(("submitted", "closed", "closed", "closed", "conversation", "withdrawn"))
        decided = stage in ("closed", "conversation")
        outcome = self.dice.choice((*MERIT_OUTCOMES, "adopted", "adopted", "passed_on")) if decided else None
        decided_at = self.later(handed_in, 90) if decided else None
        closed_at = self.later(decided_at, 60) if decided_at and stage == "closed" else None
        idea_id = self.add(
            Idea, stage=stage, number=f"n-{number}", title="x", area=self.dice.choice((*AREAS, "")),
            department_id=self.dice.choice((None, 1, 2, 3, 4, 5, 6, 7)), way=self.dice.choice(("ordinary", "short")),
            created_at=handed_in, changed_at=NOW, submitted_at=handed_in, decided_at=decided_at, outcome=outcome,
            released_at=decided_at, closed_at=closed_at, ending=self.dice.choice(("confirmed", "unconfirmed"))
            if closed_at else None, withdrawn_at=self.later(handed_in, 60) if stage == "withdrawn" else None,
            round=self.dice.choice((1, 1, 2)), version=1, text_version=1, turn=1,
        )
        parts = self._submitters(idea_id)
        self._decisions(idea_id, handed_in)
        for submitter_id in parts:
            self._talks(idea_id, submitter_id)
        for _ in range(self.dice.randrange(4)):
            self.add(Entry, at=self.later(handed_in, 40), idea_id=idea_id, audience="all", facts={},
                     kind=self.dice.choice((*ANSWERS, "score", "settle")), role=self.dice.choice(("person", "person", "house")))
        for _ in range(self.dice.choice((0, 0, 1, 2)) if decided else 0):
            self._measure(idea_id, handed_in)
        if decided and self.maybe(0.4):
            self._award(idea_id, parts)
        for _ in range(self.dice.randrange(3)):
            self._step(idea_id, parts, handed_in)

    def _submitters(self, idea_id: int) -> list[int]:
        confidential = self.maybe(0.2)
        found = []
        for position, person_id in enumerate(self.dice.sample(range(1, self.people + 1), self.dice.choice((1, 1, 1, 2, 4)))):
            number = self.add(
                Submitter, idea_id=idea_id, person_id=None if confidential else person_id, position=position,
                state=self.dice.choice(("accepted", "accepted", "accepted", "invited", "left", "declined")),
                department_id=self.dice.choice((None, 1, 2, 3, 4, 5, 6, 7)),
            )
            if confidential:
                self.add(SubmitterIdentity, submitter_id=number, person_id=person_id)
            found.append(number)
        return found

    def _decisions(self, idea_id: int, handed_in: datetime) -> None:
        for round_ in range(1, self.dice.choice((1, 2, 2, 3))):
            for standing in (False, True):
                if not self.maybe(0.3 if not standing else 0.9):
                    continue
                at = self.later(handed_in, 150)
                self.add(
                    Decision, idea_id=idea_id, round=round_, kind=self.dice.choice(("merit", "merit", "short", "duplicate")),
                    outcome=self.dice.choice((*MERIT_OUTCOMES, "adopted", "duplicate")), reasons="r", change_for_yes="c",
                    return_on=date(2027, 3, 1), proof="p", proof_on=date(2026, 1, 1), decided_by_id=1, decided_at=at,
                    revoked_at=None if standing else self.later(at, 60),
                )

    def _talks(self, idea_id: int, submitter_id: int) -> None:
        for round_ in range(1, self.dice.choice((1, 2, 3))):
            owed_at = self.moment()
            state = self.dice.choice((*SETTLED, "owed", "offered", "held", "held"))
            attempt = self.dice.choice((1, 1, 2, 3))
            party_id = self.add(
                Party, idea_id=idea_id, submitter_id=submitter_id, round=round_, attempt=attempt,
                host_id=self.dice.randint(1, self.people), state=state, owed_at=owed_at,
                settled_at=self.later(owed_at, 40) if state in SETTLED else None, missed_by_submitter=2,
                unanswered_offers=2, written_text="w",
            )
            for number in range(1, attempt + 1):
                if self.maybe(0.7):
                    at = self.later(owed_at, 30)
                    self.add(Record, party_id=party_id, attempt=number, host_id=1, held_on=self.day(at.date(), 12), said="s",
                             recorded_at=at, denied_at=self.later(at, 30) if self.maybe(0.3) else None)
                if self.maybe(0.7):
                    self.add(Confirmation, party_id=party_id, attempt=number, took_place=self.maybe(0.8),
                             follows=self.dice.choice(("yes", "yes", "partly", "no", None)),
                             appreciated=self.dice.choice((1, 2, 3, 4, 5, None)), at=self.later(owed_at, 60))

    def _measure(self, idea_id: int, handed_in: datetime) -> None:
        state = self.dice.choice(("planned", "done", "done", "abandoned"))
        created_at = self.later(handed_in, 60)
        done_at = self.later(created_at, 120) if state == "done" else None
        number = self.add(
            Measure, idea_id=idea_id, title="m", owner_id=1, state=state, due_on=date(2027, 1, 1),
            first_due_on=date(2027, 1, 1), created_at=created_at, created_by_id=1, done_at=done_at,
            done_on=done_at.date() if done_at else None,
            abandoned_at=self.later(created_at, 120) if state == "abandoned" else None,
            abandoned_reasons="a" if state == "abandoned" else "", version=1,
        )
        for kind in ("expected", "agreed", "measured"):
            for version in range(1, self.dice.choice((1, 2, 3))):
                savings, cost = self.dice.randrange(10**6), self.dice.randrange(10**5)
                second = self.dice.choice(("no", "confirmed", "waits", "doubted"))
                self.add(
                    MeasureFigure, measure_id=number, kind=kind, version=version, savings_cents=savings,
                    one_off_cost_cents=cost, one_off_first_year_cents=cost, net_cents=savings - cost, lines=[], reason="r",
                    by_id=1, at=NOW, needs_second=second != "no", confirmed_at=NOW if second == "confirmed" else None,
                    doubted_at=NOW if second == "doubted" else None,
                )

    def _award(self, idea_id: int, parts: list[int]) -> None:
        at, last, paid = self.moment(), self.dice.choice((1, 1, 2)), dict.fromkeys(parts, 0)
        for version in range(1, last + 1):
            state = "replaced" if version < last else self.dice.choice(("granted", "granted", "dropped"))
            at = self.later(at, 60)
            for part in parts:
                paid[part] += self.dice.choice((0, 0, 1, 12345))
            number = self.add(
                Award, idea_id=idea_id, version=version, rules_id=1, basis="benefit", steps=[], cents=sum(paid.values()),
                state=state, proposed_at=at, proposed_by_id=1, granted_at=None if state == "dropped" else at,
                row_version=1,
            )
            for part in parts:
                self.add(AwardPart, award_id=number, submitter_id=part, points=1, share_cents=paid[part], cents=paid[part])

    def _step(self, idea_id: int, parts: list[int], handed_in: datetime) -> None:
        created_at = self.later(handed_in, 100)
        number = len(self.rows.get(Step, [])) + 1
        mine = self.maybe(0.2)
        done_at = self.later(created_at, 60) if self.maybe(0.6) else None
        self.add(
            Step, idea_id=idea_id, kind=self.dice.choice(KINDS), owner_id=None if mine else self.dice.randint(1, self.people),
            submitter_id=parts[0] if mine else None, subject_id=number, due_on=self.day(created_at.date(), 40),
            first_due_on=created_at.date(), created_at=created_at, done_at=done_at, outcome="done" if done_at else "",
        )
