"""What the house does by itself: its jobs by the clock, the postman; it is down for a night now and then, and dies."""

from datetime import datetime, timedelta

from suggestbox.calls.operations import tell_of_open_calls
from suggestbox.calls.reminding import remind_of_results
from suggestbox.core.config import Deployment
from suggestbox.core.database import work
from suggestbox.journal.operations import seal
from suggestbox.mail.postman import beat
from suggestbox.mail.restore import notice_the_past
from suggestbox.reminders.operations import forget_lateness, remind, write_digests
from suggestbox.stories.queries import left_unanswered
from suggestbox.workflow.leaving import ideas_left_behind, settle_idea
from suggestbox.workflow.operations import settle_all
from suggestbox.workflow.timing import note_settled, only_by_time

from .postmen import Postmen
from .world import World

HOURS = (4.75, 7.0, 9.5, 12.0, 14.0, 16.5, 19.0, 22.25)
"""When, in UTC, the simulated day stops for the clockwork; people act in between."""

SETTLES, REMINDS = (4.75, 14.0), (4.75, 12.0)

AT_WEEKENDS = (4.75, 12.0, 14.0, 22.25)
"""Nobody works then; the clockwork looks all the same."""


class Clockwork:
    """Takes the world and its postmen."""

    def __init__(self, world: World, postmen: Postmen, deployment: Deployment):
        self.world, self.postmen, self.deployment = world, postmen, deployment
        self.down = _downs(world)
        self.jobs_run = True
        """False for the sabotage that switches the reconciler off."""

    def is_down(self) -> bool:
        """Say whether nobody started the clockwork again yet."""
        return any(since <= self.world.now < until for since, until in self.down)

    def run(self, hour: float) -> None:
        """Do what is due at this hour."""
        if self.is_down():
            self.world.deaths["hours without clockwork"] += 1
            return
        if self.jobs_run:
            if hour in SETTLES:
                self.settle(hour)
            if hour in REMINDS:
                self.remind()
            if hour == HOURS[0]:
                with work():
                    seal()
                with work():
                    self.calls()
                if self.world.today.weekday() == 0:
                    with work():
                        forget_lateness(now=self.world.now)
        self.post(hour)

    def settle(self, hour: float) -> None:
        """Make every automatic move whose time has come: as every hour, and of all ideas on the first night of a week."""
        only, stands = only_by_time(self.world.now)
        if hour == HOURS[0] and self.world.today.weekday() == 0:
            only = None
        after: int | None = 0
        while after is not None:
            with work():
                after = settle_all(now=self.world.now, after_id=after, only=only)
        note_settled(stands)
        with work():
            silent = left_unanswered(self.world.today)
        for idea_id in [*ideas_left_behind(self.world.book), *silent]:
            with work():
                settle_idea(idea_id, now=self.world.now)

    def calls(self) -> None:
        """Tell of calls that are open, and remind of results that are owed. Inside `work()`."""
        tell_of_open_calls(now=self.world.now, book=self.world.book)
        remind_of_results(now=self.world.now, book=self.world.book)

    def remind(self) -> None:
        """Put in every reminder and digest that should be there and is not."""
        after: int | None = 0
        while after is not None:
            with work():
                after = remind(now=self.world.now, after_id=after)
        with work():
            write_digests(now=self.world.now)

    def post(self, hour: float) -> None:
        """Let the postmen send what is due."""
        if hour in SETTLES:
            self._beat()
        self.postmen.go_round()

    def _beat(self) -> None:
        w = self.world
        notice_the_past(self.deployment.instance, now=w.now)
        beat(now=w.now, monotonic=(w.now - datetime.combine(w.start, datetime.min.time(), w.now.tzinfo)).total_seconds())


def _downs(world: World) -> list[tuple[datetime, datetime]]:
    """Give when the machine stands still: a night each month, and once three days."""
    dice = world.dice("machine")
    found = []
    for n in range(max(2, world.days // 30)):
        since = world.now + timedelta(days=dice.randrange(2, max(4, world.days - 5)), hours=dice.uniform(10, 20))
        found.append((since, since + (timedelta(days=3) if n == 1 else timedelta(hours=dice.uniform(6, 18)))))
    return sorted(found)
