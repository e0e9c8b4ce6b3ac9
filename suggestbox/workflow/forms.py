"""The forms of the moves, by the name of the move. A move that is not here needs nothing but its button."""

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Optional

from suggestbox.core.forms import AtMost, Filled, LongText, one_line, whole_number
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.ideas.models import MERIT_OUTCOMES
from suggestbox.steps.models import Step
from suggestbox.steps.words import step_title

from . import owners
from .case import Case
from .fields import MoveForm, OneColleague, SeveralColleagues
from .then_elsewhere import FLAG_KINDS
from .words import handover_word, outcome_word

NOTHING = [("", _l("Please choose"))]


def reason_form(label: Any, *, name: str = "reason", longest: int = 2000, required: bool = True) -> type[MoveForm]:
    """Give a form of one text."""
    checks = [AtMost(longest)] if not required else [Filled(), AtMost(longest)]
    return type("ReasonForm", (MoveForm,), {name: LongText(label, validators=checks)})


def department_choices(case: Case, *, but: int | None = None) -> list[tuple[str, Any]]:
    """Give the active departments by name, for a select."""
    found = [d for d in case.book.departments.values() if d.active and d.id != but]
    return NOTHING + [(str(d.id), d.name) for d in sorted(found, key=lambda d: d.name.casefold())]


def colleagues_first(case: Case) -> list[int]:
    """Give the people of the department concerned, then those who hold an office."""
    book = case.book
    inside = [b.id for b in book.people.values() if b.active and b.department_id == case.idea.department_id]
    offices = [p for p in book.roles_of if p not in set(inside)]
    return [p for p in inside + offices if p not in case.not_offered]


class EditTextForm(MoveForm):
    title = StringField(_l("Title"), filters=[one_line], validators=[Filled(), AtMost(200)])
    problem = LongText(_l("What have you noticed?"), validators=[AtMost(20_000)])
    proposal = LongText(_l("What do you suggest?"), validators=[AtMost(20_000)])
    benefit = LongText(_l("What would be better then?"), validators=[AtMost(20_000)])

    def prepare(self, case: Case) -> None:
        if not self.is_submitted():
            for name in ("title", "problem", "proposal", "benefit"):
                self[name].data = getattr(case.idea, name)


class RouteForm(MoveForm):
    department_id = SelectField(_l("Which department?"), validate_choice=False)
    reason = LongText(_l("Why?"), validators=[Filled(), AtMost(1000)])

    def prepare(self, case: Case) -> None:
        self.department_id.choices = department_choices(case, but=case.idea.department_id)


class PassOnFaultForm(MoveForm):
    said = LongText(_l("What did you agree on?"), description=_l("What is broken, who sees to it, and until when."),
                    validators=[Filled(), AtMost(5000)])
    held_on = DateField(_l("When did you call?"), validators=[Optional()])
    owner_id = OneColleague(_l("Who sees to it?"), validators=[Filled()])
    due_on = DateField(_l("Until when?"), validators=[Optional()])
    agreed = BooleanField(_l("The submitter agrees that it is passed on instead of examined."))

    def prepare(self, case: Case) -> None:
        self.owner_id.offer(colleagues_first(case), case.book)
        if not self.is_submitted():
            self.held_on.data = case.today


class TeamDoesItForm(MoveForm):
    words = LongText(_l("What do you do?"), description=_l("One sentence for the submitter."),
                     validators=[Filled(), AtMost(2000)])
    do_until = DateField(_l("Until when?"), validators=[Optional()])
    expert_id = OneColleague(
        _l("Who from another department looks at it?"),
        description=_l("Somebody who would notice what speaks against it: safety, contracts, other departments."),
        validators=[Filled()],
    )

    def prepare(self, case: Case) -> None:
        mine = case.book.department_of(case.actor_id)
        self.expert_id.offer((p for p in case.book.experts() if case.book.department_of(p) != mine), case.book)


class ExamineForm(MoveForm):
    is_fault = BooleanField(_l("It is a fault: something is broken."))


class PassOnForm(MoveForm):
    person_id = OneColleague(_l("Who knows better?"), validators=[Filled()])
    reason = LongText(_l("Why?"), validators=[Filled(), AtMost(2000)])

    def prepare(self, case: Case) -> None:
        inside = colleagues_first(case)
        self.person_id.offer([p for p in [*case.book.experts(), *inside] if p != case.actor_id], case.book)


class VoteForm(MoveForm):
    outcome = RadioField(_l("Your vote"), validate_choice=False)
    words = LongText(_l("Why?"), validators=[AtMost(2000)])

    def prepare(self, case: Case) -> None:
        self.outcome.choices = [(name, outcome_word(name)) for name in MERIT_OUTCOMES]
        before = next((v for v in case.votes if v.person_id == case.actor_id), None)
        if before and not self.is_submitted():
            self.outcome.data, self.words.data = before.outcome, before.words


class PanelForm(MoveForm):
    person_ids = SeveralColleagues(_l("Three people"), description=_l("Separate names with commas."),
                                   validators=[Filled()])

    def prepare(self, case: Case) -> None:
        council = [p for (role, _d), held in case.book.roles.items() if role == "works_council" for p in held]
        self.person_ids.offer([*council, *colleagues_first(case)], case.book)


class DuplicateForm(MoveForm):
    number = StringField(_l("Number of the first idea"), filters=[one_line],
                         description=_l("Like 2026-0042."), validators=[Filled(), AtMost(20)])
    reason = LongText(_l("Why is it the same?"), description=_l("The submitters read this."),
                      validators=[Filled(), AtMost(2000)])


class FlagForm(MoveForm):
    kind = RadioField(_l("What is it?"), validate_choice=False)
    words = LongText(_l("Anything the coordinator should know?"), validators=[AtMost(2000)])

    def prepare(self, case: Case) -> None:
        self.kind.choices = [(kind, _first_capital(handover_word(kind))) for kind in FLAG_KINDS]


