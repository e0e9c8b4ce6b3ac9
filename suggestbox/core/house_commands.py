"""Commands for those who build on the house: what its tables say, and files that are made from the code."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from .terminal import CannotGoOn, in_app, json_option, print_json, print_table, say


@click.group("house")
def house() -> None:
    """For developers: moves, doors, phrases, messages, migrations."""


@house.command("moves")
@click.option("--write", is_flag=True, help="Bring the approved tables of the tests up to date, to be read.")
@json_option
@in_app
def house_moves(write: bool, as_json: bool) -> None:
    """Show the table of moves: what leads from which stage to which."""
    from suggestbox.workflow.table import ROWS

    if write:
        try:
            approved: Any = import_module("tests.workflow.approved")
        except ModuleNotFoundError as missing:
            raise CannotGoOn("The approved table belongs to a checkout; call this in its folder.") from missing
        say(f"Written: {approved.write_table()}. Read the difference before you approve it.")
        return

    rows = [
        {"name": move.name, "from": _words(move.source), "to": _words(move.target), "who": _words(move.who),
         "needs": _words(move.needs), "then": _words(move.then), "does": _words(move.does)}
        for move in ROWS
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows[0], [list(row.values()) for row in rows])


def _words(value: Any) -> str:
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(_words(one) for one in value)
    return str(getattr(value, "__name__", "" if value is None else value))


@house.command("doors")
@click.option("--write", is_flag=True, help="Bring tests/doors.txt up to date, to be read and approved.")
@json_option
@in_app
def house_doors(write: bool, as_json: bool) -> None:
    """Show every address with the permission it asks for."""
    from flask import current_app

    if write:
        try:
            matrix: Any = import_module("tests.doors")
        except ModuleNotFoundError as missing:
            raise CannotGoOn("The approved matrix belongs to a checkout; call this in its folder.") from missing
        say(f"Written: {matrix.write()}. Read the difference before you approve it.")
        return
    views = current_app.view_functions
    rows = [
        {"address": rule.rule, "methods": " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
         "permission": getattr(views[rule.endpoint], "door", "open"),
         "without sign-in": getattr(views[rule.endpoint], "door_anyone", True)}
        for rule in sorted(current_app.url_map.iter_rules(), key=lambda r: r.rule)
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows[0], [list(row.values()) for row in rows])


@house.command("messages")
@click.option("--update", is_flag=True, help="Bring the catalogues in step with the texts in code and templates.")
@click.option("--merge", multiple=True, type=click.Path(exists=True, path_type=Path), metavar="FILE",
              help="Take translations from this PO file; may be given several times. Updates too.")
@click.option("--merge-du", multiple=True, type=click.Path(exists=True, path_type=Path), metavar="FILE",
              help="The same for German texts that say du: only those that differ. Updates too.")
@click.option("--compile", "compile_", is_flag=True, help="Write the files the program reads.")
def house_messages(update: bool, merge: tuple[Path, ...], merge_du: tuple[Path, ...], compile_: bool) -> None:
    """Say whether every text has its translation."""
    from . import messages

    wrong = []
    for language in messages.CATALOGUES:
        further = merge if language in messages.TRANSLATED else merge_du
        if update or merge or merge_du:
            say(f"Written: {messages.update_catalogue(language, *further)}")
        wrong += [f"{language}: {flaw}" for flaw in sorted(messages.flaws(language))]
    if compile_:
        messages.compile_catalogues()
    for line in wrong:
        click.echo(line)
    if wrong and not (update or merge or merge_du or compile_):
        raise CannotGoOn(f"{len(wrong)} texts are not translated as they should be.")


@house.command("phrases")
def house_phrases() -> None:
    """Bring the list of sentences the handbook prints up to date; then merge their translations."""
    from suggestbox.handbook import queries

    import_module("suggestbox.app")  # every room has declared its rules
    path = Path(queries.__file__).with_name("phrases.py")
    path.write_text(queries.phrases_source(), encoding="utf-8")
    say(f"Written: {path.name}.")


@house.command("migration")
@click.argument("revision")
@click.argument("name")
@in_app
def house_migration(revision: str, name: str) -> None:
    """Write a migration, such as 0002 awards, from what changed in the models.

    Compares with the chosen installation's database. Take PostgreSQL: SQLite cannot tell about all indexes.
    """
    from . import schema

    if schema.newest():
        schema.upgrade()
    say(f"Written: {schema.write_migration(name, revision)}")


@house.command("environment")
def house_environment() -> None:
    """Print the README's table of environment variables."""
    click.echo(environment_table(), nl=False)


def environment_table() -> str:
    """Give the deployment settings as a Markdown table."""
    from .config import PREFIX, Deployment

    lines = ["| variable | default | what it says |", "| --- | --- | --- |"]
    for name, field in Deployment.model_fields.items():
        default = {False: "no", True: "yes", "": ""}.get(field.default, field.default)
        lines.append(f"| `{PREFIX}{name.upper()}` | {f'`{default}`' if default != '' else ''} | {field.description} |")
    return "\n".join(lines) + "\n"
