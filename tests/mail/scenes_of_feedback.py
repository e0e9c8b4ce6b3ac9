"""Letters about customer feedback: an unusual rise, and praise for a team."""

from datetime import date, datetime

from suggestbox.core.database import db, work
from suggestbox.feedback.models import Rise
from suggestbox.feedback.praise import pass_praise_on
from suggestbox.feedback.rises import KIND
from suggestbox.mail.models import Notice
from suggestbox.mail.operations import tell
from suggestbox.people.directory import directory
from tests.cast import Cast
from tests.factories import START
from tests.feedback.scene import make_item, make_journey, make_theme, make_touchpoint
from tests.mail.telling import notices


def _rise(cast: Cast, polarity: str, words: str) -> tuple[Notice, datetime]:
    with work():
        place = make_touchpoint(make_journey(), "delivery", cast.purchasing, owner_id=cast.sam.id)
        theme = make_theme("delivery", place, name_de="Lieferzeit", name_en="Delivery time")
        make_item(words, (theme, polarity), said_on=date(2026, 10, 20), customer_hash="c1")
        rise = Rise(theme_id=theme.id, polarity=polarity, on=START.date(), days=7, customer_count=23, usual=8.25)
        db.session.add(rise)
        db.session.flush()
        tell(KIND, f"rise:{rise.id}:{cast.sam.id}", now=START, person_id=cast.sam.id, rise_id=rise.id)
    return notices(KIND)[0], START


def complaints(cast: Cast) -> tuple[Notice, datetime]:
    """Names and numbers in the customer's words are masked."""
    return _rise(cast, "negative", "Drei Wochen gewartet, Herr Bauer rief nicht zurück (0171 2345678).")


def praise_rose(cast: Cast) -> tuple[Notice, datetime]:
    return _rise(cast, "positive", "Am nächsten Tag da, danke!")


def praise(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        place = make_touchpoint(make_journey(), "advice", cast.purchasing)
        theme = make_theme("friendly", place)
        item = make_item("Sehr freundlich am Telefon, und geduldig.", (theme, "positive"), customer_hash="c1")
        pass_praise_on(item, cast.purchasing.id, theme_id=theme.id, by_id=cast.bob.id, book=directory(START.date()), now=START)
    return [notice for notice in notices("feedback.praise") if notice.person_id == cast.sam.id], START


FEEDBACK_SCENES = {"feedback.rise": complaints, "feedback.rise-praise": praise_rose, "feedback.praise": praise}
