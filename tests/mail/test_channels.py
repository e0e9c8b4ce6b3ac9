"""One's own page about calendar and channels, the private feed, and the life of a webhook."""

import re
from datetime import date, timedelta

import icalendar
import pytest
import sqlalchemy as sa
import vobject

from suggestbox.core.database import db, work
from suggestbox.core.limits import limiter
from suggestbox.mail import hooking
from suggestbox.mail.carrier import Answer
from suggestbox.mail.letters import kind as kind_of
from suggestbox.mail.models import Hook, Letter, Notice
from suggestbox.mail.postman import deliver
from suggestbox.mail.readers import reader_of, speaking_to
from suggestbox.people.operations import let_leave
from suggestbox.people.queries import here
from tests import factories as f
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("clock")

LONG_AGO = NOON - timedelta(days=3)
SLACK = "https://hooks.slack.com/services/T000/B000/secretsecret"


@pytest.fixture(autouse=True)
def everybody_reads_english(cast):
    with work():
        for person in cast.people().values():
            person.language = "en"


@pytest.fixture(autouse=True)
def known_address(app):
    app.config["DEPLOYMENT"] = app.config["DEPLOYMENT"].model_copy(update={"base_url": "http://localhost"})
    limiter.enabled = False
    yield
    limiter.enabled = True


def make_feed(browser) -> str:
    """Press the button; give the address that is shown."""
    assert browser.post("/me/channels/feed").status_code == 303
    page = browser.get("/me/channels").get_data(as_text=True)
    return re.search(r"http://localhost(/calendar/[\w-]{43}\.ics)", page)[1]


def events(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return icalendar.Calendar.from_ical(answer.data).walk("VEVENT")


# -- the feed --------------------------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_only_its_hash_is_kept(cast, client_as):
    ann = client_as(cast.ann)
    assert "/calendar/" not in ann.get("/me/channels").get_data(as_text=True)
    path = make_feed(ann)
    assert "/calendar/" not in ann.get("/me/channels").get_data(as_text=True)
    row = db.session.execute(sa.text("SELECT * FROM person WHERE id = :id"), {"id": cast.ann.id}).one()
    assert path[10:-4] not in str(tuple(row))
    assert len(row.calendar_key_hash) == 64


def test_a_new_address_ends_the_old_one_and_it_can_be_switched_off(cast, client_as, client):
    ann = client_as(cast.ann)
    first = make_feed(ann)
    second = make_feed(ann)
    assert [client.get(path).status_code for path in (first, second)] == [404, 200]
    ann.post("/me/channels/feed/end")
    assert client.get(second).status_code == 404
    ann.post("/me/channels/feed/end")  # once more changes nothing
    assert [client.get(p).status_code for p in ("/calendar/.ics", "/calendar/x.ics", "/calendar/" + "x" * 43 + ".ics")] == [404] * 3


def test_only_a_post_makes_or_ends_it(cast, client_as):
    ann = client_as(cast.ann)
    assert [ann.get(f"/me/channels/feed{end}").status_code for end in ("", "/end")] == [405, 405]


def test_whoever_left_has_no_feed(cast, client_as, client):
    path = make_feed(client_as(cast.eve))
    with work():
        let_leave(db.session.get(type(cast.eve), cast.eve.id), on=date(2026, 11, 3), today=date(2026, 11, 4), now=NOON,
                  actor=None)
    assert client.get(path).status_code == 404


def test_own_steps_stand_on_their_days_and_talks_at_their_times(cast, client_as, client):
    with work():
        idea = f.appointed(cast, now=LONG_AGO)
        review = f.in_review(cast, cast.eve, now=LONG_AGO)
    path = make_feed(client_as(cast.cat))
    found = events(client, path)
    (party,) = f.parties(idea)
    (appointment,) = party.appointments
    step = f.step(idea, "hold_talk")
    assert sorted((str(e["summary"]), e["dtstart"].dt, e["dtend"].dt, str(e["url"])) for e in found) == sorted([
        (f"Talk, and record it: {idea.title}", step.due_on, step.due_on + timedelta(days=1),
         f"http://localhost/ideas/{idea.number}/talk"),
        (f"Closing conversation: {idea.title}", appointment.starts_at, appointment.starts_at + timedelta(minutes=30),
         f"http://localhost/ideas/{idea.number}/talk"),
    ])
    assert [str(e["class"]) for e in found] == ["PRIVATE", "PRIVATE"]
    assert str(next(e for e in found if "location" in e)["location"]) == "by phone · 1234"
    submitter = events(client, make_feed(client_as(cast.ann)))
    assert [str(e["summary"]) for e in submitter] == [f"Closing conversation: {idea.title}"]
    reviewer = events(client, make_feed(client_as(cast.rex)))
    assert [str(e["summary"]) for e in reviewer] == [f"Give your assessment: {review.title}"]
    assert events(client, make_feed(client_as(cast.sam))) == []


def test_what_a_person_may_not_see_is_not_in_it(cast, client_as, client):
    with work():
        idea = f.appointed(cast, now=LONG_AGO)
    path = make_feed(client_as(cast.cat))
    assert len(events(client, path)) == 2
    with work():
        fresh = db.session.get(type(idea), idea.id)
        f.move(fresh, "hand_over", actor=cast.ida, now=NOON, kind="invention", office_id=cast.wes.id, reason="It is new.")
    assert [str(e["summary"]) for e in events(client, path)] == []


def test_the_second_parser_reads_it_in_german(cast, client_as, client):
    with work():
        f.appointed(cast, now=LONG_AGO)
        db.session.get(type(cast.cat), cast.cat.id).language = "de"
    text = client.get(make_feed(client_as(cast.cat))).get_data(as_text=True)
    read = vobject.readOne(text)
    assert read.name == "VCALENDAR" and len(read.vevent_list) == 2
    assert "X-WR-CALNAME:Ideen: meine nächsten Schritte\r\n" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    assert max(len(line) for line in text.encode().split(b"\r\n")) <= 75


def test_headers_keep_it_private_and_spare_the_line(cast, client_as, client):
    path = make_feed(client_as(cast.ann))
    answer = client.get(path)
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("private, max-age=300", "noindex, nofollow")
    assert "Set-Cookie" not in answer.headers
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_too_many_questions_are_turned_away(cast, client_as, client):
    path = make_feed(client_as(cast.ann))
    limiter.enabled = True
    assert [client.get(path).status_code for _ in range(61)] == [200] * 60 + [429]


@pytest.mark.parametrize("ideas", [1, 30])
def test_the_feed_takes_the_same_statements_for_1_and_30_steps(ideas, cast, client_as, client, count_queries):
    with work():
        for _number in range(ideas):
            f.submitted(cast, now=LONG_AGO)
    path = make_feed(client_as(cast.bob))
    assert len(events(client, path)) == ideas
    with count_queries() as statements:
        client.get(path)
    assert len(statements) == FEED_STATEMENTS


FEED_STATEMENTS = 5


# -- webhooks --------------------------------------------------------------------------------------------------------


def my_hooks(person) -> list[Hook]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Hook).where(Hook.person_id == person.id).order_by(Hook.id)))


