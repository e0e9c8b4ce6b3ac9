"""The table of moves as text: for the handbook, and for the file in git that a change of policy has to change too."""

from collections.abc import Callable, Iterable

from .table import BACK, ROWS, STAY, Move


def said(function: Callable | None) -> str:
    """Give the sentence a guard or an effect says of itself: its docstring."""
    return " ".join((function.__doc__ or function.__name__).split()) if function else ""


def target_word(move: Move) -> str:
    """Give the target of a move as the table names it."""
    return {STAY: "(stays)", BACK: "(back to where it came from)"}.get(move.target, move.target)


def as_markdown(rows: Iterable[Move] = ROWS) -> str:
    """Give the whole table, every column of every row."""
    lines = [
        "| move | from | to | who | needs | what changes | finishes | read by | button |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        cells = (
            row.name, ", ".join(row.source), target_word(row), said(row.who),
            "; ".join(said(need) for need in row.needs), said(row.then), ", ".join(row.does), row.audience,
            f"{row.label} ({row.group}{', main' if row.main else ''})",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def arrows(rows: Iterable[Move] = ROWS) -> set[tuple[str, str]]:
    """Give every (stage, stage) an idea can go, ways back from waiting included."""
    rows = list(rows)
    into_waiting = {source for row in rows if row.target == "waiting" for source in row.source}
    found = set()
    for row in rows:
        for source in row.source:
            if row.target == BACK:
                found |= {(source, back) for back in into_waiting}
            elif row.target != STAY and row.target != source:
                found.add((source, row.target))
    return found


def as_mermaid() -> str:
    """Give the stages and their arrows as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    lines += [f"    {source} --> {target}" for source, target in sorted(arrows())]
    return "\n".join(lines) + "\n"
