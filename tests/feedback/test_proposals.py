"""What many say and no theme stands for is proposed; a person takes it, or dismisses it for good."""

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.feedback import proposing
from suggestbox.feedback.clustering import clusters_of
from suggestbox.feedback.models import Assignment, Item, Proposal, Theme
from tests.feedback.scene import AT, make_cx_manager, make_item, make_theme

WIFI = ("WLAN im Zug {what}", "{what}: kein WLAN im Zug", "Im Zug {what} mit dem WLAN")
COFFEE = ("Kaffee im Bistro {what}", "{what}: Bistro ohne Kaffee", "Im Bistro {what} beim Kaffee")
LETTERS = "bdfgklmnprstwz"
OTHER = (
    "Der Mond scheint hell", "Gestern gab es Regen", "Mein Fahrrad quietscht", "Tante Erna grüßt alle Nachbarn",
    "Schöne Blumen am Wegesrand", "Wann beginnt eigentlich das Konzert", "Neue Schuhe drücken immer", "Der Hund bellt laut",
)


def propose() -> int:
    return proposing.propose(clock=lambda: AT)


def voices(texts: tuple[str, ...], count: int, **columns) -> list[Item]:
    return [
        make_item(texts[n % len(texts)].format(what=f"{LETTERS[n % 14]}u{LETTERS[n // 14]}o{LETTERS[n % 13]}"),
                  customer_hash=f"{texts[0][:5]}-{n}", **columns)
        for n in range(count)
    ]  # each with a word nobody else says


@pytest.fixture
def cem(cast):
    with work():
        return make_cx_manager(cast)


@pytest.fixture
def said(cem):
    with work():
        return voices(WIFI, 15), voices(COFFEE, 12), voices(OTHER, 8)


def open_ones() -> list[tuple[int, frozenset[int]]]:
    db.session.expire_all()
    rows = db.session.scalars(sa.select(Proposal).where(Proposal.state == "open").order_by(Proposal.customer_count.desc()))
    return [(row.id, frozenset(row.item_ids)) for row in rows]


def test_what_many_say_is_proposed_with_its_words(said):
    wifi, coffee, _other = said
    assert propose() == 2
    rows = db.session.scalars(sa.select(Proposal).order_by(Proposal.customer_count.desc())).all()
    assert [(set(row.item_ids), row.item_count, row.customer_count) for row in rows] == [
        ({item.id for item in wifi}, 15, 15), ({item.id for item in coffee}, 12, 12)]
    assert ["WLAN" in rows[0].words, {"Kaffee", "Bistro"} <= set(rows[1].words)] == [True, True]


def test_one_loud_voice_is_no_theme_and_a_theme_needs_no_proposal(cem):
    with work():
        theme = make_theme("coffee")
        for item in voices(COFFEE, 12):
            db.session.add(Assignment(item_id=item.id, theme_id=theme.id, polarity="negative", origin="rule", at=AT))
        for item in voices(WIFI, 15):
            item.customer_hash = "the same"
        voices(OTHER, 8)
    assert propose() == 0


def test_too_few_or_nothing_in_common_give_nothing():
    assert clusters_of([], [], []) == []
    assert clusters_of([1, 2], ["a b c", "a b c"], ["x", "y"]) == []
    texts = [f"wort{n}eins" for n in range(40)]
    assert clusters_of(list(range(40)), texts, texts) == []


def test_open_proposals_stay_themselves_and_dismissed_ones_stay_away(said, cem, client_as):
    propose()
    before = open_ones()
    with work():
        voices(WIFI, 3, segment="new")
    propose()
    assert [row_id for row_id, _items in open_ones()] == [row_id for row_id, _items in before]
    browser, (wifi_id, _items) = client_as(cem), open_ones()[0]
    assert browser.post(f"/feedback/proposals/{wifi_id}/dismiss").status_code == 303
    propose()
    assert [row_id for row_id, _items in open_ones()] == [before[1][0]]
    browser.post(f"/feedback/proposals/{wifi_id}/reopen")
    assert [row_id for row_id, _items in open_ones()] == [row_id for row_id, _items in before]


