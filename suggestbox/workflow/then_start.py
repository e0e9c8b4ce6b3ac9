"""What changes with the moves of handing in, taking back, questions and the first look."""

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Concern, Idea, IdeaVersion, Question, YearCounter
from suggestbox.ideas.parts import part_of
from suggestbox.people.directory import Directory
from suggestbox.reviews.models import Assignment
from suggestbox.reviews.queries import open_reviews

from . import facts, owners
from .case import Case
from .found_earlier import after_withdrawal, look_for_earlier
from .quorum import shortfall
from .words import reason_sentence

# -- handing in and taking back --------------------------------------------------------------------------------------


def next_number(year: int) -> str:
    """Give the next number of the year, without gaps: the row is counted up in the same transaction."""
    session = db.session()
    counter = session.get(YearCounter, year, with_for_update=True)
    if counter is None:
        counter = YearCounter(year=year, last=0)
        session.add(counter)
    counter.last += 1
    session.flush()
    return f"{year}-{counter.last:04d}"


def hand_in(case: Case) -> None:
    """the idea gets its number and the rules in force"""
    idea = case.idea
    number = next_number(case.today.year)
    idea.number, idea.submitted_at = number, case.now
    idea.two_departments = bool(rule("reviews.two_departments")) and len(case.book.departments) > 1
    for submitter in idea.submitters:
        person_id = submitter.person_id or (submitter.identity.person_id if submitter.identity else None)
        submitter.department_id = None if idea.confidential else case.book.department_of(person_id)
    if idea.way == "short" and owners.team_lead(case) is None:
        idea.way = "ordinary"


def withdraw(case: Case) -> None:
    """it is taken back, with thanks"""
    after_withdrawal(case)
    case.idea.withdrawn_at = case.now
    end_question(case)


def leave_team(case: Case) -> None:
    """one submitter takes the name back; the others go on"""
    if case.my_part is None:
        raise Refused(reason="not_a_submitter")
    case.my_part.state = "left"


def accept_part(case: Case) -> None:
    """a co-submitter accepts"""
    part = part_of(case.idea, case.actor_id, "invited")
    if part is None:
        raise Refused(reason="not_invited")
    if any(a.person_id == case.actor_id and a.state in ("open", "answered") for a in case.assignments):
        raise Refused(reason="reviewer_already")
    part.state = "accepted"


def decline_part(case: Case) -> None:
    """a colleague was not part of it"""
    part = part_of(case.idea, case.actor_id, "invited")
    if part is None:
        raise Refused(reason="not_invited")
    part.state = "declined"


def edit_text(case: Case) -> None:
    """the words change; the earlier ones are kept, and reviewers look again"""
    idea = case.idea
    words = {name: facts.text(case, name, required=name == "title") for name in
             ("title", "problem", "proposal", "benefit")}
    if not (words["problem"] or words["proposal"]):
        raise Invalid(fields={"problem": _("Please write something here.")})
    if all(getattr(idea, name) == value for name, value in words.items()):
        return
    if idea.stage != "draft":
        db.session.add(
            IdeaVersion(idea_id=idea.id, text_version=idea.text_version, title=idea.title, problem=idea.problem,
                        proposal=idea.proposal, benefit=idea.benefit, replaced_at=case.now)
        )
        idea.text_version += 1
        idea.turn += 1
    for name, value in words.items():
        setattr(idea, name, value)
    case.notes["text_version"] = idea.text_version


# -- questions -------------------------------------------------------------------------------------------------------


def ask(case: Case) -> None:
    """a question goes to the submitters; the asker's clock rests, once"""
    words = facts.text(case, "text", longest=5000)
    step = case.my_step("triage", "review", "find_reviewers", "decide", "reconsider")
    question = Question(
        idea_id=case.idea.id, asker_id=case.actor_id, round=case.idea.round, text=words, asked_at=case.now,
        asked_step_id=step.id if step else None,
    )
    db.session.add(question)
    db.session.flush()
    case.notes["question_id"] = question.id


def end_question(case: Case) -> None:
    """the open question is over"""
    question = case.question
    if question:
        question.ended_at = case.now


def resume(case: Case) -> None:
    """the asker's step goes on, with the days that passed added; only the first question of a person rests a clock"""
    question = case.question
    if question is None:
        raise Refused(reason="nothing_asked")
    earlier = any(
        q.asker_id == question.asker_id and q.round == question.round and q.id < question.id for q in case.questions
    )
    step = next((s for s in case.all_steps if s.id == question.asked_step_id), None)
    if step and step.outcome in ("", "rests") and step.owner_id and not earlier:
        calendar = case.book.calendar_of(step.owner_id)
        asked = case.local(question.asked_at, step.owner_id)
        rested = max(0, calendar.working_days_between(asked, case.local(case.now, step.owner_id)))
        step.due_on = calendar.add_working_days(step.due_on, rested) if rested else step.due_on
    end_question(case)


def answer(case: Case) -> None:
    """the submitter answers"""
    words = facts.text(case, "text")
    question = case.question
    if question is None or case.my_part is None:
        raise Refused(reason="nothing_asked")
    question.answer, question.answered_at, question.answered_by_id = words, case.now, case.my_part.id
    case.notes["question_id"] = question.id
    resume(case)


# -- first look ------------------------------------------------------------------------------------------------------


def route(case: Case) -> None:
    """another department looks at it; the clock goes on"""
    department_id = facts.department(case, "department_id")
    facts.text(case, "reason", longest=1000)
    if department_id == case.idea.department_id:
        raise Invalid(fields={"department_id": _("The idea is with this department already.")})
    case.notes.update(department_id=department_id, before_id=case.idea.department_id, reason=case.facts["reason"])
    case.idea.department_id = department_id
    case.idea.routings += 1


