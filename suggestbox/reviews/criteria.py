"""The criteria a new house starts with: four questions, each with words for 1 to 5."""

from typing import Any

FIRST_SET: tuple[dict[str, Any], ...] = (
    {
        "key": "customers", "weight": 30,
        "name_de": "Nutzen für Kunden", "name_en": "Benefit for customers",
        "help_de": "Merken Kundinnen und Kunden den Unterschied? Auch Kollegen können Kunden sein.",
        "help_en": "Would customers notice the difference? Colleagues can be customers too.",
        "anchors": {
            "de": ["keiner", "kaum spürbar", "einige merken es", "viele merken es", "sofort und für alle"],
            "en": ["none", "hardly noticeable", "some would notice", "many would notice", "at once, for everybody"],
        },
    },
    {
        "key": "company", "weight": 30,
        "name_de": "Nutzen für uns", "name_en": "Benefit for us",
        "help_de": "Zeit, Geld, Qualität: Was gewinnt das Unternehmen?",
        "help_en": "Time, money, quality: what does the company gain?",
        "anchors": {
            "de": ["keiner", "gering", "spürbar", "groß", "sehr groß"],
            "en": ["none", "small", "noticeable", "large", "very large"],
        },
    },
    {
        "key": "people", "weight": 20,
        "name_de": "Gut für die Menschen hier", "name_en": "Good for the people here",
        "help_de": "Sicherheit, Gesundheit, weniger Ärger bei der Arbeit.",
        "help_en": "Safety, health, less annoyance at work.",
        "anchors": {
            "de": ["macht es schlechter", "ändert nichts", "etwas leichter", "deutlich leichter", "ein großer Gewinn"],
            "en": ["makes it worse", "changes nothing", "a little easier", "much easier", "a great gain"],
        },
    },
    {
        "key": "feasibility", "weight": 20,
        "name_de": "Machbarkeit", "name_en": "Feasibility",
        "help_de": "Mit dem, was wir haben und können.",
        "help_en": "With what we have and can do.",
        "anchors": {
            "de": ["geht nicht", "nur mit großem Aufwand", "mit Hilfe von außen", "gut machbar", "sofort machbar"],
            "en": ["not possible", "only with great effort", "with outside help", "quite feasible", "at once"],
        },
    },
)
