"""What letters and notices say: the registry of their kinds, and the plain parts a letter is put together from.

A room that tells people something registers a `Kind` when the application is put together. Nothing is written down in
advance: every text is made when it is read or sent, from how things stand then, in the reader's language. A kind that
gives nothing says by it that the reason is gone.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .invitation import Invitation
from .models import Letter, Notice


@dataclass(frozen=True)
class Reader:
    """Whom a letter is for. Texts are made while their language and time zone are set (`readers.speaking_to`)."""

    person_id: int
    given_name: str
    family_name: str
    salutation: str  # "Frau", "Herr" or nothing
    email: str | None
    language: str  # "de" or "en"
    zone: str
    today: date  # on the reader's clock

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True)
class Line:
    """A notice in one line, for the inbox and the digest. `url` is a path on the site."""

    text: str
    url: str
    idea: str = ""  # "2026-0042 Labels at goods receipt", where there is one
    due_on: date | None = None
    urgent: bool = False  # overdue, or due today
    duty: bool = True  # a step to be done; False: news, which one may do without
    count: int = 1
    others: bool = False  # waits with a colleague; told to whoever is above them


@dataclass(frozen=True)
class Text:
    """What a letter says, in the reader's language. The frame adds greeting, signature and footer.

    Takes   paragraphs: plain text, each on its own
            quote, quote_by: words of a person, set apart
            lines: of a digest; headings are made by the frame
            button: (label, path on the site); links: further ones
            why: one sentence on why it came
            invitation: for the calendar, carried as a part of its own
            notices: ids of those it carries, where they are several
    """

    subject: str
    paragraphs: tuple[str, ...] = ()
    quote: str = ""
    quote_by: str = ""
    lines: tuple[Line, ...] = ()
    button: tuple[str, str] | None = None
    links: tuple[tuple[str, str], ...] = ()
    why: str = ""
    invitation: Invitation | None = None
    optional: bool = False  # carries List-Unsubscribe
    notices: tuple[int, ...] = ()


@dataclass(frozen=True)
class Written:
    """Letters that were written together.

    Takes   texts: by letter id, without those whose reason is gone
            bind: notes what they take along, when there is anything, in a later transaction. Called with the ids of the
                letters that are still to go; gives those whose text does not hold any more.
    """

    texts: dict[int, Text]
    bind: Callable[[Collection[int]], Collection[int]] | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of thing people are told.

    Takes   label: what it is called in the list of letters (lazy text)
            lines: (notices of this kind for one reader, reader) -> {notice id: its line}; a notice that is missing has
                lost its reason. A fixed number of statements, however many notices.
            write: (notice, reader) -> the letter's text, or None when the reason is gone; None for kinds that wait
            compose: (letter, reader) -> the text of a letter that carries no single notice, such as the digest
            compose_many: (letters with their readers, each reader once) -> their texts, as `compose` gives them, in a few
                statements for all of them; only reads, and speaks to each reader by itself. Such letters are taken several
                at once.
            waits: True when it goes with the next digest; False when it goes at once
            at_any_hour: does not wait for the reader's shift, such as a letter an admin writes to try the way
            hold_seconds: an undoable move holds its letters so long
    """

    name: str
    label: Any
    lines: Callable[[Sequence[Notice], Reader], dict[int, Line]]
    write: Callable[[Notice, Reader], Text | None] | None = None
    compose: Callable[[Letter, Reader], Text | None] | None = None
    compose_many: Callable[[Sequence[tuple[Letter, Reader]]], Written] | None = None
    waits: bool = True
    hold_seconds: int = 0
    at_any_hour: bool = False


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known; names are unique in the house. Registering the same one twice counts once."""
    for new in kinds:
        if _KINDS.setdefault(new.name, new) is not new:
            raise ValueError(f"the kind of letter {new.name} is registered twice")


def kind(name: str) -> Kind:
    """Give the kind with this name; a wrong name raises KeyError."""
    return _KINDS[name]


def kinds() -> list[Kind]:
    """Give all kinds, sorted by name."""
    return sorted(_KINDS.values(), key=lambda k: k.name)
