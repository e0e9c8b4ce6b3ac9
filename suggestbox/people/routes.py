"""Pages of the people room: signing in, oneself, people, and how the house is built."""

from . import person_routes, profile_routes, sign_in_routes, structure_routes
from .blueprint import bp
from .sign_in_routes import keep_and_sign_in, send_again_page

__all__ = [
    "bp",
    "keep_and_sign_in",
    "person_routes",
    "profile_routes",
    "send_again_page",
    "sign_in_routes",
    "structure_routes",
]
