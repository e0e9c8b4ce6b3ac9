"""Reading stories: the list and its filters, the page of one, who is named in it, and what leads to what."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import directory
from suggestbox.stories import queries
from suggestbox.stories.models import Story, StoryPerson, StoryText
from tests.feedback.scene import make_theme
from tests.stories import told

pytestmark = pytest.mark.either


@pytest.fixture
def at(clock):
    clock.move_to(told.TOLD_AT)
    return clock


def words_of(answer):
    """The words of the main part of a page, without marks."""
    page = answer.get_data(as_text=True).split('id="main"', 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def titles(answer):
    return re.findall(r'<h2 class="h3" lang="..">\s*<a href="/stories/\d+">([^<]+)</a>', answer.get_data(as_text=True))


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_down_by_department_area_and_year(cast, client_as, at):
    with work():
        one = told.story(cast, at=told.TOLD_AT - timedelta(days=2), area="process")
        last_year = told.TOLD_AT.replace(year=2025, month=12, day=31, hour=22, minute=59)
        old = told.story(cast, at=last_year, area="product", department_id=cast.logistics.id)
        new_year = told.story(cast, at=last_year + timedelta(minutes=1), area="product", department_id=cast.logistics.id)
        for story, title in ((one, "Neu"), (old, "Alt"), (new_year, "Neujahr")):
            db.session.get_one(StoryText, (story.id, "de")).title = title
        db.session.get_one(Idea, one.idea_id).department_id = cast.it.id
    browser = client_as(cast.sam)
    expected = {
        "": ["Neu", "Neujahr", "Alt"], "area=process": ["Neu"], "area=product": ["Neujahr", "Alt"],
        "area=company": [], "area=nonsense": ["Neu", "Neujahr", "Alt"],
        f"department={cast.logistics.id}": ["Neujahr", "Alt"], f"department={cast.direction.id}": ["Neu", "Neujahr", "Alt"],
        f"department={cast.purchasing.id}": [], "department=9999999999": ["Neu", "Neujahr", "Alt"],
        "year=2026": ["Neu", "Neujahr"], "year=2025": ["Alt"], "year=2024": [], "year=99999": ["Neu", "Neujahr", "Alt"],
        f"year=2026&area=product&department={cast.logistics.id}": ["Neujahr"],
    }
    assert {query: titles(browser.get(f"/stories?{query}")) for query in expected} == expected
    assert "Keine Geschichte passt" in words_of(browser.get("/stories?year=2024"))
    assert browser.get("/stories?page=nonsense").status_code == 422


def test_pages_turn_and_keep_what_they_are_narrowed_down_to(cast, client_as, at):
    with work():
        story = told.story(cast)
        copies(story, 14)
    browser = client_as(cast.sam)
    first = browser.get("/stories?area=process")
    address = re.search(r'href="(/stories\?[^"]+)" rel="next"', first.get_data(as_text=True)).group(1).replace("&amp;", "&")
    second = browser.get(address)
    assert (len(titles(first)), len(titles(second)), "area=process" in address) == (queries.PAGE_SIZE, 3, True)


def copies(story, count):
    """More stories like one, each of an idea of its own."""
    idea = db.session.get_one(Idea, story.idea_id)
    text = db.session.get_one(StoryText, (story.id, "de"))
    for n in range(count):
        twin = Idea(number=f"2026-9{n:03d}", title=f"Twin {n}", stage="submitted", area=idea.area, submitted_at=idea.submitted_at,
                    department_id=idea.department_id, created_at=idea.created_at, changed_at=idea.changed_at)
        db.session.add(twin)
        db.session.flush()
        row = Story(idea_id=twin.id, state="published", created_at=story.created_at, changed_at=story.created_at,
                    created_by_id=story.created_by_id, published_at=story.published_at, picture_id=story.picture_id, facts={})
        db.session.add(row)
        db.session.flush()
        db.session.add(StoryText(story_id=row.id, language="de", title=text.title, lead=text.lead))
    db.session.flush()


@pytest.mark.parametrize(("path", "expected"), [("/stories", 8), ("/", 12)])
def test_pages_ask_as_often_for_thirty_as_for_one(path, expected, cast, client_as, count_queries, at):
    with work():
        told.story(cast)
    browser = client_as(cast.sam)
    counts = []
    for more in (0, 29):
        with work():
            copies(db.session.scalars(sa.select(Story)).first(), more)
        browser.get(path)
        with count_queries() as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
    assert counts == [expected, expected]


def test_an_empty_house_says_what_will_stand_there(cast, client_as, at):
    page = words_of(client_as(cast.sam).get("/stories"))
    assert "Noch keine Geschichten" in page and "Abteilung" not in page.split("Noch keine", 1)[0]


# -- the page of one -------------------------------------------------------------------------------------------------


def test_everybody_reads_it_in_their_language_and_in_the_other_one(cast, client_as, at):
    with work():
        both, german = told.story(cast).id, told.story(cast, languages="de").id
    page = words_of(client_as(cast.sam).get(f"/stories/{both}"))
    for part in (*told.GERMAN.values(), "Vorgeschlagen und entschieden im November 2026, umgesetzt am 13. November 2026."):
        assert part in page, part
    assert told.ENGLISH["title"] not in page
    english = client_as(cast.rex)
    assert told.ENGLISH["since"] in words_of(english.get(f"/stories/{both}"))
    assert told.GERMAN["since"] in words_of(english.get(f"/stories/{both}?language=de"))
    only = english.get(f"/stories/{german}?language=xx").get_data(as_text=True)
    assert f'<h1 lang="de">{told.GERMAN["title"]}</h1>' in only and "How it was" in only


def test_money_is_told_only_where_the_story_says_so(cast, client_as, at):
    facts = {"net_cents": 1234500, "net_kind": "measured"}
    with work():
        open_, closed = told.story(cast, shows_money=True, facts=facts).id, told.story(cast, facts=facts).id
        odd = told.story(cast, shows_money=True, facts={"net_cents": None, "net_kind": "measured"}).id
    browser = client_as(cast.sam)
    shown = ["12.345,00" in words_of(browser.get(f"/stories/{story_id}")) for story_id in (open_, closed, odd)]
    assert shown == [True, False, False]


PEOPLE = ("Ann Albers", "Eve Ebert")
HUSHED = "jemand aus dem Haus, hier ohne Namen"


NAMED = (
    # confidential, answers other than "named", wording, who is named, somebody without a name, leads to the idea and back
    (False, {}, 1, {"Ann Albers", "Eve Ebert"}, False, True),
    (False, {"ann": "unnamed"}, 1, {"Eve Ebert"}, True, False),
    (False, {"eve": "unnamed"}, 1, {"Ann Albers"}, False, False),
    (False, {"eve": "no"}, 1, {"Ann Albers"}, False, False),
    (False, {}, 2, set(), True, False),
    (True, {"ann": "unnamed"}, 1, {"Eve Ebert"}, True, True),
    (True, {}, 1, {"Ann Albers", "Eve Ebert"}, False, True),
)


def test_only_those_are_named_who_agreed_to_this_wording_with_their_name(cast, client_as, at):
    """Where somebody is not named, neither page leads to the other, for the idea's page names its people."""
    with work():
        ids = {confidential: told.story(cast, confidential=confidential).id for confidential in (False, True)}
    browser, own = client_as(cast.sam), client_as(cast.ann)
    for confidential, answers, version, names, hushed, leads in NAMED:
        with work():
            story = db.session.get_one(Story, ids[confidential])
            story.text_version = version
            for row in db.session.scalars(sa.select(StoryPerson).where(StoryPerson.story_id == story.id)):
                row.answer = answers.get("eve" if row.person_id else "ann", "named")
            number, measure_id = db.session.get_one(Idea, story.idea_id).number, story.measure_id
        answer = browser.get(f"/stories/{ids[confidential]}")
        page, raw = words_of(answer), answer.get_data(as_text=True)
        case = (confidential, answers, version)
        assert ({name for name in PEOPLE if name in page}, HUSHED in page) == (names, hushed), case
        back = [browser.get(path).get_data(as_text=True) for path in (f"/ideas/{number}", f"/measures/{measure_id}")]
        links = [f"/ideas/{number}" in raw, "/measures/" in raw, *(f"/stories/{ids[confidential]}" in one for one in back)]
        assert links == [leads] * 4, case
        # Who handed it in knows everybody in it.
        assert f"/stories/{ids[confidential]}" in own.get(f"/ideas/{number}").get_data(as_text=True), case


