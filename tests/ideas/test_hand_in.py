"""Handing in: one screen, one idea however often it is sent, and nothing typed is ever lost."""

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea, Submitter, SubmitterIdentity
from suggestbox.ideas.operations import Words, create_draft, propose_title
from suggestbox.journal.models import Entry
from suggestbox.workflow.operations import move
from tests.factories import START, draft

FORM = {"problem": "The gate jams.", "proposal": "Oil it.", "submit_key": "k1", "confidential": "named", "visibility": "open"}


def ideas() -> list[Idea]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Idea).order_by(Idea.id)))


def test_two_answers_are_enough(cast, client_as):
    answer = client_as(cast.ann).post("/ideas/new", data=FORM | {"department_id": str(cast.logistics.id)})
    (idea,) = ideas()
    assert answer.location == f"/ideas/{idea.number}/receipt"
    assert (idea.stage, idea.title, idea.next_owner_id) == ("submitted", "Oil it", cast.bob.id)
    receipt = client_as(cast.ann).get(answer.location).get_data(as_text=True)
    assert "Bob Brandt" in receipt and idea.number in receipt


def test_one_answer_is_enough(cast, client_as):
    assert client_as(cast.ann).post("/ideas/new", data=FORM | {"proposal": ""}).status_code == 302
    assert ideas()[0].title == "The gate jams"


def test_the_same_form_sent_again_makes_one_idea(cast, client_as):
    page = client_as(cast.ann)
    addresses = {page.post("/ideas/new", data=FORM).location for _ in range(3)}
    assert len(ideas()) == 1
    assert addresses == {f"/ideas/{ideas()[0].number}/receipt"}


def test_the_same_key_of_somebody_else_is_another_idea(cast, client_as):
    client_as(cast.ann).post("/ideas/new", data=FORM)
    client_as(cast.eve).post("/ideas/new", data=FORM)
    assert [idea.number is not None for idea in ideas()] == [True, True]


def test_a_draft_kept_and_then_handed_in_with_the_same_form_is_one_idea(cast, client_as):
    page = client_as(cast.ann)
    kept = page.post("/ideas/new", data=FORM | {"draft": "1"})
    assert page.get(kept.location).status_code == 200
    handed_in = page.post("/ideas/new", data=FORM | {"problem": "The gate jams every day."})
    assert handed_in.location.endswith("/receipt")
    assert [(idea.stage, idea.problem) for idea in ideas()] == [("submitted", "The gate jams every day.")]


