"""What an import would do, row by row: new, changed (from what to what), unchanged, or wrong and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.tables import Row

from .directory import Directory
from .import_cells import CellReader, Wanted
from .models import Department, Membership, Person, Site

CREATE, UPDATE, UNCHANGED, ERROR = "create", "update", "unchanged", "error"


@dataclass
class PlannedRow:
    """What becomes of one row: `changes` maps a field to (old, new) in words, `problems` are sentences."""

    line: int
    action: str
    name: str
    personnel_no: str | None
    email: str | None
    wanted: Wanted
    person_id: int | None = None
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def as_facts(self) -> dict[str, Any]:
        """Give the row as a program reads it."""
        return {
            "line": self.line,
            "action": self.action,
            "name": self.name,
            "personnel_no": self.personnel_no,
            "email": self.email,
            "changes": {name: list(pair) for name, pair in self.changes.items()},
            "problems": self.problems,
        }


@dataclass
class Plan:
    """What an import would do. Nothing has happened yet."""

    rows: list[PlannedRow]
    new_departments: dict[str, str] = field(default_factory=dict)
    leaving: list[tuple[int, str]] = field(default_factory=list)
    default_site_id: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many rows meet which fate, and how many people would leave."""
        found = dict.fromkeys((CREATE, UPDATE, UNCHANGED, ERROR), 0)
        for row in self.rows:
            found[row.action] += 1
        return found | {"leave": len(self.leaving), "new_departments": len(self.new_departments)}

    @property
    def problems(self) -> list[str]:
        """Each problem as a sentence that begins with its line."""
        return [_("Line %(line)s: %(problem)s", line=r.line, problem=words) for r in self.rows for words in r.problems]

    def as_facts(self) -> dict[str, Any]:
        """Give the plan as a program reads it."""
        return {
            "counts": self.counts,
            "new_departments": [
                {"name": name, "parent": parent or None} for name, parent in self.new_departments.items()
            ],
            "leaving": [{"id": person_id, "name": name} for person_id, name in self.leaving],
            "rows": [row.as_facts() for row in self.rows],
        }


