"""The rules of words of a theme: tried out, added, ended."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound, Refused
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.people.forms import PlainForm
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import policy, theme_rules, tree
from .blueprint import bp
from .counts import grouped
from .landscape import landscape
from .models import Theme, ThemeRule
from .quotes import shown_text
from .theme_edit_routes import the_theme
from .theme_forms import RuleForm
from .words import POLARITY_WORDS


@bp.route("/feedback/themes/<int:theme_id>/rules", methods=["GET", "POST"], endpoint="theme_rules")
@door("feedback.theme_rules", load=the_theme, allow=policy.may_curate)
def rules_page(theme: Theme) -> Any:
    """The rules of a theme. The form tries words out (a GET, so that it can be passed on) and adds them as a rule."""
    theme_id = theme.id
    if theme.archived_at is not None:
        return redirect(url_for("feedback.edit_theme", theme_id=theme_id), 303)
    asked = request.form if request.method == "POST" else request.args
    form = RuleForm(asked) if asked.get("words") is not None else RuleForm(formdata=None)
    trial = None
    if request.method == "GET" and "polarity" not in request.args:
        form.earlier.data, form.polarity.data = True, "negative"  # words from a link, not from this form
    if request.method == "POST" and form.validate():
        try:
            with work():
                found = _add(tree.theme_by_id(theme_id), form)
        except Invalid as problem:
            form.put_errors(problem)
        else:
            flash(_("The rule is in force. %(found)s", found=found), "good")
            return redirect(url_for("feedback.theme_rules", theme_id=theme_id), 303)
    elif request.method == "GET" and "words" in request.args:
        try:
            trial = theme_rules.try_rule(theme, form.words.data or "", form.but_not.data or "")
        except Invalid as problem:
            form.process(asked)
            form.put_errors(problem)
    page = render_template(
        "feedback/theme_rules.html", this=theme, brief=landscape().themes[theme_id], form=form, trial=trial,
        rules=theme_rules.rules_of(theme_id), book=here(), polarity_words=POLARITY_WORDS,
        quotes=[(item, shown_text(item, whole=True)) for item in trial.examples] if trial else [],
        plain=PlainForm(formdata=None), looked_at=grouped(theme_rules.LOOKED_AT),
    )
    return page, 422 if form.errors or form.form_errors else 200


def _add(theme: Theme, form: RuleForm) -> str:
    """Add the rule; give in words how many comments it found at once."""
    words, but_not, now = form.words.data or "", form.but_not.data or "", utc_now()
    rule = theme_rules.add_rule(theme, words, but_not, form.polarity.data, now=now, by_id=current_user.id)
    if not form.earlier.data:
        return str(_("It is applied to everything that comes in from now on."))
    count = theme_rules.apply_to_earlier(rule, now=now)
    return str(ngettext("It found %(num)s comment.", "It found %(num)s comments.", count))


def the_rule(_me: Person, rule_id: int) -> ThemeRule:
    """Load a rule, or NotFound."""
    rule = db.session.get(ThemeRule, rule_id)
    if rule is None:
        raise NotFound()
    return rule


@bp.post("/feedback/rules/<int:rule_id>/end", endpoint="end_theme_rule")
@door("feedback.end_theme_rule", load=the_rule, allow=policy.may_curate)
def end_theme_rule(rule: ThemeRule) -> Any:
    rule_id, theme_id = rule.id, rule.theme_id
    try:
        with work():
            theme_rules.end_rule(the_rule(current_user, rule_id), now=utc_now(), by_id=current_user.id)
    except Refused as refused:
        flash(str(refused.text), "soon")
    else:
        flash(_("The rule is ended. What it found stays."), "good")
    return redirect(url_for("feedback.theme_rules", theme_id=theme_id), 303)
