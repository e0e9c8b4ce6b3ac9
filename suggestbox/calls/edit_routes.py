"""Writing a call: from a theme or from nothing, changing the draft, publishing it, ending and prolonging it, results."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import HouseError, Invalid
from suggestbox.core.forms import SeenForm, whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.feedback.landscape import ThemeBrief, landscape
from suggestbox.people.queries import here
from suggestbox.workflow.fields import as_typed, offered

from . import operations, policy, queries
from .blueprint import bp
from .dates import NAMES
from .drafting import drafted_from
from .forms import CallForm, EndForm, ProlongForm, ResultsForm
from .models import Call
from .show_routes import call_page, fill_reviewers, may_manage, the_call


def _theme(text: str | None) -> ThemeBrief | None:
    """The theme an address names, if it is there."""
    theme_id = whole_number(text)
    theme = landscape().theme(theme_id) if theme_id and is_on("feedback") else None
    return theme if theme is not None and not theme.gone else None


def _blank() -> CallForm:
    book = here()
    form = CallForm()
    leaders = [*book.holders("leadership"), *book.holders("idea_manager"), *book.holders("cx_manager")]
    everybody = offered([current_user.id, *leaders, *book.people], book)
    form.offer(book, everybody, offered(book.experts(), book) or everybody)
    return form


@bp.route("/calls/new", methods=["GET", "POST"], endpoint="new")
@door("calls.draft", allow=policy.may_draft)
def new() -> Any:
    """Write a call; with `theme` question and background are there already."""
    theme, form, book = _theme(request.values.get("theme")), _blank(), here()
    if request.method == "GET":
        me = book.person(current_user.id)
        if theme is not None:
            form.question.data, form.background.data = drafted_from(theme, landscape(), book, book.today)
            form.question.data = form.question.data[: operations.QUESTION_LENGTH]
        form.sponsor.data = as_typed(me) if me else ""
        form.starts_on.data, form.ends_on.data = book.today, book.today + operations.FIRST_DAYS
        return _form_page(form, theme)
    me_id, now = current_user.id, utc_now()

    def draft() -> Call:
        return operations.draft_call(by_id=me_id, now=now, book=here(), theme_id=theme.id if theme else None, **form.typed())

    if not form.read(book):
        form.hear(draft)
        return _form_page(form, theme), 422
    try:
        with work():
            call_id = draft().id
    except Invalid as wrong:
        form.put_errors(wrong)
        return _form_page(form, theme), 422
    flash(_("The draft is kept. Only those who look after calls see it."), "success")
    return redirect(url_for("calls.show", call_id=call_id), 303)


def _form_page(form: CallForm, theme: ThemeBrief | None, call: Call | None = None) -> str:
    return render_template("calls/form.html", form=form, about=theme, call=call, asks_feedback=is_on("feedback"))


@bp.route("/calls/<int:call_id>/edit", methods=["GET", "POST"], endpoint="edit")
@door("calls.edit", load=the_call, allow=may_manage)
def edit(call: Call) -> Any:
    """Change a draft."""
    form, book = _blank(), here()
    theme = landscape().theme(call.theme_id) if call.theme_id and is_on("feedback") else None
    if request.method == "GET":
        asked = queries.departments_of([call.id]).get(call.id, [])
        sponsor = book.person(call.sponsor_id)
        form.question.data, form.background.data = call.question, call.background
        form.sponsor.data = as_typed(sponsor) if sponsor else ""
        form.starts_on.data, form.ends_on.data = call.starts_on, call.ends_on
        form.whom.data, form.departments.data = "some" if asked else "all", asked
        form.asks_stories.data = call.asks_stories
        for name in NAMES:
            form[name].data = getattr(call, name)
        fill_reviewers(form, call, book)
        form.version.data = str(call.version)
        return _form_page(form, theme, call)
    me_id, now, call_id = current_user.id, utc_now(), call.id

    def change() -> None:
        operations.change_call(call, by_id=me_id, now=now, book=here(), version=form.seen, **form.typed())

    if not form.read(book):
        form.hear(change)
        return _form_page(form, theme, call), 422
    try:
        with work():
            change()
    except Invalid as wrong:
        form.put_errors(wrong)
        return _form_page(form, theme, call), 422
    return redirect(url_for("calls.show", call_id=call_id), 303)


def _do(call: Call, form: SeenForm, name: str, act: Any, said: str, *, gone: bool = False) -> Any:
    """Do one thing with a call, or draw its page again with what was typed."""
    me_id, now, call_id = current_user.id, utc_now(), call.id
    if not form.validate():
        form.hear(lambda: act(call, form, by_id=me_id, now=now, version=form.seen))
        return call_page(call, **{name: form}), 422
    try:
        with work():
            act(call, form, by_id=me_id, now=now, version=form.seen)
    except Invalid as wrong:
        form.put_errors(wrong)
        return call_page(call, **{name: form}), 422
    except HouseError as late:
        if late.status != 409:
            raise
        problem = str(late.text) if late.text else wording.sentence(late.reason, late.status)
        return call_page(call, problem, **{name: form}), 409
    flash(said, "success")
    return redirect(url_for("calls.list") if gone else url_for("calls.show", call_id=call_id), 303)


@bp.route("/calls/<int:call_id>/publish", methods=["POST"], endpoint="publish")
@door("calls.publish", load=the_call, allow=may_manage)
def publish(call: Call) -> Any:
    """Publish a draft."""
    def act(call: Call, _form: Any, **who: Any) -> None:
        operations.publish_call(call, book=here(), **who)

    return _do(call, SeenForm(), "plain", act,
               _("The call is published. Those it asks find it in their next daily message."))


@bp.route("/calls/<int:call_id>/discard", methods=["POST"], endpoint="discard")
@door("calls.discard", load=the_call, allow=may_manage)
def discard(call: Call) -> Any:
    """Throw a draft away."""
    def act(call: Call, _form: Any, **who: Any) -> None:
        operations.discard_call(call, **who)

    return _do(call, SeenForm(), "plain", act, _("The draft is deleted."), gone=True)


@bp.route("/calls/<int:call_id>/end", methods=["POST"], endpoint="end")
@door("calls.end", load=the_call, allow=may_manage)
def end(call: Call) -> Any:
    """End a call early."""
    def act(call: Call, form: Any, **who: Any) -> None:
        operations.end_call(call, reason=form.reason.data or "", book=here(), **who)

    return _do(call, EndForm(prefix="end-"), "ending", act, _("The call has ended. Your reason stands on its page."))


@bp.route("/calls/<int:call_id>/prolong", methods=["POST"], endpoint="prolong")
@door("calls.prolong", load=the_call, allow=may_manage)
def prolong(call: Call) -> Any:
    """Give a call more time."""
    def act(call: Call, form: Any, **who: Any) -> None:
        operations.prolong_call(call, ends_on=form.ends_on.data, reason=form.reason.data or "", book=here(), **who)

    return _do(call, ProlongForm(prefix="prolong-"), "prolonging", act,
               _("The call goes on. Your reason stands on its page."))


@bp.route("/calls/<int:call_id>/results", methods=["POST"], endpoint="results")
@door("calls.results", load=the_call, allow=may_manage)
def results(call: Call) -> Any:
    """Write down what came of it; everybody who took part reads it."""
    def act(call: Call, form: Any, **who: Any) -> None:
        operations.tell_results(call, words=form.words.data or "", book=here(), **who)

    return _do(call, ResultsForm(prefix="results-"), "telling", act,
               _("Thank you. Everybody who took part reads it in the next daily message."))
