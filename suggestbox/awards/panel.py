"""The award on the page of its idea: for submitters what they get and every step of the sum, for its handlers the way in."""

from collections.abc import Collection
from dataclasses import dataclass, field

from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import part_of
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody

from . import policy, queries, rulesets, words
from .models import Award, AwardPart
from .rulesets import RuleSet


@dataclass
class Panel:
    """What the page draws. Without an award only the links are there."""

    award: Award | None = None
    rules: RuleSet | None = None
    mine: AwardPart | None = None
    rows: list[tuple[str, str]] = field(default_factory=list)  # the sum, down to the reader's own part
    total: str = ""
    yours: str = ""
    reason: str = ""  # why the reader gets less than the share
    before: str = ""
    handles: bool = False
    shares: bool = False


def panel_of(idea: Idea, me: Somebody, book: Directory, *, parts: Collection[str]) -> Panel | None:
    """Give what the reader sees of the award, exactly as it was computed; None when that is nothing."""
    if me is None or idea.outcome is None or idea.released_at is None or not is_on("awards"):
        return None
    part = part_of(idea, me.id)
    if part is None:
        handles = bool({"idea_manager", "decision_maker"} & set(parts)) and policy.may_look(idea, me, book)
        return Panel(handles=True) if handles else None
    award = queries.award_of(idea.id)
    found = Panel(shares=policy.may_share(idea, me))
    if award is None:
        return found if found.shares else None
    found.award, found.rules, found.total = award, rulesets.by_id(award.rules_id), words.money(award.cents)
    found.rows = words.explained(award.steps)
    found.mine = next((one for one in award.parts if one.submitter_id == part.id), None)
    if award.version > 1:
        found.before = _("This corrects an earlier award upwards.")
    if found.mine is not None:
        _own_part(found, award, found.mine, part.id, idea)
    return found


def _own_part(found: Panel, award: Award, mine: AwardPart, submitter_id: int, idea: Idea) -> None:
    if len(award.parts) > 1:
        sentence = words.part_sentence(mine, list(award.parts), award.cents)
        found.rows.append((sentence.rstrip("."), words.money(mine.share_cents)))
    if mine.percent < 100:
        found.rows.append((_("%(percent)s %% of it is paid", percent=mine.percent), words.money(mine.cents)))
        decided = queries.eligibility_of(idea.id).get(submitter_id)
        found.reason = decided.reason if decided else ""
    found.yours = words.money(mine.cents)
