"""Mail as programs save it: single letters (EML) and whole folders (mbox), read letter by letter.

What the customer wrote is kept: not what they quote, not what stands below their signature's dashes, no attachments.
"""

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from html import unescape
from pathlib import Path
from typing import Any

from suggestbox.core.errors import TooMuch
from suggestbox.core.language import gettext as _

from .tables_in import MOST_ROWS, Line, Rows, check_size, refused

COLUMNS = ("text", "subject", "body", "from", "date", "message_id")
"""`text` is subject and body together."""

READ_OF_EACH = 3_000_000
"""Of a longer letter only so many bytes are looked at: text comes first, attachments behind."""

MOST_PARTS_TEXT = 200_000

LONGEST_HEADER = 2_000
"""What takes a header apart takes its time with a long one; whoever writes to us may write any."""

MOST_NESTED = 50
"""So many letters within letters; each of their lines is compared with the ends of all of them."""

_NO_TEXT = ("punycode", "idna", "unicode_escape", "raw_unicode_escape")
"""Encodings of names and programs, which letters have not; one of them needs hours for what another reads at once."""

_QUOTE = re.compile(
    r"^(?:[ \t]*>.*"
    r"|-{2,}[ ]*(?:Ursprüngliche Nachricht|Original[ -]Message|Weitergeleitete Nachricht|Forwarded message)[ ]*-{2,}"
    r"|(?:Am|On)[ ].{5,200}(?:schrieb|wrote)\b.{0,200}:"
    r"|_{20,}"
    r"|(?:Von|From):[ ].+@.+)[ \t]*$", re.I,
)
_HEADER = re.compile(rb"[!-9;-~]+:")


def open_mail(path: Path) -> Rows:
    """Give the letters in a file, one row each.

    Raises  TooMuch for a file that is too large; Invalid when it holds no letters
    """
    check_size(path.stat().st_size)
    with path.open("rb") as file:
        first = file.readline(1_000)
        while first and not first.strip():
            first = file.readline(1_000)
    if not first.startswith(b"From ") and not _HEADER.match(first):
        raise refused(_("This is neither a letter (EML) nor a folder of letters (mbox)."), reason="no_mail")
    return Rows(COLUMNS, "", "", (), 0, lambda: _lines(path))


def _lines(path: Path) -> Iterator[Line]:
    for count, (line, raw) in enumerate(_letters(path), 1):
        if count > MOST_ROWS:
            raise TooMuch(_("The file has more than %(most)s rows. Please split it.", most=MOST_ROWS),
                          reason="file_too_long")
        try:
            cells = _cells(raw)
        except (MessageError, RecursionError, LookupError, ValueError, TypeError, AttributeError, AssertionError) as trouble:
            raise refused(_("the letter that starts here cannot be read."), line, "mail_unreadable") from trouble
        yield Line(line, cells)


def _letters(path: Path) -> Iterator[tuple[int, bytes]]:
    """The letters with the lines they start in; "From " behind an empty line begins the next one."""
    kept: list[bytes] = []
    start, size, after_empty, is_mbox = 1, 0, True, False
    with path.open("rb") as file:
        for number, raw in enumerate(iter(lambda: file.readline(1_000_000), b""), 1):
            if raw.startswith(b"From ") and after_empty and (number == 1 or is_mbox or not any(k.strip() for k in kept)):
                if any(part.strip() for part in kept):
                    yield start, b"".join(kept)
                kept, start, size, is_mbox = [], number, 0, True
            elif size < READ_OF_EACH:
                if is_mbox and re.match(rb">+From ", raw):
                    raw = raw[1:]
                kept.append(raw)
                size += len(raw)
            after_empty = not raw.strip()
    if any(part.strip() for part in kept):
        yield start, b"".join(kept)


