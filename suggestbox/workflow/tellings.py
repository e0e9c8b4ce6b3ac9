"""THE table of tellings: which move tells whom what.

Read a row as: these moves tell these people in this way. What the kinds say stands in `letters.py`; whether they go at
once or wait for the digest too. Whoever made the move knows of it and is told nothing, but for receipts and for what
goes into calendars. Interim verdicts are told to no submitter: no row does, and a test watches over it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from suggestbox.core.clock import local_date
from suggestbox.ideas.models import Comment, Idea
from suggestbox.ideas.parts import person_behind
from suggestbox.journal.models import Entry
from suggestbox.mail.letters import kind as kind_of
from suggestbox.mail.operations import ToTell, tell_each, tell_waiting
from suggestbox.steps.models import Step

from . import told, told_group
from .case import Case
from .told import Told


@dataclass(frozen=True)
class Telling:
    """One row. `actor_too`: also whoever made the move."""

    moves: tuple[str, ...]
    whom: Callable[[Case, Entry], Iterable[Told]]
    kind: str
    actor_too: bool = False


CALLED_OFF = (
    "cancel_appointment", "ask_in_writing", "ask_other_host", "decline_talk", "change_host", "reassign", "write_closing",
    "mark_unreachable", "record_talk", "call_off_group", "move_group", "group_moved", "group_ends",
    "hand_over", "not_ours", "contradict_duplicate", "confirm_correction",
)
"""Moves after which a time agreed may not stand any more."""

NEWS = (
    "accept_part", "decline_part", "leave_team", "leave_short_way", "route", "assign", "have_it_examined", "short_doubt",
    "short_silence", "end_review", "review_complete", "question_silent", "not_ours", "contradict_duplicate",
    "confirm_correction", "reopen_closing", "change_host", "report_missed", "move_due", "keep_promise", "object",
    "ask_for_talk", "close", "come_back",
)
"""Moves a submitter hears of with the next digest, in the words of the idea's story."""

ROWS = (
    # -- at once -----------------------------------------------------------------------------------------------------
    Telling(("submit",), told.who_handed_in, "ideas.receipt", actor_too=True),
    Telling(("submit",), told.each_invited, "ideas.part"),
    Telling(("ask",), told.each_asked, "workflow.question"),
    Telling(("offer_talk",), told.offered_first, "conversations.decision"),
    Telling(("offer_talk",), told.offered_again, "conversations.offer"),
    Telling(("pick_time", "change_place"), told.both_of_the_talk, told.INVITATION, actor_too=True),
    Telling(CALLED_OFF, told.both_once_invited, told.INVITATION, actor_too=True),
    Telling(("group_set", "group_elsewhere"), told_group.each_coming, told.INVITATION),
    Telling((*CALLED_OFF, "group_set", "group_elsewhere", "change_place", "report_missed"), told_group.host_of_group,
            told_group.HOST, actor_too=True),
    Telling(("write_closing",), told.written_to, "conversations.written"),
    Telling(("hand_over",), told.each_submitter, "workflow.handed_over"),
    Telling(("hand_over",), told.office, "workflow.entrusted"),
    Telling(("look_again",), told.each_submitter, "priority.again"),
    # -- with the digest ---------------------------------------------------------------------------------------------
    Telling(("answer", "question_silent"), told.asker, "workflow.answered"),
    Telling(("withdraw", "hand_over", "confirm_duplicate"), told.owners_of_steps, "workflow.dropped"),
    Telling(("end_review",), told.owners_of_reviews, "workflow.dropped"),
    Telling(("decline_talk",), told.hosts, "workflow.news"),
    Telling(("object",), told.deciders_before, "workflow.news"),
    Telling(("keep_decline",), told.each_submitter, "priority.stands"),
    Telling(("call_off_group", "group_ends"), told_group.each_asked, "ideas.news"),
    Telling(NEWS, told.each_submitter, "ideas.news"),
)

TOLD_OTHERWISE = frozenset({"answer", "pick_time", "hold_talk", "return", "end_review", "second_look"})
"""Steps of which a letter of their own tells (the question, the offer, the invitation), one that is months away, and one
that mostly does itself: a review ends by itself when everybody has answered."""


