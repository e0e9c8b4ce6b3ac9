"""Every view has a door, and who gets through is what was approved."""

import re
from functools import partial

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.guard import views_without_door
from suggestbox.people.sign_in import begin_sign_in
from tests.conftest import browser_with
from tests.doors import APPROVED, VISITORS, approved, build, doors, lines, observe, some


def test_every_view_has_a_door(app):
    assert views_without_door(app) == []


def test_doors_are_named_room_and_verb(app):
    names = {app.view_functions[rule.endpoint].door for rule, _method in doors(app)}
    assert [name for name in sorted(names) if name.count(".") != 1] == []


def test_pages_know_only_get_and_post(app):
    assert [rule.rule for rule, method in doors(app) if method not in ("GET", "POST")] == []


@pytest.fixture
def look(app, cast, clock, house):
    """Give a function that sends people to every door of a house in which every address leads somewhere."""
    world = build(cast, app.config["DEPLOYMENT"].files)
    tokens: dict[str, str | None] = {"nobody": None}
    with work():
        for name in VISITORS[1:]:
            tokens[name] = begin_sign_in(getattr(cast, name), utc_now())
    db.session.remove()
    house.keep("doors")

    def start_over() -> None:
        house.renew("doors")
        app.extensions.pop("directories", None)

    return partial(observe, app, world, lambda name: browser_with(app, tokens[name]), start_over)


@pytest.mark.slow
@pytest.mark.either
def test_the_matrix_of_permissions_is_the_approved_one(look, request):
    seen = list(lines(look()))
    if request.config.getoption("--write-doors"):
        APPROVED.write_text("\n".join(seen) + "\n", encoding="utf-8")
    assert seen == APPROVED.read_text(encoding="utf-8").splitlines()


@pytest.mark.either
def test_a_few_people_find_every_door_as_it_was_approved(look):
    """Everybody is sent to every door in the slow tests; here one of those who get the same."""
    matrix = approved()
    asked = {entry: some(entry, statuses) for entry, statuses in matrix.items()}
    wanted = {entry: {name: matrix[entry][name] for name in names} for entry, names in asked.items()}
    assert dict(look(lambda entry: asked.get(entry, VISITORS))) == wanted


def test_the_approved_matrix_is_read_as_it_is_written():
    assert list(lines(approved().items())) == APPROVED.read_text(encoding="utf-8").splitlines()


def test_nobody_meets_a_fault():
    entries = re.split(r"\n(?=GET |POST )", APPROVED.read_text(encoding="utf-8"))
    assert [entry.splitlines()[0] for entry in entries if re.search(r"\b500\b", entry)] == []


def test_every_door_was_seen_to_let_somebody_in():
    """A door at which everybody gets 404 proves nothing: the address led to nothing."""
    text = APPROVED.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=GET |POST )", text)[1:]
    let_in = r"\b(200|302|303|409|422)\b(?! nobody;)"
    assert [entry.splitlines()[0] for entry in entries if not re.search(let_in, entry)] == []
