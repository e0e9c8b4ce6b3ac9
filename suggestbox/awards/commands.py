"""Awards from the terminal."""

import click


@click.group("awards")
def awards() -> None:
    """See and change the rules for awards, and make payment lists."""
