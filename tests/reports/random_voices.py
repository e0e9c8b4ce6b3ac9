"""Random comments of customers and colleagues, put straight into the tables: themes that are gone, imports that were undone."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from suggestbox.feedback.models import (
    Assignment,
    Import,
    Item,
    Journey,
    Source,
    Theme,
    ThemeTouchpoint,
    Touchpoint,
)

DAYS = (date(2026, 12, 31), date(2027, 1, 1), date(2026, 9, 30), date(2026, 10, 1))


def speak(dice: Random, count: int, now: datetime) -> dict[Any, list[dict[str, Any]]]:
    """Give the rows of a journey map with comments on it, a list for each model, in the order they can be written."""
    journeys = [{"id": n, "key": f"w{n}", "name_de": f"Weg {n}", "name_en": f"Way {n}", "position": n,
                 "audience": "customers" if n < 3 else "employees", "archived_at": None} for n in (1, 2, 3)]
    touchpoints = [{"id": n, "journey_id": 1 + n % 3, "key": f"t{n}", "name_de": f"Punkt {n}", "name_en": "", "position": n,
                    "process": "", "archived_at": now if n == 6 else None} for n in range(1, 8)]
    themes = [{"id": n, "parent_id": n - 4 if n > 4 and dice.random() < 0.6 else None, "key": f"k{n}", "name_de": f"Thema {n}",
               "name_en": f"Theme {n}" if n % 2 else "", "examples_de": [], "examples_en": [], "description_de": "",
               "description_en": "", "audience": "customers", "need": "", "created_at": now, "version": 1,
               "archived_at": now if dice.random() < 0.25 else None} for n in range(1, 13)]
    lies = [{"theme_id": theme, "touchpoint_id": touchpoint} for theme in range(1, 13)
            for touchpoint in sorted(dice.sample(range(1, 8), dice.choice((0, 1, 1, 2))))]
    items, told = [], []
    for n in range(1, count + 1):
        items.append({
            "id": n, "source_id": None, "import_id": dice.choice((None, None, 1, 1, 2)), "source_key": None, "text": "x",
            "said_on": dice.choice(DAYS) if dice.random() < 0.2 else date(2026, 1, 1) + timedelta(days=dice.randrange(384)),
            "channel": "survey", "audience": dice.choice(("customers", "customers", "employees")),
            "touchpoint_id": dice.choice((None, None, 1, 2, 3, 4, 5, 6, 7)),
            "rating": dice.choice((None, 1.0, 2.0, 3.5, 4.0, 5.0, 5.0)), "nps": dice.choice((None, 0, 6, 7, 8, 9, 10)),
            "language": "de", "segment": dice.choice(("", "Privat", "Gewerbe", "groß")),
            "customer_hash": dice.choice((None, *(f"c{k}" for k in range(40)))), "masked": False, "meant": "",
            "state": "new", "hidden_at": now if dice.random() < 0.08 else None, "hidden_by_id": None, "hidden_reason": "",
            "created_at": now,
        })
        items[-1]["hidden_by_id"] = 1 if items[-1]["hidden_at"] else None
        for theme in dice.sample(range(1, 13), dice.choice((0, 1, 1, 2, 3))):
            told.append({
                "item_id": n, "theme_id": theme, "polarity": dice.choice(("positive", "negative", "negative", "neutral")),
                "state": dice.choice(("assigned", "assigned", "assigned", "guess", "rejected")), "origin": "person", "at": now,
            })
    imports = [{"id": n, "source_id": 1, "kind": "csv", "state": state, "mapping": {}, "options": {}, "errors": [],
                "created_at": now, "undone_at": now if state == "undone" else None} for n, state in ((1, "visible"), (2, "undone"))]
    source = {"id": 1, "key": "umfrage", "name": "Umfrage", "mapping": {}, "options": {}, "created_at": now, "changed_at": now}
    return {Source: [source], Import: imports, Journey: journeys, Touchpoint: touchpoints, Theme: themes,
            ThemeTouchpoint: lies, Item: items, Assignment: told}
