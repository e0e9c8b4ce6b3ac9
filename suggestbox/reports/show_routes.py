"""The first page of reports, participation, where nobody coordinates, and what every page of the room shows around it."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.guard import door
from suggestbox.core.language import current_language, is_familiar
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.people.queries import here

from . import words
from .blueprint import bp
from .choosing import glance
from .coordinators import uncoordinated
from .figures import FIGURES, figures_of
from .memory import Head, Mark, Part, marks, once, once_for, part, remembered
from .models import Report
from .page_figures import bars_by, pictures_over_time, told
from .people_pictures import crossing_of
from .periods import Period
from .policy import kinds_for, may_read, may_read_any, may_see_exports, may_see_leadership_page
from .promises import promises, stand_of
from .queries import Sheet
from .targets import targets_stamp
from .viewing import View, view_of

for _word in (words.value_text, words.parts_text, words.hidden_text, words.hidden_short, words.hidden_sentence,
              words.number_text, remembered):
    bp.add_app_template_global(_word)
bp.record_once(lambda state: state.app.jinja_env.globals.update(dimension_names=words.DIMENSION_NAMES))

OVER_TIME = ("participation_rate", "suggestion_rate", "acceptance_rate", "implementation_rate", "submitters", "ideas")
"""Figures drawn over the periods, the four rates first."""

BESIDE = ("ideas_withdrawn", "ideas_short", "decided_short", "submitters_left")
"""Counts that are shown beside the rates and never in them."""

SIDE_BY_SIDE = ("participation_rate", "suggestion_rate", "acceptance_rate")
"""Rates of every row, beside each other."""

TELLING: dict[str, tuple[str, ...]] = {
    "participation": ("participation_rate", "suggestion_rate", "acceptance_rate"),
    "flow": ("lead_time", "first_answer", "open_steps"),
    "closings": ("conversation_rate", "on_time", "comprehensibility"),
    "benefit": ("net_benefit", "benefit_per_employee", "implemented"),
    "awards": ("awards", "average_award", "awarded"),
    "customers": ("csat", "nps", "criticism_rate"),
}
"""Kind of report: the figures the first page shows of it."""

LONG = 12
"""With more departments the other sections are folded: the page would be too long for a phone."""

STATE_ICONS = {"kept": "check-circle", "broken": "exclamation-circle", "unknown": "dash-circle", "unsaid": "dash-circle"}


def _today() -> date:
    return local_date(utc_now(), current_app.config["HEADQUARTERS_ZONE"])


# -- what stands around every page of the room -----------------------------------------------------------------------


Pages = tuple[tuple[str, str, str], ...]
"""(name, endpoint, label) of pages of the room."""


@bp.app_template_global()
def report_pages() -> list[dict[str, Any]]:
    """Give the pages of the room this person reads, for the line above each of them."""
    return [
        {"name": name, "url": url_for(endpoint), "label": label, "here": endpoint == request.endpoint}
        for name, endpoint, label in _pages_for(current_user._get_current_object())
    ]


def _pages_for(me: Any) -> Pages:
    """Which pages somebody reads follows from roles and modules alone; found out once while these stand."""
    book = here()
    stand = book.version, book.today, is_on("awards"), is_on("feedback"), current_language(), is_familiar()
    found: Pages = once_for(me.id, stand, lambda: tuple(_find_pages(me)))
    return found


def _find_pages(me: Any) -> Iterable[tuple[str, str, str]]:
    if may_read_any(me):
        yield "overview", "reports.overview", _("Overview")
    if may_see_leadership_page(me):
        yield "leadership", "reports.leadership", _("On one page")
    yield from ((kind, f"reports.{kind}", str(words.SHORT_NAMES[kind])) for kind in kinds_for(me))
    if may_see_coordinators(me):
        yield "coordinators", "reports.coordinators", _("Coordinators")
    if may_read_any(me):
        yield "files", "reports.subscriptions", _("Files")
    if may_see_exports(me):
        yield "council", "reports.council", _("Works council")
        yield "exports", "reports.exports", _("Exports")


@bp.app_template_global()
def tabs_part(name: str) -> Part:
    """Give the line of pages above a page as a part of it that is remembered."""
    return part("tabs", [], _pages_for(current_user._get_current_object()), name, request.endpoint)


@bp.app_template_global()
def frame_part(kind: str, sheet: Sheet | None, periods: list[Period], versions: list[Head], may_count: bool) -> Part:
    """Give what stands above the figures of a report, with the list of periods, as a part that is remembered."""
    if sheet is None:
        return part("frame", [], kind, tuple(periods))
    report, told = sheet.report, tuple((one.version, one.reason) for one in versions)
    age = age_line(report) if sheet.is_open else ""
    return part("frame", [], kind, report.id, report.as_of, report.digest, age, told, tuple(periods), may_count)


@bp.app_template_global()
def export_part(kind: str, sheet: Sheet) -> Part:
    """Give the buttons of files as a part of the page that is remembered."""
    return part("export", [], kind, sheet.report.period, sheet.report.version)


@bp.app_template_global()
def period_groups(periods: list[Period]) -> list[tuple[str, list[Period]]]:
    """Give the periods to choose from by their length: years, quarters, months, each with its heading."""
    headings = {"year": _("Years"), "quarter": _("Quarters"), "month": _("Months")}
    order = list(headings)
    found = sorted(periods, key=lambda p: (order.index(p.kind), -p.until.toordinal()))
    return [(headings[kind], list(some)) for kind, some in groupby(found, key=lambda p: p.kind)]


@bp.app_template_global()
def period_label(key: str) -> str:
    """Give the name of a period in the reader's language."""
    return Period(key).label()


