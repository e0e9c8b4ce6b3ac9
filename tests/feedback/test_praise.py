"""Praise reaches its team: masked, in one click, once, and can be taken back while nobody read it."""

import re
from datetime import timedelta

import pytest

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.feedback.models import Praise
from suggestbox.journal.models import Entry
from tests.conftest import NOON
from tests.feedback.scene import make_item, make_journey, make_theme, make_touchpoint
from tests.mail.telling import line_for, notices, told_to

TODAY = NOON.date()


@pytest.fixture
def scene(cast, clock):
    """A theme at a touchpoint of purchasing, with praise that names Sam Schulze, who works there."""
    with work():
        place = make_touchpoint(make_journey(), "advice", cast.purchasing)
        theme = make_theme("friendly", make_touchpoint(make_journey("j2"), "other", cast.logistics))
        below = make_theme("polite", place, parent=theme)
        name = f"{cast.sam.given_name} {cast.sam.family_name}"
        item = make_item(f"{name} war sehr freundlich, anders als sonst.", (below, "positive"),
                         said_on=TODAY - timedelta(days=2), customer_hash="c1")
        make_item("Unfreundlich.", (below, "negative"), said_on=TODAY, customer_hash="c2")
        for person in cast.people().values():
            person.language = "en"
    return {"theme": below.id, "above": theme.id, "item": item.id, "team": cast.purchasing.id, "name": name}


def pass_on(browser, scene, **changes):
    given = {"item": scene["item"], "theme_id": scene["theme"], "department_id": scene["team"], **changes}
    return browser.post(f"/feedback/items/{given.pop('item')}/praise", data={**given, "next": "/feedback/themes"})


def test_the_team_hears_it_in_one_click(scene, cast, client_as):
    page = client_as(cast.bob).get(f"/feedback/themes/{scene['theme']}").text
    assert page.count(f'action="/feedback/items/{scene["item"]}/praise"') == 1
    assert re.findall(r'name="department_id" value="(\d+)"', page) == [str(scene["team"])]
    answer = pass_on(client_as(cast.bob), scene)
    assert (answer.status_code, answer.location) == (302, "/feedback/themes")
    members = {p.given_name for p in cast.people().values() if p.id != cast.bob.id and _in(p, cast.purchasing)}
    assert {told_to(n) for n in notices("feedback.praise")} == members and members
    line = line_for(notices("feedback.praise")[0], NOON)
    assert line is not None and not line.duty
    assert line.text == "A customer praises your team: “[Name] war sehr freundlich, anders als sonst.”"
    assert scene["name"] not in client_as(cast.ann).get(line.url).text
    entry = db.session.query(Entry).filter(Entry.kind == "feedback.praised").one()
    assert (entry.actor_id, entry.facts["item_id"]) == (cast.bob.id, scene["item"])
    again = client_as(cast.bob).get(f"/feedback/themes/{scene['theme']}").text
    assert "Passed on to Purchasing" in again
    assert 'name="department_id"' not in again


def _in(person, department) -> bool:
    from suggestbox.people.directory import directory

    return directory(TODAY).department_of(person.id) == department.id


def test_once_per_team(scene, cast, client_as):
    assert pass_on(client_as(cast.bob), scene).status_code == 302
    assert pass_on(client_as(cast.bob), scene).status_code == 409
    assert db.session.query(Praise).count() == 1


def test_only_praise_and_only_to_its_team(scene, cast, client_as):
    browser = client_as(cast.bob)
    assert pass_on(browser, scene, item=scene["item"] + 1).status_code == 422, "a complaint"
    assert pass_on(browser, scene, department_id=cast.it.id).status_code == 422, "another team"
    assert pass_on(browser, scene, department_id="").status_code == 422
    assert pass_on(browser, scene, theme_id=987).status_code == 422
    assert pass_on(browser, scene, item=987).status_code == 404
    assert pass_on(client_as(cast.ann), scene).status_code == 403, "an employee without an office"
    assert db.session.query(Praise).count() == 0


def test_employees_without_an_office_find_no_button(scene, cast, client_as):
    assert "/praise" not in client_as(cast.ann).get(f"/feedback/themes/{scene['theme']}").text


def test_it_can_be_taken_back_while_nobody_read_it(scene, cast, client_as):
    browser = client_as(cast.bob)
    pass_on(browser, scene)
    praise_id = db.session.query(Praise.id).scalar()
    assert client_as(cast.ida).post(f"/feedback/praise/{praise_id}/back").status_code == 403, "somebody else's"
    assert browser.post(f"/feedback/praise/{praise_id}/back").status_code == 302
    assert (db.session.query(Praise).count(), notices("feedback.praise")) == (0, [])
    pass_on(browser, scene)
    with work():
        notices("feedback.praise")[0].read_at = NOON
    praise_id = db.session.query(Praise.id).scalar()
    assert browser.post(f"/feedback/praise/{praise_id}/back").status_code == 409
    assert db.session.query(Praise).count() == 1


def test_hidden_items_and_a_house_without_feedback_praise_nobody(scene, cast, client_as):
    pass_on(client_as(cast.bob), scene)
    notice = notices("feedback.praise")[0]
    with work():
        set_rule("modules.feedback", False, now=NOON)
    assert line_for(notice, NOON) is None
    with work():
        set_rule("modules.feedback", True, now=NOON)
        item = db.session.query(Praise).one()
        from suggestbox.feedback.models import Item

        hidden = db.session.get(Item, item.item_id)
        hidden.hidden_at, hidden.hidden_by_id = NOON, cast.ida.id
    assert line_for(notice, NOON) is None
    assert client_as(cast.sam).get(f"/feedback/praise/{item.id}").status_code == 404
