"""`suggestbox mail`: look after the letters that leave the house."""

from collections.abc import Iterable
from typing import Any

import click

from suggestbox.core.terminal import CannotGoOn, in_app, json_option, print_json, print_table, say

from .models import CHANNELS, STATES

IDS = click.argument("ids", nargs=-1, type=click.IntRange(1, 2**31 - 1), required=True, metavar="LETTER...")


@click.group()
def mail() -> None:
    """Look after the letters that leave the house.

    Letters are named by the number they have in the list. What a letter says is not shown.
    """


def _facts(entry: Any) -> dict[str, Any]:
    return {
        "id": entry.id, "state": entry.state, "kind": entry.kind, "channel": entry.channel,
        "to": entry.name or ("the submitter" if entry.to_submitter else ""), "attempts": entry.attempts,
        "may_have_arrived": entry.maybe, "created_at": entry.created_at, "not_before": entry.not_before,
        "done_at": entry.done_at, "answer": entry.answer,
    }  # fmt: skip


@mail.command("list")
@click.option("--state", type=click.Choice(["open", *STATES]), help="Only letters in this state.")
@click.option("--channel", type=click.Choice(CHANNELS), help="Only letters that go this way.")
@click.option("--kind", default="", metavar="NAME", help="Only letters of this kind, such as mail.test.")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 100_000), help="The newest so many.")
@json_option
@in_app
def list_(state: str | None, channel: str | None, kind: str, most: int, as_json: bool) -> None:
    """List letters, the newest first. Submitters are not named."""
    from suggestbox.admin.outbox import letters_page
    from suggestbox.people.queries import here

    page = letters_page(0, here(), state=state or "", channel=channel or "", kind=kind, size=most)
    facts = [_facts(entry) for entry in page]
    if as_json:
        print_json(facts)
        return
    print_table(
        ("ID", "STATE", "KIND", "WAY", "TO", "WRITTEN", "ANSWER"),
        ((f["id"], f["state"], f["kind"], f["channel"], f["to"], f"{f['created_at']:%Y-%m-%d %H:%M}", f["answer"])
         for f in facts),
    )


def _change(action: str, ids: Iterable[int], done: str) -> None:
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import restore

    wanted = sorted(set(ids))
    with work():
        count = getattr(restore, action)(wanted, now=utc_now())
    say(f"{done}: {count} of {len(wanted)}.")
    if count < len(wanted):
        raise CannotGoOn("The others are not in a state for this. See: suggestbox mail list")


@mail.command()
@IDS
@in_app
def retry(ids: tuple[int, ...]) -> None:
    """Have letters tried again now: those not delivered, those that may have arrived, those that wait."""
    _change("retry", ids, "Tried again")


@mail.command()
@IDS
@in_app
def drop(ids: tuple[int, ...]) -> None:
    """Have letters not go out. The news stays in the inbox on the site."""
    _change("drop", ids, "Dropped")


@mail.command()
@IDS
@in_app
def release(ids: tuple[int, ...]) -> None:
    """Send letters that are held since a restore."""
    _change("release", ids, "Sent on their way")


@mail.command("go-on")
@in_app
def go_on() -> None:
    """End a pause: letters that wait because the clock jumped or the house was restored go out."""
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import restore

    with work():
        ended = restore.go_on(now=utc_now())
    say("The pause has ended." if ended else "There is no pause.")


@mail.command()
@in_app
def restored() -> None:
    """Tell the house that its database comes from a backup.

    It notices that by itself where the file beside the database is newer. Letters from before are held, so that nothing
    goes out a second time; look through them with: suggestbox mail list --state review
    """
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import work

    from . import restore

    with work():
        held = restore.restored(now=utc_now())
    say(f"Noted. {held} letters are held.")


@mail.command()
@click.option("--to-person", "login", required=True, metavar="EMAIL", help="Who gets it: e-mail address of a person.")
@json_option
@in_app
def test(login: str, as_json: bool) -> None:
    """Write a person a test letter, send it, and say what became of it."""
    from suggestbox.admin.outbox import letter_entry
    from suggestbox.core.clock import utc_now
    from suggestbox.core.database import db, work
    from suggestbox.people.queries import here, person_by_login

    from .house_letters import write_test_letter
    from .models import Notice
    from .postman import deliver

    person = person_by_login(login)
    if person is None:
        raise CannotGoOn(f"Nobody has the e-mail address or personnel number '{login}'.")
    person_id = person.id
    with work():
        notice_id = write_test_letter(person_id, now=utc_now())
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.letter_id is None:
        raise CannotGoOn("Mail is not set up: SUGGESTBOX_SMTP_HOST, SUGGESTBOX_MAIL_FROM and SUGGESTBOX_BASE_URL.")
    letter_id = notice.letter_id
    deliver(clock=utc_now, worker="terminal")
    db.session.expire_all()
    entry = letter_entry(letter_id, 0, here())
    if entry is None:
        raise CannotGoOn("The letter is not there any more.")
    if as_json:
        print_json(_facts(entry))
    say(f"Letter {entry.id}: {entry.state}. {entry.answer}".strip())
    if entry.state not in ("sent", "to_print"):
        raise CannotGoOn("It is not out yet. See: suggestbox mail list --kind mail.test")
