"""Who could review an idea: experts whose topics fit, colleagues of the department concerned, load balanced."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from suggestbox.calls.reviewing import reviewers_of
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.core.settings import rule
from suggestbox.people.directory import Brief
from suggestbox.people.queries import folded
from suggestbox.reviews.queries import open_reviews

from . import owners
from .case import Case
from .then_start import eligible

EXPERTS, DEPARTMENT = 6, 4
"""How many of each are suggested: enough to choose from, few enough to read."""

STEM = 5
"""Letters two words must share at the beginning: "Etikett" fits "Etiketten", "labels" fits "labelling"."""

BEST_OFFICES = ("head", "team_lead", "coordinator")


@dataclass(frozen=True)
class Suggestion:
    """Somebody who could be asked: in which capacity, for which department, how busy, and why."""

    person: Brief
    capacity: str
    department_id: int | None
    load: int
    full: bool
    why: str
    preselected: bool = False


def suggestions(case: Case) -> list[Suggestion]:
    """Give the people one would ask, the best first; two of them, from two departments, are marked to start with.

    Who was named with the idea's call comes first, and all of them are marked. Nobody is suggested who may not:
    submitters, people in conflict, those below a submitter, a superior the submitter does not want, whoever was asked
    already, and the one who will decide.
    """
    load = open_reviews()
    likely = owners.decider(case)
    words = _words(f"{case.idea.title} {case.idea.problem} {case.idea.proposal}")
    taken: set[int] = set()
    named = _named_with_call(case, load, likely, taken)
    experts = _experts(case, load, likely, words, taken)
    inside = _inside(case, load, likely, taken)
    return _marked(case, named, experts, inside)


@lru_cache(maxsize=2048)
def _words(text: str) -> frozenset[str]:
    """The beginnings of the longer words; the topics of experts are asked about again with every idea."""
    return frozenset({word[:STEM] for word in re.findall(r"\w+", folded(text)) if len(word) >= STEM})


def _topics_that_fit(brief: Brief, words: frozenset[str]) -> list[str]:
    return [topic for topic in brief.topics if _words(topic) & words]


def _may(case: Case, person_id: int, likely: int | None) -> bool:
    return (
        person_id != likely and case.book.is_available(person_id)
        and eligible(case.book, case.idea, case, person_id) is None
    )


def _most(brief: Brief) -> int:
    return brief.open_reviews_at_most or int(rule("reviews.open_at_most"))


def _busy(load: int) -> str:
    if load == 0:
        return _("no open assessments")
    return ngettext("%(num)d open assessment", "%(num)d open assessments", load)


def _named_with_call(case: Case, load: dict[int, int], likely: int | None, taken: set[int]) -> list[Suggestion]:
    """Who assesses the ideas of the call, as far as they may assess this one.

    Nobody for a confidential idea: who is named stands on the call, so whoever is missing here would be its submitter.
    """
    found: list[Suggestion] = []
    for row in reviewers_of(None if case.idea.confidential else case.idea.call_id):
        brief = case.book.person(row.person_id)
        if brief is None or not _may(case, brief.id, likely):
            continue
        busy = load.get(brief.id, 0)
        why = _("%(what)s, %(load)s", what=_("named with the call for ideas"), load=_busy(busy))
        taken.add(brief.id)
        found.append(Suggestion(brief, row.capacity, brief.department_id, busy, busy >= _most(brief), why))
    return found


def _experts(
    case: Case, load: dict[int, int], likely: int | None, words: frozenset[str], taken: set[int]
) -> list[Suggestion]:
    ranked = []
    for person_id in case.book.experts():
        brief = case.book.people[person_id]
        fit = _topics_that_fit(brief, words)
        own = brief.department_id == case.idea.department_id
        full = load.get(person_id, 0) >= _most(brief)
        ranked.append((full, not fit, own, load.get(person_id, 0) - 2 * len(fit), brief.family_name, person_id, fit))
    found: list[Suggestion] = []
    for full, _unfit, _own, _rank, _name, person_id, fit in sorted(ranked):
        if len(found) == EXPERTS:
            break
        if person_id in taken or not _may(case, person_id, likely):
            continue
        brief = case.book.people[person_id]
        known_for = _("expert for %(topics)s", topics=", ".join((fit or list(brief.topics))[:3])) if brief.topics \
            else _("expert")
        why = _("%(what)s, %(load)s", what=known_for, load=_busy(load.get(person_id, 0)))
        taken.add(person_id)
        found.append(Suggestion(brief, "expert", brief.department_id, load.get(person_id, 0), full, why))
    return found


def _inside(case: Case, load: dict[int, int], likely: int | None, taken: set[int]) -> list[Suggestion]:
    """Colleagues who can speak for the department concerned, and for each further one."""
    found: list[Suggestion] = []
    for department_id in [case.idea.department_id, *sorted(case.concerns)]:
        department = case.book.department(department_id)
        if department is None:
            continue
        ranked = []
        for brief in case.book.people.values():
            if brief.department_id != department_id or brief.id in taken:
                continue
            office = next((n for n, role in enumerate(BEST_OFFICES)
                           if brief.id in case.book.holders(role, department_id)), len(BEST_OFFICES))
            full = load.get(brief.id, 0) >= _most(brief)
            ranked.append((full, load.get(brief.id, 0) + 2 * office, brief.family_name, brief.id))
        here = 0
        for full, _rank, _name, person_id in sorted(ranked):
            if here == DEPARTMENT:
                break
            if not _may(case, person_id, likely):
                continue
            brief = case.book.people[person_id]
            why = _("speaks for %(department)s, %(load)s", department=department.name,
                    load=_busy(load.get(person_id, 0)))
            taken.add(person_id)
            found.append(Suggestion(brief, "department", department_id, load.get(person_id, 0), full, why))
            here += 1
    return found


def _marked(
    case: Case, named: list[Suggestion], experts: list[Suggestion], inside: list[Suggestion]
) -> list[Suggestion]:
    """Mark everybody named with the call; then one expert and one for the department where those are missing.

    The two come from two departments where the house wants two.
    """
    marked = [s for s in named if not s.full]
    second = None if _spoken(marked, "department") else next((s for s in inside if not s.full), None)
    heard = {s.department_id for s in [*marked, second] if s}
    alone = case.idea.two_departments and len(heard) == 1
    first = None if _spoken(marked, "expert") and not alone else next(
        (s for s in experts if not s.full and not (alone and s.department_id in heard)), None)
    chosen = {s.person.id for s in [*marked, first, second] if s}
    return [replace(s, preselected=s.person.id in chosen) for s in named + experts + inside]


def _spoken(marked: list[Suggestion], capacity: str) -> bool:
    return any(s.capacity == capacity for s in marked)
