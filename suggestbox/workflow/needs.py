"""What must be true before a move, whatever was typed. Each gives a reason code, or None when it holds.

The docstring is the sentence in the handbook; `words.py` says it to the person at the button.
"""

from datetime import date, timedelta

from suggestbox.conversations.models import SETTLED
from suggestbox.people.queries import absent_days

from . import overtaken, owners, quorum, who
from .case import Case
from .wanted import must_confirm


def words_there(case: Case) -> str | None:
    """the idea has a title and a text"""
    idea = case.idea
    return None if idea.title.strip() and (idea.problem.strip() or idea.proposal.strip()) else "no_words"


def somebody_stays(case: Case) -> str | None:
    """others stay on the team"""
    return None if len(case.submitters) > 1 else "you_are_the_last"


def nobody_else(case: Case) -> str | None:
    """nobody else is on the team"""
    return None if len(case.submitters) == 1 else "others_stay"


def ordinary_way(case: Case) -> str | None:
    """the idea goes the ordinary way"""
    return None if case.idea.way == "ordinary" else "short_way"


def short_way(case: Case) -> str | None:
    """the idea goes the short way"""
    return None if case.idea.way == "short" else "ordinary_way"


def own_team_could(case: Case) -> str | None:
    """all submitters are named and belong to the department concerned, and its team lead is not one of them"""
    return "no_team_lead" if case.idea.confidential or owners.team_lead(case) is None else None


def a_question_left(case: Case) -> str | None:
    """no question is open, and this person has one left"""
    if case.question:
        return "question_open"
    asked = sum(q.asker_id == case.actor_id and q.round == case.idea.round for q in case.questions)
    return None if asked < case.rule("workflow.questions_per_asker") else "no_question_left"


def answer_overdue(case: Case) -> str | None:
    """nobody answered in time"""
    steps = [s for s in case.steps if s.kind == "answer"]
    return None if steps and all(s.due_on < case.today for s in steps) else "still_time"


def may_route(case: Case) -> str | None:
    """it was rerouted at most twice, or the idea management names the department"""
    if case.is_idea_manager or case.idea.routings < case.rule("workflow.routings"):
        return None
    return "routed_twice"


def under_review(case: Case) -> str | None:
    """the review is going on"""
    idea = case.idea
    if idea.stage == "waiting" and idea.waiting_from != "in_review":
        return "not_under_review"
    return None if idea.way == "ordinary" else "short_way"


def quorum_stands(case: Case) -> str | None:
    """at least two complete assessments stand: one by an expert, one for a department, from two departments"""
    return quorum.shortfall(case)


def nobody_owes(case: Case) -> str | None:
    """nobody still owes an answer"""
    return "somebody_owes" if case.owing or quorum.must_reconsider(case) else None


def disagreement_settled(case: Case) -> str | None:
    """a strong disagreement was looked at again by everybody who scored"""
    if not quorum.first_disagreement(case):
        return None
    return None if all(r.reconsidered_at for r in quorum.counted(case)) else "disagreement"


def text_looked_at(case: Case) -> str | None:
    """everybody who scored an earlier text kept or changed the score"""
    return "text_changed" if any(r.text_version != case.idea.text_version for r in case.answered) else None


def read_a_day(case: Case) -> str | None:
    """the reviewers could read each other for at least one working day"""
    since = case.idea.discuss_since or quorum.stands_since(case)
    if since is None:
        return "not_read_yet"
    coordinator_id = owners.coordinator(case, "end_review")
    start = case.local(since, coordinator_id)
    until = case.due(coordinator_id, "workflow.discuss_days", start)
    return None if case.today >= until else "not_read_yet"


def quorum_lost(case: Case) -> str | None:
    """the quorum does not stand any more"""
    if case.idea.way == "short" or (case.decision and case.decision.kind != "merit"):
        return "quorum_stands"
    return "quorum_stands" if quorum.stands(case) and text_looked_at(case) is None else None


def not_released(case: Case) -> str | None:
    """the submitters do not know the outcome yet"""
    return None if case.idea.released_at is None else "released"


def released(case: Case) -> str | None:
    """the submitters know the outcome"""
    return None if case.idea.released_at is not None else "not_released"


def votes_stand(case: Case) -> str | None:
    """where a body or a panel decides, most of its members voted for one outcome"""
    voters = owners.voters(case)
    if not voters:
        return None
    tally = owners.tally(case)
    best = max(tally.values(), default=0)
    return None if best * 2 > len(voters) else "votes_missing"


def a_duplicate_proposed(case: Case) -> str | None:
    """somebody proposed it"""
    return None if case.duplicate_proposal else "nothing_proposed"


