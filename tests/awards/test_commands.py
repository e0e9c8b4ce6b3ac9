"""Award rules and payment lists from the terminal."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from suggestbox.awards.examples import POINT_TABLE, STEP_AT_5000
from suggestbox.awards.forms import document_text
from suggestbox.cli import cli
from suggestbox.core.database import db, work
from suggestbox.core.terminal import Instance
from suggestbox.journal.models import Entry
from tests.awards import scene
from tests.cast import grant

pytestmark = pytest.mark.either


@pytest.fixture
def call(app, cast, clock) -> Any:
    """Give a function that calls the command with the test database."""
    class Here(Instance):
        def app(self, **_deployment: Any) -> Any:
            return app

    clock.move_to(scene.NOW)

    def run(*arguments: str) -> Any:
        db.session.rollback()
        answer = CliRunner().invoke(cli, ["awards", *arguments], obj=Here(lambda: app))
        return answer.exit_code, answer.stdout, answer.stderr

    return run


def test_rules_are_shown_checked_and_put_into_force(call, tmp_path):
    assert json.loads(call("rules", "show", "--example", "step", "--json")[1]) == STEP_AT_5000
    file = tmp_path / "rules.json"
    file.write_text(document_text(STEP_AT_5000), encoding="utf-8")
    code, out, _err = call("rules", "check", str(file), "--benefit", "12000")
    assert (code, out.splitlines()[-1]) == (0, "Together = €1,950.00")
    add = ("rules", "add", str(file), "--name-de", "Regeln", "--name-en", "Rules", "--reason", "Agreed", "--from")
    assert call(*add, "2026-01-01") == (0, "", "Rules no. 1 hold for ideas handed in from 2026-01-01 on.\n")
    assert [row["number"] for row in json.loads(call("rules", "list", "--json")[1])] == [1, 0]
    code, _out, err = call(*add, "2026-02-01")
    assert (code, "please choose a day to come" in err) == (1, True)
    file.write_text('{"points": {}}', encoding="utf-8")
    code, _out, err = call("rules", "check", str(file))
    assert (code, "points.tables: Here should stand a list" in err) == (1, True)
    assert call("rules", "show", "7") == (
        1, "", "Error: There are no rules with the number 7. See: suggestbox awards rules list\n")


def test_lists_are_made_and_taken_out_by_hr_alone(call, cast, tmp_path):
    with work():
        cast.sam.email, cast.ida.email = "sam@example.com", "ida@example.com"
        grant(cast.sam, "hr_analyst")
        scene.rules(cast, POINT_TABLE)
        scene.granted(cast, scene.worth(cast, confidential=True), basis="recognition", recognition_cents=1999, words="W")
    out = tmp_path / "list.csv"
    assert call("payments", "make", "--by", "ida@example.com")[0] == 1
    assert call("payments", "make", "--by", "sam@example.com")[2] == "List 1 is made: 1 amounts, 19.99 euros.\n"
    assert call("payments", "export", "1", "--by", "ida@example.com", "--out", str(out))[0] == 1
    assert not out.exists()
    assert call("payments", "export", "1", "--by", "sam@example.com", "--out", str(out))[0] == 0
    assert out.read_text(encoding="utf-8-sig").splitlines()[1].startswith(",Albers,Ann,Logistics,19.99,")
    assert call("payments", "export", "2", "--by", "sam@example.com", "--out", str(out))[0] == 1
    shown = json.loads(call("payments", "list", "--json")[1])
    assert (shown["open"], [(row["amounts"], row["cents"]) for row in shown["lists"]]) == ({"amounts": 0, "cents": 0}, [(1, 1999)])
    assert db.session.query(Entry).filter_by(kind="awards.payments_read").count() == 1
