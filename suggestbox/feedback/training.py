"""Learning anew from what people said: the model, how good it is, typical words and quotes, proposed themes.

Runs in a process of its own (`suggestbox feedback retrain`); no page imports this. A tenth of the confirmed items, by a
hash of their id, is never used for the model whose figures are shown. Up to `ALL_BELOW` examples the model in use
learns from that tenth too, afterwards; beyond it would hardly gain from them, and is the very one the figures are about.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid

from . import clustering, learning, model_files, theme_words
from .judged import Limits, limits_of_the_house
from .landscape import Landscape, landscape
from .learning_figures import figures_of
from .models import Assignment, Item, Learning, Theme
from .theme_model import Example, ThemeModel, train

ALL_BELOW = 6_000
FEWEST_HELD_BACK = 10
"""Figures from fewer held-back items would be chance."""

FEW = 10
"""A theme with fewer confirmed items is learned from its name and example sentences, too."""


@dataclass
class Lesson:
    """What there is to learn from: confirmed items, those held back, and the words people described themes with."""

    taught: list[Example] = field(default_factory=list)
    held_back: list[Example] = field(default_factory=list)
    described: list[Example] = field(default_factory=list)
    theme_ids: dict[str, int] = field(default_factory=dict)
    counts: theme_words.Counts = field(default_factory=theme_words.Counts)

    @property
    def item_count(self) -> int:
        return len(self.taught) + len(self.held_back)


def retrain(*, clock: Callable[[], datetime]) -> Learning:
    """Learn anew and give the learning; its result says how it went.

    Raises  Refused when another process is learning
    """
    start = time.monotonic()
    with work():
        learning_id = learning.begin_learning(now=clock())
    try:
        result, facts = _learn(learning_id)
    except Exception as trouble:
        with work():
            learning.end_learning(learning_id, "failed", now=clock(), trouble=f"{type(trouble).__name__}: {trouble}"[:500])
        raise
    with work():
        seconds = round(time.monotonic() - start, 2)
        learning.end_learning(learning_id, result, now=clock(), seconds=seconds, **facts)
    if result == "learned":
        model_files.forget_older(learning_id)
    with work():
        theme_words.write_quotes()
    clustering.propose(clock=clock)
    return db.session.get_one(Learning, learning_id)


def _learn(learning_id: int) -> tuple[str, dict[str, Any]]:
    lesson, limits = read_lesson(), limits_of_the_house()
    with work():
        theme_words.write_words(lesson.counts, lesson.theme_ids.values())
    facts: dict[str, Any] = {"item_count": lesson.item_count, "held_back_count": len(lesson.held_back)}
    if len(lesson.taught) < 1:
        return "too_little", facts
    try:
        model, figures = _train(lesson, limits)
    except Invalid as too_little:
        if too_little.reason != "nothing_to_learn":
            raise
        return "too_little", facts
    model.facts["theme_ids"] = {key: lesson.theme_ids[key] for key in model.themes}
    facts |= {"figures": figures, "theme_count": len(model.themes), "file_sha256": model_files.save(model, learning_id)}
    return "learned", facts


def _train(lesson: Lesson, limits: Limits) -> tuple[ThemeModel, dict[str, Any]]:
    """Give the model for use, and the figures of the one that had not seen the held-back items."""
    often = Counter(theme for example in lesson.taught for theme in example.themes)
    described = [example for example in lesson.described if all(often[theme] < FEW for theme in example.themes)]
    figures: dict[str, Any] = {}
    everything = lesson.item_count <= ALL_BELOW
    try:
        model = train([*described, *lesson.taught])
    except Invalid:
        if not everything or not lesson.held_back:
            raise
        return train([*described, *lesson.taught, *lesson.held_back]), figures
    if len(lesson.held_back) >= FEWEST_HELD_BACK:
        figures = figures_of(model, lesson.held_back, lesson.theme_ids, limits)
    if everything and lesson.held_back:
        del model
        model = train([*described, *lesson.taught, *lesson.held_back])
    return model, figures


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
        example = Example(text, frozenset(keys[theme_id] for theme_id in about),
                          tuple((keys[theme_id], polarity) for theme_id, polarity in about.items()))
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
            yield Example(text, frozenset([theme.key]))
