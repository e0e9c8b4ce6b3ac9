"""Attacks: what somebody tries who reads addresses, forges forms and compares answers. Each was possible once."""

import base64
import html
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.conversations.models import Promise
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.ideas import queries
from suggestbox.ideas.models import Idea
from suggestbox.ideas.remarks import add_comment, hide_comment
from suggestbox.people.models import Body, BodyMember, Department
from suggestbox.people.queries import here
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("clock")

EARLIER = NOON - timedelta(days=1)
LONG_AGO = NOON - timedelta(days=28)


@pytest.fixture
def cast(cast):
    """The people of tests/cast.py, reading English."""
    with work():
        for person in cast.people().values():
            person.language = "en"
    return cast


def get(client, url: str) -> str:
    return client.get(url).get_data(as_text=True)


# -- numbers and marks nobody of ours writes ---------------------------------------------------------------------------

ODD = ("²", "٣", "9" * 30, "9" * 5000, "-1", "1e5", "x")


def mark(content: str) -> str:
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


@pytest.mark.parametrize("odd", ODD)
def test_odd_numbers_in_addresses_are_no_fault_of_ours(odd, cast, client_as):
    with work():
        idea = f.submitted(cast, now=EARLIER)
    bob = client_as(cast.bob)
    for url in ("/queue", "/queue/several", f"/ideas/{idea.number}/moves/assign", "/ideas"):
        for name in ("step", "department"):
            assert bob.get(url, query_string={name: odd, "queue": "1"}).status_code == 200, (url, name)
    assert bob.get("/queue").status_code == 200


@pytest.mark.parametrize("odd", ODD)
def test_odd_numbers_in_forms_are_no_fault_of_ours(odd, cast, client_as):
    with work():
        idea = f.submitted(cast, now=EARLIER)
        talk = f.conversation(cast, now=LONG_AGO)
    bob, cat = client_as(cast.bob), client_as(cast.cat)
    page = f"/ideas/{idea.number}/moves/"
    assert bob.post(f"{page}assign", data={"turn": odd, "reviewers": odd, "further_departments": odd}).status_code < 500
    assert bob.post(f"{page}assign", data={"reviewers": odd}).status_code == 422
    assert bob.post(f"{page}route", data={"department_id": odd, "reason": "x"}).status_code == 422
    assert bob.post(f"{page}move_due", data={"step_id": odd, "due_on": "2027-01-04", "reason": "x"}).status_code < 500
    assert bob.post(f"{page}ask", data={"text": "", "queue": "1", "step": odd, "next_step": odd}).status_code == 422
    assert bob.post(f"{page}propose_correction",
                    data={"kind": "submitters", "remove_submitter_id": odd, "reason": "x"}).status_code == 422
    assert bob.post("/queue/skip", data={"step": odd}).status_code == 404
    assert bob.post("/queue/several", data={"steps": odd, "experts": "Rex Reed"}).status_code < 500
    offer = {"party_id": odd, "slot_at": ["2026-11-10T10:00", "0001-01-01T00:00"], "slot_form": ["phone", "phone"],
             "slot_place": ["", ""], "slot_minutes": [odd, "30"]}
    assert cat.post(f"/ideas/{talk.number}/moves/offer_talk", data=offer).status_code == 422


@pytest.mark.parametrize("marked", [
    mark("[" * 20_000), mark('[["0001-01-01T00:00:00+14:00", 1], false]'), mark('[[1e400, 1], false]'),
    mark('[["\\ud800", "x", 1], false]'), mark('[["\\u0000", "x", 1], false]'), "ä", "=",
])
def test_odd_page_marks_are_refused(marked, cast, client_as):
    dot = client_as(cast.dot)
    for url, name in (("/ideas", "page"), ("/steps", "after"), ("/people", "page"), ("/queue", "after")):
        assert dot.get(url, query_string={name: marked}).status_code in (200, 422), url


def test_characters_a_database_refuses_are_no_fault_of_ours(cast, client_as):
    with work():
        talk = f.conversation(cast, now=LONG_AGO)
    assert client_as(cast.ida).get("/bodies/%00").status_code == 404
    offer = {"slot_at": ["2026-11-10T10:00", "2026-11-11T10:00"], "slot_form": ["phone", "phone"],
             "slot_place": ["Hall\x00 3", "Hall 4"], "slot_minutes": ["30", "30"]}
    assert client_as(cast.cat).post(f"/ideas/{talk.number}/moves/offer_talk", data=offer).status_code == 303