class _ShortHeaders(policy.Compat32):
    """Reads no more of a header than any honest one has."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines[:LONGEST_HEADER])
        return name[:LONGEST_HEADER], value[:LONGEST_HEADER]


_SHORT_HEADERS = _ShortHeaders()


def _cells(raw: bytes) -> dict[str, Any]:
    if raw.lower().count(b"multipart/") > MOST_NESTED:
        raise MessageError("letters within letters")
    letter = BytesParser(policy=_SHORT_HEADERS).parsebytes(raw)
    subject, body = _decoded(letter.get("Subject")), own_words(_body(letter))
    subject = re.sub(r"^(?:(?:re|aw|fwd?|wg)\s*:\s*)+", "", subject, flags=re.I)
    text = body if not subject or body.startswith(subject) else f"{subject}\n\n{body}".strip()
    address = _address(letter)
    message_id = " ".join(str(letter.get("Message-ID", "")).split()).strip("<>")[:190]
    return {
        "text": text, "subject": subject, "body": body, "from": address, "date": _moment(letter),
        "message_id": message_id,
    }


def _address(letter: Message) -> str:
    try:
        return parseaddr(_decoded(letter.get("From")))[1]
    except RecursionError:  # brackets within brackets within ...
        return ""


def _decoded(header: Any) -> str:
    if header is None:
        return ""
    try:
        text = str(make_header(decode_header(str(header))))
    except (LookupError, ValueError, MessageError):
        text = str(header)
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _moment(letter: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(letter.get("Date", "")))
    except (ValueError, TypeError, OverflowError, LookupError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _body(letter: Message) -> str:
    """The plain text of a letter; where there is none, that of its HTML."""
    plain, marked = "", ""
    for n, part in enumerate(letter.walk()):
        if n > 200 or len(plain) + len(marked) > MOST_PARTS_TEXT:
            break
        if part.is_multipart() or part.get_filename() or part.get_content_disposition() == "attachment":
            continue
        if part.get_content_type() == "text/plain":
            plain += _text_of(part)
        elif part.get_content_type() == "text/html":
            marked += _text_of(part)
    return plain if plain.strip() or not marked else _without_marks(marked)


def _text_of(part: Message | EmailMessage) -> str:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, AssertionError):
        return ""
    if not isinstance(raw, bytes):
        return ""
    raw = raw[: 4 * MOST_PARTS_TEXT]
    for encoding in (part.get_content_charset() or "utf-8", "utf-8", "cp1252"):
        try:
            if codecs.lookup(encoding).name in _NO_TEXT:
                continue
            return raw.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return raw.decode("cp1252", "replace")


_SILENT = frozenset(("script", "style", "head", "title", "template"))
_BREAKS = frozenset(("br", "p", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote"))
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]{0,30})((?:[^<>\"']|\"[^\"<]{0,2000}\"|'[^'<]{0,2000}')*+)>")


def _without_marks(html: str) -> str:
    """What a reader would see of HTML. Each sign is looked at once, whatever the text is like."""
    html = html[:MOST_PARTS_TEXT]
    parts, silent, at = [], "", 0
    while at < len(html):
        sign = html.find("<", at)
        end = len(html) if sign < 0 else sign
        if not silent:
            parts.append(unescape(html[at:end]))
        if sign < 0:
            break
        if html.startswith(("<!", "<?"), sign):
            closing = "-->" if html.startswith("<!--", sign) else ">"
            until = html.find(closing, sign + 2)
            at = len(html) if until < 0 else until + len(closing)
            continue
        tag = _TAG.match(html, sign)
        at = tag.end() if tag else sign + 1
        name = tag[2].lower() if tag else ""
        if silent:
            silent = "" if tag and tag[1] and name == silent else silent
        elif name in _SILENT and tag and not tag[1]:
            silent = name
        elif name in _BREAKS and tag and not tag[1]:
            parts.append("\n")
        elif tag is None:
            parts.append("<")
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def own_words(body: str) -> str:
    """Give what somebody wrote without what they quoted and without what stands below the signature's dashes."""
    kept: list[str] = []
    for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.rstrip() == "--" or (_QUOTE.match(line) and not line.lstrip().startswith(">")):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    found = "\n".join(kept).strip()
    return re.sub(r"\n{3,}", "\n\n", found) or body.strip()
