"""The blueprint of the room of the rules in force."""

from flask import Blueprint

bp = Blueprint("rules", __name__)
