"""Which next steps must exist, derived from how an idea stands. Nothing else opens or drops a step.

Because steps follow from the state, none can be forgotten when something unforeseen happens: a reviewer leaves, a
conflict comes out, a role changes hands. `workflow.check` proves the same thing by other means.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from suggestbox.awards import due as awards_due
from suggestbox.awards import settings as _settings  # noqa: F401 -- declares the rules asked for below
from suggestbox.calls.dates import due_of
from suggestbox.conversations.models import SETTLED, Party
from suggestbox.core.modules import is_on
from suggestbox.measures.benefit import first_year_over
from suggestbox.measures.figures import awaits_second
from suggestbox.measures.models import OPEN_STATES
from suggestbox.priority import due as priority_due
from suggestbox.rules.clocks import WITH_CLOCKS
from suggestbox.rules.due import open_dates
from suggestbox.stories import due as stories_due

from . import group_needs, owners, quorum
from .case import Case
from .earlier import on_a_working_day


@dataclass(frozen=True)
class Wanted:
    """A step that must exist. Exactly one of `owner_id` and `submitter_id` is set; `due_on` holds when it is new."""

    kind: str
    due_on: date
    owner_id: int | None = None
    submitter_id: int | None = None
    role: str = ""
    department_id: int | None = None
    body_id: int | None = None
    subject_id: int = 0
    inherits: bool = False  # keeps the date of an earlier step of its kind: rerouting never restarts a clock

    @property
    def key(self) -> tuple[str, int, int, int]:
        return self.kind, self.subject_id, self.owner_id or 0, self.submitter_id or 0


def wanted(case: Case) -> list[Wanted]:
    """Give every step the idea must have now."""
    stage = case.idea.stage
    found: list[Wanted] = []
    if stage == "submitted":
        found += _submitted(case)
    elif stage == "in_review":
        found += _in_review(case)
    elif stage == "waiting":
        found += _waiting(case)
    elif stage == "deciding":
        found += _deciding(case)
    elif stage == "conversation":
        for party in case.parties:
            found += _conversation(case, party)
    elif stage == "confirming":
        for party in case.parties:
            found += _confirming(case, party)
    if stage != "draft":
        found += _promises(case)
        found += _measures(case)
        found += _benefits(case)
        found += _awards(case)
        found += _stories(case)
    if stage == "closed" and case.idea.return_on:
        found += _owned(case, "return", owners.coordinator(case, "return"), case.idea.return_on,
                        role="coordinator")
    if stage not in ("draft", "withdrawn"):
        found += _second_looks(case)
        found += _law_dates(case)
        found += _earlier(case)
    return found


def _by_call(case: Case, kind: str, owner_id: int, ordinary: date, body_id: int | None) -> date:
    """The date of the idea's call, where it has one of its own; a second round goes by the house's days."""
    if case.call is None or case.idea.round > 1:
        return ordinary
    meetings = [day for day in case.book.meetings.get(body_id, ()) if day > case.today] if body_id else None
    return due_of(kind, case.call, ordinary, case.book.calendar_of(owner_id), meetings)


def _owned(case: Case, kind: str, owner_id: int | None, due_on: date, *, role: str = "idea_manager",
           subject_id: int = 0, body_id: int | None = None, inherits: bool = False) -> list[Wanted]:
    if owner_id is None:
        return []
    due_on = _by_call(case, kind, owner_id, due_on, body_id)
    return [
        Wanted(kind, due_on, owner_id=owner_id, role=role, department_id=case.idea.department_id,
               subject_id=subject_id, body_id=body_id, inherits=inherits)
    ]


def _submitted(case: Case) -> list[Wanted]:
    if case.idea.way == "short":
        lead = owners.team_lead(case)
        if lead:
            return _owned(case, "team_answer", lead, case.due(lead, "workflow.triage_days"), role="team_lead",
                          inherits=True)
    owner = owners.coordinator(case)
    return _owned(case, "triage", owner, case.due(owner, "workflow.triage_days"), role="coordinator", inherits=True)


def _in_review(case: Case) -> list[Wanted]:
    if case.idea.way == "short":
        return [
            step for a in case.owing
            for step in _owned(case, "short_check", a.person_id, case.due(a.person_id, "workflow.short_check_days"),
                               role="expert", subject_id=a.id)
        ]
    found = _open_reviews(case)
    if not quorum.could_stand(case):
        coordinator = owners.coordinator(case, "find_reviewers")
        found += _owned(case, "find_reviewers", coordinator, case.due(coordinator, "workflow.find_reviewers_days"),
                        role="coordinator")
    elif quorum.stands(case):
        coordinator = owners.coordinator(case, "end_review")
        latest = max((w.due_on for w in found), default=_discussed_from(case))
        latest = max((s.due_on for s in case.steps if s.kind in ("review", "reconsider")), default=latest)
        due = case.due(coordinator, "workflow.discuss_days", latest)
        found += _owned(case, "end_review", coordinator, due, role="coordinator",
                        subject_id=1 if case.idea.discuss_since else 0)
    return found


def _discussed_from(case: Case) -> date:
    return case.local(case.idea.discuss_since) if case.idea.discuss_since else case.today


def _open_reviews(case: Case) -> list[Wanted]:
    found: list[Wanted] = []
    for a in case.owing:
        due = case.due(a.person_id, "workflow.review_days")
        if a.later:
            due = case.due(a.person_id, "workflow.review_days", due)
        found += _owned(case, "review", a.person_id, due,
                        role="expert" if a.capacity == "expert" else "reviewer", subject_id=a.id)
    for a in quorum.must_reconsider(case):
        found += _owned(case, "reconsider", a.person_id, case.due(a.person_id, "workflow.reconsider_days"),
                        role="reviewer", subject_id=a.id)
    return found


def _waiting(case: Case) -> list[Wanted]:
    question = case.question
    found: list[Wanted] = []
    if question:
        for submitter_id, person_id in case.submitters.items():
            found.append(
                Wanted("answer", case.due(person_id, "workflow.answer_days"), submitter_id=submitter_id,
                       subject_id=question.id)
            )
    # The others go on meanwhile; the asker's own step rests.
    if case.idea.waiting_from == "in_review" and case.idea.way == "ordinary":
        asker = question.asker_id if question else None
        found += [w for w in _open_reviews(case) if w.owner_id != asker or w.kind == "reconsider"]
    return found


def _deciding(case: Case) -> list[Wanted]:
    voted = {vote.person_id for vote in case.votes}
    if case.panel:
        found = []
        here = owners.panel_here(case)
        for person_id in (p for p in here if p not in voted):
            found += _owned(case, "vote", person_id, case.due(person_id, "workflow.decide_days"), role="panel")
        for first in here[:1]:
            found += _owned(case, "decide", first, case.due(first, "workflow.decide_days"), role="panel")
        return found if len(here) == len(case.panel) else found + _panel_named(case)
    owner = owners.decider(case)
    if owner is None:
        return _panel_named(case)
    body_id, voters = owners.deciding_body(case), owners.voters(case)
    if body_id and voters:
        latest = case.due(owner, "workflow.body_days")
        meeting = case.book.next_meeting(body_id, case.today + timedelta(days=1))
        due = meeting if meeting and meeting <= latest else latest
        found = _owned(case, "decide", owner, due, role="decision_maker", body_id=body_id)
        for person_id in (p for p in voters if p not in voted):
            found += _owned(case, "vote", person_id, due, role="body", body_id=body_id)
        return found
    return _owned(case, "decide", owner, case.due(owner, "workflow.decide_days"), role="decision_maker")


def _panel_named(case: Case) -> list[Wanted]:
    manager = owners.idea_manager(case, "name_panel")
    return _owned(case, "name_panel", manager, case.due(manager, "workflow.second_step_days"))


def _conversation(case: Case, party: Party) -> list[Wanted]:
    if party.state in SETTLED:
        return []
    person_id = case.submitters[party.submitter_id]
    host, subject = party.host_id, party.id * 100 + party.attempt
    person, host_brief = case.book.person(person_id), case.book.person(host)
    found: list[Wanted] = []
    host_left = not (host_brief and host_brief.active)
    if party.other_host_asked or not (person and person.active) or host_left:
        manager = owners.idea_manager(case, "find_host")
        found += _owned(case, "find_host", manager, case.due(manager, "workflow.second_step_days"), subject_id=subject)
    if party.other_host_asked or host_left:
        return found
    appointment = next((a for a in party.appointments if a.state == "set"), None)
    if appointment:
        on = case.local(appointment.starts_at, host)
        return found + _owned(case, "hold_talk", host, on, role="host", subject_id=appointment.id)
    if party.wants_writing or party.missed_by_submitter >= 2 or party.unanswered_offers >= 2:
        return found + _owned(case, "write_closing", host, case.due(host, "workflow.offer_days"), role="host",
                              subject_id=subject)
    seat = group_needs.seat_of(case, party)
    if seat and seat.live:  # asked for a talk together with others
        if seat.member.answer:
            on = case.local(seat.group.starts_at, host)
            return found + _owned(case, "hold_talk", host, on, role="host", subject_id=-party.id)
        return [*found, Wanted("agree_group", seat.group.answer_by, submitter_id=party.submitter_id,
                               subject_id=seat.group.id)]
    if party.state == "offered":
        offer = party.offers[-1]
        due = case.due(person_id, "workflow.pick_days", case.local(offer.offered_at, person_id))
        return [*found, Wanted("pick_time", due, submitter_id=party.submitter_id, subject_id=offer.id)]
    tries = len(party.offers) + len(party.appointments) + sum(m.party_id == party.id for m in case.members)
    return found + _owned(case, "offer_talk", host, case.due(host, "workflow.offer_days"), role="host",
                          subject_id=subject * 100 + min(tries, 99))


def must_confirm(case: Case, party: Party) -> bool:
    """Say whether this submitter is asked how it was: everybody who can still be reached."""
    person = case.book.person(case.submitters.get(party.submitter_id))
    return party.state != "unreachable" and bool(person and person.active)


def _confirming(case: Case, party: Party) -> list[Wanted]:
    if not must_confirm(case, party) or case.confirmation(party):
        return []
    person_id = case.submitters[party.submitter_id]
    asked = party.asked_again_at
    subject = (party.id * 100 + party.attempt) * 2 + bool(asked)
    if asked:
        due = case.due(person_id, "workflow.ask_again_days", case.local(asked, person_id))
        return [Wanted("confirm", due, submitter_id=party.submitter_id, subject_id=subject)]
    settled = case.local(party.settled_at, person_id) if party.settled_at else case.today
    due = case.due(person_id, "workflow.confirm_days", settled)
    found = [Wanted("confirm", due, submitter_id=party.submitter_id, subject_id=subject)]
    if case.today > due:
        asker = owners.somebody_but(case, "ask_once_more", party.host_id)
        found += _owned(case, "ask_once_more", asker, case.due(asker, "workflow.second_step_days"),
                        role="coordinator", subject_id=party.id * 100 + party.attempt)
    return found


def _promises(case: Case) -> list[Wanted]:
    found = []
    for promise in case.promises:
        if promise.kept_at is None:
            owner: int | None = promise.owner_id
            brief = case.book.person(owner)
            if not (brief and brief.active) or (case.handed_over and owner != case.idea.office_id):
                owner = owners.coordinator(case)
            found += _owned(case, "promise", owner, promise.due_on, role="promise", subject_id=promise.id)
    return found


def _measures(case: Case) -> list[Wanted]:
    found = []
    for measure in case.measures:
        if measure.state in OPEN_STATES:
            owner: int | None = measure.owner_id
            brief = case.book.person(owner)
            if case.handed_over:
                owner = owners.idea_manager(case, "measure")
            elif not (brief and brief.active):
                owner = owners.coordinator(case, "measure")
            found += _owned(case, "measure", owner, measure.due_on, role="measure", subject_id=measure.id)
    return found


def _awards(case: Case) -> list[Wanted]:
    """An award is worked out once the benefit stands, and granted by a second person."""
    credits = case.earlier.credits if case.idea.released_at else []  # nobody who knows of no outcome was credited
    if case.handed_over or not (case.awards or case.measures or credits) or not is_on("awards"):
        return []
    waiting = awards_due.waiting_award(case.awards)
    if waiting is not None:
        granter = owners.award_granter(case)
        return _owned(case, "grant_award", granter, case.due(granter, "awards.grant_days"), role="leadership",
                      subject_id=waiting.id)
    credited = any(row.later_id is not None for row in credits)
    wants = awards_due.wants_proposal(case.idea, case.measures, case.awards, credited=credited)
    if wants is None:
        return []
    manager = owners.idea_manager(case, "propose_award")
    return _owned(case, "propose_award", manager, case.due(manager, "awards.propose_days"), subject_id=wants)


def _earlier(case: Case) -> list[Wanted]:
    """A declined idea is looked at again on its day; a new one is compared with those that were declined before."""
    if case.handed_over:
        return []
    found = []
    protection = case.earlier.protection if case.idea.stage == "closed" else None
    on = priority_due.wants_look(protection, case.idea.stage, case.idea.outcome, case.today)
    if on is not None:
        looker = owners.somebody_but(case, "second_look")
        due_on = on_a_working_day(case, looker, on) if on >= case.today else case.due(looker, "priority.compare_days")
        found += _owned(case, "second_look", looker, due_on, role="coordinator", subject_id=on.toordinal())
    for likeness in case.earlier.open_likenesses:
        hidden = case.earlier.compares_hidden
        judge = owners.idea_manager(case, "compare_earlier") if hidden else owners.somebody_but(case, "compare_earlier")
        found += _owned(case, "compare_earlier", judge, case.due(judge, "priority.compare_days"),
                        role="idea_manager" if hidden else "coordinator", subject_id=likeness.id)
    return found


def _law_dates(case: Case) -> list[Wanted]:
    """Dates the law sets for what was handed over: its office keeps them, or the idea management when nobody is left."""
    if not case.handed_over or case.idea.handover_kind not in WITH_CLOCKS:
        return []
    office = case.book.person(case.idea.office_id)
    owner = office.id if office and office.active else owners.idea_manager(case, "law_date")
    asked = {step.subject_id for step in case.all_steps if step.kind == "law_date"}
    dates = open_dates(case.idea, case.kept_dates, asked, case.book.calendar_of(owner), case.today)
    return [step for number, due_on in dates
            for step in _owned(case, "law_date", owner, due_on, role="office", subject_id=number)]


def _stories(case: Case) -> list[Wanted]:
    """Whoever is in a story says whether it may be told; when nobody is asked any more, it is its writer's again."""
    story = stories_due.live_story(case.stories)
    if story is None or case.handed_over or case.idea.stage == "withdrawn":
        return []
    found: list[Wanted] = []
    for row in stories_due.unanswered(story, case.story_people):
        brief = case.book.person(row.person_id or case.submitters.get(row.submitter_id or 0))
        if brief and brief.active and story.answer_by and case.today <= story.answer_by:
            found.append(Wanted("agree_story", story.answer_by, owner_id=row.person_id, submitter_id=row.submitter_id,
                                role="story", department_id=case.idea.department_id,
                                subject_id=stories_due.step_subject(story)))
    if found or not stories_due.asked_before(story):
        return found
    writer = owners.story_writer(case, story)
    return _owned(case, "write_story", writer, case.due(writer, "stories.write_days"), role="coordinator",
                  subject_id=story.id)


