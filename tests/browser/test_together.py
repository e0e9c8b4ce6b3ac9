"""One talk with several submitters in a browser: asked for one call, answered alone, set, recorded, confirmed by each."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from suggestbox.conversations import groups
from suggestbox.conversations.models import TalkGroup
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from tests import factories
from tests.browser.server import House
from tests.browser.visitor import Visitor
from tests.calls import scene as calls

pytestmark = pytest.mark.browser

WORDS = {
    "de": {"place": "Raum 7", "words": "Setzen wir uns zusammen.", "said": "Wir haben beide Ideen angesehen.",
           "alone": "Für Annas Etikett gibt es eine Rolle.", "come": "2 Personen kommen",
           "together": "Sie sprechen gemeinsam mit anderen"},
    "en": {"place": "Room 7", "words": "Let us sit together.", "said": "We looked at both ideas.",
           "alone": "For Ann's label there is a roll.", "come": "2 submitters come",
           "together": "You talk together with others"},
}
RUNS = (("de", 390, "dark"), pytest.param("en", 1280, "light", marks=pytest.mark.slow))


@pytest.mark.parametrize(("language", "width", "scheme"), RUNS)
def test_two_submitters_of_a_call_talk_together(
    house: House, visit: Callable[..., Visitor], language: str, width: int, scheme: str
) -> None:
    words, before = WORDS[language], utc_now() - timedelta(days=6)
    with house.inside(), work():
        cast = house.cast()
        call = calls.opened(cast, now=before)
        ideas = [factories.conversation(cast, person, now=before, call_id=call.id) for person in (cast.ann, cast.eve)]
        numbers = {"ann": ideas[0].number, "eve": ideas[1].number}

    def arrive(name: str, path: str) -> Visitor:
        person = visit(name, language=language, width=width, scheme=scheme).sign_in(path)
        person.look()
        return person

    cat = arrive("cat", f"/ideas/{numbers['ann']}/talk")
    cat.press("a[href*='/talks/together']")
    cat.look()
    assert cat.page.locator("input[name=party_ids]:checked").count() == 2, "both of the call are ticked"
    cat.write("#place", words["place"])
    cat.write("#words", words["words"])
    cat.press("main form .btn-primary")
    cat.look()
    page = cat.page.url
    ann, eve = (arrive(name, f"/ideas/{numbers[name]}/talk") for name in ("ann", "eve"))
    for person, other in ((ann, "Eve Ebert"), (eve, "Ann Albers")):
        person.reads(words["place"], words["words"])
        person.reads_nothing_of(other)
        person.press("#together .btn-primary")
        person.look()
    eve.reads(words["together"], "Ann Albers")
    cat.go(page)
    cat.look()
    cat.reads(words["come"], "Ann Albers", "Eve Ebert")

    with house.inside():
        starts_at = db.session.query(TalkGroup).one().starts_at
    house.move_to(starts_at)
    house.pass_time(hours=3)
    cat.go(page)
    cat.look()
    cat.press("a[href$='/record']")
    cat.look()
    with house.inside():
        first, second = [seat.party.id for seat in groups.seats_of(db.session.query(TalkGroup).one().id)]
    cat.write("#said", words["said"])
    cat.choose(f"input[name=came-{first}][value=came]")
    cat.choose(f"input[name=came-{second}][value=came]")
    cat.write(f"#words-{first}", words["alone"])
    cat.press("main form .btn-primary")
    cat.look()
    for person in (ann, eve):
        person.go(f"/ideas/{numbers[person.name]}/talk")
        person.look()
        person.reads(words["said"])
        person.choose("input[name=took_place][value=yes]")
        person.choose("input[name=follows][value=yes]")
        person.choose("input[name=appreciated][value='5']")
        person.press("#confirm [data-save-next]")
        person.look()
    eve.go(f"/ideas/{numbers['eve']}/talk")
    eve.reads_nothing_of(words["alone"])
    with house.inside():
        assert [house.idea(number).stage for number in numbers.values()] == ["closed", "closed"]
