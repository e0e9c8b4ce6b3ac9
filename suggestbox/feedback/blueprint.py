"""The blueprint of the feedback room."""

from flask import Blueprint

from suggestbox.core.modules import pages_of

bp = pages_of("feedback", Blueprint("feedback", __name__))
