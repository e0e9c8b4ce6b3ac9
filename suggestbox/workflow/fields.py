"""Fields the forms of moves share: one colleague, several colleagues, a moment on somebody's clock."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import HiddenField

from suggestbox.core.forms import HouseForm
from suggestbox.ideas.forms import PeopleField
from suggestbox.people.directory import Brief, Directory

from .case import Case

OFFERED_AT_MOST = 60
"""Names a picker offers; in a large house typing a few letters of any other name works as well."""


class OneColleague(PeopleField):
    """A colleague by name or e-mail address; `person_id` after `find`. `offered` are names to choose from."""

    def __init__(self, *args: Any, **kw: Any):
        super().__init__(*args, most=1, **kw)
        self.offered: list[str] = []

    @property
    def person_id(self) -> int | None:
        return self.people[0].id if self.people else None

    def offer(self, people: Iterable[int], book: Directory) -> None:
        """Offer these people first, in this order."""
        self.offered = offered(people, book)


class SeveralColleagues(PeopleField):
    """Colleagues by name or e-mail address, separated by commas."""

    def __init__(self, *args: Any, **kw: Any):
        super().__init__(*args, **kw)
        self.offered: list[str] = []

    def offer(self, people: Iterable[int], book: Directory) -> None:
        """Offer these people first, in this order."""
        self.offered = offered(people, book)


def as_typed(brief: Brief) -> str:
    """Give a person as pickers write them, so that they are found again."""
    return f"{brief.name} <{brief.email}>" if brief.email else brief.personnel_no or brief.name


def offered(people: Iterable[int], book: Directory) -> list[str]:
    """Give the names a picker offers."""
    found: list[str] = []
    for person_id in people:
        brief = book.person(person_id)
        if brief and brief.active and as_typed(brief) not in found:
            found.append(as_typed(brief))
        if len(found) == OFFERED_AT_MOST:
            break
    return found


class MoveForm(HouseForm):
    """The form of one move. Field names are the names of the facts, so that a wrong fact finds its field."""

    turn = HiddenField()

    def prepare(self, case: Case) -> None:
        """Fill in what depends on the idea: choices, names, what was there before."""

    def read(self, case: Case) -> bool:
        """Give whether everything typed could be understood; what was not is an error of its field."""
        good = self.validate()
        for field in self:
            if isinstance(field, PeopleField) and (field.data or "").strip():
                good = field.find(case.book) and good
        return good

    def facts(self) -> dict[str, Any]:
        """Give the facts for `workflow.operations.move`."""
        found = super().facts()
        for field in self:
            if isinstance(field, OneColleague):
                found[field.name] = field.person_id if (field.data or "").strip() else ""
            elif isinstance(field, SeveralColleagues):
                found[field.name] = [b.id for b in field.people]
        return found

    def move_name(self, name: str) -> str:
        """Give the move these answers make; most forms make the one they are for."""
        return name


def moment(text: str, zone: str) -> datetime | None:
    """Give the moment a browser's date-and-time field means on the clock of `zone`; None when it is none."""
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if local.tzinfo is not None:
        return None
    try:
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:  # the first hours of the year 1
        return None
