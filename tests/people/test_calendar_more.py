"""Working days of other countries, unusual weeks, hours and shifts; and that what the library does not know is said."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.core.tables import Row
from suggestbox.people import granting, operations, structure
from suggestbox.people.book import Brief, Directory
from suggestbox.people.calendar import WorkCalendar
from suggestbox.people.directory import directory
from suggestbox.people.hour_words import days_in_words, hours_in_words
from suggestbox.people.hours import is_at_work, next_working_moment, shift_on, works_on
from suggestbox.people.import_cells import CellReader
from suggestbox.people.public_holidays import countries, is_known, named_holidays, state_name, states
from suggestbox.people.shifts import clock_time, hours_objection, is_night_shift, weekdays_in
from tests.conftest import NOON

# -- holidays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("country", "state", "free", "works"), [
    ("AT", "9", [(2026, 5, 25), (2026, 10, 26), (2026, 12, 8)], [(2026, 4, 3), (2025, 10, 3), (2026, 12, 24), (2026, 12, 31)]),
    ("CH", "ZH", [(2026, 4, 3), (2026, 5, 1), (2026, 5, 25)], [(2026, 6, 4), (2026, 10, 26), (2026, 12, 24)]),
    ("CH", "LU", [(2026, 6, 4), (2026, 12, 8)], [(2026, 5, 1), (2025, 10, 3)]),
    ("DE", "BY", [(2026, 1, 6), (2026, 5, 25), (2026, 6, 4)], [(2026, 12, 8), (2026, 12, 24), (2026, 12, 31)]),
    ("DE", "HB", [(2025, 10, 31), (2026, 5, 25)], [(2026, 1, 6), (2026, 6, 4)]),
    ("DE", "BE", [(2027, 3, 8), (2026, 5, 25)], [(2025, 10, 31)]),
    ("GB", "ENG", [(2026, 5, 25), (2026, 8, 31), (2026, 12, 28)], [(2026, 11, 30), (2026, 4, 7)]),
    ("GB", "SCT", [(2026, 11, 30), (2026, 8, 3)], [(2026, 8, 31), (2026, 4, 6)]),
])
def test_holidays_of_states_and_cantons(country, state, free, works):
    calendar = WorkCalendar(country, state)
    assert [day for day in free if calendar.is_working_day(date(*day))] == []
    assert [day for day in works if not calendar.is_working_day(date(*day))] == []


def test_half_days_are_working_days():
    """Zurich's Sechseläuten and Knabenschiessen, and Christmas Eve in Switzerland: half a day off."""
    zurich = WorkCalendar("CH", "ZH")
    assert [zurich.is_working_day(day) for day in (date(2026, 4, 20), date(2026, 9, 14), date(2026, 12, 24))] == [True] * 3


def test_christmas_eve_and_new_years_eve_as_closing_days():
    closed = WorkCalendar("AT", "4", closing_days=frozenset({date(2026, 12, 24), date(2026, 12, 31)}))
    assert closed.add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 28)
    assert closed.add_working_days(date(2026, 12, 30), 1) == date(2027, 1, 4)
    assert closed.working_days_between(date(2026, 12, 23), date(2027, 1, 4)) == 4


def test_a_week_from_sunday_to_thursday():
    week = WorkCalendar("AE", weekdays=frozenset({6, 0, 1, 2, 3}))
    assert week.add_working_days(date(2026, 11, 5), 1) == date(2026, 11, 8)  # Thursday to Sunday
    assert week.add_working_days(date(2026, 11, 8), -1) == date(2026, 11, 5)
    assert days_in_words(week.weekdays) in ("Sunday to Thursday", "Sonntag bis Donnerstag")


def test_over_new_year_and_over_a_change_of_the_clocks():
    nrw = WorkCalendar("DE", "NW")
    assert nrw.add_working_days(date(2026, 12, 30), 3) == date(2027, 1, 5)
    assert nrw.add_working_days(date(2027, 3, 25), 1) == date(2027, 3, 30)  # Easter, and clocks change on its Sunday
    assert nrw.add_working_days(date(2026, 10, 23), 1) == date(2026, 10, 26)
    assert nrw.working_days_between(date(2026, 10, 23), date(2026, 10, 26)) == 1


