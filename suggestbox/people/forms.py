"""Forms of the people room: their fields and their shape; whether something may be is asked by the operations."""

from collections.abc import Iterable
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from suggestbox.core.forms import AtMost, Filled, HouseForm, one_line
from suggestbox.core.language import LANGUAGES
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .directory import Brief, Directory
from .models import EMPLOYMENT_GROUPS, ROLES
from .queries import folded
from .words import GROUP_NAMES, ROLE_NAMES, SEAT_NAMES


def _maybe_id(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def choices_of(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Give select choices from (value, words) pairs."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def _line(label: Any, most: int, *more: Any, **kw: Any) -> StringField:
    return StringField(label, filters=[one_line], validators=[*more, AtMost(most)], **kw)


class PersonField(StringField):
    """Names somebody by e-mail address, personnel number or full name; `.person_id` is who is meant, or None.

    Works without a script: the browser offers names from a datalist.
    """

    person_id: int | None = None
    book: Directory | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = (one_line(valuelist[0]) or "") if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        self.person_id = None
        if not self.data:
            return
        found = named_people(self.data, self.book) if self.book else []
        if not found:
            raise ValidationError(_("Nobody was found under this name, e-mail address or personnel number."))
        if len(found) > 1:
            raise ValidationError(_("Several people are called this. Please use the e-mail address."))
        self.person_id = found[0].id


def call_name(brief: Brief) -> str:
    """Give what a PersonField shows for somebody: the name and what tells them from others of that name."""
    handle = brief.email or brief.personnel_no
    return f"{brief.name} ({handle})" if handle else brief.name


def named_people(text: str, book: Directory) -> list[Brief]:
    """Give the active people whom the text names exactly: "Name (e-mail)", e-mail, personnel number or name."""
    handle = text.rpartition("(")[2].rstrip(") ") if text.endswith(")") else text
    people = [brief for brief in book.people.values() if brief.active]
    exact = [
        brief
        for brief in people
        if (brief.email and brief.email.casefold() == handle.casefold()) or brief.personnel_no == handle
    ]
    return exact or [brief for brief in people if folded(brief.name) == folded(text)]


class WithPeople(HouseForm):
    """A form whose person fields look into the directory."""

    SHOWN_AT = {"superior_id": "superior", "owner_id": "owner"}

    def __init__(self, *args: Any, book: Directory, **kw: Any):
        super().__init__(*args, **kw)
        self.book = book
        for field in self:
            if isinstance(field, PersonField):
                field.book = book
            elif isinstance(field, SelectField) and field.short_name in ("department_id", "parent_id"):
                field.choices = department_choices(book, field.description or _("none"))
                field.description = ""


def department_choices(book: Directory, none: str) -> list[SelectChoice]:
    """Give the active departments as a list, indented as a tree; the first choice means none."""
    return choices_of([("", none), *((d.id, "\u2003" * depth + d.name) for d, depth in tree(book) if d.active)])


def tree(book: Directory) -> Iterable[tuple[Any, int]]:
    """Give the departments with their depth, each below its parent, sorted by name."""
    below: dict[int | None, list[Any]] = {}
    for department in book.departments.values():
        known = department.parent_id if department.parent_id in book.departments else None
        below.setdefault(known, []).append(department)

    def walk(parent_id: int | None, depth: int) -> Iterable[tuple[Any, int]]:
        for department in sorted(below.get(parent_id, []), key=lambda d: (folded(d.name), d.id)):
            yield department, depth
            yield from walk(department.id, depth + 1)

    yield from walk(None, 0)


def apart(form: HouseForm, prefix: str) -> Any:
    """Give the form with ids of its own, so that several forms fit on one page; the names stay."""
    for field in form:
        field.id = field.label.field_id = f"{prefix}-{field.name}"
    return form


class SignInForm(HouseForm):
    email = _line(_l("E-mail address or personnel number"), 254, Filled(_l("Please say who you are.")))
    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Please enter your password."))])
    next = HiddenField()
    kept = HiddenField()
    kept_path = HiddenField()


def _digits(label: Any) -> PasswordField:
    # "password" in the name keeps it out of everything that keeps typed text
    return PasswordField(label, validators=[InputRequired(_l("Please enter the PIN."))],
                         render_kw={"inputmode": "numeric", "pattern": "[0-9]*", "maxlength": 6})


class PinForm(HouseForm):
    personnel_no = _line(_l("Personnel number"), 40, Filled(_l("Please enter your personnel number.")))
    pin_password = _digits(_l("PIN"))
    next = HiddenField()
    kept = HiddenField()
    kept_path = HiddenField()


class ChoosePinForm(HouseForm):
    old_pin_password = _digits(_l("Your PIN until now"))
    new_pin_password = _digits(_l("Your new PIN"))
    again_pin_password = _digits(_l("The new PIN once more"))
    next = HiddenField()
    kept = HiddenField()
    kept_path = HiddenField()

    def validate_again_pin_password(self, field: Any) -> None:
        if field.data != self.new_pin_password.data:
            raise ValidationError(_("The two are not the same."))


class ChangePasswordForm(HouseForm):
    old_password = PasswordField(
        _l("Your password until now"), validators=[InputRequired(_l("Please enter your password."))]
    )
    new_password = PasswordField(
        _l("New password"),
        validators=[InputRequired(_l("Please enter a new password."))],
        description=_l("At least 10 characters. Several words in a row are easy to remember and hard to guess."),
    )
    again = PasswordField(
        _l("New password, once more"), validators=[InputRequired(_l("Please enter the new password once more."))]
    )

    def validate_again(self, field: Any) -> None:
        if field.data != self.new_password.data:
            raise ValidationError(_("The two entries are not the same."))


class SetPasswordForm(HouseForm):
    new_password = PasswordField(_l("New password"), validators=[InputRequired(_l("Please enter a new password."))])


class PreferencesForm(HouseForm):
    language = SelectField(_l("Language"), choices=choices_of([("", _l("As the browser says")), *LANGUAGES]))
    theme = SelectField(
        _l("Appearance"),
        choices=choices_of([("auto", _l("Like the device")), ("light", _l("Light")), ("dark", _l("Dark"))]),
    )
    shortcut_keys = BooleanField(
        _l("Keyboard shortcuts"),
        description=_l("Single keys such as J and K go through a list. Leave it off if you use speech input."),
    )
    mail_news = BooleanField(
        _l("News by e-mail too"),
        description=_l(
            "Comments and news about ideas. What you have to do, questions, decisions and appointments always come."
        ),
    )


class DaysForm(HouseForm):
    from_on = DateField(_l("First day"), validators=[InputRequired(_l("Please choose the first day."))])
    until_on = DateField(_l("Last day"), validators=[InputRequired(_l("Please choose the last day."))])

    def validate_until_on(self, field: Any) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day lies before the first day."))


class PersonForm(WithPeople):
    given_name = _line(_l("First name"), 80)
    family_name = _line(_l("Family name"), 80, Filled(_l("The name is missing.")))
    salutation = SelectField(
        _l("Form of address"),
        choices=choices_of([("", _l("No form of address")), ("Frau", "Frau"), ("Herr", "Herr")]),
        description=_l("Used in German texts: \u201cFrau Yildiz schaut sich das an\u201d."),
    )
    email = _line(_l("E-mail address"), 254, description=_l("Somebody without one needs a personnel number."))
    personnel_no = _line(_l("Personnel number"), 40)
    site_id = SelectField(_l("Site"), coerce=int)
    superior = PersonField(_l("Superior"), description=_l("E-mail address, personnel number or full name."))
    employment_group = SelectField(_l("Group"), choices=choices_of((g, GROUP_NAMES[g]) for g in EMPLOYMENT_GROUPS))
    topics = _line(_l("Topics as an expert"), 2000, description=_l("Separated by commas."))
    entered_on = DateField(_l("First working day"), validators=[Optional()])
    has_desk = BooleanField(_l("Works at a screen"))
    entitled = BooleanField(_l("May hand in ideas"))
    language = SelectField(_l("Language"), choices=choices_of([("", _l("As the browser says")), *LANGUAGES]))
    open_reviews_at_most = IntegerField(
        _l("Open reviews at most"),
        validators=[Optional(), NumberRange(0, 500)],
        description=_l("Empty: the rule of the house."),
    )


class NewPersonForm(PersonForm):
    department_id = SelectField(_l("Department"), coerce=_maybe_id, description=_l("No department"))


class GrantForm(WithPeople):
    role = SelectField(_l("Role"), choices=choices_of((r, ROLE_NAMES[r]) for r in ROLES))
    department_id = SelectField(_l("Applies to"), coerce=_maybe_id, description=_l("the whole organisation"))
    from_on = DateField(_l("From"), validators=[Optional()])
    until_on = DateField(_l("Until"), validators=[Optional()])

    def validate_until_on(self, field: Any) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(_("The last day lies before the first day."))


class MoveForm(WithPeople):
    department_id = SelectField(_l("New department"), coerce=_maybe_id, description=_l("Please choose"))
    on = DateField(_l("From"), validators=[InputRequired(_l("Please choose the first day."))])

    def validate_department_id(self, field: Any) -> None:
        if field.data is None:
            raise ValidationError(_("Please choose a department."))


class DeputyForm(WithPeople):
    deputy = PersonField(
        _l("Who stands in?"),
        validators=[Filled(_l("Please name somebody."))],
        description=_l("E-mail address, personnel number or full name."),
    )


class LeaveForm(HouseForm):
    on = DateField(_l("Last day"), validators=[InputRequired(_l("Please choose the last day."))])


class DepartmentForm(WithPeople):
    name = _line(_l("Name in German"), 120, Filled(_l("The name is missing.")))
    name_en = _line(_l("Name in English"), 120, description=_l("Empty: the same in both languages."))
    parent_id = SelectField(_l("Belongs to"), coerce=_maybe_id, description=_l("nothing above it"))
    body_id = SelectField(_l("Body that decides"), coerce=_maybe_id)
    active = BooleanField(_l("Can be chosen for new ideas"), default=True)


class DepartmentRoleForm(WithPeople):
    role = SelectField(
        _l("Role"),
        choices=choices_of(
            (r, ROLE_NAMES[r]) for r in ("coordinator", "decision_maker", "head", "team_lead", "expert")
        ),
    )
    person = PersonField(
        _l("Who?"),
        validators=[Filled(_l("Please name somebody."))],
        description=_l("E-mail address, personnel number or full name."),
    )


class BodyForm(HouseForm):
    name = _line(_l("Name in German"), 120, Filled(_l("The name is missing.")))
    name_en = _line(_l("Name in English"), 120, description=_l("Empty: the same in both languages."))


class SeatForm(WithPeople):
    person = PersonField(
        _l("Who?"),
        validators=[Filled(_l("Please name somebody."))],
        description=_l("E-mail address, personnel number or full name."),
    )
    seat = SelectField(_l("Seat"), choices=choices_of(SEAT_NAMES.items()))


class MeetingForm(HouseForm):
    on = DateField(_l("The body meets on"), validators=[InputRequired(_l("Please choose a day."))])


class PlainForm(HouseForm):
    """Only the CSRF token: for buttons that need nothing else."""
