"""The file of the model in use, in the instance's folder: named by its learning, checked against the checksum on record."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

from suggestbox.core.errors import Refused

from .models import Learning

if TYPE_CHECKING:
    from .theme_model import ThemeModel

FOLDER = "models"


def folder() -> Path:
    """Give the folder of the model files; it is made when it is not there."""
    found: Path = current_app.config["DEPLOYMENT"].instance.resolve() / FOLDER
    found.mkdir(mode=0o700, parents=True, exist_ok=True)  # it knows words of customers
    return found


def path_of(learning_id: int) -> Path:
    """Give the file of a learning."""
    return folder() / f"themes_{learning_id}.model"


def is_whole(learning: Learning) -> bool:
    """Say whether the file of a learning is there and is what was written; nothing of the model is loaded."""
    try:
        return checksum(path_of(learning.id)) == learning.file_sha256
    except OSError:
        return False


def load(learning: Learning) -> "ThemeModel":
    """Give the model of a learning.

    Raises  Refused when its file is missing, damaged, foreign or of another version: then the model is to learn anew
    """
    if not is_whole(learning):
        raise Refused("The file of the theme model is missing or damaged.", reason="model_damaged")
    from .theme_store import load_model

    return load_model(path_of(learning.id))


def forget_others(learning_id: int) -> int:
    """Remove the files of all other learnings; give how many."""
    others = [path for path in folder().glob("themes_*.model*") if path != path_of(learning_id)]
    for path in others:
        path.unlink(missing_ok=True)
    return len(others)


def checksum(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