def test_who_was_left_out_is_not_one_click_away(cast, client_as, at):
    with work():
        story = told.story(cast, facts={"left_out": [cast.eve.id]})
        db.session.delete(db.session.scalars(sa.select(StoryPerson).where(StoryPerson.person_id == cast.eve.id)).one())
        story_id, number = story.id, db.session.get_one(Idea, story.idea_id).number
    raw = client_as(cast.sam).get(f"/stories/{story_id}").get_data(as_text=True)
    assert (f"/ideas/{number}" in raw, "Eve Ebert" in raw) == (False, False)


def test_a_preview_shows_who_has_not_answered_as_they_would_be_named(cast, at):
    with work():
        shown = []
        for confidential in (False, True):
            story = told.story(cast, confidential=confidential)
            story.text_version = 2
            db.session.flush()
            for preview in (False, True):
                found = queries.named(story, directory(told.TOLD_AT.date()), preview=preview)
                shown.append(([b.name for b in found.submitters], [b.name for b in found.owners],
                              found.hushed_submitters, found.hushed_owners))
    assert shown == [([], [], 1, 1), (["Ann Albers"], ["Eve Ebert"], 0, 0), ([], [], 1, 1), ([], ["Eve Ebert"], 1, 0)]


GONE = {
    "draft": {"state": "draft"}, "asked": {"state": "asked"}, "discarded": {"state": "discarded"},
    "taken down": {"state": "withdrawn", "withdrawn_at": told.TOLD_AT},
}


