"""Whether the rules changed since they last looked at all items: a small note beside the model's file."""

import hashlib

import sqlalchemy as sa

from suggestbox.core.database import db

from .model_files import folder
from .models import Theme, ThemeRule

NAME = "rules_applied"


def rules_changed() -> str:
    """Give a mark of the rules in force when they are not those that last looked at everything; else nothing."""
    mark = _mark()
    try:
        before = (folder() / NAME).read_text(encoding="ascii")
    except (OSError, ValueError):
        before = ""
    return "" if mark in (before, _NO_RULES) else mark


def note_rules_applied(mark: str) -> None:
    """Note that the rules with this mark looked at everything. A note that is lost only means that they look again."""
    (folder() / NAME).write_text(mark, encoding="ascii")


def _mark() -> str:
    rows = db.session.execute(
        sa.select(ThemeRule.id, ThemeRule.theme_id, ThemeRule.words, ThemeRule.but_not, ThemeRule.polarity)
        .join(Theme, Theme.id == ThemeRule.theme_id)
        .where(ThemeRule.ended_at.is_(None), Theme.archived_at.is_(None)).order_by(ThemeRule.id)
    )
    return _digest([tuple(row) for row in rows])


def _digest(rows: list[tuple[object, ...]]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


_NO_RULES = _digest([])
