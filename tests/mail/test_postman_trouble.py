"""The postman when something goes wrong: servers that do not take a letter, answers that are lost, workers that die."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, short_work, work
from suggestbox.core.settings import set_rule
from suggestbox.mail.answers import spoken
from suggestbox.mail.carrier import Answer
from suggestbox.mail.claiming import LEASE
from suggestbox.mail.models import Letter
from suggestbox.mail.operations import tell
from suggestbox.mail.postman import Tally, deliver
from tests import factories as f
from tests.conftest import NOON
from tests.mail.outbox import (
    BUSY,
    DOWN,
    LOST,
    MINUTE,
    NO,
    POISON,
    Clock,
    Hand,
    at,
    letters,
    notices,
    only,
    round_at,
    states,
    tries,
    write_to,
)
from tests.mail.servers import MailServer

# -- not accepted ----------------------------------------------------------------------------------------------------


def test_a_server_that_is_busy_is_asked_again_later_and_later(mail_on, cast):
    write_to(cast.ann, now=NOON)
    hand = Hand([BUSY] * 4)
    moments = []
    now = NOON
    for _turn in range(5):
        round_at(now, hand)
        moments.append((now - NOON) // MINUTE)
        now = only().not_before
    assert (moments, only().state) == ([0, 1, 3, 7, 15], "sent")
    assert [result for _n, result, _words in tries(only())] == ["queued"] * 4 + ["sent"]


def test_after_three_days_it_is_given_up_and_admins_are_told(mail_on, cast):
    with work():
        cast.ann.works_from, cast.ann.works_until, cast.ann.working_weekdays = "00:00", "23:59", "0123456"
    write_to(cast.ann, now=NOON)
    hand = Hand([BUSY] * 50)
    now = NOON
    while only().state == "queued":
        round_at(now, hand)
        now = max(now + timedelta(seconds=1), only().not_before)
    letter = only()
    assert letter.state == "failed" and timedelta(days=3) <= letter.done_at - NOON < timedelta(days=3, hours=7)
    assert letter.last_answer == "house:gave_up 451 4.3.0 later"
    assert 10 <= letter.attempts <= 25
    assert [(n.person_id, n.facts, n.waits) for n in notices("mail.trouble")] == [(cast.dot.id, {"letter": letter.id}, True)]


def test_a_machine_that_stood_still_for_days_has_not_tried_for_days(mail_on, cast):
    write_to(cast.ann, now=NOON)
    hand = Hand([BUSY, BUSY])
    round_at(NOON, hand)
    assert round_at(NOON + timedelta(days=7), hand) == Tally(put_off=1)
    assert round_at(NOON + timedelta(days=7, minutes=2), hand) == Tally(sent=1)


def test_three_days_of_downtime(mail_on, cast):
    write_to(cast.ann, cast.bob, now=NOON, each=3)
    hand = Hand()
    assert round_at(at(2026, 11, 9, 12), hand) == Tally(sent=6)  # the Monday after
    assert round_at(at(2026, 11, 9, 13), hand) == Tally()


def test_a_refused_recipient_fails_alone(mail_on, cast):
    write_to(cast.ann, cast.bob, now=NOON)
    hand = Hand([NO])
    assert round_at(NOON, hand) == Tally(failed=1, sent=1)
    assert [(x.state, x.last_answer) for x in letters()] == [("failed", NO.words), ("sent", "250 ok")]
    assert [n.key for n in notices("mail.trouble")] == [f"mail.trouble:{letters()[0].id}:{cast.dot.id}"]


def test_an_unreachable_server_stops_the_round_and_nothing_is_lost(mail_on, cast):
    write_to(cast.ann, cast.bob, cast.cat, now=NOON)
    hand = Hand([DOWN])
    assert round_at(NOON, hand) == Tally(put_off=1)
    assert [x.attempts for x in letters()] == [1, 0, 0]  # the others were not even tried
    assert len(hand.seen) == 1
    assert round_at(NOON + MINUTE, hand) == Tally(sent=3)


def test_a_carrier_that_breaks_is_an_answer_too(mail_on, cast):
    class Broken:
        def __init__(self, after: bool):
            self.after = after

        def send(self, _outgoing, about_to_hand_over):
            if self.after:
                about_to_hand_over()
            raise RuntimeError("secret words")

    write_to(cast.ann, now=NOON)
    assert deliver(clock=Clock(NOON), carriers={"mail": Broken(after=False)}) == Tally(put_off=1)
    assert only().last_answer.startswith("house:carrier RuntimeError (tests.mail.test_postman_trouble:")
    assert not only().maybe
    assert deliver(clock=Clock(NOON + MINUTE), carriers={"mail": Broken(after=True)}) == Tally(uncertain=1)
    assert only().maybe


def test_the_real_way_leaves_a_server_in_peace_that_refused_the_password(mail_on, cast, app):
    write_to(cast.ann, cast.bob, now=NOON, each=3)
    with MailServer(sign_in=True, users={"ideas": "right"}) as server:
        app.config["DEPLOYMENT"] = server.deployment(mail_on, smtp_user="ideas", smtp_password="wrong")
        clock = Clock(NOON)
        tallies = []
        for _turn in range(60):  # five minutes of ticks
            tallies.append(deliver(clock=clock))
            clock.shift(seconds=5)
        assert sum(tally.put_off for tally in tallies) == len(server.sign_ins) == 4  # after 20, 40, 80 and 160 seconds
        assert set(states()) == {"queued"}
        assert spoken(letters()[0].last_answer).startswith("The mail server did not accept the sign-in: 535")
        app.config["DEPLOYMENT"] = server.deployment(mail_on, smtp_user="ideas", smtp_password="right")
        clock.shift(minutes=20)
        assert deliver(clock=clock) == Tally(sent=6)
        assert sorted(a.recipients[0] for a in server.accepted) == ["ann@example.com"] * 3 + ["bob@example.com"] * 3


def test_the_real_way_when_one_recipient_is_refused_and_the_server_is_slow(mail_on, cast, app):
    keys = write_to(cast.ann, cast.bob, cast.cat, cast.dan, now=NOON)
    POISON[keys[2]] = "raise"
    with MailServer(script={"RCPT": ["", "slow 0.3"]}, recipients={"ann@example.com": "550 5.1.1 gone"}) as server:
        app.config["DEPLOYMENT"] = server.deployment(mail_on)
        assert deliver(clock=Clock(NOON)) == Tally(sent=2, failed=2)
        assert [a.recipients for a in server.accepted] == [("bob@example.com",), ("dan@example.com",)]
    assert [(x.state, x.last_answer.split(" (")[0]) for x in letters()] == [
        ("failed", "550 5.1.1 gone"), ("sent", "250 2.0.0 OK: queued"), ("failed", "house:spoilt ValueError"),
        ("sent", "250 2.0.0 OK: queued"),
    ]
    assert [n.facts["letter"] for n in notices("mail.trouble")] == [letters()[0].id, letters()[2].id]


def test_every_letter_of_a_confidential_submitter_arrives_by_the_real_way(mail_on, cast, app):
    with work():
        idea = f.submitted(cast, cast.eve, now=NOON, confidential=True)
        db.session.execute(sa.delete(Letter))
        tell("test.letter", "secret", now=NOON, submitter=idea.submitters[0], idea_id=idea.id)
    with MailServer(script={"DOT": ["drop"]}) as server:
        app.config["DEPLOYMENT"] = server.deployment(mail_on)
        assert deliver(clock=Clock(NOON)) == Tally(uncertain=1)
        assert (only().message, only().maybe, only().person_id) == (None, True, None)
        assert deliver(clock=Clock(NOON + MINUTE)) == Tally(sent=1)
        assert server.copies() == {only().message_id: 2}


# -- lost answers ----------------------------------------------------------------------------------------------------


def test_a_lost_answer_sends_one_copy_the_same_and_marked(mail_on, cast):
    write_to(cast.ann, now=NOON)
    hand = Hand([LOST, LOST])
    assert round_at(NOON, hand) == Tally(uncertain=1)
    assert (only().state, only().maybe, only().not_before) == ("queued", True, NOON + MINUTE)
    assert only().message == hand.accepted[0].message
    assert round_at(NOON + MINUTE, hand) == Tally(uncertain=1)
    assert (only().state, only().maybe) == ("uncertain", True)
    assert round_at(NOON + timedelta(days=30), hand) == Tally()
    assert [o.message for o in hand.accepted] == [hand.accepted[0].message] * 2
    assert [result for _n, result, _words in tries(only())] == ["uncertain", "uncertain"]
    assert len(notices("mail.trouble")) == 1


def test_the_house_may_leave_lost_answers_to_a_person(mail_on, cast):
    with work():
        set_rule("mail.uncertain", "hold", now=NOON)
    write_to(cast.ann, now=NOON)
    hand = Hand([LOST])
    assert round_at(NOON, hand) == Tally(uncertain=1)
    assert (only().state, only().maybe, len(hand.accepted)) == ("uncertain", False, 1)
    assert round_at(NOON + timedelta(days=1), hand) == Tally()
    assert len(notices("mail.trouble")) == 1


def test_a_copy_that_is_refused_or_put_back_stays_marked(mail_on, cast):
    write_to(cast.ann, now=NOON)
    hand = Hand([LOST, BUSY])
    for minutes in (0, 1, 3):
        round_at(NOON + minutes * MINUTE, hand)
    assert (only().state, only().maybe, len(hand.accepted), only().message) == ("sent", True, 2, None)


# -- leases ----------------------------------------------------------------------------------------------------------


def interrupted(stage: str, now: datetime = NOON) -> None:
    """Leave the only letter as a worker does that died there."""
    with short_work() as connection:
        connection.execute(sa.update(Letter).values(
            state="sending", stage=stage, lease_until=now + LEASE, lease_token="dead", attempts=1
        ))


def test_what_a_dead_worker_took_goes_out_after_the_lease(mail_on, cast):
    write_to(cast.ann, now=NOON)
    interrupted("dial")
    hand = Hand()
    assert round_at(NOON + LEASE - MINUTE, hand) == Tally()
    assert round_at(NOON + LEASE, hand) == Tally(put_off=1, sent=1)
    assert (only().maybe, len(hand.accepted)) == (False, 1)


def test_what_a_dead_worker_handed_over_is_marked_first(mail_on, cast):
    write_to(cast.ann, now=NOON)
    interrupted("data")
    hand = Hand()
    assert round_at(NOON + LEASE, hand) == Tally(uncertain=1)
    assert round_at(NOON + LEASE + MINUTE, hand) == Tally(sent=1)
    assert (only().maybe, only().state) == (True, "sent")


@pytest.mark.parametrize("late", ["before", "after"])
def test_a_worker_that_lost_the_lease_changes_nothing(mail_on, cast, late):
    """The clock of a slow worker passes its lease: before it hands over it sends nothing, afterwards it notes nothing."""
    write_to(cast.ann, now=NOON)
    clock, quick = Clock(NOON), Hand()

    class Slow(Hand):
        def send(self, outgoing, about_to_hand_over):
            if late == "after":
                assert about_to_hand_over()
                self.accepted.append(outgoing)
            clock.shift(minutes=16)
            now = clock.now if late == "before" else clock.now + 2 * MINUTE
            round_at(clock.now, quick)
            round_at(now, quick)
            before = [(x.state, x.last_answer, x.maybe, x.lease_token) for x in letters()]
            if late == "before":
                assert not about_to_hand_over()
            assert [(x.state, x.last_answer, x.maybe, x.lease_token) for x in letters()] == before
            return Answer("sent", "250 too late")

    slow = Slow()
    assert deliver(clock=clock, carriers={"mail": slow}) == Tally()
    assert (only().state, only().last_answer) == ("sent", "250 ok")
    copies = len(slow.accepted) + len(quick.accepted)
    assert (copies, only().maybe) == ((1, False) if late == "before" else (2, True))
