"""What changes after the talk: how it was, objection, closing, coming back; and with steps at any time."""

from datetime import timedelta

from suggestbox.conversations.models import Confirmation, Objection, Party
from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.ideas.models import ADOPTING, RETURNING
from suggestbox.stories.overtaken import end_overtaken

from . import facts, needs, overtaken, owners
from .belongings import STORIES
from .case import Case
from .found_earlier import after_closing
from .then_elsewhere import new_round, start_again
from .then_talk import my_party

# -- afterwards ------------------------------------------------------------------------------------------------------


def _confirm(case: Case, party: Party, *, took_place: bool, follows: str | None, appreciated: int | None) -> None:
    words = facts.text(case, "words", required=False, longest=3000)
    db.session.add(
        Confirmation(party_id=party.id, attempt=party.attempt, took_place=took_place, follows=follows,
                     appreciated=appreciated, words=words, at=case.now)
    )
    db.session.flush()
    case.notes["party_id"] = party.id
    case.__dict__.pop("confirmations", None)


def _appreciated(case: Case) -> int | None:
    return facts.choice(case, "appreciated", (1, 2, 3, 4, 5), required=False)


def confirm(case: Case) -> None:
    """each submitter alone says how it was"""
    follows = facts.choice(case, "follows", ("yes", "partly", "no"))
    party = my_party(case)
    if follows == "no" and not party.second_host_used and party.state == "held":
        raise Invalid(fields={"follows": _("Then somebody else would like to talk with you.")}, reason="second_talk")
    _confirm(case, party, took_place=party.state == "held", follows=follows, appreciated=_appreciated(case))


def deny_talk(case: Case) -> None:
    """it did not take place: the talk is owed again, and the idea management sees to it"""
    party = my_party(case)
    _confirm(case, party, took_place=False, follows=None, appreciated=None)
    for record in party.records:
        if record.attempt == party.attempt:
            record.denied_at = case.now
    start_again(party, case)
    party.other_host_asked = True


def cannot_follow(case: Case) -> None:
    """the submitter cannot follow it: somebody else talks with them, once"""
    party = my_party(case)
    _confirm(case, party, took_place=True, follows="no", appreciated=_appreciated(case))
    other = owners.other_host(case, party.host_id)
    start_again(party, case, host_id=other)
    party.second_host_used = True
    party.other_host_asked = other is None


def ask_once_more(case: Case) -> None:
    """somebody other than the host asked once more"""
    step = case.my_step("ask_once_more")
    for party in case.parties:
        if step and step.subject_id == party.id * 100 + party.attempt:
            party.asked_again_at = case.now


def close(case: Case) -> None:
    """the procedure ends"""
    after_closing(case)
    asked = [p for p in case.parties if needs.must_confirm(case, p)]
    heard = [p for p in asked if case.confirmation(p)]
    case.idea.closed_at = case.now
    case.idea.ending = "confirmed" if heard and len(heard) == len(asked) else "unconfirmed"
    if case.idea.outcome not in RETURNING:
        case.idea.return_on = None
    elif case.idea.shown_at is None:
        case.idea.shown_at = case.now
    after_closing(case)
    if case.idea.outcome not in ADOPTING and case.read("story", STORIES):  # told, or about to be, after an earlier round
        end_overtaken(case.idea, now=case.now)


def object_(case: Case) -> None:
    """a second round with other reviewers and another decision maker"""
    reason = facts.text(case, "reason", longest=5000)
    part = case.my_part
    if part is None:
        raise Refused(reason="not_a_submitter")
    db.session.add(
        Objection(idea_id=case.idea.id, submitter_id=part.id, round=case.idea.round, reason=reason, at=case.now)
    )
    new_round(case)


def come_back(case: Case) -> None:
    """its date has come: new reviews and a new talk"""
    new_round(case)


def ask_for_talk(case: Case) -> None:
    """a talk after all, once"""
    case.idea.closed_at = case.idea.ending = None
    start_again(my_party(case), case)


def talk_about_abandoned(case: Case) -> None:
    """a promised measure was abandoned: everybody who had a talk before is owed another one"""
    case.idea.closed_at = case.idea.ending = None
    for party in overtaken.talks(case):
        start_again(party, case)


# -- steps -----------------------------------------------------------------------------------------------------------


def keep_promise(case: Case) -> None:
    """what was promised is done"""
    words = facts.text(case, "words", required=False, longest=2000)
    step = case.my_step("promise")
    wanted = case.facts.get("promise_id") or (step.subject_id if step else None)
    promise = next((p for p in case.promises if p.id == wanted and p.kept_at is None), None)
    if promise is None or case.my_step("promise", subject_id=promise.id) is None:
        raise Refused(reason="no_promise")
    promise.kept_at, promise.kept_words = case.now, words
    case.notes["promise_id"] = promise.id


def move_due(case: Case) -> None:
    """a date moves, with a reason the submitter sees, twice at most"""
    step = next((s for s in case.steps if s.id == case.facts.get("step_id")), None)
    if step is None or case.my_step(step.kind, subject_id=step.subject_id) is not step or step.submitter_id \
            or step.kind == "measure":  # its date moves on its own page
        raise Refused(reason="not_your_step")
    reason = facts.text(case, "reason", longest=1000)
    if step.due_moves >= 2:
        raise Refused(reason="moved_twice")
    calendar = case.book.calendar_of(step.owner_id)
    latest = calendar.add_working_days(case.today, 40)
    due_on = facts.day(case, "due_on", earliest=max(case.today, step.due_on + timedelta(days=1)), latest=latest)
    if due_on is None or not calendar.is_working_day(due_on):
        raise Invalid(fields={"due_on": _("This is not a working day.")})
    step.due_on, step.due_reason = due_on, reason
    step.due_moves += 1
    case.notes.update(kind=step.kind, due_on=due_on.isoformat(), reason=reason)
