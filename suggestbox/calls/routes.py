"""Pages of the calls room."""

from . import criteria_routes, edit_routes, models, plan_routes, poster_routes, show_routes
from .blueprint import bp

__all__ = ["bp", "criteria_routes", "edit_routes", "models", "plan_routes", "poster_routes", "show_routes"]
