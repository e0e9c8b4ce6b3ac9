"""Nobody settles an award alone, and nobody for somebody above them in line; lists show what the pages show."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.awards import waiting
from suggestbox.awards.examples import STEP_AT_5000
from suggestbox.awards.forms import document_of
from suggestbox.awards.models import Award, Payment
from suggestbox.awards.operations import decide_eligibility, grant_award, propose_award
from suggestbox.core.database import db, work
from suggestbox.core.errors import Refused
from suggestbox.ideas.models import Idea
from suggestbox.measures.models import SoftBenefit
from suggestbox.people.directory import directory
from suggestbox.people.models import Deputy, RoleGrant
from suggestbox.reminders.standing import open_steps_of
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import case_of, settle
from tests import factories as f
from tests.awards import scene
from tests.reminders.diary import away

pytestmark = pytest.mark.either

NOW = scene.NOW


@pytest.fixture
def there(cast, clock):
    clock.move_to(NOW)
    with work():
        for person in cast.people().values():
            person.language = "en"
        scene.rules(cast, STEP_AT_5000)
    return cast


def proposal() -> Award:
    db.session.expire_all()
    return db.session.scalars(sa.select(Award).where(Award.state == "proposed")).one()


# -- eligibility -----------------------------------------------------------------------------------------------------


def test_whoever_decided_about_eligibility_since_does_not_grant(there, client_as):
    """One overrules what another decided: a third one grants it, and the step is theirs."""
    with work():
        idea = scene.worth(there, euros=4000)
        number, part = idea.number, idea.submitters[0].id
    ida, ivo, cat = (client_as(person) for person in (there.ida, there.ivo, there.cat))
    address = f"/awards/ideas/{number}"
    assert ida.post(f"{address}/eligibility/{part}", data={"percent": "0", "reason": "Own duty"}).status_code == 303
    assert ida.post(f"{address}/propose", data={"basis": "benefit"}).status_code == 303
    assert ivo.post(f"{address}/eligibility/{part}", data={"percent": "100", "reason": ""}).status_code == 303
    page = ivo.get(address).text
    assert ("Grant this award" in page, "You decided since then who may get money for it." in page) == (False, True)
    late = ivo.post(f"{address}/grant", data={"version": str(proposal().row_version)})
    assert (late.status_code, "does not grant it" in late.text) == (409, True)
    assert db.session.scalars(sa.select(Payment.cents)).all() == []
    step = db.session.scalars(sa.select(Step).where(Step.kind == "grant_award", Step.done_at.is_(None))).one()
    assert step.owner_id == there.cat.id
    [standing] = open_steps_of(Step.kind == "grant_award", directory(NOW.date()))
    case = case_of(db.session.get(Idea, step.idea_id), actor=None, now=NOW)
    assert standing.excluded == case.excluded_from("grant_award") == {
        there.ann.id, there.ida.id, there.ivo.id}
    assert cat.post(f"{address}/grant", data={"version": str(proposal().row_version)}).status_code == 303
    assert db.session.scalars(sa.select(Payment.cents)).all() == [100_000]


@pytest.mark.parametrize("before, refused", [(True, False), (False, True)])
def test_only_what_was_decided_since_the_proposal_counts(before, refused, there):
    with work():
        idea = scene.worth(there, euros=4000)
        later = NOW + timedelta(hours=1)
        facts = {"percent": 50, "reason": "Half of it", "by_id": there.ivo.id}
        if before:
            decide_eligibility(idea.submitters[0], idea, now=NOW, **facts)
        award = scene.proposed(there, idea, now=later)
        if not before:
            decide_eligibility(idea.submitters[0], idea, now=later, **facts)
        if refused:
            with pytest.raises(Refused) as alone:
                grant_award(award, idea, by_id=there.ivo.id, now=later)
            assert alone.value.reason == "four_eyes"
        else:
            grant_award(award, idea, by_id=there.ivo.id, now=later)
        assert award.state == ("proposed" if refused else "granted")


# -- points ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("soft", "refused"), [
    ({"safety": 3, "joy": 3}, True), ({"safety": 4, "joy": 1}, False), ({"safety": 3, "joy": 3, "quality": 0}, True),
])
def test_whoever_gave_many_points_does_not_grant_what_follows_from_them(soft, refused, there, client_as):
    with work():
        idea = scene.worth(there, euros=None, soft=soft)
        db.session.execute(sa.update(SoftBenefit).values(by_id=there.ivo.id))
        choices = dict.fromkeys(("safety", "customers", "environment", "quality", "joy"), 0) | soft
        award = scene.proposed(there, idea, basis="points", choices=choices)
        number = idea.number
        [standing] = open_steps_of(Step.kind == "grant_award", directory(NOW.date()))
        barred = {there.ann.id, there.ida.id} | ({there.ivo.id} if refused else set())
        assert standing.excluded == case_of(idea, actor=None, now=NOW).excluded_from("grant_award") == barred
        assert (f.step(idea, "grant_award").owner_id == there.ivo.id) is not refused
    ivo, address = client_as(there.ivo), f"/awards/ideas/{number}"
    page = ivo.get(address).text
    assert ("Grant this award" in page, "You gave the points it rests on." in page) == (not refused, refused)
    answer = ivo.post(f"{address}/grant", data={"version": str(proposal().row_version)})
    assert (answer.status_code, "Whoever gave the points" in answer.text) == ((409, True) if refused else (303, False))
    if refused:
        assert client_as(there.cat).post(f"{address}/grant", data={"version": str(proposal().row_version)}).status_code == 303
    assert db.session.scalars(sa.select(Payment.cents)).all() == [award.cents]


# -- own ideas, and those of people above ----------------------------------------------------------------------------

TABS = {"waiting": scene.worth, "proposed": lambda cast, *p, **k: scene.proposed(cast, scene.worth(cast, *p, **k)),
        "granted": lambda cast, *p, **k: scene.granted(cast, scene.worth(cast, *p, **k))}


def number_of(made) -> str:
    return made.number if isinstance(made, Idea) else db.session.get_one(Idea, made.idea_id).number


@pytest.mark.parametrize("tab", TABS)
def test_the_lists_hold_what_the_pages_show(tab, there, client_as):
    """ivo runs the programme, and reports to eve: eve's idea is none of his, nor is his own."""
    with work():
        made = {name: number_of(TABS[tab](there, person, euros=4000, **facts)) for name, person, facts in (
            ("ann", there.ann, {}), ("eve", there.eve, {}), ("ivo", there.ivo, {}),
            ("hidden eve", there.eve, {"confidential": True}), ("hidden sam", there.sam, {"confidential": True}),
            ("hidden ivo", there.ivo, {"confidential": True}))}
    with work():
        there.eve.superior_id, there.ivo.superior_id = there.lea.id, there.eve.id
    shown = {"ann", "hidden eve", "hidden sam"}
    ivo = client_as(there.ivo)
    page = ivo.get(f"/awards?show={tab}").text
    assert {name for name, number in made.items() if f"/awards/ideas/{number}" in page} == shown
    assert {name for name, number in made.items() if ivo.get(f"/awards/ideas/{number}").status_code == 200} == shown
    book = directory(NOW.date())
    assert waiting.counted(there.ivo.id, book)[tab] == 3
    assert waiting.counted(there.lea.id, book)[tab] == 6


