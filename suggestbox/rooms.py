"""The floor plan: which room may look into which.

An inner file imports only from rooms above its own line; a test walks the imports.
Outer files (`OUTER`) may look into every room, and nobody imports them but the front doors
(`app.py`, `cli.py`, `scheduler.py`).
"""

ROOMS = (
    "core",
    "journal",
    "people",
    "steps",
    "ideas",
    "reviews",
    "conversations",
    "mail",
    "feedback",
    "measures",
    "priority",
    "awards",
    "rules",
    "stories",
    "calls",
    "workflow",
    "reminders",
    "evidence",
    "reports",
    "handbook",
    "admin",
    "simulation",
    "demo",
)
"""From the ground up."""

OUTER = ("routes", "api", "commands", "jobs")
"""Layer files that face the outside: HTML, JSON, command line, schedule."""

DOORS = ("app", "cli", "scheduler", "serving")
"""Files beside the rooms that put them together."""
