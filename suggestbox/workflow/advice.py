"""What each form says above its fields: what happens when the button is pressed, in plain words."""

from typing import Any

from suggestbox.core.language import lazy_gettext as _l

ADVICE: dict[str, Any] = {
    "edit_text": _l("The earlier words are kept. Whoever has given an assessment already looks at the new text again."),
    "accept_part": _l("You are one of those the idea comes from: you are invited to the talk and asked how it was."),
    "decline_part": _l("Your name disappears from the idea. Nobody asks why."),
    "leave_team": _l("The others go on without you. Your name disappears from the idea."),
    "withdraw": _l("The idea ends here, with our thanks. Nobody examines it any further. "
                   "You can hand it in again whenever you like."),
    "answer": _l("Your answer goes to whoever asked, and the examination goes on."),
    "leave_short_way": _l("Your own team does not simply do it; several departments examine it. "
                          "The first date is kept."),
    "none_suits": _l("Your host will offer you other times. A word about when it suits you helps."),
    "ask_in_writing": _l("Instead of the talk you get the answer and its reasons in writing. "
                         "You can still object afterwards."),
    "ask_other_host": _l("The idea management looks for somebody else. Your host reads nothing of what you write here."),
    "decline_talk": _l("There will be no talk. You keep your right to object, and you can ask for a talk later, once."),
    "dispute_missed": _l("The missed appointment does not count, and the idea management sees to it that "
                         "somebody else talks with you."),
    "deny_talk": _l("The talk is owed to you again, by somebody else. The idea management learns of it."),
    "contradict_duplicate": _l("Your idea goes on as an idea of its own and gets a first look again."),
    "object": _l("Other reviewers and somebody else decide anew. This is possible once, and it ends with another talk."),
    "ask_for_talk": _l("A talk is owed to you again. This is possible once."),
    "assign": _l("At least two people from two departments, one of them an expert. "
                 "They do not see each other's assessments until they have given their own."),
    "add_reviewers": _l("The people you add give their assessment like the others: blind, and with a date of their own."),
    "ask": _l("The submitter has ten working days. Your own clock rests meanwhile, the first time."),
    "route": _l("The clock goes on: sending an idea on does not start it anew. The submitter reads your reason."),
    "suggest_short_way": _l("The lead of the submitter's own team says whether the team simply does it."),
    "pass_on_fault": _l("For something broken, without a proposal. Call the submitter first: the call is the talk. "
                        "What you promise stays on their page until it is done."),
    "team_does_it": _l("You say what you do and by when. Somebody from another department looks whether "
                       "anything speaks against it; only then does it count."),
    "have_it_examined": _l("The idea goes the ordinary way: several departments look at it."),
    "score": _l("Judge the idea alone. You read the others when you have given your own assessment."),
    "reconsider": _l("You have read the others. You may stay with your assessment or change it; both are fine."),
    "abstain": _l("You give no assessment. If too few are left, the coordinator finds somebody else."),
    "pass_on": _l("Somebody who knows the field better takes your place, with a date of their own."),
    "declare_conflict": _l("Related, involved, or affected yourself? Then your assessment does not count, "
                           "and you stay out of this idea."),
    "declare_conflict_late": _l("Your assessment does not count any more. If too few are left, "
                                "the review begins again."),
    "declare_conflict_after": _l("The submitter knows the outcome already. The idea management settles it and "
                                 "points out the objection."),
    "end_review": _l("The assessments suffice. Whoever has not answered is thanked, and the decision is next."),
    "nothing_against": _l("The team does it, and its answer counts as the decision."),
    "short_doubt": _l("The idea goes the ordinary way. You are not asked for a long assessment now, only for your doubt."),
    "decide": _l("Your decision is kept back until you offer the talk. Until then you can take it back."),
    "vote": _l("You can change your vote until it is decided. The submitters never learn who voted how."),
    "name_panel": _l("Three people who were not involved before decide by majority, "
                     "one of them from the works council."),
    "revoke_decision": _l("The submitters do not know it yet. The idea goes back to being decided."),
    "propose_duplicate": _l("A second person looks whether it is the same. The first idea keeps its priority; "
                            "both get their talk."),
    "confirm_duplicate": _l("The first idea keeps its priority. The submitters of this one get their talk, "
                            "and may contradict."),
    "reject_duplicate": _l("It goes on as an idea of its own."),
    "flag": _l("An invention, an accident, a complaint about a person: such things belong to an office of their own. "
               "The coordinator looks at once who that is."),
    "settle_flag": _l("You looked at the hint, and the idea stays where it is."),
    "hand_over": _l("From now on only the submitters, the office in charge and the idea management read it. "
                    "The office has the next step and holds the talk."),
    "not_ours": _l("The idea comes back and gets a first look again."),
    "propose_correction": _l("A second person looks at it and makes the correction. Nobody corrects alone."),
    "confirm_correction": _l("The correction is made at once."),
    "reopen_closing": _l("The closing is taken back, and the talk is owed again."),
    "reject_correction": _l("Nothing changes."),
    "offer_talk": _l("With your offer the submitter learns the outcome and your reasons. "
                     "At least two times, at least a day ahead."),
    "record_talk": _l("The submitter reads this too, and says alone how it was."),
    "cancel_appointment": _l("The time is called off. Other times have to be offered."),
    "change_place": _l("The time stays as agreed. The submitter learns the new place at once, in the calendar too."),
    "agree_group": _l("You come together with others. They see your name once the talk is agreed, as you see theirs."),
    "rather_alone": _l("You get a talk alone. The others never learn who said so."),
    "propose_group": _l("Each submitter says alone whether to come. Only those who agree come; with the others "
                        "you talk alone."),
    "move_group": _l("Whoever agreed is asked again. The old time is void at once."),
    "call_off_group": _l("The talk together is off for everybody. You offer each of them times of their own."),
    "report_missed": _l("If the host could not come, this never counts against the submitter."),
    "write_closing": _l("What you would have said in the talk: what was looked at, what came of it, why, and what is next."),
    "change_host": _l("The talk is with somebody else from now on. Times offered so far are void."),
    "mark_unreachable": _l("Only for somebody who left the company and cannot be reached any more."),
    "ask_once_more": _l("Ask the submitter, in your own words, how the talk was. Then press the button. "
                        "The date begins again, once."),
    "keep_decline": _l("The submitters read your sentence. The idea is looked at once more later, as long as it is "
                       "protected."),
    "look_again": _l("A new round begins: new assessments, a new decision, a new talk. The submitters are told at once."),
    "take_up": _l("The submitters are told at once that it is done after all, and read your words. It stands on the page of "
                  "the idea."),
    "name_earlier": _l("Somebody who had no part in either of the two compares them. Nothing waits for it."),
    "compare_earlier": _l("If it is the same, whoever said it first is credited as soon as this one is adopted and its "
                          "submitters know it. Nothing waits for your answer."),
    "keep_promise": _l("The submitters read that it is done."),
    "move_due": _l("The submitters read the new date and your reason. A date moves twice at most."),
    "reassign": _l("The date stays as it is. An assessment begins anew with somebody else; a talk is offered anew by "
                   "whoever hosts it now."),
    "resolve_conflict": _l("Write down how it was settled, and that the submitter knows of the objection."),
}

