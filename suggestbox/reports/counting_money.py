"""The reports on benefit and on awards, counted: by the department, site and area the ideas came from."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from suggestbox.awards import queries as awards
from suggestbox.measures import benefit

from . import facts_ideas
from .costs import cost_of_year, costs_entered
from .counting import ALL, Counted, Group, Row, View, count, rate
from .counting_people import PeopleCount
from .facts_ideas import IdeaFact
from .naming import name_rows
from .periods import Period

CUTS = ("department", "site")


class MoneyCount(PeopleCount):
    """What figures about money are counted with."""

    def group(self, key: str, ideas: Iterable[IdeaFact], on: date) -> Group:
        """Give a group whose rows are those of these ideas, with the people behind them."""
        group = Group(key, "people")
        people, areas = self.view(CUTS), View(("area",))
        behind: dict[Row, set[int]] = defaultdict(set)
        for idea in ideas:
            self.note(idea, on, people, areas)
            for row in self.money_rows(idea):
                behind[row] |= idea.people
        for row in sorted({ALL} | set(behind) | {row for row in self.inside if row[0] in CUTS}):
            group.backing[row] = self.backing(row, behind[row])
        group.views = [people, areas]
        return group

    def money_rows(self, idea: IdeaFact) -> tuple[Row, ...]:
        """Give the rows an idea's money counts in."""
        return tuple(row for row in self.rows_of(idea) if row == ALL or row[0] in (*CUTS, "area"))

    def sums(self, cents: dict[int, int], ideas: dict[int, IdeaFact]) -> Counter[Row]:
        """Give {row: cents}. Takes cents by idea."""
        found: Counter[Row] = Counter()
        for idea_id, amount in cents.items():
            for row in self.money_rows(ideas[idea_id]):
                found[row] += amount
        return found


def _net_by_idea(since: date, until: date) -> dict[int, int]:
    """{idea: net first-year benefit in cents of its measures done between two days}."""
    found: Counter[int] = Counter()
    for one in benefit.done_between(since, until):
        found[one.idea_id] += one.net_cents
    return dict(found)


def _granted_by_idea(since: date, until: date) -> dict[int, int]:
    """{idea: cents granted between two days}; of a corrected award the difference."""
    found: Counter[int] = Counter()
    for granted in awards.granted_between(since, until):
        found[granted.idea_id] += granted.cents
    return {idea_id: cents for idea_id, cents in found.items() if cents > 0}


def _people(ids: Iterable[int], ideas: dict[int, IdeaFact]) -> set[int]:
    return {person_id for idea_id in ids for person_id in ideas[idea_id].people}


def count_benefit(period: Period, until: date, zone: str) -> Counted:
    """Count the report on benefit."""
    whole = MoneyCount(period, until, zone)
    net = _net_by_idea(period.since, until)
    finished = facts_ideas.implemented_on(until, zone)
    implemented = sorted(idea_id for idea_id, on in finished.items() if on >= period.since)
    theirs = {
        idea_id: sum(one.net_cents for one in found.measures if one.done_on and one.done_on <= until)
        for idea_id, found in benefit.net_first_year(implemented).items()
    }
    granted = _granted_by_idea(period.since, until)
    ideas = facts_ideas.ideas_by_id({*net, *implemented, *granted}, zone)
    total, of_implemented = whole.sums(net, ideas), whole.sums(theirs, ideas)
    number: Counter[Row] = Counter()
    for idea_id in implemented:
        number.update(whole.money_rows(ideas[idea_id]))
    money = whole.group("benefit", (ideas[i] for i in net), period.since)
    # Made of numbers that are shown elsewhere: hidden where one of them is, and for no further row's sake.
    per_head = Group("per_head", "people", backing={row: b for row, b in money.backing.items() if row[0] != "area"})
    carried_out = whole.group("implemented", (ideas[i] for i in implemented), period.since)
    for row in money.backing:
        money.put("net_benefit", row, count(total[row]))
    for row in per_head.backing:
        per_head.put("benefit_per_employee", row, rate(total[row], whole.headcount(row), 1.0))
    for row in carried_out.backing:
        carried_out.put("implemented", row, count(number[row]))
        carried_out.put("benefit_per_idea", row, rate(of_implemented[row], number[row], 1.0))
    groups = [money, carried_out, per_head]
    if period.kind == "year" and costs_entered(period.year):
        back = Group("return", "people")
        sides = [_people(net, ideas), *([_people(granted, ideas)] if granted else [])]
        back.backing[ALL] = whole.backing(ALL, min(sides, key=len))
        spent = cost_of_year(period.year) + sum(granted.values())
        back.put("roi", ALL, rate(total[ALL], spent, 1.0))
        groups.append(back)
    used = {row for group in groups for row in group.backing} | {ALL}
    return Counted(groups, name_rows(used, whole.departments, whole.sites))


def count_awards(period: Period, until: date, zone: str) -> Counted:
    """Count the report on awards."""
    whole = MoneyCount(period, until, zone)
    granted = _granted_by_idea(period.since, until)
    net = _net_by_idea(period.since, until)
    ideas = facts_ideas.ideas_by_id({*granted, *net}, zone)
    total = whole.sums(granted, ideas)
    number: Counter[Row] = Counter()
    for idea_id in granted:
        number.update(whole.money_rows(ideas[idea_id]))
    group = whole.group("awards", (ideas[i] for i in granted), period.since)
    for row in group.backing:
        group.put("awards", row, count(total[row]))
        group.put("awarded", row, count(number[row]))
        group.put("average_award", row, rate(total[row], number[row], 1.0))
    share = Group("award_rate", "people")
    share.backing[ALL] = whole.backing(ALL, min(_people(granted, ideas), _people(net, ideas), key=len))
    share.put("award_rate", ALL, rate(total[ALL], sum(net.values())))
    return Counted([group, share], name_rows({*group.backing, ALL}, whole.departments, whole.sites))
