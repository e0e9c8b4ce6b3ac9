"""Own webhooks on one's own page: add, test, remove."""

from typing import Any

from flask import flash, redirect, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound, Refused
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.people.models import Person

from . import hooking
from .blueprint import bp
from .feed_routes import channels_page
from .hook_forms import HookForm
from .models import Hook


def my_hook(me: Person, hook_id: int) -> Hook:
    """Load a webhook of the reader's own that has not ended, or NotFound."""
    hook = db.session.get(Hook, hook_id)
    if hook is None or hook.person_id != me.id or hook.ended_at is not None:
        raise NotFound()
    return hook


def _back(text: str, kind: str = "good") -> Any:
    flash(text, kind)
    return redirect(url_for("mail.channels") + "#hooks", 303)


@bp.post("/me/channels/hooks", endpoint="add_hook")
@door("mail.add_hook")
def add_hook() -> Any:
    """Add a webhook."""
    form = HookForm()
    if form.validate():
        try:
            with work():
                hooking.add_hook(current_user.id, form.kind.data, form.url.data, now=utc_now())
        except Invalid as wrong:
            for name, sentence in wrong.fields.items():
                form[name].errors = [sentence]
        else:
            return _back(_("Saved. Please test it now."))
    return channels_page(form), 422


@bp.post("/me/channels/hooks/<int:hook_id>/test", endpoint="test_hook")
@door("mail.test_hook", load=my_hook)
def test_hook(hook: Hook) -> Any:
    """Send a test message the way of every other message."""
    hook_id = hook.id
    try:
        with work():
            hooking.write_hook_test(my_hook(current_user, hook_id), now=utc_now())
    except Refused as refused:
        return _back(str(refused.text), "info")
    return _back(_("A test is on its way. Look at this page again in half a minute: it says whether it arrived."))


@bp.post("/me/channels/hooks/<int:hook_id>/remove", endpoint="remove_hook")
@door("mail.remove_hook", load=my_hook)
def remove_hook(hook: Hook) -> Any:
    """Remove a webhook; its address is forgotten."""
    hook_id = hook.id
    with work():
        hooking.end_hook(my_hook(current_user, hook_id), now=utc_now())
    return _back(_("Removed. Nothing more goes there."))
