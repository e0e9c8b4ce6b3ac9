"""Whatever people type comes back the same, everywhere, and is found by search without ever raising."""

import html

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.forms import one_line, tidy
from suggestbox.ideas import queries, remarks
from suggestbox.ideas.models import Comment, Idea
from suggestbox.ideas.operations import Words, create_draft
from suggestbox.ideas.search import search
from suggestbox.ideas.similar import similar
from suggestbox.people.queries import here
from suggestbox.workflow.operations import move
from tests.factories import START, in_review
from tests.ideas.naughty import NAUGHTY


def shown(text: str) -> str:
    """The text as a page holds it."""
    return html.escape(text, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def test_naughty_strings_come_back_the_same(cast, client_as):
    page = client_as(cast.ann)
    for n, text in enumerate(NAUGHTY):
        answer = page.post("/ideas/new", data={
            "title": text, "problem": text, "proposal": text + "\n" + text, "benefit": text, "submit_key": f"key{n}",
            "confidential": "named", "visibility": "open",
        })
        assert answer.status_code == 302, (text, answer.status_code)
        idea = db.session.scalars(sa.select(Idea).order_by(Idea.id.desc()).limit(1)).one()
        assert (idea.title, idea.problem) == (one_line(text), tidy(text)), repr(text)
        assert idea.proposal == tidy(text + "\n" + text), repr(text)
        body = page.get(f"/ideas/{idea.number}").get_data(as_text=True)
        assert shown(idea.title) in body, repr(text)
        for dangerous in ("<script>alert", "<img src=x", "<svg/onload", "</textarea><b>", ">49</"):
            assert dangerous not in body, repr(text)


def test_naughty_comments_come_back_the_same(cast, client_as):
    with work():
        number = in_review(cast).number
    page = client_as(cast.eve)
    for text in NAUGHTY:
        answer = page.post(f"/ideas/{number}/comments", data={"text": text, "audience": "everyone"})
        assert answer.status_code == 302, repr(text)
    found = list(db.session.scalars(sa.select(Comment.text).order_by(Comment.id)))
    assert found == [tidy(text) for text in NAUGHTY]
    assert page.get(f"/ideas/{number}").status_code == 200


def test_naughty_searches_answer(cast, client_as):
    with work():
        in_review(cast)
    page = client_as(cast.eve)
    everything = Idea.id > 0
    for text in [*NAUGHTY, "\x00", "\x1b[31m", "\ud800", " ", "", "a" * 5000, "\r\n\t"]:
        search(text, everything)
        similar(text, everything)
    for text in NAUGHTY:
        assert page.get("/ideas", query_string={"q": text}).status_code == 200, repr(text)
        assert page.get("/ideas/similar", query_string={"q": text}).status_code == 200, repr(text)


def test_naughty_titles_are_found_by_their_words(cast):
    words = [text for text in NAUGHTY if text.isascii() and text.isalpha() and len(text) < 100]
    with work():
        for text in words:
            idea = create_draft(Words(title=text, problem="x"), actor=cast.ann, now=START)
            move(idea, "submit", actor=cast.ann, now=START)
    for text in words:
        found = search(text, Idea.id > 0)
        assert text in [db.session.get(Idea, idea_id).title for idea_id in found], text


@pytest.mark.parametrize("text", ["a\x00b", "\ud800 alone", "bell\x07", "esc\x1b[31m"])
def test_control_characters_are_kept_out_of_the_database_but_not_the_idea(cast, text):
    with work():
        idea = create_draft(Words(title="t", problem=text), actor=cast.ann, now=START)
        move(idea, "submit", actor=cast.ann, now=START)
    db.session.expire_all()
    assert "\x00" not in db.session.get(Idea, idea.id).problem


def test_page_marks_and_filters_nobody_made_are_harmless(cast, client_as):
    page = client_as(cast.eve)
    for name in ("stage", "area", "department", "outcome", "sort", "show"):
        for text in ("x", "'", "-1", "99999999999999999999", "²", "%00"):
            assert page.get("/ideas", query_string={name: text}).status_code == 200, (name, text)
    assert page.get("/ideas?page=rubbish").status_code == 422
    for path in ("/ideas/2026-0001%00", "/ideas/attachments/a%00.pdf", "/ideas/%F0%9F%98%80", "/ideas/drafts/99999999999"):
        assert page.get(path).status_code == 404, path
    key = page.post("/ideas/new", data={"problem": "x", "submit_key": "\x00'", "confidential": "named", "visibility": "open"})
    assert key.status_code == 302


def test_names_of_people_are_escaped(cast, client_as):
    with work():
        cast.eve.family_name = "<script>alert(1)</script>"
        idea = in_review(cast)
        remarks.add_comment(idea, "Hello", actor=cast.eve, now=START)
        number = idea.number
    body = client_as(cast.sam).get(f"/ideas/{number}").get_data(as_text=True)
    assert "&lt;script&gt;alert(1)" in body
    assert "<script>alert" not in body
    assert len(queries.my_ideas(cast.ann.id)) == 1
    assert here().person(cast.eve.id).family_name == "<script>alert(1)</script>"
