"""Putting new rules for awards into force: written in fields, or as data by whoever has them as a file."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import Invalid
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.measures.words import ASPECTS
from suggestbox.people.queries import today_for

from . import rulesets, typed_rules, words
from .blueprint import bp
from .document import problems, read
from .examples import EXAMPLES
from .forms import NamesForm, RulesForm, document_text
from .places import place_words
from .policy import may_write_rules


@bp.route("/awards/rules/new", methods=["GET", "POST"], endpoint="new_rules")
@door("awards.write_rules", allow=may_write_rules)
def new_rules() -> Any:
    """Put a rule set into force for ideas handed in from a day on."""
    if request.method == "GET":
        return _fresh_page()
    return _from_data() if "document" in request.form else _from_fields()


def _fresh_page() -> str:
    """The form with an example, or with the rules in force, to be changed."""
    like, before = request.args.get("like", ""), rulesets.in_force(today_for())
    document = EXAMPLES[like][0] if like in EXAMPLES else before.document
    form = RulesForm() if request.args.get("as") == "data" else NamesForm()
    form.name_de.data, form.name_en.data = EXAMPLES[like][1:] if like in EXAMPLES else (before.name_de, before.name_en)
    if isinstance(form, RulesForm):
        form.document.data = document_text(document)
        return _page(form, document)
    return _page(form, document, typed_rules.shown(document))


# -- in fields -------------------------------------------------------------------------------------------------------


def _from_fields() -> Any:
    form = NamesForm()
    found = typed_rules.typed(request.form.items())
    document = typed_rules.document_of(found)
    add = request.form.get("add", "")
    if add:
        return _page(form, None, found, add=add)
    wrong = problems(document)
    if not document.keys() & {"benefit", "points"}:
        wrong.setdefault("", []).append(_("Please switch on a share of the benefit, or points, or both."))
    if request.form.get("preview") and not wrong:
        return _page(form, document, found)
    if not form.validate() or wrong:
        form.hear(lambda: _add(form, document), but=("document",))
        return _page(form, None if wrong else document, found, wrong=wrong), 422
    try:
        return _put_into_force(form, document)
    except Invalid as late:
        form.put_errors(late)
        return _page(form, document, found), 422


# -- as data ---------------------------------------------------------------------------------------------------------


def _from_data() -> Any:
    form, document = RulesForm(), None
    good = form.validate()
    try:
        document = form.read_document()
        read(document)
        if good and request.form.get("preview"):
            return _page(form, document)
        if good:
            return _put_into_force(form, document)
        form.hear(lambda: _add(form, document))
        return _page(form, document), 422
    except Invalid as wrong:
        form.put_errors(wrong)
        form.hear(lambda: _add(form, document))
        return _page(form, None), 422


# -- both ------------------------------------------------------------------------------------------------------------


def _add(form: NamesForm, document: Any) -> rulesets.RuleSet:
    return rulesets.add_rules(
        document=document, name_de=form.name_de.data or "", name_en=form.name_en.data or "", from_on=form.from_on.data,
        reason=form.reason.data or "", by_id=current_user.id, now=utc_now(), today=today_for(),
    )


def _put_into_force(form: NamesForm, document: Any) -> Any:
    with work():
        number = _add(form, document).number
    flash(_("These rules hold for ideas handed in from that day on. Earlier ideas keep theirs."), "success")
    return redirect(url_for("awards.rule_set", number=number), 303)


def _page(form: NamesForm, document: Any, found: typed_rules.Typed | None = None, *, add: str = "",
          wrong: dict[str, list[str]] | None = None) -> str:
    known = read(document) if document is not None else None
    return render_template(
        "awards/new_rules.html" if isinstance(form, RulesForm) else "awards/write_rules.html", form=form,
        sentences=words.rules_sentences(known) if known else [], tables=words.tables_shown(known) if known else [],
        examples=[(key, EXAMPLES[key][1:]) for key in EXAMPLES],
        named=lambda pair: words.named({"de": pair[0], "en": pair[1]}), add=add,
        typed=typed_rules.with_spare_rows(found, add) if found is not None else None, wrong=wrong or {}, aspects=ASPECTS,
        place_words=place_words,
    )
