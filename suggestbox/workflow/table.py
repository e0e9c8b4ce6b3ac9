"""THE table of moves: the only place that knows how an idea gets from one stage to another.

Read a row as: this move, from these stages, to that one, may be made by these people, when these needs hold; this
changes with it; it finishes these steps; this is who may read of it in the story. Buttons, command line, handbook,
factories and tests are made from it. There is no way around: an exceptional path is a row of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suggestbox.core.language import lazy_gettext as _l
from suggestbox.ideas.models import OPEN_STAGES, STAGES

from . import (
    group_needs,
    needs,
    needs_earlier,
    then_after,
    then_earlier,
    then_elsewhere,
    then_given,
    then_group,
    then_review,
    then_start,
    then_talk,
    who,
)
from .case import Case

STAY = ""
"""Target of a move that changes no stage."""

BACK = "<"
"""Target of a move out of waiting: the stage the question came from."""

DRAFT, SUBMITTED, IN_REVIEW, WAITING = "draft", "submitted", "in_review", "waiting"
DECIDING, CONVERSATION, CONFIRMING, CLOSED, WITHDRAWN = "deciding", "conversation", "confirming", "closed", "withdrawn"
BEFORE_DECISION = (SUBMITTED, IN_REVIEW, WAITING, DECIDING)


@dataclass(frozen=True)
class Move:
    """One row.

    `does` names the kinds of steps the actor's move finishes; `audience` who reads of it in the idea's story;
    `group` where its button stands; `main` whether it is the obvious thing to do.
    """

    name: str
    source: tuple[str, ...]
    target: str
    who: Callable[[Case], bool]
    needs: tuple[Callable[[Case], str | None], ...]
    then: Callable[[Case], None] | None
    label: Any
    does: tuple[str, ...] = ()
    audience: str = "all"
    group: str = "handler"
    main: bool = False

    @property
    def automatic(self) -> bool:
        return self.who is who.house

    @property
    def changes_stage(self) -> bool:
        return self.target != STAY


START, ELSE, REVIEW, TALK, AFTER, EARLIER = then_start, then_elsewhere, then_review, then_talk, then_after, then_earlier
GROUP = then_group

ROWS = (
    # -- the submitter's side ----------------------------------------------------------------------------------------
    Move("submit", (DRAFT,), SUBMITTED, who.writer, (needs.words_there,), START.hand_in,
         _l("Hand in"), group="submitter", main=True),
    Move("edit_text", (DRAFT, WAITING), STAY, who.submitter, (), START.edit_text,
         _l("Change the text"), group="submitter"),
    Move("accept_part", BEFORE_DECISION, STAY, who.invited, (), START.accept_part,
         _l("Yes, I am part of it"), group="submitter", main=True, audience="submitters"),
    Move("decline_part", (DRAFT, *BEFORE_DECISION), STAY, who.invited, (), START.decline_part,
         _l("No, I am not part of it"), group="submitter", audience="submitters"),
    Move("leave_team", BEFORE_DECISION, STAY, who.submitter, (needs.somebody_stays,), START.leave_team,
         _l("Take my name back"), group="submitter", audience="submitters"),
    Move("withdraw", BEFORE_DECISION, WITHDRAWN, who.submitter, (needs.nobody_else,), START.withdraw,
         _l("Take the idea back"), group="submitter"),
    Move("answer", (WAITING,), BACK, who.submitter, (), START.answer,
         _l("Answer the question"), does=("answer",), group="submitter", main=True),
    Move("leave_short_way", (SUBMITTED, IN_REVIEW), SUBMITTED, who.submitter, (needs.short_way,), REVIEW.end_short_way,
         _l("Please examine it the ordinary way"), group="submitter"),
    Move("pick_time", (CONVERSATION,), STAY, who.submitter, (needs.times_offered,), TALK.pick_time,
         _l("Pick a time"), does=("pick_time",), group="submitter", main=True, audience="submitters"),
    Move("none_suits", (CONVERSATION,), STAY, who.submitter, (needs.times_offered,), TALK.none_suits,
         _l("None of the times suits me"), does=("pick_time",), group="submitter", audience="submitters"),
    Move("ask_in_writing", (CONVERSATION,), STAY, who.submitter, (needs.released, needs.talk_open),
         TALK.ask_in_writing, _l("I would rather have it in writing"), does=("pick_time",), group="submitter",
         audience="submitters"),
    Move("ask_other_host", (CONVERSATION,), STAY, who.submitter, (needs.released, needs.talk_open),
         TALK.ask_other_host, _l("I would rather talk with somebody else"), does=("pick_time",), group="submitter",
         audience="handlers"),
    Move("decline_talk", (CONVERSATION,), STAY, who.submitter, (needs.released, needs.talk_open), TALK.decline_talk,
         _l("I do not want a talk"), does=("pick_time",), group="submitter", audience="submitters"),
    Move("dispute_missed", (CONVERSATION, CONFIRMING), CONVERSATION, who.submitter, (needs.missed_lately,),
         TALK.dispute_missed, _l("I was there"), group="submitter", audience="submitters"),
    Move("confirm", (CONVERSATION, CONFIRMING), STAY, who.submitter, (needs.my_talk_settled, needs.not_confirmed_yet),
         AFTER.confirm, _l("Say how it was"), does=("confirm",), group="submitter", main=True, audience="submitters"),
    Move("deny_talk", (CONVERSATION, CONFIRMING), CONVERSATION, who.submitter,
         (needs.talk_recorded, needs.not_confirmed_yet), AFTER.deny_talk, _l("The talk did not take place"),
         does=("confirm",), group="submitter", audience="submitters"),
    Move("cannot_follow", (CONVERSATION, CONFIRMING), CONVERSATION, who.submitter,
         (needs.talk_recorded, needs.not_confirmed_yet, needs.second_talk_left), AFTER.cannot_follow,
         _l("I cannot follow it"), does=("confirm",), group="submitter", audience="submitters"),
    Move("contradict_duplicate", (CONVERSATION, CONFIRMING, CLOSED), SUBMITTED, who.duplicate_doubter,
         (needs.is_duplicate,), ELSE.undo_duplicate, _l("It is not the same idea"), group="submitter"),
    Move("object", (CONFIRMING, CLOSED), IN_REVIEW, who.submitter, (needs.objection_possible,), AFTER.object_,
         _l("Object"), group="submitter"),
    Move("ask_for_talk", (CLOSED,), CONVERSATION, who.submitter, (needs.closed_without_talk,), AFTER.ask_for_talk,
         _l("Ask for a talk"), group="submitter", audience="submitters"),
    Move("agree_group", (CONVERSATION,), STAY, who.submitter, (group_needs.asked_together,), GROUP.agree_group,
         _l("Yes, together with the others"), does=("agree_group",), group="submitter", main=True, audience="handlers"),
    Move("rather_alone", (CONVERSATION,), STAY, who.submitter, (group_needs.asked_or_agreed,), GROUP.rather_alone,
         _l("I would rather talk alone"), does=("agree_group",), group="submitter", audience="handlers"),
    # -- first look --------------------------------------------------------------------------------------------------
    Move("assign", (SUBMITTED,), IN_REVIEW, who.coordinator, (needs.ordinary_way, needs.no_duplicate_proposed),
         START.assign, _l("Ask reviewers"), does=("triage",), main=True),
    Move("ask", (SUBMITTED, IN_REVIEW, DECIDING), WAITING, who.asker, (needs.a_question_left,), START.ask,
         _l("Ask the submitter a question")),
    Move("route", (SUBMITTED,), STAY, who.coordinator, (needs.may_route,), START.route,
         _l("Send to another department"), does=("triage",)),
    Move("suggest_short_way", (SUBMITTED,), STAY, who.triager, (needs.ordinary_way, needs.own_team_could),
         START.suggest_short_way, _l("Ask the team lead: can you simply do it?"), does=("triage",)),
    Move("pass_on_fault", (SUBMITTED,), CONFIRMING, who.triager, (needs.no_duplicate_proposed,), ELSE.pass_on_fault,
         _l("It is a fault: pass it on after a call"), does=("triage",)),
    Move("team_does_it", (SUBMITTED,), IN_REVIEW, who.team_lead, (needs.short_way,), REVIEW.team_does_it,
         _l("We do it"), does=("team_answer",), main=True),
    Move("have_it_examined", (SUBMITTED,), STAY, who.team_lead, (needs.short_way,), REVIEW.examine,
         _l("Have it examined"), does=("team_answer",)),
    # -- assessments -------------------------------------------------------------------------------------------------
    Move("score", (IN_REVIEW, WAITING), STAY, who.open_reviewer, (needs.under_review,), REVIEW.score,
         _l("Give your assessment"), does=("review",), main=True),
    Move("reconsider", (IN_REVIEW, WAITING), STAY, who.second_looker, (), REVIEW.reconsider,
         _l("Keep or change your assessment"), does=("reconsider",), main=True),
    Move("abstain", (IN_REVIEW, WAITING), STAY, who.open_reviewer, (needs.under_review,), REVIEW.abstain,
         _l("Abstain"), does=("review",), audience="handlers"),
    Move("pass_on", (IN_REVIEW, WAITING), STAY, who.open_reviewer, (needs.under_review,), REVIEW.pass_on,
         _l("Not my field, somebody else knows better"), does=("review",), audience="handlers"),
    Move("declare_conflict", (IN_REVIEW, WAITING), STAY, who.involved_reviewer, (), REVIEW.declare_conflict,
         _l("I am too close to it"), does=("review", "reconsider"), audience="handlers"),
    Move("declare_conflict_late", (DECIDING, CONVERSATION), IN_REVIEW, who.involved_reviewer, (needs.not_released,),
         REVIEW.declare_conflict_late, _l("I am too close to it"), audience="handlers"),
    Move("declare_conflict_after", (CONVERSATION, CONFIRMING, CLOSED), STAY, who.involved_reviewer, (needs.released,),
         REVIEW.declare_conflict_after, _l("I am too close to it"), audience="handlers"),
    Move("add_reviewers", (IN_REVIEW,), STAY, who.coordinator, (needs.ordinary_way,), START.add_reviewers,
         _l("Ask further reviewers"), does=("find_reviewers",)),
    Move("end_review", (IN_REVIEW,), DECIDING, who.coordinator,
         (needs.ordinary_way, needs.quorum_stands, needs.text_looked_at, needs.disagreement_settled,
          needs.read_a_day), REVIEW.thank_the_rest, _l("End the review"), does=("end_review",)),
    Move("nothing_against", (IN_REVIEW,), CONVERSATION, who.short_expert, (needs.short_way,), REVIEW.nothing_against,
         _l("Nothing speaks against it"), does=("short_check",), main=True),
    Move("short_doubt", (IN_REVIEW,), SUBMITTED, who.short_expert, (needs.short_way,), REVIEW.short_doubt,
         _l("Something speaks against it"), does=("short_check",)),
    # -- decision ----------------------------------------------------------------------------------------------------
    Move("decide", (DECIDING,), CONVERSATION, who.decision_maker,
         (needs.quorum_stands, needs.nobody_owes, needs.disagreement_settled, needs.votes_stand), REVIEW.decide,
         _l("Decide"), does=("decide",), main=True, audience="handlers"),
    Move("vote", (DECIDING,), STAY, who.voter, (), REVIEW.vote,
         _l("Vote"), does=("vote",), main=True, audience="handlers"),
    Move("name_panel", (DECIDING,), STAY, who.panel_namer, (needs.no_decider_left,), REVIEW.name_panel,
         _l("Name three people who decide"), does=("name_panel",), main=True),
    Move("revoke_decision", (CONVERSATION,), DECIDING, who.decider_of_this, (needs.not_released,),
         REVIEW.revoke_decision, _l("Take the decision back"), audience="handlers"),
    # -- not on merit ------------------------------------------------------------------------------------------------
    Move("propose_duplicate", (SUBMITTED, IN_REVIEW), STAY, who.duplicate_spotter, (needs.no_duplicate_proposed,),
         ELSE.propose_duplicate, _l("This was there before"), audience="handlers"),
    Move("confirm_duplicate", (SUBMITTED, IN_REVIEW), CONVERSATION, who.second_person, (needs.a_duplicate_proposed,),
         ELSE.confirm_duplicate, _l("Yes, it is the same"), does=("confirm_duplicate", "triage"), main=True,
         audience="handlers"),
    Move("reject_duplicate", (SUBMITTED, IN_REVIEW), STAY, who.second_person, (needs.a_duplicate_proposed,),
         ELSE.reject_duplicate, _l("No, it is something else"), does=("confirm_duplicate",), audience="handlers"),
    Move("flag", OPEN_STAGES, STAY, who.reader, (needs.no_flag_open, needs.not_handed_over), ELSE.flag,
         _l("This belongs elsewhere"), group="reader", audience="handlers"),
    Move("settle_flag", (*OPEN_STAGES, CLOSED), STAY, who.flag_keeper, (), ELSE.settle_flag,
         _l("It stays here"), does=("look_at_flag",), audience="handlers"),
    Move("hand_over", OPEN_STAGES, CONVERSATION, who.coordinator, (needs.not_handed_over,), ELSE.hand_over,
         _l("Hand over to the office in charge"), does=("look_at_flag", "triage"), audience="submitters"),
    Move("not_ours", (CONVERSATION,), SUBMITTED, who.receiving_office, (needs.handed_over,), ELSE.not_ours,
         _l("Not ours: give it back"), audience="submitters"),
    Move("propose_correction", (*OPEN_STAGES, CLOSED), STAY, who.coordinator, (needs.no_correction_open,),
         ELSE.propose_correction, _l("Something is recorded wrongly"), audience="handlers"),
    Move("confirm_correction", OPEN_STAGES, STAY, who.correction_second, (), ELSE.confirm_correction,
         _l("Make the correction"), does=("confirm_correction",), main=True, audience="submitters"),
    Move("reopen_closing", (CLOSED,), CONVERSATION, who.correction_second, (), ELSE.reopen_closing,
         _l("Take the closing back"), does=("confirm_correction",), main=True, audience="submitters"),
    Move("reject_correction", (*OPEN_STAGES, CLOSED), STAY, who.correction_second, (), ELSE.reject_correction,
         _l("It is right as it is"), does=("confirm_correction",), audience="handlers"),
    # -- who said it first -------------------------------------------------------------------------------------------
    Move("keep_decline", (CLOSED,), STAY, who.second_look_owner, (needs_earlier.still_first,), EARLIER.keep_decline,
         _l("The reasons still stand"), does=("second_look",), main=True, audience="submitters"),
    Move("look_again", (CLOSED,), IN_REVIEW, who.looks_again, (needs_earlier.still_first,), EARLIER.look_again,
         _l("Have it examined again"), does=("second_look",)),
    Move("take_up", (CLOSED,), STAY, who.idea_manager, (needs_earlier.still_first,), EARLIER.take_up,
         _l("It is done after all")),
    Move("name_earlier", (*OPEN_STAGES, CLOSED), STAY, who.handler, (needs_earlier.others_first,), EARLIER.name_earlier,
         _l("It was declined before"), audience="handlers"),
    Move("compare_earlier", (*OPEN_STAGES, CLOSED), STAY, who.comparer, (), EARLIER.compare_earlier,
         _l("Compare it with the earlier idea"), main=True, audience="handlers"),
    # -- the talk ----------------------------------------------------------------------------------------------------
    Move("offer_talk", (CONVERSATION,), STAY, who.host, (needs.no_appointment,), TALK.offer_talk,
         _l("Offer times for the talk"), does=("offer_talk",), group="host", main=True, audience="submitters"),
    Move("record_talk", (CONVERSATION,), STAY, who.host, (needs.talk_open,), TALK.record_talk,
         _l("Record the talk"), does=("hold_talk", "offer_talk", "write_closing"), group="host", main=True,
         audience="submitters"),
    Move("cancel_appointment", (CONVERSATION,), STAY, who.host_or_submitter, (needs.appointment_set,),
         TALK.cancel_appointment, _l("Call the appointment off"), group="host", audience="submitters"),
    Move("change_place", (CONVERSATION,), STAY, who.host, (needs.appointment_ahead,), TALK.change_place,
         _l("Same time, another place or number"), group="host", audience="submitters"),
    Move("report_missed", (CONVERSATION,), STAY, who.host_or_submitter, (needs.appointment_over,),
         TALK.report_missed, _l("The talk did not happen"), does=("hold_talk",), group="host",
         audience="submitters"),
    Move("write_closing", (CONVERSATION,), STAY, who.host, (needs.writing_allowed,), TALK.write_closing,
         _l("Write the closing"), does=("write_closing",), group="host", main=True, audience="submitters"),
    Move("change_host", (CONVERSATION,), STAY, who.host_or_manager, (needs.talk_open,), TALK.change_host,
         _l("Somebody else hosts the talk"), does=("find_host", "offer_talk"), group="host", audience="submitters"),
    Move("mark_unreachable", (CONVERSATION,), STAY, who.idea_manager, (needs.somebody_out_of_reach,),
         TALK.mark_unreachable, _l("The submitter cannot be reached"), does=("find_host",), audience="handlers"),
    Move("propose_group", (CONVERSATION,), STAY, who.host, (group_needs.several_owed,), GROUP.propose_group,
         _l("Ask several for one talk together"), does=("offer_talk",), group="host", audience="submitters"),
    Move("move_group", (CONVERSATION,), STAY, who.host, (group_needs.group_set_ahead,), GROUP.move_group,
         _l("Another time for the talk together"), group="host", audience="submitters"),
    Move("call_off_group", (CONVERSATION,), STAY, who.host, (group_needs.group_open,), GROUP.call_off_group,
         _l("Call the talk together off"), group="host", audience="submitters"),
    Move("ask_once_more", (CONFIRMING,), STAY, who.once_more_asker, (), AFTER.ask_once_more,
         _l("I asked once more"), does=("ask_once_more",), main=True, audience="submitters"),
    # -- any time ----------------------------------------------------------------------------------------------------
    Move("keep_promise", (*OPEN_STAGES, CLOSED, WITHDRAWN), STAY, who.promiser, (), AFTER.keep_promise,
         _l("The promise is kept"), does=(), main=True, audience="submitters"),
    Move("move_due", OPEN_STAGES, STAY, who.step_owner, (), AFTER.move_due,
         _l("I need more time"), group="steps", audience="submitters"),
    Move("reassign", (*OPEN_STAGES, CLOSED, WITHDRAWN), STAY, who.reassigner, (needs.a_step_to_give,),
         then_given.reassign,
         _l("Give a step to somebody else"), group="steps", audience="handlers"),
    Move("resolve_conflict", (CONVERSATION, CONFIRMING, CLOSED), STAY, who.conflict_settler, (),
         REVIEW.resolve_conflict, _l("The conflict is settled"), does=("resolve_conflict",), audience="handlers"),
    # -- by themselves -----------------------------------------------------------------------------------------------
    Move("question_silent", (WAITING,), BACK, who.house, (needs.answer_overdue,), START.resume,
         _l("Back to whoever asked: no answer in time"), audience="submitters"),
    Move("reviewer_left", (IN_REVIEW, WAITING), STAY, who.house, (needs.a_reviewer_left,), REVIEW.reviewers_left,
         _l("A reviewer works here no more"), audience="handlers"),
    Move("short_silence", (IN_REVIEW,), SUBMITTED, who.house, (needs.short_way, needs.short_check_overdue),
         REVIEW.end_short_way, _l("The ordinary way: the expert did not answer"), audience="submitters"),
    Move("discussion_opens", (IN_REVIEW,), STAY, who.house, (needs.somebody_joined_discussion,),
         REVIEW.start_discussion, _l("Everybody asked has answered"), audience="handlers"),
    Move("review_complete", (IN_REVIEW,), DECIDING, who.house,
         (needs.ordinary_way, needs.quorum_stands, needs.nobody_owes, needs.text_looked_at,
          needs.disagreement_settled, needs.read_a_day, needs.no_duplicate_proposed), None,
         _l("The review is complete")),
    Move("quorum_lost", (DECIDING, CONVERSATION), IN_REVIEW, who.house, (needs.not_released, needs.quorum_lost),
         REVIEW.back_to_review, _l("Back to the review"), audience="handlers"),
    Move("offer_unanswered", (CONVERSATION,), STAY, who.house, (needs.an_offer_unanswered,), TALK.offers_ran_out,
         _l("The offer stayed unanswered"), audience="submitters"),
    Move("group_moved", (CONVERSATION,), STAY, who.house, (group_needs.group_moved,), GROUP.follow_moved,
         _l("The talk together gets another time"), audience="submitters"),
    Move("group_elsewhere", (CONVERSATION,), STAY, who.house, (group_needs.group_elsewhere,), GROUP.follow_elsewhere,
         _l("The talk together is in another place"), audience="submitters"),
    Move("group_set", (CONVERSATION,), STAY, who.house, (group_needs.group_ready,), GROUP.set_group,
         _l("The talk together is agreed"), audience="submitters"),
    Move("group_ends", (CONVERSATION,), STAY, who.house, (group_needs.group_over,), GROUP.end_group,
         _l("There is no talk together"), audience="submitters"),
    Move("talk_about_abandoned", (CONVERSATION, CONFIRMING, CLOSED), CONVERSATION, who.house,
         (needs.a_measure_abandoned,), AFTER.talk_about_abandoned,
         _l("A measure was abandoned: a talk is owed again"), audience="submitters"),
    Move("talks_done", (CONVERSATION,), CONFIRMING, who.house, (needs.released, needs.every_talk_settled), None,
         _l("Every talk or its alternative is on record"), audience="submitters"),
    Move("close", (CONFIRMING,), CLOSED, who.house,
         (needs.every_talk_settled, needs.nothing_denied, needs.every_submitter_heard), AFTER.close,
         _l("Closed")),
    Move("credit_earlier", (*OPEN_STAGES, CLOSED), STAY, who.house, (needs_earlier.a_credit_due,), EARLIER.credit_earlier,
         _l("Whoever said it first is credited"), audience="submitters"),
    Move("come_back", (CLOSED,), IN_REVIEW, who.house, (needs.day_has_come,), AFTER.come_back,
         _l("It comes back on its date")),
)

MOVES = {row.name: row for row in ROWS}
AUTOMATIC = tuple(row for row in ROWS if row.automatic)
AUTOMATIC_FROM = {stage: tuple(row for row in AUTOMATIC if stage in row.source) for stage in STAGES}
"""{stage: the moves the house may make from there}, in the order of the table."""
