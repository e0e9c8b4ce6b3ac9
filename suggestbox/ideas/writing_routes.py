"""Writing an idea down: the one screen of handing in, drafts, files."""

import hashlib
import io
import re
import secrets
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user

from suggestbox.calls.models import Call
from suggestbox.calls.policy import may_answer
from suggestbox.calls.queries import SHOWN_FROM_PEOPLE, audience, call_with, departments_of
from suggestbox.core.clock import utc_now
from suggestbox.core.database import work
from suggestbox.core.errors import HouseError, Invalid, Stale
from suggestbox.core.forms import whole_number
from suggestbox.core.guard import door
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import is_on
from suggestbox.evidence.operations import keep_ticked
from suggestbox.evidence.queries import themes_of
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.workflow.operations import move

from . import files, operations, policy, queries
from .blueprint import bp, load_attachment, load_draft, load_idea
from .files import ACCEPTED, KeptFile
from .forms import FilesForm, IdeaForm
from .list_routes import similar_fragment, ticked_themes
from .models import Attachment, Idea
from .parts import people_behind


@bp.route("/ideas/new", methods=["GET", "POST"], endpoint="new")
@door("ideas.hand_in", allow=lambda me: bool(me and me.entitled))
def new() -> Any:
    """Hand an idea in on one screen, or keep it as a draft."""
    form = IdeaForm(book=here())
    if request.method == "GET":
        form.problem.data = request.args.get("noticed", "")[: operations.TEXT_LENGTH]
        form.call_id.data = request.args.get("call", "")
        form.submit_key.data = secrets.token_urlsafe(16)
        return _form_page(form, None)
    if request.form.get("start"):  # the big field of the home page: go on writing here
        form.problem.data = request.form.get("noticed", "")
        form.submit_key.data = secrets.token_urlsafe(16)
        return _form_page(form, None)
    key = own_key(current_user, form.submit_key.data)
    earlier = queries.idea_by_submit_key(key)
    if earlier is not None and earlier.stage != "draft":
        if _says_the_same(form, earlier):
            return redirect(url_for("ideas.receipt", number=earlier.number))
        earlier, key = None, own_key(current_user, None)  # the kept form, written anew: another idea
    return _save(form, earlier, key)


def _call(form: IdeaForm, draft: Idea | None) -> Call | None:
    """The call the idea answers: one that asks the writer today, or the one a draft was begun for."""
    call = call_with(whole_number(form.call_id.data)) if is_on("calls") else None
    kept = call is not None and draft is not None and draft.call_id == call.id
    return call if call is not None and (kept or may_answer(current_user, call)) else None


def _asks_few(call: Call) -> bool:
    """Whether so few are asked that one of them can be guessed."""
    return len(audience(departments_of([call.id]).get(call.id, ()), here())) < SHOWN_FROM_PEOPLE


def _says_the_same(form: IdeaForm, idea: Idea) -> bool:
    return (form.problem.data or "", form.proposal.data or "") == (idea.problem, idea.proposal)


def own_key(me: Person, typed: str | None) -> str:
    """Give the form's key as it is kept: bound to the person, so that nobody can meet somebody else's."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "", typed or "")[:40]
    # A digest: the key stands beside the idea, and must not say whose it is where the submitter is confidential.
    return hashlib.sha256(f"{me.id}-{plain or secrets.token_urlsafe(16)}".encode()).hexdigest()[:40]


def _save(form: IdeaForm, draft: Idea | None, key: str | None) -> Any:
    """Keep or hand in what the form holds; draw it again, with everything in it, when that cannot be done."""
    handing_in = "draft" not in request.form
    if not form.check(handing_in=handing_in):
        return _form_page(form, draft), 422
    kept: list[KeptFile] = []
    try:
        kept = files.keep_uploads(form.attachments.data or [])
        made = _write(form, draft, key, kept, handing_in)
    except Stale as late:
        files.forget(kept)
        earlier = queries.idea_by_submit_key(key) if key else None
        if late.reason != "done_already" or earlier is None:
            raise
        return _lead_on(*_place(earlier))
    except Invalid as wrong:
        files.forget(kept)
        _show_wrong(form, wrong)
        return _form_page(form, draft), 422
    except HouseError:
        files.forget(kept)
        raise
    return _lead_on(*made)


Place = tuple[int, str | None]
"""An idea's id and number: all one needs to go there once it is written, without reading it again."""


