"""Talks that something came after: a measure that was finished, or one that was given up."""

from datetime import datetime

from suggestbox.conversations.models import Party

from .case import Case
from .wanted import must_confirm


def talks(case: Case) -> list[Party]:
    """Give the talks after which a measure was abandoned, with submitters who can still be reached."""
    moments = [m.abandoned_at for m in case.measures if m.abandoned_at]
    if not moments:
        return []
    last = max(moments)
    return [p for p in case.parties if p.settled_at and p.settled_at < last and must_confirm(case, p)]


def to_talk_about(case: Case, party: Party) -> datetime | None:
    """Give since when there is something this submitter has had no talk about; None when there is nothing."""
    done = [m.done_at for m in case.measures if m.done_at and party.settled_at and m.done_at > party.settled_at]
    if done:
        return max(done)
    return None if party.state in ("held", "written") or party.attempt > 1 else case.idea.closed_at
