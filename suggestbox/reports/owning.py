"""Who can own next steps: process figures are shown only where at least five people can, because a department with one
decision maker is a person.

The holders of the office that is nearest count, not everybody who might stand in for them: a coordinator's lateness is
the coordinator's, though somebody could act for her. Source: `workflow.owners`, which names one owner for a step.
"""

from suggestbox.people.book import Directory

SUBMITTERS_KINDS = ("answer", "pick_time", "agree_group", "confirm", "agree_story")
MANAGERS_KINDS = ("name_panel", "find_host", "resolve_conflict", "propose_award")
REVIEW_KINDS = ("review", "reconsider", "short_check")
HOSTS_KINDS = ("offer_talk", "hold_talk", "write_closing")
OWN_PEOPLES_KINDS = ("promise", "measure", "confirm_benefit", "prove_benefit")

Owners = frozenset[int]


def owners_of(kind: str, department_id: int | None, book: Directory) -> Owners:
    """Give who can own steps of this kind for ideas of this very department, without those below it.

    Takes   department_id: of the idea; None where it has none
    Gives   active people only; nobody for the submitters' own steps, which any submitter can have
    """
    found: dict[int | None, Owners] = book.keep(("owners_of", kind), dict)  # one thing kept, however many departments
    if department_id not in found:
        found[department_id] = _here(book, _owners(kind, department_id, book))
    return found[department_id]


def _owners(kind: str, department_id: int | None, book: Directory) -> Owners:
    if kind in SUBMITTERS_KINDS:
        return frozenset()
    if kind in MANAGERS_KINDS:
        return _managers(book)
    if kind == "team_answer":
        return frozenset(book.holders("team_lead", department_id)) if department_id else frozenset()
    if kind in REVIEW_KINDS:
        return frozenset(book.experts()) | _people_of(department_id, book)
    if kind == "decide":
        return _deciders(department_id, book)
    if kind == "vote":
        return _body(department_id, book)
    if kind in HOSTS_KINDS:
        return _deciders(department_id, book) | _coordinators(department_id, book)
    if kind in OWN_PEOPLES_KINDS:
        return _people_of(department_id, book)
    if kind == "grant_award":
        return _managers(book) | _deciders(department_id, book) | frozenset(book.holders("leadership"))
    return _coordinators(department_id, book)


def _here(book: Directory, people: Owners) -> Owners:
    return frozenset(person_id for person_id in people if book.is_here(person_id))


def _managers(book: Directory) -> Owners:
    return frozenset(book.holders("idea_manager") or book.holders("admin"))


def _coordinators(department_id: int | None, book: Directory) -> Owners:
    """Those of the department itself; one without a coordinator is the idea management's."""
    return frozenset(book.holders("coordinator", department_id) if department_id else ()) or _managers(book)


def _deciders(department_id: int | None, book: Directory) -> Owners:
    """The body, else the decision makers who are nearest, else the leadership."""
    nearest = book.nearest_holders("decision_maker", department_id) or book.nearest_holders("leadership", department_id)
    return _body(department_id, book) or frozenset(nearest)


def _body(department_id: int | None, book: Directory) -> Owners:
    """The members of the body that decides for the department, if one does."""
    for above in book.upwards(department_id):
        body_id = book.departments[above].body_id
        if body_id:
            return frozenset(book.body_members(body_id))
        if book.holders("decision_maker", above):
            break
    return frozenset()


def _people_of(department_id: int | None, book: Directory) -> Owners:
    return book.keep("people_by_department", lambda: _by_department(book)).get(department_id, frozenset())


def _by_department(book: Directory) -> dict[int | None, Owners]:
    found: dict[int | None, set[int]] = {}
    for brief in book.people.values():
        if brief.active:
            found.setdefault(brief.department_id, set()).add(brief.id)
    return {department_id: frozenset(people) for department_id, people in found.items()}
