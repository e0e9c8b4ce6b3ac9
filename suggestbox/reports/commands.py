"""Reports from the terminal."""

import click

from .export_commands import EXPORT_COMMANDS
from .keep_commands import keep_command


@click.group("reports")
def reports() -> None:
    """Export reports, and keep the figures of closed periods."""


for command in (*EXPORT_COMMANDS, keep_command):
    reports.add_command(command)
