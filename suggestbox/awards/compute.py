"""What an award comes to: rules and what is known of an idea in, whole cents and every step of the sum out.

Plain functions, no database. Every step is exact; at the very end the sum is rounded once, and that is a step of its
own. A step is {"step": its kind, "numbers": every number used in it, "cents": what stands after it}; cents that are not
whole stand as decimal text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal, Inexact, localcontext
from typing import Any

from .document import ByBenefit, ByPoints, Rules, Table

Step = dict[str, Any]

EXACT = Context(prec=120, traps=[Inexact])
"""Any number that could not be kept whole stops the sum instead of losing something."""


@dataclass(frozen=True)
class Inputs:
    """What an award is computed from.

    Takes   basis: benefit, points or recognition
            benefit_cents: the net benefit of the first year, for the basis benefit
            choices: {key of a table or multiplier: number of its entry, from 0}
            recognition_cents: what was settled on, for the basis recognition
    """

    basis: str
    benefit_cents: int = 0
    choices: Mapping[str, int] = field(default_factory=dict)
    recognition_cents: int = 0


@dataclass(frozen=True)
class Computed:
    """An award with its explanation."""

    cents: int
    steps: list[Step]


class Missing(LookupError):
    """Something the sum needs is not there; `key` names the table, or the basis the rules do not know."""

    def __init__(self, key: str):
        super().__init__(key)
        self.key = key


def compute(rules: Rules, inputs: Inputs) -> Computed:
    """Give what the rules make of the inputs.

    Raises  Missing when the rules do not know the basis, or an entry of a table was not chosen
    """
    with localcontext(EXACT):
        if inputs.basis == "benefit" and rules.benefit:
            return _finished(rules, rules.benefit, *_of_benefit(rules.benefit, inputs), inputs)
        if inputs.basis == "points" and rules.points:
            return _finished(rules, rules.points, *_of_points(rules.points, inputs), inputs)
        if inputs.basis == "recognition" and 0 <= inputs.recognition_cents <= rules.recognition_maximum_cents:
            cents = inputs.recognition_cents
            return Computed(cents, [{"step": "recognition", "numbers": {}, "cents": cents}])
        raise Missing(inputs.basis)


def plain(value: Decimal | int) -> int | str:
    """Give a number as it is kept: whole ones as such, others as decimal text without zeros at the end."""
    number = Decimal(value)
    return int(number) if number == number.to_integral_value() else format(number.normalize(EXACT), "f")


def _step(kind: str, cents: Decimal | int | None, **numbers: Any) -> Step:
    return {"step": kind, "numbers": numbers, "cents": None if cents is None else plain(cents)}


def _of_benefit(method: ByBenefit, inputs: Inputs) -> tuple[Decimal, list[Step]]:
    benefit = inputs.benefit_cents
    steps = [_step("benefit", None, benefit_cents=benefit)]
    total, reached, used = Decimal(0), 0, 0
    for band in method.bands:
        part = max(0, benefit if band.up_to_cents is None else min(benefit, band.up_to_cents)) - reached
        if part <= 0:
            break
        cents = Decimal(part) * band.percent / 100
        steps.append(_step("band", cents, from_cents=reached, to_cents=band.up_to_cents, part_cents=part,
                           percent=plain(band.percent)))
        total, reached, used = total + cents, reached + part, used + 1
    if used == 0:
        steps.append(_step("no_benefit", 0))
    elif used > 1:
        steps.append(_step("bands_together", total))
    return total, steps


def _of_points(method: ByPoints, inputs: Inputs) -> tuple[Decimal, list[Step]]:
    points, steps = Decimal(0), []
    for table in method.tables:
        value, words = _chosen(table, inputs)
        points += value
        steps.append(_step("points", None, points=plain(value), **words))
    total = points * method.cents_per_point
    steps.append(_step("points_together", total, points=plain(points), cents_per_point=method.cents_per_point))
    return total, steps


def _chosen(table: Table, inputs: Inputs) -> tuple[Decimal, dict[str, Any]]:
    n = inputs.choices.get(table.key)
    if n is None or not 0 <= n < len(table.choices):
        raise Missing(table.key)
    one = table.choices[n]
    return one.value, {"of": {"de": table.de, "en": table.en}, "choice": {"de": one.de, "en": one.en}}


def _finished(
    rules: Rules, method: ByBenefit | ByPoints, total: Decimal, steps: list[Step], inputs: Inputs
) -> Computed:
    for table in method.multipliers:
        times, words = _chosen(table, inputs)
        total *= times
        steps.append(_step("multiplier", total, times=plain(times), **words))
    if total < method.minimum_cents:
        total = Decimal(method.minimum_cents)
        steps.append(_step("minimum", total, minimum_cents=method.minimum_cents))
    if method.maximum_cents is not None and total > method.maximum_cents:
        total = Decimal(method.maximum_cents)
        steps.append(_step("maximum", total, maximum_cents=method.maximum_cents))
    cents = rounded(total, rules.to_cents, rules.way)
    if method.maximum_cents is not None:
        cents = min(cents, method.maximum_cents)
    if cents != total:
        steps.append(_step("rounded", cents, exact_cents=plain(total), to_cents=rules.to_cents, way=rules.way))
    return Computed(cents, steps)


def rounded(value: Decimal, to_cents: int = 1, way: str = "nearest") -> int:
    """Give an amount of cents rounded to whole multiples: to the nearest one (half up), or up."""
    how = ROUND_CEILING if way == "up" else ROUND_HALF_UP
    whole = Context(prec=120)
    return int(whole.divide(value, Decimal(to_cents)).to_integral_value(how, whole)) * to_cents


# -- shares ----------------------------------------------------------------------------------------------------------


def divided(cents: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Give {key: its cents}: whole cents that sum up to exactly `cents`, each less than one cent beside its exact share.

    Cents that are left over go to the largest remainders; of equal ones to the first in the order given.
    Takes   weights: whole numbers from 0, not all 0
    """
    whole = sum(weights.values())
    if cents < 0 or whole <= 0 or min(weights.values()) < 0:
        raise ValueError("shares need an amount from 0 and weights of which one is above 0")
    found = {key: cents * weight // whole for key, weight in weights.items()}
    rest = sorted(weights, key=lambda key: -(cents * weights[key] % whole))  # stable: of equal ones the first
    for key in rest[:cents - sum(found.values())]:
        found[key] += 1
    return found


def eligible_part(share_cents: int, percent: int) -> int:
    """Give what is paid of a share: all of it, nothing, or its part rounded to the cent, half a cent up."""
    return (share_cents * percent * 2 + 100) // 200


@dataclass(frozen=True)
class Part:
    """What one submitter gets: the share by weight, and what is paid of it."""

    submitter_id: int
    points: int
    share_cents: int
    percent: int
    cents: int


def shared(
    cents: int, weights: Mapping[int, int], percents: Mapping[int, int], before: Iterable[Part] = ()
) -> list[Part]:
    """Give what each submitter gets, in the order of `weights`.

    A correction shares only what is new and adds it to what was shared `before`: nobody's part ever becomes smaller, also
    not when somebody was found less eligible since. Whoever was found more eligible gets the rest of the earlier share.
    """
    earlier = {part.submitter_id: part for part in before}
    more = cents - sum(part.share_cents for part in earlier.values())
    new = divided(more, weights)
    found = []
    for key in [*weights, *(key for key in earlier if key not in weights)]:
        old, share, percent = earlier.get(key), new.get(key, 0), percents.get(key, 100)
        weight = weights.get(key, 0)
        if old is None:
            found.append(Part(key, weight, share, percent, eligible_part(share, percent)))
        elif key not in weights:  # left the team since: keeps what was shared, no more comes
            found.append(Part(key, 0, old.share_cents, old.percent, old.cents))
        else:
            whole = old.share_cents + share
            paid = max(old.cents + eligible_part(share, percent), eligible_part(whole, percent))
            found.append(Part(key, weight, whole, percent, paid))
    return found
