"""The rules for awards, for everybody: in words, with their tables, and to try out; and putting new ones into force."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for

from . import rulesets, words
from .blueprint import bp
from .compute import Computed, Inputs, Missing, compute
from .document import read
from .examples import EXAMPLES
from .forms import ProposeForm, RulesForm, document_text, euros_as_cents, method_tables, propose_form
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


# -- new ones --------------------------------------------------------------------------------------------------------


@bp.route("/awards/rules/new", methods=["GET", "POST"], endpoint="new_rules")
@door("awards.write_rules", allow=may_write_rules)
def new_rules() -> Any:
    """Put a rule set into force for ideas handed in from a day on."""
    form = RulesForm()
    if request.method == "GET":
        like = request.args.get("like", "")
        before = rulesets.in_force(today_for())
        document = EXAMPLES[like][0] if like in EXAMPLES else before.document
        form.document.data = document_text(document)
        form.name_de.data, form.name_en.data = EXAMPLES[like][1:] if like in EXAMPLES else (before.name_de, before.name_en)
        return _new_page(form, document)
    try:
        document = form.read_document()
        read(document)
        if not form.validate():
            return _new_page(form, document), 422
        if request.form.get("preview"):
            return _new_page(form, document)
        with work():
            made = rulesets.add_rules(
                document=document, name_de=form.name_de.data or "", name_en=form.name_en.data or "",
                from_on=form.from_on.data, reason=form.reason.data or "", by_id=current_user.id, now=utc_now(),
                today=today_for(),
            )
    except Invalid as wrong:
        form.validate()
        form.put_errors(wrong)
        return _new_page(form, None), 422
    flash(_("These rules hold for ideas handed in from that day on. Earlier ideas keep theirs."), "success")
    return redirect(url_for("awards.rule_set", number=made.number), 303)


def _new_page(form: RulesForm, document: Any) -> str:
    known = read(document) if document is not None else None
    return render_template(
        "awards/new_rules.html", form=form, sentences=words.rules_sentences(known) if known else [],
        tables=words.tables_shown(known) if known else [], examples=[(key, EXAMPLES[key][1:]) for key in EXAMPLES],
        like=whole_number(request.args.get("like")), named=lambda pair: words.named({"de": pair[0], "en": pair[1]}),
    )
