"""The postman: claims, checks, sends, notes; whatever goes wrong goes wrong with one letter alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, short_work, work
from suggestbox.core.settings import set_rule
from suggestbox.mail.answers import spoken
from suggestbox.mail.carrier import Answer
from suggestbox.mail.claiming import LEASE
from suggestbox.mail.models import Hook, Letter, MailState
from suggestbox.mail.operations import tell, write_letters
from suggestbox.mail.postman import Tally, deliver
from suggestbox.people.directory import directory
from suggestbox.people.models import Absence, Person
from tests import factories as f
from tests.cast import newcomer
from tests.conftest import NOON
from tests.mail.outbox import GONE, POISON, Clock, Hand, letters, notices, states, tries, write_to
from tests.mail.servers import MailServer

MINUTE = timedelta(minutes=1)
DOWN = Answer("again", "house:no_connection Connection refused", whole_server=True)
BUSY = Answer("again", "451 4.3.0 later")
NO = Answer("refused", "550 5.1.1 no such user")
LOST = Answer("unknown", "house:no_answer timeout")


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)


def round_at(now, hand: Hand, **kw) -> Tally:
    return deliver(clock=Clock(now), carriers={"mail": hand}, **kw)


def only() -> Letter:
    rows = letters()
    assert len(rows) == 1
    return rows[0]


# -- sent ------------------------------------------------------------------------------------------------------------


def test_what_is_due_is_sent_once(mail_on, cast):
    write_to(cast.ann, cast.rex, now=NOON, each=2)
    hand = Hand()
    assert round_at(NOON, hand) == Tally(sent=4)
    assert round_at(NOON, hand) == Tally()
    assert [(o.recipient, o.sender) for o in hand.accepted] == [
        ("ann@example.com", "ideas@example.com")] * 2 + [("rex@example.com", "ideas@example.com")] * 2
    assert len({o.message_id for o in hand.accepted}) == 4
    for letter in letters():
        assert (letter.state, letter.stage, letter.done_at, letter.lease_until, letter.lease_token, letter.message,
                letter.attempts, letter.maybe, letter.last_answer) == ("sent", "", NOON, None, "", None, 1, False, "250 ok")
        assert tries(letter) == [(1, "sent", "250 ok")]
    assert db.session.get(MailState, 1).counter == 4


def test_the_message_is_a_letter(mail_on, cast):
    write_to(cast.ann, now=NOON)
    hand = Hand()
    round_at(NOON, hand)
    assert f"Message-ID: {only().message_id}".encode() in hand.accepted[0].message
    assert hand.accepted[0].text.subject.startswith("Letter k:")


def test_a_carrier_that_needs_no_message_gets_none(mail_on, cast):
    write_to(cast.ann, now=NOON)
    hand = Hand()
    hand.needs_message = False
    round_at(NOON, hand)
    assert hand.accepted[0].message == b""


def test_a_round_ends_after_so_many_letters(mail_on, cast):
    write_to(cast.ann, now=NOON, each=5)
    hand = Hand()
    assert [round_at(NOON, hand, most=2).sent for _ in range(4)] == [2, 2, 1, 0]
    assert hand.closed == 3  # nothing was opened in the last one


def test_the_oldest_goes_first(mail_on, cast):
    write_to(cast.ann, now=NOON, key="late")
    write_to(cast.ann, now=NOON - MINUTE, key="early")
    hand = Hand()
    round_at(NOON, hand)
    assert [o.text.subject.split(":")[0] for o in hand.accepted] == ["Letter early", "Letter late"]


def test_few_statements_a_letter(mail_on, cast, count_queries):
    write_to(cast.ann, now=NOON, each=11)
    hand = Hand()
    hand.needs_message = False
    round_at(NOON, hand, most=1)
    with count_queries() as statements:
        round_at(NOON, hand, most=10)
    assert len(statements) == 2 + 10 * 9  # the look at dead workers and at what is due; then nine for each letter


def test_nothing_due_takes_no_lock(mail_on, cast, count_queries):
    with count_queries() as statements:
        assert round_at(NOON, Hand()) == Tally()
    assert [s.split()[0] for s in statements] == ["SELECT", "SELECT"]


# -- the reader ------------------------------------------------------------------------------------------------------


def test_nobody_gets_a_letter_outside_their_hours(mail_on, cast):
    write_to(cast.ann, now=NOON)
    evening = at(2026, 11, 4, 18)
    hand = Hand()
    assert round_at(evening, hand) == Tally(put_off=1)
    assert (only().state, only().not_before, only().attempts, tries(only())) == ("queued", at(2026, 11, 5, 7), 0, [])
    assert round_at(at(2026, 11, 5, 6, 59), hand) == Tally()
    assert round_at(at(2026, 11, 5, 7), hand) == Tally(sent=1)


def test_some_letters_do_not_wait_for_the_shift(mail_on, cast):
    write_to(cast.dot, now=at(2026, 11, 7, 20), name="test.any_hour")  # a Saturday evening
    assert round_at(at(2026, 11, 7, 20), Hand()) == Tally(sent=1)


def test_somebody_away_gets_it_after_the_return_and_is_asked_about_again_before(mail_on, cast):
    write_to(cast.ann, now=NOON)
    with work() as session:
        away = Absence(person_id=cast.ann.id, from_on=date(2026, 11, 4), until_on=date(2026, 11, 20))
        session.add(away)
    hand = Hand()
    assert round_at(NOON, hand) == Tally(put_off=1)
    assert only().not_before == NOON + timedelta(days=3)
    with work() as session:
        session.delete(away)
    assert round_at(at(2026, 11, 9, 8), hand) == Tally(sent=1)


def test_who_left_gets_nothing(mail_on, cast):
    write_to(cast.ann, cast.eve, now=NOON)
    with work():
        cast.ann.left_on = date(2026, 11, 3)
        cast.eve.active = False
    hand = Hand()
    assert (round_at(NOON, hand), hand.seen) == (Tally(cancelled=2), [])
    assert {(letter.state, letter.last_answer, letter.done_at) for letter in letters()} == {
        ("cancelled", "house:reader_left", NOON)
    }


def test_a_reason_that_is_gone_sends_nothing(mail_on, cast):
    GONE.update(write_to(cast.ann, now=NOON))
    hand = Hand()
    assert (round_at(NOON, hand), hand.seen) == (Tally(cancelled=1), [])
    assert (only().state, only().last_answer, only().attempts) == ("cancelled", "house:no_reason", 0)


def test_a_reason_that_goes_between_two_tries(mail_on, cast):
    keys = write_to(cast.ann, now=NOON)
    round_at(NOON, Hand([BUSY]))
    GONE.update(keys)
    assert round_at(NOON + MINUTE, Hand()) == Tally(cancelled=1)


def test_without_an_address_it_is_printed(mail_on, cast):
    write_to(cast.ann, now=NOON)
    with work():
        cast.ann.email, cast.ann.personnel_no = None, "4711"
        newcomer(cast.home, "Uwe", cast.logistics, email=None, personnel_no="4712")
    uwe = db.session.scalars(sa.select(Person).filter_by(given_name="Uwe")).one()
    write_to(uwe, now=NOON)
    hand = Hand()
    assert (round_at(at(2026, 11, 4, 22), hand), hand.seen) == (Tally(to_print=2), [])
    assert [(x.channel, x.state) for x in letters()] == [("print", "to_print")] * 2


def test_without_a_carrier_letters_wait(mail_on, cast):
    write_to(cast.ann, now=NOON)
    assert deliver(clock=Clock(NOON), carriers={}) == Tally()
    assert states() == ["queued"]


def test_webhooks_are_another_way(mail_on, cast):
    with work() as session:
        session.add(Hook(person_id=cast.ann.id, kind="slack", url="https://hooks.slack.com/x", created_at=NOON))
        session.add(Hook(person_id=cast.ann.id, kind="teams", url="https://x.example.com/y", created_at=NOON))
    write_to(cast.ann, now=NOON)
    with work() as session:
        session.scalars(sa.select(Hook).filter_by(kind="teams")).one().ended_at = NOON
    mail, slack, teams = Hand([DOWN]), Hand(), Hand()
    tally = deliver(clock=Clock(NOON), carriers={"mail": mail, "slack": slack, "teams": teams})
    assert tally == Tally(sent=1, put_off=1, cancelled=1)
    assert [(o.url, o.message) for o in slack.accepted] == [("https://hooks.slack.com/x", b"")]
    assert {x.channel: (x.state, x.last_answer) for x in letters()} == {
        "mail": ("queued", DOWN.words), "slack": ("sent", "250 ok"), "teams": ("cancelled", "house:no_hook"),
    }


def test_a_confidential_submitter_is_told_and_stays_hidden(mail_on, cast):
    with work():
        idea = f.submitted(cast, cast.eve, now=NOON, confidential=True)
        submitter = idea.submitters[0]
        db.session.execute(sa.delete(Letter))
        tell("test.letter", "secret", now=NOON, submitter=submitter, idea_id=idea.id)
    stored = []
    hand = Hand(meanwhile=None, answers=[LOST])
    assert round_at(NOON, hand) == Tally(uncertain=1)
    stored.append(only().message)
    assert (only().person_id, hand.seen[0].recipient, only().maybe) == (None, "eve@example.com", True)
    assert round_at(NOON + MINUTE, hand) == Tally(sent=1)
    assert stored == [None]


def test_words_of_a_server_do_not_name_a_confidential_submitter(mail_on, cast):
    with work():
        idea = f.submitted(cast, cast.eve, now=NOON, confidential=True)
        db.session.execute(sa.delete(Letter))
        tell("test.letter", "secret", now=NOON, submitter=idea.submitters[0], idea_id=idea.id)
    said = "550 5.1.1 <Eve@example.com>: eve is unknown here (eve@example.com), ask every.eve.body or evening"
    assert round_at(NOON, Hand([Answer("refused", said)])) == Tally(failed=1)
    assert only().last_answer == "550 5.1.1 <…>: … is unknown here (…), ask every.eve.body or evening"
    assert tries(only())[0][2] == only().last_answer


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
    assert only().last_answer.startswith("house:carrier RuntimeError (tests.mail.test_postman:")
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


# -- poison ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("poison", ["raise", "database"])
def test_a_letter_that_cannot_be_written_fails_alone(mail_on, cast, poison, caplog):
    keys = write_to(cast.ann, cast.bob, cast.cat, now=NOON)
    POISON[keys[1]] = poison
    hand = Hand()
    tally = round_at(NOON, hand)
    first, second, third = letters()
    assert (first.state, third.state, len(hand.accepted)) == ("sent", "sent", 2)
    assert "something somebody wrote" not in caplog.text + second.last_answer
    if poison == "raise":
        assert (tally, second.state) == (Tally(sent=2, failed=1), "failed")
        assert second.last_answer.startswith("house:spoilt ValueError (tests.mail.outbox:")
        assert spoken(second.last_answer).startswith("It could not be written: ValueError (")
        assert [n.facts for n in notices("mail.trouble")] == [{"letter": second.id}]
        assert [(n, result) for n, result, _words in tries(second)] == [(1, "failed")]
    elif second.state == "queued":  # SQLite calls a wrong statement an operational error, as it does a busy database
        assert (tally, second.attempts, second.not_before) == (Tally(sent=2, put_off=1), 1, NOON + MINUTE)
    else:
        assert (tally, second.state) == (Tally(sent=2, failed=1), "failed")


def test_a_kind_nobody_knows_any_more_fails_alone(mail_on, cast):
    write_to(cast.ann, cast.bob, now=NOON)
    with work() as session:
        session.execute(sa.update(Letter).where(Letter.person_id == cast.ann.id).values(kind="old.kind"))
    assert round_at(NOON, Hand()) == Tally(sent=1, failed=1)
    assert letters()[0].last_answer == "house:no_text old.kind"


def test_control_characters_reach_no_server(mail_on, cast):
    keys = write_to(cast.ann, cast.bob, now=NOON)
    POISON[keys[0]] = "control"
    hand = Hand()
    round_at(NOON, hand)
    assert [b"\x00" in o.message or b"\x07" in o.message for o in hand.accepted] == [False] * len(hand.accepted)
    assert states()[1] == "sent"


def test_an_address_that_is_none_fails_alone(mail_on, cast):
    with work() as session:
        session.execute(sa.update(Person).where(Person.id == cast.ann.id).values(email="ann at example"))
        cast.bob.given_name = "Bob"  # the directory is read anew
        cast.bob.topics = "x"
    write_to(cast.ann, cast.bob, now=NOON)
    assert round_at(NOON, Hand()) == Tally(sent=1, failed=1)


# -- pauses ----------------------------------------------------------------------------------------------------------


def test_a_pause_holds_letters_for_many_and_no_others(mail_on, cast):
    write_to(cast.ann, now=NOON)
    with work() as session:
        session.add(MailState(id=1, paused_at=NOON, paused_reason="clock"))
        write_letters("digest:1", "test.digest", directory(NOON.date()), cast.ann.id, now=NOON, person_id=cast.ann.id,
                      local_date=NOON.date(), bulk=True)
    hand = Hand()
    assert round_at(NOON, hand) == Tally(sent=1)
    assert states() == ["sent", "queued"]