def _benefits(case: Case) -> list[Wanted]:
    """A second person for a large figure; and a year after a measure was done, what it really brought."""
    found = []
    standing = case.figures_standing if case.measures else {}
    for measure in case.measures:
        if measure.state == "abandoned":
            continue
        mine = {kind: figure for (measure_id, kind), figure in standing.items() if measure_id == measure.id}
        for figure in mine.values():
            if awaits_second(figure):
                second = owners.somebody_but(case, "confirm_benefit", figure.by_id, measure.owner_id)
                found += _owned(case, "confirm_benefit", second, case.due(second, "measures.confirm_days"),
                                role="coordinator", subject_id=figure.id)
        said = mine.get("measured")
        if measure.done_on and mine and (said is None or said.doubted_at):
            owner = owners.prover(case, measure)
            due = case.book.calendar_of(owner).add_working_days(first_year_over(measure.done_on), 5)
            due = max(due, case.due(owner, "measures.confirm_days"))
            found += _owned(case, "prove_benefit", owner, due, role="measure", subject_id=measure.id)
    return found


def _second_looks(case: Case) -> list[Wanted]:
    found: list[Wanted] = []
    stage = case.idea.stage
    if stage in ("submitted", "in_review") and case.duplicate_proposal:  # once it goes on, the proposal rests
        second = owners.somebody_but(case, "confirm_duplicate", case.duplicate_proposal.proposed_by_id)
        found += _owned(case, "confirm_duplicate", second, case.due(second, "workflow.second_step_days"),
                        role="coordinator", subject_id=case.duplicate_proposal.id)
    if case.correction:
        second = owners.somebody_but(case, "confirm_correction", case.correction.proposed_by_id)
        found += _owned(case, "confirm_correction", second, case.due(second, "workflow.second_step_days"),
                        role="coordinator", subject_id=case.correction.id)
    if case.open_flag:
        owner = owners.coordinator(case, "look_at_flag")
        found += _owned(case, "look_at_flag", owner, case.due(owner, "workflow.second_step_days"),
                        role="coordinator", subject_id=case.open_flag.id)
    late = [a for a in case.all_assignments if a.conflict_open] if stage in ("conversation", "confirming", "closed") else ()
    if late:
        manager = owners.idea_manager(case, "resolve_conflict")
        found += _owned(case, "resolve_conflict", manager, case.due(manager, "workflow.second_step_days"),
                        subject_id=late[0].id)
    return found
