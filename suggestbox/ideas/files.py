"""Files beside an idea: looked at, made harmless and put on disk before any row about them is written.

A file is judged by its content, never by its name. Photos are drawn anew, so that nothing but the picture is left:
no place, no camera, nothing behind the end of the image. Documents are kept as they are and only ever downloaded.
"""

import io
import os
import secrets
import threading
import warnings
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filetype
from flask import current_app
from PIL import Image, ImageOps, UnidentifiedImageError

from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.forms import one_line
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule

from . import settings  # noqa: F401 -- declares the rules asked for below

PHOTO_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 60_000_000
"""A photo of 60 megapixels is larger than any phone takes; a small file may claim to be far larger."""

LONGEST_SIDE = 2000

_one_at_a_time = threading.Lock()
"""A picture of 250 kB may unfold to hundreds of megabytes: a few of them at once must not take the machine."""

DOCUMENTS = {
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
ACCEPTED = ".jpg,.jpeg,.png,.webp,.gif,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp"
"""What the file picker of a browser offers; the content decides."""


@dataclass(frozen=True)
class KeptFile:
    """A file that lies on disk under a random name and waits for its row."""

    stored_name: str
    shown_name: str
    media_type: str
    size_bytes: int
    is_image: bool = False
    width: int = 0
    height: int = 0


def keep_upload(upload: Any) -> KeptFile:
    """Put an uploaded file on disk and give what is known about it. Slow: call it before `work()`.

    Takes   upload: werkzeug's FileStorage
    Raises  Invalid with a sentence that names the file, when it is empty, too large or of another kind
    """
    shown = shown_name(upload.filename)
    most = rule("ideas.attachment_megabytes")
    raw = upload.stream.read(most * 1024 * 1024 + 1)
    if not raw:
        raise Invalid(_("The file “%(name)s” is empty.", name=shown), reason="file_empty")
    if len(raw) > most * 1024 * 1024:
        sentence = _("The file “%(name)s” is too large. At most %(most)s MB fit.", name=shown, most=most)
        raise Invalid(sentence, reason="file_too_large")
    kind = filetype.guess(raw)
    media_type = kind.mime if kind else ""
    if media_type in DOCUMENTS:
        ending = DOCUMENTS[media_type]
        return _store(raw, ending, _with_ending(shown, ending), media_type)
    photo = draw_anew(raw)
    if photo is None:
        raise Invalid(
            _("The file “%(name)s” cannot be added. Photos (JPEG, PNG, WebP, GIF), PDF and office files work.",
              name=shown),
            reason="file_kind",
        )
    content, ending, media_type, width, height = photo
    return _store(content, ending, _with_ending(shown, ending), media_type, True, width, height)


def keep_uploads(uploads: Iterable[Any]) -> list[KeptFile]:
    """Put several uploaded files on disk; if one is refused, none is left behind."""
    kept: list[KeptFile] = []
    try:
        for upload in uploads:
            if upload and upload.filename:
                with closing(upload):
                    kept.append(keep_upload(upload))
    except BaseException:
        forget(kept)
        raise
    return kept


def draw_anew(raw: bytes) -> tuple[bytes, str, str, int, int] | None:
    """Give a photo without anything but its picture: content, ending, media type, width, height.

    None when it is no photo we know, or one that claims to be larger than any camera takes.
    """
    try:
        with _one_at_a_time, warnings.catch_warnings():
            # Pillow only warns between one and two times its own limit; ours is lower and is checked here.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=PHOTO_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS or not picture.width or not picture.height:
                    return None
                picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                picture.load()
                see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
                wanted = "RGBA" if see_through else "RGB"
                drawn = picture if picture.mode == wanted else picture.convert(wanted)
                drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                drawn = ImageOps.exif_transpose(drawn)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError,
            Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    bare = Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    out = io.BytesIO()
    if see_through:
        bare.save(out, "PNG", optimize=True)
        return out.getvalue(), "png", "image/png", bare.width, bare.height
    bare.save(out, "JPEG", quality=85, progressive=True)
    return out.getvalue(), "jpg", "image/jpeg", bare.width, bare.height


def shown_name(name: str | None) -> str:
    """Give the name a file is shown under: one line, no folders, at most 120 characters."""
    last = (one_line(name) or "").replace("\\", "/").rsplit("/", 1)[-1].strip(". ")
    if len(last) > 120:
        stem, dot, ending = last.rpartition(".")
        last = f"{stem[:100]}{dot}{ending[:10]}" if dot else last[:120]
    return last or _("File")


def _with_ending(name: str, ending: str) -> str:
    """The name with the ending its content has, whatever it claimed."""
    stem, dot, claimed = name.rpartition(".")
    if dot and claimed.lower() in (ending, "jpeg" if ending == "jpg" else ending):
        return name
    return f"{stem if dot and len(claimed) <= 5 else name}.{ending}"


def _store(
    content: bytes, ending: str, shown: str, media_type: str, is_image: bool = False, width: int = 0, height: int = 0
) -> KeptFile:
    folder = files_folder()
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{secrets.token_urlsafe(24)}.{ending}"
    unfinished = folder / f".{name}.part"
    with open(unfinished, "xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(unfinished, folder / name)
    _sync_folder(folder)
    return KeptFile(name, shown, media_type, len(content), is_image, width, height)


def _sync_folder(folder: Path) -> None:
    """A new name reaches the disk with its folder; Windows cannot open folders and needs no such call."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def files_folder() -> Path:
    """Give the folder of uploaded files."""
    return Path(current_app.config["DEPLOYMENT"].files)


def path_of(stored_name: str) -> Path:
    """Give where a file lies.

    Raises  NotFound when it does not, or when the name is none of ours
    """
    path = files_folder() / stored_name
    if path.name != stored_name or stored_name.startswith(".") or not path.is_file():
        raise NotFound(reason="no_such_file")
    return path


def forget(files: Iterable[KeptFile]) -> None:
    """Remove files whose rows were never written."""
    for file in files:
        (files_folder() / file.stored_name).unlink(missing_ok=True)


def sweep_orphans(known: set[str], *, older_than: float) -> int:
    """Remove files no row knows and that are older than the moment given (seconds since 1970); give how many."""
    gone = 0
    folder = files_folder()
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in known and path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
