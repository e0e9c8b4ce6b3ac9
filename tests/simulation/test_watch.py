"""The watch sees what is broken by hand: each rule once held and once broken."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.conversations.models import Record
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.journal import operations as journal
from suggestbox.mail.models import Letter
from suggestbox.reviews.models import Score
from suggestbox.simulation.post import Accepted
from suggestbox.simulation.watch import Watch
from suggestbox.steps.models import Step
from tests import factories as f

BEFORE = f.START - timedelta(days=1)
DIGEST = "reminders.digest"


def look(*accepted: Accepted, now: datetime, told: list | None = None) -> Watch:
    """Let a new watch look at everything that happened since before the first idea."""
    watch = Watch(since=BEFORE)
    with db.engine.connect() as connection:
        watch.look(connection, now=now, today=now.date(), accepted=list(accepted), told=told or [], server_was_well=True)
    return watch


def broken(watch: Watch) -> dict[str, int]:
    return {name: count for name, count in watch.violations().items() if count}


def a_digest(cast, moment: datetime, number: int, **columns) -> Accepted:
    """Put a digest for ann into the outbox as sent, and give it as the mail server took it."""
    values = {
        "key": f"d{number}", "kind": DIGEST, "person_id": cast.ann.id, "message_id": f"<{number}@x>", "state": "sent",
        "not_before": moment, "created_at": moment, "done_at": moment, **columns,
    }
    with work() as session:
        session.add(Letter(**values))
    return Accepted(moment, cast.ann.email, values["message_id"], "Guten Morgen", ())


MORNING = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
"""A Thursday; ann's site works from eight to five."""


def test_an_idea_without_a_next_step(app, cast):
    with work():
        idea = f.submitted(cast)
    assert broken(look(now=f.START)).keys() <= {"mail_lost"}
    with work() as session:
        session.execute(sa.delete(Step).where(Step.idea_id == idea.id))
    found = broken(look(now=f.START))
    assert (found["ideas_without_next_step"], found["submitter_sees_no_step_or_date"]) == (1, 1)


def test_a_decision_somebody_did_not_answer_every_question_for(app, cast):
    with work():
        f.conversation(cast)
    now = f.START + timedelta(days=3)
    assert "decided_without_quorum" not in broken(look(now=now))
    with work() as session:
        session.delete(session.scalars(sa.select(Score).order_by(Score.id)).first())
    watch = look(now=now)
    assert broken(watch)["decided_without_quorum"] == 1
    assert watch.promises()["never_one_person"] is False


def test_a_closing_without_a_record_of_the_talk(app, cast):
    with work():
        f.closed(cast)
    now = f.START + timedelta(days=20)
    assert "closed_without_conversation" not in broken(look(now=now))
    with work() as session:
        session.execute(sa.delete(Record))
    watch = look(now=now)
    assert broken(watch)["closed_without_conversation"] == 1
    assert watch.promises()["no_closing_without_talk"] is False


def test_work_somebody_was_told_is_saved(app, cast):
    with work():
        idea = f.submitted(cast)
    now = f.START
    assert "work_lost" not in broken(look(now=now, told=[("idea", idea.id)]))
    assert broken(look(now=now, told=[("idea", idea.id + 1), ("review", 99)]))["work_lost"] == 2
    with work() as session:
        session.execute(sa.update(Idea).values(number="2026-0009"))
        session.execute(sa.text("UPDATE year_counter SET last = 9"))
    assert broken(look(now=now))["work_lost"] == 1


def test_two_digests_on_one_day(app, cast):
    first, second = a_digest(cast, MORNING, 1), a_digest(cast, MORNING + timedelta(hours=2), 2)
    assert broken(look(first, second, now=MORNING + timedelta(hours=8))) == {"second_digest_in_a_day": 1}
    later = a_digest(cast, MORNING + timedelta(days=1), 3)
    assert broken(look(first, later, now=MORNING + timedelta(days=1, hours=8))) == {"mail_lost": 1}  # the second one


@pytest.mark.parametrize("moment", [datetime(2026, 11, 5, 5, 0, tzinfo=UTC), datetime(2026, 11, 7, 10, 0, tzinfo=UTC)])
def test_a_letter_outside_working_hours(app, cast, moment):
    assert broken(look(a_digest(cast, moment, 1), now=moment + timedelta(hours=9))) == {"mail_outside_working_hours": 1}


def test_a_letter_twice(app, cast):
    once = a_digest(cast, MORNING, 1)
    assert broken(look(once, now=MORNING + timedelta(hours=8))) == {}
    assert broken(look(once, once, now=MORNING + timedelta(hours=8))) == {"mail_twice_unmarked": 1}
    with work() as session:
        session.execute(sa.update(Letter).values(maybe=True))
    assert broken(look(once, once, now=MORNING + timedelta(hours=8))) == {}


def test_a_letter_that_never_arrived_or_waits_for_nothing(app, cast):
    now = MORNING + timedelta(hours=8)
    a_digest(cast, MORNING, 1)
    a_digest(cast, MORNING, 2, state="queued", done_at=None)
    a_digest(cast, MORNING, 3, state="sending", done_at=None, lease_until=MORNING)
    assert broken(look(now=now)) == {"mail_lost": 3}


def test_a_letter_to_somebody_who_left(app, cast):
    taken = a_digest(cast, MORNING, 1)
    with work():
        cast.ann.left_on, cast.ann.active = date(2026, 11, 2), False
    assert broken(look(taken, now=MORNING + timedelta(hours=8)))["mail_to_people_who_left"] == 1


def test_a_step_nobody_was_reminded_of(app, cast):
    with work():
        f.submitted(cast)
    now = f.START + timedelta(days=14)
    assert broken(look(now=now))["overdue_and_nobody_reminded"] == 1
    with work() as session:  # it rested until somebody had looked at the new text
        idea = session.scalars(sa.select(Idea)).one()
        journal.write("reconsider", now=now - timedelta(hours=4), actor_id=cast.rex.id, idea_id=idea.id)
    assert "overdue_and_nobody_reminded" not in broken(look(now=now))


def test_the_name_of_a_confidential_submitter_and_an_early_verdict(app, cast):
    with work():
        idea = f.submitted(cast, confidential=True)
    about = {"kind": "workflow.handed_over", "person_id": cast.cat.id, "idea_id": idea.id}
    taken = a_digest(cast, MORNING, 1, **about)
    silent = Accepted(MORNING, cast.cat.email, taken.message_id, "Eine Idee", ())
    spoken = Accepted(MORNING, cast.cat.email, taken.message_id, f"Eine Idee von {cast.ann.name}", ())
    now = MORNING + timedelta(hours=8)
    assert "read_what_may_not_be_read" not in broken(look(silent, now=now))
    watch = look(spoken, now=now)
    assert broken(watch)["read_what_may_not_be_read"] == 1
    assert watch.promises()["nobody_reads_more"] is False
