"""Proposed themes: looked at, taken, dismissed."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from .blueprint import bp
from .landscape import landscape
from .masking import staff_names
from .models import Proposal
from .policy import may_curate
from .proposal_forms import TakeForm
from .proposals import dismiss_proposal, open_proposals, quotes_of, reopen_proposal, take_proposal
from .quotes import shown_text


def load_proposal(_me: Person, proposal_id: int) -> Proposal:
    """Load a proposal, or NotFound."""
    row = db.session.get(Proposal, proposal_id)
    if row is None:
        raise NotFound(reason="no_such_proposal")
    return row


@bp.get("/feedback/proposals", endpoint="proposals")
@door("feedback.proposals", allow=may_curate)
def proposals() -> str:
    """What many say and no theme stands for, with typical words and masked quotes."""
    rows = open_proposals()
    return render_template("feedback/proposals.html", rows=rows, quotes=_quotes(rows))


def _quotes(rows: list[Proposal]) -> dict[int, list[tuple[str, str]]]:
    names = staff_names(here())
    found = quotes_of(rows)
    return {key: [(shown_text(item, whole=False, names=names), item.language) for item in items]
            for key, items in found.items()}


@bp.get("/feedback/proposals/<int:proposal_id>", endpoint="proposal")
@door("feedback.proposal", load=load_proposal, allow=may_curate)
def proposal(row: Proposal) -> Any:
    """The form that makes a theme of it; one that is decided leads back to the list."""
    if row.state != "open":
        flash(_("Somebody has decided about this proposal already."), "info")
        return redirect(url_for("feedback.proposals"), 303)
    return _page(row, _form(row))


def _form(row: Proposal) -> TakeForm:
    items = quotes_of([row])[row.id]
    return TakeForm(lands=landscape(), audience=items[0].audience if items else "customers")


def _page(row: Proposal, form: TakeForm) -> str:
    return render_template("feedback/proposal.html", row=row, form=form, quotes=_quotes([row])[row.id])


@bp.post("/feedback/proposals/<int:proposal_id>/take", endpoint="take_proposal")
@door("feedback.take_proposal", load=load_proposal, allow=may_curate)
def take(row: Proposal) -> Any:
    """Make a theme of it, and say what became of its comments."""
    form, row_id = _form(row), row.id
    if not form.validate():
        return _page(row, form), 422
    try:
        with work():
            theme, count = take_proposal(
                load_proposal(current_user, row_id), name_de=form.name_de.data or "", name_en=form.name_en.data or "",
                parent_id=form.parent, how=form.how.data, polarity=form.polarity.data, by_id=current_user.id,
                now=utc_now(),
            )
            theme_id = theme.id
    except Invalid as wrong:
        for name, sentence in (wrong.fields or {"name_de": wrong.text}).items():
            form[name if name in form else "name_de"].errors = [str(sentence)]
        return _page(load_proposal(current_user, row_id), form), 422
    flash(_what_became(count, form.how.data), "good")
    return redirect(url_for("feedback.theme", theme_id=theme_id), 303)


def _what_became(count: int, how: str) -> str:
    if how == "assigned":
        return ngettext("The theme is there. %(num)d comment has it now.",
                        "The theme is there. %(num)d comments have it now.", count)
    return ngettext("The theme is there. %(num)d comment waits to be sorted, with this theme as a guess.",
                    "The theme is there. %(num)d comments wait to be sorted, with this theme as a guess.", count)


@bp.post("/feedback/proposals/<int:proposal_id>/dismiss", endpoint="dismiss_proposal")
@door("feedback.dismiss_proposal", load=load_proposal, allow=may_curate)
def dismiss(row: Proposal) -> Response:
    """Say that it is no theme; it is not proposed again."""
    row_id = row.id
    with work():
        dismiss_proposal(load_proposal(current_user, row_id), by_id=current_user.id, now=utc_now())
    said: Any = {"text": _("Dismissed. The same thing is not proposed again."),
                 "undo_url": url_for("feedback.reopen_proposal", proposal_id=row_id)}
    flash(said, "good")
    return redirect(url_for("feedback.proposals"), 303)


@bp.post("/feedback/proposals/<int:proposal_id>/reopen", endpoint="reopen_proposal")
@door("feedback.reopen_proposal", load=load_proposal, allow=may_curate)
def reopen(row: Proposal) -> Response:
    """Take a dismissal back."""
    row_id = row.id
    with work():
        reopen_proposal(load_proposal(current_user, row_id), by_id=current_user.id, now=utc_now())
    return redirect(url_for("feedback.proposals"), 303)
