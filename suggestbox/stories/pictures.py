"""The picture of a story, as it is sent: as large as it was kept, or small for lists."""

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import request, send_file
from PIL import Image

from suggestbox.ideas.files import path_of
from suggestbox.ideas.models import Attachment

SMALL_SIDE = 720
"""Pixels of the longer side: sharp in a list on a phone, and some 60 kB."""


@lru_cache(maxsize=64)
def _small(path: Path) -> bytes:
    """The picture drawn small. The name of a file is random and never used again, so the name says what is in it."""
    with Image.open(path) as picture:
        picture.draft("RGB", (SMALL_SIDE * 2, SMALL_SIDE * 2))
        drawn = picture.convert("RGBA" if picture.mode in ("RGBA", "LA", "P") else "RGB")
        drawn.thumbnail((SMALL_SIDE, SMALL_SIDE))
        out = io.BytesIO()
        drawn.save(out, "PNG" if drawn.mode == "RGBA" else "JPEG", **({} if drawn.mode == "RGBA" else {"quality": 82}))
        return out.getvalue()


def answer(attachment: Attachment) -> Any:
    """Give the answer to a request for a picture; with `?small=1` drawn small. Ask first who may see it.

    Raises  NotFound when the file is not there any more
    """
    path, small = path_of(attachment.stored_name), request.args.get("small") == "1"
    content = _small(path) if small else path.read_bytes()
    # Not by the name it is stored under: with that one could fetch it as a file of the idea, also once it is taken down.
    sent = send_file(io.BytesIO(content), mimetype=attachment.media_type, max_age=0,
                     etag=f"picture-{attachment.id}{'-small' if small else ''}")
    sent.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    sent.headers["X-Content-Type-Options"] = "nosniff"
    sent.headers["Cache-Control"] = "private, no-cache"
    return sent
