"""Customer feedback in a browser: every page fit to be seen, and the voice of a customer on its way to an idea."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.evidence.models import IdeaTheme
from suggestbox.feedback.import_jobs import bring_in
from suggestbox.feedback.models import Assignment, Item, Proposal, Rise, ThemeWord
from tests import factories
from tests.browser.server import House
from tests.browser.visitor import Visitor
from tests.cast import grant
from tests.feedback.scene import make_item, make_journey, make_theme, make_touchpoint

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]
WAYS = [{"language": "de", "width": 390}, {"language": "en", "width": 1280, "scheme": "dark"}]
TODAY = date(2026, 11, 4)

COMMENTS = """comment;day;mark;who;topic
Das Paket kam drei Tage zu spät.;02.11.2026;2;anna@kunde.example;lateness:negative
Das Paket kam schon wieder zu spät, sagt Frau Krause.;03.11.2026;1;anna@kunde.example;lateness:negative
Wieder verspätet geliefert.;03.11.2026;1;bernd@kunde.example;lateness:negative
Pünktlich da, danke!;03.11.2026;5;carla@kunde.example;lateness:positive
"""


def furnish(house: House) -> dict[str, Any]:
    """A journey with two touchpoints, three themes, some thirty comments in every state, an idea that answers one."""
    with house.inside(), work() as session:
        cast = house.cast()
        grant(cast.ida, "cx_manager")
        journey = make_journey()
        delivery = make_touchpoint(journey, "delivery", cast.logistics, name_de="Lieferung", process="Rule L-11.")
        help_desk = make_touchpoint(journey, "help", cast.purchasing, name_de="Hilfe")
        late = make_theme("lateness", delivery, name_de="Verspätung", need="basic", description_en="Whether it comes when it should.")
        below = make_theme("moved", parent=late, name_de="Verschoben")
        kind = make_theme("kindness", help_desk, name_de="Freundlichkeit", need="delight")
        internal = make_theme("it", delivery, audience="employees", name_de="IT-Hilfe", name_en="Help from IT")
        for n in range(24):
            theme, polarity = ((late, "negative"), (kind, "positive"), (below, "negative"))[n % 3]
            make_item(f"Comment {n}: call me under 0171 2345{n:03}.", (theme, polarity), said_on=TODAY - timedelta(days=3 * n),
                      customer_hash=f"{n % 17:064}", rating=2.0, nps=4, channel=("survey", "email", "review")[n % 3])
        for n in range(6):
            make_item(f"Voice {n}", (internal, "negative"), audience="employees", channel="employee", customer_hash=f"p{n:063}")
        unsure = make_item("Perhaps late, perhaps not.", state="unsure")
        for n, theme in enumerate((late, kind, below)):
            session.add(Assignment(item_id=unsure.id, theme_id=theme.id, state="guess", origin="model", confidence=0.5 - n / 10,
                                   polarity="negative", at=utc_now()))
        session.add(Proposal(words=["solar", "inverter"], item_ids=[unsure.id], item_count=1, customer_count=1, at=utc_now()))
        session.add(Rise(theme_id=late.id, polarity="negative", on=TODAY, days=7, customer_count=9, usual=1.5))
        session.add_all(ThemeWord(theme_id=late.id, stem=stem, weight=6.0, word=stem) for stem in ("verspat", "paket"))
        idea = factories.in_review(cast)
        session.add(IdeaTheme(idea_id=idea.id, theme_id=late.id, linked_as="submitter", at=utc_now()))
        session.flush()
        return {"late": late.id, "below": below.id, "journey": journey.id, "delivery": delivery.id, "item": unsure.id,
                "number": idea.number or "", "proposal": session.query(Proposal).one().id}


@pytest.mark.parametrize("way", [WAYS[0], pytest.param(WAYS[1], marks=pytest.mark.slow)], ids=lambda way: way["language"])
def test_every_page_is_fit_to_be_seen(house: House, visit: Visit, way: dict[str, Any]) -> None:
    it = furnish(house)
    theme, place = f"/feedback/themes/{it['late']}", f"/feedback/touchpoints/{it['delivery']}"
    everybody = ("/", "/feedback", "/feedback/map", f"/feedback/map/{it['journey']}", "/feedback/themes", theme, place,
                 "/feedback/heard", "/feedback/own-voice", "/feedback/heard/mine", "/feedback/unanswered",
                 f"/ideas/{it['number']}")  # fmt: skip
    curator = ("/feedback", theme, f"{theme}/edit", f"{theme}/rules", f"{theme}/merge", f"{theme}/split", "/feedback/themes/new",
               "/feedback/themes/tree", "/feedback/journeys", "/feedback/journeys/new", f"/feedback/journeys/{it['journey']}/edit",
               f"{place}/edit", f"/feedback/journeys/{it['journey']}/touchpoints/new", "/feedback/items",
               f"/feedback/items/{it['item']}", "/feedback/queue", "/feedback/proposals",
               f"/feedback/proposals/{it['proposal']}", "/feedback/model", "/feedback/imports", "/feedback/imports/new",
               "/feedback/themes?period=365", "/feedback/map?segment=nobody")  # fmt: skip
    for name, paths in {"sam": everybody, "ida": curator}.items():
        person = visit(name, **way).sign_in()
        for path in paths:
            person.go(path)
            person.look()
            if name == "sam":
                person.reads_nothing_of("0171 2345")


@pytest.mark.slow
def test_a_house_with_nothing_yet_is_fit_to_be_seen(house: House, visit: Visit) -> None:
    with house.inside(), work():
        grant(house.person("ida"), "cx_manager")
    for name, way in (("ida", WAYS[0]), ("sam", WAYS[1])):
        person = visit(name, **way).sign_in()
        for path in ("/feedback", "/feedback/map", "/feedback/themes", "/feedback/unanswered", "/feedback/heard"):
            person.go(path)
            person.look()
    ida = visit("ida", **WAYS[1]).sign_in()
    for path in ("/feedback/items", "/feedback/queue", "/feedback/proposals", "/feedback/model", "/feedback/imports",
                 "/feedback/themes/tree", "/feedback/journeys"):
        ida.go(path)
        ida.look()


def test_the_voice_of_a_customer_on_its_way_to_an_idea(house: House, visit: Visit, tmp_path: Path) -> None:
    furnish(house)
    with house.inside():
        before = db.session.query(Item).count()
    (tmp_path / "survey.csv").write_text(COMMENTS, encoding="cp1252")
    ida = visit("ida", language="de", width=1280).sign_in("/feedback/imports/new")
    ida.page.set_input_files("input[name=upload]", str(tmp_path / "survey.csv"))
    ida.write("input[name=source_name]", "Paketumfrage")
    ida.press("main form .btn-primary")
    ida.look()
    for _fold in range(ida.page.locator("main form details").count()):
        ida.find("main form details:not([open]) > summary").click()
    for field, column in (("text", "comment"), ("date", "day"), ("rating", "mark"), ("customer", "who"), ("polarities", "topic")):
        ida.page.select_option(f"select[name=column_{field}]", column)
    ida.tick("input[name=option_mask]")
    ida.press("button[name=look]")
    ida.reads("Das Paket kam drei Tage zu spät.")
    ida.press("button[name=start]")
    ida.look()
    with house.inside():
        bring_in()
        assert db.session.query(Item).count() == before + 4
        came = db.session.query(Item).filter(Item.source_id.is_not(None)).all()
        assert len({item.customer_hash for item in came}) == 3
        assert [item.text for item in came if "Krause" in item.text or "@" in item.text] == []
    ida.go(ida.page.url)
    ida.look()
    ida.reads("Paketumfrage")
    ann = visit("ann", language="de", width=390).sign_in("/ideas/new")
    ann.write("textarea[name=problem]", "Unsere Pakete kommen immer wieder verspätet an, das ärgert die Kunden sehr.")
    ann.wait_until("document.querySelector('input[name=theme]') !== null")
    ann.look()
    ann.reads("Verspätung")
    ann.tick("input[name=theme]")
    ann.write("textarea[name=proposal]", "Die Tour eine Stunde früher beginnen und den Kunden anrufen.")
    ann.press("#idea-form .btn-primary")
    with house.inside():
        link = db.session.query(IdeaTheme).order_by(IdeaTheme.at.desc()).first()
        assert (link.linked_as, link.by_id) == ("submitter", None)
    sam = visit("sam", language="de", width=390).sign_in("/feedback/heard")
    sam.write("textarea[name=text]", "Frau Lehmann (0171 2345678) sagt: Der Fahrer war sehr freundlich.")
    sam.page.locator("label:has(input[name=polarity][value=positive])").click()
    sam.press("main form .btn-primary")
    sam.look()
    with house.inside():
        item = db.session.query(Item).order_by(Item.id.desc()).first()
        assert (item.channel, item.meant, item.by_id) == ("employee", "positive", house.person("sam").id)
