"""The rules of the house as one document: every setting, the rule sets for awards, the bodies that decide."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.awards.models import AwardRules
from suggestbox.awards.rulesets import DEFAULT_NUMBER
from suggestbox.core.database import db
from suggestbox.core.settings import declared, rule
from suggestbox.people.models import Body, BodyMember

Document = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """One rule that is not what it was: `part` is settings, awards or bodies; None stands for a rule that was not there."""

    part: str
    name: str
    old: Any
    new: Any

    def as_row(self) -> dict[str, Any]:
        """Give it as it is kept with a version."""
        return {"part": self.part, "name": self.name, "old": self.old, "new": self.new}


def document_now(today: date) -> Document:
    """Give the rules as they stand in this transaction; seats are counted on this day."""
    return {
        "settings": {setting.name: rule(setting.name) for setting in declared()},
        "awards": {str(row.number): {"from_on": row.from_on.isoformat(), "name_de": row.name_de, "name_en": row.name_en}
                   for row in db.session.scalars(sa.select(AwardRules)
                   .where(AwardRules.number > DEFAULT_NUMBER).order_by(AwardRules.number))},
        "bodies": _bodies(today),
    }


def _bodies(today: date) -> dict[str, Any]:
    """Bodies with their seats: how many, never whose."""
    seats: dict[int, list[str]] = {}
    for member in db.session.scalars(sa.select(BodyMember)):
        begun = member.from_on is None or member.from_on <= today
        if begun and (member.until_on is None or today <= member.until_on):
            seats.setdefault(member.body_id, []).append(member.seat)
    return {
        body.key: {"name_de": body.name, "name_en": body.name_en or body.name, "seats": len(seats.get(body.id, ())),
                   "works_council": seats.get(body.id, []).count("works_council")}
        for body in db.session.scalars(sa.select(Body).order_by(Body.key))
    }


def differences(old: Document, new: Document) -> list[Difference]:
    """Give what is not the same in two documents, part by part and name by name."""
    found = []
    for part in ("settings", "awards", "bodies"):
        before, after = old.get(part, {}), new.get(part, {})
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                found.append(Difference(part, name, before.get(name), after.get(name)))
    return found
