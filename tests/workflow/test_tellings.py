"""The table of tellings: who is told what, when, once; and what nobody is told."""

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.ideas.remarks import add_comment
from suggestbox.journal.models import Entry
from suggestbox.mail.letters import kind as kind_of
from suggestbox.mail.models import Letter, Notice
from suggestbox.people.models import Department
from suggestbox.steps.models import KINDS as STEP_KINDS
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import case_of, move, settle
from suggestbox.workflow.table import MOVES
from suggestbox.workflow.tellings import CALLED_OFF, NEWS, ROWS, TOLD_OTHERWISE, tell_of_comment
from tests import factories as f
from tests.cast import newcomer
from tests.factories import AFTER_TALK, START
from tests.mail.scenes import SCENES, sent_all
from tests.mail.telling import as_reader, later, letters, line_for, mail_on, notices, text_for, told_of_kind, told_to

CANARY = {"given_name": "Kanarie", "family_name": "Vögelchen", "email": "kanarie@secret.example.com",
          "department": "Geheimabteilung"}


# -- the table -------------------------------------------------------------------------------------------------------


def test_rows_name_moves_and_kinds_that_exist(app):
    assert {m for row in ROWS for m in row.moves} - set(MOVES) == set()
    assert [kind_of(row.kind).name for row in ROWS] == [row.kind for row in ROWS]
    assert TOLD_OTHERWISE - set(STEP_KINDS) == set()


def test_no_row_tells_a_submitter_an_interim_verdict():
    silent = {"score", "reconsider", "abstain", "vote", "decide", "revoke_decision", "quorum_lost", "nothing_against",
              "team_does_it", "declare_conflict", "declare_conflict_late", "confirm_duplicate", "propose_duplicate"}
    told = {m for row in ROWS if row.kind != "workflow.dropped" for m in row.moves}
    assert told & silent == set()


def test_submitters_hear_only_what_stands_in_their_story():
    assert [m for m in NEWS if MOVES[m].audience == "handlers"] == []


# -- who is told -----------------------------------------------------------------------------------------------------


def test_ideas_out_of_a_file_bring_no_receipts_only_work_for_the_coordinator(cast):
    mail_on()
    with work():
        f.submitted(cast, imported=True)
    assert [(n.kind, told_to(n)) for n in notices()] == [("workflow.step", "Bob")]
    assert letters() == []


def test_the_whole_way_of_an_idea(cast):
    """Ann hands in; every letter and notice on the way to the end, in order."""
    mail_on()
    with work():
        f.closed(cast, title="Labels")
    assert [(n.kind, told_to(n), n.waits) for n in notices()] == [
        ("ideas.receipt", "Ann", False),
        ("workflow.step", "Bob", True),
        ("ideas.news", "Ann", True),  # asked for assessments
        ("workflow.step", "Rex", True),
        ("workflow.step", "Ria", True),
        ("ideas.news", "Ann", True),  # the review is complete
        ("workflow.step", "Cat", True),
        ("conversations.decision", "Ann", False),
        ("conversations.invitation", "Ann", False),
        ("conversations.invitation", "Cat", False),
        ("conversations.how_was_it", "Ann", False),
        ("ideas.news", "Ann", True),  # closed
    ]
    assert Counter(letter.kind for letter in letters()) == {
        "ideas.receipt": 1, "conversations.decision": 1, "conversations.invitation": 2, "conversations.how_was_it": 1,
    }
    assert {letter.channel for letter in letters()} == {"mail"}


def test_a_team_is_told_one_by_one_and_colleagues_are_asked(cast):
    mail_on()
    with work():
        idea = f.draft(cast, cast.ann, cast.eve, cast.sam)
        idea.submitters[2].state = "invited"
        move(idea, "submit", actor=cast.ann, now=START)
        move(idea, "accept_part", actor=cast.sam, now=later(hours=1))
    assert told_of_kind("ideas.receipt") == ["Ann", "Eve"]
    assert told_of_kind("ideas.part") == ["Sam"]
    assert told_of_kind("ideas.news") == ["Ann", "Eve"]  # Sam knows


def test_whoever_did_it_is_not_told(cast):
    with work():
        idea = f.waiting(cast)
        move(idea, "answer", actor=cast.ann, now=later(1), text="The big one.")
        cat = f.conversation(cast)  # cat decides, and hosts the talk herself
    assert told_of_kind("workflow.answered") == ["Rex"]
    assert [told_to(n) for n in notices("workflow.step") if n.idea_id == cat.id][-1] == "Cat"  # the decision, not the talk
    assert len([n for n in notices("workflow.step") if told_to(n) == "Cat"]) == 1


