"""A story drafted from what is there: the idea's words, what was done, what it brings, and what customers say since.

Nothing is translated and nothing made up: in a language the idea was not written in only the figures stand. "Since", never
"because of": nothing here says why something changed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from suggestbox.core.language import force_locale, full_date, ngettext
from suggestbox.core.language import gettext as _
from suggestbox.feedback.tongue import language_of
from suggestbox.ideas.blueprint import first_words
from suggestbox.ideas.models import Idea
from suggestbox.measures.benefit import net_first_year
from suggestbox.measures.models import Measure
from suggestbox.measures.soft import soft_of

from .wording import LANGUAGES, LENGTHS

LEAD_SENTENCE = 240
"""A longer first sentence is only begun in the lead, and stays where it was."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def own_language(idea: Idea) -> str:
    """Give the language the idea is written in."""
    return language_of(f"{idea.title} {idea.problem} {idea.proposal}") or (
        idea.language[:2] if idea.language[:2] in LANGUAGES else LANGUAGES[0])


def facts_of(idea: Idea, measures: Sequence[Measure], heard: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a story rests on, as it stands now: what was done, since when, and the figure that counts.

    Takes   heard: what customers say before and since, as the pages work it out (theme, days, before, since ...)
    """
    found: dict[str, Any] = {"measures": [measure.id for measure in measures], **heard}
    days = [measure.done_on for measure in measures if measure.done_on]
    if days:
        found["done_on"] = min(days).isoformat()
    net = net_first_year([idea.id]).get(idea.id)
    if net is not None:
        found |= {"net_cents": net.cents, "net_kind": net.kind}
    return found


def drafted(
    idea: Idea, measures: Sequence[Measure], facts: Mapping[str, Any], *, languages: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Give {language: {part of the story: words}} to go on from."""
    own = own_language(idea)
    found = {}
    for language in languages:
        with force_locale(language):
            since = _since(measures, facts)
            found[language] = _cut({**_own_words(idea, measures), "since": since} if language == own
                                   else {"since": _since(measures, facts, soft=False)})
    return found


def _own_words(idea: Idea, measures: Sequence[Measure]) -> dict[str, str]:
    done = "\n\n".join(measure.done_words.strip() for measure in measures if measure.done_words.strip())
    begins, goes_on = _begun(idea.problem)
    # How somebody writes can tell who it is: a sentence of a confidential submitter is theirs to offer.
    quote = "" if idea.confidential else _first(idea.benefit)
    return {"title": idea.title, "lead": " ".join(filter(None, (begins, _titles(idea, measures)))), "before": goes_on,
            "idea": idea.proposal, "done": done, "quote": quote}


def _begun(text: str) -> tuple[str, str]:
    """Give the first sentence, for the lead, and what goes on after it: nothing is told twice."""
    first, *rest = _SENTENCE.split(text.strip(), maxsplit=1)
    if len(first) > LEAD_SENTENCE:
        return first_words(first, LEAD_SENTENCE), text
    return first, "".join(rest)


def _titles(idea: Idea, measures: Sequence[Measure]) -> str:
    """Say what was done in the names of the measures, where they are not what the story is called."""
    titles = dict.fromkeys(measure.title.strip(" .") for measure in measures)
    told = ", ".join(title for title in titles if title.casefold() != idea.title.strip(" .").casefold())
    return _("What was done: %(title)s", title=told) + "." if told else ""


def _first(text: str) -> str:
    return first_words(_SENTENCE.split(text.strip(), maxsplit=1)[0], 200) if text.strip() else ""


def _cut(words: dict[str, str]) -> dict[str, str]:
    return {part: text.strip()[: LENGTHS[part]] for part, text in words.items()}


def _since(measures: Sequence[Measure], facts: Mapping[str, Any], *, soft: bool = True) -> str:
    said = []
    days = [measure.done_on for measure in measures if measure.done_on]
    if days:
        said.append(_("It can be noticed since %(date)s.", date=full_date(min(days))))
    if facts.get("days"):
        said.append(_heard(facts))
    if soft:
        said += [row.words.strip() for rows in soft_of([m.id for m in measures]).values() for row in rows.values()
                 if row.points and row.words.strip()]
    return "\n\n".join(said)


def _heard(facts: Mapping[str, Any]) -> str:
    theme, days = facts["theme"], facts["days"]
    before = ngettext("%(num)d customer", "%(num)d customers", facts["before"])
    since = ngettext("%(num)d customer", "%(num)d customers", facts["since"])
    if facts["judged"] == "negative":
        return _("Unhappy about “%(theme)s”: %(before)s in the %(days)s days before, %(since)s in the %(days)s days since.",
                 theme=theme, before=before, since=since, days=days)
    if facts["judged"] == "positive":
        return _("Happy about “%(theme)s”: %(before)s in the %(days)s days before, %(since)s in the %(days)s days since.",
                 theme=theme, before=before, since=since, days=days)
    return _("Spoke of “%(theme)s”: %(before)s in the %(days)s days before, %(since)s in the %(days)s days since.",
             theme=theme, before=before, since=since, days=days)
