"""Going through a file with its mapping: every row with its key, what is wrong with it, and what is there already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.database import db
from suggestbox.core.errors import HouseError, Invalid
from suggestbox.core.language import gettext as _

from .customer_key import hash_row
from .intake_cells import LONGEST_TEXT, RowReader, Wanted
from .intake_fields import OPTIONS, check_mapping
from .intake_files import as_problem, open_source, path_of
from .landscape import Landscape, landscape
from .masking import masked
from .models import Import, Item
from .tables_in import Rows

CHUNK = 1_000
MOST_PROBLEMS = 100
"""So many lines of a file are reported; whoever sees them will not mend the others one by one."""

LONGEST_KEY = 190


@dataclass
class Tally:
    """What came of a file: rows, and how many would be new, are known, or are known with other words."""

    rows: int = 0
    created: int = 0
    known: int = 0
    differing: int = 0
    wrong_rows: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)

    def note(self, line: int, sentences: Iterable[str]) -> None:
        """Keep what is wrong with a row, as long as the list is not full."""
        self.wrong_rows += 1
        for sentence in sentences:
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append({"line": line, "error": sentence})


class Reading:
    """The rows of an import as they are to come in. Iterating gives (what is wanted, what is wrong), row by row."""

    def __init__(self, row: Import, *, today: date, lands: Landscape | None = None):
        """Open the file.

        Raises  Invalid, TooMuch when it cannot be used at all, or its mapping does not fit
        """
        self.options = {name: option.default for name, option in OPTIONS.items()} | row.options
        if row.kind == "mail" and not self.options["channel"]:
            self.options["channel"] = "email"
        self.rows: Rows = open_source(path_of(row), row.kind, self.options)
        self.mapping = check_mapping(row.mapping, self.rows.columns)
        self.source_id = row.source_id
        zone = ZoneInfo(current_app.config["HEADQUARTERS_ZONE"])
        self.reader = RowReader(self.mapping, self.options, lands or landscape(), today, zone)

    def __iter__(self) -> Iterator[tuple[Wanted, list[str]]]:
        seen: dict[int, tuple[int, int]] = {}
        times: dict[int, int] = {}
        for line in self.rows:
            wanted, problems = self.reader.read(line)
            if wanted.key:
                wanted.key = wanted.key if len(wanted.key) <= LONGEST_KEY else f"long:{hash_row(wanted.key)}"
                problem = _seen_before(seen, wanted)
                problems += [problem] if problem else []
            else:
                wanted.key = _own_key(times, wanted, dated="date" in self.mapping)
            yield wanted, problems

    @property
    def masks(self) -> bool:
        """Whether names and numbers are taken out of the texts."""
        return bool(self.options["mask"])


def chunks(reading: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Give lists of so many rows."""
    rows = iter(reading)
    while chunk := list(islice(rows, size)):
        yield chunk


def _short(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=7).digest())


def _seen_before(seen: dict[int, tuple[int, int]], wanted: Wanted) -> str:
    """Note the key; a sentence where an earlier line had the same one with another text."""
    key, text = _short(wanted.key), _short(wanted.columns["text"])
    earlier = seen.setdefault(key, (wanted.line, text))
    wanted.repeated = earlier[0] != wanted.line
    if earlier[1] == text:
        return ""
    return _("The id “%(key)s” stands in line %(line)s already, with another text.", key=wanted.key[:60], line=earlier[0])


def _own_key(times: dict[int, int], wanted: Wanted, *, dated: bool) -> str:
    """A key for a row its source gave none: the same for the same row of the same file, whenever it comes.

    Takes   times: how often each row was there so far
    """
    columns = wanted.columns
    facts = "\n".join((str(columns["said_on"]) if dated else "", columns["customer_hash"] or "", columns["text"]))
    row = _short(facts)
    times[row] = times.get(row, 0) + 1
    facts = f"{facts}\n{times[row]}"
    return f"row:{hash_row(facts)[:40]}"


def known_items(source_id: int, keys: Iterable[str]) -> dict[str, Any]:
    """Give the items of a source that have one of these keys, by key: rows of id, text and masked."""
    found = db.session.execute(
        sa.select(Item.source_key, Item.id, Item.text, Item.masked)
        .where(Item.source_id == source_id, Item.source_key.in_(list(keys)))
        .where(sa.or_(Item.import_id.is_(None), Item.import_id.in_(
            sa.select(Import.id).where(Import.state.in_(("visible", "running")))
        )))
    )
    return {row.source_key: row for row in found}


def says_the_same(known: Any, wanted: Wanted, names: frozenset[str]) -> bool:
    """Say whether an item has the words of a row, masked or not."""
    text = wanted.columns["text"]
    return bool(known.text == text or known.text == kept_masked(text, names))


def kept_masked(text: str, names: frozenset[str]) -> str:
    """Give a text as it is kept masked. Marks may be longer than what they hide."""
    return masked(text, names)[:LONGEST_TEXT].strip()


def look_over(reading: Reading, names: frozenset[str], *, compare: bool, on_row: Any = None) -> Tally:
    """Go through the whole file and give what would come of it; nothing is written.

    Takes   compare: also look which rows are there already; on_row: called with the number of rows so far, now and then
    Raises  nothing: what ends the reading (a line that cannot be read) is a problem of its line
    """
    tally = Tally()
    try:
        for chunk in chunks(reading):
            good = []
            for wanted, problems in chunk:
                tally.rows += 1
                if problems:
                    tally.note(wanted.line, problems)
                else:
                    good.append(wanted)
            if compare and good:
                _compare(reading.source_id, good, names, tally)
            if on_row is not None:
                on_row(tally.rows)
    except HouseError as refused:
        tally.wrong_rows += 1
        tally.problems.append(as_problem(refused))
    if not tally.rows and not tally.problems:
        tally.problems.append(as_problem(Invalid(_("The file holds no rows below its heading."))))
        tally.wrong_rows = 1
    return tally


def _compare(source_id: int, good: list[Wanted], names: frozenset[str], tally: Tally) -> None:
    known = known_items(source_id, [wanted.key for wanted in good])
    for wanted in good:
        if wanted.repeated:
            tally.known += 1
        elif wanted.key not in known:
            tally.created += 1
        elif says_the_same(known[wanted.key], wanted, names):
            tally.known += 1
        else:
            tally.differing += 1
