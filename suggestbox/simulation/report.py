"""What happened in the simulated year, in figures: read from the rows it left behind and the mail server's book."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import ceil
from statistics import median
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.models import Appointment, Confirmation, Party
from suggestbox.core.database import db
from suggestbox.ideas.models import OPEN_STAGES, Idea
from suggestbox.journal.models import Entry
from suggestbox.mail.models import Letter
from suggestbox.reviews.models import Assignment, Decision
from suggestbox.steps.models import Step
from suggestbox.workflow.table import ROWS

from .year import Year

STRAIGHT = frozenset({
    "submit", "assign", "score", "discussion_opens", "review_complete", "decide", "offer_talk", "pick_time",
    "record_talk", "talks_done", "confirm", "close",
})
"""The moves of an idea to which nothing out of the ordinary happens. All other rows of the table are exceptional."""

LATE_BY = ((0, "in time"), (2, "1 to 2 days"), (7, "3 to 7 days"), (14, "8 to 14 days"), (28, "15 to 28 days"))
MOST_LATE = "more than 28 days"

ONE_REVIEW_EVERY_DAYS = 14
FIRST_LOOKS_A_WEEK = 2
DECISIONS_A_MONTH = 4
"""What a part-time duty beside one's work may take: the yardstick of the planning answer."""


def report(year: Year) -> dict[str, Any]:
    """Give the whole report as one document."""
    w = year.world
    document = {
        "seed": w.seed, "people": w.people, "days": w.days, "sabotage": year.sabotage,
        "ideas": _ideas(), "moves": _moves(), "paths": dict(sorted(w.paths.items())), "waiting_days": _waiting(),
        "afterwards": _afterwards(), "steps": _steps(),
        "mails": _mails(year), "conversations": _conversations(), "confirmations": _confirmations(),
        "load": _load(), "faults": {"deaths": dict(sorted((w.deaths + year.server.book.deaths).items())),
                                    "server": dict(sorted(year.server.book.answers.items()))},
        "refused_presses": sum(w.refusals.values()), "days_judged": year.watch.days,
        "violations": year.watch.violations(), "examples": year.watch.named, "promises": year.watch.promises(),
    }
    document["planning"] = _planning(document, w.days)
    return document


def exceptional() -> list[str]:
    """Give the names of every row of the table of moves that is not on the straight way."""
    return [row.name for row in ROWS if row.name not in STRAIGHT]


def _counts(query: Any) -> dict[str, int]:
    return {str(name): count for name, count in db.session.execute(query.order_by(sa.text("1"))) if name is not None}


def _ideas() -> dict[str, Any]:
    handed_in = Idea.submitted_at.is_not(None)
    standing = Decision.revoked_at.is_(None)
    return {
        "handed_in": db.session.scalar(sa.select(sa.func.count()).select_from(Idea).where(handed_in)) or 0,
        "outcomes": _counts(sa.select(Decision.outcome, sa.func.count()).where(standing).group_by(Decision.outcome)),
        "decisions": _counts(sa.select(Decision.kind, sa.func.count()).where(standing).group_by(Decision.kind)),
        "stages": _counts(sa.select(Idea.stage, sa.func.count()).group_by(Idea.stage)),
        "endings": _counts(sa.select(Idea.ending, sa.func.count()).group_by(Idea.ending)),
        "ways": _counts(sa.select(Idea.way, sa.func.count()).where(handed_in).group_by(Idea.way)),
    }


def _moves() -> dict[str, int]:
    made = _counts(sa.select(Entry.kind, sa.func.count()).where(Entry.idea_id.is_not(None)).group_by(Entry.kind))
    return {row.name: made.get(row.name, 0) for row in ROWS}


AFTERWARDS = (
    "plan_measure", "start_measure", "move_measure", "finish_measure", "abandon_measure", "record_figure", "confirm_figure",
    "doubt_figure", "rate_aspect", "link_project", "add_task", "tick_task", "remove_task", "propose_award",
    "send_award_back", "grant_award", "decide_eligibility", "propose_shares", "agree_to_shares", "shares_agreed",
    "refuse_shares", "ask_story", "ask_story_again", "answer_story", "relent_about_story", "withdraw_story",
    "take_up_story", "change_story", "leave_out_of_story", "publish_story", "react_to_story", "discard_story",
    "publish_call", "move_call_dates", "prolong_call", "end_call", "tell_results_of_call",
)
"""What is written into the journal beside the moves: about measures, awards, stories and calls."""


def _afterwards() -> dict[str, int]:
    made = _counts(sa.select(Entry.kind, sa.func.count()).where(Entry.kind.in_(AFTERWARDS)).group_by(Entry.kind))
    return {name: made.get(name, 0) for name in AFTERWARDS}


def _spread(values: Iterable[float]) -> dict[str, float]:
    ordered = sorted(values)
    if not ordered:
        return {"count": 0, "median": 0, "p90": 0, "most": 0}
    return {"count": len(ordered), "median": round(median(ordered), 1),
            "p90": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))], 1), "most": round(ordered[-1], 1)}


def _waiting() -> dict[str, dict[str, float]]:
    """Calendar days ideas spent in each stage, as often as they came to it; those still there are left out."""
    spent = defaultdict(list)
    since: dict[int, tuple[str, Any]] = {}
    entries = sa.select(Entry.idea_id, Entry.at, Entry.facts).where(Entry.idea_id.is_not(None)).order_by(Entry.id)
    for idea_id, at, facts in db.session.execute(entries):
        if "stage" in facts:
            if idea_id in since:
                stage, begun = since[idea_id]
                spent[stage].append((at - begun).total_seconds() / 86400)
            since[idea_id] = (facts["stage"], at)
    found = {stage: _spread(spent[stage]) for stage in OPEN_STAGES}
    whole = sa.select(Idea.submitted_at, Idea.closed_at).where(Idea.closed_at.is_not(None))
    found["from hand-in to closing"] = _spread(
        (closed - begun).total_seconds() / 86400 for begun, closed in db.session.execute(whole) if begun and closed)
    return found


