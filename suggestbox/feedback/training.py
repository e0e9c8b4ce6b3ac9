"""Learning anew from what people said: the model, how good it is, typical words and quotes.

Called by `suggestbox feedback retrain`; no page imports this. A tenth of the confirmed items, by a hash of their id, is
never used for the model whose figures are shown. The heavy part is done by `teaching.py`, in a process of its own.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db, work

from . import learning, model_files, theme_words
from .judged import limits_of_the_house
from .landscape import Landscape, landscape
from .models import Assignment, Item, Learning, Theme

Row = list[Any]
"""An example, as JSON has it: text, themes, [theme, polarity] pairs."""

Teach = Callable[[dict[str, Any]], dict[str, Any]]


class TeachingFailed(Exception):
    """The process that learned ended with a fault; the text is the last it said."""


@dataclass
class Lesson:
    """What there is to learn from: confirmed items, those held back, and the words people described themes with."""

    taught: list[Row] = field(default_factory=list)
    held_back: list[Row] = field(default_factory=list)
    described: list[Row] = field(default_factory=list)
    theme_ids: dict[str, int] = field(default_factory=dict)
    counts: theme_words.Counts = field(default_factory=theme_words.Counts)

    @property
    def item_count(self) -> int:
        """How many confirmed items there are."""
        return len(self.taught) + len(self.held_back)


def teach_here(given: dict[str, Any]) -> dict[str, Any]:
    """Learn in this very process."""
    from .teaching import teach

    return teach(given)


def teach_apart(given: dict[str, Any]) -> dict[str, Any]:
    """Learn in a process that knows nothing else.

    Raises  TeachingFailed with the last it said
    """
    done = subprocess.run(
        [sys.executable, "-m", "suggestbox.feedback.teaching"], input=json.dumps(given).encode(), capture_output=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise TeachingFailed("".join(last) or f"ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def retrain(*, clock: Callable[[], datetime], teach: Teach = teach_here) -> Learning:
    """Learn anew and give the learning; its result says how it went.

    Raises  Refused when another process is learning
    """
    start = time.monotonic()
    with work():
        learning_id = learning.begin_learning(now=clock())
    try:
        result, facts = _learn(learning_id, teach)
    except Exception as trouble:
        with work():
            learning.end_learning(learning_id, "failed", now=clock(), trouble=f"{type(trouble).__name__}: {trouble}"[:500])
        raise
    with work():
        seconds = round(time.monotonic() - start, 2)
        learning.end_learning(learning_id, result, now=clock(), seconds=seconds, **facts)
    if result == "learned":
        model_files.forget_others(learning_id)
    with work():
        theme_words.write_quotes()
    return db.session.get_one(Learning, learning_id)


def _learn(learning_id: int, teach: Teach) -> tuple[str, dict[str, Any]]:
    lesson = read_lesson()
    given = {
        "taught": lesson.taught, "held_back": lesson.held_back, "described": lesson.described,
        "theme_ids": lesson.theme_ids, "limits": astuple(limits_of_the_house()),
        "path": str(model_files.path_of(learning_id)),
    }
    with work():  # nothing is left open while the model learns
        theme_words.write_words(lesson.counts, lesson.theme_ids.values())
    facts: dict[str, Any] = {"item_count": lesson.item_count, "held_back_count": len(lesson.held_back)}
    del lesson
    found = teach(given)
    if not found["themes"]:
        return "too_little", facts
    facts |= {
        "figures": found["figures"], "theme_count": len(found["themes"]),
        "file_sha256": model_files.checksum(model_files.path_of(learning_id)),
    }
    return "learned", facts


def read_lesson() -> Lesson:
    """Read what people said so far: four statements more than the landscape, however much there is."""
    lands, lesson = landscape(), Lesson()
    keys = {theme.id: theme.key for theme in lands.alive()}
    lesson.theme_ids = {key: theme_id for theme_id, key in keys.items()}
    themes = db.session.scalars(sa.select(Theme).where(Theme.archived_at.is_(None)).order_by(Theme.id)).all()
    theme_words.count_given(lesson.counts, themes)
    told: dict[int, list[tuple[int, str]]] = {}
    rows = db.session.execute(
        sa.select(Assignment.item_id, Assignment.theme_id, Assignment.polarity)
        .join(Item, Item.id == Assignment.item_id)
        .where(Assignment.state == "assigned", learning.confirmed()).order_by(Assignment.id)
    )
    for item_id, theme_id, polarity in rows:
        told.setdefault(item_id, []).append((theme_id, polarity))
    items = db.session.execute(sa.select(Item.id, Item.text).where(learning.confirmed()).order_by(Item.id))
    used: set[int] = set()
    for item_id, text in items:
        about = {target: polarity for theme_id, polarity in told.get(item_id, ()) if (target := _today(lands, theme_id))}
        if told.get(item_id) and not about:
            continue  # what it was about is archived: it teaches nothing, least of all that no theme fits
        used.update(about)
        pairs = [[keys[theme_id], polarity] for theme_id, polarity in about.items()]
        example = [text, [theme for theme, _polarity in pairs], pairs]
        (lesson.held_back if learning.is_held_back(item_id) else lesson.taught).append(example)
        lesson.counts.add(text, about)
    lesson.described = list(_descriptions(themes, lands, used))
    return lesson


def _today(lands: Landscape, theme_id: int) -> int | None:
    """The theme an assignment means today: what a merged one went into; None for an archived one."""
    seen = set()
    theme = lands.theme(theme_id)
    while theme is not None and theme.gone and theme.id not in seen:
        seen.add(theme.id)
        theme = lands.theme(theme.merged_into_id)
    return theme.id if theme is not None and not theme.gone else None


def _descriptions(themes: Any, lands: Landscape, used: set[int]) -> Any:
    """Names and example sentences; a theme that only holds others together is not told by its name."""
    above = {theme.parent_id for theme in lands.alive()}
    for theme in themes:
        sentences = [*theme.examples_de, *theme.examples_en]
        names = [] if theme.id in above and theme.id not in used and not sentences else [theme.name_de, theme.name_en]
        for text in dict.fromkeys([*names, *sentences]):
            yield [text, [theme.key], []]
