"""Reports from the terminal."""

import click


@click.group("reports")
def reports() -> None:
    """Export reports, and keep the figures of closed periods."""
