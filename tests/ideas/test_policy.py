"""The visibility table: who sees an idea in which state, in Python and in SQL alike, and who reads the outcome."""

import re

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.ideas import policy, queries, remarks
from suggestbox.ideas.models import Idea
from suggestbox.ideas.parts import part_of
from suggestbox.ideas.readable import ideas_read_ahead, readable
from suggestbox.people.queries import here
from suggestbox.workflow.operations import move
from tests.factories import START, closed, conversation, draft, in_review, offered, submitted

NAMES = ("lea", "cat", "dan", "ann", "eve", "bob", "pia", "ria", "sam", "kim", "coo", "rex", "ida", "ivo", "dot", "wes")
EVERYBODY = frozenset(NAMES)


def seen_by(cast, idea: Idea) -> frozenset[str]:
    """Everybody who sees the idea; all ways to ask agree."""
    found = set()
    book = here()
    for name in NAMES:
        person = getattr(cast, name)
        one = policy.may_see(idea, person)
        many = bool(db.session.scalar(sa.select(Idea.id).where(Idea.id == idea.id, policy.visible_to(person.id, book))))
        assert one == many, (name, idea.stage)
        mine = part_of(idea, person.id, "accepted", "invited")
        for parts in ([mine.id], []) if mine else ([],):
            assert bool(readable([idea.id], person.id, book, parts)) == one, (name, idea.stage)
            with ideas_read_ahead([idea.id]):
                assert bool(readable([idea.id], person.id, book, parts)) == one, (name, idea.stage)
        if idea.number:
            assert (queries.visible_idea(idea.number, person.id, book) is not None) == one
        if one:
            found.add(name)
    return frozenset(found)


def reading_outcome(cast, idea: Idea) -> frozenset[str]:
    """Everybody who reads the outcome, asked in both ways."""
    found = set()
    book = here()
    for name in NAMES:
        person = getattr(cast, name)
        one = policy.may_read_outcome(idea, person)
        many = db.session.scalar(
            sa.select(Idea.id).where(
                Idea.id == idea.id, policy.visible_to(person.id, book), policy.reads_outcome(person.id, book)
            )
        )
        assert one == bool(many), name
        if one:
            found.add(name)
    return frozenset(found)


def test_a_draft_is_seen_by_its_submitters_only(cast):
    with work():
        idea = draft(cast)
        assert seen_by(cast, idea) == {"ann"}


def test_an_invited_colleague_sees_it_from_the_hand_in(cast):
    with work():
        idea = draft(cast, cast.ann, cast.eve)
        idea.submitters[1].state = "invited"
        db.session.flush()
        assert seen_by(cast, idea) == {"ann"}
        move(idea, "submit", actor=cast.ann, now=START)
        assert seen_by(cast, idea) == {"ann", "eve", "bob", "ida", "ivo"}


def test_before_the_first_look_only_submitters_coordinator_and_idea_management_see_it(cast):
    with work():
        assert seen_by(cast, submitted(cast)) == {"ann", "bob", "ida", "ivo"}


def test_from_the_first_look_on_everybody_sees_it(cast):
    with work():
        assert seen_by(cast, in_review(cast)) == EVERYBODY


def test_only_for_handlers_means_those_who_handle_it(cast):
    with work():
        idea = in_review(cast, visibility="handlers")
        assert seen_by(cast, idea) == {"ann", "bob", "cat", "lea", "rex", "ria", "ida", "ivo"}


def test_admin_and_works_council_read_what_everybody_reads(cast):
    with work():
        for idea in (submitted(cast), in_review(cast, visibility="handlers"), draft(cast)):
            assert not seen_by(cast, idea) & {"dot", "wes"}


def test_handed_over_is_seen_by_submitters_office_and_idea_management(cast):
    with work():
        idea = in_review(cast)
        move(idea, "hand_over", actor=cast.bob, now=START, kind="safety", office_id=cast.kim.id, reason="An accident.")
        assert seen_by(cast, idea) == {"ann", "kim", "ida", "ivo"}


def test_withdrawn_is_seen_by_submitters_and_handlers(cast):
    with work():
        idea = in_review(cast)
        move(idea, "withdraw", actor=cast.ann, now=START, reason="Solved.")
        assert seen_by(cast, idea) == {"ann", "bob", "cat", "lea", "rex", "ria", "ida", "ivo"}


def test_a_deputy_sees_what_an_absent_coordinator_has_to_look_at(cast):
    from suggestbox.people.models import Absence, Deputy

    with work():
        idea = submitted(cast)
        today = here().today
        db.session.add(Absence(person_id=cast.bob.id, from_on=today, until_on=today))
        db.session.add(Deputy(person_id=cast.bob.id, deputy_id=cast.sam.id))
        db.session.flush()
        assert seen_by(cast, idea) == {"ann", "bob", "sam", "ida", "ivo"}


