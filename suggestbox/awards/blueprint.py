"""The blueprint of the room of awards."""

from flask import Blueprint

from suggestbox.core.modules import pages_of

bp = pages_of("awards", Blueprint("awards", __name__))
