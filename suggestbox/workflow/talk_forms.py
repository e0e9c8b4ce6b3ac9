"""Forms of the closing conversation: offer times, pick one, record it, say how it was."""

from typing import Any

from flask import request
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Optional

from suggestbox.conversations.models import SETTLED, Party
from suggestbox.core.forms import AtMost, Filled, LongText, one_line, whole_number
from suggestbox.core.language import appointment_time
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.people.queries import search_people

from . import who
from .case import Case
from .fields import MoveForm, OneColleague, moment, offered
from .forms import colleagues_first, reason_form

TIMES = 3
"""Rows of times on the form; two must be filled in."""

PROMISES = 3
BEST_HOURS = (9, 13, 10)
"""Hours proposed to start with, on the submitter's clock."""


def talk_form_word(form: str) -> str:
    """Give how a talk is held, in words."""
    words = {"phone": _("by phone"), "video": _("by video"), "in_person": _("in person")}
    return words.get(form, "")


def form_choices() -> list[tuple[str, str]]:
    """Give the ways to talk, for a select."""
    return [("in_person", _("in person")), ("phone", _("by phone")), ("video", _("by video"))]


def hosted_parties(case: Case) -> list[Party]:
    """Give the open talks this person may act on, as a host or for the idea management."""
    mine = who.hosted(case) or (case.parties if who.idea_manager(case) else [])
    return [p for p in mine if p.state not in SETTLED]


def party_name(case: Case, party: Party) -> str:
    """Name the submitter of a party; a confidential one only for the idea management."""
    if case.idea.confidential and not case.is_idea_manager:
        return _("the submitter")
    brief = case.book.person(case.submitters.get(party.submitter_id))
    return brief.polite if brief else _("the submitter")


class PartyForm(MoveForm):
    """A form about one talk: with a single submitter nobody is asked which."""

    party_id = SelectField(_l("Which talk?"), coerce=whole_number, validate_choice=False)

    def prepare(self, case: Case) -> None:
        parties = [case.my_party] if case.my_part and case.my_party else hosted_parties(case)
        self.party_id.choices = [(p.id, party_name(case, p)) for p in parties if p]
        if not self.is_submitted() and self.party_id.data is None and parties:
            asked = whole_number(request.args.get("party"))
            self.party_id.data = asked if asked in {p.id for p in parties if p} else getattr(parties[0], "id", None)


class OfferForm(PartyForm):
    """At least two times on the submitter's clock."""

    SHOWN_AT = {"slots": "slot_errors"}

    words = LongText(_l("A word with it"), validators=[AtMost(2000)])

    def prepare(self, case: Case) -> None:
        super().prepare(case)
        party = next((p for p in case.parties if p.id == self.party_id.data), None)
        person_id = case.submitters.get(party.submitter_id) if party else None
        self.zone = case.book.zone_of(person_id)
        self.forms = form_choices()
        if self.is_submitted():
            self.rows = [
                {"at": at, "form": form, "place": place, "minutes": minutes}
                for at, form, place, minutes in zip(
                    request.form.getlist("slot_at")[:6], request.form.getlist("slot_form")[:6],
                    request.form.getlist("slot_place")[:6], request.form.getlist("slot_minutes")[:6], strict=False,
                )
            ]
        else:
            self.rows = self._proposed(case, person_id)
        self.slot_errors: list[str] = []

    def _proposed(self, case: Case, person_id: int | None) -> list[dict[str, str]]:
        """Three rows; the first two hold times that would do, so that an offer is two clicks away."""
        calendar = case.book.calendar_of(person_id)
        rows = []
        for index, hour in enumerate(BEST_HOURS[:TIMES]):
            day = calendar.add_working_days(case.today, index + 2)
            at = f"{day.isoformat()}T{hour:02d}:00" if index < 2 else ""
            rows.append({"at": at, "form": "in_person", "place": "", "minutes": "30"})
        return rows

    def read(self, case: Case) -> bool:
        good = super().read(case)
        for row in self.rows:
            if row["at"].strip() and moment(row["at"], self.zone) is None:
                self.slot_errors.append(_("Please give date and time like 2026-03-31T14:00."))
                good = False
        return good

    def facts(self) -> dict[str, Any]:
        slots = [
            {"starts_at": at, "minutes": whole_number(row["minutes"]) or 30,
             "form": row["form"], "place": row["place"]}
            for row in self.rows if (at := moment(row["at"], self.zone))
        ]
        return {**super().facts(), "slots": slots}


