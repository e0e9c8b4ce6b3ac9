"""Who acts when an owner cannot: the order of the product, and what holds for every directory."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from suggestbox.people.acting import acting_owner, covers
from suggestbox.people.directory import Brief, DepartmentBrief, Directory

TODAY = date(2026, 11, 4)
TOP, LOGISTICS, SHIFT = 1, 2, 3
OWNER, DEPUTY, SECOND, ABOVE, FOR_ALL, FIRST_IM, SECOND_IM, ADMIN, STRANGER = range(1, 10)


def brief(person_id: int, active: bool = True) -> Brief:
    return Brief(person_id, f"P{person_id}", "", "", None, 1, None, None, "office", active, True, "de", (), True)


def book_of(people: range = range(1, 10), **parts) -> Directory:
    book = Directory(1, TODAY, people={n: brief(n) for n in people})
    book.departments = {
        TOP: DepartmentBrief(TOP, "top", "Top", "", None, None, True),
        LOGISTICS: DepartmentBrief(LOGISTICS, "logistics", "Logistik", "", TOP, None, True),
        SHIFT: DepartmentBrief(SHIFT, "shift", "Schicht", "", LOGISTICS, None, True),
    }
    for name, value in parts.items():
        setattr(book, name, value)
    for (role, where), holders in book.roles.items():
        for holder in holders:
            book.roles_of.setdefault(holder, []).append((role, where))
    return book


def whole_book(**parts) -> Directory:
    roles = {
        ("coordinator", SHIFT): [OWNER],
        ("coordinator", LOGISTICS): [ABOVE],
        ("coordinator", None): [FOR_ALL],
        ("idea_manager", None): [FIRST_IM, SECOND_IM],
        ("admin", None): [ADMIN],
    }
    return book_of(deputies={OWNER: [DEPUTY, SECOND]}, roles=roles, **parts)


def acting(book: Directory, *, excluded=(), review: bool = False) -> tuple[int | None, bool]:
    return acting_owner(
        book,
        owner_id=OWNER,
        role="coordinator",
        department_id=SHIFT,
        excluded=frozenset(excluded),
        kind_is_review=review,
    )


def test_the_next_in_line_acts_when_those_before_are_away():
    line = [OWNER, DEPUTY, SECOND, ABOVE, FOR_ALL, FIRST_IM, SECOND_IM, ADMIN]
    found = []
    for gone in range(len(line) + 1):
        found.append(acting(whole_book(absent=dict.fromkeys(line[:gone], TODAY))))
    assert found == [
        (OWNER, True), (DEPUTY, True), (SECOND, True), (ABOVE, True), (FOR_ALL, True), (FIRST_IM, True),
        (SECOND_IM, True), (ADMIN, False), (None, False),
    ]  # fmt: skip


def test_who_is_excluded_never_acts():
    assert acting(whole_book(), excluded={OWNER, DEPUTY}) == (SECOND, True)
    assert acting(whole_book(), excluded=range(1, 10)) == (None, False)


def test_who_left_does_not_act():
    book = whole_book()
    book.people[OWNER] = brief(OWNER, active=False)
    assert acting(book) == (DEPUTY, True)


def test_a_holder_of_the_same_department_is_not_one_up():
    book = whole_book(absent={OWNER: TODAY, DEPUTY: TODAY, SECOND: TODAY})
    book.roles[("coordinator", SHIFT)] = [OWNER, STRANGER]
    assert acting(book) == (ABOVE, True)


def test_a_review_is_done_by_its_owner_or_reassigned_by_the_coordinator():
    assert acting(whole_book(), review=True) == (OWNER, True)
    assert acting(whole_book(absent={OWNER: TODAY}), review=True) == (ABOVE, False)
    assert acting(whole_book(absent=dict.fromkeys((OWNER, ABOVE, FOR_ALL), TODAY)), review=True) == (FIRST_IM, False)


def test_a_step_without_owner_and_department_goes_to_the_idea_manager():
    assert acting_owner(whole_book(), owner_id=None, role="", department_id=None) == (FIRST_IM, True)


def test_covers_are_absent_owners_one_might_stand_in_for():
    book = whole_book(absent={OWNER: TODAY, STRANGER: TODAY})
    assert covers(book, DEPUTY) == {OWNER}
    assert covers(book, FIRST_IM) == {OWNER, STRANGER}
    assert covers(book, STRANGER) == set()
    assert covers(whole_book(), DEPUTY) == set()


people = st.integers(1, 9)
places = st.sampled_from([TOP, LOGISTICS, SHIFT, None])
roles = st.sampled_from(["coordinator", "decision_maker", "idea_manager", "admin"])


@st.composite
def directories(draw) -> Directory:
    book = book_of(
        absent=dict.fromkeys(draw(st.sets(people)), TODAY),
        deputies=draw(st.dictionaries(people, st.lists(people, max_size=3, unique=True), max_size=4)),
        roles=draw(st.dictionaries(st.tuples(roles, places), st.lists(people, max_size=3, unique=True), max_size=8)),
    )
    for person_id in draw(st.sets(people, max_size=4)):
        book.people[person_id] = brief(person_id, active=False)
    return book


@given(directories(), people, roles, places, st.frozensets(people), st.booleans())
def test_acting_owner_is_sound(book, owner_id, role, place, excluded, review):
    arguments = {
        "owner_id": owner_id, "role": role, "department_id": place, "excluded": excluded, "kind_is_review": review,
    }  # fmt: skip
    who, may_do = acting_owner(book, **arguments)
    assert acting_owner(book, **arguments) == (who, may_do)
    if who is None:
        rescue = book.holders("idea_manager", None) + book.holders("admin", None)
        assert may_do is False
        assert [p for p in [owner_id, *rescue] if book.is_available(p) and p not in excluded] == []
        return
    assert book.is_available(who)
    assert who not in excluded
    if review:
        assert may_do == (who == owner_id)
    if who != owner_id and not book.is_available(owner_id):
        assert owner_id in covers(book, who)
