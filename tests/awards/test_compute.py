"""What an award comes to: published examples by hand, and properties that hold for every rule set and every share."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggestbox.awards.compute import Inputs, Missing, Part, compute, divided, eligible_part, plain, rounded, shared
from suggestbox.awards.document import read
from suggestbox.awards.examples import EXAMPLES, POINT_TABLE, SHARE_WITH_CAP, STEP_AT_5000
from suggestbox.awards.words import explained, money, number, rules_sentences, tables_shown
from suggestbox.core.errors import Invalid

pytestmark = pytest.mark.either

ALL_SOFT = {"safety": 0, "customers": 0, "environment": 0, "quality": 0, "joy": 0}


def cents(document: dict[str, Any], basis: str, net: int = 0, /, **choices: int) -> int:
    return compute(read(document), Inputs(basis, net, choices)).cents


# -- published examples, worked out by hand --------------------------------------------------------------------------


@pytest.mark.parametrize("euros, paid", [
    ("1234.56", "123.46"),  # a tenth, 123.456
    ("684", "68.40"), ("100000", "10000"), ("100000.10", "10000"), ("250000", "10000"), ("0", "0"), ("-300", "0"),
])
def test_the_default_is_a_tenth_with_a_cap(euros, paid):
    assert cents(SHARE_WITH_CAP, "benefit", int(Decimal(euros) * 100)) == int(Decimal(paid) * 100)


@pytest.mark.parametrize("euros, paid", [
    ("4000", "1000"),  # 25 % of 4,000
    ("5000", "1250"),  # 25 % of 5,000
    ("5000.10", "1250.01"),  # 1,250 and 10 % of 0.10
    ("12000", "1950"),  # 1,250 and 10 % of 7,000
    ("80", "25"),  # 20, lifted to the least
    ("0", "25"), ("-1000", "25"),
    ("492500", "50000"),  # 1,250 and 10 % of 487,500
    ("600000", "50000"),
])
def test_a_quarter_up_to_5000_and_a_tenth_above(euros, paid):
    assert cents(STEP_AT_5000, "benefit", int(Decimal(euros) * 100)) == int(Decimal(paid) * 100)


@pytest.mark.parametrize("benefit, applies, ready, effort, paid", [
    (0, 0, 0, 0, "20"), (1, 1, 0, 0, "60"), (1, 1, 1, 0, "90"), (1, 1, 1, 1, "135"), (2, 0, 1, 0, "150"),
    (2, 1, 1, 0, "225"), (2, 1, 1, 1, "300"),  # 337.50, cut off at the top
])
def test_the_point_table_with_multipliers(benefit, applies, ready, effort, paid):
    got = cents(POINT_TABLE, "points", benefit=benefit, applies=applies, ready=ready, effort=effort)
    assert got == int(Decimal(paid) * 100)


@pytest.mark.parametrize("points, paid", [
    ({"safety": 2}, 75), ({"safety": 4, "joy": 1}, 275), ({}, 25), (dict.fromkeys(ALL_SOFT, 4), 1000),
])
def test_points_for_what_cannot_be_counted_in_euros(points, paid):
    assert cents(STEP_AT_5000, "points", **{**ALL_SOFT, **points}) == paid * 100


def test_rounding_is_a_step_of_its_own_and_up_if_the_rules_say_so():
    document = {**SHARE_WITH_CAP, "rounding": {"to": 5, "way": "up"}}
    found = compute(read(document), Inputs("benefit", 123_456))
    assert found.cents == 12500
    assert found.steps[-1] == {"step": "rounded", "numbers": {"exact_cents": "12345.6", "to_cents": 500, "way": "up"},
                               "cents": 12500}
    assert cents({**document, "benefit": {"bands": [{"percent": 10}], "maximum": 124}}, "benefit", 123_456) == 12400


@pytest.mark.parametrize("basis, choices, key", [
    ("points", {}, "benefit"), ("points", {"benefit": 3, "applies": 0, "ready": 0, "effort": 0}, "benefit"),
    ("points", {"benefit": 0, "applies": 0, "ready": 0}, "effort"), ("benefit", {}, "benefit"), ("nonsense", {}, "nonsense"),
])
def test_what_is_missing_is_named(basis, choices, key):
    with pytest.raises(Missing) as missing:
        cents(POINT_TABLE, basis, 1000, **choices)
    assert missing.value.key == key


def test_a_recognition_stays_within_the_rules():
    rules = read(POINT_TABLE)
    assert compute(rules, Inputs("recognition", recognition_cents=2000)).cents == 2000
    with pytest.raises(Missing):
        compute(rules, Inputs("recognition", recognition_cents=2001))


# -- what is wrong with a document is named, with its place ----------------------------------------------------------


@pytest.mark.parametrize("document, places", [
    ([], [""]), ({"bonus": 1}, ["bonus"]), ({"benefit": {"bands": []}}, ["benefit.bands"]),
    ({"benefit": {"bands": [{"percent": 101}]}}, ["benefit.bands[1].percent"]),
    ({"benefit": {"bands": [{"percent": "NaN"}]}}, ["benefit.bands[1].percent"]),
    ({"benefit": {"bands": [{"percent": True}]}}, ["benefit.bands[1].percent"]),
    ({"benefit": {"bands": [{"up_to": 5000, "percent": 25}]}}, ["benefit.bands[1].up_to"]),
    ({"benefit": {"bands": [{"percent": 25}, {"percent": 10}]}}, ["benefit.bands[1].up_to"]),
    ({"benefit": {"bands": [{"up_to": 9, "percent": 9}, {"up_to": 9, "percent": 9}, {"percent": 1}]}},
     ["benefit.bands[2].up_to"]),
    ({"benefit": {"bands": [{"percent": 1}], "minimum": 10, "maximum": 5}}, ["benefit.maximum"]),
    ({"benefit": {"bands": [{"percent": "1.0001"}], "minimum": "0.001"}}, ["benefit.bands[1].percent", "benefit.minimum"]),
    ({"points": {"tables": [{"key": "A b", "de": "", "en": "X", "choices": [{"de": "a", "en": "b", "value": -1}]}],
                 "euros_per_point": 1}},
     ["points.tables[1].key", "points.tables[1].choices[1].value", "points.tables[1].de"]),
    ({"points": {"tables": [{"key": "s", "de": "S", "en": "S", "aspect": "love",
                             "choices": [{"de": "a", "en": "b", "value": 1}]}], "euros_per_point": 1}},
     ["points.tables[1].aspect", "points.tables[1].choices"]),
    ({"recognition": {"maximum": 0, "declined": "yes"}}, ["recognition.declined"]),
    ({"rounding": {"to": 3, "way": "down"}}, ["rounding.to", "rounding.way"]),
])
def test_wrong_documents(document, places, app):
    with pytest.raises(Invalid) as wrong:
        read(document)
    said = wrong.value.fields["document"]
    assert [place for place in places if f"{place}:" in said] == places


# -- properties ------------------------------------------------------------------------------------------------------


amounts = st.decimals(0, 100_000, places=2).map(str)
percents = st.decimals(0, 100, places=3).map(str)


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    """Any rule set by benefit and by points, with any multipliers and limits."""
    reaches = sorted(draw(st.sets(st.integers(1, 10**6), max_size=4)))
    bands = [{"up_to": euros, "percent": draw(percents)} for euros in reaches]

    def table(key: str, most: int) -> dict[str, Any]:
        values = draw(st.lists(st.decimals(0, most, places=2).map(str), min_size=1, max_size=3))
        return {"key": key, "de": f"{key} de", "en": f"{key} en",
                "choices": [{"de": f"{key} {n} de", "en": f"{key} {n} en", "value": v} for n, v in enumerate(values)]}

    least = draw(st.integers(0, 500))
    limits = {"minimum": least, "maximum": draw(st.none() | st.integers(least, 10**6))}
    times = [table(f"m{n}", 10) for n in range(draw(st.integers(0, 3)))]
    return {
        "benefit": {"bands": [*bands, {"percent": draw(percents)}], **limits, **({"multipliers": times} if times else {})},
        "points": {"tables": [table(f"t{n}", 1000) for n in range(draw(st.integers(1, 3)))],
                   "euros_per_point": draw(amounts), **limits},
        "rounding": {"to": draw(st.sampled_from(["0.01", "0.1", 1, 5, 10])), "way": draw(st.sampled_from(["nearest", "up"]))},
    }


def picked(document: dict[str, Any], draw: Any) -> dict[str, int]:
    tables = [*document["points"]["tables"], *document["benefit"].get("multipliers", ())]
    return {table["key"]: draw(st.integers(0, len(table["choices"]) - 1)) for table in tables}


def by_hand(document: dict[str, Any], basis: str, benefit: int, choices: dict[str, int]) -> Fraction:
    """The same sum in fractions, straight from the document: a second way to it."""
    part, total = document[basis], Fraction(0)
    if basis == "benefit":
        low = 0
        for band in part["bands"]:
            high = benefit if band.get("up_to") is None else min(benefit, band["up_to"] * 100)
            total += max(0, high - low) * Fraction(band["percent"]) / 100
            low = max(low, high)
    else:
        for table in part["tables"]:
            total += Fraction(table["choices"][choices[table["key"]]]["value"])
        total *= Fraction(part["euros_per_point"]) * 100
    for table in part.get("multipliers", ()):
        total *= Fraction(table["choices"][choices[table["key"]]]["value"])
    total = max(total, part["minimum"] * 100)
    return total if part["maximum"] is None else min(total, part["maximum"] * 100)


@given(st.data(), documents(), st.sampled_from(["benefit", "points"]), st.integers(-10**9, 10**11))
def test_only_the_last_step_rounds_and_it_rounds_once(data, document, basis, benefit):
    """The sum is exact until then, whatever the rules: nothing is lost or invented on the way."""
    rules, choices = read(document), picked(document, data.draw)
    found = compute(rules, Inputs(basis, benefit, choices))
    exact, unit = by_hand(document, basis, benefit, choices), rules.to_cents
    most = document[basis]["maximum"]
    capped = most is not None and found.cents == most * 100
    assert found.cents >= 0
    assert abs(found.cents - exact) < unit or (capped and exact <= found.cents)
    assert rules.way == "nearest" or found.cents >= exact or capped
    before_rounding = [step for step in found.steps if step["step"] != "rounded"][-1]
    assert Fraction(str(before_rounding["cents"])) == exact
    assert found.steps[-1]["cents"] == found.cents


@given(st.data(), documents(), st.integers(0, 10**11), st.integers(0, 10**9))
def test_more_benefit_is_never_paid_less(data, document, benefit, more):
    rules, choices = read(document), picked(document, data.draw)
    assert compute(rules, Inputs("benefit", benefit, choices)).cents <= compute(
        rules, Inputs("benefit", benefit + more, choices)).cents


def numbers_in(step: dict[str, Any]) -> list[str]:
    """Every number used in a step, as the explanation writes it."""
    found = []
    for key, value in step["numbers"].items():
        if isinstance(value, dict):
            found.append(value["en"])
        elif key == "from_cents" or value is None or key == "way":
            continue  # a band from 0 on says only how far it reaches
        else:
            found.append(money(value) if key.endswith("cents") or key == "cents_per_point" else number(value))
    return found


@given(st.data(), documents(), st.sampled_from(["benefit", "points"]), st.integers(-10**6, 10**10))
def test_the_explanation_contains_every_number_used(one_app, data, document, basis, benefit):
    choices = picked(document, data.draw)
    with one_app.app_context():
        found = compute(read(document), Inputs(basis, benefit, choices))
        told = explained(found.steps)
        for step, (sentence, amount) in zip(found.steps, told, strict=True):
            assert [text for text in numbers_in(step) if text not in sentence] == []
            assert amount == ("" if step["cents"] is None else money(step["cents"]))
        assert told[-1][1] == money(found.cents)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_rule_set_in_words_names_its_percentages_and_limits(name, app):
    rules = read(EXAMPLES[name][0])
    said = " ".join([*rules_sentences(rules), *(f"{t} {e} {w}" for t, rows in tables_shown(rules) for e, w in rows)])
    wanted = [number(band.percent) for band in (rules.benefit.bands if rules.benefit else ())]
    for method in filter(None, (rules.benefit, rules.points)):
        wanted += [money(method.maximum_cents or 0)]
    if rules.points:
        wanted += [choice.en for table in rules.points.tables for choice in table.choices]
    assert [text for text in wanted if text not in said] == []


weights = st.dictionaries(st.integers(1, 99), st.integers(0, 1000), min_size=1, max_size=8).filter(lambda w: any(w.values()))


@given(st.integers(0, 10**10), weights)
def test_shares_lose_and_invent_nothing(sum_cents, shares):
    found = divided(sum_cents, shares)
    whole = sum(shares.values())
    assert (sum(found.values()), list(found)) == (sum_cents, list(shares))
    assert all(abs(Fraction(sum_cents * shares[key], whole) - cents) < 1 for key, cents in found.items())
    assert all(found[a] >= found[b] for a in shares for b in shares if shares[a] > shares[b])


@given(st.integers(0, 10**10), st.integers(0, 10**8), weights, weights, st.data())
def test_a_correction_adds_and_takes_nobody_anything(first, more, before, after, data):
    percent = st.integers(0, 100)
    then = shared(first, before, {key: data.draw(percent) for key in before})
    percents = {key: data.draw(percent) for key in after}
    now = shared(first + more, after, percents, then)
    assert sum(part.share_cents for part in now) == first + more
    assert all(0 <= part.cents <= part.share_cents for part in [*then, *now])
    paid = {part.submitter_id: part.cents for part in now}
    assert all(paid[part.submitter_id] >= part.cents for part in then)


def test_whoever_is_found_more_eligible_gets_the_rest():
    then = shared(10_000, {1: 1, 2: 1}, {1: 0})
    assert then == [Part(1, 1, 5_000, 0, 0), Part(2, 1, 5_000, 100, 5_000)]
    assert shared(10_000, {1: 1, 2: 1}, {}, then) == [Part(1, 1, 5_000, 100, 5_000), Part(2, 1, 5_000, 100, 5_000)]


def test_small_things():
    assert divided(100, {1: 1, 2: 1, 3: 1}) == {1: 34, 2: 33, 3: 33}
    assert [eligible_part(5, 50), eligible_part(33, 100), eligible_part(33, 0), eligible_part(1, 49)] == [3, 33, 0, 0]
    assert [rounded(Decimal("0.5")), rounded(Decimal("1.4")), rounded(Decimal("101"), 100, "up")] == [1, 1, 200]
    assert [plain(Decimal("1.50")), plain(Decimal("100"))] == ["1.5", 100]
    for wrong in (({1: 0}, 5), ({1: -1, 2: 3}, 5), ({1: 1}, -1)):
        with pytest.raises(ValueError):
            divided(wrong[1], wrong[0])
