"""What ideas brought in a period, and what was paid for them."""

from flask import current_app, render_template, request

from suggestbox.core.guard import door
from suggestbox.core.modules import is_on
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import today_for

from . import page_figures
from .blueprint import bp
from .choosing import choose
from .figures import figures_of
from .policy import may_read
from .targets import targets_on

BENEFIT = ("net_benefit", "implemented", "benefit_per_idea", "benefit_per_employee", "roi")
BENEFIT_ROWS = ("net_benefit", "benefit_per_idea", "implemented")
AWARDS = ("awards", "awarded", "average_award", "award_rate")
AWARD_ROWS = ("awards", "average_award", "awarded")


def may_read_benefit(me: Somebody) -> bool:
    """Say whether this person reads what ideas brought."""
    return may_read(me, "benefit")


def may_read_awards(me: Somebody) -> bool:
    """Say whether this person reads what was paid for ideas, in a house that pays for them."""
    return is_on("awards") and may_read(me, "awards")


@bp.get("/reports/benefit", endpoint="benefit")
@door("reports.benefit", allow=may_read_benefit)
def benefit() -> str:
    """The net first-year benefit of what was done."""
    return _page("reports/benefit.html", "benefit", BENEFIT, BENEFIT_ROWS)


@bp.get("/reports/awards", endpoint="awards")
@door("reports.awards", allow=may_read_awards)
def awards() -> str:
    """What was granted to submitters."""
    return _page("reports/awards.html", "awards", AWARDS, AWARD_ROWS)


def _page(template: str, kind: str, keys: tuple[str, ...], row_keys: tuple[str, ...]) -> str:
    choice = choose(kind, request.args.get("period", ""), request.args.get("version", ""),
                    today_for(current_app.config["HEADQUARTERS_ZONE"]))
    sheet = choice.sheet
    targets = targets_on(sheet.report.until) if sheet else {}
    return render_template(
        template, choice=choice, headline_keys=keys,
        told=page_figures.told(sheet, keys, targets) if sheet else {},
        over_time=page_figures.pictures_over_time(choice, keys, targets), figures=figures_of(kind),
        grids={dimension: page_figures.grid_by(sheet, dimension, row_keys, targets)
               for dimension in ("department", "site", "area")},
        row_tables=page_figures.tables_of(sheet) if sheet else [],
    )
