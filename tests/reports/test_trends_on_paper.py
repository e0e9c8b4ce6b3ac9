"""Trends as pictures in the PDF: the numbers of the page, with words for who cannot see them, of this very version."""

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

from suggestbox.core.database import work
from suggestbox.core.language import force_locale
from suggestbox.people.directory import directory
from suggestbox.reports.making import Order, make_file
from suggestbox.reports.models import Target
from suggestbox.reports.pdf_out import make_pdf
from suggestbox.reports.queries import kept
from suggestbox.reports.trend_pictures import MOST, trends_of
from tests.conftest import NOON
from tests.reports.kept import write_report

pytestmark = pytest.mark.either
ALL = ("all", "all")


@pytest.fixture
def quarters(cast):
    """Three quarters of closings: the second one hidden for one figure, the third one corrected."""
    with work() as session:
        for period, kept_rate, confirmed in (("2026-Q1", (12, 20), (9, 12)), ("2026-Q2", (15, 20), "small"),
                                             ("2026-Q3", (18, 20), (11, 18))):
            write_report("closings", period, {("conversation_rate", *ALL): kept_rate, ("talks_confirmed", *ALL): confirmed,
                                              ("unconfirmed", *ALL): "small"}, now=NOON)
        write_report("closings", "2026-Q3", {("conversation_rate", *ALL): (19, 20), ("talks_confirmed", *ALL): (12, 19)},
                     now=NOON, version=2, reason="Eins fehlte.")
        session.add(Target(figure="conversation_rate", value=95.0, from_on=date(2026, 1, 1), set_at=NOON, set_by_id=cast.lea.id))


def test_a_trend_shows_what_was_kept_and_says_it_in_words(app, quarters):
    with app.test_request_context(), force_locale("en"):
        found = {trend.name: trend for trend in trends_of(kept("closings", "2026-Q3"))}
        first = trends_of(kept("closings", "2026-Q3", 1))
    assert list(found) == ["Conversation rate", "Talks confirmed"]  # of the third there is nothing to draw
    rate = found["Conversation rate"]
    assert rate.alt == "Conversation rate over time: Q1 26: 60.0%; Q2 26: 75.0%; Q3 26: 95.0%"
    assert (rate.value, rate.beside, rate.first, rate.last) == ("95.0%", "Q3 26 (75.0% in Q2 26)", "Q1 26", "Q3 26")
    assert [float(height) for height in re.findall(r'<rect [^>]*height="([\d.]+)"', rate.svg)] == [43.2, 54.0, 68.4]
    assert ("stroke-dasharray" in rate.svg, "Dashed: the target, 95.0%" in rate.notes) == (True, True)
    hidden = found["Talks confirmed"]
    assert "Q2 26: not shown: too few people" in hidden.alt and 'stroke-dasharray="2 3"' in hidden.svg
    assert first[0].value == "90.0%"  # of the first version, as it stands in the tables below


def test_they_stand_in_the_pdf_tagged_with_their_words(app, quarters, tmp_path):
    path = tmp_path / "out.pdf"
    order = Order("closings", "2026-Q3", "pdf")
    with app.test_request_context(), force_locale("de"):
        make_file(order, path, person_id=None, book=directory(NOON.date()), now=NOON)
    pdf = path.read_bytes()
    assert len(re.findall(rb"/S\s*/Figure\b", pdf)) == 2
    if Path("/usr/bin/pdftotext").exists():
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
        assert ("Im Verlauf" in text, "Q3 26" in text) == (True, True)


def test_never_more_than_fit_above_the_tables(app):
    with work():
        for period in ("2026-Q1", "2026-Q2"):
            write_report("participation", period, {
                (figure, *ALL): (10, 20) for figure in (
                    "entitled", "submitters", "participation_rate", "ideas", "suggestion_rate", "submitters_left", "ideas_short",
                    "ideas_withdrawn", "decided", "acceptance_rate", "implementation_rate")
            }, now=NOON)
    with app.test_request_context(), force_locale("en"):
        found = [trend.name for trend in trends_of(kept("participation", "2026-Q2"))]
        alone = trends_of(kept("participation", "2026-Q1"))
    assert len(found) == MOST and found[:4] == ["Participation rate", "Suggestion rate", "Acceptance rate", "Implementation rate"]
    assert alone == []


def test_a_document_without_trends_is_a_pdf_too(app, quarters):
    from suggestbox.reports.export_table import document

    with app.test_request_context(), force_locale("en"):
        assert make_pdf(document(kept("closings", "2026-Q3"))).startswith(b"%PDF-")