def no_duplicate_proposed(case: Case) -> str | None:
    """nobody has proposed it yet"""
    return "proposed_already" if case.duplicate_proposal else None


def is_duplicate(case: Case) -> str | None:
    """it was closed as "was there before" """
    return None if case.idea.outcome == "duplicate" and case.idea.released_at else "no_duplicate"


def no_flag_open(case: Case) -> str | None:
    """no such hint is open"""
    return "flag_open" if case.open_flag else None


def not_handed_over(case: Case) -> str | None:
    """it was not passed on already"""
    return "handed_over" if case.idea.outcome == "handed_over" else None


def handed_over(case: Case) -> str | None:
    """it was passed on, and no talk was held yet"""
    if case.idea.outcome != "handed_over":
        return "not_handed_over"
    return "talk_held" if any(p.state in SETTLED for p in case.parties) else None


def no_correction_open(case: Case) -> str | None:
    """no correction is open"""
    return "correction_open" if case.correction else None


def short_check_overdue(case: Case) -> str | None:
    """the expert said nothing for three working days"""
    steps = [s for s in case.steps if s.kind == "short_check"]
    if not case.owing:
        return None
    return None if steps and all(s.due_on < case.today for s in steps) else "still_time"


def a_reviewer_left(case: Case) -> str | None:
    """somebody who was asked works here no more"""
    asked = [*case.owing, *quorum.must_reconsider(case)]
    gone = [a for a in asked if not (b := case.book.person(a.person_id)) or not b.active]
    return None if gone else "everybody_here"


def somebody_joined_discussion(case: Case) -> str | None:
    """everybody who was asked answered, and they could not read each other yet"""
    if case.idea.discuss_since is not None or case.owing or case.idea.way == "short":
        return "not_yet"
    return None if quorum.stands(case) else "no_quorum"


# -- conversations ---------------------------------------------------------------------------------------------------


def talk_open(case: Case) -> str | None:
    """the talk is not settled yet"""
    parties = [case.my_party] if case.my_part else who.hosted(case) or case.parties
    return None if any(p and p.state not in SETTLED for p in parties) else "settled"


def times_offered(case: Case) -> str | None:
    """times are offered"""
    mine = case.my_party
    return None if mine and mine.state == "offered" and not _appointment(mine) else "nothing_offered"


def _appointment(party):
    return next((a for a in party.appointments if a.state == "set"), None)


def appointment_set(case: Case) -> str | None:
    """a time is agreed"""
    parties = [case.my_party] if case.my_part else who.hosted(case)
    return None if any(p and _appointment(p) for p in parties) else "no_appointment"


def appointment_over(case: Case) -> str | None:
    """the time agreed has passed"""
    parties = [case.my_party] if case.my_part else who.hosted(case)
    set_ = [a for p in parties if p and (a := _appointment(p))]
    if not set_:
        return "no_appointment"
    return None if any(a.starts_at <= case.now for a in set_) else "still_to_come"


def appointment_ahead(case: Case) -> str | None:
    """a time is agreed and still to come"""
    set_ = [a for p in who.hosted(case) if (a := _appointment(p))]
    if not set_:
        return "no_appointment"
    return None if any(a.starts_at > case.now for a in set_) else "too_late"


def no_appointment(case: Case) -> str | None:
    """no time is agreed yet"""
    parties = [case.my_party] if case.my_part else who.hosted(case)
    return None if any(p and p.state not in SETTLED and not _appointment(p) for p in parties) else "appointment_set"


def missed_lately(case: Case) -> str | None:
    """the host noted that the submitter missed an appointment, and nobody disputed it yet"""
    mine = case.my_party
    if mine and any(a.state == "missed_by_submitter" and a.disputed_at is None for a in mine.appointments):
        return None
    return "nothing_missed"


def writing_allowed(case: Case) -> str | None:
    """the submitter asked for it in writing, missed two appointments, or left two offers unanswered"""
    for party in who.hosted(case):
        if party.state not in SETTLED and (
            party.wants_writing or party.missed_by_submitter >= 2 or party.unanswered_offers >= 2
        ):
            return None
    return "writing_not_asked"


def an_offer_unanswered(case: Case) -> str | None:
    """an offer was left unanswered for five of the submitter's working days"""
    return None if unanswered(case) else "still_time"


def unanswered(case: Case):
    """Give the parties whose open offer ran out, on days the submitter was present."""
    found = []
    for party in case.parties:
        if party.state != "offered" or _appointment(party):
            continue
        step = next((s for s in case.steps if s.kind == "pick_time" and s.submitter_id == party.submitter_id), None)
        person_id = case.submitters[party.submitter_id]
        if step and _days_present(case, person_id, step.due_on):
            found.append(party)
    return found


