"""What customers say beside an idea: figures, trend and quotes, in a fixed number of statements."""

from datetime import date, timedelta
from typing import Any

from suggestbox.core.database import work
from suggestbox.evidence.operations import link_theme
from suggestbox.evidence.panel import panel_of
from suggestbox.evidence.voices import quotes_of, voices_of
from suggestbox.feedback.joining import merge_theme
from suggestbox.feedback.landscape import landscape
from suggestbox.people.queries import here
from tests import factories as f
from tests.cast import Cast
from tests.evidence.scene import TODAY, say
from tests.factories import START
from tests.feedback import scene


def test_a_theme_counts_with_all_below_it_and_what_was_merged_into_it(cast: Cast):
    """Twelve months up to today; a customer who says both counts in both, and once altogether."""
    with work():
        cem = scene.make_cx_manager(cast)
        theme, gone = scene.make_theme("delivery"), scene.make_theme("late")
        below = scene.make_theme("delay", parent=theme)
        say(theme, date(2026, 10, 1), 3, days=3)
        say(below, date(2026, 10, 1), 2, days=2, start=2, polarity="positive")  # one of them complained, too
        say(gone, date(2026, 10, 1), 1, start=10)
        say(theme, TODAY - timedelta(days=365), 1, start=20)
        say(theme, TODAY + timedelta(days=1), 1, start=21)
        say(theme, date(2026, 10, 1), 1, start=22, audience="employees", channel="employee")
        merge_theme(gone, below, now=START, by_id=cem.id)
    lands = landscape()
    voices = voices_of([lands.themes[theme.id]], lands, today=TODAY)[theme.id]
    assert (voices.customers, voices.comments) == (5, 6)
    assert (voices.negative_customers, voices.negative_comments) == (4, 4)
    assert (voices.positive_customers, voices.positive_comments) == (2, 2)


def test_the_trend_compares_the_last_three_months_with_those_before(cast: Cast):
    with work():
        more, same = scene.make_theme("more"), scene.make_theme("same")
        say(more, TODAY - timedelta(days=170), 5, days=60)
        say(more, TODAY - timedelta(days=80), 30, days=60, start=100)
        say(same, TODAY - timedelta(days=170), 60, days=60)
        say(same, TODAY - timedelta(days=80), 60, days=60, start=100)
    lands = landscape()
    found = voices_of([lands.themes[more.id], lands.themes[same.id]], lands, today=TODAY)
    assert (found[more.id].trend, found[same.id].trend) == ("rising", "steady")
    assert (found[more.id].earlier, found[more.id].lately) == (5, 30)


def test_quotes_come_from_different_customers_in_different_words(cast: Cast):
    texts = (
        ("c1", "Das Paket kam drei Tage zu spät bei uns an."), ("c2", "Das Paket kam vier Tage zu spät bei uns an!"),
        ("c1", "Niemand rief zurück, obwohl es versprochen war."), ("c3", "Die Spedition fand unsere Rampe nicht."),
    )
    with work():
        theme = scene.make_theme("delay")
        for n, (customer, text) in enumerate(texts):
            scene.make_item(text, (theme, "negative"), customer_hash=customer, said_on=date(2026, 10, 20 - n))
        scene.make_item("Ein Lob, gestern erst gesagt.", (theme, "positive"), customer_hash="c9", said_on=TODAY)
    lands = landscape()
    found = quotes_of([lands.themes[theme.id]], lands, today=TODAY)[theme.id]
    assert [said.text for said in found] == [texts[0][1], texts[3][1]]


def test_a_panel_takes_the_same_statements_for_one_theme_and_for_five(cast: Cast, count_queries: Any):
    """Read by somebody who may not link: no hints, no list to choose from."""
    counts = []
    with work():
        idea = f.in_review(cast)
    for some in (range(1), range(1, 5)):
        with work():
            for n in some:
                theme = scene.make_theme(f"theme {n}")
                say(theme, date(2026, 10, 1), 2, days=2, start=10 * n)
                link_theme(idea, theme.id, actor=cast.ann, now=START)
        book = here()
        panel_of(idea, cast.sam, book, today=TODAY)
        with count_queries() as statements:
            panel = panel_of(idea, cast.sam, book, today=TODAY, parts=frozenset({"employee"}))
        assert panel is not None
        counts.append((len(panel.linked), len(statements)))
    assert counts == [(1, 13), (5, 13)]


def test_nothing_to_read_and_nothing_to_do_is_no_panel(cast: Cast):
    with work():
        idea = f.in_review(cast)
    assert panel_of(idea, cast.sam, here(), today=TODAY) is None
    assert panel_of(idea, cast.ann, here(), today=TODAY) is not None
    assert panel_of(idea, cast.ann, here(), today=TODAY, may_change=False) is None
