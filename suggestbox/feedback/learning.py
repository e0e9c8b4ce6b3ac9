"""When the theme model learns anew, one process at a time, and what the house wants of it. Light: no page waits for it.

The learning itself (`training.py`) and asking the model (`judging.py`) need much memory and time and run in processes of
their own.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import Setting, declare, rule

from .items import visible
from .models import Assignment, Item, Learning, ThemeChange

SETTINGS = declare(
    Setting("feedback.sure", 80, "From so many percent on, a theme the model finds is assigned without asking anybody.",
            50, 100),
    Setting("feedback.sure_polarity", 75,
            "So sure, in percent, the model has to be of positive or negative, too; else somebody is asked.", 34, 100),
    Setting("feedback.sure_none", 20,
            "When the likeliest theme has fewer percent than this, none fits and nobody is asked.", 0, 60),
    Setting("feedback.learn_after", 20, "After so many new answers of people the model learns anew.", 1, 10_000),
)

HELD_BACK_SHARE = 26
"""Of 256: items whose hash begins below are held back, a tenth of all. The same ones for ever."""

MORE_WHERE_MANY = 0.02
"""Where there are many examples, this share of new ones is needed: twenty more would change nothing."""

MANY_NEW_ITEMS = 20
"""In a house whose model knows nothing yet, so many new items are a reason to look for themes in them."""

AT_LEAST_DAILY = timedelta(hours=24)
"""A single new answer does not wait longer than this."""

GIVEN_UP_AFTER = timedelta(minutes=20)
"""A learning that has not ended by then belonged to a process that is gone."""


@dataclass(frozen=True)
class Due:
    """Whether it is time to learn anew, and why: new answers of people, themes that changed, no usable file, or nothing."""

    answers: int
    changes: int
    no_file: bool
    is_due: bool


def is_held_back(item_id: int) -> bool:
    """Say whether an item is one of the tenth that tells how good the model is."""
    return hashlib.sha256(f"held back {item_id}".encode()).digest()[0] < HELD_BACK_SHARE


def confirmed() -> sa.ColumnElement[bool]:
    """Give the condition for items that teach: settled ones, and those of which a person decided something."""
    decided = sa.select(Assignment.item_id).where(Assignment.decided_at.is_not(None))
    return sa.and_(visible(), sa.or_(Item.state == "settled", Item.id.in_(decided)))


def latest_learned() -> Learning | None:
    """Give the learning whose model is in use."""
    query = sa.select(Learning).where(Learning.result == "learned").order_by(Learning.id.desc()).limit(1)
    return db.session.scalars(query).first()


def latest_ended() -> Learning | None:
    """Give the last learning that came to an end, however it went."""
    query = sa.select(Learning).where(Learning.result != "running").order_by(Learning.id.desc()).limit(1)
    return db.session.scalars(query).first()


def running(now: datetime) -> Learning | None:
    """Give the learning that is going on now, in whatever process."""
    alive = sa.and_(Learning.result == "running", Learning.started_at > now - GIVEN_UP_AFTER)
    return db.session.scalars(sa.select(Learning).where(alive).limit(1)).first()


def learnings(most: int = 12) -> list[Learning]:
    """Give the last learnings that brought a model, the newest first."""
    query = sa.select(Learning).where(Learning.result == "learned").order_by(Learning.id.desc()).limit(most)
    return list(db.session.scalars(query))


def how_due(now: datetime, *, no_file: bool) -> Due:
    """Say whether the model should learn anew. Reads counts only.

    Takes   no_file: the file of the model is missing or damaged
    """
    last = latest_ended()
    since = last.started_at if last else datetime.min.replace(tzinfo=now.tzinfo)
    session = db.session
    decided = session.scalar(sa.select(sa.func.count(sa.distinct(Assignment.item_id))).where(Assignment.decided_at > since))
    settled = session.scalar(sa.select(sa.func.count()).select_from(Item).where(visible(), Item.settled_at > since))
    changes = session.scalar(sa.select(sa.func.count()).select_from(ThemeChange).where(ThemeChange.at > since)) or 0
    there = session.scalar(sa.select(sa.func.count()).select_from(Item).where(confirmed())) or 0
    came_in = session.scalar(sa.select(sa.func.count()).select_from(Item).where(visible(), Item.created_at > since)) or 0
    before = last.item_count if last else 0
    answers = max(decided or 0, settled or 0, abs(there - before))
    enough = max(rule("feedback.learn_after"), int(MORE_WHERE_MANY * before))
    long_ago = last is not None and last.started_at < now - AT_LEAST_DAILY
    nothing_yet = last is None or last.result != "learned"
    something = answers + changes > 0
    is_due = (
        answers + changes >= enough or (something and (long_ago or (nothing_yet and changes > 0)))
        or (nothing_yet and came_in >= MANY_NEW_ITEMS)
        or (no_file and last is not None and last.result == "learned")
    )
    return Due(answers, changes, no_file, is_due)


# -- one at a time -----------------------------------------------------------------------------------------------------


def begin_learning(*, now: datetime) -> int:
    """Note that a learning begins, and give its id; one whose process died is noted as failed. Call inside `work()`.

    Raises  Refused when another process is learning
    """
    session = db.session
    if db.engine.dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(sa.text("LOCK TABLE theme_learning IN EXCLUSIVE MODE"))
    if running(now) is not None:
        raise Refused(_("The model is learning already."), reason="learning_already")
    session.execute(
        sa.update(Learning).where(Learning.result == "running")
        .values(result="failed", ended_at=now, trouble="the process ended before it was done")
        .execution_options(synchronize_session=False)
    )
    row = Learning(started_at=now, result="running")
    session.add(row)
    session.flush()
    return row.id


def end_learning(learning_id: int, result: str, *, now: datetime, **facts: Any) -> None:
    """Note how a learning ended. Call inside `work()`.

    Takes   result: learned, too_little or failed;  facts: further columns
    """
    row = db.session.get_one(Learning, learning_id)
    row.result, row.ended_at = result, now
    for name, value in facts.items():
        setattr(row, name, value)
    db.session.flush()


def to_judge(learning_id: int) -> sa.ColumnElement[bool]:
    """Give the condition for items the model of this learning should still look at: those no person settled."""
    not_yet = sa.or_(Item.judged_by.is_(None), Item.judged_by != learning_id)
    return sa.and_(Item.state != "settled", not_yet, visible())
