"""Who may see which report, export it, set targets, and see who exported what. Roles count only when given for all."""

from typing import Any

from suggestbox.core.modules import is_on
from suggestbox.people.directory import Directory
from suggestbox.people.policy import Somebody, has_role
from suggestbox.people.queries import here

READERS: dict[str, frozenset[str]] = {
    "participation": frozenset({"hr_analyst", "idea_manager", "leadership", "works_council"}),
    "flow": frozenset({"idea_manager", "leadership", "works_council"}),
    "closings": frozenset({"hr_analyst", "idea_manager", "leadership", "works_council"}),
    "benefit": frozenset({"hr_analyst", "idea_manager", "leadership"}),
    "awards": frozenset({"hr_analyst", "idea_manager", "leadership", "works_council"}),
    "customers": frozenset({"cx_manager", "idea_manager", "leadership"}),
}
"""Kind of report: whoever holds one of these roles for the whole house reads and exports it."""

MODULE_OF = {"awards": "awards", "customers": "feedback"}
"""Kind of report: the module without which there is nothing to count."""

EXPORT_WATCHERS = frozenset({"works_council", "idea_manager", "admin"})


def _holds(me: Somebody, roles: frozenset[str], book: Directory | None) -> bool:
    book = book or here()
    return any(has_role(me, role, book=book) for role in sorted(roles))


def may_read(me: Somebody, kind: str, *, book: Directory | None = None) -> bool:
    """Say whether this person reads, and may export, this kind of report. A wrong kind raises KeyError.

    Nobody reads of awards in a house that pays none, nor of customers in one that does not collect what they say.
    """
    return _holds(me, READERS[kind], book) and is_on(MODULE_OF.get(kind, "reports"))


def kinds_for(me: Somebody, *, book: Directory | None = None) -> list[str]:
    """Give the kinds of reports this person reads, in the order of the pages."""
    return [kind for kind in READERS if may_read(me, kind, book=book)]


def may_read_any(me: Somebody, _thing: Any = None) -> bool:
    """Say whether there is a report for this person."""
    return bool(kinds_for(me))


def may_see_leadership_page(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person sees the one page with targets."""
    return _holds(me, frozenset({"leadership", "idea_manager"}), None)


def may_set_targets(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person sets targets."""
    return has_role(me, "leadership")


def may_enter_costs(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person enters what the programme costs."""
    return _holds(me, frozenset({"idea_manager", "hr_analyst"}), None)


def may_correct(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person has a closed period counted anew, as a visible second version with a reason."""
    return has_role(me, "idea_manager")


def may_see_costs(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person sees what the programme costs: whoever reads what it brings."""
    return may_read(me, "benefit")


def may_see_exports(me: Somebody, _thing: Any = None) -> bool:
    """Say whether this person sees who exported what."""
    return _holds(me, EXPORT_WATCHERS, None)
