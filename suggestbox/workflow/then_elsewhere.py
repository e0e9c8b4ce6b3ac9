"""What changes with the moves that end without a decision on merit, and with corrections by two people."""

import sqlalchemy as sa

from suggestbox.conversations.models import Party, Promise, Record
from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import OPEN_STAGES, Idea, Submitter
from suggestbox.ideas.parts import part_of
from suggestbox.ideas.queries import visible_idea
from suggestbox.reviews.models import Correction, Decision, DuplicateProposal, Flag
from suggestbox.stories.operations import people_corrected

from . import facts, group_needs, owners
from .case import Case
from .found_earlier import ask_again, said_again
from .then_start import end_question, show

FLAG_KINDS = ("invention", "safety", "complaint", "reporting")


# -- not a merit decision --------------------------------------------------------------------------------------------


def decide_without_merit(case: Case, kind: str, outcome: str, reasons: str, *, released: bool = False) -> Decision:
    """Write a decision that needs no quorum: duplicate, handed over, passed on."""
    decision = Decision(
        idea_id=case.idea.id, round=case.idea.round, kind=kind, outcome=outcome, reasons=reasons,
        decided_by_id=case.actor_id, department_id=case.idea.department_id, decided_at=case.now,
        released_at=case.now if released else None,
    )
    db.session.add(decision)
    case.idea.outcome, case.idea.decided_at = outcome, case.now
    case.idea.released_at = case.now if released else None
    return decision


def owe_talks(case: Case, host_id: int) -> list[Party]:
    """Owe every submitter a talk in this round, hosted by `host_id`."""
    made = []
    for submitter_id in case.submitters:
        made.append(
            Party(idea_id=case.idea.id, submitter_id=submitter_id, round=case.idea.round, host_id=host_id,
                  state="owed", owed_at=case.now)
        )
    for submitter in case.idea.submitters:
        if submitter.state == "invited":  # never answered; nobody is owed a talk about what they did not write
            submitter.state = "declined"
    db.session.add_all(made)
    db.session.flush()
    return made


def hand_over(case: Case) -> None:
    """it belongs elsewhere: visibility closes at once, the receiving office owns the next step and the talk"""
    kind = facts.choice(case, "kind", FLAG_KINDS)
    office_id = facts.person(case, "office_id")
    reason = facts.text(case, "reason", longest=5000)
    revoke(case, reason)
    thank_whoever_owes(case)
    end_question(case)
    if case.parties or case.decisions:  # what was said in this round stays on record
        group_needs.leave_with_the_round(case)
        case.idea.round += 1
    case.idea.office_id, case.idea.handover_kind = office_id, kind
    if case.open_flag:
        case.open_flag.settled_at = case.now
    owe_talks(case, host_for(case, office_id))  # flushes: at the end of a talk the old outcome must still stand here
    decide_without_merit(case, "handover", "handed_over", reason)
    case.notes.update(office_id=office_id, kind=kind)


def revoke(case: Case, reason: str) -> None:
    """Take the decision of this round back, if there is one."""
    decision = case.decision
    if decision:
        decision.revoked_at, decision.revoked_reason = case.now, reason


def revoke_standing(case: Case, reason: str) -> None:
    """Take the standing decision back and thank whoever was still asked."""
    revoke(case, reason)
    thank_whoever_owes(case)
    db.session.flush()
    case.idea.outcome = case.idea.decided_at = case.idea.released_at = None


def thank_whoever_owes(case: Case) -> None:
    """Nobody is asked for an assessment any more."""
    for a in case.owing:
        a.state = "thanked"


def not_ours(case: Case) -> None:
    """the receiving office gives it back"""
    reason = facts.text(case, "reason", longest=5000)
    revoke_standing(case, reason)
    case.idea.office_id, case.idea.handover_kind = None, ""
    new_round(case)


def new_round(case: Case) -> None:
    """a new round begins: new reviews, a new decision, a new talk"""
    idea = case.idea
    group_needs.leave_with_the_round(case)
    idea.round += 1
    idea.outcome = idea.decided_at = idea.released_at = None
    idea.closed_at = idea.ending = idea.return_on = None
    idea.discuss_since = None
    idea.way = "ordinary"


def host_for(case: Case, host_id: int) -> int:
    """Give the host: the idea management hosts or relays for a confidential submitter."""
    if case.idea.confidential:
        return owners.idea_manager(case, "offer_talk") or host_id
    return host_id


