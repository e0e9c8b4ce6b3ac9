"""`suggestbox ideas evaluate-duplicates`, and similar ideas where words are compounds or have other endings."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from suggestbox.cli import cli
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid
from suggestbox.core.tables import parse_table
from suggestbox.ideas import queries
from suggestbox.ideas.duplicates import read_items, read_mapping, read_pairs
from suggestbox.people.queries import here
from tests.factories import in_review

ITEMS = """Issue id,Summary,Description
1,Printer at the ramp jams,The label printer stops every morning.
2,Label printer jams again,Every morning it stops near the ramp.
3,More bicycles,Racks for bicycles are full.
4,Canteen opens too late,The early shift is hungry.
5,Open the canteen earlier,People of the early shift go hungry.
6,Quieter printers,The noise in the office is loud.
7,Nobody has said this,"Something else, entirely."
"""
PAIRS = "Issue id,Duplicate id\n1,2\n4,\"5, 99\"\n98,99\n"
MAP = ("--map", "id=Issue id", "--map", "title=Summary", "--map", "body=Description")


def run(folder: Path, items: str, pairs: str, *options: str) -> Result:
    for name, text in (("items.csv", items), ("pairs.csv", pairs)):
        (folder / name).write_text(text, "utf-8")
    return CliRunner().invoke(cli, ["ideas", "evaluate-duplicates", f"{folder}/items.csv", f"{folder}/pairs.csv", *options])


def test_duplicates_are_looked_for_by_their_titles(tmp_path):
    answer = run(tmp_path, ITEMS, PAIRS, *MAP, "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == {
        "mrr": 1.0, "hit@1": 1.0, "hit@5": 1.0, "hit@10": 1.0, "queries": 4, "items": 7}
    table = run(tmp_path, ITEMS, PAIRS, *MAP)
    assert table.stdout.splitlines() == ["figure  value", "mrr     1.000", "hit@1   1.000", "hit@5   1.000",
                                         "hit@10  1.000", "4 titles looked for among 7 items"]


@pytest.mark.parametrize(
    ("items", "pairs", "options", "said"),
    [
        (ITEMS, PAIRS, (), "Say which column holds the id: --map id=COLUMN."),
        (ITEMS, PAIRS, ("--map", "id=Nummer"), "Line 1: there is no column “Nummer”. There are: Issue id, Summary, Description."),
        (ITEMS, PAIRS, ("--map", "colour=Summary"), "“colour=Summary” is no mapping. Write field=column; fields are id, title, body."),
        (ITEMS + "1,Twice,\n", PAIRS, MAP, "Line 9 of the items: 1 was there before."),
        (ITEMS + "8,,text\n", PAIRS, MAP, "Line 9 of the items: the title is missing."),
        ("Issue id,Summary,Description\n", PAIRS, MAP, "The file of items holds no rows below its heading."),
        (ITEMS, "Issue id,Duplicate id\n98,99\n", MAP, "No pair has both its ends among the items."),
        (ITEMS, "Issue id,Duplicate id\n1,\n", MAP, "Line 2 of the pairs: two ids are needed."),
        (ITEMS, "Issue id\n1\n", MAP, "Line 1 of the pairs: two columns of ids are needed."),
    ],
)
def test_bad_files_are_refused_in_one_sentence(tmp_path, items, pairs, options, said):
    answer = run(tmp_path, items, pairs, *options)
    assert (answer.exit_code, answer.stderr.splitlines()[-1], answer.stdout) == (1, f"Error: {said}", "")


def test_pairs_hold_in_both_directions():
    assert read_pairs(parse_table(b"a,b\n1,2\n3,\"4, 5\"\n6,6\n"), "id") == {
        "1": {"2"}, "2": {"1"}, "3": {"4", "5"}, "4": {"3"}, "5": {"3"}}


def test_items_named_like_the_fields_need_no_mapping():
    table = parse_table(b"id,title\n1,One\n")
    assert read_items(table, read_mapping((), table)) == {"1": ("One", "")}
    with pytest.raises(Invalid):
        read_mapping(("id",), table)


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("Palettenetiketten schneller drucken", ["Etiketten für Paletten"]),
        ("Drucker für Etiketten", ["Etikettendrucker verbessern", "Etiketten für Paletten"]),
        ("Verbesserung beim Etikettendrucker", ["Etikettendrucker verbessern"]),
        ("Etikettendrucker verbessert", ["Etikettendrucker verbessern"]),
        ("Fahrräder brauchen Stellplätze", ["Fahrradstellplatz am Tor"]),
    ],
)
def test_compounds_and_endings_are_found(cast, typed, titles):
    with work():
        for title in ("Etikettendrucker verbessern", "Etiketten für Paletten", "Fahrradstellplatz am Tor", "Kantine früher öffnen"):
            in_review(cast, title=title, problem="Es dauert.", proposal="Anders machen.")
        rows = queries.similar_ideas(typed, cast.sam.id, here())
        assert [row.idea.title for row in rows][: len(titles)] == titles


DATA = os.environ.get("SUGGESTBOX_DATA", "")


@pytest.mark.slow
@pytest.mark.skipif(not DATA, reason="SUGGESTBOX_DATA names no folder with real data")
def test_real_duplicates_are_found():
    files = (f"{DATA}/duplicates_en_seamonkey_bugs.csv", f"{DATA}/duplicates_en_seamonkey_pairs.csv")
    answer = CliRunner().invoke(cli, ["ideas", "evaluate-duplicates", *files, *MAP, "--json"])
    found = json.loads(answer.stdout)
    assert (found["queries"], found["hit@10"] >= 0.85, found["mrr"] >= 0.60) == (75, True, True), found
