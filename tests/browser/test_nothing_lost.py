"""What somebody has written is never lost: reload, expired sign-in, no connection, two clicks, two people at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.people.models import SignIn
from tests import factories
from tests.browser.server import PASSWORD, House
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

NOTICED = "Das Tor 3 klemmt, und wir schieben es jeden Morgen zu zweit auf."
PROPOSAL = "Rolle tauschen; die alte liegt neben Tor 4 <schon bereit> & passt."
HAND_IN = "form[data-draft-key] button[type=submit]:not([name])"

Visit = Callable[..., Visitor]


def ideas_in(house: House) -> list[tuple[str, str]]:
    with house.inside():
        return [(idea.problem, idea.proposal) for idea in db.session.query(Idea).order_by(Idea.id)]


def end_sign_ins(house: House) -> None:
    with house.inside():
        db.session.query(SignIn).delete()
        db.session.commit()


def write_idea(ann: Visitor) -> None:
    ann.go("/ideas/new")
    ann.write("textarea[name=problem]", NOTICED)
    ann.write("textarea[name=proposal]", PROPOSAL)
    ann.wait_until("Object.values(localStorage).some((kept) => kept.includes('Rolle tauschen'))")


def holds_the_idea(ann: Visitor) -> bool:
    fields = [ann.find(f"textarea[name={name}]").input_value() for name in ("problem", "proposal")]
    return fields == [NOTICED, PROPOSAL]


def test_an_unsent_text_survives_a_reload_and_is_wiped_at_sign_out(visit: Visit) -> None:
    ann = visit("ann", language="de", width=390).sign_in()
    write_idea(ann)
    ann.page.reload()
    assert holds_the_idea(ann)
    ann.look()
    ann.hands.press(ann.find("[data-draft-offer] button"))
    assert ann.find("textarea[name=problem]").input_value() == ""
    write_idea(ann)
    ann.unfold("header details[data-menu] > summary")
    ann.press("header form[data-sign-out] button")
    ann.look()
    assert ann.page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('sb-draft:'))") == []


def test_a_text_outlives_the_sign_in(house: House, visit: Visit) -> None:
    ann = visit("ann", language="de", width=390).sign_in()
    write_idea(ann)
    end_sign_ins(house)
    ann.expect(401)
    ann.press(HAND_IN)
    ann.look()
    assert ideas_in(house) == []
    ann.write("input[name=email]", "ann@example.com")
    ann.write("input[name=password]", PASSWORD)
    ann.press("main button[type=submit]")
    ann.look()
    assert [box.input_value() for box in ann.page.locator("main textarea").all()][:2] == [NOTICED, PROPOSAL]
    ann.press("main button[type=submit]")
    ann.look()
    assert "/receipt" in ann.page.url
    assert ideas_in(house) == [(NOTICED, PROPOSAL)]
    ann.go("/ideas/new")
    assert ann.find("textarea[name=problem]").input_value() == ""


def test_a_text_outlives_a_lost_connection(house: House, visit: Visit) -> None:
    ann = visit("ann").sign_in()
    write_idea(ann)
    ann.context.set_offline(True)
    ann.wait_until("document.querySelector('[data-draft-status]').textContent.includes('No connection')")
    ann.hands.press(ann.find(HAND_IN))
    ann.page.wait_for_url("chrome-error://**")
    ann.context.set_offline(False)
    ann.go("/ideas/new")
    assert holds_the_idea(ann)
    ann.press(HAND_IN)
    ann.look()
    assert ideas_in(house) == [(NOTICED, PROPOSAL)]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_double_click_makes_one_idea(house: House, visit: Visit, script: bool) -> None:
    ann = visit("ann", script=script).sign_in()
    ann.go("/ideas/new")
    ann.write("textarea[name=problem]", NOTICED)
    ann.find(HAND_IN).dblclick()
    ann.page.wait_for_url("**/receipt")
    assert ideas_in(house) == [(NOTICED, "")]


def test_a_retry_after_a_lost_answer_makes_one_idea(house: House, visit: Visit) -> None:
    ann = visit("ann").sign_in()
    write_idea(ann)
    ann.context.route("**/ideas/new", lambda route: (route.fetch(max_redirects=0), route.abort("connectionreset")))
    ann.hands.press(ann.find(HAND_IN))
    ann.page.wait_for_url("chrome-error://**")
    ann.context.unroute("**/ideas/new")
    assert ideas_in(house) == [(NOTICED, PROPOSAL)]
    ann.go("/ideas/new")
    assert holds_the_idea(ann)
    ann.press(HAND_IN)
    assert "/receipt" in ann.page.url
    assert ideas_in(house) == [(NOTICED, PROPOSAL)]


def test_a_text_written_anew_in_a_second_window_is_an_idea_of_its_own(house: House, visit: Visit) -> None:
    ann = visit("ann").sign_in()
    write_idea(ann)
    second = ann.context.new_page()
    second.goto("/ideas/new")
    ann.press(HAND_IN)
    second.fill("textarea[name=problem]", "Something else altogether.")
    second.click(HAND_IN)
    second.wait_for_url("**/receipt")
    assert ideas_in(house) == [(NOTICED, PROPOSAL), ("Something else altogether.", PROPOSAL)]


def test_a_text_outlives_a_file_that_is_too_large(house: House, visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "film.jpg").write_bytes(bytes(7 * 1024 * 1024))
    ann = visit("ann", language="de", width=390).sign_in()
    write_idea(ann)
    ann.unfold("form details.sb-fold > summary")
    ann.find("input[type=file]").set_input_files(tmp_path / "film.jpg")
    ann.expect(413)
    ann.press(HAND_IN)
    ann.look()
    ann.press(".sb-error .btn-primary")
    assert holds_the_idea(ann)
    assert ideas_in(house) == []


def test_going_back_keeps_the_form(visit: Visit) -> None:
    ann = visit("ann").sign_in()
    write_idea(ann)
    ann.go("/ideas")
    ann.page.go_back()
    assert holds_the_idea(ann)


def test_the_slower_of_two_reads_what_happened_and_keeps_the_words(house: House, visit: Visit) -> None:
    number = house.made(factories.in_review)
    rex = visit("rex", language="de", width=390).sign_in("/queue")
    for scale in rex.page.locator("fieldset[data-scale]").all():
        rex.choose(f"[id='{scale.get_attribute('id')}-3']")
    rex.write("textarea[name=for_submitter]", NOTICED)
    rex.choose("input[name=recommendation][value=adopt]")
    ann = visit("ann").sign_in(f"/ideas/{number}/moves/withdraw")
    ann.look()
    ann.press("form[data-queue-form] [data-save-next]")
    ann.look()
    rex.expect(403, 404, 409)
    rex.press("form[data-queue-form] [data-save-next]")
    assert NOTICED in [box.input_value() for box in rex.page.locator("main textarea").all()]
    rex.look()


def test_the_slower_of_two_coordinators_keeps_the_words(house: House, visit: Visit) -> None:
    number = house.made(factories.submitted)
    slow = visit("ida", language="de").sign_in(f"/ideas/{number}/moves/route?here=1")
    slow.pick("select[name=department_id]", "IT")
    slow.write("textarea[name=reason]", NOTICED)
    quick = visit("bob", language="en").sign_in("/queue")
    quick.press("form[data-queue-form] [data-save-next]")
    slow.expect(409, 403)
    slow.press("form[data-queue-form] [data-save-next]")
    slow.look()
    assert NOTICED in [box.input_value() for box in slow.page.locator("main textarea").all()]
    with house.inside():
        assert house.idea(number).stage == "in_review"
