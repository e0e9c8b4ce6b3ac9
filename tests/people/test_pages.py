"""The pages: who may open them, that they hold together, and how many statements they cost."""

import re

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.people import structure
from suggestbox.people.models import (
    Absence,
    Body,
    BodyMeeting,
    BodyMember,
    ClosingDay,
    Department,
    Deputy,
    Membership,
    Person,
    RoleGrant,
    Site,
)
from tests.cast import newcomer

pytestmark = pytest.mark.either

ADMIN_PAGES = (
    "/people", "/people/{ann}", "/people/{ann}/edit", "/people/new", "/people/departments", "/people/departments/new",
    "/people/departments/{it}", "/people/sites", "/people/sites/new", "/people/sites/{home}", "/people/bodies",
    "/people/bodies/new", "/people/bodies/{body}",
)  # fmt: skip
MANAGER_PAGES = {"/people", "/people/{ann}", "/people/departments", "/people/bodies"}


@pytest.fixture
def body(cast):
    with work():
        return structure.create_body(name="Kommission", name_en="Committee", now=utc_now(), actor=None)


def address(pattern: str, cast, body) -> str:
    return pattern.format(ann=cast.ann.id, it=cast.it.id, home=cast.home.id, body=body.id)


@pytest.mark.parametrize("pattern", ADMIN_PAGES)
def test_who_may_open_a_page(cast, body, client, client_as, pattern):
    found = {
        who: client_as(getattr(cast, who)).get(address(pattern, cast, body)).status_code
        for who in ("dot", "ida", "ann")
    }
    manager = 200 if pattern in MANAGER_PAGES else 403
    assert (found, client.get(address(pattern, cast, body)).status_code) == (
        {"dot": 200, "ida": manager, "ann": 403}, 302,
    )  # fmt: skip


@pytest.mark.parametrize("pattern", [*ADMIN_PAGES, "/me", "/me/password"])
def test_ids_on_a_page_are_unique_and_labels_lead_somewhere(cast, body, client_as, pattern):
    page = client_as(cast.dot).get(address(pattern, cast, body)).text
    ids = [i for i in re.findall(r'\sid="([^"]+)"', page) if i != "csrf_token"]
    assert sorted(i for i in set(ids) if ids.count(i) > 1) == []
    assert [target for target in re.findall(r'<label for="([^"]+)"', page) if target not in ids] == []
    assert page.count("<h1") == 1


def test_what_does_not_exist_is_not_found(cast, client_as):
    dot = client_as(cast.dot)
    paths = ("/people/999", "/people/999/edit", "/people/departments/999", "/people/sites/999", "/people/bodies/999")
    assert [dot.get(path).status_code for path in paths] == [404] * 5


def test_an_administrator_looks_after_a_person(cast, client_as):
    dot, ann = client_as(cast.dot), cast.ann.id
    steps = (
        (f"/people/{ann}/roles", {"role": "expert", "department_id": cast.it.id}),
        (f"/people/{ann}/roles", {"role": "expert", "department_id": "", "from_on": "2026-01-01"}),
        (f"/people/{ann}/department", {"department_id": cast.it.id, "on": "2030-01-01"}),
        (f"/people/{ann}/deputies", {"deputy": "Eve Ebert"}),
        (f"/people/{ann}/deputies", {"deputy": "Bob Brandt (bob@example.com)"}),
        (f"/people/{ann}/absences", {"from_on": "2030-02-01", "until_on": "2030-02-02"}),
        (f"/people/{ann}/password", {"new_password": "ganz langes geheimnis"}),
    )
    assert [dot.post(path, data=fields).status_code for path, fields in steps] == [303] * len(steps)
    grants = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == ann)).all()
    assert [(g.role, g.department_id) for g in grants] == [("expert", cast.it.id), ("expert", None)]
    assert db.session.scalars(sa.select(Membership.department_id).where(Membership.person_id == ann)).all() == [
        cast.logistics.id, cast.it.id,
    ]  # fmt: skip
    deputies = db.session.scalars(sa.select(Deputy).order_by(Deputy.position)).all()
    assert [row.deputy_id for row in deputies] == [cast.eve.id, cast.bob.id]
    assert dot.get(f"/people/{ann}").status_code == 200
    back = (
        f"/people/roles/{grants[0].id}/end", f"/people/deputies/{deputies[0].id}/remove",
        f"/people/absences/{db.session.scalar(sa.select(Absence.id))}/remove",
    )  # fmt: skip
    assert [dot.post(path).status_code for path in back] == [303] * 3
    assert db.session.scalar(sa.select(sa.func.count(Absence.id))) == 0
    assert dot.post(f"/people/{ann}/leave", data={"on": "2026-11-01"}).status_code == 303
    assert db.session.get_one(Person, ann).active is False
    assert dot.get(f"/people/{ann}").status_code == 200
    assert dot.post(f"/people/{ann}/return").status_code == 303
    assert db.session.get_one(Person, ann).active is True


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("roles", {"role": "king"}),
        ("roles", {"role": "expert", "from_on": "2026-02-01", "until_on": "2026-01-01"}),
        ("department", {"department_id": "", "on": "2030-01-01"}),
        ("department", {"department_id": "999", "on": "2030-01-01"}),
        ("deputies", {"deputy": "Nobody"}),
        ("deputies", {"deputy": "ann@example.com"}),
        ("absences", {"from_on": "2030-02-02", "until_on": "2030-02-01"}),
        ("leave", {"on": "soon"}),
        ("password", {"new_password": "short"}),
    ],
)
def test_a_wrong_entry_is_shown_in_its_form(cast, client_as, path, fields):
    answer = client_as(cast.dot).post(f"/people/{cast.ann.id}/{path}", data=fields)
    shown = [part in answer.text for part in ("data-error-summary", '<details class="sb-fold" open')]
    assert (answer.status_code, shown) == (422, [True, True])


