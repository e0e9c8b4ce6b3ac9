"""Pages about what a measure costs and brings: the calculation sheet, a second person's look, and what no money shows."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.awards.words import money, number
from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import HouseError, Invalid, NotFound
from suggestbox.core.forms import SeenForm
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import people_behind
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import settle

from . import figures, policy, queries, soft
from .blueprint import Thing, bp, load_figure, load_measure
from .forms import FigureForm, SecondForm, SoftForm
from .models import FIGURE_KINDS, Measure, MeasureFigure
from .words import COLUMNS, aspect_word, column_words, kind_word, point_words

Sheeted = tuple[Measure, Idea, str]
Figured = tuple[MeasureFigure, Measure, Idea]


def _load_kind(me: Person, measure_id: int, kind: str) -> Sheeted:
    if kind not in FIGURE_KINDS:
        raise NotFound()
    return (*load_measure(me, measure_id), kind)


def may_calculate(me: Person, thing: Any) -> bool:
    """Say whether the person writes down what the measure costs and brings."""
    return policy.may_calculate(thing[0], thing[1], me, here())


@bp.route("/measures/<int:measure_id>/figures/<kind>", methods=["GET", "POST"], endpoint="new_figure")
@door("measures.calculate", load=_load_kind, allow=may_calculate)
def new_figure(thing: Sheeted) -> Any:
    """Write down what a measure is expected to bring, what was agreed, or what was measured, as a calculation sheet."""
    measure, idea, kind = thing
    form, standing = FigureForm(), figures.standing(measure.id)
    if request.method == "GET":
        model = standing.get(kind) or standing.get("agreed") or standing.get("expected")
        form.take_lines(model.lines if model else [])
        if model:
            form.use_years.data, form.assumptions.data = model.use_years, model.assumptions
        return _sheet_page(thing, form)
    form.read_lines()
    if request.form.get("more"):
        return _sheet_page(thing, form)
    me, now = current_user._get_current_object(), utc_now()

    def record() -> MeasureFigure:
        return figures.record_figure(
            measure, kind=kind, lines=form.lines(), use_years=form.use_years.data or 0, by_id=me.id, now=now,
            assumptions=form.assumptions.data or "", reason=form.reason.data or "", book=here(),
        )

    if not form.validate():
        form.hear(record)
        return _sheet_page(thing, form), 422
    try:
        if request.form.get("preview"):
            return _sheet_page(thing, form, figures.added_up(form.lines(), form.use_years.data or 0))
        with work():
            figure = record()
            settle(idea, now=now, mover_id=me.id)
            figure_id, waits = figure.id, figure.needs_second
    except Invalid as wrong:
        form.put_errors(wrong)
        return _sheet_page(thing, form), 422
    flash(_("It is written down. A second person looks at it before it counts.") if waits else _("It is written down."),
          "success")
    return redirect(url_for("measures.figure", figure_id=figure_id), 303)


def _sheet_page(thing: Sheeted, form: FigureForm, added: figures.Sheet | None = None) -> str:
    measure, idea, kind = thing
    waits = added is not None and figures.wants_second(added, measure, by_id=current_user.id, book=here())
    return render_template(
        "measures/sheet.html", measure=measure, idea=idea, kind=kind, form=form, rows=form.spare(), added=added, money=money,
        waits=waits,
        before=figures.standing(measure.id).get(kind), columns=column_words(), kind_word=kind_word,
        threshold=money(figures.threshold_cents()),
        spread=money(int(rule("measures.spread_from_euros")) * 100),
    )


@bp.route("/measures/figures/<int:figure_id>", endpoint="figure")
@door("measures.figure", load=load_figure)
def figure(thing: Figured) -> str:
    """One version of a figure with every line of its sheet; for the second person, what to say to it."""
    return _figure_page(thing)


def _step_of(figure: MeasureFigure, idea: Idea) -> Step | None:
    steps = queries.benefit_steps(idea.id)
    return next((s for s in steps if s.kind == "confirm_benefit" and s.subject_id == figure.id), None)


def may_answer(me: Person, thing: Figured) -> bool:
    """Say whether the person is the second person this figure waits for."""
    figure, _measure, idea = thing
    people, book = set(people_behind(idea, "accepted", "invited").values()), here()
    barred = figures.writers_unanswered([idea.id]).get(idea.id, set()) | people | book.reporting_to(people)
    return policy.may_answer(figure, _step_of(figure, idea), me, book, frozenset(barred))


def _figure_page(thing: Figured, form: SecondForm | None = None, problem: str = "") -> str:
    figure, measure, idea = thing
    me, book = current_user._get_current_object(), here()
    kinds = policy.kinds_shown(measure, idea, me, book)
    versions = [v for v in figures.versions_of(measure.id) if v.kind == figure.kind and policy.may_see_figure(v, kinds)]
    step = _step_of(figure, idea)
    return render_template(
        "measures/figure.html", figure=figure, measure=measure, idea=idea, versions=versions, by=book.person(figure.by_id),
        second=book.person(figure.confirmed_by_id), waits_for=book.person(step.owner_id) if step else None,
        counts=figures.counts(figure), awaits=figures.awaits_second(figure), line_cents=figures.line_cents, columns=COLUMNS,
        money=money, number=number, kind_word=kind_word, form=form or SecondForm(formdata=None), problem=problem, book=book,
        may_answer=may_answer(me, thing), may_calculate=policy.may_calculate(measure, idea, me, book),
    )


@bp.route("/measures/figures/<int:figure_id>/answer", methods=["POST"], endpoint="answer_figure")
@door("measures.confirm", load=load_figure, allow=may_answer)
def answer_figure(thing: Figured) -> Any:
    """Confirm a figure as a second person, or say why it is not right."""
    figure, measure, idea = thing
    form, me, now = SecondForm(), current_user._get_current_object(), utc_now()
    if not form.validate():
        return _figure_page(thing, form), 422
    good = request.form.get("answer") == "confirm"
    answer, figure_id = figures.confirm_figure if good else figures.doubt_figure, figure.id
    try:
        with work():
            answer(figure, measure, by_id=me.id, now=now, words=form.words.data or "")
            settle(idea, now=now, mover_id=me.id)
    except Invalid as wrong:
        form.put_errors(wrong)
        return _figure_page(thing, form), 422
    except HouseError as late:
        if late.status != 409:
            raise
        return _figure_page(thing, form, str(late.text or wording.sentence(late.reason, late.status))), 409
    flash(_("Thank you. The figure counts from now on.") if good
          else _("Thank you. The figure does not count; a new version is needed."), "success")
    return redirect(url_for("measures.figure", figure_id=figure_id), 303)


@bp.route("/measures/<int:measure_id>/soft", methods=["GET", "POST"], endpoint="soft")
@door("measures.rate", load=load_measure, allow=may_calculate)
def rate(thing: Thing) -> Any:
    """Say what a measure does for safety, customers, environment, quality, or joy at work."""
    measure, _idea = thing
    form, me = SoftForm(), current_user._get_current_object()
    form.offer()
    if request.method == "GET":
        form.aspect.data = request.args.get("aspect") or form.aspect.data
        return _soft_page(thing, form)
    measure_id, points, now = measure.id, str(form.points.data or ""), utc_now()

    def say() -> None:
        soft.rate_aspect(measure, aspect=form.aspect.data or "", points=int(points) if points.isdigit() else None,
                         words=form.words.data or "", by_id=me.id, now=now)

    if not form.validate():
        form.hear(say)
        return _soft_page(thing, form), 422
    try:
        with work():
            say()
    except Invalid as wrong:
        form.put_errors(wrong)
        return _soft_page(thing, form), 422
    flash(_("It is noted."), "success")
    return redirect(url_for("measures.show", measure_id=measure_id, _anchor="figures"), 303)


def _soft_page(thing: Thing, form: SeenForm) -> str:
    measure, idea = thing
    return render_template(
        "measures/soft.html", measure=measure, idea=idea, form=form, aspect_word=aspect_word, point_words=point_words(),
        said=soft.soft_of([measure.id]).get(measure.id, {}),
    )
