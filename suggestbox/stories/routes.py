"""Pages of the room of success stories, each kind in a file of its own."""

from . import agree_routes, edit_routes, feed_routes, models, show_routes
from .blueprint import bp

__all__ = ["agree_routes", "bp", "edit_routes", "feed_routes", "models", "show_routes"]
