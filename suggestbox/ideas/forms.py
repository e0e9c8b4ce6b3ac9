"""Forms of the ideas room: the shape of what people type. Rules are elsewhere."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from suggestbox.core.forms import AtMost, Filled, HouseForm, LongText, one_line
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.people.directory import Brief, Directory
from suggestbox.people.queries import departments_by_name, folded, search_people

from .models import AREAS
from .operations import COMMENT_LENGTH, TEXT_LENGTH, TITLE_LENGTH, Words, propose_title

AREA_WORDS = {
    "company": _l("The company as a whole"),
    "process": _l("How we work"),
    "product": _l("A product"),
    "service": _l("A service for customers"),
}


class PeopleField(StringField):
    """Colleagues by name or e-mail address, several separated by commas or semicolons.

    `people` holds who was found. A name that fits several people is asked about, with their addresses.
    """

    errors: Any

    def __init__(self, *args: Any, most: int = 50, **kw: Any):
        self.most = most
        self.people: list[Brief] = []
        kw.setdefault("filters", []).append(one_line)
        super().__init__(*args, **kw)

    def find(self, book: Directory) -> bool:
        """Look everybody up; give whether all were found. What was not is an error of the field."""
        self.people = []
        errors = [*self.errors]
        names = [name.strip() for name in (self.data or "").replace(";", ",").split(",") if name.strip()]
        for name in names[: self.most + 1]:
            found = _colleagues(name, book)
            if len(found) == 1:
                self.people.append(found[0])
            elif found:
                addresses = ", ".join(f"{b.name} ({b.email or b.personnel_no})" for b in found[:4])
                errors.append(_("“%(name)s” fits several people: %(people)s. Please write the e-mail address.",
                                name=name, people=addresses))
            else:
                errors.append(_("Nobody by the name “%(name)s” was found.", name=name))
        self.errors = errors
        return not errors

    def fill(self, people: Iterable[Brief | None]) -> None:
        """Write people into the field, so that they are found again."""
        self.data = ", ".join(str(b.email or b.personnel_no) for b in people if b)


def _colleagues(name: str, book: Directory) -> list[Brief]:
    wanted = folded(name)
    # What a picker writes: "Ann Albers <ann@example.com>"
    if "<" in name and name.endswith(">"):
        wanted = folded(name.rpartition("<")[2][:-1].strip())
    found = search_people(wanted, limit=10, book=book)
    exact = [b for b in found if wanted in (folded(b.name), folded(b.email or ""), folded(b.personnel_no or ""))]
    return exact or found


class IdeaForm(HouseForm):
    """Handing in, on one screen: two questions; everything else may stay empty."""

    problem = LongText(_l("What have you noticed?"), validators=[AtMost(TEXT_LENGTH)])
    proposal = LongText(_l("What do you suggest?"), validators=[AtMost(TEXT_LENGTH)])
    title = StringField(_l("Title"), filters=[one_line], validators=[AtMost(TITLE_LENGTH)])
    benefit = LongText(_l("What would be better then?"), validators=[AtMost(TEXT_LENGTH)])
    area = RadioField(_l("What is it about?"), validate_choice=False, default="")
    department_id = SelectField(_l("Which department does it concern?"), default="")
    co_submitters = PeopleField(_l("Who hands it in together with you?"), validators=[AtMost(2000)])
    on_behalf_of = PeopleField(_l("For a colleague"), most=1, validators=[AtMost(300)])
    attachments = MultipleFileField(_l("Photos and files"))
    confidential = RadioField(_l("Your name"), default="named")
    visibility = RadioField(_l("Who may read it?"), default="open")
    short_way = BooleanField(_l("Our own team can do this itself"))
    exclude_superior = BooleanField(_l("My superior shall not assess it"))
    submit_key = HiddenField(render_kw={"data-draft-keep": ""})
    call_id = HiddenField()

    def __init__(self, *args: Any, book: Directory, **kw: Any):
        super().__init__(*args, **kw)
        self.book = book
        self.area.choices = [SelectChoice(key, AREA_WORDS[key]) for key in AREAS]
        self.confidential.choices = [
            SelectChoice("named", _l("Show my name")), SelectChoice("confidential", _l("Keep my name confidential")),
        ]
        self.visibility.choices = [
            SelectChoice("open", _l("Everybody, after the first look")),
            SelectChoice("handlers", _l("Only those who handle it")),
        ]
        departments = departments_by_name(book)
        self.department_id.choices = [
            SelectChoice("", _l("I do not know")), *(SelectChoice(str(d.id), d.name) for d in departments),
        ]

    def check(self, *, handing_in: bool) -> bool:
        """Say whether the form can be used; a draft may lack everything, an idea needs one of the two answers."""
        good = self.validate()
        good = self.co_submitters.find(self.book) and good
        good = self.on_behalf_of.find(self.book) and good
        if handing_in and not (self.problem.data or self.proposal.data):
            sentence = _("Please say what you have noticed, or what you suggest. One sentence is enough.")
            self.problem.errors = [*self.problem.errors, sentence]
            good = False
        if not handing_in and not (self.problem.data or self.proposal.data or self.title.data):
            self.problem.errors = [*self.problem.errors, _("There is nothing to keep yet.")]
            good = False
        return good

    def words(self, *, language: str, call_id: int | None = None) -> Words:
        """Give what was typed, as the operations take it; a title is proposed where none was written.

        Takes   call_id: the call the idea answers, once it is known that it may
        """
        problem, proposal = self.problem.data or "", self.proposal.data or ""
        behalf = self.on_behalf_of.people
        return Words(
            title=self.title.data or propose_title(problem, proposal),
            problem=problem,
            proposal=proposal,
            benefit=self.benefit.data or "",
            area=self.area.data or "",
            department_id=int(self.department_id.data) if self.department_id.data else None,
            short_way=bool(self.short_way.data),
            handlers_only=self.visibility.data == "handlers",
            confidential=self.confidential.data == "confidential",
            exclude_superior=bool(self.exclude_superior.data),
            co_submitter_ids=[brief.id for brief in self.co_submitters.people],
            on_behalf_of_id=behalf[0].id if behalf else None,
            language=language,
            call_id=call_id,
        )

    @property
    def folded_open(self) -> bool:
        """Whether the optional part is shown open: something in it was filled in, or is wrong."""
        optional = (self.benefit, self.area, self.department_id, self.co_submitters, self.on_behalf_of, self.attachments,
                    self.short_way, self.exclude_superior)
        chosen = self.confidential.data == "confidential" or self.visibility.data == "handlers"
        return chosen or any(field.errors or field.data for field in optional)


class CommentForm(HouseForm):
    """A remark beside an idea."""

    text = LongText(_l("Your comment"), validators=[Filled(), AtMost(COMMENT_LENGTH)])
    audience = RadioField(_l("Who reads it?"), default="everyone")

    def __init__(self, *args: Any, handlers: bool = False, **kw: Any):
        super().__init__(*args, **kw)
        self.handlers = handlers
        self.audience.choices = [SelectChoice("everyone", _l("Everyone"))]
        if handlers:
            self.audience.choices.append(SelectChoice("handlers", _l("Only those who handle the idea")))


class ReasonForm(HouseForm):
    """A reason, e.g. why a comment should not stand there."""

    reason = LongText(_l("Reason"), validators=[Filled(_l("Please give a reason.")), AtMost(COMMENT_LENGTH)])


class FilesForm(HouseForm):
    """Further files for an idea."""

    attachments = MultipleFileField(_l("Photos and files"))

    def validate_attachments(self, field: Any) -> None:
        if not any(upload and upload.filename for upload in field.data or []):
            raise ValidationError(_("Please choose a file."))
