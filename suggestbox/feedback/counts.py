"""Numbers of comments and of people in words, as pages say them."""

from functools import lru_cache

from babel.numbers import format_decimal

from suggestbox.core.language import current_language, ngettext


def grouped(number: int) -> str:
    """Give a whole number as people write it: "2,418", in German "2.418"."""
    return _grouped(number, current_language())


@lru_cache(maxsize=2048)
def _grouped(number: int, language: str) -> str:
    return str(format_decimal(number, locale=language))


def people_words(count: int, audience: str = "customers") -> str:
    """Give "1,377 customers"; colleagues, and people of both kinds, are called so."""
    written = grouped(count)
    if audience == "customers":
        return ngettext("%(count)s customer", "%(count)s customers", count, count=written)
    if audience == "employees":
        return ngettext("%(count)s colleague", "%(count)s colleagues", count, count=written)
    return ngettext("%(count)s person", "%(count)s people", count, count=written)


def from_people_words(count: int, audience: str = "customers") -> str:
    """Give "from 1,377 customers", as it stands behind a number of comments."""
    written = grouped(count)
    if audience == "customers":
        return ngettext("from %(count)s customer", "from %(count)s customers", count, count=written)
    if audience == "employees":
        return ngettext("from %(count)s colleague", "from %(count)s colleagues", count, count=written)
    return ngettext("from %(count)s person", "from %(count)s people", count, count=written)


def comment_words(count: int) -> str:
    """Give "2,418 comments"."""
    return ngettext("%(count)s comment", "%(count)s comments", count, count=grouped(count))
