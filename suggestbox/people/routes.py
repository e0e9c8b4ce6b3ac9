"""Pages of the people room: signing in, oneself, people, and how the house is built."""

from . import (
    hour_routes,
    leaving_routes,
    person_routes,
    pin_routes,
    profile_routes,
    sign_in_routes,
    site_routes,
    structure_routes,
)
from .blueprint import bp
from .pin_routes import first_pin_detour, init_shared_devices
from .sign_in_routes import keep_and_sign_in, send_again_page

__all__ = [
    "bp",
    "first_pin_detour",
    "hour_routes",
    "init_shared_devices",
    "keep_and_sign_in",
    "leaving_routes",
    "person_routes",
    "pin_routes",
    "profile_routes",
    "send_again_page",
    "sign_in_routes",
    "site_routes",
    "structure_routes",
]
