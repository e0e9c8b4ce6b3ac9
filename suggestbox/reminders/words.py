"""Reminders in words: one line for each, kindly, and lateness of colleagues told apart from one's own steps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.language import ngettext, oblique
from suggestbox.people.book import Directory
from suggestbox.steps.words import OF_YOURS, step_title

from .ladder import AGAIN, ROWS, Nudge, Rung, calendar_of, days_in_force
from .recipients import HANDLER, MANAGER, SUBMITTER
from .settings import NEVER

OFFICES = {
    "owner": _l("whoever does it today"),
    "reassign": _l("whoever may give it to somebody else"),
    "deputy": _l("the deputy"),
    "head": _l("the head of department"),
    "idea_manager": _l("the idea management"),
    "leadership": _l("a member of leadership"),
    "relay": _l("whoever tells a colleague without a mailbox"),
    "submitter": _l("whoever handed it in"),
}
"""What somebody on the ladder is for the step."""


def is_of_others(nudge: Nudge, book: Directory) -> bool:
    """Say whether the step waits with a colleague, and the reader is told only so that they can help."""
    return nudge.office not in ("owner", "reassign") or (nudge.office == "reassign" and book.is_available(nudge.for_id))


THINGS = {
    "triage": _l("The first look"),
    "team_answer": _l("The team's answer"),
    "review": _l("The assessment"),
    "reconsider": _l("The second look at an assessment"),
    "find_reviewers": _l("The search for a reviewer"),
    "end_review": _l("The end of the review"),
    "short_check": _l("The short check"),
    "confirm_duplicate": _l("The question whether it is the same idea"),
    "look_at_flag": _l("The question whether it belongs elsewhere"),
    "answer": _l("The answer to a question"),
    "decide": _l("The decision"),
    "vote": _l("The vote"),
    "name_panel": _l("The choice of three people who decide"),
    "offer_talk": _l("The offer of a talk"),
    "pick_time": _l("The choice of a time for the talk"),
    "agree_group": _l("The word on a talk together with others"),
    "hold_talk": _l("The talk"),
    "find_host": _l("The search for a host"),
    "write_closing": _l("The written closing"),
    "confirm": _l("The word on how the talk was"),
    "ask_once_more": _l("The second question how the talk was"),
    "promise": _l("A promise"),
    "measure": _l("A measure"),
    "confirm_benefit": _l("The check of a benefit"),
    "prove_benefit": _l("The word on what the first year brought"),
    "propose_award": _l("The proposal of an award"),
    "grant_award": _l("The check of an award"),
    "law_date": _l("A date the law sets"),
    "agree_story": _l("The word on whether a story may be told"),
    "write_story": _l("A success story"),
    "second_look": _l("The second look at a declined idea"),
    "compare_earlier": _l("The comparison with an earlier idea"),
    "return": _l("A return on its date"),
    "resolve_conflict": _l("A conflict of interest"),
    "confirm_correction": _l("The check of a correction"),
}
"""A step as the thing a colleague's office waits for; `steps.words.TITLES` speaks to the owner."""


def sentence(nudge: Nudge, book: Directory, today: date) -> str:
    """Give what the reader of a reminder is told, as one line; the date stands beside it."""
    step = nudge.step
    owner = book.person(nudge.for_id)
    polite = owner.polite if owner else _("somebody")
    if nudge.to_submitter:
        return str(OF_YOURS.get(step.kind, OF_YOURS[""])) % {"by": ""}
    if nudge.office == "owner":
        what = step_title(step.kind)
        return _("%(what)s, in place of %(name)s", what=what, name=oblique(polite)) if owner else what
    thing = str(THINGS[step.kind])
    if nudge.office == "relay":
        return _("Please tell %(name)s, who has no mailbox: %(thing)s is waiting", name=oblique(polite),
                 thing=_at_the_middle(thing))
    if nudge.office == "reassign" and not book.is_available(nudge.for_id):
        return _("%(name)s is not there, and %(thing)s is waiting. Please ask somebody else", name=polite,
                 thing=_at_the_middle(thing))
    days = max(1, calendar_of(step, book).working_days_between(step.due_on, today))
    waits = ngettext(
        "%(thing)s has been waiting with %(name)s for %(num)d working day",
        "%(thing)s has been waiting with %(name)s for %(num)d working days", days, name=oblique(polite), thing=thing,
    )
    if nudge.office == "deputy":
        return _("%(waits)s. You stand in and may do it.", waits=waits)
    if nudge.office == "reassign":
        return _("%(waits)s. You may ask somebody else.", waits=waits)
    return _("%(waits)s. Perhaps you can help.", waits=waits)


