"""Forms of the measures room. Field names are the names operations use, so that a wrong fact finds its field."""

from typing import Any

from flask import request
from flask_wtf.file import FileField
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from suggestbox.core.forms import AtMost, Filled, LongText, SeenForm, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.typed_numbers import as_typed, euros_as_typed, number_typed
from suggestbox.feedback.landscape import Landscape
from suggestbox.ideas.forms import PeopleField
from suggestbox.people.directory import Directory

from .figures import LINES_AT_MOST, MOST_CENTS, whole_cents
from .models import ASPECTS
from .operations import ADDRESS_LENGTH, REASON_LENGTH, TITLE_LENGTH, WORDS_LENGTH
from .words import aspect_word, point_words


class OneOwner(PeopleField):
    """One colleague; `offered` are names to choose from."""

    def __init__(self, *args: Any, **kw: Any):
        super().__init__(*args, most=1, **kw)
        self.offered: list[str] = []

    @property
    def person_id(self) -> int | None:
        return self.people[0].id if self.people else None


class PlanForm(SeenForm):
    """What is to be done, who sees to it, until when."""

    title = StringField(_l("What is to be done?"), filters=[one_line], validators=[Filled(), AtMost(TITLE_LENGTH)])
    description = LongText(_l("What belongs to it?"), validators=[AtMost(WORDS_LENGTH)])
    owner = OneOwner(_l("Who sees to it?"), validators=[Filled(), AtMost(300)])
    due_on = DateField(_l("Until when?"), validators=[Optional()])
    project_url = StringField(_l("Address of the project, if it is followed elsewhere"), filters=[one_line],
                              validators=[AtMost(ADDRESS_LENGTH)])
    touchpoint_id = SelectField(_l("Where will customers notice it?"), validate_choice=False)

    def offer(self, lands: Landscape | None, names: list[str]) -> None:
        """Offer these names, and the touchpoints; without any the question is left out."""
        self.owner.offered = names
        stations = [(way, spot) for way in lands.ways() for spot in lands.stations(way.id)] if lands else []
        if not stations:
            del self.touchpoint_id
            return
        self.touchpoint_id.choices = [
            SelectChoice("", _("Nowhere in particular")),
            *(SelectChoice(str(spot.id), _("%(journey)s: %(touchpoint)s", journey=way.name, touchpoint=spot.name))
              for way, spot in stations),
        ]

    def read(self, book: Directory) -> bool:
        """Say whether everything typed could be understood."""
        good = self.validate()
        if (self.owner.data or "").strip():
            good = self.owner.find(book) and good
        return good

    @property
    def spot(self) -> int | None:
        """The touchpoint chosen."""
        field: Any = self._fields.get("touchpoint_id")
        return whole_number(field.data) if field is not None and field.data else None


class MoveForm(SeenForm):
    """Another date, and why."""

    due_on = DateField(_l("New date"), validators=[Optional()])
    reason = LongText(_l("Why?"), validators=[Filled(), AtMost(REASON_LENGTH)])


class DoneForm(SeenForm):
    """What was done, and since when one can notice it."""

    words = LongText(_l("What was done?"), validators=[Filled(), AtMost(WORDS_LENGTH)])
    done_on = DateField(_l("Since when can customers or colleagues notice it?"), validators=[Optional()])
    picture = FileField(_l("A picture of how it looks now"))


class AbandonForm(SeenForm):
    """Why it will not be done after all."""

    reasons = LongText(_l("Why will it not be done after all?"), validators=[Filled(), AtMost(WORDS_LENGTH)])


class TaskForm(SeenForm):
    """One more step on the list."""

    title = StringField(_l("Next step"), filters=[one_line], validators=[Filled(), AtMost(TITLE_LENGTH)])
    due_on = DateField(_l("Until when?"), validators=[Optional()])


class ProjectForm(SeenForm):
    """Where the work is followed elsewhere."""

    project_url = StringField(_l("Address of the project"), filters=[one_line], validators=[AtMost(ADDRESS_LENGTH)])


class SecondForm(SeenForm):
    """What a second person says to a figure."""

    words = LongText(_l("Your words to it"), validators=[AtMost(3000)])


class SoftForm(SeenForm):
    """What a measure does for something no money shows."""

    aspect = SelectField(_l("For what?"), validate_choice=False)
    points = RadioField(_l("How much does it help?"), validate_choice=False, validators=[InputRequired()])
    words = LongText(_l("What can one notice of it?"), validators=[Filled(), AtMost(REASON_LENGTH)])

    def offer(self) -> None:
        """Offer the aspects and the points of the table."""
        self.aspect.choices = [(aspect, aspect_word(aspect)) for aspect in ASPECTS]
        self.points.choices = [(str(n), words) for n, words in enumerate(point_words())]


CELLS = ("what", "amount", "unit", "price", "per_year", "column")
SPARE_LINES = 3


class FigureForm(SeenForm):
    """A calculation sheet: lines of text as typed, so that nothing is lost when one of them is wrong."""

    use_years = IntegerField(_l("Years of use"), default=1)
    assumptions = LongText(_l("What do these figures rest on?"), validators=[AtMost(3000)])
    reason = LongText(_l("Why is there a new version?"), validators=[AtMost(REASON_LENGTH)])

    def read_lines(self) -> None:
        """Take the lines of the sheet as they were sent."""
        given = [request.form.getlist(cell)[:LINES_AT_MOST + SPARE_LINES] for cell in CELLS]
        self.rows = [dict(zip(CELLS, row, strict=True)) for row in zip(*given, strict=False)]

    def take_lines(self, lines: list[dict[str, Any]]) -> None:
        """Show the lines of an earlier version."""
        self.rows = [
            {"what": line["what"], "amount": as_typed(line["amount"]), "unit": line["unit"],
             "price": euros_as_typed(line["unit_cents"]), "per_year": as_typed(line["per_year"]), "column": line["column"]}
            for line in lines
        ]

    def spare(self) -> list[dict[str, str]]:
        """Give the lines to draw: those there are, and empty ones."""
        empty = dict.fromkeys(CELLS, "")
        rows = [row for row in self.rows if any(row[cell].strip() for cell in CELLS if cell != "column")]
        return rows + [dict(empty) for _n in range(max(SPARE_LINES, 4 - len(rows)))]

    def lines(self) -> list[dict[str, Any]]:
        """Give the lines as an operation takes them; one without any text is none."""
        found = []
        for row in self.rows:
            if not any(row[cell].strip() for cell in ("what", "amount", "unit", "price", "per_year")):
                continue
            price = number_typed(row["price"])
            found.append({
                "what": row["what"].strip(), "unit": row["unit"].strip(), "column": row["column"],
                "amount": number_typed(row["amount"] or "1"), "per_year": number_typed(row["per_year"] or "1"),
                "unit_cents": None if price is None or abs(price) > MOST_CENTS else whole_cents(price * 100),
            })
        return found
