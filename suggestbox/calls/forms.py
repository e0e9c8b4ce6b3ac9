"""Forms of the calls room. Field names are the names operations use, so that a wrong fact finds its field."""

from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from suggestbox.core.forms import AtMost, Filled, LongText, SeenForm, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.ideas.forms import PeopleField
from suggestbox.people.directory import Directory
from suggestbox.people.queries import departments_by_name

from .dates import NAMES
from .operations import BACKGROUND_LENGTH, QUESTION_LENGTH, REASON_LENGTH, RESULTS_LENGTH


class OneSponsor(PeopleField):
    """One colleague; `offered` are names to choose from."""

    def __init__(self, *args: Any, **kw: Any):
        super().__init__(*args, most=1, **kw)
        self.offered: list[str] = []

    @property
    def person_id(self) -> int | None:
        return self.people[0].id if self.people else None


class SeveralReviewers(PeopleField):
    """Colleagues who assess; `offered` are names to choose from."""

    def __init__(self, *args: Any, **kw: Any):
        super().__init__(*args, **kw)
        self.offered: list[str] = []


EXPERTS, FOR_DEPARTMENTS = _l("As experts"), _l("For the departments")


def chosen(experts: PeopleField, department_reviewers: PeopleField) -> list[tuple[int, str]]:
    """Give who was typed into two fields as operations take them: who, in which capacity."""
    fields = ((experts, "expert"), (department_reviewers, "department"))
    return [(brief.id, capacity) for field, capacity in fields for brief in field.people]


def find_people(book: Directory, *fields: PeopleField) -> bool:
    """Look up everybody typed into the fields; give whether all were found."""
    good = True
    for field in fields:
        if (field.data or "").strip():
            good = field.find(book) and good
    return good


class CallForm(SeenForm):
    """The question, who asks it, whom, and until when; dates, reviewers and stories if wanted."""

    question = StringField(_l("Your question"), filters=[one_line], validators=[Filled(), AtMost(QUESTION_LENGTH)])
    background = LongText(_l("What is behind it?"), validators=[AtMost(BACKGROUND_LENGTH)])
    sponsor = OneSponsor(_l("Who stands behind it?"), validators=[Filled(), AtMost(300)])
    starts_on = DateField(_l("First day"), validators=[Optional()])
    ends_on = DateField(_l("Last day"), validators=[Optional()])
    whom = RadioField(_l("Who is asked?"), default="all", validate_choice=False)
    departments = SelectMultipleField(
        _l("Which departments?"), coerce=lambda text: whole_number(text) or 0, validate_choice=False,
        option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
    )

    asks_stories = BooleanField(_l("Ask for customer stories as well"))
    triage_on = DateField(_l("First look by"), validators=[Optional()])
    review_on = DateField(_l("Assessed by"), validators=[Optional()])
    decide_on = DateField(_l("Decided by"), validators=[Optional()])
    results_due_on = DateField(_l("Results by"), validators=[Optional()])
    reviewers = SeveralReviewers(EXPERTS, validators=[AtMost(2000)])
    department_reviewers = SeveralReviewers(FOR_DEPARTMENTS, validators=[AtMost(2000)])

    def offer(self, book: Directory, names: list[str], experts: list[str]) -> None:
        """Offer these names, and the departments of the house."""
        self.sponsor.offered = self.department_reviewers.offered = names
        self.reviewers.offered = experts
        self.whom.choices = [
            SelectChoice("all", _l("Everybody")), SelectChoice("some", _l("Some departments, with those below them")),
        ]
        self.departments.choices = [SelectChoice(d.id, d.name) for d in departments_by_name(book)]

    def read(self, book: Directory) -> bool:
        """Say whether everything typed could be understood."""
        good = self.validate()
        if (self.sponsor.data or "").strip():
            good = self.sponsor.find(book) and good
        good = find_people(book, self.reviewers, self.department_reviewers) and good
        if self.whom.data == "some" and not self.departments.data:
            self.departments.errors = [*self.departments.errors, _("Please choose at least one department.")]
            good = False
        return good

    def typed(self) -> dict[str, Any]:
        """Give the facts the operations take."""
        return {
            "question": self.question.data or "", "background": self.background.data or "",
            "sponsor_id": self.sponsor.person_id, "starts_on": self.starts_on.data, "ends_on": self.ends_on.data,
            "department_ids": list(dict.fromkeys(self.departments.data or [])) if self.whom.data == "some" else [],
            "asks_stories": bool(self.asks_stories.data), "reviewers": chosen(self.reviewers, self.department_reviewers),
            **{name: self[name].data for name in NAMES},
        }

    @property
    def dates_open(self) -> bool:
        """Whether the folded dates hold something that must be seen."""
        return any(self[name].data or self[name].errors for name in NAMES)

    @property
    def people_open(self) -> bool:
        """Whether the folded reviewers hold something that must be seen."""
        return any(field.data or field.errors for field in (self.reviewers, self.department_reviewers))


class EndForm(SeenForm):
    """Why it ends early."""

    reason = LongText(_l("Why does it end now?"), validators=[Filled(), AtMost(REASON_LENGTH)])


class ProlongForm(SeenForm):
    """Another last day, and why."""

    ends_on = DateField(_l("New last day"), validators=[Optional()])
    reason = LongText(_l("Why does it go on?"), validators=[Filled(), AtMost(REASON_LENGTH)])


class ResultsForm(SeenForm):
    """What came of it."""

    words = LongText(_l("What came of it?"), validators=[Filled(), AtMost(RESULTS_LENGTH)])
