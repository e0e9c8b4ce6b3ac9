"""A database that went back in time, a clock that jumps, and what an admin decides about letters."""

import shutil
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, short_work, work
from suggestbox.journal.models import Entry
from suggestbox.mail.carrier import Answer
from suggestbox.mail.claiming import LEASE
from suggestbox.mail.models import Letter, LetterAttempt, MailState
from suggestbox.mail.operations import ForOne, write_for_many
from suggestbox.mail.postman import Tally, beat, deliver, go_on
from suggestbox.mail.restore import FILE, drop, notice_the_past, release, release_all, restored, retry
from suggestbox.mail.steady import forget, trouble
from suggestbox.people.directory import directory
from tests.conftest import NOON
from tests.mail.outbox import Clock, Hand, letters, states, tries, write_to

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NO = Answer("refused", "550 5.1.1 no such user")
LOST = Answer("unknown", "house:no_answer timeout")


def round_at(now: datetime, hand: Hand) -> Tally:
    return deliver(clock=Clock(now), carriers={"mail": hand})


def digest_for(person, day: date, now: datetime) -> None:
    with work():
        write_for_many("test.digest", [ForOne(f"digest:{person.id}:{day}", person.id, day, False)], directory(day), now=now)


TABLES = (MailState, Letter, LetterAttempt)


def backup() -> list[list[dict]]:
    """Give the mail tables as they are: what a backup of this moment holds."""
    db.session.rollback()
    return [[dict(row._mapping) for row in db.session.execute(sa.select(table.__table__))] for table in TABLES]


def bring_back(kept: list[list[dict]]) -> None:
    """Restore the mail tables from a backup."""
    with short_work() as connection:
        for table in reversed(TABLES):
            connection.execute(sa.delete(table))
        for table, rows in zip(TABLES, kept, strict=True):
            if rows:
                connection.execute(sa.insert(table), rows)


def file_of(deployment) -> str:
    return (deployment.instance / FILE).read_text().strip()


# -- restore ---------------------------------------------------------------------------------------------------------


def test_the_file_counts_along(mail_on, cast):
    write_to(cast.ann, now=NOON, each=3)
    assert notice_the_past(mail_on.instance, now=NOON) == ""
    assert file_of(mail_on) == "0 0"
    round_at(NOON, Hand([NO]))
    assert file_of(mail_on) == "0 3"  # handed over, whatever the answer was
    assert notice_the_past(mail_on.instance, now=NOON) == ""
    assert [path.name for path in mail_on.instance.iterdir()] == [FILE]


def test_after_a_restore_nothing_goes_out_again_by_itself(mail_on, cast):
    write_to(cast.ann, cast.bob, now=NOON)
    kept = backup()
    hand = Hand()
    assert round_at(NOON, hand) == Tally(sent=2)
    bring_back(kept)
    assert notice_the_past(mail_on.instance, now=NOON + HOUR) == "restored"
    assert [(x.state, x.maybe, x.last_answer) for x in letters()] == [("review", True, "house:restored")] * 2
    assert round_at(NOON + HOUR, hand) == Tally()
    state = db.session.get(MailState, 1)
    assert (state.epoch, state.counter, state.restored_at, file_of(mail_on)) == (1, 2, NOON + HOUR, "1 2")
    assert [(e.kind, e.facts) for e in db.session.scalars(sa.select(Entry).filter_by(kind="mail.restored"))] == [
        ("mail.restored", {"epoch": 1, "letters": 2})
    ]
    assert notice_the_past(mail_on.instance, now=NOON + HOUR) == ""  # once is enough
    assert [t.name for t in trouble(NOON + HOUR)] == ["mail.review"]


def test_the_same_backup_restored_twice(mail_on, cast):
    write_to(cast.ann, now=NOON)
    kept = backup()
    round_at(NOON, Hand())
    for hours, epoch in ((1, 1), (2, 2)):
        bring_back(kept)
        assert notice_the_past(mail_on.instance, now=NOON + hours * HOUR) == "restored"
        assert (db.session.get(MailState, 1).epoch, states()) == (epoch, ["review"])
    write_to(cast.ann, now=NOON, key="new")
    assert round_at(NOON + 2 * HOUR, Hand()) == Tally(sent=1)


def test_letters_written_after_a_restore_go_out(mail_on, cast):
    write_to(cast.ann, now=NOON)
    kept = backup()
    round_at(NOON, Hand())
    bring_back(kept)
    notice_the_past(mail_on.instance, now=NOON + HOUR)
    write_to(cast.bob, now=NOON + HOUR)
    assert round_at(NOON + HOUR, Hand()) == Tally(sent=1)
    assert states() == ["review", "sent"]


