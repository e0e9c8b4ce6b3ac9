"""What the workflow says to people: reasons why a move is not possible, stages, outcomes."""

from suggestbox.core.language import lazy_gettext as _l

NOT_ITS_TIME = frozenset({
    "ordinary_way", "no_team_lead", "no_duplicate", "nothing_offered", "nothing_missed", "no_talk_recorded",
    "not_handed_over", "nothing_proposed", "everybody_here", "others_stay", "you_are_the_last", "no_merit_decision",
    "objected_already", "talk_held", "writing_not_asked", "panel_named", "released", "confirmed", "settled",
    "nothing_to_give", "not_protected", "nothing_protected",
    "one_talk_only", "not_asked_together", "no_group",
})
"""Reasons for which a button is not shown at all: the move has nothing to do with how the idea stands. Every other
reason is shown beside the button, because the person may wait for it or do something about it."""

REASONS = {
    "wrong_stage": _l("The idea has moved on; this is not possible at the moment."),
    "no_words": _l("The idea needs a title and a text first."),
    "you_are_the_last": _l("You are the only one left; you can take the whole idea back instead."),
    "others_stay": _l("Others are part of it too; you can take your own name back instead."),
    "short_way": _l("The idea goes the short way at the moment."),
    "ordinary_way": _l("The idea goes the ordinary way."),
    "no_team_lead": _l("Only the submitters' own team can go the short way, and its lead must not be one of them."),
    "question_open": _l("A question is open already; the answer comes first."),
    "no_question_left": _l("You have asked twice already. Please go on with what you know."),
    "still_time": _l("There is still time for an answer."),
    "routed_twice": _l("It was sent on twice already. The idea management names the department now."),
    "not_under_review": _l("The idea is not being examined at the moment."),
    "two_reviews": _l("At least two complete assessments are needed."),
    "an_expert": _l("At least one assessment by an expert is needed."),
    "a_department": _l("At least one assessment for a department is needed."),
    "two_departments": _l("The assessments must come from two departments."),
    "every_department": _l("Every department concerned owes an assessment."),
    "somebody_owes": _l("Somebody still owes an answer."),
    "disagreement": _l("The assessments are far apart. Everybody who scored must look again first."),
    "text_changed": _l("The text changed; earlier reviewers must keep or change their assessment first."),
    "not_read_yet": _l("The reviewers can read each other's sentences for a working day first."),
    "quorum_stands": _l("The assessments suffice."),
    "no_quorum": _l("There are not enough assessments yet."),
    "released": _l("The submitters know the outcome already."),
    "not_released": _l("The outcome is not released yet."),
    "votes_missing": _l("More than half of the members must have voted for one outcome."),
    "not_protected": _l("The idea is not protected, or not any more."),
    "nothing_protected": _l("No declined idea of others is protected."),
    "nothing_to_credit": _l("Nobody is to be credited."),
    "nothing_proposed": _l("Nobody has proposed this."),
    "proposed_already": _l("Somebody proposed already that it was there before; a second person looks at it."),
    "no_duplicate": _l("It was not closed as one that was there before."),
    "flag_open": _l("Somebody has said so already; the coordinator looks at it."),
    "handed_over": _l("It was handed over already."),
    "not_handed_over": _l("It was not handed over."),
    "talk_held": _l("A talk was held already."),
    "correction_open": _l("A correction is open already."),
    "everybody_here": _l("Everybody still works here."),
    "not_yet": _l("It is not time for this yet."),
    "settled": _l("The talk is settled already."),
    "nothing_offered": _l("No times are offered at the moment."),
    "no_appointment": _l("No time is agreed."),
    "appointment_set": _l("A time is agreed already. Call it off first."),
    "still_to_come": _l("The time agreed has not come yet."),
    "nothing_missed": _l("No missed appointment is noted."),
    "writing_not_asked": _l("In writing only if the submitter asked for it, or after two missed dates or offers."),
    "no_party": _l("Nobody is owed a talk."),
    "talk_missing": _l("The talk with every submitter comes first."),
    "confirmed": _l("You have said already how it was."),
    "no_talk_recorded": _l("No talk is on record."),
    "second_host_used": _l("Somebody else has talked with you already. You can object instead."),
    "not_heard": _l("Not every submitter has said how it was."),
    "talk_denied": _l("A submitter says that the talk did not take place."),
    "objected_already": _l("There was an objection already."),
    "no_merit_decision": _l("The idea was not decided on its merits; write to the idea management."),
    "too_late": _l("The time for this is over."),
    "panel_named": _l("Three people are named already."),
    "second_person": _l("A second person has to do this."),
    "not_a_submitter": _l("Only a submitter can do this."),
    "not_invited": _l("Nobody named you as a co-submitter."),
    "reviewer_already": _l("You review this idea. Please declare that first."),
    "not_asked": _l("You were not asked for an assessment."),
    "nothing_asked": _l("No question is open."),
    "nothing_decided": _l("Nothing is decided."),
    "reopen_instead": _l("Please take the closing back instead."),
    "no_promise": _l("This promise is not yours, or it is kept already."),
    "not_your_step": _l("This step is not yours."),
    "moved_twice": _l("The date was moved twice already."),
    "cannot_reassign": _l("This step cannot be given away here."),
    "nothing_to_give": _l("Nobody has a step that could be given to somebody else."),
    "body_vote": _l("A vote in a body cannot be handed on. Somebody else gets the seat instead, on the page of the body."),
    "one_talk_only": _l("For a talk together at least two submitters must be waiting for one with you."),
    "not_askable": _l("One of these talks is agreed or offered already."),
    "not_asked_together": _l("You are not asked for a talk together with others."),
    "no_group": _l("No talk together with others is planned."),
    "group_waits": _l("The talk together stays as it is for now."),
    "second_talk": _l("Then somebody else would like to talk with you."),
}
"""Reason codes of `needs` and `quorum` as sentences."""

