"""The simulated year: a scratch house, a company in it, and day after day what people and the clockwork do."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event

from suggestbox.core import schema
from suggestbox.core.clock import clock_from
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.mail import steady
from suggestbox.reviews.operations import ensure_criteria

from .awarding import plan_paydays
from .calling import plan_calls
from .clockwork import AT_WEEKENDS, HOURS, REMINDS, SETTLES, Clockwork
from .company import Founder
from .doing import HANDS, Planner, do_step, read_inboxes
from .house_rules import set_house_rules
from .judge import Day, Judge, judge_of
from .people_changes import Changes, plan_holidays
from .post import MailServer
from .postmen import Postmen, postmen_of
from .sabotage import SWITCHES
from .storytelling import plan_stories
from .watch import Watch
from .world import World

if TYPE_CHECKING:
    from flask import Flask

START = date(2026, 3, 2)
"""A Monday; in a year from here the clocks change twice, and the ideas' numbers begin anew once."""

IDEAS_A_YEAR = 0.605
"""For each person."""

DIES_IN_A_SITTING = 0.012
CHECKS_EVERY_DAYS = 30

PLANS = (4.75, 12.0)
"""When people look into their queues."""

GOING_HOME = 16.5


class Year:
    """One simulated year. Takes the app of a scratch house, seed, people, days, and the safeguard switched off, if any."""

    def __init__(self, app: "Flask", *, seed: int, people: int, days: int, sabotage: str = ""):
        self.app = app
        self.deployment = app.config["DEPLOYMENT"]
        self.sabotage = sabotage
        w = self.world = World(seed=seed, people=people, days=days, start=START, zone=app.config["HEADQUARTERS_ZONE"])
        w.hands = {**HANDS, "step": do_step}
        w.dies_at = self._dies_at
        self.planner = Planner(w)
        self.founder = Founder(people=people, start=START, random=w.dice("company"))
        self.changes = Changes(w, self.founder)
        self.server = MailServer(w)
        self.clockwork = Clockwork(w, Postmen(w, self.server), self.deployment)
        self.clockwork.jobs_run = sabotage != "reconciler"
        self.watch = Watch(since=w.now)
        self.judge = Judge(self.watch, self.deployment.files)

    def play(self, progress: Callable[[Iterable[int]], Iterable[int]] = lambda days: days) -> None:
        """Let the whole year pass, day by day."""
        with clock_from(self.world.clock), _own_beat(), SWITCHES.get(self.sabotage, nullcontext)():
            self.found()
            self.clockwork.postmen = postmen_of(self.world, self.server)
            self.judge = judge_of(self.watch, self.deployment.files)
            try:
                for number in progress(range(self.world.days)):
                    self.day(number)
                self.judge.end()
            finally:
                self.judge.stop()
                self.clockwork.postmen.stop()

    def found(self) -> None:
        """Make the tables, the company, and the plan of the year."""
        w = self.world
        make_quick()
        schema.upgrade()
        with work():
            ensure_criteria(now=w.now)
            w.company = self.founder.company = self.founder.found()
        with work():
            set_house_rules(w)
        with work():
            plan_holidays(w)
        self._plan_ideas()
        plan_calls(w)
        plan_paydays(w)
        plan_stories(w)

    def _plan_ideas(self) -> None:
        w = self.world
        days = [d for n in range(w.days) if (d := w.start + timedelta(days=n)).weekday() < 5]
        dice = w.dice("when ideas come")
        for number in range(max(12, round(w.people * IDEAS_A_YEAR * w.days / 365))):
            day = days[min(int(dice.random() ** 1.1 * len(days)), len(days) - 1)]
            at = datetime.combine(day, time(6), UTC) + timedelta(minutes=dice.randint(0, 540))
            w.put(at, "hand_in", number + 1)

    def _dies_at(self, sitting: int) -> int | None:
        dice = self.world.dice("dies", sitting)
        return dice.randint(0, 12) if dice.random() < DIES_IN_A_SITTING else None

    def day(self, number: int) -> None:
        """Let one day pass, and judge it when the clockwork was there to do its part."""
        w = self.world
        day = w.start + timedelta(days=number)
        w.now = max(w.now, datetime.combine(day, time(3, 30), UTC))
        w.leanings.elapsed = (number + 1) / w.days
        with work():
            self.changes.morning()
        w.keep_night()
        w.new_day()
        self._notice_closings(day)
        ran = set()
        for hour in HOURS if day.weekday() < 5 else AT_WEEKENDS:
            w.play_until(datetime.combine(day, time(), UTC) + timedelta(hours=hour))
            if not self.clockwork.is_down():
                ran.add(hour)
            self.clockwork.run(hour)
            if hour in PLANS:
                self.planner.plan()
            if hour == GOING_HOME and day.weekday() < 5:
                read_inboxes(w)
        self._judge(day, watched=ran.issuperset({*SETTLES, *REMINDS, HOURS[-1]}),
                    checked=(number + 1) % CHECKS_EVERY_DAYS == 0 or number + 1 == w.days)

    def _notice_closings(self, day: date) -> None:
        w = self.world
        since = datetime.combine(day, time(), UTC) - timedelta(days=1)
        closed = sa.select(Idea.id).where(Idea.closed_at >= since, Idea.closed_at < since + timedelta(days=1))
        with work() as session:
            ids = list(session.scalars(closed.order_by(Idea.id)))
        for idea_id in ids:
            w.put(w.now + timedelta(hours=4), "after_closing", idea_id)

    def _judge(self, day: date, *, watched: bool, checked: bool) -> None:
        """Have the day judged by the watch and, as a second opinion, by what the house says of itself."""
        w = self.world
        accepted: list[Any] = []
        told: list[tuple[str, int]] = []
        if watched:
            accepted, self.server.book.accepted = self.server.book.accepted, []
            told, w.told = w.told, []
        if watched or checked:
            self.judge.day(Day(day, w.now, watched, w.book.today if checked else None, accepted, told,
                               self.server.mood() in ("well", "slow")))


@contextmanager
def _own_beat() -> Iterator[None]:
    """Keep the simulated clock out of what the postman of this process remembers of the real one."""
    remembered: Any = steady
    before, remembered._last = remembered._last, None
    try:
        yield
    finally:
        remembered._last = before


def make_quick() -> None:
    """A scratch database need not survive a power cut, and has the memory for itself."""
    engine = db.engine
    if engine.dialect.name == "sqlite":
        @event.listens_for(engine, "connect")
        def _off(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute("PRAGMA temp_store = MEMORY")

        engine.dispose()