@pytest.mark.parametrize(("answered", "said"), [(True, ("Your question is answered.", False)), (False, None)])
def test_nobody_is_asked_to_go_on_with_a_step_that_is_over(cast, answered, said):
    with work():
        idea = f.waiting(cast)
        if answered:
            move(idea, "answer", actor=cast.ann, now=later(1), text="The big one.")
        else:
            settle(idea, now=later(30))
    told = notices("workflow.answered")[-1]
    before = line_for(told, later(31))
    with work():
        db.session.execute(sa.update(Step).where(Step.idea_id == idea.id, Step.kind == "review").values(
            done_at=later(31), outcome="dropped"))
    line = line_for(told, later(32))
    assert (before.duty, before.text.endswith("You can go on." if answered else "with what you know.")) == (True, True)
    assert (line and (line.text, line.duty)) == said


def test_the_office_it_is_handed_to_is_told_once(cast):
    with work():
        idea = f.submitted(cast)
        move(idea, "hand_over", actor=cast.bob, now=later(hours=1), kind="safety", office_id=cast.wes.id, reason="Danger.")
    assert [n.kind for n in notices() if told_to(n) == "Wes"] == ["workflow.entrusted"]
    assert told_of_kind("workflow.handed_over") == ["Ann"]


def test_decisions_are_told_with_the_offer_and_not_before(cast):
    with work():
        f.conversation(cast)
    assert [n.kind for n in notices() if told_to(n) == "Ann"] == ["ideas.receipt", "ideas.news", "ideas.news"]
    words = [line_for(n, later(2)).text for n in notices("ideas.news")]  # type: ignore[union-attr]
    assert [w for w in words if "nimmt" in w or "entschieden hat" in w or "angenommen" in w] == []


# -- once ------------------------------------------------------------------------------------------------------------


def test_keys_are_short_enough_and_hold_no_names(cast):
    for scene in list(SCENES.values())[:3]:
        scene(cast)
    assert max(len(n.key) for n in notices()) <= 100


def test_settling_again_and_again_tells_nothing_twice(cast):
    mail_on()
    with work():
        idea = f.confirming(cast)
    before = (len(notices()), len(letters()))
    for hours in (1, 2, 3):
        with work():
            settle(idea, now=START + AFTER_TALK + f.timedelta(hours=hours))
    assert (len(notices()), len(letters())) == before


def test_two_questions_are_two_letters_and_one_question_is_one_for_each_submitter(cast):
    mail_on()
    with work():
        idea = f.waiting(cast, cast.ann, cast.eve)
        move(idea, "answer", actor=cast.eve, now=later(1), text="The big one.")
        move(idea, "ask", actor=cast.rex, now=later(2), text="And where?")
    assert told_of_kind("workflow.question") == ["Ann", "Eve", "Ann", "Eve"]
    assert len(letters("workflow.question")) == 4
    assert [text_for(n, later(2)) is None for n in notices("workflow.question")] == [True, True, False, False]


def test_an_offer_that_is_replaced_takes_its_letter_along(cast):
    mail_on()
    with work():
        idea = f.offered(cast)
        party = f.parties(idea)[0]
        move(idea, "offer_talk", actor=cast.cat, now=later(3), party_id=party.id, slots=f.slots(later(4)), words="")
    first, second = notices("conversations.decision")[0], notices("conversations.offer")[0]
    assert (text_for(first, later(3)), text_for(second, later(3)) is None) == (None, False)


# -- appointments ----------------------------------------------------------------------------------------------------


def sequences(method: str | None = None) -> list[tuple[str, str, int]]:
    found = [(told_to(n), n.facts["method"], n.facts["sequence"]) for n in notices("conversations.invitation")]
    return [row for row in found if method in (None, row[1])]