def test_two_people_of_one_name_need_the_address(cast, client_as):
    with work():
        newcomer(cast.home, "Eve", cast.it, family_name="Ebert", email="eve2@example.com")
    dot, path = client_as(cast.dot), f"/people/{cast.ann.id}/deputies"
    assert dot.post(path, data={"deputy": "Eve Ebert"}).status_code == 422
    assert dot.post(path, data={"deputy": "EVE2@example.com"}).status_code == 303


PERSON = {
    "given_name": "Mia", "family_name": "Neu", "email": "mia@example.com", "personnel_no": "", "salutation": "Frau",
    "language": "de", "superior": "kim@example.com", "employment_group": "office", "topics": "", "has_desk": "y",
    "entitled": "y", "entered_on": "", "open_reviews_at_most": "",
}  # fmt: skip


def test_a_person_is_added_and_changed(cast, client_as):
    dot = client_as(cast.dot)
    fields = {**PERSON, "site_id": cast.home.id, "department_id": cast.it.id}
    answer = dot.post("/people/new", data=fields)
    mia = db.session.scalars(sa.select(Person).where(Person.email == "mia@example.com")).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{mia.id}")
    assert (mia.superior_id, mia.memberships[0].department_id) == (cast.kim.id, cast.it.id)
    again = dot.post("/people/new", data=fields)
    assert (again.status_code, 'aria-invalid="true"' in again.text) == (422, True)
    changed = {**fields, "superior": "", "given_name": "Mira", "has_desk": ""}
    del changed["has_desk"]
    assert dot.post(f"/people/{mia.id}/edit", data=changed).status_code == 303
    mia = db.session.get_one(Person, mia.id)
    assert (mia.given_name, mia.superior_id, mia.has_desk) == ("Mira", None, False)


def test_a_superior_who_left_may_stay(cast, client_as):
    with work():
        cast.dan.active = False
    page = client_as(cast.dot).get(f"/people/{cast.ann.id}/edit").text
    fields = {**PERSON, "site_id": cast.home.id, "email": "ann@example.com", "superior": "Dan Dietz (dan@example.com)"}
    assert "Dan Dietz (dan@example.com)" in page
    assert client_as(cast.dot).post(f"/people/{cast.ann.id}/edit", data=fields).status_code == 303
    assert db.session.get_one(Person, cast.ann.id).superior_id == cast.dan.id


