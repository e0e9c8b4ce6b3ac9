"""Rules of the house for the way of an idea: days are working days of the owner's site."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("workflow.triage_days", 3, "Working days for the first look at a new idea.", 1, 20),
    Setting("workflow.review_days", 10, "Working days for an assessment.", 1, 40),
    Setting("workflow.discuss_days", 1, "Working days on which reviewers can read each other.", 1, 10),
    Setting("workflow.reconsider_days", 3, "Working days to keep or change an assessment.", 1, 20),
    Setting("workflow.find_reviewers_days", 2, "Working days to find a missing reviewer.", 1, 20),
    Setting("workflow.answer_days", 10, "Working days a question waits for the submitter.", 1, 40),
    Setting("workflow.decide_days", 5, "Working days for a decision.", 1, 40),
    Setting("workflow.body_days", 20, "A body decides at its next meeting, at most so many working days away.", 5, 60),
    Setting("workflow.offer_days", 3, "Working days until the closing conversation is offered.", 1, 20),
    Setting("workflow.talk_days", 10, "Working days until the closing conversation has taken place.", 1, 40),
    Setting("workflow.pick_days", 5, "Working days of the submitter to pick one of the times offered.", 1, 20),
    Setting("workflow.group_days", 3, "Working days of submitters to say whether they talk together with others.", 1, 20),
    Setting("workflow.confirm_days", 10, "Working days for the submitter to say how it was.", 1, 40),
    Setting("workflow.ask_again_days", 5, "Working days after somebody else asked once more.", 1, 20),
    Setting("workflow.short_check_days", 3, "Working days for the expert asked on the short way.", 1, 10),
    Setting("workflow.short_days", 10, "Working days in which a team carries out what it promised.", 1, 20),
    Setting("workflow.objection_days", 20, "Working days in which a submitter may object.", 5, 60),
    Setting("workflow.second_step_days", 3, "Working days for a second person's answer, and for small duties.", 1, 20),
    Setting("workflow.questions_per_asker", 2, "Questions one person may ask about one idea.", 1, 5),
    Setting("workflow.routings", 2, "After so many reroutings the idea management names the department.", 1, 5),
    Setting("workflow.parked_months", 12, "An idea is put off for at most so many months.", 1, 24),
    Setting("reviews.two_departments", True, "Assessments come from two departments. Off only in a company of one."),
    Setting("reviews.open_at_most", 10, "Open assessments one person has at most.", 1, 50),
    Setting("reviews.disagreement_tenths", 15, "Tenths of a point that count as strong disagreement.", 5, 40),
)
