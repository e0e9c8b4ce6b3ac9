"""The list of everybody's ideas, similar ones while somebody types, and the words every list says about an idea."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup

from suggestbox.calls.queries import call_with
from suggestbox.core.database import db
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import by_when, late_sentence
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.core.paging import Page
from suggestbox.evidence.hints import Hint, hints_for
from suggestbox.evidence.operations import MOST_THEMES
from suggestbox.evidence.panel import names_of as staff_names_of
from suggestbox.people.directory import Brief, Directory
from suggestbox.people.queries import departments_by_name, here, today_for
from suggestbox.reviews.models import Decision
from suggestbox.steps.models import Step
from suggestbox.steps.queries import acting_on
from suggestbox.steps.words import step_of_other, step_of_submitter, step_of_yours, step_title
from suggestbox.workflow.addresses import url_for_step
from suggestbox.workflow.journey import line_of
from suggestbox.workflow.words import outcome_word

from . import queries
from .blueprint import bp
from .forms import AREA_WORDS
from .models import AREAS, MERIT_OUTCOMES, OPEN_STAGES, Idea
from .parts import people_behind_many


@dataclass
class Card:
    """An idea as lists draw it."""

    idea: Idea
    line: Any
    sentence: str = ""
    url: str = ""
    action: tuple[str, str] | None = None
    people: str = ""
    department: str = ""
    outcome: str = ""
    answer: str = ""


# -- words about an idea -----------------------------------------------------------------------------------------------


def names_of(people: list[Brief | None]) -> str:
    """Give names as one reads them: "Ann Albers, Eve Ebert"."""
    return ", ".join(brief.name for brief in people if brief)


def department_name(idea: Idea, book: Directory) -> str:
    """Give the name of the department concerned, or nothing."""
    found = book.department(idea.department_id)
    return found.name if found else ""


_STEPS = sa.select(Step).where(Step.id.in_(sa.bindparam("ids", expanding=True)))


def acting_names(ideas: list[Idea], book: Directory) -> dict[int, str]:
    """Give {idea id: who has its next step today}, with the department; two statements where somebody is away."""
    owned = [idea for idea in ideas if idea.next_step_id and idea.next_owner_id]
    owners: dict[int, int | None] = {idea.id: idea.next_owner_id for idea in owned}
    away = {idea.id: idea.next_step_id for idea in owned if idea.next_owner_id in book.away}
    if away:
        behind = people_behind_many(away)
        for step in db.session.scalars(_STEPS, {"ids": list(away.values())}):
            acting = acting_on(step, book, behind.get(step.idea_id, set()))
            owners[step.idea_id] = acting.person_id or step.owner_id
    return {idea_id: name_with_department(owner_id, book) for idea_id, owner_id in owners.items()}


def name_with_department(person_id: int | None, book: Directory) -> str:
    """Give a person as one speaks of them, with the department: "Frau Yildiz (Logistik)"."""
    brief = book.person(person_id)
    if brief is None:
        return _("Somebody")
    department = book.department(brief.department_id)
    return f"{brief.polite} ({department.name})" if department else brief.polite


BEING_ARRANGED = frozenset({"offer_talk", "pick_time", "agree_group", "hold_talk"})
"""Next steps that would tell everybody what a submitter answered: together with others, or rather alone."""


def where_it_is(idea: Idea, acting: str | None, today: date, *, yours: Step | None = None, theirs: bool = True) -> str:
    """Give one sentence: who has the next step of the idea, and by when; empty when nobody has one.

    Takes   yours: the step the reader has, as a submitter; theirs: the reader is the one the talk is with, or handles
            the idea: all others read that a talk comes next, and nothing of how it is arranged
    """
    if idea.stage == "closed" and not idea.next_kind:
        return _("It is closed. Thank you for the idea.")
    if idea.stage == "withdrawn":
        return _("It was taken back.")
    if not idea.next_kind or idea.next_due_on is None:
        return ""
    if idea.next_kind in BEING_ARRANGED and not theirs:
        if yours is None:
            return _("The closing conversation comes next.")
        # The idea's next step may be about somebody else's talk: the reader's own is told.
        sentence = step_of_yours(yours.kind, by_when(yours.due_on, today=today))
        return f"{sentence.replace('..', '.')} {late_sentence(yours.due_on, today=today)}".strip()
    by = by_when(idea.next_due_on, today=today)
    if idea.next_owner_id is not None:
        sentence = step_of_other(idea.next_kind, acting or _("Somebody"), by)
    else:
        sentence = step_of_yours(idea.next_kind, by) if yours is not None else step_of_submitter(idea.next_kind, by)
    # A German date may end in a full stop of its own: "bis 4. Dez."
    return f"{sentence.replace('..', '.')} {late_sentence(idea.next_due_on, today=today)}".strip()


def action_of(step: Step | None, idea: Idea) -> tuple[str, str] | None:
    """Give what the submitter has to do now: the words of the link, and where it leads."""
    return (step_title(step.kind), url_for_step(step, idea)) if step else None


# -- the list --------------------------------------------------------------------------------------------------------


def stage_words() -> dict[str, str]:
    """Give the stages of the filter in plain words."""
    return {
        "new": _("New, before the first look"),
        "examined": _("Being examined"),
        "deciding": _("Being decided"),
        "talk": _("In conversation"),
        "closed": _("Closed"),
        "withdrawn": _("Taken back"),
    }


KEPT = ("q", "stage", "area", "department", "outcome", "show", "call", "sort")
"""What an address of the list says; anything else in it is nobody's."""


