"""Handing over what somebody has to do: the page, what it says line by line, and what moves by itself."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.people.models import Person
from suggestbox.steps.models import Step
from suggestbox.workflow.jobs import settle_left_behind
from suggestbox.workflow.operations import settle
from tests import factories as f

NOW = f.START


@pytest.fixture
def busy(cast, clock):
    """Rex owes two assessments, cat a decision and a talk."""
    with work():
        cast.ideas = [f.in_review(cast), f.in_review(cast, cast.eve)]
        cast.decision = f.deciding(cast)
        cast.talk = f.conversation(cast, cast.sam)
    return cast


def owned(person) -> list[tuple[str, int]]:
    query = sa.select(Step.kind, Step.id).where(Step.owner_id == person.id, Step.done_at.is_(None)).order_by(Step.id)
    return [tuple(row) for row in db.session.execute(query)]


def hand_over(client, person, *, all_to="", to=None, pick=None, reason="She leaves us"):
    steps = [step_id for _kind, step_id in owned(person)]
    data = {"all_to": all_to, "reason": reason}
    data |= {f"pick_{s}": "y" for s in (steps if pick is None else pick)}
    data |= {f"to_{s}": name for s, name in (to or {}).items()}
    return client.post(f"/people/{person.id}/steps", data=data)


def test_all_steps_go_to_one_person_at_once(busy, client_as):
    answer = hand_over(client_as(busy.ida), busy.rex, all_to="kim@example.com")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{busy.rex.id}/steps")
    assert ([kind for kind, _id in owned(busy.rex)], [kind for kind, _id in owned(busy.kim)]) == ([], ["review", "review"])


def test_each_step_may_go_to_somebody_else_and_dates_stay(busy, client_as):
    (_k, one), (_k2, other) = owned(busy.rex)
    due = sorted(db.session.scalars(sa.select(Step.due_on).where(Step.id.in_([one, other]))))
    answer = hand_over(client_as(busy.ida), busy.rex, all_to="kim@example.com", to={other: "coo@example.com"})
    assert answer.status_code == 303
    assert (len(owned(busy.kim)), [kind for kind, _id in owned(busy.coo)]) == (1, ["review"])
    after = sorted(db.session.scalars(sa.select(Step.due_on).where(
        Step.owner_id.in_([busy.kim.id, busy.coo.id]), Step.done_at.is_(None))))
    assert after == due


def test_what_cannot_be_done_is_told_beside_it_and_the_rest_is_done(busy, client_as):
    (_k, one), (_k2, other) = owned(busy.rex)
    answer = hand_over(client_as(busy.ida), busy.rex, all_to="kim@example.com", to={other: "ria@example.com"})
    page = answer.text
    assert answer.status_code == 422
    assert (f'id="to_{other}-error"' in page, f'id="to_{one}"' in page, "ria@example.com" in page) == (True, False, True)
    assert [step_id for _kind, step_id in owned(busy.rex)] == [other]


def test_only_what_is_ticked_moves(busy, client_as):
    (_k, one), (_k2, other) = owned(busy.rex)
    hand_over(client_as(busy.ida), busy.rex, all_to="kim@example.com", pick=[one])
    assert [step_id for _kind, step_id in owned(busy.rex)] == [other]


@pytest.mark.parametrize(("facts", "field"), [
    ({"all_to": "Nobody Known"}, "all_to"), ({"reason": " "}, "reason"), ({"reason": "x" * 1001}, "reason"),
    ({"all_to": "kim@example.com\x00\u202e"}, None), ({"pick": []}, None), ({"all_to": "x" * 5000}, "all_to"),
])
def test_bad_input_is_told_and_loses_nothing(busy, client_as, facts, field):
    answer = hand_over(client_as(busy.ida), busy.rex, **{"all_to": "kim@example.com", **facts})
    if field is None and facts.get("all_to"):
        assert answer.status_code in (303, 422)
        return
    assert (answer.status_code, len(owned(busy.rex))) == (422, 2)
    assert field is None or f'id="{field}-error"' in answer.text


def test_nobody_named_is_asked_for_once(busy, client_as):
    answer = hand_over(client_as(busy.ida), busy.rex)
    assert (answer.status_code, answer.text.count('id="all_to-error"'), len(owned(busy.rex))) == (422, 1, 2)


def test_the_page_says_what_happens_by_the_rules(busy, client_as):
    page = client_as(busy.ida).get(f"/people/{busy.cat.id}/steps").text
    assert len(re.findall(r'name="pick_\d+"', page)) == 2
    assert ("Frau Lorenz" in page, "Frau Ihde" in page) == (True, True)


def test_the_page_asks_the_same_few_questions_however_many_steps_there_are(cast, clock, client_as, count_queries):
    ida, counts = client_as(cast.ida), []
    for many in (1, 29):
        with work():
            for _n in range(many):
                f.submitted(cast)
        ida.get(f"/people/{cast.bob.id}/steps")
        with count_queries() as statements:
            page = ida.get(f"/people/{cast.bob.id}/steps").text
        counts.append((page.count('name="pick_'), len(statements)))
    assert [n for n, _s in counts] == [1, 30]
    assert [s for _n, s in counts] == [11, 11]  # the last: whether any of them is to be compared with an earlier idea


def test_who_may_hand_over(busy, client_as):
    codes = {name: client_as(getattr(busy, name)).get(f"/people/{busy.rex.id}/steps").status_code
             for name in ("ida", "dot", "coo", "bob", "ann", "rex", "kim")}
    assert codes == {"ida": 200, "dot": 200, "coo": 200, "bob": 403, "ann": 403, "rex": 403, "kim": 403}


def test_a_coordinator_sees_only_ideas_they_may_read_and_is_told_what_others_have_to_do(busy, client_as):
    (_k, one), _other = owned(busy.rex)
    page = hand_over(client_as(busy.coo), busy.rex, all_to="kim@example.com", pick=[one])
    assert (page.status_code, f'id="to_{one}-error"' in page.text, len(owned(busy.rex))) == (422, True, 2)
    with work():
        for idea in busy.ideas:
            idea.visibility = "handlers"
    assert f'name="pick_{one}"' not in client_as(busy.coo).get(f"/people/{busy.rex.id}/steps").text


def test_the_last_day_leads_to_the_steps_and_the_person_page_reminds(busy, client_as):
    dot = client_as(busy.dot)
    assert dot.get(f"/people/{busy.rex.id}").text.count(f'href="/people/{busy.rex.id}/steps"') == 2
    assert client_as(busy.ida).get(f"/people/{busy.rex.id}").text.count(f'href="/people/{busy.rex.id}/steps"') == 1
    answer = dot.post(f"/people/{busy.rex.id}/leave", data={"on": "2026-12-31"})
    assert answer.headers["Location"] == f"/people/{busy.rex.id}/steps"
    assert len(owned(busy.rex)) == 2
    page = dot.get(f"/people/{busy.rex.id}").text
    assert page.count(f'href="/people/{busy.rex.id}/steps"') == 2
    settled = dot.post(f"/people/{busy.sam.id}/leave", data={"on": "2026-12-31"})
    assert settled.headers["Location"] == f"/people/{busy.sam.id}"


def test_a_last_day_that_is_over_moves_the_steps_at_once(busy, client_as):
    answer = client_as(busy.dot).post(f"/people/{busy.cat.id}/leave", data={"on": "2026-11-03"})
    assert (answer.headers["Location"], owned(busy.cat)) == (f"/people/{busy.cat.id}", [])
    assert f.step(busy.decision, "decide").owner_id == busy.lea.id
    assert f.step(busy.talk, "find_host").owner_id == busy.ida.id


def test_the_job_moves_what_is_left_when_the_last_day_passes(busy, clock):
    with work():
        promised = f.closed(busy, promises=[{"text": "I show it", "owner_id": busy.kim.id, "due_on": date(2026, 12, 1)}])
    with work():
        for person in (busy.cat, busy.kim):
            db.session.get_one(Person, person.id).left_on = date(2026, 11, 5)
    clock.move_to(NOW + timedelta(days=1))
    settle_left_behind()
    assert (len(owned(busy.cat)), len(owned(busy.kim))) == (2, 1)  # the last day itself is a working day
    clock.move_to(NOW + timedelta(days=2))
    settle_left_behind()
    assert (owned(busy.cat), owned(busy.kim)) == ([], [])
    assert f.step(promised, "promise").owner_id == busy.bob.id


def test_one_idea_that_cannot_be_settled_holds_up_no_other(busy, clock, monkeypatch, caplog):
    from suggestbox.workflow import leaving

    with work():
        db.session.get_one(Person, busy.cat.id).active = False
    poison = busy.decision.id

    def broken(idea, *, now):
        if idea.id == poison:
            raise ValueError("poison")
        settle(idea, now=now)

    monkeypatch.setattr(leaving, "settle", broken)
    settle_left_behind()
    assert [kind for kind, _id in owned(busy.cat)] == ["decide"]
    assert "still waits for somebody who left" in caplog.text


def test_a_coordinator_finds_who_leaves_among_the_own_next_steps(busy, client_as):
    person = busy.rex
    page = client_as(busy.coo).get("/steps").text
    assert "/people/" not in page.split("<main")[1]
    with work():
        db.session.get_one(Person, person.id).left_on = date(2030, 1, 1)
    told = {who.id: f'href="/people/{person.id}/steps"' in client_as(who).get("/steps").text for who in (busy.coo, busy.bob)}
    assert told == {busy.coo.id: True, busy.bob.id: False}
