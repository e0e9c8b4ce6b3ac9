"""Files on their way in: kept in the instance folder until what they hold has come in, then removed."""

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.database import db
from suggestbox.core.errors import HouseError, Refused
from suggestbox.core.language import gettext as _

from .json_in import open_json
from .mail_in import open_mail
from .models import Import
from .sheets_in import LARGEST_FILE, open_xlsx
from .tables_in import LARGEST_BYTES, Rows, check_size, open_csv

KINDS = ("csv", "xlsx", "mail", "json")
FOLDER = "imports"
_BLOCK = 1_048_576
_MAIL_HEADER = re.compile(
    rb"(From |(?:Return-Path|Received|From|To|Subject|Date|Message-ID|Delivered-To|MIME-Version|X-[\w-]+): )"
)

ORPHAN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Kept:
    """A file that lies in the instance folder under a random name and waits for its import."""

    stored_name: str
    file_name: str
    sha256: str
    size_bytes: int
    kind: str


def folder() -> Path:
    """Give the folder of files on their way in; it is made when it is first asked for."""
    place = Path(current_app.config["DEPLOYMENT"].instance).resolve() / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def keep_file(stream: BinaryIO | Any, file_name: str | None, *, kind: str = "") -> Kept:
    """Put what somebody sends on disk, block by block. Slow: call it before `work()`.

    Raises  TooMuch for what is too large, Invalid for nothing at all
    """
    shown = (Path(str(file_name or "").replace("\\", "/")).name or "file")[:200]
    stored = f"{secrets.token_hex(16)}"
    digest, size, start = hashlib.sha256(), 0, b""
    path = folder() / stored
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            while block := stream.read(_BLOCK):
                start = start or block[:4_096]
                size += len(block)
                if size > LARGEST_BYTES:
                    check_size(size)
                digest.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        kind = kind or kind_of(start, shown)
        check_size(size, LARGEST_FILE if kind == "xlsx" else LARGEST_BYTES)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Kept(stored, shown, digest.hexdigest(), size, kind)


def keep_path(path: Path, *, kind: str = "") -> Kept:
    """Keep a copy of a file of this machine; see `keep_file`. Its size is looked at before anything is read."""
    with path.open("rb") as stream:
        check_size(os.fstat(stream.fileno()).st_size or 1)
        return keep_file(stream, path.name, kind=kind)


def kind_of(start: bytes, name: str) -> str:
    """Give the kind of a file by how it begins; by its name only where that does not tell."""
    ending = name.rpartition(".")[2].lower()
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")) or ending in ("xlsx", "xlsm", "xls"):
        return "xlsx"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if ending in ("eml", "mbox") or _MAIL_HEADER.match(text):
        return "mail"
    if ending in ("json", "jsonl", "ndjson") or re.match(rb"\[?\s*\{\s*[\"}]", text):
        return "json"
    return "csv"


def open_source(path: Path, kind: str, options: dict[str, Any]) -> Rows:
    """Give the rows of a file: its columns, and its lines as often as they are gone through.

    Takes   kind: csv, xlsx, mail or json; options: see `intake_fields.OPTIONS`
    Raises  TooMuch, Invalid for a file that cannot be used, with the line where there is one
    """
    if not path.is_file():
        raise Refused(_("The file is not there any more. Please choose it again."), reason="file_gone")
    if kind == "xlsx":
        return open_xlsx(path, sheet=options.get("sheet", ""))
    if kind == "mail":
        return open_mail(path)
    if kind == "json":
        return open_json(path)
    return open_csv(path, encoding=options.get("encoding", ""), separator=options.get("separator", ""))


def path_of(row: Import) -> Path:
    """Give where the file of an import lies; it need not be there any more."""
    return folder() / Path(row.stored_name or "gone").name


def forget_file(stored_name: str) -> None:
    """Remove a file on its way in."""
    if stored_name:
        (folder() / Path(stored_name).name).unlink(missing_ok=True)


def forget_orphans(now: datetime) -> int:
    """Remove files nobody waits for: of imports that ended, and without an import for a day. Give how many."""
    waiting = set(db.session.scalars(
        sa.select(Import.stored_name).where(Import.state.in_(("uploaded", "queued", "running")))
    ))
    removed = 0
    for path in folder().iterdir():
        try:
            fresh = path.stat().st_mtime > (now - ORPHAN_AFTER).timestamp()
        except OSError:  # somebody else was quicker
            continue
        if path.name not in waiting and not fresh:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def as_problem(refused: HouseError) -> dict[str, Any]:
    """Give an error about a whole file as one line of its report."""
    sentence = str(refused.details.get("what") or refused.text or refused.reason)
    return {"line": int(refused.details.get("line", 0)), "error": sentence[:1].upper() + sentence[1:]}
