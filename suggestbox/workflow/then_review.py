"""What changes with assessments, the short way, and decisions."""

from datetime import timedelta

from suggestbox.core.clock import months_later
from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import ADOPTING, MERIT_OUTCOMES, RETURNING
from suggestbox.reviews.models import RECOMMENDATIONS, Assignment, Decision, Panelist, Score, Vote
from suggestbox.reviews.queries import criteria_of, mean_points, weighted_total

from . import facts, owners, quorum
from .case import Case
from .found_earlier import look_for_earlier
from .then_elsewhere import host_for, owe_talks, revoke
from .then_start import TELLING, eligible, reviewer_problem, show

# -- assessments -----------------------------------------------------------------------------------------------------


def _points(case: Case, assignment: Assignment) -> dict[int, int | None]:
    given = case.facts.get("scores")
    if not isinstance(given, dict):
        raise Invalid(fields={"scores": _("Please answer every question, or say that you cannot judge it.")})
    points: dict[int, int | None] = {}
    missing = {}
    for criterion in criteria_of(assignment.criteria_set):
        key = criterion.id if criterion.id in given else str(criterion.id)
        if key not in given:
            if criterion.required:
                missing[f"criterion_{criterion.id}"] = _("Please answer, or say that you cannot judge it.")
            continue
        value = given[key]
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 5):
            missing[f"criterion_{criterion.id}"] = _("Please choose one of the answers.")
        points[criterion.id] = value
    if missing:
        raise Invalid(fields=missing)
    return points


def _write_scores(case: Case, assignment: Assignment) -> None:
    points = _points(case, assignment)
    recommendation = facts.choice(case, "recommendation", RECOMMENDATIONS)
    for_submitter = facts.text(case, "for_submitter", longest=5000)
    for_colleagues = facts.text(case, "for_colleagues", required=False, longest=5000)
    known = {score.criterion_id: score for score in assignment.scores}
    for criterion_id, value in points.items():
        if criterion_id in known:
            known[criterion_id].points = value
        else:
            assignment.scores.append(Score(criterion_id=criterion_id, points=value, first_points=value))
    assignment.total_points = weighted_total(points, criteria_of(assignment.criteria_set))
    assignment.recommendation = recommendation
    assignment.for_submitter, assignment.for_colleagues = for_submitter, for_colleagues
    assignment.text_version = case.idea.text_version


def score(case: Case) -> None:
    """the reviewer answers, without having seen the others"""
    mine = _mine(case)
    _write_scores(case, mine)
    mine.state, mine.answered_at = "answered", case.now
    mine.first_total_points = mine.total_points
    case.notes["department_id"] = mine.department_id


def _mine(case: Case) -> Assignment:
    mine = case.my_assignment
    if mine is None:
        raise Refused(reason="not_asked")
    return mine


def reconsider(case: Case) -> None:
    """the reviewer keeps or changes the assessment after reading the others, or the new text"""
    mine = _mine(case)
    if case.facts.get("keep"):
        mine.text_version = case.idea.text_version
    else:
        _write_scores(case, mine)
    if not case.owing and quorum.first_disagreement(case):
        mine.reconsidered_at = case.now
    case.notes["department_id"] = mine.department_id


def abstain(case: Case) -> None:
    """the reviewer cannot or does not want to judge"""
    mine = _mine(case)
    mine.reason = facts.text(case, "reason", longest=2000)
    mine.state = "abstained"


def declare_conflict(case: Case) -> None:
    """the reviewer is too close to it; the assessment does not count"""
    mine = _mine(case)
    mine.reason = facts.text(case, "reason", longest=2000)
    mine.state = "conflict"
    case.idea.discuss_since = None


def declare_conflict_late(case: Case) -> None:
    """the conflict comes out before the release: back to the review"""
    declare_conflict(case)
    _back_to_review(case)


def _back_to_review(case: Case) -> None:
    revoke(case, "quorum")
    for party in case.parties:
        db.session.delete(party)  # nothing was offered yet, nobody knows of it
    case.idea.outcome = case.idea.decided_at = None
    case.idea.return_on = None
    case.idea.discuss_since = None


def back_to_review(case: Case) -> None:
    """the quorum does not stand any more: back to the review"""
    _back_to_review(case)


def declare_conflict_after(case: Case) -> None:
    """the conflict comes out after the release: the idea management settles it and points out the objection"""
    declare_conflict(case)
    _mine(case).conflict_open = True


def resolve_conflict(case: Case) -> None:
    """the idea management notes how the late conflict was settled"""
    facts.text(case, "words", longest=2000)
    for a in case.all_assignments:
        a.conflict_open = False


