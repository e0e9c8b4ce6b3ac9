"""Forms of assessment and decision: score, look again, choose reviewers, decide."""

from typing import Any

from flask import request
from wtforms import BooleanField, DateField, Field, RadioField, SelectMultipleField
from wtforms.validators import Optional

from suggestbox.core.forms import AtMost, Filled, LongText, whole_number
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.ideas.models import MERIT_OUTCOMES
from suggestbox.reviews.models import RECOMMENDATIONS, Criterion
from suggestbox.reviews.queries import criteria_of

from .case import Case
from .fields import MoveForm, OneColleague
from .suggest import Suggestion, suggestions
from .words import outcome_word, recommendation_word


class ScaleField(Field):
    """The answer to one criterion: "1" to "5", "none" for "I cannot judge this", or nothing yet."""

    def __init__(self, criterion: Criterion, **kw: Any):
        german = current_language() == "de"
        self.criterion = criterion
        self.anchors = criterion.anchors["de" if german else "en"]
        self.question = (criterion.help_de if german else criterion.help_en) or ""
        super().__init__(criterion.name_de if german else criterion.name_en, **kw)

    def process_formdata(self, values: list[str]) -> None:
        self.data = values[0] if values and values[0] in ("1", "2", "3", "4", "5", "none") else None

    @property
    def points(self) -> int | None:
        return int(self.data) if self.data and self.data != "none" else None

    def __call__(self, **kw: Any) -> str:  # drawn by shared/parts.html: scale
        return ""


class ScoreForm(MoveForm):
    """Every criterion in words, a recommendation, a sentence for the submitter and one for colleagues."""

    recommendation = RadioField(_l("What do you recommend?"), validate_choice=False)
    for_submitter = LongText(
        _l("What should the submitter hear about it?"), validators=[Filled(), AtMost(5000)],
        description=_l("The submitter reads it in the end, with your department but without your name."),
    )
    for_colleagues = LongText(
        _l("What should the other reviewers know?"), validators=[AtMost(5000)],
        description=_l("Only those who handle the idea read this."),
    )

    def prepare(self, case: Case) -> None:
        mine = case.my_assignment
        self.scales = []
        for criterion in criteria_of(mine.criteria_set if mine else None):
            scale = ScaleField(criterion).bind(self, f"criterion_{criterion.id}", _meta=self.meta)
            scale.process(request.form if self.is_submitted() else None)
            self._fields[scale.name] = scale
            self.scales.append(scale)
        self.recommendation.choices = [(name, recommendation_word(name)) for name in RECOMMENDATIONS]

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        answered = [scale for scale in self.scales if scale.data]
        return {
            "scores": {scale.criterion.id: scale.points for scale in answered},
            **{name: found[name] for name in ("recommendation", "for_submitter", "for_colleagues")},
        }


class ReconsiderForm(ScoreForm):
    """As it was answered the first time, to keep or to change."""

    keep = RadioField(_l("Having read the others"), validate_choice=False)

    def prepare(self, case: Case) -> None:
        super().prepare(case)
        self.keep.choices = [("keep", _("I stay with my assessment")), ("change", _("I change it, as follows"))]
        mine = case.my_assignment
        if mine is None or self.is_submitted():
            return
        self.keep.data = "keep"
        before = {score.criterion_id: score.points for score in mine.scores}
        for scale in self.scales:
            if scale.criterion.id in before:
                points = before[scale.criterion.id]
                scale.data = str(points) if points else "none"
        self.recommendation.data = mine.recommendation
        self.for_submitter.data, self.for_colleagues.data = mine.for_submitter, mine.for_colleagues

    def read(self, case: Case) -> bool:
        good = super().read(case)
        if self.keep.data == "keep":
            for field in self:
                field.errors = []
            return True
        return good

    def facts(self) -> dict[str, Any]:
        return {"keep": True} if self.keep.data == "keep" else {"keep": False, **super().facts()}


def _id(text: Any) -> int:
    return whole_number(text) or 0


