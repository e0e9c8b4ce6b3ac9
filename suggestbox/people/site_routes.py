"""Sites: what time it is there, and on which days and hours their people work."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from babel.dates import format_date
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _

from . import policy, structure
from .blueprint import bp
from .forms import PlainForm, apart
from .hour_forms import ClosingDayForm, SiteForm
from .models import ClosingDay, Site
from .public_holidays import country_name, is_known, named_holidays, state_name
from .queries import here, today_for
from .words import WEEKDAY_NAMES


@dataclass
class FreeDay:
    """A day on which a site does not work, in this year and the next: a public holiday, a closing day, or both."""

    name: str
    closing: bool = False
    days: dict[int, list[date]] = field(default_factory=dict)


def free_days(site: Site, years: tuple[int, ...], closing: dict[date, str]) -> list[FreeDay]:
    """Give the public holidays and closing days by name, in the order of the year."""
    language = current_language()
    found: dict[tuple[str, bool], FreeDay] = {}
    for year in years:
        public = dict(named_holidays(site.country, site.subdivision, year, language))
        for day in sorted(set(public) | {day for day in closing if day.year == year}):
            name = ", ".join(dict.fromkeys(filter(None, (public.get(day), closing.get(day))))) or _("Closing day")
            row = found.setdefault((name, day in closing), FreeDay(name, day in closing))
            row.days.setdefault(year, []).append(day)
    return sorted(found.values(), key=lambda row: min((day.month, day.day) for days in row.days.values() for day in days))


def weekday_and_day(day: date) -> str:
    """Give a day with its weekday, without the year."""
    return format_date(day, "EEE d. MMM" if current_language() == "de" else "EEE d MMM", locale=current_language())


@bp.get("/people/sites", endpoint="sites")
@door("people.sites", allow=policy.may_manage_people)
def sites() -> Any:
    rows = db.session.scalars(sa.select(Site).order_by(Site.name, Site.id)).all()
    people: dict[int, int] = {}
    for brief in here().people.values():
        people[brief.site_id] = people.get(brief.site_id, 0) + brief.active
    language = current_language()
    places = {
        row.id: ", ".join(filter(None, (state_name(row.country, row.subdivision) if row.subdivision else "",
                                        country_name(row.country, language))))
        for row in rows
    }
    return render_template("people/sites.html", sites=rows, people=people, weekdays=WEEKDAY_NAMES, places=places)


@bp.route("/people/sites/new", methods=["GET", "POST"], endpoint="new_site")
@door("people.new_site", allow=policy.may_manage_people)
def new_site() -> Any:
    form = SiteForm(data={"weekdays": [0, 1, 2, 3, 4], "country": "DE", "time_zone": "Europe/Berlin",
                          "works_from": "08:00", "works_until": "17:00"})
    if request.method == "POST" and form.validate():
        try:
            with work():
                site_id = structure.create_site(**form.facts(), actor=current_user, now=utc_now()).id
        except Invalid as problem:
            form.put_errors(problem)
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("people.edit_site", site_id=site_id), 303)
    return render_template("people/site.html", form=form, place=None), 422 if form.errors else 200


def the_site(_me: Any, site_id: int) -> Site:
    """Load a site, or NotFound."""
    row = db.session.get(Site, site_id)
    if row is None:
        raise NotFound()
    return row


@bp.route("/people/sites/<int:site_id>", methods=["GET", "POST"], endpoint="edit_site")
@door("people.edit_site", load=the_site, allow=policy.may_manage_people)
def edit_site(site: Site) -> Any:
    form, site_id = _site_form(site), site.id
    if request.method == "POST" and form.validate():
        try:
            with work():
                structure.update_site(the_site(current_user, site_id), **form.facts(), actor=current_user, now=utc_now())
        except Invalid as problem:
            form.put_errors(problem)
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("people.edit_site", site_id=site_id), 303)
    return _site_page(the_site(current_user, site_id), form), 422 if form.errors else 200


def _site_form(site: Site, **kw: Any) -> SiteForm:
    return SiteForm(obj=site, data={"weekdays": [int(day) for day in site.working_weekdays]}, **kw)


def _site_page(site: Site, form: SiteForm, day_form: ClosingDayForm | None = None) -> str:
    today = today_for()
    days = db.session.scalars(
        sa.select(ClosingDay).where(ClosingDay.site_id == site.id, ClosingDay.on >= date(today.year, 1, 1))
        .order_by(ClosingDay.on)
    ).all()
    closing = {row.on: row.name for row in days}
    years = (today.year, today.year + 1)
    return render_template(
        "people/site.html", form=form, place=site, days=[row for row in days if row.on >= today], years=years,
        free=free_days(site, years, closing), weekday_and_day=weekday_and_day,
        known=is_known(site.country, site.subdivision),
        day_form=apart(day_form or ClosingDayForm(formdata=None), "day"), plain=PlainForm(formdata=None),
    )


@bp.post("/people/sites/<int:site_id>/closing-days", endpoint="add_closing_day")
@door("people.add_closing_day", load=the_site, allow=policy.may_manage_people)
def add_closing_day(site: Site) -> Any:
    form, site_id = ClosingDayForm(), site.id
    if not form.validate():
        return _site_page(site, _site_form(site, formdata=None), form), 422
    with work():
        structure.add_closing_day(
            the_site(current_user, site_id), form.on.data, form.name.data or "", actor=current_user, now=utc_now()
        )
    flash(_("Saved."), "good")
    return redirect(url_for("people.edit_site", site_id=site_id), 303)


def the_closing_day(_me: Any, day_id: int) -> ClosingDay:
    """Load a closing day, or NotFound."""
    row = db.session.get(ClosingDay, day_id)
    if row is None:
        raise NotFound()
    return row


@bp.post("/people/closing-days/<int:day_id>/remove", endpoint="remove_closing_day")
@door("people.remove_closing_day", load=the_closing_day, allow=policy.may_manage_people)
def remove_closing_day(row: ClosingDay) -> Any:
    day_id, site_id = row.id, row.site_id
    with work():
        structure.remove_closing_day(the_closing_day(current_user, day_id), actor=current_user, now=utc_now())
    flash(_("Removed."), "good")
    return redirect(url_for("people.edit_site", site_id=site_id), 303)
