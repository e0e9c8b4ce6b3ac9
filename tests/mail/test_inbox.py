"""The inbox, what the menu says about it, and getting off optional news."""

import re

import pytest

from suggestbox.core.database import db, work
from suggestbox.mail.inbox import count_unread, mark_read
from suggestbox.mail.models import Notice
from suggestbox.mail.operations import tell_waiting
from suggestbox.mail.stopping import stop_token
from suggestbox.people.models import Person
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.conftest import NOON
from tests.factories import START
from tests.mail.telling import later, notices

INBOX_STATEMENTS = 8



def test_the_inbox_shows_the_newest_first_and_what_is_new_in_words(cast, client_as, clock):
    with work():
        f.submitted(cast, title="Labels")
        f.submitted(cast, title="Lamps")
    page = client_as(cast.ann).get("/inbox").get_data(as_text=True)
    assert [page.index("Lamps") < page.index("Labels"), page.count(">Neu<"), "Posteingang" in page] == [True, 2, True]
    assert re.findall(r'class="sb-count">(\d+)<', page) == ["2", "2"]


def test_marking_all_as_read_leaves_what_came_meanwhile(cast, client_as, clock):
    with work():
        f.submitted(cast)
    newest = notices()[-1].id
    ann = client_as(cast.ann)
    assert ann.get("/inbox").status_code == 200
    with work():
        f.submitted(cast)
    assert count_unread(cast.ann.id) == 2  # looking changes nothing
    assert ann.post("/inbox/read", data={"until": newest}).status_code == 303
    assert count_unread(cast.ann.id) == 1
    assert count_unread(cast.bob.id) == 2  # somebody else's stay


def test_an_entry_leads_to_where_something_is_done_and_one_that_is_over_nowhere(cast, client_as, clock):
    with work():
        idea = f.waiting(cast, title="Labels", now=later(-1))
    ria, ann = client_as(cast.ria), client_as(cast.ann)
    assert f"/ideas/{idea.number}/moves/score" in ria.get("/inbox").get_data(as_text=True)
    assert f"/ideas/{idea.number}/moves/answer" in ann.get("/inbox").get_data(as_text=True)
    with work():
        move(idea, "hand_over", actor=cast.bob, now=NOON, kind="complaint", office_id=cast.wes.id, reason="x")
    page = ria.get("/inbox").get_data(as_text=True)
    assert [word in page for word in ("Labels", idea.number)] == [False, False]


def test_what_was_told_of_a_step_is_not_new_any_more_once_it_is_done(cast, client_as, clock):
    with work():
        idea = f.in_review(cast, now=later(-1))
    assert count_unread(cast.ria.id) == 1
    with work():
        f.answer_review(idea, cast.ria, NOON)
    assert count_unread(cast.ria.id) == 0


def test_what_was_told_of_one_step_twice_stands_there_once(cast, client_as, clock):
    with work():
        idea = f.in_review(cast, now=later(-1))
    told = next(n for n in notices() if n.person_id == cast.ria.id)
    again = {"key": "again", "person_id": cast.ria.id, "idea_id": idea.id, "step_id": told.step_id, "facts": told.facts}
    with work():
        tell_waiting(told.kind, [again], now=NOON)
    page = client_as(cast.ria).get("/inbox").get_data(as_text=True)
    assert [count_unread(cast.ria.id), page.count(">Neu<"), page.count('class="mail-line"')] == [1, 1, 1]


def test_nobody_reads_somebody_elses_inbox(cast, client_as, clock):
    with work():
        f.submitted(cast, title="Labels", confidential=True)
    assert "Labels" in client_as(cast.ann).get("/inbox").get_data(as_text=True)
    assert "Labels" not in client_as(cast.sam).get("/inbox").get_data(as_text=True)
    assert mark_read(cast.sam.id, until_id=2**31 - 1, now=NOON) == 0


