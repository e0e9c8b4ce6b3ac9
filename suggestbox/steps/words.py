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


def step_of_other(kind: str, name: str, date: str) -> str:
    """Give the step of somebody else as a sentence for the submitter.

    Takes   name: who has it, e.g. "Frau Yildiz (Logistics)"; date: until when, e.g. "until Thursday"
    """
    sentences = {
        "triage": _("%(name)s takes a first look, %(date)s.", name=name, date=date),
        "team_answer": _("%(name)s says whether the team simply does it, %(date)s.", name=name, date=date),
        "review": _("%(name)s is examining it, %(date)s.", name=name, date=date),
        "reconsider": _("%(name)s is looking at it again, %(date)s.", name=name, date=date),
        "find_reviewers": _("%(name)s is looking for another reviewer, %(date)s.", name=name, date=date),
        "end_review": _("The reviewers are discussing it; %(name)s ends the review, %(date)s.", name=name, date=date),
        "short_check": _("%(name)s checks whether anything speaks against it, %(date)s.", name=name, date=date),
        "decide": _("%(name)s decides, %(date)s.", name=name, date=date),
        "vote": _("%(name)s votes, %(date)s.", name=name, date=date),
        "name_panel": _("%(name)s names three people who decide, %(date)s.", name=name, date=date),
        "offer_talk": _("%(name)s offers times for a talk, %(date)s.", name=name, date=date),
        "hold_talk": _("%(name)s talks with the submitter, %(date)s.", name=name, date=date),
        "find_host": _("%(name)s is looking for somebody to talk with the submitter, %(date)s.", name=name, date=date),
        "write_closing": _("%(name)s writes to the submitter, %(date)s.", name=name, date=date),
        "ask_once_more": _("%(name)s asks the submitter once more, %(date)s.", name=name, date=date),
        "promise": _("%(name)s keeps a promise, %(date)s.", name=name, date=date),
        "return": _("It comes back, %(date)s; %(name)s sees to it.", name=name, date=date),
    }
    return sentences.get(kind) or _("%(name)s has the next step, %(date)s.", name=name, date=date)


def step_of_submitter(kind: str, date: str) -> str:
    """Give a submitter's step as a sentence for others."""
    sentences = {
        "answer": _("A question is with the submitter, %(date)s.", date=date),
        "pick_time": _("The submitter picks a time for the talk, %(date)s.", date=date),
        "confirm": _("The submitter says how the talk was, %(date)s.", date=date),
    }
    return sentences.get(kind) or _("The submitter has the next step, %(date)s.", date=date)
