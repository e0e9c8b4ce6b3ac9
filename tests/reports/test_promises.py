"""How are we doing: which promise is said to be kept, by what was counted and by what really happened."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.mail.models import Letter
from suggestbox.people.models import Person
from suggestbox.reports.promises import promises, stand_of
from suggestbox.reviews.models import Assignment
from tests.cast import Cast, newcomer
from tests.conftest import Client
from tests.factories import closed
from tests.reports.kept import write_report

SignIn = Callable[[Any], Client]


def text_of(page: str) -> str:
    """The words of the page's main part in one line."""
    main = page[page.index('<main id="main"'):page.index("</main>")]
    words = re.sub(r"<(title|desc)[^>]*>.*?</\1>", " ", main, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words)).replace("\xa0", " ")


@pytest.fixture
def reader(cast: Cast, clock: Any) -> Person:
    """Somebody without any role who reads English."""
    with work():
        return newcomer(cast.home, "Hana", cast.it, language="en")


def keep_promises(late: int, owed: int, replaced: int | str = 0) -> None:
    """Keep flow and closings of the third quarter: so many overdue steps, talks still owed, and talks replaced.

    Takes   replaced: or why neither that nor what is owed is shown
    """
    now = utc_now() - timedelta(days=20)
    with work():
        write_report("flow", "2026-Q3", {
            ("open_steps", "all", "all"): {"numerator": late, "denominator": 40, "value": late / 40 * 100,
                                           "more": {"oldest_days": 34}},
            ("first_answer", "all", "all"): {"denominator": 9, "value": 2.5},
        }, now=now)
        write_report("closings", "2026-Q3", {
            ("conversation_rate", "all", "all"): (18, 20), ("on_time", "all", "all"): (15, 20),
            ("talks_open", "all", "all"): replaced if isinstance(replaced, str) else
                {"numerator": owed, "denominator": 20, "value": float(owed)},
            ("talks_instead", "all", "all"): replaced if isinstance(replaced, str) else
                {"numerator": replaced, "denominator": 20, "value": float(replaced)},
            ("comprehensibility", "all", "all"): "small",
        }, now=now)


def told_on(today: Any) -> dict[str, Any]:
    return {promise.key: promise for promise in promises(stand_of(today, utc_now()), today).promises}


def state_of(today: Any) -> dict[str, str]:
    return {key: promise.state for key, promise in told_on(today).items()}


def test_a_promise_that_was_broken_is_said_to_be(cast: Cast, reader: Person, client_as: SignIn) -> None:
    keep_promises(late=3, owed=1, replaced=5)
    said = text_of(client_as(reader).get("/how-are-we-doing").text)
    assert "Not always kept 3 of 40 open next steps were overdue The one that waited longest had been open for 34 working days." in said
    assert "18 of 20 talks that were due took place 75.0% of the talks due took place within the deadline. 1 talk is still owed. " \
        "5 submitters did not want a talk" in said
    assert "can follow how their idea was treated" not in said  # too few answers: left out, not guessed


def test_where_few_talks_were_replaced_nobody_is_told_of_them(cast: Cast, reader: Person, client_as: SignIn) -> None:
    keep_promises(late=0, owed=0, replaced="small")
    said = text_of(client_as(reader).get("/how-are-we-doing").text)
    assert "18 of 20 talks that were due took place" in said and "did not want a talk" not in said
    assert "For the others it is not said whether they are still owed or something else took their place" in said
    assert state_of(utc_now().date())["the_talk"] == "unsaid"


def test_promises_are_kept_where_nothing_is_late_owed_lost_or_decided_alone(cast: Cast, reader: Person) -> None:
    keep_promises(late=0, owed=0)
    with work():
        write_report("participation", "2026-Q3", {("ideas", "all", "all"): 9, ("ideas", "site", "1"): "small"}, now=utc_now())
    assert state_of(utc_now().date()) == {
        "no_black_hole": "kept", "never_one_person": "unknown", "the_talk": "kept", "nothing_lost": "unknown",
        "nobody_reads_along": "kept",
    }


def test_decisions_and_letters_of_the_period_are_counted_where_they_happened(cast: Cast, clock: Any) -> None:
    with work():
        closed(cast, now=datetime(2026, 8, 3, 8, 0, tzinfo=UTC))
    keep_promises(late=0, owed=0)
    found = told_on(utc_now().date())
    assert (found["never_one_person"].big, found["never_one_person"].state) == ("1", "kept")
    assert found["nothing_lost"].state == "unknown"
    in_august, in_october = datetime(2026, 8, 4, 8, 0, tzinfo=UTC), datetime(2026, 10, 4, 8, 0, tzinfo=UTC)
    with work():
        letters = [Letter(key=f"k{n}", kind="digest", message_id=f"<{n}@x>", not_before=at, created_at=at, state="sent", done_at=at)
                   for n, at in enumerate((in_august, in_august, in_october))]
        db.session.add_all(letters)
    clock.shift(timedelta(minutes=2))  # counted a moment ago at most
    found = told_on(utc_now().date())
    assert (found["nothing_lost"].big, found["nothing_lost"].state) == ("2", "kept")
    with work():
        letters[0].maybe = True
        one = db.session.query(Assignment).filter(Assignment.state == "answered").order_by(Assignment.id).all()[0]
        db.session.query(Assignment).filter(Assignment.id != one.id).update({"state": "thanked"})
    clock.shift(timedelta(minutes=2))
    assert state_of(utc_now().date()) == {
        "no_black_hole": "kept", "never_one_person": "broken", "the_talk": "kept", "nothing_lost": "broken",
        "nobody_reads_along": "unknown",
    }
