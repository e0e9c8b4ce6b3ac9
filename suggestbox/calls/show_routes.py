"""Reading calls: the list of open, coming and past ones, and the page of one."""

from typing import Any

from flask import current_app, render_template, url_for
from flask_login import current_user

from suggestbox.core.database import db
from suggestbox.core.errors import NotFound
from suggestbox.core.forms import SeenForm
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.language import ngettext
from suggestbox.core.modules import is_on
from suggestbox.feedback.landscape import landscape
from suggestbox.ideas.queries import Filters, list_ideas
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.workflow.fields import as_typed
from suggestbox.workflow.journey import line_of
from suggestbox.workflow.letter_parts import with_department
from suggestbox.workflow.words import outcome_word

from . import dates, fates, policy, queries, told
from .blueprint import bp
from .forms import EndForm, ProlongForm, ResultsForm
from .models import Call
from .participation import STEP, Participation, participation
from .reviewing import gone_reviewers, reviewers_of

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
    ids = [call.id for calls in found.values() for call in calls]
    asked = queries.departments_of(ids)
    took_part = participation({call_id: asked.get(call_id, []) for call_id in ids}, book)
    to_read = fates.ideas_to_read(ids, me.id, book)
    rows = {
        state: [_row(call, asked.get(call.id, []), took_part[call.id], to_read.get(call.id, 0), book) for call in calls]
        for state, calls in found.items()
    }
    return render_template("calls/list.html", rows=rows, may_draft=policy.may_draft(me, book=book))


def _row(call: Call, asked: list[int], part: Participation, ideas: int, book: Directory) -> dict[str, Any]:
    ended = queries.state_of(call, book.today) == "ended"
    return {"call": call, "asked": audience_words(asked, book), "part": part, "ideas": ideas,
            "for_me": queries.is_asked(current_user.id, asked, book), "left": days_left(call, book),
            "sponsor": with_department(book.person(call.sponsor_id), book),
            "results_due": dates.results_due(call, book) if ended and call.results_at is None else None,
            "late": ended and dates.results_late(call, book)}


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
    theme = landscape().theme(call.theme_id) if call.theme_id and is_on("feedback") else None
    return render_template(
        "calls/show.html", call=call, state=state, problem=problem, manages=manages, today=book.today,
        sponsor=book.person(call.sponsor_id), sponsor_words=with_department(book.person(call.sponsor_id), book),
        audience=audience_words(asked, book), everybody=not asked, for_me=queries.is_asked(me.id, asked, book),
        may_answer=policy.may_answer(me, call), may_tell=policy.may_tell(me, call), left=days_left(call, book),
        about=theme if theme and not theme.gone else None, stations=dates.stations(call, book),
        results_due=dates.results_due(call, book), late=dates.results_late(call, book),
        asks=len(queries.audience(asked, book)) if state == "draft" else 0, line_of=line_of, outcome_word=outcome_word,
        **(_answers(call, state, asked, me, book) if state != "draft" else {}),
        **(_care(call, book) if manages else {}), **_forms(call, forms),
    )


def _answers(call: Call, state: str, asked: list[int], me: Any, book: Directory) -> dict[str, Any]:
    """What people gave: how many took part, ideas, stories, and what became of them."""
    part = participation({call.id: asked}, book)[call.id]
    became = fates.fates_of(call, me.id, book) if state == "ended" else None
    if became is not None:
        ideas = fates.under_way(call, me.id, book, SHOWN_IDEAS + 1)
    else:
        ideas = [row.idea for row in list_ideas(Filters(call_id=call.id), me.id, book, size=SHOWN_IDEAS + 1).rows]
    to_read = became.total if became else fates.ideas_to_read([call.id], me.id, book).get(call.id, 0)
    stories, voices = told.told_for(call.id, book) if call.asks_stories and is_on("feedback") else (0, [])
    return {
        "part": part, "step": STEP, "ideas": ideas[:SHOWN_IDEAS],
        "more": len(ideas) > SHOWN_IDEAS, "to_read": to_read, "became": became,
        "stories": stories, "voices": voices, "all_url": url_for("ideas.list", call=call.id),
    }


def _care(call: Call, book: Directory) -> dict[str, Any]:
    """What those who look after the call see besides: who assesses, and who of them has left."""
    named = [(book.person(row.person_id), row.capacity) for row in reviewers_of(call.id)]
    return {"named": [(brief, capacity) for brief, capacity in named if brief and brief.active],
            "gone": gone_reviewers(call.id, book), "can": set(current_app.view_functions)}


def _forms(call: Call, forms: dict[str, SeenForm]) -> dict[str, SeenForm]:
    fresh: dict[str, Any] = {"ending": (EndForm, "end-"), "prolonging": (ProlongForm, "prolong-"),
                             "telling": (ResultsForm, "results-")}
    for name, (form, prefix) in fresh.items():
        if name not in forms:
            forms[name] = form(formdata=None, prefix=prefix)
            if name == "telling":
                forms[name]["words"].data = call.results
        forms[name].version.data = str(call.version)
    forms.pop("plain", None)
    return forms


def fill_reviewers(form: Any, call: Call, book: Directory) -> None:
    """Write who is named with a call into the two fields of a form."""
    by_field: dict[str, list[str]] = {"reviewers": [], "department_reviewers": []}
    for row in reviewers_of(call.id):
        brief = book.person(row.person_id)
        if brief is not None and brief.active:
            by_field["reviewers" if row.capacity == "expert" else "department_reviewers"].append(as_typed(brief))
    for name, people in by_field.items():
        form[name].data = ", ".join(people)