def test_numbers_have_no_gaps(cast, client_as):
    page = client_as(cast.ann)
    for n in range(3):
        page.post("/ideas/new", data=FORM | {"submit_key": f"n{n}"})
        page.post("/ideas/new", data=FORM | {"submit_key": f"x{n}", "problem": "", "proposal": ""})
    assert [idea.number[5:] for idea in ideas()] == ["0001", "0002", "0003"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"problem": "", "proposal": ""}, "One sentence is enough."),
        ({"problem": " \n ", "proposal": "\t"}, "One sentence is enough."),
        ({"title": "x" * 201}, "This is too long: 201 characters, at most 200 fit."),
        ({"problem": "x" * 20_001}, "This is too long: 20001 characters, at most 20000 fit."),
        ({"benefit": "x" * 20_001}, "This is too long"),
        ({"co_submitters": "Nobody Known"}, "Nobody by the name “Nobody Known” was found."),
        ({"co_submitters": "example.com"}, "fits several people"),
        ({"department_id": "99999"}, "Not a valid choice"),
        ({"department_id": "abc"}, "Not a valid choice"),
        ({"confidential": "maybe"}, "Not a valid choice"),
        ({"visibility": "nobody"}, "Not a valid choice"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_the_text(cast, client_as, wrong, sentence):
    typed = FORM | {"proposal": "A suggestion worth keeping.", "benefit": "A benefit worth keeping."} | wrong
    answer = client_as(cast.ann).post("/ideas/new", data=typed)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in body
    for text in ("proposal", "benefit"):
        if text not in wrong:
            assert typed[text] in body
    assert ideas() == []


def test_line_ends_of_browsers_count_once(cast, client_as):
    text = "line\r\n" * 3999 + "end."
    assert client_as(cast.ann).post("/ideas/new", data=FORM | {"problem": text}).status_code == 302
    assert ideas()[0].problem == text.replace("\r\n", "\n")


def test_people_who_may_not_hand_in_are_told_so(cast, client_as):
    with work():
        db.session.get(type(cast.sam), cast.sam.id).entitled = False
    assert client_as(cast.sam).get("/ideas/new").status_code == 403


def test_co_submitters_are_asked_and_then_part_of_it(cast, client_as):
    client_as(cast.ann).post("/ideas/new", data=FORM | {"co_submitters": "Eve Ebert; sam@example.com"})
    (idea,) = ideas()
    parts = [(s.person_id, s.state) for s in idea.submitters]
    assert parts == [(cast.ann.id, "accepted"), (cast.eve.id, "invited"), (cast.sam.id, "invited")]
    with work():
        move(db.session.get(Idea, idea.id), "accept_part", actor=cast.eve, now=START)
    assert [s.state for s in ideas()[0].submitters] == ["accepted", "accepted", "invited"]


def test_confidential_keeps_the_name_in_its_own_table(cast, client_as):
    client_as(cast.ann).post("/ideas/new", data=FORM | {"confidential": "confidential", "co_submitters": "Eve Ebert"})
    assert list(db.session.scalars(sa.select(Submitter.person_id))) == [None, None]
    behind = list(db.session.scalars(sa.select(SubmitterIdentity.person_id).order_by(SubmitterIdentity.submitter_id)))
    assert behind == [cast.ann.id, cast.eve.id]
    assert list(db.session.scalars(sa.select(Entry.actor_id).where(Entry.kind == "submit"))) == [None]


def test_a_draft_turns_confidential_and_back_without_a_trace(cast, client_as):
    page = client_as(cast.ann)
    where = page.post("/ideas/new", data=FORM | {"draft": "1", "co_submitters": "Eve Ebert"}).location
    page.post(where, data=FORM | {"draft": "1", "co_submitters": "Eve Ebert", "confidential": "confidential"})
    assert list(db.session.scalars(sa.select(Submitter.person_id))) == [None, None]
    page.post(where, data=FORM | {"draft": "1", "co_submitters": ""})
    assert list(db.session.scalars(sa.select(Submitter.person_id))) == [cast.ann.id]
    assert list(db.session.scalars(sa.select(SubmitterIdentity))) == []


def test_on_behalf_of_a_colleague_records_both(cast, client_as):
    answer = client_as(cast.bob).post("/ideas/new", data=FORM | {"on_behalf_of": "Eve Ebert"})
    (idea,) = ideas()
    assert (idea.on_behalf_by_id, [s.person_id for s in idea.submitters]) == (cast.bob.id, [cast.eve.id])
    assert "You wrote it down for Eve Ebert." in client_as(cast.bob).get(answer.location).get_data(as_text=True)
    assert client_as(cast.eve).get(f"/ideas/{idea.number}").status_code == 200


def test_only_helpers_write_for_others(cast, client_as):
    assert client_as(cast.ann).post("/ideas/new", data=FORM | {"on_behalf_of": "Eve Ebert"}).status_code == 403
    assert ideas() == []


def test_the_short_way_and_the_wishes_are_kept(cast, client_as):
    client_as(cast.ann).post("/ideas/new", data=FORM | {
        "short_way": "y", "exclude_superior": "y", "visibility": "handlers", "area": "process",
        "department_id": str(cast.logistics.id),
    })
    (idea,) = ideas()
    assert (idea.way, idea.excluded_reviewer_id, idea.visibility, idea.area) == ("short", cast.dan.id, "handlers", "process")
    assert idea.next_kind == "team_answer"


def test_drafts_are_listed_edited_and_deleted_by_their_own_people_only(cast, client_as):
    with work():
        mine = draft(cast, cast.ann, title="Mine alone").id
    ann, eve = client_as(cast.ann), client_as(cast.eve)
    assert "Mine alone" in ann.get("/ideas/drafts").get_data(as_text=True)
    assert "Mine alone" not in eve.get("/ideas/drafts").get_data(as_text=True)
    for path in (f"/ideas/drafts/{mine}", f"/ideas/drafts/{mine}/delete"):
        assert eve.post(path, data=FORM).status_code == 404
    assert ann.post(f"/ideas/drafts/{mine}/delete").status_code == 302
    assert ideas() == []


def test_a_draft_handed_in_in_another_tab_leads_to_its_receipt(cast, client_as):
    page = client_as(cast.ann)
    where = page.post("/ideas/new", data=FORM | {"draft": "1"}).location
    first = page.post(where, data=FORM)
    second = page.post(where, data=FORM)
    assert first.location == second.location == f"/ideas/{ideas()[0].number}/receipt"


def test_what_was_typed_on_the_home_page_is_in_the_form(cast, client_as):
    body = client_as(cast.ann).post("/ideas/new", data={"start": "1", "noticed": "Too <loud> here"}).get_data(as_text=True)
    assert "Too &lt;loud&gt; here" in body
    assert ideas() == []


@pytest.mark.parametrize(
    ("problem", "proposal", "title"),
    [
        ("The gate jams.", "", "The gate jams"),
        ("The gate jams.", "Oil it every week. And check it.", "Oil it every week"),
        ("", "word " * 40, "word " * 14 + "…"),
        ("x" * 300, "", "x" * 69 + "x …"),
        ("  many\n\nlines  here ", "", "many lines here"),
        ("", "", ""),
    ],
)
def test_a_title_is_proposed_from_the_first_words(problem, proposal, title):
    assert propose_title(problem, proposal) == title


def test_a_draft_is_no_business_of_the_workflow_until_handed_in(cast):
    with work():
        idea = create_draft(Words(title="t", problem="p"), actor=cast.ann, now=START)
        assert (idea.number, idea.stage, idea.next_kind) == (None, "draft", "")
        assert db.session.scalars(sa.select(Entry).where(Entry.idea_id == idea.id)).all() == []
