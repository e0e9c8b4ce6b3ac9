"""Ideas, their words, their people and what others add to them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suggestbox.core.database import Base

STAGES = (
    "draft", "submitted", "in_review", "waiting", "deciding", "conversation", "confirming", "closed", "withdrawn",
)
OPEN_STAGES = ("submitted", "in_review", "waiting", "deciding", "conversation", "confirming")
AREAS = ("company", "process", "product", "service")
MERIT_OUTCOMES = ("adopted", "adopted_in_part", "trial", "declined", "parked", "already_planned")
OTHER_OUTCOMES = ("duplicate", "handed_over", "passed_on")
OUTCOMES = MERIT_OUTCOMES + OTHER_OUTCOMES
ADOPTING = ("adopted", "adopted_in_part", "trial")
RETURNING = ("parked", "trial")
ENDINGS = ("confirmed", "unconfirmed")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


class YearCounter(Base):
    """The last number given in a year; counted up at hand-in, so numbers have no gaps."""

    __tablename__ = "year_counter"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Idea(Base):
    """An idea on its way. Only `workflow.operations` writes `stage` and what follows from it.

    `turn` counts up with every change of stage, round or text: a form made before is out of date.
    `version` counts every write: two people at once are told apart by it.
    """

    __tablename__ = "idea"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(sa.String(12), unique=True)  # 2026-0042
    stage: Mapped[str] = mapped_column(sa.String(12), default="draft")
    title: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    proposal: Mapped[str] = mapped_column(default="")
    benefit: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(sa.String(12), default="")
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    way: Mapped[str] = mapped_column(sa.String(10), default="ordinary")
    visibility: Mapped[str] = mapped_column(sa.String(10), default="open")
    confidential: Mapped[bool] = mapped_column(default=False)
    on_behalf_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    excluded_reviewer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # own superior, at wish
    language: Mapped[str] = mapped_column(sa.String(5), default="")
    submit_key: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    source_id: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    imported: Mapped[bool] = mapped_column(default=False)
    call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"), index=True)  # the question it answers

    round: Mapped[int] = mapped_column(default=1)
    text_version: Mapped[int] = mapped_column(default=1)
    turn: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    two_departments: Mapped[bool] = mapped_column(default=True)  # quorum rule, frozen at hand-in
    routings: Mapped[int] = mapped_column(default=0)
    short_until: Mapped[date | None]  # the day the team promised it for, on the short way
    waiting_from: Mapped[str | None] = mapped_column(sa.String(12))
    discuss_since: Mapped[datetime | None]  # when the reviewers could first read each other

    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]  # when triage let others read it
    decided_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    ending: Mapped[str | None] = mapped_column(sa.String(12))
    return_on: Mapped[date | None]
    second_idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("idea.id"))  # the first one, of a duplicate
    office_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # who took it over, of a handed-over one
    handover_kind: Mapped[str] = mapped_column(sa.String(20), default="")

    support_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)
    next_step_id: Mapped[int | None]  # what lists name: the most urgent open step
    next_kind: Mapped[str] = mapped_column(sa.String(24), default="")
    next_owner_id: Mapped[int | None]
    next_due_on: Mapped[date | None]

    submitters: Mapped[list["Submitter"]] = relationship(
        back_populates="idea", order_by="Submitter.position", cascade="all, delete-orphan"
    )
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint(_one_of("stage", STAGES), name="stage"),
        sa.CheckConstraint(_one_of("outcome", OUTCOMES), name="outcome"),
        sa.CheckConstraint("(stage = 'draft') = (submitted_at IS NULL)", name="handed_in"),
        sa.CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name="numbered"),
        sa.CheckConstraint("(stage = 'waiting') = (waiting_from IS NOT NULL)", name="waiting_from"),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint(
            "stage NOT IN ('conversation', 'confirming', 'closed') OR outcome IS NOT NULL", name="talk_about_something"
        ),
        sa.CheckConstraint("stage NOT IN ('confirming', 'closed') OR released_at IS NOT NULL", name="released"),
        sa.CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        sa.CheckConstraint("(stage = 'closed') = (ending IS NOT NULL)", name="ending"),
        sa.CheckConstraint("(stage = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        sa.CheckConstraint("outcome <> 'duplicate' OR second_idea_id IS NOT NULL", name="duplicate_of"),
        sa.CheckConstraint("outcome <> 'handed_over' OR office_id IS NOT NULL", name="handed_to"),
        sa.CheckConstraint("second_idea_id IS NULL OR second_idea_id <> id", name="not_itself"),
        sa.CheckConstraint("way IN ('ordinary', 'short')", name="way"),
        sa.CheckConstraint("visibility IN ('open', 'handlers')", name="visibility"),
        sa.Index("ix_idea_list", "submitted_at", "id"),
        sa.Index("ix_idea_stage", "stage", "submitted_at", "id"),
        sa.Index("ix_idea_department", "department_id", "submitted_at", "id"),
        sa.Index("ix_idea_area", "area", "submitted_at", "id"),
        sa.Index("ix_idea_outcome", "outcome", "submitted_at", "id"),
        sa.Index("ix_idea_support", "support_count", "id"),
        sa.Index("ix_idea_moved", "changed_at", "id"),
        sa.Index("ix_idea_closed", "stage", "closed_at", "id"),
        sa.Index("ix_idea_return", "return_on"),
    )


class IdeaVersion(Base):
    """The words of an idea as they once were."""

    __tablename__ = "idea_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    text_version: Mapped[int]
    title: Mapped[str]
    problem: Mapped[str]
    proposal: Mapped[str]
    benefit: Mapped[str] = mapped_column(default="")
    replaced_at: Mapped[datetime]
    __table_args__ = (sa.UniqueConstraint("idea_id", "text_version"),)


class Submitter(Base):
    """One of the people an idea comes from. `person_id` is empty where the submitter is confidential.

    State: invited (has not accepted yet), accepted, declined (was never part of it), left (took the name back).
    """

    __tablename__ = "submitter"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="accepted")
    position: Mapped[int] = mapped_column(default=1)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))  # at hand-in, for figures
    share_points: Mapped[int] = mapped_column(default=100)
    idea: Mapped[Idea] = relationship(back_populates="submitters")
    identity: Mapped["SubmitterIdentity | None"] = relationship(
        back_populates="submitter", cascade="all, delete-orphan", uselist=False
    )
    __table_args__ = (
        sa.UniqueConstraint("idea_id", "person_id"),
        sa.CheckConstraint("state IN ('invited', 'accepted', 'declined', 'left')", name="state"),
    )


class SubmitterIdentity(Base):
    """Who a confidential submitter is. Read only through `ideas.queries`; never joined into a list."""

    __tablename__ = "submitter_identity"
    submitter_id: Mapped[int] = mapped_column(
        sa.ForeignKey("submitter.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    submitter: Mapped[Submitter] = relationship(back_populates="identity")


class Concern(Base):
    """A further department an idea concerns; it owes one counted review. The lead department is on the idea."""

    __tablename__ = "concern"
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"), primary_key=True)


class Attachment(Base):
    """A file beside an idea: a photo without metadata, or a document offered only for download."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    stored_name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    shown_name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(120))
    is_image: Mapped[bool] = mapped_column(default=False)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    size_bytes: Mapped[int]
    added_at: Mapped[datetime]


