"""Success stories, who is in them and agreed, and what readers said."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from suggestbox.core.database import Base

STATES = ("draft", "asked", "published", "withdrawn", "discarded")
ANSWERS = ("", "named", "unnamed", "no")
REACTIONS = ("well_done", "could_use")


class Story(Base):
    """What became of an idea, told for everybody. One per idea that is not discarded.

    `text_version` counts up with every change of words or picture: what somebody agreed to was one of them. Published
    only when everybody in it agreed to that very version.
    """

    __tablename__ = "story"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    measure_id: Mapped[int | None] = mapped_column(sa.ForeignKey("measure.id", ondelete="SET NULL"), index=True)
    theme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("theme.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
    text_version: Mapped[int] = mapped_column(default=1)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # what it was drafted from, as it stood then
    picture_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachment.id", ondelete="SET NULL"))
    picture_words_de: Mapped[str] = mapped_column(sa.String(300), default="")  # what can be seen in it
    picture_words_en: Mapped[str] = mapped_column(sa.String(300), default="")
    shows_money: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    answer_by: Mapped[date | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))  # empty: one of its submitters did
    withdrawn_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        sa.CheckConstraint("state IN ({})".format(", ".join(f"'{s}'" for s in STATES)), name="state"),
        sa.CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published"),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        sa.Index("ix_story_published", "state", "published_at", "id"),
        sa.Index(
            "uq_story_idea", "idea_id", unique=True,
            sqlite_where=sa.text("state <> 'discarded'"), postgresql_where=sa.text("state <> 'discarded'"),
        ),
    )


class StoryText(Base):
    """The words of a story in one language. A story has at least one; the reader's own comes first."""

    __tablename__ = "story_text"
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(160))
    lead: Mapped[str] = mapped_column(default="")  # two sentences: what lists, feed and digest show
    before: Mapped[str] = mapped_column(default="")  # how it was
    idea: Mapped[str] = mapped_column(default="")  # what was suggested
    done: Mapped[str] = mapped_column(default="")  # what was done
    since: Mapped[str] = mapped_column(default="")  # what is different since; never "because of"
    quote: Mapped[str] = mapped_column(default="")  # a sentence of a submitter
    __table_args__ = (sa.CheckConstraint("language IN ('de', 'en')", name="language"),)


class StoryPerson(Base):
    """Somebody a story tells of: a submitter (who may be confidential), or who carried the measure out.

    `answer` is to `text_version`; a changed story asks again. Silence is never a yes.
    """

    __tablename__ = "story_person"
    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id", ondelete="CASCADE"))
    submitter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("submitter.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    answer: Mapped[str] = mapped_column(sa.String(8), default="")
    answered_at: Mapped[datetime | None]
    text_version: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(default="")  # what should be different
    __table_args__ = (
        sa.CheckConstraint("(submitter_id IS NULL) <> (person_id IS NULL)", name="one"),
        sa.CheckConstraint("answer IN ('', 'named', 'unnamed', 'no')", name="answer"),
        sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered"),
        sa.UniqueConstraint("story_id", "submitter_id"),
        sa.UniqueConstraint("story_id", "person_id"),
    )


class StoryReaction(Base):
    """What a reader said: well done, or "we could use this too" with a sentence for whoever carried it out."""

    __tablename__ = "story_reaction"
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    words: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    __table_args__ = (sa.CheckConstraint("kind IN ({})".format(", ".join(f"'{k}'" for k in REACTIONS)), name="kind"),)
