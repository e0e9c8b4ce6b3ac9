"""What a letter says now: asked anew each time, so that nothing is sent whose reason is gone."""

from suggestbox.core.database import db

from .letters import Reader, Text
from .letters import kind as kind_of
from .models import Letter, Notice


def text_of(letter: Letter, reader: Reader) -> Text | None:
    """Give what the letter says, in the reader's language, or None when its reason is gone.

    Inside `readers.speaking_to(reader)` and, because a digest takes its notices along, inside `work()`.
    """
    kind = kind_of(letter.kind)
    if kind.compose:
        return kind.compose(letter, reader)
    notice = db.session.get(Notice, letter.facts.get("notice_id", 0))
    return kind.write(notice, reader) if notice and kind.write else None
