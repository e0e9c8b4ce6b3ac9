"""Calls and measures in a browser: every page fit to be seen, and the way from a question to what was done about it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.measures.tasks import add_task
from suggestbox.workflow.operations import settle
from tests import factories
from tests.browser.server import House
from tests.browser.visitor import Visitor
from tests.calls import scene as calls
from tests.feedback.scene import make_journey, make_theme, make_touchpoint
from tests.measures import scene as measures

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]
WAYS = [{"language": "de", "width": 390, "scheme": "dark"}, {"language": "en", "width": 1280}]


@pytest.mark.parametrize("way", [WAYS[0], pytest.param(WAYS[1], marks=pytest.mark.slow)], ids=lambda way: way["language"])
def test_every_page_is_fit_to_be_seen(house: House, visit: Visit, way: dict[str, Any]) -> None:
    now = utc_now()
    house.clock.move_to(now + timedelta(days=10))
    with house.inside(), work():
        cast = house.cast()
        spot = make_touchpoint(make_journey(), "delivery")
        theme = make_theme("lateness", spot)
        idea = factories.closed(cast, now=now)
        open_one = measures.planned(cast, idea, touchpoint_id=spot.id, now=utc_now(), due_on=utc_now().date() + timedelta(days=9))
        done_one = measures.done(cast, idea, now=utc_now(), title="Gloves", due_on=utc_now().date() + timedelta(days=9))
        large = measures.figure(cast, open_one, "agreed", 9000)
        settle(idea, now=utc_now())
        measures.figure(cast, done_one, "agreed", 600)
        add_task(open_one, title="Order it", due_on=None, by_id=cast.bob.id, now=utc_now(), today=utc_now().date())
        draft = calls.draft(cast, cast.logistics, now=utc_now())
        open_call = calls.opened(cast, now=utc_now(), theme_id=theme.id, asks_stories=True)
        ended = calls.opened(cast, now=now, ends_on=now.date() + timedelta(days=2))
        calls.answered(cast, open_call, cast.ann, cast.eve, cast.kim, cast.sam, cast.rex, now=utc_now())
        idea.call_id = ended.id
        number, theme_id, ids = idea.number, theme.id, (open_one.id, done_one.id, draft.id, open_call.id, ended.id, large.id)
    mine, done, draft_id, open_id, ended_id, figure = ids
    pages = {
        "eve": ("/", f"/measures/{mine}", f"/measures/{done}", "/measures", "/calls", f"/calls/{open_id}",
                f"/ideas/new?call={open_id}", f"/feedback/heard?call={open_id}", f"/calls/{open_id}/poster", "/queue", f"/measures/{mine}/figures/expected", f"/measures/{mine}/soft"),
        "ida": (f"/ideas/{number}", f"/measures/new/{number}", "/measures?state=done", "/measures?view=board",
                f"/measures/figures/{figure}", f"/measures/{done}", f"/measures/{mine}", f"/calls/{draft_id}",
                f"/calls/{draft_id}/edit", f"/calls/{open_id}", f"/calls/{ended_id}", f"/calls/new?theme={theme_id}"),
    }
    for name, paths in pages.items():
        person = visit(name, **way).sign_in()
        person.look_at(*paths)
    person.expect(422)
    person.go("/calls/new")
    person.page.fill("#question", "")
    person.press("main form .btn-primary")
    person.look()


def test_from_the_idea_to_what_was_done(house: House, visit: Visit) -> None:
    number = house.made(factories.closed)
    house.clock.move_to(utc_now() + timedelta(days=10))
    bob = visit("bob", language="en", width=1280, hands="keyboard").sign_in(f"/ideas/{number}")
    bob.press("#measures .btn-secondary")
    bob.page.fill("#title", "A printer at the ramp")
    bob.page.fill("#owner", "eve@example.com")
    bob.page.fill("#due_on", (utc_now().date() + timedelta(days=20)).isoformat())
    bob.press("main form .btn-primary")
    bob.reads("A printer at the ramp", "Eve Ebert sees to it")
    eve = visit("eve", language="en", width=390).sign_in("/steps")
    eve.press(".bench-step")
    eve.page.fill("#words", "It stands since Monday.")
    eve.press("main .sb-card .btn-primary")
    eve.look()
    eve.reads("It stands since Monday.")
    ann = visit("ann", language="en", width=390).sign_in("/inbox")
    ann.reads("Eve Ebert has finished it: “A printer at the ramp”.")


def test_a_call_grows_while_its_page_is_open(house: House, visit: Visit) -> None:
    with house.inside(), work():
        cast = house.cast()
        call_id = calls.opened(cast, now=utc_now()).id
    ida = visit("ida", language="en", width=1280).sign_in("/")
    ida.page.clock.install()
    ida.go(f"/calls/{call_id}")
    ida.reads("There is nothing to read yet.")
    ida.page.click("summary:has-text('End it now')")
    ida.page.fill("#end-reason", "Typed while it renews itself")
    with house.inside(), work():
        factories.in_review(house.cast(), now=utc_now(), call_id=call_id, title="Roof over the ramp")
    ida.page.clock.fast_forward(61_000)
    ida.page.get_by_role("link", name="Roof over the ramp").wait_for()
    assert ida.page.input_value("#end-reason") == "Typed while it renews itself"
