"""`suggestbox people`: list, add and import people; roles, absences, leaving, passwords."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, in_app, json_option, print_json, print_table, say

from .models import ROLES

DAY = click.DateTime(["%Y-%m-%d", "%d.%m.%Y"])
ROLE = click.Choice(ROLES)


@click.group()
def people() -> None:
    """List, add and import people and their roles.

    People are named by their e-mail address or personnel number, departments by their key or name.
    """


def _day(moment: datetime | None) -> Any:
    return moment.replace(tzinfo=UTC).date() if moment else None


def _the_person(login: str) -> Any:
    from .queries import person_by_login

    person = person_by_login(login)
    if person is None:
        raise CannotGoOn(f"Nobody has the e-mail address or personnel number '{login}'.")
    return person


def _department_id(text: str | None) -> int | None:
    from .queries import here

    if not text:
        return None
    wanted = text.casefold()
    departments = here().departments.values()
    found = [d for d in departments if d.key == text] or [
        d for d in departments if wanted in (d.german.casefold(), d.english.casefold())
    ]
    if len(found) != 1:
        raise CannotGoOn(f"{len(found) or 'No'} departments are called '{text}'. List them with: people departments")
    return found[0].id


def _facts(person: Any, book: Any) -> dict[str, Any]:
    brief = book.person(person.id)
    department = book.department(brief.department_id)

    def key_of(department_id: int | None) -> str | None:
        found = book.department(department_id)
        return found.key if found else None

    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "personnel_no": person.personnel_no,
        "department": department.name if department else None,
        "department_key": department.key if department else None,
        "roles": [{"role": role, "department": key_of(where)} for role, where in book.roles_of.get(person.id, [])],
        "active": brief.active,
    }


def _role_words(fact: dict[str, Any]) -> str:
    return ", ".join(r["role"] + (f"@{r['department']}" if r["department"] else "") for r in fact["roles"])


@people.command("list")
@click.option("--role", type=ROLE, help="Only who holds this role today.")
@click.option("--department", metavar="KEY", help="Only this department and those below it.")
@click.option("--text", default="", help="Only who has these words in name, e-mail address or personnel number.")
@click.option("--state", type=click.Choice(["active", "left", "all"]), default="active", show_default=True)
@json_option
@in_app
def list_(role: str | None, department: str | None, text: str, state: str, as_json: bool) -> None:
    """List people, by family name."""
    from .queries import here, list_people

    book = here()
    filters: dict[str, Any] = {
        "role": role or "", "department_id": _department_id(department), "text": text, "state": state, "book": book,
    }  # fmt: skip
    page = list_people(**filters, size=1000)
    facts = [_facts(person, book) for person in page]
    while page.next_key:
        page = list_people(**filters, size=1000, key=page.next_key)
        facts += [_facts(person, book) for person in page]
    if as_json:
        print_json(facts)
        return
    print_table(
        ("ID", "NAME", "E-MAIL", "NUMBER", "DEPARTMENT", "ROLES"),
        ((f["id"], f["name"], f["email"], f["personnel_no"], f["department"], _role_words(f)) for f in facts),
    )


@people.command()
@json_option
@in_app
def departments(as_json: bool) -> None:
    """List the departments as a tree."""
    from .forms import tree
    from .queries import here

    book = here()
    rows = list(tree(book))
    if as_json:
        keys = {d.id: d.key for d, _depth in rows}
        print_json([{"id": d.id, "key": d.key, "name": d.name, "parent": keys.get(d.parent_id)} for d, _depth in rows])
        return
    print_table(("KEY", "NAME"), ((d.key, "  " * depth + d.name) for d, depth in rows))


@people.command()
@click.option("--email", help="E-mail address; this or the personnel number is needed.")
@click.option("--personnel-no", help="Personnel number.")
@click.option("--given-name", default="")
@click.option("--family-name", required=True)
@click.option("--department", metavar="KEY")
@click.option("--superior", metavar="WHO", help="E-mail address or personnel number.")
@click.option("--site", metavar="KEY", help="Needed where there are several sites.")
@click.option("--language", type=click.Choice(["de", "en"]), default=None)
@json_option
@in_app
def add(
    department: str | None, superior: str | None, site: str | None, language: str | None, as_json: bool, **names: Any
) -> None:
    """Add one person."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import operations
    from .imports import choose_site
    from .queries import here, today_for

    facts = dict(names)
    facts["superior_id"] = _the_person(superior).id if superior else None
    department_id = _department_id(department)
    with work():
        person = operations.create_person(
            **facts, site_id=choose_site(site or "").id, language=language or "", department_id=department_id,
            since=today_for(), now=utc_now(), actor=None,
        )  # fmt: skip
        login = person.email or person.personnel_no or ""
    if as_json:
        print_json(_facts(_the_person(login), here()))
    say(f"Added. A password comes with: suggestbox people set-password {login}")


