"""Ideas that were carried out and bring something, for tests of awards: plain functions; call them inside `work()`."""

from datetime import datetime, timedelta
from typing import Any

from suggestbox.awards.models import Award, ShareProposal
from suggestbox.awards.operations import grant_award, propose_award
from suggestbox.awards.rulesets import RuleSet, add_rules
from suggestbox.awards.shares import agree_to_shares, refuse_shares
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.measures.figures import awaits_second, confirm_figure
from suggestbox.measures.models import Measure, MeasureFigure, SoftBenefit
from suggestbox.measures.queries import measures_of
from suggestbox.people.models import Person
from suggestbox.workflow.operations import settle
from tests import factories as f
from tests.cast import SINCE, Cast
from tests.measures import scene as measures

NOW = measures.CLOSED_AT + timedelta(days=3)
"""The Monday after: everything is carried out, and bob has written down what it brings."""


def worth(cast: Cast, *people: Person, euros: int | None = 1200, soft: dict[str, int] | None = None, **kw: Any) -> Idea:
    """Make an idea that was carried out and brings so many euros in the first year."""
    begun = kw.setdefault("now", f.START)
    idea = f.closed(cast, *people, **kw)
    measure = measures.done(cast, idea, now=begun + (measures.CLOSED_AT - f.START))
    if euros is not None:
        _confirmed(cast, measure, measures.figure(cast, measure, "agreed", euros))
    for aspect, points in (soft or {}).items():
        db.session.add(SoftBenefit(measure_id=measure.id, aspect=aspect, version=1, points=points, words="W",
                                   by_id=cast.bob.id, at=NOW))
    db.session.flush()
    settle(idea, now=NOW)
    return idea


def proposed(cast: Cast, idea: Idea, *, by: Person | None = None, basis: str = "benefit", now: datetime = NOW,
             **facts: Any) -> Award:
    """Have ida propose an award."""
    award = propose_award(idea, basis=basis, by_id=(by or cast.ida).id, now=now, **facts)
    settle(idea, now=now)
    return award


def granted(cast: Cast, idea: Idea, *, by: Person | None = None, now: datetime = NOW, **facts: Any) -> Award:
    """Have ida propose an award and ivo grant it an hour later."""
    award = proposed(cast, idea, now=now, **facts)
    grant_award(award, idea, by_id=(by or cast.ivo).id, now=now + timedelta(hours=1))
    settle(idea, now=now + timedelta(hours=1))
    return award


def measured(cast: Cast, idea: Idea, euros: int, *, now: datetime = NOW + timedelta(days=1)) -> None:
    """Have bob write down what the first year brought."""
    measure = measures_of([idea.id])[idea.id][0]
    _confirmed(cast, measure, measures.figure(cast, measure, "measured", euros, now=now, reason="Counted anew"))
    settle(idea, now=now)


def _confirmed(cast: Cast, measure: Measure, figure: MeasureFigure) -> None:
    if awaits_second(figure):
        confirm_figure(figure, measure, by_id=cast.kim.id, now=NOW)


def rules(cast: Cast, document: dict[str, Any], **facts: Any) -> RuleSet:
    """Put a rule set into force since 2020."""
    given = {"name_de": "Regeln", "name_en": "Rules", "from_on": SINCE, "reason": "Agreed", **facts}
    return add_rules(document=document, by_id=cast.ida.id, now=NOW, today=NOW.date(), **given)


def agreed(proposal: ShareProposal, idea: Idea, *others: Submitter) -> None:
    """Have the others agree to how it is shared."""
    for part in others:
        agree_to_shares(proposal, idea, part, now=NOW)


def refused(proposal: ShareProposal, idea: Idea, part: Submitter) -> None:
    """Have somebody end a proposal of shares."""
    refuse_shares(proposal, idea, part, now=NOW)
