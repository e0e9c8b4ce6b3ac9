"""Pages of the room of success stories, each kind in a file of its own."""

from . import models
from .blueprint import bp

__all__ = ["bp", "models"]
