"""Reminders at the terminal: what goes out on a day, and why nobody was reminded of an idea. Both only read."""

from datetime import datetime
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, in_app, json_option, print_json, print_table, say


@click.group()
def reminders() -> None:
    """See who is reminded of what, when, and why not."""


@reminders.command("list")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day, as 2026-11-30. Without it: today.")
@json_option
@in_app
def list_command(on: datetime | None, as_json: bool) -> None:
    """List what would go out on a day, as things stand now; of a day gone by, what was put in.

    Writes nothing. A confidential submitter stands there as "submitter".
    """
    from flask import current_app

    from suggestbox.core.clock import local_date, utc_now

    from .planned import LOOK_AHEAD_DAYS, planned

    zone = current_app.config["HEADQUARTERS_ZONE"]
    today = local_date(utc_now(), zone)
    day = on.date() if on else today
    if (day - today).days > LOOK_AHEAD_DAYS:
        raise CannotGoOn(f"{day} is more than a year away: nobody knows the next steps of that day yet.")
    found, book = planned(day, now=utc_now(), zone=zone)

    def name_of(person_id: int | None) -> str:
        brief = book.person(person_id)
        return (brief.email or brief.name) if brief else "submitter"

    rows = [
        {"idea": p.idea, "step": p.step, "due_on": p.due_on, "rung": p.rung, "office": p.office, "to": name_of(p.to),
         "way": p.way, "goes_on": p.goes_on}
        for p in found
    ]
    if as_json:
        print_json({"on": day, "reminders": rows})
        return
    if not rows:
        say(f"Nobody is reminded of anything on {day}.")
        return
    print_table(("IDEA", "STEP", "DUE", "RUNG", "AS", "TO", "BY", "GOES ON"), [list(row.values()) for row in rows])


@reminders.command("why")
@click.argument("number")
@json_option
@in_app
def why_command(number: str, as_json: bool) -> None:
    """Say for every open step of an idea who was reminded when, and if nobody was, why not."""
    from suggestbox.core.clock import utc_now
    from suggestbox.ideas.queries import idea_by_number
    from suggestbox.people.queries import here

    from .why import Viewer, why

    idea = idea_by_number(number)
    if idea is None:
        raise CannotGoOn(f"There is no idea {number}.")
    answer = why(idea, here(), Viewer(None, True), now=utc_now())
    steps: list[dict[str, Any]] = [
        {"step": step.kind, "due_on": step.due_on, "owner": step.owner or "submitter", "rests": step.rests,
         "rungs": [_facts(row) for row in step.rows]}
        for step in answer.steps
    ]
    if as_json:
        earlier = [_facts(row) for row in answer.earlier]
        print_json({"idea": idea.number, "stage": idea.stage, "steps": steps, "earlier": earlier})
        return
    if not steps:
        say(f"Idea {idea.number} has no open step.")
    for step in steps:
        rests = " (rests: a question is open)" if step["rests"] else ""
        click.echo(f"{step['step']}, {step['owner']}, due {step['due_on']}{rests}")
        for row in step["rungs"]:
            name = f" ({row['name']})" if row["name"] else ""
            click.echo(f"  {row['on']}  {row['rung']}, to {row['to']}{name}: {row['text']}")


def _facts(row: Any) -> dict[str, Any]:
    return {"rung": row.rung, "on": row.on, "to": row.to, "name": row.name, "state": row.state, "text": row.text}