@people.command("set-password")
@click.argument("who", metavar="EMAIL")
@click.option("--password-stdin", is_flag=True, help="Read it from the first line of standard input.")
@in_app
def set_password(who: str, password_stdin: bool) -> None:
    """Give somebody a password, and sign them out everywhere."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import operations, sign_in

    person = _the_person(who)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt="The same password again", err=True)
    else:
        raise click.UsageError("Missing option '--password-stdin'.")
    objection = sign_in.password_is_acceptable(password, person)
    if objection:
        raise CannotGoOn(objection)
    hashed = sign_in.hash_password(password)
    with work():
        operations.set_password(_the_person(who), hashed, now=utc_now(), actor=None)
    say(f"The password of {_the_person(who).name} is set.")


@people.command()
@click.argument("who", metavar="EMAIL")
@click.argument("role", type=ROLE)
@click.option("--department", metavar="KEY", help="For this department and those below it; else for all.")
@click.option("--from", "from_on", type=DAY, help="First day; else at once.")
@click.option("--until", "until_on", type=DAY, help="Last day; else without an end.")
@in_app
def grant(who: str, role: str, department: str | None, from_on: datetime | None, until_on: datetime | None) -> None:
    """Give somebody a role."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import granting

    department_id = _department_id(department)
    with work():
        granting.grant_role(
            _the_person(who), role, department_id=department_id, from_on=_day(from_on), until_on=_day(until_on),
            now=utc_now(), actor=None,
        )  # fmt: skip
    say(f"{_the_person(who).name} has the role {role}.")


@people.command()
@click.argument("who", metavar="EMAIL")
@click.argument("role", type=ROLE)
@click.option("--department", metavar="KEY", help="Only the grant for exactly this department; else the one for all.")
@in_app
def revoke(who: str, role: str, department: str | None) -> None:
    """Take a role back, from now on."""
    import sqlalchemy as sa

    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import db, work

    from . import granting
    from .models import RoleGrant
    from .queries import today_for

    department_id, yesterday = _department_id(department), today_for() - timedelta(days=1)
    with work():
        person = _the_person(who)
        same_place = (
            RoleGrant.department_id.is_(None) if department_id is None else RoleGrant.department_id == department_id
        )
        grants = db.session.scalars(
            sa.select(RoleGrant)
            .where(RoleGrant.person_id == person.id, RoleGrant.role == role, same_place)
            .where(sa.or_(RoleGrant.until_on.is_(None), RoleGrant.until_on > yesterday))
        ).all()
        if not grants:
            raise CannotGoOn(f"{person.name} does not hold the role {role} there.")
        for row in grants:
            granting.end_role(row, last_day=yesterday, now=utc_now(), actor=None)
    say(f"{_the_person(who).name} no longer has the role {role}.")


