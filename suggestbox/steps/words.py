"""Next steps in words: what somebody has to do, and what a submitter reads about it."""

from suggestbox.core.language import gettext as _


def step_title(kind: str) -> str:
    """Give the step as a thing to do."""
    words = {
        "triage": _("Take a first look"),
        "team_answer": _("Can your team simply do it?"),
        "review": _("Give your assessment"),
        "reconsider": _("Keep or change your assessment"),
        "find_reviewers": _("Find another reviewer"),
        "end_review": _("Read along, and end the review"),
        "short_check": _("Does anything speak against it?"),
        "confirm_duplicate": _("Is it the same idea?"),
        "look_at_flag": _("Does it belong elsewhere?"),
        "answer": _("Answer the question"),
        "decide": _("Decide"),
        "vote": _("Vote"),
        "name_panel": _("Name three people who decide"),
        "offer_talk": _("Offer times for the talk"),
        "pick_time": _("Pick a time for the talk"),
        "hold_talk": _("Talk, and record it"),
        "find_host": _("Find a host for the talk"),
        "write_closing": _("Write the closing"),
        "confirm": _("Say how it was"),
        "ask_once_more": _("Ask the submitter once more how it was"),
        "promise": _("Keep a promise"),
        "return": _("It comes back on this date"),
        "resolve_conflict": _("Settle a conflict of interest"),
        "confirm_correction": _("Check a correction"),
    }
    return words[kind]


def step_of_other(kind: str, name: str, by: str) -> str:
    """Give the step of somebody else as a sentence for the submitter.

    Takes   name: who has it, e.g. "Frau Yildiz (Logistics)"; by: by when, e.g. " by Thursday", or empty
    """
    sentences = {
        "triage": _("%(name)s takes a first look%(by)s.", name=name, by=by),
        "team_answer": _("%(name)s says whether the team simply does it%(by)s.", name=name, by=by),
        "review": _("%(name)s examines it%(by)s.", name=name, by=by),
        "reconsider": _("%(name)s looks at it again%(by)s.", name=name, by=by),
        "find_reviewers": _("%(name)s looks for another reviewer%(by)s.", name=name, by=by),
        "end_review": _("The reviewers are discussing it; %(name)s ends the review%(by)s.", name=name, by=by),
        "short_check": _("%(name)s checks whether anything speaks against it%(by)s.", name=name, by=by),
        "decide": _("%(name)s decides%(by)s.", name=name, by=by),
        "vote": _("%(name)s votes%(by)s.", name=name, by=by),
        "name_panel": _("%(name)s names three people who decide%(by)s.", name=name, by=by),
        "offer_talk": _("%(name)s offers times for a talk%(by)s.", name=name, by=by),
        "hold_talk": _("%(name)s talks with the submitter%(by)s.", name=name, by=by),
        "find_host": _("%(name)s looks for somebody to talk with the submitter%(by)s.", name=name, by=by),
        "write_closing": _("%(name)s writes to the submitter%(by)s.", name=name, by=by),
        "ask_once_more": _("%(name)s asks the submitter once more%(by)s.", name=name, by=by),
        "promise": _("%(name)s keeps a promise%(by)s.", name=name, by=by),
        "return": _("%(name)s takes it up again%(by)s.", name=name, by=by),
    }
    return sentences.get(kind) or _("%(name)s has the next step%(by)s.", name=name, by=by)


def step_of_submitter(kind: str, by: str) -> str:
    """Give a submitter's step as a sentence for others."""
    sentences = {
        "answer": _("A question is with the submitter%(by)s.", by=by),
        "pick_time": _("The submitter picks a time for the talk%(by)s.", by=by),
        "confirm": _("The submitter says how the talk was%(by)s.", by=by),
    }
    return sentences.get(kind) or _("The submitter has the next step%(by)s.", by=by)


def step_of_yours(kind: str, by: str) -> str:
    """Give a submitter's own step as a sentence for that submitter."""
    sentences = {
        "answer": _("A question is waiting for your answer%(by)s.", by=by),
        "pick_time": _("Please pick a time for the talk%(by)s.", by=by),
        "confirm": _("Please say how the talk was%(by)s.", by=by),
    }
    return sentences.get(kind) or _("The next step is yours%(by)s.", by=by)
