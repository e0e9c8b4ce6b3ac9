"""Errors people can do something about. One handler in `app.py` answers them all, in HTML or JSON."""

from typing import Any


class HouseError(Exception):
    """An error with a status for HTTP, a stable `code` for programs and a `reason` for people.

    Takes   text: a sentence in the reader's language (may be lazy), or empty for the status's own sentence
            reason: a stable key, e.g. "no_quorum"
            details: further facts for JSON answers
    """

    status = 500
    code = "error"

    def __init__(self, text: Any = "", *, reason: str = "", **details: Any):
        super().__init__(str(text) or reason or self.code)
        self.text = text
        self.reason = reason or self.code
        self.details = details


class NotFound(HouseError):
    """The thing does not exist, or not for this person."""

    status, code = 404, "not_found"


class Denied(HouseError):
    """The person may see the thing but not do this with it."""

    status, code = 403, "denied"


class Invalid(HouseError):
    """What was sent cannot be understood; `fields` says which field and why."""

    status, code = 422, "invalid"

    def __init__(self, text: Any = "", *, fields: dict[str, Any] | None = None, **kw: Any):
        super().__init__(text, **kw)
        self.fields = fields or {}


class Faults:
    """What is wrong with several fields, gathered so that whoever typed them hears all of it at once.

        faults = Faults()
        with faults:
            title = typed_text("title", title, 200)
        with faults:
            due_on = a_day(due_on)
        faults.tell()
    """

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}

    def __enter__(self) -> None:
        """Begin with one field."""

    def __exit__(self, _kind: object, wrong: BaseException | None, _where: object) -> bool:
        """Keep what was wrong with it, and go on with the next one."""
        if not isinstance(wrong, Invalid) or not wrong.fields:
            return False
        self.fields = {**wrong.fields, **self.fields}
        return True

    def tell(self) -> None:
        """Raise Invalid with everything gathered, if there is anything."""
        if self.fields:
            raise Invalid(fields=self.fields)


class Refused(HouseError):
    """A rule of the house speaks against it; `reason` names the rule."""

    status, code = 409, "refused"


class Stale(HouseError):
    """Somebody else was quicker; nothing was changed."""

    status, code = 409, "stale"


class TooMuch(HouseError):
    """Too large, or too often."""

    status, code = 413, "too_much"


class TooOften(HouseError):
    """Too many tries; later again."""

    status, code = 429, "too_often"
