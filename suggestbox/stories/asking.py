"""The people of a story: who they are, what each said to this very wording, and whether all of them agree."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import part_of, people_behind
from suggestbox.measures.models import Measure
from suggestbox.people.directory import Directory

from .due import has_agreed, unanswered
from .models import Story, StoryPerson
from .queries import Named


def done_measures(idea_id: int) -> list[Measure]:
    """Give what was carried out of an idea, the first one first. One statement."""
    query = sa.select(Measure).where(Measure.idea_id == idea_id, Measure.state == "done")
    return list(db.session.scalars(query.order_by(Measure.done_on, Measure.id)))


def people_in(story: Story) -> list[StoryPerson]:
    """Give everybody a story tells of: submitters first, in their order, then who carried it out. One statement."""
    query = sa.select(StoryPerson).where(StoryPerson.story_id == story.id)
    return list(db.session.scalars(query.order_by(StoryPerson.person_id.is_not(None), StoryPerson.id)))


def who_belongs(idea: Idea, measures: Iterable[Measure], left_out: Iterable[int] = ()) -> tuple[list[int], list[int]]:
    """Give whom a story of the idea tells of: the ids of its submitters, and of the people who carried it out.

    A submitter who carried it out is asked once. Not so with a confidential idea: there the one owner who is not asked as
    such would be known to have handed it in.

    Takes   left_out: people the story is told without, who only carried it out
    """
    parts = people_behind(idea)
    known = set() if idea.confidential else set(parts.values())
    owners = dict.fromkeys(m.owner_id for m in measures if m.owner_id not in known and m.owner_id not in set(left_out))
    return list(parts), list(owners)


def belongs_now(story: Story, idea: Idea) -> tuple[list[int], list[int]]:
    """Give `who_belongs` as submitters and measures are today."""
    return who_belongs(idea, done_measures(idea.id), story.facts.get("left_out", ()))


def bring_up_to_date(story: Story, idea: Idea) -> bool:
    """Have exactly those in the story who belong to it today; say whether anybody came or went. Flushes."""
    submitters, owners = belongs_now(story, idea)
    rows = people_in(story)
    gone = [r for r in rows if (r.submitter_id or 0) not in submitters and (r.person_id or 0) not in owners]
    for row in gone:
        db.session.delete(row)
    had = {r.submitter_id for r in rows if r.submitter_id}, {r.person_id for r in rows if r.person_id}
    new = [StoryPerson(story_id=story.id, submitter_id=part) for part in submitters if part not in had[0]]
    new += [StoryPerson(story_id=story.id, person_id=owner) for owner in owners if owner not in had[1]]
    db.session.add_all(new)
    db.session.flush()
    return bool(gone or new)


def my_rows(story: Story, idea: Idea, person_id: int) -> list[StoryPerson]:
    """Give what a person is in a story: as a submitter, as somebody who carried it out, or (confidentially) as both."""
    part = part_of(idea, person_id, "accepted", "invited", "left", "declined")  # who left it is still told of in it
    return [row for row in people_in(story)
            if row.person_id == person_id or (part is not None and row.submitter_id == part.id)]


def as_yet_unnamed(names: Named, story: Story, idea: Idea) -> Named:
    """Give the names below a story without confidential submitters: whoever chose to be named is so once it is told."""
    if not idea.confidential or story.state == "published":
        return names
    return replace(names, submitters=[], hushed_submitters=names.hushed_submitters + len(names.submitters))


@dataclass(frozen=True)
class Answers:
    """Where the asking stands: who agreed to this wording, and who has not said anything to it."""

    agreed: list[StoryPerson]
    open: list[StoryPerson]
    gone: list[StoryPerson]  # of the open ones: who does not work here any more, and cannot be asked

    @property
    def all_agreed(self) -> bool:
        return not self.open and bool(self.agreed)


def answers_of(story: Story, idea: Idea, book: Directory, rows: list[StoryPerson] | None = None) -> Answers:
    """Give where the asking stands; before it begins everybody is open."""
    rows = people_in(story) if rows is None else rows
    waits = [row for row in rows if not has_agreed(row, story)] if story.state != "asked" else unanswered(story, rows)
    agreed = [row for row in rows if row not in waits]
    behind = people_behind(idea)
    gone = [row for row in waits if not book.is_here(row.person_id or behind.get(row.submitter_id or 0))]
    return Answers(agreed, waits, gone)
