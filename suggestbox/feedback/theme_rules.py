"""The rules of a theme: words that say by themselves that it is meant. Made, tried out beforehand, ended."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _

from .assigning import apply_rules_to
from .history import note
from .items import visible
from .models import POLARITIES, Assignment, Item, Theme, ThemeRule
from .rules import Rules, matcher
from .tree import theme_by_id

AT_ONCE = 500
LOOKED_AT = 20_000
"""So many comments, the newest ones, are read for a preview: enough to judge a rule, and done in a moment."""

EXAMPLES = 5


@dataclass
class Trial:
    """What a rule would do: how many comments were looked at, how many it hits, and a few of them, the newest first.

    `known` of those hit have the theme already; of `rejected` ones a person said that it does not fit.
    """

    looked_at: int = 0
    hits: int = 0
    known: int = 0
    rejected: int = 0
    examples: list[Item] = field(default_factory=list)
    whole: bool = True  # whether everything there is was looked at

    @property
    def new(self) -> int:
        """How many comments would get the theme by this rule."""
        return self.hits - self.known - self.rejected


def check_words(words: str, but_not: str = "") -> None:
    """Refuse a rule that could never hold.

    Raises  Invalid with a sentence at its field
    """
    if not _rules(words, but_not):
        sentence = _("Please write at least one word of three letters or more.")
        raise Invalid(sentence, reason="no_words", fields={"words": sentence})


def _rules(words: str, but_not: str, audience: str = "", rule: ThemeRule | None = None) -> Rules:
    row = rule or ThemeRule(id=0, theme_id=0, words=words, but_not=but_not, polarity="neutral")
    return Rules([(row, audience)])


def matching(rows: Iterable[tuple[int, str]], words: str, but_not: str = "") -> Iterator[int]:
    """Give the ids of those (id, text) pairs a rule with these words holds for."""
    holds = matcher(words, but_not)
    return (item_id for item_id, text in rows if holds(text))


def try_rule(theme: Theme, words: str, but_not: str = "") -> Trial:
    """Give what a rule with these words would hit among the newest comments of the theme's audience.

    Raises  Invalid for a rule that could never hold
    """
    check_words(words, but_not)
    heard = (visible(), Item.audience == theme.audience)
    query = sa.select(Item.id, Item.text).where(*heard).order_by(Item.said_on.desc(), Item.id.desc())
    trial, hit, holds = Trial(), [], matcher(words, but_not)
    for item_id, text in db.session.execute(query.limit(LOOKED_AT).execution_options(yield_per=2_000)):
        trial.looked_at += 1
        if holds(text):
            hit.append(item_id)
    trial.hits = len(hit)
    trial.whole = trial.looked_at < LOOKED_AT
    for start in range(0, len(hit), AT_ONCE):
        states = db.session.execute(
            sa.select(Assignment.state, sa.func.count())
            .where(Assignment.theme_id == theme.id, Assignment.item_id.in_(hit[start : start + AT_ONCE]))
            .group_by(Assignment.state)
        )
        for state, count in states:
            trial.known += count if state == "assigned" else 0
            trial.rejected += count if state == "rejected" else 0
    shown = {item.id: item for item in db.session.scalars(sa.select(Item).where(Item.id.in_(hit[:EXAMPLES])))}
    trial.examples = [shown[item_id] for item_id in hit[:EXAMPLES]]
    return trial


def rules_of(theme_id: int) -> list[ThemeRule]:
    """Give the rules of a theme that are in force, the oldest first."""
    query = sa.select(ThemeRule).where(ThemeRule.theme_id == theme_id, ThemeRule.ended_at.is_(None))
    return list(db.session.scalars(query.order_by(ThemeRule.id)))


def add_rule(
    theme: Theme, words: str, but_not: str = "", polarity: str = "neutral", *, now: datetime, by_id: int | None
) -> ThemeRule:
    """Give the new rule; from now on it is asked of everything that comes in. The same words again give the same rule.

    Raises  Invalid with a sentence per field, Refused when the theme is archived
    """
    if theme.archived_at is not None:
        raise Refused(_("This theme is archived. Bring it back first."), reason="archived")
    words, but_not = " ".join(words.split()), " ".join(but_not.split())
    check_words(words, but_not)
    if polarity not in POLARITIES:
        sentence = _("Please choose how it is meant.")
        raise Invalid(sentence, reason="no_polarity", fields={"polarity": sentence})
    for rule in rules_of(theme.id):
        if (rule.words.casefold(), rule.but_not.casefold()) == (words.casefold(), but_not.casefold()):
            if rule.polarity == polarity:
                return rule
            sentence = _("There is a rule with these words already. End it first to change how it is meant.")
            raise Invalid(sentence, reason="rule_twice", fields={"words": sentence})
    rule = ThemeRule(theme_id=theme.id, words=words, but_not=but_not, polarity=polarity, created_at=now, by_id=by_id)
    db.session.add(rule)
    db.session.flush()
    _note(theme, rule, now=now, by_id=by_id)
    return rule


def apply_to_earlier(rule: ThemeRule, *, now: datetime) -> int:
    """Ask a rule of the newest comments that are there already; give how many got the theme by it."""
    theme = theme_by_id(rule.theme_id)
    heard = (visible(), Item.audience == theme.audience, Item.state != "settled")
    newest = sa.select(Item.id).where(*heard).order_by(Item.said_on.desc(), Item.id.desc()).limit(LOOKED_AT)
    ids = list(db.session.scalars(newest))
    return apply_rules_to(ids, now=now, rules=_rules("", "", theme.audience, rule))


def end_rule(rule: ThemeRule, *, now: datetime, by_id: int | None) -> None:
    """End a rule. What it assigned stays, and can still be traced to it."""
    if rule.ended_at is None:
        rule.ended_at = now
        _note(theme_by_id(rule.theme_id), rule, now=now, by_id=by_id, ended=True)


def _note(theme: Theme, rule: ThemeRule, *, now: datetime, by_id: int | None, **facts: Any) -> None:
    note(theme, "ruled", now=now, by_id=by_id, rule_id=rule.id, words=rule.words, but_not=rule.but_not,
         polarity=rule.polarity, **facts)  # fmt: skip