places = st.sampled_from([("DE", "NW"), ("DE", "BY"), ("AT", "9"), ("CH", "ZH"), ("CH", "TI"), ("GB", "ENG"), ("AE", "")])
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@given(places, st.frozensets(st.integers(0, 6), min_size=1), st.frozensets(days, max_size=8), days, st.integers(-60, 60))
def test_adding_and_counting_are_each_others_inverse(place, weekdays, closing, day, count):
    calendar = WorkCalendar(*place, weekdays=weekdays, closing_days=closing)
    start = calendar.add_working_days(day, 0)
    end = calendar.add_working_days(start, count)
    assert calendar.working_days_between(start, end) == count
    assert calendar.add_working_days(end, -count) == start


@given(places, days, days)
def test_counting_and_adding_are_each_others_inverse(place, one, other):
    calendar = WorkCalendar(*place)
    start, end = sorted((calendar.add_working_days(one, 0), calendar.add_working_days(other, 0)))
    assert calendar.add_working_days(start, calendar.working_days_between(start, end)) == end


def test_the_library_and_the_form_know_the_same():
    assert {code for code, _name in countries("de")} >= {"DE", "AT", "CH", "FR", "GB", "US"}
    assert [dict(countries(language))["AT"] for language in ("de", "en")] == ["Österreich", "Austria"]
    assert [len(states(country)) for country in ("DE", "AT", "CH")] == [17, 9, 26]  # the city of Augsburg has a day of its own
    assert [state_name("AT", "9"), state_name("DE", "NW"), state_name("CH", "ZH")] == ["Wien", "Nordrhein-Westfalen", "Zürich"]
    assert [is_known("DE", "XX"), is_known("ZZ"), is_known("AUT"), is_known("DE", "BY")] == [False, False, False, True]
    for country, _name in countries("de"):
        for state, _state_name in (("", ""), *states(country)):
            assert len(state) <= 10 and len(country) == 2


def test_names_in_the_readers_language():
    german, english = (dict(named_holidays("AT", "9", 2026, language)) for language in ("de", "en"))
    assert [german[date(2026, 5, 25)], english[date(2026, 5, 25)]] == ["Pfingstmontag", "Pentecost Monday"]
    assert named_holidays("DE", "XX", 2026, "de") == ()


def test_what_the_library_does_not_know_is_said(cast):
    with pytest.raises(Invalid) as wrong:
        structure.update_site(cast.home, subdivision="XX", now=NOON, actor=cast.dot)
    assert list(wrong.value.fields) == ["subdivision"]
    assert "NW (Nordrhein-Westfalen)" in wrong.value.fields["subdivision"]
    for facts, field in (({"country": "AUT"}, "country"), ({"works_from": "25:00"}, "works_from"),
                         ({"works_from": "08:00", "works_until": "08:00"}, "works_until"),
                         ({"country": "VA", "subdivision": "X"}, "subdivision")):
        with pytest.raises(Invalid) as wrong:
            structure.update_site(cast.home, **facts, now=NOON, actor=cast.dot)
        assert list(wrong.value.fields) == [field]


# -- hours -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "time"), [
    ("6", "06:00"), ("6:00", "06:00"), ("06.30", "06:30"), ("22:00:00", "22:00"), ("6 Uhr", "06:00"), ("0:00", "00:00"),
    ("23:59", "23:59"), ("24:00", None), ("12:60", None), ("", None), ("noon", None), ("-1", None), ("²", None), ("6:0", None),
])
def test_times_as_people_write_them(text, time):
    assert clock_time(text) == time


@pytest.mark.parametrize(("text", "kept"), [
    ("Mo-Fr", "01234"), ("Mo, Mi, Fr", "024"), ("Sunday to Thursday", "01236"), ("So–Do", "01236"), ("Montag bis Samstag", "012345"),
    ("sa/so", "56"), ("Tu Th", "13"), ("Fr-Mo", "0456"), ("", ""), ("Mo-", None), ("1-5", None), ("Mo-Mi-Fr", None), ("Xy", None),
])
def test_weekdays_as_people_write_them(text, kept):
    assert weekdays_in(text) == kept


def test_hours_come_in_pairs():
    assert [list(hours_objection(*pair)) for pair in (("06:00", "14:00"), ("22:00", "06:00"), ("", ""), ("06:00", ""),
                                                     ("", "14:00"), ("08:00", "08:00"))] == [
        [], [], [], ["works_until"], ["works_from"], ["works_until"]
    ]
    assert [is_night_shift("22:00", "06:00"), is_night_shift("06:00", "14:00"), is_night_shift("", "")] == [True, False, False]


