"""The blueprint of the evidence room; it is part of the feedback module."""

from flask import Blueprint

from suggestbox.core.modules import pages_of

bp = pages_of("feedback", Blueprint("evidence", __name__))