@bp.app_template_global()
def kept_line(report: Report | Head) -> str:
    """Give the line that says when a report was counted, and whether it may still change."""
    return words.kept_words(report, Period(report.period).label())


@bp.app_template_global()
def hidden_line(sheet: Sheet) -> str:
    """Give how many rows of a report are not shown; empty for none."""
    return str(once("hidden", sheet.report, lambda: words.hidden_words(sheet.cells.values())))


@bp.app_template_global()
def age_line(report: Report | Head) -> str:
    """Give how long ago the figures of a period still running were counted."""
    return words.age_words(report.as_of, utc_now())


@bp.app_template_global()
def period_span(report: Report | Head) -> str:
    """Give first and last day of a report's period."""
    return words.span_words(report.since, report.until)


# -- pages -----------------------------------------------------------------------------------------------------------


@bp.get("/reports", endpoint="overview")
@door("reports.overview", allow=may_read_any)
def show_overview() -> Any:
    """Give the first page: what each report answers, with its most telling figures over time."""
    kinds, today = kinds_for(current_user._get_current_object()), _today()
    found, aims = marks(kinds), targets_stamp()
    page = part("overview", found, tuple(kinds), today, aims)
    cards = [] if page else [_card(kind, found, today) for kind in kinds]
    return render_template("reports/overview.html", cards=cards, part=page)


def _card(kind: str, found: list[Mark], today: date) -> dict[str, Any]:
    choice = glance(kind, today, marks=found)
    return {"kind": kind, "name": words.KIND_NAMES[kind], "question": words.QUESTIONS[kind], "choice": choice,
            "pictures": pictures_over_time(choice, TELLING[kind])}


def may_read_participation(me: Any) -> bool:
    """Say whether this person reads who takes part."""
    return may_read(me, "participation")


@bp.get("/reports/participation", endpoint="participation")
@door("reports.participation", allow=may_read_participation)
def show_participation() -> Any:
    """Give who takes part: rates over time, by department, site, employment group and length of service."""
    view = view_of("participation", _today())
    return render_template("reports/participation.html", choice=view.choice, part=view.part, **_participation(view))


def _participation(view: View) -> dict[str, Any]:
    """What is drawn; nothing where the page has no figures, or is remembered."""
    if view.choice.sheet is None or view.part:
        return {}
    sheet, every = view.sheet, figures_of("participation")
    others = [(dimension, view.rates(dimension, SIDE_BY_SIDE[:2])) for dimension in ("site", "group", "service")]
    return {
        "told": told(sheet, [figure.key for figure in every], view.targets), "beside": BESIDE, "all_figures": every,
        "pictures": pictures_over_time(view.choice, OVER_TIME, view.targets),
        "departments": view.rates("department", SIDE_BY_SIDE),
        "long": len(sheet.report.rows.get("department", [])) > LONG,
        "others": [(dimension, grid) for dimension, grid in others if grid is not None],
        "crossing_table": crossing_of(sheet, FIGURES["participation_rate"]),
        "areas": bars_by(sheet, "area", ["ideas", "acceptance_rate"], view.targets),
        "outcomes": bars_by(sheet, "outcome", ["decided"], view.targets),
        "years": bars_by(sheet, "year", ["implementation_rate"], view.targets), "behind": view.tables(),
    }


def may_see_coordinators(me: Any) -> bool:
    """Say whether this person sees which departments nobody coordinates."""
    return may_read(me, "participation")


@bp.get("/reports/departments-without-coordinator", endpoint="coordinators")
@door("reports.coordinators", allow=may_see_coordinators)
def show_coordinators() -> Any:
    """Give the departments in which nobody is asked for help with an idea."""
    book = here()
    page = part("coordinators", [], book.version, book.today)
    return render_template("reports/coordinators.html", part=page, found=None if page else uncoordinated(book))


@bp.get("/how-are-we-doing", endpoint="promises")
@door("reports.promises")
def show_promises() -> Any:
    """Give the five promises with their figures for everybody: the whole company only, honest where one is not kept."""
    today = _today()
    stand = stand_of(today, utc_now())
    page = part("promises", stand.marks, stand.period, stand.at, stand.decisions, stand.letters, targets_stamp())
    return render_template("reports/promises.html", part=page, stand=stand, state_icons=STATE_ICONS,
                           found=None if page else promises(stand, today))