def rows_for(move: str) -> list[Telling]:
    """Give the rows of a move, in the order of the table."""
    return _BY_MOVE.get(move, [])


_BY_MOVE: dict[str, list[Telling]] = {}
for _row in ROWS:
    for _move in _row.moves:
        _BY_MOVE.setdefault(_move, []).append(_row)


def tell_of(move: str, case: Case, entry: Entry) -> None:
    """Tell everybody whom a move that was just made concerns. Flushes, never commits."""
    for row in rows_for(move):
        _tell(row.kind, case, [t for t in row.whom(case, entry) if row.actor_too or _person(t) != case.actor_id])


def tell_of_steps(case: Case, steps: Iterable[Step], *, mover_id: int | None) -> None:
    """Tell the owners of new steps what they have to do; whoever opened the step by a move of their own knows."""
    parts = {part.id: part for part in case.idea.submitters}
    waiting, at_once, together = [], [], []
    for step in steps:
        if step.kind in TOLD_OTHERWISE or (step.owner_id is not None and step.owner_id == mover_id):
            continue
        if step.owner_id and step.kind == "offer_talk" and step.owner_id == case.idea.office_id:
            continue  # "you look after this now" says it
        one = Told(step.owner_id or parts[step.submitter_id or 0], str(step.id), {}, step.id)
        if step.kind == "agree_group":
            together.append(told_group.asked(case, one, step))
        elif step.kind != "confirm":
            waiting.append(one)
        elif _asks_after_a_talk(case, step):
            at_once.append(one)
        elif _has_no_letter(case, step):
            waiting.append(one)
    _tell("workflow.step", case, waiting)
    _tell("conversations.how_was_it", case, at_once)
    _tell("conversations.together", case, together)


def _asks_after_a_talk(case: Case, step: Step) -> bool:
    party = case.party(step.subject_id // 200)
    return party is not None and (party.state == "held" or step.subject_id % 2 == 1)


def _has_no_letter(case: Case, step: Step) -> bool:
    """The written closing asks how it was itself."""
    party = case.party(step.subject_id // 200)
    return party is not None and party.state not in ("written", "missed", "unanswered")


def tell_of_comment(idea: Idea, comment: Comment, *, zone: str) -> None:
    """Tell the submitters that somebody wrote about their idea: once a day, however many comments. Flushes."""
    if comment.audience != "everyone":
        return
    day = local_date(comment.at, zone).isoformat()
    rows = [
        {"key": f"ideas.comments:{idea.id}:{day}:s{part.id}", "submitter_id": part.id, "idea_id": idea.id,
         "facts": {"since": comment.at.isoformat()}}
        for part in idea.submitters if part.state == "accepted" and part.id != comment.by_submitter_id
    ]
    tell_waiting("ideas.comments", rows, now=comment.at)


def _person(one: Told) -> int:
    return one.to if isinstance(one.to, int) else person_behind(one.to)


def _tell(name: str, case: Case, found: list[Told]) -> None:
    if not found:
        return
    if kind_of(name).waits:
        tell_waiting(name, [_row_of(name, case, one) for one in found], now=case.now)
        return
    new = tell_each(name, [_to_tell(name, case, one) for one in found], now=case.now)
    for one in found:
        if "sequence" in one.facts and _key(name, one) in new:
            _count_up(case, one.facts["party_id"], one.facts["sequence"])


def _key(name: str, one: Told) -> str:
    reader = f"p{one.to}" if isinstance(one.to, int) else f"s{one.to.id}"
    return f"{name}:{one.about}:{reader}"


def _to_tell(name: str, case: Case, one: Told) -> ToTell:
    person_id, submitter = (one.to, None) if isinstance(one.to, int) else (None, one.to)
    return ToTell(_key(name, one), person_id, submitter, case.idea.id, one.step_id, one.facts)


def _row_of(name: str, case: Case, one: Told) -> dict[str, Any]:
    who = {"person_id": one.to} if isinstance(one.to, int) else {"submitter_id": one.to.id}
    return {"key": _key(name, one), "idea_id": case.idea.id, "step_id": one.step_id, "facts": one.facts, **who}


def _count_up(case: Case, party_id: int, sequence: int) -> None:
    for party in case.all_parties:
        if party.id == party_id:
            party.calendar_sequence = sequence
