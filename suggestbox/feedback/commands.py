"""Customer feedback from the terminal: in and out, themes, and how good the theme model is."""

from pathlib import Path
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, json_option, print_json, print_table, sentence_of

from .export_commands import export_command
from .import_commands import IMPORT_COMMANDS
from .learning_commands import assign_command, retrain_command
from .theme_commands import themes

FIGURES = (
    "themes.micro_f1", "themes.macro_f1", "themes_with_polarity.micro_f1", "themes_with_polarity.macro_f1", "accuracy",
    "in_scope_accuracy", "none_recall",
)


@click.group("feedback")
def feedback() -> None:
    """Bring customer feedback in and out, and look after the theme model."""


_FILE = click.Path(path_type=Path)


@feedback.command("evaluate")
@click.option("--train", "train_path", required=True, type=_FILE, metavar="FILE", help="CSV to learn from.")
@click.option("--test", "test_path", required=True, type=_FILE, metavar="FILE", help="CSV to be asked about.")
@click.option("--baseline", is_flag=True, help="Compare with TF-IDF and a linear SVM, by a paired bootstrap.")
@json_option
def evaluate_command(train_path: Path, test_path: Path, baseline: bool, as_json: bool) -> None:
    """Train the theme model on one file and say how well it tells the themes of another.

    Both are CSV files with the columns text, themes (separated by |; none: no theme fits) and, if you like, polarities
    (theme:polarity, separated by |).
    """
    from suggestbox.core.errors import HouseError

    from .evaluation import evaluate

    try:
        found = evaluate(train_path, test_path, with_baseline=baseline)
    except HouseError as refused:
        raise CannotGoOn(sentence_of(refused)) from refused
    if as_json:
        print_json(found)
        return
    heads = ["figure", "model", *(("plain method", "difference", "95 % interval") if baseline else ())]
    print_table(heads, [_line(name, found) for name in FIGURES if _figure(found, name) is not None])
    click.echo(f"trained on {found['train_items']} items in {found['train_seconds']} s, tested on {found['test_items']}")


def _figure(found: dict[str, Any], name: str) -> Any:
    for part in name.split("."):
        found = found[part]
    return found


def _line(name: str, found: dict[str, Any]) -> list[str]:
    line = [name, f"{_figure(found, name):.3f}"]
    if "baseline" in found:
        plain, apart = _figure(found["baseline"], name), found["difference"].get(name)
        line.append("" if plain is None else f"{plain:.3f}")
        line += ["", ""] if apart is None else [
            f"{apart['difference']:+.3f}", f"{apart['low']:+.3f} to {apart['high']:+.3f}"
        ]
    return line


feedback.add_command(retrain_command)
feedback.add_command(assign_command)
feedback.add_command(themes)
for command in (*IMPORT_COMMANDS, export_command):
    feedback.add_command(command)
