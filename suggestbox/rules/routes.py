"""Pages of the rules room."""

from . import models
from .blueprint import bp

__all__ = ["bp", "models"]
