"""What submitters hear when enough time has passed since their idea's measure: a name, and what gives the notice."""

from datetime import date, datetime, timedelta

from suggestbox.core.database import work
from suggestbox.evidence.operations import link_theme
from suggestbox.evidence.telling import tell_submitters
from suggestbox.mail.models import Notice
from tests import factories as f
from tests.cast import Cast
from tests.evidence.scene import DONE, done_measure, say
from tests.factories import START
from tests.feedback.scene import make_item, make_theme
from tests.mail.telling import notices

TITLE = "Labels at goods receipt"
TODAY = date(2026, 11, 4)


def _since(cast: Cast, before: int, since: int, polarity: str = "negative") -> tuple[list[Notice], datetime]:
    with work():
        theme = make_theme("delay", name_de="Verspätung", name_en="Delay")
        idea = f.closed(cast, title=TITLE)
        link_theme(idea, theme.id, actor=cast.ann, now=START)
        say(theme, DONE - timedelta(days=150), before, polarity=polarity)
        say(theme, DONE, since, start=100, polarity=polarity)
        make_item("…", said_on=TODAY)
        done_measure(cast, idea)
        tell_submitters(today=TODAY, now=START)
    return notices("evidence.since"), START


def fewer(cast: Cast) -> tuple[list[Notice], datetime]:
    return _since(cast, 40, 12)


def no_clear_difference(cast: Cast) -> tuple[list[Notice], datetime]:
    return _since(cast, 20, 17)


def more_praise(cast: Cast) -> tuple[list[Notice], datetime]:
    return _since(cast, 12, 40, "positive")


def with_all_feedback(cast: Cast) -> tuple[list[Notice], datetime]:
    """Fewer complain, but feedback altogether became less, too."""
    with work():
        say(None, DONE - timedelta(days=150), 90, start=1000)
        say(None, DONE, 36, start=2000)
    return _since(cast, 40, 16)


EVIDENCE_SCENES = {
    "evidence.since": fewer, "evidence.since-unclear": no_clear_difference, "evidence.since-praise": more_praise,
    "evidence.since-with_all": with_all_feedback,
}