def _late_by(days: int) -> str:
    return next((name for most, name in LATE_BY if days <= most), MOST_LATE)


def _steps() -> dict[str, Any]:
    ages = {name: 0 for _most, name in LATE_BY} | {MOST_LATE: 0}
    done, standing = dict(ages), dict(ages)
    end: Any = db.session.scalar(sa.select(sa.func.max(Entry.at)))
    columns = sa.select(Step.due_on, Step.done_at).where(Step.outcome.in_(("", "done")), Step.kind != "return")
    for due_on, done_at in db.session.execute(columns):
        days = ((done_at or end).date() - due_on).days
        (done if done_at else standing)[_late_by(days)] += 1
    return {"done": done, "open_at_the_end": standing}


def _mails(year: Year) -> dict[str, Any]:
    per_day = Counter(year.server.book.a_day.values())
    kinds = _counts(sa.select(Letter.kind, sa.func.count()).where(Letter.state == "sent").group_by(Letter.kind))
    states = _counts(sa.select(Letter.state, sa.func.count()).group_by(Letter.state))
    sent = sum(year.server.book.a_day.values())
    readers = len({who for who, _day in year.server.book.a_day})
    return {
        "accepted": sent, "readers": readers, "by_kind": kinds, "by_state": states,
        "a_person_and_day": {str(n): per_day[n] for n in sorted(per_day)}, "most_in_a_day": max(per_day, default=0),
        "a_reader_and_week": round(sent / max(readers, 1) / max(year.world.days / 7, 1), 2),
    }


def _conversations() -> dict[str, int]:
    found = _counts(sa.select(Party.state, sa.func.count()).group_by(Party.state))
    found |= {f"appointments {name}": count for name, count in _counts(
        sa.select(Appointment.state, sa.func.count()).group_by(Appointment.state)).items()}
    found["denied"] = db.session.scalar(
        sa.select(sa.func.count()).select_from(Entry).where(Entry.kind == "deny_talk")) or 0
    return found


def _confirmations() -> dict[str, Any]:
    found: dict[str, Any] = _counts(sa.select(Confirmation.follows, sa.func.count()).group_by(Confirmation.follows))
    mean = db.session.scalar(sa.select(sa.func.avg(Confirmation.appreciated)))
    found["appreciated_mean"] = round(float(mean), 2) if mean is not None else None
    return found


def _a_person(query: Any) -> dict[str, float]:
    return _spread(count for _person, count in db.session.execute(query))


def _load() -> dict[str, dict[str, float]]:
    """How much each reviewer, coordinator and decision maker did in the whole time."""
    def done(*kinds: str) -> Any:
        return sa.select(Step.done_by_id, sa.func.count()).where(
            Step.kind.in_(kinds), Step.done_by_id.is_not(None)).group_by(Step.done_by_id)

    answered = sa.select(Assignment.person_id, sa.func.count()).where(Assignment.answered_at.is_not(None))
    decided = sa.select(Decision.decided_by_id, sa.func.count()).where(Decision.kind == "merit")
    return {
        "reviews_a_reviewer": _a_person(answered.group_by(Assignment.person_id)),
        "first_looks_a_coordinator": _a_person(done("triage")),
        "steps_a_coordinator": _a_person(done("triage", "find_reviewers", "end_review", "confirm_duplicate",
                                              "look_at_flag", "ask_once_more", "confirm_correction")),
        "decisions_a_decider": _a_person(decided.group_by(Decision.decided_by_id)),
        "talks_a_host": _a_person(done("hold_talk")),
    }


def _planning(document: dict[str, Any], days: int) -> dict[str, Any]:
    """How many people it takes, from what happened and one plain yardstick for what a duty beside the work may take."""
    load = document["load"]
    reviews = db.session.scalar(
        sa.select(sa.func.count()).select_from(Assignment).where(Assignment.answered_at.is_not(None))) or 0
    looks = db.session.scalar(sa.select(sa.func.count()).select_from(Step).where(
        Step.kind == "triage", Step.outcome == "done")) or 0
    decisions = document["ideas"]["decisions"].get("merit", 0)
    late = db.session.scalar(sa.select(sa.func.count()).select_from(Step).where(
        Step.kind == "review", Step.outcome == "done", sa.func.date(Step.done_at) > Step.due_on)) or 0
    return {
        "assessments": reviews, "assessments_late": late, "first_looks": looks, "decisions": decisions,
        "reviewers_there": load["reviews_a_reviewer"]["count"],
        "reviewers_needed": ceil(reviews / max(days / ONE_REVIEW_EVERY_DAYS, 1)),
        "coordinators_there": load["first_looks_a_coordinator"]["count"],
        "coordinators_needed": ceil(looks / max(days / 7, 1) / FIRST_LOOKS_A_WEEK),
        "deciders_there": load["decisions_a_decider"]["count"],
        "deciders_needed": ceil(decisions / max(days / 30, 1) / DECISIONS_A_MONTH),
        "median_days_between_assessments": round(days / max(load["reviews_a_reviewer"]["median"], 1), 1),
    }

