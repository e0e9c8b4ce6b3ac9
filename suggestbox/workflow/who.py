"""Who may make a move: named predicates over a case. `case.actor_id` None is the house itself."""

from suggestbox.conversations.models import SETTLED, Party
from suggestbox.ideas.parts import part_of

from . import owners
from .case import Case


def house(case: Case) -> bool:
    """the house itself, when it is time"""
    return case.actor_id is None


def submitter(case: Case) -> bool:
    """each submitter"""
    return case.my_part is not None


def writer(case: Case) -> bool:
    """a submitter, or whoever writes the idea down for a colleague"""
    return submitter(case) or (case.actor_id is not None and case.idea.on_behalf_by_id == case.actor_id)


def invited(case: Case) -> bool:
    """a colleague named as co-submitter who has not answered yet"""
    return part_of(case.idea, case.actor_id, "invited") is not None


def triager(case: Case) -> bool:
    """whoever has the first look"""
    return case.my_step("triage") is not None


def coordinator(case: Case) -> bool:
    """the coordinator of the department concerned, or the idea management"""
    if case.actor_id is None or case.actor_id in case.kept_out:
        return False
    if case.my_step("triage", "find_reviewers", "end_review", "look_at_flag"):
        return True
    return case.is_coordinator or case.is_idea_manager


def idea_manager(case: Case) -> bool:
    """the idea management"""
    return case.actor_id is not None and case.is_idea_manager and case.actor_id not in case.kept_out


def reassigner(case: Case) -> bool:
    """coordinator, idea management or an admin"""
    return coordinator(case) or (case.is_admin and case.actor_id not in case.kept_out)


def asker(case: Case) -> bool:
    """whoever looks at the idea now: first look, assessment or decision"""
    return case.my_step("triage", "review", "find_reviewers", "decide", "reconsider") is not None


def open_reviewer(case: Case) -> bool:
    """a reviewer who has not answered yet"""
    mine = case.my_assignment
    return mine is not None and mine.state == "open" and case.idea.way == "ordinary"


def second_looker(case: Case) -> bool:
    """a reviewer asked to keep or change the assessment"""
    return case.my_step("reconsider") is not None


def involved_reviewer(case: Case) -> bool:
    """a reviewer, answered or not"""
    mine = case.my_assignment
    return mine is not None and mine.state in ("open", "answered")


def duplicate_spotter(case: Case) -> bool:
    """coordinator or reviewer"""
    return coordinator(case) or involved_reviewer(case)


def second_person(case: Case) -> bool:
    """a second person, not the one who proposed it"""
    return case.my_step("confirm_duplicate") is not None


def looks_again(case: Case) -> bool:
    """coordinator or idea management, not whoever declined it"""
    if case.actor_id is None or case.actor_id in case.excluded_from("second_look"):
        return False
    return case.my_step("second_look") is not None or case.is_coordinator or case.is_idea_manager


def second_look_owner(case: Case) -> bool:
    """whoever looks at it again"""
    return case.my_step("second_look") is not None


def handler(case: Case) -> bool:
    """coordinator, decision maker, idea management or a reviewer"""
    if case.actor_id is None or case.actor_id in case.kept_out:
        return False
    return coordinator(case) or involved_reviewer(case) or case.may_decide


def comparer(case: Case) -> bool:
    """somebody who handed in neither and decided neither"""
    return case.earlier.my_likeness is not None


def correction_second(case: Case) -> bool:
    """a second person, not the one who proposed the correction"""
    return case.my_step("confirm_correction") is not None


def duplicate_doubter(case: Case) -> bool:
    """a submitter, or the idea management"""
    return submitter(case) or idea_manager(case)


def flag_keeper(case: Case) -> bool:
    """whoever looks at the hint"""
    return case.my_step("look_at_flag") is not None


def team_lead(case: Case) -> bool:
    """the lead of the submitters' own team"""
    return case.my_step("team_answer") is not None


def short_expert(case: Case) -> bool:
    """the expert asked on the short way"""
    return case.my_step("short_check") is not None


def decision_maker(case: Case) -> bool:
    """the decision maker, or the chair of the body"""
    return case.my_step("decide") is not None


def decider_of_this(case: Case) -> bool:
    """whoever decided it"""
    return case.decision is not None and case.decision.decided_by_id == case.actor_id


def voter(case: Case) -> bool:
    """a member of the body, or of the panel of three"""
    if case.my_step("vote"):
        return True
    voted = any(vote.person_id == case.actor_id for vote in case.votes)  # a vote may be changed until it is decided
    return voted and case.actor_id in owners.voters(case)


def hosted(case: Case) -> list[Party]:
    """Give the parties the actor talks with: as host, or standing in for an absent one."""
    if case.actor_id is None or case.actor_id in case.kept_out:
        return []
    mine = []
    for party in case.parties:
        stands_in = any(
            case.my_step(kind, subject_id=step.subject_id)
            for kind in ("offer_talk", "hold_talk", "write_closing")
            for step in case.steps
            if step.kind == kind and is_about(step.kind, step.subject_id, party)
        )
        if party.host_id == case.actor_id or stands_in:
            mine.append(party)
    return mine


def is_about(kind: str, subject_id: int, party: Party) -> bool:
    """Say whether a step of the host is about this party."""
    if kind == "hold_talk":
        return subject_id == -party.id or any(a.id == subject_id for a in party.appointments)  # agreed, not set yet
    if kind == "offer_talk":
        return subject_id // 100 == party.id * 100 + party.attempt
    return subject_id == party.id * 100 + party.attempt


def host(case: Case) -> bool:
    """the host of the conversation"""
    return any(party.state not in SETTLED for party in hosted(case))


def host_or_submitter(case: Case) -> bool:
    """host or submitter"""
    return submitter(case) or host(case)


def host_or_manager(case: Case) -> bool:
    """the host, or the idea management"""
    return host(case) or idea_manager(case)


def receiving_office(case: Case) -> bool:
    """the office it was passed on to"""
    return case.idea.office_id is not None and case.idea.office_id == case.actor_id


def once_more_asker(case: Case) -> bool:
    """somebody other than the host"""
    return case.my_step("ask_once_more") is not None


def promiser(case: Case) -> bool:
    """whoever promised it"""
    return case.my_step("promise") is not None


def conflict_settler(case: Case) -> bool:
    """the idea management"""
    return case.my_step("resolve_conflict") is not None


def panel_namer(case: Case) -> bool:
    """the idea management"""
    return case.my_step("name_panel") is not None


def step_owner(case: Case) -> bool:
    """whoever has a step that can be moved"""
    kinds = ("triage", "review", "find_reviewers", "decide", "offer_talk", "write_closing", "reconsider",
             "short_check", "promise", "team_answer")
    return case.my_step(*kinds) is not None


def reader(case: Case) -> bool:
    """anybody who may read the idea"""
    return case.actor_id is not None and case.my_part is None
