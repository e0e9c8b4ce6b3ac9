"""What people are like: how soon they do things, and how often something out of the ordinary comes up."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from random import Random

OFTEN_ENOUGH = 38
"""So often each rare thing is meant to come up in a company of 2,000 in a year; some of it comes to nothing."""

PROMPT, USUAL, LATE, FORGETFUL = "prompt", "usual", "late", "forgetful"

WORKING_DAYS = {
    "triage": (0.2, 2.4), "team_answer": (0.2, 2.4), "review": (1, 8), "reconsider": (0.2, 2.5),
    "find_reviewers": (0.2, 1.8), "end_review": (0, 1), "short_check": (0.3, 2.6), "confirm_duplicate": (0.3, 2.5),
    "look_at_flag": (0.3, 2.5), "answer": (0.3, 7), "decide": (0.5, 4), "vote": (0.5, 3), "name_panel": (0.3, 2.5),
    "offer_talk": (0.2, 2.5), "pick_time": (0.1, 3.5), "find_host": (0.3, 2.5), "write_closing": (0.3, 2.5),
    "confirm": (0.1, 7), "ask_once_more": (0.3, 2.5), "resolve_conflict": (0.3, 2.5),
    "confirm_correction": (0.3, 2.5),
}
"""Working days after which somebody who is in time does a step of each kind; the others follow from their dates."""


@dataclass
class Leanings:
    """How often rare things come up: at their usual rate, and more often while fewer than wanted have come up so far.

    A year of a company has room for everything, but dice alone would leave some paths untrodden.

    Takes   scale: what part of a year of 2,000 people is simulated
    """

    scale: float
    elapsed: float = 0.0
    meant: Counter[str] = field(default_factory=Counter)
    draft: Counter[str] = field(default_factory=Counter)

    def leans(self, name: str, dice: Random, usual: float, weight: float = 1.0, behind: float = 0.3) -> bool:
        """Say whether the thing happens this time.

        Takes   usual: how likely it is by itself; weight: of things that often come to nothing, more are needed
                behind: how likely it is while too few have come up; more for what there is seldom an occasion for
        """
        wanted = OFTEN_ENOUGH * weight * self.scale * min(1.0, self.elapsed * 1.35 + 0.04)
        too_few = self.meant[name] + self.draft[name] + 1 <= wanted
        happens = dice.random() < (max(usual, behind) if too_few else usual)
        if happens:
            self.draft[name] += 1
        return happens

    def keep(self) -> None:
        """What was meant came to pass: it is in the database."""
        self.meant.update(self.draft)
        self.draft = Counter()

    def forget(self) -> None:
        """The transaction was thrown away, and with it what was meant."""
        self.draft = Counter()


@cache
def manner(person_id: int, seed: int) -> str:
    """Give what a person is like, the same all year."""
    at = Random(f"manner {seed} {person_id}").random()
    return PROMPT if at < 0.45 else USUAL if at < 0.88 else LATE if at < 0.975 else FORGETFUL


def days_late(kind: str, how: str, dice: Random) -> float | None:
    """Give how many working days after the due date somebody does this, or None when it is in time."""
    if how == LATE and dice.random() < 0.5:
        return dice.uniform(0.2, 6)
    if how == FORGETFUL and dice.random() < 0.6:
        return dice.uniform(4, 22)
    return None


def days_taken(kind: str, how: str, dice: Random) -> float:
    """Give after how many working days somebody does a step in time."""
    least, most = WORKING_DAYS.get(kind, (0.2, 2.5))
    share = dice.random() * (0.6 if how == PROMPT else 1.0)
    return least + (most - least) * share
