"""Commands that set an installation up, run it and keep it in shape."""

import sys
from typing import Any
from zoneinfo import available_timezones

import click

from .terminal import (
    UPGRADE_FIRST,
    CannotGoOn,
    in_app,
    inside,
    json_option,
    print_json,
    print_table,
    say,
    this_instance,
)

NOT_SET_UP = "This installation is not set up yet. Set it up with: suggestbox init"


# -- setting up ------------------------------------------------------------------------------------------------------


def ask(given: str | None, option: str, question: str, default: str | None = None) -> str:
    """Give the option's value; a person at a terminal is asked for a missing one."""
    if given is not None:
        return given.strip()
    if sys.stdin.isatty():
        return str(click.prompt(question, default=default, err=True)).strip()
    if default is not None:
        return default
    raise click.UsageError(f"Missing option '{option}'.")


def ask_password(from_stdin: bool) -> str:
    """Give a new password: from the first line of standard input, or typed twice at a terminal."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("Missing option '--password-stdin'.")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt="The same password again", err=True))


@click.command()
@click.option("--email", help="E-mail address of the first administrator.")
@click.option("--given-name", help="Their given name.")
@click.option("--family-name", help="Their family name.")
@click.option("--password-stdin", is_flag=True, help="Read their password from standard input.")
@click.option("--organisation", help="Name of the organisation.")
@click.option("--time-zone", help="Time zone of the first site, such as Europe/Berlin.")
@click.option("--country", help="Country of the first site, for its holidays, such as DE.")
@click.option("--language", type=click.Choice(["de", "en"]), help="Language of the first site.")
def init(password_stdin: bool, **given: str | None) -> None:
    """Set up a new installation with its first administrator.

    Makes the folder and the database, one site, one department for the whole organisation, and one person who is
    administrator and idea manager. Asks for what is missing. Calling it again changes nothing.
    """
    app = this_instance().app()
    from suggestbox.core import schema
    from suggestbox.people import founding

    with inside(app):
        schema.upgrade()
        folder = app.config["DEPLOYMENT"].instance.resolve()
        admin = founding.first_admin()
        if admin is not None:
            say(f"{folder} is set up already; its administrator is {admin.name}. Nothing was changed.")
            return
        facts = {
            "email": ask(given["email"], "--email", "E-mail address of the administrator"),
            "given_name": ask(given["given_name"], "--given-name", "Given name"),
            "family_name": ask(given["family_name"], "--family-name", "Family name"),
            "organisation": ask(given["organisation"], "--organisation", "Name of the organisation"),
            "time_zone": ask(given["time_zone"], "--time-zone", "Time zone", app.config["HEADQUARTERS_ZONE"]),
            "country": ask(given["country"], "--country", "Country", "DE").upper(),
            "language": ask(given["language"], "--language", "Language (de or en)", "de"),
        }
        if facts["time_zone"] not in available_timezones():
            raise click.UsageError(f"There is no time zone '{facts['time_zone']}'. One is Europe/Berlin.")
        _found_house(facts, ask_password(password_stdin))
        say(f"{folder} is set up. Start the server with: suggestbox serve --instance {folder}")


def _found_house(facts: dict[str, str], password: str) -> None:
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.people import founding, sign_in
    from suggestbox.reviews.operations import ensure_criteria

    objection = sign_in.password_is_acceptable(password)
    if objection:
        raise CannotGoOn(objection, exit_code=2)
    hashed = sign_in.hash_password(password)
    with work():
        founding.found_house(password_hash=hashed, now=utc_now(), **facts)
        ensure_criteria(now=utc_now())


# -- running ---------------------------------------------------------------------------------------------------------


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on, instead of SUGGESTBOX_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), metavar="NUMBER", help="Port, instead of SUGGESTBOX_PORT.")
@click.option("--threads", type=click.IntRange(1, 64), metavar="NUMBER", help="Threads that answer requests.")
@click.option("--no-jobs", is_flag=True, help="Leave the scheduled jobs to another process.")
def serve(host: str | None, port: int | None, threads: int | None, no_jobs: bool) -> None:
    """Start the web server and the scheduled jobs.

    Ctrl+C or SIGTERM stops it: no new request is taken, those being answered are finished.
    """
    app = this_instance().app(host=host, port=port, threads=threads)
    from suggestbox import serving
    from suggestbox.demo.filling import refuse_wrong_kind

    with inside(app):
        refuse_unready_database()
        refuse_wrong_kind(app.config["DEPLOYMENT"].instance.resolve(), demo=app.config["DEMO"])
    serving.serve(app, ready=lambda address: say(f"suggestbox answers at {address}"), schedule=not no_jobs)


@click.command()
def worker() -> None:
    """Run the scheduled jobs and the postman without a web server.

    Any number of workers may run beside any number of `serve`: each job runs once, each letter goes out once. Ctrl+C or
    SIGTERM stops it: what is being done is finished.
    """
    app = this_instance().app()
    from suggestbox.demo.filling import refuse_wrong_kind
    from suggestbox.scheduler import work_alone

    with inside(app):
        refuse_unready_database()
        refuse_wrong_kind(app.config["DEPLOYMENT"].instance.resolve(), demo=app.config["DEMO"])
    work_alone(app, ready=lambda: say("The worker runs."))


@click.command()
@json_option
@in_app
def doctor(as_json: bool) -> None:
    """Say how the house is, and what to do about what is not as it should be.

    Reads the whole database and the journal; changes nothing. Exit code 0: no alarm; 1: somebody has to do something.
    """
    from suggestbox.core import schema
    from suggestbox.core.clock import utc_now
    from suggestbox.core.health import findings, names

    if not schema.current():
        raise CannotGoOn(NOT_SET_UP)
    found = findings(utc_now(), thorough=True)
    well = all(trouble.severity != "alarm" for trouble in found)
    if as_json:
        rows = [{"name": t.name, "severity": t.severity, "text": t.text, "since": t.since, "advice": t.advice}
                for t in found]
        print_json({"ok": well, "checks": names(thorough=True), "findings": rows})
    else:
        for trouble in found:
            since = f" (since {trouble.since:%Y-%m-%d %H:%M} UTC)" if trouble.since else ""
            click.echo(f"{trouble.severity}\t{trouble.name}\t{trouble.text}{since}")
            if trouble.advice:
                click.echo(f"\t\t{trouble.advice}")
        say("All is well." if not found else "No alarm." if well else "Somebody has to do something.")
    if not well:
        sys.exit(1)


def refuse_unready_database() -> None:
    """Make sure the database is whole and up to date.

    Raises  CannotGoOn with what to do
    """
    from suggestbox.core import schema

    if not schema.current():
        raise CannotGoOn(NOT_SET_UP)
    if not schema.is_current():
        raise CannotGoOn(UPGRADE_FIRST)
    found = schema.quick_check()
    if found != "ok":
        raise CannotGoOn(f"The database file is damaged ({found}). Restore it from a backup before you go on.")


@click.group("db")
def db_group() -> None:
    """Bring the database up to date, or check it."""


@db_group.command("upgrade")
@in_app
def db_upgrade() -> None:
    """Bring the database up to date."""
    from suggestbox.core import schema

    before = schema.current()
    schema.upgrade()
    after = schema.current()
    say(f"The database is up to date ({after})." if before == after else f"Brought up to date: {after}.")


@db_group.command("current")
@json_option
@in_app
def db_current(as_json: bool) -> None:
    """Say where the database stands."""
    from suggestbox.core import schema

    stands, newest = schema.current(), schema.newest()
    if as_json:
        print_json({"current": stands, "newest": newest, "up_to_date": stands == newest})
    else:
        click.echo(stands or "empty")


@db_group.command("check")
@json_option
@in_app
def db_check(as_json: bool) -> None:
    """Check that the database is whole, up to date, and its journal unbroken."""
    from suggestbox.core import schema
    from suggestbox.journal.operations import first_broken_seal

    refuse_unready_database()
    changes = [str(change) for change in schema.differences()]
    broken = first_broken_seal()
    if as_json:
        print_json({"ok": not changes and broken is None, "differences": changes, "first_broken_entry": broken})
    if changes:
        raise CannotGoOn(f"The database differs from what the program expects: {'; '.join(changes)}")
    if broken is not None:
        raise CannotGoOn(f"Entry {broken} of the journal is not what was written at the time.")
    if not as_json:
        say("The database is whole and up to date.")


# -- rules of the house ----------------------------------------------------------------------------------------------


@click.group("settings")
def settings_group() -> None:
    """Read and change the rules of the house."""


@settings_group.command("list")
@json_option
@in_app
def settings_list(as_json: bool) -> None:
    """Show every rule with its value."""
    from suggestbox.core.modules import settings_in_use
    from suggestbox.core.settings import rule

    rows = [{"name": s.name, "value": rule(s.name), "default": s.default, "help": str(s.help)} for s in settings_in_use()]
    if as_json:
        print_json(rows)
    else:
        print_table(["name", "value", "default", "what it says"], [list(row.values()) for row in rows])


@settings_group.command("get")
@click.argument("name")
@json_option
@in_app
def settings_get(name: str, as_json: bool) -> None:
    """Show one rule."""
    from suggestbox.core.modules import settings_in_use
    from suggestbox.core.settings import rule

    if name not in {setting.name for setting in settings_in_use()}:
        raise CannotGoOn(f"There is no rule '{name}'. See: suggestbox settings list")
    if as_json:
        print_json({"name": name, "value": rule(name)})
    else:
        click.echo(rule(name))


@settings_group.command("set")
@click.argument("name")
@click.argument("value")
@click.option("--reason", default="", metavar="TEXT", help="Why; it stands with the new version of the rules.")
@in_app
def settings_set(name: str, value: str, reason: str) -> None:
    """Change one rule."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work
    from suggestbox.core.modules import settings_in_use
    from suggestbox.core.settings import rule, set_rule
    from suggestbox.journal import operations as journal

    setting = next((s for s in settings_in_use() if s.name == name), None)
    if setting is None:
        raise CannotGoOn(f"There is no rule '{name}'. See: suggestbox settings list")
    now = utc_now()
    before, after = rule(name), read_value(value, setting.default)
    with work():
        set_rule(name, after, now=now, reason=reason.strip())
        journal.write("setting_changed", now=now, role="admin", name=name, before=before, after=after)
    say(f"{name} is now {after}.")


def read_value(text: str, like: Any) -> Any:
    """Give `text` as a value of the same type as `like`."""
    import json

    words = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
    try:
        if isinstance(like, bool):
            return words[text.casefold()]
        if isinstance(like, str):
            return text
        return type(like)(text) if isinstance(like, int | float) else json.loads(text)
    except (KeyError, ValueError):
        kind = {bool: "yes or no", int: "a whole number", float: "a number"}.get(type(like), "JSON")
        raise CannotGoOn(f"'{text}' does not fit here: the rule takes {kind}.", exit_code=2) from None
