"""A case: one idea at one moment, with everything rules ask about it, read once and only when asked."""

from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from suggestbox.awards.models import Award
from suggestbox.awards.queries import kept_from_granting
from suggestbox.calls.criteria import set_of
from suggestbox.calls.dates import call_of
from suggestbox.calls.models import Call
from suggestbox.conversations.models import Confirmation, Objection, Party, Promise, TalkGroupMember
from suggestbox.core.clock import local_date
from suggestbox.core.modules import is_on
from suggestbox.ideas.models import Idea, Question, Submitter
from suggestbox.ideas.parts import part_of, people_behind
from suggestbox.measures.figures import awaits_second
from suggestbox.measures.models import Measure, MeasureFigure
from suggestbox.people.directory import Directory, directory
from suggestbox.reviews.models import Assignment, Correction, Criterion, Decision, DuplicateProposal, Flag, Vote
from suggestbox.reviews.queries import criteria_of
from suggestbox.rules.bound import rule_of
from suggestbox.rules.clocks import kept_of
from suggestbox.steps.models import Step
from suggestbox.steps.queries import OUT_OF_LINE, acting_on
from suggestbox.stories.models import Story, StoryPerson

from . import belongings
from . import settings as _settings  # noqa: F401 -- declares the rules asked for below
from .earlier import Earlier


