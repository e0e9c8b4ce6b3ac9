"""The blueprint of the room of kept reports and their exports."""

from flask import Blueprint

from suggestbox.core.modules import pages_of

bp = pages_of("reports", Blueprint("reports", __name__))
