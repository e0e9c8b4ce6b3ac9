"""A letter as a complete message: headers, plain text, HTML, and the calendar entry where there is one."""

from datetime import datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.ideas.models import Submitter

from .calendar_file import calendar_file
from .frame import frame
from .letters import Reader, Text
from .letters import kind as kind_of
from .models import Letter, LetterAttempt
from .plain import one_line
from .stopping import stop_address

_FEW = ("auto-submitted", "content-disposition", "content-language", "content-transfer-encoding", "content-type",
        "mime-version", "x-auto-response-suppress")


class _Headers(HeaderRegistry):
    """Headers as the library makes them; those that are the same in every letter are made once, and never changed."""

    def __call__(self, name: str, value: Any) -> Any:
        if name.lower() in _FEW and type(value) is str and "boundary" not in value:
            return self._made_before(name, value)
        return super().__call__(name, value)

    @lru_cache(maxsize=64)  # noqa: B019 -- there is only the one
    def __getitem__(self, name: str) -> Any:
        """Give the class of a header, which the library puts together for each one anew."""
        return super().__getitem__(name)

    @lru_cache(maxsize=64)  # noqa: B019
    def _made_before(self, name: str, value: str) -> Any:
        return super().__call__(name, value)


POLICY = SMTP.clone(cte_type="7bit", header_factory=_Headers())
"""Lines end with CRLF and nothing but ASCII goes over the wire, whatever the server can."""

NAME_MOST = 80


def build(letter: Letter, reader: Reader, text: Text, *, now: datetime) -> bytes:
    """Give the message as it goes to the mail server (RFC 5322). Inside `readers.speaking_to(reader)`.

    The same letter gets the same Message-ID and, tried again, the Date of its first try.

    Raises  ValueError when the reader's address is none
    Source: RFC 3834 (Auto-Submitted), RFC 8058 (one-click unsubscribe), RFC 6047 (calendar entries in mail)
    """
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    stop_url = stop_address(reader.person_id) if text.optional else ""
    plain, html = frame(text, reader, stop_url=stop_url)
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(deployment.mail_from_name, deployment.mail_from)
    message["To"] = _address(reader.name, reader.email or "")
    message["Subject"] = _as_written(one_line(_subject(letter, text)))
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(plain, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if text.invitation:
        entry = calendar_file(text.invitation)
        # Outlook and Google read the part that says its method, others the attachment.
        message.add_alternative(entry.decode("utf-8"), subtype="calendar", cte="base64",
                                params={"method": text.invitation.method})
        message.add_attachment(entry, maintype="application", subtype="ics", filename="invite.ics")
    message["Content-Language"] = reader.language  # last: the parts take every header of this sort along
    return _unfolded(letter, now, stop_url) + message.as_bytes()


def _subject(letter: Letter, text: Text) -> str:
    """Mail servers keep subjects in their logs, beside the address: that to a confidential submitter names no idea."""
    part = db.session.get(Submitter, letter.submitter_id) if letter.submitter_id else None
    return str(kind_of(letter.kind).label) if part is not None and part.person_id is None else text.subject


def _unfolded(letter: Letter, now: datetime, stop_url: str) -> bytes:
    """Headers made of our own characters alone, which must stand on one line: folding would break them."""
    headers = [("Date", format_datetime(_first_try(letter, now))), ("Message-ID", letter.message_id)]
    if stop_url:
        headers += [("List-Unsubscribe", f"<{stop_url}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")]
    return "".join(f"{name}: {one_line(value, 900)}\r\n" for name, value in headers).encode("ascii")


def _first_try(letter: Letter, now: datetime) -> datetime:
    if not letter.attempts:
        return now
    first = sa.select(LetterAttempt.started_at).where(LetterAttempt.letter_id == letter.id).order_by(LetterAttempt.n)
    return db.session.scalars(first.limit(1)).first() or now


@lru_cache(maxsize=1024)  # the house's own is in every letter, and the same people get many
def _address(name: str, written: str) -> Address:
    """A name and an address for a header; the host in the letters mail servers know."""
    local, at, host = one_line(written, 320).rpartition("@")
    if not (local and at and host):
        raise ValueError("no e-mail address")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    return Address(_as_written(one_line(name, NAME_MOST)), addr_spec=f"{local}@{host}")


def _as_written(words: str) -> str:
    """Words for a header, in which `=?utf-8?q?=0D=0ABcc:_?=` is nothing but these characters.

    The library takes an encoded word for what it stands for, ends of lines too: a title could begin a header of its own.
    An invisible sign between the two characters that begin one keeps it from doing so. Source: RFC 2047
    """
    return words.replace("=?", "=\N{WORD JOINER}?")
