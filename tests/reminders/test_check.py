"""The self-check of reminders: each fault, made by hand in the database, is named; without one it finds nothing."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.mail.models import Letter, LetterAttempt, Notice
from suggestbox.people.directory import read_directory
from suggestbox.reminders.check import findings
from suggestbox.reminders.kinds import RUNG
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import move
from tests import factories
from tests.cast import Cast
from tests.factories import START, in_review, submitted
from tests.mail.telling import mail_on
from tests.reminders.diary import deliver, mornings, reconcile

LAST = START + timedelta(days=16)


@pytest.fixture
def kept(cast: Cast, clock: Any) -> Cast:
    """A house in which everybody was reminded for two weeks."""
    mail_on()
    with work():
        cast.late = submitted(cast)  # type: ignore[attr-defined]
        in_review(cast)
        asked = in_review(cast, cast.eve, confidential=True)
        move(asked, "ask", actor=cast.rex, now=START + timedelta(hours=2), text="Which printer?")
        cast.done = submitted(cast)  # type: ignore[attr-defined]
    for now in mornings(17):
        clock.move_to(now)
        reconcile(now)
        for letter, _text in deliver(now):
            with work():
                db.session.add(LetterAttempt(letter_id=letter.id, n=1, token="t", started_at=now, ended_at=now, result="sent"))
        if now == START + timedelta(days=6):
            with work():
                move(cast.done, "assign", actor=cast.bob, now=now + timedelta(hours=1),  # type: ignore[attr-defined]
                     reviewers=factories.reviewers((cast.rex, "expert"), (cast.ria, "department")))
    assert found() == []
    return cast


def found() -> list[tuple[str, str]]:
    """Give (promise, text) of everything found."""
    return [(finding.promise, finding.text) for finding in findings(read_directory(0, LAST.date()))]


def break_(*statements: Any) -> None:
    """Do something by hand that no code does."""
    with work():
        for statement in statements:
            db.session.execute(statement)


def test_a_step_of_which_nobody_was_told(kept: Cast):
    step = factories.step(kept.late, "triage")  # type: ignore[attr-defined]
    break_(sa.delete(Notice).where(Notice.step_id == step.id))
    assert found() == [("nothing_lost", "A next step is long due, and nobody was reminded (triage).")]


def test_reminders_of_an_old_date_do_not_count(kept: Cast):
    step = factories.step(kept.late, "triage")  # type: ignore[attr-defined]
    break_(sa.update(Step).where(Step.id == step.id).values(due_on=step.due_on + timedelta(days=1)))
    assert found() == [("nothing_lost", "A next step is long due, and nobody was reminded (triage).")]


def test_a_house_without_reminders_yet_is_not_at_fault(kept: Cast):
    break_(sa.delete(Notice))
    assert found() == []


def test_a_letter_sent_twice(kept: Cast):
    letter = db.session.scalars(sa.select(Letter).where(Letter.state == "sent")).first()
    assert letter is not None
    break_(sa.insert(LetterAttempt).values(letter_id=letter.id, n=2, token="t", started_at=LAST, result="sent"))
    assert ("nothing_lost", f"A letter was sent twice ({letter.id}).") in found()


def test_two_digests_on_one_day(kept: Cast):
    letters = list(db.session.scalars(
        sa.select(Letter).where(Letter.kind == "reminders.digest", Letter.person_id == kept.bob.id).order_by(Letter.id)))
    moment = letters[0].done_at
    break_(sa.update(Letter).where(Letter.id == letters[1].id).values(done_at=moment))
    day = moment.date().isoformat() if moment else ""
    assert found() == [("nothing_lost", f"Somebody ({kept.bob.id}) got 2 summaries on {day}.")]


def test_a_reminder_after_the_step_was_done(kept: Cast):
    late = db.session.scalars(
        sa.select(Notice).join(Step, Step.id == Notice.step_id)
        .where(Notice.kind == RUNG, Step.outcome == "done", Step.idea_id == kept.done.id)).first()  # type: ignore[attr-defined]
    assert late is not None
    break_(sa.update(Notice).where(Notice.id == late.id).values(at=LAST))
    assert found() == [("nothing_lost", "Somebody was reminded of a step that was done (triage).")]


def test_a_letter_that_names_a_confidential_submitter(kept: Cast):
    letter = db.session.scalars(sa.select(Letter.id).where(Letter.person_id == kept.eve.id)).first()
    break_(sa.update(Notice).where(Notice.submitter_id.is_not(None), Notice.kind == RUNG).values(letter_id=letter))
    assert found() == [("nobody_reads_more", "A letter names a confidential submitter.")]


def test_it_is_part_of_the_self_check(kept: Cast, tmp_path: Any):
    from suggestbox.workflow.check import check

    step = factories.step(kept.late, "triage")  # type: ignore[attr-defined]
    break_(sa.delete(Notice).where(Notice.step_id == step.id))
    texts = [finding.text for finding in check(read_directory(0, LAST.date()), tmp_path)]
    assert texts == ["A next step is long due, and nobody was reminded (triage)."]
    assert db.session.get(Idea, step.idea_id) is not None
