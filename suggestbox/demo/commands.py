"""`suggestbox demo`: a company to try the product with, in the browser."""

import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from suggestbox.core.terminal import inside, say, this_instance

if TYPE_CHECKING:
    from flask import Flask

FOLDER = Path("instance") / "demo"


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on, instead of SUGGESTBOX_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), metavar="NUMBER", help="Port, instead of SUGGESTBOX_PORT.")
@click.option("--seed-only", is_flag=True, help="Make the demo company and stop.")
@click.option("--fresh", is_flag=True, help="Throw the demo company away with all that was done in it, and make it anew.")
def demo(host: str | None, port: int | None, seed_only: bool, fresh: bool) -> None:
    """Fill a demo company and open it in the browser.

    155 people, 120 ideas and everything that happened to them until today. The first start makes them; later ones
    keep what you did. The data lies in instance/demo, or where --instance or SUGGESTBOX_INSTANCE says.
    """
    instance = this_instance()
    if instance.folder is None and not os.environ.get("SUGGESTBOX_INSTANCE"):
        instance.folder = FOLDER
    app = instance.app(demo=True, host=host, port=port)
    deployment = app.config["DEPLOYMENT"]
    from suggestbox import serving

    if not seed_only:
        serving.refuse_taken_port(deployment.host, deployment.port)
    with inside(app):
        make_ready(app, fresh=fresh)
    if seed_only:
        return
    serving.serve(app, ready=_introduce)


def make_ready(app: "Flask", *, fresh: bool = False) -> None:
    """Make the database of a demo: up to date, and filled if it is empty.

    Takes   fresh: throw away first what is there
    Raises  CannotGoOn when the database is a real one
    """
    from suggestbox.core import schema
    from suggestbox.core.database import db

    from .filling import filled_on, refuse_wrong_kind

    deployment = app.config["DEPLOYMENT"]
    if schema.current():
        refuse_wrong_kind(deployment.instance.resolve(), demo=True)
        if fresh:
            db.session.remove()
            schema.downgrade("base")
            shutil.rmtree(deployment.files, ignore_errors=True)
    schema.upgrade()
    day = filled_on()
    db.session.remove()
    if day is None:
        _fill(app)
    else:
        say(f"The demo company of {day:%Y-%m-%d} is there, with all that was done in it. Make it anew with: --fresh")


def _fill(app: "Flask") -> None:
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.people.sign_in import hash_password

    from .cast import PASSWORD
    from .filling import fill

    say("Making the demo company. This takes a few seconds, and only the first time ...")
    begun = time.monotonic()
    password_hash = hash_password(PASSWORD)
    with work():
        world = fill(now=utc_now(), zone=app.config["HEADQUARTERS_ZONE"], password_hash=password_hash)
        people, ideas = len(world.house.people), len(world.ideas)
    say(f"{people} people and {ideas} ideas in {time.monotonic() - begun:.0f} seconds.")


def _introduce(address: str) -> None:
    from .cast import PASSWORD, cast_members

    say()
    width = max(len(member.email) for member in cast_members())
    for member in cast_members():
        say(f"  {member.email:<{width}}  {member.line_en}")
    say()
    say(f"They all sign in with the password  {PASSWORD}")
    say(f"Or choose one of them by a click:   {address}demo")
    say(f"The demo answers at {address}")
