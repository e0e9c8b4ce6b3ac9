"""What people were told, as tests look at it: notices, their letters in one's own language, and mail switched on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.mail.frame import frame
from suggestbox.mail.letters import Line, Reader, Text
from suggestbox.mail.letters import kind as kind_of
from suggestbox.mail.models import Letter, Notice
from suggestbox.mail.readers import person_told, reader_of, speaking_to
from suggestbox.people.directory import directory
from suggestbox.people.models import Person
from tests.factories import START

ON = {"smtp_host": "mail.example.com", "mail_from": "ideas@example.com", "mail_from_name": "suggestbox",
      "base_url": "https://ideas.example.com"}


def mail_on() -> None:
    """Set mail up, until the test is over."""
    current_app.config["DEPLOYMENT"] = current_app.config["DEPLOYMENT"].model_copy(update=ON)


def notices(kind: str | None = None) -> list[Notice]:
    """Give what was told, in order; of one kind, when it is named."""
    query = sa.select(Notice).order_by(Notice.id)
    return list(db.session.scalars(query.where(Notice.kind == kind) if kind else query))


def letters(kind: str | None = None) -> list[Letter]:
    """Give the letters that were written, in order."""
    query = sa.select(Letter).order_by(Letter.id)
    return list(db.session.scalars(query.where(Letter.kind == kind) if kind else query))


def told_to(notice: Notice) -> str:
    """Give the first name of whoever was told."""
    return db.session.get(Person, person_told(notice) or 0).given_name  # type: ignore[union-attr]


def told_of_kind(kind: str) -> list[str]:
    """Give the first names of those who were told something of this kind, in order."""
    return [told_to(notice) for notice in notices(kind)]


def reader_at(person_id: int, now: datetime) -> Reader:
    """Give the reader a person is at a moment."""
    reader = reader_of(directory(now.date()), person_id, now)
    assert reader is not None
    return reader


@contextmanager
def as_reader(notice: Notice | Letter, now: datetime) -> Iterator[Reader]:
    """Speak to whoever a notice is for."""
    reader = reader_at(person_told(notice) or 0, now)
    with speaking_to(reader):
        yield reader


def text_for(notice: Notice, now: datetime) -> Text | None:
    """Give what the notice's letter says now."""
    with as_reader(notice, now) as reader:
        write = kind_of(notice.kind).write
        return write(notice, reader) if write else None


def line_for(notice: Notice, now: datetime) -> Line | None:
    """Give the notice's line in the inbox."""
    with as_reader(notice, now) as reader:
        return kind_of(notice.kind).lines([notice], reader).get(notice.id)


SPEECHES = ("sie", "du", "en")


def speak(people: list[Person], speech: str, now: datetime = START) -> None:
    """Have everybody spoken to in German with Sie or du, or in English."""
    with work():
        set_rule("language.du", speech == "du", now=now)
        for person in people:
            person.language = "en" if speech == "en" else "de"


def as_golden(notice_or_many: Notice | Letter | list[Notice], now: datetime) -> tuple[str, str]:
    """Give a letter as it is kept: subject and plain text, and HTML. Several notices are the lines of one letter."""
    if isinstance(notice_or_many, Letter):
        with as_reader(notice_or_many, now) as reader:
            composed = kind_of(notice_or_many.kind).compose(notice_or_many, reader)  # type: ignore[misc]
            assert composed is not None, "the reason is gone"
            return _kept(composed, reader)
    if isinstance(notice_or_many, list):
        with as_reader(notice_or_many[0], now) as reader:
            lines: dict[int, Any] = {}
            for notice in notice_or_many:
                lines |= kind_of(notice.kind).lines([notice], reader)
            return _kept(Text(subject="-", lines=tuple(lines[key] for key in sorted(lines))), reader)
    with as_reader(notice_or_many, now) as reader:
        text = kind_of(notice_or_many.kind).write(notice_or_many, reader)  # type: ignore[misc]
        assert text is not None, "the reason is gone"
        return _kept(text, reader)


def _kept(text: Text, reader: Reader) -> tuple[str, str]:
    plain, html = frame(text, reader)
    return f"To: {reader.name}\nSubject: {text.subject}\n\n{plain}", html


def later(days: float = 0, hours: float = 0) -> datetime:
    """Give a moment after the start of the factories' ideas."""
    return START + timedelta(days=days, hours=hours)