@pytest.mark.parametrize(("how", "state", "item_state"), [("guess", "guess", "unsure"), ("assigned", "assigned", "told")])
def test_a_proposal_becomes_a_theme_and_says_what_became_of_its_comments(said, cem, client_as, how, state, item_state):
    wifi, coffee, _other = said
    propose()
    wifi_id, items = open_ones()[0]
    with work():
        rain = make_theme("rain")
        wifi[0].state, wifi[0].settled_at = "settled", AT
        db.session.add(Assignment(item_id=wifi[1].id, theme_id=rain.id, polarity="neutral", origin="person", at=AT))
    browser = client_as(cem)
    page = browser.get("/feedback/proposals").get_data(as_text=True)
    assert page.count('class="sb-quote"') == 6
    answer = browser.post(f"/feedback/proposals/{wifi_id}/take", data={
        "name_de": "WLAN im Zug", "name_en": "Wifi on board", "parent_id": "", "how": how, "polarity": "negative"})
    theme = db.session.scalars(sa.select(Theme).where(Theme.name_de == "WLAN im Zug")).one()
    assert (answer.status_code, answer.location) == (303, f"/feedback/themes/{theme.id}")
    rows = db.session.scalars(sa.select(Assignment).where(Assignment.theme_id == theme.id)).all()
    assert {row.item_id for row in rows} == items - {wifi[0].id, wifi[1].id}
    assert {(row.state, row.polarity, row.origin, row.by_id) for row in rows} == {(state, "negative", "person", cem.id)}
    assert {db.session.get_one(Item, row.item_id).state for row in rows} == {item_state}
    assert db.session.get_one(Proposal, wifi_id).theme_id == theme.id
    assert browser.get(f"/feedback/proposals/{wifi_id}").location == "/feedback/proposals"
    assert browser.post(f"/feedback/proposals/{wifi_id}/dismiss").status_code == 409
    propose()
    assert [found for _id, found in open_ones()] == [frozenset(item.id for item in coffee)]


def test_a_proposal_without_a_name_keeps_what_was_chosen(said, cem, client_as):
    propose()
    wifi_id = open_ones()[0][0]
    answer = client_as(cem).post(f"/feedback/proposals/{wifi_id}/take", data={
        "name_de": " ", "name_en": "", "parent_id": "", "how": "assigned", "polarity": "positive"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'aria-invalid="true"' in page
    assert page.count(" checked") == 2
    assert db.session.get_one(Proposal, wifi_id).state == "open"


def test_quotes_are_masked_and_only_curators_see_proposals(cem, cast, client_as):
    with work():
        item = make_item("Ich heiße Frau Schmitz, meine Nummer ist 0171 2345678.")
        proposal = Proposal(words=["Nummer"], item_ids=[item.id], item_count=1, customer_count=1, at=AT)
        db.session.add(proposal)
    page = client_as(cem).get("/feedback/proposals").get_data(as_text=True)
    assert ("[Name]" in page, "Schmitz" in page, "2345678" in page) == (True, False, False)
    for person in (cast.ann, cast.ida):
        browser = client_as(person)
        assert [browser.get(path).status_code for path in ("/feedback/proposals", f"/feedback/proposals/{proposal.id}")] == [
            403, 403]


def test_the_list_costs_the_same_however_many_there_are(cem, client_as, count_queries):
    browser, counts = client_as(cem), []
    browser.get("/feedback/proposals")
    for many in (1, 30):
        with work():
            for _n in range(many):
                ids = [make_item("Das WLAN fehlt").id for _m in range(3)]
                db.session.add(Proposal(words=["WLAN"], item_ids=ids, item_count=3, customer_count=3, at=AT))
        with count_queries() as statements:
            browser.get("/feedback/proposals")
        counts.append(len(statements))
    assert counts == [7, 7]
