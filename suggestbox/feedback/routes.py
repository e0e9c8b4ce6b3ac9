"""Pages of the feedback room, split by what they are about."""

from . import models, overview_routes
from .blueprint import bp

__all__ = ["bp", "models", "overview_routes"]
