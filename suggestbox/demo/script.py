"""What the demo company is made of and what happens there: the files in `content/`, read as they are written."""

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).with_name("content")

Row = dict[str, Any]


@dataclass(frozen=True)
class Company:
    """The company as `company.toml` describes it; people and departments are named by their keys."""

    name: str
    domain: str
    sites: list[Row]
    departments: list[Row]
    people: list[Row]
    roles: list[Row]
    bodies: list[Row]
    deputies: list[Row]
    absences: list[Row]
    cast: list[Row]


@dataclass(frozen=True)
class Story:
    """One idea, as it was handed in `days_ago` and as it stands today."""

    key: str
    title: str
    problem: str
    proposal: str
    benefit: str
    submitters: list[str]
    area: str
    department: str
    stage: str
    days_ago: int
    way: str = "ordinary"
    visibility: str = "open"
    confidential: bool = False
    on_behalf_by: str = ""
    support: list[str] = field(default_factory=list)
    comments: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    reviewers: list[Row] = field(default_factory=list)
    decision: Row = field(default_factory=dict)
    talk: Row = field(default_factory=dict)

    @property
    def outcome(self) -> str | None:
        return self.decision.get("outcome")

    @property
    def talk_state(self) -> str:
        return str(self.talk.get("state", ""))


@lru_cache(maxsize=1)
def company() -> Company:
    """Give the company."""
    return Company(**read_content(CONTENT / "company.toml"))


@lru_cache(maxsize=1)
def stories() -> tuple[Story, ...]:
    """Give every idea, the earliest first; of one day in the order of the files."""
    rows = [row for path in sorted(CONTENT.glob("ideas_*.toml")) for row in read_content(path)["ideas"]]
    return tuple(sorted((Story(**row) for row in rows), key=lambda story: -story.days_ago))


@lru_cache(maxsize=1)
def voices() -> Row:
    """Give what customers say, and the themes and measures that belong to it."""
    return read_content(CONTENT / "voices.toml")


def read_content(path: Path) -> Row:
    """Give what a file of the content says."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
