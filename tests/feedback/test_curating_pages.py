"""Pages for curating: the tree, the forms of themes, rules, merging, splitting, journeys and touchpoints."""

from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.feedback.models import Assignment, Journey, Theme, ThemeRule, Touchpoint
from tests.cast import Cast
from tests.feedback.scene import make_cx_manager, make_item, make_journey, make_theme, make_touchpoint

pytestmark = pytest.mark.either

@pytest.fixture
def cem(cast: Cast) -> Any:
    """Who looks after feedback."""
    with work():
        cem = make_cx_manager(cast)
        cem.language = "en"
    return cem


def test_an_empty_tree_says_what_will_be_here(cast: Cast, cem: Any, client_as: Any) -> None:
    page = client_as(cem).get("/feedback/themes/tree")
    assert page.status_code == 200
    assert "Add the first theme" in page.text
    assert "Add the first theme" not in client_as(cast.ann).get("/feedback/themes/tree").text


def test_a_theme_is_made_with_one_name_and_lies_where_it_was_put(cem: Any, client_as: Any) -> None:
    with work():
        journey = make_journey()
        place = make_touchpoint(journey).id
        above = make_theme("delivery").id
    client = client_as(cem)
    assert f'value="{place}" checked' in client.get(f"/feedback/themes/new?touchpoint={place}").text
    answer = client.post("/feedback/themes/new", data={
        "name_en": "Late parcels", "parent_id": above, "audience": "customers", "need": "basic",
        "touchpoint_ids": [place], "examples_en": "It came late.\r\n\r\n Three days late! ",
    })  # fmt: skip
    assert answer.status_code == 303
    theme = db.session.scalars(sa.select(Theme).where(Theme.name_en == "Late parcels")).one()
    assert (theme.parent_id, theme.need, theme.examples_en) == (above, "basic", ["It came late.", "Three days late!"])
    page = client.get(f"/feedback/themes/{theme.id}/edit").text
    assert "Created this theme." in page


def test_a_theme_without_a_name_says_so_at_the_field_and_keeps_the_rest(cem: Any, client_as: Any) -> None:
    answer = client_as(cem).post("/feedback/themes/new", data={"audience": "customers", "description_en": "Kept words"})
    assert answer.status_code == 422
    assert 'id="name_de-error"' in answer.text
    assert "Kept words" in answer.text


def test_two_people_at_once(cem: Any, client_as: Any) -> None:
    with work():
        theme = make_theme("late", name_en="Late").id
    client, page = client_as(cem), {"audience": "customers", "name_de": "Zu spät", "version": "1"}
    assert client.post(f"/feedback/themes/{theme}/edit", data={**page, "name_en": "Late"}).status_code == 303
    answer = client.post(f"/feedback/themes/{theme}/edit", data={**page, "name_en": "Much too late"})
    assert answer.status_code == 409
    assert "Somebody changed this theme while you were writing." in answer.text
    assert "Much too late" in answer.text
    assert db.session.get_one(Theme, theme).name_en == "Late"
    version = db.session.get_one(Theme, theme).version
    assert f'name="version" type="hidden" value="{version}"' in answer.text
    assert client.post(
        f"/feedback/themes/{theme}/edit", data={**page, "name_en": "Much too late", "version": version}
    ).status_code == 303
    assert db.session.get_one(Theme, theme).name_en == "Much too late"


def test_a_theme_cannot_be_moved_below_itself(cem: Any, client_as: Any) -> None:
    with work():
        above = make_theme("above")
        below = make_theme("below", parent=above).id
        above = above.id
    client = client_as(cem)
    page = client.get(f"/feedback/themes/{above}/edit").text
    assert f'<option value="{below}"' not in page
    answer = client.post(f"/feedback/themes/{above}/edit", data={
        "name_en": "Above", "audience": "customers", "version": "1", "parent_id": below,
    })  # fmt: skip
    assert answer.status_code == 422
    assert db.session.get_one(Theme, above).parent_id is None


