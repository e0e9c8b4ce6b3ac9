"""Forms of a talk with several submitters: ask, another time, record it."""

from typing import Any

from flask import request
from wtforms import DateField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Optional

from suggestbox.conversations.groups import Seat
from suggestbox.core.clock import local_date
from suggestbox.core.forms import AtMost, HouseForm, LongText, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.language import ngettext
from suggestbox.people.directory import Directory

from .fields import moment
from .talk_forms import form_choices
from .together import Came

MINUTES = (30, 45, 60, 90, 120)


class TimeForm(HouseForm):
    """When and where, on the host's clock."""

    starts_at = StringField(_l("Day and time"))
    minutes = SelectField(_l("How long?"), coerce=int, validate_choice=False)
    form = SelectField(_l("How?"), validate_choice=False)
    place = StringField(_l("Where, or which number"), filters=[one_line], validators=[AtMost(200)])
    words = LongText(_l("A word with it"), validators=[AtMost(2000)])

    def prepare(self, zone: str) -> None:
        """Give the choices; times are typed on the clock of `zone`."""
        self.zone = zone
        self.form.choices = form_choices()
        self.minutes.choices = [(n, ngettext("one minute", "%(num)d minutes", n)) for n in MINUTES]
        if not self.is_submitted():
            self.minutes.data = self.minutes.data or 60

    def read(self) -> bool:
        """Give whether everything could be understood."""
        good = self.validate()
        if moment(self.starts_at.data or "", self.zone) is None:
            self.starts_at.errors = [_("Please give date and time like 2026-03-31T14:00.")]
            good = False
        return good

    def typed(self) -> dict[str, Any]:
        """Give what was typed, the time as a moment."""
        return {"starts_at": moment(self.starts_at.data or "", self.zone), "minutes": self.minutes.data,
                "form": self.form.data, "place": self.place.data, "words": self.words.data}


class ProposeForm(TimeForm):
    """Whom the host asks, and for which time."""

    party_ids = SelectMultipleField(_l("Whom do you ask?"), coerce=lambda text: whole_number(text) or 0,
                                    validate_choice=False)


class RecordTogetherForm(HouseForm):
    """Who came, what was said to everybody, and what to each alone."""

    held_on = DateField(_l("When was it?"), validators=[Optional()])
    form = SelectField(_l("How?"), validate_choice=False)
    took_part = StringField(_l("Who else took part?"), filters=[one_line], validators=[AtMost(400)],
                            description=_l("No submitters here: each of them has a record of their own."))
    said = LongText(_l("What was said to everybody?"), validators=[AtMost(2000)],
                    description=_l("About five lines. Everybody who came reads them."))

    def prepare(self, seats: list[Seat], zone: str) -> None:
        """Fill in date and form as they were agreed."""
        self.form.choices = form_choices()
        self.row_errors: list[str] = []
        group = seats[0].group if seats else None
        if self.is_submitted():
            self.rows = {seat.party.id: Came(seat.party.id, request.form.get(f"came-{seat.party.id}", ""),
                                             request.form.get(f"words-{seat.party.id}", "")[:1000]) for seat in seats}
            for seat in seats:
                self.rows[seat.party.id].promises = self._promise(seat.party.id)
            return
        self.rows = {seat.party.id: Came(seat.party.id, "came") for seat in seats}
        if group is not None:
            self.held_on.data, self.form.data = local_date(group.starts_at, zone), group.form

    @staticmethod
    def _promise(party_id: int) -> list[dict[str, Any]]:
        text = request.form.get(f"promise-{party_id}", "").strip()
        due_on, owner = request.form.get(f"due-{party_id}", ""), whole_number(request.form.get(f"owner-{party_id}"))
        return [{"text": text, "owner_id": owner, "due_on": due_on}] if text else []

    def answers(self, host_id: int, book: Directory) -> list[Came]:
        """Give what was noted of each; a promise is kept by the host unless somebody else is chosen."""
        for row in self.rows.values():
            for promise in row.promises:
                promise["owner_id"] = promise["owner_id"] if book.is_here(promise["owner_id"]) else host_id
        return list(self.rows.values())
