"""The blueprint of the mail room, alone in a file so that the views can be split by what they are about."""

from flask import Blueprint

bp = Blueprint("mail", __name__)
