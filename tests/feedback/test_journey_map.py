"""The journey map: what counts where, what a page of it shows, and that its cost does not grow."""

import re
from datetime import date, timedelta

import pytest

from suggestbox.core.database import work
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.slices import choice_from
from suggestbox.feedback.stations import quotes_at, spots_at, stations_of, voices
from tests.factories import START, closed
from tests.feedback.scene import AT, make_item, make_journey, make_theme, make_touchpoint
from tests.measures.scene import done, planned, running

pytestmark = pytest.mark.either

EARLY = START - timedelta(days=60)
TODAY = date(2026, 11, 4)


@pytest.fixture
def reader(cast, client_as, clock):
    """Ann's browser in English."""
    with work():
        cast.ann.language = "en"
    return client_as(cast.ann)


def told(touchpoints, **args):
    """{touchpoint's key: {theme's key: (positive customers, negative customers, negative comments)}}, silent ones left out."""
    lands = landscape()
    found = spots_at(choice_from(args, today=TODAY), lands, [t.id for t in touchpoints])
    return {
        lands.touchpoints[t].key: {
            lands.themes[s.theme_id].key: (s.customers["positive"], s.customers["negative"], s.comments["negative"])
            for s in spots if not s.silent
        }
        for t, spots in found.items()
    }


def test_one_loud_customer_counts_once_and_both_polarities_apart(app):
    with work():
        waiting = make_touchpoint(make_journey(), "waiting")
        theme = make_theme("callback", waiting)
        for _n in range(5):
            make_item("Again!", (theme, "negative"), customer_hash="a" * 64)
        make_item("Me too", (theme, "negative"), customer_hash="b" * 64)
        make_item("Called at once", (theme, "positive"), customer_hash="b" * 64)
        make_item("A word on it", (theme, "neutral"))
    assert told([waiting]) == {"waiting": {"callback": (1, 2, 6)}}


def test_what_is_said_below_a_theme_counts_where_the_nearest_above_lies(app):
    with work():
        journey = make_journey()
        first, second = make_touchpoint(journey, "first"), make_touchpoint(journey, "second", position=2)
        top = make_theme("top", first)
        below, gone = make_theme("below", parent=top), make_theme("gone", first, parent=top, archived_at=AT)
        own = make_theme("own", second, parent=below)
        for theme in (top, below, gone, own):
            make_item(theme.key, (theme, "negative"))
    assert told([first, second]) == {"first": {"top": (0, 3, 3)}, "second": {"own": (0, 1, 1)}}


def test_a_theme_on_two_touchpoints_counts_at_the_one_the_item_names(app):
    with work():
        journey = make_journey()
        one, two, third = (make_touchpoint(journey, key) for key in ("one", "two", "third"))
        theme = make_theme("friendly", one, two)
        make_item("here", (theme, "positive"), touchpoint_id=one.id)
        make_item("there", (theme, "positive"), touchpoint_id=two.id)
        make_item("and there", (theme, "positive"), touchpoint_id=two.id)
        make_item("somewhere", (theme, "positive"))
        make_item("where it does not lie", (theme, "positive"), touchpoint_id=third.id)
    assert told([one, two, third]) == {"one": {"friendly": (3, 0, 0)}, "two": {"friendly": (4, 0, 0)}, "third": {}}


def test_filters_narrow_what_counts(app):
    with work():
        place = make_touchpoint(make_journey(), "place")
        theme = make_theme("theme", place)
        make_item("old", (theme, "negative"), said_on=date(2026, 1, 1))
        make_item("north", (theme, "negative"), segment="North", channel="email")
        make_item("south", (theme, "negative"), segment="South")
        make_item("ours", (theme, "negative"), audience="employees")
    assert [told([place], **args)["place"]["theme"][1] for args in (
        {}, {"period": "365"}, {"segment": "North"}, {"channel": "survey"}, {"audience": "all"}, {"from": "2026-01-01"},
    )] == [2, 3, 1, 1, 3, 3]
    assert voices(choice_from({}, today=TODAY).slice).comments == 2


def test_a_part_of_colleagues_voices_is_shown_from_five_people_on(app):
    with work():
        place = make_touchpoint(make_journey(audience="employees"), "place")
        theme = make_theme("theme", place, audience="employees")
        for n in range(9):
            make_item("Too slow", (theme, "negative"), audience="employees", customer_hash=f"{n:064d}",
                      segment="Plant" if n < 5 else "Office")
    ours = {"audience": "employees"}

    def shown(**args):
        choice = choice_from(args, today=TODAY, audience="employees")
        (station,) = stations_of(place.journey_id, choice, landscape())
        return [voice.customers for voice in station.bad]

    assert (shown(**ours), shown(segment="Plant"), shown(segment="Office")) == ([9], [5], [])


def test_quotes_come_one_for_each_theme_and_polarity(app):
    with work():
        place = make_touchpoint(make_journey(), "place")
        theme, other = make_theme("theme", place), make_theme("other", place)
        below = make_theme("below", parent=theme)
        make_item("older", (theme, "negative"), said_on=date(2026, 10, 1))
        newest = make_item("newest", (below, "negative"), said_on=date(2026, 10, 9))
        kind = make_item("kind", (theme, "positive"), said_on=date(2026, 10, 2))
        make_item("of another", (other, "positive"))
    lands, choice = landscape(), choice_from({}, today=TODAY)
    assert quotes_at(choice, lands, place.id, [theme.id], most=1) == {
        (theme.id, "negative"): [newest], (theme.id, "positive"): [kind],
    }
    assert quotes_at(choice, lands, place.id, []) == {}


# -- the page ----------------------------------------------------------------------------------------------------------


