"""The blueprint of the room of calls for ideas."""

from flask import Blueprint

from suggestbox.core.modules import pages_of

bp = pages_of("calls", Blueprint("calls", __name__))
