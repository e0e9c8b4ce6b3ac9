"""What of a call may change after it is published: its dates, to later days, and who assesses its ideas."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from wtforms import DateField
from wtforms.validators import Optional

from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import HouseError, Invalid
from suggestbox.core.forms import AtMost, Filled, LongText, SeenForm
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.people.queries import here
from suggestbox.workflow.fields import offered

from . import dates, policy
from .blueprint import bp
from .forms import SeveralReviewers, chosen, find_people
from .models import Call
from .moving import REASON_LENGTH, move_dates
from .operations import name_reviewers
from .reviewing import gone_reviewers
from .show_routes import fill_reviewers, the_call


class DatesForm(SeenForm):
    """Later dates, and why."""

    triage_on = DateField(_l("First look by"), validators=[Optional()])
    review_on = DateField(_l("Assessed by"), validators=[Optional()])
    decide_on = DateField(_l("Decided by"), validators=[Optional()])
    results_due_on = DateField(_l("Results by"), validators=[Optional()])
    reason = LongText(_l("Why do they move?"), validators=[Filled(), AtMost(REASON_LENGTH)])

    def plan(self) -> dates.Plan:
        """Give the dates typed."""
        return dates.Plan(*(self[name].data for name in dates.NAMES))


class ReviewersForm(SeenForm):
    """Who assesses, in which capacity."""

    reviewers = SeveralReviewers(_l("As experts"), validators=[AtMost(2000)])
    department_reviewers = SeveralReviewers(_l("For the departments"), validators=[AtMost(2000)])


def may_look_after(me: Any, call: Call) -> bool:
    """Say whether the person looks after the call."""
    return policy.may_manage(me, call)


def _keep(call: Call, form: SeenForm, act: Callable[..., None], page: Callable[[str], str], said: str) -> Any:
    """Do what was typed, or draw the page again with everything that was typed."""
    me_id, now, call_id = current_user.id, utc_now(), call.id
    try:
        with work():
            act(by_id=me_id, now=now, book=here(), version=form.seen)
    except Invalid as wrong:
        form.put_errors(wrong)
        return page(""), 422
    except HouseError as late:
        if late.status != 409:
            raise
        form.version.data = str(call.version)
        return page(str(late.text) if late.text else wording.sentence(late.reason, late.status)), 409
    flash(said, "success")
    return redirect(url_for("calls.show", call_id=call_id), 303)


@bp.route("/calls/<int:call_id>/dates", methods=["GET", "POST"], endpoint="dates")
@door("calls.dates", load=the_call, allow=may_look_after)
def change_dates(call: Call) -> Any:
    """Move the dates of a published call to later days, with a reason everybody reads."""
    form, book = DatesForm(), here()
    plan = dates.plan_of(call)

    def page(problem: str) -> str:
        known = [*plan.days, "results_due_on"]
        return render_template("calls/dates.html", call=call, form=form, problem=problem, known=known,
                               stations=dates.stations(call, book), draft=call.published_at is None)

    if not form.is_submitted():
        for name, on in plan.days.items():
            form[name].data = on
        form.results_due_on.data = dates.results_due(call, book)
        form.version.data = str(call.version)
        return page("")

    def act(**who: Any) -> None:
        move_dates(call, form.plan(), reason=form.reason.data or "", **who)

    if not form.validate():
        me_id, now = current_user.id, utc_now()
        form.hear(lambda: act(by_id=me_id, now=now, book=here(), version=form.seen))
        return page(""), 422
    return _keep(call, form, act, page,
                 _("The dates are moved, with every next step that hangs on them. The submitters read your reason."))


@bp.route("/calls/<int:call_id>/reviewers", methods=["GET", "POST"], endpoint="reviewers")
@door("calls.reviewers", load=the_call, allow=may_look_after)
def change_reviewers(call: Call) -> Any:
    """Name who assesses the ideas of a call, also while it goes on."""
    form, book = ReviewersForm(), here()
    experts = offered(book.experts(), book)
    form.department_reviewers.offered = offered(book.people, book)
    form.reviewers.offered = experts or form.department_reviewers.offered

    def page(problem: str) -> str:
        return render_template("calls/reviewers.html", call=call, form=form, problem=problem,
                               gone=gone_reviewers(call.id, book))

    if not form.is_submitted():
        fill_reviewers(form, call, book)
        form.version.data = str(call.version)
        return page("")
    good = form.validate()
    if not (find_people(book, form.reviewers, form.department_reviewers) and good):
        return page(""), 422
    named = chosen(form.reviewers, form.department_reviewers)
    return _keep(call, form, lambda **who: name_reviewers(call, named, **who), page,
                 _("Thank you. They are offered first when reviewers are chosen for an idea of this call."))
