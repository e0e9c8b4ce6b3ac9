"""Every kind of letter, made by walking real moves: a name, and what gives the notice and the moment it is read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from suggestbox.core.database import work
from suggestbox.ideas.models import Idea
from suggestbox.ideas.remarks import add_comment
from suggestbox.mail.models import Letter, Notice
from suggestbox.workflow.operations import case_of, move, settle
from suggestbox.workflow.tellings import tell_of_comment
from tests import factories as f
from tests.cast import Cast
from tests.factories import START
from tests.mail.scenes_of_calls import MEASURE_SCENES
from tests.mail.telling import later, letters, notices

TITLE = "Labels at goods receipt"
Scene = Callable[[Cast], tuple[Notice | list[Notice], datetime]]


def _last(kind: str, **which: Any) -> Notice:
    return [n for n in notices(kind) if all(getattr(n, k) == v for k, v in which.items())][-1]


def receipt(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        f.submitted(cast, title=TITLE)
    return _last("ideas.receipt"), START


def receipt_confidential(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        f.submitted(cast, title=TITLE, confidential=True)
    return _last("ideas.receipt"), START


def receipt_written_down_by_somebody_else(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        f.submitted(cast, title=TITLE, on_behalf_by_id=cast.dan.id)
    return _last("ideas.receipt"), START


def receipt_short_way(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        f.submitted(cast, title=TITLE, way="short")
    return _last("ideas.receipt"), START


def _invited(cast: Cast, **columns: Any) -> Idea:
    idea = f.draft(cast, cast.ann, cast.eve, title=TITLE, **columns)
    idea.submitters[1].state = "invited"
    return move(idea, "submit", actor=cast.ann, now=START)


def part(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        _invited(cast)
    return _last("ideas.part"), START


def part_confidential(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        _invited(cast, confidential=True)
    return _last("ideas.part"), START


def question(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        f.waiting(cast, title=TITLE)
    return _last("workflow.question"), later(hours=2)


def _decided(outcome: str, **facts: Any) -> Scene:
    def scene(cast: Cast) -> tuple[Notice, datetime]:
        with work():
            f.offered(cast, title=TITLE, outcome=outcome, facts=facts)
        return _last("conversations.decision"), later(2, 2)

    return scene


def duplicate(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        first = f.submitted(cast, cast.sam, title="Labels earlier")
        idea = f.submitted(cast, title=TITLE, now=later(hours=1))
        move(first, "assign", actor=cast.bob, now=later(hours=1),
             reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))
        move(idea, "propose_duplicate", actor=cast.bob, now=later(hours=2), number=first.number, reason="The same labels.")
        move(idea, "confirm_duplicate", actor=cast.ida, now=later(hours=3))
        party = f.parties(idea)[0]
        move(idea, "offer_talk", actor=f.host_of(party), now=later(hours=4), party_id=party.id, slots=f.slots(START),
             words="")
    return _last("conversations.decision"), later(hours=4)


def offer(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        idea = f.offered(cast, title=TITLE)
        move(idea, "none_suits", actor=cast.ann, now=later(3), words="Only in the afternoon.")
        party = f.parties(idea)[0]
        move(idea, "offer_talk", actor=f.host_of(party), now=later(3, 1), party_id=party.id, slots=f.slots(later(4)),
             words="Then in the afternoon?")
    return _last("conversations.offer"), later(3, 1)


def offer_on_paper(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        cast.ann.email, cast.ann.personnel_no = None, "4711"
        f.offered(cast, title=TITLE)
    return _last("conversations.decision"), later(2, 2)


def invitation_on_paper(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        cast.ann.email, cast.ann.personnel_no = None, "4711"
    return invitation_for_the_submitter(cast)


def invitation_for_the_submitter(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        f.appointed(cast, title=TITLE)
    return next(n for n in notices("conversations.invitation") if n.submitter_id), later(3)


def invitation_for_the_host(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        f.appointed(cast, title=TITLE)
    return next(n for n in notices("conversations.invitation") if n.person_id), later(3)


def invitation_confidential_for_the_host(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        f.appointed(cast, title=TITLE, confidential=True)
    return next(n for n in notices("conversations.invitation") if n.person_id), later(3)


def invitation_to_another_place(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        idea = f.appointed(cast, title=TITLE)
        party = f.parties(idea)[0]
        move(idea, "change_place", actor=f.host_of(party), now=later(4), party_id=party.id, form="in_person",
             place="Room 3")
    return [n for n in notices("conversations.invitation") if n.submitter_id][-1], later(4)


def sent_all(now: datetime) -> None:
    """Have every letter that waits be sent, as far as the outbox knows."""
    for letter in letters():
        letter.state, letter.done_at = "sent", now


def invitation_called_off(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        idea = f.appointed(cast, title=TITLE)
        sent_all(later(3))
        move(idea, "cancel_appointment", actor=cast.ann, now=later(4), words="I am ill.")
    return next(n for n in notices("conversations.invitation") if n.submitter_id and n.facts["method"] == "CANCEL"), later(4)


def written(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        idea = f.offered(cast, title=TITLE, outcome="declined", facts={"change_for_yes": "A cheaper printer."})
        move(idea, "ask_in_writing", actor=cast.ann, now=later(3))
        party = f.parties(idea)[0]
        move(idea, "write_closing", actor=f.host_of(party), now=later(4), party_id=party.id,
             text="We looked at three printers.\n\nAll of them cost more than they save. Thank you for looking closely.")
    return _last("conversations.written"), later(4)


def how_was_it(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        f.confirming(cast, title=TITLE)
    return _last("conversations.how_was_it"), START + f.AFTER_TALK


def how_was_it_once_more(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        idea = f.confirming(cast, title=TITLE)
        settle(idea, now=later(30))
        asker = f.step(idea, "ask_once_more").owner_id
        person = next(p for p in cast.people().values() if p.id == asker)
        move(idea, "ask_once_more", actor=person, now=later(30))
    return _last("conversations.how_was_it"), later(30)


def _handed_over(cast: Cast) -> None:
    with work():
        idea = f.submitted(cast, title=TITLE)
        move(idea, "hand_over", actor=cast.bob, now=later(hours=1), kind="safety", office_id=cast.wes.id,
             reason="Somebody nearly fell.")


def handed_over(cast: Cast) -> tuple[Notice, datetime]:
    _handed_over(cast)
    return _last("workflow.handed_over"), later(hours=1)


def entrusted(cast: Cast) -> tuple[Notice, datetime]:
    _handed_over(cast)
    return _last("workflow.entrusted"), later(hours=1)


def steps(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        f.in_review(cast, title=TITLE)
        f.in_review(cast, title="A lamp in the hall", now=later(-20))
    return [n for n in notices("workflow.step") if n.person_id == cast.ria.id], later(1)


def answered(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        idea = f.waiting(cast, title=TITLE)
        move(idea, "answer", actor=cast.ann, now=later(1), text="The big one.")
    return notices("workflow.answered"), later(1)


def unanswered(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        idea = f.waiting(cast, title=TITLE)
        settle(idea, now=later(40))
    return notices("workflow.answered"), later(40)


def dropped(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        idea = f.in_review(cast, title=TITLE)
        for notice in notices("workflow.step"):
            notice.read_at = later(hours=2)
        move(idea, "withdraw", actor=cast.ann, now=later(hours=3))
    return [n for n in notices("workflow.dropped") if n.person_id == cast.ria.id], later(hours=3)


def dropped_by_handing_over(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        idea = f.in_review(cast, title=TITLE)
        for notice in notices("workflow.step"):
            notice.read_at = later(hours=2)
        move(idea, "hand_over", actor=cast.bob, now=later(hours=3), kind="safety", office_id=cast.wes.id, reason="Danger.")
    return [n for n in notices("workflow.dropped") if n.person_id == cast.ria.id], later(hours=3)


def news(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        idea = f.submitted(cast, title=TITLE)
        move(idea, "move_due", actor=cast.bob, now=later(hours=1), step_id=f.step(idea, "triage").id,
             due_on=later(7).date(), reason="I ask the people at the ramp first.")
        move(idea, "route", actor=cast.bob, now=later(hours=2), department_id=cast.it.id, reason="It is about printers.")
        f.closed(cast, title="Gloves in all sizes")
    return [n for n in notices("ideas.news") if n.submitter_id], START + f.AFTER_TALK + timedelta(hours=1)


def comments(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        idea = f.in_review(cast, title=TITLE)
        for hour in (3, 4):
            added = add_comment(idea, "We look for them too.", actor=cast.sam, now=later(hours=hour))
            tell_of_comment(idea, added, zone="Europe/Berlin")
    return notices("ideas.comments"), later(1)


def news_for_those_who_handled_it(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        idea = f.closed(cast, title=TITLE, outcome="declined", facts={"change_for_yes": "A cheaper printer."})
        move(idea, "object", actor=cast.ann, now=later(9), reason="You asked about another printer.")
    return notices("workflow.news"), later(9)


SCENES: dict[str, Scene] = {
    "ideas.receipt": receipt, "ideas.receipt-confidential": receipt_confidential,
    "ideas.receipt-on-behalf": receipt_written_down_by_somebody_else, "ideas.receipt-short-way": receipt_short_way,
    "ideas.part": part, "ideas.part-confidential": part_confidential, "workflow.question": question,
    "conversations.decision-adopted": _decided("adopted"),
    "conversations.decision-in-part": _decided("adopted_in_part"),
    "conversations.decision-trial": _decided("trial", hypothesis="Forty minutes a day.", return_on=later(60).date()),
    "conversations.decision-declined": _decided("declined", change_for_yes="A cheaper printer."),
    "conversations.decision-parked": _decided("parked", return_on=later(90).date()),
    "conversations.decision-planned": _decided("already_planned", proof="Minutes of 3 March.",
                                               proof_on=later(-200).date()),
    "conversations.decision-on-paper": offer_on_paper, "conversations.invitation-on-paper": invitation_on_paper,
    "conversations.decision-duplicate": duplicate, "conversations.offer": offer,
    "conversations.invitation-submitter": invitation_for_the_submitter,
    "conversations.invitation-host": invitation_for_the_host,
    "conversations.invitation-host-confidential": invitation_confidential_for_the_host,
    "conversations.invitation-moved": invitation_to_another_place,
    "conversations.invitation-called-off": invitation_called_off, "conversations.written": written,
    "conversations.how_was_it": how_was_it, "conversations.how_was_it-again": how_was_it_once_more,
    "workflow.handed_over": handed_over, "workflow.entrusted": entrusted, "workflow.step": steps,
    "workflow.answered": answered, "workflow.answered-silence": unanswered, "workflow.dropped": dropped,
    "workflow.dropped-handed-over": dropped_by_handing_over, "ideas.news": news, "ideas.comments": comments,
    "workflow.news": news_for_those_who_handled_it, **MEASURE_SCENES,
}
__all__ = ["SCENES", "Letter", "Scene", "case_of", "sent_all"]
