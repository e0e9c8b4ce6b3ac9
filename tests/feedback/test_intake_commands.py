"""Feedback in and out from the terminal: what is asked for, plain sentences for what is wrong, JSON for programs."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggestbox.cli import cli


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with an installation in it that has customer feedback on."""
    for command in (("db", "upgrade"), ("settings", "set", "modules.feedback", "yes")):
        assert run(tmp_path / "house", *command).exit_code == 0
    return tmp_path / "house"


def run(folder: Path, *arguments: str, text: str = "") -> Result:
    """Run a command in an installation."""
    return CliRunner().invoke(cli, [*arguments], env={"SUGGESTBOX_INSTANCE": str(folder)}, input=text)


def test_the_terminal_brings_in_takes_back_and_sends_out(folder, tmp_path):
    file, out = tmp_path / "v.csv", tmp_path / "o.csv"
    file.write_text("Nr;Satz;Thema\n1;slow;late\n2;=fine;\n", encoding="utf-8")
    how = ("feedback", "import", str(file), "--source", "survey", "--map", "text=Satz", "--map", "key=Nr", "--json")
    refused = run(folder, *how, "--dry-run")
    assert (refused.exit_code, json.loads(refused.stdout)["errors"]) == (
        1, [{"line": 2, "error": "There is no theme “late”."}])
    dry = json.loads(run(folder, *how, "--create-themes", "--dry-run").stdout)
    assert (dry["state"], dry["new"], dry["new_themes"]) == ("would_come_in", 2, ["late"])
    assert json.loads(run(folder, "feedback", "sources", "--json").stdout) == []
    done = json.loads(run(folder, *how, "--create-themes").stdout)
    assert (done["state"], done["new"], done["mapping"]) == ("visible", 2, {"text": "Satz", "key": "Nr", "themes": "Thema"})
    again = run(folder, "feedback", "import", str(file), "--source", "survey")
    assert again.stdout == "2 rows: 0 are new, 2 known, 0 known with other words (left as they are).\n"
    sources = json.loads(run(folder, "feedback", "sources", "--json").stdout)
    assert [(s["key"], s["items"], s["mapping"]) for s in sources] == [
        ("survey", 2, {"text": "Satz", "key": "Nr", "themes": "Thema"})]
    sent = run(folder, "feedback", "export", "--out", str(out), "--source", "survey", "--json")
    assert json.loads(sent.stdout) == {"file": str(out), "items": 2, "masked": False}
    with out.open(encoding="utf-8-sig", newline="") as sent_file:
        assert [row["text"] for row in csv.DictReader(sent_file)] == ["slow", "'=fine"]
    undone = run(folder, "feedback", "undo", str(done["import"]))
    assert (undone.exit_code, undone.stderr) == (0, f"Import {done['import']} is taken back: 2 items removed.\n")
    twice = run(folder, "feedback", "undo", str(done["import"]))
    assert twice.stderr == "Error: Nothing came in with this import, so nothing can be taken back.\n"
    assert [i["state"] for i in json.loads(run(folder, "feedback", "imports", "--json").stdout)] == ["visible", "undone"]


def test_standard_input_and_plain_sentences(folder, tmp_path):
    piped = run(folder, "feedback", "import", "-", "--source", "api", text='{"id": 1, "text": "slow"}\n')
    assert piped.stdout.startswith("1 rows: 1 are new")
    missing = run(folder, "feedback", "import", str(tmp_path / "none.csv"), "--source", "api")
    assert missing.stderr == f"Error: The file {tmp_path / 'none.csv'} cannot be read: No such file or directory.\n"
    column = run(folder, "feedback", "import", "-", "--source", "x", "--map", "text=Satz", text="id,Kommentar\n1,a\n")
    assert column.stderr == "Error: Line 1: the file has no column “Satz”. Its columns are: id, Kommentar.\n"
    ending = run(folder, "feedback", "export", "--out", str(tmp_path / "o.pdf"))
    assert ending.stderr == "Error: The file has to end in .csv or .xlsx.\n"
    key = run(folder, "feedback", "import", "-", "--source", "Über uns", text="id,text\n1,a\n")
    assert (key.exit_code, list((folder / "imports").iterdir())) == (1, [])


def test_nothing_comes_in_while_the_module_is_off(folder):
    run(folder, "settings", "set", "modules.feedback", "no")
    off = run(folder, "feedback", "import", "-", "--source", "x", text="text\na\n")
    assert off.stderr == "Error: Customer feedback is switched off. Switch it on with: suggestbox settings set modules.feedback yes\n"
