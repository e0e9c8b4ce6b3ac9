"""What was approved of the workflow, as files in git: a change of policy shows there and is read before it is kept."""

from pathlib import Path

from suggestbox.workflow.picture import as_markdown

TABLE = Path(__file__).with_name("approved_table.md")
PRESSES = Path(__file__).with_name("approved_presses.txt")
"""Who may press what in which stage, as observed; written anew by running the test with APPROVE=1."""


def write_table() -> Path:
    """Write the table of moves as it is now (`suggestbox house moves --write`)."""
    TABLE.write_text(as_markdown(), encoding="utf-8")
    return TABLE