def test_a_digest_of_a_day_before_the_restore_waits_for_a_person(mail_on, cast):
    """The first copy went out in the morning; the restored database of the night before writes it again."""
    kept = backup()
    digest_for(cast.ann, NOON.date(), NOON)
    hand = Hand()
    assert round_at(NOON, hand) == Tally(sent=1)
    bring_back(kept)
    assert notice_the_past(mail_on.instance, now=NOON + HOUR) == "restored"
    digest_for(cast.ann, NOON.date(), NOON + HOUR)
    assert round_at(NOON + HOUR, hand) == Tally(review=1)
    digest_for(cast.ann, NOON.date() + DAY, NOON + DAY)
    assert round_at(NOON + DAY, hand) == Tally(sent=1)
    with work():
        assert release_all(now=NOON + DAY) == 1
    assert round_at(NOON + DAY, hand) == Tally(sent=1)  # whoever released it has seen what it is
    assert [x.maybe for x in letters()] == [True, False]


def test_a_restore_in_the_middle_of_a_round_stops_the_worker(mail_on, cast):
    write_to(cast.ann, now=NOON)

    class Meanwhile(Hand):
        def send(self, outgoing, about_to_hand_over):
            with work():
                assert restored(now=NOON) == 1
            return super().send(outgoing, about_to_hand_over)

    hand = Meanwhile()
    assert (round_at(NOON, hand), hand.accepted, states()) == (Tally(), [], ["review"])


def test_told_by_hand(mail_on, cast):
    write_to(cast.ann, cast.bob, now=NOON)
    round_at(NOON, Hand([Answer("sent", "250 ok"), NO]))
    write_to(cast.ann, now=NOON, key="more")
    with work():
        assert restored(now=NOON, by_id=cast.dot.id) == 1
    assert states() == ["sent", "failed", "review"]


def test_a_file_that_says_nothing_is_written_anew(mail_on, cast):
    write_to(cast.ann, now=NOON)
    round_at(NOON, Hand())
    (mail_on.instance / FILE).write_text("what?")
    assert notice_the_past(mail_on.instance, now=NOON) == ""
    assert file_of(mail_on) == "0 1"


def test_a_file_that_cannot_be_written_stops_no_letter(mail_on, cast, caplog):
    write_to(cast.ann, now=NOON)
    shutil.rmtree(mail_on.instance)
    assert round_at(NOON, Hand()) == Tally(sent=1)
    assert "a restore would not be noticed" in caplog.text


# -- what an admin decides -------------------------------------------------------------------------------------------


def journal(kind: str) -> list[tuple]:
    return [(e.actor_id, e.role, e.facts) for e in db.session.scalars(sa.select(Entry).filter_by(kind=kind))]


def test_release(mail_on, cast):
    write_to(cast.ann, cast.bob, now=NOON)
    with work():
        restored(now=NOON)
    first, second = (x.id for x in letters())
    with work():
        assert release([first, 999], now=NOON, by_id=cast.dot.id) == 1
    assert journal("mail.released") == [(cast.dot.id, "admin", {"count": 1, "letters": [first]})]
    assert round_at(NOON, Hand()) == Tally(sent=1)
    assert [(x.id, x.state, x.maybe) for x in letters()] == [(first, "sent", True), (second, "review", True)]
    with work():
        assert release([first], now=NOON) == 0
    assert len(journal("mail.released")) == 1


def test_retry_of_a_failed_letter_starts_afresh(mail_on, cast):
    write_to(cast.ann, now=NOON)
    round_at(NOON, Hand([NO]))
    one = letters()[0]
    later = NOON + 7 * DAY
    with work():
        assert retry([one.id], now=later) == 1
    assert (letters()[0].state, letters()[0].done_at) == ("queued", None)
    busy = Hand([Answer("again", "450 busy")])
    assert round_at(later, busy) == Tally(put_off=1)
    assert letters()[0].not_before == later + MINUTE  # the first pause again, and three days from now
    assert round_at(later + MINUTE, busy) == Tally(sent=1)
    assert [(n, result) for n, result, _words in tries(letters()[0])] == [(1, "failed"), (2, "queued"), (3, "sent")]


def test_retry_of_an_uncertain_letter_marks_it(mail_on, cast):
    write_to(cast.ann, now=NOON)
    hand = Hand([LOST, LOST])
    round_at(NOON, hand)
    round_at(NOON + MINUTE, hand)
    assert states() == ["uncertain"]
    with work():
        assert retry([letters()[0].id], now=NOON + HOUR) == 1
    assert round_at(NOON + HOUR, hand) == Tally(sent=1)
    assert (letters()[0].maybe, {o.message_id for o in hand.accepted}) == (True, {letters()[0].message_id})


def test_retry_now_of_one_that_waits(mail_on, cast):
    write_to(cast.ann, now=NOON)
    round_at(NOON, Hand([Answer("again", "450 busy")]))
    with work():
        assert retry([letters()[0].id], now=NOON) == 1
    assert round_at(NOON, Hand()) == Tally(sent=1)


@pytest.mark.parametrize("state", ["queued", "review", "uncertain", "to_print", "failed"])
def test_drop(mail_on, cast, state):
    write_to(cast.ann, now=NOON)
    with short_work() as connection:
        connection.execute(sa.update(Letter).values(state=state, done_at=NOON if state == "failed" else None, message=b"x"))
    one = letters()[0]
    with work():
        assert drop([one.id], now=NOON, by_id=cast.dot.id) == 1
    after = letters()[0]
    assert (after.state, after.done_at, after.message, after.last_answer) == ("cancelled", NOON, None, "house:dropped")
    assert journal("mail.dropped") == [(cast.dot.id, "admin", {"count": 1, "letters": [one.id]})]
    assert round_at(NOON, Hand()) == Tally()


