"""One digest a person and working day, whatever came and however late, and within working hours."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from suggestbox.core.database import db, work
from suggestbox.mail.models import Notice
from suggestbox.reminders.kinds import RUNG
from tests.cast import Cast
from tests.factories import START, submitted
from tests.mail.telling import mail_on
from tests.reminders.diary import deliver, digests, reconcile, silence


@pytest.fixture(autouse=True)
def _mail(app: Flask) -> None:
    mail_on()


def told_on(day: datetime, cast: Cast, clock) -> int:
    """Hand something in, and give how many digests are written on a day, once nothing older waits."""
    with work():
        submitted(cast)
    silence()
    clock.move_to(day)
    return reconcile(day)


def test_one_digest_a_day_however_much_comes(cast: Cast, clock):
    due = START + timedelta(days=5)
    assert told_on(due, cast, clock) == 1
    deliver(due)
    with work():
        submitted(cast, now=due)
        for key in ("a", "b"):
            db.session.add(Notice(key=key, kind=RUNG, person_id=cast.bob.id, facts={}, at=due))
    for minutes in (5, 60, 180):
        clock.move_to(due + timedelta(minutes=minutes))
        reconcile(due + timedelta(minutes=minutes))
    assert [letter.local_date for letter in digests() if letter.person_id == cast.bob.id] == [due.date()]


def test_a_digest_that_came_late_takes_the_place_of_that_days(cast: Cast, clock):
    """Written on Monday, sent on Tuesday: Tuesday has had its one."""
    monday = START + timedelta(days=5)
    told_on(monday, cast, clock)
    with work():
        digests()[0].not_before = monday + timedelta(days=1)
    tuesday = monday + timedelta(days=1)
    clock.move_to(tuesday)
    with work():
        submitted(cast, now=tuesday)
    assert reconcile(tuesday) == 0  # the old one waits, and takes all along
    ((_letter, text),) = [pair for pair in deliver(tuesday) if pair[0].person_id == cast.bob.id]
    assert len(text.lines) == 2
    with work():
        submitted(cast, now=tuesday)
    clock.move_to(tuesday + timedelta(hours=2))
    assert reconcile(tuesday + timedelta(hours=2)) == 0
    wednesday = tuesday + timedelta(days=1)
    clock.move_to(wednesday)
    assert reconcile(wednesday) == 1


def test_a_digest_that_waited_for_weeks_takes_the_place_of_that_days_too(cast: Cast, clock):
    monday = START + timedelta(days=5)
    told_on(monday, cast, clock)
    back = monday + timedelta(days=22)
    with work():
        for letter in digests():
            letter.state, letter.done_at = "sent", back - timedelta(hours=1)
        submitted(cast, now=back)
    clock.move_to(back)
    reconcile(back)
    assert [letter.local_date for letter in digests() if letter.person_id == cast.bob.id] == [monday.date()]
    clock.move_to(back + timedelta(days=1))
    reconcile(back + timedelta(days=1))
    assert len([letter for letter in digests() if letter.person_id == cast.bob.id]) == 2


@pytest.mark.parametrize(("moment", "expected"), [
    (datetime(2026, 11, 9, 3, 0, tzinfo=UTC), datetime(2026, 11, 9, 7, 0, tzinfo=UTC)),  # before work: when it begins
    (datetime(2026, 11, 9, 10, 0, tzinfo=UTC), datetime(2026, 11, 9, 10, 0, tzinfo=UTC)),
    (datetime(2026, 11, 9, 18, 0, tzinfo=UTC), None),  # after work: tomorrow
    (datetime(2026, 11, 14, 10, 0, tzinfo=UTC), None),  # Saturday
])
def test_digests_go_out_within_working_hours(cast: Cast, clock, moment, expected):
    told_on(moment, cast, clock)
    assert [letter.not_before for letter in digests()] == ([expected] if expected else [])