class RecordForm(MoveForm):
    """When it was, who took part, what was said, what was promised."""

    SHOWN_AT = {"promises": "promise_errors"}

    parties = HiddenField()
    held_on = DateField(_l("When was it?"), validators=[Optional()])
    form = SelectField(_l("How?"), validate_choice=False)
    took_part = StringField(_l("Who else took part?"), filters=[one_line], validators=[AtMost(500)])
    said = LongText(_l("What was said?"), validators=[Filled(), AtMost(3000)],
                    description=_l("About five lines. The submitter reads them too."))

    def prepare(self, case: Case) -> None:
        self.form.choices = form_choices()
        self.open_parties = hosted_parties(case)
        self.names = {p.id: party_name(case, p) for p in self.open_parties}
        self.offered = offered([case.actor_id or 0, *colleagues_first(case)], case.book)
        if self.is_submitted():
            self.chosen = [n for text in request.form.getlist("party") if (n := whole_number(text))]
            self.rows: list[dict[str, Any]] = [
                {"text": text, "owner": owner, "due": due}
                for text, owner, due in zip(
                    request.form.getlist("promise_text")[:10], request.form.getlist("promise_owner")[:10],
                    request.form.getlist("promise_due")[:10], strict=False,
                )
            ]
        else:
            asked = whole_number(request.args.get("party"))
            self.chosen = [asked] if asked else [p.id for p in self.open_parties[:1]]
            self.rows = [{"text": "", "owner": "", "due": ""} for _row in range(PROMISES)]
            self._fill_from_appointment(case)
        self.promise_errors: list[str] = []

    def _fill_from_appointment(self, case: Case) -> None:
        self.held_on.data = case.today
        for party in self.open_parties:
            for appointment in party.appointments:
                if party.id in self.chosen and appointment.state == "set":
                    self.form.data = appointment.form
                    on = case.local(appointment.starts_at, case.actor_id)
                    self.held_on.data = min(on, case.today)
                    self.took_part.data = party.companion

    def read(self, case: Case) -> bool:
        good = super().read(case)
        for row in self.rows:
            if not row["text"].strip():
                continue
            name = row["owner"].rpartition("<")[2].rstrip("> ") if row["owner"].rstrip().endswith(">") else row["owner"]
            found = search_people(name, limit=2, book=case.book) if name.strip() else []
            row["owner_id"] = found[0].id if len(found) == 1 else None
            if row["owner_id"] is None:
                self.promise_errors.append(_("Please choose who keeps the promise “%(promise)s”.", promise=row["text"][:60]))
                good = False
        return good

    def facts(self) -> dict[str, Any]:
        promises = [{"text": row["text"], "owner_id": row.get("owner_id"), "due_on": row["due"]}
                    for row in self.rows if row["text"].strip()]
        return {**super().facts(), "party_ids": self.chosen, "promises": promises}


class PickForm(MoveForm):
    slot_id = RadioField(_l("Which time suits you?"), validate_choice=False, coerce=whole_number)
    companion = StringField(
        _l("Would you like to bring somebody?"), filters=[one_line], validators=[AtMost(200)],
        description=_l("An ambassador, somebody of the works council, an interpreter. Just write the name."),
    )

    def prepare(self, case: Case) -> None:
        party = case.my_party
        offers = [o for o in party.offers if o.ended_at is None] if party else []
        self.slots = offers[-1].slots if offers else []
        self.slot_id.choices = [(s.id, appointment_time(s.starts_at, case.book.zone_of(case.actor_id))) for s in self.slots]
        if not self.is_submitted():  # a letter's link chooses one of them; nothing is settled by following it
            asked = whole_number(request.args.get("slot"))
            self.slot_id.data = asked if asked in {s.id for s in self.slots} else None


