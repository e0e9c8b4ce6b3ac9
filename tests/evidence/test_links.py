"""An idea answers a theme: who may say so, who may take it back, and what others learn of it."""

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, Invalid, NotFound
from suggestbox.core.settings import set_rule
from suggestbox.evidence.models import IdeaTheme
from suggestbox.evidence.operations import MOST_THEMES, link_theme, unlink_theme
from suggestbox.evidence.policy import linker
from suggestbox.evidence.queries import counts_of_ideas, ideas_of, themes_of
from suggestbox.feedback.joining import merge_theme
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas.models import Idea
from suggestbox.journal.models import Entry
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.cast import Cast
from tests.factories import START
from tests.feedback import scene


def _entries(idea: Idea) -> list[tuple[str, int | None, str, dict]]:
    kinds = ("evidence.link", "evidence.unlink")
    query = sa.select(Entry).where(Entry.idea_id == idea.id, Entry.kind.in_(kinds)).order_by(Entry.id)
    return [(e.kind, e.actor_id, e.role, e.facts) for e in db.session.scalars(query)]


def _rows(idea: Idea) -> list[tuple[int, str, int | None]]:
    return [(row.theme_id, row.linked_as, row.by_id)
            for row in db.session.scalars(sa.select(IdeaTheme).where(IdeaTheme.idea_id == idea.id).order_by("theme_id"))]


# -- who ---------------------------------------------------------------------------------------------------------------


def test_who_may_link(cast: Cast):
    """The submitter, the coordinator of the idea's department, a CX manager; nobody else."""
    with work():
        cem = scene.make_cx_manager(cast)
        idea = f.in_review(cast)
        said = {name: linker(idea, person) for name, person in {**cast.people(), "cem": cem}.items()}
    assert {name: who for name, who in said.items() if who} == {
        "ann": "submitter", "bob": "coordinator", "cem": "cx_manager"}
    assert linker(idea, None) == ""


def test_a_draft_is_its_submitters_alone(cast: Cast):
    with work():
        cem = scene.make_cx_manager(cast)
        idea = f.draft(cast)
        assert [linker(idea, person) for person in (cast.ann, cast.bob, cem, cast.sam)] == ["submitter", "", "", ""]


def test_an_idea_that_is_not_theirs_to_see_is_not_theirs_to_link(cast: Cast):
    with work():
        cem = scene.make_cx_manager(cast)
        before_triage, closed_to_others = f.submitted(cast), f.in_review(cast, visibility="handlers")
        assert [linker(i, cem) for i in (before_triage, closed_to_others)] == ["", ""]


def test_taken_back_ideas_answer_nothing_any_more(cast: Cast):
    with work():
        idea = f.withdrawn(cast)
        assert (linker(idea, cast.ann), linker(idea, cast.bob)) == ("", "")


def test_a_coordinator_who_handed_it_in_stays_a_submitter(cast: Cast):
    """Their link must not name them."""
    with work():
        idea = f.submitted(cast, cast.bob, confidential=True)
        theme = scene.make_theme("delay")
        link_theme(idea, theme.id, actor=cast.bob, now=START)
    assert _rows(idea) == [(theme.id, "submitter", None)]


# -- linking -----------------------------------------------------------------------------------------------------------


def test_links_name_the_house_and_no_submitter(cast: Cast):
    with work():
        one, two = scene.make_theme("delay"), scene.make_theme("noise")
        idea = f.in_review(cast, confidential=True)
        assert link_theme(idea, one.id, actor=cast.ann, now=START) is True
        assert link_theme(idea, two.id, actor=cast.bob, now=START) is True
        assert link_theme(idea, two.id, actor=cast.ann, now=START) is False
    assert _rows(idea) == [(one.id, "submitter", None), (two.id, "coordinator", cast.bob.id)]
    assert _entries(idea) == [
        ("evidence.link", None, "submitter", {"theme_id": one.id}),
        ("evidence.link", cast.bob.id, "person", {"theme_id": two.id}),
    ]


def test_who_has_nothing_to_do_with_it_may_not(cast: Cast):
    with work():
        theme, idea = scene.make_theme("delay"), f.in_review(cast)
        with pytest.raises(Denied):
            link_theme(idea, theme.id, actor=cast.sam, now=START)
        with pytest.raises(Denied):
            unlink_theme(idea, theme.id, actor=cast.rex, now=START)
    assert _rows(idea) == []


