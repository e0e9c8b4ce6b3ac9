"""Importing people from a table: first a plan, row by row, then all of it or nothing.

An empty cell leaves things as they are; only an empty superior means "none". Roles are added, never taken away.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.core.tables import Table

from . import granting, operations, structure
from .directory import directory
from .import_cells import read_mapping
from .import_plan import CREATE, UPDATE, Plan, PlannedRow, Planner
from .models import Department, Person, Site


def plan_import(
    table: Table,
    mapping: Mapping[str, str],
    *,
    today: date,
    email_domain: str = "",
    site_key: str = "",
    deactivate_missing: bool = False,
) -> Plan:
    """Give what an import would do, row by row, without changing anything.

    Takes   mapping: field -> column; columns named like a field are taken without being named
            email_domain: put behind an address that has no "@"
            site_key: where new people work; may be left out in a house with one site
            deactivate_missing: plan the leaving of active people (of this site) who are not in the file;
            administrators stay
    Raises  Invalid when the file as a whole cannot be used: no rows, a column that is not there, no site
    """
    if not table.rows:
        raise Invalid(_("The file has a heading but no rows."), reason="file_empty")
    columns = read_mapping(mapping, table.columns)
    site = choose_site(site_key)
    return Planner(directory(today), columns, email_domain, site).plan(
        table.rows, deactivate_missing, site if site_key else None
    )


def choose_site(key: str) -> Site:
    """Give the site with this key, or the only one there is.

    Raises  Invalid naming the sites there are
    """
    sites = db.session.scalars(sa.select(Site).order_by(Site.id)).all()
    named = [site for site in sites if site.key == key] if key else sites
    if len(named) == 1:
        return named[0]
    keys = ", ".join(site.key for site in sites) or _("none")
    if key:
        raise Invalid(_("There is no site “%(key)s”. Known are: %(keys)s.", key=key, keys=keys), reason="no_site")
    raise Invalid(_("Please name the site of these people. Known are: %(keys)s.", keys=keys), reason="no_site")


def carry_out(plan: Plan, *, today: date, now: datetime, actor: Person | None) -> dict[str, int]:
    """Do what was planned, all of it; give the counts. Flushes, never commits.

    Raises  Invalid when the plan has problems or a row cannot be written: then nothing may be committed
    """
    if plan.problems:
        raise Invalid("\n".join(plan.problems), reason="import_has_problems")
    departments = _make_departments(plan, now, actor)
    made: list[tuple[PlannedRow, Person]] = []
    for row in plan.rows:
        if row.action in (CREATE, UPDATE):
            with _LineNumber(row.line):
                made.append((row, _write_row(row, plan, departments, today, now, actor)))
    by_handle = {
        handle: person_id
        for person_id, number, email in db.session.execute(sa.select(Person.id, Person.personnel_no, Person.email))
        for handle in (number, email)
        if handle
    }
    for row, person in made:
        if "superior" in row.changes:  # first all off, or a line turned round would run in a circle for a moment
            person.superior_id = None
    db.session.flush()
    for row, person in made:
        with _LineNumber(row.line):
            if "superior" in row.changes:
                boss_id = by_handle.get(row.wanted.superior or "")
                operations.update_person(person, superior_id=boss_id, now=now, actor=actor)
            for role, where in row.wanted.roles:
                department_id = departments[where.casefold()] if where else None
                granting.grant_role(person, role, department_id=department_id, from_on=None, now=now, actor=actor)
    for person_id, _name in plan.leaving:
        person = db.session.get_one(Person, person_id)
        operations.let_leave(person, on=today, today=today, now=now, actor=actor)
    return plan.counts


class _LineNumber:
    """Puts the line in front of what an operation says against a row."""

    def __init__(self, line: int):
        self.line = line

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, problem: BaseException | None, _trace: Any) -> None:
        if isinstance(problem, Invalid):
            words = " ".join(str(s) for s in problem.fields.values()) or str(problem.text)
            raise Invalid(
                _("Line %(line)s: %(problem)s", line=self.line, problem=words), reason="bad_row"
            ) from problem


def _make_departments(plan: Plan, now: datetime, actor: Person | None) -> dict[str, int]:
    known = {
        name.casefold(): row.id
        for row in db.session.execute(
            sa.select(Department.id, Department.key, Department.name, Department.name_en).order_by(
                Department.id.desc()
            )
        )
        for name in (row.name_en, row.name, row.key)
        if name
    }
    for name, parent in plan.new_departments.items():
        parent_id = known[parent.casefold()] if parent else None
        known[name.casefold()] = structure.create_department(name=name, parent_id=parent_id, now=now, actor=actor).id
    return known


def _write_row(
    row: PlannedRow, plan: Plan, departments: dict[str, int], today: date, now: datetime, actor: Person | None
) -> Person:
    facts = dict(row.wanted.facts)
    department_id = departments[row.wanted.department.casefold()] if row.wanted.department else None
    if row.action == CREATE:
        facts.setdefault("site_id", plan.default_site_id)
        names = {name: facts.pop(name, "") for name in ("given_name", "family_name")}
        since = facts.get("entered_on") or today
        return operations.create_person(
            **names, **facts, department_id=department_id, since=since, now=now, actor=actor
        )
    person = db.session.get_one(Person, row.person_id)
    if "active" in row.changes:
        operations.let_return(person, on=today, now=now, actor=actor)
    operations.update_person(person, now=now, actor=actor, **facts)
    if department_id is not None and ("department" in row.changes or "active" in row.changes):
        operations.move_to_department(person, department_id, on=today, now=now, actor=actor)
    return person


def read_map_options(pairs: Iterable[str]) -> dict[str, str]:
    """Give the mapping out of "field=column" texts.

    Raises  Invalid for a text of another shape, or a field named twice
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        name, column = re.sub(r"[\s-]+", "_", name.strip()).lower(), column.strip()
        if not sign or not name or not column:
            raise Invalid(
                _("“%(text)s” has another shape than field=column, for example email=mail.", text=pair),
                reason="bad_mapping",
            )
        if name in mapping:
            raise Invalid(_("The field %(name)s is named twice.", name=name), reason="bad_mapping")
        mapping[name] = column
    return mapping