def test_rules_are_tried_out_and_added(cem: Any, client_as: Any) -> None:
    with work():
        theme = make_theme("late")
        make_item("Das Paket kam zu spät.")
        make_item("Wieder zu spät, das Paket!", (theme, "negative"))
        make_item("Alles gut.")
        theme = theme.id
    client = client_as(cem)
    page = client.get(f"/feedback/themes/{theme}/rules?words=paket+sp%C3%A4t")
    assert page.status_code == 200
    assert "The rule would hit 2 comments" in page.text
    assert "1 have the theme already, 1 would be new" in page.text
    assert "Das Paket kam zu spät." in page.text
    wrong = client.post(f"/feedback/themes/{theme}/rules", data={"words": " ", "polarity": "negative"})
    assert (wrong.status_code, 'id="words-error"' in wrong.text) == (422, True)
    answer = client.post(f"/feedback/themes/{theme}/rules", data={
        "words": "paket spät", "polarity": "negative", "earlier": "y",
    })  # fmt: skip
    assert answer.status_code == 303
    rule = db.session.scalars(sa.select(ThemeRule)).one()
    found = db.session.scalars(sa.select(Assignment).where(Assignment.theme_id == theme).order_by(Assignment.id)).all()
    assert [(a.origin, a.polarity, a.rule_id) for a in found] == [
        ("person", "negative", None), ("rule", "negative", rule.id)
    ]
    assert client.post(f"/feedback/rules/{rule.id}/end").status_code == 303
    assert db.session.get_one(ThemeRule, rule.id).ended_at is not None


def test_merging_shows_what_would_happen_first(cem: Any, client_as: Any) -> None:
    with work():
        gone, into = make_theme("gone"), make_theme("into")
        make_item("One", (gone, "negative"))
        make_item("Both", (gone, "negative"), (into, "positive"))
        gone, into = gone.id, into.id
    client = client_as(cem)
    page = client.get(f"/feedback/themes/{gone}/merge?into={into}").text
    assert "2 comments move along." in page
    assert "1 comment has both themes" in page
    assert db.session.get_one(Theme, gone).archived_at is None
    assert client.post(f"/feedback/themes/{gone}/merge", data={"into": ""}).status_code == 422
    assert client.post(f"/feedback/themes/{gone}/merge", data={"into": into, "version": "1"}).status_code == 303
    assert db.session.get_one(Theme, gone).merged_into_id == into
    page = client.get(f"/feedback/themes/{into}/edit").text
    assert "Took in another theme with 2 comments." in page
    assert client.get(f"/feedback/themes/{gone}/edit").status_code == 200


def test_splitting_by_words_and_by_hand(cem: Any, client_as: Any) -> None:
    with work():
        theme = make_theme("all")
        rain = make_item("Der Karton war nass vom Regen.", (theme, "negative")).id
        kind = make_item("Der Bote war sehr nett.", (theme, "positive")).id
        make_item("Etwas anderes", (theme, "neutral"))
        theme = theme.id
    client, address = client_as(cem), f"/feedback/themes/{theme}/split"
    page = client.get(f"{address}?words=bote").text
    assert "1 comment found" in page
    assert f'value="{kind}" checked' in page
    nothing = client.post(address, data={"name_en": "Nothing", "which": "chosen", "below": "beside", "version": "1"})
    assert (nothing.status_code, 'id="which-error"' in nothing.text) == (422, True)
    assert client.post(address, data={
        "name_en": "Messengers", "which": "all", "below": "below", "words": "bote", "with_rule": "y", "version": "1",
    }).status_code == 303  # fmt: skip
    messengers = db.session.scalars(sa.select(Theme).where(Theme.name_en == "Messengers")).one()
    assert messengers.parent_id == theme
    assert [(r.words, r.polarity) for r in db.session.scalars(sa.select(ThemeRule))] == [("bote", "positive")]
    version = db.session.get_one(Theme, theme).version
    assert client.post(address, data={
        "name_de": "Nass", "which": "chosen", "below": "beside", "item": [rain], "version": version,
    }).status_code == 303  # fmt: skip
    wet = db.session.scalars(sa.select(Theme).where(Theme.name_de == "Nass")).one()
    told = db.session.execute(sa.select(Assignment.item_id, Assignment.theme_id, Assignment.polarity, Assignment.by_id)
                              .where(Assignment.theme_id != theme).order_by(Assignment.item_id)).all()  # fmt: skip
    assert [tuple(row) for row in told] == [
        (rain, wet.id, "negative", cem.id), (kind, messengers.id, "positive", cem.id)
    ]


