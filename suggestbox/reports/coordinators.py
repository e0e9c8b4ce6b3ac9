"""Departments in which nobody coordinates: who is asked there instead, and how many people that concerns."""

from dataclasses import dataclass

from suggestbox.people.directory import Directory
from suggestbox.people.queries import folded


@dataclass(frozen=True)
class Uncovered:
    """A department without a coordinator of its own.

    `asked` names who gets its ideas instead; `asked_in` the larger department they coordinate, empty where it is nobody
    but the idea management.
    """

    department_id: int
    name: str
    path: str
    people: int
    asked: tuple[str, ...]
    asked_in: str


@dataclass(frozen=True)
class Coverage:
    """All departments with people in them, and those that lack a coordinator."""

    departments: int
    people: int
    without: list[Uncovered]

    @property
    def covered(self) -> int:
        """How many departments have a coordinator of their own."""
        return self.departments - len(self.without)

    @property
    def people_without(self) -> int:
        """How many people work where nobody coordinates."""
        return sum(row.people for row in self.without)

    @property
    def share(self) -> float:
        """Covered departments in percent, for the bar."""
        return round(self.covered / self.departments * 100, 2) if self.departments else 0.0


def uncoordinated(book: Directory) -> Coverage:
    """Give the departments that have people but no coordinator who is here; those with nobody above them first.

    Takes   book: the directory of a day. Somebody who is away today still counts as coordinator.
    """
    people: dict[int, int] = {}
    for brief in book.people.values():
        if brief.active and brief.department_id is not None:
            people[brief.department_id] = people.get(brief.department_id, 0) + 1
    staffed = [d for d in book.departments.values() if d.active and people.get(d.id)]
    without = []
    for department in staffed:
        if _coordinators(book, department.id):
            continue
        above = next((d for d in book.upwards(department.id)[1:] if _coordinators(book, d)), None)
        named = book.department(above)
        without.append(Uncovered(
            department.id, department.name, " · ".join(_names_above(book, department.id)), people[department.id],
            _coordinators(book, above) if above is not None else (), named.name if named else "",
        ))
    without.sort(key=lambda row: (bool(row.asked_in), -row.people, folded(row.name)))
    return Coverage(len(staffed), sum(people[d.id] for d in staffed), without)


def _coordinators(book: Directory, department_id: int) -> tuple[str, ...]:
    """Names of those who coordinate exactly this department and are with the organisation."""
    found = (book.person(person_id) for person_id in book.holders("coordinator", department_id))
    return tuple(brief.name for brief in found if brief is not None and brief.active)


def _names_above(book: Directory, department_id: int) -> list[str]:
    """Names of the departments above, the largest first."""
    path = (book.department(above) for above in reversed(book.upwards(department_id)[1:]))
    return [department.name for department in path if department is not None]
