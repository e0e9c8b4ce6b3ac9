"""Working days: holidays of the states, closing days, counting forwards and back."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from suggestbox.people.calendar import WorkCalendar

NRW = WorkCalendar("DE", "NW")
BAVARIA = WorkCalendar("DE", "BY")
BERLIN = WorkCalendar("DE", "BE")


def test_christmas_is_no_working_day():
    assert [day for day in range(21, 32) if NRW.is_working_day(date(2026, 12, day))] == [21, 22, 23, 24, 28, 29, 30, 31]


def test_states_differ():
    all_saints = date(2024, 11, 1)  # a Friday
    epiphany = date(2026, 1, 6)  # a Tuesday
    corpus_christi = date(2026, 6, 4)
    found = [[c.is_working_day(day) for c in (NRW, BAVARIA, BERLIN)] for day in (all_saints, epiphany, corpus_christi)]
    assert found == [[False, False, True], [True, False, True], [False, False, True]]


def test_adding_working_days_leaves_out_holidays_and_weekends():
    assert NRW.add_working_days(date(2026, 12, 23), 3) == date(2026, 12, 29)
    assert NRW.add_working_days(date(2026, 12, 25), 0) == date(2026, 12, 28)
    assert NRW.add_working_days(date(2026, 12, 25), 1) == date(2026, 12, 28)
    assert NRW.add_working_days(date(2026, 12, 24), 0) == date(2026, 12, 24)


def test_negative_counts_go_back():
    assert NRW.add_working_days(date(2026, 12, 29), -3) == date(2026, 12, 23)
    assert NRW.add_working_days(date(2026, 12, 27), -1) == date(2026, 12, 24)
    assert NRW.working_days_between(date(2026, 12, 29), date(2026, 12, 23)) == -3


def test_closing_days_count_as_holidays():
    closed = WorkCalendar("DE", "NW", closing_days=frozenset({date(2026, 12, 24), date(2026, 12, 28)}))
    assert closed.add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 29)


def test_a_shift_site_works_on_saturdays():
    shift = WorkCalendar("DE", "NW", weekdays=frozenset(range(6)))
    assert shift.add_working_days(date(2026, 11, 6), 1) == date(2026, 11, 7)


def test_an_unknown_country_has_weekdays_only():
    assert WorkCalendar("ZZ").is_working_day(date(2026, 12, 25)) is True
    assert WorkCalendar("DE", "XX").is_working_day(date(2026, 12, 25)) is True


def test_a_site_that_never_works_gets_calendar_days():
    never = WorkCalendar(weekdays=frozenset())
    assert never.add_working_days(date(2026, 11, 4), 3) == date(2026, 11, 7)


calendars = st.builds(
    WorkCalendar,
    st.just("DE"),
    st.sampled_from(["NW", "BY", "BE", ""]),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5),
)
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@given(calendars, days, st.integers(0, 40))
def test_forth_and_back_again(calendar, day, count):
    start = calendar.add_working_days(day, 0)
    end = calendar.add_working_days(start, count)
    assert calendar.is_working_day(end)
    assert calendar.working_days_between(start, end) == count
    assert calendar.add_working_days(end, -count) == start


@given(calendars, days, st.integers(1, 40))
def test_a_working_day_more_is_never_earlier(calendar, day, count):
    assert calendar.add_working_days(day, count) >= calendar.add_working_days(day, count - 1)
    assert calendar.add_working_days(day, -count) <= calendar.add_working_days(day, 1 - count)


@given(calendars, days, st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(calendar, start, first, second):
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    between = calendar.working_days_between
    assert between(start, middle) + between(middle, end) == between(start, end)
    assert between(end, start) == -between(start, end)
