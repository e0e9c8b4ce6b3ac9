"""What changes with the moves about declined ideas: looked at again, found in a later one, credited."""

from typing import Any

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import ADOPTING, Idea
from suggestbox.ideas.queries import visible_idea
from suggestbox.priority import due, finding, operations, queries
from suggestbox.priority.models import Likeness

from . import facts
from .case import Case
from .then_elsewhere import new_round

WORDS_LENGTH = 3000


# -- a decline stands, or not any more -------------------------------------------------------------------------------


def keep_decline(case: Case) -> None:
    """the reasons still stand, in a sentence the submitters read; the next look is planned"""
    _look(case, "stands")


def look_again(case: Case) -> None:
    """a new round begins: new reviews, a new decision, a new talk"""
    _look(case, "again")
    new_round(case)


def _look(case: Case, answer: str) -> None:
    words = facts.text(case, "words", longest=WORDS_LENGTH)
    if case.earlier.protection is None or case.actor_id is None:
        raise Refused(reason="not_protected")
    look = operations.note_look(case.idea, case.earlier.protection, answer, words, by_id=case.actor_id, now=case.now,
                                today=case.today, look_months=case.rule("priority.look_after_months"))
    case.notes["look_id"] = look.id


# -- somebody else had it too ----------------------------------------------------------------------------------------


def name_earlier(case: Case) -> None:
    """somebody knows that it was declined before; somebody who had no part in either compares them"""
    number = facts.text(case, "number", longest=20)
    earlier = visible_idea(number, case.actor_id or 0, case.book)
    if earlier is None or earlier.id == case.idea.id:
        raise Invalid(fields={"number": _("There is no other idea with this number.")})
    if not finding.came_before(earlier, case.idea):
        raise Invalid(fields={"number": _("The other idea was handed in later; the first one keeps priority.")})
    if not due.is_protected(queries.protection_of(earlier.id), case.today):
        raise Invalid(fields={"number": _("This idea was not declined, or is not protected any more.")})
    if any(one.earlier_id == earlier.id for one in case.earlier.likenesses):
        raise Invalid(fields={"number": _("Somebody has named this idea already.")})
    db.session.add(Likeness(idea_id=case.idea.id, earlier_id=earlier.id, found_at=case.now, found_by_id=case.actor_id))


def compare_earlier(case: Case) -> None:
    """it is the same, partly, or something else; a credit follows by itself once there is a yes"""
    likeness = case.earlier.my_likeness
    if likeness is None or case.actor_id is None:
        raise Refused(_("Somebody has compared the two already."), reason="compared_already")
    answer = facts.choice(case, "answer", ("same", "partly", "other"))
    percent = 100
    if answer == "partly":
        percent = facts.number(case, "percent")
        if not 1 <= percent <= 99:
            raise Invalid(fields={"percent": _("Please give a whole number from 1 to 99.")})
    words = facts.text(case, "words", required=answer == "partly", longest=WORDS_LENGTH)
    operations.answer_likeness(likeness, answer, percent=percent, words=words, by_id=case.actor_id, now=case.now)
    step = case.my_step("compare_earlier", subject_id=likeness.id)
    if step is not None:  # of several questions only this one is answered
        step.done_at, step.outcome, step.done_by_id = case.now, "done", case.actor_id
    case.notes["likeness_id"] = likeness.id


# -- credits ---------------------------------------------------------------------------------------------------------


def credit_earlier(case: Case) -> None:
    """whoever said it first is credited, told at once, and gets an award by the rules of the earlier idea"""
    made = []
    for likeness in case.earlier.credits_due():
        earlier = db.session.get_one(Idea, likeness.earlier_id)
        made.append(operations.credit(earlier, later=case.idea, now=case.now, percent=likeness.percent).id)
    case.notes["credits"] = made


def take_up(case: Case) -> None:
    """the house does it after all: its submitters read what, and are credited"""
    words = facts.text(case, "words", longest=WORDS_LENGTH)
    number: Any = facts.text(case, "number", required=False, longest=20)
    later = _later(case, number) if number else None
    if later is None and any(row.later_id is None for row in case.earlier.credits):
        raise Refused(_("It was written down already that this is done after all."), reason="credited_already")
    row = operations.credit(case.idea, later=later, now=case.now, words=words, by_id=case.actor_id)
    case.notes["credit_id"] = row.id


def _later(case: Case, number: str) -> Idea:
    later = visible_idea(number, case.actor_id or 0, case.book)
    if later is None or later.id == case.idea.id:
        raise Invalid(fields={"number": _("There is no other idea with this number.")})
    if not finding.came_before(case.idea, later):
        raise Invalid(fields={"number": _("The other idea was handed in earlier.")})
    if later.outcome not in ADOPTING or later.released_at is None:
        raise Invalid(fields={"number": _("This idea was not adopted, or its submitters do not know it yet.")})
    if any(row.later_id == later.id for row in case.earlier.credits):
        raise Invalid(fields={"number": _("It is credited for this idea already.")})
    return later
