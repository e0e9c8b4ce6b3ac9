"""What people read about themes: the list by what they mean, and the page of one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.calls.policy import may_draft
from suggestbox.calls.queries import calls_of_theme
from suggestbox.core.database import db
from suggestbox.core.errors import NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.evidence.queries import counts_of_ideas, ideas_of
from suggestbox.measures.queries import MeasureLine, for_themes
from suggestbox.measures.words import state_word
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for
from suggestbox.stories.queries import stories_of_theme

from . import figure_words, policy, praise, ranking, rises, theme_sight
from .blueprint import bp
from .charts import NARROW, Point, TrendPicture, spark, trend_picture
from .history import history_of
from .landscape import Landscape, landscape
from .masking import staff_names
from .models import POLARITIES, Item, Theme
from .praise_routes import may_see_to
from .quotes import shown_text
from .slices import Choice, choice_from, hushed_themes, shows_colleagues
from .theme_sight import Sight
from .trends import interval
from .words import AUDIENCE_WORDS, NEED_WORDS

QUOTES = 3
MORE_QUOTES = 12

for _word in (figure_words.voices, figure_words.loud, figure_words.change_words, figure_words.mean_words,
              figure_words.usual_words, figure_words.signed):
    bp.add_app_template_global(_word, f"figure_{_word.__name__}")


# -- the list ----------------------------------------------------------------------------------------------------------


@bp.get("/feedback/themes", endpoint="themes")
@door("feedback.themes")
def themes() -> str:
    """All themes, ranked by how many customers raise them."""
    today, lands = today_for(), landscape()
    choice = choice_from(request.args, today=today, audience="customers", offer=True)
    order = request.args.get("order", "")
    order = order if order in ranking.ORDERS else "customers"
    first = theme_sight.first_day(choice.slice)
    rows = ranking.in_order(ranking.themes_seen(choice.slice, lands, first=first, today=today), order)
    said = [row for row in rows if row.figure.comments]
    few = hushed_themes(choice, lands)
    heard = [row for row in said if row.theme.id not in few and _may_show(choice, row.theme.audience, row.figure.customers)]
    hushed = len(said) > len(heard)
    return render_template(
        "feedback/themes.html", choice=choice, lands=lands, order=order, orders=ranking.ORDERS, rows=heard, hushed=hushed,
        silent=[row.theme for row in rows if not row.figure.comments and choice.slice.audience in ("", row.theme.audience)],
        sparks={row.theme.id: spark(row.ups, row.downs) for row in heard}, compared=any(row.change for row in heard),
        ideas=counts_of_ideas(current_user, lands), audiences=AUDIENCE_WORDS,
    )


def _may_show(choice: Choice, audience: str, people: int) -> bool:
    """Say whether what was said may be shown: colleagues' voices only where a part of them is not a handful."""
    return choice.slice.audience == "customers" or "employees" not in (audience, choice.slice.audience) \
        or shows_colleagues(choice, people)


# -- the page of one ---------------------------------------------------------------------------------------------------


def load_theme(_me: Person, theme_id: int) -> Theme:
    """Give a theme; merged and archived ones too, for old addresses lead to them.

    Raises  NotFound
    """
    theme = db.session.get(Theme, theme_id)
    if theme is None:
        raise NotFound(reason="no_such_theme")
    return theme


@dataclass(frozen=True)
class Quote:
    """What somebody said, as the reader may see it, and the teams one may pass it on to as praise."""

    item: Item
    text: str
    teams: tuple[praise.Team, ...] = ()
    passed_on: tuple[praise.Passed, ...] = ()


KEPT = ("period", "from", "until", "channel", "segment", "audience", "quotes")
"""What an address of a theme says; it goes along where the theme was merged into another one."""