def test_archiving_takes_those_below_along_and_can_be_undone(cem: Any, client_as: Any) -> None:
    with work():
        above = make_theme("above")
        below = make_theme("below", parent=above).id
        above = above.id
    client = client_as(cem)
    assert client.post(f"/feedback/themes/{above}/archive").status_code == 303
    page = client.get("/feedback/themes/tree")
    assert "2 themes are archived." in page.text
    assert f"/feedback/themes/{above}/restore" in page.text
    assert client.post(f"/feedback/themes/{above}/restore").status_code == 303
    assert [t.archived_at for t in db.session.scalars(sa.select(Theme).where(Theme.id.in_([above, below])))] == [None] * 2


def test_only_those_who_look_after_feedback_curate(cast: Cast, client_as: Any) -> None:
    with work():
        journey = make_journey()
        place, theme = make_touchpoint(journey).id, make_theme("late").id
        journey = journey.id
    client = client_as(cast.lea)
    for address in (
        "/feedback/themes/new", f"/feedback/themes/{theme}/edit", f"/feedback/themes/{theme}/rules",
        f"/feedback/themes/{theme}/merge", f"/feedback/themes/{theme}/split", "/feedback/journeys",
        "/feedback/journeys/new", f"/feedback/journeys/{journey}/edit", f"/feedback/touchpoints/{place}/edit",
    ):  # fmt: skip
        assert (address, client.get(address).status_code) == (address, 403)
    assert client.get("/feedback/themes/tree").status_code == 200


def test_a_ready_made_journey_in_one_press(cem: Any, client_as: Any) -> None:
    client = client_as(cem)
    assert "Start with five touchpoints" in client.get("/feedback/journeys").text
    assert client.post("/feedback/journeys/start").status_code == 303
    assert client.post("/feedback/journeys/start").status_code == 303
    stations = db.session.scalars(sa.select(Touchpoint).order_by(Touchpoint.position)).all()
    assert [t.key for t in stations] == ["find-out", "order", "delivery", "use", "help"]
    page = client.get("/feedback/journeys").text
    assert "From first interest to help" in page
    client.post(f"/feedback/touchpoints/{stations[2].id}/shift", data={"to": "up"})
    client.post(f"/feedback/touchpoints/{stations[0].id}/shift", data={"to": "up"})
    stations = db.session.scalars(sa.select(Touchpoint).order_by(Touchpoint.position)).all()
    assert [t.key for t in stations] == ["find-out", "delivery", "order", "use", "help"]
    client.post(f"/feedback/journeys/{stations[0].journey_id}/archive")
    assert "Start with five touchpoints" in client.get("/feedback/journeys").text
    client.post("/feedback/journeys/start")
    there = sa.select(sa.func.count()).select_from(Touchpoint).where(Touchpoint.archived_at.is_(None))
    assert db.session.scalar(there) == 5


