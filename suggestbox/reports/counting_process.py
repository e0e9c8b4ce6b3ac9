"""The reports on flow and on closings, counted: by the department that decides, and by area."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from suggestbox.core.settings import rule
from suggestbox.people.book import Directory
from suggestbox.people.calendar import WorkCalendar

from . import ageing, facts_ideas, facts_talks
from .counting import (
    ALL,
    Backing,
    Counted,
    Group,
    Number,
    Places,
    Row,
    View,
    atom_of,
    by_area,
    by_department,
    count,
    rate,
    spread,
)
from .facts_people import NONE, read_departments
from .facts_talks import Answer, Talk
from .larger_units import stages_shown
from .naming import name_rows
from .owning import owners_of
from .periods import Period, period_of

FLOW_KINDS = ("triage", "decide")
TALK_KINDS = ("offer_talk", "hold_talk")
INSTEAD = ("declined", "unanswered", "missed", "written", "unreachable")

People = dict[Row, set[int]]


class ProcessCount:
    """What process figures are counted with: rows of departments that decide, and who can own their steps."""

    def __init__(self, period: Period, until: date, zone: str, book: Directory, kinds: tuple[str, ...]) -> None:
        self.period, self.until, self.zone, self.book, self.kinds = period, until, zone, book, kinds
        self.departments = read_departments()
        self.places = Places(self.departments)
        self.months = [month.key for month in period.months()]

    def rows(self, department_id: int | None, area: str) -> tuple[Row, ...]:
        """Give the rows an idea counts in."""
        return (ALL, *self.places.path(department_id), ("area", area or NONE))

    def owners(self, department_id: int | None) -> frozenset[int]:
        """Give who can own the steps this is about for ideas of one department, without those below it."""
        return frozenset().union(*(owners_of(kind, department_id, self.book) for kind in self.kinds))

    def group(self, key: str, behind: People, limits: str = "process") -> Group:
        """Give a group with the rows that have somebody behind them, and the whole company.

        Takes   limits: "ratings" and "submitters" are about who is behind a row, "process" about who can own its steps
        """
        group = Group(key, limits)
        units, areas = View(("department",)), View(("area",))
        owners: People = defaultdict(set)
        for department_id in (None, *self.departments):
            here, kind = self.owners(department_id), by_department(department_id)
            rows = (ALL, *self.places.path(department_id))
            units.put(rows, kind)
            for row in rows:
                owners[row] |= here
            if limits == "process":
                for month in self.months:
                    units.behind[atom_of(month, kind)] |= here
        for row in sorted({ALL} | set(behind)):
            mine = len(owners[row]) if row[0] == "department" and limits != "ratings" else None
            group.backing[row] = Backing(len(behind[row]), len(behind[row]), owners=mine)
            if row[0] == "area":
                areas.put((ALL, row), by_area(row[1]))
        units.classes = defaultdict(set, {row: kinds for row, kinds in units.classes.items() if row in group.backing})
        group.views = [units, areas]
        return group


def _stand_behind(group: Group, things: Iterable[tuple[date, Talk | Answer]]) -> None:
    """Note who stands behind which atoms of a group: those these talks or answers are about, on these days."""
    units, areas = group.views
    for on, one in things:
        month = period_of(on, "month").key
        units.behind[atom_of(month, by_department(one.department_id))].add(one.person_id)
        areas.behind[atom_of(month, by_area(one.area or NONE))].add(one.person_id)


class WorkingDays:
    """Counts working days of one calendar quickly."""

    def __init__(self, calendar: WorkCalendar, first: date, last: date) -> None:
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self._days = [day for day in days if calendar.is_working_day(day)]

    def between(self, start: date, end: date) -> int:
        """Give how many working days lie after `start` up to and including `end`."""
        return bisect_right(self._days, end) - bisect_right(self._days, start)


def _gather(things: Iterable[tuple[tuple[Row, ...], Any]]) -> dict[Row, list[Any]]:
    found: dict[Row, list[Any]] = defaultdict(list)
    for rows, thing in things:
        for row in rows:
            found[row].append(thing)
    return found


# -- flow ------------------------------------------------------------------------------------------------------------


def count_flow(period: Period, until: date, moment: datetime, zone: str, book: Directory) -> Counted:
    """Count the report on flow.

    Takes   until: the last day that is counted; moment: its end, or now in a period still running
    """
    whole = ProcessCount(period, until, zone, book, FLOW_KINDS)
    decided = [d for d in facts_ideas.decided(period.since, until, zone) if d.last_on >= period.since]
    closed = facts_ideas.closed(period.since, until, zone)
    answered = facts_ideas.first_answers(period.since, until, zone)
    ideas = facts_ideas.ideas_by_id({*(d.idea_id for d in decided), *closed, *answered}, zone)

    def rows(idea_id: int) -> tuple[Row, ...]:
        return whole.rows(ideas[idea_id].department_id, ideas[idea_id].area)

    of_closed = _gather((rows(idea_id), ideas[idea_id]) for idea_id in closed)
    of_decided = _gather((rows(d.idea_id), (ideas[d.idea_id], d.last_on)) for d in decided if not d.last_short)
    of_answered = _gather((rows(i), (ideas[i], on)) for i, on in answered.items() if i in ideas)
    behind: People = defaultdict(set)
    for row, mine in of_closed.items():
        behind[row].update(*(idea.people for idea in mine))
    for found in (of_decided, of_answered):
        for row, pairs in found.items():
            behind[row].update(*(idea.people for idea, _on in pairs))
    group = whole.group("process", behind)
    days = WorkingDays(book.calendar_of(None), min((idea.on for idea in ideas.values()), default=until), until)
    for row in group.backing:
        pairs = [(idea.on, on) for idea, on in of_decided[row]]
        group.put("closed", row, count(len(of_closed[row])))
        group.put("lead_time", row, spread((on - start).days for start, on in pairs))
        group.put("lead_time_working", row, spread(days.between(start, on) for start, on in pairs))
        group.put("first_answer", row, spread((on - idea.on).days for idea, on in of_answered[row]))
    company = Group("company", "")
    short = [(d.last_on - ideas[d.idea_id].on).days for d in decided if d.last_short]
    company.put("lead_time_short", ALL, spread(short))
    company.put("open_steps", ALL, _open_steps(book, moment))
    return Counted([group, company], name_rows({*group.backing, ALL}, whole.departments, {}))


def _open_steps(book: Directory, moment: datetime) -> Number:
    """Every open step; kinds few people can own stand together, even for the whole company."""
    waiting = ageing.open_at(book, moment)
    by_stage = ageing.by_stage(waiting)
    stages = {
        stage: list(ageing.together(one for part in parts for one in by_stage[part]).bands)
        for stage, parts in stages_shown(book, rule("reports.least_owners")).items()
    }
    everything = ageing.together(waiting)
    found = rate(everything.late, everything.count)
    found.more = {"stages": stages, "oldest_days": everything.oldest_days}
    return found


# -- closings --------------------------------------------------------------------------------------------------------


def count_closings(period: Period, until: date, zone: str, book: Directory) -> Counted:
    """Count the report on closings. Takes what `count_flow` does."""
    whole = ProcessCount(period, until, zone, book, TALK_KINDS)
    due = facts_talks.talks_due(period.since, until, zone, book)
    said = facts_talks.answers(period.since, until, zone)
    heard = facts_talks.heard(period.since, until, zone)
    groups = [*_talks(whole, due), _ratings(whole, said), _unconfirmed(whole, heard)]
    used = {row for group in groups for row in group.backing} | {ALL}
    return Counted(groups, name_rows(used, whole.departments, {}))


def _talks(whole: ProcessCount, due: list[Talk]) -> list[Group]:
    """What was due and held is the organisation's doing; what took the place of a talk, and who confirmed it, is not.

    Talks due less held less still owed are those replaced: so what is still owed is hidden with them, and also where it
    is about one person, or one could tell from the reason.
    """
    of_row = _gather((whole.rows(talk.department_id, talk.area), talk) for talk in due)
    behind = defaultdict(set, {row: _persons(talks) for row, talks in of_row.items()})
    group = whole.group("closings", behind)
    confirmed, instead, owed = (whole.group(key, behind, "submitters") for key in ("confirmed", "instead", "owed"))
    _stand_behind(confirmed, ((talk.due_on, talk) for talk in due if talk.state == "held"))
    for one in (instead, owed):
        _stand_behind(one, ((talk.due_on, talk) for talk in due if talk.state in INSTEAD))
    for row, backing in group.backing.items():
        talks = of_row[row]
        states = Counter(talk.state for talk in talks)
        held = [talk for talk in talks if talk.state == "held"]
        group.put("conversation_rate", row, rate(len(held), len(talks)))
        group.put("on_time", row, rate(sum(talk.on_time for talk in talks), len(talks)))
        said = [talk for talk in held if talk.confirmed]
        confirmed.put("talks_confirmed", row, rate(len(said), len(held)))
        silent = _persons(talk for talk in held if not talk.confirmed)
        confirmed.backing[row] = _two_sides(row, _persons(said), silent, backing.owners)
        for state in INSTEAD:
            instead.put(f"talks_{state}", row, count(states[state], len(talks)))
        kinds = [_persons(talk for talk in talks if talk.state == state) for state in INSTEAD]
        replaced, not_held = set().union(*kinds), _persons(talk for talk in talks if talk.state != "held")
        fewest = min((len(people) for people in kinds if people), default=0)
        instead.backing[row] = Backing(len(replaced), fewest, owners=backing.owners)
        owed.put("talks_instead", row, count(sum(states[state] for state in INSTEAD), len(talks)))
        owed.put("talks_open", row, count(states["open"], len(talks)))
        owed.backing[row] = Backing(len(not_held), len(replaced), extreme=len(not_held) == 1, owners=backing.owners)
    return [group, confirmed, owed, instead]


def _persons(things: Iterable[Talk | Answer]) -> set[int]:
    return {one.person_id for one in things}


def _two_sides(row: Row, these: set[int], those: set[int], owners: int | None) -> Backing:
    """Who did something and who did not: neither may be few; nor, below the company, all or nobody."""
    alike = row != ALL and bool(these or those) and not (these and those)
    return Backing(len(these | those), len(these), extreme=alike, others=len(those), owners=owners)


def _ratings(whole: ProcessCount, said: list[Answer]) -> Group:
    of_row = _gather((whole.rows(answer.department_id, answer.area), answer) for answer in said)
    behind = defaultdict(set, {row: {answer.person_id for answer in own} for row, own in of_row.items()})
    group = whole.group("ratings", behind, "ratings")
    _stand_behind(group, ((answer.on, answer) for answer in said))
    for row in group.backing:
        own = of_row[row]
        follows = Counter(answer.follows for answer in own if answer.follows)
        marks = Counter(answer.appreciated for answer in own if answer.appreciated)
        answered, n = sum(follows.values()), sum(marks.values())
        understood = rate(follows["yes"], answered)
        understood.more = {word: follows[word] for word in ("yes", "partly", "no")}
        group.put("comprehensibility", row, understood)
        mean = sum(mark * times for mark, times in marks.items()) / n if n else None
        bins: list[Any] = [[mark, mark, marks[mark]] for mark in range(1, 6)]
        group.put("appreciation", row, Number(None, n, mean, {"bins": bins}))
        few = min(
            len({answer.person_id for answer in own if answer.follows}),
            len({answer.person_id for answer in own if answer.appreciated}),
        )
        alike = answered in follows.values() or n in marks.values()
        group.backing[row] = Backing(few, few, extreme=row != ALL and alike)
    return group


def _unconfirmed(whole: ProcessCount, heard: list[tuple[Answer, bool]]) -> Group:
    of_row = _gather((whole.rows(answer.department_id, answer.area), (answer, said)) for answer, said in heard)
    behind = defaultdict(set, {row: {answer.person_id for answer, _said in own} for row, own in of_row.items()})
    group = whole.group("unconfirmed", behind, "submitters")
    _stand_behind(group, ((answer.on, answer) for answer, _said in heard))
    for row, backing in list(group.backing.items()):
        silent, spoke = (_persons(answer for answer, said in of_row[row] if said is which) for which in (False, True))
        group.put("unconfirmed", row, rate(sum(not said for _answer, said in of_row[row]), len(of_row[row])))
        group.backing[row] = _two_sides(row, silent, spoke, backing.owners)
    return group
