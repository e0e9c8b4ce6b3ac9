"""What must be true before a move that is about who said it first. Each gives a reason code, or None when it holds."""

from suggestbox.priority import due

from .case import Case


def still_first(case: Case) -> str | None:
    """it was declined, and is protected today"""
    declined = case.idea.outcome == "declined" and due.is_protected(case.earlier.protection, case.today)
    return None if declined else "not_protected"


def others_first(case: Case) -> str | None:
    """some declined idea of others is protected"""
    return None if "others_protected" in case.kinds else "nothing_protected"


def a_credit_due(case: Case) -> str | None:
    """somebody found an earlier, protected idea in it, and its submitters know that it came to a yes"""
    return None if case.earlier.credits_due() else "nothing_to_credit"
