"""Pages of the rules room: the rules in force, their versions, changing one, and what the law gives time for."""

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_login import current_user

from suggestbox.core.clock import local_date, utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Faults, Invalid, NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on, settings_in_use
from suggestbox.core.settings import Setting, rule
from suggestbox.ideas.models import Idea
from suggestbox.ideas.queries import idea_by_number
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for

from . import clocks, keeping_dates, models, operations, policy, queries, words
from .blueprint import bp
from .document import document_now
from .forms import KeepForm, form_for, typed_value
from .page import changes_of, sections_of

__all__ = ["bp", "models"]


@bp.app_context_processor
def _parts() -> dict[str, Any]:
    """What other rooms' pages show of the rules: an idea its version, and the dates of one that was handed over."""
    return {
        "rules_version_of": version_of, "rules_clocks_of": dates_of, "rules_award_page": _award_page,
        "rules_may_change": lambda: policy.may_change(current_user),
        "rules_keeps_dates": lambda: clocks.keeps_dates(current_user, here()),
    }


def _award_page() -> str:
    """Where the rules for awards stand in full; empty while awards are off."""
    return url_for("awards.rules") if is_on("awards") else ""


def version_of(idea: Idea) -> int | None:
    """Give the number of the rules an idea is bound to: the version in force when it was handed in."""
    return queries.number_at(idea.submitted_at) if idea.submitted_at else None


def dates_of(idea: Idea) -> list[clocks.Clock]:
    """Give the dates the law sets for an idea, as far as the reader keeps them."""
    if not clocks.sees_clocks(idea, current_user):
        return []
    return clocks.with_kept(clocks.clocks_of(idea), clocks.kept_of([idea.id]).get(idea.id, {}))


def _today() -> Any:
    return local_date(utc_now(), current_app.config["HEADQUARTERS_ZONE"])


# -- reading -----------------------------------------------------------------------------------------------------------


@bp.get("/rules", endpoint="show")
@door("rules.see")
def show() -> str:
    """The rules as they stand today, for everybody."""
    return render_template(
        "rules/show.html", sections=sections_of(document_now(_today())), version=queries.latest_version(), old=None,
        agreement=rule("rules.agreement_name") if rule("rules.agreement") else "",
    )


@bp.get("/rules/versions", endpoint="versions")
@door("rules.see_versions")
def versions() -> str:
    """Every version with what changed, since when, by whom and why."""
    rows = [(version, changes_of(version)) for version in queries.all_versions()]
    return render_template("rules/versions.html", rows=rows, book=here())


def load_version(_me: Person, number: int) -> models.RulesVersion:
    """Give a version by its number.

    Raises  NotFound
    """
    version = queries.version_numbered(number)
    if version is None:
        raise NotFound(reason="no_such_version")
    return version


@bp.get("/rules/versions/<int:number>", endpoint="version")
@door("rules.see_version", load=load_version)
def version(found: models.RulesVersion) -> str:
    """The rules as they were then, whole."""
    newest = queries.latest_version()
    values = found.document["settings"]
    return render_template(
        "rules/show.html", sections=sections_of(found.document), version=found,
        old=found if newest and newest.id != found.id else None,
        agreement=values.get("rules.agreement_name", "") if values.get("rules.agreement") else "",
    )


# -- changing ----------------------------------------------------------------------------------------------------------


@bp.get("/rules/change", endpoint="choose")
@door("rules.choose", allow=policy.may_change)
def choose() -> str:
    """All settings in use by section, each with its value."""
    used = {setting.name for setting in settings_in_use()}
    groups = []
    for key, title in words.SECTIONS.items():
        rows = [(name, line.label, words.value_words(line.unit, rule(name)))
                for name, line in words.LINES.items() if line.section == key and name in used]
        if rows:
            groups.append((key, title, rows))
    return render_template("rules/choose.html", groups=groups)


def load_setting(me: Person, name: str) -> Setting:
    """Give a setting that is in use, for whoever changes rules.

    Raises  NotFound
    """
    found = next((setting for setting in settings_in_use() if setting.name == name), None)
    if found is None or not policy.may_change(me):
        raise NotFound(reason="no_such_setting")
    return found


