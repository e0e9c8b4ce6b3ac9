"""The table is sound, is the one that was approved, and the database holds its invariants too."""

from dataclasses import replace

import pytest

from suggestbox.ideas.models import STAGES
from suggestbox.steps.models import KINDS
from suggestbox.workflow import needs, who
from suggestbox.workflow.picture import arrows, as_markdown
from suggestbox.workflow.table import BACK, CLOSED, MOVES, ROWS, STAY, WITHDRAWN, Move
from tests.workflow.approved import TABLE


def reachable(start: str, ways: set[tuple[str, str]]) -> set[str]:
    found, grew = {start}, True
    while grew:
        more = {target for source, target in ways if source in found} - found
        found |= more
        grew = bool(more)
    return found


def faults(rows: tuple[Move, ...]) -> list[str]:
    """Give what is unsound about a table of moves."""
    wrong = []
    ways = arrows(rows)
    if reachable("draft", ways) != set(STAGES):
        wrong.append("a stage cannot be reached")
    if ("conversation", "confirming") not in ways:
        wrong.append("a talk leads nowhere")
    for stage in STAGES:
        if stage != WITHDRAWN and CLOSED not in reachable(stage, ways):
            wrong.append(f"{stage} never ends")
    if [row.name for row in rows if row.target == CLOSED] != ["close"]:
        wrong.append("not exactly one move closes")
    if any(row.source == (CLOSED,) and row.target == CLOSED for row in rows):
        wrong.append("closing closes")
    close = next(row for row in rows if row.name == "close")
    if needs.every_talk_settled not in close.needs or needs.nothing_denied not in close.needs:
        wrong.append("closing without the talk")
    if not close.automatic:
        wrong.append("somebody can press close")
    for name in ("decide", "end_review", "review_complete"):
        if needs.quorum_stands not in next(row for row in rows if row.name == name).needs:
            wrong.append(f"{name} without quorum")
    if any(kind not in KINDS for row in rows for kind in row.does):
        wrong.append("a step that does not exist")
    if any(row.target not in (*STAGES, STAY, BACK) or not set(row.source) <= set(STAGES) for row in rows):
        wrong.append("a stage that does not exist")
    return wrong


def test_table_is_sound():
    assert faults(ROWS) == []


def test_names_are_unique():
    assert len(MOVES) == len(ROWS)


def test_table_is_the_approved_one():
    """A change of policy shows in git: write it with `suggestbox house moves --write`."""
    assert as_markdown() == TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_guard_and_effect_says_what_it_is(row: Move):
    assert [f for f in (row.who, row.then, *row.needs) if f and not f.__doc__] == []


MUTANTS = {
    "name": lambda row: replace(row, name=row.name + "_"),
    "source": lambda row: replace(row, source=row.source[1:] or ("draft", "closed")),
    "target": lambda row: replace(row, target="closed" if row.target != "closed" else "withdrawn"),
    "who": lambda row: replace(row, who=who.reader if row.who is not who.reader else who.submitter),
    "needs": lambda row: replace(row, needs=row.needs[1:] if row.needs else (needs.words_there,)),
    "then": lambda row: replace(row, then=None if row.then else needs.words_there),
    "label": lambda row: replace(row, label="Something else"),
    "does": lambda row: replace(row, does=() if row.does else ("triage",)),
    "audience": lambda row: replace(row, audience="handlers" if row.audience != "handlers" else "all"),
    "group": lambda row: replace(row, group=row.group + "s"),
    "main": lambda row: replace(row, main=not row.main),
}


@pytest.mark.parametrize("column", MUTANTS)
def test_mutating_a_column_of_any_row_is_noticed(column: str):
    approved = TABLE.read_text(encoding="utf-8")

    survived = [
        row.name for row in ROWS
        if as_markdown(tuple(MUTANTS[column](r) if r is row else r for r in ROWS)) == approved
    ]

    assert survived == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("close", {"needs": (needs.every_submitter_heard,)}),
        ("close", {"who": who.idea_manager}),
        ("decide", {"needs": ()}),
        ("end_review", {"needs": (needs.read_a_day,)}),
        ("withdraw", {"target": "closed"}),
        ("talks_done", {"target": ""}),
        ("submit", {"target": ""}),
    ],
)
def test_unsound_tables_are_found(name: str, changes: dict):
    rows = tuple(replace(row, **changes) if row.name == name else row for row in ROWS)

    assert faults(rows) != []