def somebody(hours=("22:00", "06:00"), weekdays=None, absent=None, zone="Europe/Berlin") -> Directory:
    brief = Brief(1, "Nora", "Nacht", "", None, 1, None, None, "production", True, True, "", (), False, hours=hours,
                  weekdays=weekdays)
    return Directory(1, date(2026, 3, 27), people={1: brief}, calendars={1: WorkCalendar("DE", "NW")}, zones={1: zone},
                     site_hours={1: ("08:00", "17:00")}, absent={1: absent} if absent else {})


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_night_shift_belongs_to_the_day_it_begins_on():
    book = somebody()
    assert shift_on(book, 1, date(2026, 11, 6)) == (utc(2026, 11, 6, 21), utc(2026, 11, 7, 5))
    assert is_at_work(book, 1, utc(2026, 11, 7, 4, 59))  # Saturday morning: Friday's shift
    assert not is_at_work(book, 1, utc(2026, 11, 7, 5, 0))
    assert next_working_moment(book, 1, utc(2026, 11, 7, 5, 0)) == utc(2026, 11, 9, 21)  # Monday night
    assert not is_at_work(book, 1, utc(2026, 11, 9, 4, 0))  # Monday morning: Sunday has no shift


def test_who_was_away_yesterday_had_no_night_shift_either():
    book = somebody()  # of Friday, 27 March
    assert is_at_work(book, 1, utc(2026, 3, 27, 3, 45))
    book.absent_yesterday.add(1)
    assert not is_at_work(book, 1, utc(2026, 3, 27, 3, 45))


def test_shifts_over_a_change_of_the_clocks():
    book = somebody(weekdays=frozenset(range(7)))
    assert shift_on(book, 1, date(2026, 3, 28)) == (utc(2026, 3, 28, 21), utc(2026, 3, 29, 4))  # seven hours
    assert shift_on(book, 1, date(2026, 10, 24)) == (utc(2026, 10, 24, 20), utc(2026, 10, 25, 5))  # nine hours
    early = somebody(hours=("02:30", "10:00"), weekdays=frozenset(range(7)))
    assert shift_on(early, 1, date(2026, 3, 29))[0] == utc(2026, 3, 29, 1, 30)  # 02:30 does not exist: the moment after
    assert shift_on(early, 1, date(2026, 10, 25))[0] == utc(2026, 10, 25, 0, 30)  # 02:30 comes twice: the first


def test_absences_and_holidays_have_no_shift():
    book = somebody(hours=("06:00", "14:00"), absent=date(2026, 3, 31))
    assert [works_on(book, 1, date(2026, 3, day)) for day in (27, 28, 31)] == [False, False, False]
    assert next_working_moment(book, 1, utc(2026, 3, 27, 9)) == utc(2026, 4, 1, 4)
    assert not works_on(book, 1, date(2026, 4, 3))  # Good Friday


