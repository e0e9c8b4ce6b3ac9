"""The pages of reports, written before somebody asks: when a process starts, after every count, and today's every minute.

What is remembered of a page (memory.part) says nothing but what kept reports say, so it does not matter for whom it is
written first. It is written as for somebody who may read it, through the very view, and thrown away.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from flask import Flask, current_app, g, request, url_for

from suggestbox.core import stopping
from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import db
from suggestbox.core.errors import HouseError
from suggestbox.core.language import CODES, is_familiar
from suggestbox.core.modules import is_on
from suggestbox.people.book import Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import policy
from .memory import Counted, is_news, marks, publish
from .models import KINDS
from .periods import latest_closed
from .targets import targets_stamp

MINUTE = 60.0
BREATH_SECONDS = 0.01
"""Between two pages, so that whoever asks for one meanwhile is not kept waiting."""

MOST_CLOCKS = 3
"""In a house with readers in more time zones the others' pages are written when they ask."""

Wanted = tuple[int, str]
"""(who reads it, where)."""


def write_ahead() -> None:
    """Write the pages that have changed since this process wrote them; those that show today in any case."""
    if not is_on("reports"):
        return
    now, book = utc_now(), here()
    today = local_date(now, current_app.config["HEADQUARTERS_ZONE"])
    stand = (marks(KINDS), targets_stamp(), book.version, today, is_familiar(), is_on("awards"), is_on("feedback"))
    readers = _readers(book)
    with current_app.test_request_context():
        wanted = [*_of_today(readers, today), *(_kept(readers, today) if is_news("pages", stand) else ())]
    clocks = sorted({book.zone_of(person_id) for person_id in readers})[:MOST_CLOCKS]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.remove()
    counted: Counted = {}
    for person_id, address in wanted:
        for language in CODES:
            for zone in clocks:
                if stopping.is_stopping():
                    return
                _write(app, person_id, address, language, zone, counted)
                time.sleep(BREATH_SECONDS)
    publish(counted)


def _readers(book: Directory) -> dict[int, tuple[str, ...]]:
    """{person: the kinds of reports they read}, one person for each selection of them."""
    found: dict[tuple[Any, ...], int] = {}
    for person_id in sorted(book.roles_of):
        person = book.person(person_id)
        if person is not None and person.active:
            kinds = tuple(policy.kinds_for(person, book=book))
            if kinds:
                rights = kinds, policy.may_set_targets(person), policy.may_see_exports(person), policy.may_correct(person)
                found.setdefault(rights, person_id)
    return {person_id: rights[0] for rights, person_id in found.items()}


def _of_today(readers: dict[int, tuple[str, ...]], today: date) -> Iterator[Wanted]:
    """The pages on which something stands of this moment."""
    someone = [person_id for person_id, kinds in readers.items() if "flow" in kinds][:1]
    yield from ((person_id, address) for person_id in someone for address in _addresses("flow", today))
    yield from ((person_id, url_for("reports.promises")) for person_id in list(readers)[:1])


def _kept(readers: dict[int, tuple[str, ...]], today: date) -> Iterator[Wanted]:
    """The pages of kept reports, for everybody whose own line of pages or buttons differs: of every kind the quarter, the
    year and the month that are over."""
    for person_id, kinds in readers.items():
        for page in ("overview", "leadership", "coordinators"):
            yield person_id, url_for(f"reports.{page}")
        for kind in kinds:
            yield from ((person_id, address) for address in _addresses(kind, today))


def _addresses(kind: str, today: date) -> list[str]:
    periods = ["", *(latest_closed(length, today).key for length in ("year", "month"))]
    return [url_for(f"reports.{kind}", period=period or None) for period in periods]


def _write(app: Flask, person_id: int, address: str, language: str, zone: str, counted: Counted) -> None:
    """Answer as for this reader, to nobody; what they may not see, or what was never kept, is left out."""
    with app.app_context(), app.test_request_context(address):
        try:
            g._login_user = db.session.get(Person, person_id)  # where flask-login keeps who is signed in
            app.preprocess_request()
            g.language, g.zone, g.written_ahead = language, zone, counted
            view: Any = app.view_functions[str(request.endpoint)]
            with suppress(HouseError):
                app.process_response(app.make_response(view()))
        finally:
            db.session.remove()


WARM_TICKS = (("reports.write_ahead", MINUTE, write_ahead),)
