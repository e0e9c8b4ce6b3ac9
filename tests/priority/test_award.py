"""What is done after all is paid to whoever said it first too: by the rules of the earlier idea, from the later one's figures."""

from datetime import timedelta

import pytest

from suggestbox.awards.basis import basis_of, share_of
from suggestbox.awards.due import wants_proposal
from suggestbox.awards.operations import grant_award, propose_award
from suggestbox.awards.queries import award_of
from suggestbox.awards.waiting import counted, listed
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import directory
from suggestbox.priority.basis import measures_of_credit
from suggestbox.workflow.operations import settle, settle_touched
from tests import factories as f
from tests.measures import scene as measures
from tests.priority import scene

CLOSED = scene.LATER + timedelta(days=9)


def credited(cast, *later_people, given="same", earlier_people=(), **facts):
    """An earlier idea of ann's, and a later one that is closed, adopted and credits it."""
    earlier = scene.declined(cast, *earlier_people)
    later = scene.later(cast, *later_people, make=f.closed)
    scene.named(cast, later, earlier, by=cast.ida, now=CLOSED)
    scene.compared(later, given, now=CLOSED, **facts)
    return earlier, later


def carried_out(cast, later, euros=1000):
    done = measures.done(cast, later, now=CLOSED, due_on=CLOSED.date() + timedelta(days=2))
    measures.figure(cast, done, "agreed", euros, now=CLOSED)
    settle(later, now=CLOSED)
    settle_touched(CLOSED)


def test_the_award_of_the_earlier_idea_follows_from_the_later_ones_benefit(cast):
    with work():
        earlier, later = credited(cast)
        assert wants_proposal(earlier, [], [], credited=True) is None
        settle(earlier, now=CLOSED)
        assert f.open_kinds(earlier) == []

        carried_out(cast, later)

        assert f.open_kinds(earlier) == ["propose_award"]
        assert basis_of(earlier.id).net.cents == basis_of(later.id).net.cents == 100_000
        book = directory(CLOSED.date())
        assert counted(cast.ida.id, book)["waiting"] == 2
        assert [row.idea_id for row in listed("waiting", cast.ida.id, book).rows] == [earlier.id, later.id]
        award = propose_award(earlier, basis="benefit", by_id=cast.ida.id, now=CLOSED)
        grant_award(award, earlier, by_id=cast.ivo.id, now=CLOSED)
        settle(earlier, now=CLOSED)

        assert [part.submitter_id for part in award_of(earlier.id).parts] == [earlier.submitters[0].id]
        assert award_of(earlier.id).cents == award.cents > 0
        assert award_of(later.id) is None
        assert f.open_kinds(earlier) == []


@pytest.mark.either
@pytest.mark.parametrize("handed_over", [False, True])
def test_a_measure_of_a_later_idea_is_named_to_whoever_reads_that_idea(handed_over, cast, client_as, clock):
    with work():
        earlier, later = credited(cast)
        carried_out(cast, later)
        if handed_over:  # from then on its submitters, that office and the idea management alone read it
            later.outcome, later.office_id = "handed_over", cast.wes.id
        cast.lea.language, number = "en", earlier.number
    clock.move_to(CLOSED)
    page = client_as(cast.lea).get(f"/awards/ideas/{number}").text
    assert ("€1,000.00" in page, measures.MEASURE_TITLE in page, "A measure of a later idea you may not read" in page) \
        == (True, not handed_over, handed_over)


def test_a_part_of_it_is_paid_for_a_part_of_the_benefit(cast):
    with work():
        earlier, later = credited(cast, given="partly", percent=35, words="The labels.")
        carried_out(cast, later, euros=1001)

        net = basis_of(earlier.id).net
        assert (net.cents, sum(one.net_cents for one in net.measures), net.savings_cents) == (35_035, 35_035, 35_035)
        assert measures_of_credit(earlier.id) == [(later.id, 35)]


def test_the_same_people_are_not_paid_twice(cast):
    with work():
        earlier, later = credited(cast, cast.ann, cast.eve)
        carried_out(cast, later)

        assert (basis_of(earlier.id).net, basis_of(earlier.id).credited, measures_of_credit(earlier.id)) == (None, False, [])
        assert f.open_kinds(earlier) == []


@pytest.mark.parametrize(("cents", "percent", "share"), [
    (100, 50, 50), (101, 50, 51), (-101, 50, -51), (1, 1, 0), (99, 1, 1), (0, 99, 0), (10**15, 33, 33 * 10**13)])
def test_shares_of_an_amount_are_rounded_to_the_cent(cents, percent, share):
    assert share_of(cents, percent) == share


def test_the_page_names_the_measures_of_the_later_idea(cast, client_as):
    with work():
        earlier, later = credited(cast)
        carried_out(cast, later)
        number = earlier.number
    page = client_as(cast.ida).get(f"/awards/ideas/{number}", headers={"Accept-Language": "en"}).get_data(as_text=True)

    assert measures.MEASURE_TITLE in page
    assert db.session.get(Idea, later.id) is not None
