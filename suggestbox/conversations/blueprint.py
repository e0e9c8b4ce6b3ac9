"""The blueprint of the room: its files of views hang themselves in here."""

from flask import Blueprint

bp = Blueprint("conversations", __name__)