def pass_on(case: Case) -> None:
    """ "not my field, better ...": the review goes to somebody else"""
    mine = _mine(case)
    person_id = facts.person(case, "person_id")
    reason = facts.text(case, "reason", longest=2000)
    problem = eligible(case.book, case.idea, case, person_id)
    if problem:
        brief = case.book.person(person_id)
        discreet = "kept_out" if problem in TELLING else problem  # a reviewer may not know yet who it comes from
        raise Invalid(fields={"person_id": reviewer_problem(discreet, brief.name if brief else "?")})
    department_id = mine.department_id if mine.capacity == "department" else case.book.department_of(person_id)
    other = Assignment(
        idea_id=case.idea.id, round=case.idea.round, person_id=person_id, capacity=mine.capacity,
        department_id=department_id, assigned_by_id=case.actor_id, assigned_at=case.now, state="open",
        criteria_set=mine.criteria_set, text_version=case.idea.text_version,
    )
    db.session.add(other)
    db.session.flush()
    mine.state, mine.passed_to_id, mine.reason = "passed_on", other.id, reason
    case.notes["people"] = [person_id]


def thank_the_rest(case: Case) -> None:
    """the review ends; whoever has not answered is thanked"""
    for a in case.owing:
        a.state = "thanked"


def start_discussion(case: Case) -> None:
    """everybody asked has answered: they read each other's sentences"""
    case.idea.discuss_since = case.now


def reviewers_left(case: Case) -> None:
    """somebody asked works here no more; the assessment does not count any more if it was to be looked at again"""
    for a in [*case.owing, *quorum.must_reconsider(case)]:
        brief = case.book.person(a.person_id)
        if brief is None or not brief.active:
            a.state = "left"


# -- short way -------------------------------------------------------------------------------------------------------


def team_does_it(case: Case) -> None:
    """the team does it by a date; an expert of another department is asked what speaks against it"""
    words = facts.text(case, "words", longest=2000)
    latest = case.due(case.actor_id, "workflow.short_days")
    do_until = facts.day(case, "do_until", earliest=case.today, latest=latest)
    expert_id = facts.person(case, "expert_id")
    problem = eligible(case.book, case.idea, case, expert_id)
    brief = case.book.person(expert_id)
    lead_department = case.book.department_of(case.actor_id)
    if problem or brief is None or expert_id == case.actor_id:
        raise Invalid(fields={"expert_id": reviewer_problem(problem or "asked_already", brief.name if brief else "?")})
    if brief.department_id == lead_department:
        raise Invalid(fields={"expert_id": _("The expert must belong to another department.")})
    common = {
        "idea_id": case.idea.id, "round": case.idea.round, "assigned_at": case.now,
        "assigned_by_id": case.actor_id, "text_version": case.idea.text_version,
        "criteria_set": case.criteria[0].set_version if case.criteria else 1,
    }
    db.session.add_all([
        Assignment(person_id=case.actor_id, capacity="department", department_id=lead_department, state="answered",
                   answered_at=case.now, recommendation="adopt", for_submitter=words, **common),
        Assignment(person_id=expert_id, capacity="expert", department_id=brief.department_id, state="open", **common),
    ])
    case.idea.way = "short"
    case.idea.short_until = do_until
    show(case)
    case.notes.update(people=[expert_id], do_until=do_until.isoformat() if do_until else "")


def examine(case: Case) -> None:
    """it goes the ordinary way, with the first date kept"""
    case.idea.way = "ordinary"
    if case.facts.get("is_fault"):
        case.notes["is_fault"] = True


def nothing_against(case: Case) -> None:
    """nothing speaks against it: the team's answer is the decision"""
    mine = _mine(case)
    lead = next((a for a in case.assignments if a.capacity == "department" and a.state == "answered"), None)
    if lead is None or lead.person_id == case.actor_id:
        raise Refused(reason="second_person")
    mine.for_submitter = facts.text(case, "words", required=False, longest=2000)
    mine.state, mine.answered_at, mine.recommendation = "answered", case.now, "adopt"
    db.session.add(
        Decision(idea_id=case.idea.id, round=case.idea.round, kind="short", outcome="adopted",
                 reasons=lead.for_submitter, decided_by_id=lead.person_id, department_id=lead.department_id,
                 decided_at=case.now)
    )
    case.idea.outcome, case.idea.decided_at = "adopted", case.now
    owe_talks(case, host_for(case, lead.person_id))
    look_for_earlier(case)


def end_short_way(case: Case) -> None:
    """the ordinary way, with the first date kept"""
    case.idea.way = "ordinary"
    case.idea.short_until = None
    for a in case.assignments:
        if a.state == "open" or a.capacity == "department":
            db.session.delete(a)
    case.__dict__.pop("all_assignments", None)


def short_doubt(case: Case) -> None:
    """something speaks against it: the ordinary way"""
    reason = facts.text(case, "reason", longest=2000)
    mine = _mine(case)
    lead = next((a for a in case.assignments if a.capacity == "department"), None)
    if lead:
        db.session.delete(lead)
    mine.state, mine.reason = "abstained", reason
    case.idea.way = "ordinary"
    case.idea.short_until = None
    case.__dict__.pop("all_assignments", None)


