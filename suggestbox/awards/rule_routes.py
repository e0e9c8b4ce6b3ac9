"""The rules for awards, for everybody: in words, with their tables, and to try out."""


from flask import render_template, request
from flask_login import current_user

from suggestbox.core.errors import NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for

from . import rulesets, words
from .blueprint import bp
from .compute import Computed, Inputs, Missing, compute
from .forms import ProposeForm, euros_as_cents, method_tables, propose_form
from .policy import may_write_rules
from .rulesets import RuleSet


@bp.route("/awards/rules", endpoint="rules")
@door("awards.rules")
def rules() -> str:
    """The rule set for ideas handed in today, and all others with their days."""
    return _page(rulesets.in_force(today_for()))


def load_rules(_me: Person, number: int) -> RuleSet:
    """Give the rule set with this number.

    Raises  NotFound
    """
    found = rulesets.by_number(number)
    if found is None:
        raise NotFound(reason="no_such_rules")
    return found


@bp.route("/awards/rules/<int:number>", endpoint="rule_set")
@door("awards.rules", load=load_rules)
def rule_set(one: RuleSet) -> str:
    """One rule set, in words and to try out."""
    return _page(one)


def _page(one: RuleSet) -> str:
    today, every = today_for(), rulesets.versions()
    after = [other.from_on for other in every if other.from_on > one.from_on]
    form, tried, problem = _tried(one)
    return render_template(
        "awards/rules.html", one=one, versions=every, until=min(after, default=None), today=today,
        now=rulesets.in_force(today).number, sentences=words.rules_sentences(one.rules),
        tables=words.tables_shown(one.rules), by=here().person(one.made_by_id),
        may_write=may_write_rules(current_user), form=form, tried=tried, problem=problem,
        typed=request.args.get("benefit", ""), basis=_basis(one), bases=[(b, words.BASES[b]) for b in one.rules.bases[:-1]],
        explained=words.explained, money=words.money,
    )


def _basis(one: RuleSet) -> str:
    asked = request.args.get("basis", "")
    return asked if asked in one.rules.bases[:-1] else one.rules.bases[0]


def _tried(one: RuleSet) -> tuple[ProposeForm, Computed | None, str]:
    """What the rules make of what somebody tries: nothing is kept, and nothing of any idea is used."""
    basis = _basis(one)
    tables, times = method_tables({"benefit": one.rules.benefit, "points": one.rules.points}.get(basis))
    form = propose_form(tables, times, formdata=request.args, meta={"csrf": False})
    typed = request.args.get("benefit", "").strip()
    if basis == "recognition" or (not typed and not any(form.choices.values()) and "try" not in request.args):
        return form, None, ""
    cents = euros_as_cents(typed) if basis == "benefit" else 0
    if cents is None:
        return form, None, _("Please give an amount in euros, such as 12000.")
    chosen = {key: n for key, n in form.choices.items() if n is not None}
    try:
        return form, compute(one.rules, Inputs(basis, cents, chosen)), ""
    except Missing:
        return form, None, _("Please choose one entry of every table.")