def test_taking_back(cast: Cast):
    """Submitters take back theirs; the house's stay with the house."""
    with work():
        cem = scene.make_cx_manager(cast)
        one, two = scene.make_theme("delay"), scene.make_theme("noise")
        idea = f.in_review(cast)
        link_theme(idea, one.id, actor=cast.ann, now=START)
        link_theme(idea, two.id, actor=cem, now=START)
        assert unlink_theme(idea, one.id, actor=cast.ann, now=START) is True
        assert unlink_theme(idea, one.id, actor=cast.ann, now=START) is False
        with pytest.raises(Denied):
            unlink_theme(idea, two.id, actor=cast.ann, now=START)
        assert unlink_theme(idea, two.id, actor=cast.bob, now=START) is True
    assert _rows(idea) == []
    assert [kind for kind, *_rest in _entries(idea)] == ["evidence.link", "evidence.link", "evidence.unlink", "evidence.unlink"]


def test_themes_that_are_gone_cannot_be_linked(cast: Cast):
    with work():
        gone = scene.make_theme("old", archived_at=START)
        idea = f.in_review(cast)
        for theme_id in (gone.id, 4711):
            with pytest.raises(NotFound):
                link_theme(idea, theme_id, actor=cast.ann, now=START)


def test_an_idea_that_answers_everything_answers_nothing(cast: Cast):
    with work():
        idea = f.in_review(cast)
        for n in range(MOST_THEMES):
            link_theme(idea, scene.make_theme(f"theme {n}").id, actor=cast.ann, now=START)
        with pytest.raises(Invalid):
            link_theme(idea, scene.make_theme("one more").id, actor=cast.ann, now=START)
    assert len(_rows(idea)) == MOST_THEMES


def test_a_theme_that_was_merged_is_told_by_the_one_it_went_into(cast: Cast):
    with work():
        cem = scene.make_cx_manager(cast)
        small, large = scene.make_theme("lift"), scene.make_theme("lifts")
        idea = f.in_review(cast)
        link_theme(idea, small.id, actor=cast.ann, now=START)
        merge_theme(small, large, now=START, by_id=cem.id)
    assert [link.theme.id for link in themes_of(idea.id)] == [large.id]
    assert [answer.idea.id for answer in ideas_of([large.id], cast.sam)] == [idea.id]


# -- the other way round -----------------------------------------------------------------------------------------------


def test_a_theme_shows_only_ideas_the_reader_may_see(cast: Cast):
    """Before triage, for handlers only, drafts: they are in no list and in no count."""
    with work():
        theme = scene.make_theme("delay")
        below = scene.make_theme("delay of parcels", parent=theme)
        shown, handlers = f.in_review(cast), f.in_review(cast, visibility="handlers")
        early, draft, withdrawn = f.submitted(cast), f.draft(cast), f.in_review(cast)
        for idea in (shown, handlers, early, draft, withdrawn):
            link_theme(idea, (below if idea is shown else theme).id, actor=cast.ann, now=START)
        move(withdrawn, "withdraw", actor=cast.ann, now=START)
    ids = [theme.id, below.id]

    def seen(person: object) -> tuple[list[int], int]:
        found = sorted(answer.idea.id for answer in ideas_of(ids, person))
        return found, counts_of_ideas(person, landscape()).get(theme.id, 0)

    assert seen(cast.sam) == ([shown.id], 1)
    assert seen(cast.ann) == (sorted([shown.id, handlers.id, early.id]), 3)
    assert seen(None) == ([], 0)
    assert counts_of_ideas(cast.sam, landscape()) == {theme.id: 1, below.id: 1}


def test_an_outcome_that_was_not_told_yet_looks_like_an_idea_on_its_way(cast: Cast):
    """cat declined it and has not talked with ann; cat knows, ann and sam do not."""
    with work():
        theme = scene.make_theme("delay")
        idea = f.conversation(cast, outcome="declined", facts={"change_for_yes": "A cheaper printer."})
        link_theme(idea, theme.id, actor=cast.ann, now=START)
    for person, told in ((cast.cat, ("declined", "declined")), (cast.ann, ("open", "")), (cast.sam, ("open", ""))):
        assert [(a.kind, a.outcome) for a in ideas_of([theme.id], person)] == [told]