def add(browser, url=SLACK, kind="slack"):
    return browser.post("/me/channels/hooks", data={"kind": kind, "url": url})


class Hand:
    """A carrier that does as it is told."""

    needs_message = False

    def __init__(self, *answers):
        self.answers, self.carried = list(answers), []

    def send(self, outgoing, about_to_hand_over):
        assert about_to_hand_over()
        self.carried.append(outgoing)
        return self.answers.pop(0) if self.answers else Answer("sent", "200 ok")


def test_adding_testing_and_removing(cast, client_as):
    ann = client_as(cast.ann)
    assert add(ann).status_code == 303
    (hook,) = my_hooks(cast.ann)
    page = ann.get("/me/channels").get_data(as_text=True)
    assert ("hooks.slack.com/…cret" in page, "secretsecret" in page, "No message has gone there" in page) == (True, False, True)
    assert ann.post(f"/me/channels/hooks/{hook.id}/test").status_code == 303
    assert "The last message is on its way." in ann.get("/me/channels").get_data(as_text=True)
    ann.post(f"/me/channels/hooks/{hook.id}/test")  # an impatient second press
    hand = Hand()
    evening = NOON + timedelta(hours=9)  # nobody is at work; a test goes all the same
    assert deliver(clock=lambda: evening, carriers={"slack": hand}).sent == 1
    assert [(o.url, o.text.subject) for o in hand.carried] == [(SLACK, "Test: messages arrive here")]
    assert "The last message arrived." in ann.get("/me/channels").get_data(as_text=True)
    assert ann.post(f"/me/channels/hooks/{hook.id}/remove").status_code == 303
    (hook,) = my_hooks(cast.ann)
    assert (hook.url, hook.ended_at) == ("", NOON)
    assert "hooks.slack.com/…" not in ann.get("/me/channels").get_data(as_text=True)


