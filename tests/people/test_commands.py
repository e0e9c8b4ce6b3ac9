"""`suggestbox people`: one JSON document on standard output, words on standard error, all or nothing."""

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from suggestbox.cli import cli
from suggestbox.core.database import db
from suggestbox.core.terminal import Instance
from suggestbox.people.models import Absence, Deputy, Person, RoleGrant

FILE = "employee,last,mail,boss\n1,Öz,OZ,\n2,Bär,baer,1\n"
OPTIONS = ("--map", "personnel_no=employee", "--map", "family_name=last", "--map", "email=mail", "--map",
           "superior=boss", "--email-domain", "example.com", "--site", "bremen")  # fmt: skip


@pytest.fixture
def people(app, cast):
    """Give a function that runs a command on the test database."""

    class Here(Instance):
        def app(self, **_deployment):
            return app

    def run(*arguments: str, typed: str | None = None):
        db.session.rollback()
        result = CliRunner().invoke(cli, ["people", *arguments], input=typed, obj=Here(lambda: app))
        db.session.rollback()
        db.session.expire_all()
        return result

    return run


def test_list_prints_one_document(people, cast):
    result = people("list", "--role", "coordinator", "--department", "it", "--json")
    assert json.loads(result.stdout) == [
        {
            "id": cast.coo.id, "name": "Coo Cooper", "email": "coo@example.com", "personnel_no": None,
            "department": "IT", "department_key": "it", "active": True,
            "roles": [{"role": "coordinator", "department": "it"}],
        }
    ]  # fmt: skip
    assert "bob@example.com" in people("list").stdout
    assert people("list", "--department", "nowhere").exit_code == 1


def test_import_shows_does_and_repeats(people, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(FILE, encoding="cp1252")
    dry = people("import", str(path), *OPTIONS, "--dry-run", "--json")
    document = json.loads(dry.stdout)
    assert (document["dry_run"], document["done"], document["counts"]["create"]) == (True, False, 2)
    assert db.session.scalar(sa.select(Person.id).where(Person.personnel_no == "1")) is None
    done = json.loads(people("import", str(path), *OPTIONS, "--json").stdout)
    assert (done["done"], done["counts"]["create"]) == (True, 2)
    assert json.loads(people("import", str(path), *OPTIONS, "--json").stdout)["counts"]["unchanged"] == 2
    found = db.session.scalars(sa.select(Person).where(Person.personnel_no == "2")).one()
    assert (found.family_name, found.email) == ("Bär", "baer@example.com")


def test_import_with_a_wrong_line_imports_nothing(people, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(FILE + "3,X,y,77\n", encoding="utf-8")
    result = people("import", str(path), *OPTIONS, "--json")
    assert (result.exit_code, json.loads(result.stdout)["done"]) == (1, False)
    assert "Line 4: The superior 77 is neither in the file nor known here." in result.stderr
    assert db.session.scalar(sa.select(Person.id).where(Person.personnel_no == "1")) is None


def test_import_of_a_missing_file_says_so(people, tmp_path):
    result = people("import", str(tmp_path / "none.csv"), *OPTIONS)
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: The file none.csv cannot be read: No such file or directory\n",
    )


def test_roles_are_granted_and_revoked(people, cast):
    assert (
        people("grant", "ANN@example.com", "expert", "--department", "logistics", "--from", "2026-01-01").exit_code == 0
    )
    row = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == cast.ann.id)).one()
    assert (row.role, row.department_id, str(row.from_on)) == ("expert", cast.logistics.id, "2026-01-01")
    assert people("revoke", "ann@example.com", "expert").exit_code == 1
    assert people("revoke", "ann@example.com", "expert", "--department", "Logistik").exit_code == 0
    assert people("revoke", "ann@example.com", "expert", "--department", "logistics").exit_code == 1
    assert people("revoke", "dot@example.com", "admin").exit_code == 1
    assert people("grant", "nobody@example.com", "expert").exit_code == 1


def test_people_are_added_away_and_gone(people, cast):
    added = people(
        "add", "--email", "new@example.com", "--family-name", "Neu", "--site", "leeds", "--department", "it", "--json"
    )
    assert json.loads(added.stdout)["department"] == "IT"
    assert people("add", "--email", "new@example.com", "--family-name", "Neu", "--site", "leeds").exit_code == 1
    assert people("add", "--family-name", "Neu", "--site", "leeds").exit_code == 1
    away = ("absent", "ann@example.com", "--from", "2026-12-01", "--until", "04.12.2026", "--deputy", "eve@example.com")
    assert people(*away).exit_code == 0
    assert [str(row.until_on) for row in db.session.scalars(sa.select(Absence))] == ["2026-12-04"]
    assert [row.deputy_id for row in db.session.scalars(sa.select(Deputy))] == [cast.eve.id]
    assert people("leave", "new@example.com", "--on", "2026-01-31").exit_code == 0
    assert db.session.scalar(sa.select(Person.active).where(Person.email == "new@example.com")) is False


def test_a_password_is_set_from_standard_input(people, client, cast):
    assert people("set-password", "ann@example.com", "--password-stdin", typed="short\n").exit_code == 1
    assert people("set-password", "ann@example.com", "--password-stdin", typed="ganz langes geheimnis\n").exit_code == 0
    fields = {"email": "ann@example.com", "password": "ganz langes geheimnis"}
    assert client.post("/sign-in", data=fields).status_code == 303
    assert people("set-password", "ann@example.com", typed="").exit_code == 2


def test_departments_are_listed_as_a_tree(people, cast):
    found = json.loads(people("departments", "--json").stdout)
    assert [(d["key"], d["parent"]) for d in found] == [
        ("direction", None), ("it", "direction"), ("logistics", "direction"), ("purchasing", "direction"),
    ]  # fmt: skip
