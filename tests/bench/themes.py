"""Themes and what customers say, beside the ideas: so many that hints while somebody types have something to look through."""

from datetime import timedelta
from random import Random

import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.core.words import stems_of
from suggestbox.feedback.models import Assignment, Item, Theme, ThemeWord
from suggestbox.feedback.theme_words import write_quotes

from .texts import KINDS, PLACES, THINGS

THEMES, COMMENTS, CUSTOMERS, WORDS = 300, 30_000, 12_000, 40
AT_A_TIME = 5_000


def fill_themes() -> None:
    """Add three hundred themes with their words and thirty thousand comments of a year, and switch the module on."""
    draw, now = Random(4), utc_now()
    vocabulary = sorted({f"{thing}{kind}".casefold() for thing in THINGS for kind in KINDS} | {t.casefold() for t in THINGS})
    with work():
        set_rule("modules.feedback", True, now=now)
        themes = [
            {"id": n, "key": f"theme-{n}", "name_de": _name(n, draw), "name_en": "", "audience": "customers", "need": "",
             "examples_de": [], "examples_en": [], "created_at": now, "version": 1}
            for n in range(1, THEMES + 1)
        ]
        db.session.execute(sa.insert(Theme), themes)
        words: dict[tuple[int, str], dict[str, object]] = {}
        for theme in themes:
            own = str(theme["name_de"]).split()
            for place, word in enumerate([*own, *draw.sample(vocabulary, WORDS)]):
                stem = stems_of(word.casefold())[0][:40]
                weight = 6.0 if place < len(own) else draw.uniform(1.0, 5.0)
                words.setdefault((int(str(theme["id"])), stem), {"theme_id": theme["id"], "stem": stem, "weight": weight,
                                                                  "word": word[:40]})
        db.session.execute(sa.insert(ThemeWord), list(words.values()))
        for first in range(1, COMMENTS + 1, AT_A_TIME):
            numbers = range(first, first + AT_A_TIME)
            db.session.execute(sa.insert(Item), [
                {"id": n, "text": f"So etwas sagt jemand, zum {n}. Mal, in einem Satz von gewöhnlicher Länge.",
                 "said_on": now.date() - timedelta(days=draw.randrange(365)), "channel": "survey", "language": "de",
                 "audience": "customers", "customer_hash": f"{draw.randrange(CUSTOMERS):064d}", "state": "settled",
                 "settled_at": now, "created_at": now}
                for n in numbers
            ])
            db.session.execute(sa.insert(Assignment), [
                {"item_id": n, "theme_id": min(THEMES, 1 + int(draw.expovariate(1 / 60))), "at": now, "origin": "source",
                 "polarity": draw.choice(("negative", "negative", "positive")), "state": "assigned"}
                for n in numbers
            ])
        write_quotes()


def _name(number: int, draw: Random) -> str:
    """The first ones are what somebody types who waits at goods receipt; the commonest ones have most comments."""
    known = ("Palettenliste", "Etikettenausgabe", "Scannerplatz", "Wareneingang")
    if number <= len(known):
        return known[number - 1]
    return f"{draw.choice(THINGS)}{draw.choice(KINDS)} {draw.choice(PLACES)}"
