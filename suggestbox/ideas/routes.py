"""Pages of the ideas room: home, the list, one idea, writing one down."""

from . import home_routes, list_routes, show_routes, writing_routes
from .blueprint import bp

__all__ = ["bp", "home_routes", "list_routes", "show_routes", "writing_routes"]
