"""The queue of comments to sort: the most useful first, one press each, nothing lost, nobody else sees it."""

import re

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.feedback.assigning import settle
from suggestbox.feedback.models import Assignment, Item, Learning, Theme, ThemeWord
from suggestbox.feedback.sorting import next_item
from tests.feedback.scene import AT, make_cx_manager, make_item, make_theme


@pytest.fixture
def cem(cast):
    with work():
        return make_cx_manager(cast)


@pytest.fixture
def browser(cem, client_as, clock):
    return client_as(cem)


def unsure(text: str, *guesses: tuple[Theme, float], **columns) -> Item:
    item = make_item(text, state="unsure", **columns)
    for theme, chance in guesses:
        db.session.add(Assignment(item_id=item.id, theme_id=theme.id, polarity="negative", state="guess", origin="model",
                                  confidence=chance, at=AT))
    db.session.flush()
    return item


def learned() -> None:
    db.session.add(Learning(started_at=AT, ended_at=AT, result="learned", file_sha256="0" * 64))


def rows_of(item: Item) -> list[tuple[str, str, str]]:
    found = db.session.execute(
        sa.select(Theme.key, Assignment.polarity, Assignment.state).join(Theme, Theme.id == Assignment.theme_id)
        .where(Assignment.item_id == item.id).order_by(Theme.key))
    return [tuple(row) for row in found]


def page_text(answer) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


@pytest.fixture
def scene(cem):
    with work():
        learned()
        lift, staff, price = (make_theme(key) for key in ("lift", "staff", "price"))
        easy = unsure("Fast sicher.", (lift, 0.95))
        either = unsure("Der Aufzug ist unfreundlich.", (lift, 0.55), (staff, 0.45), (price, 0.1))
        later = unsure("Auch unklar.", (price, 0.3))
        return lift, staff, price, easy, either, later


def test_the_most_useful_comment_comes_first(scene):
    _lift, _staff, _price, easy, either, later = scene
    order, skipped = [], []
    for _n in range(4):
        item = next_item(skipped)
        order.append(item.id)
        skipped.append(item.id)
    assert order == [either.id, later.id, easy.id, either.id]


def test_one_press_assigns_rejects_the_other_guesses_and_goes_on(scene, browser, cem):
    lift, *_others, either, later = scene
    answer = browser.get("/feedback/queue", headers={"Accept-Language": "en"})
    assert "Der Aufzug ist unfreundlich." in page_text(answer)
    assert f'value="{lift.id}:negative" data-tone="negative" data-main' in page_text(answer)
    answer = browser.post(f"/feedback/queue/{either.id}", data={"answer": f"{lift.id}:negative"})
    assert (answer.status_code, answer.location) == (303, "/feedback/queue")
    assert rows_of(either) == [("lift", "negative", "assigned"), ("price", "negative", "rejected"),
                               ("staff", "negative", "rejected")]
    assert (db.session.get_one(Item, either.id).state, either.settled_by_id) == ("settled", cem.id)
    page = page_text(browser.get("/feedback/queue"))
    assert "Auch unklar." in page
    assert '<progress value="1" max="3"' in page
    assert browser.post(f"/feedback/queue/{either.id}/undo").location == f"/feedback/queue?item={either.id}"
    assert rows_of(either) == [("lift", "negative", "guess"), ("price", "negative", "guess"), ("staff", "negative", "guess")]
    assert next_item().id == either.id
    assert later.state == "unsure"