def _place(idea: Idea) -> Place:
    return idea.id, idea.number


def _write(form: IdeaForm, draft: Idea | None, key: str | None, kept: list[KeptFile], handing_in: bool) -> Place:
    call = _call(form, draft)
    words, now = form.words(language=current_language(), call_id=call.id if call else None), utc_now()
    removed: list[str] = []
    with work():
        if draft is None:
            idea = operations.create_draft(words, actor=current_user, now=now, submit_key=key)
        else:
            idea = operations.update_draft(draft, words, actor=current_user, now=now)
            unwanted = set(request.form.getlist("remove_file"))
            for attachment in [a for a in idea.attachments if a.stored_name in unwanted]:
                removed.append(operations.remove_attachment(idea, attachment, actor=current_user, now=now))
        if kept:
            operations.attach_files(idea, kept, actor=current_user, now=now)
        if is_on("feedback"):
            keep_ticked(idea, ticked_themes(), ticked_themes("theme_shown"), actor=current_user, now=now)
        if handing_in:
            move(idea, "submit", actor=current_user, now=now)
        made = _place(idea)
    _remove_from_disk(removed)
    return made


def _lead_on(idea_id: int, number: str | None) -> Any:
    if number is None:
        flash(_("Your draft is kept. Only you can see it."), "good")
        return redirect(url_for("ideas.edit_draft", draft_id=idea_id, kept=1))
    return redirect(url_for("ideas.receipt", number=number))


def _show_wrong(form: IdeaForm, wrong: Invalid) -> None:
    """Tie what an operation refused to the field it is about."""
    for name, sentence in wrong.fields.items():
        field: Any = getattr(form, name, form.problem)
        field.errors = [*field.errors, str(sentence)]
    if not wrong.fields:
        form.attachments.errors = [*form.attachments.errors, str(wrong.text)]


def _form_page(form: IdeaForm, draft: Idea | None) -> str:
    superior = here().person(current_user.superior_id)
    call = _call(form, draft)
    form.call_id.data = str(call.id) if call else ""
    key = f"idea-call-{call.id}" if call else "idea-new"
    return render_template(
        "ideas/new.html", form=form, draft=draft, accepted=ACCEPTED, superior=superior,
        may_help=policy.may_submit_on_behalf(current_user),
        files_chosen=any(file.filename for file in request.files.getlist("attachments")),
        draft_key=f"idea-{draft.id}" if draft else key, call=call, few_asked=call is not None and _asks_few(call),
        similar=similar_fragment("\n".join((form.problem.data or "", form.proposal.data or "")), _ticked(draft, call)),
    )


def _ticked(draft: Idea | None, call: Call | None) -> list[int]:
    """The themes the form shows as chosen: those the draft has, unless the form that was sent says otherwise.

    A form that is opened from a theme, or from a call that asks about one, begins with it.
    """
    if request.method == "GET" and draft is None and is_on("feedback"):
        begun = (whole_number(request.args.get("theme")), call.theme_id if call else None)
        return [theme_id for theme_id in dict.fromkeys(begun) if theme_id is not None]
    ticked, shown = ticked_themes(), ticked_themes("theme_shown")
    kept = [link.theme.id for link in themes_of(draft.id)] if draft and is_on("feedback") else []
    return list(dict.fromkeys([*(theme_id for theme_id in kept if theme_id not in shown), *ticked]))


# -- drafts ----------------------------------------------------------------------------------------------------------


@bp.route("/ideas/drafts", endpoint="drafts")
@door("ideas.drafts")
def drafts() -> str:
    """The reader's own drafts."""
    return render_template("ideas/drafts.html", drafts=queries.my_drafts(current_user.id))


