"""What a letter says now: asked anew each time, so that nothing is sent whose reason is gone."""

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea

from .letters import Reader, Text
from .letters import kind as kind_of
from .models import Letter, Notice

_TOLD = sa.select(Notice.__table__, Idea).outerjoin(Idea, Idea.id == Notice.idea_id).where(
    Notice.id == sa.bindparam("notice_id"))


def text_of(letter: Letter, reader: Reader) -> Text | None:
    """Give what the letter says, in the reader's language, or None when its reason is gone.

    Inside `readers.speaking_to(reader)` and, because a digest takes its notices along, inside `work()`.
    """
    kind = kind_of(letter.kind)
    if kind.compose:
        return kind.compose(letter, reader)
    # With its idea, which is held meanwhile: whoever asks for it next finds it in memory.
    notice = db.session.execute(_TOLD, {"notice_id": letter.facts.get("notice_id", 0)}).one_or_none()
    return kind.write(notice, reader) if notice and kind.write else None  # type: ignore[arg-type]
