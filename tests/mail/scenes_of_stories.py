"""What people hear of success stories and of talks together: a name, and what gives the notices and when they are read."""

from datetime import datetime, timedelta

from suggestbox.core.database import work
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory
from suggestbox.stories.reactions import set_reaction
from suggestbox.workflow import together
from tests import factories as f
from tests.cast import Cast
from tests.conftest import NOON
from tests.conversations.together import ask, owed, say
from tests.mail.telling import notices
from tests.stories import scene, told

SOON = NOON + timedelta(hours=2)
TITLE = "Labels at goods receipt"


def story_of_mine(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        told.story(cast, tells=True)
    return notices("stories.yours")[0], told.TOLD_AT


def story_published(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        told.story(cast, tells=True)
    return [n for n in notices("stories.published") if n.person_id == cast.sam.id], told.TOLD_AT


def somebody_could_use_it(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        set_reaction(told.story(cast), "could_use", True, words="At the ramp in Linz.", by_id=cast.sam.id, now=told.TOLD_AT,
                     book=directory(told.TOLD_AT.date()))
    return [n for n in notices("stories.could_use") if n.person_id == cast.eve.id], told.TOLD_AT


def story_not_told(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        scene.answered(scene.asked(cast, title=TITLE), cast.ann, "no", words="Not now, please.")
    return [n for n in notices("stories.news") if n.person_id == notices("stories.news")[0].person_id], scene.NOW


def asked_together(cast: Cast) -> tuple[Notice, datetime]:
    ask(cast.cat, *owed(cast, cast.ann, cast.sam, title=TITLE))
    return notices("conversations.together")[0], SOON


def asked_together_in_confidence(cast: Cast) -> tuple[Notice, datetime]:
    (hidden,), (named,) = owed(cast, cast.sam, title=TITLE, confidential=True), owed(cast, cast.ann, title=TITLE)
    with work():
        host = f.host_of(f.parties(hidden)[0])
        for party in f.parties(named):
            party.host_id = host.id
    ask(host, hidden, named)
    return next(n for n in notices("conversations.together") if n.idea_id == hidden.id), SOON


def together_called_off(cast: Cast) -> tuple[Notice, datetime]:
    ideas = owed(cast, cast.ann, cast.sam, title=TITLE)
    group = ask(cast.cat, *ideas)
    say(cast.ann, group, True)
    say(cast.sam, group, True)
    with work():
        together.move(ideas[0], "call_off_group", actor=cast.cat, now=SOON, words="I am ill that day.")
    return notices("conversations.together_host")[-1], SOON


def together_for_the_host(cast: Cast) -> tuple[Notice, datetime]:
    group = ask(cast.cat, *owed(cast, cast.ann, cast.sam, title=TITLE))
    say(cast.ann, group, True)
    say(cast.sam, group, True)
    return notices("conversations.together_host")[0], SOON


STORY_SCENES = {
    "stories.yours": story_of_mine, "stories.published": story_published, "stories.could_use": somebody_could_use_it,
    "stories.news": story_not_told, "conversations.together": asked_together,
    "conversations.together-confidential": asked_together_in_confidence,
    "conversations.together-called_off": together_called_off, "conversations.together_host": together_for_the_host,
}
