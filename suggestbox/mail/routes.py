"""Pages of the mail room, split by what they are about."""

from . import feed_routes, hook_routes, inbox_routes, print_routes
from .blueprint import bp

__all__ = ["bp", "feed_routes", "hook_routes", "inbox_routes", "print_routes"]
