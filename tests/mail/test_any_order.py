"""Whatever happens in whatever order, the promises about letters hold after every step.

People are told things, things end, people leave and are away, the clock goes on and jumps, the mail server has its moods,
postmen die anywhere, a backup is restored, an admin decides. After each step, and in the end when all is well again:

P1 nothing is lost, P2 one row for each key, P3 no copy that is not marked, P4 nothing goes out whose reason was gone, to
people who left or are not at work, or in a pause, P5 the outbox empties, P6 who lost the lease changes nothing, P7 each
notice stands there once.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import event

from suggestbox.core.clock import local_date
from suggestbox.core.database import db, short_work, work
from suggestbox.journal.models import Entry
from suggestbox.mail.carrier import Answer, Outgoing
from suggestbox.mail.models import Letter, LetterAttempt, MailState, Notice
from suggestbox.mail.operations import ForOne, tell, write_for_many
from suggestbox.mail.postman import beat, deliver, go_on
from suggestbox.mail.restore import FILE, drop, notice_the_past, release_all, retry
from suggestbox.mail.steady import forget
from suggestbox.people.directory import directory
from suggestbox.people.hours import is_at_work
from suggestbox.people.models import Absence, Person
from tests.conftest import NOON
from tests.mail.outbox import ANY_HOUR, GONE, NAME

TABLES: tuple[Any, ...] = (MailState, Letter, LetterAttempt, Notice)
ZONE = "Europe/Berlin"
MOODS = ("fine", "down", "busy", "refuses", "answer lost", "letter lost", "slow")


class Died(BaseException):
    """The process is gone: nobody catches this, nobody tidies up."""


class Deaths:
    """Lets the process die at the n-th statement or commit from now on, or at a named step with the mail server."""

    def __init__(self) -> None:
        self.left = 0
        self.step = ""

    def plan(self, death: int | str) -> None:
        self.left, self.step = (0, death) if isinstance(death, str) else (death, "")

    def point(self, *_anything: Any) -> None:
        if self.left:
            self.left -= 1
            if self.left == 0:
                raise Died()

    def at(self, step: str) -> None:
        if step == self.step:
            self.step = ""
            raise Died()


class World(RuleBasedStateMachine):
    """The house, the mail server, the clocks, and what an onlooker knows of them."""

    deaths: Deaths
    people: dict[str, int]
    instance: Path

    @initialize()
    def begin(self) -> None:
        self.deaths.plan(0)
        db.session.remove()
        with short_work() as connection:
            for table in (*reversed(TABLES), Absence, Entry):
                connection.execute(sa.delete(table))
        with work():
            for person_id in self.people.values():
                db.session.get(Person, person_id).active = True
        (self.instance / FILE).unlink(missing_ok=True)
        forget()
        GONE.clear()
        self.now, self.real = NOON, 0.0
        self.mood = "fine"
        self.number = 0
        self.told: set[str] = set()  # keys of notices
        self.written: set[str] = set()  # keys of letters
        self.accepted: Counter[str] = Counter()  # by Message-ID
        self.human: Counter[str] = Counter()  # how often somebody decided that a letter goes out, come what may
        self.gone_before: set[str] = set()
        self.wrong: list[str] = []
        self.beat()
        for number in range(4):
            self.tell("ann" if number % 2 else "bob", ANY_HOUR.name, death=0)
        self.back_up()
        self.write_digests()

    # -- what the mail server does -----------------------------------------------------------------------------------

    needs_message = False

    def send(self, outgoing: Outgoing, about_to_hand_over: Callable[[], bool]) -> Answer:
        mood = self.mood
        self.look(outgoing)
        if mood == "down":
            return Answer("again", "house:no_connection", whole_server=True)
        if mood == "refuses":
            return Answer("refused", "550 no")
        if mood == "slow":
            self.pass_time(minutes=16)
            self.mood = "fine"
            self.round()
        self.deaths.at("dialled")
        if not about_to_hand_over():
            return Answer("again", "lost")
        self.deaths.at("handed over")
        if mood == "busy":
            return Answer("again", "451 later")
        if mood == "letter lost":
            return Answer("unknown", "house:no_answer")
        self.accepted[outgoing.message_id] += 1
        self.deaths.at("accepted")
        return Answer("unknown", "house:no_answer") if mood == "answer lost" else Answer("sent", "250 ok")

    def look(self, outgoing: Outgoing) -> None:
        """P4: at the moment of sending, the letter may go out."""
        with db.engine.connect() as connection:
            letter = connection.execute(sa.select(Letter).where(Letter.id == outgoing.letter_id)).one()
            paused = connection.scalar(sa.select(MailState.paused_at))
        person = db.session.get(Person, letter.person_id)
        book = directory(local_date(self.now, ZONE))
        if letter.key.removesuffix(":mail") in self.gone_before:
            self.wrong.append(f"{letter.key} went out although its reason was gone")
        if not person.active:
            self.wrong.append(f"{letter.key} went to somebody who left")
        if letter.kind != ANY_HOUR.name and not is_at_work(book, person.id, self.now):
            self.wrong.append(f"{letter.key} went out at {self.now}")
        if letter.bulk and paused:
            self.wrong.append(f"{letter.key} went out in a pause")
        db.session.rollback()

    # -- steps -------------------------------------------------------------------------------------------------------

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.real += timedelta(**span).total_seconds()

    def beat(self) -> None:
        beat(now=self.now, monotonic=self.real)

    def round(self) -> None:
        deliver(clock=lambda: self.now, carriers={"mail": self})

    def mortal(self, death: int | str, do: Callable[[], Any]) -> None:
        """Do something, and die on the way when it comes to that point."""
        self.deaths.plan(death)
        with suppress(Died):
            do()
        self.deaths.plan(0)
        db.session.remove()

    def note_rows(self) -> None:
        """What was committed is promised from now on."""
        with db.engine.connect() as connection:
            self.told |= set(connection.scalars(sa.select(Notice.key)))
            self.written |= set(connection.scalars(sa.select(Letter.key)))

    who = st.sampled_from(["ann", "bob"])
    death = st.sampled_from([0, 0, 0, "dialled", "handed over", "accepted", *range(1, 60, 9)])
    minutes = st.sampled_from([0, 1, 2, 16, 16, 62, 60 * 24, 60 * 24 * 3])
    turns = st.lists(st.tuples(minutes, st.sampled_from(MOODS), death), min_size=2, max_size=4)

    @rule(name=who, kind=st.sampled_from([NAME, ANY_HOUR.name, ANY_HOUR.name]), death=death)
    def tell(self, name: str, kind: str, death: int | str) -> None:
        self.number += 1
        key = f"k{self.number}"

        def telling() -> None:
            with work():
                tell(kind, key, now=self.now, person_id=self.people[name])

        self.mortal(death, telling)
        telling()  # whoever makes sure that it is told tells it again
        self.note_rows()
        assert {key} <= self.told

    @rule()
    def write_digests(self) -> None:
        day = local_date(self.now, ZONE)
        with work():
            wanted = [ForOne(f"digest:{name}:{day}", person_id, day, False) for name, person_id in self.people.items()]
            write_for_many("test.digest", wanted, directory(day), now=self.now)
        self.note_rows()

    @rule(data=st.data())
    def end_a_reason(self, data: Any) -> None:
        GONE.add(data.draw(st.sampled_from(sorted(self.told))))

    @rule(name=who, here=st.sampled_from([True, True, False]), days=st.sampled_from([0, 0, 1, 20]))
    def come_and_go(self, name: str, here: bool, days: int) -> None:
        with work() as session:
            session.get(Person, self.people[name]).active = here
            for absence in session.scalars(sa.select(Absence).filter_by(person_id=self.people[name])):
                session.delete(absence)
            if days:
                today = local_date(self.now, ZONE)
                session.add(Absence(person_id=self.people[name], from_on=today, until_on=today + timedelta(days=days)))

    @rule(hours=st.sampled_from([-30, -2, 2, 30]))
    def jump(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(turns=turns)
    def ticks(self, turns: list[tuple[int, str, int | str]]) -> None:
        for minutes, mood, death in turns:
            self.pass_time(minutes=minutes)
            self.tick(mood, death)

    @rule(turns=turns)
    def more_ticks(self, turns: list[tuple[int, str, int | str]]) -> None:
        self.ticks(turns)

    def tick(self, mood: str, death: int | str) -> None:
        self.mood = mood
        self.gone_before = set(GONE)

        def ticking() -> None:
            notice_the_past(self.instance, now=self.now)
            self.beat()
            self.round()

        self.mortal(death, ticking)

    @rule()
    def back_up(self) -> None:
        self.note_rows()
        with db.engine.connect() as connection:
            rows = [[dict(row._mapping) for row in connection.execute(sa.select(table.__table__))] for table in TABLES]
        self.kept = (rows, set(self.told), set(self.written))

    @rule()
    def restore(self) -> None:
        rows, self.told, self.written = self.kept[0], set(self.kept[1]), set(self.kept[2])
        with short_work() as connection:
            for table in reversed(TABLES):
                connection.execute(sa.delete(table))
            for table, values in zip(TABLES, rows, strict=True):
                if values:
                    connection.execute(sa.insert(table), values)
        forget()
        self.number += 1000  # what is told from now on is something else
        notice_the_past(self.instance, now=self.now)
        self.beat()
        self.write_digests()  # whoever makes sure that everybody gets one does so here too

    @rule(what=st.sampled_from(["release", "retry", "drop", "go on"]))
    def decide(self, what: str) -> None:
        with db.engine.connect() as connection:
            rows = connection.execute(sa.select(Letter.id, Letter.message_id, Letter.state)).all()
        if what in ("release", "retry"):
            self.human.update(row.message_id for row in rows if row.state in ("review", "uncertain"))
        with work():
            if what == "release":
                release_all(now=self.now)
            elif what == "retry":
                retry([row.id for row in rows if row.state in ("failed", "uncertain")], now=self.now)
            elif what == "drop":
                drop([row.id for row in rows if row.state in ("failed", "uncertain", "review")], now=self.now)
            else:
                go_on(now=self.now)

    # -- what holds --------------------------------------------------------------------------------------------------

    @invariant()
    def promises_hold(self) -> None:
        if not hasattr(self, "told"):
            return
        with db.engine.connect() as connection:
            notices = list(connection.scalars(sa.select(Notice.key).where(Notice.kind.in_((NAME, ANY_HOUR.name)))))
            letters = connection.execute(sa.select(Letter)).all()
            keys = Counter(letter.key for letter in letters)
        assert self.wrong == []
        assert Counter(notices) == Counter({key: 1 for key in self.told if not key.startswith("mail.")})
        assert keys == Counter(self.written | {letter.key for letter in letters})
        for letter in letters:
            most = 1 + letter.maybe + self.human[letter.message_id]
            assert self.accepted[letter.message_id] <= most, (letter.key, letter.state, self.accepted[letter.message_id])
            if letter.state == "sent":
                assert self.accepted[letter.message_id] >= 1, letter.key

    def teardown(self) -> None:
        """P5: when all is well again, everything comes to its end or lies before a person."""
        if not hasattr(self, "told"):
            return
        self.deaths.plan(0)
        with work() as session:
            session.execute(sa.delete(Absence))
            for person_id in self.people.values():
                session.get(Person, person_id).topics = f"at {self.now}"  # the directory is read anew
        for _hour in range(24 * 45):
            self.tick("fine", death=0)
            self.promises_hold()
            with db.engine.connect() as connection:
                waits = sa.select(Letter.not_before, Letter.lease_until, MailState.paused_at).outerjoin(
                    MailState, MailState.id == 1
                ).where(Letter.state.in_(("queued", "sending"))).order_by(Letter.id)
                open_ones = connection.execute(waits).all()
            if not open_ones:
                return
            later = [max(row.not_before, row.lease_until or row.not_before) for row in open_ones]
            if open_ones[0].paused_at:
                later.append(self.now + timedelta(minutes=61))
            step = max(min(later) - self.now, timedelta(minutes=1))
            self.now += step
            self.real += step.total_seconds()
        raise AssertionError(f"the outbox does not empty: {open_ones}")


@pytest.fixture
def deaths(mail_on):
    """Points of death at every statement and commit of the database."""
    found = Deaths()
    engine = db.engine
    commit = engine.dialect.do_commit

    def mortal_commit(connection: Any) -> None:
        found.point()
        commit(connection)
        found.point()

    engine.dialect.do_commit = mortal_commit
    event.listen(engine, "before_cursor_execute", found.point)
    event.listen(engine, "after_cursor_execute", found.point)
    yield found
    event.remove(engine, "before_cursor_execute", found.point)
    event.remove(engine, "after_cursor_execute", found.point)
    del engine.dialect.do_commit


def test_promises_hold_in_any_order(mail_on, cast, deaths):
    World.deaths, World.instance = deaths, mail_on.instance
    World.people = {"ann": cast.ann.id, "bob": cast.bob.id}
    few = settings().max_examples < 100
    run_state_machine_as_test(World, settings=settings(
        max_examples=10 if few else settings().max_examples, stateful_step_count=20 if few else 50,
        phases=[Phase.generate] if few else settings().phases,  # a shorter story takes minutes to find
    ))
