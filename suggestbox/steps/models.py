"""Next steps: the single source of "who has to do what until when"."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base

KINDS = (
    "triage",  # coordinator: look at it, pick reviewers
    "team_answer",  # team lead: can we simply do it?
    "review",  # reviewer: score
    "reconsider",  # reviewer: keep or change the score after reading the others, or after the text changed
    "find_reviewers",  # coordinator: reviewers are missing
    "end_review",  # coordinator: quorum stands, some still owe an answer
    "short_check",  # expert of another department: does anything speak against it?
    "confirm_duplicate",  # second person: is it the same?
    "look_at_flag",  # coordinator: somebody thinks it belongs elsewhere
    "answer",  # submitter: a question is open
    "decide",  # decision maker
    "vote",  # member of a body or of a panel of three
    "name_panel",  # idea manager: nobody is left to decide the objection
    "offer_talk",  # host: offer the closing conversation
    "pick_time",  # submitter: choose one of the times offered
    "hold_talk",  # host: talk, then record it
    "find_host",  # idea manager: the submitter wants somebody else, or reached nobody
    "write_closing",  # host: two appointments or two offers came to nothing
    "confirm",  # submitter: how was it?
    "ask_once_more",  # somebody other than the host: the submitter has not said how it was
    "promise",  # whoever promised something in the talk
    "measure",  # whoever carries out what was adopted
    "confirm_benefit",  # second person: is the benefit computed right?
    "prove_benefit",  # whoever carried it out: what did the first year bring?
    "propose_award",  # idea manager: the benefit stands, what do the submitters get?
    "grant_award",  # second person: an award was proposed
    "agree_story",  # submitter, or who carried it out: may this be told about you?
    "write_story",  # who writes a story: nobody is asked any more
    "second_look",  # coordinator: does a decline still stand?
    "compare_earlier",  # coordinator: is this a declined idea of somebody else?
    "law_date",  # the office in charge: a date the law sets
    "agree_group",  # submitter: talk together with others, or alone?
    "return",  # idea manager: a parked or trial idea comes back on this date
    "resolve_conflict",  # idea manager: a conflict came out after the release
    "confirm_correction",  # second person: a correction was proposed
)


class Step(Base):
    """One thing one person has to do for one idea.

    Exactly one of `owner_id` (a person) and `submitter_id` (a submitter, who may be confidential) is set. `role` and
    `department_id` say in which office the owner acts: whoever stands in is looked for along them. `due_on` is a date
    on the owner's site calendar; `first_due_on` never changes.
    """

    __tablename__ = "step"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(24))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    submitter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submitter.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(sa.String(20), default="")
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("body.id"))
    round: Mapped[int] = mapped_column(default=1)
    subject_id: Mapped[int] = mapped_column(default=0)  # the assignment, question, party, promise or measure it is about
    due_on: Mapped[date]
    first_due_on: Mapped[date]
    due_moves: Mapped[int] = mapped_column(default=0)
    due_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    skipped_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(sa.String(12), default="")  # done, dropped, rests (while a question is open)

    __table_args__ = (
        sa.CheckConstraint("(owner_id IS NULL) <> (submitter_id IS NULL)", name="one_owner"),
        sa.CheckConstraint("(done_at IS NULL) = (outcome = '')", name="outcome"),
        sa.CheckConstraint("due_moves BETWEEN 0 AND 2", name="due_moves"),
        sa.CheckConstraint("kind IN ({})".format(", ".join(f"'{k}'" for k in KINDS)), name="kind"),
        sa.Index(
            "uq_step_open", "idea_id", "kind", "subject_id", sa.text("coalesce(owner_id, 0)"),
            sa.text("coalesce(submitter_id, 0)"), unique=True,
            sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL"),
        ),
        sa.Index(
            "ix_step_mine", "owner_id", "due_on", "id",
            sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL"),
        ),
        sa.Index(
            "ix_step_submitter", "submitter_id",
            sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL"),
        ),
        sa.Index("ix_step_idea", "idea_id", "done_at"),
    )


class StepOverride(Base):
    """Somebody was named for a step instead of whom the rules would name."""

    __tablename__ = "step_override"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"))
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(24))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    __table_args__ = (sa.UniqueConstraint("idea_id", "round", "kind"),)
