"""The watch sees what is broken beside the straight way: calls, talks together, measures given up, awards, comparisons."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.awards.models import Award, AwardPart, Payment, ShareConsent, ShareProposal
from suggestbox.calls.models import Call
from suggestbox.calls.operations import tell_results
from suggestbox.conversations.models import Appointment, TalkGroupMember
from suggestbox.core.database import db, work
from suggestbox.mail.models import Notice
from suggestbox.measures.models import Measure
from suggestbox.people.directory import directory
from suggestbox.priority.models import Likeness, SecondLook
from suggestbox.simulation.watch import Watch
from suggestbox.simulation.watch_later import LATER_RULES
from suggestbox.steps.models import Step
from suggestbox.stories.models import Story, StoryPerson
from tests import factories as f
from tests.awards import scene as awards
from tests.calls import scene as calls
from tests.conftest import NOON
from tests.conversations.together import AT, ask, owed, say
from tests.measures import scene as measures

pytestmark = pytest.mark.usefixtures("clock")


def look(now: datetime, since: datetime = f.START - timedelta(days=30)) -> tuple[dict[str, int], list[str]]:
    """Let a new watch look; give what is broken of these rules, and the promises that did not hold because of them."""
    watch = Watch(since=since)
    with db.engine.connect() as connection:
        watch.look(connection, now=now, today=now.date(), accepted=[], told=[], server_was_well=True)
    found = {name: count for name, count in watch.violations().items() if count and name in LATER_RULES}
    return found, sorted({LATER_RULES[name][1] for name in found} - {p for p, held in watch.promises().items() if held})


def breaks(*statements: Any) -> None:
    """Change rows by hand, past every operation."""
    with work() as session:
        for statement in statements:
            session.execute(statement)


def test_somebody_asked_to_talk_together(app, cast):
    group = ask(cast.cat, *owed(cast, cast.ann, cast.eve, cast.sam))
    assert look(NOON) == ({}, [])
    breaks(sa.delete(Step).where(Step.kind == "agree_group"))
    assert look(NOON) == ({"matters_without_next_step": 3}, ["no_black_hole"])
    assert look(NOON + timedelta(days=9))[0] == {"matters_without_next_step": 1}  # one talk nobody is waited for
    breaks(sa.update(TalkGroupMember).where(TalkGroupMember.group_id == group.id).values(answer="yes", answered_at=NOON))
    assert look(NOON)[0] == {"matters_without_next_step": 3}  # nobody holds the talk with those who agreed
    breaks(sa.update(TalkGroupMember).values(ended_at=NOON))
    assert look(NOON)[0] == {"matters_without_next_step": 1}  # it waits for nobody


def test_a_talk_together_of_somebody_who_did_not_agree(app, cast):
    group = ask(cast.cat, *owed(cast, cast.ann, cast.eve))
    say(cast.ann, group, True)
    say(cast.eve, group, True)
    assert look(NOON) == ({}, [])
    first = sa.select(sa.func.min(TalkGroupMember.party_id)).scalar_subquery()
    breaks(sa.update(TalkGroupMember).where(TalkGroupMember.party_id == first).values(answer="alone"))
    assert look(NOON) == ({"together_without_a_yes": 1}, ["nobody_reads_more"])
    breaks(sa.delete(Appointment).where(Appointment.party_id == first), sa.update(TalkGroupMember).values(answer="yes"))
    assert look(AT)[0] == {"matters_without_next_step": 1, "together_without_a_yes": 1}  # the other one sits there alone


def test_something_given_up_after_the_talk(app, cast):
    now = measures.CLOSED_AT + timedelta(days=1)
    with work():
        measures.planned(cast, f.closed(cast))
    assert look(now) == ({}, [])
    breaks(sa.update(Measure).values(state="abandoned", abandoned_at=now, abandoned_by_id=cast.bob.id, abandoned_reasons="R"))
    assert look(now) == ({"abandoned_without_second_talk": 1}, ["no_closing_without_talk"])


def test_an_award_by_whom_it_must_not_be_and_cents_that_are_lost(app, cast):
    now = awards.NOW + timedelta(hours=2)
    with work():
        awards.granted(cast, awards.worth(cast))
        awards.proposed(cast, awards.worth(cast, cast.eve))
    assert look(now) == ({}, [])
    breaks(sa.delete(Step).where(Step.kind == "grant_award"))
    assert look(now) == ({"matters_without_next_step": 1}, ["no_black_hole"])
    breaks(sa.update(Award).where(Award.state == "granted").values(granted_by_id=cast.ann.id))
    assert look(now)[0]["judged_in_own_matter"] == 1
    breaks(sa.update(Payment).values(cents=Payment.cents - 1))
    assert look(now)[0]["award_cents_lost"] == 1
    breaks(sa.update(AwardPart).values(share_cents=AwardPart.share_cents + 1))
    assert look(now)[0]["award_cents_lost"] == 2


def test_shares_one_of_the_team_did_not_agree_to(app, cast):
    now = awards.NOW
    with work() as session:
        ann, eve = (f.submitted(cast, one).submitters[0] for one in (cast.ann, cast.eve))
        proposal = ShareProposal(idea_id=ann.idea_id, by_submitter_id=ann.id, points={str(ann.id): 2, str(eve.id): 1}, at=now,
                                 agreed_at=now, consents=[ShareConsent(submitter_id=one.id, at=now) for one in (ann, eve)])
        session.add(proposal)
    assert "judged_in_own_matter" not in look(now)[0]
    breaks(sa.delete(ShareConsent).where(ShareConsent.submitter_id == eve.id))
    assert look(now)[0]["judged_in_own_matter"] == 1


def test_a_comparison_nobody_makes_and_judges_in_their_own_matter(app, cast):
    with work() as session:
        earlier, later = f.closed(cast, cast.eve, outcome="declined", facts={"change_for_yes": "Later"}), f.submitted(cast)
        session.add(Likeness(idea_id=later.id, earlier_id=earlier.id, found_at=f.START))
    assert look(f.START) == ({"matters_without_next_step": 1}, ["no_black_hole"])
    breaks(sa.update(Likeness).values(answer="same", answered_at=f.START, answered_by_id=cast.kim.id))
    assert look(f.START) == ({}, [])
    breaks(sa.update(Likeness).values(answered_by_id=cast.eve.id),
           sa.insert(SecondLook).values(idea_id=earlier.id, round=1, by_id=cast.cat.id, at=f.START, answer="stands", words="W"))
    assert look(f.START) == ({"judged_in_own_matter": 2}, ["never_one_person"])


def test_a_call_nobody_answers(app, cast):
    due, later = calls.TODAY + timedelta(days=2), calls.NOW + timedelta(days=12)
    with work():
        calls.answered(cast, row := calls.ended(cast), cast.ann, cast.eve)
    breaks(sa.update(Call).values(results_due_on=due))
    assert look(calls.NOW + timedelta(days=2)) == ({}, [])
    assert look(later) == ({"call_results_owed": 1}, ["no_black_hole"])
    facts = {"call_id": row.id}
    breaks(sa.insert(Notice).values(key="k", kind="calls.results_due", person_id=cast.lea.id, at=later, facts=facts, waits=True))
    assert look(later) == ({}, [])
    with work():
        tell_results(row, words="Three are done.", by_id=cast.ida.id, now=later, book=directory(later.date()))
    assert look(later, since=later - timedelta(hours=1)) == ({}, [])
    breaks(sa.delete(Notice).where(Notice.kind == "calls.results"))
    assert look(later, since=later - timedelta(hours=1)) == ({"call_results_owed": 2}, ["no_black_hole"])


def test_a_step_before_the_date_of_its_call(app, cast):
    with work():
        row = calls.opened(cast)
        [idea] = calls.answered(cast, row, cast.ann)
    breaks(sa.update(Call).values(triage_on=f.step(idea, "triage").due_on))
    assert look(f.START) == ({}, [])
    breaks(sa.update(Call).values(triage_on=f.step(idea, "triage").due_on + timedelta(days=1)))
    assert look(f.START) == ({"call_dates_not_kept": 1}, ["no_black_hole"])


def test_a_story_somebody_did_not_agree_to(app, cast):
    now = awards.NOW
    with work() as session:
        idea = awards.worth(cast)
        story = Story(idea_id=idea.id, created_at=now, changed_at=now, created_by_id=cast.ida.id, state="asked", asked_at=now)
        session.add(story)
        session.flush()
        session.add(StoryPerson(story_id=story.id, submitter_id=idea.submitters[0].id, answer="named", answered_at=now,
                                text_version=1))
    assert look(now) == ({"matters_without_next_step": 1}, ["no_black_hole"])
    breaks(sa.update(Story).values(state="published", published_at=now))
    assert look(now) == ({}, [])
    breaks(sa.update(Story).values(text_version=2))
    assert look(now) == ({"story_without_a_yes": 1}, ["nobody_reads_more"])
