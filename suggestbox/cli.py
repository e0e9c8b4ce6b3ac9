"""The front door for the terminal: `suggestbox`, its commands in groups, each loaded only when it is called."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from suggestbox import __version__
from suggestbox.core.terminal import CannotGoOn, Instance

COMMANDS = (
    ("Try it", "demo", "suggestbox.demo.commands:demo", "Fill a demo company and open it in the browser."),
    ("Run it", "init", "suggestbox.core.commands:init", "Set up a new installation with its first administrator."),
    ("Run it", "serve", "suggestbox.core.commands:serve", "Start the web server and the scheduled jobs."),
    ("Run it", "worker", "suggestbox.core.commands:worker",
     "Run the scheduled jobs and the postman without a web server."),
    ("Run it", "db", "suggestbox.core.commands:db_group", "Bring the database up to date, or check it."),
    ("Look after it", "doctor", "suggestbox.core.commands:doctor",
     "Say how the house is, and what to do about what is not as it should be."),
    ("Look after it", "check", "suggestbox.workflow.commands:check",
     "Prove the five promises, or say which idea breaks which."),
    ("Look after it", "people", "suggestbox.people.commands:people", "List, add and import people and their roles."),
    ("Look after it", "ideas", "suggestbox.ideas.commands:ideas", "List, show and import ideas."),
    ("Look after it", "feedback", "suggestbox.feedback.commands:feedback",
     "Bring customer feedback in and out, and look after the theme model."),
    ("Look after it", "reports", "suggestbox.reports.commands:reports",
     "Export reports, and keep the figures of closed periods."),
    ("Look after it", "awards", "suggestbox.awards.commands:awards",
     "See and change the rules for awards, and make payment lists."),
    ("Look after it", "mail", "suggestbox.mail.commands:mail",
     "Look after the letters that leave the house."),
    ("Look after it", "reminders", "suggestbox.reminders.commands:reminders",
     "See who is reminded of what, when, and why not."),
    ("Look after it", "settings", "suggestbox.core.commands:settings_group", "Read and change the rules of the house."),
    ("Build on it", "simulate", "suggestbox.simulation.commands:simulate",
     "Let a year pass in an invented company, and see whether the promises hold."),
    ("Build on it", "house", "suggestbox.core.house_commands:house",
     "For developers: moves, doors, phrases, messages, migrations."),
)
"""(heading, name, where it lies, one sentence): the help page needs no more, so it imports no room."""


def _choose_instance(context: click.Context, _option: click.Parameter, folder: Path | None) -> None:
    if folder is not None:
        context.find_root().obj.folder = folder


def instance_option() -> click.Option:
    """Give the option that says which installation a command works on."""
    return click.Option(
        ["--instance"],
        type=click.Path(file_okay=False, path_type=Path),
        metavar="FOLDER",
        expose_value=False,
        is_eager=True,
        callback=_choose_instance,
        help="Folder of the installation, instead of SUGGESTBOX_INSTANCE.",
    )


def take_instance(command: click.Command) -> click.Command:
    """Let a command and all below it take `--instance` too, so that its place in the line does not matter."""
    if all(option.name != "instance" for option in command.params):
        command.params.append(instance_option())
    if isinstance(command, click.Group):
        for below in command.commands.values():
            take_instance(below)
    return command


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called: a room in trouble leaves the others usable."""

    def make_context(self, *given: Any, **extra: Any) -> click.Context:
        extra.setdefault("obj", Instance(_open_app))
        return super().make_context(*given, **extra)

    def list_commands(self, context: click.Context) -> list[str]:
        return [name for _heading, name, _place, _text in COMMANDS]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        place = next((place for _heading, known, place, _text in COMMANDS if known == name), None)
        if place is None:
            return None
        module, attribute = place.split(":")
        try:
            command = getattr(import_module(module), attribute)
        except Exception as trouble:
            raise CannotGoOn(
                f"The command '{name}' cannot be loaded: {type(trouble).__name__}: {trouble}"
            ) from trouble
        return take_instance(command)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        for heading in dict.fromkeys(row[0] for row in COMMANDS):
            with formatter.section(heading):
                formatter.write_dl([(row[1], row[3]) for row in COMMANDS if row[0] == heading])


def _open_app(*given: Any, **overrides: Any) -> Any:
    from suggestbox.app import create_app

    return create_app(*given, **overrides)


@click.group(
    cls=LazyGroup,
    params=[instance_option()],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="More about a command: suggestbox COMMAND --help",
)
@click.version_option(__version__, prog_name="suggestbox", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Ideas of employees, from the first word to the closing conversation."""


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line; the entry point of the installed program."""
    return cli.main(args=arguments, prog_name="suggestbox")


if __name__ == "__main__":
    main()
