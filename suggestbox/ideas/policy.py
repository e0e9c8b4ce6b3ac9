"""Who is what for an idea, and who may read which part of it: THE one visibility table.

A part somebody has in an idea ("submitter", "coordinator" ...) is one SQL condition. The same conditions name the parts
of one person in one idea (`involved`) and sieve every list, search, count and export (`visible_to`), so that the two
cannot drift apart. Source: product.md, "Who sees an idea".
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.settings import rule
from suggestbox.people.book import Worked
from suggestbox.people.directory import Brief, Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.steps.models import Step
from suggestbox.steps.queries import REVIEWER_KINDS, absent_owners

from . import settings  # noqa: F401 -- declares the rules asked for below
from .models import Comment, Idea
from .parts import has_part, people_behind, word, words

Somebody = Person | Brief | None
Condition = sa.ColumnElement[bool]

# Tables of rooms above this one, by name: this room may not import them.
_assignment = sa.table(
    "assignment", sa.column("idea_id"), sa.column("person_id"), sa.column("state"), sa.column("round")
)
_decision = sa.table("decision", sa.column("idea_id"), sa.column("decided_by_id"), sa.column("revoked_at"))
_party = sa.table("party", sa.column("idea_id"), sa.column("host_id"))
_panelist = sa.table("panelist", sa.column("idea_id"), sa.column("person_id"))


@dataclass
class Who:
    """A person as the conditions need them: their id, how far their roles reach today, who has steps and is not there."""

    id: int
    book: Directory
    absent: frozenset[int] = frozenset()

    def reach(self, role: str) -> set[int] | None:
        """Give the departments the role reaches; None: all of them."""
        found: set[int] = set()
        for name, department_id in self.book.roles_of.get(self.id, []):
            if name == role:
                if department_id is None:
                    return None
                found |= self.book.below(department_id)
        return found

    def within(self, role: str, column: Any = Idea.department_id, *further: int) -> Condition:
        """Give the condition that the department is one the person's role reaches, or one of the further ones."""
        departments = self.reach(role)
        return sa.true() if departments is None else _one_of(column, sorted(departments.union(further)))

    def holds(self, role: str) -> Condition:
        return sa.true() if self.book.has_role(self.id, role, any_=True) else sa.false()

    @cached_property
    def deputised(self) -> list[int]:
        """People who are not there today, and for whom this person stands in by name."""
        return sorted(p for p, deputies in self.book.deputies.items() if self.id in deputies and p in self.book.away)

    @cached_property
    def deciding_with(self) -> list[int]:
        """Departments whose nearest body this person sits in."""
        mine = {body for body, seats in self.book.seats.items() if any(p == self.id for p, _ in seats)}

        def nearest(department_id: int) -> int | None:
            bodies = (self.book.departments[d].body_id for d in self.book.upwards(department_id))
            return next((body for body in bodies if body), None)

        return [d for d in self.book.departments if nearest(d) in mine] if mine else []


def _one_of(column: Any, values: list[int]) -> Condition:
    return column.in_(values) if values else sa.false()


def _has(table: Any, *conditions: Any) -> Condition:
    """Asked idea by idea: a page looks at a few, while a person may have had to do with thousands."""
    # The idea alone comes from outside: the statement around it may read the same table for reasons of its own.
    return sa.exists().where(table.c.idea_id == Idea.id, *conditions).correlate(Idea)


STANDING_IN = ("coordinator", "decision_maker", "team_lead")
"""Roles whose holders do for each other what cannot wait."""


def _acts(who: Who) -> Condition:
    """An open step is the person's own, or falls to them today because its owner is not there."""
    own = [Step.owner_id == who.id]
    if who.book.is_available(who.id):
        if who.deputised:
            own.append(Step.owner_id.in_(who.deputised))
        for role in STANDING_IN if who.absent else ():
            reach = who.reach(role)
            if reach is None or reach:
                own.append(
                    sa.and_(Step.owner_id.in_(sorted(who.absent)), Step.role == role,
                            who.within(role, Step.department_id), Step.kind.not_in(REVIEWER_KINDS))
                )
    return _has(Step.__table__, Step.done_at.is_(None), sa.or_(*own))


