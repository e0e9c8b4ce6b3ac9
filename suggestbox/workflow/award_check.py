"""Proves that no cent of an award was lost or invented, and that nobody granted one alone. Part of the self-check."""

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa

from suggestbox.awards.models import Award, AwardPart, Payment
from suggestbox.core.database import db
from suggestbox.core.modules import is_on
from suggestbox.steps.models import Step


def broken_awards() -> Iterator[tuple[int, str]]:
    """Give (idea id, short key of what is wrong) for every award that does not add up. Four statements.

    Keys: shares (they do not sum up to the award), payments (not what is owed), alone (granted by whoever proposed it),
    unseen (proposed, and nobody's next step)
    """
    shares: dict[int, int] = defaultdict(int)
    due: dict[tuple[int, int], int] = {}
    parts = sa.select(AwardPart.award_id, AwardPart.submitter_id, AwardPart.share_cents, AwardPart.cents, Award.idea_id)
    granted = sa.select(Award.id, Award.idea_id, Award.cents, Award.state, Award.proposed_by_id, Award.granted_by_id).where(
        Award.state.in_(("granted", "replaced")))
    awards = db.session.execute(granted).all()
    standing = {award.id for award in awards if award.state == "granted"}
    for award_id, submitter_id, share_cents, cents, idea_id in db.session.execute(
        parts.join(Award, Award.id == AwardPart.award_id)
    ):
        shares[award_id] += share_cents
        if award_id in standing and cents:
            due[idea_id, submitter_id] = cents
    paid: dict[tuple[int, int], int] = defaultdict(int)
    rows = (
        sa.select(Award.idea_id, AwardPart.submitter_id, Payment.cents).select_from(Payment)
        .join(AwardPart, AwardPart.id == Payment.part_id).join(Award, Award.id == AwardPart.award_id)
    )
    for idea_id, submitter_id, cents in db.session.execute(rows):
        paid[idea_id, submitter_id] += cents
    for award in awards:
        if shares[award.id] != award.cents:
            yield award.idea_id, "shares"
        if award.granted_by_id in (None, award.proposed_by_id):
            yield award.idea_id, "alone"
    for idea_id, _submitter in sorted(key for key in due.keys() | paid.keys() if due.get(key, 0) != paid.get(key, 0)):
        yield idea_id, "payments"
    looked_at = sa.exists().where(Step.kind == "grant_award", Step.subject_id == Award.id, Step.done_at.is_(None))
    if is_on("awards"):
        for idea_id in db.session.scalars(sa.select(Award.idea_id).where(Award.state == "proposed", ~looked_at)):
            yield idea_id, "unseen"

