"""Hiding an item that should not stand there, and showing it again."""

from datetime import datetime

from suggestbox.core.errors import Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write

from .models import Item


def hide_item(item: Item, reason: str, *, by_id: int, now: datetime) -> None:
    """Take an item out of every figure, list and quote. It stays, with the reason, and can be shown again.

    Raises  Invalid without a reason, Refused when it is hidden already
    """
    if item.hidden_at is not None:
        raise Refused(_("This is hidden already."), reason="hidden_already")
    if not reason.strip():
        raise Invalid(fields={"reason": _("Please give a reason.")}, reason="no_reason")
    item.hidden_at, item.hidden_by_id, item.hidden_reason = now, by_id, reason.strip()
    write("feedback.item_hidden", now=now, actor_id=by_id, item_id=item.id)


def show_item(item: Item, *, by_id: int, now: datetime) -> None:
    """Let an item count and be read again.

    Raises  Refused when it is not hidden
    """
    if item.hidden_at is None:
        raise Refused(_("This is not hidden."), reason="not_hidden")
    item.hidden_at, item.hidden_by_id, item.hidden_reason = None, None, ""
    write("feedback.item_shown", now=now, actor_id=by_id, item_id=item.id)