def test_ideas_of_a_theme_are_found_in_the_same_number_of_statements(cast: Cast, count_queries):
    counts = []
    with work():
        theme = scene.make_theme("delay")
    for many in (1, 3):
        with work():
            for _n in range(many):
                link_theme(f.in_review(cast), theme.id, actor=cast.ann, now=START)
        ideas_of([theme.id], cast.sam)
        with count_queries() as statements:
            ideas_of([theme.id], cast.sam)
        counts.append(len(statements))
    assert counts == [3, 3]


# -- pages -------------------------------------------------------------------------------------------------------------


def test_pressing_it_on_the_page_of_the_idea(cast: Cast, client_as, clock):
    with work():
        theme, idea = scene.make_theme("delay", name_de="Verspätung"), f.in_review(cast)
        scene.make_item("Das Paket kam zu spät.", (theme, "negative"))
        number, theme_id = idea.number, theme.id
    ann = client_as(cast.ann)
    answer = ann.post(f"/ideas/{number}/themes", data={"theme": theme_id})
    assert (answer.status_code, answer.location) == (303, f"/ideas/{number}#evidence")
    page = ann.get(f"/ideas/{number}").text
    assert "Verspätung" in page
    assert "Das Paket kam zu spät." in page
    answer = ann.post(f"/ideas/{number}/themes/remove", data={"theme": theme_id})
    assert answer.status_code == 303
    assert themes_of(idea.id) == []


def test_refusals_tell_nothing(cast: Cast, client_as, clock):
    """Whoever may not see the idea is told that it does not exist, whatever the theme; others that they may not."""
    with work():
        theme = scene.make_theme("delay")
        hidden, shown = f.submitted(cast), f.in_review(cast)
        numbers, theme_id = (hidden.number, shown.number), theme.id
    sam = client_as(cast.sam)
    statuses = [[sam.post(f"/ideas/{n}/themes{end}", data={"theme": t}).status_code for t in (theme_id, 4711)]
                for n in numbers for end in ("", "/remove")]
    assert statuses == [[404, 404], [404, 404], [403, 403], [403, 403]]


def test_others_read_it_and_cannot_change_it(cast: Cast, client_as, clock):
    with work():
        theme, idea = scene.make_theme("delay", name_de="Verspätung"), f.in_review(cast, confidential=True)
        link_theme(idea, theme.id, actor=cast.ann, now=START)
        number = idea.number
    page = client_as(cast.sam).get(f"/ideas/{number}").text
    assert "Verspätung" in page
    assert f"/ideas/{number}/themes" not in page
    assert "Albers" not in page


def test_a_house_without_the_module_shows_nothing_of_it(cast: Cast, client_as, clock):
    with work():
        theme, idea = scene.make_theme("delay", name_de="Verspätung"), f.in_review(cast)
        link_theme(idea, theme.id, actor=cast.ann, now=START)
        set_rule("modules.feedback", False, now=START)
        number, theme_id = idea.number, theme.id
    ann = client_as(cast.ann)
    assert "Verspätung" not in ann.get(f"/ideas/{number}").text
    assert ann.post(f"/ideas/{number}/themes", data={"theme": theme_id}).status_code == 404
    assert ann.get("/feedback/unanswered").status_code == 404


def test_reviewers_and_the_sheet_show_the_evidence(cast: Cast, client_as, clock):
    with work():
        theme = scene.make_theme("delay", name_de="Verspätung", name_en="Delay")
        scene.make_item("Mein Paket kam zu spät.", (theme, "negative"))
        asked, talked = f.in_review(cast), f.conversation(cast)
        for idea in (asked, talked):
            link_theme(idea, theme.id, actor=cast.ann, now=START)
        steps = sa.select(Step.id).where(Step.idea_id == asked.id, Step.owner_id == cast.ria.id, Step.kind == "review")
        step_id, number = db.session.scalar(steps), talked.number
    for page in (client_as(cast.ria).get(f"/queue?step={step_id}").text,
                 client_as(cast.cat).get(f"/ideas/{number}/talk?print=1").text,
                 client_as(cast.cat).get(f"/ideas/{number}/talk").text):
        assert page.count("Mein Paket kam zu spät.") == 1
