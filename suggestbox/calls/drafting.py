"""A call drafted from a theme: question and background as somebody would begin to write them."""

from datetime import date, timedelta

from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.feedback.counts import comment_words, from_people_words
from suggestbox.feedback.figures import Figure, Slice, quotes_of, theme_figures
from suggestbox.feedback.landscape import Landscape, ThemeBrief
from suggestbox.feedback.masking import staff_names
from suggestbox.feedback.quotes import shown_text
from suggestbox.ideas.blueprint import first_words
from suggestbox.people.directory import Directory

LOOKED_BACK_DAYS, QUOTES, QUOTE_LENGTH = 180, 2, 240


def drafted_from(theme: ThemeBrief, lands: Landscape, book: Directory, today: date) -> tuple[str, str]:
    """Give question and background about a theme: how many said it lately, and two of their sentences, masked."""
    part = Slice(since=today - timedelta(days=LOOKED_BACK_DAYS), until=today, audience=theme.audience)
    figure = theme_figures(part, lands).get(theme.id, Figure())
    praised = figure.positive_comments > figure.negative_comments
    polarity = "positive" if praised else "negative"
    names = staff_names(book)
    said = [shown_text(item, whole=False, names=names) for item in quotes_of(lands.below(theme.id), polarity, part, QUOTES)]
    question = _("How do we keep what people like about “%(theme)s”?", theme=theme.name) if praised \
        else _("What can we do better about “%(theme)s”?", theme=theme.name)
    paragraphs = [_figures(figure, theme.audience, polarity)] if figure.comments else []
    paragraphs += [_quoted(first_words(text, QUOTE_LENGTH)) for text in said]
    paragraphs.append(_("What have you noticed? What would you try? Small ideas count too."))
    return question, "\n\n".join(paragraphs)


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
