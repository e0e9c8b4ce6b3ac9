"""Each promise, broken by hand in the database: the self-check names the idea and the promise."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from suggestbox.conversations.models import Confirmation, Party, Promise, Record
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Attachment, Idea, Submitter, SubmitterIdentity, YearCounter
from suggestbox.journal.models import Entry
from suggestbox.journal.operations import seal
from suggestbox.people.directory import read_directory
from suggestbox.people.models import Person
from suggestbox.people.queries import today_for
from suggestbox.reviews.models import Assignment, Decision, DuplicateProposal, Score
from suggestbox.steps.models import Step
from suggestbox.workflow.check import PROMISES, check
from suggestbox.workflow.operations import move
from tests import factories as f

FILES = Path("/nowhere")


@pytest.fixture
def kept(cast, clock):
    """A house in which every promise is kept."""
    with work():
        cast.ideas = {stage: make(cast) for stage, make in f.IN_STAGE.items()}
        cast.ideas["hidden"] = f.closed(cast, cast.eve, confidential=True)
        cast.ideas["parked"] = f.closed(cast, outcome="parked", facts={"return_on": (f.START + timedelta(60)).date()})
        cast.ideas["promised"] = f.closed(cast, promises=[
            {"text": "I show the list", "owner_id": cast.cat.id, "due_on": (f.START + timedelta(20)).date()}])
        twice = f.submitted(cast, cast.eve, now=f.START + timedelta(1))
        move(twice, "propose_duplicate", actor=cast.bob, now=f.START + timedelta(1),
             number=cast.ideas["parked"].number, reason="The same.")
        cast.ideas["twice"] = move(twice, "confirm_duplicate", actor=cast.ida, now=f.START + timedelta(1))
        seal()
    assert check(read_directory(0, today_for()), FILES) == []
    return cast


def set_(model, where, **values):
    return lambda house: db.session.execute(sa.update(model).where(where(house)).values(**values))


def idea_(name):
    return lambda house: house.ideas[name].id


def of(model, name):
    return lambda house: model.idea_id == house.ideas[name].id


def cut(model, name, *conditions):
    return lambda house: db.session.execute(
        sa.delete(model).where(model.idea_id == house.ideas[name].id, *conditions))


def parties_of(name):
    return lambda house: sa.select(Party.id).where(Party.idea_id == house.ideas[name].id).scalar_subquery()


def records_of(name):
    return lambda house: Record.party_id.in_(parties_of(name)(house))


def deny(house):
    party = db.session.scalars(sa.select(Party).where(Party.idea_id == house.ideas["closed"].id)).one()
    db.session.execute(sa.update(Confirmation).where(Confirmation.party_id == party.id).values(took_place=False))


def cut_scores(house):
    one = sa.select(Assignment.id).where(Assignment.idea_id == house.ideas["closed"].id,
                                         Assignment.person_id == house.ria.id).scalar_subquery()
    db.session.execute(sa.delete(Score).where(Score.assignment_id == one))


def close_by_hand(house):
    db.session.execute(sa.update(Idea).where(Idea.id == house.ideas["conversation"].id).values(
        stage="closed", closed_at=f.START, ending="confirmed", released_at=f.START))
    db.session.execute(sa.delete(Step).where(Step.idea_id == house.ideas["conversation"].id))


def name_the_hidden(house):
    db.session.execute(sa.update(Submitter).where(Submitter.idea_id == house.ideas["hidden"].id).values(
        person_id=house.eve.id))


def name_in_journal(house):
    db.session.execute(sa.delete(sa.table("journal_seal")))
    db.session.execute(sa.update(Entry).where(Entry.idea_id == house.ideas["hidden"].id, Entry.kind == "confirm")
                       .values(actor_id=house.eve.id))


def support_by_hidden(house):
    db.session.execute(sa.insert(sa.table("support", *map(sa.column, ("idea_id", "person_id", "at")))).values(
        idea_id=house.ideas["hidden"].id, person_id=house.eve.id, at="2026-11-04 09:00:00"))
    db.session.execute(sa.update(Idea).where(Idea.id == house.ideas["hidden"].id).values(support_count=1))


def lose_attachment(house):
    db.session.add(Attachment(idea_id=house.ideas["closed"].id, stored_name="x.png", shown_name="x.png",
                              media_type="image/png", size_bytes=1, added_at=f.START))


BREAKS = {
    # name: (promise, idea, how)
    "no next step": (0, "in_review", cut(Step, "in_review")),
    "a step of somebody who left": (0, "deciding", lambda h: db.session.execute(
        sa.update(Person).values(active=False))),
    "nobody left as submitter": (0, "submitted", set_(Submitter, of(Submitter, "submitted"), state="left")),
    "a date moved without a reason": (0, "deciding", set_(Step, of(Step, "deciding"), due_moves=1)),
    "a promise nobody keeps": (0, "promised", cut(Step, "promised", Step.kind == "promise")),
    "parked without return": (0, "parked", cut(Step, "parked", Step.kind == "return")),
    "one review": (1, "closed", cut(Assignment, "closed", Assignment.capacity == "department")),
    "an incomplete review": (1, "closed", cut_scores),
    "no expert": (1, "closed", set_(Assignment, of(Assignment, "closed"), capacity="department")),
    "one department": (1, "closed", lambda h: set_(
        Assignment, of(Assignment, "closed"), department_id=h.it.id)(h)),
    "decided by a reviewer": (1, "closed", lambda h: set_(
        Decision, of(Decision, "closed"), decided_by_id=h.ria.id)(h)),
    "decided by a submitter": (1, "closed", lambda h: set_(
        Decision, of(Decision, "closed"), decided_by_id=h.ann.id)(h)),
    "a duplicate nobody confirmed": (1, "twice", cut(DuplicateProposal, "twice")),
    "closed by hand": (2, "conversation", close_by_hand),
    "no party": (2, "closed", lambda h: [
        db.session.execute(sa.delete(Promise).where(Promise.idea_id == h.ideas["closed"].id)),
        db.session.execute(sa.delete(Party).where(Party.idea_id == h.ideas["closed"].id))]),
    "no record": (2, "closed", lambda h: db.session.execute(sa.delete(Record).where(records_of("closed")(h)))),
    "a denied record": (2, "closed", lambda h: db.session.execute(
        sa.update(Record).where(records_of("closed")(h)).values(denied_at=f.START))),
    "a denied talk": (2, "closed", deny),
    "a lost idea": (3, "", lambda h: db.session.execute(sa.update(YearCounter).values(last=YearCounter.last + 1))),
    "a wrong count": (3, "closed", lambda h: db.session.execute(
        sa.update(Idea).where(Idea.id == h.ideas["closed"].id).values(support_count=7))),
    "a changed journal": (3, "closed", lambda h: db.session.execute(
        sa.update(Entry).where(Entry.idea_id == h.ideas["closed"].id, Entry.kind == "decide").values(kind="score"))),
    "a lost file": (3, "closed", lose_attachment),
    "a named confidential submitter": (4, "hidden", name_the_hidden),
    "a name in the journal": (4, "hidden", name_in_journal),
    "a name among the supporters": (4, "hidden", support_by_hidden),
    "a step with a name": (4, "hidden", lambda h: db.session.execute(
        sa.update(Step).where(Step.idea_id == h.ideas["hidden"].id, Step.owner_id.is_not(None))
        .values(owner_id=h.eve.id))),
}


def test_check_names_the_idea_and_the_promise(kept):
    """Each break is made in a transaction of its own that is taken back: the house is built once."""
    missed = {}
    for name, (promise, idea_name, break_it) in BREAKS.items():
        number = kept.ideas[idea_name].number if idea_name else None
        break_it(kept)
        db.session.flush()
        db.session.expire_all()
        found = check(read_directory(0, today_for()), FILES)
        db.session.rollback()
        if (PROMISES[promise], number) not in [(x.promise, x.idea if idea_name else None) for x in found]:
            missed[name] = found

    assert missed == {}
    assert check(read_directory(0, today_for()), FILES) == []


def test_every_promise_has_a_way_to_be_broken():
    assert {PROMISES[promise] for promise, _idea, _how in BREAKS.values()} == set(PROMISES)


def test_identity_of_a_confidential_submitter_is_kept_in_its_own_table(kept):
    rows = db.session.scalars(sa.select(SubmitterIdentity.person_id)).all()

    assert rows == [kept.eve.id]


def test_as_json_says_which_promise_is_kept(kept):
    from suggestbox.workflow.check import as_json

    with work():
        db.session.execute(sa.delete(Step).where(Step.idea_id == kept.ideas["in_review"].id))
    document = json.loads(json.dumps(as_json(check(read_directory(0, today_for()), FILES), today_for())))

    assert document["promises"] == {
        "no_black_hole": False, "never_one_person": True, "no_closing_without_talk": True, "nothing_lost": True,
        "nobody_reads_more": True,
    }
    assert [x["idea"] for x in document["findings"]] == [kept.ideas["in_review"].number]