def fill(touchpoints: int, themes: int) -> int:
    """A journey with so many touchpoints, each with so many themes; gives its id."""
    journey = make_journey(f"way{touchpoints}", name_en="The long way")
    for n in range(touchpoints):
        place = make_touchpoint(journey, f"p{touchpoints}-{n}", position=n, name_en=f"Place {n}")
        for k in range(themes):
            theme = make_theme(f"t{touchpoints}-{n}-{k}", place, name_en=f"Theme {n} {k}")
            for c in range(themes - k):
                make_item(f"{c}", (theme, "negative"), customer_hash=f"{c:064d}")
    return journey.id


def test_the_map_shows_circles_links_and_the_same_as_a_table(reader):
    with work():
        journey = make_journey(name_en="Buying")
        search, wait = make_touchpoint(journey, "search"), make_touchpoint(journey, "wait", position=2)
        good, bad = make_theme("choice", search), make_theme("callback", search)
        for n in range(4):
            make_item("Nice", (good, "positive"), customer_hash=f"{n:064d}")
        make_item("Nobody called", (bad, "negative"))
    page = reader.get("/feedback/map?channel=survey").text
    assert "What customers experience on their way" in page
    assert "Last 90 days, channel: Survey, 5 comments from 5 customers." in page
    assert re.findall(r'class="jm-map-theme is-(\w+)" href="([^"]+)" aria-label="([^"]+)"', page) == [
        ("good", f"/feedback/themes/{good.id}?channel=survey", "Choice: pleases, 4 customers, 4 comments"),
        ("bad", f"/feedback/themes/{bad.id}?channel=survey", "Callback: annoys, 1 customer, 1 comment"),
    ]
    stops = re.findall(r'class="jm-map-stop[^"]*" href="([^"]+)" aria-label="([^"]+)"', page)
    assert stops == [
        (f"/feedback/touchpoints/{search.id}?channel=survey", "Touchpoint Search"),
        (f"/feedback/touchpoints/{wait.id}?channel=survey", "Touchpoint Wait: nobody said anything about it"),
    ]
    table = page[page.index("<table"):page.index("</table>")]
    assert re.sub(r"\s*<[^>]+>\s*", "|", table).replace("||", "|").count("|Choice|") == 1
    assert re.findall(r"<td>(pleases|annoys)</td><td class=\"is-num\">(\d+)</td>", table) == [("pleases", "4"), ("annoys", "1")]


def test_running_measures_stand_below_the_name_of_their_touchpoint(reader, cast):
    with work():
        place = make_touchpoint(make_journey(), "place")
        idea = closed(cast, cast.ann, now=EARLY)
        for _n in range(2):
            running(cast, idea, now=EARLY + timedelta(days=9), touchpoint_id=place.id)
        planned(cast, idea, now=EARLY + timedelta(days=9), touchpoint_id=place.id)
        done(cast, idea, now=EARLY + timedelta(days=9), touchpoint_id=place.id)
    page = reader.get("/feedback/map").text
    assert 'aria-label="Touchpoint Place, 2 measures running: nobody said anything about it"' in page
    assert re.findall(r'class="jm-map-note"[^>]*>([^<]+)<', page) == ["2 measures running"]


def test_of_fifteen_themes_nine_are_told_with_a_way_to_them(reader):
    with work():
        journey_id = fill(1, 15)
    page = reader.get(f"/feedback/map/{journey_id}").text
    assert re.findall(r'class="jm-map-more"[^>]*aria-label="([^"]+)"', page) == ["and 9 more themes at Place 0"]
    assert page.count('class="jm-map-theme is-bad" href') == 6


def test_several_journeys_can_be_chosen_and_gone_ones_are_not_there(reader):
    with work():
        one, two = make_journey("one", name_en="First way"), make_journey("two", name_en="Second way", position=2)
        gone = make_journey("gone", archived_at=AT)
        ours = make_journey("ours", name_en="Ours", audience="employees", position=0)
        ids = [j.id for j in (one, two, gone, ours)]
    page = reader.get("/feedback/map").text
    assert re.findall(r'<a href="(/feedback/map/\d+)"( aria-current="page")?>([^<]*)<', page) == [
        (f"/feedback/map/{ids[3]}", "", "Ours"), (f"/feedback/map/{ids[0]}", ' aria-current="page"', "First way"),
        (f"/feedback/map/{ids[1]}", "", "Second way"),
    ]
    assert "What colleagues experience on their way" in reader.get(f"/feedback/map/{ids[3]}").text
    assert [reader.get(f"/feedback/map/{n}").status_code for n in (ids[1], ids[2], 9999)] == [200, 404, 404]


def test_an_empty_house_has_a_friendly_map(reader):
    assert "The map is still empty" in reader.get("/feedback/map").text
    with work():
        make_journey()
    assert "This journey has no touchpoints yet" in reader.get("/feedback/map").text


def test_the_map_costs_the_same_however_much_is_on_it(reader, count_queries):
    with work():
        small = fill(1, 1)
    reader.get("/feedback/map")  # the directory is read once
    counts = []
    with count_queries() as statements:
        reader.get(f"/feedback/map/{small}")
    counts.append(len(statements))
    with work():
        large = fill(20, 3)
    with count_queries() as statements:
        assert reader.get(f"/feedback/map/{large}").text.count("<svg class=\"jm-map\"") == 3
    counts.append(len(statements))
    assert counts == [13, 13]


def test_names_are_written_not_run(reader):
    with work():
        place = make_touchpoint(make_journey(name_en="<b>way</b>"), "place", name_en="<script>x</script>")
        theme = make_theme("evil", place, name_en='"><script>y</script>')
        make_item("z", (theme, "negative"))
    page = reader.get("/feedback/map").text
    assert re.findall(r"<script>[xy]|<b>way", page) == []
