"""Where ideas wait today, and how long it took in a period."""

from typing import Any

from flask import current_app, render_template, request, url_for

from suggestbox.core.clock import utc_now
from suggestbox.core.guard import door
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import here, today_for

from . import flow_live, page_figures
from .blueprint import bp
from .choosing import choose
from .figures import figures_of
from .policy import may_read
from .targets import targets_on

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
    book, now = here(), utc_now()
    choice = choose("flow", request.args.get("period", ""), request.args.get("version", ""),
                    today_for(current_app.config["HEADQUARTERS_ZONE"]))
    sheet = choice.sheet
    targets = targets_on(sheet.report.until) if sheet else {}
    return render_template(
        "reports/flow.html", choice=choice, live=(today := flow_live.live(book, now)),
        sentence=flow_live.sentence_of(today), stages=flow_live.picture_of(today.stages, _stage_addresses()),
        departments=_departments(today), stage_words=flow_live.STAGE_WORDS, figures=figures_of("flow"),
        told=page_figures.told(sheet, (*HEADLINE, *SHORT_WAY), targets) if sheet else {},
        headline_keys=HEADLINE, short_keys=SHORT_WAY,
        spreads=page_figures.spreads_of(sheet, DURATIONS) if sheet else [],
        short=page_figures.spreads_of(sheet, SHORT_WAY) if sheet else [],
        last_day=flow_live.kept_picture(sheet.cell("open_steps")) if sheet else None,
        over_time=page_figures.pictures_over_time(choice, OVER_TIME, targets),
        grid=page_figures.grid_by(sheet, "department", ROWS, targets),
        row_tables=page_figures.tables_of(sheet) if sheet else [],
    )


def _stage_addresses() -> dict[str, str]:
    return {stage: url_for("ideas.list", stage=listed) for stage, listed in LISTED_AS.items()}


def _departments(today: flow_live.Live) -> list[tuple[str, Any]]:
    """(stage, its picture by department) of each stage that can be shown so."""
    found = []
    for stage, lines in today.by_department.items():
        listed = LISTED_AS.get(stage)
        addresses = {line.key: url_for("ideas.list", stage=listed, department=line.key) for line in lines} if listed else {}
        found.append((stage, flow_live.picture_of(lines, addresses)))
    return found
