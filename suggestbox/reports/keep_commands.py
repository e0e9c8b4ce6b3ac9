"""`suggestbox reports keep`: count and keep the reports of periods that are over, by hand or after a long pause."""

import click

from suggestbox.core.terminal import in_app, json_option, print_json, progress, say


@click.command("keep")
@click.option("--period", "text", metavar="PERIOD", help="2026-09, 2026-Q3, 2026, last-month, last-quarter or last-year.")
@click.option("--reason", default="", metavar="TEXT", help="Why a kept period is counted anew: makes a further version.")
@json_option
@in_app
def keep_command(text: str | None, reason: str, as_json: bool) -> None:
    """Keep the figures of periods that are over and not kept yet.

    With --period only of that one; a period that still runs is counted anew. What is kept never changes: with --reason
    a further version is kept beside it.
    """
    from flask import current_app

    from suggestbox.core.clock import local_date, utc_now
    from suggestbox.core.database import let_go, work

    from .keeping import due, prepare, store
    from .models import KINDS
    from .periods import parse

    now = utc_now()
    today = local_date(now, current_app.config["HEADQUARTERS_ZONE"])
    wanted = [(kind, parse(text, today)) for kind in KINDS] if text else due(now)
    made = []
    for kind, period in progress(wanted, "Counting", len(wanted)):
        draft = prepare(kind, period, now=utc_now(), again=bool(reason.strip()) and bool(text))
        let_go()
        if draft is None:
            continue
        with work():
            report = store(draft, now=utc_now(), reason=reason if draft.version > 1 else "")
            made.append({"kind": report.kind, "period": report.period, "version": report.version,
                         "cells": len(draft.cells), "hidden": sum(bool(cell["hidden"]) for cell in draft.cells)})
    if as_json:
        print_json({"kept": made})
    elif made:
        say(f"{len(made)} reports were counted and kept.")
    else:
        say("Nothing was to be kept: every period that is over is kept already.")
