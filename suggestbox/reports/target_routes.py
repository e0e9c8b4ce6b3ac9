"""Leadership's one page, and the targets it sets."""

from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms import DateField, StringField
from wtforms.validators import Optional

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid
from suggestbox.core.forms import HouseForm, one_line
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.language import ngettext

from . import leadership, policy, targets, words
from .blueprint import bp
from .field_numbers import as_field, number_of
from .figures import FIGURES, Figure
from .memory import marks, part
from .models import KINDS
from .promises import promises, stand_of

UNITS = {
    "percent": "%", "per_hundred": _l("for 100 people"), "days": _l("days"), "working_days": _l("working days"),
    "count": _l("ideas"), "cents": _l("euros"), "score": _l("from 1 to 5"), "ratio": _l("times the cost"),
    "net": _l("from -100 to 100"),
}
"""Unit of a figure: what stands behind its field."""


def _today() -> date:
    return local_date(utc_now(), current_app.config["HEADQUARTERS_ZONE"])


@bp.get("/reports/leadership", endpoint="leadership")
@door("reports.leadership", allow=policy.may_see_leadership_page)
def show_leadership() -> Any:
    """Give the one page: every promise, every figure with its target and its trend."""
    today, period, may_set = _today(), request.args.get("period", ""), policy.may_set_targets(current_user)
    found = marks(KINDS)
    stand = stand_of(today, utc_now(), found)
    page = part("leadership", found, today, period, may_set, stand.decisions, stand.letters, targets.targets_stamp(),
                targets.is_told("award_rate"), targets.is_told("csat"))
    if page:
        return render_template("reports/leadership.html", part=page)
    return render_template("reports/leadership.html", part=page, may_set=may_set,
                           board=leadership.board(period, today, found), found=promises(stand, today, drawn=False))


# -- targets -----------------------------------------------------------------------------------------------------------


class TargetsForm(HouseForm):
    from_on = DateField(_l("They hold from this day on"), validators=[Optional()])


@bp.get("/reports/targets", endpoint="targets")
@door("reports.targets", allow=policy.may_see_leadership_page)
def show_targets() -> Any:
    """Give what is aimed at, figure by figure, and what was before."""
    today = _today()
    return _targets_page(_form_for(targets.targets_on(today), today))


@bp.post("/reports/targets", endpoint="set_targets")
@door("reports.set_targets", allow=policy.may_set_targets)
def set_targets() -> Any:
    """Set what is different in the form."""
    today = _today()
    standing = targets.targets_on(today)
    form = _form_for(standing, today)
    changed = _save(form, standing, today) if form.validate_on_submit() else None
    if changed is None:
        return _targets_page(form), 422
    flash(ngettext("One target is set.", "%(num)d targets are set.", changed) if changed
          else _("Nothing was different."), "good" if changed else "info")
    return redirect(url_for("reports.targets"), 303)


def _targets_page(form: Any) -> str:
    groups: dict[str, list[Figure]] = {}
    for figure in targets.with_target():
        groups.setdefault(figure.kind, []).append(figure)
    return render_template(
        "reports/targets.html", form=form, groups=groups, units=UNITS, kind_names=words.KIND_NAMES,
        may_set=policy.may_set_targets(current_user), FIGURES=FIGURES, amount_text=words.amount_text,
        rows=targets.targets_set(),
    )


def _form_for(standing: dict[str, float], today: date) -> Any:
    """A form with a field for every figure that can have a target, filled with what stands."""
    fields = {f.key: StringField(f.name, filters=[one_line]) for f in targets.with_target()}
    form = type("AllTargetsForm", (TargetsForm,), fields)
    return form(data={"from_on": today, **{f.key: _as_typed(f, standing.get(f.key)) for f in targets.with_target()}})


def _typed(figure: Figure, text: str | None) -> float | None:
    """What was typed for a figure; amounts are typed in euros and kept in cents."""
    number = number_of(figure.key, text)
    return round(number * 100) if number is not None and figure.unit == "cents" else number


def _as_typed(figure: Figure, value: float | None) -> str:
    return as_field(value / 100 if value is not None and figure.unit == "cents" else value)


def _save(form: Any, standing: dict[str, float], today: date) -> int | None:
    """Set what is different; give how many, or None when something typed does not fit and nothing was changed."""
    typed: dict[str, float | None] = {}
    for figure in targets.with_target():
        try:
            typed[figure.key] = _typed(figure, form[figure.key].data)
            targets.check(figure, typed[figure.key])
        except Invalid as wrong:
            form[figure.key].errors = [str(wrong.fields[figure.key])]
    if form.errors:
        return None
    from_on, now, changed = form.from_on.data or today, utc_now(), 0
    try:
        with work():
            for key, value in typed.items():
                if _as_typed(FIGURES[key], value) != _as_typed(FIGURES[key], standing.get(key)):
                    made = targets.set_target(FIGURES[key], value, from_on=from_on, today=today,
                                              actor_id=current_user.id, now=now)
                    changed += made is not None
    except Invalid as wrong:
        for name, text in wrong.fields.items():
            form[name].errors = [str(text)]
        return None
    return changed
