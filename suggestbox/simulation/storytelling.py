"""Success stories: written about what was carried out, agreed to by everybody in them, told or put aside."""

from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.stories import asking, drafting
from suggestbox.stories.candidates import story_about
from suggestbox.stories.due import live_story
from suggestbox.stories.models import Story
from suggestbox.stories.operations import (
    answer_story,
    ask_again,
    ask_story,
    discard_story,
    draft_story,
    may_ask_again,
    not_yet,
    publish_story,
)
from suggestbox.stories.policy import may_write
from suggestbox.workflow.operations import settle

from .world import Event, NotNow, World

TOLD_A_YEAR = 2
"""So many are told to everybody; the others wait for a better day. Each of them is a line for the whole company."""


def write(w: World, event: Event) -> None:
    """Somebody in charge writes the story of what was carried out, and asks everybody in it."""
    idea, actor = w.idea(event.args[0]), w.person(event.person_id)
    if idea.stage != "closed":
        raise NotNow(5)
    measures = asking.done_measures(idea.id)
    if not measures or story_about(idea.id) is not None or not w.book.is_available(actor.id) \
            or not may_write(actor, idea, w.book):
        return
    texts = {"de": {"title": idea.title, "lead": "So wurde es leichter.", "idea": "Etiketten gleich am Tor.",
                    "done": "Es ist eingerichtet."}}
    story = draft_story(idea, texts=texts, facts=drafting.facts_of(idea, measures, {}), by_id=actor.id, now=w.now,
                        measure_id=measures[0].id)
    ask_story(story, by_id=actor.id, now=w.now, book=w.book)
    settle(idea, now=w.now, mover_id=actor.id)


def _live(idea: Idea) -> Story | None:
    story = story_about(idea.id)
    return live_story([story]) if story is not None else None


def agree(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Somebody in the story says whether it may be told, and with their name; or nothing."""
    dice, story = w.dice("story", step.id), _live(idea)
    if story is None or story.state != "asked":
        return
    rows = [row for row in asking.my_rows(story, idea, actor.id)
            if row.submitter_id == step.submitter_id and (step.submitter_id or row.person_id == step.owner_id)]
    if not rows:
        return
    if w.leans("story unanswered", dice, 0.08, 0.6):
        w.leave_alone(step.id, "story_left_unanswered")
        return
    answer = "no" if w.leans("story refused", dice, 0.08, 0.6) else dice.choice(("named", "named", "unnamed"))
    answer_story(story, rows[0], answer=answer, now=w.now, seen=story.text_version)
    w.note(f"story_{answer}")
    settle(idea, now=w.now, mover_id=actor.id)


def go_on(w: World, step: Step, idea: Idea, actor: Person, event: Event) -> None:
    """Everybody answered, or the time is over: it is told, or asked once more, or put aside."""
    story = _live(idea)
    if story is None:
        return
    if not may_write(actor, idea, w.book):
        raise NotNow(2)
    told = w.paths["story_told"] + w.draft.paths["story_told"]
    if story.state == "asked" and not not_yet(story, idea, w.book) and told < TOLD_A_YEAR * w.days / 365:
        publish_story(story, by_id=actor.id, now=w.now, book=w.book)
        w.note("story_told")
    elif may_ask_again(story, now=w.now, book=w.book) and asking.answers_of(story, idea, w.book).open:
        ask_again(story, by_id=actor.id, now=w.now, book=w.book)
        w.note("story_asked_again")
    else:
        discard_story(story, by_id=actor.id, now=w.now)
    settle(idea, now=w.now, mover_id=actor.id)
