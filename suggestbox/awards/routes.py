"""Pages of the awards room."""

from . import models
from .blueprint import bp

__all__ = ["bp", "models"]
