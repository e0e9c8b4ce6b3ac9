"""Which open ideas time alone, or a change among people or rules, can have changed since they last came to rest.

Every move settles its idea in the same transaction, so what is left for the clock is little. `TIMED` and `by_time` follow
from the automatic rows of the table and from `wanted`: whatever there looks at the day looks at one of these. A test
runs the whole over ideas in all stages for forty days and finds nothing that this left out; every night all open ideas
are settled anyway.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.conversations.models import Party, TalkGroup, TalkGroupMember
from suggestbox.core.clock import local_date
from suggestbox.core.settings import declared, rule
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import Directory, directory
from suggestbox.priority.queries import look_is_near
from suggestbox.steps.models import Step

TIMED = ("answer", "short_check", "pick_time", "agree_group", "confirm")
"""Steps whose passing by starts something: question_silent, short_silence, offer_unanswered; ask_once_more and close."""


def by_time(today: date) -> sa.ColumnElement[bool]:
    """Give the condition on `Idea` for those that time alone may move today.

    Takes   today: on headquarters' clock, as `Case.today`
    """
    passed: Any = sa.select(Step.idea_id).where(
        Step.done_at.is_(None), Step.kind.in_(TIMED),
        sa.or_(Step.due_on < today, Step.first_due_on < today),  # a date may have moved on; what is asked is the first
    )
    asked = sa.select(Party.idea_id).join(TalkGroupMember, TalkGroupMember.party_id == Party.id).join(
        TalkGroup, TalkGroup.id == TalkGroupMember.group_id).where(TalkGroup.state == "asked", TalkGroup.answer_by < today)
    return sa.or_(
        Idea.id.in_(passed),
        Idea.id.in_(asked),  # group_set, group_ends: everybody may have answered, and then no step is open
        sa.and_(Idea.stage == "in_review", Idea.discuss_since.is_not(None)),  # review_complete: a day to read each other
        sa.and_(Idea.stage == "closed", Idea.return_on <= today),  # come_back
        sa.and_(Idea.stage == "closed", look_is_near(today)),  # the step of a second look
    )


def people_and_rules(book: Directory) -> int:
    """Give a number that changes when offices, calendars or rules change: then any idea may need other steps.

    Absences and deputies are left out on purpose: steps stay their owner's, who acts is worked out when it is read. An
    offer that waited for an absent submitter is among the passed ones every time.
    """
    rules = tuple((s.name, str(rule(s.name))) for s in declared() if s.name.startswith(("workflow.", "reviews.")))
    return hash((_people(book), rules))


def _people(book: Directory) -> int:
    return book.keep("workflow.people", lambda: hash((
        tuple((p.id, p.active, p.department_id, p.superior_id, p.site_id, p.topics, p.weekdays)
              for p in sorted(book.people.values(), key=lambda p: p.id)),
        tuple(sorted((d.id, d.parent_id or 0, d.body_id or 0, d.active) for d in book.departments.values())),
        tuple(sorted((role, where or 0, tuple(who)) for (role, where), who in book.roles.items())),
        tuple(sorted((body, tuple(seats)) for body, seats in book.seats.items())),
        tuple(sorted((body, tuple(days)) for body, days in book.meetings.items())),
        tuple((site, book.calendars[site]) for site in sorted(book.calendars)), tuple(sorted(book.zones.items())),
    )))


def only_by_time(now: datetime) -> tuple[sa.ColumnElement[bool] | None, int]:
    """Give the condition for `settle_all`, and how people and rules stand, for `note_settled` afterwards.

    The condition is what time may move; None (all of them) when people or rules changed since this process last looked
    at all ideas, and when it did not yet.
    """
    today = local_date(now, current_app.config["HEADQUARTERS_ZONE"])
    stands = people_and_rules(directory(today))
    return (by_time(today) if current_app.extensions.get("settled_with") == stands else None), stands


def note_settled(stands: int) -> None:
    """Note that every idea was brought to rest with people and rules as they stood before the run."""
    current_app.extensions["settled_with"] = stands
