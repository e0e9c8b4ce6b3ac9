"""Pages of awards: for handlers, submitters, everybody and payroll; who sees what; every press by every person."""

import csv
import io
from datetime import timedelta

import pytest
import python_calamine
import sqlalchemy as sa

from suggestbox.awards.examples import POINT_TABLE, STEP_AT_5000
from suggestbox.awards.forms import document_text, euros_as_cents
from suggestbox.awards.models import Award, AwardRules, PaymentList, ShareProposal
from suggestbox.awards.shares import propose_shares
from suggestbox.core.database import db, work
from suggestbox.journal.models import Entry
from tests import factories as f
from tests.awards import scene
from tests.cast import grant

pytestmark = pytest.mark.either

NOW = scene.NOW


@pytest.fixture
def there(cast, clock):
    """The cast on the Monday everything is carried out; sam is an HR analyst, everybody reads English."""
    clock.move_to(NOW)
    with work():
        grant(cast.sam, "hr_analyst")
        for person in cast.people().values():
            person.language = "en"
        scene.rules(cast, STEP_AT_5000)
    return cast


def awards() -> list[Award]:
    return list(db.session.scalars(sa.select(Award).order_by(Award.id)))


# -- the whole way ---------------------------------------------------------------------------------------------------


def test_an_award_from_the_queue_to_the_submitter(there, client_as):
    with work():
        number = scene.worth(there, euros=4000).number
    ida, ivo, ann = (client_as(person) for person in (there.ida, there.ivo, there.ann))
    assert f"/awards/ideas/{number}" in ida.get("/steps").text
    page = ida.get(f"/awards/ideas/{number}").text
    assert [text in page for text in ("25 % of €4,000.00", "€1,000.00", "Propose it", "Grant this award")] == [
        True, True, True, False]
    assert "award-h" not in ann.get(f"/ideas/{number}").text
    assert ida.post(f"/awards/ideas/{number}/propose", data={"basis": "benefit", "words": "Thank you."}).status_code == 303
    assert "Grant this award" in ivo.get(f"/awards/ideas/{number}").text
    assert "Grant this award" not in ida.get(f"/awards/ideas/{number}").text
    seen = awards()[0].row_version
    assert ivo.post(f"/awards/ideas/{number}/grant", data={"version": str(seen)}).status_code == 303
    told = ann.get(f"/ideas/{number}").text
    assert [text in told for text in ("The award for your idea is €1,000.00.", "25 % of €4,000.00", "Rules", "Thank you.",
                                      f"/awards/ideas/{number}")] == [True, True, True, True, False]


def test_points_are_prefilled_looked_at_and_proposed(there, client_as):
    with work():
        number = scene.worth(there, euros=None, soft={"safety": 3}).number
    ida, address = client_as(there.ida), f"/awards/ideas/{number}"
    page = ida.get(address).text
    assert "Together 6 points, each worth €25.00" in page
    picked = {f"choice-{key}": "0" for key in ("safety", "customers", "environment", "quality", "joy")}
    again = ida.post(f"{address}/propose", data={"basis": "points", "preview": "1", **picked, "choice-joy": "4"})
    assert (again.status_code, "Together 10 points, each worth €25.00" in again.text, awards()) == (200, True, [])
    missing = ida.post(f"{address}/propose", data={"basis": "points", "words": "Kept words", **picked, "choice-joy": ""})
    assert (missing.status_code, "Kept words" in missing.text, "choice-joy-error" in missing.text) == (422, True, True)
    assert ida.post(f"{address}/propose", data={"basis": "points", **picked, "choice-joy": "4"}).status_code == 303
    assert [(a.cents, a.inputs["choices"]["joy"]) for a in awards()] == [(25_000, 4)]


@pytest.mark.parametrize("typed, cents", [
    ("1.250,50", 125_050), ("1,250.50", 125_050), ("20", 2_000), ("1,250", 125_000), ("12,5", 1_250), (" 30 € ", 3_000),
    ("", None), ("zwanzig", None), ("1,234.567", None), ("NaN", None), ("0.001", None), ("1e99999", None), ("1" * 40, None),
])
def test_amounts_as_people_type_them(typed, cents, app):
    assert euros_as_cents(typed) == cents


# -- every press, every person ---------------------------------------------------------------------------------------

STATES = ("none", "proposed", "granted")


def in_state(there, state):
    with work():
        idea = scene.worth(there, there.ann, there.eve, euros=4000)
        if state == "proposed":
            scene.proposed(there, idea)
        elif state == "granted":
            scene.granted(there, idea)
        scene.measured(there, idea, 4000)
        number, part = idea.number, idea.submitters[0].id
    return number, part


