"""What the tests of the house's health share: runs of jobs, letters that stay, and what is found."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core import health
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.health import Trouble
from suggestbox.core.job_runs import claim, finish
from suggestbox.mail.models import Letter
from tests.conftest import NOON

CHECKS = ["database", "clockwork", "jobs", "disk", "letters", "past", "mail", "roles"]
THOROUGH = [
    "database", "clockwork", "jobs", "disk", "integrity", "letters", "past", "mail", "roles", "journal", "promises", "reports",
    "missing_reports",
]


def run(job: str, outcome: str, **ago: int) -> None:
    """Note a run of a job that was due so long ago."""
    slot = NOON - timedelta(**ago)
    assert claim(job, slot, now=slot)
    finish(job, slot, outcome, now=slot)


def found(*named: str, thorough: bool = False) -> list[tuple[str, str]]:
    """Give (check, severity) of what is found now, without the hints of a small company."""
    db.session.rollback()
    return [(t.name, t.severity) for t in health.findings(utc_now(), thorough=thorough)
            if t.severity != "hint" and (not named or t.name in named)]


def the(name: str) -> Trouble:
    """Give the only thing a check finds now."""
    db.session.rollback()
    (trouble,) = [t for t in health.findings(utc_now()) if t.name == name]
    return trouble


def hints() -> list[str]:
    db.session.rollback()
    return [t.text for t in health.findings(utc_now()) if t.severity == "hint"]


def letter(state: str = "queued", *, minutes: int = 60, **columns: Any) -> None:
    """Put a letter to ann into the outbox that was written and due so many minutes ago."""
    now = NOON - timedelta(minutes=minutes)
    over = state in ("sent", "failed", "cancelled")
    with work() as session:
        ann = session.execute(sa.text("SELECT id FROM person WHERE given_name = 'Ann'")).scalar()
        session.add(Letter(**{
            "key": f"{state}:{minutes}:{len(columns)}", "message_id": f"<{state}{minutes}{len(columns)}@example.com>",
            "kind": "mail.test", "person_id": ann, "state": state, "not_before": now, "created_at": now,
            "done_at": now if over else None, **columns,
        }))
