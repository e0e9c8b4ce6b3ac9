"""While letters are put together nobody waits: what others do meanwhile is noticed before the letters go."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import short_work, work
from suggestbox.mail import claiming
from suggestbox.mail.models import Letter, MailState
from suggestbox.mail.postman import Tally, deliver
from suggestbox.mail.restore import restored
from tests.conftest import NOON
from tests.mail import outbox
from tests.mail.outbox import GONE, Clock, Hand, letters, round_at, states, tries, write_digests_to, write_to


@pytest.fixture
def meanwhile(monkeypatch, app):
    """Have something happen, as in another process, right after the first text was made."""

    def happens(do: Callable[[], None]) -> None:
        happened = []

        def after(inner):
            def made(*args, **kw):
                found = inner(*args, **kw)
                if not happened:
                    happened.append(True)
                    with app.app_context():  # with a session of its own
                        do()
                return found

            return made

        monkeypatch.setattr(claiming, "text_of", after(claiming.text_of))
        monkeypatch.setattr(outbox, "_compose", after(outbox._compose))

    return happens


def test_others_write_and_a_second_postman_takes_the_next(mail_on, cast, meanwhile):
    write_to(cast.ann, cast.bob, cast.cat, now=NOON)
    other, hand = Hand(), Hand()
    meanwhile(lambda: round_at(NOON, other) and None)
    assert round_at(NOON, hand) == Tally(sent=1)
    assert ([len(x.accepted) for x in (other, hand)], states()) == ([2, 1], ["sent"] * 3)


@pytest.mark.parametrize("many", [1, 3])
def test_a_restore_takes_the_letters_away(mail_on, cast, meanwhile, many):
    with work() as session:
        session.add(MailState(id=1))
        write_digests_to(*(person.id for person in (cast.ann, cast.bob, cast.cat)[:many]), now=NOON)

    def bring_back() -> None:
        with work():
            restored(now=NOON)

    meanwhile(bring_back)
    hand = Hand()
    assert round_at(NOON, hand) == Tally()
    assert (states(), hand.accepted) == (["review"] * many, [])


def test_whoever_lost_the_lease_cancels_nothing(mail_on, cast, meanwhile):
    keys = write_to(cast.ann, now=NOON)
    GONE.update(keys)
    clock, other, later = Clock(NOON), Hand(), NOON + timedelta(minutes=16)

    def slow() -> None:
        GONE.clear()
        assert round_at(later, other) == Tally(put_off=1, sent=1)

    meanwhile(slow)
    assert deliver(clock=clock, carriers={"mail": Hand()}) == Tally()
    assert (states(), len(other.accepted)) == (["sent"], 1)


def test_a_pause_holds_also_the_first_of_several(mail_on, cast, meanwhile):
    with work() as session:
        session.add(MailState(id=1))
        write_digests_to(cast.ann.id, cast.bob.id, now=NOON)

    def pause() -> None:
        with short_work() as connection:
            connection.execute(sa.update(MailState).values(paused_at=NOON, paused_reason="clock"))

    meanwhile(pause)
    assert (round_at(NOON, Hand()), states()) == (Tally(), ["queued"] * 2)
    assert [(x.attempts, x.lease_token, tries(x)) for x in letters()] == [(0, "", [])] * 2


def test_a_process_that_ends_gives_them_back(mail_on, cast, meanwhile):
    def end() -> None:
        raise KeyboardInterrupt

    write_to(cast.ann, now=NOON)
    meanwhile(end)
    with pytest.raises(KeyboardInterrupt):
        round_at(NOON, Hand())
    assert [(x.state, x.attempts, tries(x)) for x in letters()] == [("queued", 0, [])]


def test_postmen_that_share_the_readers_take_each_letter_once(mail_on, cast):
    people = list(cast.people().values())
    write_to(*people, now=NOON)
    with work():
        write_digests_to(*(person.id for person in people), now=NOON)
    hands = [Hand(), Hand()]
    for which, hand in enumerate(hands):
        expected = [x.id for x in letters() if x.person_id % 2 == which]
        assert round_at(NOON, hand, share=((which,), 2)).sent == len(hand.accepted) > 0
        assert sorted(o.letter_id for o in hand.accepted) == sorted(expected)
    assert set(states()) == {"sent"}


def test_each_looks_after_the_dead_of_its_own_readers(mail_on, cast):
    write_to(cast.ann, cast.bob, now=NOON)
    with work() as session:
        session.execute(sa.update(Letter).values(state="sending", stage="dial", lease_token="t", lease_until=NOON))
    which = cast.ann.id % 2
    assert deliver(clock=Clock(NOON), carriers={}, share=((which,), 2)) == Tally(put_off=1 + (cast.bob.id % 2 == which))
    assert letters()[0].state == "queued"
