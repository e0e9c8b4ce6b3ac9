"""The observed permission matrix: every view, pressed by everybody in the cast, and the status each of them gets.

`tests/doors.txt` is the approved matrix. After a change, `suggestbox house doors --write` writes it anew; whoever
reviews the change reads the difference.
"""

import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from suggestbox.awards.examples import EXAMPLES
from suggestbox.awards.models import PaymentList
from suggestbox.awards.shares import propose_shares
from suggestbox.calls.criteria import own_questions, take_own
from suggestbox.core.database import db, work
from suggestbox.evidence.models import IdeaTheme
from suggestbox.feedback.models import Import, Praise, Proposal, Rise, Source, ThemeRule
from suggestbox.ideas.models import Attachment, Comment, Idea
from suggestbox.mail.calendar_feed import hash_of_key
from suggestbox.mail.models import Hook, Letter
from suggestbox.mail.stopping import stop_token
from suggestbox.measures.models import MeasureTask
from suggestbox.people.models import Absence, Body, BodyMeeting, BodyMember, ClosingDay, Deputy
from suggestbox.reports.models import ExportRun, Subscription
from suggestbox.rules.keeping_dates import keep_date
from suggestbox.steps.models import Step
from suggestbox.stories.feed import key_of
from suggestbox.workflow import together
from tests import factories
from tests.awards.scene import proposed, rules, worth
from tests.calls.scene import draft as draft_call
from tests.calls.scene import opened as open_call
from tests.cast import Cast, grant, newcomer
from tests.conversations.together import AT, PLACE
from tests.feedback.scene import make_cx_manager, make_item, make_journey, make_theme, make_touchpoint
from tests.measures.scene import done, figure, planned
from tests.reports.kept import write_report
from tests.stories import scene as story_scene
from tests.stories.told import story as published_story

APPROVED = Path(__file__).with_name("doors.txt")
VISITORS = ("nobody", "sam", "ann", "eve", "rex", "ria", "bob", "dan", "cat", "lea", "wes", "ida", "dot", "cem", "hal")
HEADING = """\
# Who gets which status at which door. Made by `suggestbox house doors --write`, read before approving.
# Every view is called with a form that holds but a remark: whoever is let in gets a page, a redirect, or 409 and 422.
"""
NOT_ASKED = ("static", "bootstrap.static")
REFUSED = (401, 403, 404)
"""Whoever is turned away at the door has changed nothing: the database need not be brought back."""


@dataclass
class World:
    """What the addresses lead to: `ideas` by kind, further arguments by name, and what is sent along with a POST."""

    ideas: dict[str, dict[str, Any]]
    arguments: dict[str, Any]
    form: dict[str, Any]

    def of(self, rule: Rule) -> dict[str, dict[str, Any]]:
        """Give the arguments for an address, once per kind of idea where it asks for an idea."""
        if "number" in rule.arguments and rule.endpoint not in self.arguments:
            return {kind: {**self.arguments, **idea} for kind, idea in self.ideas.items()}
        special = self.arguments.get(rule.endpoint, {})
        return {"": {**self.arguments, **special}}


