"""Rule sets for awards, who is eligible, what was computed and granted, shares among submitters, and payments."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suggestbox.core.database import Base

BASES = ("benefit", "points", "recognition")
AWARD_STATES = ("proposed", "granted", "replaced", "dropped")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


class AwardRules(Base):
    """A rule set, as data, from a day on. Never changed afterwards: a new wording is a new number."""

    __tablename__ = "award_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    name_de: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    from_on: Mapped[date] = mapped_column(unique=True)  # for ideas handed in from this day on
    document: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Eligibility(Base):
    """Whether a submitter may get money for this idea (own duties, competence area); apart from whether it is good."""

    __tablename__ = "award_eligibility"
    id: Mapped[int] = mapped_column(primary_key=True)
    submitter_id: Mapped[int] = mapped_column(sa.ForeignKey("submitter.id", ondelete="CASCADE"), index=True)
    percent: Mapped[int]  # 100: fully; 0: it was their own duty; between: part of it was
    reason: Mapped[str] = mapped_column(default="")
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        sa.CheckConstraint("percent = 100 OR length(reason) > 0", name="reason"),
        sa.Index(
            "uq_award_eligibility_standing", "submitter_id", unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"), postgresql_where=sa.text("replaced_at IS NULL"),
        ),
    )


class ShareProposal(Base):
    """How the submitters of an idea want to share; it holds once every one of them agreed. Without one: equally."""

    __tablename__ = "award_share_proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    by_submitter_id: Mapped[int] = mapped_column(sa.ForeignKey("submitter.id"))
    points: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # {submitter id: parts}, any whole numbers
    at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]  # by all
    ended_at: Mapped[datetime | None]  # refused, or replaced by a newer one
    consents: Mapped[list["ShareConsent"]] = relationship(cascade="all, delete-orphan", order_by="ShareConsent.at")


class ShareConsent(Base):
    """One submitter's yes to a proposal of shares."""

    __tablename__ = "award_share_consent"
    proposal_id: Mapped[int] = mapped_column(
        sa.ForeignKey("award_share_proposal.id", ondelete="CASCADE"), primary_key=True
    )
    submitter_id: Mapped[int] = mapped_column(sa.ForeignKey("submitter.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]


class Award(Base):
    """What an idea's submitters get together, by which rule set, with every step of the sum. Corrected by a new version."""

    __tablename__ = "award"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(default=1)
    rules_id: Mapped[int] = mapped_column(sa.ForeignKey("award_rules.id"))
    basis: Mapped[str] = mapped_column(sa.String(12))
    benefit_cents: Mapped[int | None] = mapped_column(sa.BigInteger)  # net first-year benefit it was computed from
    inputs: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # points, multipliers, figures with versions
    steps: Mapped[list[Any]] = mapped_column(sa.JSON)  # the explanation: [{step, numbers, cents}]
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    words: Mapped[str] = mapped_column(default="")  # what is said with it, above all a recognition without money
    state: Mapped[str] = mapped_column(sa.String(10), default="proposed")
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    granted_at: Mapped[datetime | None]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    row_version: Mapped[int] = mapped_column(default=1)
    parts: Mapped[list["AwardPart"]] = relationship(cascade="all, delete-orphan", order_by="AwardPart.id")
    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (
        sa.UniqueConstraint("idea_id", "version"),
        sa.CheckConstraint(_one_of("basis", BASES), name="basis"),
        sa.CheckConstraint(_one_of("state", AWARD_STATES), name="state"),
        sa.CheckConstraint("cents >= 0", name="cents"),
        sa.CheckConstraint("granted_by_id IS NULL OR granted_by_id <> proposed_by_id", name="four_eyes"),
        sa.CheckConstraint("state <> 'granted' OR granted_at IS NOT NULL", name="granted"),
        sa.Index(
            "uq_award_granted", "idea_id", unique=True,
            sqlite_where=sa.text("state = 'granted'"), postgresql_where=sa.text("state = 'granted'"),
        ),
        sa.Index(
            "uq_award_proposed", "idea_id", unique=True,
            sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"),
        ),
    )


class AwardPart(Base):
    """What one submitter gets of an award. The parts of an award before eligibility sum up to its cents."""

    __tablename__ = "award_part"
    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(sa.ForeignKey("award.id", ondelete="CASCADE"), index=True)
    submitter_id: Mapped[int] = mapped_column(sa.ForeignKey("submitter.id"), index=True)
    points: Mapped[int]
    share_cents: Mapped[int] = mapped_column(sa.BigInteger)
    percent: Mapped[int] = mapped_column(default=100)  # eligibility
    cents: Mapped[int] = mapped_column(sa.BigInteger)  # what is paid
    __table_args__ = (
        sa.UniqueConstraint("award_id", "submitter_id"),
        sa.CheckConstraint("cents BETWEEN 0 AND share_cents", name="cents"),
    )


class PaymentList(Base):
    """What was handed to payroll in one go."""

    __tablename__ = "payment_list"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(default="")


class Payment(Base):
    """An amount owed to one submitter for one version of an award; a correction pays the difference upwards only."""

    __tablename__ = "payment"
    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(sa.ForeignKey("award_part.id"), unique=True)
    cents: Mapped[int] = mapped_column(sa.BigInteger)
    owed_at: Mapped[datetime]
    list_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment_list.id"), index=True)
    __table_args__ = (sa.CheckConstraint("cents > 0", name="cents"),)
