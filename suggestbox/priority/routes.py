"""Pages of the room of who said it first, each kind in a file of its own."""

from . import models, show_routes
from .blueprint import bp

__all__ = ["bp", "models", "show_routes"]
