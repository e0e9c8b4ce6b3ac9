"""The story of an idea: journal rows as sentences, for whoever reads."""

from dataclasses import dataclass
from datetime import date, datetime

from suggestbox.core.language import gettext as _
from suggestbox.core.language import oblique, short_date
from suggestbox.ideas.models import Idea
from suggestbox.journal.models import Entry
from suggestbox.journal.queries import entries_of
from suggestbox.people.directory import Directory

QUIET = ("edit_text", "discussion_opens", "vote", "reassign", "agree_group", "rather_alone", "group_moved")
"""Moves that are no news for anybody but those who made them."""


@dataclass(frozen=True)
class Line:
    """One sentence of the story, and when it happened."""

    at: datetime
    sentence: str
    kind: str


def story_of(idea: Idea, book: Directory, *, submitter: bool, handler: bool, named: bool = True,
             limit: int = 60, parties: frozenset[int] | None = None) -> list[Line]:
    """Give the story, the newest first.

    Takes   submitter, handler: what the reader is for this idea; everybody else reads what all may read
            named: False for a reader who may not see who handed it in (yet)
            parties: the talks owed to a reader who must not learn how those of the others are arranged; None: reads all
    """
    audiences: tuple[str, ...] = ("all",)
    if submitter or handler:
        audiences += ("submitters",)
    if handler and not submitter:
        audiences += ("handlers",)
    lines = []
    for entry in entries_of(idea.id, audiences, limit=limit):
        if entry.kind in QUIET:
            continue
        if entry.kind == "declare_conflict" and not handler:
            continue
        if parties is not None and (about := _talks_in(entry)) and not parties & about:
            continue
        sentence = sentence_of(entry, idea, book, named=named)
        if sentence:
            lines.append(Line(entry.at, sentence, entry.kind))
    return lines


def _talks_in(entry: Entry) -> set[int]:
    """The talks (parties) an entry is about."""
    return {*entry.facts.get("party_ids", ()), *filter(None, (entry.facts.get("party_id"),))}


def _who(entry: Entry, book: Directory, named: bool) -> str:
    person = book.person(entry.actor_id)
    if entry.role == "submitter" and (person is None or not named):
        return _("The submitter")
    return person.polite if person else _("Somebody")


def _names(ids: list[int], book: Directory) -> str:
    found = [b.polite for i in ids if (b := book.person(i))]
    return ", ".join(found)


def _departments(ids: list[int], book: Directory) -> str:
    found = [d.name for i in ids if (d := book.department(i))]
    if len(found) > 1:
        return _("%(some)s and %(last)s", some=", ".join(found[:-1]), last=found[-1])
    return found[0] if found else ""


def _day(written: str) -> str:
    return short_date(date.fromisoformat(written)) if written else ""


