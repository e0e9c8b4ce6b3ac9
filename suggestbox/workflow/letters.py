"""The kinds of things people are told about ideas: in one line for inbox and digest, and as letters of their own."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.language import ngettext
from suggestbox.ideas.models import Comment, Question
from suggestbox.ideas.readable import readable
from suggestbox.journal.models import Entry
from suggestbox.mail.asking import asked_together
from suggestbox.mail.letters import Kind, Line, Reader, register
from suggestbox.mail.models import Notice
from suggestbox.steps.models import Step
from suggestbox.steps.words import step_title

from . import award_letters, group_letters, idea_letters, measure_letters, talk_letters
from .addresses import url_for_move, url_for_step
from .letter_parts import book_of, label_of, when_words
from .story import sentence_of

Notices = Sequence[Notice]
Lines = dict[int, Line]


def _ideas(notices: Notices, reader: Reader) -> dict[int, Any]:
    """{idea id: its row} of those the reader may see."""
    parts = {notice.submitter_id for notice in notices}
    return readable((notice.idea_id for notice in notices), reader.person_id, book_of(reader), parts)


@cache
def _with_ids(model: Any) -> Any:
    """Give the statement of `_by_id`, put together once for each table: plain rows, nobody changes them here."""
    return sa.select(model.__table__).where(model.id.in_(sa.bindparam("ids", expanding=True)))


def _by_id(model: Any, ids: Iterable[int | None]) -> dict[int, Any]:
    """{id: row}. One statement."""
    return {row.id: row for row in db.session.execute(_with_ids(model), {"ids": list({i for i in ids if i})})}


def _questions(notices: Notices) -> dict[int, Any]:
    return _by_id(Question, (notice.facts["question_id"] for notice in notices))


def _steps(notices: Notices) -> dict[int, Any]:
    return _by_id(Step, (notice.step_id for notice in notices))


def _entries(notices: Notices) -> dict[int, Any]:
    return _by_id(Entry, (notice.facts["entry_id"] for notice in notices))


def _seen(notices: Notices, reader: Reader, line: Callable[[Notice, Any], Line | None]) -> Lines:
    """The lines of notices whose idea the reader may see."""
    ideas, found = _ideas(notices, reader), {}
    for notice in notices:
        idea = ideas.get(notice.idea_id or 0)
        one = line(notice, idea) if idea else None
        if one:
            found[notice.id] = one
    return found


def _idea_url(idea: Any) -> str:
    return url_for("ideas.show", number=idea.number)


def _talk_url(idea: Any) -> str:
    over = idea.stage in ("conversation", "confirming", "closed")
    return url_for("conversations.show", number=idea.number) if over else _idea_url(idea)


def _plain(words: Any, url: Callable[[Any], str] = _idea_url) -> Callable[[Notices, Reader], Lines]:
    """A kind that always says the same words about an idea."""
    def lines(notices: Notices, reader: Reader) -> Lines:
        return _seen(notices, reader, lambda _notice, idea: Line(str(words), url(idea), label_of(idea), duty=False))

    return lines


# -- lines that say more ---------------------------------------------------------------------------------------------


def question_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of questions: while one is open it leads to where it is answered."""
    questions = asked_together(_questions, notices)

    def line(notice: Notice, idea: Any) -> Line:
        is_open = questions[notice.facts["question_id"]].ended_at is None
        url = url_for_move(idea, "answer") if is_open else _idea_url(idea)
        return Line(_("There is a question about your idea"), url, label_of(idea), duty=is_open)

    return _seen(notices, reader, line)


def invitation_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of times agreed, moved to another place, or called off."""
    def line(notice: Notice, idea: Any) -> Line:
        when = when_words(datetime.fromisoformat(notice.facts["at"]), reader)
        words = _("The talk on %(when)s is called off", when=when) if notice.facts["method"] == "CANCEL" \
            else _("Talk on %(when)s", when=when)
        return Line(words, _talk_url(idea), label_of(idea), duty=False)

    return _seen(notices, reader, line)


def step_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of new steps; one that is done or fell away is no news any more."""
    steps = asked_together(_steps, notices)

    def line(notice: Notice, idea: Any) -> Line | None:
        step = steps.get(notice.step_id or 0)
        if step is None or step.done_at is not None:
            return None
        return Line(step_title(step.kind), url_for_step(step, idea), label_of(idea), step.due_on,
                    urgent=step.due_on <= reader.today)

    return _seen(notices, reader, line)


_TOLD = sa.select(Notice.step_id).where(
    Notice.kind == "workflow.step", Notice.step_id.in_(sa.bindparam("ids", expanding=True)),
    sa.or_(Notice.letter_id.is_not(None), Notice.read_at.is_not(None)),
)


def _told(notices: Notices) -> set[int | None]:
    """Steps of which somebody was told that they are new."""
    return set(db.session.scalars(_TOLD, {"ids": sorted({n.step_id for n in notices if n.step_id})}))


