"""Ideas from the terminal: list, show, import, make a move."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import click

from suggestbox.core.terminal import (
    CannotGoOn,
    in_app,
    json_option,
    print_json,
    print_table,
    progress,
    say,
)


@click.group("ideas")
def ideas() -> None:
    """List, show and import ideas."""


def _person(email: str) -> Any:
    from suggestbox.people.queries import person_by_login

    person = person_by_login(email)
    if person is None or not person.active:
        raise CannotGoOn(f"Nobody works here under {email}.")
    return person


def _idea(number: str) -> Any:
    from .queries import idea_by_number

    idea = idea_by_number(number)
    if idea is None:
        raise CannotGoOn(f"There is no idea {number}.")
    return idea


def _facts(idea: Any) -> dict[str, Any]:
    """What programs read about an idea. A confidential submitter is "submitter", to the terminal too."""
    from suggestbox.people.queries import here

    book = here()
    named = [book.person(s.person_id) for s in idea.submitters if s.state == "accepted"]
    department, owner = book.department(idea.department_id), book.person(idea.next_owner_id)
    return {
        "number": idea.number, "stage": idea.stage, "title": idea.title, "outcome": idea.outcome, "way": idea.way,
        "round": idea.round, "area": idea.area, "department": department.key if department else None,
        "visibility": idea.visibility, "confidential": idea.confidential,
        "submitters": [brief.email or brief.name if brief else "submitter" for brief in named],
        "submitted_at": idea.submitted_at, "released_at": idea.released_at, "closed_at": idea.closed_at,
        "ending": idea.ending, "next_step": idea.next_kind or None, "next_owner": owner.email if owner else None,
        "next_due_on": idea.next_due_on, "support": idea.support_count, "comments": idea.comment_count,
        "source_id": idea.source_id,
    }


@ideas.command("list")
@click.option("--stage", "stages", multiple=True, help="Only ideas in this stage; may be given several times.")
@click.option("--department", "department_key", default="", help="Only ideas of this department and those below.")
@click.option("--limit", default=0, help="At most so many, the newest first. 0: all.")
@json_option
@in_app
def list_command(stages: tuple[str, ...], department_key: str, limit: int, as_json: bool) -> None:
    """List ideas that were handed in, the newest first."""
    import sqlalchemy as sa
    from sqlalchemy.orm import selectinload

    from suggestbox.core.database import db
    from suggestbox.people.queries import here

    from .models import STAGES, Idea

    for stage in stages:
        if stage not in STAGES:
            raise CannotGoOn(f"There is no stage {stage}. Stages are {', '.join(STAGES)}.", exit_code=2)
    query = sa.select(Idea).options(selectinload(Idea.submitters)).order_by(Idea.submitted_at.desc(), Idea.id.desc())
    query = query.where(Idea.stage.in_(stages) if stages else Idea.stage != "draft")
    if "draft" in stages:
        raise CannotGoOn("Drafts belong to their submitters alone.", exit_code=2)
    if department_key:
        book = here()
        found = next((d for d in book.departments.values() if d.key == department_key), None)
        if found is None:
            raise CannotGoOn(f"There is no department {department_key}.")
        query = query.where(Idea.department_id.in_(sorted(book.below(found.id))))
    if limit > 0:
        query = query.limit(limit)
    rows = [_facts(idea) for idea in db.session.scalars(query)]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("number", "stage", "due", "owner", "title"),
        ((r["number"], r["stage"], r["next_due_on"], r["next_owner"] or "", r["title"][:70]) for r in rows),
    )


@ideas.command("show")
@click.argument("number")
@json_option
@in_app
def show_command(number: str, as_json: bool) -> None:
    """Show one idea: where it stands, who has it until when, and which moves there are."""
    from suggestbox.people.queries import here
    from suggestbox.steps.queries import open_steps

    idea = _idea(number)
    facts, book = _facts(idea), here()
    facts["id"], facts["turn"] = idea.id, idea.turn
    facts["problem"], facts["proposal"], facts["benefit"] = idea.problem, idea.proposal, idea.benefit
    facts["steps"] = [
        {
            "id": step.id, "kind": step.kind, "due_on": step.due_on,
            "owner": (owner.email or owner.name) if (owner := book.person(step.owner_id)) else "submitter",
        }
        for step in open_steps(idea.id)
    ]
    if as_json:
        print_json(facts)
        return
    steps = facts.pop("steps")
    for name, value in facts.items():
        if value not in (None, "", []):
            click.echo(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    for step in steps:
        click.echo(f"next step: {step['kind']}, {step['owner']}, until {step['due_on']}")


@ideas.command("move")
@click.argument("number")
@click.argument("name")
@click.option("--as", "email", required=True, metavar="EMAIL", help="Who makes the move.")
@click.option("--fact", "pairs", multiple=True, metavar="KEY=VALUE", help="What the move needs; values may be JSON.")
@json_option
@in_app
def move_command(number: str, name: str, email: str, pairs: tuple[str, ...], as_json: bool) -> None:
    """Make one move of the workflow, by the same rules as in the browser."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.workflow.operations import move
    from suggestbox.workflow.table import MOVES

    if name not in MOVES or MOVES[name].automatic:
        known = ", ".join(sorted(row.name for row in MOVES.values() if not row.automatic))
        raise CannotGoOn(f"There is no move {name}. Moves are {known}.", exit_code=2)
    facts = dict(_fact(pair) for pair in pairs)
    now = utc_now()
    with work():
        idea = move(_idea(number), name, actor=_person(email), now=now, **facts)
        result = _facts(idea)
    if as_json:
        print_json(result)
    else:
        say(f"{result['number']} is now in stage {result['stage']}.")


