"""Awards in plain words: every step of a sum as a sentence that names every number used in it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency, format_decimal

from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .compute import Part
from .document import ByBenefit, ByPoints, Rules, Table
from .models import Award, AwardPart

STATES = {"proposed": _l("proposed"), "granted": _l("granted"), "replaced": _l("replaced by a later one"),
          "dropped": _l("sent back")}
"""Where a version of an award stands."""

BASES = {"benefit": _l("Share of the benefit in euros"), "points": _l("Points"), "recognition": _l("Recognition")}
"""How an award is found."""

BASIS_HELP = {
    "benefit": _l("For what can be counted: the net benefit of the first year stands with the measures."),
    "points": _l("For what cannot be counted in euros, such as safety or joy at work."),
    "recognition": _l("A thank-you, with words that say what it is for."),
}


def _locale() -> str:
    return "en_GB" if current_language() == "en" else "de_DE"


def money(cents: int | str | Decimal) -> str:
    """Give an amount to the cent; parts of a cent are shown as long as they have not been rounded."""
    euros = Decimal(cents) / 100
    places = max(2, -int(euros.as_tuple().exponent)) if euros != round(euros, 2) else 2
    pattern = "¤#,##0." + "0" * places if _locale() == "en_GB" else "#,##0." + "0" * places + " ¤"
    return str(format_currency(euros, "EUR", locale=_locale(), currency_digits=False, format=pattern)).replace("-", "−")


def number(value: int | str | Decimal) -> str:
    """Give a number as the reader writes it, with all its places."""
    exact = Decimal(value)
    places = max(0, -int(exact.normalize().as_tuple().exponent))
    return str(format_decimal(exact, "#,##0" + ("." + "0" * places if places else ""), locale=_locale()))


def named(words: dict[str, str]) -> str:
    """Give a name of a rule set in the reader's language."""
    return words["en" if current_language() == "en" else "de"]


# -- steps of a sum --------------------------------------------------------------------------------------------------


def _benefit(n: dict[str, Any]) -> str:
    return _("Net benefit of the first year: %(benefit)s", benefit=money(n["benefit_cents"]))


def _band(n: dict[str, Any]) -> str:
    facts = {"percent": number(n["percent"]), "part": money(n["part_cents"]), "low": money(n["from_cents"])}
    if n["to_cents"] is None and n["from_cents"] == 0:
        return _("%(percent)s %% of %(part)s", **facts)
    if n["to_cents"] is None:
        return _("%(percent)s %% of the %(part)s above %(low)s", **facts)
    if n["from_cents"] == 0:
        return _("%(percent)s %% of %(part)s (the part up to %(high)s)", high=money(n["to_cents"]), **facts)
    return _("%(percent)s %% of %(part)s (the part from %(low)s to %(high)s)", high=money(n["to_cents"]), **facts)


def _points(n: dict[str, Any]) -> str:
    return _("%(table)s: %(choice)s, %(points)s", table=named(n["of"]), choice=named(n["choice"]),
             points=_points_worth(Decimal(n["points"])))


def _points_together(n: dict[str, Any]) -> str:
    return _("Together %(points)s points, each worth %(worth)s", points=number(n["points"]),
             worth=money(n["cents_per_point"]))


def _multiplier(n: dict[str, Any]) -> str:
    return _("%(table)s: %(choice)s, times %(times)s", table=named(n["of"]), choice=named(n["choice"]),
             times=number(n["times"]))


def _rounded(n: dict[str, Any]) -> str:
    facts = {"exact": money(n["exact_cents"]), "to": money(n["to_cents"])}
    if n["way"] == "up":
        return _("%(exact)s rounded up to the next %(to)s", **facts)
    return _("%(exact)s rounded to the nearest %(to)s", **facts)


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "benefit": _benefit,
    "band": _band,
    "no_benefit": lambda n: _("No share is paid: the cost of the first year is as high as what it brings, or higher"),
    "bands_together": lambda n: _("Together"),
    "points": _points,
    "points_together": _points_together,
    "multiplier": _multiplier,
    "minimum": lambda n: _("The least that is paid is %(least)s", least=money(n["minimum_cents"])),
    "maximum": lambda n: _("The most that is paid is %(most)s", most=money(n["maximum_cents"])),
    "rounded": _rounded,
    "recognition": lambda n: _("Recognition, as it was settled on"),
}


def step_sentence(step: dict[str, Any]) -> str:
    """Give one step of a sum as a sentence."""
    return _SENTENCES[step["step"]](step["numbers"])