@bp.route("/ideas/drafts/<int:draft_id>", methods=["GET", "POST"], endpoint="edit_draft")
@door("ideas.edit_draft", load=load_draft)
def edit_draft(draft: Idea) -> Any:
    """Write on at a draft, and hand it in. A draft that was handed in meanwhile leads to its receipt."""
    if draft.stage != "draft":
        if request.method == "POST" and not _says_the_same(IdeaForm(book=here()), draft):
            raise Stale(reason="turned")
        return redirect(url_for("ideas.receipt", number=draft.number))
    if request.method == "POST":
        return _save(IdeaForm(book=here()), draft, draft.submit_key)
    return _form_page(_filled(draft), draft)


def _filled(draft: Idea) -> IdeaForm:
    """Give the form as the draft was left."""
    book = here()
    form = IdeaForm(book=book, formdata=None)
    for name in ("title", "problem", "proposal", "benefit", "area"):
        getattr(form, name).data = getattr(draft, name)
    if draft.title == operations.propose_title(draft.problem, draft.proposal):
        form.title.data = ""  # proposed, not written: it follows the text
    form.department_id.data = str(draft.department_id or "")
    people = list(people_behind(draft, "accepted", "invited").values())
    form.co_submitters.fill(book.person(p) for p in people[1:])
    if draft.on_behalf_by_id == current_user.id:
        form.on_behalf_of.fill([book.person(p) for p in people[:1]])
    form.confidential.data = "confidential" if draft.confidential else "named"
    form.visibility.data = draft.visibility
    form.short_way.data = draft.way == "short"
    form.exclude_superior.data = draft.excluded_reviewer_id is not None
    form.call_id.data = str(draft.call_id or "")
    return form


@bp.route("/ideas/drafts/<int:draft_id>/delete", methods=["POST"], endpoint="delete_draft")
@door("ideas.delete_draft", load=load_draft)
def delete_draft(draft: Idea) -> Any:
    """Delete one of the reader's own drafts."""
    with work():
        names = operations.delete_draft(draft, actor=current_user)
    _remove_from_disk(names)
    flash(_("The draft is deleted."), "good")
    return redirect(url_for("ideas.drafts"))


# -- files -----------------------------------------------------------------------------------------------------------


@bp.route("/ideas/attachments/<name>", endpoint="attachment")
@door("ideas.attachment", load=load_attachment)
def attachment(thing: tuple[Idea, Attachment]) -> Response:
    """A file beside an idea: a photo to look at, anything else only to download, and nothing that could run."""
    _idea, found = thing
    answer = send_file(
        io.BytesIO(files.path_of(found.stored_name).read_bytes()), mimetype=found.media_type,
        as_attachment=not found.is_image, download_name=found.shown_name, etag=found.stored_name, max_age=0,
    )
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.route("/ideas/<number>/attachments", methods=["POST"], endpoint="attach")
@door("ideas.attach", load=load_idea, allow=lambda me, idea: operations.may_attach(idea, me))
def attach(idea: Idea) -> Any:
    """Add files to an idea about which a question is open."""
    form = FilesForm()
    back = redirect(url_for("ideas.show", number=idea.number, _anchor="files"))
    if not form.validate_on_submit():
        flash(" ".join(map(str, form.attachments.errors)), "late")
        return back
    kept: list[KeptFile] = []
    now = utc_now()
    try:
        kept = files.keep_uploads(form.attachments.data)
        with work():
            operations.attach_files(idea, kept, actor=current_user, now=now)
    except Invalid as wrong:
        files.forget(kept)
        flash(" ".join(map(str, wrong.fields.values())) or str(wrong.text), "late")
    except HouseError:
        files.forget(kept)
        raise
    return back


@bp.route("/ideas/attachments/<name>/remove", methods=["POST"], endpoint="remove_attachment")
@door("ideas.remove_attachment", load=load_attachment, allow=lambda me, thing: operations.may_attach(thing[0], me))
def remove_attachment(thing: tuple[Idea, Attachment]) -> Any:
    """Take a file away from an idea."""
    idea, found = thing
    now = utc_now()
    with work():
        name = operations.remove_attachment(idea, found, actor=current_user, now=now)
    _remove_from_disk([name])
    if idea.stage == "draft":
        return redirect(url_for("ideas.edit_draft", draft_id=idea.id))
    return redirect(url_for("ideas.show", number=idea.number, _anchor="files"))


def _remove_from_disk(names: list[str]) -> None:
    for name in names:
        (files.files_folder() / name).unlink(missing_ok=True)
