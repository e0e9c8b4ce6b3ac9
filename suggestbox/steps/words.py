"""Next steps in words: what somebody has to do, and what a submitter reads about it."""

from suggestbox.core.language import lazy_gettext as _l

TITLES = {
    "triage": _l("Take a first look"),
    "team_answer": _l("Can your team simply do it?"),
    "review": _l("Give your assessment"),
    "reconsider": _l("Keep or change your assessment"),
    "find_reviewers": _l("Find another reviewer"),
    "end_review": _l("Read along, and end the review"),
    "short_check": _l("Does anything speak against it?"),
    "confirm_duplicate": _l("Is it the same idea?"),
    "look_at_flag": _l("Does it belong elsewhere?"),
    "answer": _l("Answer the question"),
    "decide": _l("Decide"),
    "vote": _l("Vote"),
    "name_panel": _l("Name three people who decide"),
    "offer_talk": _l("Offer times for the talk"),
    "pick_time": _l("Pick a time for the talk"),
    "agree_group": _l("Say whether you talk together with others"),
    "hold_talk": _l("Talk, and record it"),
    "find_host": _l("Find a host for the talk"),
    "write_closing": _l("Write the closing"),
    "confirm": _l("Say how it was"),
    "ask_once_more": _l("Ask the submitter once more how it was"),
    "promise": _l("Keep a promise"),
    "measure": _l("Carry out a measure"),
    "confirm_benefit": _l("Check a benefit"),
    "prove_benefit": _l("Say what the first year brought"),
    "propose_award": _l("Propose an award"),
    "grant_award": _l("Check and grant an award"),
    "law_date": _l("Keep a date the law sets"),
    "agree_story": _l("Say whether a story may be told"),
    "write_story": _l("Go on with a success story"),
    "second_look": _l("Look at a declined idea again"),
    "compare_earlier": _l("Was this declined before?"),
    "return": _l("It comes back on this date"),
    "resolve_conflict": _l("Settle a conflict of interest"),
    "confirm_correction": _l("Check a correction"),
}
"""A step as a thing to do."""

OF_OTHER = {
    "triage": _l("%(name)s takes a first look%(by)s."),
    "team_answer": _l("%(name)s says%(by)s whether the team simply does it."),
    "review": _l("%(name)s examines it%(by)s."),
    "reconsider": _l("%(name)s looks at it again%(by)s."),
    "find_reviewers": _l("%(name)s looks for another reviewer%(by)s."),
    "end_review": _l("The reviewers are discussing it; %(name)s ends the review%(by)s."),
    "short_check": _l("%(name)s checks whether anything speaks against it%(by)s."),
    "decide": _l("%(name)s decides%(by)s."),
    "vote": _l("%(name)s votes%(by)s."),
    "name_panel": _l("%(name)s names three people who decide%(by)s."),
    "offer_talk": _l("%(name)s offers times for a talk%(by)s."),
    "hold_talk": _l("%(name)s talks with the submitter%(by)s."),
    "find_host": _l("%(name)s looks for somebody to talk with the submitter%(by)s."),
    "write_closing": _l("%(name)s writes to the submitter%(by)s."),
    "ask_once_more": _l("%(name)s asks the submitter once more%(by)s."),
    "promise": _l("%(name)s keeps a promise%(by)s."),
    "measure": _l("%(name)s carries out a measure%(by)s."),
    "confirm_benefit": _l("%(name)s checks the benefit%(by)s."),
    "prove_benefit": _l("%(name)s says what the first year brought%(by)s."),
    "propose_award": _l("%(name)s works out your award%(by)s."),
    "grant_award": _l("%(name)s checks your award%(by)s."),
    "law_date": _l("%(name)s keeps a date the law sets%(by)s."),
    "agree_story": _l("%(name)s says whether the story of it may be told%(by)s."),
    "write_story": _l("%(name)s goes on with the story of it%(by)s."),
    "second_look": _l("%(name)s looks at it again%(by)s."),
    "compare_earlier": _l("%(name)s compares it with an earlier idea%(by)s."),
    "return": _l("%(name)s takes it up again%(by)s."),
    "": _l("%(name)s has the next step%(by)s."),
}
"""A step of somebody else, in a sentence for the submitter; "" for any further kind."""

OF_SUBMITTER = {
    "answer": _l("A question is with the submitter%(by)s."),
    "pick_time": _l("The submitter picks a time for the talk%(by)s."),
    "agree_group": _l("The submitter says whether to talk together with others%(by)s."),
    "confirm": _l("The submitter says how the talk was%(by)s."),
    "agree_story": _l("The submitter says whether the story of it may be told%(by)s."),
    "": _l("The submitter has the next step%(by)s."),
}
"""A submitter's step, in a sentence for others."""

OF_YOURS = {
    "answer": _l("A question is waiting for your answer%(by)s."),
    "pick_time": _l("Please pick a time for the talk%(by)s."),
    "agree_group": _l("Please say whether you talk together with others%(by)s."),
    "confirm": _l("Please say how the talk was%(by)s."),
    "agree_story": _l("Please say whether the story of your idea may be told%(by)s."),
    "": _l("The next step is yours%(by)s."),
}
"""A submitter's own step, in a sentence for that submitter."""


def step_title(kind: str) -> str:
    """Give the step as a thing to do."""
    return str(TITLES[kind])


def step_of_other(kind: str, name: str, by: str) -> str:
    """Give the step of somebody else as a sentence for the submitter.

    Takes   name: who has it, e.g. "Frau Yildiz (Logistics)"; by: by when, e.g. " by Thursday", or empty
    """
    return str(OF_OTHER.get(kind, OF_OTHER[""])) % {"name": name, "by": by}


def step_of_submitter(kind: str, by: str) -> str:
    """Give a submitter's step as a sentence for others."""
    return str(OF_SUBMITTER.get(kind, OF_SUBMITTER[""])) % {"by": by}


def step_of_yours(kind: str, by: str) -> str:
    """Give a submitter's own step as a sentence for that submitter."""
    return str(OF_YOURS.get(kind, OF_YOURS[""])) % {"by": by}