def test_with_a_confidential_idea_no_page_tells_whose_it_is(there, client_as):
    """Of two confidential ideas one is from above: the reader sees and hears the same of both."""
    with work():
        numbers = []
        for person in (there.eve, there.sam):
            idea = scene.worth(there, person, euros=4000, confidential=True)
            scene.proposed(there, idea)
            numbers.append(idea.number)
    with work():
        there.eve.superior_id, there.cat.superior_id = there.lea.id, there.eve.id
    cat, pages, answers = client_as(there.cat), [], []
    for number in numbers:
        address = f"/awards/ideas/{number}"
        page = cat.get(address)
        pages.append((page.status_code, "Grant this award" in page.text, "Decide otherwise" in page.text))
        refused = [cat.post(f"{address}/{press}", data={"reason": "R", "basis": "benefit"}) for press in (
            "grant", "back", "propose")]
        answers.append([(one.status_code, "Somebody else has to do this" in one.text) for one in refused])
    assert pages == [(200, False, False)] * 2
    assert answers == [[(403, True)] * 3] * 2


def test_the_second_person_of_a_confidential_idea_is_the_one_chosen(there, client_as):
    """Without another idea manager the decision maker has the step; leadership reads along."""
    with work():
        db.session.delete(db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == there.ivo.id)).one())
    with work():
        idea = scene.worth(there, there.sam, euros=4000, confidential=True)
        scene.proposed(there, idea)
        number, chosen = idea.number, f.step(idea, "grant_award").owner_id
    assert chosen == there.cat.id
    address, seen = f"/awards/ideas/{number}", {"version": str(proposal().row_version)}
    assert [client_as(person).post(f"{address}/grant", data=seen).status_code for person in (there.lea, there.cat)] == [403, 303]


