"""`suggestbox feedback evaluate`: the figures, the comparison with the plain method, and bad files."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggestbox.cli import cli
from suggestbox.feedback import example_files
from suggestbox.feedback.example_files import read_examples
from suggestbox.feedback.measures import Told, differences, macro_f1, measures, micro_f1
from suggestbox.feedback.theme_model import Example
from tests.feedback.texts import english, german


def write(path: Path, examples: list[Example], *, polarities: bool = True) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "themes", "polarities")[: 3 if polarities else 2])
        for example in examples:
            pairs = "|".join(f"{theme}:{polarity}" for theme, polarity in example.polarities)
            writer.writerow((example.text, "|".join(sorted(example.themes)), pairs)[: 3 if polarities else 2])
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["feedback", "evaluate", *map(str, arguments)])


def test_all_figures_are_there(tmp_path):
    examples = german()
    answer = run("--train", write(tmp_path / "a.csv", examples[:96]), "--test", write(tmp_path / "b.csv", examples[96:]), "--json")
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert list(found) == ["themes", "themes_with_polarity", "accuracy", "in_scope_accuracy", "none_recall", "train_seconds",
                           "train_items", "test_items"]
    assert (found["train_items"], found["test_items"], found["accuracy"]) == (96, len(examples) - 96, None)
    assert found["themes"]["micro_f1"] > 0.9
    assert found["themes_with_polarity"]["macro_f1"] > 0.8
    assert found["none_recall"] == 1.0


def test_compared_with_the_plain_method(tmp_path):
    examples = english()
    files = ("--train", write(tmp_path / "a.csv", examples[:80], polarities=False),
             "--test", write(tmp_path / "b.csv", examples[80:], polarities=False), "--baseline")
    found = json.loads(run(*files, "--json").stdout)
    assert list(found["difference"]) == ["themes.micro_f1", "themes.macro_f1", "accuracy", "in_scope_accuracy"]
    assert list(found["difference"]["accuracy"]) == ["difference", "low", "high", "better", "worse"]
    assert found["themes_with_polarity"] == {"micro_f1": None, "macro_f1": None}
    assert found["baseline"]["accuracy"] > 0.5
    table = run(*files).stdout.splitlines()
    assert table[0].split() == ["figure", "model", "plain", "method", "difference", "95", "%", "interval"]
    assert [line.split()[0] for line in table[1:]] == [
        "themes.micro_f1", "themes.macro_f1", "accuracy", "in_scope_accuracy", "trained"]


def sets(*rows: str) -> list[frozenset[str]]:
    return [frozenset(row.split()) for row in rows]


def test_ordinary_f1():
    true, told = sets("a b", "a", "c", ""), sets("a", "a d", "", "c")
    assert micro_f1(true, told) == pytest.approx(2 * 2 / (4 + 4))
    assert macro_f1(true, told) == pytest.approx((1 + 0 + 0 + 0) / 4)
    assert (micro_f1([], []), macro_f1(sets(""), sets(""))) == (0.0, 0.0)


def test_none_told_for_none_is_right():
    true, told = sets("a", "b", "", ""), sets("a", "", "", "a")
    found = measures(Told(true, sets("", "", "", "")), Told(told, sets("", "", "", "")), with_polarity=False)
    assert (found["accuracy"], found["in_scope_accuracy"], found["none_recall"]) == (0.5, 0.5, 0.5)


def test_a_difference_is_sure_only_where_it_is_large():
    true = Told(sets(*["a", "b"] * 40), sets(*[""] * 80))
    wrong = Told(sets(*["a"] * 80), sets(*[""] * 80))
    nearly = Told(sets(*["a", "b"] * 39, "a", "a"), sets(*[""] * 80))
    sure, unsure = (differences(true, true, other, with_polarity=False)["accuracy"] for other in (wrong, nearly))
    assert (sure["difference"], sure["better"], sure["worse"]) == (0.5, True, False)
    assert (unsure["better"], unsure["low"]) == (False, 0.0)
    assert differences(true, true, wrong, with_polarity=False)["accuracy"] == sure


def test_names_with_colons_and_blanks(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('text;themes;polarities\nLift;"Lift: out of order | Staff";"Lift: out of order:very: bad|Staff : good"\n', "utf-8")
    found = read_examples(path)
    assert found.examples == [Example("Lift", frozenset(["Lift: out of order", "Staff"]),
                                      (("Lift: out of order", "very: bad"), ("Staff", "good")))]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "bad.csv: The file is empty."),
        (b"text,themes\n", "bad.csv holds no rows below its heading."),
        (b"text,topics\nx,y\n", "bad.csv, line 1: the column “themes” is missing; there are: text, topics."),
        (b"text,themes,themes\nx,y,z\n", "bad.csv: The column themes occurs twice in the heading."),
        (b"text,themes\nx,y\n,y\n", "bad.csv, line 3: the text is empty."),
        (b"text,themes\nx,y\n\n\nx\n", "bad.csv, line 5: there are fewer cells than columns."),
        (b"text,themes\nx,y,z\n", "bad.csv, line 2: there are more cells than columns."),
        ("text,themes\nMüll,y\n".encode() + "Müll,y\n".encode("cp1252"),
         "bad.csv, line 3: this line is not written in UTF-8, others are; please save the file anew as UTF-8."),
        (b"text,themes\nx,y\n\"=HYPERLINK(\"\"http://x\"\")\",y\n", "bad.csv, line 3: a cell is a formula, not a text."),
        (b"text,themes\n=1+1,y\n", "bad.csv, line 2: a cell is a formula, not a text."),
        (b"text,themes\nx,=A1:A9\n", "bad.csv, line 2: a cell is a formula, not a text."),
        (b"text,themes,polarities\nx,y,y\n", "bad.csv, line 2: “y” is no polarity; write theme:polarity."),
        (b"text,themes,polarities\nx,y,z:good\n",
         "bad.csv, line 2: “z” has a polarity but is none of the line's themes."),
        (b"PK\x03\x04\x00\x00", "bad.csv: This is not a text file. Please save the table as CSV first."),
    ],
)
def test_bad_files_are_refused_in_one_sentence(tmp_path, content, said):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    answer = run("--train", path, "--test", path)
    assert (answer.exit_code, answer.stderr, answer.stdout) == (1, f"Error: {said}\n", "")


@pytest.mark.parametrize("text", ["@bahn wo ist der Bus?", "- zu spät", "+++ Störung +++", "+49 421 1234", "= schlecht", "-5 Grad"])
def test_what_only_begins_like_a_formula_is_a_text(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(f"text,themes\n{text},y\n", "utf-8")
    assert [example.text for example in read_examples(path).examples] == [text]


def test_files_of_western_windows_are_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("text;themes\nMüll;Straße\n".encode("cp1252"))
    assert read_examples(path).examples == [Example("Müll", frozenset(["Straße"]))]


def test_a_file_that_is_too_large_is_not_opened(tmp_path, monkeypatch):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    answer = run("--train", path, "--test", path)
    assert (answer.exit_code, answer.stderr) == (1, "Error: large.csv is too large: 2000 MB; 200 MB are the most.\n")


def test_too_many_rows_and_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(example_files, "MOST_ROWS", 1)
    path = tmp_path / "long.csv"
    path.write_text("text,themes\na,b\na,b\n")
    assert run("--train", path, "--test", path).stderr == "Error: long.csv holds 2 rows; 1 are the most.\n"
    assert run("--train", tmp_path / "no.csv", "--test", path).stderr == (
        "Error: no.csv cannot be read: No such file or directory.\n")


def test_nothing_to_learn(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,themes\na,\nb,\n")
    answer = run("--train", path, "--test", path)
    assert (answer.exit_code, answer.stderr) == (
        1, "Error: There is nothing to learn: the examples need two themes, or one and texts without it.\n")
