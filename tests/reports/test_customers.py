"""The report on what customers say: every cell against the oracle, small groups, reasons in steps, its page and files."""

import re
from datetime import UTC, date, datetime
from random import Random

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from suggestbox import cli as front_door
from suggestbox.cli import cli
from suggestbox.core.database import let_go, work
from suggestbox.core.errors import Invalid
from suggestbox.core.settings import set_rule
from suggestbox.people.models import Person
from suggestbox.reports import keeping
from suggestbox.reports.field_numbers import number_of
from suggestbox.reports.figures import FIGURES
from suggestbox.reports.periods import Period
from suggestbox.reports.queries import kept
from suggestbox.reports.targets import check, with_target
from suggestbox.reports.words import amount_text
from tests.feedback.scene import make_cx_manager, make_item, make_journey, make_theme, make_touchpoint
from tests.reports.attacker import computed, small_differences
from tests.reports.oracle import all_cells
from tests.reports.random_house import NOW, House, put
from tests.reports.random_voices import speak
from tests.reports.test_figures import counted, same

QUARTER = ("2026-07", "2026-08", "2026-09", "2026-Q3")
OCTOBER = datetime(2026, 10, 2, 3, 0, tzinfo=UTC)


# -- what is counted ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [5, 6])
def test_every_figure_is_what_an_independent_count_gives(app, seed):
    with work():
        House(seed, people=8, ideas=120).build()
    for key in ("2026-12", "2026-Q4", "2026", "2027-01"):
        same(counted("customers", key), all_cells("customers", key, NOW))


@pytest.fixture
def voices(cast):
    """Two touchpoints over a quarter: the shop is rated by 35, 12 and 11 customers a month, the hotline by 9 in all."""
    with work():
        journey = make_journey()
        shop, hotline = make_touchpoint(journey, "shop"), make_touchpoint(journey, "hotline", position=2)
        late, kind, rare = make_theme("late", shop), make_theme("kind", shop), make_theme("rare", shop)
        for month, people in ((7, 35), (8, 12), (9, 11)):
            for n in range(people):
                theme = (late, "negative") if n % 3 == 0 else (kind, "positive") if n % 3 == 1 else (rare, "negative")
                told = () if theme[0] is rare and (month, n) not in ((7, 2), (7, 5), (8, 2), (9, 2)) else (theme,)
                make_item("x", *told, said_on=date(2026, month, 3), touchpoint_id=shop.id, rating=1 + n % 5, nps=n % 11,
                          customer_hash=f"{month} {n}", segment="Privat" if n % 2 else "Gewerbe")
        for n in range(9):
            make_item("x", said_on=date(2026, 7 + n % 3, 9), touchpoint_id=hotline.id, rating=1 + n % 3, nps=9,
                      customer_hash=f"hotline {n}", segment="Privat")
        make_item("x", said_on=date(2026, 9, 30), rating=5, audience="employees")
        hidden = make_item("x", said_on=date(2026, 9, 30), rating=5, customer_hash="hidden")
        hidden.hidden_at, hidden.hidden_by_id = OCTOBER, cast.ida.id
    for key in QUARTER:
        with work():
            keeping.keep("customers", Period(key), now=OCTOBER)
    return {"journey": f"j{journey.id}", "shop": str(shop.id), "hotline": str(hotline.id), "late": late.id, "kind": kind.id}


def told(period, figure, row, dimension="touchpoint"):
    """What is kept of a row: how many it is of, or why it is hidden; None where the report has no such row."""
    cell = kept("customers", period).cell(figure, dimension, row)
    return cell if cell is None else cell.hidden or cell.denominator


def test_ten_customers_are_needed_and_rows_are_told_by_quarter(voices):
    assert [told(key, "csat", "all", "all") for key in QUARTER] == [38, 15, 14, 67]
    assert [told(key, "csat", voices["hotline"]) for key in QUARTER] == [None, None, None, "small"]
    # The journey less the shop would be the hotline.
    assert [told("2026-Q3", "csat", voices[name]) for name in ("journey", "shop")] == [67, "complement"]
    assert [told("2026-Q3", "csat", name, "segment") for name in ("Privat", "Gewerbe")] == [37, 30]


def test_reasons_are_named_from_five_people_on_and_in_steps_of_five(voices):
    reasons = {name: kept("customers", "2026-Q3").cell(name).more["reasons"] for name in ("praise_rate", "criticism_rate")}
    assert reasons == {"praise_rate": [[voices["kind"], "Kind", "Kind", 20]],
                       "criticism_rate": [[voices["late"], "Late", "Late", 20]]}  # 20 and 4 of them: one theme is not named
    cell = kept("customers", "2026-Q3").cell("criticism_rate")
    assert (cell.numerator, cell.denominator) == (24, 67)


def test_colleagues_stand_apart_and_one_of_them_is_not_shown(voices):
    sheet = kept("customers", "2026-Q3")
    assert {sheet.cell(name).hidden for name in ("colleague_csat", "colleague_heard", "colleague_praise_rate")} == {"small"}
    assert sheet.cell("heard").numerator == 67
    assert {dimension for figure, dimension, _row in sheet.cells if figure.startswith("colleague")} == {"all", "touchpoint"}


