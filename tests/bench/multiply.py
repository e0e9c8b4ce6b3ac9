"""Many ideas out of a few: every row of a pattern again, with numbers, people, departments, dates and words of its own.

Which rows belong to an idea, and which columns point to what, is read from the models; only what they do not tell
stands here. Each copy is as consistent as its pattern was: that is what `suggestbox check` proves afterwards.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import UtcTime, db
from suggestbox.ideas.models import IdeaWords

from .company import Company
from .patterns import Pattern
from .texts import Words

SUBJECTS = {
    "review": ("assignment", 1), "reconsider": ("assignment", 1), "short_check": ("assignment", 1),
    "resolve_conflict": ("assignment", 1), "answer": ("question", 1), "pick_time": ("offer", 1),
    "hold_talk": ("appointment", 1), "promise": ("promise", 1), "confirm_duplicate": ("duplicate_proposal", 1),
    "confirm_correction": ("correction", 1), "look_at_flag": ("flag", 1), "offer_talk": ("party", 10_000),
    "confirm": ("party", 200), "write_closing": ("party", 100), "find_host": ("party", 100),
    "ask_once_more": ("party", 100),
}
"""{kind of step: (what its `subject_id` counts, times how much)}, as `workflow.wanted` makes them."""

LOOSE = {("idea", "next_step_id"): "step", ("question", "asked_step_id"): "step", ("idea", "next_owner_id"): "person"}
"""Columns that point to a row without a foreign key."""

FACTS = {
    "people": "person", "office_id": "person", "owner_id": "person", "departments": "department",
    "department_id": "department", "before_id": "department", "question_id": "question", "promise_id": "promise",
    "party_id": "party", "party_ids": "party", "comment_id": "comment", "entry_id": "journal_entry", "offer_id": "offer",
    "appointment_id": "appointment",
}
"""What the facts of a journal entry point to."""

OWN_WORDS = ("title", "problem", "proposal", "benefit")


@dataclass
class Copy:
    """What is different in a copy: ids, departments, seats and days are so many further; words and numbers are new."""

    company: Company
    departments: int
    seats: int
    days: int
    ids: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    words: dict[int, Words] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)

    @property
    def shift(self) -> timedelta:
        """How much later everything happened; earlier, mostly."""
        return timedelta(days=self.days)

    def person(self, person_id: int) -> int:
        """Give who is to the copy what the person is to the pattern."""
        if person_id not in self.people:
            self.people[person_id] = self.company.moved_person(person_id, self.departments, self.seats)
        return self.people[person_id]

    def pointed(self, target: str, number: int) -> int:
        """Give the id that a row of the copy has instead of the pattern's."""
        if target == "person":
            return self.person(number)
        if target == "department":
            return self.company.moved_department(number, self.departments)
        return number + self.ids.get(target, 0)


Change = Callable[[Any, tuple[Any, ...], Copy], Any]