def build(cast: Cast, files: Path) -> World:
    """Make a thing for every address to lead to."""
    today, earlier = date(2026, 11, 4), factories.START - timedelta(days=21)
    with work() as session:
        draft = factories.draft(cast)
        made = {  # kind: (idea, the move that is pressed)
            "before triage": (factories.submitted(cast), "assign"),
            "in review": (factories.in_review(cast), "score"),
            "in review, only for those who handle it": (factories.in_review(cast, visibility="handlers"), "score"),
            "in review, confidential": (factories.in_review(cast, confidential=True), "score"),
            "waiting for an answer": (factories.waiting(cast), "answer"),
            "talk offered": (factories.offered(cast, now=earlier), "pick_time"),
            "closed": (factories.closed(cast, now=earlier), "object"),
        }
        reviewed = made["in review"][0]
        body = Body(key="kommission", name="Kommission")
        session.add(body)
        session.flush()
        rows = {
            "absence_id": Absence(person_id=cast.eve.id, from_on=today, until_on=today + timedelta(days=1)),
            "deputy_id": Deputy(person_id=cast.eve.id, deputy_id=cast.sam.id),
            "day_id": ClosingDay(site_id=cast.home.id, on=date(2026, 12, 24)),
            "member_id": BodyMember(body_id=body.id, person_id=cast.wes.id, seat="works_council"),
            "meeting_id": BodyMeeting(body_id=body.id, on=date(2026, 12, 1)),
            "letter_id": Letter(key="test:1", kind="mail.test", person_id=cast.dot.id, message_id="<1@example.com>",
                                state="review", not_before=factories.START, created_at=factories.START),
            "hook_id": Hook(person_id=cast.eve.id, kind="slack", url="https://hooks.slack.com/x", created_at=factories.START),
            "comment_id": Comment(idea_id=reviewed.id, by_id=cast.eve.id, text="A good one.", at=factories.START),
        }
        session.add_all(rows.values())
        # Dan has neither desk nor mailbox: a letter to him waits for the printer, and he signs in with a PIN.
        cast.dan.email, cast.dan.personnel_no, cast.dan.pin_hash = None, "4711", "no PIN fits"
        session.add(Letter(key="test:2", kind="mail.test", channel="print", person_id=cast.dan.id, state="to_print",
                           message_id="<2@example.com>", not_before=factories.START, created_at=factories.START))
        cast.eve.calendar_key_hash = hash_of_key("feed-of-eve")
        files.mkdir(parents=True, exist_ok=True)
        for name, idea in (("of-the-idea.pdf", reviewed), ("of-the-draft.pdf", draft)):
            (files / name).write_bytes(b"%PDF-1.4")
            session.add(Attachment(idea_id=idea.id, stored_name=name, shown_name=name, media_type="application/pdf",
                                   size_bytes=8, added_at=factories.START))
        session.flush()
        (files / "how-it-looks.pdf").write_bytes(b"%PDF-1.4")
        told = _voices(cast, made["closed"][0], earlier) | _money(cast, made["closed"][0], earlier) | _reports(cast, earlier)
        told |= _stories(cast, earlier) | _together(cast, earlier)
        arguments = {
            "person_id": cast.eve.id, "department_id": cast.logistics.id, "site_id": cast.home.id, "body_id": body.id,
            "key": "kommission", "mail.feed": {"token": "feed-of-eve"},
            "mail.stop": {"token": stop_token(cast.eve.id)}, "mail.stop_now": {"token": stop_token(cast.eve.id)}, "draft_id": draft.id,
            **{name: row.id for name, row in rows.items()}, **told,
            "ideas.attachment": {"name": "of-the-idea.pdf"}, "ideas.remove_attachment": {"name": "of-the-draft.pdf"},
        }
        review = session.scalars(
            sa.select(Step.id).where(Step.owner_id == cast.rex.id, Step.idea_id == reviewed.id)
        ).first()
        world = World(
            {kind: {"number": idea.number, "name": move} for kind, (idea, move) in made.items()},
            arguments,
            {"text": "A remark of some length.", "step": review, "theme": told["theme_id"]},
        )
    db.session.rollback()
    return world


