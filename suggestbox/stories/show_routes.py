"""Reading stories: the list, the page of one, and what readers say to it."""

from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import LANGUAGES
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.evidence.picture import NARROW, picture_of
from suggestbox.evidence.queries import stands_for
from suggestbox.evidence.since import compare_since
from suggestbox.evidence.telling import SAYING, done_measures
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas.forms import AREA_WORDS
from suggestbox.ideas.models import AREAS, Idea
from suggestbox.ideas.policy import visible_to
from suggestbox.measures.models import Measure
from suggestbox.measures.queries import shown_to
from suggestbox.people.models import Person
from suggestbox.people.queries import departments_by_name, here, today_for
from suggestbox.workflow.journey import Line, Station

from . import policy, queries, reactions, words
from .blueprint import bp
from .feed_routes import feed_address
from .models import Story
from .queries import Card, Narrowed
from .reaction_forms import WishForm

for _word in (words.picture, words.money, words.place, words.hushed):
    bp.add_app_template_global(_word, f"story_{_word.__name__}")


# -- the list --------------------------------------------------------------------------------------------------------


def narrowed_by(arguments: Any) -> Narrowed:
    """Give what an address narrows the list down to; what makes no sense counts as not there."""
    year = whole_number(arguments.get("year"))
    return Narrowed(
        area=arguments.get("area", "") if arguments.get("area") in AREAS else "",
        department_id=whole_number(arguments.get("department")),
        year=year if year is not None and 2000 <= year <= 2200 else None,
    )


@bp.get("/stories", endpoint="list")
@door("stories.list")
def list_stories() -> str:
    """Published stories with their pictures, the newest first; narrowed down by what stands in the address."""
    me, book, zone = current_user, here(), current_app.config["HEADQUARTERS_ZONE"]
    narrowed, choices = narrowed_by(request.args), queries.offered(zone)
    page = queries.published(me, narrowed, book, zone=zone, key=request.args.get("page"))
    kept: dict[str, Any] = {name: value for name in ("area", "department", "year") if (value := request.args.get(name))}
    if page.next_key:
        page.next_url = url_for("stories.list", **kept, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("stories.list", **kept, page=page.prev_key)
    places = {d.id: d.name for d in book.departments.values()}
    above = {one for place in choices.department_ids for one in book.upwards(place)}
    return render_template(
        "stories/list.html", page=page, narrowed=narrowed, choices=choices, places=places,
        areas=[(key, AREA_WORDS[key]) for key in choices.areas], years=[(year, year) for year in choices.years],
        departments=[(d.id, d.name) for d in departments_by_name(book) if d.id in above],
        said=reactions.counted(card.story.id for card in page.rows), feed_url=feed_address(me),
        writes=url_for("stories.candidates") if policy.is_writer(me, book=book) else "",
    )


# -- one of them -----------------------------------------------------------------------------------------------------


def load_story(_me: Person, story_id: int) -> Card:
    """Give a published story.

    Raises  NotFound when there is none, or it was taken down
    """
    card = queries.card_of(story_id)
    if card is None:
        raise NotFound(reason="no_such_story")
    return card


@bp.get("/stories/<int:story_id>", endpoint="show")
@door("stories.see", load=load_story)
def show(card: Card) -> str:
    """One story, for good: how it was, the idea, what was done, and since then."""
    return story_page(card)


def story_page(card: Card, form: WishForm | None = None) -> str:
    """Give the page of a published story; `form` is a sentence that could not be taken."""
    me, book, story = current_user, here(), card.story
    texts = queries.texts_of(story.id)
    text = queries.shown_text(story, texts, request.args.get("language", "")) or card.text
    idea = db.session.get_one(Idea, story.idea_id)
    yours = reactions.is_in(story.id, me.id)
    writes = policy.may_write(me, idea, book)
    leads = yours or writes or queries.may_lead_on(story)
    department = book.department(card.department_id)
    return render_template(
        "stories/show.html", story=story, text=text, names=queries.named(story, book), yours=yours,
        department=department.name if department else "", line=way_of(idea, story), way=_sentence(idea, story),
        picture_url=url_for("stories.picture", story_id=story.id) if card.picture else "",
        told_on=words.day(local_date(story.published_at or story.changed_at, current_app.config["HEADQUARTERS_ZONE"])),
        voices=voices_of(story, me), said=reactions.said_to(story.id, me), wishes=reactions.wishes(story, me, book),
        form=form or WishForm(formdata=None), idea=_visible_idea(idea, me, book) if leads else None,
        measure_id=_visible_measure(story, me, book) if leads else None,
        other_languages=[(code, name) for code, name in LANGUAGES if code in texts and code != text.language],
        agree_url=url_for("stories.agree", story_id=story.id) if yours else "",
        edit_url=url_for("stories.edit", story_id=story.id) if writes else "",
    )


def way_of(idea: Idea, story: Story) -> Line:
    """Give the journey line of a story: a way that was gone to its end."""
    names = (_("Handed in"), _("Examined"), _("Decided"), _("Talked about"), _("Carried out"))
    stations = tuple(Station(name, "done") for name in names)
    return Line(stations, stations[-1], _sentence(idea, story))


def _sentence(idea: Idea, story: Story) -> str:
    return words.way(idea.submitted_at, idea.decided_at, queries.done_on_of(story))


def voices_of(story: Story, me: Any) -> list[tuple[Any, Any, Any]]:
    """Give what customers said before and since, counted today, with its pictures; nothing where nothing can be said."""
    if story.theme_id is None or story.measure_id is None or not is_on("feedback"):
        return []
    measure = done_measures([story.measure_id]).get(story.measure_id)
    lands = landscape()
    theme = stands_for(story.theme_id, lands)
    if measure is None or theme is None or theme.audience != "customers":
        return []
    found = compare_since(measure, theme, lands, me, today=today_for())
    return [(found, picture_of(found), picture_of(found, NARROW))] if found.verdict in SAYING else []


def _visible_idea(idea: Idea, me: Any, book: Any) -> Idea | None:
    query = sa.select(Idea.id).where(Idea.id == idea.id, visible_to(me.id, book))
    return idea if db.session.scalar(query) else None


def _visible_measure(story: Story, me: Any, book: Any) -> int | None:
    query = sa.select(Measure.id).join(Idea, Idea.id == Measure.idea_id)
    return db.session.scalar(query.where(Measure.id == story.measure_id, shown_to(me.id, book)))


@bp.post("/stories/<int:story_id>/react", endpoint="react")
@door("stories.react", load=load_story)
def react(card: Card) -> Any:
    """Say "well done", or "we could use this too" with a sentence; `wanted` says whether, so a double click does no harm."""
    kind, wanted = request.form.get("kind", ""), request.form.get("wanted", "1") == "1"
    form = WishForm()
    if kind == "could_use" and wanted and not form.validate_on_submit():
        return story_page(card, form), 422
    story_id, now = card.story.id, utc_now()
    try:
        with work():
            story = db.session.get_one(Story, story_id)
            reactions.set_reaction(story, kind, wanted, words=form.words.data or "", by_id=current_user.id, now=now,
                                   book=here())
    except Invalid as wrong:
        form.put_errors(wrong)
        return story_page(load_story(current_user, story_id), form), 422
    if kind == "could_use" and wanted:
        flash(_("Thank you. Whoever carried it out and your coordinator will read it."), "good")
    return redirect(url_for("stories.show", story_id=story_id, _anchor="reactions"), 303)
