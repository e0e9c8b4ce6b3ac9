"""Digests that are taken several at once: what changed while the first of them went is not said by the others."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from suggestbox.core.database import short_work, work
from suggestbox.mail.asking import asked_together, asking_for_many
from suggestbox.mail.letters import kind
from suggestbox.mail.models import Letter, Notice
from suggestbox.mail.postman import Tally, deliver
from suggestbox.mail.readers import reader_of, speaking_to
from suggestbox.people.directory import directory
from suggestbox.reminders import digest
from suggestbox.reminders.kinds import DIGEST, RUNG
from suggestbox.workflow.operations import move
from tests.cast import Cast
from tests.factories import START, in_review, reviewers, submitted
from tests.mail.outbox import Hand
from tests.mail.telling import later, mail_on
from tests.reminders.diary import digests, reconcile, silence

NOW = later(days=5)


@pytest.fixture
def waiting(app: Flask, cast: Cast, clock):
    """Digests for two reviewers and for Bob, whose first look is late."""
    mail_on()
    with work():
        in_review(cast, now=later(days=-9))
        idea = submitted(cast, now=START)
    silence()
    clock.move_to(NOW)
    reconcile(NOW)
    with work() as session:
        session.execute(sa.delete(Letter).where(Letter.kind != DIGEST))
        session.execute(sa.update(Notice).where(Notice.kind != RUNG).values(read_at=NOW))
        others = sa.update(Letter).where(Letter.person_id != cast.bob.id)
        session.execute(others.values(not_before=NOW - timedelta(hours=1)))  # they go first
    return idea


def sent_with(meanwhile: Callable[[], None]) -> tuple[Tally, Hand]:
    """Let the postman go round; what happens meanwhile happens while the first letter is on its way."""
    hand = Hand()
    hand.meanwhile = lambda _outgoing: meanwhile() if len(hand.seen) == 1 else None
    return deliver(clock=lambda: NOW, carriers={"mail": hand}), hand


def of(person_id: int) -> Letter:
    (letter,) = [letter for letter in digests() if letter.person_id == person_id]
    return letter


def test_a_step_that_is_done_meanwhile_is_not_reminded_of(waiting, cast):
    def assign() -> None:
        with work():
            move(waiting, "assign", actor=cast.bob, now=NOW, reviewers=reviewers((cast.coo, "expert"), (cast.sam, "department")))

    tally, hand = sent_with(assign)
    assert (tally.cancelled, tally.sent) == (1, len(hand.accepted))
    assert of(cast.bob.id).last_answer == "house:no_reason"


def test_what_is_read_on_the_site_meanwhile_is_left_out(waiting, cast):
    def read() -> None:  # as another process does it
        with short_work() as connection:
            connection.execute(sa.update(Notice).where(Notice.person_id == cast.bob.id).values(read_at=NOW))

    tally, _hand = sent_with(read)
    assert (tally.cancelled, of(cast.bob.id).state) == (1, "cancelled")


def test_written_together_they_say_what_each_says_alone(waiting, cast):
    with work():
        book = directory(NOW.date())
        wanted = [(letter, reader) for letter in digests() if (reader := reader_of(book, letter.person_id or 0, NOW))]
        together = kind(DIGEST).compose_many(wanted).texts
        alone = {}
        for letter, reader in wanted:
            with speaking_to(reader):
                alone[letter.id] = kind(DIGEST).compose(letter, reader)
    assert len(together) == len(wanted) > 2
    assert together == alone


def test_digests_written_together_cost_the_same_number_of_statements(waiting, cast, count_queries):
    with work():
        book = directory(NOW.date())
        wanted = [(letter, reader) for letter in digests() if (reader := reader_of(book, letter.person_id or 0, NOW))]
        counts = []
        for many in (wanted[-1:], wanted):
            with count_queries() as queries:
                kind(DIGEST).compose_many(many)
            counts.append(len(queries))
    assert counts[0] == counts[1]


def second_postman(app, monkeypatch, do: Callable[[], None]) -> None:
    """Have something happen, as in another process, after the first digest was written and before it goes."""
    done = []
    inner = digest.text_of_lines

    def written(*args):
        text = inner(*args)
        if not done:
            done.append(True)
            with app.app_context():
                do()
        return text

    monkeypatch.setattr(digest, "text_of_lines", written)


def test_two_digests_written_at_the_same_time_do_not_both_carry_a_reminder(waiting, cast, app, monkeypatch):
    with work() as session:  # the one of yesterday still waits
        today = of(cast.bob.id)
        session.execute(sa.delete(Letter).where(Letter.id != today.id))
        columns = {c.name: getattr(today, c.name) for c in Letter.__table__.columns if c.name != "id"}
        session.execute(sa.insert(Letter).values(columns | {
            "key": "digest:yesterday", "message_id": "<yesterday>", "local_date": NOW.date() - timedelta(days=1),
            "not_before": NOW - timedelta(hours=2)}))
    others = []
    second_postman(app, monkeypatch, lambda: others.append(deliver(clock=lambda: NOW, carriers={"mail": Hand()})))
    tally = deliver(clock=lambda: NOW, carriers={"mail": Hand()})
    assert (others, tally) == ([Tally(sent=1)], Tally(cancelled=1))
    assert sorted((x.state, x.last_answer) for x in digests()) == [("cancelled", "house:no_reason"), ("sent", "250 ok")]


def test_what_is_read_while_it_is_written_is_left_out(waiting, cast, app, monkeypatch):
    with work() as session:
        session.execute(sa.delete(Letter).where(Letter.person_id != cast.bob.id))

    def read() -> None:
        with short_work() as connection:
            connection.execute(sa.update(Notice).where(Notice.person_id == cast.bob.id).values(read_at=NOW))

    second_postman(app, monkeypatch, read)
    hand = Hand()
    assert deliver(clock=lambda: NOW, carriers={"mail": hand}) == Tally(cancelled=1)
    assert hand.accepted == []


def test_what_waits_is_looked_for_along_the_index_of_what_waits(app):
    with work() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("how SQLite is told which index is the small one")
        asked = digest._CARRIED.params(people=[1, 2], dates=[NOW.date()])
        statement = str(asked.compile(session.get_bind(), compile_kwargs={"render_postcompile": True}))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("",) * statement.count("?"))
        assert "ix_notice_uncarried" in str(plan.all())


def test_what_lines_rest_on_is_asked_once_for_all_readers_of_a_kind():
    one, two, other = Notice(id=1, kind="some"), Notice(id=2, kind="some"), Notice(id=3, kind="others")
    asked = []

    def ask(notices):
        asked.append([notice.id for notice in notices])
        return {notice.id for notice in notices}

    with asking_for_many([one, two, other]):
        assert asked_together(ask, [one]) == asked_together(ask, [two]) == {1, 2}
        assert asked_together(ask, [other]) == {3}
    assert asked_together(ask, [two]) == {2}
    assert asked == [[1, 2], [3], [2]]