def test_departments_sites_and_bodies_are_looked_after(cast, body, client_as):
    dot = client_as(cast.dot)
    site = {"name": "Köln", "time_zone": "Europe/Berlin", "country": "de", "subdivision": "nw", "language": "de",
            "weekdays": ["0", "1", "5"], "works_from": "06:00", "works_until": "14:30"}  # fmt: skip
    steps = (
        ("/people/departments/new", {"name": "Lager", "name_en": "", "parent_id": cast.logistics.id, "body_id": ""}),
        (f"/people/departments/{cast.it.id}", {"name": "IT", "parent_id": "", "body_id": body.id, "active": "y"}),
        (f"/people/departments/{cast.it.id}/roles", {"role": "head", "person": "rex@example.com"}),
        ("/people/sites/new", site),
        (f"/people/sites/{cast.home.id}", {**site, "name": "Bremen", "subdivision": "HB"}),
        (f"/people/sites/{cast.home.id}/closing-days", {"on": "2030-05-03", "name": "Brückentag"}),
        (f"/people/bodies/{body.id}", {"name": "Die Kommission", "name_en": ""}),
        (f"/people/bodies/{body.id}/members", {"person": "Lea Lorenz", "seat": "chair"}),
        (f"/people/bodies/{body.id}/meetings", {"on": "2030-05-06"}),
        ("/people/bodies/new", {"name": "Zweite", "name_en": "Second"}),
    )
    assert [dot.post(path, data=fields).status_code for path, fields in steps] == [303] * len(steps)
    assert db.session.get_one(Department, cast.it.id).body_id == body.id
    new = db.session.scalars(sa.select(Site).where(Site.name == "Köln")).one()
    assert (new.key, new.country, new.subdivision, new.working_weekdays) == ("koeln", "DE", "NW", "015")
    for path in ("/people/departments", "/people/sites", f"/people/sites/{cast.home.id}", "/people/bodies",
                 f"/people/bodies/{body.id}", f"/people/departments/{cast.it.id}"):  # fmt: skip
        assert dot.get(path).status_code == 200
    back = (
        f"/people/closing-days/{db.session.scalar(sa.select(ClosingDay.id))}/remove",
        f"/people/members/{db.session.scalar(sa.select(BodyMember.id))}/remove",
        f"/people/meetings/{db.session.scalar(sa.select(BodyMeeting.id))}/remove",
    )
    assert [dot.post(path).status_code for path in back] == [303] * 3
    assert db.session.scalar(sa.select(sa.func.count(Body.id))) == 2


def test_a_loop_of_departments_is_shown_at_its_field(cast, client_as):
    fields = {"name": "Geschäftsleitung", "parent_id": cast.it.id, "body_id": "", "active": "y"}
    answer = client_as(cast.dot).post(f"/people/departments/{cast.direction.id}", data=fields)
    assert (answer.status_code, 'id="parent_id-error"' in answer.text) == (422, True)


def test_a_wrong_time_zone_is_shown_at_its_field(cast, client_as):
    fields = {"name": "X", "time_zone": "Mars/Olympus", "country": "DE", "subdivision": "", "language": "de",
              "works_from": "08:00", "works_until": "17:00"}
    answer = client_as(cast.dot).post("/people/sites/new", data=fields)
    assert (answer.status_code, 'id="time_zone-error"' in answer.text) == (422, True)


def test_the_tree_names_what_is_missing(cast, client_as):
    rows = client_as(cast.dot).get("/people/departments").text.split("<tr>")[2:]
    missing = {re.search(r">([^<]+)</a>", row)[1]: row.count("is-late") for row in rows}
    assert missing == {"Geschäftsleitung": 1, "Einkauf": 0, "IT": 0, "Logistik": 0}


def test_one_looks_after_oneself(cast, client_as):
    ann = client_as(cast.ann)
    preferences = {"language": "en", "theme": "dark", "shortcut_keys": "y"}
    assert ann.post("/me/preferences", data=preferences).status_code == 303
    row = db.session.get_one(Person, cast.ann.id)
    assert (row.language, row.theme, row.shortcut_keys) == ("en", "dark", True)
    assert ann.post("/me/preferences", data={"language": "xx", "theme": "dark"}).status_code == 422
    assert ann.post("/theme", data={"theme": "light", "next": "/me"}).headers["Location"] == "/me"
    assert ann.post("/theme", data={"theme": "pink"}).status_code == 422
    assert ann.post("/me/absences", data={"from_on": "2030-01-02", "until_on": "2030-01-01"}).status_code == 422
    assert ann.post("/me/absences", data={"from_on": "2030-01-01", "until_on": "2030-01-02"}).status_code == 303
    absence = db.session.scalar(sa.select(Absence.id))
    assert client_as(cast.eve).post(f"/me/absences/{absence}/remove").status_code == 404
    assert ann.post(f"/me/absences/{absence}/remove").status_code == 303


def test_names_are_shown_as_they_are_written(cast, client_as):
    with work():
        newcomer(cast.home, "<script>alert(1)</script>", cast.it, email="x@example.com")
    page = client_as(cast.dot).get("/people?q=script").text
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


@pytest.mark.parametrize("path", ["/people", "/people?role=coordinator&q=e", "/people/departments"])
def test_a_list_costs_the_same_with_many_rows(cast, client_as, count_queries, path):
    dot = client_as(cast.dot)
    dot.get(path)
    with count_queries() as few:
        dot.get(path)
    with work():
        for number in range(40):
            newcomer(cast.home, f"Neu{number}", cast.it)
    dot.get(path)
    with count_queries() as many:
        dot.get(path)
    assert len(many) == len(few)


def test_a_broken_page_mark_is_refused(cast, client_as):
    assert client_as(cast.dot).get("/people?page=%FF%00broken").status_code == 422