@given(st.sampled_from([("06:00", "14:00"), ("14:00", "22:00"), ("22:00", "06:00"), ("00:00", "08:00"), ("23:59", "00:01")]),
       st.frozensets(st.integers(0, 6), min_size=1),
       st.integers(0, 730 * 24 * 60), st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"]))
def test_the_next_working_moment_is_at_work_and_never_earlier(hours, weekdays, minutes, zone):
    book = somebody(hours, weekdays, zone=zone)
    moment = utc(2026, 1, 1) + timedelta(minutes=minutes)
    found = next_working_moment(book, 1, moment)
    assert found >= moment and is_at_work(book, 1, found)
    assert next_working_moment(book, 1, found) == found
    if found > moment:
        assert not is_at_work(book, 1, found - timedelta(minutes=1))


# -- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clock")
def test_own_days_and_hours_on_ones_own_page(cast, client_as):
    with work():
        cast.ann.language = "en"
    ann = client_as(cast.ann)
    assert "Monday to Friday, 08:00 to 17:00 o’clock" in ann.get("/me").text
    answer = ann.post("/me/hours", data={"weekdays": ["6", "0", "1", "2", "3"], "works_from": "22:00", "works_until": "06:00"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me#hours")
    page = ann.get("/me").text
    assert ("Sunday to Thursday, 22:00 to 06:00 o’clock" in page, "night shift" in page) == (True, True)
    book = directory(NOON.date())
    assert (book.calendar_of(cast.ann.id).weekdays, book.hours_of(cast.ann.id)) == (frozenset({6, 0, 1, 2, 3}), ("22:00", "06:00"))
    for wrong, field in (({"works_from": "22:00"}, "works_until"), ({"works_from": "x", "works_until": "06:00"}, "works_from"),
                         ({"works_from": "06:00", "works_until": "06:00"}, "works_until"), ({"weekdays": "9"}, "weekdays")):
        answer = ann.post("/me/hours", data=wrong)
        assert (answer.status_code, f'id="hours-{field}-error"' in answer.text) == (422, True), wrong
    assert ann.post("/me/hours", data={"works_from": "", "works_until": ""}).status_code == 303
    assert hours_in_words(directory(NOON.date()), cast.ann.id).own is False


@pytest.mark.usefixtures("clock")
def test_administrators_set_the_hours_of_others(cast, client_as):
    dot = client_as(cast.dot)
    fields = {"weekdays": ["0", "2"], "works_from": "6", "works_until": "14.30"}
    assert dot.post(f"/people/{cast.eve.id}/hours", data=fields).status_code == 303
    db.session.rollback()
    eve = db.session.get_one(type(cast.eve), cast.eve.id)
    assert (eve.working_weekdays, eve.works_from, eve.works_until) == ("02", "06:00", "14:30")
    answer = dot.post(f"/people/{cast.eve.id}/hours", data={"works_from": "6"})
    assert (answer.status_code, 'id="hours-works_until-error"' in answer.text) == (422, True)
    assert client_as(cast.bob).post(f"/people/{cast.eve.id}/hours", data=fields).status_code == 403


@pytest.mark.usefixtures("clock")
def test_the_sites_page_shows_holidays_by_name(cast, client_as):
    with work():
        cast.dot.language = "de"
        structure.add_closing_day(cast.home, date(2026, 12, 24), "Betriebsruhe", now=NOON, actor=cast.dot)
        structure.add_closing_day(cast.home, date(2026, 12, 25), "", now=NOON, actor=cast.dot)
    dot = client_as(cast.dot)
    page = dot.get(f"/people/sites/{cast.home.id}").text
    assert [name in page for name in ("Reformationstag", "Betriebsruhe", "Erster Weihnachtstag", 'scope="col">2026<', 'scope="col">2027<',
                                      "Nordrhein-Westfalen", "Österreich")] == [True] * 7
    assert "Fronleichnam" not in page  # Bremen


def test_a_state_of_another_country_and_one_nobody_knows(cast, client_as):
    with work():
        cast.dot.language = "en"
    dot = client_as(cast.dot)
    fields = {"name": "Wien", "time_zone": "Europe/Vienna", "language": "de", "weekdays": ["0"], "works_from": "08:00",
              "works_until": "16:00", "country": "AT"}
    for state, words in (("DE-NW", "This state belongs to another country: Germany."), ("AT-77", "This state is not known."),
                         ("NW", "This state is not known.")):
        answer = dot.post("/people/sites/new", data={**fields, "subdivision": state})
        assert (answer.status_code, words in answer.text) == (422, True), state
    assert dot.post("/people/sites/new", data={**fields, "country": "XX"}).status_code == 422
    assert dot.post("/people/sites/new", data={**fields, "subdivision": "AT-9"}).status_code == 303


def test_a_file_brings_weekdays_and_hours(cast):
    reader = CellReader({n: n for n in ("email", "working_weekdays", "works_from", "works_until")}, "", {})

    def read(*cells):
        return reader.read(Row(2, dict(zip(reader.columns, cells, strict=True))))

    wanted, problems = read("x@example.com", "Mo-Fr", "22 Uhr", "06:00:00")
    assert (wanted.facts, problems) == (
        {"email": "x@example.com", "working_weekdays": "01234", "works_from": "22:00", "works_until": "06:00"}, []
    )
    assert [len(read("x@example.com", *cells)[1]) for cells in (("1-5", "", ""), ("", "25", "26"), ("", "", ""))] == [1, 2, 0]


def test_one_of_two_times_is_refused_unless_the_other_is_there(cast):
    with pytest.raises(Invalid) as wrong:
        operations.update_person(cast.eve, works_from="06:00", now=NOON, actor=cast.dot)
    assert list(wrong.value.fields) == ["works_until"]
    operations.update_person(cast.eve, works_from="06:00", works_until="14:00", now=NOON, actor=cast.dot)
    operations.update_person(cast.eve, works_from="07:00", now=NOON, actor=cast.dot)
    assert (cast.eve.works_from, cast.eve.works_until) == ("07:00", "14:00")
    granting.add_absence(cast.eve, date(2026, 11, 4), date(2026, 11, 6), now=NOON, actor=cast.eve)
    assert works_on(directory(date(2026, 11, 4)), cast.eve.id, date(2026, 11, 5)) is False
    db.session.rollback()
