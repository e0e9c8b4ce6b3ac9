"""My next steps: everything a person has to do, or does for somebody who is away."""

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.database import db
from suggestbox.core.guard import door
from suggestbox.core.language import due_words
from suggestbox.people.book import Brief, Directory
from suggestbox.people.models import Person
from suggestbox.people.policy import may_hand_over
from suggestbox.people.queries import here, today_for
from suggestbox.workflow.addresses import url_for_step
from suggestbox.workflow.agenda import Item, my_steps
from suggestbox.workflow.bench import due_state

from .models import Step
from .words import step_title

bp = Blueprint("steps", __name__)


@bp.route("/steps", endpoint="mine")
@door("steps.mine")
def mine() -> str:
    """Everything that is mine to do, the most urgent first, each one click away from where it is done."""
    book, today = here(), today_for()
    page = my_steps(current_user.id, book, today=today, key=request.args.get("after"))
    if page.next_key:
        page.next_url = url_for("steps.mine", after=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("steps.mine", after=page.prev_key)
    rows = [_row(item, book, today) for item in page.rows]
    groups = [
        (state, [row for row in rows if row["state"] == state]) for state in ("late", "soon", None)
        if any(row["state"] == state for row in rows)
    ]
    return render_template("steps/mine.html", groups=groups, page=page, count=len(rows), leaving=_leaving(book))


def _leaving(book: Directory) -> list[tuple[Brief, int]]:
    """Give who leaves, or left, of those one coordinates, with how many open steps they still have. One statement."""
    if not book.has_role(current_user.id, "coordinator", any_=True):
        return []
    query = (
        sa.select(Step.owner_id, sa.func.count()).join(Person, Person.id == Step.owner_id)
        .where(Step.done_at.is_(None), Person.left_on.is_not(None)).group_by(Step.owner_id).order_by(Step.owner_id)
    )
    found = [(book.person(owner_id), count) for owner_id, count in db.session.execute(query)]
    return [(brief, count) for brief, count in found
            if brief and brief.id != current_user.id and may_hand_over(current_user, brief)]


def _row(item: Item, book, today) -> dict[str, object]:
    step, idea = item.step, item.idea
    stood_in = book.person(item.for_id)
    department = book.department(idea.department_id)
    return {
        "what": step_title(step.kind), "url": url_for_step(step, idea), "title": idea.title, "number": idea.number,
        "idea_url": url_for("ideas.show", number=idea.number), "due": due_words(step.due_on, today=today),
        "due_on": step.due_on, "state": due_state(step.due_on, today),
        "department": department.name if department else "", "for_name": stood_in.polite if stood_in else "",
        "moved": step.due_reason,
    }
