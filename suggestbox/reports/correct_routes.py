"""Counting a closed period anew: a further version beside the one that was kept, with a reason everybody reads."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from wtforms import StringField, TextAreaField

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import let_go, work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.forms import AtMost, Filled, HouseForm, tidy
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from . import policy
from .blueprint import bp
from .keeping import LONGEST_REASON, prepare, store
from .models import KINDS
from .periods import Period, is_over, parse
from .queries import versions
from .words import KIND_NAMES


class CorrectForm(HouseForm):
    kind = StringField()
    period = StringField()
    reason = TextAreaField(_l("Why are the figures counted anew?"), filters=[tidy],
                           validators=[Filled(), AtMost(LONGEST_REASON)],
                           description=_l("Everybody who reads the report reads this. Name nobody."))


@bp.app_template_global()
def may_count_anew() -> bool:
    """Say whether the reader has closed periods counted anew: pages of reports then offer it."""
    return current_user.is_authenticated and policy.may_correct(current_user._get_current_object())


def _asked(kind: str, period_text: str) -> tuple[str, Period]:
    """The report an address or a form names; it must be kept, and its period over."""
    if kind not in KINDS or not policy.may_read(current_user._get_current_object(), kind):
        raise NotFound(reason="no_such_report")
    today = local_date(utc_now(), current_app.config["HEADQUARTERS_ZONE"])
    period = parse(period_text, today)
    kept = versions(kind, period.key)
    if not kept:
        raise NotFound(_("No figures were kept for %(period)s.", period=period.label()))
    if not is_over(period, today) or kept[-1].version == 0:
        raise Invalid(_("%(period)s is still running: its figures are counted anew every hour.", period=period.label()))
    return kind, period


@bp.get("/reports/correct", endpoint="correct")
@door("reports.correct", allow=policy.may_correct)
def show_correct() -> Any:
    """Ask why a report of a closed period is to be counted anew."""
    kind, period = _asked(request.args.get("kind", ""), request.args.get("period", ""))
    return _page(CorrectForm(kind=kind, period=period.key), kind, period)


@bp.post("/reports/correct", endpoint="count_anew")
@door("reports.count_anew", allow=policy.may_correct)
def count_anew() -> Any:
    """Keep the next version of a report, beside the earlier ones."""
    form = CorrectForm()
    kind, period = _asked(form.kind.data or "", form.period.data or "")
    if not form.validate_on_submit():
        return _page(form, kind, period), 422
    by_id = current_user.id
    draft = prepare(kind, period, now=utc_now(), again=True)
    let_go()
    if draft is None:
        raise NotFound(reason="no_such_report")
    with work():
        report = store(draft, now=utc_now(), by_id=by_id, reason=form.reason.data or "")
        version = report.version
    flash(_("Version %(number)s is kept. The earlier ones stay beside it.", number=version), "good")
    return redirect(url_for(f"reports.{kind}", period=period.key), 303)


def _page(form: CorrectForm, kind: str, period: Period) -> str:
    return render_template("reports/correct.html", form=form, kind=kind, period=period,
                           name=str(KIND_NAMES[kind]), versions=versions(kind, period.key))
