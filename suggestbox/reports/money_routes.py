"""What ideas brought in a period, and what was paid for them."""

from flask import current_app, render_template

from suggestbox.core.guard import door
from suggestbox.core.modules import is_on
from suggestbox.people.policy import Somebody
from suggestbox.people.queries import today_for

from . import page_figures
from .blueprint import bp
from .figures import figures_of
from .policy import may_read
from .viewing import view_of

BENEFIT = ("net_benefit", "implemented", "benefit_per_idea", "benefit_per_employee", "roi", "award_rate")
BENEFIT_ROWS = ("net_benefit", "benefit_per_idea", "implemented")
AWARDS = ("awards", "awarded", "average_award")
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


def _stands(key: str, yearly: bool) -> bool:
    """The return is of whole years, and the award rate of houses that pay awards."""
    return yearly if key == "roi" else key != "award_rate" or is_on("awards")


def _page(template: str, kind: str, keys: tuple[str, ...], row_keys: tuple[str, ...]) -> str:
    view = view_of(kind, today_for(current_app.config["HEADQUARTERS_ZONE"]))
    choice = view.choice
    if choice.sheet is None or view.part:
        return render_template(template, choice=choice, part=view.part)
    yearly = choice.period is not None and choice.period.kind == "year"
    return render_template(
        template, choice=choice, part=view.part, headline_keys=[key for key in keys if _stands(key, yearly)],
        told=page_figures.told(view.sheet, keys, view.targets), figures=figures_of(kind),
        over_time=page_figures.pictures_over_time(choice, keys, view.targets),
        grids={dimension: view.grid(dimension, row_keys) for dimension in ("department", "site", "area")},
        row_tables=view.tables(),
    )
