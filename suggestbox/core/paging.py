"""Pages of long lists by key, not by number: the thousandth page costs what the first one costs."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from .database import UtcTime, db
from .errors import Invalid

PAGE_SIZE = 30


@dataclass
class Page:
    """Rows of one page; `next_key` and `prev_key` are opaque marks for the address, or None."""

    rows: list[Any]
    next_key: str | None = None
    prev_key: str | None = None
    next_url: str | None = None
    prev_url: str | None = None

    def __iter__(self):
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _encode(values: list[Any], back: bool) -> str:
    plain = [v.isoformat() if hasattr(v, "isoformat") else v for v in values]
    return base64.urlsafe_b64encode(json.dumps([plain, back]).encode()).decode().rstrip("=")


def _decode(key: str, count: int) -> tuple[list[Any], bool]:
    try:
        values, back = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        if not isinstance(values, list) or len(values) != count:
            raise ValueError(key)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise Invalid(reason="bad_page_mark") from wrong
    return values, bool(back)


Columns = list[tuple[Any, bool]]
"""(column, descending) pairs, none null, the last one unique."""


def page_of(query: sa.Select[Any], columns: Columns, *, key: str | None = None, size: int = PAGE_SIZE) -> Page:
    """Give one page of `query`, in one statement.

    Takes   columns: the order; they are appended to the row
            key: the mark of the page, from an earlier `next_key` or `prev_key`
    Raises  Invalid for a mark that is not one of ours
    """
    return read_page(page_query(query, columns, key=key, size=size), columns, key=key, size=size)


def page_query(
    query: sa.Select[Any], columns: Columns, *, key: str | None = None, size: int = PAGE_SIZE
) -> sa.Select[Any]:
    """Give the statement behind a page; one without a key may be kept and read again with `read_page`.

    Raises  Invalid for a mark that is not one of ours
    """
    values, back = _decode(key, len(columns)) if key else (None, False)
    if values is not None:
        values = [_read(column, value) for (column, _), value in zip(columns, values, strict=True)]
        beyond = []
        for depth, (column, descending) in enumerate(columns):
            equal = [c == v for (c, _), v in zip(columns[:depth], values[:depth], strict=True)]
            further = column < values[depth] if descending != back else column > values[depth]
            beyond.append(sa.and_(*equal, further))
        leading, downwards = columns[0][0], columns[0][1] != back
        # Follows from the other condition, but only this one lets an index begin where the page begins.
        query = query.where(leading <= values[0] if downwards else leading >= values[0], sa.or_(*beyond))
    order = [column.desc() if descending != back else column.asc() for column, descending in columns]
    marks = [column.label(f"_mark_{n}") for n, (column, _) in enumerate(columns)]
    return query.add_columns(*marks).order_by(*order).limit(size + 1)


def read_page(
    statement: sa.Select[Any], columns: Columns, *, key: str | None = None, size: int = PAGE_SIZE
) -> Page:
    """Give the page that a statement of `page_query` describes, made with the same columns, key and size."""
    back = bool(key) and _decode(str(key), len(columns))[1]
    found = list(db.session.execute(statement).unique())
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    width = len(columns)
    rows = [row[0] if len(row) == width + 1 else row[:-width] for row in found]
    page = Page(rows)
    if found:
        first, last = list(found[0][-width:]), list(found[-1][-width:])
        if more or back:
            page.next_key = _encode(last, False)
        if (back and more) or (not back and key):
            page.prev_key = _encode(first, True)
    return page


def page_of_ids(ids: list[int], *, key: str | None = None, size: int = PAGE_SIZE) -> Page:
    """Give one page of ids that are in their order already; its rows are ids.

    Raises  Invalid for a mark that is not one of ours
    """
    (start,), _back = _decode(key, 1) if key else ([0], False)
    if not isinstance(start, int) or not 0 <= start < 2**31:
        raise Invalid(reason="bad_page_mark")
    page = Page(ids[start : start + size])
    if start + size < len(ids):
        page.next_key = _encode([start + size], False)
    if start:
        page.prev_key = _encode([max(0, start - size)], True)
    return page


def _read(column: Any, value: Any) -> Any:
    wanted = datetime if isinstance(column.type, UtcTime) else column.type.python_type
    try:
        if hasattr(wanted, "fromisoformat") and isinstance(value, str):
            read = wanted.fromisoformat(value)
            if wanted is datetime:
                if read.tzinfo is None:
                    raise ValueError(value)
                return read.astimezone(UTC)
            return read
        if isinstance(value, str):
            value.encode()  # half a character stands in no name, nor does NUL
            if "\x00" in value:
                raise ValueError(value)
        if not isinstance(value, wanted) or (isinstance(value, int) and abs(value) >= 2**31):
            raise ValueError(value)
    except (ValueError, OverflowError) as wrong:
        raise Invalid(reason="bad_page_mark") from wrong
    return value
