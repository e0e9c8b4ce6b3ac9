"""Reading calls: the list of open, coming and past ones, and the page of one."""

from typing import Any

import sqlalchemy as sa
from flask import render_template, url_for
from flask_login import current_user

from suggestbox.core.database import db
from suggestbox.core.errors import NotFound
from suggestbox.core.forms import SeenForm
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.core.modules import is_on
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas.models import Idea
from suggestbox.ideas.policy import handed_in_and_visible_to, reads_outcome
from suggestbox.ideas.queries import Filters, Row, list_ideas
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.workflow.journey import line_of
from suggestbox.workflow.letter_parts import with_department
from suggestbox.workflow.words import outcome_word

from . import policy, queries
from .blueprint import bp
from .forms import EndForm, ProlongForm, ResultsForm
from .models import Call

SHOWN_IDEAS = 10


def the_call(me: Person, call_id: int) -> Call:
    """Give a call for a door.

    Raises  NotFound when there is none, or it is not published and not for this person
    """
    call = db.session.get(Call, call_id)
    if call is None or not policy.may_read(me, call):
        raise NotFound()
    return call


def may_manage(me: Person, call: Call) -> bool:
    """Say whether the person looks after the call."""
    return policy.may_manage(me, call)


@bp.route("/calls", endpoint="list")
@door("calls.list")
def list_calls() -> str:
    """Every call: open ones, coming ones, past ones; drafts for those who look after them."""
    me, book = current_user, here()
    found = queries.all_calls(book.today)
    found["draft"] = [call for call in found["draft"] if policy.may_manage(me, call)]
    shown = [call for calls in found.values() for call in calls]
    asked = queries.departments_of([call.id for call in shown])
    took_part = queries.participation([call.id for call in shown], book)
    rows = {
        state: [_row(call, asked.get(call.id, []), took_part[call.id], book) for call in calls]
        for state, calls in found.items()
    }
    return render_template("calls/list.html", rows=rows, may_draft=policy.may_draft(me, book=book))


def _row(call: Call, asked: list[int], part: queries.Participation, book: Directory) -> dict[str, Any]:
    return {"call": call, "asked": audience_words(asked, book), "part": part,
            "for_me": queries.is_asked(current_user.id, asked, book), "left": days_left(call, book),
            "sponsor": with_department(book.person(call.sponsor_id), book)}


def audience_words(department_ids: list[int], book: Directory) -> str:
    """Say who is asked: everybody, or which departments."""
    names = [d.name for d in (book.department(i) for i in department_ids) if d]
    return ", ".join(sorted(names)) if department_ids else _("everybody")


def days_left(call: Call, book: Directory) -> str:
    """Say how long a call still runs, or nothing."""
    if queries.state_of(call, book.today) != "open":
        return ""
    days = (call.ends_on - book.today).days
    return ngettext("%(num)d day left", "%(num)d days left", days) if days else _("last day today")


@bp.route("/calls/<int:call_id>", endpoint="show")
@door("calls.see", load=the_call)
def show(call: Call) -> str:
    """One call: the question, who asks it, how many took part, the ideas so far, and what came of it."""
    return call_page(call)


def call_page(call: Call, problem: str = "", **forms: SeenForm) -> str:
    """Give the page of a call; `forms` are those that have to be shown again, by name."""
    me, book = current_user, here()
    state = queries.state_of(call, book.today)
    asked = queries.departments_of([call.id]).get(call.id, [])
    manages = policy.may_manage(me, call)
    fresh: dict[str, Any] = {"ending": (EndForm, "end-"), "prolonging": (ProlongForm, "prolong-"),
                             "telling": (ResultsForm, "results-")}
    for name, (form, prefix) in fresh.items():
        if name not in forms:
            forms[name] = form(formdata=None, prefix=prefix)
            if name == "telling":
                forms[name]["words"].data = call.results
        forms[name].version.data = str(call.version)
    forms.pop("plain", None)
    theme = landscape().theme(call.theme_id) if call.theme_id and is_on("feedback") else None
    ideas = _ideas(call, me, book) if state != "draft" else []
    return render_template(
        "calls/show.html", call=call, state=state, problem=problem, manages=manages, today=book.today,
        sponsor=book.person(call.sponsor_id), sponsor_words=with_department(book.person(call.sponsor_id), book),
        audience=audience_words(asked, book), everybody=not asked, for_me=queries.is_asked(me.id, asked, book),
        may_answer=policy.may_answer(me, call), part=queries.participation([call.id], book)[call.id],
        from_people=queries.SHOWN_FROM_PEOPLE, left=days_left(call, book), about=theme if theme and not theme.gone else None,
        ideas=ideas[:SHOWN_IDEAS], more=len(ideas) > SHOWN_IDEAS, line_of=line_of, outcome_word=outcome_word,
        adopted=_adopted(call, me, book) if state == "ended" else [],
        all_url=url_for("ideas.list", call=call.id),
        asks=len(queries.audience(asked, book)) if state == "draft" else 0, **forms,
    )


def _ideas(call: Call, me: Any, book: Directory) -> list[Row]:
    """The ideas handed in to the call that the reader may see, the newest first; one more than is shown."""
    page = list_ideas(Filters(call_id=call.id), me.id, book, size=SHOWN_IDEAS + 1)
    return list(page.rows)


def _adopted(call: Call, me: Any, book: Directory) -> list[Any]:
    """The ideas the answer to which was yes, as far as the reader may know."""
    query = sa.select(Idea.number, Idea.title, Idea.outcome).where(
        Idea.call_id == call.id, queries.ADOPTED, handed_in_and_visible_to(me.id, book), reads_outcome(me.id, book)
    )
    return list(db.session.execute(query.order_by(Idea.closed_at.desc(), Idea.id.desc()).limit(50)))
