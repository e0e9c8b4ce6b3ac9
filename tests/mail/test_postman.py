"""The postman: claims, checks, sends, notes; whatever goes wrong goes wrong with one letter alone."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.mail.answers import spoken
from suggestbox.mail.carrier import Answer
from suggestbox.mail.models import Hook, Letter, MailState
from suggestbox.mail.operations import ForOne, tell, write_for_many
from suggestbox.mail.postman import Tally, deliver
from suggestbox.people.directory import directory
from suggestbox.people.models import Absence, Person
from tests import factories as f
from tests.cast import newcomer
from tests.conftest import NOON
from tests.mail.outbox import (
    BUSY,
    DOWN,
    GONE,
    LOST,
    MINUTE,
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
        digest = ForOne("digest:1", cast.ann.id, NOON.date(), False)
        write_for_many("test.digest", [digest], directory(NOON.date()), now=NOON)
    hand = Hand()
    assert round_at(NOON, hand) == Tally(sent=1)
    assert states() == ["sent", "queued"]
