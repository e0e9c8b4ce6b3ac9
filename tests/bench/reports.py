"""`make bench`: reports of 100,000 ideas and 20,000 people: how long counting takes, and how fast kept ones answer.

Pages are measured twice: as the first visit anybody makes to them in a process that has just started, and when they are
remembered; by the clock and by the processor, beside the bare list in the same run.
"""

import logging
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.config import Deployment
from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.people.directory import bump_stamp
from suggestbox.people.models import EMPLOYMENT_GROUPS, Department, Membership, Person, Site
from suggestbox.reports.keeping import prepare, store
from suggestbox.reports.models import KINDS
from suggestbox.reports.periods import Period, latest_closed, open_period

from .__main__ import BARE_IDEAS, Line, measure, say, served, show
from .company import FIRST_DEPARTMENT
from .fill import filled_database
from .pages import Page, session_of
from .visit import Browser, Visit

PEOPLE, SITES, TEAMS = 20_000, 5, 75
LIMIT = 5.0
"""At most so many times the bare list page."""

SECONDS = 10.0
"""At most so much of the processor for one report, with everything of its year kept before."""

LEADER, MANAGER = 1, 2

Pair = tuple[Visit, Visit]


def add_people() -> None:
    """Make the company large: further sites, teams below the departments, and people who have handed in nothing."""
    run = db.session.execute
    below = list(db.session.scalars(sa.select(Department.id).where(Department.id >= FIRST_DEPARTMENT).order_by(Department.id)))
    first = max(db.session.scalars(sa.select(Person.id))) + 1
    team = max(below) + 1
    run(sa.insert(Site), [{"id": 100 + n, "key": f"site-{n}", "name": f"Werk {n}", "time_zone": "Europe/Berlin"}
                          for n in range(1, SITES)])
    run(sa.insert(Department), [
        {"id": team + n, "key": f"team-{n}", "name": f"Team {n}", "parent_id": below[n % len(below)]} for n in range(TEAMS)
    ])
    people = range(first, first + PEOPLE - db.session.scalar(sa.select(sa.func.count()).select_from(Person)))
    run(sa.insert(Person), [
        {"id": n, "given_name": "Toni", "family_name": f"Muster {n}", "email": f"p{n}@example.com",
         "site_id": 100 + n % SITES if n % SITES else 1, "entered_on": date(2000 + n % 25, 1, 1)} for n in people
    ])
    run(sa.insert(Membership), [
        {"person_id": n, "department_id": team + n % TEAMS, "from_on": date(2025, 1, 1)} for n in people
    ])
    for n, group in enumerate(EMPLOYMENT_GROUPS):
        run(sa.update(Person).where(Person.id % len(EMPLOYMENT_GROUPS) == n).values(employment_group=group))
    run(sa.update(Person).where(Person.id < first).values(entered_on=date(2015, 1, 1)))
    run(sa.update(Person).where(Person.id < first, Person.id % SITES > 0).values(site_id=100 + Person.id % SITES))
    bump_stamp(db.session())


def keep_reports(app: Flask) -> list[tuple[str, str, float]]:
    """Keep every report of the last full year and of the running periods; give what each took of the processor."""
    now = utc_now()
    today = local_date(now, app.config["HEADQUARTERS_ZONE"])
    year = latest_closed("year", today)
    quarters = year.parts()
    periods = [*year.months(), *quarters, year, *(open_period(kind, today) for kind in ("month", "quarter", "year"))]
    last = latest_closed("month", today)
    if last.year != year.year:
        periods.insert(0, last)
    return [(kind, period.key, _keep(kind, period)) for period in periods for kind in KINDS]


def _keep(kind: str, period: Period) -> float:
    started, now = time.process_time(), utc_now()
    draft = prepare(kind, period, now=now)
    took = time.process_time() - started
    if draft is not None:
        with work():
            store(draft, now=now)
    db.session.remove()
    say(f"{kind} {period.key}: {took:.1f} s")
    return took