@bp.route("/rules/change/<name>", methods=["GET", "POST"], endpoint="change")
@door("rules.change", load=load_setting, allow=policy.may_change)
def change(setting: Setting) -> Any:
    """Change one rule, with the reason."""
    form: Any = form_for(setting, rule(setting.name))
    now = utc_now()

    def put() -> models.RulesVersion | None:
        faults = Faults()
        with faults:
            value = typed_value(setting, form.value.data)
        with faults:
            operations.check_words(form.reason.data or "", form.agreed_on.data, form.agreed_words.data or "", now=now)
        faults.tell()
        return operations.change_rule(
            setting.name, value, reason=form.reason.data or "", agreed_on=form.agreed_on.data,
            agreed_words=form.agreed_words.data or "", by_id=current_user.id, now=now,
        )

    if form.is_submitted() and not form.validate():
        form.hear(put)
    elif form.is_submitted():
        try:
            with work():
                made = put()
                number = made.number if made else None
        except Invalid as wrong:
            form.put_errors(wrong)
        else:
            flash(_("The rules have a new version: %(number)s.", number=number) if number
                  else _("This holds already. Nothing was changed."), "good" if number else "info")
            return redirect(url_for("rules.versions") if number else url_for("rules.choose"), 303)
    line = words.LINES[setting.name]
    return render_template(
        "rules/change.html", form=form, setting=setting, label=line.label,
        standing=words.value_words(line.unit, rule(setting.name)), usual=words.value_words(line.unit, setting.default),
        agreement=rule("rules.agreement"),
    ), 422 if form.errors or form.form_errors else 200


# -- what the law gives time for ---------------------------------------------------------------------------------------


@bp.get("/rules/clocks", endpoint="clocks")
@door("rules.clocks")
def show_clocks() -> str:
    """Inventions and matters of the reporting channel with their dates, for those who keep them."""
    return clocks_page()


def clocks_page(*typed: KeepForm) -> str:
    """Give the page of dates; `typed`: the form to show again, if something was wrong with it."""
    today, book = today_for(), here()
    rows, again = clocks.watched_by(current_user, book, today), {form.of: form for form in typed}
    forms = {(row.idea.id, clock.key): again.get((row.idea.id, clock.key)) or KeepForm(row.idea.id, clock.key, formdata=None)
             for row in rows for clock in row.clocks if not clock.kept}
    return render_template("rules/clocks.html", rows=rows, today=today, forms=forms, open=set(again), book=book)


def load_date(me: Person, number: str, key: str) -> tuple[Idea, str]:
    """Give an idea with dates this person keeps, and which of them it is.

    Raises  NotFound
    """
    idea = idea_by_number(number)
    if idea is None or not clocks.sees_clocks(idea, me):
        raise NotFound(reason="no_such_date")
    return idea, key


@bp.post("/rules/clocks/<number>/<key>", endpoint="keep_date")
@door("rules.keep_date", load=load_date)
def keep_date(date: tuple[Idea, str]) -> Any:
    """Say how a date was kept."""
    idea, key = date
    form, now, me_id, number = KeepForm(idea.id, key), utc_now(), current_user.id, idea.number
    try:
        if not form.validate():
            return clocks_page(form), 422
        with work():
            keeping_dates.keep_date(idea, key, words=form.words.data, by_id=me_id, now=now)
    except Invalid as wrong:
        form.put_errors(wrong)
        return clocks_page(form), 422
    flash(_("Thank you. The date is kept."), "success")
    return redirect(url_for("rules.clocks", _anchor=number), 303)


@bp.post("/rules/clocks/<number>/<key>/back", endpoint="take_date_back")
@door("rules.take_date_back", load=load_date)
def take_date_back(date: tuple[Idea, str]) -> Any:
    """Say that it was not kept after all."""
    idea, key = date
    now, me_id, number = utc_now(), current_user.id, idea.number
    with work():
        keeping_dates.take_date_back(idea, key, by_id=me_id, now=now)
    flash(_("The date is a next step again."), "success")
    return redirect(url_for("rules.clocks", _anchor=number), 303)