PARTS: dict[str, Callable[[Who], Condition]] = {
    "submitter": lambda who: has_part(who.id, "accepted"),
    "invited": lambda who: has_part(who.id, "invited"),
    "on_behalf": lambda who: Idea.on_behalf_by_id == who.id,
    "coordinator": lambda who: who.within("coordinator"),
    "decision_maker": lambda who: who.within("decision_maker", Idea.department_id, *who.deciding_with),
    "idea_manager": lambda who: who.holds("idea_manager"),
    "reviewer": lambda who: _has(
        _assignment, _assignment.c.person_id == who.id, _assignment.c.state.not_in(words("conflict", "passed_on", "left"))
    ),
    "reviewing": lambda who: _has(
        _assignment, _assignment.c.person_id == who.id, _assignment.c.state == word("open"),
        _assignment.c.round == Idea.round,
    ),
    "too_close": lambda who: _has(_assignment, _assignment.c.person_id == who.id, _assignment.c.state == word("conflict")),
    "decider": lambda who: _has(_decision, _decision.c.decided_by_id == who.id, _decision.c.revoked_at.is_(None)),
    "panelist": lambda who: _has(_panelist, _panelist.c.person_id == who.id),
    "host": lambda who: _has(_party, _party.c.host_id == who.id),
    "owner_of_step": _acts,
    "step_before": lambda who: _has(Step.__table__, Step.owner_id == who.id),
    "office": lambda who: sa.or_(Idea.office_id == who.id, _one_of(Idea.office_id, who.deputised)),
    "admin": lambda who: who.holds("admin"),
    "works_council": lambda who: who.holds("works_council"),
    "employee": lambda who: sa.true(),
}
"""What somebody can be for an idea. "reviewing": still owes a score of this round; "step_before": had a step once."""

OWN_PARTS = frozenset({"submitter", "invited"})
SUBMITTERS = OWN_PARTS | {"on_behalf"}
HANDLERS = frozenset(
    {"coordinator", "decision_maker", "idea_manager", "reviewer", "decider", "panelist", "host", "owner_of_step",
     "step_before", "office"}
)

READERS: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitter", "on_behalf"}),
    "handed_over": frozenset({"submitter", "invited", "on_behalf", "office", "idea_manager"}),
    "withdrawn": SUBMITTERS | HANDLERS,
    "before_triage": SUBMITTERS | {"coordinator", "idea_manager", "owner_of_step"},
    "handlers_only": SUBMITTERS | HANDLERS,
    "open": frozenset({"employee"}),
}
"""Who reads title, texts and stage of an idea. Admin and works council stand nowhere: they read what everybody reads."""

_STATES: list[tuple[str, Condition]] = [
    ("draft", Idea.stage == word("draft")),
    ("handed_over", Idea.outcome == word("handed_over")),
    ("withdrawn", Idea.stage == word("withdrawn")),
    ("before_triage", Idea.shown_at.is_(None)),
    ("handlers_only", Idea.visibility == word("handlers")),
]


def state_of(idea: Any) -> str:
    """Give the row of the visibility table that holds for the idea, or for a row with these columns of it."""
    if idea.stage == "draft":
        return "draft"
    if idea.outcome == "handed_over":
        return "handed_over"
    if idea.stage == "withdrawn":
        return "withdrawn"
    if idea.shown_at is None:
        return "before_triage"
    return "handlers_only" if idea.visibility == "handlers" else "open"


