"""Awards from the terminal: rule sets, and payment lists for payroll."""

from pathlib import Path
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, in_app, json_option, print_json, print_table, say

DAY = click.DateTime(["%Y-%m-%d", "%d.%m.%Y"])


@click.group("awards")
def awards() -> None:
    """See and change the rules for awards, and make payment lists."""


# -- rules -----------------------------------------------------------------------------------------------------------


@awards.group("rules")
def rules() -> None:
    """Rule sets: each holds for ideas handed in from a day on."""


@rules.command("list")
@json_option
@in_app
def list_rules(as_json: bool) -> None:
    """Show every rule set, the newest first."""
    from . import rulesets

    found = [{"number": one.number, "from": None if one.is_default else one.from_on, "name": one.name_en,
              "reason": one.reason} for one in rulesets.versions()]
    if as_json:
        print_json(found)
    else:
        print_table(("number", "from", "name", "reason"), [list(row.values()) for row in found])


@rules.command("show")
@click.argument("number", type=int, required=False)
@click.option("--example", type=click.Choice(["share", "step", "points"]), help="An example to begin with instead.")
@json_option
@in_app
def show_rules(number: int | None, example: str | None, as_json: bool) -> None:
    """Show one rule set in words, today's without a number; with --json its document, to be changed and added."""
    from suggestbox.people.queries import today_for

    from . import rulesets, words
    from .document import read
    from .examples import EXAMPLES

    if example:
        document = EXAMPLES[example][0]
    else:
        one = rulesets.in_force(today_for()) if number is None else rulesets.by_number(number)
        if one is None:
            raise CannotGoOn(f"There are no rules with the number {number}. See: suggestbox awards rules list")
        document = one.document
    if as_json:
        print_json(document)
        return
    known = read(document)
    for sentence in words.rules_sentences(known):
        click.echo(sentence)
    for name, entries in words.tables_shown(known):
        click.echo(f"\n{name}")
        for entry, worth in entries:
            click.echo(f"  {entry}: {worth}")


def _document(file: Path) -> Any:
    from .forms import document_of

    try:
        return document_of(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as trouble:
        raise CannotGoOn(f"{file} cannot be read: {trouble}.") from trouble


@rules.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--benefit", metavar="EUROS", help="Work out what a net benefit of so many euros would be paid.")
@in_app
def check_rules(file: Path, benefit: str | None) -> None:
    """Check a document of rules, and show what is wrong with it; nothing is kept."""
    from . import words
    from .compute import Inputs, Missing, compute
    from .document import read
    from .forms import euros_as_cents

    known = read(_document(file))
    for sentence in words.rules_sentences(known):
        click.echo(sentence)
    if benefit is None:
        return
    cents = euros_as_cents(benefit)
    if cents is None:
        raise click.UsageError(f"'{benefit}' is no amount in euros. One is 12000.")
    try:
        found = compute(known, Inputs("benefit", cents, {}))
    except Missing as missing:
        raise CannotGoOn(f"This needs a choice of '{missing.key}': try it on the page of the rules.") from missing
    click.echo("")
    for sentence, amount in words.explained(found.steps):
        click.echo(f"{sentence} = {amount}" if amount else sentence)


@rules.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "from_on", type=DAY, required=True, help="For ideas handed in from this day on.")
@click.option("--name-de", required=True, help="Name in German.")
@click.option("--name-en", required=True, help="Name in English.")
@click.option("--reason", required=True, help="Why, and who agreed.")
@in_app
def add_rules(file: Path, from_on: Any, **facts: str) -> None:
    """Put a document of rules into force from a day on. Ideas handed in before keep theirs."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.people.queries import today_for

    from . import rulesets

    document = _document(file)
    with work():
        made = rulesets.add_rules(document=document, from_on=from_on.date(), by_id=None, now=utc_now(), today=today_for(),
                                  **facts)
    say(f"Rules no. {made.number} hold for ideas handed in from {made.from_on} on.")


# -- payments --------------------------------------------------------------------------------------------------------


@awards.group("payments")
def payments() -> None:
    """What payroll pays. Names are written into a file only for somebody from HR, and that stands in the journal."""


@payments.command("list")
@json_option
@in_app
def list_payments(as_json: bool) -> None:
    """Show what is owed on no list yet, and every list with its sum; no names."""
    from . import payments as money

    count, cents = money.open_sum()
    lists = money.lists_made()
    if as_json:
        made = [{"list": row.number, "made": row.made_at, "amounts": row.count, "cents": row.cents, "words": row.words}
                for row in lists]
        print_json({"open": {"amounts": count, "cents": cents}, "lists": made})
        return
    print_table(("list", "made", "amounts", "euros", "words"), [
        ("open", "", count, _euros(cents), ""),
        *((row.number, f"{row.made_at:%Y-%m-%d}", row.count, _euros(row.cents), row.words) for row in lists),
    ])


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _hr(email: str) -> int:
    from suggestbox.people.queries import person_by_email

    from .policy import may_pay

    person = person_by_email(email)
    if person is None or not may_pay(person):
        raise CannotGoOn("Payments are made by somebody with the role hr_analyst for the whole house; name their e-mail "
                         "address with --by.")
    return person.id


@payments.command("make")
@click.option("--by", "email", required=True, metavar="EMAIL", help="Who from HR makes the list.")
@click.option("--words", default="", help="What it is for.")
@in_app
def make_payments(email: str, words: str) -> None:
    """Put everything owed onto a new list. Each amount stands on one list only."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import payments as money

    by_id = _hr(email)
    with work():
        number = money.make_list(by_id=by_id, now=utc_now(), words=words).number
    row = next(row for row in money.lists_made() if row.number == number)
    say(f"List {number} is made: {row.count} amounts, {_euros(row.cents)} euros.")


@payments.command("export")
@click.argument("number", type=int)
@click.option("--by", "email", required=True, metavar="EMAIL", help="Who from HR takes it out.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Ends in .csv or .xlsx.")
@in_app
def export_payments(number: int, email: str, out: Path) -> None:
    """Write a list with names and amounts into a file for payroll; 0 is what stands on no list yet."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.people.queries import here

    from . import payment_files
    from . import payments as money

    ending, by_id = out.suffix.lower().lstrip("."), _hr(email)
    if ending not in payment_files.FORMATS:
        raise CannotGoOn("The file has to end in .csv or .xlsx.")
    if number and money.list_with(number) is None:
        raise CannotGoOn(f"There is no list {number}. See: suggestbox awards payments list")
    with work():
        money.note_look(number or None, by_id=by_id, now=utc_now(), format=ending)
    lines = money.lines_of(number or None, here())
    data = payment_files.as_csv(lines) if ending == "csv" else payment_files.as_workbook(lines, f"Payments {number}")
    try:
        out.write_bytes(data)
    except OSError as trouble:
        raise CannotGoOn(f"The file {out} cannot be written: {trouble.strerror}.") from trouble
    say(f"{len(lines)} amounts are in {out}.")
