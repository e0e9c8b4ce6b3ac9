"""The pages about who said it first: the list, the idea's own page, the questions, and the letters in both languages."""

import re
from datetime import timedelta

import pytest

from suggestbox.core.database import work
from suggestbox.people.directory import directory
from suggestbox.priority import lists
from suggestbox.workflow.operations import move, settle
from tests import factories as f
from tests.mail.telling import line_for, notices, text_for
from tests.priority import scene
from tests.priority.test_award import CLOSED, credited
from tests.priority.test_second_look import OPENS, looking

pytestmark = pytest.mark.either

EN = {"Accept-Language": "en"}


def text_of(client, path, status=200):
    answer = client.get(path, headers=EN)
    assert answer.status_code == status, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def english(person):
    person.language = "en"
    return person


def test_everybody_reads_until_when_a_declined_idea_is_protected(cast, client_as, clock):
    with work():
        idea = scene.declined(cast)
        english(cast.sam)
    clock.move_to(scene.LATER)
    page = text_of(client_as(cast.sam), f"/ideas/{idea.number}")

    assert "Declined is not forgotten" in page
    assert "Protected until 12 Nov 2029 (Monday, 12 November 2029) · looked at again on 12 Nov (Friday, 12 November 2027)" in page


def test_a_question_about_an_idea_one_may_not_read_is_not_in_the_list(cast):
    with work():
        earlier, later = scene.declined(cast), scene.later(cast)
        scene.named(cast, later, earlier)
        later.visibility, earlier.department_id = "handlers", cast.purchasing.id
    book, narrowed = directory(scene.LATER.date()), lists.Narrowed()
    found = {who: (lists.counted(person.id, book, narrowed, book.today)["alike"],
                   [row.idea_id for row in lists.listed("alike", person.id, book, narrowed, book.today).rows])
             for who, person in (("pia", cast.pia), ("ida", cast.ida))}
    assert found == {"pia": (0, []), "ida": (1, [earlier.id])}


def test_both_ideas_name_each_other_as_far_as_the_reader_may_know(cast, client_as, clock):
    clock.move_to(CLOSED)
    with work():
        earlier, later = credited(cast)
        hidden = scene.declined(cast, cast.dan, confidential=True)
        scene.named(cast, later, hidden, by=cast.ida, now=CLOSED)
        scene.compared(later, now=CLOSED)
        for person in (cast.sam, cast.ann, cast.ida):
            english(person)
    sam = client_as(cast.sam)

    on_later = text_of(sam, f"/ideas/{later.number}")
    assert "First suggested by Ann Albers in " + earlier.title in on_later
    assert "First suggested in " + hidden.title in on_later
    assert "Dan Dietz in" not in on_later
    assert "First suggested by Dan Dietz in" in text_of(client_as(cast.ida), f"/ideas/{later.number}")
    assert f"Adopted later as {later.title} ({later.number})" in text_of(sam, f"/ideas/{earlier.number}")


def test_an_earlier_idea_one_may_not_read_is_not_named(cast, client_as, clock):
    clock.move_to(CLOSED)
    with work():
        _earlier, later = credited(cast, earlier_people=(cast.ann,))
        _earlier.visibility = "handlers"
        english(cast.sam)
    assert "First suggested" not in text_of(client_as(cast.sam), f"/ideas/{later.number}")


def test_before_the_later_idea_is_closed_nobody_learns_its_outcome_from_the_earlier_one(cast, client_as, clock):
    with work():
        earlier, later = scene.declined(cast), scene.later(cast, make=f.deciding)
        scene.named(cast, later, earlier)
        now = scene.LATER + timedelta(days=2, hours=1)
        scene.compared(later, now=now)
        f.decide(later, cast.cat, now)
        scene.released(later, now)
        for person in (cast.sam, cast.ann):
            english(person)
    clock.move_to(now)
    pages = {who: text_of(client_as(cast.people()[who]), f"/ideas/{earlier.number}") for who in ("sam", "ann")}

    assert [later.title in page for page in pages.values()] == [False, False]
    assert ["Somebody handed in the same later, and it was adopted." in page for page in pages.values()] == [True, True]
    assert "First suggested" not in text_of(client_as(cast.sam), f"/ideas/{later.number}")
    [notice] = notices("priority.credit")
    told = text_for(notice, now).paragraphs
    assert ("Somebody handed in an idea like yours later, and it was adopted." in told, later.title in " ".join(told)) == (
        True, False)


