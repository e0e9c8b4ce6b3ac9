"""Pages of the reports room."""

from . import (
    closings_routes,
    correct_routes,
    cost_routes,
    council_routes,
    customer_routes,
    export_routes,
    flow_routes,
    models,
    money_routes,
    show_routes,
    target_routes,
)
from .blueprint import bp

__all__ = [
    "bp",
    "closings_routes",
    "correct_routes",
    "cost_routes",
    "council_routes",
    "customer_routes",
    "export_routes",
    "flow_routes",
    "models",
    "money_routes",
    "show_routes",
    "target_routes",
]