# -- a stranger's page that puts words into somebody's mouth -----------------------------------------------------------


def test_a_strangers_page_cannot_lay_a_form_behind_the_sign_in(app, client, cast):
    app.config["WTF_CSRF_ENABLED"] = True
    forged = {"kept": '[["role", "admin"]]', "kept_path": f"/people/{cast.sam.id}/roles", "email": "dot@example.com"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        page = client.post("/sign-in", data=forged, headers=headers)
        assert (page.status_code, "/roles" in page.text, "admin" in page.text) == (400, False, False), headers


def test_the_way_back_never_leads_to_a_strangers_site(client, cast):
    page = client.get("/nowhere", headers={"Referer": "https://evil.example/trap"})
    assert (page.status_code, "evil.example" in page.text) == (404, False)


# -- confidential submitters -------------------------------------------------------------------------------------------


def offered_names(page: str) -> set[str]:
    found = {html.unescape(name) for name in re.findall(r'<option value="([^"]*@example.com(?:>|&gt;))"', page)}
    assert found
    return found


@pytest.mark.parametrize("name", ["assign", "pass_on_fault", "hand_over", "reassign"])
def test_who_is_missing_in_a_picker_does_not_tell_the_confidential_submitter(name, cast, client_as):
    with work():
        of_ann = f.submitted(cast, cast.ann, now=EARLIER, confidential=True)
        of_eve = f.submitted(cast, cast.eve, now=EARLIER, confidential=True)
    bob = client_as(cast.bob)
    one, other = (offered_names(get(bob, f"/ideas/{i.number}/moves/{name}")) for i in (of_ann, of_eve))
    assert one == other


def test_suggested_reviewers_do_not_tell_the_confidential_submitter(cast, client_as):
    with work():
        of_ann = f.submitted(cast, cast.ann, now=EARLIER, confidential=True)
        of_rex = f.submitted(cast, cast.rex, now=EARLIER, confidential=True)
    bob = client_as(cast.bob)
    for idea in (of_ann, of_rex):
        tried = bob.post(f"/ideas/{idea.number}/moves/assign",
                         data={"other_expert": "rex@example.com", "other_department": "ann@example.com"})
        said = tried.get_data(as_text=True)
        assert (tried.status_code, "handed the idea in" in said, "reports to" in said) == (422, False, False)


def test_a_refused_reviewer_is_refused_with_the_same_words_whatever_the_reason(cast, client_as):
    with work():
        idea = f.submitted(cast, cast.dan, now=EARLIER, confidential=True)
        idea.excluded_reviewer_id = cast.cat.id
    bob, said = client_as(cast.bob), set()
    for person in (cast.dan, cast.eve, cast.cat):  # who wrote it, who reports to him, whom he does not want
        page = bob.post(f"/ideas/{idea.number}/moves/assign",
                        data={"other_expert": "rex@example.com", "other_department": person.email})
        assert page.status_code == 422
        (sentence,) = set(re.findall(r'class="sb-wrong"[^>]*>(?:<svg.*?</svg>)?\s*([^<]+)', page.text))
        said.add(sentence.replace(person.given_name, "").replace(person.family_name, "").strip())
    assert len(said) == 1


def test_whose_team_it_is_does_not_show_in_what_the_coordinator_can_press(cast, client_as):
    with work():
        inside = f.submitted(cast, cast.ann, now=EARLIER, confidential=True)
        outside = f.submitted(cast, cast.sam, now=EARLIER, confidential=True)
    bob = client_as(cast.bob)
    pages = [get(bob, f"/ideas/{idea.number}") for idea in (inside, outside)]
    assert ["can you simply do it" in page for page in pages] == [False, False]


def test_the_clock_of_a_confidential_submitter_stays_unknown(cast, client_as):
    with work():
        near = f.appointed(cast, cast.ann, now=LONG_AGO, confidential=True)
        far = f.appointed(cast, cast.coo, now=LONG_AGO, confidential=True)
    bob, ida = client_as(cast.bob), client_as(cast.ida)
    assert ["on the submitter" in get(bob, f"/ideas/{idea.number}/talk") for idea in (near, far)] == [False, False]
    assert ["on the submitter" in get(ida, f"/ideas/{idea.number}/talk") for idea in (near, far)] == [False, True]


def test_the_key_of_a_form_does_not_say_whose_idea_it_is(cast, client_as):
    client_as(cast.ann).post("/ideas/new", data={
        "problem": "Somebody takes tools home.", "submit_key": "k1", "confidential": "confidential", "visibility": "open",
    })
    (idea,) = db.session.scalars(sa.select(Idea))
    assert (idea.confidential, idea.submit_key.startswith(str(cast.ann.id))) == (True, False)


# -- blind reviews -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["add_reviewers", "end_review"])
def test_a_coordinator_who_owes_an_assessment_reads_nobody_elses(name, cast, client_as):
    with work():
        idea = f.submitted(cast, now=EARLIER)
        move(idea, "assign", actor=cast.ida, now=EARLIER + timedelta(hours=1),
             reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department"), (cast.bob, "department")))
        f.answer_review(idea, cast.ria, NOON - timedelta(hours=2), points=2, recommendation="decline")
        f.answer_review(idea, cast.rex, NOON - timedelta(hours=1))
    page = get(client_as(cast.bob), f"/ideas/{idea.number}/moves/{name}")
    assert ("2 assessments" in page, "Ria says" in page, "Small effort" in page) == (False, False, False)


@pytest.fixture
def board(cast):
    """A body that decides for Logistics: cat leads it, ann and wes sit in it."""
    with work():
        body = Body(key="board", name="Ideas board")
        db.session.add(body)
        db.session.flush()
        for person, seat in ((cast.cat, "chair"), (cast.ann, "member"), (cast.wes, "works_council"), (cast.lea, "member")):
            db.session.add(BodyMember(body_id=body.id, person_id=person.id, seat=seat))
        department = db.session.get(Department, cast.logistics.id)
        department.body_id = body.id
    return body


def test_a_submitter_in_the_body_reads_no_interim_verdict_on_its_agenda(cast, board, client_as):
    with work():
        idea = f.deciding(cast, cast.ann, now=LONG_AGO)
        move(idea, "vote", actor=cast.wes, now=NOON, outcome="declined", words="Too dear.")
    page = get(client_as(cast.ann), "/bodies/board")
    assert ("Rex says" in page, "voted" in page, "Declined" in page) == (False, False, False)
    page = get(client_as(cast.wes), "/bodies/board")
    assert "Rex says" in page and "1 of 3 have voted" in page


def test_a_submitter_in_the_body_reads_no_outcome_in_its_minutes_before_the_release(cast, board, client_as):
    with work():
        idea = f.deciding(cast, cast.ann, now=LONG_AGO)
        for person in (cast.wes, cast.lea, cast.cat):
            move(idea, "vote", actor=person, now=NOON, outcome="adopted", words="")
        f.decide(idea, cast.cat, NOON)
    assert idea.released_at is None
    assert "Adopted" not in get(client_as(cast.ann), "/bodies/board")
    assert "Adopted" in get(client_as(cast.wes), "/bodies/board")


def test_whoever_has_a_step_beside_the_talk_reads_no_decision_before_its_release(cast, client_as):
    with work():
        idea = f.conversation(cast, now=LONG_AGO, outcome="declined", facts={"change_for_yes": "Less money."})
        db.session.add(Step(idea_id=idea.id, kind="promise", owner_id=cast.sam.id, role="promise", subject_id=1, round=1,
                            due_on=NOON.date(), first_due_on=NOON.date(), created_at=NOON))
    pages = [get(client_as(person), f"/ideas/{idea.number}/talk") for person in (cast.sam, cast.ann, cast.bob)]
    assert ["Declined" in page for page in pages] == [False, False, True]
    assert ["It saves forty minutes" in page for page in pages] == [False, False, True]
    assert ["Rex says" in page for page in pages] == [False, False, True]


def test_whoever_is_too_close_to_an_idea_takes_no_part_in_its_discussion(cast, client_as):
    with work():
        idea = f.in_review(cast, now=EARLIER)
        f.answer_review(idea, cast.ria, NOON - timedelta(hours=1))
        add_comment(idea, "Only among ourselves: I doubt it.", audience="handlers", actor=cast.ria, now=NOON)
        move(idea, "declare_conflict", actor=cast.rex, now=NOON, reason="She is my sister.")
    rex = client_as(cast.rex)
    for url in (f"/ideas/{idea.number}", f"/ideas/{idea.number}/moves/flag"):
        page = get(rex, url)
        assert ("I doubt it" in page, "Ria says" in page, "Small effort" in page) == (False, False, False), url
    assert rex.post(f"/ideas/{idea.number}/discussion", data={"text": "Let me in."}).status_code == 403


# -- what does not exist for somebody ----------------------------------------------------------------------------------


def test_a_hidden_comment_is_read_on_no_page(cast, client_as):
    with work():
        idea = f.in_review(cast, now=EARLIER)
        comment = add_comment(idea, "Frau X is ill all the time.", actor=cast.sam, now=NOON)
        hide_comment(idea, comment, "About a person.", actor=cast.bob, now=NOON)
        number, comment_id = idea.number, comment.id
    for person in (cast.sam, cast.eve, cast.rex, cast.ann):
        browser = client_as(person)
        for url in (f"/ideas/{number}", f"/ideas/comments/{comment_id}/report", f"/ideas/{number}/moves/score"):
            assert "ill all the time" not in get(browser, url), (person.given_name, url)
    assert client_as(cast.eve).get(f"/ideas/comments/{comment_id}/report").status_code == 404


def test_an_idea_that_was_handed_over_is_gone_from_lists_of_steps(cast, client_as):
    with work():
        idea = f.closed(cast, cast.ann, now=LONG_AGO, promises=[
            {"text": "Order the printer.", "owner_id": cast.sam.id, "due_on": (NOON + timedelta(days=9)).date()}])
        move(idea, "object", actor=cast.ann, now=NOON, reason="My boss keeps the award for himself.")
        move(idea, "hand_over", actor=cast.ida, now=NOON, kind="complaint", office_id=cast.wes.id, reason="Ours.")
        idea.title = "Complaint about a superior"
    promise, step = db.session.scalars(sa.select(Promise)).one(), f.step(idea, "promise")
    assert (promise.owner_id, step.owner_id) == (cast.sam.id, cast.ida.id)  # somebody who can still read it sees to it
    with work():
        db.session.get(Step, step.id).owner_id = cast.sam.id
    sam = client_as(cast.sam)
    for url in ("/", "/steps", "/queue", f"/queue?step={step.id}"):
        assert "Complaint about a superior" not in get(sam, url), url


def test_readers_do_not_learn_of_hints_and_doubts_from_the_page_of_a_move(cast, client_as):
    with work():
        idea = f.in_review(cast, now=EARLIER)
        move(idea, "flag", actor=cast.eve, now=NOON, kind="complaint", words="He is bullied.")
    for person in (cast.sam, cast.ann):
        page = client_as(person).get(f"/ideas/{idea.number}/moves/settle_flag")
        assert page.status_code == 403
        assert ("hint" in page.text.lower(), "Rex" in page.text) == (False, False), person.given_name


def test_words_of_hidden_ideas_do_not_weigh_in_similar_ones(cast):
    words = "embezzlement harassment intimidation discrimination retaliation whistleblower"
    with work():
        for n in range(40):
            f.submitted(cast, now=EARLIER, title=f"Goods receipt {n}")

    def answer() -> list[int]:
        return [row.idea.id for row in queries.similar_ideas(f"pallet label {words}", cast.bob.id, here(), limit=50)]

    before = answer()
    with work():
        f.submitted(cast, cast.sam, now=EARLIER, visibility="handlers", title=words, department_id=cast.it.id)
    assert answer() == before


def test_a_hidden_idea_cannot_be_found_out_by_calling_another_its_double(cast):
    said = []
    with work():
        hidden = f.submitted(cast, cast.sam, now=LONG_AGO, department_id=cast.it.id)
        idea = f.in_review(cast, now=EARLIER)
        for number in (hidden.number, "2026-9999"):
            with pytest.raises(Invalid) as refused:
                move(idea, "propose_duplicate", actor=cast.ria, now=NOON, number=number, reason="The same.")
            said.append(str(refused.value.fields["number"]))
    assert said == ["There is no other idea with this number."] * 2


# -- logs --------------------------------------------------------------------------------------------------------------


def test_a_fault_of_the_database_does_not_write_texts_into_the_log(app, cast):
    with pytest.raises(sa.exc.SQLAlchemyError) as caught:
        db.session.execute(sa.text("SELECT nowhere FROM nothing WHERE x = :words"), {"words": "very private words"})
    db.session.rollback()
    assert "very private words" not in str(caught.value)
