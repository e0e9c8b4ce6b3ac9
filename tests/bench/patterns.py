"""Two dozen ideas that walked their real moves: every stage, most outcomes, teams, questions, promises, remarks.

They are of the scratch company's first department; `multiply.py` makes thousands of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from suggestbox.ideas.models import Idea
from suggestbox.ideas.remarks import add_comment, hide_comment, report_comment, set_support
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.cast import Cast

from .company import OFFICES, Company


@dataclass
class Pattern:
    """Ideas that belong together: one, or a duplicate with the first of its kind; `weight` says how common it is."""

    ideas: list[Idea]
    weight: int

    @property
    def is_finished(self) -> bool:
        """It may be years old: nobody has anything to do, and nothing comes back by itself."""
        return all(idea.stage in ("closed", "withdrawn") and idea.return_on is None for idea in self.ideas)


def walk_all(cast: Cast, company: Company, now: datetime) -> Iterator[Pattern]:
    """Walk every pattern. Inside `work()`.

    Takes   now: this moment; nothing happens after it
    """
    wednesday = now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=(now.weekday() - 2) % 7 or 7)
    third, *colleagues = (f.db.session.get_one(f.Person, company.person(0, OFFICES + n)) for n in range(2, 23))
    world = World(cast, third, colleagues, wednesday)
    for make, weight in (*FINISHED, *UNDER_WAY, *DECLINED):
        yield Pattern(make(world), weight)


@dataclass
class World:
    """Who takes part: the cast, a third one for teams, colleagues who remark and support; and since when."""

    cast: Cast
    third: f.Person
    colleagues: list[f.Person]
    wednesday: datetime

    def weeks_ago(self, weeks: int) -> datetime:
        return self.wednesday - timedelta(weeks=weeks)

    def discuss(self, idea: Idea, start: datetime, remarks: int, supporters: int = 0) -> Idea:
        """Let colleagues write remarks and support the idea."""
        for n, person in enumerate(self.colleagues[:supporters]):
            set_support(idea, True, actor=person, now=start + timedelta(hours=n))
        for n in range(remarks):
            add_comment(idea, REMARKS[n % len(REMARKS)], actor=self.colleagues[-1 - n], now=start + timedelta(hours=n))
        return idea


REMARKS = (
    "In our team it is the same. I would like this very much.",
    "We tried something like it years ago. It failed because nobody felt responsible for it, so please name somebody.",
    "Good thought!",
    "Would it also work for the late shift? We are only two people then and the way is longer.",
    "I can show how the colleagues in Leeds do it.\n\nThey have used it since last summer and are content.",
)


def _closed(world: World, *people: f.Person, remarks: int = 0, supporters: int = 0, **columns: object) -> list[Idea]:
    start = world.weeks_ago(4)
    idea = f.closed(world.cast, *people, now=start, **columns)
    return [world.discuss(idea, start + timedelta(days=1), remarks, supporters)]


def _adopted(world: World) -> list[Idea]:
    return _closed(world, remarks=3, supporters=6)


def _declined(world: World) -> list[Idea]:
    return _closed(world, world.cast.eve, remarks=1, outcome="declined",
                   facts={"change_for_yes": "If the printer had a second tray."})


def _partly(world: World) -> list[Idea]:
    return _closed(world, supporters=2, outcome="adopted_in_part")


def _planned(world: World) -> list[Idea]:
    proof = {"proof": "Project plan, page 4", "proof_on": (world.weeks_ago(8)).date()}
    return _closed(world, world.cast.eve, outcome="already_planned", facts=proof)


def _of_a_team(world: World) -> list[Idea]:
    return _closed(world, world.cast.ann, world.cast.eve, world.third, remarks=5, supporters=9)


def _confidential(world: World) -> list[Idea]:
    return _closed(world, world.cast.ann, confidential=True, supporters=1)


def _for_handlers_only(world: World) -> list[Idea]:
    return _closed(world, world.cast.eve, visibility="handlers")


def _with_a_hidden_remark(world: World) -> list[Idea]:
    (idea,) = _closed(world, remarks=2, supporters=3)
    when = world.weeks_ago(3)
    remark = add_comment(idea, "Typical of that department.", actor=world.colleagues[3], now=when)
    report_comment(remark, "This is unfair.", actor=world.colleagues[4], now=when)
    hide_comment(idea, remark, "It speaks about people, not about the idea.", actor=world.cast.bob, now=when)
    return [idea]


def _with_a_question(world: World) -> list[Idea]:
    start = world.weeks_ago(5)
    idea = f.waiting(world.cast, now=start)
    move(idea, "edit_text", actor=world.cast.ann, now=start + timedelta(hours=5), title=idea.title,
         problem=f"{idea.problem} Above all on Mondays.", proposal=idea.proposal, benefit=idea.benefit)
    move(idea, "answer", actor=world.cast.ann, now=start + timedelta(hours=6), text="The one in hall 3.")
    f.answer_review(idea, world.cast.rex, start + timedelta(hours=7))
    f.answer_review(idea, world.cast.ria, start + timedelta(hours=8), points=3)
    f.settle(idea, now=start + timedelta(days=2))
    f.decide(idea, world.cast.cat, start + timedelta(days=2, hours=1))
    return [_talk_and_close(world, idea, start)]


def _talk_and_close(world: World, idea: Idea, start: datetime) -> Idea:
    (party,) = f.parties(idea)
    host = f.host_of(party)
    move(idea, "record_talk", actor=host, now=start + timedelta(days=5), party_ids=[party.id],
         held_on=(start + timedelta(days=5)).date(), form="in_person", said="We spoke at the machine.", promises=[])
    return f.confirm(idea, world.cast.ann, start + timedelta(days=6), follows="partly", appreciated=4)


def _with_a_promise(world: World) -> list[Idea]:
    start = world.weeks_ago(4)
    promise = {"text": "Show the first label.", "owner_id": world.cast.cat.id, "due_on": start.date() + timedelta(days=14)}
    idea = f.confirming(world.cast, now=start, promises=[promise])
    f.confirm(idea, world.cast.ann, start + timedelta(days=9))
    move(idea, "keep_promise", actor=world.cast.cat, now=start + timedelta(days=12), words="Done on Friday.")
    return [idea]


def _taken_back(world: World) -> list[Idea]:
    return [f.withdrawn(world.cast, now=world.weeks_ago(4))]


def _taken_back_late(world: World) -> list[Idea]:
    start = world.weeks_ago(4)
    idea = f.in_review(world.cast, world.cast.eve, now=start)
    f.answer_review(idea, world.cast.rex, start + timedelta(hours=2))
    return [move(idea, "withdraw", actor=world.cast.eve, now=start + timedelta(days=1))]


def _twice(world: World) -> list[Idea]:
    (first,) = _closed(world, remarks=1, supporters=2)
    start = world.weeks_ago(3)
    idea = f.submitted(world.cast, now=start)
    move(idea, "propose_duplicate", actor=world.cast.bob, now=start + timedelta(hours=1), number=first.number,
         reason="The same label, a month ago.")
    move(idea, "confirm_duplicate", actor=world.cast.ida, now=start + timedelta(hours=3))
    return [first, _talk_and_close(world, idea, start)]


FINISHED: tuple[tuple[Callable[[World], list[Idea]], int], ...] = (
    (_adopted, 6), (_partly, 4), (_planned, 3), (_of_a_team, 3), (_confidential, 2),
    (_for_handlers_only, 2), (_with_a_hidden_remark, 1), (_with_a_question, 3), (_with_a_promise, 3),
    (_taken_back, 2), (_taken_back_late, 1), (_twice, 2),
)


# -- under way -------------------------------------------------------------------------------------------------------


def _kept_for_oneself(world: World) -> list[Idea]:
    return [f.draft(world.cast, world.cast.eve, now=world.wednesday)]


def _new(world: World) -> list[Idea]:
    return [f.submitted(world.cast, now=world.wednesday)]


def _asked(world: World) -> list[Idea]:
    idea = f.in_review(world.cast, now=world.wednesday)
    return [world.discuss(idea, world.wednesday + timedelta(hours=2), 2, 4)]


def _half_answered(world: World) -> list[Idea]:
    idea = f.in_review(world.cast, world.cast.eve, now=world.wednesday)
    return [f.answer_review(idea, world.cast.rex, world.wednesday + timedelta(hours=2))]


def _passed_on(world: World) -> list[Idea]:
    idea = f.in_review(world.cast, now=world.wednesday)
    return [move(idea, "abstain", actor=world.cast.rex, now=world.wednesday + timedelta(hours=2), reason="Not my field.")]


def _waiting(world: World) -> list[Idea]:
    return [f.waiting(world.cast, now=world.wednesday)]


def _deciding(world: World) -> list[Idea]:
    return [f.deciding(world.cast, now=world.weeks_ago(1))]


def _decided(world: World) -> list[Idea]:
    return [f.conversation(world.cast, world.cast.eve, now=world.weeks_ago(1))]


def _offered(world: World) -> list[Idea]:
    return [f.offered(world.cast, now=world.weeks_ago(1))]


def _confirming(world: World) -> list[Idea]:
    return [f.confirming(world.cast, now=world.weeks_ago(2))]


def _parked(world: World) -> list[Idea]:
    return _closed(world, outcome="parked", facts={"return_on": world.wednesday.date() + timedelta(days=200)})


def _handed_over(world: World) -> list[Idea]:
    idea = f.submitted(world.cast, now=world.wednesday)
    return [move(idea, "hand_over", actor=world.cast.bob, now=world.wednesday + timedelta(hours=1), kind="invention",
                 office_id=world.cast.sam.id, reason="It may be patented.")]


UNDER_WAY: tuple[tuple[Callable[[World], list[Idea]], int], ...] = (
    (_kept_for_oneself, 1), (_new, 6), (_asked, 4), (_half_answered, 2), (_passed_on, 1), (_waiting, 2),
    (_deciding, 2), (_decided, 1), (_offered, 2), (_confirming, 2), (_parked, 1), (_handed_over, 1),
)

DECLINED: tuple[tuple[Callable[[World], list[Idea]], int], ...] = ((_declined, 6),)
"""Walked last: ideas handed in later would be compared with it, because all patterns have the same words."""
