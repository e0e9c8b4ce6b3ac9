"""The permission guard: every view has a door, and a view without one is refused at start-up.

A door loads the thing and permits in one place. What a person may not see does not exist for that person: `load`
raises NotFound. What they may see but not do is Denied. `work()` passes the same door again inside its transaction.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, current_app, g, request
from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from .errors import Denied

View = Callable[..., Any]


def door(
    permission: str,
    *,
    load: Callable[..., Any] | None = None,
    allow: Callable[..., bool] | None = None,
    anyone: bool = False,
) -> Callable[[View], View]:
    """Dress a view with its permission.

    Takes   permission: "room.verb", the name in the permission matrix
            load: (me, **view arguments) -> the thing, handed to the view in place of the arguments; raises NotFound
            allow: (me, thing) or (me) -> may this person do it
            anyone: True for the few views that need no sign-in
    """

    def dress(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            me = current_user._get_current_object() if current_user.is_authenticated else None
            if me is None and not anyone:
                raise Unauthorized()
            thing = load(me, **arguments) if load else None

            def permit() -> None:
                if load and thing is not None:
                    load(me, **arguments)
                if allow and not (allow(me, thing) if load else allow(me)):
                    raise Denied(reason=permission)

            if allow and not (allow(me, thing) if load else allow(me)):
                raise Denied(reason=permission)
            g.setdefault("doors_passed", []).append(permit)
            return view(thing) if load else view(**arguments)

        guarded.door = permission  # type: ignore[attr-defined]
        guarded.door_anyone = anyone  # type: ignore[attr-defined]
        return guarded

    return dress


OPEN_ENDPOINTS = ("static", "bootstrap.static")
"""Files anybody may fetch: style sheets and scripts."""


def views_without_door(app: Flask) -> list[str]:
    """Give the endpoints somebody forgot to dress."""
    return sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint not in OPEN_ENDPOINTS and not hasattr(view, "door")
    )


def refuse_undressed_views(app: Flask) -> None:
    """Stop the start when a view has no door.

    Raises  RuntimeError naming the endpoints
    """
    missing = views_without_door(app)
    if missing:
        raise RuntimeError(f"views without a door: {', '.join(missing)}")


def permission_of_request() -> str:
    """Give the permission of the view being called."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "door", "")
