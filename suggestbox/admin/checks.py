"""What is watched about letters, the journal and the roles people hold; core's own checks are in core/checks.py."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.core.health import Trouble, watch
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.ideas.models import Idea
from suggestbox.journal.operations import first_broken_seal
from suggestbox.mail.restore import trouble as trouble_of_the_past
from suggestbox.people.directory import Directory, directory
from suggestbox.workflow.check import check

from .outbox import Waiting, failed_since, waiting

UNTRIED_AFTER = timedelta(minutes=15)
SERVER_DOWN_AFTER = timedelta(hours=6)
FAILED_DAYS = 14
PRINT_WORKING_DAYS = 5
PAUSED, HELD = "mail.paused", "mail.review"


def _book(now: datetime) -> Directory:
    return directory(local_date(now, current_app.config["HEADQUARTERS_ZONE"]))


def letters(now: datetime) -> Iterator[Trouble]:
    """Say which letters do not get on, and which wait for a decision."""
    open_now = waiting()
    paused = any(trouble.name == PAUSED for trouble in trouble_of_the_past(now))
    queued = [w for w in open_now if w.state == "queued"]
    tried = [w for w in queued if w.tried]
    late = [w for w in queued if not w.tried and not (w.bulk and paused) and now - w.due_at > UNTRIED_AFTER]
    if tried:  # the others stand behind these in the line
        yield from _tried_again(tried + late, now)
    else:
        yield from _untried(late)
    yield from _for_a_decision(open_now)
    yield from _unprinted([w for w in open_now if w.state == "to_print"], now)
    count, since = failed_since(now - timedelta(days=FAILED_DAYS))
    if count:
        yield Trouble(
            "letters", ngettext("One letter could not be delivered.", "%(num)d letters could not be delivered.", count),
            since, "warning",
            _("Their readers find the news in the inbox on the site. The outbox shows the words of the mail server; "
              "mend the address, then have them tried again, or drop them."),
            "admin.outbox", {"state": "failed"},
        )


def _untried(late: list[Waiting]) -> Iterator[Trouble]:
    if late:
        yield Trouble(
            "letters",
            ngettext("A letter has been due for more than a quarter of an hour, and nobody has tried to send it. It is "
                     "not lost.",
                     "Letters have been due for more than a quarter of an hour, and nobody has tried to send them. "
                     "%(num)d wait; none is lost.", sum(w.count for w in late)),
            min(w.due_at for w in late), "alarm",
            _("Look whether the clockwork runs (“suggestbox serve” or “suggestbox worker”) and whether mail is set up."),
            "admin.outbox", {"state": "queued"},
        )


def _tried_again(found: list[Waiting], now: datetime) -> Iterator[Trouble]:
    since = min(w.created_at for w in found)
    yield Trouble(
        "letters",
        ngettext("One letter was not accepted yet and is tried again by itself.",
                 "%(num)d letters were not accepted yet, or wait behind such a letter. They are tried again by "
                 "themselves.", sum(w.count for w in found)),
        since, "alarm" if now - since > SERVER_DOWN_AFTER else "warning",
        _("The outbox shows the words of the mail server. After three days without success a letter counts as not "
          "delivered."), "admin.outbox", {"state": "queued"},
    )


def _for_a_decision(open_now: list[Waiting]) -> Iterator[Trouble]:
    uncertain = [w for w in open_now if w.state == "uncertain"]
    if uncertain:
        yield Trouble(
            "letters",
            ngettext("One letter may have arrived or not: no answer came after it was handed over.",
                     "%(num)d letters may have arrived or not: no answer came after they were handed over.",
                     sum(w.count for w in uncertain)),
            min(w.created_at for w in uncertain), "warning",
            _("Ask the reader, then have the letter tried again, or drop it."), "admin.outbox", {"state": "uncertain"},
        )


def _unprinted(found: list[Waiting], now: datetime) -> Iterator[Trouble]:
    if not found:
        return
    book, since = _book(now), min(w.created_at for w in found)
    zone = current_app.config["HEADQUARTERS_ZONE"]
    days = book.calendar_of(None).working_days_between(local_date(since, zone), local_date(now, zone))
    if days > PRINT_WORKING_DAYS:
        yield Trouble(
            "letters",
            ngettext("A letter for a colleague without e-mail has waited to be printed for %(days)s working days.",
                     "%(num)d letters for colleagues without e-mail wait to be printed, the first of them for %(days)s "
                     "working days.", sum(w.count for w in found), days=days),
            since, "warning", _("Ask the coordinators to print them and hand them over."), "admin.outbox",
            {"state": "to_print"},
        )


def past(now: datetime) -> Iterator[Trouble]:
    """Say when letters wait because the clock jumped or the house was restored; held letters go nowhere by themselves."""
    for trouble in trouble_of_the_past(now):
        if trouble.name == HELD:
            yield replace(trouble, name="past", severity="alarm", page="admin.outbox", filters={"state": "review"},
                          advice=_("Look through them in the outbox, then send or drop them."))
        else:
            yield replace(trouble, name="past", page="admin.outbox",
                          advice=_("If the clock is right now, have them go on in the outbox."))


def mail(_now: datetime) -> Iterator[Trouble]:
    """Say when letters cannot be sent at all."""
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    if not deployment.mail_is_on:
        names = ("smtp_host", "mail_from", "base_url")
        missing = ", ".join(f"SUGGESTBOX_{name.upper()}" for name in names if not getattr(deployment, name))
        yield Trouble(
            "mail", _("Mail is not set up: everybody finds their news in the inbox on the site, and nowhere else."),
            None, "hint", _("Set %(names)s, start anew, and write yourself a test letter.", names=missing), "admin.test",
        )


def roles(now: datetime) -> Iterator[Trouble]:
    """Say which roles nobody holds."""
    book = _book(now)

    def active(role: str) -> int:
        return sum(book.is_here(person_id) for person_id in set(book.holders(role)))

    people = _("Give the role under People.")
    if not active("idea_manager"):
        yield Trouble("roles", _("Nobody is idea manager: what nobody else can do has no owner."), None, "hint", people,
                      "people.list")
    if active("admin") < 2:
        yield Trouble("roles", _("There is no second administrator. When the one is away nobody can help."), None, "hint",
                      people, "people.list")
    used = db.session.scalars(sa.select(Idea.department_id).where(Idea.department_id.is_not(None)).distinct())
    lacking = sorted(
        (book.departments[d].name for d in used if d in book.departments and not _is_held(book, "coordinator", d)),
        key=str.casefold,
    )
    if lacking:
        yield Trouble(
            "roles", _("Nobody coordinates %(names)s, although ideas concern it. They go to the idea management.",
                       names=", ".join(lacking)), None, "hint", people, "people.departments",
        )


def _is_held(book: Directory, role: str, department_id: int) -> bool:
    return any(book.is_here(person_id) for person_id in book.nearest_holders(role, department_id))


def journal(_now: datetime) -> Iterator[Trouble]:
    """Say when an entry of the journal is not what was sealed."""
    broken = first_broken_seal()
    if broken is not None:
        yield Trouble(
            "journal", _("Entry %(number)s of the journal is not what was written at the time.", number=broken), None,
            "alarm", _("Somebody changed the database past the program. Compare it with the last backup."),
        )


def promises(now: datetime) -> Iterator[Trouble]:
    """Say how many ideas break a promise."""
    count = len(check(_book(now), current_app.config["DEPLOYMENT"].files))
    if count:
        yield Trouble(
            "promises", ngettext("The self-check has one finding.", "The self-check has %(num)d findings.", count), None,
            "alarm", _("Run “suggestbox check”: it names the ideas, and what is wrong with each."),
        )


CHECKS: tuple[tuple[str, Callable[[datetime], Iterator[Trouble]], bool], ...] = (
    ("letters", letters, False), ("past", past, False), ("mail", mail, False), ("roles", roles, False),
    ("journal", journal, True), ("promises", promises, True),
)


def register_checks() -> None:
    """Have the house watched by these checks."""
    for name, function, thorough in CHECKS:
        watch(name, function, thorough=thorough)
