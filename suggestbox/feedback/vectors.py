"""Word vectors for English texts, as the package `wordllama` carries them: no network, no download.

They know that "top-up" and "add money" are near each other, which no counting of letters can learn from ten examples.
They were made from English texts and tell nothing about German ones (measured, see docs/decisions/0017_theme_model.md).
Without the package the model works by the words alone.
"""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS = "weights/l2_supercat_256.safetensors"
PIECES = "tokenizers/l2_supercat_tokenizer_config.json"

LONGEST = 2_000
"""Of longer texts only so many characters are read."""


@cache
def _tables() -> tuple[Any, Any] | None:
    """The vector of every piece of a word, and what cuts words into pieces; None where the package is not there.

    Nothing of the package itself is imported: it could look for files on the network.
    """
    try:
        # One process trains at a time; the library would start a thread per core.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        folder = _folder()
        (vectors,) = load_file(folder / WEIGHTS).values()
        pieces = Tokenizer.from_file(str(folder / PIECES))
    except (ImportError, OSError, ValueError):
        return None
    pieces.no_padding()
    pieces.no_truncation()
    return vectors.astype(np.float16), pieces  # as they are stored: half the memory


def _folder() -> Path:
    """Where the package's files lie, without importing it."""
    found = find_spec("wordllama")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("wordllama")
    return Path(next(iter(found.submodule_search_locations)))


def width() -> int:
    """Give how many numbers a vector has; 0 where there are none."""
    tables = _tables()
    return 0 if tables is None else int(tables[0].shape[1])


def vectors_of(texts: list[str]) -> Any:
    """Give a row of length one per text, the mean of its words' vectors; zeros for a text without words."""
    tables = _tables()
    if tables is None:
        return np.zeros((len(texts), 0), dtype=np.float32)
    table, pieces = tables
    rows = np.zeros((len(texts), table.shape[1]), dtype=np.float32)
    for start in range(0, len(texts), 1_000):
        # Half a character (a lone surrogate) is none to the library: it becomes a question mark.
        some = [text[:LONGEST].encode("utf-8", "replace").decode() for text in texts[start : start + 1_000]]
        for n, found in enumerate(pieces.encode_batch(some, add_special_tokens=False), start=start):
            if found.ids:
                rows[n] = table[found.ids].mean(axis=0, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)
