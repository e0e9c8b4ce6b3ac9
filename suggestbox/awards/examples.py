"""Rule sets to start from: the house's default, and two that are published for German firms.

Source: a share of a tenth with a cap is the middle of what handbooks advise (1.5 to 10 %; the average of many firms was
8.5 %). A quarter of the net benefit up to EUR 5,000 stands in a works agreement quoted by a court (LAG Hessen, 8 Sa
177/14); the rate above it is ours. Base amounts of EUR 20, 40 and 100, multiplied by 1 or 1.5 for three further
questions and cut off at the top, follow a handbook's table for benefit that cannot be counted.
"""

from typing import Any

from suggestbox.measures.models import ASPECTS

_ASPECTS = {
    "safety": ("Sicherheit und Gesundheit", "Safety and health"), "customers": ("Kundinnen und Kunden", "Customers"),
    "environment": ("Umwelt", "Environment"), "quality": ("Qualität", "Quality"),
    "joy": ("Freude an der Arbeit", "Joy at work"),
}
_LEVELS = (("kein Nutzen", "no benefit"), ("spürbar", "noticeable"), ("deutlich", "clear"), ("groß", "large"),
           ("sehr groß", "very large"))


def _choices(*entries: tuple[str, str, Any]) -> list[dict[str, Any]]:
    return [{"de": de, "en": en, "value": value} for de, en, value in entries]


SHARE_WITH_CAP: dict[str, Any] = {
    "benefit": {"bands": [{"percent": 10}], "maximum": 10000},
    "recognition": {"maximum": 0, "declined": False},
}

STEP_AT_5000: dict[str, Any] = {
    "benefit": {"bands": [{"up_to": 5000, "percent": 25}, {"percent": 10}], "minimum": 25, "maximum": 50000},
    "points": {
        "tables": [
            {"key": key, "de": _ASPECTS[key][0], "en": _ASPECTS[key][1], "aspect": key,
             "choices": _choices(*((*words, points) for words, points in zip(_LEVELS, (0, 1, 3, 6, 10), strict=True)))}
            for key in ASPECTS
        ],
        "euros_per_point": 25, "minimum": 25, "maximum": 1000,
    },
    "recognition": {"maximum": 50, "declined": True},
}

POINT_TABLE: dict[str, Any] = {
    "points": {
        "tables": [
            {"key": "benefit", "de": "Nutzen", "en": "Benefit",
             "choices": _choices(("gering", "low", 20), ("mittel", "medium", 40), ("hoch", "high", 100))},
        ],
        "euros_per_point": 1,
        "multipliers": [
            {"key": "applies", "de": "Anwendbarkeit", "en": "Applicability",
             "choices": _choices(("an einer Stelle", "in one place", 1), ("an vielen Stellen", "in many places", "1.5"))},
            {"key": "ready", "de": "Zeit bis zur Umsetzung", "en": "Time to carry it out",
             "choices": _choices(("länger als drei Monate", "more than three months", 1),
                                 ("bis drei Monate", "up to three months", "1.5"))},
            {"key": "effort", "de": "Aufwand der Umsetzung", "en": "Effort to carry it out",
             "choices": _choices(("größer", "larger", 1), ("gering", "small", "1.5"))},
        ],
        "maximum": 300,
    },
    "recognition": {"maximum": 20, "declined": True},
}

EXAMPLES: dict[str, tuple[dict[str, Any], str, str]] = {
    "share": (SHARE_WITH_CAP, "Anteil am Nutzen mit Obergrenze", "Share of the benefit with a cap"),
    "step": (STEP_AT_5000, "Anteil mit Stufe bei 5.000 Euro, Punkte für Nutzen ohne Euro",
             "Share with a step at EUR 5,000, points where there are no euros"),
    "points": (POINT_TABLE, "Punkte mit Faktoren", "Points with multipliers"),
}
"""{name: (document, German name, English name)}"""