def test_who_stands_in_is_outside_the_line(there, client_as):
    """bob stands in for ivo, and reports to eve: her proposal is in nobody's queue of his."""
    with work():
        made = [scene.worth(there, person, euros=4000) for person in (there.eve, there.sam)]
        for idea in made:
            scene.proposed(there, idea)
        numbers = [idea.number for idea in made]
    with work():
        there.eve.superior_id, there.bob.superior_id = there.lea.id, there.eve.id
        away(there.ivo, NOW.date(), NOW.date() + timedelta(days=14))
        db.session.add(Deputy(person_id=there.ivo.id, deputy_id=there.bob.id, position=1))
    bob = client_as(there.bob)
    queue = bob.get("/steps").text
    assert [f"/awards/ideas/{number}" in queue for number in numbers] == [False, True]
    assert [bob.get(f"/awards/ideas/{number}").status_code for number in numbers] == [404, 200]
    for step in open_steps_of(Step.kind == "grant_award", directory(NOW.date())):
        case = case_of(db.session.get(Idea, step.idea_id), actor=None, now=NOW)
        assert (step.idea_id, step.excluded) == (step.idea_id, case.excluded_from("grant_award"))


# -- too large -------------------------------------------------------------------------------------------------------


def test_a_sum_no_database_holds_is_refused_in_words(there, client_as):
    table = {"de": "a", "en": "a", "choices": [{"de": "x", "en": "x", "value": 10}]}
    document = {"benefit": {"bands": [{"percent": 100}], "multipliers": [{"key": f"k{n}", **table} for n in range(12)]}}
    with work():
        db.session.execute(sa.text("DELETE FROM award_rules"))
        scene.rules(there, document)
        idea = scene.worth(there, euros=9_000_000_000)
        with pytest.raises(Refused) as large:
            propose_award(idea, basis="benefit", choices={f"k{n}": 0 for n in range(12)}, by_id=there.ida.id, now=NOW)
        settle(idea, now=NOW)
        number = idea.number
    assert large.value.reason == "too_large"
    ida, chosen = client_as(there.ida), {"basis": "benefit", **{f"choice-k{n}": "0" for n in range(12)}}
    for more in ({}, {"preview": "1"}):
        answer = ida.post(f"/awards/ideas/{number}/propose", data={**chosen, "words": "Kept words", **more})
        assert (answer.status_code, "This sum is too large." in answer.text, "Kept words" in answer.text) == (409, True, True)


def test_a_long_number_in_a_document_is_refused_in_words(there, client_as):
    for text in ('{"recognition": {"maximum": %s}}' % ("9" * 5000), '{"a": %s}' % ("1" * 5000), "1" * 5000):
        answer = client_as(there.ida).post("/awards/rules/new", data={
            "name_de": "a", "name_en": "b", "from_on": "2026-12-01", "reason": "r", "document": text})
        assert (answer.status_code, "document-error" in answer.text) == (422, True)
    assert document_of('{"a": 12}') == {"a": 12}
