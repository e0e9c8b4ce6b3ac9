"""The blueprint of the measures room."""

from flask import Blueprint

bp = Blueprint("measures", __name__)