class AssignForm(MoveForm):
    """Who is asked: people suggested, each in the capacity they would speak in, and others by name."""

    reviewers = SelectMultipleField(_l("Who looks at it?"), coerce=_id, validate_choice=False)
    other_expert = OneColleague(_l("Somebody else, as an expert"))
    other_department = OneColleague(_l("Somebody else, for their department"))
    further_departments = SelectMultipleField(
        _l("Further departments concerned"), coerce=_id, validate_choice=False,
        description=_l("Each of them owes an assessment of its own."),
    )
    later_ok = BooleanField(_l("A later date is fine for people who have a lot to do; the submitter sees it."))

    def prepare(self, case: Case) -> None:
        self.suggested: list[Suggestion] = suggestions(case)
        self.reviewers.choices = [(s.person.id, s.person.name) for s in self.suggested]
        departments = [d for d in case.book.departments.values() if d.active and d.id != case.idea.department_id]
        self.further_departments.choices = [(d.id, d.name) for d in sorted(departments, key=lambda d: d.name.casefold())]
        # Beside the suggestions everybody is offered, or nobody could be left out unnoticed.
        chosen = set() if case.idea.confidential else {s.person.id for s in self.suggested}
        book = case.book
        self.other_expert.offer((p for p in book.experts() if p not in chosen and p not in case.not_offered), book)
        self.other_department.offer((p for p in book.people if p not in chosen and p not in case.not_offered), book)
        if not self.is_submitted():
            adding = case.idea.stage == "in_review"
            self.reviewers.data = [s.person.id for s in self.suggested if s.preselected and not adding]
            self.further_departments.data = sorted(case.concerns)

    def facts(self) -> dict[str, Any]:
        capacity = {s.person.id: s for s in self.suggested}
        asked: list[dict[str, Any]] = []
        for person_id in self.reviewers.data or []:
            suggestion = capacity.get(person_id)
            asked.append({
                "person_id": person_id, "capacity": suggestion.capacity if suggestion else "department",
                "department_id": suggestion.department_id if suggestion else None,
            })
        for field, name in ((self.other_expert, "expert"), (self.other_department, "department")):
            if field.person_id and (field.data or "").strip():
                asked.append({"person_id": field.person_id, "capacity": name, "department_id": None})
        return {"reviewers": asked, "further_departments": self.further_departments.data or [],
                "later_ok": self.later_ok.data}


class DecideForm(MoveForm):
    """The outcome, its reasons, and what belongs to single outcomes."""

    outcome = RadioField(_l("What is your decision?"), validate_choice=False)
    reasons = LongText(
        _l("Why?"), validators=[Filled(), AtMost(20_000)],
        description=_l("The submitter reads this word for word. Plain words, and whatever tipped the balance."),
    )
    change_for_yes = LongText(_l("What would have to change for a yes?"), validators=[AtMost(20_000)])
    hypothesis = LongText(_l("What should the trial show?"), validators=[AtMost(20_000)])
    return_on = DateField(_l("When does it come back?"), validators=[Optional()])
    proof = LongText(_l("Where was it planned?"), validators=[AtMost(20_000)],
                     description=_l("A document from before the idea was handed in, and where to find it."))
    proof_on = DateField(_l("Date of the document"), validators=[Optional()])

    def prepare(self, case: Case) -> None:
        self.outcome.choices = [(name, outcome_word(name)) for name in MERIT_OUTCOMES]
        if not self.is_submitted() and case.votes:
            tally: dict[str, int] = {}
            for vote in case.votes:
                tally[vote.outcome] = tally.get(vote.outcome, 0) + 1
            self.outcome.data = max(tally, key=lambda name: tally[name])


REVIEW_FORMS: dict[str, type[MoveForm]] = {
    "score": ScoreForm,
    "reconsider": ReconsiderForm,
    "assign": AssignForm,
    "add_reviewers": AssignForm,
    "decide": DecideForm,
}