def test_every_change_of_an_appointment_counts_up(cast):
    mail_on()
    with work():
        idea = f.appointed(cast)
        sent_all(later(3))
        party = f.parties(idea)[0]
        move(idea, "change_place", actor=cast.cat, now=later(3.1), party_id=party.id, form="in_person", place="Room 3")
        move(idea, "cancel_appointment", actor=cast.cat, now=later(3.2), party_id=party.id, words="")
        move(idea, "offer_talk", actor=cast.cat, now=later(3.3), party_id=party.id, slots=f.slots(later(5)), words="")
        slot = case_of(idea, actor=cast.ann, now=later(3)).my_party.offers[-1].slots[0]  # type: ignore[union-attr]
        move(idea, "pick_time", actor=cast.ann, now=later(3.4), slot_id=slot.id)
    assert sequences() == [
        ("Ann", "REQUEST", 1), ("Cat", "REQUEST", 1), ("Ann", "REQUEST", 2), ("Cat", "REQUEST", 2),
        ("Ann", "CANCEL", 3), ("Cat", "CANCEL", 3), ("Ann", "REQUEST", 4), ("Cat", "REQUEST", 4),
    ]
    goes_out = [text_for(n, later(3.5)) is not None for n in notices("conversations.invitation")]
    assert goes_out == [False] * 6 + [True] * 2
    texts = [text_for(n, later(3.5)) for n in notices("conversations.invitation")[-2:]]
    assert {(t.invitation.uid, t.invitation.sequence) for t in texts if t and t.invitation} == {
        (f"talk-{party.id}@ideas.example.com", 4)
    }


def test_calling_off_is_told_only_to_whom_the_invitation_went(cast):
    mail_on()
    with work():
        idea = f.appointed(cast)
        for letter in letters("conversations.invitation"):
            if letter.person_id:  # the host's went out, the submitter's waits for the shift
                letter.state, letter.done_at = "sent", later(3)
        move(idea, "cancel_appointment", actor=cast.ann, now=later(3.1), words="")
    off = [n for n in notices("conversations.invitation") if n.facts["method"] == "CANCEL"]
    assert {told_to(n): text_for(n, later(3.2)) is not None for n in off} == {"Ann": False, "Cat": True}


@pytest.mark.parametrize("how", ["ask_in_writing", "ask_other_host", "decline_talk", "change_host", "hand_over", "talked_before"])
def test_a_time_that_does_not_stand_any_more_leaves_both_calendars(how, cast):
    mail_on()
    with work():
        idea = f.appointed(cast)
        sent_all(later(3))
        party = f.parties(idea)[0]
        at: dict[str, Any] = {"now": later(3.5)}
        if how == "change_host":
            move(idea, how, actor=cast.cat, party_id=party.id, person_id=cast.kim.id, **at)
        elif how == "hand_over":
            move(idea, how, actor=cast.bob, kind="safety", office_id=cast.wes.id, reason="Danger.", **at)
        elif how == "talked_before":
            move(idea, "record_talk", actor=cast.cat, party_ids=[party.id], held_on=later(3).date(), form="phone",
                 said="We met at the gate.", **at)
        else:
            move(idea, how, actor=cast.ann, **({"words": ""} if how == "ask_other_host" else {}), **at)
    assert sequences("CANCEL") == [("Ann", "CANCEL", 2), ("Cat", "CANCEL", 2)]
    assert how == "talked_before" or how in CALLED_OFF
    off = [n for n in notices("conversations.invitation") if n.facts["method"] == "CANCEL"]
    assert [text_for(n, later(3.6)) is not None for n in off] == [True, True]


def test_a_talk_that_was_held_is_called_off_by_nobody(cast):
    with work():
        f.closed(cast)
    assert sequences("CANCEL") == []


# -- confidential submitters -----------------------------------------------------------------------------------------


def every_word(notice: Notice, now: Any) -> str:
    """Everything a notice and its letter say, the calendar entry included."""
    return f"{line_for(notice, now)} {text_for(notice, now)} {notice.facts} {notice.key}"