def _any_of(parts: frozenset[str], who: Who) -> Condition:
    conditions = [PARTS[part](who) for part in sorted(parts - OWN_PARTS)]
    if parts >= OWN_PARTS:  # asked together: they stand in the same row
        conditions.append(has_part(who.id, "accepted", "invited"))
    else:
        conditions += [PARTS[part](who) for part in sorted(parts & OWN_PARTS)]
    return sa.or_(sa.false(), *conditions)


def visible_to(person_id: int, book: Directory) -> Condition:
    """Give the condition on `Idea` that sieves everything a person may read, drafts of their own included.

    As in `state_of` the first row that holds counts; a database asks for the rest only where it is needed.
    """
    return kept_for(person_id, book, _visible_to)


def kept_for(person_id: int, book: Directory, work_out: Callable[[Who], Worked], *key: Hashable) -> Worked:
    """Give what follows from who somebody is, worked out once: making SQL takes longer than running it.

    Takes   key: what the result follows from besides
    """
    stands_in = any(role in STANDING_IN for role, _department in book.roles_of.get(person_id, ()))
    absent = absent_owners(book) if stands_in else frozenset()
    return book.keep((work_out.__qualname__, person_id, absent, *key), lambda: work_out(Who(person_id, book, absent)))


def _visible_to(who: Who) -> Condition:
    rows = [(condition, _any_of(READERS[state], who)) for state, condition in _STATES]
    return sa.case(*rows, else_=_any_of(READERS["open"], who))


def visible_in(state: str, person_id: int, book: Directory) -> Condition:
    """Give what `visible_to` asks of ideas for which this row of the visibility table holds, as `state_of` gives it."""
    def reads(who: Who) -> Condition:
        return _any_of(READERS[state], who)

    return kept_for(person_id, book, reads, state)


def handed_in_and_visible_to(person_id: int, book: Directory) -> Condition:
    """Give `visible_to` without drafts: what lists, search and exports show."""
    return sa.and_(Idea.stage != "draft", visible_to(person_id, book))


def involved(idea: Idea, person_id: int | None, book: Directory | None = None) -> frozenset[str]:
    """Give everything the person is for the idea, in one statement; keys of `PARTS`."""
    if person_id is None or idea.id is None:
        return frozenset()
    row = db.session.execute(kept_for(person_id, book or here(), _all_parts), {"idea_id": idea.id}).one_or_none()
    return frozenset(part for part, yes in zip(PARTS, row, strict=True) if yes) if row else frozenset()


def _all_parts(who: Who) -> sa.Select[Any]:
    columns = [sa.case((condition(who), 1), else_=0).label(part) for part, condition in PARTS.items()]
    return sa.select(*columns).where(Idea.id == sa.bindparam("idea_id"))


def _parts(idea: Idea, me: Somebody, book: Directory | None, parts: frozenset[str] | None) -> frozenset[str]:
    return parts if parts is not None else involved(idea, me.id if me else None, book)