ANSWERS = {
    # press: {state: {person: status}}, everybody else 404
    "show": {s: {"ida": 200, "ivo": 200, "lea": 200, "cat": 200} for s in STATES},
    "propose": {
        "none": {"ida": 303, "ivo": 303, "lea": 403, "cat": 403},
        "proposed": {"ida": 409, "ivo": 409, "lea": 403, "cat": 403},
        "granted": {"ida": 409, "ivo": 409, "lea": 403, "cat": 403},
    },
    "grant": {
        "none": {"ida": 403, "ivo": 403, "lea": 403, "cat": 403},
        "proposed": {"ida": 403, "ivo": 303, "lea": 303, "cat": 303},
        "granted": {"ida": 403, "ivo": 403, "lea": 403, "cat": 403},
    },
    "back": {
        "none": {"ida": 403, "ivo": 403, "lea": 403, "cat": 403},
        "proposed": {"ida": 303, "ivo": 303, "lea": 303, "cat": 303},
        "granted": {"ida": 403, "ivo": 403, "lea": 403, "cat": 403},
    },
    "eligibility": {s: {"ida": 303, "ivo": 303, "lea": 403, "cat": 403} for s in STATES},
    "shares": {s: {"ann": 200, "eve": 200} for s in STATES},
}


@pytest.mark.parametrize("state", STATES)
def test_every_press_by_every_person(state, there, client_as, house):
    """Each person presses on the same state: after every press that worked the database is what it was before."""
    number, part = in_state(there, state)
    base = f"/awards/ideas/{number}"
    presses = {"show": ("GET", base, {}), "shares": ("GET", f"{base}/shares", {}),
               "propose": ("POST", f"{base}/propose", {"basis": "benefit"}), "grant": ("POST", f"{base}/grant", {}),
               "back": ("POST", f"{base}/back", {"reason": "R"}),
               "eligibility": ("POST", f"{base}/eligibility/{part}", {"percent": "50", "reason": "R"})}
    browsers = {name: client_as(person) for name, person in there.people().items()}
    db.session.remove()
    house.keep("press")
    for press, (method, address, data) in presses.items():
        wanted = {name: ANSWERS[press][state].get(name, 404) for name in browsers}
        got = {}
        for name, browser in browsers.items():
            got[name] = browser.open(address, method=method, data=data).status_code
            if got[name] == 303:
                db.session.remove()
                house.renew("press")
        assert got == wanted, press


# -- who sees what ---------------------------------------------------------------------------------------------------


def test_lists_are_for_idea_management_and_leadership_payments_for_hr(there, client_as):
    found = {}
    for name, person in there.people().items():
        browser = client_as(person)
        found[name] = tuple(browser.get(path).status_code for path in ("/awards", "/awards/payments", "/awards/payments/0",
                                                                       "/awards/rules", "/awards/rules/new"))
    usual = (403, 403, 404, 200, 403)
    others = {"ida": (200, 403, 404, 200, 200), "ivo": (200, 403, 404, 200, 200), "lea": (200, 403, 404, 200, 403),
              "sam": (403, 200, 200, 200, 403)}
    assert found == {name: others.get(name, usual) for name in found}


def test_a_confidential_submitter_is_named_to_payroll_alone_and_that_is_noted(there, client_as):
    with work():
        there.ann.personnel_no = "=1001"
        idea = scene.worth(there, euros=4000, confidential=True)
        scene.granted(there, idea)
        number = idea.number
    for person, name in ((there.lea, False), (there.cat, False), (there.ida, True)):
        assert ("Albers" in client_as(person).get(f"/awards/ideas/{number}").text) is name
    assert "Albers" not in client_as(there.ida).get("/awards").text
    sam = client_as(there.sam)
    assert "Albers" in sam.get("/awards/payments/0").text
    assert "Albers" not in sam.get("/awards/payments").text
    made = sam.post("/awards/payments/new", data={"words": "December"})
    assert made.location.endswith("/awards/payments/1")
    rows = list(csv.reader(io.StringIO(sam.get("/awards/payments/1/file.csv").data.decode("utf-8-sig"))))
    assert rows[1][:5] == ["'=1001", "Albers", "Ann", "Logistics", "1000.00"]
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sam.get("/awards/payments/1/file.xlsx").data))
    cells = book.get_sheet_by_index(0).to_python()
    assert cells[1][:5] == ["=1001", "Albers", "Ann", "Logistics", 1000.0]
    looks = db.session.execute(sa.select(Entry.actor_id, Entry.facts).where(Entry.kind == "awards.payments_read").order_by(Entry.id))
    assert [(actor == there.sam.id, facts["number"], facts["format"]) for actor, facts in looks] == [
        (True, 0, "page"), (True, 1, "csv"), (True, 1, "xlsx")]
    assert sam.post("/awards/payments/new").status_code == 409
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PaymentList)) == 1
    assert [sam.get(path).status_code for path in ("/awards/payments/2", "/awards/payments/1/file.pdf")] == [404, 404]


