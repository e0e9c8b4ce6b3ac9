"""What operations accept of a text that somebody typed: the same rule, and the same sentence, in every room."""

from typing import Any

from .errors import Invalid
from .language import gettext as _


def typed_text(field: str, value: Any, longest: int, *, required: bool = True) -> str:
    """Give a typed text without blank space around it.

    Raises  Invalid with a sentence at the field when it is no text, missing, or longer than so many characters
    """
    if not isinstance(value, str) and value is not None:
        raise Invalid(fields={field: _("Please write something here.")})
    text = (value or "").strip()
    if required and not text:
        raise Invalid(fields={field: _("Please write something here.")})
    if len(text) > longest:
        raise Invalid(fields={field: _("This is too long: %(length)s characters, at most %(most)s fit.",
                                       length=len(text), most=longest)})
    return text