def test_a_touchpoint_has_a_department_an_owner_and_a_process(cast: Cast, cem: Any, client_as: Any) -> None:
    with work():
        journey = make_journey().id
        other = make_journey("moving", name_en="Moving").id
    client = client_as(cem)
    answer = client.post(f"/feedback/journeys/{journey}/touchpoints/new", data={
        "name_en": "Delivery", "journey_id": journey, "department_id": cast.logistics.id, "owner": "Bob Brandt",
        "behind": "Parcels leave on the same day.",
    })  # fmt: skip
    assert answer.status_code == 303
    row = db.session.scalars(sa.select(Touchpoint)).one()
    assert (row.department_id, row.owner_id, row.process) == (
        cast.logistics.id, cast.bob.id, "Parcels leave on the same day.")  # fmt: skip
    address = f"/feedback/touchpoints/{row.id}/edit"
    page = client.get(address).text
    assert "Bob Brandt" in page
    assert client.post(address, data={"name_en": "Delivery", "owner": "Nobody Known"}).status_code == 422
    seen = page.split('name="seen" type="hidden" value="')[1].split('"')[0]
    facts = {"name_en": "Arrival", "journey_id": other, "seen": seen}
    assert client.post(address, data=facts).status_code == 303
    assert client.post(address, data={**facts, "name_en": "Too late"}).status_code == 409
    row = db.session.get_one(Touchpoint, row.id)
    assert (row.name_en, row.journey_id, row.owner_id) == ("Arrival", other, None)
    assert client.post(f"/feedback/journeys/{other}/archive").status_code == 303
    assert db.session.get_one(Touchpoint, row.id).archived_at is not None
    assert client.post(f"/feedback/journeys/{other}/restore").status_code == 303
    assert (db.session.get_one(Journey, other).archived_at, db.session.get_one(Touchpoint, row.id).archived_at) == (
        None, None)  # fmt: skip


@pytest.mark.parametrize("many", [1, 30])
def test_the_tree_asks_as_much_for_one_theme_as_for_thirty(
    many: int, cem: Any, client_as: Any, count_queries: Any
) -> None:
    with work():
        journey = make_journey()
        place = make_touchpoint(journey)
        for n in range(many):
            make_item("Something", (make_theme(f"theme-{n}", place), "negative"))
    client = client_as(cem)
    client.get("/feedback/themes/tree")
    with count_queries() as statements:
        client.get("/feedback/themes/tree")
    tree = len(statements)
    with count_queries() as statements:
        client.get("/feedback/journeys")
    assert (tree, len(statements)) == (11, 9)


def test_the_tree_does_not_tell_what_a_handful_of_colleagues_said(cem: Any, client_as: Any, clock: Any) -> None:
    with work():
        theme = make_theme("access", audience="employees", name_en="Access")
        make_item("Kein Zugang", (theme, "negative"), audience="employees", channel="employee")
    client = client_as(cem)
    assert "1 colleague" in client.get("/feedback/themes/tree").text
    narrowed = client.get("/feedback/themes/tree?channel=employee").text
    assert ("1 colleague" in narrowed, "too few to show" in narrowed) == (False, True)


def test_the_page_of_a_theme_tells_its_history(cast: Cast, cem: Any, client_as: Any) -> None:
    with work():
        theme = make_theme("late", name_en="Late").id
    client_as(cem).post(f"/feedback/themes/{theme}/edit", data={
        "name_de": "Zu spät", "name_en": "Much too late", "audience": "customers", "version": "1",
    })  # fmt: skip
    with work():
        cast.ann.language = "en"
    page = client_as(cast.ann).get(f"/feedback/themes/{theme}").text
    assert "Changed the theme." in page
    assert "Cem Celik" in page
    assert '<span class="visually-hidden">before: </span>Late</del>' in page


def test_two_themes_beside_each_other_have_different_names(cem: Any, client_as: Any) -> None:
    with work():
        above = make_theme("delivery", name_en="Delivery", name_de="Lieferung").id
        other = make_theme("other", name_en="Other", name_de="Anderes").id
    client = client_as(cem)
    again = client.post("/feedback/themes/new", data={"name_de": "LIEFERUNG", "audience": "customers"})
    renamed = client.post(f"/feedback/themes/{other}/edit", data={"name_en": "delivery", "audience": "customers"})
    below = client.post("/feedback/themes/new", data={"name_de": "Lieferung", "parent_id": above, "audience": "customers"})
    same = client.post(f"/feedback/themes/{above}/edit", data={"name_en": "delivery", "name_de": "Lieferung",
                                                               "audience": "customers"})
    assert [answer.status_code for answer in (again, renamed, below, same)] == [422, 422, 303, 303]
    assert "There is a theme with this name here already." in again.text
    assert 'id="name_en-error"' in renamed.text
