"""Awards of the demo: rules of the house, proposals, grants and payment lists, week by week beside the ideas."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from suggestbox.awards import rulesets
from suggestbox.awards.basis import basis_of
from suggestbox.awards.examples import STEP_AT_5000
from suggestbox.awards.models import Award
from suggestbox.awards.operations import grant_award, propose_award, tables_of
from suggestbox.awards.payments import make_list, open_sum
from suggestbox.awards.shares import agree_to_shares, propose_shares, sharers
from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.ideas.models import Idea
from suggestbox.people.directory import directory
from suggestbox.rules.operations import keep_changes
from suggestbox.steps.models import Step
from suggestbox.workflow.operations import settle

from .walk import Script, World

A_WEEK = timedelta(days=7)
TIME_TO_THINK = timedelta(days=3)
HALF_A_YEAR = timedelta(days=182)

REASON = ("Erste Fassung, vereinbart mit dem Betriebsrat.",
          "Die Mindestprämie steigt auf 40 Euro, vereinbart mit dem Betriebsrat.")
NAMES = (("Prämienregeln Feldrath", "Award rules of Feldrath"),
         ("Prämienregeln Feldrath, 2. Fassung", "Award rules of Feldrath, second wording"))
THANKS = "Ihr Vorschlag hat uns geholfen, die Ursache zu finden, auch wenn wir sie anders beheben. Vielen Dank!"


def scripts_of(world: World, *, founded: datetime, zone: str) -> Iterator[Script]:
    """Give what happens between the ideas of the year: rules, and a look at what waits every Tuesday."""
    yield _rules(world, founded, zone)
    yield _office(world, founded, zone)


def _rules(world: World, founded: datetime, zone: str) -> Script:
    yield founded + timedelta(hours=1)
    first = local_date(founded, zone)
    _add(0, STEP_AT_5000, first, founded + timedelta(hours=1), first)
    later = world.now - HALF_A_YEAR
    yield later
    second: dict[str, Any] = {**STEP_AT_5000, "benefit": {**STEP_AT_5000["benefit"], "minimum": 40},
                              "points": {**STEP_AT_5000["points"], "minimum": 40}}
    on = local_date(later, zone)
    _add(1, second, (on.replace(day=1) + timedelta(days=32)).replace(day=1), later, on)


def _add(n: int, document: dict[str, Any], from_on: date, now: datetime, today: date) -> None:
    managers = directory(today).holders("idea_manager", None)
    rulesets.add_rules(document=document, name_de=NAMES[n][0], name_en=NAMES[n][1], from_on=from_on, reason=REASON[n],
                       by_id=managers[0], now=now, today=today)
    keep_changes()


def _office(world: World, founded: datetime, zone: str) -> Script:
    """Every Tuesday: grant what a colleague proposed, propose what waits, and a list for payroll once a month."""
    day = local_date(founded, zone) + A_WEEK * 8
    day -= timedelta(days=(day.weekday() - 1) % 7)
    while (moment := datetime.combine(day, time(10, 20), ZoneInfo(zone))) < world.now - timedelta(hours=2):
        yield moment
        for step, idea in _open(("grant_award",), moment):
            _grant(step, idea, moment)
        for step, idea in _open(("propose_award",), moment):
            _propose(step, idea, moment)
        if day.day > 21 and day.month != (day + A_WEEK).month:
            _pay(day, moment)
        if day.month == 6 and day.day < 8:
            _recognise(moment)
        day += A_WEEK


def _open(kinds: tuple[str, ...], moment: datetime) -> list[tuple[Step, Idea]]:
    query = (
        sa.select(Step, Idea).join(Idea, Idea.id == Step.idea_id)
        .where(Step.kind.in_(kinds), Step.done_at.is_(None), Step.created_at < moment - TIME_TO_THINK).order_by(Step.id)
    )
    return [(step, idea) for step, idea in db.session.execute(query)]


def _grant(step: Step, idea: Idea, moment: datetime) -> None:
    award = db.session.get_one(Award, step.subject_id)
    assert step.owner_id is not None
    grant_award(award, idea, by_id=step.owner_id, now=moment)
    settle(idea, now=moment, mover_id=step.owner_id)


def _propose(step: Step, idea: Idea, moment: datetime) -> None:
    assert step.owner_id is not None
    if len(sharers(idea)) > 1 and idea.id % 2:
        _share(idea, moment)
    known, rules = basis_of(idea.id), rulesets.rules_of(idea)
    basis = "benefit" if known.net else "points"
    choices = {table.key: known.soft.get(table.aspect, 0) for table in tables_of(rules, basis)}
    propose_award(idea, basis=basis, choices=choices, by_id=step.owner_id, now=moment)
    settle(idea, now=moment, mover_id=step.owner_id)


def _share(idea: Idea, moment: datetime) -> None:
    """The one who had it first gets two parts, if all agree: and they do."""
    team = sharers(idea)
    proposal = propose_shares(idea, team[0], {part.id: 2 if part is team[0] else 1 for part in team}, now=moment)
    for part in team[1:]:
        agree_to_shares(proposal, idea, part, now=moment)


def _recognise(moment: datetime) -> None:
    """A declined idea that helped all the same is recognised."""
    query = sa.select(Idea).where(Idea.outcome == "declined", Idea.stage == "closed", Idea.confidential.is_(False))
    idea = db.session.scalars(query.order_by(Idea.closed_at.desc()).limit(1)).first()
    managers = directory(moment.date()).holders("idea_manager", None)
    if idea is not None and managers and managers[0] not in {part.person_id for part in idea.submitters}:
        propose_award(idea, basis="recognition", recognition_cents=2500, words=THANKS, by_id=managers[0], now=moment)
        settle(idea, now=moment, mover_id=managers[0])


def _pay(day: date, moment: datetime) -> None:
    payers = directory(day).holders("hr_analyst", None)
    if payers and open_sum()[0]:
        make_list(by_id=payers[0], now=moment, words=f"Lohnlauf {day:%m/%Y}")