def test_outcome_before_the_release_is_read_by_those_who_decide_and_host(cast):
    with work():
        idea = conversation(cast)
        assert idea.released_at is None
        assert reading_outcome(cast, idea) == {"bob", "cat", "lea", "ida", "ivo"}


def test_outcome_from_the_release_is_read_by_submitters_and_reviewers(cast):
    with work():
        idea = offered(cast)
        assert reading_outcome(cast, idea) == {"ann", "bob", "cat", "lea", "rex", "ria", "ida", "ivo"}


def test_outcome_from_the_closing_is_read_by_everybody(cast):
    with work():
        assert reading_outcome(cast, closed(cast)) == EVERYBODY


def test_filtering_by_outcome_tells_nobody_what_they_may_not_read(cast):
    with work():
        conversation(cast, outcome="adopted")
        book = here()
        wanted = queries.Filters(outcome="adopted")
        found = {name: len(queries.list_ideas(wanted, getattr(cast, name).id, book)) for name in ("ann", "sam", "cat")}
        assert found == {"ann": 0, "sam": 0, "cat": 1}


def test_handlers_talk_among_themselves_and_reviewers_join_after_their_own_score(cast):
    from tests.factories import answer_review

    with work():
        idea = in_review(cast)
        allowed = {n for n in NAMES if policy.may_read_handlers_comments(idea, getattr(cast, n))}
        assert allowed == {"bob", "cat", "lea", "ida", "ivo"}
        answer_review(idea, cast.rex, START)
        assert policy.may_read_handlers_comments(idea, cast.rex)
        assert not policy.may_read_handlers_comments(idea, cast.ria)


def test_names_are_hidden_from_reviewers_until_they_scored_if_the_house_says_so(cast):
    from tests.factories import answer_review

    with work():
        set_rule("ideas.names_before_scoring", False, now=START)
        idea = in_review(cast)
        assert not policy.shows_submitters(idea, cast.rex)
        assert policy.shows_submitters(idea, cast.sam)
        rows = queries.list_ideas(queries.Filters(), cast.rex.id, here()).rows
        assert [row.submitters for row in rows] == [[None]]
        answer_review(idea, cast.rex, START)
        assert policy.shows_submitters(idea, cast.rex)


@pytest.mark.slow
def test_a_confidential_name_is_on_no_page_of_anybody_else(cast, client_as):
    with work():
        idea = in_review(cast, cast.ann, confidential=True)
        remarks.add_comment(idea, "May I add something?", actor=cast.ann, now=START)
        number = idea.number
    told = {}
    for name in NAMES:
        browser = client_as(getattr(cast, name))
        pages = [f"/ideas/{number}", "/ideas", "/ideas?q=labels", "/ideas/similar?q=labels+at+goods+receipt+pallets"]
        if name != "ann":
            pages.append("/")
        bodies = [browser.get(page) for page in pages]
        assert [answer.status_code for answer in bodies] == [200] * len(pages), name
        told[name] = any(b"Albers" in answer.data for answer in bodies[:1])
        if name not in ("ann", "ida", "ivo"):
            assert not any(b"Albers" in answer.data or b"ann@example" in answer.data for answer in bodies), name
    assert {name for name, yes in told.items() if yes} == {"ann", "ida", "ivo"}


def test_a_confidential_name_is_in_no_row_but_its_own_table(cast):
    with work():
        idea = in_review(cast, cast.ann, confidential=True)
        remarks.add_comment(idea, "More about it.", actor=cast.ann, now=START)
        db.session.flush()
        tables = {"comment": "by_id", "submitter": "person_id", "journal_entry": "actor_id", "step": "owner_id"}
        for table, column in tables.items():
            rows = db.session.execute(sa.text(f"SELECT {column} FROM {table} WHERE idea_id = {idea.id}")).scalars()
            assert cast.ann.id not in list(rows), table


def test_what_is_hidden_answers_like_what_does_not_exist(cast, client_as):
    with work():
        hidden = submitted(cast).number
    browser = client_as(cast.sam)
    there, nowhere = browser.get(f"/ideas/{hidden}"), browser.get("/ideas/2026-9999")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    bodies = [re.sub(rb'name="csrf_token" value="[^"]*"', b"", answer.data) for answer in (there, nowhere)]
    assert bodies[0].replace(hidden.encode(), b"") == bodies[1].replace(b"2026-9999", b"")
    for path in ("comments", "support", "attachments"):
        assert browser.post(f"/ideas/{hidden}/{path}", data={"text": "x"}).status_code == 404, path
