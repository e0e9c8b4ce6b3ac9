"""The landscape as a file: there and back, twice without effect, tried out, and refused with the line."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from suggestbox.core.database import db, work
from suggestbox.feedback import tree
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.models import Journey, Theme, ThemeChange, ThemeRule, Touchpoint
from suggestbox.feedback.theme_rules import add_rule, rules_of
from suggestbox.feedback.tree_files import as_csv, as_json, landscape_rows, read_entries
from suggestbox.feedback.tree_imports import LandscapeImport, Outcome
from suggestbox.people.queries import here
from tests.cast import Cast
from tests.feedback.scene import AT, make_journey, make_theme, make_touchpoint

CSV = """kind;key;parent;name_de;name_en;audience;need;owner;department;process;touchpoints;examples_en;words;but_not;polarity
theme;late;delivery;Zu spät;Late;;basic;;;;arrival;;;;
theme;delivery;;Lieferung;;customers;;Bob@example.org;;;;"It came.
It went.";;;
journey;buying;;Einkaufen;Buying;customers;;;;;;;;;
touchpoint;arrival;buying;Ankunft;Arrival;;;bob@example.org;logistics;On the same day;;;;;
rule;;late;;;;;;;;;;zu spät*;früh;negative
"""


@pytest.fixture
def bob(cast: Cast) -> Any:
    """Bob has an e-mail address, his department a key."""
    with work():
        cast.bob.email = "bob@example.org"
        cast.logistics.key = "logistics"
    return cast.bob


def bring_in(path: Path) -> Outcome:
    """Bring a file in that has no errors."""
    with work():
        coming = LandscapeImport(read_entries(path), here())
        assert coming.check() == []
        return coming.run(now=AT)


def wrong_in(path: Path) -> list[tuple[str, str]]:
    """Give what is wrong with a file."""
    return LandscapeImport(read_entries(path), here()).check()


def test_a_file_in_any_order_of_rows(bob: Any, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "tree.csv"
    path.write_text(CSV, encoding="utf-8")
    outcome = bring_in(path)
    assert outcome.created == {"journey": 1, "touchpoint": 1, "theme": 2, "rule": 1}
    late, delivery = db.session.scalars(sa.select(Theme).order_by(Theme.key.desc())).all()
    assert (late.parent_id, late.need, late.audience) == (delivery.id, "basic", "customers")
    assert (delivery.owner_id, delivery.examples_en) == (bob.id, ["It came.", "It went."])
    place = db.session.scalars(sa.select(Touchpoint)).one()
    assert (place.owner_id, place.department_id, place.process) == (bob.id, cast.logistics.id, "On the same day")
    assert landscape().themes[late.id].touchpoint_ids == (place.id,)
    assert [(r.words, r.but_not, r.polarity) for r in rules_of(late.id)] == [("zu spät*", "früh", "negative")]
    again = bring_in(path)
    assert again.same == outcome.created
    assert (sum(again.created.values()), sum(again.changed.values())) == (0, 0)


def test_what_the_file_says_otherwise_is_changed_and_stands_in_the_history(bob: Any, tmp_path: Path) -> None:
    path = tmp_path / "tree.csv"
    path.write_text(CSV, encoding="utf-8")
    bring_in(path)
    path.write_text("kind,key,name_de,name_en\ntheme,late,Verspätet,Late\n", encoding="utf-8")
    assert bring_in(path).changed == {"journey": 0, "touchpoint": 0, "theme": 1, "rule": 0}
    theme = db.session.scalars(sa.select(Theme).where(Theme.key == "late")).one()
    assert (theme.name_de, theme.need, theme.parent_id is None) == ("Verspätet", "basic", False)
    last = db.session.scalars(sa.select(ThemeChange).order_by(ThemeChange.id.desc())).first()
    assert last is not None
    assert (last.kind, last.facts, last.by_id) == ("changed", {"name_de": ["Zu spät", "Verspätet"]}, None)


@pytest.mark.parametrize("end", ["csv", "json"])
def test_there_and_back(end: str, bob: Any, cast: Cast, tmp_path: Path) -> None:
    with work():
        journey = make_journey(description_en='Two lines\nand "quotes"; 100 %')
        place = make_touchpoint(journey, department=cast.logistics, owner_id=bob.id)
        above = make_theme("above", place, examples_de=["Eins.", "Zwei, drei."], need="delight")
        below = make_theme("below", parent=above, owner_id=bob.id)
        add_rule(below, "paket spät", "früh", "negative", now=AT, by_id=bob.id)
        tree.archive_theme(make_theme("gone"), now=AT, by_id=None)
    rows = landscape_rows(here())
    path = tmp_path / f"tree.{end}"
    path.write_text(as_csv(rows) if end == "csv" else as_json(rows), encoding="utf-8", newline="")
    outcome = bring_in(path)
    assert outcome.same == {"journey": 1, "touchpoint": 1, "theme": 2, "rule": 1}
    with work():
        from suggestbox.feedback.models import ThemeTouchpoint
        for model in (ThemeRule, ThemeTouchpoint, ThemeChange):
            db.session.execute(sa.delete(model))
        db.session.execute(sa.delete(Theme).where(Theme.parent_id.is_not(None)))
        for other in (Theme, Touchpoint, Journey):
            db.session.execute(sa.delete(other))
    bring_in(path)
    assert landscape_rows(here()) == rows


def test_every_error_with_its_line_and_nothing_brought_in(bob: Any, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("""kind,key,parent,name_de,audience,need,owner,department,touchpoints,words,polarity
thing,a,,A,,,,,,,
theme,,,B,,,,,,,
theme,c,,,,,,,,,
theme,d,nowhere,D,pets,luxury,nobody@example.org,,far,,
theme,e,,E,,,,,,,
theme,e,,E,,,,,,,
touchpoint,t,,T,,,,moon,,,
rule,,e,,,,,,,*,angry
theme,f,,F,,,,,,late,
""", encoding="utf-8")  # fmt: skip
    wrong = wrong_in(path)
    assert [where for where, _sentence in wrong] == [
        "line 2", "line 3", "line 4", *["line 5"] * 5, "line 7", *["line 8"] * 2, *["line 9"] * 2, "line 10",
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Theme)) == 0


def test_themes_that_would_lie_below_themselves(bob: Any, tmp_path: Path) -> None:
    with work():
        make_theme("b", parent=make_theme("a"))
    path = tmp_path / "ring.csv"
    path.write_text("kind,key,parent,name_en\ntheme,a,b,A\n", encoding="utf-8")
    assert wrong_in(path) == [("line 2", "The theme “a” would lie below itself.")]


@pytest.mark.parametrize(("name", "text", "said"), [
    ("a.csv", "", "The file is empty."),
    ("a.csv", "key,name_de\na,A\n", "The column “kind” is missing."),
    ("a.csv", "kind,key,colour\ntheme,a,red\n", "The column “colour” is not known."),
    ("a.json", '{"themes": [', "The file is not valid JSON, see line 1."),
    ("a.json", '{"themes": 3}', "themes should be a list."),
    ("a.json", "[]", "The file should hold an object"),
    ("a.json", "{}", "The file a.json holds no journey and no theme."),
])  # fmt: skip
def test_a_file_that_is_something_else(name: str, text: str, said: str, app: Any, tmp_path: Path) -> None:
    from suggestbox.core.errors import Invalid

    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as refused:
        read_entries(path)
    assert str(refused.value.text).startswith(said)


def test_from_the_terminal(app: Any, bob: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from suggestbox.core.terminal import Instance
    from suggestbox.feedback.theme_commands import themes

    path = tmp_path / "tree.csv"
    path.write_text(CSV, encoding="utf-8")
    instance = Instance(open_app=lambda *_args, **_kw: app)
    monkeypatch.setattr(Instance, "app", lambda _self, **_kw: app)

    def run(*words: Any) -> Any:
        db.session.rollback()  # the command closes all connections behind it
        return CliRunner().invoke(themes, [str(word) for word in words], obj=instance)

    tried = run("import", path, "--dry-run", "--json")
    assert tried.exit_code == 0, tried.output
    assert json.loads(tried.stdout)["created"] == {"journey": 1, "touchpoint": 1, "theme": 2, "rule": 1}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Theme)) == 0
    assert run("import", path).exit_code == 0
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Theme)) == 2
    out = tmp_path / "out.json"
    assert run("export", out).exit_code == 0
    assert [row["key"] for row in json.loads(out.read_text(encoding="utf-8"))["themes"]] == ["delivery", "late"]
    path.write_text("kind,key,name_de\ntheme,,A\n", encoding="utf-8")
    refused = run("import", path)
    assert (refused.exit_code, "tree.csv, line 2: The key is missing." in refused.stderr) == (1, True)
