"""The quorum: no decision on merit by one person alone."""

from datetime import datetime

from suggestbox.reviews.models import Assignment

from .case import Case


def complete(case: Case, review: Assignment) -> bool:
    """Say whether every required criterion of the review's set was answered ("I cannot judge this" counts)."""
    if not case.criteria:
        return False
    answered = {score.criterion_id for score in review.scores}
    if review.criteria_set == case.criteria[0].set_version:
        return all(c.id in answered for c in case.criteria if c.required)
    return bool(answered)  # scored on an earlier set, complete by the rules of that day


def counted(case: Case) -> list[Assignment]:
    """Give the reviews that count: complete, of the current round and text, not by the decider."""
    decision = case.decision
    decided_by = decision.decided_by_id if decision and decision.kind == "merit" else None
    return [r for r in case.counted if r.person_id != decided_by and complete(case, r)]


def shortfall(case: Case, reviews: list[Assignment] | None = None) -> str | None:
    """Give the reason why the quorum does not stand, or None when it does.

    Takes   reviews: counted ones; assignments still open may be passed to ask whether it could stand
    """
    reviews = counted(case) if reviews is None else reviews
    if len(reviews) < 2:
        return "two_reviews"
    if not any(r.capacity == "expert" for r in reviews):
        return "an_expert"
    if not any(r.capacity == "department" for r in reviews):
        return "a_department"
    if case.idea.two_departments and len({r.department_id for r in reviews}) < 2:
        return "two_departments"
    spoken = {r.department_id for r in reviews if r.capacity == "department"}
    if not case.concerns <= spoken:
        return "every_department"
    return None


def stands(case: Case) -> bool:
    """Say whether the quorum stands."""
    return shortfall(case) is None


def stands_since(case: Case) -> datetime | None:
    """Give when the last of the reviews that make the quorum came: from then on those who scored can read each other."""
    reviews = counted(case)
    if shortfall(case, reviews):
        return None
    return max((r.answered_at for r in reviews if r.answered_at), default=None)


def could_stand(case: Case) -> bool:
    """Say whether the quorum would stand if everybody still asked answered."""
    hopeful = [r for r in case.answered if r.person_id not in case.kept_out and complete(case, r)]
    asked = [a for a in case.owing if a.person_id not in case.kept_out and _still_here(case, a)]
    return shortfall(case, hopeful + asked) is None


def _still_here(case: Case, assignment: Assignment) -> bool:
    brief = case.book.person(assignment.person_id)
    return bool(brief and brief.active)


def _disagree(case: Case, reviews: list[Assignment]) -> bool:
    """Whether they disagree strongly: totals far apart, or adopt against decline."""
    totals = [r.total_points for r in reviews if r.total_points is not None]
    if totals and (max(totals) - min(totals)) * 10 >= case.rule("reviews.disagreement_tenths") - 1e-9:
        return True
    said = {r.recommendation for r in reviews}
    return "decline" in said and bool(said & {"adopt", "adopt_in_part"})


def first_disagreement(case: Case) -> bool:
    """Say whether they disagreed strongly when each had scored alone; settled only by everybody's second look."""
    reviews = counted(case)
    totals = [p for r in reviews if (p := r.first_total_points or r.total_points) is not None]
    if totals and (max(totals) - min(totals)) * 10 >= case.rule("reviews.disagreement_tenths") - 1e-9:
        return True
    return _disagree(case, reviews)


def must_reconsider(case: Case) -> list[Assignment]:
    """Give the reviews that must be kept or changed: the text changed, or reviewers disagree strongly."""
    old_text = [r for r in case.answered if r.text_version != case.idea.text_version]
    if case.owing or old_text:
        return old_text
    if first_disagreement(case):
        return [r for r in counted(case) if r.reconsidered_at is None]
    return []