PRESS: dict[str, Any] = {
    "answer": _l("Send the answer"),
    "keep_decline": _l("The reasons still stand"),
    "look_again": _l("Have it examined again"),
    "take_up": _l("It is done after all"),
    "name_earlier": _l("Have them compared"),
    "compare_earlier": _l("Save the answer"),
    "ask": _l("Send the question"),
    "assign": _l("Ask these reviewers"),
    "add_reviewers": _l("Ask these reviewers"),
    "score": _l("Save the assessment"),
    "reconsider": _l("Save"),
    "decide": _l("Decide"),
    "offer_talk": _l("Offer these times"),
    "record_talk": _l("Record the talk"),
    "confirm": _l("Send"),
    "edit_text": _l("Save the new text"),
    "withdraw": _l("Yes, take it back"),
    "leave_team": _l("Yes, take my name back"),
    "decline_talk": _l("I do not want a talk"),
    "object": _l("Object"),
    "route": _l("Send it on"),
    "abstain": _l("Abstain"),
    "pass_on": _l("Pass it on"),
    "declare_conflict": _l("Stay out of it"),
    "pick_time": _l("Take this time"),
    "change_place": _l("Change the place"),
    "agree_group": _l("Yes, together"),
    "rather_alone": _l("Rather alone"),
    "call_off_group": _l("Call it off"),
    "hand_over": _l("Hand it over"),
    "move_due": _l("Move the date"),
    "write_closing": _l("Send the closing"),
}
"""What the button says where it says something else than the move itself."""

DONE: dict[str, Any] = {
    "answer": _l("Thank you. Your answer is on its way, and the examination goes on."),
    "ask": _l("The question is with the submitter."),
    "assign": _l("The reviewers are asked."),
    "add_reviewers": _l("They are asked."),
    "score": _l("Thank you, your assessment is saved."),
    "reconsider": _l("Thank you, that is noted."),
    "abstain": _l("You abstained."),
    "pass_on": _l("It is passed on."),
    "declare_conflict": _l("Thank you for saying so. You stay out of this idea."),
    "decide": _l("The decision is written down. It is released when you offer the talk."),
    "vote": _l("Your vote is noted."),
    "offer_talk": _l("The times are offered, and the submitter knows the outcome now."),
    "pick_time": _l("The time is agreed."),
    "change_place": _l("The place is changed. The submitter is told, and the calendar entry follows."),
    "agree_group": _l("Good. As soon as everybody has agreed, or the time to answer is over, you hear whether it takes "
                      "place."),
    "rather_alone": _l("That is fine. You are offered times of your own."),
    "move_group": _l("Everybody who agreed is asked about the new time."),
    "call_off_group": _l("The talk together is called off. Please offer everybody times of their own."),
    "record_talk": _l("The talk is recorded. The submitter now says how it was."),
    "confirm": _l("Thank you. That was the end of a good procedure, we hope."),
    "deny_talk": _l("Thank you for telling us. The talk is owed to you again."),
    "cannot_follow": _l("Thank you for telling us. Somebody else will talk with you."),
    "withdraw": _l("The idea is taken back. Thank you all the same."),
    "object": _l("Your objection is here. Others look at it anew."),
    "move_due": _l("The date is moved. The submitters read your reason."),
    "keep_promise": _l("Good. The submitters read that it is done."),
}
"""What stands at the top of the next page; for other moves one sentence for all."""