def filters_of(arguments: Any) -> queries.Filters:
    """Give the filters in an address; what makes no sense counts as not there."""
    department = arguments.get("department", "")
    return queries.Filters(
        text=arguments.get("q", "").strip()[:500],
        stage=arguments.get("stage", "") if arguments.get("stage") in queries.STAGE_GROUPS else "",
        area=arguments.get("area", "") if arguments.get("area") in AREAS else "",
        department_id=int(department) if re.fullmatch(r"[0-9]{1,9}", department) else None,
        outcome=arguments.get("outcome", "") if arguments.get("outcome") in MERIT_OUTCOMES else "",
        mine=arguments.get("show") == "mine",
        to_support=arguments.get("show") == "to_support",
        call_id=whole_number(arguments.get("call")) if is_on("calls") else None,
        sort=arguments.get("sort", ""),
    )


@bp.route("/ideas", endpoint="list")
@door("ideas.list")
def list_ideas() -> str:
    """Everybody's ideas: searched, filtered, sorted; all of it in the address."""
    book, filters = here(), filters_of(request.args)
    page = queries.list_ideas(filters, current_user.id, book, key=request.args.get("page"))
    today = today_for()
    rows: list[queries.Row] = page.rows
    acting = acting_names([row.idea for row in rows], book)
    page.rows = [_row_card(row, book, acting, today) for row in rows]
    _address_pages(page)
    return render_template(
        "ideas/list.html", page=page, filters=filters, stages=stage_words(), areas=AREA_WORDS,
        outcomes={name: outcome_word(name) for name in MERIT_OUTCOMES},
        departments=[(d.id, d.name) for d in departments_by_name(book)],
        sorts=_sort_words(filters), shows=_shows(), show=request.args.get("show", ""), call=call_with(filters.call_id),
    )


def _row_card(row: queries.Row, book: Directory, acting: dict[int, str], today: date) -> Card:
    idea = row.idea
    people = names_of([book.person(p) for p in row.submitters if p is not None])
    return Card(
        idea, line_of(idea), url=url_for("ideas.show", number=idea.number), people=people or _("The submitter"),
        department=department_name(idea, book),
        outcome=outcome_word(idea.outcome) if row.reads_outcome and idea.outcome else "",
        sentence=where_it_is(idea, acting.get(idea.id), today, theirs=False) if idea.stage in OPEN_STAGES else "",
    )


def _sort_words(filters: queries.Filters) -> list[tuple[str, str]]:
    words = [("newest", _("Newest first")), ("supported", _("Most supported first")), ("moved", _("Moved last first"))]
    return [("best", _("Best match first")), *words] if filters.text else words


def _shows() -> list[tuple[str, str, str]]:
    """The tabs above the list: key, words, address; other filters stay."""
    kept: dict[str, Any] = {key: value for key in KEPT if key != "show" and (value := request.args.get(key))}
    tabs = [("", _("All")), ("mine", _("Mine")), ("to_support", _("To support"))]
    return [(key, words, url_for("ideas.list", **(kept | ({"show": key} if key else {})))) for key, words in tabs]


def _address_pages(page: Page) -> None:
    kept: dict[str, Any] = {key: value for key in KEPT if (value := request.args.get(key))}
    if page.next_key:
        page.next_url = url_for("ideas.list", **kept, page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("ideas.list", **kept, page=page.prev_key)


# -- similar ideas -----------------------------------------------------------------------------------------------------


@bp.route("/ideas/similar", endpoint="similar", methods=["GET", "POST"])
@door("ideas.similar")
def similar_ideas() -> str:
    """A fragment: ideas about the same as the text in `q`, with their answers, and what customers say; or nothing."""
    text = (request.form.get("q") or request.args.get("q") or "")[:5000]
    return similar_fragment(text, ticked_themes())


def ticked_themes(field: str = "theme") -> list[int]:
    """Give the themes ticked in the form that was sent, or those it offered (`theme_shown`)."""
    found = (whole_number(text) for text in request.form.getlist(field)[: 2 * MOST_THEMES])
    return [theme_id for theme_id in found if theme_id is not None]


def similar_fragment(text: str, ticked: Collection[int] = ()) -> Markup:
    """Give what stands beside a text being written: ideas about the same, and themes that fit it.

    Takes   ticked: themes that are shown as chosen, whatever the text says
    """
    book = here()
    rows = queries.similar_ideas(text, current_user.id, book) if text.strip() else []
    answers = answers_of([row.idea.id for row in rows if row.reads_outcome])
    cards = []
    for row in rows:
        idea = row.idea
        outcome = outcome_word(idea.outcome) if row.reads_outcome and idea.outcome else ""
        answer = answers.get(idea.id)
        cards.append(Card(idea, line_of(idea), url=url_for("ideas.show", number=idea.number), outcome=outcome,
                          answer=answer.reasons if answer else ""))
    hints: list[Hint] = []
    if is_on("feedback") and (ticked or text.strip()):
        hints = hints_for(text, today=today_for(), ticked=ticked, names=staff_names_of(book))
    return Markup(render_template("ideas/similar.html", cards=cards, hints=hints) if cards or hints else "")


def answers_of(idea_ids: list[int]) -> dict[int, Decision]:
    """Give {idea id: its latest standing decision}, in one statement. It says nothing about who may read them."""
    if not idea_ids:
        return {}
    query = (
        sa.select(Decision).where(Decision.idea_id.in_(idea_ids), Decision.revoked_at.is_(None)).order_by(Decision.id)
    )
    return {decision.idea_id: decision for decision in db.session.scalars(query)}