def _fact(pair: str) -> tuple[str, Any]:
    import json
    import re

    key, sign, value = pair.partition("=")
    if not sign or not key.isidentifier() or key in ("actor", "now", "turn"):
        raise CannotGoOn(f"“{pair}” is no fact. Write key=value.", exit_code=2)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and key.endswith("_on"):
        return key, date.fromisoformat(value)
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


@ideas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds what; may be repeated.")
@click.option("--as", "email", required=True, metavar="EMAIL", help="Who imports, and submits rows without a submitter.")
@click.option("--department", "department_key", default="", metavar="KEY", help="Department of rows that name none.")
@click.option("--days-ago-column", default="", metavar="COLUMN", help="Column with how many days ago it was handed in.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@json_option
@in_app
def import_command(
    file: Path, pairs: tuple[str, ...], email: str, department_key: str, days_ago_column: str, dry_run: bool,
    as_json: bool,
) -> None:
    """Bring ideas in from a CSV file: each row once, all of them or none, without receipts.

    Fields are source_id, title, problem, proposal, benefit, area, department, submitter and days_ago. A second run
    with the same file changes nothing.
    """
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.core.tables import read_table
    from suggestbox.people.queries import here
    from suggestbox.workflow.operations import move

    from .imports import Result, import_ideas, read_mapping, read_rows

    table = read_table(file)
    if days_ago_column:
        pairs = (*pairs, f"days_ago={days_ago_column}")
    mapping = read_mapping(pairs, table)
    department = next((d.id for d in here().departments.values() if d.key == department_key), None)
    if department_key and department is None:
        raise CannotGoOn(f"There is no department {department_key}.")
    now, result = utc_now(), Result()

    def with_bar(rows: Iterable[Any]) -> Iterator[Any]:
        rows = list(rows)
        return progress(rows, "Ideas", total=len(rows))

    with suppress(_Undone), work():
        actor = _person(email)
        wanted = read_rows(table, mapping, result, actor=actor, department_id=department)
        if not result.errors:
            import_ideas(wanted, result, actor=actor, now=now, hand_in=move, progress=with_bar)
        if result.errors or dry_run:
            raise _Undone
    if result.errors:
        result.created, result.updated = [], []
    _tell(result, dry_run=dry_run, as_json=as_json)
    if result.errors:
        raise click.exceptions.Exit(1)


class _Undone(Exception):
    """Everything is taken back: it was a trial, or a row was wrong."""


def _tell(result: Any, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json({
            "created": len(result.created), "updated": len(result.updated), "unchanged": len(result.unchanged),
            "errors": result.errors, "dry_run": dry_run,
        })
        return
    for error in result.errors:
        say(f"line {error['line']}: {error['error']}")
    if result.errors:
        say("Nothing was imported: please mend these lines first.")
        return
    would = "would be " if dry_run else ""
    say(f"{len(result.created)} {would}created, {len(result.updated)} {would}updated, {len(result.unchanged)} unchanged.")


@ideas.command("evaluate-duplicates")
@click.argument("items_file", metavar="ITEMS", type=click.Path(path_type=Path))
@click.argument("pairs_file", metavar="PAIRS", type=click.Path(path_type=Path))
@click.option("--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help="Which column holds id, title and body.")
@json_option
def evaluate_duplicates_command(items_file: Path, pairs_file: Path, pairs: tuple[str, ...], as_json: bool) -> None:
    """Say how well similar ideas are found, on items with known duplicates.

    Every item with a known duplicate is looked for by its title, with the search that people get while they type. It
    runs on a scratch database; nothing of this installation is touched.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="suggestbox-duplicates-") as folder:
        found = _evaluate_duplicates(items_file, pairs_file, pairs, Path(folder))
    if as_json:
        print_json(found)
        return
    print_table(("figure", "value"), ((name, f"{found[name]:.3f}") for name in found if name == "mrr" or "@" in name))
    click.echo(f"{found['queries']} titles looked for among {found['items']} items")


def _evaluate_duplicates(items_file: Path, pairs_file: Path, pairs: tuple[str, ...], folder: Path) -> dict[str, Any]:
    from suggestbox.core.terminal import inside, this_instance

    instance = this_instance()
    instance.folder = folder
    with inside(instance.app(database_url="", secret_key="of-no-use-outside-this-command", demo=False)):
        from suggestbox.core import schema
        from suggestbox.core.clock import utc_now
        from suggestbox.core.database import work
        from suggestbox.core.tables import read_table
        from suggestbox.people.founding import found_house
        from suggestbox.people.queries import here

        from .duplicates import fill, look_for_duplicates, read_items, read_mapping, read_pairs

        table = read_table(items_file)
        mapping = read_mapping(pairs, table)
        items, known = read_items(table, mapping), read_pairs(read_table(pairs_file), mapping["id"])
        schema.upgrade()
        with work():
            reader = found_house(
                email="reader@house.example", given_name="Rea", family_name="Reader", organisation="House",
                time_zone="Europe/Berlin", country="DE", language="en", password_hash="", now=utc_now(),
            )
            person_id = reader.id
        book = here()
        with work():
            ids = fill(items, department_id=min(book.departments), now=utc_now())
        return look_for_duplicates(
            items, known, ids, person_id=person_id, book=here(),
            progress=lambda keys: progress(keys, "Titles", total=len(keys)),
        )