class Planner:
    """Everything one plan needs, read in a fixed number of statements."""

    def __init__(self, book: Directory, columns: dict[str, str], email_domain: str, site: Site):
        people = list(db.session.scalars(sa.select(Person)))
        self.book = book
        self.columns = columns
        self.site = site
        self.people = {person.id: person for person in people}
        self.by_number = {p.personnel_no: p for p in people if p.personnel_no}
        self.by_email = {p.email.lower(): p for p in people if p.email}
        self.sites = {name: s for s in db.session.scalars(sa.select(Site)) for name in (s.key, s.name)}
        self.departments = {
            name.casefold(): d
            for d in db.session.scalars(sa.select(Department).order_by(Department.id.desc()))
            for name in (d.name_en, d.name, d.key)
            if name
        }
        self.cells = CellReader(columns, email_domain, self.sites)

    def plan(self, rows: Iterable[Row], deactivate_missing: bool, only_site: Site | None) -> Plan:
        """Give the plan for the rows; with `deactivate_missing` also who leaves, of `only_site` if given."""
        planned = [self._first_look(row) for row in rows]
        self._refuse_doubles(planned)
        plan = Plan(planned, default_site_id=self.site.id)
        self._plan_departments(plan)
        self._check_superiors(planned)
        for row in planned:
            self._compare(row)
        if deactivate_missing:
            named = {row.person_id for row in planned}
            plan.leaving = [
                (p.id, p.name)
                for p in self.people.values()
                if p.active
                and p.id not in named
                and (only_site is None or p.site_id == only_site.id)
                and not self.book.has_role(p.id, "admin")
            ]
        return plan

    def _first_look(self, row: Row) -> PlannedRow:
        wanted, problems = self.cells.read(row)
        facts = wanted.facts
        name = f"{facts.get('given_name', '')} {facts.get('family_name', '')}".strip()
        planned = PlannedRow(
            row.line, ERROR, name, facts.get("personnel_no"), facts.get("email"), wanted, problems=problems
        )
        by_number = self.by_number.get(planned.personnel_no or "")
        by_email = self.by_email.get(planned.email or "")
        if by_number and by_email and by_number.id != by_email.id:
            problems.append(
                _(
                    "The personnel number belongs to %(one)s, the e-mail address to %(other)s.",
                    one=by_number.name, other=by_email.name,
                )
            )  # fmt: skip
        elif not planned.personnel_no and not planned.email:
            problems.append(_("An e-mail address or a personnel number is needed: one of the two."))
        person = by_number or by_email
        if person is not None:
            planned.person_id = person.id
            planned.name = name or person.name
        elif not name:
            problems.append(_("The name is missing."))
        return planned

    def _refuse_doubles(self, planned: list[PlannedRow]) -> None:
        for attribute, words in (
            ("personnel_no", _("The personnel number %(value)s is already in line %(line)s.")),
            ("email", _("The e-mail address %(value)s is already in line %(line)s.")),
            ("person_id", _("This person is already in line %(line)s.")),
        ):
            first: dict[Any, int] = {}
            for row in planned:
                value = getattr(row, attribute)
                if value is None:
                    continue
                earlier = first.setdefault(value, row.line)
                if earlier != row.line and not row.problems:
                    row.problems.append(words % {"value": value, "line": earlier})

    def _plan_departments(self, plan: Plan) -> None:
        """New departments in the order they can be made: parents first."""
        parents: dict[str, str] = {}
        names: dict[str, str] = {}
        for row in plan.rows:
            name, parent = row.wanted.department, row.wanted.parent_department
            for text in (parent, name):
                if text and text.casefold() not in self.departments:
                    names.setdefault(text.casefold(), text)
            if name and name.casefold() in names and parent:
                known = parents.setdefault(name.casefold(), parent)
                if known.casefold() != parent.casefold():
                    row.problems.append(
                        _("The department %(name)s lies below %(one)s here and below %(other)s in another line.",
                          name=name, one=parent, other=known)
                    )  # fmt: skip
            for _role, where in row.wanted.roles:
                if where and where.casefold() not in self.departments and where.casefold() not in names:
                    row.problems.append(_("The department %(name)s does not exist.", name=where))
        ordered: dict[str, str] = {}

        def add(key: str, below: tuple[str, ...]) -> bool:
            if key not in names or names[key] in ordered:
                return True
            if key in below:
                return False
            parent = parents.get(key, "")
            if parent and not add(parent.casefold(), (*below, key)):
                return False
            ordered[names[key]] = parent
            return True

        for row in plan.rows:
            if row.wanted.department and not add(row.wanted.department.casefold(), ()):
                row.problems.append(
                    _("The department %(name)s would lie below itself.", name=row.wanted.department)
                )
            if row.wanted.parent_department:
                add(row.wanted.parent_department.casefold(), ())
        plan.new_departments = ordered

    def _check_superiors(self, planned: list[PlannedRow]) -> None:
        """A superior is in the house or in the file, is not oneself, and no line runs in a circle."""
        here: dict[str, PlannedRow] = {}
        for row in planned:
            for handle in (row.personnel_no, row.email):
                if handle:
                    here.setdefault(handle, row)

        def handle_of(person: Person | None) -> str:
            return (person.personnel_no or person.email or "") if person else ""

        above: dict[str, str] = {
            handle_of(person): handle_of(self.people.get(person.superior_id))
            for person in self.people.values()
            if person.superior_id
        }
        own: dict[int, str] = {}
        for row in planned:
            person = self.people.get(row.person_id or 0)
            own[row.line] = handle_of(person) or row.personnel_no or row.email or ""
            if row.wanted.superior is None:
                continue
            text = row.wanted.superior
            if not text:
                above.pop(own[row.line], None)
                continue
            boss_row = here.get(text)
            boss = self.by_number.get(text) or self.by_email.get(text)
            if boss is None and boss_row is None:
                row.problems.append(
                    _("The superior %(value)s is neither in the file nor known here.", value=text)
                )
                continue
            handle = handle_of(boss) or (boss_row and (boss_row.personnel_no or boss_row.email)) or ""
            if handle == own[row.line]:
                row.problems.append(_("Nobody can be their own superior."))
            else:
                above[own[row.line]] = handle
        safe: set[str] = set()
        for row in planned:
            seen: list[str] = []
            current = own[row.line]
            while current and current not in seen and current not in safe:
                seen.append(current)
                current = above.get(current, "")
            if current and current == own[row.line] and current in seen:
                row.problems.append(_("The line of superiors runs in a circle here."))
            elif current not in seen:
                safe.update(seen)

    def _compare(self, row: PlannedRow) -> None:
        if row.problems:
            row.action = ERROR
            return
        person = self.people.get(row.person_id or 0)
        if person is None:
            row.action = CREATE
            row.changes = {n: ("", _words(v)) for n, v in row.wanted.in_words().items() if v not in ("", None)}
            return
        for name, value in row.wanted.facts.items():
            if getattr(person, name) != value:
                row.changes[name] = (_words(getattr(person, name)), _words(value))
        if row.wanted.department:
            now_in = self.book.department(self._department_today(person))
            target = self.departments.get(row.wanted.department.casefold())
            if target is None or now_in is None or target.id != now_in.id:
                row.changes["department"] = (now_in.name if now_in else "", row.wanted.department)
        if row.wanted.superior is not None:
            boss = self.people.get(person.superior_id or 0)
            handles = (boss.personnel_no, boss.email) if boss else ("",)
            if row.wanted.superior not in handles:
                row.changes["superior"] = (
                    (boss.personnel_no or boss.email or "") if boss else "", row.wanted.superior
                )  # fmt: skip
        new_roles = [pair for pair in row.wanted.roles if not self._holds(person.id, *pair)]
        if new_roles:
            row.changes["roles"] = ("", "|".join(f"{r}@{d}" if d else r for r, d in new_roles))
        if not person.active:
            row.changes["active"] = (_("no"), _("yes"))
        row.action = UPDATE if row.changes else UNCHANGED

    def _department_today(self, person: Person) -> int | None:
        brief = self.book.person(person.id)
        if brief and brief.department_id is not None:
            return brief.department_id
        # Somebody who starts later belongs nowhere today; the second run of the same file still changes nothing.
        query = sa.select(Membership.department_id).where(Membership.person_id == person.id)
        return db.session.scalar(
            query.where(Membership.from_on > self.book.today).order_by(Membership.from_on).limit(1)
        )

    def _holds(self, person_id: int, role: str, department: str) -> bool:
        target = self.departments.get(department.casefold()) if department else None
        return (role, target.id if target else None) in self.book.roles_of.get(person_id, [])


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
