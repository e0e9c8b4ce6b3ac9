"""Pages of the people a story tells of: read exactly what would be told, agree or not, and take it down any time."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core import wording as house_wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, NotFound
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import may_see
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.workflow.operations import settle

from . import asking, operations, queries
from .blueprint import bp
from .due import asked_before
from .forms import AnswerForm, WhyForm
from .models import Story, StoryPerson, StoryText
from .wording import LANGUAGES

Thing = tuple[Story, Idea, list[StoryPerson]]


def load_mine(me: Person, story_id: int) -> Thing:
    """Give a story the person is in, once they were asked about it, with its idea and what they are in it.

    Raises  NotFound
    """
    story = db.session.get(Story, story_id)
    idea = db.session.get(Idea, story.idea_id) if story else None
    if story is None or idea is None or not asked_before(story) or story.state == "discarded":
        raise NotFound(reason="no_such_story")
    mine = asking.my_rows(story, idea, me.id)
    if not mine or not (may_see(idea, me, here()) or story.state == "published"):
        raise NotFound(reason="no_such_story")
    return story, idea, mine


@bp.route("/stories/<int:story_id>/agree", methods=["GET", "POST"], endpoint="agree")
@door("stories.agree", load=load_mine)
def agree(thing: Thing) -> Any:
    """Read what would be told, and say whether it may be."""
    story, idea, mine = thing
    row = _row(mine)
    form, now = _form(row), utc_now()
    if request.method == "GET":
        return _page(thing, row, form)
    if not form.validate():
        return _page(thing, row, form), 422
    seen, said, row_id, story_id = whole_number(form.seen_wording.data) or 0, form.answer.data or "", row.id, story.id
    number = idea.number
    if story.state == "published" and said != "named" and _in_words(story):
        form.put_errors(Invalid(fields={"answer": _(
            "Your name stands in the words of the story as well, so it cannot simply be left out. You can take the whole "
            "story down below, at once.")}))
        return _page(thing, row, form), 422
    try:
        with work():
            operations.answer_story(story, db.session.get_one(StoryPerson, row_id), answer=said, words=form.words.data or "",
                                    now=now, seen=seen)
            settle(idea, now=now, mover_id=current_user.id)
            ended, told = story.state == "withdrawn", story.state == "published"
    except Invalid as wrong:
        form.put_errors(wrong)
        return _page(thing, row, form), 422
    except HouseError as late:
        return _late(thing, late, row, form)
    if ended:
        flash(_("The story is not told. You need not do anything else."), "success")
        return redirect(url_for("ideas.show", number=number), 303)
    flash(_("Noted. It counts at once.") if told else _("Thank you. Only if everybody in it agrees, it is told."), "success")
    return redirect(url_for("stories.agree", story_id=story_id), 303)


def _in_words(story: Story) -> bool:
    return queries.stands_in_words(current_user, queries.texts_of(story.id).values())


def _row(mine: list[StoryPerson]) -> StoryPerson:
    """What the person is in the story; whoever is in it twice (confidentially) answers for each by itself."""
    wanted = whole_number(request.values.get("as"))
    return next((row for row in mine if row.id == wanted), mine[0])


def _form(row: StoryPerson) -> AnswerForm:
    form = AnswerForm()
    form.offer(owner=row.person_id is not None)
    return form


def _late(thing: Thing, late: HouseError, row: StoryPerson, form: AnswerForm | None = None) -> Any:
    if late.status != 409:
        raise late
    problem = str(late.text) if late.text else house_wording.sentence(late.reason, late.status)
    return _page(thing, row, form, problem), 409


def _own_first(texts: dict[str, StoryText]) -> list[StoryText]:
    """The wordings one is asked about: the reader's own language before the others."""
    return sorted(texts.values(), key=lambda text: (text.language != current_language(), LANGUAGES.index(text.language)))


def _page(thing: Thing, row: StoryPerson, form: AnswerForm | None = None, problem: str = "") -> str:
    story, idea, mine = thing
    book, texts = here(), queries.texts_of(story.id)
    answered = row.answer if row.text_version == story.text_version else ""
    if form is None:
        form = AnswerForm(formdata=None)
        form.offer(owner=row.person_id is not None)
    if not form.is_submitted():
        form.answer.data, form.words.data = answered or None, row.words
    form.seen_wording.data = str(story.text_version)
    names = queries.named(story, book, preview=True)
    return render_template(
        "stories/agree.html", story=story, idea=idea, row=row, mine=mine, form=form, problem=problem, answered=answered,
        earlier=bool(row.answer) and not answered, shown=_own_first(texts),
        names=names if row.submitter_id else asking.as_yet_unnamed(names, story, idea), why=WhyForm(formdata=None),
        confidential=idea.confidential and row.submitter_id is not None,
        picture_url=url_for("stories.picture", story_id=story.id, v=story.picture_id) if story.picture_id else "",
        writer=book.person(story.created_by_id), others=len(asking.people_in(story)) - 1, today=book.today,
        may_answer=story.state in operations.PRESSES["answer"], closed_idea=idea.visibility == "handlers",
        relents=story.state == "withdrawn" and row in operations.said_no(story), step_by=story.answer_by,
    )


@bp.post("/stories/<int:story_id>/withdraw", endpoint="withdraw")
@door("stories.withdraw", load=load_mine)
def withdraw(thing: Thing) -> Any:
    """Take a story down at once, without a reason."""
    def act(story: Story, row: StoryPerson, now: Any, reason: str) -> None:
        operations.withdraw_story(story, row=row, now=now, reason=reason)

    return _press(thing, act, _("The story is taken down. Nobody reads it any more."))


@bp.post("/stories/<int:story_id>/relent", endpoint="relent")
@door("stories.relent", load=load_mine)
def relent(thing: Thing) -> Any:
    """Take one's no back; one is asked anew before anything is told."""
    def act(story: Story, row: StoryPerson, now: Any, _reason: str) -> None:
        operations.relent(story, row, now=now)

    return _press(thing, act, _("Noted. You are asked anew before anything is told."))


def _press(thing: Thing, act: Any, said: str) -> Any:
    story, idea, mine = thing
    row, form, now = _row(mine), WhyForm(), utc_now()
    row_id, number = row.id, idea.number
    if not form.validate():
        return _page(thing, row, problem=str(form.reason.errors[0]) if form.reason.errors else ""), 422
    try:
        with work():
            act(story, db.session.get_one(StoryPerson, row_id), now, form.reason.data or "")
            settle(idea, now=now, mover_id=current_user.id)
    except HouseError as late:
        return _late(thing, late, row)
    flash(said, "success")
    return redirect(url_for("ideas.show", number=number), 303)
