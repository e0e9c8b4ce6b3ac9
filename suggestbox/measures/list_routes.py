"""The list of measures, and the same as a board: a column for each state."""

from typing import Any

from flask import render_template, request, url_for
from flask_login import current_user

from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import due_words
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.feedback.landscape import landscape
from suggestbox.people.directory import Directory
from suggestbox.people.policy import is_idea_manager
from suggestbox.people.queries import departments_by_name, here
from suggestbox.workflow.bench import due_state
from suggestbox.workflow.journey import Line, Station

from . import policy, queries
from .blueprint import bp
from .models import STATES, Measure
from .words import filter_words, state_word

WAY = ("planned", "running", "done")
"""The stations of a measure that is not given up."""


KEPT = ("state", "owner", "department", "touchpoint", "view")
"""What an address of the list says; anything else in it is nobody's."""


def line_of(measure: Measure) -> Line:
    """Give the way of a measure as the small line of stations that ideas have; one given up ends there."""
    given_up = measure.state == "abandoned"
    states = ("planned", *(("running",) if measure.started_at else ()), "abandoned") if given_up else WAY
    words = [state_word(state).capitalize() for state in states]
    place = states.index(measure.state)
    stations = tuple(
        Station(name, "done" if n < place or measure.state == "done" else "now" if n == place else "next")
        for n, name in enumerate(words)
    )
    summary = _("Station %(number)d of %(count)d: %(where)s", number=place + 1, count=len(states), where=words[place])
    return Line(stations, stations[place], summary)


def _columns(me: Any, narrowed: queries.Narrowed, book: Directory) -> list[tuple[str, str, list[Any], int]]:
    """Give (state, words, measures with their ideas, how many there are) of every column of the board."""
    shown, numbers = queries.on_board(me, narrowed, book), queries.counted_by_state(me, narrowed, book)
    return [(state, state_word(state).capitalize(), shown[state], numbers.get(state, 0)) for state in STATES]


@bp.route("/measures", endpoint="list")
@door("measures.list", allow=policy.may_list)
def list_measures() -> str:
    """All measures the reader may see: open, late, done; by owner, department and touchpoint."""
    me, book, today = current_user, here(), here().today
    state = request.args.get("state", "")
    # How punctual somebody is, is for themselves and the ladder: nobody else gathers one person's measures.
    owner_ids = queries.owners_listed(me, book) if is_idea_manager(me) else [me.id]
    owner_id = whole_number(request.args.get("owner"))
    narrowed = queries.Narrowed(
        state if state in queries.STATES_SHOWN else "open", owner_id if owner_id in owner_ids else None,
        whole_number(request.args.get("department")), whole_number(request.args.get("touchpoint")),
    )
    board = request.args.get("view") == "board"
    page = queries.Page([]) if board else queries.listed(me, narrowed, book, key=request.args.get("page"))
    kept: dict[str, Any] = {key: value for key in KEPT if (value := request.args.get(key))}
    if page.next_key:
        page.next_url = url_for("measures.list", **kept, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("measures.list", **kept, page=page.prev_key)
    lands = landscape() if is_on("feedback") else None
    counts = queries.counted(me, book)
    counts["open"] = counts["planned"] + counts["running"]
    tabs = [(name, words, counts[name], url_for("measures.list", **{**kept, "state": name}))
            for name, words in filter_words()]
    owners = [brief for owner_id in owner_ids if (brief := book.person(owner_id))]
    return render_template(
        "measures/list.html", page=page, narrowed=narrowed, book=book, today=today, lands=lands,
        tabs=tabs,
        owners=[(b.id, b.name) for b in sorted(owners, key=lambda b: (b.family_name.casefold(), b.given_name))],
        departments=[(d.id, d.name) for d in departments_by_name(book)],
        touchpoints=[(spot.id, spot.name) for way in lands.ways() for spot in lands.stations(way.id)] if lands else [],
        due_words=due_words, due_state=due_state, state_word=state_word, line_of=line_of, board=board,
        columns=_columns(me, narrowed, book) if board else [], column_size=queries.COLUMN_SIZE,
        other_view=url_for("measures.list", **{**{k: v for k, v in kept.items() if k != "view"},
                                               **({} if board else {"view": "board"})}),
    )
