"""One idea: its page, its receipt, remarks about it and support for it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.awards.panel import panel_of as award_panel
from suggestbox.calls.queries import call_with
from suggestbox.conversations.groups import talks_of
from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import NotFound
from suggestbox.core.guard import door
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.evidence.panel import panel_of
from suggestbox.measures.models import OPEN_STATES
from suggestbox.measures.policy import may_plan
from suggestbox.measures.words import STATES as MEASURE_STATES
from suggestbox.people.directory import Brief, Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for
from suggestbox.priority.panel import panel_of as priority_panel
from suggestbox.stories.queries import beside_idea
from suggestbox.workflow.addresses import url_for_move
from suggestbox.workflow.belongings import STORIES
from suggestbox.workflow.case import Case
from suggestbox.workflow.journey import line_of
from suggestbox.workflow.operations import case_of, moves_for
from suggestbox.workflow.panels import may_read_opinions, opinions_of
from suggestbox.workflow.story import story_of
from suggestbox.workflow.tellings import tell_of_comment
from suggestbox.workflow.words import outcome_word

from . import policy, queries, remarks
from .blueprint import bp, load_comment, load_idea, may_hide
from .forms import AREA_WORDS, CommentForm, ReasonForm
from .list_routes import (
    acting_names,
    action_of,
    department_name,
    name_with_department,
    names_of,
    where_it_is,
)
from .models import Comment, Idea
from .parts import part_of, people_behind

ARRANGING = frozenset({"coordinator", "decision_maker", "idea_manager", "decider", "host", "office"})
"""Parts of those who see how a talk with a submitter is arranged; reviewers do not."""


@bp.route("/ideas/<number>", endpoint="show")
@door("ideas.see", load=load_idea)
def show(idea: Idea) -> str:
    """One idea: where it is, its words, its answer, its story, what others say, and what the reader can do."""
    return show_page(idea)


def show_page(idea: Idea, form: CommentForm | None = None) -> str:
    """Give the page of an idea; `form` is a comment that could not be taken."""
    me, book, today = current_user, here(), today_for()
    parts = policy.involved(idea, me.id, book)
    submitter, handler = bool(parts & policy.SUBMITTERS), bool(parts & policy.HANDLERS)
    handlers = policy.may_read_handlers_comments(idea, me, parts=parts)
    reads_outcome = policy.may_read_outcome(idea, me, parts=parts)
    named = policy.named_submitters(idea, me, book, parts=parts)
    case = case_of(idea, actor=me, now=utc_now())
    steps = sorted(case.steps, key=lambda step: (step.due_on, step.id))
    said = _sentences(case) if reads_outcome and (submitter or handler) else []
    my_step = next((s for s in steps if submitter and s.submitter_id in _my_rows(idea, me)), None)
    reports = queries.reported_comments(idea) if policy.may_hide_comment(idea, me, parts=parts) else {}
    apart = submitter and bool(case.members) and len(case.submitters) > 1  # of a team that was asked for a talk
    return render_template(
        "ideas/show.html", idea=idea, parts=parts, named=named, submitter=submitter, handler=handler,
        department=department_name(idea, book), area=AREA_WORDS.get(idea.area),
        line=line_of(idea),
        sentence=where_it_is(idea, acting_names([idea], book).get(idea.id), today, yours=my_step,
                             theirs=bool(parts & ARRANGING) or (submitter and not apart)),
        action=action_of(my_step, idea), behalf=book.person(idea.on_behalf_by_id) if named else None,
        decision=next((d for d in reversed(case.decisions) if d.revoked_at is None), None) if reads_outcome else None,
        outcome=outcome_word(idea.outcome) if reads_outcome and idea.outcome else "",
        said=said, opinions=opinions_of(case) if not said and may_read_opinions(case, parts) else [],
        first=_first_idea(idea, me, book) if reads_outcome else None,
        questions=_questions(case) if submitter or handler else [],
        versions=queries.versions_of(idea) if idea.text_version > 1 else [],
        comments=[_comment_line(c, idea, named, book, me, reports)
                  for c in queries.comments_of(idea, handlers=handlers)],
        form=form or CommentForm(handlers=handlers), may_comment=policy.may_comment(idea, me, parts=parts),
        handlers=handlers, may_hide=policy.may_hide_comment(idea, me, parts=parts),
        may_support=policy.may_support(idea, me, parts=parts),
        supports=queries.supports(idea, me.id), may_attach=idea.stage == "waiting" and bool(parts & {"submitter"}),
        moves=[_move_button(press, idea) for press in moves_for(idea, me, case.now, case)],
        story=story_of(idea, book, submitter=submitter, handler=handler, named=bool(named),
                       parties=talks_of(_my_rows(idea, me)) if apart else None),
        earlier=priority_panel(idea, me, book, kinds=case.kinds, parts=parts, today=today),
        answers_call=call_with(idea.call_id) if is_on("calls") else None,
        evidence=panel_of(idea, me, book, today=today, parts=parts), award=award_panel(idea, me, book, parts=parts),
        files=_files(idea, case), measures=_measures(case, reads_outcome), may_plan=may_plan(idea, me, book, parts=parts),
        success=beside_idea(idea, knows_names=submitter or handler) if reads_outcome else None,
        measure_states=MEASURE_STATES, measure_owner=lambda m: name_with_department(m.owner_id, book), today=today,
    )


def _measures(case: Case, reads_outcome: bool) -> list[Any]:
    """What follows from the idea: for those who read its outcome, and for whoever has to carry something out."""
    found = [m for m in case.measures if reads_outcome or m.owner_id == case.actor_id]
    return sorted(found, key=lambda m: (m.state not in OPEN_STATES, m.due_on, m.id))


def _files(idea: Idea, case: Case) -> list[Any]:
    """The files of the idea itself; a picture of what was done stands with its measure, one of a story with the story.

    Also when the house tells no stories any more: nobody agreed to a picture that was never told.
    """
    pictures = {m.picture_id for m in case.measures}
    stories = case.read("story", STORIES)
    pictures |= {picture_id for story in stories for picture_id in story.facts.get("uploads", ())}
    return [file for file in idea.attachments if file.id not in pictures]


def _my_rows(idea: Idea, me: Person) -> set[int]:
    part = part_of(idea, me.id, "accepted", "invited")
    return {part.id} if part else set()


def _sentences(case: Case) -> list[tuple[str, str]]:
    """What reviewers wrote for the submitter, with their departments: never who wrote which."""
    given = [a for a in case.all_assignments if a.state == "answered" and a.for_submitter]
    departments = [case.book.department(a.department_id) for a in given]
    return [(d.name if d else "", a.for_submitter) for d, a in zip(departments, given, strict=True)]


def _first_idea(idea: Idea, me: Person, book: Directory) -> Idea | None:
    """The idea this one repeats, if the reader may see it."""
    if idea.second_idea_id is None:
        return None
    query = sa.select(Idea).where(Idea.id == idea.second_idea_id, policy.visible_to(me.id, book))
    return db.session.scalars(query).first()


def _questions(case: Case) -> list[dict[str, Any]]:
    return [
        {"asker": name_with_department(q.asker_id, case.book), "text": q.text, "at": q.asked_at, "answer": q.answer,
         "answered_at": q.answered_at}
        for q in case.questions
    ]


@dataclass
class CommentLine:
    """A comment as the page draws it."""

    id: int
    person: Brief | None
    place: str
    at: Any
    text: str
    closed: bool
    hidden: str
    own: bool
    reports: list[str]


def _comment_line(
    comment: Comment, idea: Idea, named: list[Brief], book: Directory, me: Person, reports: dict[int, Any]
) -> CommentLine:
    person = book.person(comment.by_id)
    if comment.by_submitter_id is not None and not named:
        person = None  # whoever reads "submitter" above must not read the name here
    department = book.department(person.department_id) if person else None
    return CommentLine(
        comment.id, person, department.name if department else "", comment.at, comment.text,
        comment.audience == "handlers", comment.hidden_reason if comment.hidden_at else "",
        comment.by_id == me.id, [report.reason for report in reports.get(comment.id, [])],
    )


def _move_button(press: Any, idea: Idea) -> dict[str, Any]:
    return {
        "name": press.name, "label": press.label, "reason": " ".join(map(str, press.unmet)), "method": "get",
        "url": url_for_move(idea, press.name),
        "kind": "primary" if press.main else "secondary",
    }


# -- receipt ---------------------------------------------------------------------------------------------------------


def load_own_idea(me: Person, number: str) -> Idea:
    """Give an idea the person has a part in.

    Raises  NotFound
    """
    idea = load_idea(me, number)
    if not policy.involved(idea, me.id) & policy.SUBMITTERS:
        raise NotFound(reason="no_such_idea")
    return idea


@bp.route("/ideas/<number>/receipt", endpoint="receipt")
@door("ideas.receipt", load=load_own_idea)
def receipt(idea: Idea) -> str:
    """Thank you: who looks at it until when, and what happens next."""
    book = here()
    owner = name_with_department(idea.next_owner_id, book) if idea.next_owner_id else ""
    if idea.id in (acting := acting_names([idea], book)):
        owner = acting[idea.id]
    return render_template(
        "ideas/receipt.html", idea=idea, line=line_of(idea), owner=owner, due_on=idea.next_due_on,
        given_name=current_user.given_name, short=idea.way == "short",
        waiting_for=names_of([book.person(p) for p in people_behind(idea, "invited").values()]),
        behalf=names_of([b for b in policy.named_submitters(idea, current_user, book) if b.id != current_user.id])
        if idea.on_behalf_by_id == current_user.id else "",
    )


# -- remarks and support -----------------------------------------------------------------------------------------------


@bp.route("/ideas/<number>/comments", methods=["POST"], endpoint="comment")
@door("ideas.comment", load=load_idea, allow=lambda me, idea: policy.may_comment(idea, me))
def comment(idea: Idea) -> Any:
    """Add a remark, for everyone or for those who handle the idea."""
    handlers = policy.may_read_handlers_comments(idea, current_user)
    form = CommentForm(handlers=handlers)
    if not form.validate_on_submit():
        return show_page(idea, form), 422
    now = utc_now()
    with work():
        added = remarks.add_comment(idea, form.text.data, audience=form.audience.data, actor=current_user, now=now)
        tell_of_comment(idea, added, zone=current_app.config["HEADQUARTERS_ZONE"])
        anchor = f"comment-{added.id}"
    return redirect(url_for("ideas.show", number=idea.number, _anchor=anchor))


@bp.route("/ideas/<number>/support", methods=["POST"], endpoint="support")
@door("ideas.support", load=load_idea)
def support(idea: Idea) -> Any:
    """Support an idea, or no longer; `wanted` says which, so a double click does nothing twice."""
    now = utc_now()
    with work():
        remarks.set_support(idea, request.form.get("wanted", "1") == "1", actor=current_user, now=now)
    return redirect(url_for("ideas.show", number=idea.number, _anchor="support"))


@bp.route("/ideas/comments/<int:comment_id>/report", methods=["GET", "POST"], endpoint="report_comment")
@door("ideas.report_comment", load=load_comment)
def report_comment(thing: tuple[Idea, Comment]) -> Any:
    """Say that a remark should not stand here."""
    idea, remark = thing
    form, now = ReasonForm(), utc_now()
    if form.validate_on_submit():
        with work():
            remarks.report_comment(remark, form.reason.data, actor=current_user, now=now)
        flash(_("Thank you. The coordinator looks at this comment."), "good")
        return redirect(url_for("ideas.show", number=idea.number, _anchor=f"comment-{remark.id}"))
    return render_template("ideas/report.html", idea=idea, comment=remark, form=form, hiding=False), _status(form)


@bp.route("/ideas/comments/<int:comment_id>/hide", methods=["GET", "POST"], endpoint="hide_comment")
@door("ideas.hide_comment", load=load_comment, allow=may_hide)
def hide_comment(thing: tuple[Idea, Comment]) -> Any:
    """Hide a remark with a reason everybody reads, or settle its reports and let it stand."""
    idea, remark = thing
    form, now = ReasonForm(), utc_now()
    back = url_for("ideas.show", number=idea.number, _anchor=f"comment-{remark.id}")
    if request.method == "POST" and request.form.get("keep"):
        with work():
            remarks.keep_comment(idea, remark, actor=current_user, now=now)
        flash(_("The comment stays. Its reports are settled."), "good")
        return redirect(back)
    if form.validate_on_submit():
        with work():
            remarks.hide_comment(idea, remark, form.reason.data, actor=current_user, now=now)
        flash(_("The comment is hidden. Everybody reads your reason in its place."), "good")
        return redirect(back)
    reports = queries.reported_comments(idea).get(remark.id, [])
    page = render_template("ideas/report.html", idea=idea, comment=remark, form=form, hiding=True, reports=reports)
    return page, _status(form)


def _status(form: Any) -> int:
    return 422 if form.errors else 200
