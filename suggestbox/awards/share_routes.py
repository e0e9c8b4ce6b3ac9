"""The page on which the submitters of an idea agree how they share its award."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import HouseError, Invalid, NotFound
from suggestbox.core.forms import SeenForm
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.ideas.blueprint import load_idea
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import part_of, person_behind
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import operations, policy, queries, shares, words
from .blueprint import bp
from .forms import shares_form
from .models import ShareProposal


def load_shared(me: Person, number: str) -> Idea:
    """Give an idea of which the person is one of several submitters, once they know its outcome.

    Raises  NotFound
    """
    idea = load_idea(me, number)
    if not policy.may_share(idea, me):
        raise NotFound(reason="no_such_idea")
    return idea


@bp.route("/awards/ideas/<number>/shares", methods=["GET", "POST"], endpoint="shares")
@door("awards.share", load=load_shared)
def share(idea: Idea) -> Any:
    """How the team shares; any of them proposes something else, and it holds once all agreed."""
    form = shares_form(_names(idea).items(), data={f"part-{k}": n for k, n in shares.weights_of(idea).items()})
    if request.method == "GET":
        return _page(idea, form)

    def act(now: Any) -> str:
        me = _me(idea)
        parts = {part.id: form[f"part-{part.id}"].data for part in shares.sharers(idea)}
        shares.propose_shares(idea, me, parts, now=now)
        return _("Proposed. It holds once all of you have agreed.")

    return _do(idea, form, act)


@bp.route("/awards/ideas/<number>/shares/agree", methods=["POST"], endpoint="agree")
@door("awards.share", load=load_shared)
def agree(idea: Idea) -> Any:
    """Agree to how it is shared."""
    def act(now: Any) -> str:
        done = shares.agree_to_shares(_asked(idea), idea, _me(idea), now=now)
        return _("Thank you. All of you have agreed: it holds now.") if done else _("Thank you. The others are still asked.")

    return _do(idea, SeenForm(), act)


@bp.route("/awards/ideas/<number>/shares/refuse", methods=["POST"], endpoint="refuse")
@door("awards.share", load=load_shared)
def refuse(idea: Idea) -> Any:
    """Refuse a proposal, or take one's own back."""
    def act(now: Any) -> str:
        shares.refuse_shares(_asked(idea), idea, _me(idea), now=now)
        return _("That proposal has ended. What held before goes on.")

    return _do(idea, SeenForm(), act)


def _asked(idea: Idea) -> ShareProposal:
    """The proposal the button was drawn for, as long as it is the open one."""
    proposal = shares.open_proposal(idea)
    if proposal is None or str(proposal.id) != request.form.get("proposal"):
        raise NotFound(reason="no_such_proposal")
    return proposal


def _me(idea: Idea) -> Any:
    part = part_of(idea, current_user.id)
    if part is None:
        raise NotFound(reason="no_such_idea")
    return part


def _do(idea: Idea, form: SeenForm, act: Any) -> Any:
    number, now = idea.number, utc_now()
    if not form.validate():
        form.hear(lambda: act(now))
        return _page(idea, form), 422
    try:
        with work():
            said = act(now)
            operations.renew_parts(idea)
    except Invalid as wrong:
        form.put_errors(wrong)
        return _page(idea, form), 422
    except HouseError as late:
        if late.status != 409:
            raise
        return _page(idea, form, str(late.text) if late.text else wording.sentence(late.reason, late.status)), 409
    flash(said, "success")
    return redirect(url_for("awards.shares", number=number), 303)


def _names(idea: Idea) -> dict[int, str]:
    book = here()
    return {part.id: brief.name if (brief := book.person(person_behind(part))) else _("Somebody")
            for part in shares.sharers(idea)}


def _page(idea: Idea, form: SeenForm, problem: str = "") -> str:
    names, asked = _names(idea), shares.open_proposal(idea)
    if not any(name.startswith("part-") for name in form._fields):
        form = shares_form(names.items(), formdata=None,
                           data={f"part-{k}": n for k, n in shares.weights_of(idea).items()})
    me = _me(idea)
    agreed_by = {consent.submitter_id for consent in asked.consents} if asked else set()
    return render_template(
        "awards/shares.html", idea=idea, form=form, names=names, weights=shares.weights_of(idea),
        agreed=shares.agreed(idea), asked=asked, agreed_by=agreed_by, mine=me.id, problem=problem,
        award=queries.award_of(idea.id), money=words.money, most=shares.MOST_PARTS,
        fields=[form[f"part-{key}"] for key in names],
    )
