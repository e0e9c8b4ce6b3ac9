"""What becomes of the model's guesses about an item: told without asking anybody, or asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .theme_model import Guess

BEST = 3

@dataclass(frozen=True)
class Limits:
    """From which chances on nobody is asked: for a theme, for its polarity, and for none."""

    sure: float
    sure_polarity: float
    sure_none: float


ASK_ALWAYS = Limits(2.0, 2.0, -1.0)
"""For a model that cannot show yet how good it is."""


@dataclass(frozen=True)
class Verdict:
    """The state of the item (told or unsure), what is assigned, and what somebody is asked about."""

    state: str
    assigned: tuple["Guess", ...] = ()
    asked: tuple["Guess", ...] = ()


def limits_of_the_house() -> Limits:
    """Give the limits as the house has set them."""
    from suggestbox.core.settings import rule  # the process that learns knows no database

    return Limits(*(rule(f"feedback.{name}") / 100 for name in ("sure", "sure_polarity", "sure_none")))


def verdict(guesses: Sequence["Guess"], limits: Limits, *, polarity_known: bool = False) -> Verdict:
    """Say what becomes of an item.

    Takes   guesses: the likeliest first, those that fit before the others
            polarity_known: whoever passed the item on said how it was meant
    """
    fitting = [guess for guess in guesses if guess.fits]
    if not fitting:
        best = max((guess.chance for guess in guesses), default=0.0)
        return Verdict("told") if best < limits.sure_none else Verdict("unsure", asked=tuple(guesses)[:BEST])
    sure = tuple(guess for guess in fitting if is_sure(guess, limits, polarity_known=polarity_known))
    if len(sure) == len(fitting):
        return Verdict("told", sure)
    return Verdict("unsure", sure, tuple(guess for guess in guesses if guess not in sure)[:BEST])


def is_sure(guess: "Guess", limits: Limits, *, polarity_known: bool = False) -> bool:
    """Say whether nobody need look at a theme. A polarity that all examples share has no chance and needs none."""
    polarity_is_sure = polarity_known or not guess.polarity_chance or guess.polarity_chance >= limits.sure_polarity
    return guess.fits and guess.chance >= limits.sure and polarity_is_sure
