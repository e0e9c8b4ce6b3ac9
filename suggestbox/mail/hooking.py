"""Own webhooks: add, try, end, and end those that refuse. Operations flush and never commit."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write

from .hook_guard import BadHook, destination_of
from .message_id import message_id_for
from .models import HOOK_KINDS, Hook, Letter
from .operations import epoch_now, hooks_of, tell

MOST_HOOKS = 5
REFUSALS = 3
"""So many letters in a row that did not arrive end a webhook."""

LOOK_BACK = timedelta(days=30)


def add_hook(person_id: int, kind: str, url: str, *, now: datetime) -> Hook:
    """Give the new webhook of a person.

    Raises  Invalid with a sentence per field
    """
    if kind not in HOOK_KINDS:
        raise Invalid(fields={"kind": _("Please choose Teams or Slack.")})
    try:
        destination_of(url, kind)
    except BadHook as bad:
        raise Invalid(reason="bad_hook", fields={"url": _wrong(bad, kind)}) from None
    mine = hooks_of(person_id)
    if any(hook.url == url for hook in mine):
        raise Invalid(fields={"url": _("You have this address already.")})
    if len(mine) >= MOST_HOOKS:
        raise Invalid(fields={"url": _("You have %(most)s addresses already. Please remove one first.", most=MOST_HOOKS)})
    hook = Hook(person_id=person_id, kind=kind, url=url, created_at=now)
    db.session.add(hook)
    db.session.flush()
    write("person.hook_added", now=now, actor_id=person_id, role="person", person_id=person_id, hook_kind=kind)
    return hook


def _wrong(bad: BadHook, kind: str) -> str:
    if bad.why == "host":
        return _("Webhooks may not lead to %(host)s. Please copy the address from Teams or Slack; "
                 "administrators can allow further hosts.", host=bad.detail)
    if kind == "teams":
        return _("This is no address of a webhook. It begins with https:// and comes from the app Workflows in Teams.")
    return _("This is no address of a webhook. It begins with https://hooks.slack.com/.")


def end_hook(hook: Hook, *, now: datetime) -> None:
    """End a webhook; what is on its way there is cancelled by the postman. Its address is forgotten."""
    if hook.ended_at is None:
        hook.ended_at, hook.url = now, ""
        write("person.hook_ended", now=now, actor_id=hook.person_id, role="person", person_id=hook.person_id,
              hook_kind=hook.kind)
        db.session.flush()


def write_hook_test(hook: Hook, *, now: datetime) -> int:
    """Put a test message into the outbox, for this webhook alone; give the letter's id.

    Raises  Refused while an earlier one is still on its way
    """
    waiting = sa.select(Letter.id).where(
        Letter.hook_id == hook.id, Letter.kind == "mail.hook_test", Letter.done_at.is_(None)
    )
    if db.session.scalar(waiting.limit(1)) is not None:
        raise Refused(_("A test is on its way already."), reason="test_waits")
    key = f"hook-test:{hook.id}:{now.isoformat()}"
    letter = Letter(
        key=key, kind="mail.hook_test", channel=hook.kind, person_id=hook.person_id, hook_id=hook.id, facts={},
        message_id=message_id_for(key, current_app.config["DEPLOYMENT"]), not_before=now, created_at=now, epoch=epoch_now(),
    )
    db.session.add(letter)
    db.session.flush()
    return letter.id


def last_letters(hook_ids: Iterable[int], *, now: datetime, most: int = 1, over: bool = False) -> dict[int, list[Letter]]:
    """Give {webhook: its last letters, the newest first} of the last weeks; with `over` only those that came to an end."""
    place = sa.func.row_number().over(partition_by=Letter.hook_id, order_by=Letter.id.desc()).label("place")
    chosen = sa.select(Letter.id, place).where(
        Letter.created_at >= now - LOOK_BACK, Letter.hook_id.in_(sorted(hook_ids)),
        Letter.state.in_(("sent", "failed")) if over else Letter.state != "cancelled",
    ).subquery()
    query = sa.select(Letter).join(chosen, chosen.c.id == Letter.id).where(chosen.c.place <= most).order_by(Letter.id.desc())
    found: dict[int, list[Letter]] = {}
    for letter in db.session.scalars(query):
        found.setdefault(letter.hook_id or 0, []).append(letter)
    return found


def end_refused_hooks(*, now: datetime) -> int:
    """End webhooks that refused several letters in a row, and tell their owners; give how many. Inside `work()`."""
    hooks = {hook.id: hook for hook in db.session.scalars(sa.select(Hook).where(Hook.ended_at.is_(None)))}
    ended = 0
    for hook_id, letters in last_letters(hooks, now=now, most=REFUSALS, over=True).items() if hooks else ():
        if len(letters) == REFUSALS and all(letter.state == "failed" for letter in letters):
            hook = hooks[hook_id]
            hook.failures, hook.last_answer = REFUSALS, letters[0].last_answer
            end_hook(hook, now=now)
            tell("mail.hook_ended", f"hook-ended:{hook.id}", now=now, person_id=hook.person_id, hook=hook.id)
            ended += 1
    return ended
