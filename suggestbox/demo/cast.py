"""The people a visitor may sign in as with one click."""

from dataclasses import dataclass
from functools import lru_cache

from suggestbox.core.language import current_language

from .script import company

PASSWORD = "waermepumpe-2026"
"""Everybody of the cast signs in with it. No secret: a demo database holds nothing real."""


@dataclass(frozen=True)
class CastMember:
    """Somebody of the demo company worth looking over the shoulder."""

    key: str
    name: str
    email: str
    line_de: str
    line_en: str

    @property
    def line(self) -> str:
        """Who this is and what waits for them, in the reader's language."""
        return self.line_de if current_language() == "de" else self.line_en


@lru_cache(maxsize=1)
def cast_members() -> list[CastMember]:
    """Give the cast in the order of the tour."""
    told = company()
    people = {row["key"]: row for row in told.people}
    return [
        CastMember(
            key=row["person"],
            name=f"{people[row['person']]['given']} {people[row['person']]['family']}",
            email=email_of(people[row["person"]]["email"]),
            line_de=row["line_de"],
            line_en=row["line_en"],
        )
        for row in told.cast
    ]


def email_of(local_part: str) -> str:
    """Give the whole e-mail address of somebody of the demo company; nothing for those who have none."""
    return f"{local_part}@{company().domain}" if local_part else ""