def _days_present(case: Case, person_id: int, due_on: date) -> bool:
    """The due date has passed, counting only days the person was there."""
    if case.today <= due_on or not case.book.is_available(person_id):
        return False
    away = absent_days(person_id, due_on - timedelta(days=30), case.today)
    offered = next(
        (case.local(p.offers[-1].offered_at, person_id) for p in case.parties
         if case.submitters.get(p.submitter_id) == person_id and p.offers), due_on,
    )
    calendar = case.book.calendar_of(person_id)
    day, present = offered + timedelta(days=1), 0
    while day < case.today:
        present += calendar.is_working_day(day) and day not in away
        day += timedelta(days=1)
    return present >= case.rule("workflow.pick_days")


def somebody_out_of_reach(case: Case) -> str | None:
    """a submitter left the company"""
    for party in case.parties:
        person = case.book.person(case.submitters.get(party.submitter_id))
        if party.state not in SETTLED and not (person and person.active):
            return None
    return "everybody_here"


def every_talk_settled(case: Case) -> str | None:
    """for every submitter the talk or its alternative is on record"""
    if not case.parties:
        return "no_party"
    return None if all(p.state in SETTLED for p in case.parties) else "talk_missing"


def my_talk_settled(case: Case) -> str | None:
    """the own talk or its alternative is on record"""
    return None if case.my_party and case.my_party.state in SETTLED else "talk_missing"


def not_confirmed_yet(case: Case) -> str | None:
    """this submitter has not said yet how it was"""
    return "confirmed" if case.my_party and case.confirmation(case.my_party) else None


def talk_recorded(case: Case) -> str | None:
    """a talk is on record"""
    return None if case.my_party and case.my_party.state == "held" else "no_talk_recorded"


def second_talk_left(case: Case) -> str | None:
    """there was no second host yet"""
    return "second_host_used" if case.my_party and case.my_party.second_host_used else None


def every_submitter_heard(case: Case) -> str | None:
    """every submitter said how it was, or was asked twice and stayed silent"""
    for party in case.parties:
        if not must_confirm(case, party) or case.confirmation(party):
            continue
        if party.asked_again_at is None:
            return "not_heard"
        person_id = case.submitters[party.submitter_id]
        asked = case.local(party.asked_again_at, person_id)
        if case.today <= case.due(person_id, "workflow.ask_again_days", asked):
            return "not_heard"
    return None


def nothing_denied(case: Case) -> str | None:
    """no submitter says the talk did not take place"""
    for party in case.parties:
        said = case.confirmation(party)
        if party.state == "held" and said and not said.took_place:
            return "talk_denied"
    return None


def objection_possible(case: Case) -> str | None:
    """within twenty working days after the talk, and nobody objected before"""
    if case.objection:
        return "objected_already"
    if case.idea.outcome not in ("adopted", "adopted_in_part", "trial", "declined", "parked", "already_planned"):
        return "no_merit_decision"
    party = case.my_party
    if party is None or party.settled_at is None:
        return "talk_missing"
    start = case.local(party.settled_at, case.actor_id)
    last = case.due(case.actor_id, "workflow.objection_days", start)
    return None if case.today <= last else "too_late"


def closed_without_talk(case: Case) -> str | None:
    """at most twenty working days ago it was closed without a talk and none was asked for yet, or a measure was finished"""
    party = case.my_party
    since = overtaken.to_talk_about(case, party) if party and case.idea.closed_at else None
    if since is None:
        return "talk_held"
    start = case.local(since, case.actor_id)
    last = case.due(case.actor_id, "workflow.objection_days", start)
    return None if case.today <= last else "too_late"


def a_measure_abandoned(case: Case) -> str | None:
    """a measure was abandoned after a talk about it"""
    return None if overtaken.talks(case) else "nothing_abandoned"


def day_has_come(case: Case) -> str | None:
    """its date has come"""
    due = case.idea.return_on
    return None if due and due <= case.today and case.idea.outcome in ("parked", "trial") else "still_time"


def no_decider_left(case: Case) -> str | None:
    """nobody is left to decide, or one of the three who were to decide works here no more"""
    return "panel_named" if case.panel and len(owners.panel_here(case)) == len(case.panel) else None


def a_step_to_give(case: Case) -> str | None:
    """somebody has a step that can be given to somebody else"""
    return None if owners.steps_to_give(case) else "nothing_to_give"