NOT_POSSIBLE = _l("This is not possible at the moment.")

STAGES = {
    "draft": _l("Draft"),
    "submitted": _l("First look"),
    "in_review": _l("Being examined"),
    "waiting": _l("Question to the submitter"),
    "deciding": _l("Being decided"),
    "conversation": _l("Talk"),
    "confirming": _l("How was the talk?"),
    "closed": _l("Closed"),
    "withdrawn": _l("Taken back"),
}
"""Stages in plain words: what is happening now."""

OUTCOMES = {
    "adopted": _l("Adopted"),
    "adopted_in_part": _l("Adopted in part"),
    "trial": _l("Trial"),
    "declined": _l("Declined"),
    "parked": _l("Put off"),
    "already_planned": _l("Already planned"),
    "duplicate": _l("Was there before"),
    "handed_over": _l("Handed over"),
    "passed_on": _l("Passed on"),
}
"""Outcomes in plain words."""

RECOMMENDATIONS = {
    "adopt": _l("Do it"),
    "adopt_in_part": _l("Do it in part"),
    "trial": _l("Try it"),
    "park": _l("Put it off"),
    "decline": _l("Do not do it"),
}
"""What reviewers recommend, in plain words."""

TOTALS = (_l("hardly convincing"), _l("rather weak"), _l("middling"), _l("good"), _l("very good"))
"""The total of an assessment in words, from 1 to 5."""

NOT_JUDGED = _l("could not judge it")

AREAS = {"company": _l("Company"), "process": _l("Process"), "product": _l("Product"), "service": _l("Service")}
"""Areas in plain words."""

HANDOVERS = {
    "invention": _l("a possible invention"),
    "safety": _l("a safety incident"),
    "complaint": _l("a personal complaint"),
    "reporting": _l("a matter for the reporting channel"),
}
"""Why something belongs elsewhere."""


def reason_sentence(reason: str) -> str:
    """Give a reason code of `needs` or `quorum` as a sentence."""
    return str(REASONS.get(reason, NOT_POSSIBLE))


def stage_word(stage: str) -> str:
    """Give a stage in plain words: what is happening now."""
    return str(STAGES[stage])


def outcome_word(outcome: str | None) -> str:
    """Give an outcome in plain words."""
    return str(OUTCOMES.get(outcome or "", ""))


def recommendation_word(recommendation: str | None) -> str:
    """Give a reviewer's recommendation in plain words."""
    return str(RECOMMENDATIONS.get(recommendation or "", ""))


def total_word(points: float | None) -> str:
    """Give the total of an assessment in words; the number stands beside it, never instead of it."""
    if points is None:
        return str(NOT_JUDGED)
    return str(TOTALS[min(4, max(0, int(points + 0.5) - 1))])


def area_word(area: str) -> str:
    """Give an area in plain words."""
    return str(AREAS.get(area, ""))


def handover_word(kind: str) -> str:
    """Say why something belongs elsewhere."""
    return str(HANDOVERS.get(kind, ""))
