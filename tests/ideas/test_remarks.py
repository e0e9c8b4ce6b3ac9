"""Comments for two audiences, reports, hiding with a reason, support."""

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, Invalid, Refused
from suggestbox.ideas import remarks
from suggestbox.ideas.models import Comment, CommentReport, Idea, Support
from tests.factories import START, in_review, submitted


def test_comments_of_handlers_are_read_by_handlers_only(cast, client_as):
    with work():
        idea = in_review(cast)
        remarks.add_comment(idea, "Open words", actor=cast.eve, now=START)
        remarks.add_comment(idea, "Closed words", audience="handlers", actor=cast.bob, now=START)
        number = idea.number
    readers = {}
    for name in ("ann", "sam", "rex", "bob", "ida", "cat"):
        body = client_as(getattr(cast, name)).get(f"/ideas/{number}").get_data(as_text=True)
        assert "Open words" in body
        readers[name] = "Closed words" in body
    assert readers == {"ann": False, "sam": False, "rex": False, "bob": True, "ida": True, "cat": True}
    assert db.session.scalars(sa.select(Idea.comment_count)).one() == 1


def test_only_handlers_write_for_handlers(cast):
    with work():
        idea = in_review(cast)
        for person in (cast.ann, cast.sam, cast.rex):
            with pytest.raises(Denied):
                remarks.add_comment(idea, "x", audience="handlers", actor=person, now=START)


def test_a_comment_that_cannot_be_taken_keeps_its_text(cast, client_as):
    with work():
        number = in_review(cast).number
    page = client_as(cast.eve)
    long = page.post(f"/ideas/{number}/comments", data={"text": "y" * 5001, "audience": "everyone"})
    assert (long.status_code, "y" * 5001 in long.get_data(as_text=True)) == (422, True)
    assert page.post(f"/ideas/{number}/comments", data={"text": " ", "audience": "everyone"}).status_code == 422
    assert db.session.scalars(sa.select(Comment)).all() == []


def test_reported_comments_are_hidden_with_a_reason_everybody_reads(cast, client_as):
    with work():
        idea = in_review(cast)
        comment = remarks.add_comment(idea, "Rude words", actor=cast.eve, now=START).id
        number = idea.number
    assert client_as(cast.sam).post(f"/ideas/comments/{comment}/report", data={"reason": "Rude."}).status_code == 302
    assert client_as(cast.sam).get(f"/ideas/comments/{comment}/hide").status_code == 403
    bob = client_as(cast.bob)
    assert "Rude." in bob.get(f"/ideas/comments/{comment}/hide").get_data(as_text=True)
    assert bob.post(f"/ideas/comments/{comment}/hide", data={"reason": ""}).status_code == 422
    assert bob.post(f"/ideas/comments/{comment}/hide", data={"reason": "Against our manners."}).status_code == 302
    body = client_as(cast.sam).get(f"/ideas/{number}").get_data(as_text=True)
    assert ("Rude words" in body, "Against our manners." in body) == (False, True)
    assert db.session.scalars(sa.select(Idea.comment_count)).one() == 0
    assert [report.settled_at is None for report in db.session.scalars(sa.select(CommentReport))] == [False]
    assert bob.post(f"/ideas/comments/{comment}/hide", data={"reason": "Again."}).status_code == 409


def test_reports_can_be_settled_without_hiding(cast, client_as):
    with work():
        comment = remarks.add_comment(in_review(cast), "Plain words", actor=cast.eve, now=START)
        remarks.report_comment(comment, "I disagree.", actor=cast.sam, now=START)
        with pytest.raises(Refused):
            remarks.report_comment(comment, "Mine.", actor=cast.eve, now=START)
        with pytest.raises(Invalid):
            remarks.report_comment(comment, " ", actor=cast.sam, now=START)
        number = comment.id
    assert client_as(cast.bob).post(f"/ideas/comments/{number}/hide", data={"keep": "1"}).status_code == 302
    assert db.session.scalars(sa.select(Comment.hidden_at)).one() is None


def test_nobody_hides_comments_on_an_idea_of_their_own(cast):
    with work():
        idea = submitted(cast, cast.bob)
        comment = remarks.add_comment(idea, "x", actor=cast.ida, now=START)
        with pytest.raises(Denied):
            remarks.hide_comment(idea, comment, "no", actor=cast.bob, now=START)


def test_comments_one_may_not_read_do_not_exist(cast, client_as):
    with work():
        closed = remarks.add_comment(in_review(cast), "Closed", audience="handlers", actor=cast.bob, now=START).id
    assert client_as(cast.sam).get(f"/ideas/comments/{closed}/report").status_code == 404
    assert client_as(cast.sam).get("/ideas/comments/9999/report").status_code == 404


def test_support_counts_each_person_once(cast, client_as):
    with work():
        number = in_review(cast).number
    for person in (cast.eve, cast.sam, cast.eve):
        assert client_as(person).post(f"/ideas/{number}/support", data={"wanted": "1"}).status_code == 302
    assert db.session.scalars(sa.select(Idea.support_count)).one() == 2
    client_as(cast.eve).post(f"/ideas/{number}/support", data={"wanted": "0"})
    assert db.session.scalars(sa.select(Idea.support_count)).one() == 1
    assert [row.person_id for row in db.session.scalars(sa.select(Support))] == [cast.sam.id]


def test_nobody_supports_their_own_idea_or_one_that_is_not_open_yet(cast):
    with work():
        with pytest.raises(Denied):
            remarks.set_support(in_review(cast), True, actor=cast.ann, now=START)
        with pytest.raises(Denied):
            remarks.set_support(submitted(cast), True, actor=cast.ida, now=START)
