"""Letters that are taken several at once: each is still asked about when its turn comes, and none is held in vain."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, short_work, work
from suggestbox.mail.models import Letter, LetterAttempt, MailState
from suggestbox.mail.postman import Tally, deliver
from suggestbox.mail.restore import restored
from suggestbox.people.models import Absence, PeopleStamp, Person
from tests.conftest import NOON
from tests.mail.outbox import DOWN, MINUTE, POISON, Clock, Hand, letters, round_at, states, tries, write_digests_to, write_to


@pytest.fixture
def three(mail_on, cast):
    with work():
        write_digests_to(cast.ann.id, cast.bob.id, cast.cat.id, now=NOON)
    return Hand()


def at_the_first(hand: Hand, do) -> None:
    """Have something happen while the first letter is on its way, and the others are held."""
    hand.meanwhile = lambda _outgoing: do() if len(hand.seen) == 1 else None


def test_they_are_sent_in_their_order_each_once(three):
    assert round_at(NOON, three) == Tally(sent=3)
    assert [o.letter_id for o in three.seen] == [letter.id for letter in letters()]
    for letter in letters():
        assert (letter.state, letter.attempts, tries(letter)) == ("sent", 1, [(1, "sent", "250 ok")])


def test_a_further_one_costs_few_statements(mail_on, cast, count_queries):
    people, counts = list(cast.people().values()), []
    for day, many in enumerate((1, 2, 5, 8)):
        with work():
            write_digests_to(*(person.id for person in people[:many]), now=NOON, key=f"digest {day}")
        with count_queries() as queries:
            assert round_at(NOON, Hand()) == Tally(sent=many)
        counts.append(len(queries))
    # The very first makes the row all postmen share. A further one: asked about; handed over, counted; sent, noted.
    assert counts[2] - counts[1] == counts[3] - counts[2] == 3 * 5


def test_somebody_who_left_meanwhile_gets_none(three, cast):
    def leave() -> None:  # as another process does it
        with short_work() as connection:
            connection.execute(sa.update(Person).where(Person.id == cast.bob.id).values(active=False))
            connection.execute(sa.update(PeopleStamp).values(version=PeopleStamp.version + 1))

    at_the_first(three, leave)
    assert round_at(NOON, three) == Tally(sent=2, cancelled=1)
    assert [x.last_answer for x in letters()] == ["250 ok", "house:reader_left", "250 ok"]


def test_somebody_who_is_away_meanwhile_gets_it_later(three, cast):
    def fall_ill() -> None:
        with work() as session:
            session.add(Absence(person_id=cast.cat.id, from_on=NOON.date(), until_on=NOON.date()))

    at_the_first(three, fall_ill)
    assert round_at(NOON, three) == Tally(sent=2, put_off=1)


def test_whose_shift_ends_meanwhile_gets_it_on_the_next(mail_on, cast):
    end = NOON.replace(hour=16)
    with work():
        write_digests_to(cast.ann.id, cast.bob.id, now=NOON)
    clock, hand = Clock(end - timedelta(seconds=2)), Hand()
    at_the_first(hand, lambda: clock.shift(seconds=4))
    assert deliver(clock=clock, carriers={"mail": hand}) == Tally(sent=1, put_off=1)


def test_a_pause_that_begins_meanwhile_holds_the_others(three):
    def pause() -> None:
        with short_work() as connection:
            connection.execute(sa.update(MailState).values(paused_at=NOON, paused_reason="clock"))

    with work() as session:
        session.add(MailState(id=1))
    at_the_first(three, pause)
    assert round_at(NOON, three) == Tally(sent=1)
    assert states() == ["sent", "queued", "queued"]


def test_a_restore_that_is_noticed_meanwhile_takes_the_others_away(three):
    def bring_back() -> None:
        with work():
            restored(now=NOON)

    with work() as session:
        session.add(MailState(id=1))
    at_the_first(three, bring_back)
    assert round_at(NOON, three) == Tally()
    assert (states(), len(three.accepted)) == (["review"] * 3, 0)


def test_a_server_that_does_not_answer_leaves_no_trace_on_the_others(three):
    three.answers = [DOWN]
    assert round_at(NOON, three) == Tally(put_off=1)
    assert [(x.state, x.attempts, x.lease_token, x.lease_until) for x in letters()[1:]] == [("queued", 0, "", None)] * 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LetterAttempt)) == 1
    assert round_at(NOON + MINUTE, three) == Tally(sent=3)


@pytest.mark.parametrize("seconds", [5, 40, 14 * 60])
def test_a_slow_server_makes_no_lease_run_out(mail_on, cast, seconds):
    people = list(cast.people().values())[:7]
    with work():
        write_digests_to(*(person.id for person in people), now=NOON)
    clock, hand = Clock(NOON - timedelta(hours=2)), Hand()
    hand.meanwhile = lambda _outgoing: clock.shift(seconds=seconds)
    with work() as session:
        session.execute(sa.update(Letter).values(not_before=clock.now))
    assert deliver(clock=clock, carriers={"mail": hand}) == Tally(sent=7)
    assert [(x.attempts, x.maybe, tries(x)) for x in letters()] == [(1, False, [(1, "sent", "250 ok")])] * 7


def test_one_that_cannot_be_written_fails_alone(three):
    POISON[letters()[1].key] = "raise"
    assert round_at(NOON, three) == Tally(sent=2, failed=1)
    assert states() == ["sent", "failed", "sent"]


def test_whoever_gives_up_in_the_middle_gives_the_others_back(three):
    class GivenUp(BaseException):
        pass

    def give_up() -> None:
        raise GivenUp

    at_the_first(three, give_up)
    with pytest.raises(GivenUp):
        round_at(NOON, three)
    assert [(x.state, x.attempts) for x in letters()] == [("sending", 1), ("queued", 0), ("queued", 0)]
    assert round_at(NOON, Hand()) == Tally(sent=2)
    assert round_at(NOON + timedelta(minutes=16), Hand()) == Tally(put_off=1, sent=1)


def test_a_lease_somebody_else_has_now_is_not_given_back(three):
    def slow() -> None:  # for longer than any try may last; another postman comes by
        later = NOON + timedelta(minutes=16)
        clock.now = later
        assert round_at(later, other) == Tally(put_off=3, sent=3)

    clock, other = Clock(NOON), Hand()
    at_the_first(three, slow)
    assert deliver(clock=clock, carriers={"mail": three}) == Tally()
    assert (states(), len(other.accepted), len(three.accepted)) == (["sent"] * 3, 3, 0)


def test_letters_of_their_own_are_taken_one_by_one_in_between(mail_on, cast):
    with work():
        write_digests_to(cast.ann.id, cast.bob.id, now=NOON, key="first")
    write_to(cast.ann, now=NOON)
    with work():
        write_digests_to(cast.ann.id, cast.bob.id, now=NOON, key="second")
    hand = Hand()
    assert round_at(NOON, hand, most=3) == Tally(sent=3)
    assert round_at(NOON, hand) == Tally(sent=2)
    assert [o.letter_id for o in hand.seen] == [x.id for x in letters()]
