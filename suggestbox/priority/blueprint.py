"""The blueprint of the room of who said it first."""

from flask import Blueprint

bp = Blueprint("priority", __name__)
