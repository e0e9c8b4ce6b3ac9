"""The blueprint of the people room, alone in a file so that the views can be split by what they are about."""

from flask import Blueprint

bp = Blueprint("people", __name__)
