"""What changes among the people: holidays and sickness, joining and leaving, other departments."""

from datetime import date, timedelta

import sqlalchemy as sa

from suggestbox.conversations.models import SETTLED, Party
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.people.directory import Directory
from suggestbox.people.models import Absence, Deputy, Membership, Person, RoleGrant
from suggestbox.reviews.models import Assignment

from .company import Founder
from .world import World

HOLIDAYS = ((10, 15), (3, 8), (1, 4))
"""Calendar days of the blocks of a year's holidays: (fewest, most)."""

SICK_EACH_DAY = 0.006
LEAVE_IN_A_YEAR, MOVE_IN_A_YEAR = 0.07, 0.03


def plan_holidays(w: World) -> None:
    """Write down everybody's holidays of the year, as they are known early. Inside `work()`."""
    rows = []
    for person_id in sorted(w.book.people):
        dice = w.dice("holidays", person_id)
        for least, most in HOLIDAYS:
            first = w.start + timedelta(days=dice.randint(0, max(w.days, 365) - 1))
            if least > 5 and dice.random() < 0.6:  # most people want the summer
                first = date(w.start.year, 7, 1) + timedelta(days=dice.randint(0, 55))
            rows.append({"person_id": person_id, "from_on": first,
                         "until_on": first + timedelta(days=dice.randint(least, most))})
    db.session.execute(sa.insert(Absence), rows)


class Changes:
    """Takes the world and the founder, who knows how to make a person."""

    def __init__(self, world: World, founder: Founder):
        self.world, self.founder = world, founder
        self.sick_until: dict[int, date] = {}
        self.left = 0
        self.book = Directory(0, world.start)

    def morning(self) -> None:
        """Let happen what happens overnight. Inside `work()`."""
        w = self.world
        if w.today.weekday() >= 5:
            return
        dice = w.dice("morning", w.today)
        self.book = w.last_book  # of yesterday: today's is read once, when all is done
        people = [b.id for b in self.book.people.values() if b.active]
        for person_id in sorted(dice.sample(people, max(1, round(len(people) * SICK_EACH_DAY)))):
            if self.sick_until.get(person_id, w.today) <= w.today:
                self.sick_until[person_id] = w.today + timedelta(days=dice.choice((1, 1, 2, 4, 9, 16)))
                db.session.add(Absence(person_id=person_id, from_on=w.today, until_on=self.sick_until[person_id]))
        for person_id in self._leaving(people):
            self._leave(person_id)
        for _n in range(self._times("move", MOVE_IN_A_YEAR, len(people))):
            self._move(dice.choice(people))

    def _times(self, what: str, rate: float, people: int) -> int:
        dice, wanted = self.world.dice(what, self.world.today), rate * people / 260
        return int(wanted) + (dice.random() < wanted % 1)

    def _leaving(self, people: list[int]) -> list[int]:
        """Some leave by chance; now and then somebody who owes an assessment, or is owed a talk."""
        w = self.world
        dice = w.dice("leaving", w.today)
        chosen = [dice.choice(people) for _n in range(self._times("leave", LEAVE_IN_A_YEAR, len(people)))]
        if w.leans("reviewer leaves", dice, 0, 0.9):
            owing = sa.select(Assignment.person_id).join(Idea, Idea.id == Assignment.idea_id).where(
                Assignment.state == "open", Idea.stage == "in_review", Assignment.round == Idea.round)
            chosen += self._one(sorted(set(db.session.scalars(owing))), "reviewer")
        if w.leans("submitter leaves", dice, 0, 1.2):
            owed = sa.select(Submitter.person_id).join(Party, Party.submitter_id == Submitter.id).join(
                Idea, Idea.id == Party.idea_id).where(
                Party.state.not_in(SETTLED), Party.round == Idea.round, Idea.stage == "conversation",
                Submitter.person_id.is_not(None), Submitter.state == "accepted")
            chosen += self._one(sorted(set(db.session.scalars(owed))), "submitter")
        return sorted(set(chosen) & set(people))

    def _one(self, people: list[int], what: str) -> list[int]:
        return [self.world.dice("leaves", what, self.world.today).choice(people)] if people else []

    def _leave(self, person_id: int) -> None:
        """Somebody leaves, and somebody else comes for them; offices go on to others, except the highest."""
        w, company = self.world, self.world.company
        if person_id in company.head_of.values() or any(
                person_id in company.offices.get(role, []) for role in ("idea_manager", "admin", "works_council",
                                                                        "hr_analyst", "leadership")):
            return
        person = w.person(person_id)
        brief = self.book.people[person_id]
        person.left_on, person.active = w.today - timedelta(days=1), False
        self.left += 1
        w.note("left")
        if brief.department_id is None:
            return
        new = self.founder.person(brief.department_id, site_id=person.site_id, superior_id=person.superior_id,
                                  desk=person.has_desk, entered_on=w.today)
        db.session.execute(sa.update(Person).where(Person.superior_id == person_id).values(superior_id=new.id))
        for grant in db.session.scalars(sa.select(RoleGrant).where(
                RoleGrant.person_id == person_id, RoleGrant.until_on.is_(None))):
            grant.until_on = w.today - timedelta(days=1)
            if grant.from_on and grant.until_on < grant.from_on:
                grant.until_on = grant.from_on
            if grant.role != "expert":
                self.founder.grant(new, grant.role, grant.department_id)
        if person_id in company.experts:
            company.experts.remove(person_id)
            self.founder.make_expert(new)
        db.session.execute(sa.delete(Deputy).where(Deputy.deputy_id == person_id))

    def _move(self, person_id: int) -> None:
        """Somebody without an office goes to another department."""
        w = self.world
        if self.book.roles_of.get(person_id) or person_id not in self.book.people:
            return
        department_id = w.dice("moves to", person_id, w.today).choice(w.company.departments)
        head_id = w.company.head_of[department_id]
        brief = self.book.people[person_id]
        if department_id == brief.department_id or not brief.active:
            return
        for row in db.session.scalars(sa.select(Membership).where(
                Membership.person_id == person_id, Membership.until_on.is_(None))):
            row.until_on = max(row.from_on, w.today - timedelta(days=1))
        db.session.add(Membership(person_id=person_id, department_id=department_id, from_on=w.today))
        w.person(person_id).superior_id = head_id
        w.note("moved_department")