def explained(steps: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Give (sentence, what stands after it) for every step of a sum; the second is empty where nothing is paid yet."""
    return [(step_sentence(step), "" if step["cents"] is None else money(step["cents"])) for step in steps]


def part_sentence(part: AwardPart | Part, parts: list[Any], cents: int) -> str:
    """Say how one submitter's share follows from the whole; empty when there is only one submitter."""
    if len(parts) < 2:
        return ""
    whole = sum(p.points for p in parts)
    if len({p.points for p in parts}) == 1:
        return _("%(count)s of you share %(sum)s equally.", count=len(parts), sum=money(cents))
    return _("You agreed: %(mine)s of %(all)s parts of %(sum)s.", mine=part.points, all=whole, sum=money(cents))


def worth(award: Award) -> str:
    """Give an award in one word: its sum, or a recognition in words."""
    return money(award.cents) if award.cents else str(BASES["recognition"] if award.basis == "recognition" else money(0))


# -- a rule set in words ---------------------------------------------------------------------------------------------


def rules_sentences(rules: Rules) -> list[str]:
    """Give a rule set as sentences that everybody understands; its tables stand beside (`tables_shown`)."""
    found: list[str] = []
    if rules.benefit:
        found += _benefit_sentences(rules.benefit)
    if rules.points:
        found.append(_("Benefit that cannot be counted in euros gets points. A point is worth %(worth)s.",
                       worth=money(rules.points.cents_per_point)))
        found += _limits(rules.points)
    if rules.recognition_maximum_cents:
        found.append(_("A recognition of up to %(most)s can be given instead.", most=money(rules.recognition_maximum_cents)))
    else:
        found.append(_("A recognition in words can be given instead."))
    if rules.recognition_declined:
        found.append(_("An idea that was not adopted and still helped can get a recognition too."))
    if rules.to_cents > 1 or rules.way == "up":
        to = money(rules.to_cents)
        found.append(_("Sums are rounded up to %(to)s.", to=to) if rules.way == "up"
                     else _("Sums are rounded to %(to)s.", to=to))
    found.append(_("Several submitters share equally, unless all of them agree on something else."))
    return found


def _benefit_sentences(method: ByBenefit) -> list[str]:
    found, low = [], 0
    for band in method.bands:
        facts = {"percent": number(band.percent), "low": money(low)}
        if band.up_to_cents is None:
            found.append(_("Of the net benefit of the first year %(percent)s %% are paid.", **facts) if low == 0
                         else _("Of what is above %(low)s, %(percent)s %% are paid.", **facts))
        else:
            found.append(_("Of the net benefit of the first year up to %(high)s, %(percent)s %% are paid.",
                           high=money(band.up_to_cents), **facts) if low == 0
                         else _("Of what is between %(low)s and %(high)s, %(percent)s %% are paid.",
                                high=money(band.up_to_cents), **facts))
            low = band.up_to_cents
    if method.multipliers:
        found.append(_("The sum is multiplied as the tables say."))
    return found + _limits(method)


def _limits(method: ByBenefit | ByPoints) -> list[str]:
    least = money(method.minimum_cents)
    if method.maximum_cents is None:
        return [_("At least %(least)s are paid in this way.", least=least)] if method.minimum_cents else []
    most = money(method.maximum_cents)
    if not method.minimum_cents:
        return [_("At most %(most)s are paid in this way.", most=most)]
    return [_("At least %(least)s and at most %(most)s are paid in this way.", least=least, most=most)]


def tables_shown(rules: Rules) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give (name, [(entry, what it is worth)]) of every table and multiplier; tables that are alike stand together."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for table in rules.points.tables if rules.points else ():
        found.setdefault(tuple((_name(c), _points_worth(c.value)) for c in table.choices), []).append(_name(table))
    for method in (rules.benefit, rules.points):
        for table in method.multipliers if method else ():
            found.setdefault(tuple((_name(c), _times_worth(c.value)) for c in table.choices), []).append(_name(table))
    return [("; ".join(names), list(entries)) for entries, names in found.items()]


def _points_worth(value: Decimal) -> str:
    return _("1 point") if value == 1 else _("%(points)s points", points=number(value))


def _times_worth(value: Decimal) -> str:
    return _("times %(times)s", times=number(value))


def _name(of: Any) -> str:
    return str(of.en if current_language() == "en" else of.de)


def table_name(table: Table) -> str:
    """Give the name of a table in the reader's language."""
    return _name(table)


def choice_names(table: Table, times: bool) -> list[str]:
    """Give the entries of a table with what each is worth."""
    worth = _times_worth if times else _points_worth
    return [_("%(choice)s (%(worth)s)", choice=_name(c), worth=worth(c.value)) for c in table.choices]
