"""How well similar ideas are found: known duplicates, each looked for by its title, with the very search people get."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.tables import Table
from suggestbox.people.directory import Directory

from .models import Idea
from .queries import similar_ideas
from .search import words_row, write_words

FIELDS = ("id", "title", "body")
"""What a column of the items can be mapped to."""

LOOKED_AT = 50
"""A duplicate further down counts as not found."""

HITS = (1, 5, 10)

AT_ONCE = 500


def read_mapping(pairs: Iterable[str], table: Table) -> dict[str, str]:
    """Give {field: column} from "field=column"; columns named like a field map by themselves.

    Raises  Invalid naming what is not known
    """
    mapping = {name: name for name in FIELDS if name in table.columns}
    for pair in pairs:
        name, sign, column = (part.strip() for part in pair.partition("="))
        if not sign or name not in FIELDS:
            raise Invalid(f"“{pair}” is no mapping. Write field=column; fields are {', '.join(FIELDS)}.",
                          reason="bad_mapping")
        if column not in table.columns:
            there = ", ".join(filter(None, table.columns))
            raise Invalid(f"Line 1: there is no column “{column}”. There are: {there}.", reason="no_such_column")
        mapping[name] = column
    for name in ("id", "title"):
        if name not in mapping:
            raise Invalid(f"Say which column holds the {name}: --map {name}=COLUMN.", reason="mapping_missing")
    return mapping


def read_items(table: Table, mapping: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Give {id: (title, body)} in the order of the file.

    Raises  Invalid with the line, for a row without an id or a title, or with an id a second time
    """
    items: dict[str, tuple[str, str]] = {}
    for row in table.rows:
        key, title = row.get(mapping["id"]), row.get(mapping["title"])
        if not key or not title:
            raise Invalid(f"Line {row.line} of the items: the {'title' if key else 'id'} is missing.", reason="cell_empty")
        if key in items:
            raise Invalid(f"Line {row.line} of the items: {key} was there before.", reason="id_twice")
        items[key] = title, row.get(mapping["body"]) if "body" in mapping else ""
    if not items:
        raise Invalid("The file of items holds no rows below its heading.", reason="file_without_rows")
    return items


def read_pairs(table: Table, id_column: str) -> dict[str, set[str]]:
    """Give {id: its duplicates}, in both directions. A cell may hold several ids, with commas between them.

    Takes   id_column: what the items call the id; the pairs' own first two columns if they have no such column
    Raises  Invalid with the line, for a row without two ids
    """
    if len(table.columns) < 2:
        raise Invalid("Line 1 of the pairs: two columns of ids are needed.", reason="column_missing")
    first = id_column if id_column in table.columns else table.columns[0]
    second = next(column for column in table.columns if column != first)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in table.rows:
        key, others = row.get(first), [part for part in re.split(r"[,;|\s]+", row.get(second)) if part]
        if not key or not others:
            raise Invalid(f"Line {row.line} of the pairs: two ids are needed.", reason="cell_empty")
        for other in others:
            if other != key:
                found[key].add(other)
                found[other].add(key)
    return dict(found)


def fill(items: dict[str, tuple[str, str]], *, department_id: int, now: datetime) -> dict[str, int]:
    """Write the items as ideas into a scratch database; give {id: id of the idea}. Never commits."""
    connection, ids = db.session.connection(), {key: n for n, key in enumerate(items, 1)}
    rows = [
        {
            "id": ids[key], "number": f"{now.year}-{ids[key]:05}", "stage": "submitted", "title": title, "problem": body,
            "proposal": "", "benefit": "", "department_id": department_id, "version": 1, "created_at": now,
            "changed_at": now, "submitted_at": now, "shown_at": now,
        }
        for key, (title, body) in items.items()
    ]
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        connection.execute(sa.insert(Idea), some)
        write_words(connection, [words_row(_Words(row)) for row in some])
    return ids


class _Words:
    """What `words_row` reads of an idea. The number is no word of the item's."""

    def __init__(self, row: dict[str, Any]):
        self.id, self.title, self.problem = row["id"], row["title"], row["problem"]
        self.number = self.proposal = self.benefit = ""


def look_for_duplicates(
    items: dict[str, tuple[str, str]],
    pairs: dict[str, set[str]],
    ids: dict[str, int],
    *,
    person_id: int,
    book: Directory,
    progress: Callable[[list[str]], Iterable[str]] = iter,
) -> dict[str, Any]:
    """Give `mrr` and `hit@1`, `hit@5`, `hit@10`: how far up the first true duplicate of each title stands.

    Only pairs count of which both ends are among the items.
    """
    asked = [key for key in items if any(other in items for other in pairs.get(key, ()))]
    if not asked:
        raise Invalid("No pair has both its ends among the items.", reason="no_pairs")
    places = list(_places(progress(asked), items, pairs, ids, person_id=person_id, book=book))
    found: dict[str, Any] = {"mrr": sum(1 / place for place in places if place) / len(asked)}
    for most in HITS:
        found[f"hit@{most}"] = sum(0 < place <= most for place in places) / len(asked)
    return {**found, "queries": len(asked), "items": len(items)}


def _places(
    asked: Iterable[str], items: dict[str, tuple[str, str]], pairs: dict[str, set[str]], ids: dict[str, int], *,
    person_id: int, book: Directory,
) -> Iterator[int]:
    """The place of the first true duplicate for each title, from 1; 0 where it is not there."""
    for key in asked:
        rows = similar_ideas(items[key][0], person_id, book, limit=LOOKED_AT, but_id=ids[key])
        true = {ids[other] for other in pairs[key] if other in ids}
        yield next((place for place, row in enumerate(rows, 1) if row.idea.id in true), 0)
