"""Importing people: encodings, separators, dates; a plan first, then all or nothing; a second run changes nothing."""

from datetime import date

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.core.tables import parse_table
from suggestbox.people import imports
from suggestbox.people.directory import directory
from suggestbox.people.import_cells import read_date
from suggestbox.people.models import Department, Membership, Person, RoleGrant

TODAY = date(2026, 11, 4)
MAP = {
    "email": "mail", "personnel_no": "nr", "given_name": "first", "family_name": "last", "entered_on": "since",
    "superior": "boss", "department": "dep",
}  # fmt: skip
HEAD = "nr,first,last,mail,since,boss,dep\n"
FILE = (
    HEAD
    + "100,Ada,Öztürk,ADA,2017-06-13,,Vorstand\n"
    + "101,Bo,Weiß,bo@other.example,21.09.2015,100,Vertrieb\n"
    + '102,Cy,"Müller, Dr.",cy,03-01-2016,101,Vertrieb\n'
)


def plan(text: str | bytes, mapping=MAP, **options):
    raw = text.encode() if isinstance(text, str) else text
    options = {"today": TODAY, "email_domain": "example.com", "site_key": "bremen", **options}
    return imports.plan_import(parse_table(raw), mapping, **options)


def carry_out(text: str | bytes, mapping=MAP, **options) -> dict[str, int]:
    with work():
        return imports.carry_out(plan(text, mapping, **options), today=TODAY, now=utc_now(), actor=None)


def by_number(number: str) -> Person:
    return db.session.scalars(sa.select(Person).where(Person.personnel_no == number)).one()


def facts_of(number: str) -> tuple:
    person = by_number(number)
    book = directory(TODAY)
    superior = db.session.get(Person, person.superior_id or 0)
    return (
        person.name, person.email, person.entered_on, superior.personnel_no if superior else None,
        book.department(book.department_of(person.id)).german,
    )  # fmt: skip


def counts(**given: int) -> dict[str, int]:
    nothing = {"create": 0, "update": 0, "unchanged": 0, "error": 0, "leave": 0, "new_departments": 0}
    return nothing | given


def test_people_and_departments_are_made(cast):
    assert carry_out(FILE) == counts(create=3, new_departments=2)
    assert facts_of("100") == ("Ada Öztürk", "ada@example.com", date(2017, 6, 13), None, "Vorstand")
    assert facts_of("101") == ("Bo Weiß", "bo@other.example", date(2015, 9, 21), "100", "Vertrieb")
    assert facts_of("102") == ("Cy Müller, Dr.", "cy@example.com", date(2016, 1, 3), "101", "Vertrieb")


def test_a_plan_changes_nothing(cast):
    before = db.session.scalar(sa.select(sa.func.count(Person.id)))
    planned = plan(FILE)
    assert planned.new_departments == {"Vorstand": "", "Vertrieb": ""}
    assert [row.action for row in planned.rows] == ["create"] * 3
    assert db.session.scalar(sa.select(sa.func.count(Person.id))) == before


def test_a_second_run_changes_nothing(cast):
    carry_out(FILE)
    assert carry_out(FILE) == counts(unchanged=3)


def test_a_changed_row_names_what_is_different(cast):
    carry_out(FILE)
    changed = FILE.replace("Bo,Weiß,bo@other.example,21.09.2015,100,Vertrieb", "Bo,Weiss,bo2,21.09.2015,102,Einkauf")
    row = plan(changed.replace("03-01-2016,101", "03-01-2016,100")).rows[1]
    assert (row.line, row.action, row.changes) == (
        3,
        "update",
        {
            "family_name": ("Weiß", "Weiss"),
            "email": ("bo@other.example", "bo2@example.com"),
            "superior": ("100", "102"),
            "department": ("Vertrieb", "Einkauf"),
        },
    )
    assert carry_out(changed.replace("03-01-2016,101", "03-01-2016,100")) == counts(update=2, unchanged=1)
    assert facts_of("101")[3:] == ("102", "Einkauf")
    old = db.session.scalars(
        sa.select(Membership).where(Membership.person_id == by_number("101").id).order_by(Membership.from_on)
    ).all()
    assert [(m.from_on, m.until_on) for m in old] == [(date(2015, 9, 21), date(2026, 11, 3)), (TODAY, None)]