def attack(seed: int) -> int:
    """Look for anything computable, or small and left over, in a year with its quarters; give how much was hidden."""
    with work():
        for model, rows in speak(Random(seed), 1200, NOW).items():
            for row in rows if model.__name__ == "Item" else ():
                row["hidden_at"] = row["hidden_by_id"] = None
            put(model, rows)
    keys = ("2026-12", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026")
    for key in keys:
        with work():
            keeping.keep("customers", Period(key), now=NOW)
    tried = 0
    for group in keeping.count("customers", Period("2026"), NOW).groups:
        view = group.views[0]
        figure = next(figure for figure, *_row in group.cells)
        shown, hidden = [], []
        for key in keys:
            for (dimension, row), cell in {place[1:]: c for place, c in kept("customers", key).cells.items()
                                           if place[0] == figure}.items():
                atoms = frozenset((month.key, kind) for month in Period(key).months() for kind in view.classes[dimension, row])
                (hidden if cell.hidden else shown).append(atoms)

        def few(left, view=view):
            people = set().union(*(view.behind.get((month, *kind), set()) for month, kind in left))
            return 0 < len(people) < 10

        everybody = {(atom[0], tuple(atom[1:5])): people for atom, people in view.behind.items()}
        view.behind = {(month, *kind): people for (month, kind), people in everybody.items()}
        assert computed(hidden, shown) == []
        assert small_differences(shown, few) == []
        tried += len(hidden)
    return tried


@pytest.mark.either
def test_nothing_hidden_can_be_worked_out_of_a_year_and_its_quarters(cast):
    assert attack(3) > 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 42))
def test_nothing_hidden_can_be_worked_out_of_many_years(cast, seed):
    assert attack(seed) > 20


# -- page, file, targets -----------------------------------------------------------------------------------------------


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ")


@pytest.mark.either
def test_who_reads_it_and_only_where_feedback_is_collected(cast, client_as, clock):
    with work():
        cem = make_cx_manager(cast)
    everybody = {**cast.people(), "cem": cem}
    found = {name for name, person in everybody.items() if client_as(person).get("/reports/customers").status_code == 200}
    assert found == {"cem", "ida", "ivo", "lea"}
    with work():
        set_rule("modules.feedback", False, now=NOW)
    assert client_as(cast.ida).get("/reports/customers").status_code == 403
    assert "/reports/customers" not in client_as(cast.ida).get("/reports").text
    assert "csat" not in {figure.key for figure in with_target()}


@pytest.mark.either
def test_the_page_draws_satisfaction_recommendation_and_reasons(cast, voices, client_as, clock):
    with work() as session:
        session.get_one(Person, cast.ida.id).language = "en"
    page = client_as(cast.ida).get("/reports/customers?period=2026-Q3")
    said = text_of(page)
    assert "67 people were heard, with 67 comments." in said
    sheet = kept("customers", "2026-Q3")
    assert f"{sheet.cell('csat').value:.1f}" in said and "recommend us (9 and 10)" in said
    assert re.findall(r"(Kind|Late|Rare) at least (\d+)", said) == [("Kind", "20"), ("Late", "20")]
    assert page.text.count('class="rv-strip"') == 2 * 5  # company twice, journey, two segments; no touchpoint
    assert "came in after it was counted" not in said
    with work():
        make_item("x", said_on=date(2026, 7, 1), customer_hash="late", created_at=datetime(2026, 11, 5, 9, tzinfo=UTC))
    assert "came in after it was counted" in text_of(client_as(cast.ida).get("/reports/customers?period=2026-Q3"))
    month = text_of(client_as(cast.ida).get("/reports/customers?period=2026-08"))
    assert "in the figures of the quarter and of the year" in month and "By customer segment" not in month.split("What the figures")[0]


def test_it_goes_out_as_a_file_with_its_reasons(cast, voices, app, tmp_path, monkeypatch):
    monkeypatch.setattr(front_door, "_open_app", lambda *_given, **_more: app)
    path = tmp_path / "out.xlsx"
    let_go()
    run = CliRunner().invoke(cli, ["reports", "export", "customers", "--period", "2026-Q3", "--out", str(path)])
    assert run.exit_code == 0, run.output
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names[:5] == ["All figures", "Touchpoint", "Customer segment", "Reasons", "Distributions"]
    rows = book.get_sheet_by_name("Reasons").to_python()
    assert rows[1][1:] == ["Whole company", "Whole company", "Kind", 20.0]
    assert all(row[4] % 5 == 0 for row in rows[1:])


@pytest.mark.either
def test_points_of_recommendation_have_a_sign_and_a_target_may_be_below_nought(app):
    with app.test_request_context():
        assert [amount_text(value, "net") for value in (42.4, -7.6, 0.2, -0.2)] == ["+42", "−8", "0", "0"]
        check(FIGURES["nps"], number_of("nps", "-20"))
        for wrong in (-101, 101):
            with pytest.raises(Invalid) as told_why:
                check(FIGURES["nps"], wrong)
            assert "-100" in told_why.value.fields["nps"]
