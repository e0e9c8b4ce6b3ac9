"""Which themes an idea answers."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base

LINKERS = ("submitter", "coordinator", "cx_manager")


class IdeaTheme(Base):
    """An idea answers a theme. A submitter's own link names nobody: the name may be confidential."""

    __tablename__ = "idea_theme"
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(sa.ForeignKey("theme.id"), primary_key=True, index=True)
    linked_as: Mapped[str] = mapped_column(sa.String(12))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    __table_args__ = (
        sa.CheckConstraint("linked_as IN ({})".format(", ".join(f"'{w}'" for w in LINKERS)), name="linked_as"),
        sa.CheckConstraint("linked_as <> 'submitter' OR by_id IS NULL", name="no_name"),
    )
