"""What the submitters of a declined idea hear: that the reasons still stand, that it is examined again, that it is done."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.language import full_date
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.policy import may_read_outcome
from suggestbox.ideas.readable import readable
from suggestbox.journal.models import Entry
from suggestbox.mail.letters import Kind, Line, Reader, Text, register
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory

from .models import Credit, SecondLook

LINE_LENGTH, QUOTE_LENGTH = 200, 600


def _beginning(text: str, most: int) -> str:
    """How a text begins, cut between two words."""
    text = text.strip()
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(" ,;:.-–\n") + " …"


def _label(idea: Any) -> str:
    return f"{idea.number} {idea.title}".strip()


def _url(idea: Any) -> str:
    return url_for("ideas.show", number=idea.number, _anchor="protection")


def _ideas(notices: Sequence[Notice], reader: Reader) -> dict[int, Any]:
    parts = {notice.submitter_id for notice in notices}
    return readable((n.idea_id for n in notices), reader.person_id, directory(reader.today), parts)


def _looks(notices: Sequence[Notice]) -> dict[int, SecondLook]:
    """{notice id: the second look it tells of}. Two statements."""
    entries = {row.id: row.facts.get("look_id", 0) for row in db.session.scalars(
        sa.select(Entry).where(Entry.id.in_({n.facts["entry_id"] for n in notices})))}
    query = sa.select(SecondLook).where(SecondLook.id.in_(set(entries.values())))
    rows = {row.id: row for row in db.session.scalars(query)}
    found = {n.id: rows.get(entries.get(n.facts["entry_id"], 0)) for n in notices}
    return {notice_id: look for notice_id, look in found.items() if look is not None}


def stands_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines that a decline was looked at again and still stands, with the sentence why."""
    ideas, looks, found = _ideas(notices, reader), _looks(notices), {}
    for notice in notices:
        idea, look = ideas.get(notice.idea_id or 0), looks.get(notice.id)
        if idea is not None and look is not None:
            words = _("Somebody looked at your idea again. The reasons still stand: %(words)s",
                      words=_beginning(look.words, LINE_LENGTH))
            found[notice.id] = Line(words, _url(idea), _label(idea), duty=False)
    return found


def again_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines that a declined idea is examined again."""
    ideas = _ideas(notices, reader)
    return {
        notice.id: Line(_("Your declined idea is examined again"), url_for("ideas.show", number=idea.number), _label(idea),
                        duty=False)
        for notice in notices if (idea := ideas.get(notice.idea_id or 0)) is not None
    }


def _still_part(notice: Notice) -> bool:
    part = db.session.get(Submitter, notice.submitter_id) if notice.submitter_id else None
    return part is not None and part.state == "accepted"


def again(notice: Notice, reader: Reader) -> Text | None:
    """Give the news that a declined idea is examined again, with the words of whoever thinks so."""
    idea = _ideas([notice], reader).get(notice.idea_id or 0)
    look = _looks([notice]).get(notice.id)
    if idea is None or look is None or not _still_part(notice):
        return None
    who = directory(reader.today).person(look.by_id)
    return Text(
        subject=_("Your idea is examined again: %(title)s", title=idea.title),
        paragraphs=(
            _("Your idea “%(title)s” was declined. Now somebody has looked at it again, and it begins a new round.",
              title=idea.title),
            _("It is examined and decided anew, and at the end somebody talks with you about it. You need not do anything."),
        ),
        quote=_beginning(look.words, QUOTE_LENGTH), quote_by=who.polite if who else "",
        button=(_("To the idea"), url_for("ideas.show", number=idea.number)),
        why=_("You receive this because it is your idea."),
    )


def _credits(notices: Sequence[Notice]) -> dict[int, Credit]:
    ids = {notice.facts["credit_id"] for notice in notices}
    return {row.id: row for row in db.session.scalars(sa.select(Credit).where(Credit.id.in_(ids)))}


def credit_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines that a declined idea is done after all."""
    ideas, known, found = _ideas(notices, reader), _credits(notices), {}
    for notice in notices:
        idea = ideas.get(notice.idea_id or 0)
        if idea is not None and notice.facts["credit_id"] in known:
            found[notice.id] = Line(_("Your idea is being done after all"), _url(idea), _label(idea), duty=False)
    return found


def credit(notice: Notice, reader: Reader) -> Text | None:
    """Give the news that a declined idea is done after all: what is done, who said it first, and what they get."""
    idea, row = _ideas([notice], reader).get(notice.idea_id or 0), _credits([notice]).get(notice.facts["credit_id"])
    if idea is None or row is None or not _still_part(notice):
        return None
    since = db.session.scalar(sa.select(Idea.submitted_at).where(Idea.id == idea.id))
    later = _later(row, reader)
    found = [_("Your idea “%(title)s” was handed in on %(date)s and declined then. Now it is being done after all.",
               title=idea.title, date=full_date(local_date(since, reader.zone)) if since else "")]
    if later is not None:
        found.append(_("It was adopted as “%(title)s” (%(number)s).", title=later.title, number=later.number))
    elif row.later_id is not None:
        found.append(_("Somebody handed in an idea like yours later, and it was adopted."))
    if row.percent < 100:
        found.append(_("About %(percent)s %% of your idea is in it.", percent=row.percent))
    found.append(_first_sentence(row))
    who = directory(reader.today).person(row.by_id)
    return Text(
        subject=_("It is done after all: %(title)s", title=idea.title), paragraphs=tuple(found),
        quote=_beginning(row.words, QUOTE_LENGTH), quote_by=who.polite if who and row.words else "",
        button=(_("To your idea"), _url(idea)),
        why=_("You receive this because it is your idea."),
    )


def _first_sentence(row: Credit) -> str:
    if row.later_id is None:
        return _("You said it first, and that stands on the page of your idea. Thank you for it.")
    if not is_on("awards"):
        return _("You said it first, and that stands on both pages. Thank you for it.")
    return _("You said it first. That stands on both pages, and an award is worked out for you by the rules of your idea "
             "as soon as its benefit is known.")


def _later(row: Credit, reader: Reader) -> Idea | None:
    """The idea it was adopted as, if the reader may know what became of that one."""
    later = db.session.get(Idea, row.later_id) if row.later_id else None
    book = directory(reader.today)
    me = book.person(reader.person_id)
    return later if later is not None and may_read_outcome(later, me, book) else None


KINDS: tuple[Kind, ...] = (
    Kind("priority.credit", _l("A declined idea is done after all"), credit_lines, credit, waits=False),
    Kind("priority.again", _l("A declined idea is examined again"), again_lines, again, waits=False),
    Kind("priority.stands", _l("A declined idea was looked at again"), stands_lines),
)


def register_letters() -> None:
    """Make the kinds known."""
    register(*KINDS)
