"""How the submitters of an idea share: equally, unless all of them agreed on something else. Flush, never commit."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.journal import operations as journal
from suggestbox.mail.operations import tell_waiting

from .models import ShareConsent, ShareProposal

MOST_PARTS = 1000


def sharers(idea: Idea) -> list[Submitter]:
    """Give the submitters who share, in their order."""
    return [part for part in idea.submitters if part.state == "accepted"]


def _standing(idea_id: int) -> list[ShareProposal]:
    query = sa.select(ShareProposal).where(ShareProposal.idea_id == idea_id, ShareProposal.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(ShareProposal.id)))


def open_proposal(idea: Idea) -> ShareProposal | None:
    """Give the proposal that somebody has not agreed to yet, or None."""
    ids = {str(part.id) for part in sharers(idea)}
    return next((p for p in _standing(idea.id) if p.agreed_at is None and set(p.points) == ids), None)


def agreed(idea: Idea) -> ShareProposal | None:
    """Give what all of today's submitters agreed on, or None: somebody who joined or left since makes it void."""
    ids = {str(part.id) for part in sharers(idea)}
    return next((p for p in _standing(idea.id) if p.agreed_at is not None and set(p.points) == ids), None)


def weights_of(idea: Idea) -> dict[int, int]:
    """Give {submitter id: parts} as they share now, in the submitters' order: as agreed, else equally."""
    found = agreed(idea)
    return {part.id: int(found.points[str(part.id)]) if found else 1 for part in sharers(idea)}


def propose_shares(idea: Idea, me: Submitter, parts: Mapping[int, int | None], *, now: datetime) -> ShareProposal:
    """Propose how to share; it holds once every submitter agreed. An earlier proposal that is still open ends.

    Takes   parts: {submitter id: whole number from 0 to 1000}, of every submitter, not all 0
    Raises  Invalid at `part-<submitter id>`, Refused when nobody is there to share with
    """
    people = sharers(idea)
    if len(people) < 2 or me not in people:
        raise Refused(_("There is nobody to share with."), reason="no_team")
    wrong = {f"part-{part.id}": _("Please give a whole number from 0 to %(most)s.", most=MOST_PARTS) for part in people
             if not isinstance(parts.get(part.id), int) or not 0 <= (parts[part.id] or 0) <= MOST_PARTS}
    if wrong:
        raise Invalid(fields=wrong)
    points = {str(part.id): int(parts[part.id] or 0) for part in people}
    if not any(points.values()):
        raise Invalid(fields={f"part-{people[0].id}": _("Somebody has to get something.")})
    earlier = open_proposal(idea)
    if earlier is not None:
        earlier.ended_at = now
    proposal = ShareProposal(idea_id=idea.id, by_submitter_id=me.id, points=points, at=now)
    db.session.add(proposal)
    db.session.flush()
    _note("propose_shares", idea, me, now=now, proposal_id=proposal.id)
    tell_waiting("awards.shares", [
        {"key": f"awards.shares:{proposal.id}:s{part.id}", "submitter_id": part.id, "idea_id": idea.id,
         "facts": {"proposal_id": proposal.id}}
        for part in people if part is not me
    ], now=now)
    agree_to_shares(proposal, idea, me, now=now)
    return proposal


def agree_to_shares(proposal: ShareProposal, idea: Idea, me: Submitter, *, now: datetime) -> bool:
    """Agree to how it is shared; give whether everybody has now.

    Raises  Refused when the proposal is settled, or somebody joined or left since
    """
    _refuse_settled(proposal, idea)
    if any(consent.submitter_id == me.id for consent in proposal.consents):
        raise Refused(_("You have agreed already."), reason="agreed_already")
    proposal.consents.append(ShareConsent(submitter_id=me.id, at=now))
    db.session.flush()
    if {consent.submitter_id for consent in proposal.consents} != {part.id for part in sharers(idea)}:
        _note("agree_to_shares", idea, me, now=now, proposal_id=proposal.id)
        return False
    for earlier in _standing(idea.id):
        if earlier is not proposal:
            earlier.ended_at = now
    proposal.agreed_at = now
    db.session.flush()
    _note("shares_agreed", idea, me, now=now, proposal_id=proposal.id)
    tell_waiting("awards.shares", [
        {"key": f"awards.shares:{proposal.id}:agreed:s{part.id}", "submitter_id": part.id, "idea_id": idea.id,
         "facts": {"proposal_id": proposal.id}}
        for part in sharers(idea) if part is not me
    ], now=now)
    return True


def refuse_shares(proposal: ShareProposal, idea: Idea, me: Submitter, *, now: datetime) -> None:
    """Refuse, or take back, a proposal of how to share: what held before goes on.

    Raises  Refused when the proposal is settled
    """
    _refuse_settled(proposal, idea)
    proposal.ended_at = now
    db.session.flush()
    _note("refuse_shares", idea, me, now=now, proposal_id=proposal.id)
    tell_waiting("awards.shares", [
        {"key": f"awards.shares:{proposal.id}:ended:s{part.id}", "submitter_id": part.id, "idea_id": idea.id,
         "facts": {"proposal_id": proposal.id}}
        for part in sharers(idea) if part is not me
    ], now=now)


def _refuse_settled(proposal: ShareProposal, idea: Idea) -> None:
    if open_proposal(idea) is not proposal:
        raise Refused(_("This proposal is settled, or the team has changed since."), reason="shares_settled")


def _note(kind: str, idea: Idea, me: Submitter, *, now: datetime, **facts: int) -> None:
    journal.write(kind, now=now, actor_id=me.person_id, role="submitter", idea_id=idea.id, audience="submitters", **facts)
