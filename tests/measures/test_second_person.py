"""Which figures a second person confirms, and who that is: never somebody in line below a submitter."""

import re

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.measures.figures import added_up, doubt_figure, line_cents
from suggestbox.measures.models import MeasureFigure
from suggestbox.measures.operations import abandon_measure
from suggestbox.people.directory import directory
from suggestbox.reminders.standing import open_steps_of
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import case_of, settle
from tests import factories as f
from tests.measures import scene
from tests.measures.test_figures import sheet_line
from tests.measures.test_pages import NOW, at  # noqa: F401 -- `at` is a fixture

pytestmark = pytest.mark.either

SHEET = {"what": "w", "unit": "", "per_year": "1", "column": "savings", "amount": "1", "price": "9", "use_years": "1"}


def under_sam(cast):
    """Have bob report to sam, and eve to bob."""
    cast.sam.superior_id, cast.bob.superior_id, cast.eve.superior_id = cast.lea.id, cast.sam.id, cast.bob.id


@pytest.mark.parametrize("confidential", [False, True])
def test_nobody_below_a_submitter_is_the_second_person(confidential, cast, client_as, at):  # noqa: F811
    with work():
        under_sam(cast)
    with work():
        idea = f.closed(cast, cast.sam, confidential=confidential)
        figure = scene.figure(cast, scene.done(cast, idea), "agreed", 50000, by=cast.cat)
        settle(idea, now=NOW)
        [step] = db.session.scalars(sa.select(Step).where(Step.kind == "confirm_benefit"))
        assert step.owner_id == cast.ida.id
        [standing] = open_steps_of(Step.kind == "confirm_benefit", directory(NOW.date()))
        excluded = case_of(idea, actor=None, now=NOW).excluded_from("confirm_benefit")
        assert standing.excluded == excluded == {cast.sam.id, cast.bob.id, cast.eve.id, cast.cat.id}
        step.owner_id, path = cast.bob.id, f"/measures/figures/{figure.id}/answer"  # the line changed since
    refused = client_as(cast.bob).post(path, data={"answer": "confirm"})
    assert refused.status_code == 403
    db.session.expire_all()
    assert db.session.scalars(sa.select(MeasureFigure.confirmed_at)).all() == [None]


@pytest.mark.parametrize("writer, confidential, waits", [
    ("cat", False, False), ("eve", False, True), ("eve", True, True), ("cat", True, True),
])
def test_a_small_figure_counts_alone_only_from_outside_the_line(writer, confidential, waits, cast, client_as, at):  # noqa: F811
    with work():
        under_sam(cast)
    with work():
        idea = f.closed(cast, cast.sam, confidential=confidential)
        measure_id = scene.done(cast, idea, cast.eve).id
    browser, path = client_as(getattr(cast, writer)), f"/measures/{measure_id}/figures/measured"
    looked = browser.post(path, data={**SHEET, "preview": "1"}).text
    assert ("prüft die Zahl, bevor" in looked, "jede Zahl" in looked) == (waits, confidential)
    assert browser.post(path, data=SHEET).status_code == 303
    [figure] = db.session.scalars(sa.select(MeasureFigure))
    kinds = list(db.session.scalars(sa.select(Step.kind).where(Step.kind == "confirm_benefit", Step.done_at.is_(None))))
    assert (figure.needs_second, kinds) == (waits, ["confirm_benefit"] * waits)


def test_small_measures_together_pass_the_threshold_like_a_large_one(cast):
    with work():
        idea = f.closed(cast)
        one, two, three, lost = (scene.planned(cast, idea, title=title) for title in "ABCD")
        assert scene.figure(cast, lost, euros=4999).needs_second is False
        abandon_measure(lost, reasons="No.", by_id=cast.bob.id, now=NOW)
        costs = scene.figure(cast, one, lines=[scene.line(4000, "running")])
        assert costs.needs_second is False
        assert scene.figure(cast, two, euros=4000).needs_second is False  # what costs does not make room for more
        small = scene.figure(cast, three, euros=1000)
        assert small.needs_second is True
        doubt_figure(small, three, by_id=cast.cat.id, now=NOW, words="No.")
        assert scene.figure(cast, three, euros=999, reason="Less.").needs_second is False
        assert scene.figure(cast, one, euros=1, reason="Saved.").needs_second is True
        other = scene.planned(cast, f.closed(cast))
        assert scene.figure(cast, other, euros=4999).needs_second is False


@pytest.mark.parametrize("lines", [
    [sheet_line(amount="1000000000", per_year="1000000000", unit_cents=10**12)],
    [sheet_line(amount="999999999.9999", per_year="999999999.9999", unit_cents=999_999_999_999)],
])
def test_a_huge_sheet_is_refused_in_words(lines, cast):
    with work(), pytest.raises(Invalid) as wrong:
        added_up(lines, 1)
    assert list(wrong.value.fields) == ["lines"]


def test_long_products_keep_every_place():
    assert line_cents(sheet_line(amount="999999999.9999", per_year="999999999.9999", unit_cents=10**12)) == (
        9999999999999 * 9999999999999 * 10**4)


@pytest.mark.parametrize("typed", [{"price": "1" * 40}, {"price": "1" * 27}, {"price": "1" * 5000}, {"amount": "1" * 5000},
                                   {"price": "-1"}, {"amount": "1000000000", "per_year": "1000000000", "price": "9999999999"}])
def test_huge_numbers_typed(typed, cast, client_as, at):  # noqa: F811
    with work():
        measure_id = scene.planned(cast, f.closed(cast)).id
    for more in ({}, {"preview": "1"}):
        answer = client_as(cast.bob).post(f"/measures/{measure_id}/figures/expected", data={**SHEET, **typed, **more})
        assert answer.status_code == 422


@pytest.mark.parametrize("asked", ["endpoint=x", "_method=POST", "_external=1&_scheme=javascript", "_anchor=zz", "self=1",
                                   "values=1"])
def test_what_an_address_names_besides_is_not_kept(asked, cast, client_as, at):  # noqa: F811
    with work():
        scene.planned(cast, f.closed(cast))
    page = client_as(cast.bob).get(f"/measures?department={cast.logistics.id}&{asked}")
    links = re.findall(r'href="([^"]*/measures\?[^"]*)"', page.text)
    assert page.status_code == 200
    assert [link for link in links if not link.startswith("/measures?") or asked.partition("=")[0] in link] == []
    assert f"/measures?department={cast.logistics.id}&amp;state=done" in links