def test_what_the_submitters_see_of_each_other(there, client_as):
    with work():
        idea = scene.worth(there, there.ann, there.eve, euros=4001)
        number, ann, eve = idea.number, *(part.id for part in idea.submitters)
    address = f"/awards/ideas/{number}"
    client_as(there.ida).post(f"{address}/eligibility/{ann}", data={"percent": "40", "reason": "Half of it was her task."})
    browser = client_as(there.ann)
    wrong = browser.post(f"{address}/shares", data={f"part-{ann}": "x", f"part-{eve}": "1"})
    assert (wrong.status_code, f"part-{ann}-error" in wrong.text) == (422, True)
    assert browser.post(f"{address}/shares", data={f"part-{ann}": "3", f"part-{eve}": "1"}).status_code == 303
    proposal = db.session.scalars(sa.select(ShareProposal)).one()
    assert client_as(there.eve).post(f"{address}/shares/agree", data={"proposal": str(proposal.id)}).status_code == 303
    with work():
        scene.granted(there, idea)
    told = [client_as(person).get(f"/ideas/{number}").text for person in (there.ann, there.eve)]
    assert [("You agreed: 3 of 4 parts of €1,000.25" in text, "Half of it was her task." in text, "€300.08" in text,
             "€250.06" in text) for text in told] == [(True, True, True, False), (False, False, False, True)]


@pytest.mark.parametrize("tab, make", [
    ("waiting", scene.worth), ("proposed", lambda c, **k: scene.proposed(c, scene.worth(c, **k))),
    ("granted", lambda c, **k: scene.granted(c, scene.worth(c, **k))),
])
def test_the_lists_ask_the_same_number_of_statements_for_one_and_for_thirty(tab, make, there, client_as, count_queries):
    browser, asked = client_as(there.ida), []
    for more in (1, 5):
        with work():
            for n in range(more):
                make(there, euros=1000 + n)
        browser.get(f"/awards?show={tab}")
        with count_queries() as statements:
            page = browser.get(f"/awards?show={tab}")
        asked.append(len(statements))
        assert page.text.count('<th scope="row">') == (1 if more == 1 else 6)
    assert asked[0] == asked[1]


# -- rules -----------------------------------------------------------------------------------------------------------


def test_rules_are_tried_out_by_everybody(there, client_as):
    browser = client_as(there.ann)
    assert "€1,950.00" in browser.get("/awards/rules/1?basis=benefit&benefit=12.000,00").text
    assert "Please give an amount" in browser.get("/awards/rules/1?basis=benefit&benefit=lots").text
    assert "Please choose one entry" in browser.get("/awards/rules/1?basis=points&try=1&choice-joy=1").text
    assert [browser.get(f"/awards/rules/{n}").status_code for n in (0, 1, 2)] == [200, 200, 404]


def test_new_rules_are_looked_at_and_put_into_force(there, client_as):
    browser, day = client_as(there.ida), (NOW + timedelta(days=1)).date().isoformat()
    facts = {"name_de": "Punkte", "name_en": "Points", "from_on": day, "reason": "Agreed with the works council",
             "document": document_text(POINT_TABLE)}
    shown = browser.post("/awards/rules/new", data={**facts, "preview": "1"})
    assert (shown.status_code, "Applicability" in shown.text) == (200, True)
    broken = browser.post("/awards/rules/new", data={**facts, "document": "{\n \"points\": oops}"})
    assert (broken.status_code, "line 2" in broken.text, "Agreed with the works council" in broken.text) == (422, True, True)
    for wrong in ({"from_on": NOW.date().isoformat()}, {"reason": ""}, {"document": '{"benefit": {"bands": []}}'}):
        assert browser.post("/awards/rules/new", data={**facts, **wrong}).status_code == 422
    assert browser.post("/awards/rules/new", data=facts).location.endswith("/awards/rules/2")
    assert db.session.scalars(sa.select(AwardRules.document).where(AwardRules.number == 2)).one() == POINT_TABLE


def test_a_proposal_of_shares_is_answered_once(there, client_as):
    with work():
        idea = f.closed(there, there.ann, there.eve)
        ann, eve = idea.submitters
        proposal_id = propose_shares(idea, ann, {ann.id: 2, eve.id: 1}, now=NOW).id
        number = idea.number
    browser = client_as(there.eve)
    assert "Ann Albers proposes" in browser.get(f"/awards/ideas/{number}/shares").text
    answers = [browser.post(f"/awards/ideas/{number}/shares/refuse", data={"proposal": str(proposal_id)}).status_code
               for _again in range(2)]
    assert answers == [303, 404]
