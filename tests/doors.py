"""The observed permission matrix: every view, pressed by everybody in the cast, and the status each of them gets.

`tests/doors.txt` is the approved matrix. After a change, `suggestbox house doors --write` writes it anew; whoever
reviews the change reads the difference.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from suggestbox.core.database import db, work
from suggestbox.people.models import Absence, Body, BodyMeeting, BodyMember, ClosingDay, Deputy
from tests import factories
from tests.cast import Cast

APPROVED = Path(__file__).with_name("doors.txt")
VISITORS = ("nobody", "sam", "ann", "eve", "rex", "ria", "bob", "dan", "cat", "lea", "wes", "ida", "dot")
HEADING = """\
# Who gets which status at which door. Made by `suggestbox house doors --write`, read before approving.
# Every view is called with an empty form: whoever the door lets in gets a page, a redirect, or 409 and 422 for the form.
"""
NOT_ASKED = ("static", "bootstrap.static")


def build(cast: Cast) -> dict[str, dict[str, Any]]:
    """Make a thing for every address to lead to; give the arguments by kind of idea."""
    today = date(2026, 11, 4)
    with work() as session:
        ideas = {
            "draft": factories.draft(cast),
            "before triage": factories.submitted(cast),
            "in review": factories.in_review(cast),
            "in review, only for those who handle it": factories.in_review(cast, visibility="handlers"),
            "in review, confidential": factories.in_review(cast, confidential=True),
        }
        body = Body(key="kommission", name="Kommission")
        session.add(body)
        session.flush()
        rows = {
            "absence_id": Absence(person_id=cast.eve.id, from_on=today, until_on=today + timedelta(days=1)),
            "deputy_id": Deputy(person_id=cast.eve.id, deputy_id=cast.sam.id),
            "day_id": ClosingDay(site_id=cast.home.id, on=date(2026, 12, 24)),
            "member_id": BodyMember(body_id=body.id, person_id=cast.wes.id, seat="works_council"),
            "meeting_id": BodyMeeting(body_id=body.id, on=date(2026, 12, 1)),
        }
        session.add_all(rows.values())
        session.flush()
        ids = {
            "person_id": cast.eve.id, "department_id": cast.logistics.id, "site_id": cast.home.id, "body_id": body.id,
            "draft_id": ideas["draft"].id, **{name: row.id for name, row in rows.items()},
        }
        del ideas["draft"]
        world = {kind: {**ids, "number": idea.number, "idea_id": idea.id} for kind, idea in ideas.items()}
    db.session.rollback()
    return world


def doors(app: Flask) -> list[tuple[Rule, str]]:
    """Give every (rule, method) of the route map but files, sorted by address."""
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in NOT_ASKED
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda door: (door[0].rule, door[1]))


def address(rule: Rule, arguments: dict[str, Any]) -> str:
    """Give the rule's address with these arguments; one that nobody names is 1."""
    return re.sub(r"<(?:[^>:]*:)?(\w+)>", lambda match: str(arguments.get(match.group(1), 1)), rule.rule)


def observe(
    app: Flask, world: dict[str, dict[str, Any]], browser_of: Callable[[str], Any], start_over: Callable[[], None]
) -> Iterator[str]:
    """Give the lines of the matrix; equal statuses stand together.

    Takes   browser_of: gives a fresh browser for a visitor's name
            start_over: brings the database back; called after everything that may have changed something
    """
    yield from HEADING.splitlines()
    for rule, method in doors(app):
        yield f"{method} {rule.rule}  [{getattr(app.view_functions[rule.endpoint], 'door', '')}]"
        kinds = world if {"number", "idea_id"} & rule.arguments else {"": next(iter(world.values()))}
        for kind, arguments in kinds.items():
            statuses = {}
            for visitor in VISITORS:
                answer = browser_of(visitor).open(address(rule, arguments), method=method)
                statuses[visitor] = answer.status_code
                if method != "GET":
                    start_over()
            yield f"    {kind + ': ' if kind else ''}{_grouped(statuses)}"


def _grouped(statuses: dict[str, int]) -> str:
    usual, _count = Counter(statuses.values()).most_common(1)[0]
    others: dict[int, list[str]] = {}
    for name, status in statuses.items():
        if status != usual:
            others.setdefault(status, []).append(name)
    parts = [f"{status} {' '.join(names)}" for status, names in sorted(others.items())]
    return "; ".join([*parts, f"{usual} {'all others' if parts else 'all'}"])


def write() -> Path:
    """Have the test write the approved file anew; give its path."""
    test = Path(__file__).with_name("test_doors.py")
    subprocess.run([sys.executable, "-m", "pytest", "--write-doors", str(test)], check=True)
    return APPROVED
