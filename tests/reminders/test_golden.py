"""Digests as they were read and approved: in German with Sie and du, and in English. APPROVE=1 writes them anew.

The lines are those real steps give; what a digest is put together from is shown in a few scenes.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.ideas.models import Idea
from suggestbox.mail.frame import frame
from suggestbox.mail.letters import Text
from suggestbox.mail.models import Letter, Notice
from suggestbox.mail.readers import speaking_to
from suggestbox.mail.writing import text_of
from suggestbox.people.models import Person
from suggestbox.workflow.operations import move
from tests.cast import Cast
from tests.factories import START, deciding, in_review, submitted
from tests.mail.telling import SPEECHES, mail_on, reader_at, speak
from tests.reminders.diary import away, reconcile, stands_in

pytestmark = pytest.mark.either

GOLDEN = Path(__file__).with_name("golden")
Scene = tuple[Person, datetime]


def _named(idea: Idea, title: str) -> Idea:
    idea.title = title
    return idea


def _mixed(cast: Cast) -> Scene:
    """The coordinator's day: overdue, due today, soon, new, and a colleague who is late."""
    with work():
        stands_in(cast.eve, cast.bob)
        _named(submitted(cast), "Labels at goods receipt")
        _named(submitted(cast, now=START + timedelta(days=1)), "A second lamp at gate 3")
        _named(submitted(cast, now=START + timedelta(days=2)), "Less paper in the cold store")
        _named(submitted(cast, now=START + timedelta(days=6)), "A bench in the yard")
        late = _named(in_review(cast, now=START - timedelta(days=14)), "A scanner for returns")
        assert late.stage == "in_review"
    return cast.bob, START + timedelta(days=6, hours=1)


def _many(cast: Cast) -> Scene:
    """Many of one kind are one line."""
    with work():
        for _n in range(5):
            _named(submitted(cast), "Labels at goods receipt")
    return cast.bob, START + timedelta(days=7)


def _others(cast: Cast) -> Scene:
    """A head of department is told of colleagues, kindly."""
    with work():
        _named(submitted(cast), "Labels at goods receipt")
        _named(in_review(cast, now=START - timedelta(days=9)), "A scanner for returns")
    return cast.cat, START + timedelta(days=12)


def _stood_in(cast: Cast) -> Scene:
    """In place of a colleague, and an assessment somebody absent cannot give."""
    with work():
        stands_in(cast.eve, cast.bob)
        away(cast.bob, START.date(), (START + timedelta(days=30)).date())
        _named(submitted(cast), "Labels at goods receipt")
    return cast.eve, START + timedelta(days=5)


def _reassign(cast: Cast) -> Scene:
    with work():
        away(cast.rex, START.date(), (START + timedelta(days=30)).date())
        _named(in_review(cast), "A scanner for returns")
    return cast.bob, START + timedelta(days=14)


def _submitter(cast: Cast) -> Scene:
    """A submitter is asked something; it is confidential, and only they read this."""
    with work():
        idea = _named(in_review(cast, confidential=True), "A quieter compressor")
        move(idea, "ask", actor=cast.rex, now=START + timedelta(hours=2), text="Which hall?")
    return cast.ann, START + timedelta(days=12)


def _relay(cast: Cast) -> Scene:
    """A colleague without a mailbox is told by the coordinator."""
    with work():
        cast.ria.email, cast.ria.personnel_no = None, "4711"
        _named(in_review(cast), "A scanner for returns")
    return cast.pia, START + timedelta(days=14)


def _decision(cast: Cast) -> Scene:
    """One thing, due today: the subject says it."""
    with work():
        idea = _named(deciding(cast), "A scanner for returns")
        due = idea.next_due_on
    assert due is not None
    return cast.cat, datetime(due.year, due.month, due.day, 9, tzinfo=START.tzinfo)


SCENES: dict[str, Callable[[Cast], Scene]] = {
    "mixed": _mixed, "many": _many, "others": _others, "stood-in": _stood_in, "reassign": _reassign,
    "submitter": _submitter, "relay": _relay, "decision": _decision,
}


def digest_for(person: Person, now: datetime) -> tuple[Letter, Text]:
    """Give the digest somebody gets today, and what it says, without sending it."""
    query = sa.select(Letter).where(Letter.kind == "reminders.digest", Letter.person_id == person.id)
    with work():
        letter = db.session.scalars(query.order_by(Letter.id.desc())).first()
        assert letter is not None
        reader = reader_at(person.id, now)
        with speaking_to(reader):
            text = text_of(letter, reader)
    assert text is not None
    return letter, text


@pytest.mark.parametrize("name", SCENES)
def test_digests_are_as_approved(name: str, cast: Cast, clock: Any):
    mail_on()
    person, now = SCENES[name](cast)
    clock.move_to(now)
    reconcile(now)
    different = []
    for speech in SPEECHES:
        speak(list(cast.people().values()), speech)
        _letter, text = digest_for(person, now)
        reader = reader_at(person.id, now)
        with speaking_to(reader):
            plain, html = frame(text, reader)
        for words, ending in ((f"To: {reader.name}\nSubject: {text.subject}\n\n{plain}", "txt"), (html, "html")):
            path = GOLDEN / f"{name}.{speech}.{ending}"
            if os.environ.get("APPROVE"):
                path.write_text(words, encoding="utf-8")
            if not path.exists() or path.read_text(encoding="utf-8") != words:
                different.append(path.name)
    assert different == []


def test_no_golden_file_is_left_over():
    wanted = {f"{name}.{speech}.{ending}" for name in SCENES for speech in SPEECHES for ending in ("txt", "html")}
    assert {path.name for path in GOLDEN.iterdir()} == wanted


def test_more_than_a_dozen_lines_are_cut_with_their_number(cast: Cast, clock: Any):
    mail_on()
    with work():
        for _n in range(16):
            submitted(cast)
        db.session.execute(sa.delete(Notice))
        set_rule("reminders.together", 20, now=START)
    now = START + timedelta(days=7)
    clock.move_to(now)
    reconcile(now)
    _letter, text = digest_for(cast.bob, now)
    assert (len(text.lines), [label for label, _url in text.links]) == (12, ["und noch 4"])


def test_news_alone_may_be_stopped_and_goes_to_nobody_who_does_not_want_it(cast: Cast, clock: Any):
    """ann's idea goes under review: news for her, which she may do without."""
    mail_on()
    with work():
        in_review(cast)
        db.session.execute(sa.delete(Letter))
    now = START + timedelta(hours=3)
    clock.move_to(now)
    reconcile(now)
    _letter, text = digest_for(cast.ann, now)
    assert (text.optional, text.button, [line.duty for line in text.lines]) == (True, None, [False])

    with work():
        db.session.execute(sa.delete(Letter))
        db.session.execute(sa.update(Notice).values(letter_id=None))
        cast.ann.mail_news = False
    reconcile(now)
    mine = sa.select(sa.func.count()).where(Letter.kind == "reminders.digest", Letter.person_id == cast.ann.id)
    assert db.session.scalar(mine) == 0