class Comment(Base):
    """A remark: for everyone, or only for those who handle the idea. A confidential submitter's has no `by_id`."""

    __tablename__ = "comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    by_submitter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submitter.id"))
    audience: Mapped[str] = mapped_column(sa.String(10), default="everyone")
    round: Mapped[int] = mapped_column(default=1)
    text: Mapped[str]
    at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    hidden_reason: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        sa.CheckConstraint("audience IN ('everyone', 'handlers')", name="audience"),
        sa.CheckConstraint("by_id IS NOT NULL OR by_submitter_id IS NOT NULL", name="author"),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_by_id IS NULL)", name="hidden_by"),
        sa.Index("ix_comment_thread", "idea_id", "id"),
    )


class CommentReport(Base):
    """Somebody thinks a comment should not stand here."""

    __tablename__ = "comment_report"
    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    __table_args__ = (sa.UniqueConstraint("comment_id", "by_id"),)


class Support(Base):
    """Somebody would like this too."""

    __tablename__ = "support"
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime]


class Question(Base):
    """A question to the submitters; while it is open the asker's clock rests, once."""

    __tablename__ = "question"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    asker_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    round: Mapped[int] = mapped_column(default=1)
    asked_step_id: Mapped[int | None]  # the asker's own step, whose clock rests
    text: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submitter.id"))
    ended_at: Mapped[datetime | None]  # answered, or gone back to the asker after silence
    __table_args__ = (
        sa.Index(
            "uq_question_open", "idea_id", unique=True,
            sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )


class IdeaWords(Base):
    """What search looks through: stems and character grams, made in Python, alike on both databases."""

    __tablename__ = "idea_words"
    idea_id: Mapped[int] = mapped_column(
        sa.ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    title_stems: Mapped[str] = mapped_column(default="")
    stems: Mapped[str] = mapped_column(default="")
    grams: Mapped[str] = mapped_column(default="")
