"""Which part of the feedback an address asks for, in words, and back into an address."""

from datetime import date

import pytest

from suggestbox.core.database import work
from suggestbox.core.language import force_locale
from suggestbox.feedback.counts import grouped
from suggestbox.feedback.figures import Figure, Slice
from suggestbox.feedback.slices import choice_from, shows_colleagues, slice_from
from tests.feedback.scene import make_item

pytestmark = pytest.mark.either

TODAY = date(2026, 11, 4)


@pytest.mark.parametrize(("args", "expected"), [
    ({}, Slice(date(2026, 8, 7), TODAY, audience="customers")),
    ({"period": "365"}, Slice(date(2025, 11, 5), TODAY, audience="customers")),
    ({"period": "all"}, Slice(audience="customers")),
    ({"period": "nonsense", "channel": "pigeon", "audience": "cats"}, Slice(date(2026, 8, 7), TODAY, audience="customers")),
    ({"from": "2026-05-01"}, Slice(date(2026, 5, 1), audience="customers")),
    ({"period": "365", "from": "2026-05-01", "until": "2026-05-31"},
     Slice(date(2026, 5, 1), date(2026, 5, 31), audience="customers")),
    ({"period": "own"}, Slice(date(2026, 8, 7), TODAY, audience="customers")),
    ({"period": "all", "channel": "email", "segment": " North\x00 ", "audience": "all"}, Slice(None, None, "email", "North")),
    ({"period": "all", "audience": "employees"}, Slice(audience="employees")),
])
def test_the_address_says_which_part_is_meant(app, args, expected):
    assert slice_from(args, today=TODAY) == expected


def test_a_page_of_colleagues_shows_colleagues_unless_the_address_says_otherwise(app):
    assert slice_from({}, today=TODAY, audience="employees").audience == "employees"
    assert slice_from({"audience": "customers"}, today=TODAY, audience="employees").audience == "customers"


def test_days_in_the_wrong_order_are_exchanged_and_unreadable_ones_told(app):
    swapped = choice_from({"from": "2026-05-31", "until": "2026-05-01"}, today=TODAY)
    assert (swapped.slice.since, swapped.slice.until) == (date(2026, 5, 1), date(2026, 5, 31))
    assert swapped.trouble == "The first day lies after the last one, so the two were exchanged."
    unreadable = choice_from({"from": "31.5.", "until": "2026-05-31"}, today=TODAY)
    assert (unreadable.slice.since, unreadable.slice.until) == (None, date(2026, 5, 31))
    assert unreadable.trouble == "One of the two days could not be read. Write it like 2026-05-31."
    assert unreadable.typed == {"from": "31.5.", "until": "2026-05-31"}


@pytest.mark.parametrize("args", [
    {}, {"period": "365"}, {"period": "all", "channel": "email"}, {"segment": "North", "audience": "employees"},
    {"from": "2026-05-01", "until": "2026-05-31"}, {"audience": "all"},
])
def test_an_address_made_of_a_choice_leads_back_to_it(app, args):
    choice = choice_from(args, today=TODAY)
    again = choice_from(choice.address(), today=TODAY)
    assert (again.slice, again.period) == (choice.slice, choice.period)


def test_only_what_differs_stands_in_the_address(app):
    choice = choice_from({"period": "90", "audience": "customers", "channel": "email"}, today=TODAY)
    assert choice.address() == {"channel": "email"}
    assert choice.address(period="365") == {"period": "365", "channel": "email"}
    own = choice_from({"from": "2026-05-01"}, today=TODAY)
    assert own.address(period="all") == {"period": "all"}


def test_the_choice_in_words(app):
    figure = Figure(customers=1377, comments=2418)

    def said(**args: str) -> str:
        return choice_from(args, today=TODAY).words(figure)

    assert said() == "Last 90 days, 2,418 comments from 1,377 customers"
    assert said(period="365", segment="North") == "Last 12 months, segment: North, 2,418 comments from 1,377 customers"
    assert said(period="all", audience="employees", channel="email") == (
        "From the first day on, channel: E-mail, 2,418 comments from 1,377 colleagues"
    )
    assert choice_from({}, today=TODAY).words(Figure()) == "Last 90 days, no comments"
    with app.test_request_context(), force_locale("de"):
        assert said() == "Letzte 90 Tage, 2.418 Stimmen von 1.377 Kunden"
        assert choice_from({}, today=TODAY).words(Figure(customers=1, comments=1)) == "Letzte 90 Tage, 1 Stimme von 1 Kunden"
        assert grouped(1234567) == "1.234.567"


def test_of_a_part_of_colleagues_voices_no_small_count_is_told(app):
    few, enough = Figure(customers=4, comments=9), Figure(customers=5, comments=9)
    choice = choice_from({"audience": "employees", "segment": "Plant"}, today=TODAY)
    assert choice.words(few) == "Last 90 days, segment: Plant, Colleagues, fewer than five people"
    assert choice.words(enough) == "Last 90 days, segment: Plant, 9 comments from 5 colleagues"
    whole = choice_from({"audience": "employees"}, today=TODAY)
    assert whole.words(few) == "Last 90 days, 9 comments from 4 colleagues"


def test_channels_and_segments_there_are_are_offered(app):
    with work():
        make_item("a", channel="review", segment="South")
        make_item("b", channel="email", segment="north")
        make_item("c", channel="email")
    choice = choice_from({}, today=TODAY, offer=True)
    assert (choice.channels, choice.segments) == (("email", "review"), ("north", "South"))


def test_colleagues_of_a_part_are_shown_from_five_on(app):
    whole, part = choice_from({}, today=TODAY), choice_from({"segment": "North"}, today=TODAY)
    days = choice_from({"from": "2026-05-01"}, today=TODAY)
    assert [shows_colleagues(c, n) for c in (whole, part, days) for n in (4, 5)] == [True, True, False, True, False, True]
