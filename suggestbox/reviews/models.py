"""Criteria, assignments, scores and decisions."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suggestbox.core.database import Base

RECOMMENDATIONS = ("adopt", "adopt_in_part", "trial", "park", "decline")
ASSIGNMENT_STATES = ("open", "answered", "abstained", "conflict", "passed_on", "left", "thanked")
DECISION_KINDS = ("merit", "short", "duplicate", "handover", "fault")


class Criterion(Base):
    """One question reviewers answer. A changed wording or weight is a new row in a new set: old scores keep theirs.

    `anchors` holds what 1 to 5 mean, in both languages: {"de": [five texts], "en": [five texts]}.
    """

    __tablename__ = "criterion"
    id: Mapped[int] = mapped_column(primary_key=True)
    set_version: Mapped[int] = mapped_column(index=True)
    key: Mapped[str] = mapped_column(sa.String(30))
    position: Mapped[int]
    weight: Mapped[int]
    required: Mapped[bool] = mapped_column(default=True)
    name_de: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    help_de: Mapped[str] = mapped_column(default="")
    help_en: Mapped[str] = mapped_column(default="")
    anchors: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    __table_args__ = (
        sa.UniqueConstraint("set_version", "key"),
        sa.CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
    )


class Assignment(Base):
    """One reviewer's part in one round of one idea: asked, answered, or not."""

    __tablename__ = "assignment"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    capacity: Mapped[str] = mapped_column(sa.String(12))  # expert, department
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    assigned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    assigned_at: Mapped[datetime]
    passed_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"))
    criteria_set: Mapped[int] = mapped_column(default=1)
    text_version: Mapped[int] = mapped_column(default=1)  # of the text that was scored, or kept to
    total_points: Mapped[float | None]  # weighted mean, 1 to 5
    first_total_points: Mapped[float | None]  # before reading the others
    recommendation: Mapped[str | None] = mapped_column(sa.String(16))
    for_submitter: Mapped[str] = mapped_column(default="")
    for_colleagues: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")  # of an abstention, a conflict, a passing-on
    later: Mapped[bool] = mapped_column(default=False)  # had enough to do already: twice the days
    conflict_open: Mapped[bool] = mapped_column(default=False)  # came out after the release, not settled yet
    answered_at: Mapped[datetime | None]
    reconsidered_at: Mapped[datetime | None]
    scores: Mapped[list["Score"]] = relationship(cascade="all, delete-orphan", order_by="Score.criterion_id")
    __table_args__ = (
        sa.UniqueConstraint("idea_id", "round", "person_id"),
        sa.CheckConstraint("state IN ({})".format(", ".join(repr(s) for s in ASSIGNMENT_STATES)), name="state"),
        sa.CheckConstraint("capacity IN ('expert', 'department')", name="capacity"),
        sa.CheckConstraint("state <> 'answered' OR (answered_at IS NOT NULL AND recommendation IS NOT NULL)",
                           name="answered"),
        sa.CheckConstraint("total_points IS NULL OR total_points BETWEEN 1 AND 5", name="points"),
        sa.Index("ix_assignment_person", "person_id", "idea_id"),
        sa.Index(
            "ix_assignment_load", "person_id",
            sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
        ),
    )


class Score(Base):
    """An answer to one criterion: 1 to 5 points, or nothing for "I cannot judge this"."""

    __tablename__ = "score"
    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id", ondelete="CASCADE"), index=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"))
    points: Mapped[int | None]
    first_points: Mapped[int | None]
    __table_args__ = (
        sa.UniqueConstraint("assignment_id", "criterion_id"),
        sa.CheckConstraint("points BETWEEN 1 AND 5", name="points"),
    )


class Decision(Base):
    """How a round was decided, by whom, and why. Kept back until released; until then it can be revoked."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(sa.String(10), default="merit")
    outcome: Mapped[str] = mapped_column(sa.String(20))
    reasons: Mapped[str]
    change_for_yes: Mapped[str] = mapped_column(default="")
    hypothesis: Mapped[str] = mapped_column(default="")
    return_on: Mapped[date | None]
    proof: Mapped[str] = mapped_column(default="")
    proof_on: Mapped[date | None]
    decided_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    decided_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # whose deputy decided
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("body.id"))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    mean_points: Mapped[float | None]
    decided_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.CheckConstraint("length(reasons) > 0", name="reasons"),
        sa.CheckConstraint("outcome <> 'declined' OR length(change_for_yes) > 0", name="change_for_yes"),
        sa.CheckConstraint("outcome NOT IN ('trial', 'parked') OR return_on IS NOT NULL", name="return_on"),
        sa.CheckConstraint("outcome <> 'already_planned' OR (length(proof) > 0 AND proof_on IS NOT NULL)",
                           name="proof"),
        sa.Index(
            "uq_decision_standing", "idea_id", "round", unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"), postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )


class Vote(Base):
    """A vote of a member of a body, or of a panel of three, on the outcome of a round."""

    __tablename__ = "vote"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(sa.String(20))
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    __table_args__ = (sa.UniqueConstraint("idea_id", "round", "person_id"),)


class Panelist(Base):
    """One of three named people who decide an objection when no decision maker is left."""

    __tablename__ = "panelist"
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    named_at: Mapped[datetime]


class DuplicateProposal(Base):
    """Somebody thinks the idea was there before; a second person says whether that is so."""

    __tablename__ = "duplicate_proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id"), index=True)
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    reason: Mapped[str]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    undone_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint("answered_by_id <> proposed_by_id", name="second_person"),
        sa.Index(
            "uq_duplicate_open", "idea_id", unique=True,
            sqlite_where=sa.text("answered_at IS NULL"), postgresql_where=sa.text("answered_at IS NULL"),
        ),
    )


class Flag(Base):
    """Somebody thinks the idea belongs elsewhere: an invention, an incident, a personal complaint."""

    __tablename__ = "flag"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    __table_args__ = (sa.CheckConstraint("kind IN ('invention', 'safety', 'complaint', 'reporting')", name="kind"),)


class Correction(Base):
    """A correction proposed by one person and made by a second one."""

    __tablename__ = "correction"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))  # department, submitters, closing
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    add_person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    remove_submitter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submitter.id"))
    reason: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    __table_args__ = (
        sa.CheckConstraint("answered_by_id <> proposed_by_id", name="second_person"),
        sa.CheckConstraint("kind IN ('department', 'submitters', 'closing')", name="kind"),
        sa.Index(
            "uq_correction_open", "idea_id", unique=True,
            sqlite_where=sa.text("answered_at IS NULL"), postgresql_where=sa.text("answered_at IS NULL"),
        ),
    )