@pytest.mark.parametrize("rows", [1, 30])
def test_the_inbox_takes_the_same_statements_for_1_and_30_rows(rows, cast, client_as, count_queries, clock):
    with work():
        cast.rex.open_reviews_at_most = cast.ria.open_reviews_at_most = 50
        for _n in range(rows):
            f.in_review(cast)
    ria = client_as(cast.ria)
    ria.get("/inbox")
    with count_queries() as statements:
        assert ria.get("/inbox").status_code == 200
    assert len(statements) == INBOX_STATEMENTS


def test_long_inboxes_have_pages(cast, client_as, clock):
    with work():
        idea = f.submitted(cast)
        rows = [{"key": f"x{n}", "person_id": cast.sam.id, "idea_id": idea.id, "step_id": None, "facts": {}} for n in range(150)]
        tell_waiting("workflow.step", rows, now=START)
    sam = client_as(cast.sam)
    page = sam.get("/inbox").get_data(as_text=True)
    assert ["Auf dieser Seite ist nichts mehr aktuell." in page, "99+" in page] == [True, True]
    following = re.search(r'href="(/inbox\?page=[^"]+)" rel="next"', page)
    assert following and sam.get(following[1]).status_code == 200
    assert sam.get("/inbox?page=nonsense").status_code == 422


def test_a_kind_this_version_does_not_know_harms_nothing(cast, client_as, clock):
    with work():
        db.session.add(Notice(key="old", kind="gone.kind", person_id=cast.sam.id, facts={}, at=START))
    assert client_as(cast.sam).get("/inbox").status_code == 200


# -- off optional news -----------------------------------------------------------------------------------------------


def wants_news(person) -> bool:
    db.session.expire_all()
    return db.session.get(Person, person.id).mail_news  # type: ignore[union-attr]


def test_the_link_changes_nothing_and_the_button_does(cast, client, clock):
    url = f"/mail/stop/{stop_token(cast.ann.id)}"
    assert (client.get(url).status_code, client.head(url).status_code, wants_news(cast.ann)) == (200, 200, True)
    assert (client.post(url).status_code, wants_news(cast.ann)) == (200, False)
    assert (client.post(url, data={"again": "1"}).status_code, wants_news(cast.ann)) == (200, True)
    assert wants_news(cast.eve)


def test_a_mail_program_needs_neither_session_nor_mark(cast, app, client, clock):
    """RFC 8058: a POST with List-Unsubscribe=One-Click, without cookies, and no redirect."""
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post(f"/mail/stop/{stop_token(cast.ann.id)}", data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, wants_news(cast.ann)) == (200, False)
    assert client.post("/inbox/read").status_code in (400, 401)  # every other form still needs its mark


@pytest.mark.parametrize("token", ["x", "Mg.wrong", "%00", "a" * 3000])
def test_wrong_tokens_lead_nowhere(token, cast, client, clock):
    assert (client.get(f"/mail/stop/{token}").status_code, client.post(f"/mail/stop/{token}").status_code) == (404, 404)


def test_somebody_who_left_has_no_page(cast, client, clock):
    url = f"/mail/stop/{stop_token(cast.ann.id)}"
    with work():
        cast.ann.active = False
    assert client.get(url).status_code == 404


def test_the_same_choice_stands_on_ones_own_page(cast, client_as, clock):
    ann = client_as(cast.ann)
    assert 'name="mail_news"' in ann.get("/me").get_data(as_text=True)
    ann.post("/me/preferences", data={"language": "de", "theme": "auto"})
    assert wants_news(cast.ann) is False
    ann.post("/me/preferences", data={"language": "de", "theme": "auto", "mail_news": "y"})
    assert wants_news(cast.ann) is True


def test_a_link_in_the_letter_chooses_the_time_and_settles_nothing(cast, client_as, clock):
    with work():
        idea = f.offered(cast, now=later(-4))
    slot = f.parties(idea)[0].offers[-1].slots[1]
    page = client_as(cast.ann).get(f"/ideas/{idea.number}/talk?slot={slot.id}").get_data(as_text=True)
    assert re.findall(r'name="slot_id"[^>]*value="(\d+)" checked', page) == [str(slot.id)]
    assert f.parties(idea)[0].appointments == []