# -- decisions -------------------------------------------------------------------------------------------------------


def _decision_facts(case: Case) -> dict:
    outcome = facts.choice(case, "outcome", MERIT_OUTCOMES)
    found = {"outcome": outcome, "reasons": facts.text(case, "reasons")}
    found["change_for_yes"] = facts.text(case, "change_for_yes", required=outcome == "declined")
    found["hypothesis"] = facts.text(case, "hypothesis", required=outcome == "trial")
    tomorrow = case.today + timedelta(days=1)
    latest = months_later(case.today, case.rule("workflow.parked_months")) if outcome == "parked" else None
    found["return_on"] = facts.day(case, "return_on", required=outcome in RETURNING, earliest=tomorrow, latest=latest)
    if outcome not in RETURNING:
        found["return_on"] = None
    found["proof"] = facts.text(case, "proof", required=outcome == "already_planned")
    handed_in = case.local(case.idea.submitted_at or case.now)
    found["proof_on"] = facts.day(case, "proof_on", required=outcome == "already_planned",
                                  latest=handed_in - timedelta(days=1))
    if outcome == "parked" and any(d.outcome == "parked" and d.revoked_at is None for d in case.decisions):
        raise Invalid(fields={"outcome": _("An idea is put off only once. Please decide it this time.")})
    return found


def decide(case: Case) -> None:
    """the outcome and its reasons are written down, and kept back until the talk is offered"""
    found = _decision_facts(case)
    if case.votes:
        tally = owners.tally(case)
        most = max(tally.values(), default=0)
        if tally.get(found["outcome"], 0) < most:
            raise Invalid(fields={"outcome": _("Most votes are for another outcome.")})
    step = case.my_step("decide")
    decision = Decision(
        idea_id=case.idea.id, round=case.idea.round, kind="merit", decided_by_id=case.actor_id,
        decided_for_id=step.owner_id if step and step.owner_id != case.actor_id else None,
        body_id=step.body_id if step else None, department_id=case.idea.department_id,
        mean_points=mean_points(quorum.counted(case)), decided_at=case.now, **found,
    )
    db.session.add(decision)
    case.idea.outcome, case.idea.decided_at = found["outcome"], case.now
    case.idea.return_on = found["return_on"]
    owe_talks(case, host_for(case, case.actor_id or 0))
    if found["outcome"] in ADOPTING:
        look_for_earlier(case)


def vote(case: Case) -> None:
    """a member votes, or changes the vote"""
    outcome = facts.choice(case, "outcome", MERIT_OUTCOMES)
    words = facts.text(case, "words", required=False, longest=2000)
    mine = next((v for v in case.votes if v.person_id == case.actor_id), None)
    if mine is None:
        mine = Vote(idea_id=case.idea.id, round=case.idea.round, person_id=case.actor_id)
        db.session.add(mine)
    mine.outcome, mine.words, mine.at = outcome, words, case.now


def revoke_decision(case: Case) -> None:
    """taken back before the submitters know of it"""
    reason = facts.text(case, "reason", longest=2000)
    if case.decision is None or case.decision.kind != "merit":
        raise Refused(reason="nothing_decided")
    revoke(case, reason)
    for party in case.parties:
        db.session.delete(party)
    case.idea.outcome = case.idea.decided_at = case.idea.return_on = None


def name_panel(case: Case) -> None:
    """three people decide by majority, one of them from the works council if there is one"""
    people = case.facts.get("person_ids") or []
    seat_panel(case, people, field="person_ids")
    case.notes["people"] = sorted(people)


def seat_panel(case: Case, people: list[int], *, field: str) -> None:
    """Let exactly these three decide; whoever was named before and is not among them is not asked any more.

    Raises  Invalid, tied to `field`, when these three may not be the panel
    """
    if len(set(people)) != 3:
        raise Invalid(fields={field: _("Please name three different people.")})
    excluded = case.excluded_from("sit_on_panel")
    for person_id in people:
        brief = case.book.person(person_id)
        if brief is None or not brief.active or person_id in excluded:
            name = brief.name if brief else "?"
            raise Invalid(fields={field: _("%(name)s was involved before, or does not work here.", name=name)})
    council = {p for (role, _d), held in case.book.roles.items() if role == "works_council" for p in held}
    if (council - excluded) and not council.intersection(people):
        raise Invalid(fields={field: _("One of the three must come from the works council.")})
    seats = db.session.query(Panelist).filter_by(idea_id=case.idea.id, round=case.idea.round)
    for seat in seats.filter(Panelist.person_id.not_in(people)):
        db.session.delete(seat)
    for person_id in set(people) - set(case.panel):
        db.session.add(Panelist(idea_id=case.idea.id, round=case.idea.round, person_id=person_id, named_at=case.now))


def named_deciders(case: Case) -> list[int]:
    """Give who could be named to decide instead."""
    return owners.deciders(case)
