"""Two themes become one, or one becomes two."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid, Stale
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext

from . import joining, policy, theme_rules, tree
from .blueprint import bp
from .counts import comment_words
from .landscape import landscape
from .models import Theme
from .quotes import shown_text
from .theme_edit_routes import the_theme
from .theme_forms import MergeForm, SplitForm, theme_choices
from .words import POLARITY_WORDS

MOST_SHOWN = 50
"""So many comments can be ticked one by one."""


@bp.route("/feedback/themes/<int:theme_id>/merge", methods=["GET", "POST"], endpoint="merge_theme")
@door("feedback.merge_theme", load=the_theme, allow=policy.may_curate)
def merge_theme(theme: Theme) -> Any:
    """Choose the theme that takes this one in (a GET shows what would happen), then do it."""
    lands, theme_id = landscape(), theme.id
    if theme.archived_at is not None:
        return redirect(url_for("feedback.edit_theme", theme_id=theme_id), 303)
    form = MergeForm(request.form if request.method == "POST" else request.args)
    others = [one for one in lands.alive() if one.audience != theme.audience]
    form.into.choices = theme_choices(lands, _("Please choose"), without=[theme_id, *(one.id for one in others)])
    into, outlook = lands.theme(form.into.data), None
    if request.method == "POST" and form.validate():
        try:
            with work():
                gone = tree.theme_by_id(theme_id)
                tree.refuse_stale(gone, whole_number(form.version.data))
                taken_in = tree.theme_by_id(form.into.data or 0)
                moved = joining.merge_theme(gone, taken_in, now=utc_now(), by_id=current_user.id)["items"]
                into_id = taken_in.id
        except Invalid as problem:
            form.put_errors(problem)
        except Stale as late:
            form.form_errors.append(str(late.text))
        else:
            flash(ngettext("The themes are one now; %(num)s comment moved along.",
                           "The themes are one now; %(num)s comments moved along.", moved), "good")  # fmt: skip
            return redirect(url_for("feedback.edit_theme", theme_id=into_id), 303)
    if into is not None and into.id != theme_id and not into.gone:
        outlook = joining.outlook(theme_id, into.id)
    form.version.data = str(tree.theme_by_id(theme_id).version)
    page = render_template("feedback/theme_merge.html", this=theme, brief=lands.themes[theme_id], form=form, into=into,
                           outlook=outlook, lands=lands)  # fmt: skip
    return page, 422 if request.method == "POST" else 200


@bp.route("/feedback/themes/<int:theme_id>/split", methods=["GET", "POST"], endpoint="split_theme")
@door("feedback.split_theme", load=the_theme, allow=policy.may_curate)
def split_theme(theme: Theme) -> Any:
    """Find comments of a theme by words, a rule or by hand, and give them a theme of their own."""
    lands, theme_id, name = landscape(), theme.id, landscape().themes[theme.id].name
    if theme.archived_at is not None:
        return redirect(url_for("feedback.edit_theme", theme_id=theme_id), 303)
    words, but_not = _words_asked_for(theme_id)
    found = joining.found_in(theme_id, words, but_not)
    form = SplitForm(request.form if request.method == "POST" else None, theme_name=name, count=len(found))
    chosen = {number for raw in request.form.getlist("item") if (number := whole_number(raw)) is not None}
    if request.method == "POST" and form.validate():
        try:
            with work():
                new_id, count = _split(tree.theme_by_id(theme_id), form, words, but_not, chosen)
        except Invalid as problem:
            form.put_errors(problem)
        except Stale as late:
            form.form_errors.append(str(late.text))
        else:
            flash(ngettext("The new theme is there, with %(num)s comment.", "The new theme is there, with %(num)s comments.",
                           count), "good")  # fmt: skip
            return redirect(url_for("feedback.edit_theme", theme_id=new_id), 303)
    shown = joining.items_shown(theme_id, found[:MOST_SHOWN])
    form.words.data, form.but_not.data = words, but_not
    form.version.data = str(tree.theme_by_id(theme_id).version)
    if request.method == "GET":
        form.which.data = "all" if words and len(found) > len(shown) else "chosen"
        chosen = {item.id for item, _polarity in shown} if words else set()
    page = render_template(
        "feedback/theme_split.html", this=theme, brief=lands.themes[theme_id], form=form, words=words, but_not=but_not,
        found=len(found), found_words=comment_words(len(found)), chosen=chosen, rules=theme_rules.rules_of(theme_id),
        shown=[(item, polarity, shown_text(item, whole=True)) for item, polarity in shown], polarity_words=POLARITY_WORDS,
    )
    return page, 422 if request.method == "POST" else 200


def _words_asked_for(theme_id: int) -> tuple[str, str]:
    asked = request.form if request.method == "POST" else request.args
    rule_id = whole_number(request.args.get("rule"))
    for rule in theme_rules.rules_of(theme_id) if rule_id is not None else ():
        if rule.id == rule_id:
            return rule.words, rule.but_not
    return asked.get("words", "").strip()[:200], asked.get("but_not", "").strip()[:200]


def _split(theme: Theme, form: SplitForm, words: str, but_not: str, chosen: set[int]) -> tuple[int, int]:
    """Make the new theme; give its id and how many comments it took over."""
    tree.refuse_stale(theme, whole_number(form.version.data))
    ids = joining.found_in(theme.id, words, but_not) if form.which.data == "all" else sorted(chosen)
    now, by_id = utc_now(), current_user.id
    parent_id = theme.id if form.below.data == "below" else theme.parent_id
    new = joining.split_theme(theme, ids, now=now, by_id=by_id, parent_id=parent_id, name_de=form.name_de.data or "",
                              name_en=form.name_en.data or "", need=theme.need, owner_id=theme.owner_id)  # fmt: skip
    if form.with_rule.data and words:
        theme_rules.add_rule(new, words, but_not, joining.usual_polarity(new.id), now=now, by_id=by_id)
    return new.id, len(joining.found_in(new.id))
