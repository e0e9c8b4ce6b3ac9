"""Proposed themes: items that speak of the same thing and have no theme yet. A person takes or dismisses them."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.journal import operations as journal

from .items import visible
from .models import POLARITIES, Assignment, Item, Proposal, Theme
from .telling_stems import stems_in
from .theme_words import nearly_the_same
from .tree import create_theme

QUOTES = 3
LOOKED_AT = 20
"""Quotes are chosen among so many of the most typical items."""
HOW = ("guess", "assigned")
"""What becomes of the items of a proposal that is taken: they wait for a person, or they have the theme at once."""


def open_proposals() -> list[Proposal]:
    """Give the proposals nobody decided, those of most customers first."""
    order = (Proposal.customer_count.desc(), Proposal.id)
    return list(db.session.scalars(sa.select(Proposal).where(Proposal.state == "open").order_by(*order)))


def quotes_of(proposals: Sequence[Proposal]) -> dict[int, list[Item]]:
    """Give the most typical items of each that still count, by the proposal's id, in one statement.

    Of those that say nearly the same only the first is given.
    """
    wanted = {item_id for row in proposals for item_id in row.item_ids[:LOOKED_AT]}
    items = {item.id: item for item in db.session.scalars(sa.select(Item).where(Item.id.in_(wanted), visible()))}
    return {row.id: _different([items[n] for n in row.item_ids[:LOOKED_AT] if n in items]) for row in proposals}


def _different(items: Sequence[Item]) -> list[Item]:
    found: list[tuple[Item, frozenset[str]]] = []
    for item in items:
        stems = frozenset(stems_in(item.text))
        if not any(nearly_the_same(stems, other) for _item, other in found):
            found.append((item, stems))
    return [item for item, _stems in found[:QUOTES]]


def take_proposal(
    proposal: Proposal, *, name_de: str, name_en: str, parent_id: int | None, how: str, polarity: str, by_id: int,
    now: datetime,
) -> tuple[Theme, int]:
    """Make a theme of a proposal and give it to its items; give the theme and how many items there were.

    Items somebody settled meanwhile, or that have this or another theme by now, are left alone.

    Takes   how: "guess" (each waits for a person) or "assigned" (each counts at once)
    Raises  Refused when somebody decided before; Invalid for a name that is missing, or a wrong choice
    """
    _refuse_decided(proposal)
    if how not in HOW or polarity not in POLARITIES:
        raise Invalid(_("Please choose positive, negative or neutral."), reason="unknown_choice")
    items = _items_of(proposal)
    theme = create_theme(
        now=now, by_id=by_id, name_de=name_de, name_en=name_en, parent_id=parent_id,
        audience=items[0].audience if items else "customers",
    )
    already = set(db.session.scalars(
        sa.select(Assignment.item_id).where(Assignment.item_id.in_([i.id for i in items]), Assignment.state == "assigned")
    ))
    given = [item for item in items if item.id not in already]
    for item in given:
        row = Assignment(item_id=item.id, theme_id=theme.id, polarity=item.meant or polarity, state=how, origin="person",
                         at=now, by_id=by_id)
        if how == "assigned":
            row.decided_at = now
            item.state = "told"
        else:
            item.state = "unsure"
        db.session.add(row)
    _decide(proposal, "taken", by_id=by_id, now=now)
    proposal.theme_id = theme.id
    journal.write("feedback.proposal_taken", now=now, actor_id=by_id, proposal_id=proposal.id, theme_id=theme.id,
                  item_count=len(given))
    db.session.flush()
    return theme, len(given)


def dismiss_proposal(proposal: Proposal, *, by_id: int, now: datetime) -> None:
    """Say that a proposal is no theme. The same thing is not proposed again.

    Raises  Refused when somebody decided before
    """
    _refuse_decided(proposal)
    _decide(proposal, "dismissed", by_id=by_id, now=now)
    journal.write("feedback.proposal_dismissed", now=now, actor_id=by_id, proposal_id=proposal.id)
    db.session.flush()


def reopen_proposal(proposal: Proposal, *, by_id: int, now: datetime) -> None:
    """Take a dismissal back.

    Raises  Refused when it was not dismissed
    """
    if proposal.state != "dismissed":
        raise Refused(_("Somebody has decided about this proposal already."), reason="decided_already")
    proposal.state, proposal.by_id, proposal.decided_at = "open", None, None
    journal.write("feedback.proposal_reopened", now=now, actor_id=by_id, proposal_id=proposal.id)
    db.session.flush()


def _items_of(proposal: Proposal) -> list[Item]:
    query = sa.select(Item).where(Item.id.in_(proposal.item_ids), Item.state != "settled", visible()).order_by(Item.id)
    return list(db.session.scalars(query))


def _refuse_decided(proposal: Proposal) -> None:
    if proposal.state != "open":
        raise Refused(_("Somebody has decided about this proposal already."), reason="decided_already")


def _decide(proposal: Proposal, state: str, *, by_id: int, now: datetime) -> None:
    proposal.state, proposal.by_id, proposal.decided_at = state, by_id, now