def may_see(
    idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person may read title, texts and stage. Who may not is told that it does not exist."""
    return not READERS[state_of(idea)].isdisjoint(_parts(idea, me, book, parts))


DECIDERS = frozenset({"coordinator", "decision_maker", "idea_manager", "decider", "panelist", "host", "office"})


def may_read_outcome(
    idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person may read outcome and answer: handlers always, submitters and reviewers from the
    release, all others from the closing."""
    if idea.outcome is None:
        return False
    mine = _parts(idea, me, book, parts)
    if not mine & READERS[state_of(idea)]:
        return False
    if mine & {"submitter", "invited"}:
        return idea.released_at is not None
    if mine & DECIDERS:
        return True
    if mine & {"reviewer", "on_behalf"}:
        return idea.released_at is not None
    return idea.closed_at is not None


def reads_outcome(person_id: int, book: Directory) -> Condition:
    """Give the condition for ideas whose outcome the person may read, to be used beside `visible_to`."""
    return kept_for(person_id, book, _reads_outcome)


def _reads_outcome(who: Who) -> Condition:
    return sa.and_(
        Idea.outcome.is_not(None),
        sa.or_(
            Idea.closed_at.is_not(None),
            sa.and_(Idea.released_at.is_not(None), _any_of(SUBMITTERS | {"reviewer"}, who)),
            sa.and_(sa.not_(_any_of(OWN_PARTS, who)), _any_of(DECIDERS, who)),
        ),
    )


def may_read_handlers_comments(
    idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person takes part in the discussion of those who handle the idea.

    Submitters never, nor whoever is too close to it; reviewers once they have scored themselves, so that nobody's
    first score follows another's words.
    """
    mine = _parts(idea, me, book, parts)
    if mine & SUBMITTERS or mine & {"reviewing", "too_close"}:
        return False
    return bool(mine & HANDLERS) and bool(mine & READERS[state_of(idea)])


def may_comment(
    idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person may write a comment for everyone: on ideas that were handed in and not taken back."""
    return idea.stage not in ("draft", "withdrawn") and may_see(idea, me, book, parts=parts)


def may_hide_comment(
    idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person may hide a comment: the coordinator and the idea management, not in a matter of their own."""
    mine = _parts(idea, me, book, parts)
    return bool(mine & {"coordinator", "idea_manager"}) and not mine & SUBMITTERS and may_see(idea, me, parts=mine)


def may_read_comment(comment: Comment, *, handlers: bool) -> bool:
    """Say whether a reader of the idea reads this comment; `handlers` as `may_read_handlers_comments` says."""
    return comment.audience == "everyone" or handlers


def may_support(
    idea: Idea, me: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the person may support the idea: one they read, that others read too, and that is not their own."""
    mine = _parts(idea, me, book, parts)
    return (
        idea.shown_at is not None and idea.stage not in ("draft", "withdrawn")
        and not mine & {"submitter", "invited"} and may_see(idea, me, parts=mine)
    )


def may_edit_draft(idea: Idea, me: Somebody, *, parts: frozenset[str] | None = None) -> bool:
    """Say whether the person may write on at a draft: its submitters, and who writes it down for a colleague."""
    return idea.stage == "draft" and bool(_parts(idea, me, None, parts) & READERS["draft"])


def shows_submitters(
    idea: Idea, reader: Somebody, book: Directory | None = None, *, parts: frozenset[str] | None = None
) -> bool:
    """Say whether the reader is told who handed the idea in.

    A confidential idea names its submitters to themselves, to who wrote it down for them, and to the idea management,
    which hosts or relays their talk. The house may hide names from reviewers until they have scored.
    """
    mine = _parts(idea, reader, book, parts)
    if mine & SUBMITTERS:
        return True
    if idea.confidential:
        return "idea_manager" in mine
    return "reviewing" not in mine or bool(rule("ideas.names_before_scoring"))


def hides_names(person_id: int, book: Directory) -> Condition:
    """Give the condition for ideas whose named submitters a reviewer is not to know yet; confidential ones aside."""
    if rule("ideas.names_before_scoring"):
        return sa.false()
    who = Who(person_id, book)
    return sa.and_(PARTS["reviewing"](who), sa.not_(_any_of(SUBMITTERS - {"on_behalf"}, who)))


def named_submitters(
    idea: Idea, reader: Somebody, book: Directory, *, parts: frozenset[str] | None = None
) -> list[Brief]:
    """Give the submitters as the reader may know them; nothing where they read "submitter" instead."""
    if not shows_submitters(idea, reader, book, parts=parts):
        return []
    people = (book.person(person_id) for person_id in people_behind(idea).values())
    return [brief for brief in people if brief]


def may_submit_on_behalf(me: Somebody, book: Directory | None = None) -> bool:
    """Say whether the person helps colleagues to hand in: ambassadors, team leads, heads, the idea management."""
    book = book or here()
    helpers = ("coordinator", "team_lead", "head", "idea_manager")
    return me is not None and any(book.has_role(me.id, role, any_=True) for role in helpers)
