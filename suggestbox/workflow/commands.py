"""`suggestbox check`: the self-check on the live database."""

import sys

import click

from suggestbox.core.terminal import in_app, json_option, print_json, say


@click.command()
@json_option
@in_app
def check(as_json: bool) -> None:
    """Prove the five promises, or say which idea breaks which.

    Reads only. Exit code 0: every promise is kept; 1: something is broken.
    """
    from flask import current_app

    from suggestbox.people.directory import read_directory
    from suggestbox.people.queries import today_for

    from . import check as checking

    book = read_directory(0, today_for())  # from the rows themselves, not from memory
    findings = checking.check(book, current_app.config["DEPLOYMENT"].files)
    if as_json:
        print_json(checking.as_json(findings, book.today))
    else:
        for finding in findings:
            click.echo(f"{finding.promise}\t{finding.idea}\t{finding.text}")
        say("Every promise is kept." if not findings else f"{len(findings)} findings.")
    if findings:
        sys.exit(1)
