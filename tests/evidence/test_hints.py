"""Themes offered while an idea is typed: the ones that fit, none where none fits, kept with the draft."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.evidence.hints import MOST, hints_for, kept
from suggestbox.evidence.models import IdeaTheme
from suggestbox.evidence.operations import link_theme
from suggestbox.feedback.models import Theme, ThemeWord
from suggestbox.ideas.models import Idea
from tests import factories as f
from tests.cast import Cast
from tests.factories import START
from tests.feedback import scene

TODAY = date(2026, 11, 4)
TYPED = "Im Paket fehlt oft der Lieferschein."


def _themes(*names: str) -> dict[str, Theme]:
    """Themes with two complaints each."""
    made = {}
    for name in names:
        theme = made[name] = scene.make_theme(name.casefold(), name_de=name, name_en=name)
        for n in (1, 2):
            scene.make_item(f"Beschwerde {n}: {name}", (theme, "negative"), customer_hash=f"{n:064d}")
    return made


def _fitting(text: str) -> list[str]:
    return [hint.evidence.theme.name_de for hint in hints_for(text, today=TODAY)]


# -- what fits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "themes"), [
    ("Der Lieferschein fehlt wieder", ["Lieferschein"]),
    ("Wir sollten Lieferscheine beilegen", ["Lieferschein"]),  # another form
    ("Warum kein digitaler LIEFERSCHEIN?", ["Lieferschein"]),
    ("Ein Lieferscheindrucker an der Rampe", ["Lieferschein"]),  # inside a compound
    ("Die Verspaetung ärgert alle", ["Verspätung"]),  # umlauts as one can
    ("Ein Verspätungsalarm wäre gut", ["Verspätung"]),
    ("Alarm am Gerät", []),
    ("Bitte mehr Obst in der Kantine", []),
    ("", []),
    ("der die das und oder wir", []),
])
def test_themes_are_found_by_their_words(cast: Cast, typed: str, themes: list[str]):
    with work():
        _themes("Lieferschein", "Verspätung", "Geräusch", "Kompressoralarm", "Warteschleife")
    assert _fitting(typed) == themes


def test_a_simple_word_finds_the_theme_that_has_it_inside_a_compound(cast: Cast):
    with work():
        _themes("Ersatzteilversorgung", "Geräusch")
    assert _fitting("Auf Ersatzteile warten wir drei Wochen") == ["Ersatzteilversorgung"]


def test_what_the_model_found_telling_counts_and_common_words_do_not(cast: Cast):
    with work():
        noise, delay = _themes("Geräusch", "Verspätung").values()
        words = [("kompressor", 4.0), ("brumm", 3.5), ("geraeusch", 1.5), ("paket", 1.6)]
        db.session.execute(sa.insert(ThemeWord), [
            {"theme_id": noise.id, "stem": stem, "weight": weight, "word": stem} for stem, weight in words])
        db.session.execute(sa.insert(ThemeWord), [{"theme_id": delay.id, "stem": "paket", "weight": 1.6, "word": "Paket"}])
    assert _fitting("Der Kompressor brummt in der Nacht.") == ["Geräusch"]
    assert _fitting("Das Paket") == []


def test_examples_count_beside_what_was_learned(cast: Cast):
    with work():
        (late,) = _themes("Liefertermin").values()
        words = [("liefer", 2.4), ("spat", 3.1)]
        db.session.execute(sa.insert(ThemeWord), [
            {"theme_id": late.id, "stem": stem, "weight": weight, "word": stem} for stem, weight in words])
    before = _fitting("Die Lieferung kommt zu spät und keiner sagt Bescheid")
    with work():
        db.session.get_one(Theme, late.id).examples_de = ["Keiner sagt dem Kunden Bescheid."]
    assert (before, _fitting("Die Lieferung kommt zu spät und keiner sagt Bescheid")) == ([], ["Liefertermin"])


def test_at_most_three_and_the_best_first(cast: Cast):
    with work():
        _themes(*(f"Lieferschein {word}" for word in ("drucken", "falsch", "unleserlich", "doppelt")))
    found = _fitting("Lieferschein falsch gedruckt, falscher Lieferschein: unleserlich und doppelt, bitte neu drucken")
    assert len(found) == MOST == 3


def test_a_theme_nobody_raised_lately_is_left_out(cast: Cast):
    with work():
        theme = scene.make_theme("lieferschein", name_de="Lieferschein")
        scene.make_item("Alt", (theme, "negative"), said_on=date(2025, 11, 4))
        scene.make_item("Noch nicht", (theme, "negative"), said_on=date(2026, 11, 5))
    assert _fitting(TYPED) == []


def test_a_theme_that_went_is_not_offered_and_the_words_are_read_anew(cast: Cast):
    with work():
        themes = _themes("Lieferschein", "Geräusch")
    assert _fitting(TYPED) == ["Lieferschein"]
    with work():
        db.session.get_one(Theme, themes["Lieferschein"].id).archived_at = START
    assert _fitting(TYPED) == []
    with work():
        db.session.get_one(Theme, themes["Geräusch"].id).name_de = "Lieferschein"
    assert _fitting(TYPED) == ["Lieferschein"]


def test_a_hint_carries_customers_comments_and_one_masked_quote(cast: Cast):
    """Two customers in three comments; the name of a colleague is masked."""
    with work():
        theme = scene.make_theme("lieferschein", name_de="Lieferschein")
        for n, text in ((1, "Der Lieferschein fehlte, meine Nummer ist 0151 23456789."), (1, "Wieder kein Lieferschein da."),
                        (2, "Lieferschein war dabei, danke!")):
            scene.make_item(text, (theme, "positive" if n == 2 else "negative"), customer_hash=f"{n:064d}",
                            said_on=date(2026, 10, 10 - n))
    (hint,) = hints_for(TYPED, today=TODAY)
    voices = hint.evidence.voices
    assert (voices.customers, voices.comments, voices.negative_customers, voices.positive_customers) == (2, 3, 1, 1)
    (quote,) = hint.evidence.quotes
    assert (quote.polarity, "0151" in quote.text) == ("negative", False)


def test_the_index_is_kept_while_nothing_changes_and_costs_one_statement(cast: Cast, count_queries: Any):
    with work():
        _themes("Lieferschein")
    kept()
    with count_queries() as statements:
        before = kept()
        after = kept()
    assert (len(statements), before is after) == (2, True)


def test_hints_take_the_same_number_of_statements_with_one_theme_and_with_three(cast: Cast, count_queries: Any):
    counts = []
    for names in (("Lieferschein",), ("Geräusch", "Verspätung")):
        with work():
            _themes(*names)
        kept()
        with count_queries() as statements:
            found = hints_for("Lieferschein Geräusch Verspätung", today=TODAY)
        counts.append((len(found), len(statements)))
    assert counts == [(1, 5), (3, 5)]


# -- on the page -------------------------------------------------------------------------------------------------------


def _form(**fields: Any) -> dict[str, Any]:
    return {"problem": TYPED, "proposal": "Beilegen.", "confidential": "named", "visibility": "open", "submit_key": "k1"} | fields


def _links() -> list[tuple[int, str, int | None]]:
    return [(row.theme_id, row.linked_as, row.by_id) for row in db.session.scalars(sa.select(IdeaTheme))]


def test_what_is_typed_brings_themes_beneath_the_ideas(cast: Cast, client_as, clock):
    with work():
        theme_id = _themes("Lieferschein")["Lieferschein"].id
    ann = client_as(cast.ann)
    page = ann.post("/ideas/similar", data={"q": TYPED}).text
    assert f'name="theme" value="{theme_id}" form="idea-form">' in page
    assert "Beschwerde 2: Lieferschein" in page
    assert ann.post("/ideas/similar", data={"q": "Mehr Obst in der Kantine"}).text == ""
    ticked = ann.post("/ideas/similar", data={"q": "Mehr Obst", "theme": theme_id}).text
    assert f'name="theme" value="{theme_id}" form="idea-form" checked>' in ticked


def test_a_tick_is_kept_with_the_draft_and_goes_as_easily(cast: Cast, client_as, clock):
    """Without any script: keep as a draft, the page comes back with the themes; tick, keep, untick, keep."""
    with work():
        theme_id = _themes("Lieferschein")["Lieferschein"].id
    ann = client_as(cast.ann)
    kept = ann.post("/ideas/new", data=_form(draft="1"))
    address = kept.location.partition("?")[0]
    assert f'name="theme" value="{theme_id}" form="idea-form">' in ann.get(address).text
    ann.post(address, data=_form(draft="1", theme=theme_id, theme_shown=theme_id))
    assert _links() == [(theme_id, "submitter", None)]
    assert f'value="{theme_id}" form="idea-form" checked>' in ann.get(address).text
    ann.post(address, data=_form(draft="1"))  # the form offered nothing: nothing is taken back
    assert _links() == [(theme_id, "submitter", None)]
    ann.post(address, data=_form(draft="1", theme_shown=theme_id))
    assert _links() == []


def test_a_draft_that_is_deleted_takes_its_themes_along(cast: Cast, client_as, clock):
    with work():
        theme_id = _themes("Lieferschein")["Lieferschein"].id
    ann = client_as(cast.ann)
    address = ann.post("/ideas/new", data=_form(draft="1", theme=theme_id, theme_shown=theme_id)).location.partition("?")[0]
    assert _links() == [(theme_id, "submitter", None)]
    assert ann.post(f"{address}/delete").status_code == 302
    assert _links() == []


def test_handing_in_with_a_tick(cast: Cast, client_as, clock):
    with work():
        theme_id = _themes("Lieferschein")["Lieferschein"].id
    answer = client_as(cast.ann).post("/ideas/new", data=_form(theme=[theme_id, 4711, "x"], theme_shown=theme_id,
                                                              confidential="confidential"))
    assert answer.status_code == 302
    assert _links() == [(theme_id, "submitter", None)]
    assert db.session.scalars(sa.select(Idea)).one().stage == "submitted"


def test_a_form_with_a_mistake_keeps_its_ticks(cast: Cast, client_as, clock):
    with work():
        theme_id = _themes("Lieferschein")["Lieferschein"].id
    answer = client_as(cast.ann).post("/ideas/new", data=_form(proposal="", problem="", theme=theme_id, theme_shown=theme_id))
    assert answer.status_code == 422
    assert f'value="{theme_id}" form="idea-form" checked>' in answer.text


def test_nothing_is_offered_where_the_module_is_off(cast: Cast, client_as, clock):
    with work():
        theme_id = _themes("Lieferschein")["Lieferschein"].id
        set_rule("modules.feedback", False, now=START)
    ann = client_as(cast.ann)
    assert ann.post("/ideas/similar", data={"q": TYPED, "theme": theme_id}).text == ""
    assert ann.post("/ideas/new", data=_form(theme=theme_id, theme_shown=theme_id)).status_code == 302
    assert _links() == []


def test_the_page_of_an_idea_offers_what_fits_to_those_who_may_link(cast: Cast, client_as, clock):
    with work():
        themes = _themes("Pallet", "Lieferschein")
        idea = f.in_review(cast)  # "We look for pallets every morning."
        link_theme(idea, themes["Lieferschein"].id, actor=cast.ann, now=START)
        number, theme_id = idea.number, themes["Pallet"].id
    mine, other = client_as(cast.ann).get(f"/ideas/{number}").text, client_as(cast.sam).get(f"/ideas/{number}").text
    offered = f'<input type="hidden" name="theme" value="{theme_id}">'
    assert (mine.count(offered), other.count(offered)) == (1, 0)
    assert "Beschwerde 2: Pallet" in mine
