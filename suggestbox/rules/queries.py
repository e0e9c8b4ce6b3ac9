"""Which rules were in force when, and what changed from one version to the next."""

from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db

from .models import RulesVersion


def version_at(moment: datetime) -> RulesVersion | None:
    """Give the rules in force at a moment; None before the house wrote down its first version."""
    return db.session.scalars(
        sa.select(RulesVersion).where(RulesVersion.from_at <= moment)
        .order_by(RulesVersion.from_at.desc(), RulesVersion.number.desc()).limit(1)
    ).first()


def number_at(moment: datetime) -> int | None:
    """Give the number of the version in force at a moment, without reading what stands in it."""
    return db.session.scalar(
        sa.select(RulesVersion.number).where(RulesVersion.from_at <= moment)
        .order_by(RulesVersion.from_at.desc(), RulesVersion.number.desc()).limit(1)
    )


def latest_version() -> RulesVersion | None:
    """Give the newest version; None while there is none."""
    return db.session.scalars(sa.select(RulesVersion).order_by(RulesVersion.number.desc()).limit(1)).first()


def version_numbered(number: int) -> RulesVersion | None:
    """Give the version with this number, if there is one."""
    return db.session.scalars(sa.select(RulesVersion).where(RulesVersion.number == number)).first()


def all_versions() -> list[RulesVersion]:
    """Give every version, the newest first."""
    return latest_versions(None)


def latest_versions(most: int | None) -> list[RulesVersion]:
    """Give the newest versions, the newest first."""
    return list(db.session.scalars(sa.select(RulesVersion).order_by(RulesVersion.number.desc()).limit(most)))
