"""The report on participation, counted: who took part, how many ideas, how many were adopted and carried out."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from suggestbox.ideas.models import ADOPTING

from . import facts_ideas
from .counting import ALL, Backing, Counted, Group, Places, Row, View, atom_of, by_area, by_outcome, count, kind_of, rate
from .facts_ideas import IdeaFact
from .facts_people import NONE, People, Trait, read_departments, read_people, read_sites
from .figures import PEOPLE
from .naming import name_rows
from .periods import Period, period_of

CUTS = tuple(dimension for dimension in PEOPLE if dimension != "all")
YEARS_SHOWN = 5
"""Of the implementation rate by year of hand-in: the running one and those before it."""


class PeopleCount:
    """What figures about people are counted with: places of people, and headcounts of rows."""

    def __init__(self, period: Period, until: date, zone: str) -> None:
        self.period, self.until, self.zone = period, until, zone
        self.departments, self.sites = read_departments(), read_sites()
        self.people: People = read_people(period.since, until)
        self.places = Places(self.departments, self.people)
        self.inside: dict[Row, set[int]] = {}
        for person_id in sorted(self.people.entitled):
            for row in self.places.rows(self.people.traits[person_id]):
                self.inside.setdefault(row, set()).add(person_id)

    def about(self, row: Row) -> set[int]:
        """Give the people entitled a row is about; rows of ideas are about everybody."""
        return self.inside.get(ALL if row[0] in ("area", "outcome", "year") else row, set())

    def headcount(self, row: Row) -> int:
        """Give how many people a row is about."""
        return len(self.about(row))

    def backing(self, row: Row, behind: set[int], *, extreme: bool = False) -> Backing:
        """Give who stands behind a row: these people, and those in it who are not among them."""
        inside = self.about(row)
        return Backing(len(inside), len(behind), extreme, others=len(inside - behind))

    def view(self, dimensions: tuple[str, ...] = CUTS) -> View:
        """Give a view that cuts people, with everybody entitled in it."""
        view = View(dimensions)
        for person_id in self.people.entitled:
            trait = self.people.traits[person_id]
            kind = kind_of(trait)
            if kind not in view.people:
                view.put(self.places.rows(trait), kind)
            view.people[kind].add(person_id)
        return view

    def trait_of(self, idea: IdeaFact) -> Trait:
        """Give where an idea counts: where its first submitter does, in the department of hand-in."""
        first = idea.submitters[0] if idea.submitters else (None, None)
        return self.places.trait(*first)

    def rows_of(self, idea: IdeaFact) -> tuple[Row, ...]:
        """Give the rows an idea counts in, its area too."""
        return (*self.places.rows(self.trait_of(idea)), ("area", idea.area or NONE))

    def note(self, idea: IdeaFact, on: date, people: View, areas: View) -> None:
        """Note who stands behind an idea in both views, in the month of a day."""
        month = period_of(on, "month").key
        trait = self.trait_of(idea)
        kind, area = kind_of(trait), by_area(idea.area or NONE)
        people.put(self.places.rows(trait), kind)
        people.behind[atom_of(month, kind)] |= idea.people
        areas.put((ALL, ("area", idea.area or NONE)), area)
        areas.behind[atom_of(month, area)] |= idea.people


def count_participation(period: Period, until: date, zone: str) -> Counted:
    """Count the report on participation.

    Takes   until: the last day that is counted; of a period still running, today
    """
    whole = PeopleCount(period, until, zone)
    ideas = facts_ideas.handed_in(period.since, until, zone)
    cohort = ideas if period.kind == "year" else facts_ideas.handed_in(date(period.year, 1, 1), until, zone)
    company = Group("company", "")
    company.put("ideas_short", ALL, count(sum(idea.way == "short" for idea in ideas.values())))
    company.put("ideas_withdrawn", ALL, count(facts_ideas.count_withdrawn(period.since, until, zone)))
    groups = [
        _hand_ins(whole, ideas), _left(whole, ideas), _decisions(whole, company), _implementation(whole, cohort), company,
    ]
    used = {row for group in groups for row in group.backing} | {ALL}
    return Counted(groups, name_rows(used, whole.departments, whole.sites))


def _hand_ins(whole: PeopleCount, ideas: Mapping[int, IdeaFact]) -> Group:
    group = Group("handins", "people")
    people, areas = whole.view(), View(("area",))
    submitters: dict[Row, set[int]] = defaultdict(set)
    behind: dict[Row, set[int]] = defaultdict(set)
    volume: Counter[Row] = Counter()
    seen: set[int] = set()
    for idea in ideas.values():
        rows = whole.rows_of(idea)
        volume.update(rows)
        for row in rows:
            behind[row] |= idea.people
        whole.note(idea, idea.on, people, areas)
        for person_id, department_id in idea.submitters:
            if person_id in seen:
                continue
            seen.add(person_id)
            trait = whole.places.trait(person_id, department_id)
            for row in whole.places.rows(trait):
                submitters[row].add(person_id)
            people.put(whole.places.rows(trait), kind_of(trait))
            people.behind[atom_of(period_of(idea.on, "month").key, kind_of(trait))].add(person_id)
    for row in sorted({ALL} | set(whole.inside) | set(volume) | set(submitters)):
        group.put("ideas", row, count(volume[row]))
        if row[0] == "area":
            group.backing[row] = whole.backing(row, behind[row])
            continue
        who, entitled = submitters[row], whole.headcount(row)
        group.backing[row] = whole.backing(row, who, extreme=len(who) >= entitled)
        if row != ALL:  # ideas may count elsewhere than some of their submitters: few behind either is few
            group.backing[row].behind = min(len(who), len(behind[row]))
        group.put("entitled", row, count(entitled))
        group.put("submitters", row, count(len(who)))
        group.put("participation_rate", row, rate(len(who), entitled))
        group.put("suggestion_rate", row, rate(volume[row], entitled))
    group.views = [people, areas]
    return group


def _left(whole: PeopleCount, ideas: Mapping[int, IdeaFact]) -> Group:
    group = Group("left", "people")
    gone = {person_id for idea in ideas.values() for person_id in idea.people} - whole.people.entitled
    group.backing[ALL] = Backing(len(whole.people.left | gone), len(gone))
    group.put("submitters_left", ALL, count(len(gone)))
    return group


def _decisions(whole: PeopleCount, company: Group) -> Group:
    group = Group("decisions", "people")
    since = whole.period.since
    decided = [d for d in facts_ideas.decided(since, whole.until, whole.zone) if d.first_on >= since]
    company.put("decided_short", ALL, count(sum(d.first_short for d in decided)))
    ordinary = [d for d in decided if not d.first_short]
    ideas = facts_ideas.ideas_by_id([d.idea_id for d in ordinary], whole.zone)
    people, areas, outcomes = whole.view(), View(("area",)), View(("outcome",))
    total: Counter[Row] = Counter()
    accepted: Counter[Row] = Counter()
    behind: dict[Row, set[int]] = defaultdict(set)
    for decision in ordinary:
        idea = ideas[decision.idea_id]
        rows = (*whole.rows_of(idea), ("outcome", decision.outcome))
        total.update(rows)
        if decision.outcome in ADOPTING:
            accepted.update(rows)
        for row in rows:
            behind[row] |= idea.people
        whole.note(idea, decision.first_on, people, areas)
        kind = by_outcome(decision.outcome)
        outcomes.put((ALL, ("outcome", decision.outcome)), kind)
        outcomes.behind[atom_of(period_of(decision.first_on, "month").key, kind)] |= idea.people
    for row in sorted({ALL} | set(whole.inside) | set(total)):
        n, yes = total[row], accepted[row]
        extreme = row[0] not in ("all", "outcome") and yes in (0, n)
        group.backing[row] = whole.backing(row, behind[row], extreme=extreme)
        group.put("decided", row, count(n))
        if row[0] != "outcome":
            group.put("acceptance_rate", row, rate(yes, n))
    group.views = [people, areas, outcomes]
    return group


def _implementation(whole: PeopleCount, cohort: Mapping[int, IdeaFact]) -> Group:
    """By year of hand-in. Rows below the company only for a whole year: two months side by side would name people."""
    group = Group("implementation", "people")
    by_rows = whole.period.kind == "year"
    people, areas = whole.view(), View(("area",))
    done = facts_ideas.implemented_on(whole.until, whole.zone)
    volume: Counter[Row] = Counter()
    carried_out: Counter[Row] = Counter()
    behind: dict[Row, set[int]] = defaultdict(set)
    for idea in cohort.values():
        rows = whole.rows_of(idea) if by_rows else (ALL,)
        volume.update(rows)
        if idea.id in done:
            carried_out.update(rows)
        for row in rows:
            behind[row] |= idea.people
        if by_rows:
            whole.note(idea, idea.on, people, areas)
    for row in sorted({ALL} | set(volume)):
        n, yes = volume[row], carried_out[row]
        group.backing[row] = whole.backing(row, behind[row], extreme=row != ALL and yes in (0, n))
        group.put("implementation_rate", row, rate(yes, n))
    _by_year(whole, group, cohort, done)
    group.views = [people, areas] if by_rows else []
    return group


def _by_year(whole: PeopleCount, group: Group, cohort: Mapping[int, IdeaFact], done: Mapping[int, date]) -> None:
    year = whole.period.year
    earlier = facts_ideas.handed_in(date(year - YEARS_SHOWN + 1, 1, 1), date(year - 1, 12, 31), whole.zone)
    years: dict[int, list[IdeaFact]] = defaultdict(list)
    for idea in (*earlier.values(), *cohort.values()):
        years[idea.on.year].append(idea)
    for number, ideas in years.items():
        row = ("year", str(number))
        group.backing[row] = whole.backing(row, {person_id for idea in ideas for person_id in idea.people})
        group.put("implementation_rate", row, rate(sum(idea.id in done for idea in ideas), len(ideas)))
