"""The closings of a period: were the talks kept, on time, comprehensible, appreciated?"""

from typing import Any

from flask import current_app, render_template

from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import today_for

from . import page_figures
from .blueprint import bp
from .figures import figures_of
from .page_figures import Share, Told
from .policy import may_read
from .viewing import view_of

PROMISES = ("conversation_rate", "on_time", "comprehensibility", "appreciation")
BESIDE = ("talks_confirmed", "unconfirmed")
INSTEAD = ("declined", "written", "unanswered", "missed", "unreachable")
"""What took the place of a talk, in the order of the picture."""

COUNTS = tuple(f"talks_{state}" for state in (*INSTEAD, "instead", "open"))


def may_read_closings(me: Somebody) -> bool:
    """Say whether this person reads the figures of closings."""
    return may_read(me, "closings")


@bp.get("/reports/closings", endpoint="closings")
@door("reports.closings", allow=may_read_closings)
def closings() -> str:
    """Kept, on time, comprehensible, appreciated; and what took the place of a talk."""
    view = view_of("closings", today_for(current_app.config["HEADQUARTERS_ZONE"]))
    if view.choice.sheet is None or view.part:
        return render_template("reports/closings.html", choice=view.choice, part=view.part)
    told = page_figures.told(view.sheet, (*PROMISES, *BESIDE, *COUNTS), view.targets)
    return render_template(
        "reports/closings.html", choice=view.choice, part=view.part, told=told, promises=PROMISES, beside=BESIDE,
        became=_became(told), followed=_followed(told), marks=page_figures.marks_of(view.sheet.cell("appreciation")),
        over_time=page_figures.pictures_over_time(view.choice, (*PROMISES, *BESIDE), view.targets),
        grid=view.grid("department", PROMISES), row_tables=view.tables(), figures=figures_of("closings"),
    )


def _became(told: dict[str, Told]) -> list[Share]:
    """What became of the talks that were due: held, replaced, or still owed; together what may not be told apart."""
    rate = told["conversation_rate"]
    parts: list[tuple[Any, int, str]] = [(_("Held"), rate.part, "sb-c-good")]
    if told["talks_open"].number is None:
        return page_figures.shares_of([*parts, (_("Replaced, or still owed"), rate.whole - rate.part, "rp-part-1")])
    singly = all(told[f"talks_{state}"].number is not None for state in INSTEAD)
    parts += [(told[f"talks_{state}"].figure.name, told[f"talks_{state}"].part, f"rp-part-{place}")
              for place, state in enumerate(INSTEAD if singly else ("instead",), 1)]
    parts.append((told["talks_open"].figure.name, told["talks_open"].part, "sb-c-bad"))
    return page_figures.shares_of(parts)


def _followed(told: dict[str, Told]) -> list[Share]:
    """Whether submitters could follow how their idea was treated; empty where nobody said so."""
    cell = told["comprehensibility"].cell
    said = (cell.more or {}) if cell is not None else {}
    parts = [(words, int(said.get(key, 0)), tint)
             for key, words, tint in (("yes", _("Yes"), "sb-c-good"), ("partly", _("Partly"), "rp-part-2"),
                                      ("no", _("No"), "sb-c-bad"))]
    return page_figures.shares_of(parts) if any(count for _words, count, _tint in parts) else []