def _voices(cast: Cast, adopted: Idea, earlier: datetime) -> dict[str, Any]:
    """Make what feedback, measures and calls lead to; give arguments by name, and by endpoint where a name is not enough."""
    session = db.session
    cast.cem = make_cx_manager(cast)  # type: ignore[attr-defined]
    spot = make_touchpoint(make_journey(), "delivery", cast.logistics)
    theme, other = make_theme("lateness", spot), make_theme("kindness", spot)
    gone = make_theme("gone", archived_at=earlier)
    glad = make_item("Lovely.", (other, "positive"))
    unsure = make_item("Late, perhaps.", state="unsure")
    hidden = make_item("Rude.", hidden_at=earlier, hidden_by_id=cast.cem.id, hidden_reason="rude")  # type: ignore[attr-defined]
    heard = make_item("A customer said so.", by_id=cast.sam.id, channel="employee")
    source = Source(key="survey", name="Survey", created_at=earlier, changed_at=earlier)
    session.add(source)
    session.flush()
    call = open_call(cast)
    draft, own = draft_call(cast), draft_call(cast)
    take_own(own, by_id=cast.ida.id, now=earlier)
    question = {"call_id": own.id, "question_id": own_questions(own)[1].id}
    measure = planned(cast, adopted, now=earlier + timedelta(days=9))
    over = done(cast, adopted, now=earlier + timedelta(days=9), title="Gloves")
    session.add(IdeaTheme(idea_id=adopted.id, theme_id=theme.id, linked_as="cx_manager", by_id=cast.cem.id, at=earlier))  # type: ignore[attr-defined]
    rows: dict[str, Any] = {
        "import_id": Import(source_id=source.id, kind="csv", file_name="a.csv", state="visible", created_at=earlier,
                            by_id=cast.cem.id),  # type: ignore[attr-defined]
        "proposal_id": Proposal(words=["solar"], item_ids=[unsure.id], item_count=1, customer_count=1, at=earlier),
        "rise_id": Rise(theme_id=theme.id, polarity="negative", on=earlier.date(), days=7, customer_count=9, usual=1.0),
        "praise_id": Praise(item_id=glad.id, department_id=cast.logistics.id, by_id=cast.bob.id, at=earlier),
        "rule_id": ThemeRule(theme_id=theme.id, words="late", created_at=earlier),
    }
    uploaded = Import(source_id=source.id, kind="csv", file_name="b.csv", state="uploaded", created_at=earlier)
    dismissed = Proposal(words=["cold"], item_ids=[], item_count=0, customer_count=0, at=earlier, state="dismissed",
                         decided_at=earlier)
    session.add_all([*rows.values(), uploaded, dismissed])
    session.flush()
    return {
        "journey_id": spot.journey_id, "touchpoint_id": spot.id, "theme_id": theme.id, "item_id": unsure.id,
        "call_id": call.id, "measure_id": measure.id, **{name: row.id for name, row in rows.items()},
        "feedback.restore_theme": {"theme_id": gone.id}, "feedback.pass_praise": {"item_id": glad.id},
        "feedback.item_show": {"item_id": hidden.id}, "feedback.heard_thanks": {"item_id": heard.id},
        "feedback.unsort": {"item_id": glad.id}, "feedback.item_unsettle": {"item_id": glad.id},
        "feedback.map_import": {"import_id": uploaded.id}, "feedback.drop_import": {"import_id": uploaded.id},
        "evidence.since": {"measure_id": over.id}, "feedback.reopen_proposal": {"proposal_id": dismissed.id},
        **{f"calls.{name}": {"call_id": draft.id} for name in ("edit", "discard", "publish")},
        **{f"calls.{name}": question for name in
           ("house_criteria", "new_question", "question", "remove_question", "question_up")},
    }


def _money(cast: Cast, adopted: Idea, earlier: datetime) -> dict[str, Any]:
    """Make what measures' figures and awards lead to."""
    cast.hal = newcomer(cast.home, "Hal", cast.direction)  # type: ignore[attr-defined]
    grant(cast.hal, "hr_analyst")  # type: ignore[attr-defined]
    at = earlier + timedelta(days=10)
    measure = planned(cast, adopted, now=at, title="Lamps")
    doubtful = figure(cast, measure, "agreed", 90_000, now=at)
    task = MeasureTask(measure_id=measure.id, position=1, title="Buy them")
    paid = PaymentList(number=1, made_at=at, made_by_id=cast.hal.id)  # type: ignore[attr-defined]
    db.session.add_all([task, paid])
    db.session.flush()
    rules(cast, next(iter(EXAMPLES.values()))[0], from_on=date(2027, 1, 1))
    look = Attachment(idea_id=adopted.id, stored_name="how-it-looks.pdf", shown_name="how-it-looks.pdf",
                      media_type="application/pdf", size_bytes=8, added_at=at)
    db.session.add(look)
    db.session.flush()
    measure.picture_id = look.id
    waits, shared = worth(cast, now=earlier), factories.closed(cast, cast.ann, cast.eve, now=earlier)
    proposed(cast, waits)
    asked = propose_shares(shared, shared.submitters[0], {part.id: 1 for part in shared.submitters}, now=at)
    part = {"number": shared.number, "form": {"proposal": asked.id}}
    return {
        **{f"awards.{name}": {"number": waits.number} for name in ("grant", "back")},
        **{f"awards.{name}": part for name in ("shares", "agree", "refuse")},
        "awards.propose": {"number": worth(cast, now=earlier).number},
        "awards.eligibility": {"number": adopted.number},
        "measures.picture": {"measure_id": measure.id},
        "figure_id": doubtful.id, "task_id": task.id, "measures.task": {"measure_id": measure.id},
        "submitter_id": adopted.submitters[0].id, "measures.new_figure": {"kind": "agreed"}, "awards.rule_set": {"number": 1},
        "awards.payment_list": {"number": 1}, "awards.payment_file": {"number": 1, "ending": "csv"},
        "rules.version": {"number": 1}, "rules.change": {"name": "workflow.triage_days"},
    }