def test_several_themes_none_at_all_and_a_theme_of_ones_own(scene, browser):
    lift, staff, price, easy, either, later = scene
    answer = browser.post(f"/feedback/queue/{either.id}", data={"answer": f"{lift.id}:neutral", "stay": "1"})
    assert answer.location == f"/feedback/queue?item={either.id}"
    assert db.session.get_one(Item, either.id).state == "unsure"
    browser.post(f"/feedback/queue/{either.id}", data={"answer": "other", "theme": price.id, "polarity": "positive",
                                                       "stay": "1"})
    browser.post(f"/feedback/queue/{either.id}", data={"answer": f"not:{lift.id}", "stay": "1"})
    assert db.session.get_one(Item, either.id).state == "unsure"
    browser.post(f"/feedback/queue/{either.id}", data={"answer": "done"})
    assert rows_of(either) == [("lift", "neutral", "rejected"), ("price", "positive", "assigned"),
                               ("staff", "negative", "rejected")]
    browser.post(f"/feedback/queue/{easy.id}", data={"answer": "none"})
    assert rows_of(easy) == [("lift", "negative", "rejected")]
    browser.post(f"/feedback/queue/{later.id}", data={"answer": "other", "theme": staff.id, "polarity": "positive"})
    assert rows_of(later) == [("price", "negative", "rejected"), ("staff", "positive", "assigned")]
    assert [db.session.get_one(Item, i.id).state for i in (either, easy, later)] == ["settled"] * 3
    assert "Nothing is waiting" in page_text(browser.get("/feedback/queue?lang=en", headers={"Accept-Language": "en"})) or (
        "data-sort" not in page_text(browser.get("/feedback/queue")))


def test_later_puts_a_comment_at_the_end(scene, browser):
    *_themes, either, later = scene
    browser.post(f"/feedback/queue/{either.id}", data={"answer": "later"})
    assert later.text in page_text(browser.get("/feedback/queue"))
    assert either.state == "unsure"


@pytest.mark.parametrize("data", [{"answer": "other", "theme": "", "polarity": "positive"}, {"answer": "x:positive"},
                                  {"answer": "7777:positive"}, {"answer": ""}, {"answer": "other", "theme": "1"}])
def test_a_wrong_answer_changes_nothing_and_is_said(scene, browser, data):
    either = scene[4]
    before = rows_of(either)
    answer = browser.post(f"/feedback/queue/{either.id}", data=data)
    assert answer.status_code == 422
    assert 'class="sb-notice is-late"' in page_text(answer)
    assert rows_of(either) == before


def test_two_people_at_once_are_told(scene, browser, cem):
    lift, _staff, _price, _easy, either, _later = scene
    with work():
        settle(db.session.get_one(Item, either.id), by_id=cem.id, now=AT)
    before = rows_of(either)
    answer = browser.post(f"/feedback/queue/{either.id}", data={"answer": f"{lift.id}:negative"})
    assert (answer.status_code, rows_of(either)) == (303, before)
    assert browser.get(f"/feedback/queue?item={either.id}").location == f"/feedback/items/{either.id}"


def test_without_a_model_new_comments_wait_with_themes_their_words_speak_for(cem, browser):
    with work():
        lift, staff = make_theme("lift"), make_theme("staff")
        db.session.add(ThemeWord(theme_id=lift.id, stem="aufzug", weight=3.0, word="Aufzug"))
        db.session.add(ThemeWord(theme_id=staff.id, stem="personal", weight=3.0, word="Personal"))
        make_item("Die Aufzüge stehen still.", rating=1.0)
    page = page_text(browser.get("/feedback/queue"))
    assert f'value="{lift.id}:negative" data-tone="negative" data-main' in page
    assert f'value="{staff.id}:negative"' not in page
    with work():
        learned()
    assert "data-sort" not in page_text(browser.get("/feedback/queue"))


def test_only_who_looks_after_feedback_sorts(scene, cast, client_as):
    either = scene[4]
    for person in (cast.ann, cast.ida):
        other = client_as(person)
        assert other.get("/feedback/queue").status_code == 403
        assert other.post(f"/feedback/queue/{either.id}", data={"answer": "none"}).status_code == 403
    assert either.state == "unsure"


def test_hidden_comments_are_not_sorted(scene, browser, cem):
    either = scene[4]
    with work():
        item = db.session.get_one(Item, either.id)
        item.hidden_at, item.hidden_by_id = AT, cem.id
    assert browser.get(f"/feedback/queue?item={either.id}").status_code == 404
    assert either.text not in page_text(browser.get("/feedback/queue"))


def test_the_queue_costs_the_same_however_much_waits(scene, browser, count_queries):
    counts = []
    browser.get("/feedback/queue")  # reads the directory of people once
    for _round in range(2):
        with count_queries() as statements:
            browser.get("/feedback/queue")
        counts.append(len(statements))
        with work():
            lift = db.session.get_one(Theme, scene[0].id)
            for n in range(30):
                unsure(f"Kommentar {n}", (lift, 0.5))
    assert counts == [15, 15]