def test_people_are_recognised_by_email_too(cast):
    planned = plan("mail,last\nann@example.com,Neumann\n", {"email": "mail", "family_name": "last"})
    assert [(r.action, r.person_id, r.changes) for r in planned.rows] == [
        ("update", cast.ann.id, {"family_name": ("Albers", "Neumann")})
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_are_recognised(cast, encoding, separator):
    text = 'nr,last,dep\r\n7,Öztürk,"Forschung\r\n& Lehre"\r\n8,Weiß,Bau\r\n'.replace(",", separator)
    planned = plan(text.encode(encoding), {"personnel_no": "nr", "family_name": "last", "department": "dep"})
    assert [(r.line, r.name, r.wanted.department) for r in planned.rows] == [
        (2, "Öztürk", "Forschung\r\n& Lehre"), (4, "Weiß", "Bau"),
    ]  # fmt: skip


def test_departments_form_a_tree_by_the_parent_column(cast):
    text = "nr,last,dep,up\n1,A,Nachtschicht,Halle 1\n2,B,Halle 1,Werk\n3,C,Werk,Geschäftsleitung\n"
    mapping = {"personnel_no": "nr", "family_name": "last", "department": "dep", "parent_department": "up"}
    assert carry_out(text, mapping) == counts(create=3, new_departments=3)
    rows = db.session.scalars(sa.select(Department)).all()
    names = {row.id: row.name for row in rows}
    assert {row.name: names.get(row.parent_id) for row in rows if row.id > cast.it.id} == {
        "Werk": "Geschäftsleitung", "Halle 1": "Werk", "Nachtschicht": "Halle 1",
    }  # fmt: skip


def test_roles_are_added_and_never_taken_away(cast):
    text = "mail,roles\nbob@example.com,Idea Manager|coordinator@Logistik|expert\n"
    mapping = {"email": "mail"}
    assert plan(text, mapping).rows[0].changes == {"roles": ("", "idea_manager|expert")}
    carry_out(text, mapping)
    book = directory(TODAY)
    assert book.roles_of[cast.bob.id] == [("coordinator", cast.logistics.id), ("idea_manager", None), ("expert", None)]
    assert carry_out(text, mapping) == counts(unchanged=1)
    assert carry_out("mail,roles\nbob@example.com,\n", mapping) == counts(unchanged=1)


def test_the_missing_leave_only_on_request(cast):
    carry_out(FILE)
    shorter = FILE.rsplit("102,", 1)[0]
    assert carry_out(shorter) == counts(unchanged=2)
    planned = plan(shorter, deactivate_missing=True)
    home = {name for name, person in cast.people().items() if person.site_id == cast.home.id}
    assert {n for _i, n in planned.leaving} == {cast.people()[n].name for n in home - {"dot"}} | {"Cy Müller, Dr."}
    carry_out(shorter, deactivate_missing=True)
    assert (by_number("102").active, by_number("102").left_on) == (False, TODAY)
    assert [db.session.get_one(Person, p.id).active for p in (cast.ann, cast.dot, cast.coo)] == [False, True, True]
    assert db.session.scalars(sa.select(RoleGrant.until_on).where(RoleGrant.person_id == cast.ida.id)).all() == [TODAY]


def test_who_left_returns_with_the_file(cast):
    carry_out(FILE)
    carry_out(FILE.rsplit("102,", 1)[0], deactivate_missing=True)
    assert plan(FILE).rows[2].changes["active"] == ("no", "yes")
    carry_out(FILE)
    assert (by_number("102").active, by_number("102").left_on) == (True, None)


def test_an_empty_cell_leaves_things_as_they_are(cast):
    carry_out(FILE)
    assert carry_out(HEAD + "102,,,,,101,\n") == counts(unchanged=1)
    assert plan(HEAD + "102,,,,,,\n").rows[0].changes == {"superior": ("101", "")}


PROBLEMS = (
    ("1,A,B,a,31.02.2020,,X\n", "Line 2: “31.02.2020” in since is not a date."),
    ("1,A,B,a,2020/01/31,,X\n", "Line 2: “2020/01/31” in since is not a date."),
    ("1,A,B,a,,,X\n1,C,D,c,,,X\n", "Line 3: The personnel number 1 is already in line 2."),
    ("1,A,B,a,,,X\n2,C,D,A@example.com,,,X\n", "Line 3: The e-mail address a@example.com is already in line 2."),
    ("1,A,B,a,,,X,more\n", "Line 2: This line has more cells than the heading."),
    (",A,B,,,,X\n", "Line 2: An e-mail address or a personnel number is needed: one of the two."),
    ("1,,,a,,,X\n", "Line 2: The name is missing."),
    ("1,A,B,a b,,,X\n", "Line 2: mail: This is not an e-mail address."),
    ("1,A,B,a,,99,X\n", "Line 2: The superior 99 is neither in the file nor known here."),
    ("1,A,B,a,,1,X\n", "Line 2: Nobody can be their own superior."),
    ("1,A,B,a,,2,X\n2,C,D,c,,1,X\n", "Line 2: The line of superiors runs in a circle here."),
    ("1," + "A" * 81 + ",B,a,,,X\n", "Line 2: first: This is longer than 80 characters."),
    ('1,"A\nB",C,a,,,X\n2,A,B,b,soon,,X\n', "Line 4: “soon” in since is not a date."),
)


@pytest.mark.parametrize(("rows", "sentence"), PROBLEMS)
def test_a_wrong_line_is_named_and_nothing_is_imported(cast, rows, sentence):
    good = "55,Gut,Gut,gut,,,Neu\n"
    planned = plan(HEAD + rows + good)
    assert [p for p in planned.problems if p.startswith(sentence)] != []
    before = db.session.scalar(sa.select(sa.func.count(Person.id)))
    with pytest.raises(Invalid):
        carry_out(HEAD + rows + good)
    assert db.session.scalar(sa.select(sa.func.count(Person.id))) == before
    assert db.session.scalar(sa.select(Department.id).where(Department.name == "Neu")) is None


def test_number_and_email_of_two_people_do_not_mix(cast):
    carry_out(FILE)
    problems = plan(HEAD + "100,Ada,Öztürk,cy,,,\n").problems
    assert problems == ["Line 2: The personnel number belongs to Ada Öztürk, the e-mail address to Cy Müller, Dr.."]


def test_a_loop_of_departments_is_found(cast):
    text = "nr,last,department,parent_department\n1,A,X,Y\n2,B,Y,X\n"
    planned = plan(text, {"personnel_no": "nr", "family_name": "last"})
    assert planned.problems[0] == "Line 2: The department X would lie below itself."


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (HEAD.encode(), "The file has a heading but no rows."),
        (b"PK\x03\x04\x00\x00\x00", "This is not a text file. Please save the table as CSV first."),
        (b"nr,nr\n1,2\n", "The column nr occurs twice in the heading."),
        (b"a,b\n1,2\n", "The file has no column “mail”. Its columns are: a, b."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(cast, raw, sentence):
    with pytest.raises(Invalid) as refused:
        plan(raw)
    assert str(refused.value.text) == sentence


def test_the_site_must_be_clear(cast):
    with pytest.raises(Invalid) as refused:
        plan(FILE, site_key="")
    assert str(refused.value.text) == "Please name the site of these people. Known are: bremen, leeds."
    with pytest.raises(Invalid):
        plan(FILE, site_key="nowhere")


def test_mapping_options_are_read(app):
    assert imports.read_map_options(["email=mail", "personnel-no = Nr = x"]) == {
        "email": "mail",
        "personnel_no": "Nr = x",
    }
    for wrong in (["email"], ["=x"], ["email="], ["email=a", "email=b"]):
        with pytest.raises(Invalid):
            imports.read_map_options(wrong)
    with pytest.raises(Invalid):
        plan(FILE, {"e-mail-address": "mail"})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-31", date(2024, 3, 31)), ("31.03.2024", date(2024, 3, 31)), ("31-03-2024", date(2024, 3, 31)),
        ("1.4.2024", date(2024, 4, 1)), ("2024-03-31T00:00:00", date(2024, 3, 31)), ("31.03-2024", None),
        ("03/31/2024", None), ("31.3.24", None), ("2024-02-30", None), ("", None), ("heute", None),
    ],
)  # fmt: skip
def test_dates_are_read(text, day):
    assert read_date(text) == day
