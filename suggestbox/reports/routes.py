"""Pages of the reports room."""

from . import models
from .blueprint import bp

__all__ = ["bp", "models"]
