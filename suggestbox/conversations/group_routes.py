"""One talk with several submitters: the host asks, sees who comes, prepares and records it; each submitter answers alone."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from suggestbox.calls.models import Call
from suggestbox.core import wording
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Denied, HouseError, Invalid, NotFound, Refused, Stale
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import appointment_time
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for
from suggestbox.workflow import together
from suggestbox.workflow.case import Case
from suggestbox.workflow.group_forms import ProposeForm, RecordTogetherForm, TimeForm
from suggestbox.workflow.group_letters import others_asked, others_words
from suggestbox.workflow.group_needs import MOVED_AT_MOST, seat_of, times_moved
from suggestbox.workflow.operations import move
from suggestbox.workflow.talk_forms import talk_form_word
from suggestbox.workflow.then_group import earliest_day
from suggestbox.workflow.words import outcome_word

from . import groups, queries
from .blueprint import bp
from .models import TalkGroup

# -- as a submitter sees it ------------------------------------------------------------------------------------------


@dataclass
class Together:
    """A talk with several as one of those asked sees it: how many others, and who they are only once it is set."""

    group: TalkGroup
    host: str
    when: str
    how: str
    others: int
    others_words: str
    answer: str
    confidential: bool
    ideas: int
    names: list[str] = field(default_factory=list)


def together_of(case: Case) -> Together | None:
    """Give the talk with several the actor is asked for or agreed to, about this idea."""
    seat = seat_of(case, case.my_party)
    if seat is None or not seat.live:
        return None
    group, seats = seat.group, groups.seats_of(seat.group.id)
    mine = [s for s in seats if s.live and s.person_id == seat.person_id]
    names: list[str] = []
    if seat.appointment is not None:
        comes = groups.people_of(s for s in seats if s.live and s.appointment is not None) - {seat.person_id}
        names = sorted(brief.name for person_id in comes if (brief := case.book.person(person_id)))
    host, number = case.book.person(group.host_id), others_asked(seats, seat.party)
    return Together(
        group, host.polite if host else "", appointment_time(group.starts_at, case.book.zone_of(case.actor_id)),
        how_of(group), number, others_words(number), seat.member.answer, any(s.idea.confidential for s in mine), len(mine),
        names,
    )


def how_of(group: TalkGroup) -> str:
    """Give how and where it is held."""
    return " · ".join(filter(None, (talk_form_word(group.form), group.place)))


# -- doors -----------------------------------------------------------------------------------------------------------


def the_group(me: Person, group_id: int) -> TalkGroup:
    """Give a talk with several for its host and for those asked. Raises NotFound."""
    group = db.session.get(TalkGroup, group_id)
    if group is None:
        raise NotFound()
    seats = groups.seats_of(group_id)
    if group.host_id == me.id and seats and me.id not in groups.people_of(seats):
        return group
    if any(seat.live and seat.person_id == me.id for seat in seats):
        return group
    raise NotFound()


def hosts(me: Person, group: TalkGroup) -> bool:
    """Say whether this is the host."""
    return group.host_id == me.id


def _sentence(problem: HouseError) -> str:
    return str(problem.text) if problem.text else wording.sentence(problem.reason, problem.status)


# -- the host asks ---------------------------------------------------------------------------------------------------


@dataclass
class Possible:
    """Somebody the host could ask."""

    party_id: int
    who: str
    idea: Any
    outcome: str
    call: str


def _possible(me: Person, rows: list[Any]) -> list[Possible]:
    book = here()
    calls = {call_id for _party, idea, _submitter in rows if (call_id := idea.call_id)}
    titles = {call.id: call.question for call in db.session.query(Call).filter(Call.id.in_(calls))} if calls else {}
    manages = book.has_role(me.id, "idea_manager", any_=True)
    found = []
    for party, idea, submitter in rows:
        hidden = idea.confidential and not manages
        brief = book.person(None if hidden else groups.person_behind(submitter))
        found.append(Possible(party.id, brief.name if brief else _("The submitter"), idea, outcome_word(idea.outcome),
                              titles.get(idea.call_id or 0, "")))
    return found


def _propose_page(form: ProposeForm, problem: HouseError | None = None) -> str:
    me, book, now = current_user, here(), utc_now()
    rows = groups.askable(me.id)
    possible, people = _possible(me, rows), groups.people_of_rows(rows)
    form.party_ids.choices = [(p.party_id, p.who) for p in possible]
    if not form.is_submitted():
        asked = {n for text in request.args.getlist("party") if (n := whole_number(text))}
        number = request.args.get("idea", "")
        same = {p.idea.call_id for p in possible if p.party_id in asked or p.idea.number == number} - {None}
        form.party_ids.data = [p.party_id for p in possible
                               if p.party_id in asked or p.idea.number == number or p.idea.call_id in same]
        if people:
            day = book.calendar_of(me.id).add_working_days(earliest_day(book, people, now), 1)
            form.starts_at.data = f"{day.isoformat()}T10:00"
            form.form.data = "in_person"
    return render_template(
        "conversations/together.html", form=form, possible=possible, enough=len(people) > 1,
        days=rule("workflow.group_days"), problem=_sentence(problem) if problem else "",
    )


@bp.route("/talks/together", methods=["GET", "POST"], endpoint="together")
@door("conversations.together")
def propose_together() -> Any:
    """Whom the host asks, and for which time."""
    me = current_user._get_current_object()
    form = ProposeForm()
    form.prepare(here().zone_of(me.id))
    if request.method == "GET":
        return _propose_page(form)
    if not form.read():
        return _propose_page(form), 422
    try:
        with work():
            group = together.propose(me, form.party_ids.data or [], form.typed(), now=utc_now())
            group_id = group.id
    except Invalid as wrong:
        form.put_errors(wrong)
        return _propose_page(form), 422
    except (Refused, Stale, Denied) as late:
        return _propose_page(form, late), late.status
    flash(_("They are asked. You hear as soon as everybody has agreed, or the time to answer is over."), "success")
    return redirect(url_for("conversations.group", group_id=group_id), 303)


# -- the host's page -------------------------------------------------------------------------------------------------


def _host_context(group: TalkGroup) -> dict[str, Any]:
    book, seats, me = here(), groups.seats_of(group.id), current_user
    coming = [seat for seat in seats if seat.appointment is not None and seat.member.ended_at is None]
    asked = [seat for seat in seats if seat.counts]
    zone = book.zone_of(me.id)
    return {
        "group": group, "book": book, "today": today_for(), "when": appointment_time(group.starts_at, zone),
        "how": how_of(group), "coming": coming, "people": sorted(
            brief.name for person_id in groups.people_of(coming) if (brief := book.person(person_id))),
        "asked": len(groups.people_of(asked)), "outcome_word": outcome_word,
        "answered": len(groups.people_of(s for s in asked if s.member.answer)),
        "past": group.starts_at <= utc_now(), "may_move": group.state == "set" and times_moved(group.id) < MOVED_AT_MOST,
        "alone": [seat for seat in seats if seat.member.ended_at is not None and seat.party.state == "owed"
                  and seat.party.host_id == me.id and seat.idea.stage == "conversation"],
    }


@bp.route("/talks/together/<int:group_id>", endpoint="group")
@door("conversations.group", load=the_group)
def show_group(group: TalkGroup) -> Any:
    """How the talk stands; for a submitter that is the page of the own talk."""
    if not hosts(current_user, group):
        seat = next(s for s in groups.seats_of(group.id) if s.live and s.person_id == current_user.id)
        return redirect(url_for("conversations.show", number=seat.idea.number, _anchor="together"))
    context = _host_context(group)
    if request.args.get("print"):
        about = {seat.idea.id: seat for seat in context["coming"]}  # co-submitters of one idea share its part
        sheets = [(seat, queries.standing_decision(seat.idea), queries.who_looked(seat.idea, context["book"], names=True))
                  for seat in about.values()]
        return render_template("conversations/group_sheet.html", sheets=sheets, **context)
    return render_template("conversations/group.html", **context)


@bp.route("/talks/together/<int:group_id>/answer", methods=["POST"], endpoint="answer_together")
@door("conversations.answer_together", load=the_group)
def answer_together(group: TalkGroup) -> Response:
    """Together, or rather alone."""
    me = current_user._get_current_object()
    seat = next((s for s in groups.seats_of(group.id) if s.live and s.person_id == me.id), None)
    if seat is None:
        raise NotFound()
    number, yes = seat.idea.number, request.form.get("answer") == "yes"
    if request.form.get("answer") not in ("yes", "alone"):
        flash(_("Please choose one of the answers."), "warning")
        return redirect(url_for("conversations.show", number=number, _anchor="together"), 303)
    try:
        with work():
            together.answer(me, group, yes=yes, now=utc_now())
    except (Refused, Stale, Denied) as late:
        flash(_sentence(late), "warning")
    else:
        flash(_how_it_stands(group) if yes else _("That is fine. You are offered times of your own."), "success")
    return redirect(url_for("conversations.show", number=number, _anchor="together"), 303)


def _how_it_stands(group: TalkGroup) -> str:
    """Give what somebody reads who has just agreed: the last answer decides at once."""
    if group.state == "set":
        return _("Good. It is agreed: you talk together with others.")
    if group.state == "called_off":
        return _("Thank you. The others cannot come; you are offered times of your own.")
    return _("Good. As soon as everybody has agreed, or the time to answer is over, you hear whether it takes place.")


@bp.route("/talks/together/<int:group_id>/call-off", methods=["POST"], endpoint="call_off_together")
@door("conversations.call_off_together", load=the_group, allow=hosts)
def call_off_together(group: TalkGroup) -> Response:
    """The talk is off for everybody."""
    me = current_user._get_current_object()
    try:
        with work():
            idea = _one_idea(group)
            move(idea, "call_off_group", actor=me, now=utc_now(), words=request.form.get("words", "")[:1000])
    except HouseError as problem:
        flash(_sentence(problem), "warning")
    else:
        flash(_("The talk together is called off. Please offer everybody times of their own."), "success")
    return redirect(url_for("conversations.group", group_id=group.id), 303)


def _one_idea(group: TalkGroup) -> Any:
    seat = next((s for s in groups.seats_of(group.id) if s.live), None)
    if seat is None:
        raise Refused(_("This talk is over or called off already."), reason="no_group")
    return seat.idea


@bp.route("/talks/together/<int:group_id>/time", methods=["GET", "POST"], endpoint="move_together")
@door("conversations.move_together", load=the_group, allow=hosts)
def move_together(group: TalkGroup) -> Any:
    """Another time; everybody who agreed is asked again."""
    me = current_user._get_current_object()
    form = TimeForm()
    form.prepare(here().zone_of(me.id))
    if request.method == "GET":
        form.minutes.data, form.form.data = group.minutes, group.form
        form.place.data, form.words.data = group.place, group.words
        form.starts_at.data = group.starts_at.astimezone(ZoneInfo(form.zone)).strftime("%Y-%m-%dT%H:%M")
        return render_template("conversations/group_time.html", form=form, problem="", **_host_context(group))
    if not form.read():
        return render_template("conversations/group_time.html", form=form, problem="", **_host_context(group)), 422
    try:
        with work():
            move(_one_idea(group), "move_group", actor=me, now=utc_now(), **form.typed())
    except Invalid as wrong:
        form.put_errors(wrong)
        return render_template("conversations/group_time.html", form=form, problem="", **_host_context(group)), 422
    except (Refused, Stale, Denied) as late:
        page = render_template("conversations/group_time.html", form=form, problem=_sentence(late), **_host_context(group))
        return page, late.status
    flash(_("Everybody who agreed is asked about the new time."), "success")
    return redirect(url_for("conversations.group", group_id=group.id), 303)


@bp.route("/talks/together/<int:group_id>/record", methods=["GET", "POST"], endpoint="record_together")
@door("conversations.record_together", load=the_group, allow=hosts)
def record_together(group: TalkGroup) -> Any:
    """Who came, and what was said."""
    me, book = current_user._get_current_object(), here()
    seats = together.agreed_seats(group.id)
    form = RecordTogetherForm()
    form.prepare(seats, book.zone_of(me.id))

    def page(problem: HouseError | None = None) -> str:
        return render_template("conversations/group_record.html", form=form, seats=seats,
                               problem=_sentence(problem) if problem else "", **_host_context(group))

    if request.method == "GET":
        return page()
    nobody = bool(request.form.get("nobody"))
    if not nobody and not form.validate():
        return page(), 422
    try:
        with work():
            if nobody:
                together.nobody_came(me, group, now=utc_now())
            else:
                together.record(me, group, form.answers(me.id, book), form.facts(), now=utc_now())
    except Invalid as wrong:
        form.put_errors(wrong)
        return page(), 422
    except (Refused, Stale, Denied) as late:
        return page(late), late.status
    flash(_("It is noted that you could not come. Please offer everybody other times.") if nobody
          else _("The talk is recorded. Everybody who came now says alone how it was."), "success")
    return redirect(url_for("conversations.group", group_id=group.id), 303)