def propose_duplicate(case: Case) -> None:
    """somebody says it was there before; a second person looks"""
    number = facts.text(case, "number", longest=20)
    reason = facts.text(case, "reason", longest=2000)
    first = visible_idea(number, case.actor_id or 0, case.book)
    if first is None or first.id == case.idea.id:
        raise Invalid(fields={"number": _("There is no other idea with this number.")})
    if first.outcome == "duplicate" and first.second_idea_id == case.idea.id:
        raise Invalid(fields={"number": _("That one counts as the later of the two.")})
    if first.stage == "draft" or (first.submitted_at and case.idea.submitted_at
                                  and first.submitted_at > case.idea.submitted_at):
        raise Invalid(fields={"number": _("The other idea was handed in later; the first one keeps priority.")})
    proposal = DuplicateProposal(idea_id=case.idea.id, first_id=first.id, proposed_by_id=case.actor_id,
                                 proposed_at=case.now, reason=reason)
    db.session.add(proposal)
    case.notes["first"] = first.number


def confirm_duplicate(case: Case) -> None:
    """a second person agrees; the first idea keeps priority, both get their conversation"""
    proposal = case.duplicate_proposal
    if proposal is None or proposal.proposed_by_id == case.actor_id:
        raise Refused(reason="second_person")
    proposal.answered_by_id, proposal.answered_at, proposal.accepted = case.actor_id, case.now, True
    for a in case.owing:
        a.state = "thanked"
    case.idea.second_idea_id = proposal.first_id
    decide_without_merit(case, "duplicate", "duplicate", proposal.reason)
    end_question(case)
    show(case)
    owe_talks(case, host_for(case, proposal.proposed_by_id))
    first = db.session.get(Idea, proposal.first_id)
    case.notes["first"] = first.number if first else ""
    said_again(case, proposal)


def reject_duplicate(case: Case) -> None:
    """a second person says it is something else"""
    facts.text(case, "reason", longest=2000)
    proposal = case.duplicate_proposal
    if proposal is None:
        raise Refused(reason="nothing_proposed")
    proposal.answered_by_id, proposal.answered_at, proposal.accepted = case.actor_id, case.now, False


def undo_duplicate(case: Case) -> None:
    """it was not the same after all; it goes on as an idea of its own"""
    reason = facts.text(case, "reason", longest=2000)
    for proposal in db.session.scalars(
        sa.select(DuplicateProposal).where(
            DuplicateProposal.idea_id == case.idea.id, DuplicateProposal.accepted.is_(True)
        )
    ):
        proposal.undone_at = case.now
        ask_again(case, proposal.first_id)
    revoke(case, reason)
    case.idea.outcome = None
    case.idea.second_idea_id = None
    new_round(case)


def flag(case: Case) -> None:
    """somebody says it belongs elsewhere"""
    kind = facts.choice(case, "kind", FLAG_KINDS)
    words = facts.text(case, "words", required=False, longest=2000)
    db.session.add(Flag(idea_id=case.idea.id, kind=kind, by_id=case.actor_id, words=words, at=case.now))
    case.notes["kind"] = kind


def settle_flag(case: Case) -> None:
    """it stays here"""
    facts.text(case, "words", longest=2000)
    if case.open_flag:
        case.open_flag.settled_at = case.now


def pass_on_fault(case: Case) -> None:
    """a fault without a proposal is passed on, with the submitter's consent; the call was the talk"""
    said = facts.text(case, "said", longest=5000)
    held_on = facts.day(case, "held_on", earliest=case.local(case.idea.submitted_at or case.now), latest=case.today)
    owner_id = facts.person(case, "owner_id", handles=False)
    due_on = facts.day(case, "due_on", earliest=case.today)
    if not case.facts.get("agreed"):
        raise Invalid(fields={"agreed": _("This needs the submitter's consent.")})
    decide_without_merit(case, "fault", "passed_on", said, released=True)
    for index, party in enumerate(owe_talks(case, case.actor_id or owner_id)):
        record = Record(party_id=party.id, attempt=1, host_id=case.actor_id, held_on=held_on, form="phone",
                        said=said, recorded_at=case.now)
        db.session.add(record)
        db.session.flush()
        if index == 0:
            db.session.add(Promise(record_id=record.id, idea_id=case.idea.id, text=case.idea.title, owner_id=owner_id,
                                   due_on=due_on))
        party.state, party.settled_at = "held", case.now
    show(case)
    case.notes["owner_id"] = owner_id


# -- corrections -----------------------------------------------------------------------------------------------------


