"""Rules of the house: declared per room as name, default, help; changed values are rows in the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, db
from .errors import Invalid


class HouseRule(Base):
    """A rule whose value differs from the default."""

    __tablename__ = "house_rule"
    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    value: Mapped[Any] = mapped_column(sa.JSON)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


@dataclass(frozen=True)
class Setting:
    """One rule of the house. The type of `default` is the type of the value."""

    name: str
    default: Any
    help: str
    least: int | None = None
    most: int | None = None


_declared: dict[str, Setting] = {}


def declare(*settings: Setting) -> tuple[Setting, ...]:
    """Make the settings of a room known; names are unique in the house."""
    for setting in settings:
        known = _declared.setdefault(setting.name, setting)
        if known != setting:
            raise ValueError(f"setting {setting.name} is declared twice")
    return settings


def declared() -> list[Setting]:
    """Give all settings, sorted by name."""
    return sorted(_declared.values(), key=lambda s: s.name)


def rule(name: str) -> Any:
    """Give the value of a rule: the house's own, else the default. A wrong name raises KeyError."""
    setting = _declared[name]
    return _all_changed().get(name, setting.default)


def last_change(room: str) -> datetime | None:
    """Give when a rule of a room was last changed, or None while all of them are as they came."""
    _all_changed()
    kept: tuple[Any, Any, dict[str, datetime]] = db.session().info["house_rules"]
    return kept[2].get(room)


_CHANGED = sa.select(HouseRule.name, HouseRule.value, HouseRule.changed_at)


def _all_changed() -> dict[str, Any]:
    """Changed rules, read once per transaction: `work()` and the next request read them again."""
    session = db.session()
    transaction = session.get_transaction()
    kept = session.info.get("house_rules")
    if kept is None or kept[0] is not transaction or transaction is None:
        if session.autoflush:
            session.flush()
        rows = session.connection().execute(_CHANGED).all()
        last: dict[str, datetime] = {}
        for row in rows:
            room = row.name.partition(".")[0]
            last[room] = max(row.changed_at, last.get(room, row.changed_at))
        values = {row.name: row.value for row in rows}
        session.info["house_rules"] = kept = (session.get_transaction(), values, last)
    return kept[1]


@dataclass(frozen=True)
class RuleChange:
    """That a rule was changed in this transaction: what the versions of the rules are written from."""

    name: str
    before: Any
    after: Any
    at: datetime
    by_id: int | None
    reason: str


def note_change(
    name: str, before: Any, after: Any, *, now: datetime, by_id: int | None = None, reason: str = ""
) -> None:
    """Note that a rule changed, also one that is no setting; the hook of the rules room writes it down at the commit."""
    session = db.session()
    transaction: Any
    noted: list[RuleChange]
    transaction, noted = session.info.get("rules_changed") or (None, [])
    if transaction is not session.get_transaction():  # what an earlier work noted and rolled back did not happen
        noted = []
    noted.append(RuleChange(name, before, after, now, by_id, reason))
    session.info["rules_changed"] = (session.get_transaction(), noted)


def take_changes() -> list[RuleChange]:
    """Give the changes of rules noted in this transaction since the last call."""
    session = db.session()
    transaction, noted = session.info.pop("rules_changed", None) or (None, [])
    return noted if transaction is session.get_transaction() else []


def set_rule(name: str, value: Any, *, now: datetime, by_id: int | None = None, reason: str = "") -> None:
    """Change a rule. Flushes, never commits.

    Raises  Invalid when the name is unknown or the value has the wrong type or lies outside its bounds
    """
    setting = _declared.get(name)
    if setting is None:
        raise Invalid(reason="unknown_setting", name=name)
    if type(value) is not type(setting.default):
        raise Invalid(reason="wrong_type", name=name)
    low, high = setting.least, setting.most
    if isinstance(value, int) and ((low is not None and value < low) or (high is not None and value > high)):
        raise Invalid(reason="out_of_bounds", name=name)
    before = rule(name)
    session = db.session()
    row = session.get(HouseRule, name) or HouseRule(name=name)
    row.value, row.changed_at, row.changed_by_id = value, now, by_id
    session.add(row)
    session.flush()
    session.info.pop("house_rules", None)
    if value != before:
        note_change(name, before, value, now=now, by_id=by_id, reason=reason)
