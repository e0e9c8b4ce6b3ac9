"""Departments and bodies: the pages of an administrator."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _

from . import granting, policy, structure
from .blueprint import bp
from .directory import Directory
from .forms import (
    BodyForm,
    DepartmentForm,
    DepartmentRoleForm,
    MeetingForm,
    PlainForm,
    SeatForm,
    choices_of,
    tree,
)
from .models import Body, BodyMeeting, BodyMember, Department, Person, RoleGrant
from .person_routes import offered_people, the_person
from .queries import here
from .words import ROLE_NAMES, SEAT_NAMES

SHOWN_ROLES = ("coordinator", "decision_maker", "head")


def _row(book: Directory, department: Any, depth: int) -> dict[str, Any]:
    """What the tree shows of a department; `from_above` are roles that are held further up only."""
    held = {role: [p for p in book.holders(role, department.id) if book.is_here(p)] for role in SHOWN_ROLES}
    inherited = {
        role: next((p for p in book.nearest_holders(role, department.id) if book.is_here(p)), None)
        for role in SHOWN_ROLES
        if not held[role]
    }
    missing = [
        role
        for role, person_id in inherited.items()
        if person_id is None and not (role == "decision_maker" and department.body_id)
    ]
    return {"department": department, "depth": depth, "held": held, "inherited": inherited, "missing": missing}


@bp.get("/people/departments", endpoint="departments")
@door("people.departments", allow=policy.may_see_people)
def departments() -> Any:
    book = here()
    counts: dict[int, int] = {}
    for brief in book.people.values():
        if brief.active and brief.department_id is not None:
            counts[brief.department_id] = counts.get(brief.department_id, 0) + 1
    rows = [_row(book, department, depth) for department, depth in tree(book)]
    return render_template(
        "people/departments.html", rows=rows, book=book, counts=counts, role_names=ROLE_NAMES,
        incomplete=sum(bool(row["missing"]) for row in rows if row["department"].active),
        may_manage=policy.may_manage_people(current_user),
    )  # fmt: skip


def _department_form(department: Department | None = None) -> DepartmentForm:
    form = DepartmentForm(book=here(), obj=department)
    bodies = db.session.execute(sa.select(Body.id, Body.name).order_by(Body.name)).all()
    form.body_id.choices = choices_of([("", _("a person, by role")), *((i, name) for i, name in bodies)])
    return form


@bp.route("/people/departments/new", methods=["GET", "POST"], endpoint="new_department")
@door("people.new_department", allow=policy.may_manage_people)
def new_department() -> Any:
    form = _department_form()
    if request.method == "POST" and form.validate():
        facts = form.facts()
        facts.pop("active")
        with work():
            department_id = structure.create_department(**facts, actor=current_user, now=utc_now()).id
        flash(_("Saved."), "good")
        return redirect(url_for("people.edit_department", department_id=department_id), 303)
    return render_template("people/department.html", form=form, department=None), 422 if form.errors else 200


def the_department(_me: Person, department_id: int) -> Department:
    """Load a department, or NotFound."""
    row = db.session.get(Department, department_id)
    if row is None:
        raise NotFound()
    return row


@bp.route("/people/departments/<int:department_id>", methods=["GET", "POST"], endpoint="edit_department")
@door("people.edit_department", load=the_department, allow=policy.may_manage_people)
def edit_department(department: Department) -> Any:
    form, department_id = _department_form(department), department.id
    if request.method == "POST" and form.validate():
        try:
            with work():
                structure.update_department(
                    the_department(current_user, department_id), **form.facts(), actor=current_user, now=utc_now()
                )
        except Invalid as problem:
            form.put_errors(problem)
        else:
            flash(_("Saved."), "good")
            return redirect(url_for("people.departments"), 303)
    return _department_page(the_department(current_user, department_id), form), 422 if form.errors else 200


def _department_page(
    department: Department, form: DepartmentForm | None = None, role_form: DepartmentRoleForm | None = None
) -> str:
    book = here()
    grants = db.session.scalars(
        sa.select(RoleGrant)
        .where(RoleGrant.department_id == department.id)
        .where(sa.or_(RoleGrant.until_on.is_(None), RoleGrant.until_on >= book.today))
        .order_by(RoleGrant.role, RoleGrant.id)
    ).all()
    return render_template(
        "people/department.html", form=form or _department_form(department), department=department, grants=grants,
        role_form=role_form or DepartmentRoleForm(book=book, formdata=None), book=book, role_names=ROLE_NAMES,
        offered=offered_people(), row=_row(book, book.departments[department.id], 0), plain=PlainForm(formdata=None),
    )  # fmt: skip


@bp.post("/people/departments/<int:department_id>/roles", endpoint="grant_in_department")
@door("people.grant_in_department", load=the_department, allow=policy.may_manage_people)
def grant_in_department(department: Department) -> Any:
    form, department_id = DepartmentRoleForm(book=here()), department.id
    if not form.validate():
        plain = _department_form(department)
        return _department_page(department, plain, form), 422
    with work():
        granting.grant_role(
            the_person(current_user, form.person.person_id or 0), form.role.data, department_id=department_id,
            actor=current_user, now=utc_now(),
        )  # fmt: skip
    flash(_("The role is given."), "good")
    return redirect(url_for("people.edit_department", department_id=department_id), 303)


@bp.get("/people/bodies", endpoint="bodies")
@door("people.bodies", allow=policy.may_see_people)
def bodies() -> Any:
    book = here()
    rows = db.session.scalars(sa.select(Body).order_by(Body.name, Body.id)).all()
    return render_template(
        "people/bodies.html", bodies=rows, book=book, today=book.today,
        may_manage=policy.may_manage_people(current_user),
    )  # fmt: skip


@bp.route("/people/bodies/new", methods=["GET", "POST"], endpoint="new_body")
@door("people.new_body", allow=policy.may_manage_people)
def new_body() -> Any:
    form = BodyForm()
    if request.method == "POST" and form.validate():
        with work():
            body_id = structure.create_body(**form.facts(), actor=current_user, now=utc_now()).id
        flash(_("Saved. Now choose who sits in it and when it meets."), "good")
        return redirect(url_for("people.edit_body", body_id=body_id), 303)
    return render_template("people/body.html", form=form, body=None), 422 if form.errors else 200


def the_body(_me: Person, body_id: int) -> Body:
    """Load a body, or NotFound."""
    row = db.session.get(Body, body_id)
    if row is None:
        raise NotFound()
    return row


def _body_page(body: Body, **forms: Any) -> str:
    book = here()
    run = db.session.scalars
    seats = sa.case((BodyMember.seat == "chair", 0), else_=1)
    return render_template(
        "people/body.html",
        body=body,
        book=book,
        form=forms.get("form") or BodyForm(obj=body, formdata=None),
        seat_form=forms.get("seat_form") or SeatForm(book=book, formdata=None),
        meeting_form=forms.get("meeting_form") or MeetingForm(formdata=None),
        members=run(sa.select(BodyMember).where(BodyMember.body_id == body.id).order_by(seats, BodyMember.id)).all(),
        meetings=run(
            sa.select(BodyMeeting)
            .where(BodyMeeting.body_id == body.id, BodyMeeting.on >= book.today)
            .order_by(BodyMeeting.on)
        ).all(),
        seat_names=SEAT_NAMES,
        offered=offered_people(),
        plain=PlainForm(formdata=None),
    )


@bp.route("/people/bodies/<int:body_id>", methods=["GET", "POST"], endpoint="edit_body")
@door("people.edit_body", load=the_body, allow=policy.may_manage_people)
def edit_body(body: Body) -> Any:
    form, body_id = BodyForm(obj=body), body.id
    if request.method == "POST" and form.validate():
        with work():
            structure.update_body(the_body(current_user, body_id), **form.facts(), actor=current_user, now=utc_now())
        flash(_("Saved."), "good")
        return redirect(url_for("people.bodies"), 303)
    return _body_page(body, form=form), 422 if form.errors else 200


@bp.post("/people/bodies/<int:body_id>/members", endpoint="seat_member")
@door("people.seat_member", load=the_body, allow=policy.may_manage_people)
def seat_member(body: Body) -> Any:
    form, body_id = SeatForm(book=here()), body.id
    if not form.validate():
        return _body_page(body, seat_form=form), 422
    with work():
        person = the_person(current_user, form.person.person_id or 0)
        structure.seat_member(
            the_body(current_user, body_id), person, form.seat.data, actor=current_user, now=utc_now()
        )
    flash(_("Saved."), "good")
    return redirect(url_for("people.edit_body", body_id=body_id), 303)


def the_member(_me: Person, member_id: int) -> BodyMember:
    """Load a seat of a body, or NotFound."""
    row = db.session.get(BodyMember, member_id)
    if row is None:
        raise NotFound()
    return row


@bp.post("/people/members/<int:member_id>/remove", endpoint="unseat_member")
@door("people.unseat_member", load=the_member, allow=policy.may_manage_people)
def unseat_member(row: BodyMember) -> Any:
    member_id, body_id = row.id, row.body_id
    with work():
        structure.unseat_member(the_member(current_user, member_id), actor=current_user, now=utc_now())
    flash(_("Removed."), "good")
    return redirect(url_for("people.edit_body", body_id=body_id), 303)


@bp.post("/people/bodies/<int:body_id>/meetings", endpoint="add_meeting")
@door("people.add_meeting", load=the_body, allow=policy.may_manage_people)
def add_meeting(body: Body) -> Any:
    form, body_id = MeetingForm(), body.id
    if not form.validate():
        return _body_page(body, meeting_form=form), 422
    with work():
        structure.add_meeting(the_body(current_user, body_id), form.on.data, actor=current_user, now=utc_now())
    flash(_("Saved."), "good")
    return redirect(url_for("people.edit_body", body_id=body_id), 303)


def the_meeting(_me: Person, meeting_id: int) -> BodyMeeting:
    """Load a meeting of a body, or NotFound."""
    row = db.session.get(BodyMeeting, meeting_id)
    if row is None:
        raise NotFound()
    return row


@bp.post("/people/meetings/<int:meeting_id>/remove", endpoint="remove_meeting")
@door("people.remove_meeting", load=the_meeting, allow=policy.may_manage_people)
def remove_meeting(row: BodyMeeting) -> Any:
    meeting_id, body_id = row.id, row.body_id
    with work():
        structure.remove_meeting(the_meeting(current_user, meeting_id), actor=current_user, now=utc_now())
    flash(_("Removed."), "good")
    return redirect(url_for("people.edit_body", body_id=body_id), 303)
