"""Attacks on who hides among few: colleagues among customers, whom a refusal tells, floods of one person."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.limits import limiter
from suggestbox.feedback.models import Item, Rise, Theme
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory
from suggestbox.workflow.check import check
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.calls import scene as calls
from tests.conftest import NOON
from tests.feedback.scene import make_item, make_journey, make_theme, make_touchpoint
from tests.mail.telling import text_for
from tests.measures import scene as measures

pytestmark = pytest.mark.either
TODAY = NOON.date()


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# -- a handful of colleagues -------------------------------------------------------------------------------------------


@pytest.fixture
def reader(cast, client_as, clock):
    with work():
        cast.ann.language = "en"
    return client_as(cast.ann)


def voice(theme: Theme, n: int, **columns) -> Item:
    return make_item(f"Voice {n} of somebody", (theme, "negative"), said_on=TODAY - timedelta(days=3), segment="North",
                     customer_hash=f"{columns.get('audience', 'customers')}{n}", language="en", **columns)


@pytest.fixture
def mixed(reader):
    """A theme six customers and one colleague of a segment speak of, at a touchpoint of a journey."""
    with work():
        journey = make_journey()
        touchpoint = make_touchpoint(journey)
        theme = make_theme("slow", touchpoint)
        for n in range(6):
            voice(theme, n)
        make_item("Canary of the one colleague", (theme, "negative"), said_on=TODAY - timedelta(days=3), segment="North",
                  customer_hash="p1", audience="employees", channel="employee", language="en")
        return {"theme": theme.id, "touchpoint": touchpoint.id, "journey": journey.id}


PAGES = ("/feedback/themes/{theme}", "/feedback/themes", "/feedback/themes/tree", "/feedback/touchpoints/{touchpoint}",
         "/feedback/map/{journey}")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("audience", ["all", "employees"])
@pytest.mark.parametrize("part", ["segment=North", f"from={TODAY - timedelta(days=4)}&until={TODAY - timedelta(days=2)}"])
def test_one_colleague_is_not_found_among_customers(address, audience, part, reader, mixed):
    answer = reader.get(f"{address.format(**mixed)}?{part}&audience={audience}")
    said = plain(answer.text)
    assert answer.status_code == 200
    assert "Canary" not in said
    assert re.findall(r"\b[17] (?:people|person|customers?|colleagues?|comments?)\b", said) == []


@pytest.mark.parametrize("address", PAGES)
def test_without_a_filter_and_of_customers_alone_everything_is_shown(address, reader, mixed):
    whole, customers = (plain(reader.get(address.format(**mixed) + query).text) for query in
                        ("?audience=all", "?audience=customers&segment=North"))
    assert re.search(r"\b7 (?:people|customers|comments)\b", whole)
    assert re.search(r"\b6 (?:people|customers|comments)\b", customers)


def test_a_theme_below_with_one_colleague_is_not_in_the_table_of_the_one_above(reader):
    with work():
        above = make_theme("office", audience="employees")
        common, rare = (make_theme(key, parent=above, audience="employees") for key in ("printers", "canary"))
        for n in range(5):
            voice(common, n, audience="employees")
        voice(rare, 9, audience="employees")
        above_id = above.id
    page = plain(reader.get(f"/feedback/themes/{above_id}?segment=North").text)
    made_of = page[page.index("What it is made of"):]
    assert ("Printers" in made_of, "Canary" in made_of) == (True, False)
    assert "Canary" in plain(reader.get(f"/feedback/themes/{above_id}").text)


def test_own_voices_are_not_quoted_as_customers(cast, client_as, clock):
    """In the letter about a rise, and in what a call for ideas begins with."""
    with work():
        theme = make_theme("slow", make_touchpoint(make_journey(), department=cast.logistics))
        for n in range(6):
            voice(theme, n)
        make_item("Canary of the one colleague", (theme, "negative"), said_on=TODAY, customer_hash="p1", audience="employees",
                  channel="employee", language="en")
        rise = Rise(theme_id=theme.id, polarity="negative", on=TODAY, days=7, customer_count=6, usual=1.0)
        db.session.add(rise)
        db.session.flush()
        notice = Notice(key="rise:1", kind="feedback.rise", person_id=cast.cat.id, facts={"rise_id": rise.id}, at=NOON)
        db.session.add(notice)
        theme_id = theme.id
    letter = text_for(notice, NOON)
    background = plain(client_as(cast.ida).get(f"/calls/new?theme={theme_id}").text)
    assert ("Voice" in letter.quote, "Canary" in letter.quote) == (True, False)
    assert ("Voice" in background, "Canary" in background) == (True, False)


# -- whom a refusal tells ----------------------------------------------------------------------------------------------


def test_naming_an_owner_does_not_tell_the_confidential_submitter(cast, client_as, clock):
    """Whoever plans could try one colleague after the other: only the one who handed it in was refused."""
    with work():
        cast.bob.language = "en"
        idea = f.closed(cast, confidential=True)
        number = idea.number
    bob, said = client_as(cast.bob), {}
    for person in (cast.ann, cast.eve, cast.sam):
        answer = bob.post(f"/measures/new/{number}", data={
            "title": "A printer", "owner": person.email, "due_on": "2026-12-04", "description": "",
        })
        said[person.given_name] = answer.status_code
    assert len(set(said.values())) == 1, said
    assert [one for one in check(directory(TODAY), None) if one.promise == "nobody_reads_more"] == []
    with work():
        measure = measures.planned(cast, db.session.get(type(idea), idea.id))
        step = measures_step(measure)
        move(idea, "reassign", actor=cast.bob, now=NOON, step_id=step.id, person_id=cast.ann.id, reason="R")
        assert measure.owner_id == cast.ann.id


def measures_step(measure):
    from suggestbox.measures.operations import open_step

    return open_step(measure)


def test_whoever_is_one_of_a_few_who_are_asked_reads_that_a_name_can_be_guessed(cast, client_as, clock):
    with work():
        cast.coo.language = "en"
        few, all_ = (calls.opened(cast, department_ids=ids).id for ids in ([cast.it.id], []))
    coo = client_as(cast.coo)
    pages = [plain(coo.get(f"/ideas/new?call={call_id}").text) for call_id in (few, all_)]
    assert ["Fewer than five people are asked" in page for page in pages] == [True, False]


# -- floods ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/feedback/heard", "/feedback/own-voice"])
def test_one_person_is_not_a_crowd(address, cast, client_as, clock, monkeypatch):
    """Everything heard counts as another customer: by a program one employee would make any theme the largest."""
    monkeypatch.setattr(limiter, "enabled", True)
    with work():
        cast.ann.language = cast.eve.language = "en"
    ann = client_as(cast.ann)
    answers = [
        ann.post(address, data={"text": f"No. {n}", "polarity": "negative", "submit_key": f"abcdefghijklmnop{n}"})
        for n in range(42)
    ]
    assert [answer.status_code for answer in answers] == [302] * 40 + [429] * 2
    assert ("No. 41" in answers[-1].text, "wait" in plain(answers[-1].text)) == (True, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Item)) == 40
    first = client_as(cast.eve).post(address, data={"text": "One", "polarity": "negative", "submit_key": "abcdefghijklmnop"})
    assert first.status_code == 302


def test_the_counter_of_own_voices_does_not_say_whose_they_are(cast, client_as, clock, monkeypatch):
    """Counted together, what Ann passed on under her name would have told which hash is hers."""
    monkeypatch.setattr(limiter, "enabled", True)
    ann = client_as(cast.ann)
    for address in ("heard", "own-voice"):
        data = {"text": "Too slow.", "polarity": "negative", "submit_key": f"abcdefghijklmnop-{address}"}
        assert ann.post(f"/feedback/{address}", data=data).status_code == 302
    voice = db.session.scalars(sa.select(Item).where(Item.audience == "employees")).one()
    rows = db.session.execute(sa.text("SELECT key, count FROM rate_limit WHERE key LIKE '%heard%' OR key LIKE '%voice%'")).all()
    counts = {("voice" in key, str(voice.customer_hash) in key): count for key, count in rows}
    assert counts == {(True, True): 1, (False, False): 1}
    assert voice.by_id is None
