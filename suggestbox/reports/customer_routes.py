"""What customers say over a period: how satisfied they are, whether they recommend the house, where, and why."""

from typing import Any

import sqlalchemy as sa
from flask import current_app, render_template

from suggestbox.core.database import db
from suggestbox.core.guard import door
from suggestbox.core.modules import is_on
from suggestbox.feedback.items import visible
from suggestbox.feedback.models import Item
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import today_for

from . import page_figures
from .blueprint import bp
from .figures import figures_of
from .policy import may_read
from .viewing import View, view_of
from .voice_pictures import places_of, reasons_of, recommend_of

HEADLINE = ("csat", "nps", "praise_rate", "criticism_rate")
COLLEAGUES = tuple(f"colleague_{key}" for key in HEADLINE)
BESIDE = ("heard", "comments", "colleague_heard", "colleague_comments")
OVER_TIME = (*HEADLINE, "heard", "comments")


def may_read_customers(me: Somebody) -> bool:
    """Say whether this person reads what customers say in figures, in a house that collects it."""
    return is_on("feedback") and may_read(me, "customers")


@bp.get("/reports/customers", endpoint="customers")
@door("reports.customers", allow=may_read_customers)
def customers() -> str:
    """Satisfaction and recommendation along the journey and by segment, with the reasons; colleagues apart."""
    view = view_of("customers", today_for(current_app.config["HEADQUARTERS_ZONE"]))
    late = _came_late(view)
    if view.choice.sheet is None or view.part:
        return render_template("reports/customers.html", choice=view.choice, part=view.part, late=late)
    sheet = view.sheet
    told = page_figures.told(sheet, (*HEADLINE, *COLLEAGUES, *BESIDE), view.targets)
    return render_template(
        "reports/customers.html", choice=view.choice, part=view.part, late=late, told=told, headline_keys=HEADLINE,
        marks=page_figures.marks_of(sheet.cell("csat")), recommended=recommend_of(sheet.cell("nps")),
        praised=reasons_of(sheet.cell("praise_rate")), criticised=reasons_of(sheet.cell("criticism_rate")),
        journey=places_of(sheet, "touchpoint"), segments=places_of(sheet, "segment"),
        over_time=page_figures.pictures_over_time(view.choice, OVER_TIME, view.targets),
        colleagues=_colleagues(view, told), behind_tables=view.tables(), all_figures=figures_of("customers"),
    )


def _colleagues(view: View, told: dict[str, page_figures.Told]) -> dict[str, Any] | None:
    """What stands of colleagues; nothing where none spoke."""
    sheet = view.sheet
    said = [cell for key in COLLEAGUES if (cell := told[key].cell) is not None]
    if not any(cell.hidden or cell.denominator for cell in said):
        return None
    return {
        "keys": [key for key in COLLEAGUES if (cell := told[key].cell) and (cell.hidden or cell.value is not None)],
        "places": places_of(sheet, "touchpoint", "colleague_"),
        "praised": reasons_of(sheet.cell("colleague_praise_rate")),
        "criticised": reasons_of(sheet.cell("colleague_criticism_rate")),
    }


def _came_late(view: View) -> bool:
    """Say whether comments of a closed period came in after it was counted. One statement."""
    if view.choice.sheet is None or view.choice.is_open:
        return False
    report = view.sheet.report
    late = sa.select(Item.id).where(Item.said_on >= report.since, Item.said_on <= report.until,
                                    Item.created_at > report.as_of, visible())
    return db.session.scalar(late.limit(1)) is not None