@pytest.mark.parametrize(("kind", "url", "sentence"), [
    ("slack", "https://10.0.0.1/x", "It begins with https://hooks.slack.com/"),
    ("teams", "http://x.logic.azure.com/", "comes from the app Workflows in Teams"),
    ("teams", "https://intranet.feldrath.example/x", "Webhooks may not lead to intranet.feldrath.example."),
    ("slack", "", "Please paste the address here."),
    ("pigeon", SLACK, "Not a valid choice."),
])
def test_what_cannot_be_added_is_said_and_stays_in_the_field(cast, client_as, kind, url, sentence):
    ann = client_as(cast.ann)
    answer = add(ann, url, kind)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, sentence in page, url in page) == (422, True, True)
    assert my_hooks(cast.ann) == []


def test_twice_the_same_and_too_many(cast, client_as):
    ann = client_as(cast.ann)
    for number in range(hooking.MOST_HOOKS):
        assert add(ann, f"{SLACK}{number}").status_code == 303
    assert add(ann, f"{SLACK}0").status_code == 422
    assert "You have 5 addresses already." in add(ann, f"{SLACK}9").get_data(as_text=True)
    assert "as many addresses as one person can have" in ann.get("/me/channels").get_data(as_text=True)


def test_hooks_of_others_do_not_exist(cast, client_as):
    add(client_as(cast.ann))
    (hook,) = my_hooks(cast.ann)
    eve = client_as(cast.eve)
    assert [eve.post(f"/me/channels/hooks/{hook.id}/{what}").status_code for what in ("test", "remove")] == [404, 404]
    assert "hooks.slack.com/…" not in eve.get("/me/channels").get_data(as_text=True)


def send_tests(cast, answers, first: int = 0) -> None:
    (hook,) = [hook for hook in my_hooks(cast.ann) if hook.ended_at is None]
    for number, answer in enumerate(answers, first):
        with work():
            hooking.write_hook_test(db.session.get(Hook, hook.id), now=NOON + timedelta(minutes=number))
        deliver(clock=lambda n=number: NOON + timedelta(minutes=n), carriers={"slack": Hand(answer)})
        with work():
            hooking.end_refused_hooks(now=NOON + timedelta(minutes=number, seconds=30))


def test_three_refusals_in_a_row_end_it_and_its_owner_is_told(cast, client_as):
    no, yes = Answer("refused", "404 no_service"), Answer("sent", "200 ok")
    add(client_as(cast.ann))
    send_tests(cast, [no, no, yes, no, no])
    assert [hook.ended_at for hook in my_hooks(cast.ann)] == [None]
    send_tests(cast, [Answer("refused", "410 gone")], first=5)
    (hook,) = my_hooks(cast.ann)
    assert (hook.ended_at is not None, hook.last_answer, hook.failures) == (True, "410 gone", 3)
    (notice,) = db.session.scalars(sa.select(Notice).where(Notice.kind == "mail.hook_ended"))
    reader = reader_of(here(), cast.ann.id, NOON)
    with speaking_to(reader):
        line = kind_of("mail.hook_ended").lines([notice], reader)[notice.id]
    assert (notice.person_id, line.text, line.url) == (
        cast.ann.id, "Messages to you no longer go to Slack: the address refused them several times.", "/me/channels"
    )
    with work():
        assert hooking.end_refused_hooks(now=NOON + timedelta(hours=1)) == 0


def test_letters_on_their_way_to_a_removed_hook_are_cancelled(cast, client_as):
    ann = client_as(cast.ann)
    add(ann)
    (hook,) = my_hooks(cast.ann)
    ann.post(f"/me/channels/hooks/{hook.id}/test")
    ann.post(f"/me/channels/hooks/{hook.id}/remove")
    hand = Hand()
    deliver(clock=lambda: NOON, carriers={"slack": hand})
    db.session.rollback()
    assert ([letter.state for letter in db.session.scalars(sa.select(Letter))], hand.carried) == (["cancelled"], [])


@pytest.mark.parametrize("hooks", [1, 5])
def test_the_page_takes_the_same_statements_for_1_and_5_hooks(hooks, cast, client_as, count_queries):
    ann = client_as(cast.ann)
    for number in range(hooks):
        add(ann, f"{SLACK}{number}")
    for hook in my_hooks(cast.ann):
        ann.post(f"/me/channels/hooks/{hook.id}/test")
    ann.get("/me/channels")
    with count_queries() as statements:
        ann.get("/me/channels")
    assert len(statements) == PAGE_STATEMENTS


PAGE_STATEMENTS = 7
