"""Numbers and amounts as people type them, in the reader's way of writing them, and back again."""

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from suggestbox.core.errors import Invalid
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _

LONGEST = 20


def typed_number(field: str, text: str | None, *, places: int = 2) -> float | None:
    """Give the number somebody typed, "12,5" in German and "12.5" in English; None when nothing stands there.

    Raises  Invalid at the field, with how the number would be written
    """
    words = (text or "").replace("%", "").replace("€", "").replace("\N{NO-BREAK SPACE}", " ").strip()
    if not words:
        return None
    try:
        if len(words) > LONGEST:
            raise NumberFormatError("too long")
        number = parse_decimal(words, locale=_locale(), strict=True)
        if not number.is_finite() or round(number, places) != number:
            raise NumberFormatError("too fine")
    except (NumberFormatError, ArithmeticError):
        example = written(1234.5 if places else 1234)
        raise Invalid(fields={field: _("Please write a number like %(example)s.", example=example)}) from None
    return float(number)


def typed_cents(field: str, text: str | None) -> int | None:
    """Give an amount in euros as cents; None when nothing stands there.

    Raises  Invalid at the field
    """
    euros = typed_number(field, text)
    return None if euros is None else round(euros * 100)


def written(number: float | None) -> str:
    """Give a number as the reader would type it; empty for none."""
    return "" if number is None else str(format_decimal(number, "#,##0.##", locale=_locale()))


def _locale() -> str:
    return "de" if current_language() == "de" else "en_GB"
