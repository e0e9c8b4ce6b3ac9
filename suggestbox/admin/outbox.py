"""The outbox as it may be shown: what became of each letter, never what it says, and never who a submitter is."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.paging import Page, page_of
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.policy import hides_names, visible_to
from suggestbox.mail.answers import spoken
from suggestbox.mail.house_letters import TEST
from suggestbox.mail.letters import kinds
from suggestbox.mail.models import CHANNELS, STATES, Letter, LetterAttempt
from suggestbox.people.directory import Directory

STATE_WORDS = {
    "queued": _l("waits"),
    "sending": _l("on its way"),
    "sent": _l("sent"),
    "uncertain": _l("may have arrived"),
    "failed": _l("not delivered"),
    "cancelled": _l("not sent"),
    "review": _l("held"),
    "to_print": _l("to be printed"),
}
STATE_HELP = {
    "queued": _l("It goes out as soon as its time has come and the reader is at work."),
    "sending": _l("Somebody is handing it over at this moment."),
    "sent": _l("The mail server accepted it, the webhook took it, or it was printed."),
    "uncertain": _l("It was handed over, and no answer came. It may have arrived; it is marked, and its number stays the "
                    "same, so that mail programs can recognise a copy."),
    "failed": _l("It did not reach its reader by this way. The reader still finds the news in the inbox on the site."),
    "cancelled": _l("Its reason was gone before it went out, or somebody dropped it."),
    "review": _l("It is from before a restore: it may have gone out already. Somebody decides."),
    "to_print": _l("The reader has no e-mail address: the coordinator prints it and hands it over."),
}
CHANNEL_WORDS = {"mail": _l("E-mail"), "print": _l("On paper"), "teams": "Teams", "slack": "Slack"}
SHOWN = ("", "open", *STATES)
"""What the list can be narrowed to; "open": everything that has not come to an end."""

ACTIONS = {
    "retry": ("failed", "uncertain", "queued"),
    "release": ("review",),
    "drop": ("queued", "review", "uncertain", "to_print", "failed"),
}
"""What can be done with a letter in which state."""

_COLUMNS = (
    Letter.id, Letter.kind, Letter.channel, Letter.state, Letter.person_id, Letter.submitter_id, Letter.idea_id,
    Letter.bulk, Letter.attempts, Letter.maybe, Letter.last_answer, Letter.created_at, Letter.not_before, Letter.done_at,
    Submitter.person_id.label("named_id"),
)
_NAMES = tuple(column.key for column in _COLUMNS)


_CONFIDENTIAL = sa.and_(Letter.submitter_id.is_not(None), Submitter.person_id.is_(None))
"""Few people have no mailbox: that a letter goes on paper would tell much about who a confidential submitter is."""


@dataclass(frozen=True)
class Entry:
    """One letter as it is shown. `name` and `address` are empty where the reader is "the submitter" and no more.

    Of a sealed one the way it goes is not shown either: `channel` is empty, and what is to be printed just waits. Nor is
    until when it waits, or when it ended: shifts and absences, and a day in a printer's queue, would tell who it is.
    """

    id: int
    kind: str
    kind_name: Any
    channel: str
    state: str
    name: str
    address: str
    to_submitter: bool
    number: str  # of the idea, where the one who looks may see it
    bulk: bool
    attempts: int
    maybe: bool
    answer: str
    created_at: datetime
    not_before: datetime
    done_at: datetime | None
    sealed: bool = False

    @property
    def actions(self) -> list[str]:
        """What can be done with it now."""
        waits_untried = self.state == "queued" and not self.attempts
        return [name for name, states in ACTIONS.items()
                if self.state in states and not (name == "retry" and waits_untried)]


@dataclass(frozen=True)
class Try:
    """One try to send a letter, as it is shown."""

    n: int
    started_at: datetime
    ended_at: datetime | None
    result: str
    answer: str


def kind_names() -> dict[str, Any]:
    """Give the kinds of letters with what they are called, as the list can be narrowed to."""
    return {kind.name: kind.label for kind in kinds()}


def letters_page(
    viewer_id: int, book: Directory, *, state: str = "", kind: str = "", channel: str = "", key: str | None = None,
    size: int = 30,
) -> Page:
    """Give one page of the outbox as `Entry`, the newest first, in two statements.

    Takes   viewer_id: who looks; 0 for somebody at the server's own terminal, who sees no ideas and no submitters
    """
    query: Any = sa.select(*_COLUMNS).outerjoin(Submitter, Submitter.id == Letter.submitter_id)
    sealed = _CONFIDENTIAL if _is_kept_from(viewer_id, book) else sa.false()
    if state == "open":
        query = query.where(Letter.done_at.is_(None))
    elif state == "queued":
        query = query.where(sa.or_(Letter.state == state, sa.and_(sealed, Letter.state == "to_print")))
    elif state in STATES:
        query = query.where(Letter.state == state, sa.not_(sealed) if state == "to_print" else sa.true())
    if kind:
        query = query.where(Letter.kind == kind)
    if channel in CHANNELS:
        query = query.where(Letter.channel == channel, sa.not_(sealed))
    page = page_of(query, [(Letter.created_at, True), (Letter.id, True)], key=key, size=size)
    page.rows = _entries([SimpleNamespace(**dict(zip(_NAMES, row, strict=True))) for row in page], viewer_id, book)
    return page


def letter_entry(letter_id: int, viewer_id: int, book: Directory) -> Entry | None:
    """Give one letter as it may be shown, or None."""
    query = sa.select(*_COLUMNS).outerjoin(Submitter, Submitter.id == Letter.submitter_id)
    rows = db.session.execute(query.where(Letter.id == letter_id)).all()
    return _entries(rows, viewer_id, book)[0] if rows else None


def latest_test(person_id: int) -> int | None:
    """Give the number of the last test letter the person wrote themselves, or None."""
    query = sa.select(sa.func.max(Letter.id)).where(Letter.person_id == person_id, Letter.kind == TEST)
    return db.session.scalar(query)


def tries_of(entry: Entry) -> list[Try]:
    """Give the tries to send a letter, the first one first; of a sealed one none."""
    if entry.sealed:
        return []
    rows = db.session.scalars(
        sa.select(LetterAttempt).where(LetterAttempt.letter_id == entry.id).order_by(LetterAttempt.n)
    )
    return [Try(row.n, row.started_at, row.ended_at, row.result, _words(row.answer, entry.name)) for row in rows]


def _entries(rows: Any, viewer_id: int, book: Directory) -> list[Entry]:
    idea_ids = sorted({row.idea_id for row in rows if row.idea_id is not None})
    seen: dict[int, tuple[str, bool]] = {}
    if viewer_id and idea_ids:
        query = sa.select(Idea.id, Idea.number, hides_names(viewer_id, book)).where(
            Idea.id.in_(idea_ids), visible_to(viewer_id, book)
        )
        seen = {idea_id: (number or "", bool(hidden)) for idea_id, number, hidden in db.session.execute(query)}
    known, keeps = kind_names(), _is_kept_from(viewer_id, book)
    return [_entry(row, known.get(row.kind, row.kind), seen, book, keeps) for row in rows]


def _is_kept_from(viewer_id: int, book: Directory) -> bool:
    """Say whether sealed letters stay sealed for this person: only the idea management prints those."""
    return not book.has_role(viewer_id, "idea_manager")


def _entry(row: Any, kind_name: Any, seen: dict[int, tuple[str, bool]], book: Directory, keeps: bool) -> Entry:
    number, hidden = seen.get(row.idea_id, ("", True))
    known_id = row.person_id if row.submitter_id is None else (None if hidden else row.named_id)
    brief = book.person(known_id)
    name = brief.name if brief else ""
    sealed = keeps and row.submitter_id is not None and row.named_id is None
    shown = Entry(
        row.id, row.kind, kind_name, row.channel, row.state, name,
        (brief.email or "") if brief else "", row.submitter_id is not None, number, row.bulk, row.attempts, row.maybe,
        _words(row.last_answer, name), row.created_at, row.not_before, row.done_at,
    )
    return _sealed(shown) if sealed else shown


def _sealed(entry: Entry) -> Entry:
    """The letter without what would tell something of its reader."""
    waits = entry.state in ("queued", "to_print")
    return replace(
        entry, channel="", state="queued" if waits else entry.state, attempts=0 if waits else entry.attempts,
        answer="" if waits or entry.state in ("sent", "cancelled") else entry.answer, not_before=entry.created_at,
        done_at=None, sealed=True,
    )


_CODE = re.compile(r"\b[245]\d\d(?:[ -]\d\.\d{1,3}\.\d{1,3})?\b")
_OURS = re.compile(r"house:\w+")


def _words(answer: str, name: str) -> str:
    """The words of the server, or ours; where the reader is not named only codes, for words may hold an address."""
    if answer and not name:
        ours, codes = _OURS.findall(answer), _CODE.findall(answer)
        answer = " ".join([*ours, *codes[:1]]) if ours else "".join(codes[:1])
    return spoken(answer)


@dataclass(frozen=True)
class Waiting:
    """Letters that have not come to an end, in one state: how many, and since when the first of them."""

    state: str
    tried: bool
    bulk: bool
    count: int
    due_at: datetime
    created_at: datetime


_TRIED = Letter.attempts > sa.literal_column("0")  # nothing filled in: what is grouped by has to be the same text
_WAITING: Any = (
    sa.select(Letter.state, _TRIED, Letter.bulk, sa.func.count(),
              sa.func.min(Letter.not_before), sa.func.min(Letter.created_at))
    .where(Letter.done_at.is_(None)).group_by(Letter.state, _TRIED, Letter.bulk)
    .order_by(Letter.state, Letter.bulk)
)


def waiting() -> list[Waiting]:
    """Give what is in the outbox and has not come to an end, in one statement."""
    return [Waiting(*row) for row in db.session.execute(_WAITING)]


def failed_since(moment: datetime) -> tuple[int, datetime | None]:
    """Give how many letters written since then could not be delivered, and when the first of them was given up."""
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Letter.done_at))
        .where(Letter.created_at >= moment - timedelta(days=4), Letter.state == "failed", Letter.done_at >= moment)
    ).one()
    return row[0], row[1]