def _stories(cast: Cast, earlier: datetime) -> dict[str, Any]:
    """Make stories of ann's ideas, which eve carried out: published, asked about, and ended by her no."""
    story = published_story(cast, picture=True, at=earlier)
    asked, ended = story_scene.asked(cast), story_scene.asked(cast)
    story_scene.answered(ended, cast.ann, "no", words="Not now.")
    return {"story_id": story.id, "stories.feed": {"token": key_of(cast.eve)}, "stories.relent": {"story_id": ended.id},
            **{f"stories.{name}": {"story_id": asked.id} for name in ("agree", "withdraw", "leave_out", "again")},
            "stories.react": {"form": {"kind": "well_done", "wanted": "1"}}}


def _together(cast: Cast, earlier: datetime) -> dict[str, Any]:
    """Make a talk cat would like to have with ann and sam, and one with eve and wes that is agreed; and dates of the law."""
    groups, now = [], factories.START - timedelta(hours=1)
    for people in ((cast.ann, cast.sam), (cast.eve, cast.wes)):
        ideas = [factories.conversation(cast, person, now=earlier) for person in people]
        owed = [party.id for idea in ideas for party in factories.parties(idea)]
        groups.append(together.propose(cast.cat, owed, {"starts_at": AT, **PLACE}, now=now))
    for person in (cast.eve, cast.wes):
        together.answer(person, groups[1], yes=True, now=now)
    invention = factories.submitted(cast, now=earlier)
    factories.move(invention, "hand_over", actor=cast.ida, now=earlier, kind="invention", office_id=cast.rex.id, reason="Clever.")
    keep_date(invention, "complete", words="Nothing is missing.", by_id=cast.rex.id, now=earlier)
    return {
        "group_id": groups[0].id, "conversations.record_together": {"group_id": groups[1].id},
        "conversations.move_together": {"group_id": groups[1].id},
        "rules.keep_date": {"number": invention.number, "key": "claim"},
        "rules.take_date_back": {"number": invention.number, "key": "complete"},
    }


def _reports(cast: Cast, earlier: datetime) -> dict[str, Any]:
    """Make a kept report, a file somebody asked for, and a subscription."""
    write_report("participation", "2026-Q3", {("ideas", "all", "all"): 12}, now=earlier)
    run = ExportRun(kind="flow", period="2026-Q3", format="csv", language="en", by_id=cast.ida.id, asked_at=earlier)
    wanted = Subscription(person_id=cast.lea.id, kind="flow", rhythm="month", format="pdf", created_at=earlier)
    db.session.add_all([run, wanted])
    db.session.flush()
    asked = {"kind": "participation", "period": "2026-Q3"}
    return {
        "run_id": run.id, "subscription_id": wanted.id,
        "reports.correct": {"?": "?kind=participation&period=2026-Q3"}, "reports.count_anew": {"form": asked},
        "reports.export": {"form": {**asked, "format": "csv"}},
    }


def doors(app: Flask) -> list[tuple[Rule, str]]:
    """Give every (rule, method) of the route map but files, sorted by address."""
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in NOT_ASKED
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda door: (door[0].rule, door[1]))


