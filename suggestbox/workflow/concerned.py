"""Which ideas a change among people can concern: somebody came, left or moved, an office changed hands.

Settling looks at people in few ways: whether somebody an idea names works here; who holds an office for its department
or one above it, or a seat in its body; and who stands in whose line, where submitters and deciders are involved. A test
makes changes at random, settles what is named here, then everything, and nothing moves any more.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from suggestbox.conversations.models import Party, Promise, TalkGroup, TalkGroupMember
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.measures.models import Measure
from suggestbox.people.directory import Brief, Directory
from suggestbox.reviews.models import Assignment, Decision, Panelist, Vote
from suggestbox.steps.models import Step, StepOverride
from suggestbox.stories.models import Story, StoryPerson

OFFICES = ("coordinator", "decision_maker", "leadership", "idea_manager", "admin", "team_lead")
"""Roles whose holders get steps of ideas that do not name them yet."""

MOST, MOST_IN_LINE = 200, 2000
"""More people at once are an import or a new structure: then all ideas are looked at."""


def as_settling_sees(brief: Brief) -> tuple[Any, ...]:
    """Give what settling may look at of a person."""
    return (brief.id, brief.active, brief.department_id, brief.superior_id, brief.site_id, brief.topics, brief.weekdays)


def structure(book: Directory) -> tuple[Any, ...]:
    """Give what is no person and no office: when it changes, any idea may need other steps."""
    return (
        {d.id: (d.parent_id, d.body_id, d.active) for d in book.departments.values()}, book.seats, book.meetings,
        book.calendars, book.zones,
    )


def concerned(before: Directory, after: Directory) -> sa.ColumnElement[bool] | None:
    """Give the condition on `Idea` for those a change from one directory to another can concern; None: any of them.

    Absences and deputies are no change here, see `timing.people_and_rules`.
    """
    if structure(before) != structure(after):
        return None
    changed = _changed(before, after)
    offices = {where for where in before.roles.keys() | after.roles.keys()
               if before.roles.get(where) != after.roles.get(where)}
    for where in offices:
        changed |= set(before.roles.get(where, ())) ^ set(after.roles.get(where, ()))
    for book in (before, after):
        offices |= {where for person_id in changed for where in book.roles_of.get(person_id, ())}
    at = {department_id for role, department_id in offices if role in OFFICES}
    lines = changed | _lines(changed, before, after)
    if None in at or len(changed) > MOST or len(lines) > MOST_IN_LINE:
        return None
    if not changed and not offices:
        return sa.false()
    at |= _departments_of_bodies(changed, after)
    below = {d for department_id in at if department_id is not None for d in after.below(department_id)}
    return sa.or_(Idea.department_id.in_(sorted(below)), *_named(changed, lines))


def _changed(before: Directory, after: Directory) -> set[int]:
    """People who came or went, or of whom something is different."""
    found = set(before.people.keys() ^ after.people.keys())
    for person_id in before.people.keys() & after.people.keys():
        was, is_now = before.people[person_id], after.people[person_id]
        if was is not is_now and as_settling_sees(was) != as_settling_sees(is_now):  # mostly it is the same brief
            found.add(person_id)
    return found


def _lines(changed: Iterable[int], before: Directory, after: Directory) -> set[int]:
    """Everybody above or below one of them in line, as it was and as it is."""
    found: set[int] = set()
    for book in (before, after):
        for person_id in changed:
            found |= {*book.superiors(person_id), *book.everybody_below(person_id)}
    return found


def _departments_of_bodies(changed: set[int], book: Directory) -> set[int]:
    bodies = {body_id for body_id, seats in book.seats.items() if any(person_id in changed for person_id, _seat in seats)}
    return {d.id for d in book.departments.values() if d.body_id in bodies}


def _named(changed: Iterable[int], in_line: Iterable[int]) -> list[sa.ColumnElement[bool]]:
    """Ideas that name somebody who changed, or were handed in or decided by somebody of their line."""
    who, line = sorted(changed), sorted(in_line)

    def of(model: Any, column: Any, people: list[int], *conditions: Any) -> sa.ColumnElement[bool]:
        return Idea.id.in_(sa.select(model.idea_id).where(column.in_(people), *conditions))

    parts: Any = sa.select(Submitter.id).where(Submitter.person_id.in_(who)).union_all(
        sa.select(SubmitterIdentity.submitter_id).where(SubmitterIdentity.person_id.in_(who)))
    talks = sa.select(TalkGroupMember.group_id).join(Party, Party.id == TalkGroupMember.party_id).where(
        sa.or_(Party.submitter_id.in_(parts), Party.host_id.in_(who))
    ).union_all(sa.select(TalkGroup.id).where(TalkGroup.host_id.in_(who)))
    together = sa.select(Party.idea_id).join(TalkGroupMember, TalkGroupMember.party_id == Party.id).where(
        TalkGroupMember.group_id.in_(talks))
    told = sa.select(Story.idea_id).join(StoryPerson, StoryPerson.story_id == Story.id).where(
        StoryPerson.person_id.in_(who))
    hidden = sa.select(Submitter.idea_id).join(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id).where(
        SubmitterIdentity.person_id.in_(line))
    return [
        of(Submitter, Submitter.person_id, line), Idea.id.in_(hidden), of(Decision, Decision.decided_by_id, line),
        of(Step, Step.owner_id, who, Step.done_at.is_(None)), of(Assignment, Assignment.person_id, who),
        of(StepOverride, StepOverride.person_id, who), of(Panelist, Panelist.person_id, who),
        of(Vote, Vote.person_id, who), of(Party, Party.host_id, who), of(Promise, Promise.owner_id, who),
        of(Measure, Measure.owner_id, who), Idea.office_id.in_(who), of(Story, Story.created_by_id, who),
        Idea.id.in_(told), Idea.id.in_(together),  # others of the talk, too: it may be over for them
    ]