@people.command()
@click.argument("who", metavar="EMAIL")
@click.option("--from", "from_on", type=DAY, required=True, help="First day away.")
@click.option("--until", "until_on", type=DAY, required=True, help="Last day away.")
@click.option("--deputy", metavar="WHO", help="Who stands in, from now on.")
@in_app
def absent(who: str, from_on: datetime, until_on: datetime, deputy: str | None) -> None:
    """Note the days on which somebody is away."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import granting

    now = utc_now()
    with work():
        person = _the_person(who)
        granting.add_absence(person, _day(from_on), _day(until_on), now=now, actor=None)
        if deputy:
            granting.add_deputy(person, _the_person(deputy), now=now, actor=None)
    say(f"Noted: {_the_person(who).name} is away.")


@people.command()
@click.argument("who", metavar="EMAIL")
@click.option("--on", "last_day", type=DAY, help="Last day; else today.")
@in_app
def leave(who: str, last_day: datetime | None) -> None:
    """Let somebody leave: memberships and roles end, sign-ins too."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import operations
    from .queries import today_for

    today = today_for()
    with work():
        operations.let_leave(_the_person(who), on=_day(last_day) or today, today=today, now=utc_now(), actor=None)
    say(f"{_the_person(who).name} has {_day(last_day) or today} as the last day.")


@people.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field; repeat it.")
@click.option("--email-domain", default="", metavar="DOMAIN", help="Put behind addresses that have no '@'.")
@click.option("--site", default="", metavar="KEY", help="Where new people work; needed where there are several sites.")
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--deactivate-missing", is_flag=True, help="Whoever is not in the file leaves (administrators stay).")
@json_option
@in_app
def import_(
    file: Path,
    pairs: tuple[str, ...],
    email_domain: str,
    site: str,
    dry_run: bool,
    deactivate_missing: bool,
    as_json: bool,
) -> None:
    """Import people from a CSV file, all rows or none.

    Columns called like a field are taken by themselves. Fields: email, personnel_no, given_name, family_name, name,
    salutation, department, parent_department, site, superior, entered_on, employment_group, topics, language,
    has_desk, entitled, private_contact, roles ("coordinator@Logistics|expert"), working_weekdays ("Mo-Fr"),
    works_from, works_until ("22:00").

    People are recognised by personnel number, then e-mail address; importing the same file again changes nothing.
    An empty cell leaves things as they are; only an empty superior means that there is none.
    """
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.core.tables import read_table

    from . import imports
    from .queries import today_for

    mapping, table, today = imports.read_map_options(pairs), read_table(file), today_for()
    options: dict[str, Any] = {
        "today": today, "email_domain": email_domain, "site_key": site, "deactivate_missing": deactivate_missing,
    }  # fmt: skip
    plan = imports.plan_import(table, mapping, **options)
    if not dry_run and not plan.problems:
        with work():  # planned anew inside the transaction: somebody may have been quicker
            plan = imports.plan_import(table, mapping, **options)
            imports.carry_out(plan, today=today, now=utc_now(), actor=None)
    if as_json:
        print_json({"dry_run": dry_run, "done": not dry_run and not plan.problems, **plan.as_facts()})
    else:
        _show_plan(plan)
    if plan.problems:
        for sentence in plan.problems:
            say(sentence)
        raise CannotGoOn("Nothing was imported. Please correct the lines named above and import the file again.")
    counts = plan.counts
    say(
        f"{counts['create']} {'would be new' if dry_run else 'new'}, {counts['update']} changed, "
        f"{counts['unchanged']} unchanged, {counts['leave']} leaving, {counts['new_departments']} new departments."
    )


def _show_plan(plan: Any) -> None:
    for row in plan.rows:
        if row.action == "create":
            click.echo(f"line {row.line}: new: {row.name}")
        elif row.action == "update":
            changes = "; ".join(f"{name}: {old or '-'} -> {new or '-'}" for name, (old, new) in row.changes.items())
            click.echo(f"line {row.line}: changed: {row.name}: {changes}")
    for _person_id, name in plan.leaving:
        click.echo(f"leaves: {name}")
