"""What submitters hear of declined ideas: a name, and what gives the notice and the moment it is read."""

from datetime import datetime, timedelta

from suggestbox.core.database import work
from suggestbox.mail.models import Notice
from suggestbox.workflow.operations import move, settle
from tests import factories as f
from tests.cast import Cast
from tests.mail.telling import notices
from tests.priority import scene

TITLE = "Labels at goods receipt"
YES = scene.LATER + timedelta(days=2, hours=1)
LOOK = scene.CLOSED_AT.replace(year=2027)


def _credited(cast: Cast, answer: str, **facts: object) -> None:
    earlier, later = scene.declined(cast, title=TITLE), scene.later(cast, make=f.deciding)
    scene.named(cast, later, earlier)
    scene.compared(later, answer, now=YES, **facts)
    f.decide(later, cast.cat, YES)
    scene.released(later, YES)


def credit(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        _credited(cast, "same")
    return notices("priority.credit")[0], YES


def credit_in_part(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        _credited(cast, "partly", percent=40, words="The labels.")
    return notices("priority.credit")[0], YES


def taken_up(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        idea = scene.declined(cast, title=TITLE)
        move(idea, "take_up", actor=cast.ida, now=YES, words="We bought the printer with the new hall.")
    return notices("priority.credit")[0], YES


def again(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        idea = scene.declined(cast, title=TITLE)
        settle(idea, now=LOOK)
        move(idea, "look_again", actor=cast.bob, now=LOOK, words="Printers cost half of it today.")
    return notices("priority.again")[0], LOOK


def stands(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        idea = scene.declined(cast, title=TITLE)
        settle(idea, now=LOOK)
        move(idea, "keep_decline", actor=cast.bob, now=LOOK, words="The printer still costs more than it saves.")
    return notices("priority.stands"), LOOK


PRIORITY_SCENES = {
    "priority.credit": credit, "priority.credit-part": credit_in_part, "priority.credit-words": taken_up,
    "priority.again": again, "priority.stands": stands,
}
