"""What is said about own webhooks: on one's page, in the test message, and when one was ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .answers import spoken
from .hook_guard import shortened
from .hooking import last_letters
from .letters import Kind, Line, Reader, Text, register
from .models import Hook, Letter, Notice

NAMES = {"teams": "Microsoft Teams", "slack": "Slack"}


@dataclass(frozen=True)
class HookRow:
    """One own webhook as the page shows it."""

    id: int
    name: str
    shown: str
    state: str  # good, open, bad, or nothing
    sentence: str
    at: datetime | None


def rows_of(hooks: Sequence[Hook], *, now: datetime) -> list[HookRow]:
    """Give the webhooks with what became of the last message to each. One statement."""
    last = last_letters([hook.id for hook in hooks], now=now) if hooks else {}
    return [_row(hook, next(iter(last.get(hook.id, [])), None)) for hook in hooks]


def _row(hook: Hook, letter: Letter | None) -> HookRow:
    state, sentence, at = "", _("No message has gone there in the last weeks."), None
    if letter is not None:
        at = letter.done_at or letter.created_at
        answer = spoken(letter.last_answer)
        if letter.state == "sent":
            state, sentence = "good", _("The last message arrived.")
        elif letter.state == "failed":
            state, sentence = "bad", _("The last message did not arrive: %(words)s", words=answer)
        elif answer:
            state, sentence = "bad", _("The last message has not arrived yet: %(words)s", words=answer)
        else:
            state, sentence = "open", _("The last message is on its way.")
    return HookRow(hook.id, NAMES[hook.kind], shortened(hook.url), state, sentence, at)


# -- letters ---------------------------------------------------------------------------------------------------------


def _no_lines(_notices: Sequence[Notice], _reader: Reader) -> dict[int, Line]:
    return {}


def _test(_letter: Letter, reader: Reader) -> Text:
    return Text(
        subject=_("Test: messages arrive here"),
        why=_("%(name)s pressed “Test”. From now on messages of suggestbox to %(name)s stand here too.", name=reader.name),
        button=(_("Change it"), url_for("mail.channels")),
    )


def _ended(notices: Sequence[Notice], _reader: Reader) -> dict[int, Line]:
    asked = sa.select(Hook.id, Hook.kind).where(Hook.id.in_([notice.facts.get("hook", 0) for notice in notices]))
    kinds = {row.id: row.kind for row in db.session.execute(asked)}
    return {
        notice.id: Line(
            _("Messages to you no longer go to %(where)s: the address refused them several times.",
              where=NAMES[kinds[notice.facts["hook"]]]),
            url_for("mail.channels"), duty=False,
        )
        for notice in notices if notice.facts.get("hook") in kinds
    }


_KINDS = (
    Kind("mail.hook_test", _l("Test of a webhook"), _no_lines, compose=_test, waits=False, at_any_hour=True),
    Kind("mail.hook_ended", _l("A webhook was ended"), _ended),
)


def register_letters() -> None:
    """Make the kinds about webhooks known."""
    register(*_KINDS)
