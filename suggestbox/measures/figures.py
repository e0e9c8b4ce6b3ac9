"""What a measure costs and brings: versions of figures with their calculation sheet, and a second person's look."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, localcontext
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db, hold
from suggestbox.core.errors import Faults, Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.core.typed import typed_text
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import people_behind
from suggestbox.journal import operations as journal
from suggestbox.mail.operations import tell_waiting
from suggestbox.people.directory import Directory, directory
from suggestbox.steps.models import Step

from . import settings as _settings  # noqa: F401 -- declares the rules asked for below
from .benefit import first_year_of
from .models import FIGURE_KINDS, Measure, MeasureFigure

COLUMNS = ("savings", "revenue", "running", "one_off")
"""What a line of the calculation sheet adds to."""

LINES_AT_MOST, WHAT_LENGTH, UNIT_LENGTH, WORDS_LENGTH = 30, 160, 30, 3000
MOST_CENTS = 10**12  # ten billion euros
WIDE = Context(prec=80)  # the longest product of a line has 41 digits


@dataclass(frozen=True)
class Sheet:
    """A calculation sheet, added up. Amounts in cents."""

    lines: list[dict[str, Any]]
    savings_cents: int
    revenue_cents: int
    running_cost_cents: int
    one_off_cost_cents: int
    use_years: int
    one_off_first_year_cents: int

    @property
    def net_cents(self) -> int:
        return self.savings_cents + self.revenue_cents - self.running_cost_cents - self.one_off_first_year_cents

    @property
    def needs_second(self) -> bool:
        """Whether it is large enough by itself for a second person to confirm it before it counts."""
        brings, costs = self.savings_cents + self.revenue_cents, self.running_cost_cents + self.one_off_cost_cents
        return max(brings, costs) >= threshold_cents()


def threshold_cents() -> int:
    """Give the benefit or cost from which on a second person confirms a figure."""
    return int(rule("measures.second_from_euros")) * 100


def whole_cents(value: Decimal) -> int:
    """Give an amount rounded to the cent, half a cent away from zero."""
    return int(value.quantize(Decimal(1), ROUND_HALF_UP, WIDE))


def line_cents(line: dict[str, Any]) -> int:
    """Give what one line of a sheet comes to: amount x price of one unit x times a year."""
    with localcontext(WIDE):
        return whole_cents(Decimal(line["amount"]) * line["unit_cents"] * Decimal(line["per_year"]))


def first_year_of_one_off(cents: int, use_years: int) -> int:
    """Give how much of the one-off cost counts in the first year: all of it, or its part of the years of use."""
    if cents < int(rule("measures.spread_from_euros")) * 100:
        return cents
    return whole_cents(Decimal(cents) / use_years)


def added_up(lines: Iterable[dict[str, Any]], use_years: int) -> Sheet:
    """Give a calculation sheet with its sums.

    Takes   lines: {what, amount, unit, unit_cents, per_year, column}; amount and per_year as decimal numbers in text
    Raises  Invalid naming `lines` (and what is wrong with which line) or `use_years`
    """
    faults, good, wrong = Faults(), [], []
    with faults:
        if not 1 <= use_years <= 30:
            raise Invalid(fields={"use_years": _("Please give a whole number from 1 to 30.")})
    for number, line in enumerate(lines, 1):
        try:
            good.append(_good_line(line, number))
        except Invalid as refused:
            wrong.append(str(refused.fields["lines"]))
    with faults:
        if wrong or not good:
            raise Invalid(fields={"lines": " ".join(wrong) or _("Please fill in at least one line.")})
    faults.tell()
    if len(good) > LINES_AT_MOST:
        raise Invalid(fields={"lines": _("At most %(number)s lines, please.", number=LINES_AT_MOST)})
    sums = {column: sum(line_cents(line) for line in good if line["column"] == column) for column in COLUMNS}
    if max(sums.values()) > MOST_CENTS:
        raise Invalid(fields={"lines": _("This sum is too large.")})
    return Sheet(good, sums["savings"], sums["revenue"], sums["running"], sums["one_off"], use_years,
                 first_year_of_one_off(sums["one_off"], use_years))


def _good_line(line: dict[str, Any], number: int) -> dict[str, Any]:
    what, unit = str(line.get("what") or "").strip(), str(line.get("unit") or "").strip()
    column = line.get("column")
    wrong = None
    if not what:
        wrong = _("Line %(number)d: please say what it is.", number=number)
    elif len(what) > WHAT_LENGTH or len(unit) > UNIT_LENGTH:
        wrong = _("Line %(number)d: this is too long.", number=number)
    elif column not in COLUMNS:
        wrong = _("Line %(number)d: please choose what it adds to.", number=number)
    if wrong:
        raise Invalid(fields={"lines": wrong})
    amount, per_year = _number(line.get("amount"), number), _number(line.get("per_year"), number)
    unit_cents = line.get("unit_cents")
    if type(unit_cents) is not int or not 0 <= unit_cents <= MOST_CENTS:
        raise Invalid(fields={"lines": _("Line %(number)d: please give the amount in euros.", number=number)})
    return {"what": what, "amount": str(amount), "unit": unit, "unit_cents": unit_cents,
            "per_year": "1" if column == "one_off" else str(per_year), "column": column}


def _number(value: Any, line: int) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found <= 10**9 or found != found.quantize(Decimal("0.0001")):
        raise Invalid(fields={"lines": _("Line %(number)d: please give a number.", number=line)})
    return found.normalize() if found != found.to_integral_value() else Decimal(int(found))


# -- versions --------------------------------------------------------------------------------------------------------


def standing(measure_id: int) -> dict[str, MeasureFigure]:
    """Give {kind: its latest version} of a measure, confirmed or not."""
    return standing_of([measure_id]).get(measure_id, {})


def standing_of(measure_ids: Collection[int]) -> dict[int, dict[str, MeasureFigure]]:
    """Give {measure id: {kind: its latest version}}. One statement."""
    found: dict[int, dict[str, MeasureFigure]] = {}
    query = sa.select(MeasureFigure).where(MeasureFigure.measure_id.in_(sorted(measure_ids)))
    for row in db.session.scalars(query.order_by(MeasureFigure.version)):
        found.setdefault(row.measure_id, {})[row.kind] = row
    return found


def versions_of(measure_id: int) -> list[MeasureFigure]:
    """Give every version of every figure of a measure, the newest first."""
    query = sa.select(MeasureFigure).where(MeasureFigure.measure_id == measure_id)
    return list(db.session.scalars(query.order_by(MeasureFigure.at.desc(), MeasureFigure.id.desc())))


def writers_unanswered(idea_ids: Collection[int]) -> dict[int, set[int]]:
    """Give {idea id: who wrote a figure that waits for a second person, or owns its measure}: neither is that person."""
    found: dict[int, set[int]] = {}
    if not idea_ids:
        return found
    query = (
        sa.select(Measure.idea_id, MeasureFigure.by_id, Measure.owner_id)
        .join(Measure, Measure.id == MeasureFigure.measure_id)
        .where(Measure.idea_id.in_(sorted(idea_ids)), MeasureFigure.needs_second, MeasureFigure.confirmed_at.is_(None),
               MeasureFigure.doubted_at.is_(None))
    )
    for idea_id, by_id, owner_id in db.session.execute(query):
        found.setdefault(idea_id, set()).update((by_id, owner_id))
    return found


def awaits_second(figure: MeasureFigure) -> bool:
    """Say whether a second person still has to look at a figure."""
    return figure.needs_second and figure.confirmed_at is None and figure.doubted_at is None


def counts(figure: MeasureFigure) -> bool:
    """Say whether a figure counts: it needs no second person, or one confirmed it."""
    return figure.doubted_at is None and (not figure.needs_second or figure.confirmed_at is not None)


def wants_second(sheet: Sheet, measure: Measure, *, by_id: int, book: Directory) -> bool:
    """Say whether a second person confirms what somebody writes down before it counts.

    From a threshold on, counted over all measures of the idea together; whatever the sum when who writes it reports to a
    submitter. With a confidential idea always: a rule for some of its writers would tell whom it comes from.
    """
    idea = db.session.get_one(Idea, measure.idea_id)
    if sheet.needs_second or idea.confidential:
        return True
    if by_id in book.reporting_to(people_behind(idea, "accepted", "invited").values()):
        return True
    others = sa.select(Measure.id).where(Measure.idea_id == idea.id, Measure.id != measure.id, Measure.state != "abandoned")
    # What another measure costs makes no room for more.
    together = sum(max(0, one.net_cents) for one in first_year_of(list(db.session.scalars(others))).values())
    return together + sheet.net_cents >= threshold_cents()


def record_figure(
    measure: Measure, *, kind: str, lines: Iterable[dict[str, Any]], by_id: int, now: datetime, use_years: int = 1,
    assumptions: str = "", reason: str = "", book: Directory | None = None,
) -> MeasureFigure:
    """Write down what a measure is expected to cost and bring, what was agreed, or what was measured.

    A further version of the same kind needs a reason; the earlier one stays as it was. An expected figure can be given
    as long as the measure is open; a measured one once it is done.
    Raises  Invalid, Refused (an abandoned measure, or not the time for this kind)
    """
    hold(db.session.get_one(Idea, measure.idea_id), None)  # nobody writes for another of its measures meanwhile
    hold(measure, None)
    if kind not in FIGURE_KINDS:
        raise Invalid(fields={"kind": _("Please choose one of these.")})
    if measure.state == "abandoned":
        raise Refused(_("This measure was abandoned."), reason="measure_abandoned")
    if kind == "measured" and measure.state != "done":
        raise Refused(_("A benefit is measured once the measure is done."), reason="not_done_yet")
    if kind == "expected" and measure.state == "done":
        raise Refused(_("The measure is done. Please say what was measured."), reason="done_already")
    before = standing(measure.id).get(kind)
    faults = Faults()
    with faults:
        sheet = added_up(lines, use_years)
    with faults:
        assumptions = typed_text("assumptions", assumptions, WORDS_LENGTH, required=False)
    with faults:
        reason = typed_text("reason", reason, 1000, required=before is not None)
    faults.tell()
    figure = MeasureFigure(
        measure_id=measure.id, kind=kind, version=before.version + 1 if before else 1, lines=sheet.lines,
        savings_cents=sheet.savings_cents, revenue_cents=sheet.revenue_cents, running_cost_cents=sheet.running_cost_cents,
        one_off_cost_cents=sheet.one_off_cost_cents, use_years=use_years,
        one_off_first_year_cents=sheet.one_off_first_year_cents, net_cents=sheet.net_cents, assumptions=assumptions,
        reason=reason, by_id=by_id, at=now,
        needs_second=wants_second(sheet, measure, by_id=by_id, book=book or directory(now.date())),
    )
    db.session.add(figure)
    db.session.flush()
    if kind == "measured":
        _end_step(measure, "prove_benefit", measure.id, by_id=by_id, now=now)
    _note("record_figure", measure, figure, now=now, by_id=by_id)
    return figure


def confirm_figure(figure: MeasureFigure, measure: Measure, *, by_id: int, now: datetime, words: str = "") -> None:
    """Confirm a figure as a second person: it counts from now on.

    Raises  Refused (whoever wrote it down, answered already, or a newer version is there)
    """
    _refuse_second(figure, by_id)
    figure.second_words = typed_text("words", words, WORDS_LENGTH, required=False)
    figure.confirmed_at, figure.confirmed_by_id = now, by_id
    _end_step(measure, "confirm_benefit", figure.id, by_id=by_id, now=now)
    _tell_writer(measure, figure, "confirmed", now=now)
    _note("confirm_figure", measure, figure, now=now, by_id=by_id)


def doubt_figure(figure: MeasureFigure, measure: Measure, *, by_id: int, now: datetime, words: str) -> None:
    """Say as a second person why a figure is not right: it does not count, and a new version is needed.

    Raises  Refused (see above), Invalid without words
    """
    _refuse_second(figure, by_id)
    figure.second_words = typed_text("words", words, WORDS_LENGTH)
    figure.doubted_at, figure.confirmed_by_id = now, by_id
    _end_step(measure, "confirm_benefit", figure.id, by_id=by_id, now=now)
    _tell_writer(measure, figure, "doubted", now=now)
    _note("doubt_figure", measure, figure, now=now, by_id=by_id)


def _refuse_second(figure: MeasureFigure, by_id: int) -> None:
    db.session.refresh(figure, with_for_update=True)
    if by_id == figure.by_id:
        raise Refused(_("Whoever wrote a figure down does not confirm it."), reason="four_eyes")
    latest = standing(figure.measure_id).get(figure.kind)
    if not awaits_second(figure) or latest is not figure:
        raise Refused(_("This figure was answered already, or there is a newer one."), reason="figure_answered")


def _end_step(measure: Measure, kind: str, subject_id: int, *, by_id: int, now: datetime) -> None:
    query = sa.select(Step).where(Step.idea_id == measure.idea_id, Step.kind == kind, Step.subject_id == subject_id,
                                  Step.done_at.is_(None))
    for step in db.session.scalars(query):
        step.done_at, step.outcome, step.done_by_id = now, "done", by_id
    db.session.flush()


def _tell_writer(measure: Measure, figure: MeasureFigure, what: str, *, now: datetime) -> None:
    tell_waiting("measures.news", [
        {"key": f"measures.news:{measure.id}:{what}{figure.id}:p{figure.by_id}", "person_id": figure.by_id,
         "idea_id": measure.idea_id, "facts": {"measure_id": measure.id, "figure_id": figure.id, "what": what}},
    ], now=now)


def _note(kind: str, measure: Measure, figure: MeasureFigure, *, now: datetime, by_id: int) -> None:
    # What it comes to is nobody's news: the story says that there is a figure, not how much it is.
    journal.write(kind, now=now, actor_id=by_id, idea_id=measure.idea_id, audience="handlers", measure_id=measure.id,
                  figure_id=figure.id, figure=figure.kind, version=figure.version)
