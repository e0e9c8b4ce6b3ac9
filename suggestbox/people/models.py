"""Sites, departments, people, and everything dated about them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from suggestbox.core.database import Base

ROLES = (
    "coordinator",
    "decision_maker",
    "head",
    "team_lead",
    "expert",
    "idea_manager",
    "cx_manager",
    "hr_analyst",
    "leadership",
    "works_council",
    "admin",
)
EMPLOYMENT_GROUPS = ("office", "production", "logistics", "field", "trainee", "agency", "retired", "other")


class Site(Base):
    """A place people work at: its clock, its holidays, its language."""

    __tablename__ = "site"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    time_zone: Mapped[str] = mapped_column(sa.String(60))
    country: Mapped[str] = mapped_column(sa.String(2), default="DE")
    subdivision: Mapped[str] = mapped_column(sa.String(10), default="")
    language: Mapped[str] = mapped_column(sa.String(5), default="de")
    working_weekdays: Mapped[str] = mapped_column(sa.String(7), default="01234")  # Monday is 0
    works_from: Mapped[str] = mapped_column(sa.String(5), default="08:00")  # on the site's clock
    works_until: Mapped[str] = mapped_column(sa.String(5), default="17:00")


class ClosingDay(Base):
    """A day on which a whole site does not work, beside the public holidays."""

    __tablename__ = "closing_day"
    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id", ondelete="CASCADE"), index=True)
    on: Mapped[date] = mapped_column("closed_on")
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    __table_args__ = (sa.UniqueConstraint("site_id", "closed_on"),)


class Department(Base):
    """A department in the tree. Who coordinates, heads and decides are role grants; a body may decide instead."""

    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("body.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)


class Body(Base):
    """A Kommission that decides together at its meetings."""

    __tablename__ = "body"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120), default="")


class BodyMember(Base):
    """A seat: chair, member or works council."""

    __tablename__ = "body_member"
    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("body.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    seat: Mapped[str] = mapped_column(sa.String(20), default="member")
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    __table_args__ = (
        sa.UniqueConstraint("body_id", "person_id"),
        sa.CheckConstraint("seat IN ('chair', 'member', 'works_council')", name="seat"),
    )


class BodyMeeting(Base):
    """A date on which a body meets."""

    __tablename__ = "body_meeting"
    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("body.id", ondelete="CASCADE"), index=True)
    on: Mapped[date] = mapped_column("meets_on")
    minutes: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.UniqueConstraint("body_id", "meets_on"),)


class Person(UserMixin, Base):
    """Somebody of the organisation. `email` and `personnel_no` may each be missing, but not both."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    personnel_no: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    given_name: Mapped[str] = mapped_column(sa.String(80))
    family_name: Mapped[str] = mapped_column(sa.String(80))
    salutation: Mapped[str] = mapped_column(sa.String(10), default="")  # "Frau", "Herr" or nothing
    language: Mapped[str] = mapped_column(sa.String(5), default="")  # empty: as the browser says
    theme: Mapped[str] = mapped_column(sa.String(5), default="auto")
    shortcut_keys: Mapped[bool] = mapped_column(default=False)
    site_id: Mapped[int] = mapped_column(sa.ForeignKey("site.id"), index=True)
    superior_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    employment_group: Mapped[str] = mapped_column(sa.String(20), default="office")
    topics: Mapped[str] = mapped_column(default="")  # an expert's topics, separated by commas
    has_desk: Mapped[bool] = mapped_column(default=True)
    entered_on: Mapped[date | None]
    left_on: Mapped[date | None]
    entitled: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    private_contact: Mapped[str] = mapped_column(sa.String(254), default="")  # only if consented to
    password_hash: Mapped[str] = mapped_column(sa.String(200), default="")
    pin_hash: Mapped[str] = mapped_column(sa.String(200), default="")
    pin_is_first: Mapped[bool] = mapped_column(default=False)  # came by letter, and is changed at the first sign-in
    working_weekdays: Mapped[str] = mapped_column(sa.String(7), default="")  # empty: as the site
    works_from: Mapped[str] = mapped_column(sa.String(5), default="")  # own shift; empty: as the site
    works_until: Mapped[str] = mapped_column(sa.String(5), default="")  # before works_from: a night shift
    mail_news: Mapped[bool] = mapped_column(default=True)  # wants to hear what is not a duty
    calendar_key_hash: Mapped[str | None] = mapped_column(sa.String(64))  # of the private feed
    open_reviews_at_most: Mapped[int | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", cascade="all, delete-orphan")

    __table_args__ = (
        sa.CheckConstraint("email IS NOT NULL OR personnel_no IS NOT NULL", name="reachable"),
        sa.Index("ix_person_family_name", "family_name", "given_name", "id"),
        sa.Index("uq_person_calendar_key_hash", "calendar_key_hash", unique=True),
    )

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def initials(self) -> str:
        return (self.given_name[:1] + self.family_name[:1]).upper() or "?"

    @property
    def is_active(self) -> bool:
        return self.active

    # Flask-Login's UserMixin compares get_id(), which is "" for everybody who is not signed in: all would be equal.
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def get_id(self) -> str:
        """What the cookie holds: a sign-in of its own, checked on the server (set by `people.operations`)."""
        token: Any = getattr(self, "sign_in_token", "")
        return str(token)


class Membership(Base):
    """When somebody belonged to which department."""

    __tablename__ = "membership"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("department.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="memberships")
    __table_args__ = (sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name="order"),)


class RoleGrant(Base):
    """A role given to a person, for one department (and those below it) or for all, dated."""

    __tablename__ = "role_grant"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20), index=True)
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    __table_args__ = (
        sa.CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role"),
        sa.CheckConstraint("until_on IS NULL OR from_on IS NULL OR until_on >= from_on", name="order"),
    )


class Deputy(Base):
    """Who stands in for whom, in this order."""

    __tablename__ = "deputy"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    deputy_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=1)
    __table_args__ = (
        sa.UniqueConstraint("person_id", "deputy_id"),
        sa.CheckConstraint("person_id <> deputy_id", name="somebody_else"),
    )


class Absence(Base):
    """Days on which somebody is not there, both ends included. The reason is nobody's business."""

    __tablename__ = "absence"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    __table_args__ = (
        sa.CheckConstraint("until_on >= from_on", name="order"),
        sa.Index("ix_absence_days", "from_on", "until_on"),
    )


class SignIn(Base):
    """A signed-in browser, known by the hash of its token; ending the row ends the sign-in everywhere."""

    __tablename__ = "sign_in"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PeopleStamp(Base):
    """One row, counted up with every change in this room, so that a kept directory knows when it is out of date."""

    __tablename__ = "people_stamp"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
