"""Which award somebody has to see to: asked by the workflow, which opens the next steps."""

from collections.abc import Iterable

from suggestbox.core.modules import is_on
from suggestbox.ideas.models import ADOPTING, Idea
from suggestbox.measures.models import Measure

from . import rulesets
from .basis import basis_of
from .compute import Inputs, Missing, compute
from .models import Award


def wants_proposal(
    idea: Idea, measures: Iterable[Measure], awards: Iterable[Award], *, credited: bool = False
) -> int | None:
    """Say whether an award has to be proposed: what is to be corrected (an award's id), 0 for a first one, None for neither.

    A first one once everything planned is carried out and somebody said what it brings; a correction when the rules make
    more of what it brings than was granted.

    Takes   credited: it was declined, and is done after all as a later idea
    """
    known = list(awards)
    done = credited or any(measure.state == "done" for measure in measures)
    known_yes = idea.released_at is not None and idea.stage not in ("draft", "withdrawn")
    released = known_yes and (credited or idea.outcome in ADOPTING)
    if not done or not released or not is_on("awards") or any(award.state == "proposed" for award in known):
        return None
    basis = basis_of(idea.id)
    granted = next((award for award in known if award.state == "granted"), None)
    if granted is None:
        return 0 if basis.stands else None
    if basis.net is None:
        return None
    try:
        choices = granted.inputs.get("choices", {})
        now_worth = compute(rulesets.rules_of(idea).rules, Inputs("benefit", basis.net.cents, choices)).cents
    except Missing:
        return None
    return granted.id if now_worth > granted.cents else None


def waiting_award(awards: Iterable[Award]) -> Award | None:
    """Give the proposed award that waits for a second person, or None."""
    return next((award for award in awards if award.state == "proposed"), None)
