"""The closing conversation: one party per submitter and round, and what happened between it and its host."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suggestbox.core.database import Base

PARTY_STATES = ("owed", "offered", "held", "declined", "unanswered", "missed", "written", "unreachable")
SETTLED = ("held", "declined", "unanswered", "missed", "written", "unreachable")
FORMS = ("phone", "video", "in_person")


class Party(Base):
    """What one submitter is owed in one round, and how it stands.

    `attempt` counts talks owed in the round: a denied talk, or a "no, I cannot follow it", starts the next one.
    """

    __tablename__ = "party"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"))
    submitter_id: Mapped[int] = mapped_column(sa.ForeignKey("submitter.id"))
    round: Mapped[int]
    attempt: Mapped[int] = mapped_column(default=1)
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(sa.String(12), default="owed")
    owed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    wants_writing: Mapped[bool] = mapped_column(default=False)
    companion: Mapped[str] = mapped_column(sa.String(200), default="")  # ambassador, works council, interpreter
    other_host_asked: Mapped[bool] = mapped_column(default=False)
    second_host_used: Mapped[bool] = mapped_column(default=False)
    missed_by_submitter: Mapped[int] = mapped_column(default=0)
    missed_by_host: Mapped[int] = mapped_column(default=0)
    unanswered_offers: Mapped[int] = mapped_column(default=0)
    written_text: Mapped[str] = mapped_column(default="")
    asked_again_at: Mapped[datetime | None]  # somebody other than the host asked once more
    calendar_sequence: Mapped[int] = mapped_column(default=0)  # counts what went into people's calendars
    offers: Mapped[list["Offer"]] = relationship(cascade="all, delete-orphan", order_by="Offer.id")
    appointments: Mapped[list["Appointment"]] = relationship(
        cascade="all, delete-orphan", order_by="Appointment.id"
    )
    records: Mapped[list["Record"]] = relationship(cascade="all, delete-orphan", order_by="Record.id")
    __table_args__ = (
        sa.UniqueConstraint("idea_id", "submitter_id", "round"),
        sa.Index("ix_party_host", "host_id", "idea_id"),
        sa.CheckConstraint("state IN ({})".format(", ".join(repr(s) for s in PARTY_STATES)), name="state"),
        sa.CheckConstraint("(state IN ('owed', 'offered')) = (settled_at IS NULL)", name="settled"),
        sa.CheckConstraint("state <> 'missed' OR missed_by_submitter >= 2", name="missed_twice"),
        sa.CheckConstraint("state <> 'unanswered' OR unanswered_offers >= 2", name="unanswered_twice"),
        sa.CheckConstraint("state NOT IN ('written', 'missed', 'unanswered') OR length(written_text) > 0",
                           name="written"),
    )


class Offer(Base):
    """Times the host offered. Ended by a pick, by "none suits me", by silence, or by something newer."""

    __tablename__ = "offer"
    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(default="")
    offered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str] = mapped_column(sa.String(12), default="")  # picked, none_suits, silence, replaced
    words_back: Mapped[str] = mapped_column(default="")
    slots: Mapped[list["Slot"]] = relationship(cascade="all, delete-orphan", order_by="Slot.starts_at")


class Slot(Base):
    """One of the times of an offer."""

    __tablename__ = "slot"
    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=30)
    form: Mapped[str] = mapped_column(sa.String(10), default="phone")
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    __table_args__ = (sa.CheckConstraint("form IN ('phone', 'video', 'in_person')", name="form"),)


class Appointment(Base):
    """A time both agreed on."""

    __tablename__ = "appointment"
    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=30)
    form: Mapped[str] = mapped_column(sa.String(10), default="phone")
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[str] = mapped_column(sa.String(20), default="set")
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("talk_group.id"), index=True)  # one talk of several
    disputed_at: Mapped[datetime | None]
    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('set', 'held', 'missed_by_submitter', 'missed_by_host', 'cancelled')", name="state"
        ),
        sa.Index(
            "uq_appointment_set", "party_id", unique=True,
            sqlite_where=sa.text("state = 'set'"), postgresql_where=sa.text("state = 'set'"),
        ),
    )


class TalkGroup(Base):
    """One talk a host would like to have with several submitters; only those who agree come together.

    Asked until `answer_by`; then it is set with those who agreed (two at least), or called off. Every submitter keeps a
    party, an appointment and a record of their own: who does not agree gets a talk alone, and nobody hears who that was.
    """

    __tablename__ = "talk_group"
    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(sa.ForeignKey("call.id"), index=True)
    words: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=60)
    form: Mapped[str] = mapped_column(sa.String(10), default="in_person")
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    asked_at: Mapped[datetime]
    answer_by: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(10), default="asked")
    ended_at: Mapped[datetime | None]
    ended_words: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    members: Mapped[list["TalkGroupMember"]] = relationship(
        cascade="all, delete-orphan", order_by="TalkGroupMember.party_id"
    )
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("state IN ('asked', 'set', 'held', 'called_off')", name="state"),
        sa.CheckConstraint("form IN ('phone', 'video', 'in_person')", name="form"),
    )


class TalkGroupMember(Base):
    """One submitter asked to talk together with others: no answer yet, yes, or rather alone."""

    __tablename__ = "talk_group_member"
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("talk_group.id", ondelete="CASCADE"), primary_key=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id", ondelete="CASCADE"), primary_key=True)
    attempt: Mapped[int] = mapped_column(default=1)
    answer: Mapped[str] = mapped_column(sa.String(6), default="")
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # rather alone, silent, called off, or settled otherwise; empty: still part of it
    __table_args__ = (
        sa.CheckConstraint("answer IN ('', 'yes', 'alone')", name="answer"),
        sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered"),
        sa.Index("ix_talk_group_member_party", "party_id"),
    )


class Record(Base):
    """What a talk was: when, who took part, what was said. `denied_at`: the submitter says it did not take place."""

    __tablename__ = "record"
    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int] = mapped_column(default=1)
    host_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    held_on: Mapped[date]
    form: Mapped[str] = mapped_column(sa.String(10), default="phone")
    took_part: Mapped[str] = mapped_column(default="")
    said: Mapped[str]
    recorded_at: Mapped[datetime]
    denied_at: Mapped[datetime | None]
    promises: Mapped[list["Promise"]] = relationship(cascade="all, delete-orphan", order_by="Promise.id")


class Promise(Base):
    """Something promised in a talk, by somebody, until a date; it is a next step until it is kept."""

    __tablename__ = "promise"
    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id", ondelete="CASCADE"), index=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    due_on: Mapped[date]
    kept_at: Mapped[datetime | None]
    kept_words: Mapped[str] = mapped_column(default="")


class Confirmation(Base):
    """What one submitter alone said afterwards. One per talk owed (party and attempt)."""

    __tablename__ = "confirmation"
    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int] = mapped_column(default=1)
    took_place: Mapped[bool]
    follows: Mapped[str | None] = mapped_column(sa.String(6))
    appreciated: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    __table_args__ = (
        sa.UniqueConstraint("party_id", "attempt"),
        sa.CheckConstraint("follows IN ('yes', 'partly', 'no')", name="follows"),
        sa.CheckConstraint("appreciated BETWEEN 1 AND 5", name="appreciated"),
    )


class Objection(Base):
    """A submitter does not accept the outcome: a second round, once per idea."""

    __tablename__ = "objection"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), unique=True)
    submitter_id: Mapped[int] = mapped_column(sa.ForeignKey("submitter.id"))
    round: Mapped[int]  # the round it speaks against
    reason: Mapped[str]
    at: Mapped[datetime]
