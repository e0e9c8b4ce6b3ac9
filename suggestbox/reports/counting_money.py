"""The reports on benefit and on awards, counted: by the department, site and area the ideas came from."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from suggestbox.awards import queries as awards
from suggestbox.core.modules import is_on
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

    def group(self, key: str, ideas: dict[int, IdeaFact], days: Iterable[tuple[int, date]]) -> Group:
        """Give a group whose rows are those of these ideas, with the people behind them.

        Takes   days: (idea, day of headquarters it counts on)
        """
        group = Group(key, "people")
        people, areas = self.view(CUTS), View(("area",))
        behind: dict[Row, set[int]] = defaultdict(set)
        for idea_id, on in days:
            self.note(ideas[idea_id], on, people, areas)
            for row in self.money_rows(ideas[idea_id]):
                behind[row] |= ideas[idea_id].people
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


@dataclass
class Money:
    """Cents by idea, and on which days of headquarters each of them counts."""

    cents: dict[int, int]
    days: list[tuple[int, date]]


def _net(since: date, until: date) -> Money:
    """Give the net first-year benefit of the measures done between two days."""
    found: Counter[int] = Counter()
    done = benefit.done_between(since, until)
    for one in done:
        found[one.idea_id] += one.net_cents
    return Money(dict(found), [(one.idea_id, one.done_on) for one in done if one.done_on])


def _granted(since: date, until: date) -> Money:
    """Give what was granted between two days; of a corrected award the difference."""
    found: Counter[int] = Counter()
    granted = awards.granted_between(since, until)
    for one in granted:
        found[one.idea_id] += one.cents
    cents = {idea_id: amount for idea_id, amount in found.items() if amount > 0}
    return Money(cents, [(one.idea_id, one.on) for one in granted if one.idea_id in cents])


def _people(ids: Iterable[int], ideas: dict[int, IdeaFact]) -> set[int]:
    return {person_id for idea_id in ids for person_id in ideas[idea_id].people}


def count_benefit(period: Period, until: date, zone: str) -> Counted:
    """Count the report on benefit."""
    whole = MoneyCount(period, until, zone)
    net = _net(period.since, until)
    finished = facts_ideas.implemented_on(until, zone)
    implemented = {idea_id: on for idea_id, on in sorted(finished.items()) if on >= period.since}
    granted = _granted(period.since, until)
    ideas = facts_ideas.ideas_by_id({*net.cents, *implemented, *granted.cents}, zone)
    total = whole.sums(net.cents, ideas)
    number: Counter[Row] = Counter()
    for idea_id in implemented:
        number.update(whole.money_rows(ideas[idea_id]))
    money = whole.group("benefit", ideas, net.days)
    # Made of numbers that are shown elsewhere: hidden where one of them is, and for no further row's sake.
    per_head = Group("per_head", "people", backing={row: b for row, b in money.backing.items() if row[0] != "area"})
    carried_out = whole.group("implemented", ideas, implemented.items())
    per_idea = Group("per_idea", "people", backing=dict(carried_out.backing))
    for row in money.backing:
        money.put("net_benefit", row, count(total[row]))
    for row in per_head.backing:
        per_head.put("benefit_per_employee", row, rate(total[row], whole.headcount(row), 1.0))
    for row in carried_out.backing:
        carried_out.put("implemented", row, count(number[row]))
        per_idea.put("benefit_per_idea", row, rate(total[row], number[row], 1.0))
    share = Group("award_rate", "people")
    share.backing[ALL] = whole.backing(ALL, min(_people(granted.cents, ideas), _people(net.cents, ideas), key=len))
    share.put("award_rate", ALL, rate(sum(granted.cents.values()), total[ALL]))
    groups = [money, carried_out, per_head, per_idea, share]
    if period.kind == "year" and costs_entered(period.year):
        groups.append(_return(whole, total[ALL], _people(net.cents, ideas), granted, ideas))
    used = {row for group in groups for row in group.backing} | {ALL}
    return Counted(groups, name_rows(used, whole.departments, whole.sites))


def _return(
    whole: MoneyCount, net_cents: int, behind: set[int], granted: Money, ideas: dict[int, IdeaFact]
) -> Group:
    """What the programme brings for what it costs: shown where both its benefit and its awards are."""
    group = Group("return", "people")
    sides = [behind, _people(granted.cents, ideas)] if is_on("awards") else [behind]
    group.backing[ALL] = whole.backing(ALL, min(sides, key=len))
    group.put("roi", ALL, rate(net_cents, cost_of_year(whole.period.year) + sum(granted.cents.values()), 1.0))
    return group


def count_awards(period: Period, until: date, zone: str) -> Counted:
    """Count the report on awards."""
    whole = MoneyCount(period, until, zone)
    granted = _granted(period.since, until)
    ideas = facts_ideas.ideas_by_id(set(granted.cents), zone)
    total = whole.sums(granted.cents, ideas)
    number: Counter[Row] = Counter()
    for idea_id in granted.cents:
        number.update(whole.money_rows(ideas[idea_id]))
    group = whole.group("awards", ideas, granted.days)
    for row in group.backing:
        group.put("awards", row, count(total[row]))
        group.put("awarded", row, count(number[row]))
        group.put("average_award", row, rate(total[row], number[row], 1.0))
    return Counted([group], name_rows({*group.backing, ALL}, whole.departments, whole.sites))