class ConfirmForm(MoveForm):
    """One form, three possible moves: it was like this; it did not take place; I cannot follow it."""

    took_place = RadioField(_l("Did the talk take place?"), validate_choice=False)
    follows = RadioField(_l("Can you follow how your idea was treated?"), validate_choice=False)
    appreciated = RadioField(_l("How much did you feel appreciated?"), validate_choice=False, coerce=whole_number)
    words = LongText(_l("Anything you would like to add?"), validators=[AtMost(3000)])

    def prepare(self, case: Case) -> None:
        party = case.my_party
        self.held = bool(party and party.state == "held")
        self.second_left = bool(party and not party.second_host_used and party.state == "held")
        self.took_place.choices = [("yes", _("Yes")), ("no", _("No, there was no talk"))]
        self.follows.choices = [("yes", _("Yes")), ("partly", _("Partly")), ("no", _("No"))]
        self.appreciated.choices = [(5, _("Very much")), (4, _("Much")), (3, _("Somewhat")), (2, _("A little")),
                                    (1, _("Not at all"))]

    def read(self, case: Case) -> bool:
        good = super().read(case)
        if self.held and self.took_place.data not in ("yes", "no"):
            self.took_place.errors = [_("Please choose one of the answers.")]
            good = False
        if self.took_place.data != "no" and self.follows.data not in ("yes", "partly", "no"):
            self.follows.errors = [_("Please choose one of the answers.")]
            good = False
        return good

    def move_name(self, name: str) -> str:
        if self.held and self.took_place.data == "no":
            return "deny_talk"
        if self.follows.data == "no" and self.second_left:
            return "cannot_follow"
        return "confirm"

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        found["took_place"] = found["took_place"] == "yes"
        return found


class CancelForm(PartyForm):
    words = LongText(_l("A word about it"), validators=[AtMost(1000)])


class PlaceForm(PartyForm):
    """Another number, room or link; filled in with what is agreed now."""

    form = SelectField(_l("How?"), validate_choice=False)
    place = StringField(_l("Where?"), filters=[one_line], validators=[Filled(), AtMost(200)],
                        description=_l("The room, the phone number or the link of the video call."))

    def prepare(self, case: Case) -> None:
        super().prepare(case)
        ahead = {p.id: a for p in hosted_parties(case) for a in p.appointments
                 if a.state == "set" and a.starts_at > case.now}
        # On the host's own clock: of a confidential submitter nobody else learns where theirs hangs.
        times = {i: appointment_time(a.starts_at, case.book.zone_of(case.actor_id)) for i, a in ahead.items()}
        parties = [p for p in hosted_parties(case) if p.id in ahead]
        self.party_id.choices = [(p.id, f"{party_name(case, p)}, {times[p.id]}") for p in parties]
        self.form.choices = form_choices()
        if len(times) == 1:
            self.form.description = _("Agreed: %(when)s", when=next(iter(times.values())))
        if not self.is_submitted() and ahead:
            if self.party_id.data not in ahead:
                self.party_id.data = min(ahead)
            now = ahead[self.party_id.data]
            self.form.data, self.place.data = now.form, now.place


class MissedForm(PartyForm):
    who = RadioField(_l("What happened?"), validate_choice=False)

    def prepare(self, case: Case) -> None:
        super().prepare(case)
        self.who.choices = [("host", _("I could not come")), ("submitter", _("The submitter did not come"))]
        if case.my_part:
            del self.who


class WriteForm(PartyForm):
    text = LongText(_l("The closing, in writing"), validators=[Filled(), AtMost(20_000)])


class ChangeHostForm(PartyForm):
    person_id = OneColleague(_l("Who talks with the submitter?"), validators=[Filled()])

    def prepare(self, case: Case) -> None:
        super().prepare(case)
        self.person_id.offer(colleagues_first(case), case.book)


TALK_FORMS: dict[str, type[MoveForm]] = {
    "offer_talk": OfferForm,
    "record_talk": RecordForm,
    "pick_time": PickForm,
    "confirm": ConfirmForm,
    "none_suits": reason_form(_l("When would it suit you better?"), name="words", longest=1000, required=False),
    "ask_other_host": reason_form(_l("Whom would you rather talk with? Why?"), name="words", longest=1000,
                                  required=False),
    "deny_talk": reason_form(_l("Anything you would like to add?"), name="words", longest=3000, required=False),
    "cancel_appointment": CancelForm,
    "change_place": PlaceForm,
    "report_missed": MissedForm,
    "write_closing": WriteForm,
    "change_host": ChangeHostForm,
    "mark_unreachable": PartyForm,
}
