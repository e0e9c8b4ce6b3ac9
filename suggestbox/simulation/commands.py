"""`suggestbox simulate`: a year in a company, on the real code, with a fake clock."""

import gc
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, inside, json_option, print_json, print_table, progress, say, this_instance

from .sabotage import KINDS


@click.command()
@click.option("--people", type=click.IntRange(40, 20_000), default=2000, show_default=True, help="How many work there.")
@click.option("--days", type=click.IntRange(7, 800), default=365, show_default=True, help="How many days pass.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same number gives the same year.")
@click.option("--sabotage", type=click.Choice(KINDS), help="Switch one safeguard off, to see that it is noticed.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
              help="Keep the scratch database there, to look into it.")
@json_option
def simulate(people: int, days: int, seed: int, sabotage: str | None, keep: Path | None, as_json: bool) -> None:
    """Let a year pass in an invented company, and see whether the promises hold.

    Nothing of this installation is touched: it runs on a scratch database of its own. People are late, fall ill, leave,
    disagree, miss appointments; the mail server fails, processes die. The exit code is 1 when a rule was broken.
    """
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise CannotGoOn(f"{keep} is not empty. Choose another folder with --keep.")
    folder = keep or Path(tempfile.mkdtemp(prefix="suggestbox-year-"))
    try:
        document = _play(folder, people=people, days=days, seed=seed, sabotage=sabotage or "")
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        print_json(document)
    else:
        _print(document)
    if any(document["violations"].values()):
        raise click.exceptions.Exit(1)


def scratch_deployment(folder: Path) -> dict[str, Any]:
    """Give the settings of a scratch house: nothing of the environment's database or mail server gets in."""
    return {
        "database_url": "", "secret_key": "of-no-use-outside-the-simulated-year", "smtp_host": "mail.invalid",
        "mail_from": "ideen@feldrath.example", "base_url": "https://ideen.feldrath.example", "headquarters_zone":
        "Europe/Berlin", "ping_url": "", "demo": False, "instance": folder,
    }


def _play(folder: Path, *, people: int, days: int, seed: int, sabotage: str) -> dict[str, Any]:
    from .report import report
    from .year import Year

    instance = this_instance()
    settings = scratch_deployment(folder)
    instance.folder = settings.pop("instance")
    begun = time.monotonic()
    app = instance.app(**settings)
    with inside(app), _little_sweeping():
        year = Year(app, seed=seed, people=people, days=days, sabotage=sabotage)
        year.play(lambda numbers: progress(numbers, "Days", days))
        document = report(year)
    say(f"{people} people, {days} days: {time.monotonic() - begun:.0f} seconds.")
    return document


@contextmanager
def _little_sweeping() -> Iterator[None]:
    """Have Python look for garbage seldom, and not in the application itself: that took a sixth of a year."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


# -- for people ------------------------------------------------------------------------------------------------------


def _print(document: dict[str, Any]) -> None:
    from .report import exceptional

    ideas, mails = document["ideas"], document["mails"]
    _head(f"{ideas['handed_in']} ideas")
    by_count = sorted(ideas["outcomes"].items(), key=_most_first)
    print_table(("outcome", "decisions"), by_count)
    _head("Where they stand, and how they ended")
    print_table(("stage", "ideas"), [*ideas["stages"].items(), *((f"closed, {k}", v) for k, v in ideas["endings"].items())])
    _head("Waiting, in calendar days")
    print_table(("stage", "times", "median", "9 of 10 within", "longest"),
                ((name, v["count"], v["median"], v["p90"], v["most"]) for name, v in document["waiting_days"].items()))
    _head("Exceptional paths")
    print_table(("move", "times"), ((name, document["moves"][name]) for name in sorted(exceptional())))
    _head("Measures, awards, stories, calls")
    print_table(("what", "times"), ((name.replace("_", " "), count) for name, count in document["afterwards"].items()))
    _head("What else happened")
    print_table(("what", "times"), ((name.replace("_", " "), count) for name, count in document["paths"].items()))
    _head("Next steps: how late they were done, and how late the open ones are")
    steps = document["steps"]
    print_table(("late by", "done", "open at the end"),
                ((name, count, steps["open_at_the_end"][name]) for name, count in steps["done"].items()))
    _head("Letters")
    print_table(("letters on one day", "times"), mails["a_person_and_day"].items())
    say_line(f"{mails['accepted']} letters to {mails['readers']} people, {mails['a_reader_and_week']} a week each; "
             f"at most {mails['most_in_a_day']} on one day.")
    _head("Conversations")
    print_table(("how it stands", "times"), document["conversations"].items())
    _head("What submitters said: can you follow how your idea was treated?")
    print_table(("answer", "times"), document["confirmations"].items())
    _head("Load of one person in the whole time")
    print_table(("what", "people", "median", "9 of 10 at most", "most"),
                ((name.replace("_", " "), v["count"], v["median"], v["p90"], v["most"])
                 for name, v in document["load"].items()))
    _head("Faults that were played")
    print_table(("what", "times"), [*document["faults"]["deaths"].items(), *document["faults"]["server"].items()])
    _head("Planning")
    for sentence in planning_sentences(document):
        say_line(sentence)
    _head("Violations")
    print_table(("rule", "times"), document["violations"].items())
    for name, examples in document["examples"].items():
        say_line(f"  {name}: {'; '.join(examples)}")
    _head("Did the promises hold on every single day?")
    print_table(("promise", "held"), ((n, "yes" if held else "NO") for n, held in document["promises"].items()))


def planning_sentences(document: dict[str, Any]) -> list[str]:
    """Give the answer to "how many people do we need?", with where it comes from."""
    p, load = document["planning"], document["load"]
    return [
        f"With this many ideas ({document['ideas']['handed_in']} in {document['days']} days) you need about "
        f"{p['reviewers_needed']} reviewers, {p['coordinators_needed']} coordinators and {p['deciders_needed']} decision "
        "makers,",
        "if nobody is to give more than one assessment in two weeks, take more than two first looks a week, or decide more "
        "than four ideas a month.",
        f"It comes from {p['assessments']} assessments, {p['first_looks']} first looks and {p['decisions']} decisions. Here "
        f"{p['reviewers_there']} people reviewed: the median reviewer gave {load['reviews_a_reviewer']['median']:g}, one "
        f"in {p['median_days_between_assessments']:g} days, the busiest {load['reviews_a_reviewer']['most']:g}; "
        f"{p['assessments_late']} assessments came late.",
        "The people of the simulation do not get slower when they have more to do: plan with something in hand.",
    ]


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _head(text: str) -> None:
    click.echo(f"\n{text}")


def say_line(text: str) -> None:
    """Print one line of the report."""
    click.echo(text)