def hide(story, how):
    """Have a story no longer told."""
    if how in GONE:
        for name, value in GONE[how].items():
            setattr(story, name, value)
    elif how == "handed over":
        idea = db.session.get_one(Idea, story.idea_id)
        idea.outcome, idea.office_id = "handed_over", story.created_by_id
    else:
        set_rule("modules.stories", False, now=told.TOLD_AT)


def test_what_is_not_told_any_more_does_not_exist(cast, client_as, at):
    with work():
        story = told.story(cast, picture=True)
        story_id, number = story.id, db.session.get_one(Idea, story.idea_id).number
    browser = client_as(cast.sam)
    pages = [f"/stories/{story_id}", f"/stories/{story_id}/picture"]
    assert [browser.get(path).status_code for path in pages] == [200, 200]
    for how in (*GONE, "handed over", "module off"):
        with work():
            story = db.session.get_one(Story, story_id)
            story.state, story.withdrawn_at = "published", None
            hide(story, how)
        codes = [browser.get(path).status_code for path in pages]
        codes.append(browser.post(f"/stories/{story_id}/react", data={"kind": "well_done", "wanted": "1"}).status_code)
        assert codes == [404, 404, 404], how
        everywhere = [browser.get(path).get_data(as_text=True) for path in ("/", "/stories", f"/ideas/{number}")]
        assert [told.GERMAN["title"] in page for page in everywhere] == [False, False, False], how


def test_a_story_of_an_idea_for_few_is_read_by_all_but_leads_only_those_few_on(cast, client_as, at):
    with work():
        story = told.story(cast, picture=True, visibility="handlers")
        story_id, number = story.id, db.session.get_one(Idea, story.idea_id).number
    seen = {}
    for name in ("sam", "bob"):
        browser = client_as(getattr(cast, name))
        page = browser.get(f"/stories/{story_id}")
        seen[name] = (page.status_code, f"/ideas/{number}" in page.get_data(as_text=True),
                      browser.get(f"/stories/{story_id}/picture").status_code)
    assert seen == {"sam": (200, False, 200), "bob": (200, True, 200)}


def test_pictures_come_large_and_small_and_are_not_sent_twice(cast, client_as, at):
    with work():
        story_id = told.story(cast, picture=True).id
    browser = client_as(cast.sam)
    large, small = browser.get(f"/stories/{story_id}/picture"), browser.get(f"/stories/{story_id}/picture?small=1")
    sizes = []
    for answer in (large, small):
        sizes.append(Image.open(io.BytesIO(answer.data)).size)
        again = browser.get(answer.request.full_path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, answer.headers["Content-Security-Policy"]) == (304, "default-src 'none'; sandbox")
    assert sizes == [(1200, 900), (720, 540)]


def test_the_theme_leads_to_its_stories(cast, client_as, at):
    with work():
        theme = make_theme("Goods receipt")
        above = make_theme("Logistics")
        theme.parent_id = above.id
        told.story(cast, theme_id=theme.id)
        told.story(cast)
        paths = [f"/feedback/themes/{one.id}" for one in (theme, above)]
    browser = client_as(cast.sam)
    counts = [browser.get(path).get_data(as_text=True).count('href="/stories/') for path in paths]
    assert counts == [1, 1]


def test_the_style_of_stories_is_on_every_page_that_shows_one():
    for path in ("stories/list", "stories/show", "stories/edit", "stories/agree", "ideas/home"):
        assert "css/stories.css" in Path(f"templates/{path}.html").read_text(encoding="utf-8"), path


def test_a_name_that_stands_in_the_words_is_not_simply_left_out(cast, client_as, at):
    with work():
        story = told.story(cast, cast.ann)
        story_id, seen, story.asked_at = story.id, story.text_version, told.TOLD_AT
        db.session.get_one(StoryText, (story_id, "de")).before = f"Herr {cast.ann.family_name} suchte jeden Tag."
    said = {"answer": "unnamed", "seen_wording": str(seen)}
    assert client_as(cast.ann).post(f"/stories/{story_id}/agree", data=said).status_code == 422
    with work():
        db.session.get_one(StoryText, (story_id, "de")).before = "Jemand suchte jeden Tag."
    assert client_as(cast.ann).post(f"/stories/{story_id}/agree", data=said).status_code == 303
    with work():
        assert queries.named(db.session.get_one(Story, story_id), directory(told.TOLD_AT.date())).hushed_submitters == 1
