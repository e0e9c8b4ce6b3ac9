"""The page of declined ideas: what is protected and looked at again, what may be the same, what was credited."""

from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user

from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.people.queries import departments_by_name, here, today_for

from . import lists, policy
from .blueprint import bp


@bp.route("/priority", endpoint="list")
@door("priority.list", allow=policy.may_list)
def list_declined() -> str:
    """Declined ideas of the reader's departments; the list to look through is named by `show`."""
    me, book, today = current_user, here(), today_for()
    asked = request.args.get("show", "")
    tab = asked if asked in lists.TABS else "protected"
    narrowed = lists.Narrowed(whole_number(request.args.get("department")), request.args.get("soon") == "1")
    kept: dict[str, Any] = {name: value for name in ("department", "soon") if (value := request.args.get(name))}
    page = lists.listed(tab, me.id, book, narrowed, today, key=request.args.get("page"))
    if page.next_key:
        page.next_url = url_for("priority.list", show=tab, **kept, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("priority.list", show=tab, **kept, page=page.prev_key)
    counts = lists.counted(me.id, book, narrowed, today)
    names = {"protected": _("Looked at again"), "alike": _("Perhaps the same"), "credited": _("Done after all")}
    tabs = [(name, names[name], counts[name], url_for("priority.list", show=name, **kept)) for name in lists.TABS]
    others = lists.known_to([row.other_id for row in page.rows], me.id, book, outcome=tab == "credited")
    return render_template(
        "priority/list.html", page=page, tab=tab, tabs=tabs, narrowed=narrowed, book=book, today=today, others=others,
        departments=[(d.id, d.name) for d in departments_by_name(book)],
    )
