"""What the rules have looked at already: a small note beside the model's file. A lost note means that they look again."""

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from suggestbox.core.database import db

from .items import visible
from .learning import latest_learned
from .model_files import folder
from .models import Item, Theme, ThemeRule

NAME = "rules_applied"


@dataclass(frozen=True)
class Ahead:
    """What the rules should look at: everything no person settled, or only what is new; `mark` is noted afterwards."""

    mark: str
    everything: bool


def ahead_of_rules() -> Ahead | None:
    """Give what the rules have not looked at, or None.

    Rules that changed look at everything. New items are otherwise looked at when they come in and when the model looks at
    them; where there is no model, the rules look at them alone.
    """
    rules = _rules()
    if not rules:
        return None
    new = "" if latest_learned() is not None else _new_items()
    before = _noted()
    if before[0] != rules:
        return Ahead(f"{rules} {new}", True)
    return Ahead(f"{rules} {new}", False) if new and before[1] != new else None


def note_rules_applied(ahead: Ahead) -> None:
    """Note that the rules have looked at it."""
    (folder() / NAME).write_text(ahead.mark, encoding="ascii")


def _noted() -> tuple[str, str]:
    try:
        rules, _blank, new = (folder() / NAME).read_text(encoding="ascii").partition(" ")
    except (OSError, ValueError):
        return "", ""
    return rules, new


def _rules() -> str:
    rows = db.session.execute(
        sa.select(ThemeRule.id, ThemeRule.theme_id, ThemeRule.words, ThemeRule.but_not, ThemeRule.polarity)
        .join(Theme, Theme.id == ThemeRule.theme_id)
        .where(ThemeRule.ended_at.is_(None), Theme.archived_at.is_(None)).order_by(ThemeRule.id)
    ).all()
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest() if rows else ""


def _new_items() -> str:
    count, last = db.session.execute(
        sa.select(sa.func.count(), sa.func.max(Item.id)).where(Item.state == "new", visible())
    ).one()
    return f"{count}-{last}" if count else ""
