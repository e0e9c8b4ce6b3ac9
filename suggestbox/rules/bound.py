"""The rules an idea is bound to: those in force when it was handed in, whatever was changed since."""

from bisect import bisect_right
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.database import db
from suggestbox.core.settings import last_change, rule
from suggestbox.ideas.models import Idea

from .models import RulesVersion

_STARTS = sa.select(RulesVersion.from_at, RulesVersion.id).order_by(RulesVersion.from_at, RulesVersion.number)


def rule_of(idea: Idea, name: str) -> Any:
    """Give the value of a rule for an idea: as it was when the idea was handed in.

    Raises  KeyError for a wrong name
    """
    return rule_for(idea.submitted_at, name)


def rule_for(handed_in: datetime | None, name: str) -> Any:
    """Give the value of a rule for ideas handed in at a moment; None is a draft's.

    A draft, and an idea from before the house wrote down its first version, follow the rules of today. Asks nothing of
    the database for ideas handed in since a rule of that room was last changed.

    Raises  KeyError for a wrong name
    """
    today = rule(name)
    changed = last_change(name.partition(".")[0])
    if handed_in is None or changed is None or handed_in >= changed:
        return today
    return _settings_at(handed_in).get(name, today)


def _settings_at(moment: datetime) -> dict[str, Any]:
    starts = _starts()
    place = bisect_right(starts, moment, key=lambda row: row[0])
    return _settings_of(starts[place - 1][1]) if place else {}


def _starts() -> list[tuple[datetime, int]]:
    """When each version began; read once per transaction, as the rules themselves."""
    session = db.session()
    kept = session.info.get("rules_starts")
    transaction = session.get_transaction()
    if kept is None or kept[0] is not transaction or transaction is None:
        found = [(row.from_at, row.id) for row in session.execute(_STARTS)]
        session.info["rules_starts"] = kept = (session.get_transaction(), found)
    return kept[1]


def _settings_of(version_id: int) -> dict[str, Any]:
    """A version never changes: what was read once is kept as long as the process runs."""
    known: dict[int, dict[str, Any]] = current_app.extensions.setdefault("rules_versions_read", {})
    if version_id not in known:
        known[version_id] = db.session.get_one(RulesVersion, version_id).document["settings"]
    return known[version_id]