def _at_the_middle(thing: str) -> str:
    """A thing in the middle of a sentence: its article is small, in both languages."""
    return thing[:1].lower() + thing[1:]


COUNTED: dict[str, Callable[[int], str]] = {
    "review": lambda n: ngettext("%(num)d assessment waits for you", "%(num)d assessments wait for you", n),
    "reconsider": lambda n: ngettext(
        "%(num)d assessment waits for your second look", "%(num)d assessments wait for your second look", n),
    "triage": lambda n: ngettext(
        "%(num)d new idea waits for your first look", "%(num)d new ideas wait for your first look", n),
    "decide": lambda n: ngettext("%(num)d decision waits for you", "%(num)d decisions wait for you", n),
    "vote": lambda n: ngettext("%(num)d vote waits for you", "%(num)d votes wait for you", n),
    "offer_talk": lambda n: ngettext(
        "%(num)d talk waits for times you offer", "%(num)d talks wait for times you offer", n),
    "answer": lambda n: ngettext("%(num)d question waits for your answer", "%(num)d questions wait for your answer", n),
}


def together(kind: str, count: int) -> str:
    """Give several steps of one kind as one line: "5 assessments wait for you"."""
    if kind in COUNTED:
        return COUNTED[kind](count)
    return _("%(num)d times: %(what)s", num=count, what=step_title(kind))


def others_together(count: int) -> str:
    """Give several steps of colleagues as one line."""
    return ngettext("%(num)d next step is waiting with a colleague for longer than planned",
                    "%(num)d next steps are waiting with colleagues for longer than planned", count)


def subject_of(late: int, today: int, soon: int, new: int, others: int, first: str) -> str:
    """Give the subject of a digest: the most important thing in it.

    Takes   how many lines count as overdue, due today, due soon, new, and of colleagues; first: the first line's text
    """
    first = first.rstrip(".")
    if late:
        return _("Overdue: %(what)s", what=first) if late == 1 else _("%(num)d steps are overdue", num=late)
    if today:
        return _("Due today: %(what)s", what=first) if today == 1 else _("%(num)d steps are due today", num=today)
    if soon:
        return _("Due soon: %(what)s", what=first) if soon == 1 else _("%(num)d steps are due soon", num=soon)
    if new:
        return first if new == 1 else _("%(num)d new things for you", num=new)
    if others:
        return first if others == 1 else others_together(others)
    return _("News about ideas")


@dataclass(frozen=True)
class LadderLine:
    """One row of the ladder as people read it."""

    rung: str
    days: str
    to: tuple[str, ...]
    steps: str


STEPS = {
    SUBMITTER: _l("steps of submitters"),
    HANDLER: _l("steps of those who handle the idea"),
    MANAGER: _l("steps of the idea management"),
}
"""Whose steps a rung holds for."""


def ladder_in_words() -> list[LadderLine]:
    """Give the ladder as it holds today, row by row, for the handbook."""
    found = []
    for row, count in zip(ROWS, days_in_force(), strict=True):
        steps = _("all steps") if len(row.steps) == len(STEPS) else ", ".join(str(STEPS[s]) for s in row.steps)
        offices = tuple(str(OFFICES[office]) for office in row.to)
        found.append(LadderLine(str(row.words), _days_in_words(row, count), offices, steps))
    return found


def _days_in_words(row: Rung, count: int) -> str:
    if count == NEVER:
        return _("switched off")
    if row is AGAIN:
        return ngettext("then every day", "then every %(num)d days", count)
    if count == 0:
        return _("on the due date")
    if row.sign < 0:
        return ngettext("%(num)d working day before", "%(num)d working days before", count)
    return ngettext("%(num)d working day after", "%(num)d working days after", count)
