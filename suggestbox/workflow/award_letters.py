"""What submitters hear of their award: that one is on its way, how it is to be shared, and at once that it was granted."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import url_for

from suggestbox.awards import rulesets
from suggestbox.awards.models import Award, AwardPart, ShareConsent, ShareProposal
from suggestbox.awards.words import explained, money, part_sentence
from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on
from suggestbox.ideas.readable import readable
from suggestbox.mail.letters import Kind, Line, Reader, Text
from suggestbox.mail.models import Notice

from .letter_parts import beginning, book_of, idea_for, is_still_part, label_of, name_of

Notices = Sequence[Notice]
Lines = dict[int, Line]


def _known(model: Any, ids: set[int]) -> dict[int, Any]:
    """{id: row}. One statement; nothing while the house does not use awards."""
    if not is_on("awards"):
        return {}
    return {row.id: row for row in db.session.scalars(sa.select(model).where(model.id.in_(sorted(ids))))}


def _ideas(notices: Notices, reader: Reader) -> dict[int, Any]:
    parts = {notice.submitter_id for notice in notices}
    return readable((notice.idea_id for notice in notices), reader.person_id, book_of(reader), parts)


def _award_url(idea: Any) -> str:
    return url_for("ideas.show", number=idea.number, _anchor="award")


def _shares_url(idea: Any) -> str:
    return url_for("awards.shares", number=idea.number)


def coming_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of awards being worked out: a team can still agree how to share."""
    ideas, awards = _ideas(notices, reader), _known(Award, {n.facts["award_id"] for n in notices})
    found = {}
    for notice in notices:
        idea, award = ideas.get(notice.idea_id or 0), awards.get(notice.facts["award_id"])
        if idea is not None and award is not None and award.state == "proposed":
            words = _("An award is being worked out. You share it equally, unless all of you agree on something else.")
            found[notice.id] = Line(words, _shares_url(idea), label_of(idea), duty=False)
    return found


def shares_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of how a team shares: a proposal waits for a yes, was agreed by all, or ended.

    To say so is a duty while the award is worked out: before, there is nothing to share, and afterwards it is shared.
    """
    ideas, proposals = _ideas(notices, reader), _known(ShareProposal, {n.facts["proposal_id"] for n in notices})
    worked_out = set(db.session.scalars(sa.select(Award.idea_id).where(
        Award.idea_id.in_(list(ideas)), Award.state == "proposed")))
    consents = sa.select(ShareConsent.proposal_id, ShareConsent.submitter_id)
    said_yes = {(proposal_id, submitter_id) for proposal_id, submitter_id in db.session.execute(
        consents.where(ShareConsent.proposal_id.in_(list(proposals))))}
    found = {}
    for notice in notices:
        idea, proposal = ideas.get(notice.idea_id or 0), proposals.get(notice.facts["proposal_id"])
        if idea is None or proposal is None:
            continue
        waits = proposal.agreed_at is None and proposal.ended_at is None
        if waits and (proposal.id, notice.submitter_id) in said_yes:
            continue
        if proposal.agreed_at is not None:
            words = _("All of you agreed how your award is shared.")
        elif proposal.ended_at is not None:
            words = _("A proposal of how your award is shared has ended. What held before goes on.")
        else:
            words = _("Somebody of you proposes how your award is shared. Do you agree?")
        found[notice.id] = Line(words, _shares_url(idea), label_of(idea), duty=waits and idea.id in worked_out)
    return found


def granted_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of awards that were granted."""
    ideas, awards = _ideas(notices, reader), _known(Award, {n.facts["award_id"] for n in notices})
    found = {}
    for notice in notices:
        idea, award = ideas.get(notice.idea_id or 0), awards.get(notice.facts["award_id"])
        if idea is not None and award is not None and award.granted_at is not None:
            words = _("There is an award for your idea.") if award.cents else _("Your idea is recognised.")
            found[notice.id] = Line(words, _award_url(idea), label_of(idea), duty=False)
    return found


def granted(notice: Notice, reader: Reader) -> Text | None:
    """Give the news of an award to one of its submitters: what it is, and every step of the sum."""
    idea = idea_for(notice, reader)
    award = db.session.get(Award, notice.facts["award_id"])
    if idea is None or award is None or award.granted_at is None or not is_on("awards") or not is_still_part(notice):
        return None
    mine = next((part for part in award.parts if part.submitter_id == notice.submitter_id), None)
    rules = rulesets.by_id(award.rules_id)
    if not award.cents:
        subject = _("Recognition for your idea “%(title)s”", title=idea.title)
        paragraphs = [_("Your idea “%(title)s” is recognised. Thank you for it.", title=idea.title)]
    else:
        subject = _("An award for your idea “%(title)s”", title=idea.title) if award.version == 1 \
            else _("A higher award for your idea “%(title)s”", title=idea.title)
        paragraphs = [_sum_sentence(award, mine, idea.title), _steps_sentence(award, mine)]
        paragraphs.append(_("It was worked out by the rules your idea is bound to: %(rules)s.", rules=rules.name))
        if mine and mine.cents:
            paragraphs.append(_("It is paid with your wages. Taxes and social insurance are taken off there."))
    return Text(
        subject=subject, paragraphs=tuple(paragraphs), quote=beginning(award.words) if award.words else "",
        quote_by=name_of(award.proposed_by_id, book_of(reader)) if award.words else "",
        button=(_("See how it was worked out") if award.cents else _("To the idea"), _award_url(idea)),
        why=_("You receive this because it is your idea."),
    )


def _sum_sentence(award: Award, mine: AwardPart | None, title: str) -> str:
    whole = money(award.cents)
    if mine is None:
        return _("The award for the idea “%(title)s” is %(sum)s.", title=title, sum=whole)
    if len(award.parts) < 2 and mine.cents == award.cents:
        return _("The award for your idea “%(title)s” is %(sum)s. Thank you for it.", title=title, sum=whole)
    return _("The award for your idea “%(title)s” is %(sum)s. Yours of it is %(mine)s. Thank you for it.", title=title,
             sum=whole, mine=money(mine.cents))


def _steps_sentence(award: Award, mine: AwardPart | None) -> str:
    said = [f"{sentence} = {amount}" if amount else sentence for sentence, amount in explained(award.steps)]
    if mine is not None and len(award.parts) > 1:
        said.append(part_sentence(mine, list(award.parts), award.cents).rstrip("."))
    if mine is not None and mine.percent < 100:
        said.append(_("%(percent)s %% of your share of %(share)s is paid, because of your own duties", percent=mine.percent,
                      share=money(mine.share_cents)))
    return _("How it was worked out: %(steps)s.", steps="; ".join(said))


KINDS = (
    Kind("awards.granted", _l("An award was granted"), granted_lines, granted, waits=False),
    Kind("awards.coming", _l("An award is being worked out"), coming_lines),
    Kind("awards.shares", _l("How an award is shared"), shares_lines),
)
