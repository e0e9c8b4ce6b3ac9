"""The dates the law sets for inventions and for the reporting channel, and who is shown them."""

from datetime import date

import pytest

from suggestbox.core.clock import months_later, utc_now
from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.mail.models import Notice
from suggestbox.mail.readers import reader_of, speaking_to
from suggestbox.people.queries import here
from suggestbox.rules.clocks import clocks_of
from suggestbox.workflow.idea_letters import entrusted
from tests import factories as f

pytestmark = pytest.mark.either


@pytest.mark.parametrize(("day", "months", "found"), [
    ((2026, 10, 31), 4, (2027, 2, 28)), ((2027, 10, 31), 4, (2028, 2, 29)), ((2026, 11, 4), 4, (2027, 3, 4)),
    ((2026, 12, 31), 2, (2027, 2, 28)), ((2026, 1, 31), 12, (2027, 1, 31)), ((2026, 8, 31), 4, (2026, 12, 31)),
])
def test_months_end_as_the_law_counts_them(day, months, found):
    assert months_later(date(*day), months) == date(*found)


def handed_over(cast, clock, kind: str):
    """An idea of 4 November, handed over to rex twelve days later."""
    with work():
        idea = f.submitted(cast, now=utc_now())
    clock.shift(12 * 24 * 3600)
    with work():
        return f.move(idea, "hand_over", actor=cast.ida, now=utc_now(), kind=kind, office_id=cast.rex.id, reason="Not here.")


def test_an_invention_counts_from_the_hand_in(clock, cast):
    idea = handed_over(cast, clock, "invention")
    assert [(c.key, c.since, c.until) for c in clocks_of(idea)] == [
        ("complete", date(2026, 11, 4), date(2027, 1, 4)), ("claim", date(2026, 11, 4), date(2027, 3, 4))]
    with work():
        set_rule("rules.invention_claim_months", 6, now=utc_now())
    assert clocks_of(idea)[1].until == date(2027, 5, 4)


def test_the_reporting_channel_counts_from_the_hand_over(clock, cast):
    idea = handed_over(cast, clock, "reporting")
    assert [(c.key, c.since, c.until) for c in clocks_of(idea)] == [
        ("receipt", date(2026, 11, 16), date(2026, 11, 23)), ("answer", date(2026, 11, 16), date(2027, 2, 16))]


def test_other_matters_have_no_dates_and_none_are_left_when_it_comes_back(clock, cast):
    idea = handed_over(cast, clock, "safety")
    assert clocks_of(idea) == []
    with work():
        f.move(idea, "not_ours", actor=cast.rex, now=utc_now(), reason="Not ours.")
    assert clocks_of(idea) == []


def test_the_letter_to_the_office_names_the_dates(clock, cast):
    handed_over(cast, clock, "reporting")
    notice = db.session.query(Notice).filter_by(kind="workflow.entrusted").one()
    reader = reader_of(here(), cast.rex.id, utc_now())
    with speaking_to(reader):
        text = entrusted(notice, reader)
    assert text.paragraphs[3:] == (
        "Confirm that the report arrived: until Monday, 23 November 2026 (HinSchG, section 17 (1)).",
        "Say to whoever handed it in what became of it, and why: until Tuesday, 16 February 2027 (HinSchG, section 17 (2)).",
    )


def test_only_the_office_in_charge_and_the_idea_management_see_the_dates(clock, cast, client_as):
    number = handed_over(cast, clock, "invention").number
    seen = {}
    for name, person in cast.people().items():
        browser = client_as(person)
        page, listed = browser.get(f"/ideas/{number}"), browser.get("/rules/clocks")
        seen[name] = ('id="dates"' in page.text, f"/ideas/{number}" in listed.text)
    assert {name for name, what in seen.items() if what != (False, False)} == {"rex", "ida", "ivo"}
    assert {seen[name] for name in ("rex", "ida", "ivo")} == {(True, True)}
