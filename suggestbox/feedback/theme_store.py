"""The theme model as a file: plain arrays and JSON behind a checksum, never a pickle.

A file that is damaged, of another version, or was made with word vectors this installation lacks is refused; then the
model is learned anew from what people confirmed.
"""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from suggestbox.core.errors import Refused

from . import vectors
from .calibration import Curve
from .features import Features, Tone
from .sense import Sense
from .theme_model import Lines, Polarity, ThemeModel

MARK = b"suggestbox theme model 1\n"
"""First line of the file: a file written by other rules is not read by these."""


class DamagedModel(Refused):
    """The file is not the model that was written; learn it anew."""


def save_model(model: ThemeModel, path: Path) -> None:
    """Write the model, whole or not at all: readers see the old file until the new one is complete."""
    arrays, facts = _taken_apart(model)
    arrays["facts"] = np.frombuffer(json.dumps(facts, ensure_ascii=False).encode(), dtype=np.uint8)
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    payload = packed.getvalue()
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as file:
            file.write(MARK + hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load_model(path: Path) -> ThemeModel:
    """Give the model in a file.

    Raises  FileNotFoundError when there is none, DamagedModel for any that should be learned anew
    """
    raw = path.read_bytes()
    mark, _, rest = raw.partition(b"\n")
    checksum, _, payload = rest.partition(b"\n")
    if mark + b"\n" != MARK:
        raise DamagedModel(f"{path.name} is no theme model of this version.", reason="model_version")
    if hashlib.sha256(payload).hexdigest().encode() != checksum:
        raise DamagedModel(f"{path.name} is damaged.", reason="model_damaged")
    try:
        with np.load(io.BytesIO(payload), allow_pickle=False) as packed:
            arrays = {name: packed[name] for name in packed.files}
        return _put_together(arrays, json.loads(arrays["facts"].tobytes()))
    except (ValueError, KeyError, IndexError, TypeError, OSError, zipfile.BadZipFile) as trouble:
        raise DamagedModel(f"{path.name} does not hold a whole model.", reason="model_damaged") from trouble


def _taken_apart(model: ThemeModel) -> tuple[dict[str, Any], dict[str, Any]]:
    features = model.features
    arrays: dict[str, Any] = {"line_weights": model.lines.weights, "line_starts": model.lines.starts}
    facts: dict[str, Any] = {
        "themes": model.themes, "threshold": model.threshold, "none_below": model.none_below,
        "one_each": model.one_each, "facts": model.facts, "usually_english": features.usually_english,
        "only_polarity": model.only_polarity,
        "width": features.width, "curves": [[curve.weights.tolist(), curve.start] for curve in model.curves],
    }
    _take_words("words", features.words, arrays, facts)
    _take_words("grams", features.grams, arrays, facts)
    if model.sense is not None:
        arrays |= {"anchors": model.sense.anchors, "nearness": model.sense.weights, "usual": model.sense.usual}
    if model.polarity is not None:
        polarity = model.polarity
        facts["polarities"] = polarity.names
        arrays |= {
            "tone_weights": polarity.lines.weights, "tone_starts": polarity.lines.starts,
            "tone_curve": polarity.weights, "tone_curve_starts": polarity.starts,
        }
        _take_words("tone_words", polarity.tone.words, arrays, facts)
        _take_words("tone_grams", polarity.tone.grams, arrays, facts)
    return arrays, facts


def _take_words(name: str, block: Any, arrays: dict[str, Any], facts: dict[str, Any]) -> None:
    facts[name] = sorted(block.vocabulary_, key=block.vocabulary_.__getitem__)
    arrays[f"{name}_rarity"] = block.idf_


def _put_together(arrays: dict[str, Any], facts: dict[str, Any]) -> ThemeModel:
    features = Features()
    features.usually_english, features.width = facts["usually_english"], facts["width"]
    if features.width and features.width != vectors.width():
        raise ValueError("made with other word vectors")
    _give_words(features.words, "words", arrays, facts)
    _give_words(features.grams, "grams", arrays, facts)
    sense = None
    if "anchors" in arrays:
        sense = Sense(arrays["anchors"], arrays["nearness"], arrays["usual"])
    one, other = (Curve(np.array(weights), start) for weights, start in facts["curves"])
    model = ThemeModel(
        facts["themes"], features, Lines(arrays["line_weights"], arrays["line_starts"]), sense, (one, other),
        facts["threshold"], facts["none_below"], facts["one_each"],
        only_polarity=facts["only_polarity"], facts=facts["facts"],
    )
    if "polarities" in facts:
        tone = Tone(model.themes)
        _give_words(tone.words, "tone_words", arrays, facts)
        _give_words(tone.grams, "tone_grams", arrays, facts)
        lines = Lines(arrays["tone_weights"], arrays["tone_starts"])
        model.polarity = Polarity(facts["polarities"], tone, lines, arrays["tone_curve"], arrays["tone_curve_starts"])
    return model


def _give_words(block: Any, name: str, arrays: dict[str, Any], facts: dict[str, Any]) -> None:
    block.vocabulary_ = {word: place for place, word in enumerate(facts[name])}
    block.fixed_vocabulary_ = False
    block.idf_ = arrays[f"{name}_rarity"]
