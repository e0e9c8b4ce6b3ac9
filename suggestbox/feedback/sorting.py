"""What waits for a person to say which themes it has: the most useful first, with the best guesses."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db

from .assigning import assignments_of
from .items import visible
from .judged import BEST
from .landscape import Landscape, ThemeBrief
from .learning import latest_learned
from .models import Assignment, Item, ThemeWord
from .theme_words import stems_in

UNDECIDED = 0.5
NEARLY = (0.1, 0.2, 0.3)
"""How far from undecided the best guess is: an answer to what could be either teaches most."""

LOW_RATING, HIGH_RATING = 2.0, 4.0


@dataclass(frozen=True)
class Option:
    """A theme offered for an item. `percent` is None where only the words speak for it."""

    theme: ThemeBrief
    polarity: str
    percent: int | None


@dataclass
class Task:
    """An item to sort: what is assigned to it already, what is offered, and how far along one is."""

    item: Item
    found: list[tuple[ThemeBrief, Assignment]] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    done: int = 0
    left: int = 0

    @property
    def place(self) -> int:
        """The number of this item in "12 of 45"."""
        return self.done + 1

    @property
    def every(self) -> int:
        return self.done + self.left


def waiting_states() -> tuple[str, ...]:
    """Give the states in which items wait for a person. Without a model nobody else looks at new ones."""
    return ("unsure",) if latest_learned() is not None else ("unsure", "new")


def count_waiting() -> int:
    """Give how many items wait for a person."""
    query = sa.select(sa.func.count()).select_from(Item).where(Item.state.in_(waiting_states()), visible())
    return db.session.scalar(query) or 0


def next_item(skipped: Collection[int] = ()) -> Item | None:
    """Give the item whose answer teaches most, the latest first among equals; skipped ones only when no other is left."""
    best = (
        sa.select(Assignment.item_id, sa.func.max(Assignment.confidence).label("chance"))
        .where(Assignment.state == "guess").group_by(Assignment.item_id).subquery()
    )
    apart = sa.func.abs(sa.func.coalesce(best.c.chance, UNDECIDED) - UNDECIDED)
    usefulness = sa.case(*((apart < limit, place) for place, limit in enumerate(NEARLY)), else_=len(NEARLY))
    query = (
        sa.select(Item).outerjoin(best, best.c.item_id == Item.id).where(Item.state.in_(waiting_states()), visible())
    )
    order = [usefulness, Item.said_on.desc(), Item.id.desc()]
    if skipped:
        order.insert(0, sa.case((Item.id.in_(skipped), 1), else_=0))
    return db.session.scalars(query.order_by(*order).limit(1)).first()


def task_for(item: Item, lands: Landscape, *, by_id: int, since: datetime) -> Task:
    """Give everything the page of an item to sort shows.

    Takes   since: what this person settled from then on is done
    """
    rows = assignments_of(item)
    found = [(theme, row) for row in rows if row.state == "assigned" and (theme := lands.theme(row.theme_id))]
    guessed = [row for row in rows if row.state == "guess"]
    options = [
        Option(theme, row.polarity, None if row.confidence is None else round(100 * row.confidence))
        for row in guessed if (theme := lands.theme(row.theme_id)) and not theme.gone
    ]
    if not options:
        decided = {row.theme_id for row in rows}
        options = [o for o in options_by_words(item, lands) if o.theme.id not in decided]
    done = db.session.scalar(
        sa.select(sa.func.count()).select_from(Item).where(Item.settled_by_id == by_id, Item.settled_at >= since)
    )
    return Task(item, found, options[:BEST], done or 0, count_waiting())


def options_by_words(item: Item, lands: Landscape) -> list[Option]:
    """Give the themes whose typical words stand in the text, for a house whose model knows nothing yet."""
    stems = stems_in(item.text)
    if not stems:
        return []
    weight = sa.func.sum(ThemeWord.weight)
    rows = db.session.execute(
        sa.select(ThemeWord.theme_id).where(ThemeWord.stem.in_(stems)).group_by(ThemeWord.theme_id)
        .order_by(weight.desc(), ThemeWord.theme_id).limit(2 * BEST)
    )
    themes = [theme for (theme_id,) in rows if (theme := lands.theme(theme_id)) and not theme.gone]
    return [Option(theme, likely_polarity(item), None) for theme in themes if theme.audience == item.audience]


def likely_polarity(item: Item) -> str:
    """Give how an item is meant, as far as whoever passed it on or its rating says; else nothing."""
    if item.meant:
        return item.meant
    if item.rating is not None:
        return "negative" if item.rating <= LOW_RATING else "positive" if item.rating >= HIGH_RATING else ""
    return ""
