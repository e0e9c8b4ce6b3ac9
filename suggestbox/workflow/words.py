"""What the workflow says to people: reasons why a move is not possible, stages, outcomes."""

from suggestbox.core.language import gettext as _

NOT_ITS_TIME = frozenset({
    "ordinary_way", "no_team_lead", "no_duplicate", "nothing_offered", "nothing_missed", "no_talk_recorded",
    "not_handed_over", "nothing_proposed", "everybody_here", "others_stay", "you_are_the_last", "no_merit_decision",
    "objected_already", "talk_held", "writing_not_asked", "panel_named", "released", "confirmed", "settled",
})
"""Reasons for which a button is not shown at all: the move has nothing to do with how the idea stands. Every other
reason is shown beside the button, because the person may wait for it or do something about it."""


def reason_sentence(reason: str) -> str:
    """Give a reason code of `needs` or `quorum` as a sentence."""
    sentences = {
        "wrong_stage": _("The idea has moved on; this is not possible at the moment."),
        "no_words": _("The idea needs a title and a text first."),
        "you_are_the_last": _("You are the only one left; you can take the whole idea back instead."),
        "others_stay": _("Others are part of it too; you can take your own name back instead."),
        "short_way": _("The idea goes the short way at the moment."),
        "ordinary_way": _("The idea goes the ordinary way."),
        "no_team_lead": _("Only the submitters' own team can go the short way, and its lead must not be one of them."),
        "question_open": _("A question is open already; the answer comes first."),
        "no_question_left": _("You have asked twice already. Please go on with what you know."),
        "still_time": _("There is still time for an answer."),
        "routed_twice": _("It was sent on twice already. The idea management names the department now."),
        "not_under_review": _("The idea is not being examined at the moment."),
        "two_reviews": _("At least two complete assessments are needed."),
        "an_expert": _("At least one assessment by an expert is needed."),
        "a_department": _("At least one assessment for a department is needed."),
        "two_departments": _("The assessments must come from two departments."),
        "every_department": _("Every department concerned owes an assessment."),
        "somebody_owes": _("Somebody still owes an answer."),
        "disagreement": _("The assessments are far apart. Everybody who scored must look again first."),
        "text_changed": _("The text changed; earlier reviewers must keep or change their assessment first."),
        "not_read_yet": _("The reviewers can read each other's sentences for a working day first."),
        "quorum_stands": _("The assessments suffice."),
        "no_quorum": _("There are not enough assessments yet."),
        "released": _("The submitters know the outcome already."),
        "not_released": _("The outcome is not released yet."),
        "votes_missing": _("More than half of the members must have voted for one outcome."),
        "nothing_proposed": _("Nobody has proposed this."),
        "proposed_already": _("Somebody proposed already that it was there before; a second person looks at it."),
        "no_duplicate": _("It was not closed as one that was there before."),
        "flag_open": _("Somebody has said so already; the coordinator looks at it."),
        "handed_over": _("It was handed over already."),
        "not_handed_over": _("It was not handed over."),
        "talk_held": _("A talk was held already."),
        "correction_open": _("A correction is open already."),
        "everybody_here": _("Everybody still works here."),
        "not_yet": _("It is not time for this yet."),
        "settled": _("The talk is settled already."),
        "nothing_offered": _("No times are offered at the moment."),
        "no_appointment": _("No time is agreed."),
        "appointment_set": _("A time is agreed already. Call it off first."),
        "still_to_come": _("The time agreed has not come yet."),
        "nothing_missed": _("No missed appointment is noted."),
        "writing_not_asked": _("In writing only if the submitter asked for it, or after two missed dates or offers."),
        "no_party": _("Nobody is owed a talk."),
        "talk_missing": _("The talk with every submitter comes first."),
        "confirmed": _("You have said already how it was."),
        "no_talk_recorded": _("No talk is on record."),
        "second_host_used": _("Somebody else has talked with you already. You can object instead."),
        "not_heard": _("Not every submitter has said how it was."),
        "talk_denied": _("A submitter says that the talk did not take place."),
        "objected_already": _("There was an objection already."),
        "no_merit_decision": _("The idea was not decided on its merits; write to the idea management."),
        "too_late": _("The time for this is over."),
        "panel_named": _("Three people are named already."),
        "second_person": _("A second person has to do this."),
        "not_a_submitter": _("Only a submitter can do this."),
        "not_invited": _("Nobody named you as a co-submitter."),
        "reviewer_already": _("You review this idea. Please declare that first."),
        "not_asked": _("You were not asked for an assessment."),
        "nothing_asked": _("No question is open."),
        "nothing_decided": _("Nothing is decided."),
        "reopen_instead": _("Please take the closing back instead."),
        "no_promise": _("This promise is not yours, or it is kept already."),
        "not_your_step": _("This step is not yours."),
        "moved_twice": _("The date was moved twice already."),
        "cannot_reassign": _("This step cannot be given away here."),
        "second_talk": _("Then somebody else would like to talk with you."),
    }
    return sentences.get(reason) or _("This is not possible at the moment.")


def stage_word(stage: str) -> str:
    """Give a stage in plain words: what is happening now."""
    words = {
        "draft": _("Draft"),
        "submitted": _("First look"),
        "in_review": _("Being examined"),
        "waiting": _("Question to the submitter"),
        "deciding": _("Being decided"),
        "conversation": _("Talk"),
        "confirming": _("How was the talk?"),
        "closed": _("Closed"),
        "withdrawn": _("Taken back"),
    }
    return words[stage]


def outcome_word(outcome: str | None) -> str:
    """Give an outcome in plain words."""
    words = {
        "adopted": _("Adopted"),
        "adopted_in_part": _("Adopted in part"),
        "trial": _("Trial"),
        "declined": _("Declined"),
        "parked": _("Put off"),
        "already_planned": _("Already planned"),
        "duplicate": _("Was there before"),
        "handed_over": _("Handed over"),
        "passed_on": _("Passed on"),
    }
    return words.get(outcome or "", "")


def recommendation_word(recommendation: str | None) -> str:
    """Give a reviewer's recommendation in plain words."""
    words = {
        "adopt": _("Do it"),
        "adopt_in_part": _("Do it in part"),
        "trial": _("Try it"),
        "park": _("Put it off"),
        "decline": _("Do not do it"),
    }
    return words.get(recommendation or "", "")


def total_word(points: float | None) -> str:
    """Give the total of an assessment in words; the number stands beside it, never instead of it."""
    if points is None:
        return _("could not judge it")
    words = (_("hardly convincing"), _("rather weak"), _("middling"), _("good"), _("very good"))
    return words[min(4, max(0, int(points + 0.5) - 1))]


def area_word(area: str) -> str:
    """Give an area in plain words."""
    words = {"company": _("Company"), "process": _("Process"), "product": _("Product"), "service": _("Service")}
    return words.get(area, "")


def handover_word(kind: str) -> str:
    """Say why something belongs elsewhere."""
    words = {
        "invention": _("a possible invention"),
        "safety": _("a safety incident"),
        "complaint": _("a personal complaint"),
        "reporting": _("a matter for the reporting channel"),
    }
    return words.get(kind, "")