class Rows:
    """The rows of one table that belong to a pattern, as the database keeps them."""

    def __init__(self, table: sa.Table, rows: list[tuple[Any, ...]]):
        self.table, self.rows = table, rows
        self.lowest = min(row[0] for row in rows)
        self.width = max(row[0] for row in rows) - self.lowest + 1
        self._place = {column.name: n for n, column in enumerate(table.columns)}
        self._changes = [(n, change) for n, column in enumerate(table.columns) if (change := self._change_of(column))]

    def copied(self, copy: Copy) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a copy."""
        for row in self.rows:
            values = list(row)
            for n, change in self._changes:
                if values[n] is not None:
                    values[n] = change(row[n], row, copy)
            yield tuple(values)

    def _change_of(self, column: sa.Column[Any]) -> Change | None:
        table, name = self.table.name, column.name
        target = LOOSE.get((table, name)) or next((key.column.table.name for key in column.foreign_keys), None)
        if target:
            return lambda value, _row, copy: copy.pointed(target, value)
        if column.primary_key:
            return lambda value, _row, copy: value + copy.ids[table]
        if isinstance(column.type, UtcTime | sa.Date):
            return lambda value, _row, copy: _later(value, copy.days)
        if table == "idea" and name in OWN_WORDS:
            return lambda _value, row, copy: getattr(copy.words[row[0]], name)
        return {("idea", "number"): _numbered, ("step", "subject_id"): self._subject,
                ("journal_entry", "facts"): _told_again, ("notice", "facts"): _told_again, ("notice", "key"): self._own,
                ("letter", "key"): self._own, ("letter", "message_id"): self._own}.get((table, name))

    def _own(self, value: str, _row: tuple[Any, ...], copy: Copy) -> str:
        return f"{value}:{copy.ids[self.table.name]}"

    def _subject(self, value: int, row: tuple[Any, ...], copy: Copy) -> int:
        table, times = SUBJECTS.get(row[self._place["kind"]], ("", 0))
        return value + copy.ids.get(table, 0) * times


def _numbered(value: str, _row: tuple[Any, ...], copy: Copy) -> str:
    return copy.numbers[value]


@lru_cache(maxsize=100_000)
def _later(moment: str, days: int) -> str:
    if len(moment) == len("2026-11-04"):
        return str(date.fromisoformat(moment) + timedelta(days=days))
    return (datetime.fromisoformat(moment) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f")


def _told_again(value: str, _row: tuple[Any, ...], copy: Copy) -> str:
    facts = json.loads(value)
    for name, target in FACTS.items():
        found = facts.get(name)
        if isinstance(found, list):
            facts[name] = [copy.pointed(target, one) for one in found]
        elif found is not None:
            facts[name] = copy.pointed(target, found)
    if facts.get("first"):
        facts["first"] = copy.numbers[facts["first"]]
    return json.dumps(facts)


class Original:
    """A pattern with all its rows, ready to be copied."""

    def __init__(self, pattern: Pattern):
        self.is_finished, self.weight = pattern.is_finished, pattern.weight
        self.ideas = [(idea.id, idea.number, idea.submitted_at) for idea in pattern.ideas]
        self._parts = list(_rows_of({idea.id for idea in pattern.ideas}))

    def copied(self, copy: Copy, free: dict[str, int]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """Give (table, rows) of a copy; its rows take the ids from the `free` ones on."""
        for part in self._parts:
            name = part.table.name
            copy.ids[name] = free[name] - part.lowest
            free[name] += part.width
        for part in self._parts:
            yield part.table.name, list(part.copied(copy))


def idea_tables() -> list[sa.Table]:
    """Give the tables whose rows belong to an idea, the ones others point to first; search words are made anew."""
    found: list[sa.Table] = []
    for table in db.metadata.sorted_tables:
        targets = {key.column.table for key in table.foreign_keys}
        if table.name == "idea" or not targets.isdisjoint(found):
            found.append(table)
    return [table for table in found if table.name != IdeaWords.__tablename__]


def _rows_of(idea_ids: set[int]) -> Iterator[Rows]:
    """Give the rows of some ideas, table by table; a row belongs to what its first key leads to."""
    kept: dict[str, set[int]] = {}
    for table in idea_tables():
        owner, ids = table.columns[0], idea_ids
        if table.name != "idea":
            owner, ids = next((key.parent, kept[key.column.table.name]) for column in table.columns
                              for key in column.foreign_keys if key.column.table.name in kept)
        columns = ", ".join(column.name for column in table.columns)
        wanted = ", ".join(map(str, sorted(ids))) or "NULL"
        statement = f"SELECT {columns} FROM {table.name} WHERE {owner.name} IN ({wanted})"
        rows = [tuple(row) for row in db.session.connection().exec_driver_sql(statement)]
        kept[table.name] = {row[0] for row in rows}
        if rows:
            yield Rows(table, rows)
