"""`suggestbox feedback retrain` and `assign`: what the clockwork starts as a process of its own, and people by hand."""

import os
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, in_app, json_option, print_json, say

KIND = click.option("--if-due", is_flag=True, help="Only when there is a reason to; otherwise say so and end well.")
POLITE = 10
"""The clockwork's processes let pages go first."""


@click.command("retrain")
@KIND
@json_option
@in_app
def retrain_command(if_due: bool, as_json: bool) -> None:
    """Have the theme model learn anew from what people confirmed and rejected."""
    from suggestbox.core.clock import utc_now

    from .learning import how_due, latest_learned, running
    from .model_files import is_whole

    if if_due:
        _step_back()
        learned = latest_learned()
        due = how_due(utc_now(), no_file=learned is not None and not is_whole(learned))
        if not due.is_due or running(utc_now()) is not None:
            _tell({"result": "not_due", "answers": due.answers, "changes": due.changes}, as_json,
                  f"Not due: {due.answers} new answers, {due.changes} changed themes.")
            return
    from .proposing import propose
    from .training import retrain, teach_apart

    row = retrain(clock=utc_now, teach=teach_apart)
    facts = {
        "result": row.result, "learning": row.id, "items": row.item_count, "held_back": row.held_back_count,
        "themes": row.theme_count, "seconds": row.seconds, "figures": row.figures,
    }
    if row.result == "learned":
        told = row.figures.get("themes", {}).get("micro_f1")
        how_good = "too few to say how good it is" if told is None else f"F1 on items it had not seen: {told:.2f}"
        _tell(facts, as_json,
              f"Learned {row.theme_count} themes from {row.item_count} items in {row.seconds} s; {how_good}.")
    else:
        propose(clock=utc_now)  # without a model nothing else looks at what is new
        _tell(facts, as_json, f"Too little to learn from yet: {row.item_count} confirmed items.")


@click.command("assign")
@KIND
@json_option
@in_app
def assign_command(if_due: bool, as_json: bool) -> None:
    """Have rules and the model look at items they have not looked at. What people settled stays as it is.

    A damaged model file is noticed: the model learns anew from the data first.
    """
    from suggestbox.core.clock import utc_now
    from suggestbox.core.errors import Refused

    from .learning import running
    from .work_ahead import is_something_to_judge

    if if_due:
        _step_back()
        if not is_something_to_judge() or running(utc_now()) is not None:
            _tell({"items": 0}, as_json, "Nothing to look at.")
            return
    from .judging import judge
    from .proposing import propose
    from .training import retrain, teach_apart

    tell = (lambda _done, _all: None) if as_json or if_due else (lambda done, every: say(f"{done} of {every}"))
    try:
        tally = judge(clock=utc_now, tell=tell)
    except Refused as refused:
        if refused.reason != "model_damaged" and refused.reason != "model_version":
            raise
        say("The file of the model is damaged or missing: learning anew.")
        if retrain(clock=utc_now, teach=teach_apart).result != "learned":
            raise CannotGoOn("There is too little to learn from.") from refused
        tally = judge(clock=utc_now, tell=tell)
    proposals = propose(clock=utc_now)
    _tell({**tally.as_dict(), "proposals": proposals}, as_json,
          f"Looked at {tally.items} items: {tally.told} told, {tally.unsure} wait for a person; {tally.assigned} themes "
          f"assigned, {tally.by_rule} by rules; {proposals} proposed themes.")


def _tell(facts: dict[str, Any], as_json: bool, sentence: str) -> None:
    if as_json:
        print_json(facts)
    else:
        click.echo(sentence)


def _step_back() -> None:
    if hasattr(os, "nice"):
        os.nice(POLITE)
