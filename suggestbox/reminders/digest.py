"""The digest: one letter per person and working day with everything that could wait."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.database import db, mostly
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.ideas.policy import state_of
from suggestbox.ideas.readable import ideas_read_ahead
from suggestbox.mail.asking import asking_for_many
from suggestbox.mail.letters import Line, Reader, Text, Written
from suggestbox.mail.letters import kind as kind_of
from suggestbox.mail.models import HOOK_KINDS, Letter, Notice
from suggestbox.mail.readers import on_the_site, speaking_to
from suggestbox.people.directory import directory

from . import settings as _settings  # noqa: F401 -- declares the rules asked for below
from .kinds import DIGEST, RUNG
from .ladder import Nudge
from .rung_lines import holding, lines_of_nudges
from .words import others_together, subject_of, together

LATE, TODAY, SOON, NEW, OTHERS, NEWS = range(6)
"""What comes first in a digest."""


def compose(letter: Letter, reader: Reader) -> Text | None:
    """Give the digest as it stands now, and take the notices it carries along; None when nothing is left to say.

    What was read on the site meanwhile, or lost its reason, is left out, also on a second try; on the way of a webhook
    and on paper, which others read too, also what a confidential submitter is told. Inside `work()`.
    """
    written = compose_many([(letter, reader)])
    if written.bind:
        written.bind({letter.id})
    return written.texts.get(letter.id)


def compose_many(wanted: Sequence[tuple[Letter, Reader]]) -> Written:
    """Give digests for several readers, as `compose` does; what is asked for all of them is asked once. Only reads."""
    carried, hidden = _carried_by(wanted)
    everything = [notice for notices in carried.values() for notice in notices]
    held: dict[int, Nudge] = {}
    for today in sorted({reader.today for _letter, reader in wanted}):
        told = [n for letter, reader in wanted if reader.today == today for n in carried[letter.id]]
        held |= holding(told, directory(today), today)
    found: dict[int, Text] = {}
    bound: list[_Bond] = []
    with on_the_site(), asking_for_many(everything), ideas_read_ahead(notice.idea_id for notice in everything):
        for letter, reader in wanted:
            notices = carried[letter.id]
            with speaking_to(reader):
                lines = _lines(notices, held, reader)
                if letter.channel not in HOOK_KINDS and not reader.email:
                    lines = _without_closed_names(notices, lines)
                bound += [bond for n in notices if (bond := _bond(n, letter, n.id in lines, n.submitter_id in hidden))]
                if lines:
                    text = text_of_lines([(n, lines[n.id]) for n in notices if n.id in lines], reader)
                    found[letter.id] = replace(text, notices=tuple(n.id for n in notices if n.id in lines))
    digests = {letter.id: (letter.person_id, letter.local_date) for letter, _reader in wanted}
    return Written(found, partial(_bind, bound, digests) if bound else None)


_notice: Any = Notice.__table__
_PEOPLE: Any = sa.bindparam("people", expanding=True)
_UNREAD, _FREE = Notice.read_at.is_(None), mostly(Notice.letter_id.is_(None))
_THEIRS = sa.union_all(  # each part has an index of its own; one condition around them would hide it
    sa.select(Notice.id).join(Letter, Letter.id == Notice.letter_id).where(
        _UNREAD, Letter.kind == DIGEST, Letter.person_id.in_(_PEOPLE),
        Letter.local_date.in_(sa.bindparam("dates", expanding=True))),
    sa.select(Notice.id).where(_UNREAD, _FREE, Notice.waits, Notice.person_id.in_(_PEOPLE)),
    sa.select(Notice.id).join(Submitter, Submitter.id == Notice.submitter_id)
    .where(_UNREAD, _FREE, Submitter.person_id.in_(_PEOPLE)),
    sa.select(Notice.id).join(SubmitterIdentity, SubmitterIdentity.submitter_id == Notice.submitter_id)
    .where(_UNREAD, _FREE, SubmitterIdentity.person_id.in_(_PEOPLE)),
)
_CARRIED = (
    sa.select(_notice, Letter.person_id.label("digest_of"), Letter.local_date.label("digest_on"),
              Submitter.person_id.label("named_id"),
              sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id).label("behind_id"))
    .outerjoin(Letter, Letter.id == _notice.c.letter_id)
    .outerjoin(Submitter, Submitter.id == _notice.c.submitter_id)
    .outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == _notice.c.submitter_id)
    .where(_notice.c.id.in_(_THEIRS)).order_by(_notice.c.id)
)
_THIS = _notice.c.id == sa.bindparam("notice")
_LINK = sa.update(_notice).where(_THIS, _notice.c.letter_id.is_(None)).values(letter_id=sa.bindparam("letter"))
_LOOSEN = sa.update(_notice).where(_THIS, _notice.c.letter_id == sa.bindparam("letter")).values(letter_id=None)
_MARK = sa.update(_notice).where(_THIS, _notice.c.waits != sa.bindparam("stays")).values(
    waits=sa.bindparam("stays"), facts=sa.bindparam("kept", type_=sa.JSON))
_BOUND = (
    sa.select(_notice.c.id, _notice.c.facts, _notice.c.read_at, Letter.person_id.label("digest_of"),
              Letter.local_date.label("digest_on"))
    .outerjoin(Letter, sa.and_(Letter.id == _notice.c.letter_id, Letter.kind == DIGEST))
    .where(_notice.c.id.in_(sa.bindparam("ids", expanding=True)))
)


def _carried_by(wanted: Sequence[tuple[Letter, Reader]]) -> tuple[dict[int, list[Any]], set[int]]:
    """{letter id: what waits for its reader, and what it or the same digest on another way took along before}.

    With it the ids of the submitters among them who are confidential.
    """
    people = sorted({p for letter, reader in wanted for p in (letter.person_id, reader.person_id) if p is not None})
    dates = sorted({letter.local_date for letter, _reader in wanted if letter.local_date is not None})
    rows = db.session.execute(_CARRIED, {"people": people, "dates": dates}).all()
    hidden = {row.submitter_id for row in rows if row.submitter_id is not None and row.named_id is None}
    found: dict[int, list[Any]] = {}
    for letter, reader in wanted:
        alone = letter.channel == "mail" and reader.email
        found[letter.id] = [
            row for row in rows
            if (alone or row.submitter_id not in hidden) and (
                (row.digest_of, row.digest_on) == (letter.person_id, letter.local_date) if row.letter_id is not None
                else reader.person_id == (row.behind_id if row.submitter_id else row.person_id)
                and (row.waits or _marked(row, letter)))
        ]
    return found, hidden


def _without_closed_names(notices: list[Any], lines: dict[int, Line]) -> dict[int, Line]:
    """Lines for paper: whoever prints it may not read every idea, so only those are named that everybody may read."""
    ids = {notice.idea_id for notice in notices if notice.idea_id and notice.id in lines}
    rows = db.session.scalars(sa.select(Idea).options(sa.orm.lazyload("*")).where(Idea.id.in_(ids))) if ids else ()
    named = {idea.id for idea in rows if state_of(idea) == "open"}
    return {notice.id: lines[notice.id] if notice.idea_id in named else replace(lines[notice.id], idea="")
            for notice in notices if notice.id in lines}


def _marked(notice: Any, letter: Letter) -> bool:
    return letter.local_date is not None and notice.facts.get("carried_on") == letter.local_date.isoformat()


_Bond = tuple[Any, int, dict[str, Any]]
"""A statement that notes what a letter carries, the letter's id, and the statement's values."""


def _bond(notice: Any, letter: Letter, held: bool, hidden: bool) -> _Bond | None:
    """How it is noted that the letter carries the notice, or not any more. A confidential submitter's is only marked with
    the day: a link from it to a letter that names the person would say who the submitter is.
    """
    if hidden:
        if held and letter.local_date is not None:
            day = letter.local_date.isoformat()
            if notice.waits or notice.facts.get("carried_on") != day:
                kept = {**notice.facts, "carried_on": day}
                return _MARK, letter.id, {"notice": notice.id, "stays": False, "kept": kept}
        elif _marked(notice, letter):
            kept = {name: value for name, value in notice.facts.items() if name != "carried_on"}
            return _MARK, letter.id, {"notice": notice.id, "stays": True, "kept": kept}
    elif held and notice.letter_id is None:
        return _LINK, letter.id, {"notice": notice.id, "letter": letter.id}
    elif not held and notice.letter_id == letter.id:
        return _LOOSEN, letter.id, {"notice": notice.id, "letter": letter.id}
    return None


def _bind(bonds: list[_Bond], digests: dict[int, tuple[Any, Any]], ours: Collection[int]) -> set[int]:
    """Note what the digests carry, as they were written before this transaction. Inside `work()`.

    Takes   digests: {letter id: (person, day)}, the same for all ways a digest goes
            ours: ids of the letters that are still ours
    Gives   ids of those that tell what was read meanwhile, or what another digest carries
    """
    bonds = [bond for bond in bonds if bond[1] in ours]
    for statement in (_LINK, _LOOSEN, _MARK):
        values = [given for which, _letter_id, given in bonds if which is statement]
        if values:
            db.session.execute(statement, values)
    told = {given["notice"]: (letter_id, given) for which, letter_id, given in bonds
            if which is _LINK or (which is _MARK and not given["stays"])}
    now = db.session.execute(_BOUND, {"ids": sorted(told)}).all() if told else ()
    good = {row.id for row in now if row.read_at is None and (
        (row.digest_of, row.digest_on) == digests[told[row.id][0]] or row.facts == told[row.id][1].get("kept"))}
    return {letter_id for notice_id, (letter_id, _given) in told.items() if notice_id not in good}


def _lines(notices: list[Any], held: dict[int, Nudge], reader: Reader) -> dict[int, Line]:
    book = directory(reader.today)
    brief = book.person(reader.person_id)
    news = bool(brief and brief.mail_news and brief.email)
    found: dict[int, Line] = {}
    for name in sorted({notice.kind for notice in notices}):
        same = [notice for notice in notices if notice.kind == name]
        found |= lines_of_nudges({n.id: held[n.id] for n in same if n.id in held}, reader) if name == RUNG \
            else kind_of(name).lines(same, reader)
    return {notice_id: line for notice_id, line in found.items() if line.duty or news}


def _place(notice: Notice, line: Line, reader: Reader) -> int:
    if not line.duty:
        return NEWS
    if line.others:
        return OTHERS
    if line.due_on is not None and line.due_on <= reader.today:
        return LATE if line.due_on < reader.today else TODAY
    return SOON if notice.kind == RUNG else NEW


def _without_doubles(told: list[tuple[Notice, Line]]) -> list[tuple[Notice, Line]]:
    """A step that is new and soon due is one line, not two; nor are two that read the same, one for each submitter."""
    reminded = {notice.step_id for notice, _line in told if notice.kind == RUNG}
    found: dict[object, tuple[Notice, Line]] = {}
    for notice, line in told:
        if notice.kind == RUNG or notice.step_id is None or notice.step_id not in reminded:
            same = (line.text, line.url, line.idea, line.due_on) if line.idea else notice.id
            found.setdefault(same, (notice, line))
    return list(found.values())


def text_of_lines(told: list[tuple[Notice, Line]], reader: Reader) -> Text:
    """Give the letter that says these lines: the most pressing first, many of one kind as one, not too long."""
    placed = [(_place(notice, line, reader), notice, line) for notice, line in _without_doubles(told)]
    counts = [sum(place == which for place, _notice, _line in placed) for which in range(NEWS + 1)]
    shown = _together(placed, reader)
    most = rule("reminders.lines")
    lines = tuple(line for _place_, line in shown[:most])
    further = sum(line.count for _place_, line in shown[most:])
    links: tuple[tuple[str, str], ...] = ()
    if further:
        links = ((ngettext("and %(num)d more", "and %(num)d more", further), url_for("steps.mine")),)
    only_news = counts[NEWS] == len(placed)
    own = any(counts[:OTHERS])
    subject = subject_of(counts[LATE], counts[TODAY], counts[SOON], counts[NEW], counts[OTHERS], lines[0].text)
    return Text(
        subject=subject, lines=lines, links=links,
        button=(_("My next steps"), url_for("steps.mine")) if own else None,
        why=_why(own, counts[OTHERS] > 0), optional=only_news,
    )


def _why(own: bool, others: bool) -> str:
    if own and others:
        return _("This message came because next steps wait for you, or because a colleague's step takes longer than "
                 "planned and you are named to help. There is at most one on a working day.")
    if own:
        return _("This message came because somebody waits for a next step of yours. "
                 "There is at most one on a working day.")
    if others:
        return _("This message came because a colleague's step takes longer than planned and you are named to help. "
                 "There is at most one on a working day.")
    return _("This message came because you wish to hear news about ideas. There is at most one on a working day.")


def _together(placed: list[tuple[int, Notice, Line]], reader: Reader) -> list[tuple[int, Line]]:
    """One line for many of one kind, where they stand at the same place."""
    groups: dict[tuple[int, str], list[Line]] = {}
    for place, notice, line in sorted(placed, key=_order):
        groups.setdefault((place, _sort_of(notice, place)), []).append(line)
    found: list[tuple[int, Line]] = []
    for (place, sort), lines in groups.items():
        if len(lines) > rule("reminders.together"):
            found.append((place, _one_line(place, sort, lines)))
        else:
            found += [(place, line) for line in lines]
    return sorted(found, key=lambda pair: pair[0])


def _order(entry: tuple[int, Notice, Line]) -> tuple[Any, ...]:
    place, notice, line = entry
    return place, line.due_on.toordinal() if line.due_on else 0, notice.id


def _sort_of(notice: Notice, place: int) -> str:
    """What counts as one kind: the same thing to do, or the same kind of news."""
    if place == OTHERS:
        return "others"
    if notice.kind != RUNG:
        return notice.kind
    office = str(notice.facts.get("office", ""))
    return f"step:{notice.facts.get('step_kind', '')}" if office == "owner" else f"rung:{notice.id}"


def _one_line(place: int, sort: str, lines: list[Line]) -> Line:
    count = sum(line.count for line in lines)
    first = lines[0]
    if place == OTHERS:
        return replace(first, text=others_together(count), idea="", count=count, url=url_for("mail.inbox"))
    if sort.startswith("step:"):
        text, url = together(sort.removeprefix("step:"), count), url_for("steps.mine")
        return replace(first, text=text, idea="", count=count, url=url)
    same = {line.text for line in lines}
    text = first.text if len(same) == 1 else str(kind_of(sort).label)
    return replace(first, text=_("%(num)d times: %(what)s", num=count, what=text), idea="", count=count,
                   url=url_for("steps.mine") if first.duty else url_for("ideas.list"))
