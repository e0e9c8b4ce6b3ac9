"""A call drafted from a theme: question and background as somebody would begin to write them."""

from collections.abc import Sequence
from datetime import date, timedelta

from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.core.words import all_stems, is_common, tokens
from suggestbox.feedback.counts import comment_words, from_people_words
from suggestbox.feedback.figures import Figure, Slice, quotes_of, theme_figures
from suggestbox.feedback.landscape import Landscape, ThemeBrief
from suggestbox.feedback.masking import staff_names
from suggestbox.feedback.quotes import shown_text
from suggestbox.ideas.blueprint import first_words
from suggestbox.people.directory import Directory

LOOKED_BACK_DAYS, QUOTES, QUOTE_LENGTH = 180, 2, 240
LOOKED_AT = 6
"""For each sentence so many are looked at, so that the ones shown say different things."""

TOO_LIKE = 0.5
"""Two sentences with so large a part of their words in common say the same thing."""


def drafted_from(theme: ThemeBrief, lands: Landscape, book: Directory, today: date) -> tuple[str, str]:
    """Give question and background about a theme: how many said it lately, and two of their sentences, masked."""
    part = Slice(since=today - timedelta(days=LOOKED_BACK_DAYS), until=today, audience=theme.audience)
    figure = theme_figures(part, lands).get(theme.id, Figure())
    praised = figure.positive_comments > figure.negative_comments
    polarity = "positive" if praised else "negative"
    names = staff_names(book)
    found = quotes_of(lands.below(theme.id), polarity, part, QUOTES * LOOKED_AT)
    said = told_apart([shown_text(item, whole=False, names=names) for item in found], QUOTES)
    question = _("How do we keep what people like about “%(theme)s”?", theme=theme.name) if praised \
        else _("What can we do better about “%(theme)s”?", theme=theme.name)
    paragraphs = [_figures(figure, theme.audience, polarity)] if figure.comments else []
    paragraphs += [_quoted(first_words(text, QUOTE_LENGTH)) for text in said]
    paragraphs.append(_("What have you noticed? What would you try? Small ideas count too."))
    return question, "\n\n".join(paragraphs)


def told_apart(texts: Sequence[str], most: int) -> list[str]:
    """Give the first of the texts that say something different from those before them; fewer when there are no others."""
    found: list[tuple[str, frozenset[str]]] = []
    for text in texts:
        words = frozenset(all_stems(word for word in tokens(text) if not is_common(word)))
        if all(len(words & other) < TOO_LIKE * len(words | other) for _text, other in found):
            found.append((text, words))
    return [text for text, _words in found[:most]]


def _figures(figure: Figure, audience: str, polarity: str) -> str:
    if polarity == "positive":
        comments, people = figure.positive_comments, figure.positive_customers
        return _("In the last six months we read %(comments)s of praise about it, %(people)s.",
                 comments=comment_words(comments), people=from_people_words(people, audience))
    comments, people = figure.negative_comments, figure.negative_customers
    return _("In the last six months we read %(comments)s about it that were not happy, %(people)s.",
             comments=comment_words(comments), people=from_people_words(people, audience))


def _quoted(text: str) -> str:
    return f"„{text}“" if current_language() == "de" else f"“{text}”"
