"""What is said about a theme beside an idea and since a measure, in sentences that claim no more than is known."""

from datetime import timedelta
from typing import Any

from babel.numbers import format_decimal

from suggestbox.core.language import current_language, ngettext, short_date
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.feedback.counts import comment_words, people_words
from suggestbox.feedback.trends import Change, Mean

from .rates import Span
from .since import Comparison, Since
from .unanswered import Unanswered
from .voices import Evidence

ROWS: dict[str, Any] = {
    "all": _l("All who raise it"), "negative": _l("Who complains"), "positive": _l("Who praises"),
    "others": _l("For comparison: who spoke of something else"),
}

CHANGES: dict[str, Any] = {
    "fewer": _l("fewer"), "more": _l("more"), "unclear": _l("no clear difference"), "few": _l("too few to say"),
}


def number(value: float, digits: int = 1) -> str:
    """Give a number as people write it: "12.5", in German "12,5"."""
    return str(format_decimal(round(value, digits), locale=current_language()))


def span_words(span: Span) -> str:
    """Give an estimate with its interval: "4.2 (2.9 to 5.9)"."""
    return _("%(value)s (%(low)s to %(high)s)", value=number(span.value), low=number(span.low), high=number(span.high))


def ratio_words(row: Comparison) -> str:
    """Give how many times as many there are since as before, with the interval."""
    if row.ratio is None:
        return "–"
    low, high = number(row.ratio.low, 2), number(row.ratio.high, 2)
    if not row.before.customers:
        return _("at least %(low)s times", low=low)
    return _("%(value)s times (%(low)s to %(high)s)", value=number(row.ratio.value, 2), low=low, high=high)


def verdict(found: Since) -> str:
    """Give what can be said since the measure, in one sentence."""
    days, name = found.days, found.theme.name
    if found.verdict == "early":
        return ngettext("Too early to say: %(num)s day since the measure.",
                        "Too early to say: %(num)s days since the measure.", days)
    if found.verdict == "none_before":
        return _("There is too little feedback from before the measure to compare with.")
    if found.verdict == "few":
        return _("Too few people speak of “%(theme)s” to say anything.", theme=name)
    if found.verdict == "unclear":
        return _("No clear difference in “%(theme)s” since the measure.", theme=name)
    if found.verdict == "with_all":
        return _("“%(theme)s” changed about as much as feedback altogether. No clear difference beyond that.", theme=name)
    return _BY_KIND[found.judged, found.verdict] % {"theme": name}


_BY_KIND: dict[tuple[str, str], Any] = {
    ("negative", "fewer"): _l("Since the measure fewer people complain about “%(theme)s”."),
    ("negative", "more"): _l("Since the measure more people complain about “%(theme)s”."),
    ("positive", "fewer"): _l("Since the measure fewer people praise “%(theme)s”."),
    ("positive", "more"): _l("Since the measure more people praise “%(theme)s”."),
    ("all", "fewer"): _l("Since the measure fewer people speak of “%(theme)s”."),
    ("all", "more"): _l("Since the measure more people speak of “%(theme)s”."),
}


def figures(found: Since) -> str:
    """Give the counts behind the verdict: "from 41 customers in 96 days to 17"; nothing where there is no verdict."""
    if not found.rows:
        return ""
    row, audience = found.row(found.judged), found.theme.audience
    return _("%(before)s in the %(days)s days before, %(since)s in the %(days)s days since.", days=found.days,
             before=people_words(row.before.customers, audience), since=people_words(row.since.customers, audience))


def cautions(found: Since) -> list[str]:
    """Give what else has to be known before anybody makes anything of it."""
    told = []
    if found.rest and found.rest_changed:
        people = found.theme.audience
        before, since = (people_words(side.customers, people) for side in (found.rest.before, found.rest.since))
        told.append(_("Feedback altogether changed too: %(before)s spoke of something else before, %(since)s since.",
                      before=before, since=since))
    for other in found.others:
        assert other.done_on is not None
        told.append(_("Another measure was finished in the same time: “%(title)s” (%(day)s).", title=other.title,
                      day=short_date(other.done_on)))
    if found.redefined:
        told.append(_("The theme itself was changed in this time (merged, split, moved, or its words)."))
    if found.shortened:
        told.append(ngettext("There is feedback from only %(num)s day before the measure, so only that long is compared.",
                             "There is feedback from only %(num)s days before the measure, so only that long is compared.",
                             found.days))
    return told


