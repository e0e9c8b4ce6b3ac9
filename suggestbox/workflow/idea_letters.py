"""Letters about an idea on its way: receipt, "are you part of it?", questions, handing over."""

from flask import url_for

from suggestbox.core.database import db
from suggestbox.core.language import full_date, oblique
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import Idea, Question
from suggestbox.ideas.parts import people_behind
from suggestbox.mail.letters import Reader, Text
from suggestbox.mail.models import Notice
from suggestbox.rules.clocks import clocks_of
from suggestbox.steps.models import Step
from suggestbox.steps.queries import open_steps

from .addresses import url_for_move
from .letter_parts import book_of, by_day, idea_for, is_still_part, name_of, next_step, with_department
from .words import handover_word


def _to_the_idea(idea: Idea) -> tuple[str, str]:
    return _("To the idea"), url_for("ideas.show", number=idea.number)


def receipt(notice: Notice, reader: Reader) -> Text | None:
    """Give the receipt: thank you, who looks at it until when, what happens next."""
    idea = idea_for(notice, reader)
    if idea is None or idea.stage in ("draft", "withdrawn") or not is_still_part(notice):
        return None
    book = book_of(reader)
    paragraphs = [
        _("Thank you for your idea “%(title)s”. It has arrived and has the number %(number)s.", title=idea.title,
          number=idea.number),
        next_step(idea, reader),
        _("Several people look at it. Whatever the outcome is, at the end somebody talks with you about it, at a time you "
          "choose."),
    ]
    if idea.on_behalf_by_id and idea.on_behalf_by_id != reader.person_id:
        behalf = name_of(idea.on_behalf_by_id, book)
        paragraphs.insert(1, _("%(name)s wrote it down for you. It is your idea.", name=behalf))
    if idea.confidential:
        paragraphs.append(_("Your name stays confidential. Only the idea management knows it, so that somebody can talk "
                            "with you."))
    return Text(
        subject=_("Thank you for your idea: %(title)s", title=idea.title), paragraphs=tuple(paragraphs),
        button=(_("See where your idea is"), url_for("ideas.show", number=idea.number)),
        why=_("You receive this receipt because you handed in an idea."),
    )


def part(notice: Notice, reader: Reader) -> Text | None:
    """Give the question to a colleague named as co-submitter."""
    idea = idea_for(notice, reader)
    if idea is None or not is_still_part(notice, "invited") or idea.stage == "withdrawn":
        return None
    first = next(iter(people_behind(idea).values()), None)
    colleague = _("A colleague") if idea.confidential else name_of(first, book_of(reader))
    return Text(
        subject=_("Are you part of the idea “%(title)s”?", title=idea.title),
        paragraphs=(
            _("%(name)s has handed in the idea “%(title)s” and says that you are part of it. Is that right?",
              name=colleague, title=idea.title),
            _("If so, please accept. Then you hear how it goes on, and the talk at the end is yours too. If not, simply "
              "say no: nothing follows from that."),
        ),
        button=(_("Read and answer"), url_for("ideas.show", number=idea.number)),
        why=_("You receive this because you were named as part of an idea."),
    )


def _my_step(notice: Notice, kind: str) -> Step | None:
    steps = open_steps(notice.idea_id or 0)
    return next((s for s in steps if s.kind == kind and s.submitter_id == notice.submitter_id), None)


def question(notice: Notice, reader: Reader) -> Text | None:
    """Give a question to the submitters."""
    idea = idea_for(notice, reader)
    asked = db.session.get(Question, notice.facts["question_id"])
    if idea is None or asked is None or asked.ended_at is not None or not is_still_part(notice):
        return None
    asker, step = name_of(asked.asker_id, book_of(reader)), _my_step(notice, "answer")
    by = by_day(step.due_on, reader) if step else ""
    return Text(
        subject=_("A question about your idea “%(title)s”", title=idea.title),
        paragraphs=(
            _("%(name)s is looking at your idea “%(title)s” and would like to know something from you:", name=asker,
              title=idea.title),
            _("Please answer%(by)s. A few words are enough. If no answer comes, we go on with what we know.", by=by),
        ),
        quote=asked.text, quote_by=asker,
        button=(_("Answer the question"), url_for_move(idea, "answer")),
        why=_("You receive this because somebody has a question about your idea."),
    )


def handed_over(notice: Notice, reader: Reader) -> Text | None:
    """Give the news that another office is in charge, to the submitters."""
    idea = idea_for(notice, reader)
    if idea is None or idea.outcome != "handed_over" or not is_still_part(notice):
        return None
    book = book_of(reader)
    return Text(
        subject=_("Who looks after your idea “%(title)s” now", title=idea.title),
        paragraphs=(
            _("Your idea “%(title)s” touches something another office is in charge of. From now on it is with %(name)s.",
              title=idea.title, name=oblique(with_department(book.person(idea.office_id), book))),
            next_step(idea, reader),
            _("From now on only you, this office and the idea management read it."),
        ),
        button=_to_the_idea(idea),
        why=_("You receive this because it is your idea."),
    )


def _dates_of_the_law(idea: Idea) -> tuple[str, ...]:
    """The dates the office in charge has to keep, for an invention and for the reporting channel."""
    return tuple(_("%(what)s: until %(date)s (%(source)s).", what=clock.what, date=full_date(clock.until),
                   source=clock.source) for clock in clocks_of(idea))


def entrusted(notice: Notice, reader: Reader) -> Text | None:
    """Give the hand-over, to the office in charge."""
    idea = idea_for(notice, reader)
    if idea is None or idea.outcome != "handed_over" or idea.office_id != reader.person_id:
        return None
    return Text(
        subject=_("Please look after this: %(title)s", title=idea.title),
        paragraphs=(
            _("The idea “%(title)s” is handed over to you. Reason: %(what)s.", title=idea.title,
              what=handover_word(idea.handover_kind)),
            _("The next step is yours, and so is the talk with the submitter. If it is not a matter of yours, please "
              "give it back on its page."),
            _("Only the submitters, you and the idea management can read it now. Please treat it as confidential."),
            *_dates_of_the_law(idea),
        ),
        button=_to_the_idea(idea),
        why=_("You receive this because you were named as the office in charge."),
    )
