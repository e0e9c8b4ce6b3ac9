"""Numbers and amounts out of a form's fields; what is none is told at its field."""

from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.core.typed_numbers import as_typed, number_typed

LONGEST = 20


def number_of(field: str, text: str | None, *, places: int = 2) -> float | None:
    """Give the number somebody typed into a field; None when nothing stands there.

    Raises  Invalid at the field, with how a number is written
    """
    words = (text or "").replace("%", "").strip()
    if not words:
        return None
    number = number_typed(words) if len(words) <= LONGEST else None
    if number is None or round(number, places) != number:
        example = as_typed("1234.5" if places else "1234")
        raise Invalid(fields={field: _("Please write a number like %(example)s.", example=example)})
    return float(number)


def cents_of(field: str, text: str | None) -> int | None:
    """Give an amount in euros as cents; None when nothing stands there.

    Raises  Invalid at the field
    """
    euros = number_of(field, text)
    return None if euros is None else round(euros * 100)


def as_field(number: float | None) -> str:
    """Give a number as the reader would type it; empty for none."""
    return "" if number is None else as_typed(f"{number:.2f}")