def sentence_of(entry: Entry, idea: Idea, book: Directory, *, named: bool = True) -> str:
    """Give one journal row as a sentence, or nothing when it is no news; `named` False hides submitters' names."""
    who, facts = _who(entry, book, named), entry.facts
    departments = _departments(facts.get("departments", []), book)
    department = _departments([facts["department_id"]], book) if facts.get("department_id") else ""
    others = _names(facts.get("people", []), book)
    sentences = {
        "submit": lambda: _("Handed in by %(who)s.", who=who) if entry.actor_id and named else _("Handed in."),
        "accept_part": lambda: _("%(who)s is part of it.", who=who),
        "decline_part": lambda: _("%(who)s is not part of it.", who=who),
        "leave_team": lambda: _("%(who)s took the name back.", who=who),
        "withdraw": lambda: _("Taken back by its submitter. Thank you all the same."),
        "answer": lambda: _("%(who)s answered the question.", who=who),
        "ask": lambda: _("%(who)s asked a question.", who=who),
        "question_silent": lambda: _("No answer came in time; the examination goes on."),
        "leave_short_way": lambda: _("It goes the ordinary way."),
        "short_silence": lambda: _("The expert did not answer in time; it goes the ordinary way."),
        "short_doubt": lambda: _("%(who)s had a doubt; it goes the ordinary way.", who=who),
        "suggest_short_way": lambda: _("%(who)s asked the team lead whether the team simply does it.", who=who),
        "team_does_it": lambda: _("%(who)s: we do it. %(others)s checks whether anything speaks against it.",
                                  who=who, others=others),
        "have_it_examined": lambda: _("%(who)s would rather have it examined.", who=who),
        "nothing_against": lambda: _("%(who)s: nothing speaks against it.", who=who),
        "assign": lambda: _("%(who)s asked for assessments from %(departments)s.", who=who, departments=departments),
        "add_reviewers": lambda: _("%(who)s asked for a further assessment from %(departments)s.",
                                   who=who, departments=departments),
        "route": lambda: _("%(who)s sent it to %(department)s.", who=who, department=department),
        "score": lambda: _("An assessment from %(department)s is there.", department=department)
        if department else _("An assessment is there."),
        "reconsider": lambda: _("%(department)s looked at it again.", department=department)
        if department else _("An assessment was looked at again."),
        "abstain": lambda: _("%(who)s abstained.", who=who),
        "pass_on": lambda: _("%(who)s passed the assessment on to %(others)s.", who=who, others=oblique(others)),
        "declare_conflict": lambda: _("%(who)s is too close to it; the assessment does not count.", who=who),
        "declare_conflict_late": lambda: _("%(who)s is too close to it; back to the review.", who=who),
        "declare_conflict_after": lambda: _("%(who)s declared a conflict of interest afterwards.", who=who),
        "reviewer_left": lambda: _("A reviewer works here no more."),
        "end_review": lambda: _("%(who)s ended the review. It is being decided.", who=who),
        "review_complete": lambda: _("The review is complete. It is being decided."),
        "quorum_lost": lambda: _("The assessments do not suffice any more; back to the review."),
        "decide": lambda: _("%(who)s decided.", who=who),
        "revoke_decision": lambda: _("%(who)s took the decision back.", who=who),
        "name_panel": lambda: _("%(others)s decide together.", others=others),
        "propose_duplicate": lambda: _("%(who)s thinks it was there before: %(first)s.", who=who,
                                       first=facts.get("first", "")),
        "confirm_duplicate": lambda: _("%(who)s agrees: it was there before.", who=who),
        "reject_duplicate": lambda: _("%(who)s: it is something else.", who=who),
        "contradict_duplicate": lambda: _("It is an idea of its own and goes on."),
        "flag": lambda: _("%(who)s thinks it belongs elsewhere.", who=who),
        "settle_flag": lambda: _("%(who)s: it stays here.", who=who),
        "hand_over": lambda: _("%(who)s handed it over to the office in charge.", who=who),
        "not_ours": lambda: _("It came back and is looked at anew."),
        "pass_on_fault": lambda: _("%(who)s called, and passed it on.", who=who),
        "propose_correction": lambda: _("%(who)s proposed a correction.", who=who),
        "confirm_correction": lambda: _("A correction was made by two people."),
        "reopen_closing": lambda: _("The closing was taken back; the talk is owed anew."),
        "reject_correction": lambda: _("A correction was not made."),
        "offer_talk": lambda: _("%(who)s offered times for a talk.", who=who),
        "pick_time": lambda: _("%(who)s picked a time.", who=who),
        "none_suits": lambda: _("None of the times suited."),
        "ask_in_writing": lambda: _("%(who)s would rather have it in writing.", who=who),
        "ask_other_host": lambda: _("%(who)s would rather talk with somebody else.", who=who),
        "decline_talk": lambda: _("%(who)s did not want a talk.", who=who),
        "cancel_appointment": lambda: _("%(who)s called the appointment off.", who=who),
        "change_place": lambda: _("%(who)s changed where the talk takes place. The time stays.", who=who),
        "propose_group": lambda: _("%(who)s asked for a talk together with others.", who=who),
        "move_group": lambda: _("%(who)s asked for another time for the talk together.", who=who),
        "call_off_group": lambda: _("%(who)s called the talk together off. Times of your own are offered.", who=who),
        "group_set": lambda: _("The talk together with others is agreed."),
        "group_elsewhere": lambda: _("The talk together is in another place. The time stays."),
        "group_ends": lambda: _("There is no talk together. Times of your own are offered."),
        "report_missed": lambda: _("The talk did not happen.")
        if facts.get("who") == "host" else _("The submitter did not come to the talk."),
        "dispute_missed": lambda: _("%(who)s says: I was there.", who=who),
        "record_talk": lambda: _("%(who)s talked with the submitter.", who=who),
        "write_closing": lambda: _("%(who)s wrote to the submitter.", who=who),
        "change_host": lambda: _("%(others)s hosts the talk.", others=others),
        "mark_unreachable": lambda: _("The submitter could not be reached."),
        "offer_unanswered": lambda: _("The times offered stayed unanswered."),
        "talks_done": lambda: _("Every talk is on record. Now the submitter says how it was."),
        "confirm": lambda: _("%(who)s said how it was.", who=who),
        "deny_talk": lambda: _("%(who)s: the talk did not take place. It is owed again.", who=who),
        "cannot_follow": lambda: _("%(who)s cannot follow it. Somebody else talks with them.", who=who),
        "ask_once_more": lambda: _("%(who)s asked once more how it was.", who=who),
        "object": lambda: _("%(who)s objected. A second round begins.", who=who),
        "ask_for_talk": lambda: _("%(who)s asked for a talk after all.", who=who),
        "close": lambda: _("Closed."),
        "come_back": lambda: _("It came back on its date; a new round begins."),
        "keep_promise": lambda: _("%(who)s kept a promise.", who=who),
        "plan_measure": lambda: _("%(who)s planned a measure. %(others)s sees to it.", who=who, others=others),
        "start_measure": lambda: _("%(who)s began with a measure.", who=who),
        "move_measure": lambda: _("%(who)s needs more time for a measure, until %(date)s.", who=who,
                                  date=_day(facts.get("due_on", ""))),
        "finish_measure": lambda: _("%(who)s finished a measure.", who=who),
        "abandon_measure": lambda: _("%(who)s abandoned a measure.", who=who),
        "talk_about_abandoned": lambda: _("A measure was abandoned, so a talk is owed again."),
        "keep_law_date": lambda: _("%(who)s kept a date the law sets.", who=who),
        "take_law_date_back": lambda: _("A date the law sets is still to be kept after all."),
        "keep_decline": lambda: _("%(who)s looked at it again: the reasons still stand.", who=who),
        "look_again": lambda: _("%(who)s has it examined again; a new round begins.", who=who),
        "take_up": lambda: _("It is done after all. Whoever handed it in is credited."),
        "credited": lambda: _("It is done after all. Whoever handed it in is credited."),
        "credit_earlier": lambda: _("Somebody had said it before, and is credited."),
        "name_earlier": lambda: _("%(who)s thinks that it was declined before.", who=who),
        "compare_earlier": lambda: _("%(who)s compared it with an earlier idea.", who=who),
        "resolve_conflict": lambda: _("The conflict of interest was settled."),
        "propose_award": lambda: _("%(who)s proposed an award. A second person looks at it.", who=who),
        "send_award_back": lambda: _("The proposal of an award was sent back to be worked out anew."),
        "grant_award": lambda: _("%(who)s granted an award.", who=who) if facts.get("version") == 1
        else _("%(who)s granted a higher award.", who=who),
        "publish_story": lambda: _("The story of this idea was published."),
        "withdraw_story": lambda: _("The story of this idea was taken down."),
        "propose_shares": lambda: _("%(who)s proposed how the award is shared.", who=who),
        "shares_agreed": lambda: _("All submitters agreed how the award is shared."),
        "refuse_shares": lambda: _("A proposal of how the award is shared ended."),
        "move_call_dates": lambda: _("%(who)s moved the dates of the call for ideas: %(reason)s", who=who,
                                     reason=facts.get("reason", "")),
        "move_due": lambda: _("%(who)s needs more time, until %(date)s: %(reason)s", who=who,
                              date=_day(facts.get("due_on", "")), reason=facts.get("reason", "")),
    }
    tell = sentences.get(entry.kind)
    return tell() if tell else ""
