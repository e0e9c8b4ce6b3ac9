"""The tree of themes, and the form in which a theme is made and changed."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid, NotFound, Refused, Stale
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.people.forms import PlainForm, call_name
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for

from . import policy, tree
from .blueprint import bp
from .figures import theme_figures
from .history import history_of, with_history
from .landscape import Landscape, landscape
from .models import Theme
from .slices import choice_from, hushed_themes, shows_colleagues
from .theme_forms import ThemeForm, shown_person
from .theme_rules import rules_of
from .words import NEED_WORDS, POLARITY_WORDS

MOST_OFFERED = 500
"""In a larger house typing an e-mail address is quicker than a list of everybody."""


def the_theme(me: Person, theme_id: int) -> Theme:
    """Load a theme, or NotFound; archived ones are there for those who curate."""
    theme = tree.theme_by_id(theme_id)
    if not policy.is_public(theme) and not policy.may_curate(me):
        raise NotFound()
    return theme


def offered_people() -> list[str]:
    """Give the names a person field offers."""
    active = [brief for brief in here().people.values() if brief.active]
    return sorted(call_name(brief) for brief in active) if len(active) <= MOST_OFFERED else []


# -- the tree ----------------------------------------------------------------------------------------------------------


@bp.get("/feedback/themes/tree", endpoint="theme_tree")
@door("feedback.theme_tree")
def theme_tree() -> str:
    lands, curates = landscape(), policy.may_curate(current_user)
    choice = choice_from(request.args, today=today_for(), audience="", offer=True)
    trees = [
        (audience, [(theme, depth) for theme, depth in lands.walk() if theme.audience == audience])
        for audience in ("customers", "employees")
    ]
    gone = [theme for theme in lands.themes.values() if theme.gone] if curates else []
    known = with_history(theme.id for theme in gone) if gone else set()
    gone = [theme for theme in gone if theme.id in known]
    figures = theme_figures(choice.slice, lands)
    hushed = {theme.id for theme in lands.alive()
              if theme.audience == "employees" and not shows_colleagues(choice, figures[theme.id].customers)}  # fmt: skip
    hushed |= hushed_themes(choice, lands)
    return render_template(
        "feedback/theme_tree.html", trees=[(who, rows) for who, rows in trees if rows], lands=lands, choice=choice,
        figures=figures, hushed=hushed, gone=gone, need_words=NEED_WORDS, plain=PlainForm(formdata=None),
    )


# -- one theme ---------------------------------------------------------------------------------------------------------


@bp.route("/feedback/themes/new", methods=["GET", "POST"], endpoint="new_theme")
@door("feedback.new_theme", allow=policy.may_curate)
def new_theme() -> Any:
    lands = landscape()
    form = ThemeForm(book=here(), lands=lands)
    if request.method == "GET":
        _prefill(form, lands)
    if request.method == "POST" and form.validate():
        try:
            with work():
                facts = {**form.texts(), "touchpoint_ids": form.touchpoint_ids.data, "parent_id": form.parent_id.data}
                above = landscape().theme(form.parent_id.data)
                if above is not None:
                    facts["audience"] = above.audience
                theme_id = tree.create_theme(now=utc_now(), by_id=current_user.id, **facts).id
        except Invalid as problem:
            form.put_errors(problem)
        else:
            flash(_("The theme is there. Comments can be sorted into it from now on."), "good")
            return redirect(url_for("feedback.edit_theme", theme_id=theme_id), 303)
    page = render_template("feedback/theme_form.html", form=form, this=None, lands=lands, offered=offered_people())
    return page, 422 if form.errors or form.form_errors else 200


def _prefill(form: ThemeForm, lands: Landscape) -> None:
    """Take from the address what the new theme lies below or on."""
    above = lands.theme(whole_number(request.args.get("parent")))
    if above is not None and not above.gone:
        form.parent_id.data, form.audience.data = above.id, above.audience
        form.touchpoint_ids.data = list(above.touchpoint_ids)
    touchpoint_id = whole_number(request.args.get("touchpoint"))
    if touchpoint_id in lands.touchpoints:
        form.touchpoint_ids.data = [touchpoint_id]


def _theme_form(theme: Theme, lands: Landscape, **kw: Any) -> ThemeForm:
    book, brief = here(), lands.themes[theme.id]
    data = {
        **{name: getattr(theme, name) for name in tree.FACTS if name != "owner_id"},
        "owner": shown_person(book, theme.owner_id), "parent_id": theme.parent_id,
        "touchpoint_ids": list(brief.touchpoint_ids), "version": theme.version,
    }
    return ThemeForm(book=book, lands=lands, without=lands.below(theme.id), data=data, **kw)


@bp.route("/feedback/themes/<int:theme_id>/edit", methods=["GET", "POST"], endpoint="edit_theme")
@door("feedback.edit_theme", load=the_theme, allow=policy.may_curate)
def edit_theme(theme: Theme) -> Any:
    lands, theme_id = landscape(), theme.id
    form = _theme_form(theme, lands)
    meanwhile: int | None = None
    if request.method == "POST" and form.validate():
        try:
            with work():
                _save(tree.theme_by_id(theme_id), form)
        except Invalid as problem:
            form.put_errors(problem)
        except Stale:
            lands, now_there = landscape(), tree.theme_by_id(theme_id)
            meanwhile = max(1, now_there.version - (whole_number(form.version.data) or 0))
            form.version.data = str(now_there.version)
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("feedback.edit_theme", theme_id=theme_id), 303)
    page = _theme_page(tree.theme_by_id(theme_id), form, lands, meanwhile)
    wrong = form.errors or form.form_errors
    return page, 409 if meanwhile else 422 if wrong else 200


def _save(theme: Theme, form: ThemeForm) -> None:
    tree.refuse_stale(theme, whole_number(form.version.data))
    now, by_id, facts = utc_now(), current_user.id, form.texts()
    moved = tree.move_theme(theme, form.parent_id.data, now=now, by_id=by_id)
    if moved and theme.parent_id is not None:
        facts.pop("audience")  # it went with the new place in the tree
    tree.change_theme(theme, now=now, by_id=by_id, **facts)
    tree.place_theme(theme, form.touchpoint_ids.data or (), now=now, by_id=by_id)


def _theme_page(theme: Theme, form: ThemeForm, lands: Landscape, meanwhile: int | None = None) -> str:
    lines = history_of(theme.id, lands, here())
    return render_template(
        "feedback/theme_form.html", form=form, this=theme, brief=lands.themes[theme.id], lands=lands, lines=lines,
        offered=offered_people(), rules=rules_of(theme.id), polarity_words=POLARITY_WORDS,
        meanwhile=lines[:meanwhile] if meanwhile else [], plain=PlainForm(formdata=None),
        below=sum(1 for one in lands.below(theme.id) if not lands.themes[one].gone) - 1,
    )


@bp.post("/feedback/themes/<int:theme_id>/archive", endpoint="archive_theme")
@door("feedback.archive_theme", load=the_theme, allow=policy.may_curate)
def archive_theme(theme: Theme) -> Any:
    theme_id = theme.id
    with work():
        ids = tree.archive_theme(tree.theme_by_id(theme_id), now=utc_now(), by_id=current_user.id)
    text = ngettext(
        "The theme is archived. What was said about it stays.",
        "%(num)s themes are archived. What was said about them stays.", len(ids)
    )  # fmt: skip
    undo: Any = {"text": text, "undo_url": url_for("feedback.restore_theme", theme_id=theme_id)}
    flash(undo, "good")
    return redirect(url_for("feedback.theme_tree"), 303)


@bp.post("/feedback/themes/<int:theme_id>/restore", endpoint="restore_theme")
@door("feedback.restore_theme", load=the_theme, allow=policy.may_curate)
def restore_theme(theme: Theme) -> Any:
    theme_id = theme.id
    try:
        with work():
            tree.restore_theme(tree.theme_by_id(theme_id), now=utc_now(), by_id=current_user.id)
    except Refused as refused:
        flash(str(refused.text), "soon")
    else:
        flash(_("The theme is back."), "good")
    return redirect(url_for("feedback.edit_theme", theme_id=theme_id), 303)