def address(rule: Rule, arguments: dict[str, Any]) -> str:
    """Give the rule's address with these arguments; one that nobody names is 1."""
    path = re.sub(r"<(?:[^>:]*:)?(\w+)>", lambda match: str(arguments.get(match.group(1), 1)), rule.rule)
    return path + str(arguments.get("?", ""))


Entry = tuple[str, str]
"""A door and the kind of idea behind it: ("GET /ideas/<number>  [ideas.show]", "in review"), or ("GET /  [ideas.home]", "")."""
Statuses = dict[str, int]
"""Who got which status: visitor -> status."""


def observe(
    app: Flask, world: World, browser_of: Callable[[str], Any], start_over: Callable[[], None],
    asked: Callable[[Entry], Sequence[str]] = lambda _entry: VISITORS,
) -> Iterator[tuple[Entry, Statuses]]:
    """Give who gets which status at every door.

    Takes   browser_of: gives a fresh browser for a visitor's name
            start_over: brings the database back; called after everything that may have changed something
            asked: whom to send there
    """
    for rule, method in doors(app):
        door = f"{method} {rule.rule}  [{getattr(app.view_functions[rule.endpoint], 'door', '')}]"
        for kind, arguments in world.of(rule).items():
            statuses = {}
            for visitor in asked((door, kind)):
                form = world.form | arguments.get("form", {}) if method != "GET" else None
                try:
                    answer = browser_of(visitor).open(address(rule, arguments), method=method, data=form)
                    statuses[visitor] = answer.status_code
                except Exception:  # what people would see as "something went wrong"; a test forbids it
                    statuses[visitor] = 500
                if method != "GET" and statuses[visitor] not in REFUSED:
                    start_over()
            yield (door, kind), statuses


def lines(seen: Iterable[tuple[Entry, Statuses]]) -> Iterator[str]:
    """Give the lines of the matrix; equal statuses stand together."""
    yield from HEADING.splitlines()
    last = ""
    for (door, kind), statuses in seen:
        if door != last:
            yield door
        last = door
        yield f"    {kind + ': ' if kind else ''}{_grouped(statuses)}"


def approved() -> dict[Entry, Statuses]:
    """Give the approved matrix as `observe` gives it."""
    matrix: dict[Entry, Statuses] = {}
    door = ""
    for line in APPROVED.read_text(encoding="utf-8").splitlines()[len(HEADING.splitlines()) :]:
        if line.startswith("    "):
            kind, _colon, groups = line.strip().rpartition(": ")
            matrix[door, kind] = _apart(groups)
        else:
            door = line
    return matrix


def some(entry: Entry, statuses: Statuses) -> list[str]:
    """Give a few visitors who stand for all: one of each status.

    Who it is differs from door to door, and stays the same from run to run.
    """
    alike: dict[int, list[str]] = {}
    for name, status in statuses.items():
        alike.setdefault(status, []).append(name)
    drawn = random.Random(" ".join(entry))
    return [drawn.choice(names) for names in alike.values()]


def _apart(groups: str) -> Statuses:
    """Give who has which status from a line of the matrix."""
    found: Statuses = {}
    *others, usual = groups.split("; ")
    for group in others:
        status, *names = group.split()
        found |= dict.fromkeys(names, int(status))
    return {name: found.get(name, int(usual.split()[0])) for name in VISITORS}


def _grouped(statuses: Statuses) -> str:
    usual, _count = Counter(statuses.values()).most_common(1)[0]
    others: dict[int, list[str]] = {}
    for name, status in statuses.items():
        if status != usual:
            others.setdefault(status, []).append(name)
    parts = [f"{status} {' '.join(names)}" for status, names in sorted(others.items())]
    return "; ".join([*parts, f"{usual} {'all others' if parts else 'all'}"])


def write() -> Path:
    """Have the test write the approved file anew; give its path."""
    test = f"{Path(__file__).with_name('test_doors.py')}::test_the_matrix_of_permissions_is_the_approved_one"
    subprocess.run([sys.executable, "-m", "pytest", "--write-doors", test], check=True)
    return APPROVED
