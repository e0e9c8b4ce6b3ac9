"""The blueprint of the room of success stories."""

from flask import Blueprint

from suggestbox.core.modules import pages_of

bp = pages_of("stories", Blueprint("stories", __name__))
