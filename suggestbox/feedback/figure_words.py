"""Figures in words: how many say it, how loud the loudest is, what became of it, how sure a mean is."""

from suggestbox.core.language import decimal
from suggestbox.core.language import gettext as _

from .counts import comment_words, grouped, people_words
from .figures import Figure
from .theme_sight import is_loud
from .trends import WORDS, Change, Mean


def voices(figure: Figure, audience: str = "customers") -> str:
    """Give "12 customers, 40 comments"."""
    return f"{people_words(figure.customers, audience)}, {comment_words(figure.comments)}"


def loud(figure: Figure) -> str:
    """Give "25 of them from one"; empty unless one customer said so much of it that one should know."""
    if not is_loud(figure):
        return ""
    return _("%(count)s of them from one", count=grouped(figure.loudest))


def change_words(change: Change | None) -> str:
    """Give how a count compares with the time before: "rising: 61 before, 88 now"."""
    if change is None:
        return ""
    return _("%(word)s (%(before)s before)", word=WORDS[change.word], before=grouped(change.before))


def range_words(pair: tuple[float, float]) -> str:
    """Give an interval of a count in whole numbers: "3 to 12"."""
    return _("%(low)s to %(high)s", low=grouped(round(pair[0])), high=grouped(round(pair[1])))


def mean_words(mean: Mean) -> str:
    """Give a mean with its interval: "3.4 (between 3.1 and 3.7)"."""
    low, high = decimal(mean.low), decimal(mean.high)
    return _("%(mean)s (between %(low)s and %(high)s)", mean=decimal(mean.mean), low=low, high=high)


def signed(number: float) -> str:
    """Give a whole number with a minus that is as wide as a figure: "−60"."""
    whole = round(number)
    return f"−{-whole}" if whole < 0 else str(whole)


def usual_words(usual: float) -> str:
    """Give a usual level as one says it: "8", but "0.4"."""
    return grouped(round(usual)) if usual >= 2 else decimal(usual)