class HandOverForm(MoveForm):
    kind = RadioField(_l("What is it?"), validate_choice=False)
    office_id = OneColleague(_l("Who is in charge?"), validators=[Filled()])
    reason = LongText(_l("Why?"), description=_l("The submitters read this."), validators=[Filled(), AtMost(5000)])

    def prepare(self, case: Case) -> None:
        self.kind.choices = [(kind, _first_capital(handover_word(kind))) for kind in FLAG_KINDS]
        self.office_id.offer((p for p in case.book.roles_of if p not in case.not_offered), case.book)
        if case.open_flag and not self.is_submitted():
            self.kind.data = case.open_flag.kind


class CorrectionForm(MoveForm):
    kind = RadioField(_l("What is recorded wrongly?"), validate_choice=False)
    department_id = SelectField(_l("The right department"), validate_choice=False)
    add_person_id = OneColleague(_l("Who is missing?"))
    remove_submitter_id = SelectField(_l("Who is one too many?"), validate_choice=False,
                                      coerce=lambda text: int(text) if text else None)
    reason = LongText(_l("How do you know?"), validators=[Filled(), AtMost(2000)])

    def prepare(self, case: Case) -> None:
        kinds = [("department", _("The department")), ("submitters", _("The submitters"))]
        self.kind.choices = [("closing", _("The closing"))] if case.idea.stage == "closed" else kinds
        self.department_id.choices = department_choices(case, but=case.idea.department_id)
        hidden = case.idea.confidential
        self.remove_submitter_id.choices = NOTHING + [
            (str(s), b.name) for s, p in case.submitters.items() if not hidden and (b := case.book.person(p))
        ]
        if case.idea.stage == "closed":
            del self.department_id, self.add_person_id, self.remove_submitter_id
            if not self.is_submitted():
                self.kind.data = "closing"


class KeepPromiseForm(MoveForm):
    promise_id = HiddenField()
    words = LongText(_l("What was done?"), validators=[AtMost(2000)])

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        found["promise_id"] = whole_number(found["promise_id"])
        return found


class MoveDueForm(MoveForm):
    step_id = SelectField(_l("Which step?"), coerce=lambda text: whole_number(text) or 0,
                          validate_choice=False)
    due_on = DateField(_l("New date"), validators=[Optional()])
    reason = LongText(_l("Why?"), validators=[Filled(), AtMost(1000)])

    def prepare(self, case: Case) -> None:
        mine = [s for s in case.steps if not s.submitter_id and s.kind != "measure"
                and case.my_step(s.kind, subject_id=s.subject_id) is s and s.due_moves < 2]
        self.step_id.choices = [(s.id, step_title(s.kind)) for s in mine]


class ReassignForm(MoveForm):
    step_id = SelectField(_l("Which step?"), coerce=lambda text: whole_number(text) or 0,
                          validate_choice=False)
    person_id = OneColleague(_l("To whom?"), validators=[Filled()])
    reason = LongText(_l("Why?"), validators=[Filled(), AtMost(1000)])

    def prepare(self, case: Case) -> None:
        steps = owners.steps_to_give(case)
        self.step_id.choices = [(s.id, _step_with(case, s)) for s in steps]
        known = any(s.kind == "decide" for s in steps) and not case.idea.confidential
        deciders = owners.deciders(case) if known else []
        self.person_id.offer([*deciders, *colleagues_first(case)], case.book)


def _step_with(case: Case, step: Step) -> str:
    owner = case.book.person(step.owner_id)
    return _("%(step)s (with %(name)s)", step=step_title(step.kind), name=owner.name if owner else "?")


class AskForm(MoveForm):
    text = LongText(_l("Your question"), validators=[Filled(), AtMost(5000)])

    def prepare(self, case: Case) -> None:
        self.text.description = _("At most %(most)s questions per person; one good one is better.",
                                  most=case.rule("workflow.questions_per_asker"))


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


FORMS: dict[str, type[MoveForm]] = {
    "edit_text": EditTextForm,
    "answer": reason_form(_l("Your answer"), name="text", longest=20_000),
    "contradict_duplicate": reason_form(_l("What is different about it?")),
    "object": reason_form(_l("What do you not accept, and why?"), longest=5000),
    "ask": AskForm,
    "route": RouteForm,
    "pass_on_fault": PassOnFaultForm,
    "team_does_it": TeamDoesItForm,
    "have_it_examined": ExamineForm,
    "abstain": reason_form(_l("Why?")),
    "pass_on": PassOnForm,
    "declare_conflict": reason_form(_l("In what way are you too close to it?")),
    "declare_conflict_late": reason_form(_l("In what way are you too close to it?")),
    "declare_conflict_after": reason_form(_l("In what way are you too close to it?")),
    "nothing_against": reason_form(_l("Anything the submitter should know?"), name="words", required=False),
    "short_doubt": reason_form(_l("What speaks against it?")),
    "vote": VoteForm,
    "name_panel": PanelForm,
    "revoke_decision": reason_form(_l("Why?")),
    "propose_duplicate": DuplicateForm,
    "reject_duplicate": reason_form(_l("What is different about it?")),
    "flag": FlagForm,
    "settle_flag": reason_form(_l("Why does it stay here?"), name="words"),
    "hand_over": HandOverForm,
    "not_ours": reason_form(_l("Why is it not yours?"), longest=5000),
    "propose_correction": CorrectionForm,
    "keep_promise": KeepPromiseForm,
    "move_due": MoveDueForm,
    "reassign": ReassignForm,
    "resolve_conflict": reason_form(_l("How was it settled?"), name="words"),
}
