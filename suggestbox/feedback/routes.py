"""Pages of the feedback room, split by what they are about."""

from . import (
    heard_routes,
    import_routes,
    item_routes,
    journey_edit_routes,
    map_routes,
    model_routes,
    models,
    overview_routes,
    praise_routes,
    proposal_routes,
    queue_routes,
    theme_edit_routes,
    theme_join_routes,
    theme_routes,
    theme_rule_routes,
    touchpoint_routes,
)
from .blueprint import bp

__all__ = [
    "bp",
    "heard_routes",
    "import_routes",
    "item_routes",
    "journey_edit_routes",
    "map_routes",
    "model_routes",
    "models",
    "overview_routes",
    "praise_routes",
    "proposal_routes",
    "queue_routes",
    "theme_edit_routes",
    "theme_join_routes",
    "theme_routes",
    "theme_rule_routes",
    "touchpoint_routes",
]
