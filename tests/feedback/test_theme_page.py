"""The list of themes and the page of one, as people read them."""

import re
from datetime import timedelta

import pytest

from suggestbox.core.database import db, work
from suggestbox.feedback.models import Rise, Theme
from tests.conftest import NOON
from tests.feedback.scene import AT, make_cx_manager, make_item, make_journey, make_theme, make_touchpoint

pytestmark = pytest.mark.either

TODAY = NOON.date()


def said(*themes, days: int = 3, text: str = "Kam zu spät.", **columns):
    return make_item(text, *themes, said_on=TODAY - timedelta(days=days), **columns)


def plain(page: str) -> str:
    """Give the words of a page, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def reader(cast, client_as, clock):
    with work():
        cast.ann.language = "en"
    return client_as(cast.ann)


# -- the list ------------------------------------------------------------------------------------------------------------


def names_on(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/feedback/themes/\d+[^"]*">([^<]+)</a>', page)


def test_the_list_ranks_by_distinct_customers(reader):
    with work():
        loud, many, quiet = make_theme("loud"), make_theme("many"), make_theme("quiet")
        for n in range(9):
            said((loud, "negative"), customer_hash="c0" if n else "c1")
        for n in range(4):
            said((many, "positive" if n else "negative"), customer_hash=f"c{n}")
        said((quiet, "negative"), days=200)
    page = reader.get("/feedback/themes").text
    assert names_on(page) == ["Many", "Loud"]
    assert "2 customers 9 comments, 8 of them from one" in plain(page)
    assert "1 annoyed, 3 glad" in plain(page)
    assert "1 theme nobody spoke of" in plain(page)
    assert names_on(reader.get("/feedback/themes?order=negative").text) == ["Loud", "Many"]
    assert names_on(reader.get("/feedback/themes?order=nonsense&period=all").text) == ["Many", "Loud", "Quiet"]


def test_colleagues_have_a_list_of_their_own_and_few_are_not_shown_when_it_is_narrowed(reader):
    with work():
        printers = make_theme("printers", audience="employees")
        printers_id = printers.id
        for n in range(4):
            said((printers, "negative"), customer_hash=f"e{n}", audience="employees", channel="employee")
    assert names_on(reader.get("/feedback/themes").text) == []
    assert names_on(reader.get("/feedback/themes?audience=employees").text) == ["Printers"]
    narrowed = reader.get("/feedback/themes?audience=employees&channel=employee").text
    assert names_on(narrowed) == [] and "fewer than five colleagues" in narrowed
    for part in ("?channel=employee", "?audience=all&channel=employee"):
        page = reader.get(f"/feedback/themes/{printers_id}{part}").text
        assert "Fewer than five colleagues" in page and "<blockquote>" not in page
    assert "4 colleagues, 4 comments" in reader.get(f"/feedback/themes/{printers_id}").text


def test_the_list_costs_the_same_for_one_and_for_many(reader, count_queries):
    def statements() -> int:
        with count_queries() as seen:
            assert reader.get("/feedback/themes").status_code == 200
        return len(seen)

    with work():
        one = make_theme("one")
        said((one, "negative"))
    statements()
    few = statements()
    with work():
        for n in range(30):
            for _m in range(3):
                said((make_theme(f"t{n}{_m}", parent=one), "negative"))
    assert (few, statements()) == (LIST_STATEMENTS, LIST_STATEMENTS)


LIST_STATEMENTS = 13
"""Four of them for the reader, four for the landscape, three for filters, first day and figures, the rest for ideas."""


# -- one theme -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def scene(cast, reader):
    with work():
        place = make_touchpoint(make_journey(), "delivery", cast.logistics)
        above = make_theme("delivery", place, description_en="How things arrive.", need="basic", owner_id=cast.sam.id)
        late = make_theme("late", parent=above)
        for n in range(6):
            said((late, "negative"), customer_hash=f"c{n}", rating=2.0, days=3 + 7 * n, channel="email")
        said((late, "positive"), text="Herr Bauer rief an: 0171 2345678. Danke!", customer_hash="c9", rating=5.0, nps=10)
    return above.id, late.id


def test_a_theme_says_everything(scene, reader):
    above, late = scene
    page = reader.get(f"/feedback/themes/{above}").text
    words = plain(page)
    for expected in ("How things arrive.", "Basic need", "7 customers, 7 comments", "customers annoyed by it 6", "customers glad of it 1",
                     "E-mail", "Looks after it", "What goes with low marks", "6 customers gave low marks", "per four weeks"):
        assert expected in words, expected
    assert page.count("<svg class=\"sb-chart fb-trend") == 2
    assert f'href="/feedback/themes/{late}"' in page
    assert "0171" not in page and "Bauer" not in page, "quotes are masked"
    assert "style=" not in page and "<script>" not in page


def test_a_theme_of_which_nobody_spoke(reader):
    with work():
        theme_id = make_theme("new").id
    page = reader.get(f"/feedback/themes/{theme_id}").text
    assert "Nobody spoke of it in this time" in page and "fb-trend" not in page


def test_merged_themes_lead_on_and_archived_ones_say_so(scene, reader):
    above, _late = scene
    with work():
        merged = make_theme("old", archived_at=AT, merged_into_id=above).id
        gone = make_theme("gone", archived_at=AT).id
    answer = reader.get(f"/feedback/themes/{merged}?period=365")
    assert (answer.status_code, answer.location) == (302, f"/feedback/themes/{above}?period=365")
    assert "This theme is archived" in reader.get(f"/feedback/themes/{gone}").text
    assert reader.get("/feedback/themes/9999").status_code == 404


def test_only_the_cx_manager_finds_the_tools(scene, cast, reader, client_as):
    with work():
        cem = make_cx_manager(cast)
    tools = [f"/feedback/themes/{scene[0]}/{verb}" for verb in ("edit", "merge", "split")]
    mine, theirs = client_as(cem).get(f"/feedback/themes/{scene[0]}").text, reader.get(f"/feedback/themes/{scene[0]}").text
    assert ["/feedback/items" in page for page in (mine, theirs)] == [True, False]
    assert tools and [page.count("whole text") + page.count("ganzer Text") > 0 for page in (mine, theirs)] == [True, False]


def test_the_page_costs_the_same_however_much_was_said(scene, reader, count_queries):
    def statements() -> int:
        with count_queries() as seen:
            assert reader.get(f"/feedback/themes/{scene[0]}").status_code == 200
        return len(seen)

    statements()
    few = statements()
    with work():
        late = make_theme("other", parent=db.session.get(Theme, scene[0]))
        for n in range(40):
            said((late, "negative"), customer_hash=f"d{n}", channel="review", rating=1.0)
            make_theme(f"child{n}", parent=late)
    assert (few, statements()) == (PAGE_STATEMENTS, PAGE_STATEMENTS)


PAGE_STATEMENTS = 23


def test_a_rise_stands_on_the_page_until_somebody_looks_into_it(scene, cast, reader, client_as):
    with work():
        db.session.add(Rise(theme_id=scene[0], polarity="negative", on=TODAY, days=7, customer_count=23, usual=8.25))
        cem = make_cx_manager(cast)
    rise_id = db.session.query(Rise.id).scalar()
    page = reader.get(f"/feedback/themes/{scene[0]}").text
    assert "23 customers in the seven days before" in page and "usually it is about 8." in page
    assert "I am looking into it" not in page
    assert reader.post(f"/feedback/rises/{rise_id}/seen").status_code == 403
    assert client_as(cem).post(f"/feedback/rises/{rise_id}/seen").status_code == 302
    assert "Cem Celik is looking into it" in reader.get(f"/feedback/themes/{scene[0]}").text