def dropped_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of steps that fell away, to those who had been told of them; two statements."""
    told = asked_together(_told, notices)
    ideas = _ideas(notices, reader)
    found = {}
    for notice in notices:
        if notice.step_id not in told:
            continue
        idea = ideas.get(notice.idea_id or 0)
        if idea is None:
            words = _("A step of yours is not needed any more: another office is in charge of the idea now.")
            found[notice.id] = Line(words, url_for("steps.mine"), duty=False)
            continue
        words = _("It was taken back. You need not do anything.") if idea.stage == "withdrawn" \
            else _("Your step is not needed any more. Thank you all the same.")
        found[notice.id] = Line(words, _idea_url(idea), label_of(idea), duty=False)
    return found


def _asked(notices: Notices) -> tuple[dict[int, Any], dict[int, Any]]:
    """Questions, and the steps they were asked in. Two statements."""
    questions = _questions(notices)
    return questions, _by_id(Step, (question.asked_step_id for question in questions.values()))


def answered_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of questions that were answered, or not; nobody is asked to go on with a step that is over."""
    questions, steps = asked_together(_asked, notices)

    def line(notice: Notice, idea: Any) -> Line | None:
        question = questions[notice.facts["question_id"]]
        answered, step = question.answered_at is not None, steps.get(question.asked_step_id or 0)
        if step is not None and step.done_at is not None:
            return Line(_("Your question is answered."), _idea_url(idea), label_of(idea), duty=False) if answered else None
        words = _("Your question is answered. You can go on.") if answered \
            else _("Your question stayed without an answer. Please go on with what you know.")
        return Line(words, _idea_url(idea), label_of(idea))

    return _seen(notices, reader, line)


def story_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of news, in the words of the idea's story."""
    entries, book = asked_together(_entries, notices), book_of(reader)

    def line(notice: Notice, idea: Any) -> Line | None:
        entry = entries.get(notice.facts["entry_id"])
        words = sentence_of(entry, idea, book, named=notice.submitter_id is not None) if entry else ""
        if entry is not None and entry.kind == "close":
            words = _("Your idea is closed. Thank you for it!")
        return Line(words, _idea_url(idea), label_of(idea), duty=False) if words else None

    return _seen(notices, reader, line)


_COMMENTS = sa.select(Comment.idea_id, Comment.at, Comment.by_submitter_id).where(
    Comment.idea_id.in_(sa.bindparam("ids", expanding=True)), Comment.audience == "everyone", Comment.hidden_at.is_(None)
)


def _comments(notices: Notices) -> dict[int, list[Any]]:
    """{idea id: its comments everybody reads}. One statement."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(_COMMENTS, {"ids": sorted({n.idea_id for n in notices if n.idea_id})}):
        found[row.idea_id].append(row)
    return found


def comment_lines(notices: Notices, reader: Reader) -> Lines:
    """Give the lines of comments: one for an idea and day."""
    comments = asked_together(_comments, notices)

    def line(notice: Notice, idea: Any) -> Line | None:
        since = datetime.fromisoformat(notice.facts["since"])
        count = sum(c.at >= since and c.by_submitter_id != notice.submitter_id for c in comments.get(idea.id, ()))
        if not count:
            return None
        words = ngettext("There is a comment on your idea", "There are %(num)d comments on your idea", count)
        url = url_for("ideas.show", number=idea.number, _anchor="comments")
        return Line(words, url, label_of(idea), duty=False, count=count)

    return _seen(notices, reader, line)


KINDS = (
    Kind("ideas.receipt", _l("Receipt"), _plain(_l("Your idea has arrived. Thank you!")),
         idea_letters.receipt, waits=False),
    Kind("ideas.part", _l("Part of an idea?"), _plain(_l("Are you part of this idea?")), idea_letters.part, waits=False),
    Kind("workflow.question", _l("Question about an idea"), question_lines, idea_letters.question, waits=False),
    Kind("workflow.handed_over", _l("Handed over"), _plain(_l("Another office is in charge of your idea now")),
         idea_letters.handed_over, waits=False),
    Kind("workflow.entrusted", _l("An idea to look after"), _plain(_l("Please look after this idea from now on")),
         idea_letters.entrusted, waits=False),
    Kind("conversations.decision", _l("Decision, with times for the talk"),
         _plain(_l("Your idea is decided. When may we talk with you?"), _talk_url), talk_letters.decision, waits=False),
    Kind("conversations.offer", _l("Further times for the talk"),
         _plain(_l("There are new times for the talk"), _talk_url), talk_letters.offer, waits=False),
    Kind("conversations.invitation", _l("Appointment"), invitation_lines, talk_letters.invitation, waits=False),
    Kind("conversations.written", _l("Closing in writing"),
         _plain(_l("You can read now what became of your idea"), _talk_url), talk_letters.written, waits=False),
    Kind("conversations.how_was_it", _l("How was the talk?"), step_lines, talk_letters.how_was_it, waits=False),
    Kind("workflow.step", _l("New step"), step_lines),
    Kind("workflow.answered", _l("Answer to a question"), answered_lines),
    Kind("workflow.dropped", _l("Step not needed any more"), dropped_lines),
    Kind("workflow.news", _l("News about an idea one handled"), story_lines),
    Kind("ideas.news", _l("News about the own idea"), story_lines),
    Kind("ideas.comments", _l("Comments on the own idea"), comment_lines),
    *group_letters.KINDS,
    *measure_letters.KINDS,
    *award_letters.KINDS,
)


def register_letters() -> None:
    """Make the kinds known."""
    register(*KINDS)
