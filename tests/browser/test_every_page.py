"""Every other page a person can get to, looked at like those of the whole path: in German on a phone, in English wide."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Comment
from suggestbox.ideas.remarks import add_comment, report_comment
from suggestbox.people.models import Body
from suggestbox.workflow.operations import moves_for
from tests import factories
from tests.browser.server import House
from tests.browser.visitor import Visitor
from tests.conftest import NOON
from tests.test_naughty import NAUGHTY

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]

WAYS = [{"language": "de", "width": 390}, {"language": "en", "width": 1280}]

EVERYBODY = ("/", "/ideas", "/ideas?q=nothing+fits", "/ideas?show=mine", "/ideas/drafts", "/ideas/new", "/steps", "/queue", "/me",
             "/me/password", "/me/channels", "/handbook", "/inbox")  # fmt: skip
IDEA_MANAGEMENT = ("/queue/several", "/people", "/people?q=Albers", "/people/5")
ADMINISTRATION = (
    "/people/5/edit", "/people/new", "/people/departments", "/people/departments/2", "/people/departments/new",
    "/people/5/steps", "/admin", "/admin/outbox", "/admin/test-letter", "/people/sites", "/people/sites/1", "/people/sites/new", "/people/bodies", "/people/bodies/1", "/people/bodies/new",
)
STAGES = (
    ("ann", factories.submitted), ("rex", factories.in_review), ("ann", factories.offered), ("bob", factories.submitted),
    ("bob", factories.in_review), ("cat", factories.deciding), ("cat", factories.conversation), ("cat", factories.appointed),
)  # fmt: skip
IN_EVERY_RUN = 3


@pytest.mark.parametrize("way", [WAYS[0], pytest.param(WAYS[1], marks=pytest.mark.slow)], ids=lambda way: way["language"])
def test_every_page_is_fit_to_be_seen(house: House, visit: Visit, way: dict[str, Any]) -> None:
    number = house.made(factories.in_review)
    with house.inside(), work() as session:
        session.add(Body(key="board", name="Board"))
        cast = house.cast()
        remark = add_comment(house.idea(number), "Bob is wrong.", actor=cast.eve, now=utc_now())
        report_comment(remark, "Not kind.", actor=cast.sam, now=utc_now())
        remark_id = session.query(Comment).one().id
    pages = {
        "sam": EVERYBODY, "ida": (*IDEA_MANAGEMENT, "/bodies/board", f"/ideas/comments/{remark_id}/hide", f"/ideas/{number}/reminders"),
        "dot": ADMINISTRATION, "ann": (f"/ideas/comments/{remark_id}/report",),
    }  # fmt: skip
    for name, paths in pages.items():
        person = visit(name, **way).sign_in()
        person.look_at(*paths)
    person.expect(404, 405, 422)
    for path in ("/nowhere", f"/ideas/{number}/support", "/ideas?page=rubbish"):
        person.go(path)
        person.look()


@pytest.mark.parametrize(
    ("name", "make", "way"),
    [pytest.param(name, make, WAYS[place % 2], id=f"{name}-{make.__name__}-{WAYS[place % 2]['language']}",
                  marks=[pytest.mark.slow] if place >= IN_EVERY_RUN else [])
     for place, (name, make) in enumerate(STAGES)],
)  # fmt: skip
def test_the_page_of_every_move_is_fit_to_be_seen(house: House, visit: Visit, name: str, make: Any, way: dict[str, Any]) -> None:
    number = house.made(make)
    house.clock.move_to(NOON.replace(day=9))
    person = visit(name, **way).sign_in()
    with house.inside():
        presses = moves_for(house.idea(number), house.person(name), utc_now())
    assert presses
    for press in presses:
        person.go(f"/ideas/{number}/moves/{press.name}?here=1")
        person.look()


def test_forms_sent_back_are_fit_to_be_seen(house: House, visit: Visit) -> None:
    house.made(factories.in_review)
    house.made(factories.submitted)
    with house.inside(), work():
        factories.deciding(house.cast())
    for name, path, send in (
        ("rex", "/queue", "form[data-queue-form] [data-save-next]"), ("ann", "/ideas/new", "form[data-draft-key] button"),
        ("cat", "/queue", "form[data-queue-form] [data-save-next]"), ("dot", "/people/new", "main form button"),
    ):  # fmt: skip
        person = visit(name, language="de", width=390, hands="keyboard").sign_in(path)
        person.expect(422)
        person.press(send)
        person.look()
        person.wait_until("document.activeElement.matches('[data-error-summary]')")
        link = person.find("[data-error-summary] a")
        field = link.get_attribute("href")
        person.hands.press(link)
        assert person.page.evaluate("(field) => document.activeElement.closest(field) !== null", field)


def test_nothing_anybody_typed_is_executed(house: House, visit: Visit, tmp_path: Path) -> None:
    number = house.made(factories.in_review)
    with house.inside(), work():
        cast = house.cast()
        people = list(cast.people().values())
        for place, text in enumerate(NAUGHTY):
            if title := " ".join(text.replace("\x00", "").split()):
                factories.submitted(cast, cast.ann, title=title[:200], problem=text, proposal=text, benefit=text)
                add_comment(house.idea(number), text, actor=cast.eve, now=utc_now())
            people[place % len(people)].topics = text[:200]
        for person, text in zip(people, NAUGHTY[70:], strict=False):
            person.family_name = text.replace("\x00", "")[:80]
        last = db.session.scalars(db.select(factories.Idea.number).order_by(factories.Idea.id.desc())).first()
    ida = visit("ida", language="en", width=390).sign_in()
    paths = ["/", f"/ideas/{number}", "/queue", "/people", "/queue/several"]
    for path in [*paths, *(f"/ideas/{last[:5]}{n:04d}" for n in range(2, int(last[5:]), 16))]:
        ida.go(path)
        assert ida.page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, path
        assert ida.complaints == [], path
    for path in ("/ideas?show=all", "/ideas?q=alert"):
        ida.go(path)
        while ida.page.locator("a[rel=next]").count():
            ida.press("a[rel=next]")
            assert ida.page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, ida.page.url
    assert ida.page.evaluate("getComputedStyle(document.querySelector('h1')).display") != "none"
