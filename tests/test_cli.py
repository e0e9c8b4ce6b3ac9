"""The command line: one sentence for what is wrong, JSON on standard output, `--instance` anywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from suggestbox.cli import COMMANDS, cli
from suggestbox.core.errors import Invalid, NotFound, Refused
from suggestbox.core.terminal import print_table, sentence_of

FOUNDING = (
    "--email", "Ada@Example.com", "--given-name", "Ada", "--family-name", "Adler", "--organisation", "Werft",
    "--time-zone", "Europe/Berlin", "--country", "de", "--language", "de", "--password-stdin",
)
PASSWORD = "kein leichtes wort\n"


def run(*arguments: str, instance: Path | None = None, text: str = "") -> Result:
    where = {"SUGGESTBOX_INSTANCE": str(instance)} if instance else {}
    return CliRunner().invoke(cli, [*arguments], env=where, input=text)


@pytest.fixture
def house(tmp_path) -> Path:
    """A folder with an installation in it."""
    assert run("init", *FOUNDING, instance=tmp_path / "house", text=PASSWORD).exit_code == 0
    return tmp_path / "house"


def test_help_imports_no_room_and_names_every_command():
    code = (
        "import sys; from suggestbox.cli import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('flask', 'sqlalchemy', 'rich', 'pydantic', 'suggestbox.app') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1] == "[]"
    assert [name for _heading, name, _place, _text in COMMANDS if f"  {name} " not in told] == []


@pytest.mark.parametrize("name", [row[1] for row in COMMANDS])
def test_every_command_is_there_and_explains_itself(name):
    answer = run(name, "--help")
    assert (answer.exit_code, "--instance FOLDER" in answer.output) == (0, True)


def test_the_table_of_commands_says_what_they_say_themselves():
    with click.Context(cli) as context:
        said = {name: cli.get_command(context, name).help.split("\n\n")[0] for _, name, _, _ in COMMANDS}
    assert said == {name: text for _, name, _, text in COMMANDS}


def test_a_broken_room_is_named_and_the_others_work(monkeypatch):
    broken = ("Run it", "broken", "suggestbox.core.nowhere:nothing", "Not there.")
    monkeypatch.setattr("suggestbox.cli.COMMANDS", (*COMMANDS, broken))
    answer = run("broken")
    assert answer.exit_code == 1
    assert answer.stderr == (
        "Error: The command 'broken' cannot be loaded: "
        "ModuleNotFoundError: No module named 'suggestbox.core.nowhere'\n"
    )
    assert run("db", "--help").exit_code == 0


@pytest.mark.parametrize(
    "line", [("--instance", "{}", "db", "current"), ("db", "--instance", "{}", "current"),
             ("db", "current", "--instance", "{}"), ("db", "current", "--instance={}")]
)
def test_the_instance_may_be_named_anywhere(house, line):
    answer = run(*(word.format(house) for word in line))
    assert (answer.exit_code, answer.stdout) == (0, "0005\n")


def test_init_makes_a_house_that_can_be_used(house):
    assert sorted(path.name for path in house.iterdir()) == ["secret_key", "suggestbox.db"]
    assert json.loads(run("db", "check", "--json", instance=house).stdout) == {
        "ok": True, "differences": [], "first_broken_entry": None,
    }


def test_a_new_house_keeps_its_promises_from_the_start(house):
    """Criteria are in force, so that the first idea can be scored at all."""
    answer = run("check", "--json", "--instance", str(house))

    assert (answer.exit_code, json.loads(answer.stdout)["findings"]) == (0, [])


def test_init_again_changes_nothing(house):
    before = (house / "suggestbox.db").read_bytes()
    answer = run("init", instance=house)
    assert answer.exit_code == 0
    assert answer.stderr == (
        f"{house} is set up already; its administrator is Ada Adler. Nothing was changed.\n"
    )
    assert (house / "suggestbox.db").read_bytes() == before


def test_init_without_a_terminal_names_what_is_missing(tmp_path):
    answer = run("init", instance=tmp_path)
    assert (answer.exit_code, answer.stderr.splitlines()[-1]) == (2, "Error: Missing option '--email'.")


def test_init_refuses_a_password_everybody_guesses(tmp_path):
    answer = run("init", *FOUNDING, instance=tmp_path, text="passwort123\n")
    assert (answer.exit_code, answer.stderr.startswith("Error: Many people use this password")) == (2, True)
    assert run("init", *FOUNDING, instance=tmp_path, text=PASSWORD).exit_code == 0


def test_a_wrong_variable_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("SUGGESTBOX_PORT", "99999")
    answer = run("db", "current", instance=tmp_path)
    assert answer.exit_code == 2
    assert answer.stderr == "Error: SUGGESTBOX_PORT: Input should be less than or equal to 65535\n"


def test_an_unreachable_database_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("SUGGESTBOX_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/nothing")
    answer = run("db", "current", instance=tmp_path)
    assert (answer.exit_code, len(answer.stderr.splitlines())) == (1, 1)
    assert answer.stderr.startswith("Error: The database cannot be used: ")


@pytest.mark.parametrize("line", [("settings", "list"), ("db", "check")])
def test_a_database_without_tables_says_what_to_do(tmp_path, line):
    answer = run(*line, instance=tmp_path)
    assert (answer.exit_code, len(answer.stderr.splitlines()), "suggestbox " in answer.stderr) == (1, 1, True)


def test_serve_refuses_a_folder_without_a_house(tmp_path):
    answer = run("serve", instance=tmp_path)
    assert answer.exit_code == 1
    assert answer.stderr == "Error: This installation is not set up yet. Set it up with: suggestbox init\n"


def test_settings_are_read_changed_and_checked(house):
    rows = json.loads(run("settings", "list", "--json", instance=house).stdout)
    number = next(row for row in rows if type(row["default"]) is int)
    name, other = number["name"], number["default"] + 1
    assert run("settings", "set", name, str(other), instance=house).stderr == f"{name} is now {other}.\n"
    told = json.loads(run("settings", "get", name, "--json", instance=house).stdout)
    assert told == {"name": name, "value": other}
    answer = run("settings", "set", name, "many", instance=house)
    assert (answer.exit_code, answer.stderr) == (2, "Error: 'many' does not fit here: the rule takes a whole number.\n")
    answer = run("settings", "get", "nothing", instance=house)
    assert (answer.exit_code, answer.stderr) == (
        1, "Error: There is no rule 'nothing'. See: suggestbox settings list\n"
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Refused("Two people have to look at it first."), "Two people have to look at it first."),
        (Invalid(reason="out_of_bounds", name="due.review_days"), "Out of bounds, name: due.review_days."),
        (Invalid("Please look again.", fields={"email": "is taken"}), "Please look again. email: is taken"),
        (NotFound(), "Not found."),
    ],
)
def test_an_error_of_the_house_is_told_in_one_sentence(error, sentence):
    assert sentence_of(error) == sentence


def test_tables_are_aligned_and_nothing_is_cut(capsys):
    print_table(["name", "value"], [["a", None], ["longer", 12]])
    assert capsys.readouterr().out == "name    value\na\nlonger  12\n"


def test_the_program_runs_as_a_module(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-m", "suggestbox", "db", "current", "--json"],
        capture_output=True, text=True, env={**os.environ, "SUGGESTBOX_INSTANCE": str(tmp_path)}, check=True,
    )
    assert (json.loads(answer.stdout)["current"], answer.stderr) == ("", "")