def propose_correction(case: Case) -> None:
    """something is wrong; a second person will make it right"""
    kind = facts.choice(case, "kind", ("department", "submitters", "closing"))
    reason = facts.text(case, "reason", longest=2000)
    row = Correction(idea_id=case.idea.id, kind=kind, reason=reason, proposed_by_id=case.actor_id,
                     proposed_at=case.now)
    if kind == "department":
        row.department_id = facts.department(case, "department_id")
    elif kind == "submitters":
        if case.facts.get("add_person_id"):
            row.add_person_id = facts.person(case, "add_person_id")
            if _handled_it(case, row.add_person_id):
                raise Invalid(fields={"add_person_id": _handled_words(case, row.add_person_id)}, reason="handled_it")
        if case.facts.get("remove_submitter_id"):
            row.remove_submitter_id = facts.choice(case, "remove_submitter_id", list(case.submitters))
        if not row.add_person_id and (not row.remove_submitter_id or len(case.submitters) < 2):
            raise Invalid(fields={"add_person_id": _("Please say who is missing, or who is one too many.")})
        if row.add_person_id and case.idea.confidential:
            raise Invalid(fields={"add_person_id": _("Nobody can be added to a confidential idea.")})
    elif case.idea.stage != "closed":
        raise Invalid(fields={"kind": _("The idea is not closed.")})
    if kind != "closing" and case.idea.stage not in OPEN_STAGES:
        raise Invalid(fields={"kind": _("The idea is closed.")})
    db.session.add(row)
    case.notes["kind"] = kind


def _handled_it(case: Case, person_id: int) -> bool:
    """Say whether somebody decided in this round, or is to talk about it: they cannot become a submitter of it."""
    decision = case.decision
    decided = decision is not None and (
        decision.decided_by_id == person_id or any(vote.person_id == person_id for vote in case.votes)
    )
    return decided or case.idea.office_id == person_id or any(party.host_id == person_id for party in case.parties)


def _handled_words(case: Case, person_id: int) -> str:
    brief = case.book.person(person_id)
    return _("%(name)s decided about it or is to talk about it. First somebody else has to do that.",
             name=brief.name if brief else "?")


def confirm_correction(case: Case) -> None:
    """a second person makes the correction"""
    row = case.correction
    if row is None or row.proposed_by_id == case.actor_id:
        raise Refused(reason="second_person")
    if row.kind == "submitters" and row.add_person_id and _handled_it(case, row.add_person_id):
        raise Refused(_handled_words(case, row.add_person_id), reason="handled_it")
    row.answered_by_id, row.answered_at, row.accepted = case.actor_id, case.now, True
    if row.kind == "department":
        case.idea.department_id = row.department_id
    elif row.kind == "submitters":
        _correct_submitters(case, row)
    else:
        raise Refused(reason="reopen_instead")
    case.notes["kind"] = row.kind


def _correct_submitters(case: Case, row: Correction) -> None:
    last = max((s.position for s in case.idea.submitters), default=0)
    if row.add_person_id:
        part = part_of(case.idea, row.add_person_id, "invited", "declined", "left", "accepted")
        if part:
            part.state = "accepted"
        else:
            case.idea.submitters.append(
                Submitter(person_id=row.add_person_id, state="accepted", position=last + 1,
                          department_id=case.book.department_of(row.add_person_id))
            )
        for a in case.assignments:
            if a.person_id == row.add_person_id and a.state in ("open", "answered"):
                a.state, a.reason = "conflict", "submitter"
    if row.remove_submitter_id:
        part = next(s for s in case.idea.submitters if s.id == row.remove_submitter_id)
        part.state = "left"
    db.session.flush()
    people_corrected(case.idea, now=case.now)
    case.__dict__.pop("submitters", None)
    if case.idea.stage in ("conversation", "confirming"):
        host_id = case.parties[0].host_id if case.parties else case.actor_id
        owed = {p.submitter_id for p in case.all_parties if p.round == case.idea.round}
        for submitter_id in set(case.submitters) - owed:
            db.session.add(Party(idea_id=case.idea.id, submitter_id=submitter_id, round=case.idea.round,
                                 host_id=host_id, state="owed", owed_at=case.now))
        db.session.flush()
        case.__dict__.pop("all_parties", None)


def reopen_closing(case: Case) -> None:
    """a wrong closing is taken back by a second person: the talk is owed anew"""
    row = case.correction
    if row is None or row.kind != "closing" or row.proposed_by_id == case.actor_id:
        raise Refused(reason="second_person")
    row.answered_by_id, row.answered_at, row.accepted = case.actor_id, case.now, True
    reopen_talks(case)


def reopen_talks(case: Case, *submitter_ids: int) -> None:
    """Owe the talk anew to the submitters named, or to all."""
    case.idea.closed_at = case.idea.ending = None
    for party in case.parties:
        if not submitter_ids or party.submitter_id in submitter_ids:
            start_again(party, case)


def start_again(party: Party, case: Case, host_id: int | None = None) -> None:
    """Owe a party its talk anew: another attempt, the counters of missed dates begin again."""
    party.attempt += 1
    party.state, party.settled_at, party.owed_at = "owed", None, case.now
    party.missed_by_submitter = party.unanswered_offers = 0
    party.wants_writing = False
    party.asked_again_at = None
    if host_id:
        party.host_id = host_id


def reject_correction(case: Case) -> None:
    """a second person says it is right as it is"""
    row = case.correction
    if row is None:
        raise Refused(reason="nothing_proposed")
    row.answered_by_id, row.answered_at, row.accepted = case.actor_id, case.now, False
