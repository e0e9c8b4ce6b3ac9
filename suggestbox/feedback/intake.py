"""Bringing feedback in: sources, imports from the file to the queue, a look at what would come in, taking it back.

What runs an import is `intake_run.py`; how files are read is in the `*_in.py` beside it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write
from suggestbox.people.queries import here

from .heard import HEARD, add_heard
from .intake_cells import Wanted
from .intake_fields import FIELDS, OPTIONS, Field, Option, check_mapping, clean_options, propose_mapping
from .intake_files import Kept, forget_file, keep_file, keep_path, open_source, path_of
from .intake_reading import Reading, Tally, kept_masked, look_over
from .landscape import Landscape, landscape
from .masking import staff_names
from .models import Import, Source
from .tables_in import Rows

__all__ = [
    "FIELDS", "HEARD", "OPTIONS", "Field", "Kept", "Option", "Preview", "PreviewRow", "Rows", "add_heard", "check",
    "check_mapping", "clean_options", "drop_upload", "ensure_source", "find_source", "forget_file", "keep_file",
    "keep_path", "open_source", "path_of", "propose_mapping", "queue", "start_import", "undo",
]

_SOURCE_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


def find_source(key: str) -> Source | None:
    """Give the source with this key, or None."""
    return db.session.scalars(sa.select(Source).where(Source.key == key)).first()


def ensure_source(key: str, name: str = "", *, now: datetime) -> Source:
    """Give the source with this key; it is added where there is none.

    Raises  Invalid for a key of another shape
    """
    key = key.strip().lower()
    if not _SOURCE_KEY.fullmatch(key):
        raise Invalid(_("The key of a source has small letters, digits, dots and dashes, such as survey-2026."),
                      fields={"source": _("Please choose another key.")}, reason="bad_source_key")
    found = find_source(key)
    if found is None:
        found = Source(key=key, name=(name.strip() or key)[:120], mapping={}, options={}, created_at=now, changed_at=now)
        db.session.add(found)
        db.session.flush()
    return found


def start_import(
    kept: Kept, source: Source, *, mapping: Mapping[str, str], options: Mapping[str, Any], by_id: int | None,
    now: datetime, queued: bool = False,
) -> Import:
    """Give a new import of a kept file: `uploaded`, until its columns are chosen, or `queued` at once. Flushes.

    Takes   options: as `clean_options` gives them
    """
    if source.key == HEARD:
        raise Refused(_("This source holds what employees pass on; files come from others."), reason="source_of_employees")
    row = Import(
        source_id=source.id, kind=kept.kind, file_name=kept.file_name, stored_name=kept.stored_name, sha256=kept.sha256,
        size_bytes=kept.size_bytes, mapping={}, options={}, by_id=by_id, created_at=now, errors=[],
    )
    db.session.add(row)
    db.session.flush()
    if queued:
        queue(row, mapping=mapping, options=options, now=now)
    else:
        row.mapping, row.options = dict(mapping), dict(options)
    return row


def queue(
    row: Import, *, mapping: Mapping[str, str], options: Mapping[str, Any], now: datetime, by_id: int | None = None
) -> None:
    """Let an uploaded file come in with this mapping and these options; its source remembers both.

    Takes   by_id: who says so, where that is not who uploaded it
    Raises  Refused when it is on its way already, or came in
    """
    if row.state not in ("uploaded", "failed") or not row.stored_name:
        raise Refused(_("This file is on its way in already, or came in."), reason="import_started")
    row.mapping, row.options = {name: column for name, column in mapping.items() if column}, dict(options)
    row.state, row.errors, row.row_count, row.done_count = "queued", [], 0, 0
    source = db.session.get_one(Source, row.source_id)
    source.mapping, source.options, source.changed_at = dict(row.mapping), dict(options), now
    actor_id = by_id or row.by_id
    write("feedback.import_queued", now=now, actor_id=actor_id, role="person" if actor_id else "admin",
          import_id=row.id, source_id=row.source_id)
    db.session.flush()


def drop_upload(row: Import) -> None:
    """Remove an uploaded file nobody wants to bring in, and its row. Flushes.

    Raises  Refused when it is on its way already
    """
    if row.state != "uploaded":
        raise Refused(_("This file is on its way in already, or came in."), reason="import_started")
    stored = row.stored_name
    db.session.delete(row)
    db.session.flush()
    forget_file(stored)


def undo(row: Import, *, by_id: int | None, now: datetime) -> None:
    """Take an import back: what came in with it is gone at once, for everybody; its rows are removed afterwards.

    Raises  Refused when nothing came in with it
    """
    if row.state != "visible":
        raise Refused(_("Nothing came in with this import, so nothing can be taken back."), reason="import_not_visible")
    row.state, row.undone_at, row.undone_by_id = "undone", now, by_id
    write("feedback.import_undone", now=now, actor_id=by_id, role="person" if by_id else "admin", import_id=row.id,
          source_id=row.source_id, items=row.created_count)
    db.session.flush()


# -- a look at what would come in --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PreviewRow:
    """A row as it would come in: field -> what it was understood as, and a sentence per cell that cannot be used."""

    line: int
    facts: dict[str, str]
    errors: list[str]


@dataclass
class Preview:
    """The first rows as they would come in. With `whole`, `tally` says what would come of the whole file."""

    rows: list[PreviewRow]
    errors: list[dict[str, Any]]
    columns: tuple[str, ...]
    encoding: str
    separator: str
    sheets: tuple[str, ...]
    row_count: int
    whole: bool
    new_themes: list[str] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


def check(row: Import, *, today: date, most: int = 20, whole: bool = False) -> Preview:
    """Give what would come in with the import's mapping and options; nothing is written.

    Takes   most: so many of the first rows are shown; whole: look at all rows, and which are there already
    Raises  Invalid, TooMuch for a file that cannot be used at all, or a mapping that does not fit it
    """
    lands = landscape()
    reading = Reading(row, today=today, lands=lands)
    names = staff_names(here()) if reading.masks else frozenset()
    shown: list[PreviewRow] = []
    problems: list[dict[str, Any]] = []
    for wanted, wrong in reading:
        facts = _facts(wanted, reading.mapping, lands)
        shown.append(PreviewRow(wanted.line, facts | {"text": kept_masked(facts["text"], names)} if names else facts, wrong))
        problems += [{"line": wanted.line, "error": sentence} for sentence in wrong]
        if len(shown) == most:
            break
    tally, count = Tally(), reading.rows.row_estimate
    if whole or not shown:
        tally = look_over(Reading(row, today=today, lands=lands) if shown else reading, staff_names(here()), compare=True)
        problems, count = tally.problems, tally.rows
    return Preview(
        shown, problems, reading.rows.columns, reading.rows.encoding, reading.rows.separator, reading.rows.sheets, count,
        whole or not shown, sorted(reading.reader.themes.new), tally,
    )


def _facts(wanted: Wanted, mapping: Mapping[str, str], lands: Landscape) -> dict[str, str]:
    """What a row was understood as, in texts, for the fields that are mapped or guessed."""
    columns = wanted.columns
    touchpoint = lands.touchpoints.get(columns["touchpoint_id"] or 0)
    names = {theme.key: theme.name for theme in lands.themes.values()}
    found = {
        "text": columns["text"], "date": columns["said_on"].isoformat(), "channel": columns["channel"],
        "language": columns["language"], "rating": "" if columns["rating"] is None else f"{columns['rating']:g}",
        "nps": "" if columns["nps"] is None else str(columns["nps"]), "segment": columns["segment"],
        "audience": columns["audience"], "touchpoint": touchpoint.name if touchpoint else "",
        "key": wanted.key if "key" in mapping else "", "customer": (columns["customer_hash"] or "")[:8],
        "themes": " | ".join(names.get(key, key) for key in wanted.themes or {}),
        "polarities": " | ".join(f"{names.get(key, key)}: {polarity}" for key, polarity in (wanted.themes or {}).items()),
        "settled": "" if wanted.themes is None else "yes" if wanted.settled else "no",
    }
    always = ("text", "date", "channel", "language")
    return {name: text for name, text in found.items() if name in mapping or name in always}
