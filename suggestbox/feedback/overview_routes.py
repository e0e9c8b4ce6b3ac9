"""The first page of customer feedback, and what every page of the room shows above its own words."""

from datetime import date, timedelta
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_login import current_user

from suggestbox.calls.policy import may_draft
from suggestbox.calls.queries import calls_open_on
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.evidence.queries import links_of
from suggestbox.evidence.since import Since, compare_since, heard_between
from suggestbox.evidence.unanswered import unanswered
from suggestbox.evidence.words import figures, verdict
from suggestbox.measures.queries import done_for_theme
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import here

from . import counts
from .blueprint import bp
from .landscape import Landscape, landscape
from .map_layout import lay_out
from .masking import staff_names
from .models import Item
from .policy import is_cx_manager
from .quotes import shown_text
from .slices import choice_from
from .stations import praise_of, rises_at, stations_of, voices, waiting
from .trends import WORDS as TREND_WORDS
from .words import CHANNEL_WORDS, POLARITY_WORDS

bp.add_app_template_filter(counts.grouped, "grouped")
for _word in (counts.people_words, counts.from_people_words, counts.comment_words):
    bp.add_app_template_global(_word)
bp.record_once(
    lambda state: state.app.jinja_env.globals.update(channel_words=CHANNEL_WORDS, polarity_words=POLARITY_WORDS)
)

MOST_ON_A_SIDE = 2
"""Circles on each side of a touchpoint in the small map."""

NAMED = 4
"""Themes in each of the lists."""

MEASURES_COMPARED = 2
RISES_DAYS = 28


@bp.context_processor
def _reader() -> dict[str, Any]:
    return {"curates": is_cx_manager(current_user._get_current_object() if current_user.is_authenticated else None)}


@bp.app_template_global()
def room_pages() -> list[dict[str, Any]]:
    """Give the pages of the room for the line above each of them; other rooms' pages may stand under it too."""
    pages = [
        ("overview", "feedback.overview", _("Overview")),
        ("map", "feedback.map", _("Journey map")),
        ("themes", "feedback.themes", _("Themes")),
    ]
    if is_cx_manager(current_user._get_current_object()):
        pages += [
            ("items", "feedback.items", _("Items")),
            ("queue", "feedback.queue", _("To sort")),
            ("proposals", "feedback.proposals", _("Proposals")),
            ("imports", "feedback.imports", _("Imports")),
            ("model", "feedback.model", _("Model")),
        ]
    return [
        {"name": name, "url": url_for(endpoint), "label": label, "here": endpoint == request.endpoint}
        for name, endpoint, label in pages if endpoint in current_app.view_functions
    ]


@bp.get("/feedback", endpoint="overview")
@door("feedback.overview")
def overview() -> str:
    """What customers say, at a glance."""
    me, book, lands = current_user._get_current_object(), here(), landscape()
    curates = is_cx_manager(me)
    asked = {name: value for name, value in request.args.items() if name != "audience"}  # this page is about customers
    choice = choice_from(asked, today=book.today, offer=True)
    ways = lands.ways("customers")
    if not choice.channels:
        return render_template("feedback/overview_empty.html", has_themes=bool(lands.alive()), has_ways=bool(lands.ways()))
    stations = stations_of(ways[0].id, choice, lands) if ways else []
    praised = praise_of(choice, lands, most=NAMED - 1)
    names = staff_names(book)
    may_call = is_on("calls") and may_draft(me, book=book)

    def words_of(item: Item) -> str:
        return shown_text(item, whole=False, names=names)  # this page is printed and passed round

    return render_template(
        "feedback/overview.html", choice=choice, said=choice.words(voices(choice.slice)), lands=lands, book=book,
        way=ways[0] if ways else None, stretches=lay_out(stations, most=MOST_ON_A_SIDE), has_themes=bool(lands.alive()),
        open_themes=unanswered(me, lands, today=book.today, most=NAMED), trend_words=TREND_WORDS,
        calls=may_call, praised=praised, words_of=words_of,
        called={call.theme_id: call.id for call in calls_open_on(book.today)} if may_call else {},
        rises=_rises(lands, book.today)[:NAMED], done=_done(me, lands, book.today), verdict=verdict, figures=figures,
        waiting=waiting() if curates else None,
    )


def _rises(lands: Landscape, today: date) -> list[Any]:
    return rises_at([theme.id for theme in lands.alive()], since=today - timedelta(days=RISES_DAYS))


def _done(me: Somebody, lands: Landscape, today: date) -> list[Since]:
    """The measures done last for a theme of customers, each with what they say since."""
    lines = [m for m in done_for_theme(list(lands.themes), me) if m.done_on and m.done_on <= today]
    links = links_of([line.idea_id for line in lines[: 3 * MEASURES_COMPARED]], lands)
    ours = [(line, link.theme) for line in lines for link in links.get(line.idea_id, ())[:1]]
    pairs = [pair for pair in ours if pair[1].audience == "customers"]
    heard = heard_between("customers") if pairs else None
    return [compare_since(line, theme, lands, me, today=today, heard=heard) for line, theme in pairs[:MEASURES_COMPARED]]
