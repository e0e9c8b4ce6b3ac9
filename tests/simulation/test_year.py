"""A simulated year in small: nothing breaks a rule, and each safeguard that is switched off is noticed."""

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from suggestbox import cli
from suggestbox.ideas.models import MERIT_OUTCOMES, OTHER_OUTCOMES
from suggestbox.simulation import habits, sabotage, watch
from suggestbox.simulation.report import exceptional
from suggestbox.workflow import check, operations, table

RULES = (
    "ideas_without_next_step", "submitter_sees_no_step_or_date", "due_dates_moved_too_often", "decided_without_quorum",
    "closed_without_conversation", "work_lost", "second_digest_in_a_day", "mail_outside_working_hours",
    "mail_to_people_who_left", "reminder_after_reason_gone", "mail_twice_unmarked", "mail_lost",
    "overdue_and_nobody_reminded", "read_what_may_not_be_read", "matters_without_next_step", "call_results_owed",
    "call_dates_not_kept", "judged_in_own_matter", "abandoned_without_second_talk", "award_cents_lost",
    "together_without_a_yes", "story_without_a_yes", "self_check",
)


A_FEW_TIMES = (
    "publish_call", "move_call_dates", "prolong_call", "end_call", "tell_results_of_call", "leave_out_of_story", "discard_story",
)
"""What a company does a few times a year: no row of the table. A call is a line for hundreds of people."""

PATHS = (
    "asked_together_left_unanswered", "asked_together_settled_otherwise", "award_corrected", "award_granted", "confidential",
    "date_moved", "decided_by_body", "decided_by_deputy", "decided_by_panel", "done_by_somebody_standing_in",
    "end_unconfirmed", "left", "measure_given_up", "missed_by_host", "missed_by_submitter", "moved_department",
    "offer_left_unanswered", "on_behalf", "promise_kept_late", "question_unanswered", "reviewers_replaced", "shares_agreed",
    "shares_proposed", "shares_refused", "short_check_unanswered", "step_reassigned", "story_asked_again", "story_could_use",
    "story_left_unanswered", "story_named", "story_no", "story_told", "story_unnamed", "story_well_done",
    "talk_on_the_spot", "talk_together_held", "talk_together_proposed", "talk_with_a_team_proposed", "team", "unreachable",
)
"""What happens often beside the moves. Not calls, and not paying awards: that happens a few times a year."""


def simulate(*options: str, exit_code: int = 0) -> dict:
    """Run the command and give its document."""
    done = CliRunner().invoke(cli.cli, ["simulate", "--json", *options])
    assert done.exit_code == exit_code, done.output[-3000:]
    return json.loads(done.stdout)


def broken(document: dict) -> set[str]:
    """Give the rules that were broken."""
    return {name for name, count in document["violations"].items() if count}


def test_nothing_breaks_a_rule_in_a_small_company():
    document = simulate("--people", "120", "--days", "90", "--seed", "7")
    assert document["violations"] == dict.fromkeys(RULES, 0), document["examples"]
    assert document["promises"] == dict.fromkeys(check.PROMISES, True)
    assert document["ideas"]["handed_in"] >= 15
    assert document["mails"]["accepted"] > 100
    assert document["days_judged"] > 60


@pytest.mark.parametrize(
    ("switched_off", "rule", "promise", "size"),
    [
        ("quorum", "decided_without_quorum", "never_one_person", ("--people", "80", "--days", "24")),
        ("reconciler", "overdue_and_nobody_reminded", "no_black_hole", ("--people", "80", "--days", "28")),
        pytest.param("postman", "mail_twice_unmarked", "nothing_lost", ("--people", "150", "--days", "90"), marks=pytest.mark.slow),
    ],
)
def test_a_safeguard_that_is_switched_off_is_noticed(switched_off, rule, promise, size):
    rows, automatic = dict(table.MOVES), operations.AUTOMATIC_FROM
    document = simulate(*size, "--seed", "1", "--sabotage", switched_off, exit_code=1)
    assert rule in broken(document)
    assert [name for name, held in document["promises"].items() if not held] == [promise]
    assert (rows, automatic) == (table.MOVES, operations.AUTOMATIC_FROM)  # only while it ran


def test_every_sabotage_is_tried():
    assert sabotage.KINDS == ("quorum", "reconciler", "postman")


@pytest.mark.slow
def test_the_same_seed_gives_the_same_year_and_another_one_another():
    options = ("--people", "40", "--days", "16", "--seed")
    first = simulate(*options, "3")
    assert simulate(*options, "3") == first
    assert simulate(*options, "4")["waiting_days"] != first["waiting_days"]


def test_the_watch_looks_with_eyes_of_its_own():
    folder = Path(watch.__file__).parent
    rooms = ("awards", "calls", "conversations", "ideas", "journal", "mail", "measures", "people", "priority", "reviews", "steps",
             "stories")
    own = {f"suggestbox.{room}.models" for room in rooms}
    for name in ("watch", "watch_ideas", "watch_later", "watch_mail", "watch_people"):
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
        imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert {module for module in imported if module and module.startswith("suggestbox")} <= own, name


def test_the_watch_knows_the_promises_by_their_names():
    assert watch.PROMISES == check.PROMISES


def test_what_is_kept_can_be_looked_into_and_nothing_is_written_over(tmp_path):
    simulate("--people", "60", "--days", "7", "--keep", str(tmp_path / "year"))
    assert (tmp_path / "year" / "suggestbox.db").exists()
    done = CliRunner().invoke(cli.cli, ["simulate", "--people", "60", "--days", "7", "--keep", str(tmp_path / "year")])
    assert done.exit_code == 1
    assert "is not empty" in done.output


@pytest.mark.slow
@pytest.mark.long
def test_everything_out_of_the_ordinary_happens_often_in_a_big_company():
    document = simulate("--people", "2000", "--days", "365", "--seed", "1")
    assert document["violations"] == dict.fromkeys(RULES, 0), document["examples"]
    assert document["promises"] == dict.fromkeys(check.PROMISES, True)
    assert document["ideas"]["handed_in"] >= 1200
    outcomes = {name: document["ideas"]["outcomes"].get(name, 0) for name in (*MERIT_OUTCOMES, *OTHER_OUTCOMES)}
    assert {name: count for name, count in outcomes.items() if count < 20} == {}
    moves = {name: document["moves"][name] for name in exceptional()}
    assert {name: count for name, count in moves.items() if count < 20} == {}
    often = {name: count for name, count in document["afterwards"].items() if name not in A_FEW_TIMES}
    assert {name: count for name, count in often.items() if count < 20} == {}
    assert [name for name in A_FEW_TIMES if not document["afterwards"][name]] == []
    paths = {name: document["paths"].get(name, 0) for name in PATHS}
    assert {name: count for name, count in paths.items() if count < 20} == {}


def test_every_row_of_the_table_is_straight_or_exceptional():
    names = {row.name for row in table.ROWS}
    assert len(exceptional()) == len(names) - 12
    assert habits.OFTEN_ENOUGH >= 20