def suggest_short_way(case: Case) -> None:
    """the submitter's own team is asked whether it simply does it"""
    case.idea.way = "short"


TELLING = ("submitter", "conflict", "excluded", "below_submitter", "only_decider")
"""Reasons from which one learns who handed an idea in."""


def eligible(book: Directory, idea: Idea, case: Case, person_id: int) -> str | None:
    """Give the reason why somebody may not review this idea, or None when they may.

    For a confidential idea all reasons that would tell its submitter are one.
    """
    problem = _problem(book, idea, case, person_id)
    return "kept_out" if idea.confidential and problem in TELLING else problem


def _problem(book: Directory, idea: Idea, case: Case, person_id: int) -> str | None:
    brief = book.person(person_id)
    if brief is None or not brief.active:
        return "gone"
    if person_id in case.submitter_people:
        return "submitter"
    if person_id in case.in_conflict:
        return "conflict"
    if person_id == idea.excluded_reviewer_id:
        return "excluded"
    if book.reports_to(person_id, case.submitter_people):
        return "below_submitter"
    if any(a.person_id == person_id for a in case.assignments):
        return "asked_already"
    if case.objection and any(a.person_id == person_id and a.state == "answered" for a in case.all_assignments):
        return "reviewed_before"
    if person_id == owners.decider(case) and not [d for d in owners.deciders(case) if d != person_id]:
        return "only_decider"
    return None


def reviewer_problem(reason: str, name: str) -> str:
    """Say why somebody may not review, in a sentence."""
    sentences = {
        "gone": _("%(name)s does not work here any more.", name=name),
        "kept_out": _("%(name)s may not review this idea.", name=name),
        "submitter": _("%(name)s handed the idea in.", name=name),
        "conflict": _("%(name)s declared a conflict of interest.", name=name),
        "excluded": _("The submitter asked that %(name)s does not review it.", name=name),
        "below_submitter": _("%(name)s reports to a submitter.", name=name),
        "asked_already": _("%(name)s was asked already.", name=name),
        "reviewed_before": _("%(name)s reviewed it in the round the objection is about.", name=name),
        "only_decider": _("%(name)s is the only one who could decide it.", name=name),
        "busy": _("%(name)s has enough open assessments. Ask somebody else, or accept a later date.", name=name),
    }
    return sentences[reason]


def _ask_reviewers(case: Case, *, at_least_two: bool) -> list[Assignment]:
    asked = case.facts.get("reviewers") or []
    if not isinstance(asked, list) or not asked:
        raise Invalid(fields={"reviewers": _("Please choose at least one person.")})
    load = open_reviews(entry.get("person_id") for entry in asked)
    made: list[Assignment] = []
    for entry in asked:
        person_id, capacity = entry.get("person_id"), entry.get("capacity")
        brief = case.book.person(person_id)
        problem = eligible(case.book, case.idea, case, person_id)
        name = brief.name if brief else "?"
        if problem is None and person_id in {a.person_id for a in made}:
            problem = "asked_already"
        most = (brief.open_reviews_at_most if brief else None) or rule("reviews.open_at_most")
        busy = load.get(person_id, 0) >= most
        if problem is None and busy and not case.facts.get("later_ok"):
            problem = "busy"
        if problem:
            raise Invalid(fields={"reviewers": reviewer_problem(problem, name)}, reason=problem)
        if capacity not in ("expert", "department"):
            raise Invalid(fields={"reviewers": _("Please say in which capacity %(name)s is asked.", name=name)})
        department_id = entry.get("department_id") or case.book.department_of(person_id)
        made.append(
            Assignment(
                later=busy, idea_id=case.idea.id, round=case.idea.round, person_id=person_id, capacity=capacity,
                department_id=department_id, assigned_by_id=case.actor_id, assigned_at=case.now, state="open",
                criteria_set=case.criteria[0].set_version if case.criteria else 1,
                text_version=case.idea.text_version,
            )
        )
    if at_least_two:
        _must_be_enough(case, made)
    db.session.add_all(made)
    db.session.flush()
    case.notes["people"] = [a.person_id for a in made]
    case.notes["departments"] = sorted({a.department_id for a in made if a.department_id})
    return made


def _must_be_enough(case: Case, made: list[Assignment]) -> None:
    missing = shortfall(case, made)
    if missing:
        raise Invalid(fields={"reviewers": reason_sentence(missing)}, reason=missing)


def assign(case: Case) -> None:
    """at least two people from two departments are asked; from now on others may read the idea"""
    further = case.facts.get("further_departments") or []
    for department_id in further:
        if case.book.department(department_id) is None:
            raise Invalid(fields={"further_departments": _("Please choose a department.")})
        if department_id != case.idea.department_id and department_id not in case.concerns:
            db.session.add(Concern(idea_id=case.idea.id, department_id=department_id))
    if further:
        case.__dict__["concerns"] = case.concerns | {d for d in further if d != case.idea.department_id}
    _ask_reviewers(case, at_least_two=True)
    show(case)
    look_for_earlier(case)
    case.idea.discuss_since = None


def show(case: Case) -> None:
    """others may read the idea"""
    if case.idea.shown_at is None:
        case.idea.shown_at = case.now


def add_reviewers(case: Case) -> None:
    """further people are asked"""
    _ask_reviewers(case, at_least_two=False)
    case.idea.discuss_since = None
