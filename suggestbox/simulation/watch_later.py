"""What the watch looks for around the straight way: calls, talks together, measures given up, awards, second looks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from suggestbox.awards.models import Award, AwardPart, Payment, ShareConsent, ShareProposal
from suggestbox.calls.models import Call
from suggestbox.conversations.models import Appointment, TalkGroup, TalkGroupMember
from suggestbox.mail.models import Notice
from suggestbox.measures.models import MeasureFigure
from suggestbox.priority.models import Likeness, SecondLook
from suggestbox.stories.models import Story, StoryPerson

from .watch_ideas import Look, decision, idea, identity, measure, party, step, submitter

award: Any = Award.__table__
part: Any = AwardPart.__table__
payment: Any = Payment.__table__
consent: Any = ShareConsent.__table__
shares: Any = ShareProposal.__table__
call: Any = Call.__table__
appointment: Any = Appointment.__table__
group: Any = TalkGroup.__table__
member: Any = TalkGroupMember.__table__
notice: Any = Notice.__table__
figure: Any = MeasureFigure.__table__
likeness: Any = Likeness.__table__
second_look: Any = SecondLook.__table__
story: Any = Story.__table__
story_person: Any = StoryPerson.__table__

OPEN = ("submitted", "in_review", "waiting", "deciding", "conversation", "confirming")
ADOPTED = ("adopted", "adopted_in_part")
RESULTS_LATE_DAYS = 2
WEEKLY = timedelta(days=21)

DATES = {"triage": "triage_on", "team_answer": "triage_on", "review": "review_on", "reconsider": "review_on",
         "end_review": "review_on", "decide": "decide_on", "vote": "decide_on"}
"""Which date of its call holds for a step, as the page of a call says it."""

_person: Any = sa.func.coalesce(submitter.c.person_id, identity.c.person_id).label("person")


def _people(look: Look, idea_ids: list[int]) -> dict[int, set[int]]:
    return {idea_id: set(rows.values()) for idea_id, rows in look.submitters(idea_ids).items()}


# -- nobody is left waiting ------------------------------------------------------------------------------------------


def matters_without_next_step(look: Look) -> Iterator[str]:
    """Awards, figures, stories, comparisons and questions about a talk together that wait for somebody who has no step."""
    kinds = ("grant_award", "confirm_benefit", "agree_story", "write_story", "compare_earlier", "agree_group", "hold_talk")
    columns = (step.c.kind, step.c.idea_id, step.c.subject_id, step.c.owner_id, step.c.submitter_id)
    stands, about = set(), set()
    for row in look.rows(sa.select(*columns).where(step.c.done_at.is_(None), step.c.kind.in_(kinds))):
        owner = look.staff.people.get(row.owner_id)
        if row.submitter_id or (owner and owner.here):
            stands.add((row.kind, row.subject_id))
            about.add((row.kind, row.idea_id))
    for row in look.rows(sa.select(award.c.id).where(award.c.state == "proposed")):
        if ("grant_award", row.id) not in stands:
            yield f"award {row.id}"
    waits = sa.select(figure.c.id).join(measure, measure.c.id == figure.c.measure_id).where(
        figure.c.needs_second, figure.c.confirmed_at.is_(None), figure.c.doubted_at.is_(None), ~_newer().exists(),
        measure.c.state != "abandoned")
    for row in look.rows(waits):
        if ("confirm_benefit", row.id) not in stands:
            yield f"figure {row.id}"
    told_of = (story.c.state.in_(("draft", "asked")), story.c.asked_at.is_not(None), idea.c.stage != "withdrawn",
               idea.c.outcome != "handed_over")
    for row in look.rows(sa.select(story.c.id, story.c.idea_id).join(idea, idea.c.id == story.c.idea_id).where(*told_of)):
        if not {("agree_story", row.idea_id), ("write_story", row.idea_id)} & about:
            yield f"story {row.id}"
    alike = sa.select(likeness.c.id).join(idea, idea.c.id == likeness.c.idea_id).where(
        likeness.c.answer == "", sa.func.coalesce(idea.c.outcome, "") != "handed_over",
        sa.or_(idea.c.stage.in_(OPEN), sa.and_(idea.c.stage == "closed", idea.c.outcome.in_(ADOPTED))))
    for row in look.rows(alike):
        if ("compare_earlier", row.id) not in stands:
            yield f"likeness {row.id}"
    yield from _asked_together(look, stands)


def _newer() -> Any:
    later = figure.alias()
    return sa.select(later.c.id).where(later.c.measure_id == figure.c.measure_id, later.c.kind == figure.c.kind,
                                       later.c.version > figure.c.version)


def _asked_together(look: Look, stands: set[tuple[str, int]]) -> Iterator[str]:
    """Whoever is asked has the question before them; whoever agreed has the time once it is set."""
    left = sa.select(member.c.party_id).where(member.c.group_id == group.c.id, member.c.ended_at.is_(None))
    for row in look.rows(sa.select(group.c.id).where(group.c.state.in_(("asked", "set")), ~left.exists())):
        yield f"talk together {row.id}: nobody is part of it any more"
    columns = (group.c.id, group.c.state, group.c.starts_at, group.c.answer_by, member.c.answer, member.c.party_id)
    open_ones = sa.select(*columns).join(member, member.c.group_id == group.c.id)
    rows = look.rows(open_ones.where(group.c.state.in_(("asked", "set")), member.c.ended_at.is_(None)))
    set_ones = look.rows(sa.select(appointment.c.party_id, appointment.c.group_id, appointment.c.starts_at).where(
        appointment.c.state == "set", appointment.c.group_id.is_not(None))) if rows else []
    has = {(row.party_id, row.group_id, row.starts_at) for row in set_ones}
    for row in rows:
        if row.state == "asked" and row.answer_by < look.today - timedelta(days=2):
            yield f"talk together {row.id}: nobody is waited for any more"
        elif row.state == "asked" and row.answer == "" and ("agree_group", row.id) not in stands:
            yield f"talk together {row.id}: party {row.party_id} is not asked"
        elif row.state == "asked" and row.answer == "yes" and ("hold_talk", -row.party_id) not in stands:
            yield f"talk together {row.id}: party {row.party_id} agreed, and nobody holds the talk"
        elif row.state == "set" and (row.party_id, row.id, row.starts_at) not in has:
            yield f"talk together {row.id}: party {row.party_id} has no appointment"


def call_results_owed(look: Look) -> Iterator[str]:
    """Calls whose results are late and nobody was reminded; people who took part in one and never heard what came of it."""
    owed = look.rows(sa.select(call).where(
        call.c.published_at.is_not(None), call.c.results_at.is_(None), call.c.results_due_on < look.today))
    told: dict[int, Any] = {}
    if owed:
        for row in look.rows(sa.select(notice.c.facts, notice.c.at).where(notice.c.kind == "calls.results_due")):
            told[row.facts["call_id"]] = max(row.at, told.get(row.facts["call_id"], row.at))
    for row in owed:
        worker, last = look.staff.people[row.sponsor_id], told.get(row.id)
        overdue = look.staff.days_overdue(worker, row.results_due_on, look.today)
        if overdue > RESULTS_LATE_DAYS and (last is None or last.date() < row.results_due_on - timedelta(days=10)):
            yield f"call {row.id}"
        elif overdue > 30 and last is not None and look.now - last > WEEKLY:
            yield f"call {row.id}, for weeks"
    for row in look.rows(sa.select(call.c.id).where(call.c.results_at > look.since)):
        ideas = [i.id for i in look.rows(sa.select(idea.c.id).where(
            idea.c.call_id == row.id, idea.c.stage.not_in(("draft", "withdrawn"))))]
        people = set().union(*_people(look, ideas).values())
        heard = sa.select(_person).select_from(notice).join(submitter, submitter.c.id == notice.c.submitter_id).outerjoin(
            identity, identity.c.submitter_id == submitter.c.id).where(
            notice.c.kind == "calls.results", notice.c.id > look.notices_before)
        for person_id in sorted(people - {r.person for r in look.rows(heard)}):
            yield f"call {row.id}: person {person_id} heard nothing of its results"


def call_dates_not_kept(look: Look) -> Iterator[str]:
    """Open steps due before the date the call of their idea gives them: its dates are the same for everybody."""
    on = sa.case(*((step.c.kind == kind, call.c[name]) for kind, name in DATES.items()))
    query = sa.select(step.c.id).join(idea, idea.c.id == step.c.idea_id).join(call, call.c.id == idea.c.call_id).where(
        step.c.done_at.is_(None), step.c.round == 1, step.c.body_id.is_(None), step.c.due_on < on)
    for row in look.rows(query):
        yield f"step {row.id}"


# -- no closing without the talk -------------------------------------------------------------------------------------


def abandoned_without_second_talk(look: Look) -> Iterator[str]:
    """Closed ideas of which something was given up after the talk, and a submitter who is here heard of it in no talk."""
    given_up = {row.idea_id: row.at for row in look.rows(
        sa.select(measure.c.idea_id, sa.func.max(measure.c.abandoned_at).label("at"))
        .join(idea, idea.c.id == measure.c.idea_id).where(idea.c.stage == "closed", measure.c.state == "abandoned")
        .group_by(measure.c.idea_id))}
    people = look.submitters(sorted(given_up)) if given_up else {}
    settled = look.rows(sa.select(party.c.idea_id, party.c.submitter_id, party.c.settled_at, idea.c.number).join(
        idea, sa.and_(idea.c.id == party.c.idea_id, idea.c.round == party.c.round)).where(
        party.c.idea_id.in_(sorted(given_up)), party.c.state != "unreachable")) if given_up else []
    for row in settled:
        worker = look.staff.people.get(people.get(row.idea_id, {}).get(row.submitter_id, 0))
        if worker and worker.here and (row.settled_at is None or row.settled_at < given_up[row.idea_id]):
            yield row.number


# -- nobody reads what is not for them -------------------------------------------------------------------------------


def together_without_a_yes(look: Look) -> Iterator[str]:
    """Appointments with others of people who did not agree to it; talks together for which only one person was there."""
    columns = (appointment.c.group_id, appointment.c.starts_at, appointment.c.party_id, appointment.c.state,
               member.c.answer, _person)
    query = sa.select(*columns).join(party, party.c.id == appointment.c.party_id).join(
        submitter, submitter.c.id == party.c.submitter_id).outerjoin(
        identity, identity.c.submitter_id == submitter.c.id).outerjoin(member, sa.and_(
            member.c.party_id == appointment.c.party_id, member.c.group_id == appointment.c.group_id))
    together = defaultdict(set)
    for row in look.rows(query.where(appointment.c.starts_at > look.since, appointment.c.group_id.is_not(None))):
        together[row.group_id, row.starts_at].add(row.person)
        if row.state == "set" and row.answer != "yes":
            yield f"talk together {row.group_id}: party {row.party_id}"
    for (group_id, _starts_at), people in together.items():
        if len(people) < 2:
            yield f"talk together {group_id}: one person alone"


def story_without_a_yes(look: Look) -> Iterator[str]:
    """Published stories to whose wording somebody in them did not agree."""
    query = sa.select(story.c.id).distinct().join(story_person, story_person.c.story_id == story.c.id).where(
        story.c.state == "published", story_person.c.submitter_id.is_not(None), sa.or_(
            story_person.c.answer.not_in(("named", "unnamed")), story_person.c.text_version != story.c.text_version))
    for row in look.rows(query):
        yield f"story {row.id}"


# -- never one person ------------------------------------------------------------------------------------------------


def judged_in_own_matter(look: Look) -> Iterator[str]:
    """Awards, large figures, second looks, comparisons and shares by whoever had a hand in it, or by one person alone."""
    awards = look.rows(sa.select(award).where(award.c.granted_at > look.since))
    figures = look.rows(sa.select(figure.c.id, figure.c.by_id, figure.c.confirmed_by_id, measure.c.idea_id).join(
        measure, measure.c.id == figure.c.measure_id).where(figure.c.confirmed_at > look.since))
    compared = look.rows(sa.select(likeness).where(likeness.c.answered_at > look.since))
    looks = look.rows(sa.select(second_look).where(second_look.c.at > look.since))
    ids = {row.idea_id for row in (*awards, *figures, *compared, *looks)} | {row.earlier_id for row in compared}
    people = _people(look, sorted(ids)) if ids else {}
    decided = defaultdict(set)
    for row in look.rows(sa.select(decision.c.idea_id, decision.c.decided_by_id, decision.c.outcome, decision.c.revoked_at)
                         .where(decision.c.idea_id.in_(sorted(ids)))) if ids else ():
        if row.revoked_at is None and row.outcome != "duplicate":
            decided[row.idea_id].add((row.decided_by_id, row.outcome))
    for row in awards:
        hands = {row.proposed_by_id, row.granted_by_id}
        if len(hands) < 2 or None in hands or hands & people.get(row.idea_id, set()):
            yield f"award {row.id}"
    for row in figures:
        if row.confirmed_by_id == row.by_id or {row.by_id, row.confirmed_by_id} & people.get(row.idea_id, set()):
            yield f"figure {row.id}"
    for row in compared:
        if row.answered_by_id in people.get(row.idea_id, set()) | people.get(row.earlier_id, set()):
            yield f"likeness {row.id}"
    for row in looks:
        if (row.by_id, "declined") in decided[row.idea_id] or row.by_id in people.get(row.idea_id, set()):
            yield f"second look {row.id}"
    yield from _shares_not_agreed(look)


def _shares_not_agreed(look: Look) -> Iterator[str]:
    agreed = look.rows(sa.select(shares.c.id, shares.c.points).where(shares.c.agreed_at > look.since))
    said = {(row.proposal_id, str(row.submitter_id)) for row in look.rows(
        sa.select(consent).where(consent.c.proposal_id.in_([row.id for row in agreed])))} if agreed else set()
    for row in agreed:
        if not all((row.id, submitter_id) in said for submitter_id in row.points):
            yield f"shares {row.id}"


# -- nothing lost ----------------------------------------------------------------------------------------------------


def award_cents_lost(look: Look) -> Iterator[str]:
    """Awards granted since the last look whose parts, or what is paid of them, are not the whole."""
    granted = look.rows(sa.select(award.c.id, award.c.idea_id, award.c.cents).where(award.c.granted_at > look.since))
    if not granted:
        return
    shares: dict[int, int] = defaultdict(int)
    due: dict[tuple[int, int], int] = defaultdict(int)
    paid: dict[tuple[int, int], int] = defaultdict(int)
    ideas = [row.idea_id for row in granted]
    parts = sa.select(part, award.c.idea_id, award.c.state).join(award, award.c.id == part.c.award_id)
    for row in look.rows(parts.where(award.c.idea_id.in_(ideas))):
        shares[row.award_id] += row.share_cents
        if row.state == "granted":
            due[row.idea_id, row.submitter_id] += row.cents
    payments = sa.select(award.c.idea_id, part.c.submitter_id, payment.c.cents).join(
        part, part.c.id == payment.c.part_id).join(award, award.c.id == part.c.award_id)
    for row in look.rows(payments.where(award.c.idea_id.in_(ideas))):
        paid[row.idea_id, row.submitter_id] += row.cents
    for row in granted:
        if shares[row.id] != row.cents:
            yield f"award {row.id}"
    for key in sorted(due.keys() | paid.keys()):
        if due[key] != paid[key]:
            yield f"idea {key[0]}: submitter {key[1]} is paid {paid[key]} of {due[key]} cents"


LATER_RULES = {
    "matters_without_next_step": (matters_without_next_step, "no_black_hole"),
    "call_results_owed": (call_results_owed, "no_black_hole"),
    "call_dates_not_kept": (call_dates_not_kept, "no_black_hole"),
    "judged_in_own_matter": (judged_in_own_matter, "never_one_person"),
    "abandoned_without_second_talk": (abandoned_without_second_talk, "no_closing_without_talk"),
    "award_cents_lost": (award_cents_lost, "nothing_lost"),
    "together_without_a_yes": (together_without_a_yes, "nobody_reads_more"),
    "story_without_a_yes": (story_without_a_yes, "nobody_reads_more"),
}
