"""Why was nobody reminded? The page, the command, and who may read what there."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from suggestbox.cli import cli
from suggestbox.core.database import db, work
from suggestbox.ideas.models import Idea
from suggestbox.mail.models import Letter, MailState, Notice
from suggestbox.people.directory import directory
from suggestbox.reminders.kinds import RUNG
from suggestbox.reminders.planned import planned
from suggestbox.reminders.why import Viewer, why
from suggestbox.workflow.operations import move
from tests import factories
from tests.cast import Cast
from tests.factories import START, in_review, submitted
from tests.mail.telling import mail_on
from tests.reminders.diary import away, deliver, digests, mornings, reconcile

ALL = Viewer(None, True)


def rows_of(idea: Idea, now: Any, viewer: Viewer = ALL) -> list[tuple[str, str, str]]:
    """Give (rung, state, text) of the first step."""
    answer = why(idea, directory(now.date()), viewer, now=now)
    return [(row.rung, row.state, row.text) for row in answer.steps[0].rows]


def reason(idea: Idea, now: Any, rung: str = "On the due date") -> str:
    """Give what became of a rung of the first step."""
    return next(text for name, _state, text in rows_of(idea, now) if name == rung)


@pytest.fixture
def late(cast: Cast, clock: Any) -> Idea:
    """An idea nobody has looked at, on the day that was due."""
    mail_on()
    with work():
        idea = submitted(cast)
        db.session.execute(sa.delete(Notice))
        db.session.execute(sa.delete(Letter))
    clock.move_to(START + timedelta(days=5))
    return idea


DUE = START + timedelta(days=5)


def test_every_rung_has_a_named_reason(late: Idea, cast: Cast, clock: Any):
    for now in mornings(6):
        clock.move_to(now)
        reconcile(now)
        deliver(now)
    assert rows_of(late, DUE) == [
        ("A heads-up", "told", "Sent with the summary of the day (Thursday, 5 November 2026, 10:00)."),
        ("On the due date", "told", "Sent with the summary of the day (Monday, 9 November 2026, 10:00)."),
        ("The owner and the deputy", "later", "Not yet: its day has not come."),
        ("The head of department", "later", "Not yet: its day has not come."),
        ("The idea management", "later", "Not yet: its day has not come."),
        ("A member of leadership", "later", "Not yet: its day has not come."),
        ("Again, until it is done", "later", "Not yet: its day has not come."),
        ("Again, until it is done", "later", "Not yet: its day has not come."),
        ("Again, until it is done", "later", "Not yet: its day has not come."),
    ]


def test_before_the_reconciler_ran(late: Idea):
    assert reason(late, DUE) == "Its day has come; it is put in within a few minutes."


def test_waiting_for_the_digest(late: Idea, clock: Any):
    reconcile(DUE)
    assert reason(late, DUE) == "It goes out with the summary of the day: Monday, 9 November 2026, 10:00."
    with work():
        db.session.execute(sa.delete(Letter))
    assert reason(late, DUE) == "It goes out with the summary of the day within a few minutes."
    evening = DUE.replace(hour=18)
    clock.move_to(evening)
    assert reason(late, evening) == "Outside the reader's working hours until Tuesday, 10 November 2026, 08:00."
    saturday = DUE + timedelta(days=5)
    clock.move_to(saturday)
    assert reason(late, saturday) == \
        "It did not go out: a later reminder took its place, or somebody else does the step today."


def test_a_reader_who_is_away(late: Idea, cast: Cast, clock: Any):
    with work():
        move(late, "assign", actor=cast.bob, now=DUE, reviewers=factories.reviewers(
            (cast.rex, "expert"), (cast.ria, "department")))
        move(late, "ask", actor=cast.rex, now=DUE, text="Which printer?")
        due = factories.step(late, "answer").due_on
        away(cast.ann, due, due + timedelta(days=6))
    now = DUE.replace(year=due.year, month=due.month, day=due.day)
    clock.move_to(now)
    reconcile(now)
    answer = why(late, directory(due), ALL, now=now)
    texts = [row.text for step in answer.steps if step.kind == "answer" for row in step.rows if row.state == "waits"]
    assert texts == ["The reader is away (until Sunday); it goes out when they are back."]


def test_no_mailbox_no_mail_and_a_paused_postman(late: Idea, cast: Cast, clock: Any, app: Any):
    reconcile(DUE)
    with work():
        db.session.add(MailState(id=1, paused_at=DUE, paused_reason="clock"))
    assert reason(late, DUE) == \
        "Sending is paused since the clock of the machine jumped (Monday, 9 November 2026, 10:00)."
    app.config["DEPLOYMENT"] = app.config["DEPLOYMENT"].model_copy(update={"smtp_host": ""})
    assert reason(late, DUE) == "It stands in the inbox on the site; mail is not set up."
    with work():
        db.session.execute(sa.delete(Notice))
        db.session.execute(sa.delete(Letter))
        cast.bob.email, cast.bob.personnel_no = None, "4711"
    clock.move_to(DUE + timedelta(minutes=5))
    reconcile(DUE)
    assert reason(late, DUE) == "No mailbox: a colleague was asked to tell them, and a summary is printed."


@pytest.mark.parametrize(("state", "words", "expected"), [
    ("failed", "550 no such user", "The letter could not be delivered. The server said: 550 no such user"),
    ("failed", "house:bad_address", "The letter could not be delivered. The e-mail address cannot be used."),
    ("uncertain", "", "The letter was handed over and nobody answered: it may have arrived."),
    ("review", "", "The letter is from before a restore; an admin decides whether it still goes out."),
    ("to_print", "", "The summary of the day waits to be printed."),
])
def test_what_became_of_the_letter(late: Idea, state: str, words: str, expected: str):
    reconcile(DUE)
    deliver(DUE)
    with work():
        (letter,) = digests()
        letter.state, letter.last_answer = state, words
        letter.done_at = DUE if state == "failed" else None
    assert reason(late, DUE) == expected


def test_a_moved_date_and_a_step_that_is_done(late: Idea, cast: Cast, clock: Any):
    reconcile(DUE)
    with work():
        step = factories.step(late, "triage")
        move(late, "move_due", actor=cast.bob, now=DUE, step_id=step.id, due_on=(DUE + timedelta(days=7)).date(),
             reason="I am ill.")
    first = rows_of(late, DUE)[0]
    assert first == ("On the due date", "over", "It did not go out: the date was moved.")
    with work():
        move(late, "assign", actor=cast.bob, now=DUE, reviewers=factories.reviewers(
            (cast.rex, "expert"), (cast.ria, "department")))
    answer = why(late, directory(DUE.date()), ALL, now=DUE)
    assert [(row.rung, row.text) for row in answer.earlier] == [
        ("The first look: On the due date", "It did not go out: the step was done, or rests, before that.")]


def test_a_question_rests_the_askers_clock(cast: Cast, clock: Any):
    with work():
        idea = factories.waiting(cast)
    answer = why(idea, directory(START.date()), ALL, now=START)
    assert [(step.kind, step.owner, step.rests) for step in answer.steps if step.rests] == [("review", "Rex Reed", True)]


# -- who reads what --------------------------------------------------------------------------------------------------


def seen_by(idea: Idea, person: Any, now: Any) -> tuple[list[str], int]:
    """Give the steps somebody sees on the page, and how many are not theirs to see."""
    answer = why(idea, directory(now.date()), Viewer(person.id, False), now=now)
    return sorted(step.kind for step in answer.steps), answer.further


def test_lateness_is_seen_by_the_person_and_those_on_the_ladder(cast: Cast, clock: Any):
    mail_on()
    with work():
        idea = in_review(cast)
        move(idea, "ask", actor=cast.ria, now=START + timedelta(hours=2), text="Which printer?")
    now = START + timedelta(days=23)
    clock.move_to(now)
    reconcile(now)
    assert seen_by(idea, cast.rex, now) == (["review"], 1)
    assert seen_by(idea, cast.kim, now) == (["review"], 1)  # head of IT, told on day five
    assert seen_by(idea, cast.ann, now) == (["answer"], 1)
    assert seen_by(idea, cast.sam, now) == ([], 2)
    assert seen_by(idea, cast.cat, now) == ([], 2)  # decides about it, has nothing to do with rex's lateness


def test_the_page_says_what_concerns_the_reader(client_as: Any, cast: Cast, clock: Any):
    mail_on()
    with work():
        idea = in_review(cast, title="Labels at goods receipt")
    now = START + timedelta(days=23)
    clock.move_to(now)
    reconcile(now)
    page = client_as(cast.ida).get(f"/ideas/{idea.number}/reminders")
    assert page.status_code == 200 and page.text.count("<section class=\"sb-section\"") == 2
    assert "Rex Reed" in page.text and "Frau Richter" in page.text
    submitter = client_as(cast.ann).get(f"/ideas/{idea.number}/reminders")
    assert submitter.status_code == 200 and "Rex Reed" not in submitter.text
    assert "2 weitere nächste Schritte" in submitter.text


def test_two_steps_that_are_alike_are_told_once_and_the_reader_is_spoken_to(client_as: Any, cast: Cast, clock: Any):
    mail_on()
    with work():
        idea = factories.conversation(cast, cast.ann, cast.eve)
    now = START + timedelta(days=20)
    clock.move_to(now)
    reconcile(now)
    page = client_as(cast.cat).get(f"/ideas/{idea.number}/reminders").text
    assert (page.count('<section class="sb-section"'), page.count("2 solche Schritte"), "An: Sie selbst" in page) == (1, 1, True)


def test_who_may_hand_over_all_steps_of_a_person_finds_the_way(client_as: Any, cast: Cast, clock: Any):
    with work():
        idea = in_review(cast)
    now = START + timedelta(days=23)
    clock.move_to(now)
    reconcile(now)
    assert f'href="/people/{cast.rex.id}/steps"' in client_as(cast.ida).get(f"/ideas/{idea.number}/reminders").text
    assert "/steps\"" not in client_as(cast.ann).get(f"/ideas/{idea.number}/reminders").text.split("<main")[1]


def test_the_page_is_not_there_for_whoever_may_not_see_the_idea(client_as: Any, cast: Cast):
    with work():
        idea = submitted(cast)
    assert client_as(cast.sam).get(f"/ideas/{idea.number}/reminders").status_code == 404


def test_a_confidential_submitter_stands_in_no_line(client_as: Any, cast: Cast, clock: Any):
    """cat, the head, handed it in: nobody but the idea management reads a name on the ladder above bob."""
    mail_on()
    with work():
        idea = submitted(cast, cast.cat, confidential=True)
    now = START + timedelta(days=13)
    clock.move_to(now)
    reconcile(now)
    page = client_as(cast.bob).get(f"/ideas/{idea.number}/reminders").text
    assert all(name not in page for name in ("Conrad", "Lorenz", "Ihde"))
    assert "Frau Lorenz" in client_as(cast.ida).get(f"/ideas/{idea.number}/reminders").text


def test_the_page_costs_the_same_for_one_step_and_for_many(cast: Cast, clock: Any, count_queries: Any):
    mail_on()
    counts = []
    for people in ((cast.ann,), (cast.ann, cast.eve, cast.dan)):
        with work():
            idea = factories.offered(cast, *people)
        now = START + timedelta(days=9)
        clock.move_to(now)
        reconcile(now)
        deliver(now)
        with count_queries() as statements:
            why(idea, directory(now.date()), ALL, now=now)
        counts.append(len(statements))
        db.session.rollback()
    assert counts == [9, 11]  # the second asks besides what else goes out to those readers today


# -- at the terminal -------------------------------------------------------------------------------------------------




def test_list_prints_what_would_go_out_and_writes_nothing(app: Any, cast: Cast, clock: Any):
    mail_on()
    with work():
        idea = submitted(cast, confidential=True)
        number = idea.number
        db.session.execute(sa.delete(Notice))
    clock.move_to(START)
    found, _book = planned(DUE.date(), now=START, zone="Europe/Berlin")
    assert [(p.idea, p.step, p.rung, p.office, p.way, p.goes_on) for p in found] == [
        (number, "triage", "due", "owner", "mail", DUE.date())]
    nothing, _book = planned((DUE + timedelta(days=1)).date(), now=START, zone="Europe/Berlin")
    assert nothing == [] and db.session.scalar(sa.select(sa.func.count(Notice.id))) == 0


def test_list_of_a_past_day_says_what_was_put_in(late: Idea, clock: Any):
    reconcile(DUE)
    clock.move_to(DUE + timedelta(days=2))
    found, _book = planned(DUE.date(), now=DUE + timedelta(days=2), zone="Europe/Berlin")
    assert [(p.rung, p.step, p.due_on) for p in found] == [("due", "triage", DUE.date())]


def test_commands_print_tables_and_json(app: Any, cast: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch):
    mail_on()
    with work():
        idea = submitted(cast)
        number = idea.number
        db.session.execute(sa.delete(Notice))
    bob = cast.bob.email
    clock.move_to(START)
    db.session.remove()
    document = json.loads(_printed(app, monkeypatch, "list", "--on", DUE.date().isoformat(), "--json"))
    assert document == {"on": "2026-11-09", "reminders": [
        {"idea": number, "step": "triage", "due_on": "2026-11-09", "rung": "due", "office": "owner", "to": bob,
         "way": "mail", "goes_on": "2026-11-09"}]}
    why_document = json.loads(_printed(app, monkeypatch, "why", number, "--json"))
    assert [step["step"] for step in why_document["steps"]] == ["triage"]
    assert "Not yet: its day has not come." in _printed(app, monkeypatch, "why", number)


def _printed(app: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    from suggestbox.core import terminal

    monkeypatch.setattr(terminal.Instance, "app", lambda _self, **_more: app)
    done = CliRunner().invoke(cli, ["reminders", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_wrong_numbers_and_days_get_one_sentence(app: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    from suggestbox.core import terminal

    db.session.remove()
    monkeypatch.setattr(terminal.Instance, "app", lambda _self, **_more: app)
    for arguments, words in ((["why", "2026-9999"], "There is no idea 2026-9999."),
                             (["list", "--on", "2036-01-01"], "more than a year away"),
                             (["list", "--on", "tomorrow"], "does not match")):
        done = CliRunner().invoke(cli, ["reminders", *arguments])
        assert done.exit_code != 0 and words in done.output


def test_kind_names_stand_in_the_database_and_never_change():
    assert RUNG == "reminders.rung"