def test_the_list_is_for_those_in_charge_and_shows_each_their_own(cast, client_as, clock):
    with work():
        mine = scene.declined(cast)
        for person in (cast.ann, cast.bob, cast.coo, cast.ida):
            english(person)
    assert client_as(cast.ann).get("/priority").status_code == 403
    pages = {who: text_of(client_as(cast.people()[who]), "/priority") for who in ("bob", "ida", "coo")}

    assert {who: mine.title in page for who, page in pages.items()} == {"bob": True, "ida": True, "coo": False}
    bob = client_as(cast.bob)
    for show in ("alike", "credited", "nonsense"):
        assert bob.get(f"/priority?show={show}&department=x&soon=1").status_code == 200
    assert mine.title not in text_of(bob, "/priority?soon=1")


def test_the_lists_take_as_many_statements_for_thirty_rows_as_for_one(cast, client_as, clock, count_queries):
    clock.move_to(CLOSED)
    with work():
        credited(cast)
        later = scene.later(cast)
        scene.named(cast, later, scene.declined(cast), by=cast.ida, now=CLOSED)
    bob, counts = client_as(cast.bob), {}
    for _many in range(2):
        for tab in lists.TABS:
            bob.get(f"/priority?show={tab}")
            with count_queries() as statements:
                bob.get(f"/priority?show={tab}")
            counts.setdefault(tab, []).append(len(statements))
        with work():
            credited(cast)
            scene.named(cast, later, scene.declined(cast), by=cast.ida, now=CLOSED)

    assert counts == {"protected": [9, 9], "alike": [10, 10], "credited": [10, 10]}


def test_whoever_looks_again_reads_why_it_was_declined(cast, client_as, clock):
    clock.move_to(OPENS)
    with work():
        idea = looking(cast)
        english(cast.bob)
    bob = client_as(cast.bob)
    page = text_of(bob, f"/ideas/{idea.number}/moves/second_look")

    assert "A cheaper printer." in page
    sent = bob.post(f"/ideas/{idea.number}/moves/keep_decline", data={"turn": idea.turn, "words": ""}, headers=EN)
    assert sent.status_code == 422
    sent = bob.post(f"/ideas/{idea.number}/moves/keep_decline", data={"turn": idea.turn, "words": "Still too dear."})
    assert sent.status_code == 303
    assert "Still too dear." in text_of(bob, f"/ideas/{idea.number}")


def test_whoever_compares_reads_both(cast, client_as, clock):
    with work():
        earlier, later = scene.declined(cast), scene.later(cast)
        scene.named(cast, later, earlier)
        english(cast.bob)
    clock.move_to(later.changed_at)
    bob = client_as(cast.bob)
    path = f"/ideas/{later.number}/moves/compare_earlier"
    assert earlier.title in text_of(bob, path)
    wrong = bob.post(path, data={"turn": later.turn, "answer": "partly", "percent": "200", "words": "Half"}, headers=EN)
    assert (wrong.status_code, "from 1 to 99" in wrong.get_data(as_text=True), "Half" in wrong.get_data(as_text=True)) == (
        422, True, True)
    good = bob.post(path, data={"turn": later.turn, "answer": "partly", "percent": "50", "words": "Half of it."})

    assert good.status_code == 303
    page = text_of(bob, f"/ideas/{later.number}")
    assert f"{earlier.title} ({earlier.number}) : partly the same (50 %) · Compared by Bob Brandt" in page
    assert "Half of it." in page
    assert earlier.number not in text_of(client_as(cast.eve), f"/ideas/{later.number}")


@pytest.mark.parametrize(("language", "subject", "sentence"), [
    ("en", "It is done after all: Labels", "You said it first. That stands on both pages, and an award is worked out for you by "
                                           "the rules of your idea as soon as its benefit is known."),
    ("de", "Doch noch umgesetzt: Labels", "Sie haben es zuerst gesagt. Das steht auf beiden Seiten. Sobald der "
                                          "Nutzen bekannt ist, wird Ihre Prämie berechnet, nach den Regeln, die für Ihre Idee "
                                          "gelten."),
])
def test_the_letter_about_a_credit(cast, language, subject, sentence):
    with work():
        earlier, later = credited(cast, given="partly", percent=40, words="The labels.")
        earlier.title = "Labels"
        cast.ann.language = language
    [notice] = notices("priority.credit")
    text = text_for(notice, CLOSED)

    assert text.subject == subject
    assert sentence in text.paragraphs
    assert any(later.title in paragraph for paragraph in text.paragraphs)
    assert any("40" in paragraph for paragraph in text.paragraphs)


def test_the_letters_about_a_second_look(cast):
    with work():
        idea, other = looking(cast), looking(cast)
        move(idea, "keep_decline", actor=cast.bob, now=OPENS, words="It still costs too much.")
        move(other, "look_again", actor=cast.bob, now=OPENS, words="It is cheap today.")
        settle(idea, now=OPENS)
        english(cast.ann)
    [stands], [again] = notices("priority.stands"), notices("priority.again")

    assert text_for(again, OPENS).quote == "It is cheap today."
    assert line_for(stands, OPENS).text == (
        "Somebody looked at your idea again. The reasons still stand: It still costs too much.")
