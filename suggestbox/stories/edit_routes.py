"""Pages of those who write stories: what could be told, writing on with the preview beside, asking, publishing."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core import wording as house_wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, NotFound, Refused
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.ideas import files
from suggestbox.ideas.blueprint import load_idea
from suggestbox.ideas.models import ADOPTING, Attachment, Idea
from suggestbox.ideas.parts import people_behind
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.workflow.operations import settle

from . import asking, candidates, drafting, operations, pictures, policy, queries
from .blueprint import bp
from .forms import BeginForm, StoryForm, WhyForm
from .heard_routes import heard_about
from .models import Story, StoryPerson
from .wording import LANGUAGES, LENGTHS

Thing = tuple[Story, Idea]


# -- what could be told ----------------------------------------------------------------------------------------------


@bp.get("/stories/candidates", endpoint="candidates")
@door("stories.candidates", allow=policy.is_writer)
def list_candidates() -> str:
    """What was carried out and could be told, the stories being written, told, and taken down."""
    me, book = current_user, here()
    asked = request.args.get("show", "")
    tab = asked if asked in candidates.TABS else "worth"
    page = candidates.listed(tab, me.id, book, key=request.args.get("page"))
    if page.next_key:
        page.next_url = url_for("stories.candidates", show=tab, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("stories.candidates", show=tab, page=page.prev_key)
    counts = candidates.counted(me.id, book)
    names = {"worth": _("Worth telling"), "all": _("All that was done"), "writing": _("Being written"), "told": _("Told"),
             "ended": _("Taken down")}
    tabs = [(name, names[name], counts[name], url_for("stories.candidates", show=name)) for name in candidates.TABS]
    return render_template("stories/candidates.html", page=page, tab=tab, tabs=tabs, book=book)


def load_tellable(me: Person, number: str) -> Idea:
    """Give an idea whose story the person may write.

    Raises  NotFound
    """
    idea = load_idea(me, number)
    if not policy.may_write(me, idea, here()):
        raise NotFound(reason="no_such_idea")
    return idea


@bp.route("/stories/new/<number>", methods=["GET", "POST"], endpoint="new")
@door("stories.draft", load=load_tellable)
def new(idea: Idea) -> Any:
    """Begin a story: choose the language; the draft is made of what is there."""
    story = candidates.story_about(idea.id)
    if story is not None:
        return redirect(url_for("stories.edit", story_id=story.id), 303)
    form, me, now = BeginForm(), current_user._get_current_object(), utc_now()
    form.offer()
    measures = asking.done_measures(idea.id)
    if request.method == "GET" or not form.validate():
        form.languages.data = form.languages.data or drafting.own_language(idea)
        return render_template("stories/edit_new.html", idea=idea, form=form, measures=measures), 422 if form.errors else 200
    facts = drafting.facts_of(idea, measures, heard_about(idea, measures, me))
    texts = drafting.drafted(idea, measures, facts, languages=form.codes)
    picture = next((m.picture_id for m in reversed(measures) if m.picture_id), None) or next(
        (file.id for file in idea.attachments if file.is_image), None)
    with work():
        story = operations.draft_story(
            idea, texts=texts, facts=facts, by_id=me.id, now=now, measure_id=measures[-1].id if measures else None,
            theme_id=facts.get("theme_id"), picture_id=picture,
        )
        story_id = story.id
    flash(_("Here is a first draft. Nobody is asked before you say so."), "success")
    return redirect(url_for("stories.edit", story_id=story_id), 303)


# -- writing ---------------------------------------------------------------------------------------------------------


def load_written(me: Person, story_id: int) -> Thing:
    """Give a story the person writes, and its idea.

    Raises  NotFound
    """
    story = db.session.get(Story, story_id)
    idea = db.session.get(Idea, story.idea_id) if story else None
    if story is None or idea is None or story.state == "discarded" or not policy.may_write(me, idea, here()):
        raise NotFound(reason="no_such_story")
    return story, idea


@bp.route("/stories/<int:story_id>/edit", methods=["GET", "POST"], endpoint="edit")
@door("stories.write", load=load_written)
def edit(thing: Thing) -> Any:
    """Write on at a story, see it as readers will, and (once it is whole) ask the people in it."""
    story, idea = thing
    form, now, me = StoryForm(), utc_now(), current_user._get_current_object()
    form.offer(_pictures(story, idea))
    if request.method == "GET":
        form.fill(story, queries.texts_of(story.id))
        return _page(thing, form)
    good = form.validate()
    if good and request.form.get("preview"):
        return _page(thing, form, typed=True)
    try:
        kept = files.keep_uploads([form.upload.data])
    except Invalid as wrong:
        form.put_errors(Invalid(fields={"upload": str(wrong.text)}))
        return _page(thing, form), 422
    if not good:
        files.forget(kept)
        return _page(thing, form), 422
    asks, story_id = bool(request.form.get("ask")), story.id
    facts = _facts(idea, me) if request.form.get("anew") else None
    money = form.shows_money.data if _may_show_money(idea) else story.shows_money
    try:
        with work():
            changed = operations.change_story(
                story, texts=form.texts, picture_id=form.picture_id, picture_words=form.picture_words, shows_money=money,
                upload=kept[0] if kept else None, facts=facts, by_id=me.id, now=now, version=form.seen,
            )
            settle(idea, now=now, mover_id=me.id)
    except Invalid as wrong:
        files.forget(kept)
        form.put_errors(wrong)
        return _page(thing, form), 422
    except HouseError as late:
        files.forget(kept)
        if late.status != 409:
            raise
        return _page(thing, form, problem=_said(late)), 409
    if asks:
        return _ask(thing)
    flash(_("Saved.") if changed else _("Nothing was changed."), "success")
    return redirect(url_for("stories.edit", story_id=story_id), 303)


def _ask(thing: Thing) -> Any:
    """Ask about what was just saved: what is missing for that loses nothing, a new picture least of all."""
    story, idea = thing
    now, me_id, story_id = utc_now(), current_user.id, story.id
    try:
        with work():
            operations.ask_story(story, by_id=me_id, now=now, book=here())
            settle(idea, now=now, mover_id=me_id)
    except (Invalid, Refused) as wrong:
        form = StoryForm(formdata=None)
        form.offer(_pictures(story, idea))
        form.fill(story, queries.texts_of(story.id))
        if isinstance(wrong, Invalid):
            form.put_errors(wrong)
        return _page(thing, form, problem="" if isinstance(wrong, Invalid) else _said(wrong)), wrong.status
    flash(_("Saved. Everybody in the story is asked now."), "success")
    return redirect(url_for("stories.edit", story_id=story_id), 303)


def _facts(idea: Idea, me: Person) -> dict[str, Any]:
    measures = asking.done_measures(idea.id)
    return drafting.facts_of(idea, measures, heard_about(idea, measures, me))


def _may_show_money(idea: Idea) -> bool:
    me, book = current_user._get_current_object(), here()
    return any(policy.may_show_money(idea, me, measure, book) for measure in asking.done_measures(idea.id))


def _said(late: HouseError) -> str:
    return str(late.text) if late.text else house_wording.sentence(late.reason, late.status)


def _pictures(story: Story, idea: Idea) -> list[tuple[int, str]]:
    """The pictures there are: of how it looks now, and those that came with the idea."""
    done = {measure.picture_id: measure.title for measure in asking.done_measures(idea.id) if measure.picture_id}
    found = []
    for file in idea.attachments:
        if file.is_image:
            name = _("What was done: %(title)s", title=done[file.id]) if file.id in done else file.shown_name
            found.append((file.id, name))
    return found


def _page(
    thing: Thing, form: StoryForm | None = None, *, typed: bool = False, problem: str = "", why: WhyForm | None = None
) -> str:
    story, idea = thing
    book, now = here(), utc_now()
    texts = queries.texts_of(story.id)
    if form is None:
        form = StoryForm(formdata=None)
        form.offer(_pictures(story, idea))
        form.fill(story, texts)
    shown = _typed_texts(form) if typed else texts
    rows = asking.people_in(story)
    answers = asking.answers_of(story, idea, book, rows)
    reason = operations.not_yet(story, idea, book) if story.state == "asked" else ""
    return render_template(
        "stories/edit.html", story=story, idea=idea, form=form, why=why or WhyForm(formdata=None), problem=problem,
        shown=[shown[code] for code in LANGUAGES if code in shown],
        names=asking.as_yet_unnamed(queries.named(story, book, preview=True), story, idea),
        people=[_person_line(row, story, idea, answers) for row in rows], answers=answers,
        not_yet=str(operations.NOT_YET[reason]()) if reason else "", may_publish=story.state == "asked" and not reason,
        may_ask_again=operations.may_ask_again(story, now=now, book=book) and (
            idea.confidential or bool(set(answers.open) - set(answers.gone))),
        may_show_money=_may_show_money(idea), typed=typed, parts=LENGTHS, languages=LANGUAGES,
        said_no=operations.said_no(story), adopting=ADOPTING,
        picture_url=url_for("stories.picture", story_id=story.id, v=story.picture_id) if story.picture_id else "",
        by=book.person(story.withdrawn_by_id), open_form=story.state in operations.PRESSES["change"], today=book.today,
    )


def _typed_texts(form: StoryForm) -> dict[str, Any]:
    """The words as they were typed, to be looked at before they are kept."""
    return {code: {"language": code, **words} for code, words in form.texts.items() if any(words.values())}


def _person_line(row: StoryPerson, story: Story, idea: Idea, answers: asking.Answers) -> dict[str, Any]:
    """Somebody in the story as its writer sees them: a confidential submitter without a name."""
    book = here()
    person_id = row.person_id or people_behind(idea).get(row.submitter_id or 0)
    hidden = row.submitter_id is not None and idea.confidential
    return {
        "person": None if hidden else book.person(person_id), "owner_id": row.person_id, "words": row.words,
        "answer": row.answer if row.text_version == story.text_version else "", "at": row.answered_at,
        "earlier": bool(row.answer) and row.text_version != story.text_version, "gone": row in answers.gone and not hidden,
        "open": row in answers.open,
    }


# -- one press -------------------------------------------------------------------------------------------------------


def _press(thing: Thing, act: Any, said: str, *, back: str = "edit") -> Any:
    """Do one thing with a story, or draw its page again with the reason why not."""
    story, idea = thing
    form, me, now = WhyForm(), current_user._get_current_object(), utc_now()
    if not form.validate():
        return _page(thing, why=form), 422
    story_id = story.id
    try:
        with work():
            act(story, form, by_id=me.id, now=now, version=form.seen)
            settle(idea, now=now, mover_id=me.id)
    except Invalid as wrong:
        form.put_errors(wrong)
        return _page(thing, why=form), 422
    except HouseError as late:
        if late.status != 409:
            raise
        return _page(thing, problem=_said(late)), 409
    flash(said, "success")
    if back == "candidates":
        return redirect(url_for("stories.candidates"), 303)
    return redirect(url_for(f"stories.{back}", story_id=story_id), 303)


@bp.post("/stories/<int:story_id>/again", endpoint="ask_again")
@door("stories.ask", load=load_written)
def ask_again(thing: Thing) -> Any:
    """Ask those once more who said nothing."""
    return _press(thing, lambda story, _form, **who: operations.ask_again(story, book=here(), **who),
                  _("Those who said nothing are asked once more."))


@bp.post("/stories/<int:story_id>/publish", endpoint="publish")
@door("stories.publish", load=load_written)
def publish(thing: Thing) -> Any:
    """Publish a story everybody in it agreed to."""
    return _press(thing, lambda story, _form, **who: operations.publish_story(story, book=here(), **who),
                  _("It is published. Everybody reads of it with the next daily message."), back="show")


@bp.post("/stories/<int:story_id>/discard", endpoint="discard")
@door("stories.discard", load=load_written)
def discard(thing: Thing) -> Any:
    """Put a story aside; the idea can be told again later."""
    return _press(thing, lambda story, _form, **who: operations.discard_story(story, **who),
                  _("The story is put aside. The idea stands in the list again."), back="candidates")


@bp.post("/stories/<int:story_id>/leave-out", endpoint="leave_out")
@door("stories.leave_out", load=load_written)
def leave_out(thing: Thing) -> Any:
    """Tell the story without somebody who carried it out."""
    person_id = whole_number(request.form.get("person")) or 0
    return _press(thing, lambda story, _form, **who: operations.leave_out(story, person_id, **who),
                  _("This person is not named in the story, and is not asked any more."))


@bp.post("/stories/<int:story_id>/take-down", endpoint="take_down")
@door("stories.take_down", load=load_written)
def take_down(thing: Thing) -> Any:
    """Take a published story down as its writer, with a reason."""
    return _press(thing, lambda story, form, **who: operations.withdraw_story(story, reason=form.reason.data or "", **who),
                  _("The story is taken down."))


@bp.post("/stories/<int:story_id>/take-up", endpoint="take_up")
@door("stories.take_up", load=load_written)
def take_up(thing: Thing) -> Any:
    """Write on at a story that was taken down by a writer."""
    return _press(thing, lambda story, _form, **who: operations.take_up(story, **who),
                  _("You can write on. Everybody in the story is asked anew."))


# -- the picture -----------------------------------------------------------------------------------------------------


def load_pictured(me: Person, story_id: int) -> Attachment:
    """Give the picture of a story: a published one to everybody, else to its writers and the people in it.

    Raises  NotFound
    """
    story = db.session.get(Story, story_id)
    picture = db.session.get(Attachment, story.picture_id) if story and story.picture_id else None
    if story is None or picture is None:
        raise NotFound(reason="no_such_file")
    if queries.card_of(story.id) is None:
        idea = db.session.get_one(Idea, story.idea_id)
        known = story.state in ("draft", "asked") and asking.my_rows(story, idea, me.id) and story.asked_at is not None
        if not known and not policy.may_write(me, idea, here()):
            raise NotFound(reason="no_such_file")
    return picture


@bp.get("/stories/<int:story_id>/picture", endpoint="picture")
@door("stories.picture", load=load_pictured)
def picture(found: Attachment) -> Any:
    """The picture of a story."""
    return pictures.answer(found)
