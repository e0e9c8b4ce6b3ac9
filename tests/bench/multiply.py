"""Many ideas out of a few: every row of a pattern again, with numbers, people, departments, dates and words of its own.

Which rows belong to an idea, and which columns point to what, is read from the models; only what they do not tell
stands here. Each copy is as consistent as its pattern was: that is what `suggestbox check` proves afterwards.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from suggestbox.core.clock import local_date
from suggestbox.core.database import UtcTime, db
from suggestbox.ideas.models import IdeaWords
from suggestbox.ideas.search import words_row

from .company import Company
from .patterns import Pattern
from .texts import Words, Writer

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
    "party_id": "party", "party_ids": "party", "comment_id": "comment",
}
"""What the facts of a journal entry point to."""

OWN_WORDS = ("title", "problem", "proposal", "benefit")
PORTION = 400


@dataclass
class Copy:
    """Where the rows of one copy go: so many further in every table, department, seat and day."""

    company: Company
    ids: dict[str, int]
    departments: int
    seats: int
    days: int
    words: list[Words]
    people: dict[int, int] = field(default_factory=dict)

    def person(self, person_id: int) -> int:
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
        name = self.table.name
        target = LOOSE.get((name, column.name)) or next((key.column.table.name for key in column.foreign_keys), None)
        if column.primary_key and target is None:
            return lambda value, _row, copy: value + copy.ids[name]
        if target:
            return lambda value, _row, copy: copy.pointed(target, value)
        if name == "step" and column.name == "subject_id":
            return self._subject
        if isinstance(column.type, UtcTime | sa.Date):
            return lambda value, _row, copy: _later(value, copy.days)
        if name == "journal_entry" and column.name == "facts":
            return lambda value, _row, copy: _told_again(value, copy)
        return None

    def _subject(self, value: int, row: tuple[Any, ...], copy: Copy) -> int:
        table, times = SUBJECTS.get(row[self._place["kind"]], ("", 0))
        return value + copy.ids.get(table, 0) * times


@lru_cache(maxsize=100_000)
def _later(moment: str, days: int) -> str:
    if len(moment) == 10:
        return str(date.fromisoformat(moment) + timedelta(days=days))
    return str((datetime.fromisoformat(moment) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S.%f"))


def _told_again(text: str, copy: Copy) -> str:
    facts = json.loads(text)
    for name, target in FACTS.items():
        value = facts.get(name)
        if isinstance(value, list):
            facts[name] = [copy.pointed(target, one) for one in value]
        elif value is not None:
            facts[name] = copy.pointed(target, value)
    return json.dumps(facts)


class Original:
    """A pattern, ready to be copied."""

    def __init__(self, pattern: Pattern, tables: list[sa.Table]):
        self.ideas = len(pattern.ideas)
        self.submitted = [idea.submitted_at for idea in pattern.ideas]
        self._parts = list(_rows_of({idea.id for idea in pattern.ideas}, tables))

    @cached_property
    def lowest(self) -> dict[str, int]:
        """{table: the smallest id the pattern has in it}."""
        return {part.table.name: min(row[0] for row in part.rows) for part in self._parts}

    @cached_property
    def width(self) -> dict[str, int]:
        """{table: how many ids a copy takes}."""
        return {p.table.name: max(row[0] for row in p.rows) - self.lowest[p.table.name] + 1 for p in self._parts}

    def copied(self, copy: Copy) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
        """Give (table, rows) of a copy."""
        for part in self._parts:
            yield part.table.name, list(part.copied(copy))


def idea_tables() -> list[sa.Table]:
    """Give the tables whose rows belong to an idea, the ones others point to first."""
    found: list[sa.Table] = []
    for table in db.metadata.sorted_tables:
        targets = {key.column.table for key in table.foreign_keys}
        if table.name == "idea" or any(target.name == "idea" or target in found for target in targets):
            found.append(table)
    return [table for table in found if table.name != IdeaWords.__tablename__]


def _rows_of(idea_ids: set[int], tables: list[sa.Table]) -> Iterator[Rows]:
    """Give the rows of some ideas, table by table; a row belongs to what its first key leads to."""
    kept: dict[str, set[Any]] = {"idea": idea_ids}
    for table in tables:
        if table.name == "idea":
            owner = table.c.id
        else:
            owner = next(c for c in table.columns for key in c.foreign_keys if key.column.table.name in kept)
        target = "idea" if table.name == "idea" else next(key.column.table.name for key in owner.foreign_keys)
        statement = f"SELECT * FROM {table.name} WHERE {owner.name} IN ({','.join(map(str, kept[target])) or 'NULL'})"
        rows = [tuple(row) for row in db.session.connection().exec_driver_sql(statement)]
        kept[table.name] = {row[0] for row in rows}
        if rows:
            yield Rows(table, rows)
