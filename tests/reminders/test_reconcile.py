"""The reconciler: nothing doubled, nothing dropped, one digest a day, and nobody reminded of what is done."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from suggestbox.core.database import db, work
from suggestbox.mail.models import Hook, Letter, Notice
from suggestbox.mail.postman import deliver as deliver_all
from suggestbox.people.models import ClosingDay
from suggestbox.reminders.kinds import DIGEST, RUNG
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import move
from tests import factories
from tests.cast import Cast
from tests.factories import START, in_review, submitted
from tests.mail.outbox import Hand
from tests.mail.telling import mail_on
from tests.reminders.diary import (
    away,
    deliver,
    digests,
    mornings,
    reconcile,
    rungs,
    silence,
    stands_in,
    told_by_day,
)

EMPTY: list[str] = []


@pytest.fixture(autouse=True)
def _mail(app: Flask) -> None:
    mail_on()


def test_a_first_look_nobody_takes_climbs_the_ladder(cast: Cast, clock):
    with work():
        submitted(cast)
        stands_in(cast.eve, cast.bob)
    silence()
    told = told_by_day(mornings(45), clock)
    assert {day.isoformat(): found for day, found in told.items()} == {
        "2026-11-05": ["heads_up -> bob"],
        "2026-11-09": ["due -> bob"],
        "2026-11-12": ["deputy (deputy) -> eve", "deputy -> bob"],
        "2026-11-16": ["head (head) -> cat"],
        "2026-11-23": ["idea_manager (idea_manager) -> ida"],
        "2026-12-07": ["leadership (leadership) -> lea"],
        "2026-12-14": ["again 1 (leadership) -> lea", "again 1 -> bob", "again 1 (idea_manager) -> ida"],
    }


def test_run_twice_nothing_is_new(cast: Cast, clock):
    with work():
        in_review(cast)
    for now in mornings(50):
        clock.move_to(now)
        reconcile(now)
        before = (rungs(), [letter.key for letter in digests()])
        reconcile(now + timedelta(minutes=5))
        assert (rungs(), [letter.key for letter in digests()]) == before


def test_three_days_of_silence_give_one_reminder_not_three(cast: Cast, clock):
    with work():
        submitted(cast)
    silence()
    late = START + timedelta(days=13)  # heads-up, due, owner and head have come meanwhile
    clock.move_to(late)
    reconcile(late)
    assert rungs() == ["deputy -> bob", "head (head) -> cat"]


def test_portions_see_every_step(cast: Cast, clock):
    with work():
        for _n in range(5):
            submitted(cast)
    silence()
    now = START + timedelta(days=5)
    clock.move_to(now)
    reconcile(now, limit=2)
    assert rungs() == ["due -> bob"] * 5


def test_a_moved_date_starts_the_ladder_anew(cast: Cast, clock):
    with work():
        idea = submitted(cast)
    silence()
    due = START + timedelta(days=5)
    clock.move_to(due)
    reconcile(due)
    with work():
        step = factories.step(idea, "triage")
        move(idea, "move_due", actor=cast.bob, now=due, step_id=step.id, due_on=date(2026, 11, 20), reason="I am ill.")
    assert deliver(due) == []  # the letter's only reminder was of the old date
    told = told_by_day([due + timedelta(days=n) for n in range(12)], clock)
    assert {day.isoformat(): found for day, found in told.items()} == {
        "2026-11-18": ["heads_up -> bob"], "2026-11-20": ["due -> bob"],
    }


def test_clocks_rest_while_a_question_waits(cast: Cast, clock):
    with work():
        idea = in_review(cast)
        move(idea, "ask", actor=cast.rex, now=START + timedelta(hours=2), text="Which printer?")
    silence()
    told = told_by_day(mornings(13), clock)
    assert [found for found in told.values()] == [["heads_up -> ria", "heads_up -> submitter"]]


def test_what_was_done_before_it_went_out_is_not_sent(cast: Cast, clock):
    with work():
        idea = submitted(cast)
    silence()
    due = START + timedelta(days=5)
    clock.move_to(due)
    assert reconcile(due) == 1
    with work():
        move(idea, "assign", actor=cast.bob, now=due, reviewers=factories.reviewers(
            (cast.rex, "expert"), (cast.ria, "department")))
        db.session.execute(sa.update(Notice).where(Notice.kind != RUNG).values(read_at=due))
    deliver(due)
    assert [letter.state for letter in digests() if letter.person_id == cast.bob.id] == ["cancelled"]
    assert db.session.scalars(sa.select(Notice.letter_id).where(Notice.kind == RUNG)).all() == [None]


def test_what_was_read_on_the_site_is_left_out(cast: Cast, clock):
    with work():
        submitted(cast)
        submitted(cast)
    silence()
    due = START + timedelta(days=5)
    clock.move_to(due)
    reconcile(due)
    with work():
        first = db.session.scalars(sa.select(Notice).order_by(Notice.id)).first()
        first.read_at = due
    ((letter, text),) = deliver(due)
    assert [line.idea.split()[0] for line in text.lines] == ["2026-0002"]
    assert db.session.scalars(sa.select(Notice.letter_id).order_by(Notice.id)).all() == [None, letter.id]


def test_a_second_try_takes_the_same_along(cast: Cast, clock):
    with work():
        submitted(cast)
    silence()
    due = START + timedelta(days=5)
    clock.move_to(due)
    reconcile(due)
    ((letter, first),) = deliver(due)
    with work():
        letter = db.session.get(Letter, letter.id)
        letter.state, letter.done_at = "queued", None
    ((_letter, second),) = deliver(due)
    assert second == first


def test_a_night_shift_gets_its_digest_at_night(cast: Cast, clock):
    with work():
        cast.bob.works_from, cast.bob.works_until = "22:00", "06:00"
        submitted(cast)
    silence()
    noon = datetime(2026, 11, 9, 11, 0, tzinfo=UTC)
    clock.move_to(noon)
    reconcile(noon)
    assert [(letter.local_date, letter.not_before) for letter in digests()] == [
        (date(2026, 11, 9), datetime(2026, 11, 9, 21, 0, tzinfo=UTC))]


def test_absent_people_get_theirs_when_they_are_back(cast: Cast, clock):
    with work():
        idea = in_review(cast)
        move(idea, "ask", actor=cast.rex, now=START + timedelta(hours=2), text="Which printer?")
        away(cast.ann, date(2026, 11, 10), date(2026, 11, 20))
    silence()
    got = []
    for now in mornings(22):
        clock.move_to(now)
        reconcile(now)
        got += [(now.date(), text.subject) for letter, text in deliver(now) if letter.person_id == cast.ann.id]
    assert got == [(date(2026, 11, 23), "Überfällig: Eine Frage wartet auf Ihre Antwort")]


def test_a_closing_day_of_the_reader_waits(cast: Cast, clock):
    with work():
        submitted(cast)
        db.session.add(ClosingDay(site_id=cast.abroad.id, on=date(2026, 11, 9)))
        cast.bob.site_id = cast.abroad.id
    silence()
    found = []
    for day in (9, 10):
        now = datetime(2026, 11, day, 10, tzinfo=UTC)
        clock.move_to(now)
        found.append(reconcile(now))
    assert (found, [letter.local_date for letter in digests()]) == ([0, 1], [date(2026, 11, 10)])


def test_without_mail_nothing_is_written_but_the_inbox_is_kept(cast: Cast, clock, app: Flask):
    app.config["DEPLOYMENT"] = app.config["DEPLOYMENT"].model_copy(update={"smtp_host": ""})
    with work():
        submitted(cast)
    silence()
    now = START + timedelta(days=5)
    clock.move_to(now)
    assert (reconcile(now), rungs()) == (0, ["due -> bob"])


def test_without_a_mailbox_paper_and_a_colleague(cast: Cast, clock):
    with work():
        idea = in_review(cast)
        cast.ria.email, cast.ria.personnel_no = None, "4711"
    silence()
    now = START + timedelta(days=14)
    clock.move_to(now)
    reconcile(now)
    assert sorted(rungs(idea)) == ["due (relay) -> pia", "due -> rex", "due -> ria"]
    assert {letter.channel for letter in digests() if letter.person_id == cast.ria.id} == {"print"}
    texts = {letter.person_id: text for letter, text in deliver(now)}
    assert [line.text for line in texts[cast.pia.id].lines] == [
        "Bitte sagen Sie Frau Richter Bescheid (kein Postfach): die Einschätzung wartet"]


def test_teams_and_mail_say_the_same(cast: Cast, clock):
    with work():
        submitted(cast)
        db.session.add(Hook(person_id=cast.bob.id, kind="teams", url="https://example.com", created_at=START))
    silence()
    now = START + timedelta(days=5)
    clock.move_to(now)
    reconcile(now)
    (first, one), (second, other) = deliver(now)
    assert {first.channel, second.channel} == {"mail", "teams"}
    assert one == other


def test_a_confidential_submitter_is_named_by_no_letter(cast: Cast, clock):
    with work():
        idea = in_review(cast, confidential=True)
        move(idea, "ask", actor=cast.rex, now=START + timedelta(hours=2), text="Which printer?")
    silence()
    now = START + timedelta(days=14)
    clock.move_to(now)
    reconcile(now)
    mine = [(letter, text) for letter, text in deliver(now) if letter.person_id == cast.ann.id]
    ((letter, text),) = mine
    assert [line.text for line in text.lines] == ["Eine Frage wartet auf Ihre Antwort."]
    notice = db.session.scalars(sa.select(Notice).where(Notice.submitter_id.is_not(None))).one()
    assert (notice.letter_id, notice.person_id, notice.waits) == (None, None, False)
    with work():  # a second try, after a lost connection
        again = db.session.get(Letter, letter.id)
        again.state, again.done_at = "queued", None
    assert [t.lines for got, t in deliver(now) if got.id == letter.id] == [text.lines]
    assert reconcile(now + timedelta(hours=1)) == 0


def test_a_webhook_says_nothing_of_a_confidential_submitter(cast: Cast, clock):
    with work():
        idea = in_review(cast, confidential=True)
        move(idea, "ask", actor=cast.rex, now=START + timedelta(hours=2), text="Which printer?")
        db.session.add(Hook(person_id=cast.ann.id, kind="teams", url="https://example.com", created_at=START))
    silence()
    now = START + timedelta(days=14)
    clock.move_to(now)
    reconcile(now)
    deliver(now)
    assert {letter.channel: letter.state for letter in digests() if letter.person_id == cast.ann.id} == {"mail": "sent"}


def test_two_submitters_of_one_idea_are_one_line_for_who_is_only_told(cast: Cast, clock):
    with work():
        idea = factories.conversation(cast, cast.ann, cast.eve)
    silence()
    now = START + timedelta(days=30)
    clock.move_to(now)
    reconcile(now)
    told = next(text for letter, text in deliver(now) if letter.person_id == cast.ida.id)
    assert [(line.idea, line.others) for line in told.lines] == [(f"{idea.number} {idea.title}", True)]


def test_who_may_not_read_the_idea_is_told_without_its_name(cast: Cast, clock):
    """Before the first look only submitters, coordinator and idea management read an idea; the head may help anyway."""
    with work():
        submitted(cast)
    silence()
    now = START + timedelta(days=12)
    clock.move_to(now)
    reconcile(now)
    head = next(text for letter, text in deliver(now) if letter.person_id == cast.cat.id)
    assert [(line.text, line.idea, line.url, line.others) for line in head.lines] == [
        ("Der erste Blick wartet seit 5 Arbeitstagen bei Herrn Brandt. Vielleicht können Sie helfen.", "", "/steps", True)]


def test_the_postman_carries_it_and_asks_once_more_whether_it_holds(cast: Cast, clock):
    """The real postman, with a carrier of the tests: one digest goes out, one has lost its reason meanwhile."""
    with work():
        idea = submitted(cast)
        in_review(cast, now=START - timedelta(days=9))
    silence()
    now = START + timedelta(days=5)
    clock.move_to(now)
    reconcile(now)
    with work():
        move(idea, "assign", actor=cast.bob, now=now, reviewers=factories.reviewers(
            (cast.coo, "expert"), (cast.sam, "department")))
        db.session.execute(sa.update(Notice).where(Notice.kind != RUNG).values(read_at=now))
        db.session.execute(sa.delete(Letter).where(Letter.kind != DIGEST))
    carrier = Hand()
    tally = deliver_all(clock=lambda: now, carriers={"mail": carrier})
    assert (tally.sent, tally.cancelled) == (len(carrier.accepted), 1)
    assert {letter.person_id for letter in digests() if letter.state == "cancelled"} == {cast.bob.id}
    assert all(b"Auto-Submitted: auto-generated" in outgoing.message for outgoing in carrier.accepted)


def test_the_day_is_that_of_the_owners_site(cast: Cast, clock):
    """Due on the 9th: in Auckland that begins on the 8th at eleven in UTC, in Los Angeles on the 9th at eight."""
    with work():
        cast.home.time_zone, cast.abroad.time_zone = "Pacific/Auckland", "America/Los_Angeles"
        submitted(cast)
        far = submitted(cast, department_id=cast.it.id)
        db.session.execute(sa.update(Step).values(due_on=date(2026, 11, 9)))
    silence()
    found = []
    for moment in (datetime(2026, 11, 8, 10, 55, tzinfo=UTC), datetime(2026, 11, 8, 11, 5, tzinfo=UTC),
                   datetime(2026, 11, 9, 7, 55, tzinfo=UTC), datetime(2026, 11, 9, 8, 5, tzinfo=UTC)):
        clock.move_to(moment)
        reconcile(moment)
        found.append((sum(r.startswith("due") for r in rungs()), sum(r.startswith("due") for r in rungs(far))))
    assert found == [(0, 0), (1, 0), (1, 0), (2, 1)]
