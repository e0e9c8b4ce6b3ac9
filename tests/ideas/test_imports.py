"""Ideas from files: whole or not at all, each row once, by the same rules as those typed in."""

import json
from collections import Counter

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from suggestbox.cli import cli
from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.tables import parse_table, read_table
from suggestbox.core.terminal import Instance
from suggestbox.ideas.models import Idea, IdeaVersion, IdeaWords
from suggestbox.journal.models import Entry
from suggestbox.steps.models import Step

HEAD = "id,headline,body\n"


@pytest.fixture
def run(app, tmp_path):
    """Give a function that runs the import on some text and gives exit code, JSON and messages."""

    def importing(text: str | bytes, *options: str):
        path = tmp_path / "ideas.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        db.session.rollback()
        result = CliRunner().invoke(
            cli,
            ["ideas", "import", str(path), "--map", "source_id=id", "--map", "title=headline", "--map", "problem=body",
             "--as", "ann@example.com", "--json", *options],
            obj=Instance(lambda *_args, **_kw: app),
        )
        db.session.expire_all()
        try:
            return result.exit_code, json.loads(result.stdout), result.stderr
        except ValueError:
            return result.exit_code, None, result.stderr

    return importing


def counted(answer: dict) -> tuple[int, int, int, int]:
    return answer["created"], answer["updated"], answer["unchanged"], len(answer["errors"])


def test_import_creates_updates_and_leaves_alone(cast, run):
    text = HEAD + 'a,First,"Text, with\n\na line"\nb,Second,Something\n'
    assert counted(run(text)[1]) == (2, 0, 0, 0)
    first = db.session.scalars(sa.select(Idea).where(Idea.source_id == "a")).one()
    assert (first.title, first.problem, first.stage, first.imported) == ("First", "Text, with\n\na line", "submitted", True)
    assert counted(run(text)[1]) == (0, 0, 2, 0)
    assert counted(run(text.replace("Something", "Something else"))[1]) == (0, 1, 1, 0)
    second = db.session.scalars(sa.select(Idea).where(Idea.source_id == "b")).one()
    assert (second.problem, second.text_version) == ("Something else", 2)
    assert [v.problem for v in db.session.scalars(sa.select(IdeaVersion))] == ["Something"]


def test_imported_ideas_are_like_those_typed_in(cast, run):
    rows = "".join(f"{n},Idea {n},Text {n}\n" for n in range(40))
    assert counted(run(HEAD + rows)[1]) == (40, 0, 0, 0)
    assert sorted(db.session.scalars(sa.select(Idea.number))) == [f"{_year()}-{n:04d}" for n in range(1, 41)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Entry).where(Entry.kind == "submit")) == 40
    assert db.session.scalar(sa.select(sa.func.count()).select_from(IdeaWords)) == 40
    steps = list(db.session.scalars(sa.select(Step).where(Step.done_at.is_(None))))
    assert len(steps) == 40
    per_day = Counter(step.due_on for step in steps)
    assert sorted(per_day.values()) == [10, 15, 15]
    shown = dict(db.session.execute(sa.select(Idea.id, Idea.next_due_on)).all())
    assert shown == {step.idea_id: step.due_on for step in steps}


def _year() -> int:
    return db.session.scalars(sa.select(Idea.submitted_at)).first().year


def test_one_wrong_row_stops_the_whole_import(cast, run):
    code, answer, _said = run(HEAD + "a,First,x\n,Without id,x\na,Twice,x\nb,,\n")
    assert (code, counted(answer)) == (1, (0, 0, 0, 3))
    assert [error["line"] for error in answer["errors"]] == [3, 4, 5]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Idea)) == 0


def test_a_trial_changes_nothing(cast, run):
    assert counted(run(HEAD + "a,First,x\n", "--dry-run")[1]) == (1, 0, 0, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Idea)) == 0
    assert counted(run(HEAD + "a,First,x\n")[1]) == (1, 0, 0, 0)
    assert db.session.scalars(sa.select(Idea.number)).one().endswith("-0001")


def test_long_titles_and_empty_texts_are_taken_whole(cast, run):
    assert counted(run(HEAD + f"a,{'T' * 400},{'x' * 30_000}\nb,Only a title,\n")[1]) == (2, 0, 0, 0)
    long, short = db.session.scalars(sa.select(Idea).order_by(Idea.source_id)).all()
    assert (len(long.title), len(long.problem), short.problem) == (400, 30_000, "Only a title")


@pytest.mark.parametrize("options", [
    ("--map", "nonsense=id"), ("--map", "title=missing"), ("--as", "nobody@example.com"), ("--department", "nowhere"),
])
def test_wrong_options_get_a_sentence(cast, run, options):
    code, answer, said = run(HEAD + "a,First,x\n", *options)
    assert (code != 0, answer) == (True, None)
    assert said.startswith("Error: ")
    assert len(said.splitlines()) == 1


def test_departments_days_and_submitters_come_from_columns(cast, run):
    text = "id;headline;body;department;submitter;age\n1;A;x;Logistik;eve@example.com;10\n2;B;x;it;;0\n"
    assert counted(run(text, "--days-ago-column", "age")[1]) == (2, 0, 0, 0)
    first, second = db.session.scalars(sa.select(Idea).order_by(Idea.source_id)).all()
    assert (first.department_id, second.department_id) == (cast.logistics.id, cast.it.id)
    assert (first.submitters[0].person_id, second.submitters[0].person_id) == (cast.eve.id, cast.ann.id)
    assert (second.submitted_at - first.submitted_at).days == 10


@pytest.mark.parametrize(
    ("raw", "separator", "encoding"),
    [
        ("a,b\n1,Müll\n".encode(), ",", "utf-8"),
        ("a;b\r\n1;Müll\r\n".encode("utf-8-sig"), ";", "utf-8-sig"),
        ("a\tb\n1\tMüll\n".encode("utf-16"), "\t", "utf-16"),
        ("a;b\n1;Müll\n".encode("cp1252"), ";", "cp1252"),
        ("a|b\n1|Müll\n".encode(), "|", "utf-8"),
        ('"a,x";b\n1;Müll\n'.encode(), ";", "utf-8"),
    ],
)
def test_tables_are_read_as_programs_write_them(raw, separator, encoding):
    table = parse_table(raw)
    assert (table.separator, table.encoding, table.rows[0].get("b")) == (separator, encoding, "Müll")


def test_rows_know_their_lines_and_files_that_are_no_tables_get_a_sentence(app, tmp_path):
    table = parse_table(b'a,b\n1,"two\nlines"\n\n3,x\n')
    assert [(row.line, row.get("b"), row.get("zzz")) for row in table.rows] == [(2, "two\nlines", ""), (5, "x", "")]
    for raw in (b"", b"\n\n", b"PK\x03\x04\x00\x00", b"a,a\n1,2\n"):
        with pytest.raises(Invalid):
            parse_table(raw)
    with pytest.raises(Invalid):
        read_table(tmp_path / "missing.csv")
