"""Awards: worked out by the idea management, granted or sent back by a second person, shared by a team, paid monthly."""

from datetime import UTC, date, datetime, time, timedelta

from suggestbox.awards import policy, rulesets
from suggestbox.awards.basis import basis_of
from suggestbox.awards.models import Award, ShareProposal
from suggestbox.awards.operations import decide_eligibility, grant_award, propose_award, send_back, tables_of
from suggestbox.awards.payments import make_list, open_sum
from suggestbox.awards.shares import agree_to_shares, open_proposal, propose_shares, refuse_shares, sharers
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import part_of, person_behind
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import settle

from .world import Event, NotNow, World

PAYDAY = 25


def propose(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """What the submitters get, by what it brings; for a part of it the own duty of one of them is looked at."""
    if not policy.may_propose(idea, actor, w.book):
        raise NotNow(2)
    dice, known = w.dice("award", step.id), basis_of(idea.id)
    basis = "benefit" if known.net else "points"
    choices = {table.key: known.soft.get(table.aspect, 0) for table in tables_of(rulesets.rules_of(idea), basis)}
    team = sharers(idea)
    if w.leans("own duty", dice, 0.1, 0.9):
        decide_eligibility(team[0], idea, percent=50, reason="Ein Teil davon ist die eigene Aufgabe.", by_id=actor.id,
                           now=w.now)
    propose_award(idea, basis=basis, choices=choices, by_id=actor.id, now=w.now)
    settle(idea, now=w.now, mover_id=actor.id)
    if len(team) > 1 and w.leans("propose_shares", dice, 0.8, 1.6):
        w.later("share", idea.id, person_id=person_behind(team[0]), days=(0.1, 0.9), dice=dice)


def grant(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """A second person grants it, or sends it back."""
    award = db.session.get_one(Award, step.subject_id)
    if award.state != "proposed":
        return
    if not policy.may_grant(award, idea, actor, w.book):
        raise NotNow(2)
    if event.attempt or w.leans("send_award_back", w.dice("grant", step.id), 0.08):
        send_back(award, reason="Bitte noch einmal rechnen.", by_id=actor.id, now=w.now)
    else:
        grant_award(award, idea, by_id=actor.id, now=w.now)
        w.note("award_corrected" if award.version > 1 else "award_granted")
    settle(idea, now=w.now, mover_id=actor.id)


# -- shares ----------------------------------------------------------------------------------------------------------


def share(w: World, event: Event) -> None:
    """One of a team proposes how to share: after the talk, or while the award is worked out."""
    idea, actor = w.idea(event.args[0]), w.person(event.person_id)
    me, team = part_of(idea, actor.id), sharers(idea)
    if me is None or len(team) < 2 or not policy.may_share(idea, actor) or open_proposal(idea) is not None:
        return
    proposal = propose_shares(idea, me, {part.id: 2 if part is me else 1 for part in team}, now=w.now)
    w.note("shares_proposed")
    for part in team:
        if part is not me:
            w.later("answer_shares", idea.id, proposal.id, part.id, person_id=person_behind(part), days=(0.1, 2),
                    dice=w.dice("share", proposal.id, part.id))


def answer_shares(w: World, event: Event) -> None:
    """Another one of the team agrees, or does not."""
    idea_id, proposal_id, part_id = event.args
    idea, part = w.idea(idea_id), db.session.get_one(Submitter, part_id)
    proposal = db.session.get_one(ShareProposal, proposal_id)
    if part.state != "accepted" or not w.book.is_here(event.person_id) or open_proposal(idea) is not proposal:
        return
    dice = w.dice("shares", proposal_id, part_id)
    if w.leans("refuse_shares", dice, 0.1, 0.9, behind=0.5):
        refuse_shares(proposal, idea, part, now=w.now)
        w.note("shares_refused")
        if dice.random() < 0.5:
            w.later("share", idea.id, person_id=event.person_id, days=(0.1, 0.9), dice=dice)
    elif agree_to_shares(proposal, idea, part, now=w.now):
        w.note("shares_agreed")


# -- payroll ---------------------------------------------------------------------------------------------------------


def plan_paydays(w: World) -> None:
    """Have HR look once a month whether there is something to pay."""
    for n in range(w.days):
        day: date = w.start + timedelta(days=n)
        if day.day == PAYDAY:
            w.put(datetime.combine(day, time(9), UTC), "payday")


def payday(w: World, event: Event) -> None:
    """Everything granted and on no list yet goes to payroll."""
    if open_sum()[0]:
        make_list(by_id=w.company.offices["hr_analyst"][0], now=w.now)
        w.note("payment_list")
