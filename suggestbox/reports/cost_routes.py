"""What the programme costs, year by year, and entering it."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_login import current_user
from wtforms import StringField
from wtforms.validators import ValidationError

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid
from suggestbox.core.forms import AtMost, Filled, HouseForm, one_line, whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on

from . import costs, policy
from .blueprint import bp
from .choosing import glance
from .field_numbers import cents_of
from .figures import FIGURES
from .models import COSTS
from .periods import Period
from .words import NOTHING, money_text, value_text

KIND_NAMES = {"administration": _l("Administration"), "promotion": _l("Promotion")}


class CostForm(HouseForm):
    year = StringField(_l("Year"), validators=[Filled()], filters=[one_line])
    administration = StringField(_l("Administration, in euros"), filters=[one_line],
                                 description=_l("Working time and tools of the idea management, reviewers left out."))
    promotion = StringField(_l("Promotion, in euros"), filters=[one_line],
                            description=_l("Campaigns, events, posters, prizes that are no awards."))
    note = StringField(_l("Where do the figures come from?"), filters=[one_line], validators=[AtMost(costs.LONGEST_NOTE)])

    def validate_year(self, field: Any) -> None:
        if whole_number(field.data) is None:
            raise ValidationError(_("Please give a year with four digits."))


@dataclass(frozen=True)
class Year:
    """What the programme cost in one year, in words."""

    year: int
    kinds: list[str]
    awards: str
    together: str
    notes: list[str]


def _this_year() -> int:
    return local_date(utc_now(), current_app.config["HEADQUARTERS_ZONE"]).year


def _years() -> list[Year]:
    found = []
    rows = costs.entries()
    for year in sorted({row.year for row in rows}, reverse=True):
        standing = {row.kind: row for row in reversed(rows) if row.year == year}
        kinds = [money_text(standing[kind].cents) if kind in standing else NOTHING for kind in COSTS]
        awards, cents = _awards_of(year)
        together = NOTHING if cents is None else money_text(sum(row.cents for row in standing.values()) + cents)
        notes = [row.note for row in standing.values() if row.note]
        found.append(Year(year, kinds, awards, together, list(dict.fromkeys(notes))))
    return found


def _awards_of(year: int) -> tuple[str, int | None]:
    """Awards of a year in words and in cents, as its report shows them; None: not shown there, so the sum may not tell."""
    today = local_date(utc_now(), current_app.config["HEADQUARTERS_ZONE"])
    sheet = glance("awards", today, Period(str(year))).sheet if is_on("awards") else None
    cell = sheet.cell("awards") if sheet else None
    if cell is None:
        return NOTHING, None if is_on("awards") else 0
    return value_text(cell, FIGURES["awards"]), None if cell.hidden else cell.numerator or 0


@bp.get("/reports/costs", endpoint="costs")
@door("reports.costs", allow=policy.may_see_costs)
def show_costs() -> Any:
    """Give what the programme cost, year by year, with every entry there ever was."""
    return _page(CostForm(year=str(_this_year() - 1)))


@bp.post("/reports/costs", endpoint="enter_costs")
@door("reports.enter_costs", allow=policy.may_enter_costs)
def enter_costs() -> Any:
    """Enter what a year cost; what was entered before stays beside it."""
    form = CostForm()
    if not form.validate_on_submit() or not _enter(form):
        return _page(form), 422
    flash(_("Entered. The figures of closed periods stay as they were counted."), "good")
    return redirect(url_for("reports.costs"), 303)


def _enter(form: CostForm) -> bool:
    typed: dict[str, int] = {}
    for kind in COSTS:
        try:
            cents = cents_of(kind, form[kind].data)
        except Invalid as wrong:
            form[kind].errors = [str(wrong.fields[kind])]
        else:
            if cents is not None:
                typed[kind] = cents
    if form.errors:
        return False
    if not typed:
        form.administration.errors = [_("Please give at least one amount.")]
        return False
    year, now = whole_number(form.year.data) or 0, utc_now()
    try:
        with work():
            for kind, cents in typed.items():
                costs.enter_cost(year, kind, cents, note=form.note.data or "", this_year=_this_year(),
                                 actor_id=current_user.id, now=now)
    except Invalid as wrong:
        for name, text in wrong.fields.items():
            form[name].errors = [str(text)]
        return False
    return True


def _page(form: CostForm) -> str:
    return render_template("reports/costs.html", form=form, years=_years(), entries=costs.entries(), kind_names=KIND_NAMES,
                           money_text=money_text, may_enter=policy.may_enter_costs(current_user))
