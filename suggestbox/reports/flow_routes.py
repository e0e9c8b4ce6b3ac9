"""Where ideas wait today, and how long it took in a period."""

from typing import Any

from flask import current_app, render_template, request, url_for

from suggestbox.core.clock import utc_now
from suggestbox.core.guard import door
from suggestbox.core.language import current_language, is_familiar
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.people.book import Directory
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import here, today_for

from . import ageing, flow_live, page_figures
from .blueprint import bp
from .figures import figures_of
from .memory import for_a_moment, part
from .policy import may_read
from .viewing import View, view_of

LISTED_AS = {"first_look": "new", "review": "examined", "decision": "deciding", "talk": "talk"}
"""Stage of waiting: where the list of ideas shows the ideas that are there."""

DURATIONS = ("lead_time", "first_answer")
HEADLINE = ("lead_time", "lead_time_working", "first_answer", "closed")
SHORT_WAY = ("lead_time_short",)
ROWS = ("lead_time", "first_answer", "closed")
OVER_TIME = ("lead_time", "first_answer", "closed", "open_steps")


def may_read_flow(me: Somebody) -> bool:
    """Say whether this person reads where ideas wait."""
    return may_read(me, "flow")


@bp.get("/reports/flow", endpoint="flow")
@door("reports.flow", allow=may_read_flow)
def flow() -> str:
    """Where do ideas wait, how long, since when; and how long it took."""
    book = here()
    view = view_of("flow", today_for(current_app.config["HEADQUARTERS_ZONE"]))
    asked = request.args.get("below", "")
    below = asked if asked.isdecimal() and int(asked) in book.departments else ""
    stand = book.version, book.today, rule("reports.least_owners"), current_language(), is_familiar()
    at, steps = for_a_moment(("steps", book.version, book.today), now := utc_now(), lambda: ageing.open_now(book, now))
    _at, today = for_a_moment((*stand, at), now, lambda: flow_live.live(book, at, steps))
    waiting = part("waiting", [], stand, at, below, request.args.get("period"), request.args.get("version"))
    return render_template("reports/flow.html", choice=view.choice, part=view.part, waiting=waiting,
                           **({} if waiting else _waiting(today, below, book)), **_took(view))


def _waiting(today: flow_live.Live, below: str, book: Directory) -> dict[str, Any]:
    """What is drawn of today."""
    return {
        "live": today, "sentence": flow_live.sentence_of(today), "stage_words": flow_live.STAGE_WORDS,
        "stages": flow_live.picture_of(today.stages, _stage_addresses()), "departments": _departments(today, below, book),
        "trail": _trail(below, book),
    }


def _took(view: View) -> dict[str, Any]:
    """What is drawn of the period; nothing where no figures are kept, or the page is remembered."""
    sheet = view.choice.sheet
    if sheet is None or view.part:
        return {}
    return {
        "told": page_figures.told(sheet, (*HEADLINE, *SHORT_WAY), view.targets), "figures": figures_of("flow"),
        "headline_keys": HEADLINE, "short_keys": SHORT_WAY, "spreads": page_figures.spreads_of(sheet, DURATIONS),
        "short": page_figures.spreads_of(sheet, SHORT_WAY), "last_day": flow_live.kept_picture(sheet.cell("open_steps")),
        "over_time": page_figures.pictures_over_time(view.choice, OVER_TIME, view.targets),
        "grid": view.grid("department", ROWS), "row_tables": view.tables(),
    }


def _stage_addresses() -> dict[str, str]:
    return {stage: url_for("ideas.list", stage=listed) for stage, listed in LISTED_AS.items()}


def _below(key: str) -> str:
    """Where the departments below one of them are, the page otherwise as it is."""
    return url_for("reports.flow", period=request.args.get("period"), version=request.args.get("version"),
                   below=key or None, _anchor="units")


def _trail(below: str, book: Directory) -> list[tuple[str, str]]:
    """The way from the whole company down to the department above."""
    if not below:
        return []
    above = [book.departments[one] for one in reversed(book.upwards(int(below))) if str(one) != below]
    return [(_("Whole company"), _below("")), *((one.name, _below(str(one.id))) for one in above)]


def _departments(today: flow_live.Live, below: str, book: Directory) -> list[tuple[str, Any]]:
    """(stage, its picture by department) of each stage that can be shown so, with the departments in sight."""
    found = []
    for stage, lines in today.by_department.items():
        listed = LISTED_AS.get(stage)
        addresses = {line.key: url_for("ideas.list", stage=listed, department=line.key) for line in lines} if listed else {}
        sight = flow_live.in_sight_below(lines, below, book)
        if sight.rows:
            found.append((stage, flow_live.picture_of(lines, addresses, sight, _below)))
    return found