class Case:
    """Takes idea, actor id (None: the house), now (UTC), today (headquarters' date), facts of the move."""

    def __init__(
        self, idea: Idea, *, actor_id: int | None, now: datetime, zone: str, facts: dict[str, Any] | None = None,
        ahead: belongings.ReadAhead | None = None,
    ):
        self.idea = idea
        self.ahead = ahead  # what was read of many ideas together; None: each is asked for by itself
        self.actor_id = actor_id
        self.now = now
        self.today: date = local_date(now, zone)
        self.facts = facts or {}
        self.notes: dict[str, Any] = {}

    @cached_property
    def book(self) -> Directory:
        return directory(self.today)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The tables that hold anything of the idea."""
        return belongings.kinds_of(self.idea)

    def read(self, kind: str, statement: sa.Select[Any]) -> list[Any]:
        """Give what a statement of `belongings` finds; asks nothing where the idea has none of this kind."""
        if self.ahead:
            return list(self.ahead.rows_of(self.idea, statement))
        return belongings.values_of(self.idea, statement) if kind in self.kinds else []

    # -- people ------------------------------------------------------------------------------------------------------

    @cached_property
    def submitters(self) -> dict[int, int]:
        """{submitter id: person id} of those who are part of it."""
        return people_behind(self.idea)

    @cached_property
    def submitter_people(self) -> frozenset[int]:
        return frozenset(people_behind(self.idea, "accepted", "invited").values())

    @cached_property
    def my_part(self) -> Submitter | None:
        return part_of(self.idea, self.actor_id)

    @cached_property
    def concerns(self) -> frozenset[int]:
        return frozenset(self.read("concern", belongings.CONCERNS))

    @cached_property
    def in_conflict(self) -> frozenset[int]:
        return frozenset(a.person_id for a in self.all_assignments if a.state == "conflict")

    @cached_property
    def kept_out(self) -> frozenset[int]:
        """People who may not handle this idea: its submitters, and whoever declared a conflict."""
        return self.submitter_people | self.in_conflict

    @property
    def handed_over(self) -> bool:
        """Whether nobody reads it any more but submitters, the receiving office and the idea management."""
        return self.idea.outcome == "handed_over"

    @cached_property
    def kept_dates(self) -> frozenset[str]:
        """Dates of the law somebody says were kept."""
        return frozenset(kept_of([self.idea.id]).get(self.idea.id, {}))

    @property
    def not_offered(self) -> frozenset[int]:
        """People no picker offers. A gap in a list of colleagues would tell who a confidential idea comes from."""
        return self.in_conflict if self.idea.confidential else self.kept_out

    # -- reviews -----------------------------------------------------------------------------------------------------

    @cached_property
    def all_assignments(self) -> list[Assignment]:
        return self.read("assignment", belongings.ASSIGNMENTS)

    @property
    def assignments(self) -> list[Assignment]:
        """Those of the current round."""
        round_ = self.idea.round
        return [a for a in self.all_assignments if a.round == round_]

    @property
    def my_assignment(self) -> Assignment | None:
        return next((a for a in self.assignments if a.person_id == self.actor_id), None)

    @cached_property
    def call(self) -> Call | None:
        """The call for ideas it was handed in to."""
        return call_of(self.idea.call_id)

    @cached_property
    def criteria(self) -> list[Criterion]:
        """What reviewers are asked: the questions of its call, where it has its own, else the house's."""
        return criteria_of(set_of(self.call))

    @property
    def answered(self) -> list[Assignment]:
        return [a for a in self.assignments if a.state == "answered"]

    @property
    def counted(self) -> list[Assignment]:
        """Reviews that count for the quorum: of this round and text, by neither submitter nor decider."""
        version, kept_out = self.idea.text_version, self.kept_out
        return [a for a in self.answered if a.text_version == version and a.person_id not in kept_out]

    @property
    def owing(self) -> list[Assignment]:
        return [a for a in self.assignments if a.state == "open"]

    @cached_property
    def decisions(self) -> list[Decision]:
        return self.read("decision", belongings.DECISIONS)

    @property
    def decision(self) -> Decision | None:
        """The standing decision of the current round."""
        return next((d for d in self.decisions if d.round == self.idea.round and d.revoked_at is None), None)

    @cached_property
    def votes(self) -> list[Vote]:
        return self.read("vote", belongings.VOTES)

    @cached_property
    def panel(self) -> list[int]:
        return sorted(self.read("panelist", belongings.PANEL))

    @cached_property
    def duplicate_proposal(self) -> DuplicateProposal | None:
        return next(iter(self.read("duplicate_proposal", belongings.DUPLICATES)), None)

    @cached_property
    def open_flag(self) -> Flag | None:
        return next(iter(self.read("flag", belongings.FLAGS)), None)

    @cached_property
    def correction(self) -> Correction | None:
        return next(iter(self.read("correction", belongings.CORRECTIONS)), None)

    # -- questions ---------------------------------------------------------------------------------------------------

    @cached_property
    def questions(self) -> list[Question]:
        return self.read("question", belongings.QUESTIONS)

    @property
    def question(self) -> Question | None:
        return next((q for q in self.questions if q.ended_at is None), None)

    # -- conversations -----------------------------------------------------------------------------------------------

    @cached_property
    def all_parties(self) -> list[Party]:
        return self.read("party", belongings.PARTIES)

    @property
    def parties(self) -> list[Party]:
        """Those of the current round whose submitter is still part of it."""
        round_, submitters = self.idea.round, self.submitters
        return [p for p in self.all_parties if p.round == round_ and p.submitter_id in submitters]

    @property
    def my_party(self) -> Party | None:
        part = self.my_part
        return next((p for p in self.parties if part and p.submitter_id == part.id), None)

    def party(self, party_id: Any) -> Party | None:
        """Give the party with this id, if it belongs to the idea's current round."""
        return next((p for p in self.parties if p.id == party_id), None)

    @cached_property
    def confirmations(self) -> dict[tuple[int, int], Confirmation]:
        """{(party id, attempt): confirmation} of the current round."""
        return {(c.party_id, c.attempt): c for c in self.read("party", belongings.CONFIRMATIONS)}

    def confirmation(self, party: Party) -> Confirmation | None:
        """Give what the submitter said about the talk last owed, or None."""
        return self.confirmations.get((party.id, party.attempt))

    @cached_property
    def members(self) -> list[TalkGroupMember]:
        """Those of the round's parties who were ever asked for a talk together with others."""
        return self.read("talk_group_member", belongings.MEMBERS)

    @cached_property
    def objection(self) -> Objection | None:
        return next(iter(self.read("objection", belongings.OBJECTIONS)), None)

    @cached_property
    def promises(self) -> list[Promise]:
        return self.read("promise", belongings.PROMISES)

    @cached_property
    def measures(self) -> list[Measure]:
        return self.read("measure", belongings.MEASURES)

    @cached_property
    def figures(self) -> list[MeasureFigure]:
        """What its measures cost and bring, every version, the oldest first."""
        return self.read("measure", belongings.FIGURES)

    @property
    def figures_standing(self) -> dict[tuple[int, str], MeasureFigure]:
        """{(measure id, kind): the latest version}."""
        return {(f.measure_id, f.kind): f for f in sorted(self.figures, key=lambda f: f.version)}

    @cached_property
    def awards(self) -> list[Award]:
        return self.read("award", belongings.AWARDS)

    @cached_property
    def stories(self) -> list[Story]:
        """What was written about it; looked for only where something was carried out."""
        return self.read("story", belongings.STORIES) if self.measures and is_on("stories") else []

    @cached_property
    def story_people(self) -> list[StoryPerson]:
        return self.read("story", belongings.STORY_PEOPLE) if self.stories else []

    @cached_property
    def earlier(self) -> Earlier:
        """What it knows of declined ideas: whether this one is still first, and which earlier ones it may be."""
        return Earlier(self)

    # -- steps -------------------------------------------------------------------------------------------------------

    @cached_property
    def all_steps(self) -> list[Step]:  # not those that are over for good, see `belongings.STEPS`
        if self.ahead:
            return list(self.ahead.rows_of(self.idea, belongings.STEPS))
        return belongings.values_of(self.idea, belongings.STEPS)

    @property
    def steps(self) -> list[Step]:
        return [s for s in self.all_steps if s.done_at is None]

    @cached_property
    def overrides(self) -> dict[str, int]:
        if self.ahead:
            return {row.kind: row.person_id for row in self.ahead.rows_of(self.idea, belongings.OVERRIDES)}
        if "step_override" not in self.kinds:
            return {}
        return dict(belongings.rows_of(self.idea, belongings.OVERRIDES).all())  # type: ignore[arg-type]

    def excluded_from(self, kind: str) -> frozenset[int]:
        """Give who may not act on a step of this kind, whoever they stand in for."""
        if kind in ("promise", "measure", "agree_story"):  # a submitter may have promised something, or carry it out
            return frozenset()
        excluded = self.submitter_people
        if kind in ("review", "reconsider", "short_check"):
            return excluded
        excluded |= self.in_conflict
        if kind in OUT_OF_LINE:
            excluded |= self.below_submitters
        if kind in ("decide", "vote", "sit_on_panel"):
            excluded |= {a.person_id for a in self.assignments if a.state in ("open", "answered")}
            excluded |= self.decided_before if kind == "sit_on_panel" else self.earlier_deciders
        if kind == "confirm_duplicate" and self.duplicate_proposal:
            excluded |= {self.duplicate_proposal.proposed_by_id}
        if kind == "grant_award":
            excluded |= self.not_granting
        if kind == "second_look":
            excluded |= self.earlier.not_looking
        if kind == "compare_earlier":
            excluded |= self.earlier.not_comparing
        if kind == "confirm_correction" and self.correction:
            excluded |= {self.correction.proposed_by_id}
        if kind == "confirm_benefit":
            owners = {measure.id: measure.owner_id for measure in self.measures}
            for figure in self.figures:
                if awaits_second(figure):
                    excluded |= {figure.by_id, owners[figure.measure_id]}
        return excluded

    @cached_property
    def not_granting(self) -> frozenset[int]:
        """Who had a hand in the award that waits for a second person."""
        waits = any(award.state == "proposed" for award in self.awards)
        return frozenset(kept_from_granting([self.idea.id]).get(self.idea.id, ())) if waits else frozenset()

    @cached_property
    def below_submitters(self) -> frozenset[int]:
        """Everybody who reports to a submitter: they neither decide nor host, nor say what it is worth."""
        return self.book.reporting_to(self.submitter_people)

    @property
    def decided_before(self) -> frozenset[int]:
        """After an objection: whoever decided before."""
        if self.objection is None or self.objection.round >= self.idea.round:
            return frozenset()
        return frozenset(d.decided_by_id for d in self.decisions if d.round <= self.objection.round)

    @property
    def earlier_deciders(self) -> frozenset[int]:
        """After an objection: whoever decided before, and everybody reporting to them.

        Not on a panel of three: it is named because all others report to somebody who decided.
        """
        before = self.decided_before
        return before if self.panel else frozenset(before.union(*map(self.book.everybody_below, before)))

    def acting(self, step: Step) -> tuple[int | None, bool]:
        """Give who acts on the step today, and whether they may do it (an admin may only reassign)."""
        found = acting_on(step, self.book, self.excluded_from(step.kind))
        return found.person_id, found.may_do

    def my_step(self, *kinds: str, subject_id: int | None = None) -> Step | None:
        """Give the actor's open step of one of the kinds: an own one, or one they stand in for today."""
        for step in self.steps:
            if step.kind not in kinds or (subject_id is not None and step.subject_id != subject_id):
                continue
            if step.submitter_id is not None:
                if self.my_part and step.submitter_id == self.my_part.id:
                    return step
                continue
            if self.actor_id is None or self.actor_id in self.excluded_from(step.kind):
                continue
            if step.owner_id == self.actor_id:
                return step
            acting_id, may_do = self.acting(step)
            if acting_id == self.actor_id and may_do and not self._only_by_office(step):
                return step
        return None

    def _only_by_office(self, step: Step) -> bool:
        """The idea manager stands in for many things, but never decides alone."""
        return step.kind == "decide" and self.is_idea_manager and not self.may_decide

    # -- roles of the actor ------------------------------------------------------------------------------------------

    @property
    def is_idea_manager(self) -> bool:
        return self.book.has_role(self.actor_id, "idea_manager", any_=True)

    @property
    def is_coordinator(self) -> bool:
        return self.book.has_role(self.actor_id, "coordinator", self.idea.department_id)

    @property
    def may_decide(self) -> bool:
        return any(
            self.book.has_role(self.actor_id, role, self.idea.department_id)
            for role in ("decision_maker", "leadership")
        )

    @property
    def is_admin(self) -> bool:
        return self.book.has_role(self.actor_id, "admin", any_=True)

    # -- days --------------------------------------------------------------------------------------------------------

    def rule(self, name: str) -> Any:
        """Give the value of a rule as it was when the idea was handed in: later changes do not concern it."""
        return rule_of(self.idea, name)

    def due(self, person_id: int | None, setting: str, start: date | None = None) -> date:
        """Give the date so many working days (of the person's site) after today, or after `start`."""
        return self.book.calendar_of(person_id).add_working_days(start or self.today, self.rule(setting))

    def local(self, moment: datetime, person_id: int | None = None) -> date:
        """Give the date of a moment on the clock of the person's site."""
        return local_date(moment, self.book.zone_of(person_id))