@bp.get("/feedback/themes/<int:theme_id>", endpoint="theme")
@door("feedback.theme", load=load_theme)
def theme(found: Theme) -> Any:
    """One theme: how many raise it, since when, in their own words, and what is done about it."""
    lands = landscape()
    if found.merged_into_id is not None:
        kept: dict[str, Any] = {key: value for key in KEPT if (value := request.args.get(key))}
        return redirect(url_for("feedback.theme", theme_id=found.merged_into_id, **kept))
    today = today_for()
    choice = choice_from(request.args, today=today, audience=found.audience, offer=True)
    first = theme_sight.first_day(choice.slice)
    sight = theme_sight.look_at_theme(found.id, choice.slice, lands, first=first, today=today)
    few = hushed_themes(choice, lands)
    hushed = found.id in few or not _may_show(choice, found.audience, sight.figure.customers)
    below, me = lands.below(found.id), current_user._get_current_object()
    measures = for_themes(below, me)
    wide, narrow = (None, None) if hushed else _pictures(sight, measures)
    recent = rises.recent_of(found.id, today=today)
    more = request.args.get("quotes", "")
    return render_template(
        "feedback/theme.html", topic=found, brief=lands.themes[found.id], path=lands.path(found.id)[:-1], lands=lands,
        choice=choice, sight=sight, hushed=hushed, wide=wide, narrow=narrow, rows=_rows(sight),
        quotes={} if hushed else _quotes(found, sight, lands, more), more=more, book=here(),
        reasons=None if few else theme_sight.reasons_for_low_marks(found.id, sight, lands),
        children=[(child, sight.below[child.id]) for child in lands.children(found.id) if child.id not in few],
        touchpoints=theme_sight.touchpoints_of([found.id], lands), needs=NEED_WORDS, audiences=AUDIENCE_WORDS,
        answers=ideas_of(below, me), measures=measures, state_word=state_word,
        calls=calls_of_theme(found.id) if is_on("calls") else [], may_call=is_on("calls") and may_draft(me),
        stories=stories_of_theme(below), rises=recent, history_lines=history_of(found.id, lands, here()),
        mine_to_see={row.id for row in recent if may_see_to(me, row, lands)}, reads_whole=policy.may_read_whole_texts(me),
    )


def _pictures(sight: Sight, measures: list[MeasureLine]) -> tuple[TrendPicture | None, TrendPicture | None]:
    """The drawing for a desk and the one for a phone; none for a single point."""
    if len(sight.spans) < 2:
        return None, None
    points = [Point(one.span.label, one.span.name, one.positive, one.negative, one.span.whole) for one in sight.spans]
    marks = [(place, _("Measure done")) for place in _places(sight, [m.done_on for m in measures if m.done_on])]
    return trend_picture(points, marks=marks), trend_picture(points, width=NARROW, height=260, marks=marks)


def _places(sight: Sight, days: list[date]) -> list[float]:
    """Where days lie between the points of the drawing, the point of a span being its middle."""
    found = []
    for day in sorted(set(days)):
        for n, one in enumerate(sight.spans):
            if one.span.since <= day <= one.span.until:
                inside = ((day - one.span.since).days + .5) / one.span.days - .5
                found.append(min(max(n + inside, 0.0), len(sight.spans) - 1.0))
    return found


def _rows(sight: Sight) -> list[dict[str, Any]]:
    """The table behind the drawing, the latest first."""
    return [
        {"span": one.span, "comments": one.comments, "positive": one.positive, "negative": one.negative,
         "positive_range": figure_words.range_words(interval(one.positive)),
         "negative_range": figure_words.range_words(interval(one.negative))}
        for one in reversed(sight.spans)
    ]


def _quotes(found: Theme, sight: Sight, lands: Landscape, more: str) -> dict[str, list[Quote]]:
    """{polarity: what people said in their own words}."""
    book = here()
    names = book.keep("staff names", lambda: staff_names(book))
    most = {polarity: MORE_QUOTES if more == polarity else QUOTES for polarity in POLARITIES[:2]}
    shown = theme_sight.quotes_in(sight, lands.below(found.id), most)
    teams: dict[int, tuple[praise.Team, ...]] = {}
    passed: dict[int, tuple[praise.Passed, ...]] = {}
    if policy.may_pass_praise_on(current_user):
        teams = praise.teams_for(shown["positive"], found.id, lands, book)
        passed = praise.passed_on(item.id for item in shown["positive"])
    return {
        polarity: [Quote(item, shown_text(item, whole=False, names=names), teams.get(item.id, ()), passed.get(item.id, ()))
                   for item in items]
        for polarity, items in shown.items()
    }