def test_a_confidential_submitter_is_named_nowhere(cast):
    """Ann's name, address and department stand in nothing somebody else reads, nor in any row."""
    mail_on()
    with work():
        hidden = Department(key="hidden", name=CANARY["department"], name_en=CANARY["department"])
        db.session.add(hidden)
        db.session.flush()
        bird = newcomer(cast.home, CANARY["given_name"], hidden, family_name=CANARY["family_name"], email=CANARY["email"])
        idea = f.appointed(cast, bird, confidential=True)
        added = add_comment(idea, "A word of mine.", actor=bird, now=later(4))
        tell_of_comment(idea, added, zone="Europe/Berlin")
        said = [every_word(n, later(4)) for n in notices() if told_to(n) != CANARY["given_name"]]
        move(idea, "cancel_appointment", actor=bird, now=later(4), words="")
        other = f.draft(cast, bird, cast.eve, confidential=True)
        other.submitters[1].state = "invited"
        move(other, "submit", actor=bird, now=later(4))
        third = f.waiting(cast, bird, confidential=True, now=later(-1))
        move(third, "answer", actor=bird, now=later(4), text="The big one.")
        fourth = f.closed(cast, bird, confidential=True, outcome="declined", facts={"change_for_yes": "Cheaper."})
        move(fourth, "object", actor=bird, now=later(9), reason="No.")
    said += [every_word(n, later(9)) for n in notices() if told_to(n) != CANARY["given_name"]]
    assert len(said) > 20
    assert [(word, text) for text in said for word in CANARY.values() if word in text] == []
    rows = [str(dict(row._mapping)) for table in (Notice.__table__, Letter.__table__) for row in db.session.execute(sa.select(table))]
    assert [(word, row) for row in rows for word in CANARY.values() if word in row] == []
    assert [n for n in notices() if n.person_id == bird.id] == []
    assert [letter for letter in letters() if letter.person_id == bird.id] == []


# -- what a reader may not see ---------------------------------------------------------------------------------------


def test_what_a_reader_may_not_see_gives_no_line(cast):
    with work():
        idea = f.in_review(cast)
        ria = next(n for n in notices("workflow.step") if told_to(n) == "Ria")
        before = line_for(ria, later(1))
        move(idea, "hand_over", actor=cast.bob, now=later(2), kind="complaint", office_id=cast.wes.id, reason="x")
    assert (before is not None, line_for(ria, later(2))) == (True, None)


def test_steps_that_fall_away_are_told_only_to_those_who_knew_of_them(cast):
    with work():
        idea = f.in_review(cast)
        for n in notices("workflow.step"):
            if told_to(n) == "Ria":
                n.read_at = later(hours=2)
        move(idea, "withdraw", actor=cast.ann, now=later(1))
    lines = {told_to(n): line_for(n, later(1)) for n in notices("workflow.dropped")}
    assert {name: line is not None for name, line in lines.items()} == {"Rex": False, "Ria": True}


def test_comments_of_a_day_are_one_notice(cast):
    with work():
        idea = f.in_review(cast)
        for hour in (3, 4, 5, 30):
            tell_of_comment(idea, add_comment(idea, "Me too.", actor=cast.sam, now=later(hours=hour)), zone="Europe/Berlin")
        tell_of_comment(idea, add_comment(idea, "Thanks.", actor=cast.ann, now=later(hours=31)), zone="Europe/Berlin")
    assert [told_to(n) for n in notices("ideas.comments")] == ["Ann", "Ann"]
    assert [line_for(n, later(2)).count for n in notices("ideas.comments")] == [4, 1]  # type: ignore[union-attr]


# -- what it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_lines_take_the_same_statements_for_1_and_30_notices(rows, cast, count_queries):
    with work():
        cast.rex.open_reviews_at_most = cast.ria.open_reviews_at_most = 50
        for _n in range(rows):
            idea = f.in_review(cast)
            tell_of_comment(idea, add_comment(idea, "Me too.", actor=cast.sam, now=later(1)), zone="Europe/Berlin")
    counted = {}
    for name in ("workflow.step", "ideas.news", "ideas.comments", "ideas.receipt"):
        mine = [n for n in notices(name) if told_to(n) in ("Ria", "Ann")]
        assert len(mine) >= rows
        line_for(mine[0], later(1))  # the directory is read
        with as_reader(mine[0], later(1)) as reader:
            kind_of(name).lines(mine[:1], reader)
            with count_queries() as statements:
                kind_of(name).lines(mine, reader)
        counted[name] = len(statements)
    assert counted == {"workflow.step": 2, "ideas.news": 2, "ideas.comments": 2, "ideas.receipt": 1}


def test_telling_adds_few_statements_to_the_moves_of_an_idea(cast, count_queries):
    """From hand-in to closing in thirteen moves: five letters, seven notices that wait."""
    mail_on()
    with work():
        f.submitted(cast)
    with work(), count_queries() as statements:
        idea = f.closed(cast)
    moves = db.session.query(Entry).filter_by(idea_id=idea.id).count()
    about = [s for s in statements if any(t in s for t in ("notice", "letter", "mail_state", "hook"))]
    assert (moves, len(about)) == (13, 23)
