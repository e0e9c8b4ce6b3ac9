"""The letters of this room: each reminder, and the digest that carries them."""

from suggestbox.core.language import lazy_gettext as _l
from suggestbox.mail.letters import Kind, register

from . import digest
from .kinds import DIGEST, RUNG
from .rung_lines import lines_of_rungs

RUNGS = Kind(RUNG, _l("A reminder of a next step"), lines_of_rungs)
DIGESTS = Kind(DIGEST, _l("The summary of a day"), lambda _notices, _reader: {}, compose=digest.compose,
               compose_many=digest.compose_many)


def register_letters() -> None:
    """Make the letters of this room known."""
    register(RUNGS, DIGESTS)
