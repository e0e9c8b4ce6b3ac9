"""The closing conversation on one page: what the host needs for it, and what the submitter has of it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import render_template, request
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db
from suggestbox.core.errors import NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import appointment_time
from suggestbox.evidence.panel import panel_of
from suggestbox.ideas import policy
from suggestbox.ideas.models import Idea
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for
from suggestbox.workflow import who
from suggestbox.workflow.case import Case
from suggestbox.workflow.journey import line_of
from suggestbox.workflow.operations import Press, case_of, moves_for
from suggestbox.workflow.panels import Panel, panel_for
from suggestbox.workflow.queries import read_together, the_idea
from suggestbox.workflow.talk_forms import hosted_parties, party_name, talk_form_word
from suggestbox.workflow.words import outcome_word

from . import queries
from .blueprint import bp
from .group_routes import together_of
from .models import SETTLED, Appointment, Party, TalkGroup

HOSTING = frozenset({"host", "idea_manager", "office", "decider", "coordinator", "decision_maker"})
"""Who reads the talks of an idea beside its submitters; the forms are for the host alone."""


def the_talk(me: Person, number: str) -> Idea:
    """Give the idea whose talk is owed or held, for its submitters and for those who host or see to it.

    Raises  NotFound when there is no talk yet, or none for this person
    """
    idea = the_idea(me, number)
    parts = policy.involved(idea, me.id, here())
    if idea.stage not in ("conversation", "confirming", "closed"):
        raise NotFound(reason="no_talk_yet")
    if not parts & (HOSTING | {"submitter", "owner_of_step"}):
        raise NotFound()
    return idea


@dataclass
class Talk:
    """One submitter's talk as the page draws it."""

    party: Party
    with_whom: str
    host: str
    state: str
    appointment: Appointment | None
    when: str
    how: str
    zone: str
    zone_differs: bool
    together: bool = False
    heard: Any = None
    offers: list[Any] = field(default_factory=list)
    slots: list[dict[str, str]] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)


def _talk(case: Case, party: Party, mine: bool) -> Talk:
    # Times on the submitter's own clock; of a confidential one nobody else learns where that clock hangs.
    known = mine or not case.idea.confidential or case.is_idea_manager
    zone = case.book.zone_of(case.submitters.get(party.submitter_id) if known else case.actor_id)
    appointment = next((a for a in party.appointments if a.state == "set"), None)
    host = case.book.person(party.host_id)
    offers = [o for o in party.offers if o.ended_at is None]
    slots = [
        {"value": str(s.id), "day": appointment_time(s.starts_at, zone).rpartition(", ")[0],
         "time": appointment_time(s.starts_at, zone).rpartition(", ")[2],
         "place": " · ".join(filter(None, (talk_form_word(s.form), s.place)))}
        for o in offers[-1:] for s in o.slots
    ]
    return Talk(
        party, party_name(case, party), host.polite if host else "", party.state, appointment,
        appointment_time(appointment.starts_at, zone) if appointment else "",
        " · ".join(filter(None, (talk_form_word(appointment.form), appointment.place))) if appointment else "",
        zone, zone != case.book.zone_of(case.actor_id) and not mine,
        any(member.party_id == party.id and member.ended_at is None for member in case.members),
        case.confirmation(party), offers, slots, [r for r in party.records if r.attempt == party.attempt],
    )


@bp.route("/ideas/<number>/talk", endpoint="show")
@door("conversations.show", load=the_talk)
def show(idea: Idea) -> str:
    """The talk: preparation, times, record for the host; outcome, times and questions afterwards for the submitter."""
    me, book, today = current_user, here(), today_for()
    case = case_of(idea, actor=me, now=utc_now())
    read_together(case)
    presses = {press.name: press for press in moves_for(idea, me, case.now, case)}
    mine = case.my_part is not None
    parts, hosting = policy.involved(idea, me.id, book), {p.id for p in who.hosted(case)}
    reads = policy.may_read_outcome(idea, me, parts=parts) or bool(hosting)
    takes_part = mine or bool(parts & HOSTING) or bool(hosting)  # others come for a promise of theirs
    parties = [case.my_party] if mine else case.parties if takes_part else []
    talks = [_talk(case, party, mine) for party in parties if party]
    released = idea.released_at is not None
    common: dict[str, Any] = {
        "idea": idea, "case": case, "book": book, "today": today, "talks": talks, "line": line_of(idea),
        "presses": presses, "promises": queries.promises_of(idea), "outcome": outcome_word(idea.outcome),
        "decision": queries.standing_decision(idea) if reads else None, "released": released,
        "looked": queries.who_looked(idea, book, names=not mine) if reads and takes_part else [],
        "settled": SETTLED, "objection_days": case.rule("workflow.objection_days"), "form_word": talk_form_word,
        "evidence": panel_of(idea, me, book, today=today, parts=parts, may_change=False,
                             quotes=1 if request.args.get("print") else 2)
        if takes_part and not mine else None,
        "department": book.department(idea.department_id), "objected": queries.objection_to(idea),
    }
    if mine:
        return render_template("conversations/mine.html", **common, panels=_my_panels(case, presses),
                               object_until=_object_until(case), together=together_of(case),
                               talk=talks[0] if talks else None)
    sheet = bool(request.args.get("print"))
    return render_template("conversations/sheet.html" if sheet else "conversations/host.html", **common,
                           panels=_host_panels(case, presses), hosting=hosting, groups=_groups(case),
                           print=sheet)


def _groups(case: Case) -> list[int]:
    """Talks with several about this idea that the actor planned."""
    ids = sorted({member.group_id for member in case.members if member.ended_at is None})
    found = [group for group_id in ids if (group := db.session.get(TalkGroup, group_id))]
    return [group.id for group in found if group.host_id == case.actor_id]


def _my_panels(case: Case, presses: dict[str, Press]) -> dict[str, Panel]:
    """The forms a submitter needs now: a time to pick, or the questions afterwards."""
    wanted = [name for name in ("pick_time", "confirm") if name in presses and not presses[name].unmet]
    return {name: panel_for(case, name, None, list(presses.values())) for name in wanted}


def _host_panels(case: Case, presses: dict[str, Press]) -> dict[str, Panel]:
    wanted = [name for name in ("offer_talk", "record_talk", "write_closing")
              if name in presses and not presses[name].unmet]
    asked = {member.party_id for member in case.members if member.ended_at is None}
    if asked >= {party.id for party in hosted_parties(case)}:  # they are asked for a talk together; no times meanwhile
        wanted = [name for name in wanted if name != "offer_talk"]
    return {name: panel_for(case, name, None, list(presses.values())) for name in wanted}


def _object_until(case: Case) -> date | None:
    """The last day on which this submitter may object, while that is possible."""
    party = case.my_party
    if party is None or party.settled_at is None or case.objection:
        return None
    start = case.local(party.settled_at, case.actor_id)
    last = case.due(case.actor_id, "workflow.objection_days", start)
    return last if case.today <= last else None