def pages_of(app: Flask, port: int, year: str) -> list[Page]:
    """Give the pages that show reports, as leadership and idea management read them. Signs both in."""
    with app.app_context():
        leader, manager = (Browser(port, session_of(app, db.session.get_one(Person, n))) for n in (LEADER, MANAGER))
        db.session.remove()
    places = {
        "overview": (leader, "/reports"),
        "leadership's page": (leader, "/reports/leadership"),
        "how are we doing": (leader, "/how-are-we-doing"),
        "participation": (leader, "/reports/participation"),
        "participation, year": (leader, f"/reports/participation?period={year}"),
        "closings, year": (manager, f"/reports/closings?period={year}"),
        "flow, today": (manager, f"/reports/flow?period={year}"),
        "benefit, year": (manager, f"/reports/benefit?period={year}"),
        "no coordinator": (manager, "/reports/departments-without-coordinator"),
    }
    return [Page(name, partial(browser.get, address), LIMIT) for name, (browser, address) in places.items()]


def first_visits(app: Flask, folder: Path, bare_port: int, ideas: int, year: str, starts: int) -> dict[str, list[Pair]]:
    """Give {page: (bare list, page)} of the first visit anybody makes to it, in so many processes that have just started."""
    found: dict[str, list[Pair]] = {}
    bare = Browser(bare_port)
    for _start in range(starts):
        with served("written ahead", folder, ideas) as port:
            Browser(port).get("/static/css/reports.css")  # the port is open a moment before anybody is answered
            for page in pages_of(app, port, year):
                beside, visit = bare.get("/list"), page.visit()
                if visit.status != 200:
                    raise click.ClickException(f"{page.name}: answered {visit.status}")
                found.setdefault(page.name, []).append((beside, visit))
    return found


def first_lines(found: dict[str, list[Pair]], lists: list[Line]) -> list[Line]:
    """Give a line per page of the first visits, beside the bare list at the same moment."""
    bare, median = lists[1], statistics.median
    return [
        replace(bare, page=name, ms=round(median(v.ms for _b, v in pairs), 1),
                times_bare_list=round(median(v.ms / b.ms for b, v in pairs), 2),
                processor_ms=round(median(v.processor_ms for _b, v in pairs), 1),
                processor_times_bare_list=round(
                    median(v.processor_ms for _b, v in pairs) / median(b.processor_ms for b, _v in pairs), 2),
                statements=max(v.statements for _b, v in pairs),
                kilobytes=round(median(v.size for _b, v in pairs) / 1024, 1), limit=f"{LIMIT} x")
        for name, pairs in found.items()
    ]


@click.command()
@click.option("--ideas", default=100_000, show_default=True, help="So many ideas in the scratch instance.")
@click.option("--rounds", default=20, show_default=True, help="So often every page is asked for.")
@click.option("--starts", default=5, show_default=True, help="So many processes are started for first visits.")
def bench(ideas: int, rounds: int, starts: int) -> None:
    """Count a year's reports of a large company, and measure the pages that show them beside a bare list."""
    from suggestbox.app import create_app

    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="suggestbox-bench-") as name:
        folder, beside = Path(name) / "product", Path(name) / "bare"
        folder.mkdir()
        beside.mkdir()
        app = create_app(Deployment(instance=folder, secret_key="bench"))
        with app.app_context():
            filled_database(app, ideas, say)
            with work():
                add_people()
                set_rule("modules.reports", True, now=utc_now())
            taken = keep_reports(app)
            year = next(key for _kind, key, _took in taken if len(key) == 4)
        with served("bare", beside, BARE_IDEAS) as bare_port:
            bare = Browser(bare_port)
            with served("written ahead", folder, ideas) as port:
                lines = measure(pages_of(app, port, year), lambda: bare.get("/list"), lambda: bare.get("/"), rounds)
            first = first_lines(first_visits(app, folder, bare_port, ideas, year, starts), lines)
    click.echo(f"{'report':24}{'cpu s':>8}")
    for kind, key, took in sorted(taken, key=lambda one: -one[2])[:8]:
        click.echo(f"{kind + ' ' + key:24}{took:8.1f}")
    click.echo(f"The first visit of {starts} processes that have just started:")
    show(first)
    click.echo("Remembered:")
    show(lines)
    slow = [f"{kind} {key}" for kind, key, took in taken if took > SECONDS]
    slow += [line.page for line in (*lines[2:], *first) if line.processor_times_bare_list > LIMIT]
    if slow:
        raise click.ClickException(f"slower than promised: {', '.join(slow)}")


if __name__ == "__main__":
    bench()
