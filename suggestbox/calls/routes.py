"""Pages of the calls room."""

from . import edit_routes, models, show_routes
from .blueprint import bp

__all__ = ["bp", "edit_routes", "models", "show_routes"]
