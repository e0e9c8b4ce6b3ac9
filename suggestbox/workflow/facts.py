"""Reading what was typed with a move: wrong facts raise Invalid with a sentence for each field."""

from datetime import date
from typing import Any

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.forms import whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.typed import typed_text
from suggestbox.people.models import Person

from .case import Case

LONGEST = 20_000


def text(case: Case, name: str, *, required: bool = True, longest: int = LONGEST) -> str:
    """Give a text fact without blank space around it."""
    return typed_text(name, case.facts.get(name) or "", longest, required=required)


def choice(case: Case, name: str, allowed: Any, *, required: bool = True) -> Any:
    """Give a fact that is one of `allowed`."""
    value = case.facts.get(name)
    if value in (None, "") and not required:
        return None
    if value not in allowed:
        raise Invalid(fields={name: _("Please choose one of the answers.")})
    return value


def number(case: Case, name: str) -> int:
    """Give a whole number."""
    value = case.facts.get(name)
    if isinstance(value, str):
        value = whole_number(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(fields={name: _("Please choose one of the answers.")})
    return value


def day(case: Case, name: str, *, required: bool = True, earliest: date | None = None,
        latest: date | None = None) -> date | None:
    """Give a date within bounds, both included."""
    value = case.facts.get(name)
    if isinstance(value, str) and value:
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise Invalid(fields={name: _("Please give a date, like 2026-03-31.")}) from None
    if value in (None, ""):
        if required:
            raise Invalid(fields={name: _("Please give a date, like 2026-03-31.")})
        return None
    if not isinstance(value, date):
        raise Invalid(fields={name: _("Please give a date, like 2026-03-31.")})
    if earliest and value < earliest:
        raise Invalid(fields={name: _("This date is too early.")})
    if latest and value > latest:
        raise Invalid(fields={name: _("This date is too late.")})
    return value


def person(case: Case, name: str, *, handles: bool = True) -> int:
    """Give the id of an active person; with `handles` one who may handle this idea (no submitter, no conflict)."""
    person_id = number(case, name)
    brief = case.book.person(person_id)
    if brief is None or not brief.active or db.session.get(Person, person_id) is None:
        raise Invalid(fields={name: _("This person does not work here (any more).")})
    if handles and person_id in case.kept_out:
        if case.idea.confidential:
            raise Invalid(fields={name: _("This person may not handle this idea.")})
        raise Invalid(fields={name: _("This person handed the idea in or is too close to it.")})
    return person_id


def department(case: Case, name: str) -> int:
    """Give the id of an active department."""
    department_id = number(case, name)
    found = case.book.department(department_id)
    if found is None or not found.active:
        raise Invalid(fields={name: _("Please choose a department.")})
    return department_id
