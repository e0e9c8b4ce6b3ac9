"""Pages of the room of success stories, each kind in a file of its own."""

from . import feed_routes, models, show_routes
from .blueprint import bp

__all__ = ["bp", "feed_routes", "models", "show_routes"]