def test_what_is_on_its_way_or_over_cannot_be_dropped(mail_on, cast):
    write_to(cast.ann, cast.bob, now=NOON)
    round_at(NOON, Hand([Answer("sent", "250 ok"), NO]))
    with short_work() as connection:
        connection.execute(sa.update(Letter).where(Letter.person_id == cast.bob.id).values(
            state="sending", done_at=None, lease_until=NOON + LEASE
        ))
    with work():
        assert drop([x.id for x in letters()], now=NOON) == 0


# -- the clock -------------------------------------------------------------------------------------------------------


def beats(*moments: tuple[float, float]) -> None:
    """Beat at (hours by the clock, hours that really passed)."""
    for wall, real in moments:
        beat(now=NOON + wall * HOUR, monotonic=1000 + real * 3600)


def state() -> MailState:
    db.session.rollback()
    return db.session.get(MailState, 1)


def test_a_steady_clock_is_noted(mail_on):
    beats((0, 0), (0.001, 0.001), (0.5, 0.5), (30, 30))
    assert (state().beat_at, state().paused_at) == (NOON + 30 * HOUR, None)
    assert trouble(NOON) == []


def test_a_beat_writes_only_now_and_then(mail_on, count_queries):
    beats((0, 0))
    with count_queries() as statements:
        beats((0.001, 0.001), (0.002, 0.002))
    assert [s.split()[0] for s in statements] == ["SELECT", "SELECT"]


@pytest.mark.parametrize("wall", [25, -23, -1.1, 2.2])
def test_a_jump_of_the_clock_pauses_letters_for_many(mail_on, cast, wall):
    beats((0, 0), (wall, 0.01))
    now = NOON + wall * HOUR
    assert (state().paused_at, state().paused_reason) == (now, "clock")
    assert [(t.name, t.severity, t.since) for t in trouble(now)] == [("mail.paused", "warning", now)]
    digest_for(cast.ann, now.date(), now - 30 * DAY)
    write_to(cast.ann, now=now - 30 * DAY, name="test.any_hour")
    assert round_at(now, Hand()) == Tally(sent=1)
    beats((wall + 0.5, 0.51))
    assert state().paused_at == now
    beats((wall + 1.01, 1.02))
    assert (state().paused_at, state().beat_at) == (None, now + 1.01 * HOUR)


@pytest.mark.parametrize("wall", [0.9, -0.9])
def test_a_small_step_of_the_clock_is_none(mail_on, wall):
    beats((0, 0), (wall, 0.001))
    assert state().paused_at is None


def test_back_again_pauses_anew(mail_on):
    beats((0, 0), (24, 0.01), (0.5, 0.5))
    assert state().paused_at == NOON + 0.5 * HOUR
    beats((1.4, 1.4), (1.6, 1.6))
    assert state().paused_at is None


def test_a_clock_set_back_while_nothing_ran(mail_on):
    beats((24, 0))
    forget()
    beats((0, 500))
    assert (state().paused_reason, state().beat_at) == ("clock", NOON)


def test_days_without_a_worker_are_no_jump(mail_on):
    beats((0, 0))
    forget()
    beats((72, 5))
    assert state().paused_at is None


def test_an_admin_says_that_the_clock_is_right(mail_on, cast):
    beats((0, 0), (24, 0.01))
    with work():
        assert go_on(now=NOON + DAY, by_id=cast.dot.id)
        assert not go_on(now=NOON + DAY)
    assert state().paused_at is None
    assert [e.actor_id for e in db.session.scalars(sa.select(Entry).filter_by(kind="mail.went_on"))] == [cast.dot.id]
    beats((24.01, 0.02))
    assert state().paused_at is None


@pytest.mark.parametrize("wall", [24, -24])
def test_a_jump_takes_no_lease_away(mail_on, cast, wall):
    """The worker that is sending right now is alive: nobody else sends its letter as well."""
    beats((0, 0))
    write_to(cast.ann, now=NOON)
    clock = Clock(NOON)

    class Jump(Hand):
        def send(self, outgoing, about_to_hand_over):
            clock.shift(hours=wall)
            beats((wall, 0.01))
            assert deliver(clock=clock, carriers={"mail": Hand()}) == Tally()
            assert letters()[0].lease_until == clock.now + LEASE
            return super().send(outgoing, about_to_hand_over)

    hand = Jump()
    assert deliver(clock=clock, carriers={"mail": hand}) == Tally(sent=1)
    assert (len(hand.accepted), letters()[0].maybe) == (1, False)


def test_the_next_try_does_not_wait_in_a_future_that_was_none(mail_on, cast):
    beats((0, 0), (24, 0.01))
    write_to(cast.ann, now=NOON)
    round_at(NOON + DAY, Hand([Answer("again", "450 busy")]))
    beats((0.1, 0.1))
    assert round_at(NOON + 0.1 * HOUR, Hand()) == Tally(sent=1)

