"""The list of people, one person, and what an administrator may change about them."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.steps.queries import count_owned

from . import granting, operations, policy
from . import sign_in as signing
from .blueprint import bp
from .forms import (
    DaysForm,
    DeputyForm,
    GrantForm,
    LeaveForm,
    MoveForm,
    NewPersonForm,
    PersonForm,
    PlainForm,
    SetPasswordForm,
    apart,
    call_name,
    choices_of,
    department_choices,
)
from .hour_forms import hours_form
from .hour_words import hours_in_words
from .models import ROLES, Absence, Deputy, Membership, Person, RoleGrant, Site
from .queries import STATES, here, list_people, person_by_id, today_for
from .words import GROUP_NAMES, ROLE_NAMES


def the_person(_me: Person, person_id: int) -> Person:
    """Give the person for a door; a wrong number leads nowhere."""
    person = person_by_id(person_id)
    if person is None:
        raise NotFound()
    return person


def offered_people() -> list[str]:
    """Give the names a person field offers; in a large house typing the e-mail address is quicker."""
    active = [brief for brief in here().people.values() if brief.active]
    if len(active) > 500:
        return []
    return sorted(call_name(brief) for brief in active)


@bp.get("/people", endpoint="list")
@door("people.list", allow=policy.may_see_people)
def list_() -> Any:
    book = here()
    text = request.args.get("q", "")[:100]
    role = request.args.get("role", "")
    state = request.args.get("state", "active")
    department_id = request.args.get("department", type=int)
    filters: dict[str, Any] = {
        "text": text,
        "role": role if role in ROLES else "",
        "state": state if state in STATES else "active",
        "department_id": department_id if department_id in book.departments else None,
    }
    page = list_people(**filters, key=request.args.get("page"), book=book)
    kept = {
        "q": text or None, "role": filters["role"] or None, "department": filters["department_id"],
        "state": state if filters["state"] != "active" else None,
    }  # fmt: skip
    if page.next_key:
        page.next_url = url_for("people.list", **kept, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("people.list", **kept, page=page.prev_key)
    return render_template(
        "people/list.html",
        page=page,
        book=book,
        filters=filters,
        filtered=bool(text or filters["role"] or filters["department_id"]),
        departments=department_choices(book, _("All departments")),
        role_names=ROLE_NAMES,
        may_manage=policy.may_manage_people(current_user),
    )


def person_page(person: Person, open_fold: str = "", **forms: Any) -> str:
    """Give the page of a person; `forms` are those that have to be shown again, by name."""
    book = here()
    run = db.session.scalars
    fresh = {
        "grant": lambda: GrantForm(book=book, formdata=None),
        "move": lambda: MoveForm(book=book, formdata=None),
        "days": lambda: DaysForm(formdata=None),
        "deputy": lambda: DeputyForm(book=book, formdata=None),
        "leave": lambda: LeaveForm(formdata=None),
        "hours": lambda: hours_form(person),
        "password": lambda: SetPasswordForm(formdata=None),
    }
    return render_template(
        "people/show.html",
        person=person,
        brief=book.person(person.id),
        book=book,
        today=book.today,
        place=db.session.get(Site, person.site_id),
        superior=book.person(person.superior_id),
        memberships=run(
            sa.select(Membership).where(Membership.person_id == person.id).order_by(Membership.from_on.desc())
        ).all(),
        grants=run(sa.select(RoleGrant).where(RoleGrant.person_id == person.id).order_by(RoleGrant.id)).all(),
        absences=run(
            sa.select(Absence)
            .where(Absence.person_id == person.id, Absence.until_on >= book.today)
            .order_by(Absence.from_on)
        ).all(),
        deputies=run(sa.select(Deputy).where(Deputy.person_id == person.id).order_by(Deputy.position, Deputy.id)).all(),
        role_names=ROLE_NAMES,
        group_names=GROUP_NAMES,
        may_manage=policy.may_manage_people(current_user),
        forms={name: apart(forms.get(name) or make(), name) for name, make in fresh.items()},
        open_fold=open_fold,
        open_steps=count_owned(person.id),
        hours=hours_in_words(book, person.id),
        plain=PlainForm(formdata=None),
        offered=offered_people(),
    )


@bp.get("/people/<int:person_id>", endpoint="show")
@door("people.show", load=the_person, allow=policy.may_see_people)
def show(person: Person) -> Any:
    return person_page(person)


def _choose_site(form: PersonForm) -> None:
    sites = db.session.execute(sa.select(Site.id, Site.name).order_by(Site.id)).all()
    form.site_id.choices = choices_of((site_id, name) for site_id, name in sites)


def _person_facts(form: PersonForm) -> dict[str, Any]:
    facts = {name: value for name, value in form.facts().items() if name not in ("superior", "department_id")}
    return facts | {"superior_id": form.superior.person_id}


@bp.route("/people/new", methods=["GET", "POST"], endpoint="new")
@door("people.new", allow=policy.may_manage_people)
def new() -> Any:
    form = NewPersonForm(book=here(), data={"has_desk": True, "entitled": True, "employment_group": "office"})
    _choose_site(form)
    if request.method == "POST" and form.validate():
        try:
            with work():
                person = operations.create_person(
                    **_person_facts(form), department_id=form.department_id.data,
                    since=form.entered_on.data or today_for(), actor=current_user, now=utc_now(),
                )  # fmt: skip
                person_id = person.id
        except Invalid as problem:
            form.put_errors(problem)
        else:
            flash(_("Saved. You can now give roles and a password."), "good")
            return redirect(url_for("people.show", person_id=person_id), 303)
    page = render_template("people/edit.html", form=form, person=None, offered=offered_people())
    return page, 422 if form.errors else 200


@bp.route("/people/<int:person_id>/edit", methods=["GET", "POST"], endpoint="edit")
@door("people.edit", load=the_person, allow=policy.may_manage_people)
def edit(person: Person) -> Any:
    book, person_id = here(), person.id
    superior = book.person(person.superior_id)
    form = PersonForm(book=book, obj=person, data={"superior": call_name(superior) if superior else ""})
    _choose_site(form)
    if request.method == "POST":
        unchanged = superior is not None and form.superior.data == call_name(superior)
        if unchanged and superior is not None and not superior.active:  # somebody who left may stay where they are
            form.superior.book = None
            form.superior.data = ""
        if form.validate():
            facts = _person_facts(form)
            if unchanged and superior is not None:
                facts["superior_id"] = superior.id
            try:
                with work():
                    operations.update_person(
                        the_person(current_user, person_id), actor=current_user, now=utc_now(), **facts
                    )
            except Invalid as problem:
                form.put_errors(problem)
            else:
                flash(_("Saved."), "good")
                return redirect(url_for("people.show", person_id=person_id), 303)
    page = render_template(
        "people/edit.html", form=form, person=the_person(current_user, person_id), offered=offered_people()
    )
    return page, 422 if form.errors else 200


def _back(person_id: int, text: str, anchor: str = "") -> Any:
    flash(text, "good")
    return redirect(url_for("people.show", person_id=person_id) + anchor, 303)


@bp.post("/people/<int:person_id>/roles", endpoint="grant")
@door("people.grant", load=the_person, allow=policy.may_manage_people)
def grant(person: Person) -> Any:
    form, person_id = GrantForm(book=here()), person.id
    if not form.validate():
        return person_page(person, "grant", grant=form), 422
    facts = form.facts()
    with work():
        granting.grant_role(
            the_person(current_user, person_id), facts.pop("role"), **facts, actor=current_user, now=utc_now()
        )
    return _back(person_id, _("The role is given."), "#roles")


def the_grant(_me: Person, grant_id: int) -> RoleGrant:
    """Load a role grant, or NotFound."""
    row = db.session.get(RoleGrant, grant_id)
    if row is None:
        raise NotFound()
    return row


@bp.post("/people/roles/<int:grant_id>/end", endpoint="end_role")
@door("people.end_role", load=the_grant, allow=policy.may_manage_people)
def end_role(row: RoleGrant) -> Any:
    grant_id, person_id = row.id, row.person_id
    with work():
        granting.end_role(
            the_grant(current_user, grant_id),
            last_day=today_for() - timedelta(days=1),
            actor=current_user,
            now=utc_now(),
        )
    return _back(person_id, _("The role has ended."), "#roles")


@bp.post("/people/<int:person_id>/department", endpoint="move")
@door("people.move", load=the_person, allow=policy.may_manage_people)
def move(person: Person) -> Any:
    form, person_id = MoveForm(book=here()), person.id
    if not form.validate():
        return person_page(person, "move", move=form), 422
    with work():
        operations.move_to_department(
            the_person(current_user, person_id),
            form.department_id.data,
            on=form.on.data,
            actor=current_user,
            now=utc_now(),
        )
    return _back(person_id, _("Saved."), "#departments")


@bp.post("/people/<int:person_id>/absences", endpoint="add_absence")
@door("people.add_absence", load=the_person, allow=policy.may_manage_people)
def add_absence(person: Person) -> Any:
    form, person_id = DaysForm(), person.id
    if not form.validate():
        return person_page(person, "days", days=form), 422
    with work():
        granting.add_absence(
            the_person(current_user, person_id),
            form.from_on.data,
            form.until_on.data,
            actor=current_user,
            now=utc_now(),
        )
    return _back(person_id, _("Saved."), "#absences")


def the_absence(_me: Person, absence_id: int) -> Absence:
    """Load an absence, or NotFound."""
    row = db.session.get(Absence, absence_id)
    if row is None:
        raise NotFound()
    return row


@bp.post("/people/absences/<int:absence_id>/remove", endpoint="remove_absence")
@door("people.remove_absence", load=the_absence, allow=policy.may_manage_people)
def remove_absence(row: Absence) -> Any:
    absence_id, person_id = row.id, row.person_id
    with work():
        granting.remove_absence(the_absence(current_user, absence_id), actor=current_user, now=utc_now())
    return _back(person_id, _("Removed."), "#absences")


@bp.post("/people/<int:person_id>/deputies", endpoint="add_deputy")
@door("people.add_deputy", load=the_person, allow=policy.may_manage_people)
def add_deputy(person: Person) -> Any:
    form, person_id = DeputyForm(book=here()), person.id
    if form.validate():
        try:
            with work():
                deputy = the_person(current_user, form.deputy.person_id or 0)
                granting.add_deputy(the_person(current_user, person_id), deputy, actor=current_user, now=utc_now())
        except Invalid as problem:
            form.put_errors(problem)
        else:
            return _back(person_id, _("Saved."), "#deputies")
    return person_page(the_person(current_user, person_id), "deputy", deputy=form), 422


def the_deputy(_me: Person, deputy_id: int) -> Deputy:
    """Load a deputyship, or NotFound."""
    row = db.session.get(Deputy, deputy_id)
    if row is None:
        raise NotFound()
    return row


@bp.post("/people/deputies/<int:deputy_id>/remove", endpoint="remove_deputy")
@door("people.remove_deputy", load=the_deputy, allow=policy.may_manage_people)
def remove_deputy(row: Deputy) -> Any:
    deputy_id, person_id = row.id, row.person_id
    with work():
        granting.remove_deputy(the_deputy(current_user, deputy_id), actor=current_user, now=utc_now())
    return _back(person_id, _("Removed."), "#deputies")


@bp.post("/people/<int:person_id>/return", endpoint="come_back")
@door("people.come_back", load=the_person, allow=policy.may_manage_people)
def come_back(person: Person) -> Any:
    person_id = person.id
    with work():
        operations.let_return(the_person(current_user, person_id), on=today_for(), actor=current_user, now=utc_now())
    return _back(person_id, _("Back again. Please give the department and the roles anew."))


@bp.post("/people/<int:person_id>/password", endpoint="set_password")
@door("people.set_password", load=the_person, allow=policy.may_manage_people)
def set_password(person: Person) -> Any:
    form, person_id = SetPasswordForm(), person.id
    if form.validate():
        objection = signing.password_is_acceptable(form.new_password.data, person)
        if not objection:
            password_hash = signing.hash_password(form.new_password.data)
            with work():
                operations.set_password(
                    the_person(current_user, person_id), password_hash, actor=current_user, now=utc_now()
                )
            return _back(person_id, _("The password is set, and all devices of this person are signed out."))
        form.new_password.errors = [objection]
    return person_page(person, "password", password=form), 422
