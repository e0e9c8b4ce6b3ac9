"""Rule sets by date: which one an idea is bound to, and how a new one comes into force. Flush, never commit."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.errors import Faults, Invalid
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import note_change
from suggestbox.core.typed import typed_text
from suggestbox.ideas.models import Idea
from suggestbox.journal import operations as journal

from .document import Rules, read
from .examples import EXAMPLES
from .models import Award, AwardRules

DEFAULT_NUMBER = 0
BEGINNING, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)
NAME_LENGTH, REASON_LENGTH = 120, 1000


@dataclass(frozen=True)
class RuleSet:
    """A rule set in force from a day on. `id` is None for the default until the first award is found by it."""

    id: int | None
    number: int
    name_de: str
    name_en: str
    from_on: date
    document: dict[str, Any]
    reason: str = ""
    made_at: datetime | None = None
    made_by_id: int | None = None

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if current_language() == "en" else self.name_de

    @property
    def is_default(self) -> bool:
        """Whether the house never wrote it: it holds until the house has rules of its own."""
        return self.number == DEFAULT_NUMBER

    @cached_property
    def rules(self) -> Rules:
        """The document as rules to compute with."""
        return read(self.document)


def _of(row: AwardRules) -> RuleSet:
    return RuleSet(row.id, row.number, row.name_de, row.name_en, row.from_on, row.document, row.reason, row.made_at,
                   row.made_by_id)


def _default() -> RuleSet:
    document, german, english = EXAMPLES["share"]
    return RuleSet(None, DEFAULT_NUMBER, german, english, BEGINNING, document)


def versions() -> list[RuleSet]:
    """Give every rule set, the newest first; the default comes last."""
    found = [_of(row) for row in db.session.scalars(sa.select(AwardRules).order_by(AwardRules.from_on.desc()))]
    return found if any(one.is_default for one in found) else [*found, _default()]


def in_force(on: date) -> RuleSet:
    """Give the rule set for ideas handed in on this day."""
    query = sa.select(AwardRules).where(AwardRules.from_on <= on).order_by(AwardRules.from_on.desc()).limit(1)
    row = db.session.scalars(query).first()
    return _of(row) if row else _default()


def by_number(number: int) -> RuleSet | None:
    """Give the rule set with this number, or None."""
    return next((one for one in versions() if one.number == number), None)


def by_id(rules_id: int) -> RuleSet:
    """Give the rule set an award was found by."""
    return _of(db.session.get_one(AwardRules, rules_id))


def rules_of(idea: Idea) -> RuleSet:
    """Give the rule set an idea is bound to: the one in force at headquarters when it was handed in."""
    if idea.submitted_at is None:
        raise LookupError("a draft is bound to no rules")
    return in_force(local_date(idea.submitted_at, current_app.config["HEADQUARTERS_ZONE"]))


def stored(rules: RuleSet, now: datetime) -> int:
    """Give the id of a rule set; the default gets its row when the first award needs it."""
    if rules.id is not None:
        return rules.id
    row = AwardRules(number=rules.number, name_de=rules.name_de, name_en=rules.name_en, from_on=rules.from_on,
                     document=rules.document, made_at=now)
    db.session.add(row)
    db.session.flush()
    return row.id


def _first_day(from_on: date | None, known: list[RuleSet], today: date) -> date:
    if from_on is None:
        raise Invalid(fields={"from_on": _("Please give a date, like 2026-03-31.")})
    if from_on <= BEGINNING:
        raise Invalid(fields={"from_on": _("This date is too early.")})
    if from_on > LAST_DAY:
        raise Invalid(fields={"from_on": _("This date is too late.")})
    if any(one.from_on == from_on for one in known):
        raise Invalid(fields={"from_on": _("Other rules begin on this day already.")})
    if from_on <= today and (len(known) > 1 or db.session.scalar(sa.select(sa.exists().where(Award.id > 0)))):
        text = _("An idea keeps the rules under which it was handed in: please choose a day to come.")
        raise Invalid(fields={"from_on": text})
    return from_on


def add_rules(
    *, document: Any, name_de: str, name_en: str, from_on: date | None, reason: str, by_id: int | None, now: datetime,
    today: date,
) -> RuleSet:
    """Put a rule set into force for ideas handed in from a day on.

    It begins tomorrow or later, so that no idea loses the rules under which it was handed in. Only the first one a house
    writes may begin earlier: it says what held before this programme was used.
    Raises  Invalid naming its fields: document, name_de, name_en, from_on, reason
    """
    known, faults = versions(), Faults()
    with faults:
        read(document)
    with faults:
        name_de = typed_text("name_de", name_de, NAME_LENGTH)
    with faults:
        name_en = typed_text("name_en", name_en, NAME_LENGTH)
    with faults:
        reason = typed_text("reason", reason, REASON_LENGTH)
    with faults:
        first_on = _first_day(from_on, known, today)
    faults.tell()
    row = AwardRules(number=max(one.number for one in known) + 1, name_de=name_de, name_en=name_en, from_on=first_on,
                     document=document, reason=reason, made_at=now, made_by_id=by_id)
    db.session.add(row)
    db.session.flush()
    note_change(f"awards.{row.number}", None, row.name_en, now=now, by_id=by_id, reason=reason)
    journal.write("awards.rules_added", now=now, actor_id=by_id, role="person" if by_id else "admin", number=row.number,
                  from_on=first_on.isoformat())
    return _of(row)
