"""The private feed of stories for feed readers: its key, and the file.

Feed readers have no sign-in, so the address itself is the key. It is made from the one of the person's calendar feed and
ends with it, but leads back to it nowhere: a feed reader on the web may know it without seeing anybody's appointments.
What a feed reader has fetched cannot be called back, so names and pictures stay on the page, which asks for a sign-in.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from suggestbox.core.config import Deployment
from suggestbox.core.database import db
from suggestbox.core.forms import LARGEST
from suggestbox.people.models import Person

ATOM = "http://www.w3.org/2005/Atom"
GONE = "http://purl.org/atompub/tombstones/1.0"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed changed in which nothing ever stood."""

ET.register_namespace("", ATOM)
ET.register_namespace("at", GONE)


# -- the key ---------------------------------------------------------------------------------------------------------


def _signer() -> URLSafeSerializer:
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    return URLSafeSerializer(deployment.secret_key, salt="stories.feed")


def key_of(person: Person) -> str:
    """Give the key of the person's feed of stories; nothing while there is no calendar key it hangs on."""
    if person.calendar_key_hash is None:
        return ""
    return str(_signer().dumps([person.id, person.calendar_key_hash[:24]]))


def person_of_key(key: str, today: date) -> Person | None:
    """Give whose feed this key opens, while they are with the organisation and the key is the present one."""
    try:
        person_id, part = _signer().loads(key)
    except (BadSignature, ValueError, TypeError):
        return None
    if not isinstance(person_id, int) or not isinstance(part, str) or not 0 < person_id <= LARGEST or len(part) != 24:
        return None
    query = sa.select(Person).where(
        Person.id == person_id, Person.active, sa.or_(Person.left_on.is_(None), Person.left_on >= today)
    )
    person = db.session.scalars(query).first()
    known = person.calendar_key_hash if person else None
    return person if known is not None and known.startswith(part) else None


# -- the file --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One entry: a published story, by its title and first sentences."""

    story_id: int
    title: str
    lead: str
    language: str
    url: str
    published_at: datetime


def feed_file(
    name: str, author: str, told: Sequence[Told], gone: Sequence[tuple[int, datetime]], *, language: str, url: str,
    page_url: str, host: str,
) -> tuple[bytes, datetime]:
    """Give the feed as an Atom file, and when it changed last; the same to the last byte while nothing changes.

    Takes   gone: (story id, when) of stories that were taken down, so that feed readers forget them
            url, page_url: full addresses of the feed and of the page it is about; host: what names are made of
    Source: RFC 4287; RFC 6721 (deleted-entry); RFC 4151 (tag)
    """
    changed = max([one.published_at for one in told] + [at for _story_id, at in gone], default=NOTHING_YET)
    root = ET.Element(_atom("feed"), {XML_LANG: language})
    _put(root, "id", f"tag:{host},2026:stories")
    _put(root, "title", name)
    _put(root, "updated", _moment(changed))
    _put(ET.SubElement(root, _atom("author")), "name", author)
    ET.SubElement(root, _atom("link"), {"rel": "self", "type": "application/atom+xml", "href": url})
    ET.SubElement(root, _atom("link"), {"rel": "alternate", "type": "text/html", "href": page_url})
    for story_id, at in gone:
        ET.SubElement(root, f"{{{GONE}}}deleted-entry", {"ref": _name(host, story_id), "when": _moment(at)})
    for one in told:
        entry = ET.SubElement(root, _atom("entry"), {XML_LANG: one.language})
        _put(entry, "id", _name(host, one.story_id))
        _put(entry, "title", one.title)
        _put(entry, "published", _moment(one.published_at))
        _put(entry, "updated", _moment(one.published_at))
        ET.SubElement(entry, _atom("link"), {"rel": "alternate", "type": "text/html", "href": one.url})
        _put(entry, "summary", one.lead)
    file: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return file, changed


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _put(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _atom(name)).text = "".join(ch for ch in text if _may_stand(ch))


def _may_stand(ch: str) -> bool:
    """Say whether XML 1.0 takes the character: typed texts may hold some it does not."""
    return ch in "\t\n\r" or " " <= ch <= "\ud7ff" or "\ue000" <= ch <= "\ufffd" or ch > "\uffff"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _name(host: str, story_id: int) -> str:
    return f"tag:{host},2026:story:{story_id}"
