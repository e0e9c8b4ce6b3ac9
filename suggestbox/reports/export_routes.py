"""Taking reports out: a file at once, a long one in the background, subscriptions, and the list of what went out."""

import tempfile
from pathlib import Path
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, let_go, work
from suggestbox.core.errors import Invalid, NotFound, Refused
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for

from . import exports, policy
from .blueprint import bp
from .export_forms import IdeasForm, SubscriptionForm
from .export_run import FETCH_AGAIN, can_fetch, fetch, path_of
from .exports import last_day, may_export, may_export_ideas
from .letters import what_it_is
from .making import MEDIA_TYPES, Order, checked, make_file
from .models import ExportRun
from .periods import parse
from .subscriptions import RHYTHM_WORDS, end_subscription, subscribe, subscriptions_of
from .words import KIND_NAMES

UNDER_WAY = ("waiting", "running")


@bp.post("/reports/export", endpoint="export")
@door("reports.export", allow=policy.may_read_any)
def export() -> Any:
    """A kept report as a file, at once: an Excel workbook, CSV or a PDF. It is noted in the journal."""
    form, me, now = request.form, current_user._get_current_object(), utc_now()
    period = parse(form.get("period", ""), today_for())
    order = checked(Order(
        form.get("kind", ""), period.key, form.get("format", ""), whole_number(form.get("version")),
        bom=form.get("bom") == "1", separator=form.get("separator", ""),
    ))
    if not may_export(me, order):
        raise NotFound(reason="no_such_report")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"report.{order.format}"
        made = make_file(order, path, person_id=me.id, book=here(), now=now)
        body = path.read_bytes()
    with work():
        name = exports.note(order, made, by_id=me.id, language=current_language(), now=now).file_name
    return Response(body, content_type=MEDIA_TYPES[order.format], headers={
        "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    })


# -- files that take their time ----------------------------------------------------------------------------------------


@bp.route("/reports/ideas", methods=["GET", "POST"], endpoint="ideas")
@door("reports.ideas", allow=may_export_ideas)
def ideas() -> Any:
    """Ask for the ideas of a period as a table; it is made in the background."""
    form = IdeasForm(today=today_for())
    if request.method == "POST" and form.validate():
        try:
            order = Order("flow", parse(form.period.data or "", today_for()).key, form.format.data or "", None, True,
                          bool(form.bom.data), form.separator.data or "")
            with work():
                run_id = exports.ask(order, by_id=current_user.id, language=current_language(), now=utc_now()).id
            return redirect(url_for("reports.file", run_id=run_id), 303)
        except (Invalid, Refused) as wrong:
            form.form_errors.append(str(wrong.text))
    return render_template("reports/ideas.html", form=form), 422 if form.errors else 200


def load_file(me: Person, run_id: int) -> ExportRun:
    """Give a file somebody asked for; for everybody else there is none, nor for them once they may not see it any more.

    Raises  NotFound
    """
    run = db.session.get(ExportRun, run_id)
    if run is None or run.by_id != me.id or not may_export(me, exports.order_of(run)):
        raise NotFound(reason="no_such_file")
    return run


@bp.get("/reports/files/<int:run_id>", endpoint="file")
@door("reports.file", load=load_file)
def file(run: ExportRun) -> str:
    """How far a file is; when it is there, a button to fetch it."""
    return render_template(
        "reports/file.html", run=run, what=what_it_is(run), under_way=run.state in UNDER_WAY,
        ready=can_fetch(run, utc_now()), last_day=last_day(run), minutes=int(FETCH_AGAIN.total_seconds() // 60),
    )


@bp.post("/reports/files/<int:run_id>/fetch", endpoint="fetch_file")
@door("reports.fetch_file", load=load_file)
def fetch_file(run: ExportRun) -> Any:
    """The file itself, once, for whoever asked for it."""
    now, run_id = utc_now(), run.id
    with work():
        held = load_file(current_user, run_id)
        fetch(held, now=now)
        path, name, form = path_of(held), held.file_name, held.format
    let_go()
    answer = send_file(path, mimetype=MEDIA_TYPES[form], as_attachment=True, download_name=name, max_age=0, etag=False,
                       conditional=False)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


# -- subscriptions -----------------------------------------------------------------------------------------------------


@bp.route("/reports/subscriptions", methods=["GET", "POST"], endpoint="subscriptions")
@door("reports.subscriptions", allow=policy.may_read_any)
def my_subscriptions() -> Any:
    """What the reader subscribed to, and the files that wait for them."""
    me = current_user._get_current_object()
    kinds = policy.kinds_for(me)
    form = SubscriptionForm(kinds=kinds)
    if request.method == "POST" and form.validate():
        with work():
            subscribe(me, form.kind.data or "", form.rhythm.data or "", form.format.data or "", now=utc_now())
        flash(_("Done. The report comes when the next period is over and its figures are kept."), "good")
        return redirect(url_for("reports.subscriptions"), 303)
    if request.method == "GET" and request.args.get("kind") in kinds:
        form.kind.data = request.args["kind"]
    page = render_template(
        "reports/subscriptions.html", form=form, rows=subscriptions_of(me.id), readable=kinds, kind_names=KIND_NAMES,
        rhythms=RHYTHM_WORDS, files=[run for run in exports.my_files(me.id) if may_export(me, exports.order_of(run))],
        what_it_is=what_it_is, under_way=UNDER_WAY, may_ask_ideas=may_export_ideas(me),
    )
    return page, 422 if form.errors else 200


@bp.post("/reports/subscriptions/<int:subscription_id>/end", endpoint="end_subscription")
@door("reports.end_subscription")
def end_one(subscription_id: int) -> Any:
    """End one's own subscription, also to a report one may not see any more."""
    with work():
        end_subscription(subscription_id, current_user.id, now=utc_now())
    flash(_("The subscription is ended."), "good")
    return redirect(url_for("reports.subscriptions" if policy.may_read_any(current_user) else "ideas.home"), 303)


# -- who exported what -------------------------------------------------------------------------------------------------


@bp.get("/reports/exports", endpoint="exports")
@door("reports.exports", allow=policy.may_see_exports)
def list_exports() -> str:
    """Everything that was exported: who, what, which period, when."""
    page = exports.exports_seen(key=request.args.get("page"))
    if page.next_key:
        page.next_url = url_for("reports.exports", page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("reports.exports", page=page.prev_key)
    return render_template("reports/exports.html", page=page, book=here(), what_it_is=what_it_is)
