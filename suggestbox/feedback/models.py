"""What customers and colleagues say, where it came from, the themes it is about, and the journeys these lie on."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base

CHANNELS = ("survey", "call_note", "email", "complaint", "social", "review", "employee")
AUDIENCES = ("customers", "employees")
"""Who is heard: customers, or colleagues as customers of internal processes."""

POLARITIES = ("positive", "negative", "neutral")
NEEDS = ("", "basic", "delight")
IMPORT_STATES = ("uploaded", "queued", "running", "visible", "failed", "undone")
ITEM_STATES = ("new", "told", "unsure", "settled")
ORIGINS = ("person", "source", "rule", "model")
ASSIGNMENT_STATES = ("assigned", "guess", "rejected")
RATING_MOST = 5


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


# -- where it comes from -----------------------------------------------------------------------------------------------


class Source(Base):
    """A place feedback comes from again and again, such as one survey. `mapping` is what was chosen the last time."""

    __tablename__ = "feedback_source"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    mapping: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # field -> column of the file
    options: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # channel, mask, sheet, ...
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Import(Base):
    """One file on its way in. Its items are seen from the moment its state is `visible`, all at once, or never.

    States: uploaded (columns are being chosen), queued, running, visible, failed (nothing came in), undone.
    """

    __tablename__ = "feedback_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("feedback_source.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(8))  # csv, xlsx, mail (mbox, EML), json
    file_name: Mapped[str] = mapped_column(sa.String(200), default="")
    stored_name: Mapped[str] = mapped_column(sa.String(80), default="")  # in the instance's folder, until it came in
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    size_bytes: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    mapping: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    options: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[str] = mapped_column(sa.String(10), default="uploaded")
    row_count: Mapped[int] = mapped_column(default=0)
    done_count: Mapped[int] = mapped_column(default=0)
    created_count: Mapped[int] = mapped_column(default=0)
    known_count: Mapped[int] = mapped_column(default=0)  # already there, unchanged
    differing_count: Mapped[int] = mapped_column(default=0)  # already there with other words; left as they are
    errors: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)  # {"line": 7, "error": "..."}
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]  # last sign of life of the process that runs it
    ended_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (
        sa.CheckConstraint(_one_of("state", IMPORT_STATES), name="state"),
        sa.CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone"),
        sa.Index("ix_feedback_import_state", "state", "id"),
    )


class Item(Base):
    """One thing somebody said.

    State: new (nobody looked yet), told (rules or the model were sure, also that no theme fits), unsure (waits for a
    person), settled (a person, or the source itself, said which themes it has; perhaps none).
    `customer_hash` is a keyed hash; it tells customers apart and says nothing else. An employee's own voice has no `by_id`.
    """

    __tablename__ = "feedback_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int | None] = mapped_column(sa.ForeignKey("feedback_source.id"))
    import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("feedback_import.id"), index=True)
    source_key: Mapped[str | None] = mapped_column(sa.String(200))
    text: Mapped[str]
    said_on: Mapped[date]
    channel: Mapped[str] = mapped_column(sa.String(12))
    audience: Mapped[str] = mapped_column(sa.String(10), default="customers")
    touchpoint_id: Mapped[int | None] = mapped_column(sa.ForeignKey("touchpoint.id"), index=True)
    rating: Mapped[float | None]  # CSAT, 1 (worst) to 5 (best)
    nps: Mapped[int | None]  # 0 to 10
    language: Mapped[str] = mapped_column(sa.String(5), default="")
    segment: Mapped[str] = mapped_column(sa.String(60), default="")
    customer_hash: Mapped[str | None] = mapped_column(sa.String(64))
    masked: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # who heard it from a customer
    call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"), index=True)  # the call it was passed on for
    meant: Mapped[str] = mapped_column(sa.String(8), default="")  # how it was meant, as whoever passed it on said
    state: Mapped[str] = mapped_column(sa.String(8), default="new")
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    judged_by: Mapped[int | None] = mapped_column(sa.ForeignKey("theme_learning.id"))  # the model that looked at it last
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    hidden_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    __table_args__ = (
        sa.UniqueConstraint("source_id", "source_key"),
        sa.CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        sa.CheckConstraint(_one_of("audience", AUDIENCES), name="audience"),
        sa.CheckConstraint(_one_of("state", ITEM_STATES), name="state"),
        sa.CheckConstraint(f"rating BETWEEN 1 AND {RATING_MOST}", name="rating"),
        sa.CheckConstraint("nps BETWEEN 0 AND 10", name="nps"),
        sa.CheckConstraint(_one_of("meant", ("", *POLARITIES)), name="meant"),
        sa.CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled"),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_by_id IS NULL)", name="hidden_by"),
        sa.Index("ix_feedback_item_said", "said_on", "id"),
        sa.Index("ix_feedback_item_state", "state", "id"),
    )


# -- journeys and themes -----------------------------------------------------------------------------------------------


class Journey(Base):
    """The way of a customer (or of a colleague through an internal process) from one touchpoint to the next."""

    __tablename__ = "journey"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name_de: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    description_de: Mapped[str] = mapped_column(default="")
    description_en: Mapped[str] = mapped_column(default="")
    audience: Mapped[str] = mapped_column(sa.String(10), default="customers")
    position: Mapped[int] = mapped_column(default=1)
    archived_at: Mapped[datetime | None]
    __table_args__ = (sa.CheckConstraint(_one_of("audience", AUDIENCES), name="audience"),)


class Touchpoint(Base):
    """A station of a journey: who answers for it, and the process or rule behind it."""

    __tablename__ = "touchpoint"
    id: Mapped[int] = mapped_column(primary_key=True)
    journey_id: Mapped[int] = mapped_column(sa.ForeignKey("journey.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name_de: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    position: Mapped[int] = mapped_column(default=1)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # else: head, then coordinator
    process: Mapped[str] = mapped_column(default="")  # the process or rule behind it, in the house's own words
    archived_at: Mapped[datetime | None]


class Theme(Base):
    """What several people say in their own words. Themes form a tree and lie on touchpoints."""

    __tablename__ = "theme"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)  # in files: exports, imports, evaluations
    name_de: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    description_de: Mapped[str] = mapped_column(default="")
    description_en: Mapped[str] = mapped_column(default="")
    examples_de: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    examples_en: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    audience: Mapped[str] = mapped_column(sa.String(10), default="customers")
    need: Mapped[str] = mapped_column(sa.String(8), default="")  # basic: taken for granted; delight: a surprise
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"))
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint(_one_of("audience", AUDIENCES), name="audience"),
        sa.CheckConstraint(_one_of("need", NEEDS), name="need"),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_its_own_parent"),
        sa.CheckConstraint("merged_into_id IS NULL OR archived_at IS NOT NULL", name="merged"),
    )


class ThemeTouchpoint(Base):
    """A theme lies on a touchpoint."""

    __tablename__ = "theme_touchpoint"
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    touchpoint_id: Mapped[int] = mapped_column(sa.ForeignKey("touchpoint.id", ondelete="CASCADE"), primary_key=True)


class ThemeRule(Base):
    """Words that say by themselves that a theme is meant. Ended rules stay, for what they once assigned."""

    __tablename__ = "theme_rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    words: Mapped[str]  # one or several words; all of them must be in the text; a * at the end: any ending
    but_not: Mapped[str] = mapped_column(default="")  # none of these
    polarity: Mapped[str] = mapped_column(sa.String(8), default="neutral")
    created_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    __table_args__ = (sa.CheckConstraint(_one_of("polarity", POLARITIES), name="polarity"),)


class ThemeChange(Base):
    """The history of a theme.

    Kinds: created, changed, moved, merged, took_in, split, split_off, archived, restored, placed, ruled.
    """

    __tablename__ = "theme_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"))  # the theme it was merged into, split from
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # {"name_de": ["before", "after"]}, counts
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]


# -- what is about what ------------------------------------------------------------------------------------------------


class Assignment(Base):
    """A theme of an item, with its polarity, and where that comes from.

    `assigned` ones count; `guess` ones wait for a person; `rejected` ones teach the model what a theme is not.
    """

    __tablename__ = "theme_assignment"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("feedback_item.id", ondelete="CASCADE"))
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id"))
    polarity: Mapped[str] = mapped_column(sa.String(8), default="neutral")
    state: Mapped[str] = mapped_column(sa.String(8), default="assigned")
    origin: Mapped[str] = mapped_column(sa.String(8))
    confidence: Mapped[float | None]  # of the theme, calibrated: 0.8 is right four times in five
    polarity_confidence: Mapped[float | None]
    learning_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme_learning.id"))
    rule_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme_rule.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # who assigned, confirmed, changed or rejected it
    decided_at: Mapped[datetime | None]  # when a person did so last
    __table_args__ = (
        sa.UniqueConstraint("item_id", "theme_id"),
        sa.CheckConstraint(_one_of("polarity", POLARITIES), name="polarity"),
        sa.CheckConstraint(_one_of("state", ASSIGNMENT_STATES), name="state"),
        sa.CheckConstraint(_one_of("origin", ORIGINS), name="origin"),
        sa.Index("ix_theme_assignment_theme", "theme_id", "state", "polarity", "item_id"),
    )


class Learning(Base):
    """One training of the theme model: from how much, how long it took, and how good it is on items it had not seen."""

    __tablename__ = "theme_learning"
    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(sa.String(10), default="running")  # running, learned, too_little, failed
    item_count: Mapped[int] = mapped_column(default=0)
    held_back_count: Mapped[int] = mapped_column(default=0)
    theme_count: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[float] = mapped_column(default=0.0)
    figures: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    file_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    trouble: Mapped[str] = mapped_column(default="")


class ThemeWord(Base):
    """A folded stem that speaks for a theme, found when the model learned; matched while an idea is typed."""

    __tablename__ = "theme_word"
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    stem: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    weight: Mapped[float]
    word: Mapped[str] = mapped_column(sa.String(40), default="")  # the commonest way it is written, to be shown
    __table_args__ = (sa.Index("ix_theme_word_stem", "stem"),)


class ThemeQuote(Base):
    """An item that says well what a theme is about, chosen when the model learned; the best first."""

    __tablename__ = "theme_quote"
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("feedback_item.id", ondelete="CASCADE"), primary_key=True)
    polarity: Mapped[str] = mapped_column(sa.String(8))
    position: Mapped[int]


class Proposal(Base):
    """Items without a theme that speak of the same thing: perhaps a theme of its own. State: open, taken, dismissed."""

    __tablename__ = "theme_proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    item_ids: Mapped[list[int]] = mapped_column(sa.JSON, default=list)  # the most typical first
    item_count: Mapped[int]
    customer_count: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    __table_args__ = (sa.CheckConstraint(_one_of("state", ("open", "taken", "dismissed")), name="state"),)


# -- who is told -------------------------------------------------------------------------------------------------------


class Rise(Base):
    """A theme was raised unusually often. Counts are distinct customers in the days before `on`."""

    __tablename__ = "theme_rise"
    id: Mapped[int] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id", ondelete="CASCADE"))
    polarity: Mapped[str] = mapped_column(sa.String(8))
    on: Mapped[date]
    days: Mapped[int]
    customer_count: Mapped[int]
    usual: Mapped[float]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    __table_args__ = (
        sa.UniqueConstraint("theme_id", "polarity", "on"),
        sa.CheckConstraint(_one_of("polarity", POLARITIES), name="polarity"),
    )


class Praise(Base):
    """Somebody passed a customer's praise on to the team it is about."""

    __tablename__ = "praise"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("feedback_item.id", ondelete="CASCADE"))
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    __table_args__ = (sa.UniqueConstraint("item_id", "department_id"),)
