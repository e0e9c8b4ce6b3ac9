"""Pages of the awards room, each kind in a file of its own."""

from . import models, payment_routes, rule_routes, rule_writing_routes, share_routes, work_routes
from .blueprint import bp

__all__ = ["bp", "models", "payment_routes", "rule_routes", "rule_writing_routes", "share_routes", "work_routes"]