# -- beside an idea ----------------------------------------------------------------------------------------------------

TRENDS: dict[str, Any] = {
    "rising": _l("more often than three months ago"), "falling": _l("less often than three months ago"),
    "steady": _l("as often as three months ago"),
}


def said(evidence: Evidence) -> str:
    """Give how many said it: "37 customers in the last 12 months, 52 comments"."""
    voices = evidence.voices
    if not voices.customers:
        return _("Nobody said anything about it in the last 12 months.")
    return _("%(people)s in the last 12 months, %(comments)s", comments=comment_words(voices.comments),
             people=people_words(voices.customers, evidence.theme.audience))


def complain(evidence: Evidence) -> str:
    """Give how many complain: "32 complain"; nothing where nobody does."""
    count = evidence.voices.negative_customers
    return ngettext("%(num)s complains", "%(num)s complain", count) if count else ""


def praise(evidence: Evidence) -> str:
    """Give how many praise: "5 praise"; nothing where nobody does."""
    count = evidence.voices.positive_customers
    return ngettext("%(num)s praises", "%(num)s praise", count) if count else ""


def trend(evidence: Evidence) -> str:
    """Give whether it is said more or less often lately; nothing where that may be chance."""
    return str(TRENDS.get(evidence.voices.trend, ""))


LINKED: dict[str, Any] = {
    "submitter": _l("linked by the submitter"), "coordinator": _l("linked by %(name)s"),
    "cx_manager": _l("linked by %(name)s"),
}


def linked_by(linked_as: str, name: str) -> str:
    """Give who says that customers say this too; a submitter is not named."""
    return str(LINKED[linked_as]) % {"name": name or _("somebody who left")}


# -- pages of their own ------------------------------------------------------------------------------------------------


def complaints(row: Unanswered) -> str:
    """Give how many complain, and how many one can count on."""
    people = people_words(row.customers, row.theme.audience)
    comments = comment_words(row.comments)
    return _("%(people)s complained in 12 months (%(comments)s)", people=people, comments=comments)


def change(found: Change) -> str:
    """Give whether it is said more or less often lately; nothing where that may be chance."""
    return str(TRENDS.get(found.word, ""))


def turned_down(row: Unanswered) -> str:
    """Give the ideas that are no answer: declined ones and those put off."""
    told = []
    if row.declined:
        told.append(ngettext("%(num)s idea about it was declined.", "%(num)s ideas about it were declined.", row.declined))
    if row.later:
        told.append(ngettext("%(num)s idea about it is put off.", "%(num)s ideas about it are put off.", row.later))
    return " ".join(told)


def picture_title(found: Since) -> str:
    """Give what the picture shows."""
    words = {"negative": _("“%(theme)s” before and since: who complains"),
             "positive": _("“%(theme)s” before and since: who praises"), "all": _("“%(theme)s” before and since")}
    return words[found.judged] % {"theme": found.theme.name}


def caption(found: Since) -> str:
    """Give the two periods a table compares."""
    last = found.start - timedelta(days=1)
    return _("Before: %(first)s to %(last)s · Since: %(start)s to %(end)s", first=short_date(found.before_first),
             last=short_date(last), start=short_date(found.start), end=short_date(found.since_last))


def csat_words(found: Since) -> str:
    """Give the marks before and since, where there are some in both."""
    before, since = found.csat
    if before is None or since is None:
        return ""
    return _("Satisfaction, 1 (worst) to 5 (best): before %(before)s, since %(since)s.", before=_mark(before),
             since=_mark(since))


def _mark(mean: Mean) -> str:
    return _("%(value)s (%(low)s to %(high)s; %(count)s marks)", value=number(mean.mean), low=number(mean.low),
             high=number(mean.high), count=mean.count)
