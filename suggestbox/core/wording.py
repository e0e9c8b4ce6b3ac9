"""What error pages say, in plain words: what happened, that nothing was lost, what to do."""

from .language import gettext as _


def title(status: int) -> str:
    """Give the heading of the error page."""
    titles = {
        400: _("This page was open for a long time"),
        401: _("Please sign in again"),
        403: _("This is not for you to do"),
        404: _("There is nothing here"),
        405: _("That does not work this way"),
        409: _("Somebody was quicker, or a rule stands in the way"),
        413: _("That is too large"),
        422: _("Something is not quite right"),
        429: _("That was too often"),
    }
    return titles.get(status) or _("Something went wrong on our side")


def sentence(reason: str, status: int) -> str:
    """Give one sentence about what happened."""
    by_reason = {
        "expired": _("Your form could not be checked any more. What you wrote is still here."),
        "changed_meanwhile": _(
            "Somebody else changed this while you were writing. Nothing of theirs or yours was overwritten."
        ),
        "done_already": _("This was done already, perhaps by a second click. Nothing was done twice."),
        "turned": _("The idea has moved on since you opened this page. Your words were not used; you find them below."),
        "bad_page_mark": _("This address does not lead to a page of the list any more."),
    }
    by_status = {
        400: _("The request could not be understood."),
        401: _("You are signed out. What you wrote is kept."),
        403: _("Somebody else has to do this, or it is not your turn yet."),
        404: _("The page does not exist, or it is not meant for you."),
        405: _("The address was called in a way it does not understand."),
        409: _("The idea has moved on in the meantime."),
        413: _("What you sent is larger than this server accepts."),
        422: _("What you sent could not be understood."),
        429: _("There were too many tries in a short time."),
    }
    return by_reason.get(reason) or by_status.get(status) or _("We noted the fault. Nothing you saved before is lost.")


def what_now(status: int) -> str:
    """Give one sentence about what to do next."""
    advice = {
        403: _("Go back, or start from the home page."),
        404: _("Go back, or start from the home page."),
        409: _("Go back, look at how it stands now, and decide anew."),
        413: _("Choose a smaller file, or leave it out and send it later."),
        429: _("Please wait a few minutes, then try again."),
    }
    return advice.get(status) or _("Go back and try again.")
