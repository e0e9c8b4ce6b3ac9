"""Unusual rises: found when they are there, hardly ever when they are not, and told to the right person once."""

import math
import random
from datetime import date, timedelta

import pytest

from suggestbox.core.database import db, work
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.models import Item, Rise, Source
from suggestbox.feedback.rise_jobs import look_for_rises
from suggestbox.feedback.rises import DAYS, QUIET_DAYS, WEEKS, Found, find_rises, is_unusual, takes_more, told_of
from suggestbox.people.directory import directory
from suggestbox.people.models import Absence, Deputy
from tests.cast import grant
from tests.conftest import NOON
from tests.feedback.scene import AT, make_cx_manager, make_item, make_journey, make_theme, make_touchpoint
from tests.mail.telling import letters, mail_on, notices, told_of_kind

TODAY = NOON.date()
WEEKDAYS = (1.3, 1.2, 1.1, 1.1, 1.2, 0.6, 0.5)


# -- how often it errs ---------------------------------------------------------------------------------------------------


def poisson(chance: random.Random, level: float) -> int:
    """Draw a Poisson count (Knuth's way: small levels only)."""
    limit, count, product = math.exp(-level), 0, chance.random()
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


@pytest.mark.either
def test_false_alarms_are_rare():
    """A year of sixty themes in which nothing happens but weekdays, a season, and weeks that differ by chance."""
    chance = random.Random(4)
    length = 365 + DAYS * (WEEKS + 1)
    days = []
    for n in range(60):
        level = 60 / (n + 1) ** 0.9 / 7
        weeks = [chance.gammavariate(20, 1 / 20) for _week in range(length // 7 + 1)]
        days.append([
            poisson(chance, level * WEEKDAYS[d % 7] * (1 + 0.3 * math.sin(2 * math.pi * d / 365)) * weeks[d // 7])
            for d in range(length)
        ])
    together = [sum(theme[d] for theme in days) for d in range(length)]
    alarms = 0
    for theme in days:
        quiet_until = 0
        for d in range(DAYS * (WEEKS + 1), length):
            if d >= quiet_until:
                (*weeks, count), (*all_weeks, all_now) = weeks_before(theme, d), weeks_before(together, d)
                if is_unusual(count, weeks) and takes_more(count, all_now, weeks, all_weeks):
                    alarms, quiet_until = alarms + 1, d + QUIET_DAYS
    assert alarms <= 12, "about one a month for the whole house"


def weeks_before(days: list[int], d: int) -> list[int]:
    start = d - DAYS * (WEEKS + 1)
    return [sum(days[start + DAYS * n : start + DAYS * (n + 1)]) for n in range(WEEKS + 1)]


@pytest.mark.either
@pytest.mark.parametrize(("usual", "times", "at_least"), [(10, 3, 0.7), (20, 2, 0.45), (20, 3, 0.95), (40, 2, 0.85)])
def test_real_rises_are_found_in_their_first_week(usual, times, at_least):
    chance = random.Random(9)
    found = sum(is_unusual(poisson(chance, usual * times), [poisson(chance, usual) for _w in range(8)]) for _n in range(200))
    assert found >= at_least * 200


# -- what is looked at ---------------------------------------------------------------------------------------------------


def tell_much(theme, *, before: int, now: int, polarity: str = "negative", **columns) -> None:
    """Have so many distinct customers a week speak of a theme, and so many in the last one."""
    for week in range(1, WEEKS + 2):
        for n in range(now if week == 1 else before):
            on = TODAY - timedelta(days=7 * week - n % 7)
            make_item("…", (theme, polarity), said_on=on, customer_hash=f"{theme.key}{polarity}{week}{n}", **columns)


def make_source(key: str = "survey") -> Source:
    source = Source(key=key, name=key, created_at=AT, changed_at=AT)
    db.session.add(source)
    db.session.flush()
    return source


def test_a_rise_is_found_and_its_usual_is_said(app):
    with work():
        late, price = make_theme("late"), make_theme("price")
        tell_much(late, before=4, now=20)
        tell_much(price, before=12, now=13)
        tell_much(price, before=2, now=15, polarity="positive")
    assert find_rises(TODAY, landscape()) == [
        Found(late.id, "negative", 20, 4.0), Found(price.id, "positive", 15, 2.0),
    ]


def test_one_loud_customer_is_no_rise(app):
    with work():
        late, price = make_theme("late"), make_theme("price")
        tell_much(late, before=4, now=4)
        tell_much(price, before=12, now=12)
        for n in range(40):
            make_item("Schon wieder!", (late, "negative"), said_on=TODAY - timedelta(days=1 + n % 7), customer_hash="loud")
    assert find_rises(TODAY, landscape()) == []


def test_the_finer_theme_is_told_not_the_one_above(app):
    with work():
        above = make_theme("delivery")
        late, other = make_theme("late", parent=above), make_theme("other")
        tell_much(late, before=4, now=20)
        tell_much(other, before=30, now=30)
    assert find_rises(TODAY, landscape()) == [Found(late.id, "negative", 20, 4.0)]


def test_old_data_that_comes_in_is_no_rise(app):
    """Neither a file of the last years nor a new survey that begins this week."""
    with work():
        late, price = make_theme("late"), make_theme("price")
        tell_much(price, before=12, now=12)
        tell_much(late, before=3, now=3)
        archive, new = make_source("archive"), make_source("new")
        for n in range(300):
            make_item("Alt.", (late, "negative"), said_on=date(2025, 1, 1) + timedelta(days=n), source_id=archive.id,
                      source_key=str(n))
        for n in range(60):
            make_item("Neue Umfrage.", (late, "negative"), said_on=TODAY - timedelta(days=1 + n % 7), source_id=new.id,
                      source_key=str(n))
    assert find_rises(TODAY, landscape()) == []


def test_when_everything_rises_no_theme_does(app):
    """A month's file without days of its own: all of it said on one day."""
    with work():
        themes = [make_theme(key) for key in ("late", "price", "advice")]
        for theme in themes:
            tell_much(theme, before=5, now=25)
    assert find_rises(TODAY, landscape()) == []


def test_a_sunday_is_compared_with_sundays(app):
    """Customers who speak on weekdays only: whatever day it is looked at, nothing rises."""
    with work():
        late, price = make_theme("late"), make_theme("price")
        for back in range(1, 7 * (WEEKS + 4)):
            on = TODAY - timedelta(days=back)
            if on.weekday() < 5:
                for theme, many in ((late, 4), (price, 9)):
                    for n in range(many):
                        make_item("…", (theme, "negative"), said_on=on, customer_hash=f"{theme.key}{back}-{n}")
    assert [find_rises(TODAY - timedelta(days=n), landscape()) for n in range(7)] == [[]] * 7


# -- who is told ---------------------------------------------------------------------------------------------------------


def told(theme) -> list[int]:
    return told_of(theme.id, landscape(), directory(TODAY))


def test_owner_then_head_then_coordinator_then_cx_manager(app, cast):
    with work():
        cem, journey = make_cx_manager(cast), make_journey()
        owned = make_theme("owned", make_touchpoint(journey, "a", cast.purchasing, owner_id=cast.sam.id))
        headed = make_theme("headed", make_touchpoint(journey, "b", cast.logistics))
        nowhere = make_theme("nowhere")
        below = make_theme("below", parent=owned)
        of_ann = make_theme("of ann", owner_id=cast.ann.id)
        both = make_theme("both", make_touchpoint(journey, "c", cast.logistics), make_touchpoint(journey, "d", owner_id=cast.sam.id))
    book = directory(TODAY)
    head = book.nearest_holders("head", cast.logistics.id)[0]
    assert [told(t) for t in (owned, headed, nowhere, below, of_ann, both)] == [
        [cast.sam.id], [head], [cem.id], [cast.sam.id], [cast.ann.id], [head, cast.sam.id],
    ]


def test_somebody_away_is_not_told_but_their_deputy(app, cast):
    with work():
        place = make_touchpoint(make_journey(), "a", cast.purchasing, owner_id=cast.sam.id)
        late = make_theme("late", place)
        db.session.add(Absence(person_id=cast.sam.id, from_on=TODAY, until_on=TODAY + timedelta(days=9)))
        db.session.add(Deputy(person_id=cast.sam.id, deputy_id=cast.kim.id, position=1))
    assert told(late) == [cast.kim.id]


def test_the_owner_is_told_once_with_the_next_working_hours(cast, clock):
    mail_on()
    with work():
        grant(cast.sam, "coordinator", cast.purchasing)
        late = make_theme("late", make_touchpoint(make_journey(), "a", cast.purchasing, owner_id=cast.sam.id))
        other = make_theme("other")
        tell_much(late, before=4, now=20)
        tell_much(other, before=30, now=30)
    clock.move_to(NOON.replace(hour=3, minute=40))
    for _again in range(2):
        look_for_rises()
    assert told_of_kind("feedback.rise") == [cast.sam.given_name]
    (letter,) = letters("feedback.rise")
    assert letter.not_before.date() == TODAY and letter.not_before > NOON.replace(hour=5)
    clock.shift(timedelta(days=3))
    look_for_rises()
    assert len(notices("feedback.rise")) == 1, "it rose already"
    assert db.session.query(Rise).count() == 1
    assert db.session.query(Item).count() == 4 * 8 + 20 + 30 * 9
