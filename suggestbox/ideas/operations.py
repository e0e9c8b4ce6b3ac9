"""Writing ideas down: drafts, the people of an idea, and the files beside it. Handing in is a move of the workflow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from suggestbox.core.database import db
from suggestbox.core.errors import Denied, Invalid, Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import rule
from suggestbox.journal.operations import write
from suggestbox.people.directory import Directory
from suggestbox.people.models import Person
from suggestbox.people.queries import here

from . import policy, queries
from .files import KeptFile
from .models import AREAS, Attachment, Concern, Idea, Submitter, SubmitterIdentity
from .parts import people_behind, person_behind

TITLE_LENGTH = 200
TEXT_LENGTH = 20_000
COMMENT_LENGTH = 5_000


@dataclass
class Words:
    """What somebody writes down about an idea, all of it optional while it is a draft."""

    title: str = ""
    problem: str = ""
    proposal: str = ""
    benefit: str = ""
    area: str = ""
    department_id: int | None = None
    short_way: bool = False
    handlers_only: bool = False
    confidential: bool = False
    exclude_superior: bool = False
    co_submitter_ids: Sequence[int] = ()
    on_behalf_of_id: int | None = None
    language: str = ""
    call_id: int | None = None  # the question it answers; whoever writes asks first whether it is open


def propose_title(problem: str, proposal: str = "", *, most: int = 70) -> str:
    """Give a title made of the first words: of the suggestion, else of what was noticed."""
    text = " ".join((proposal.strip() or problem.strip()).split())
    for end in (". ", "! ", "? ", "; ", ": "):
        head = text.split(end, 1)[0]
        if 10 <= len(head) < len(text):
            text = head
    if len(text) > most:
        cut = text[:most].rsplit(" ", 1)[0] if " " in text[:most] else text[:most]
        text = cut.rstrip(",;:-– ") + " …"
    return text.rstrip(".")[:TITLE_LENGTH]


def create_draft(words: Words, *, actor: Person, now: datetime, submit_key: str | None = None) -> Idea:
    """Give a new draft of the actor's own, or of the colleague it is written down for. Flushes, never commits.

    Takes   submit_key: of the form; the same key never makes a second idea
    Raises  Invalid when a colleague cannot be named, Denied when the actor may not write for others
    """
    idea = Idea(created_at=now, changed_at=now, submit_key=submit_key)
    _write_words(idea, words, actor=actor, now=now)
    db.session.add(idea)
    db.session.flush()
    return idea


def update_draft(idea: Idea, words: Words, *, actor: Person, now: datetime) -> Idea:
    """Change a draft; nobody else has read it yet, so no versions are kept. Flushes, never commits.

    Raises  Refused when it was handed in meanwhile; Denied when it is somebody else's
    """
    if idea.stage != "draft":
        raise Refused(_("This idea was handed in meanwhile. Nothing was changed."), reason="handed_in")
    if not policy.may_edit_draft(idea, actor):
        raise Denied(reason="not_a_submitter")
    _write_words(idea, words, actor=actor, now=now)
    db.session.flush()
    return idea


def delete_draft(idea: Idea, *, actor: Person) -> list[str]:
    """Delete a draft with all that belongs to it; give the names of the files to remove after the commit.

    Raises  Refused when it was handed in meanwhile; Denied when it is somebody else's
    """
    if idea.stage != "draft":
        raise Refused(_("This idea was handed in meanwhile. Nothing was changed."), reason="handed_in")
    if not policy.may_edit_draft(idea, actor):
        raise Denied(reason="not_a_submitter")
    names = [attachment.stored_name for attachment in idea.attachments]
    db.session.delete(idea)
    db.session.flush()
    return names


def _write_words(idea: Idea, words: Words, *, actor: Person, now: datetime) -> None:
    book = here()
    idea.title, idea.problem, idea.proposal = words.title, words.problem, words.proposal
    idea.benefit, idea.changed_at = words.benefit, now
    idea.area = words.area if words.area in AREAS else ""
    idea.department_id = words.department_id
    idea.call_id = words.call_id
    idea.way = "short" if words.short_way else "ordinary"
    idea.visibility = "handlers" if words.handlers_only else "open"
    idea.language = words.language
    first_id = _first_submitter(idea, words, actor, book)
    idea.on_behalf_by_id = actor.id if first_id != actor.id else None
    first = book.person(first_id)
    idea.excluded_reviewer_id = first.superior_id if words.exclude_superior and first else None
    name_submitters(idea, first_id, words.co_submitter_ids, confidential=words.confidential, book=book)


def _first_submitter(idea: Idea, words: Words, actor: Person, book: Directory) -> int:
    if not words.on_behalf_of_id or words.on_behalf_of_id == actor.id:
        # A co-submitter who writes on does not become the first one.
        before = [s for s in idea.submitters if s.state == "accepted"]
        if before and idea.on_behalf_by_id is None:
            return person_behind(before[0])
        return actor.id
    if not policy.may_submit_on_behalf(actor, book):
        raise Denied(_("Ideas of colleagues are written down by ambassadors and team leads."), reason="on_behalf")
    colleague = book.person(words.on_behalf_of_id)
    if colleague is None or not colleague.active:
        raise Invalid(fields={"on_behalf_of": _("This colleague does not work here any more.")})
    return colleague.id


def name_submitters(
    idea: Idea, first_id: int, co_submitter_ids: Iterable[int], *, confidential: bool, book: Directory
) -> None:
    """Set who a draft comes from: the first submitter, and colleagues who are asked whether they are part of it.

    Confidential names go into a table of their own, and out of this one.

    Raises  Invalid when there are too many, or one of them does not work here
    """
    others = [person_id for person_id in dict.fromkeys(co_submitter_ids) if person_id != first_id]
    most = rule("ideas.co_submitters_at_most")
    if len(others) > most:
        raise Invalid(fields={"co_submitters": _("At most %(most)s colleagues can hand in together with you.", most=most)})
    for person_id in others:
        brief = book.person(person_id)
        if brief is None or not brief.active:
            raise Invalid(fields={"co_submitters": _("One of these colleagues does not work here any more.")})
    wanted = {person_id: n for n, person_id in enumerate([first_id, *others], start=1)}
    known = {person_behind(s): s for s in idea.submitters} if idea.id else {}
    if idea.id and idea.confidential != confidential:
        # Named and confidential rows have different shapes; a draft has no history to keep.
        idea.submitters.clear()
        db.session.flush()
        known = {}
    idea.confidential = confidential
    for person_id, submitter in known.items():
        if person_id not in wanted:
            idea.submitters.remove(submitter)
    db.session.flush()
    for person_id, position in wanted.items():
        part = known.get(person_id)
        if part is None:
            state = "accepted" if position == 1 else "invited"
            part = Submitter(person_id=None if confidential else person_id, state=state)
            if confidential:
                part.identity = SubmitterIdentity(person_id=person_id)
            idea.submitters.append(part)
        part.position = position
        if position == 1:
            part.state = "accepted"
    db.session.flush()


def set_concerns(idea: Idea, department_ids: Iterable[int]) -> None:
    """Set the further departments an idea concerns."""
    db.session.query(Concern).filter(Concern.idea_id == idea.id).delete()
    for department_id in sorted(set(department_ids) - {idea.department_id}):
        db.session.add(Concern(idea_id=idea.id, department_id=department_id))
    db.session.flush()


# -- files -----------------------------------------------------------------------------------------------------------


def attach_files(idea: Idea, files: Sequence[KeptFile], *, actor: Person, now: datetime) -> list[Attachment]:
    """Put files that lie on disk beside an idea. Flushes, never commits.

    Raises  Refused when the idea is not being written; Invalid when there are too many, or no room is left
    """
    check_room(idea, files, actor=actor)
    added = [
        Attachment(
            idea_id=idea.id, stored_name=file.stored_name, shown_name=file.shown_name, media_type=file.media_type,
            is_image=file.is_image, width=file.width, height=file.height, size_bytes=file.size_bytes, added_at=now,
        )
        for file in files
    ]
    idea.attachments.extend(added)
    if idea.number:
        write("idea.files_added", now=now, idea_id=idea.id, actor_id=_speaker(idea, actor), role="submitter",
              audience="submitters", count=len(added))
    db.session.flush()
    return added


def may_attach(idea: Idea, actor: Person) -> bool:
    """Say whether the person may add and remove files: the submitters, while the text may be changed."""
    parts = policy.involved(idea, actor.id)
    return idea.stage in ("draft", "waiting") and bool(parts & {"submitter", "on_behalf"})


def check_room(idea: Idea, files: Sequence[KeptFile], *, actor: Person) -> None:
    """Refuse files that do not fit.

    Raises  Refused, Invalid
    """
    if not may_attach(idea, actor):
        raise Refused(_("Files can be added while the idea is being written, or while a question is open."),
                      reason="not_open_for_files")
    most = rule("ideas.attachments_at_most")
    if len(idea.attachments) + len(files) > most:
        raise Invalid(fields={"attachments": _("At most %(most)s files fit beside an idea.", most=most)})
    owners = people_behind(idea, "accepted")
    owner_id = next(iter(owners.values()), actor.id)
    room = rule("ideas.person_megabytes") * 1024 * 1024
    if queries.kept_bytes(owner_id) + sum(file.size_bytes for file in files) > room:
        raise Invalid(fields={"attachments": _("There is no room left for further files of yours.")})


def remove_attachment(idea: Idea, attachment: Attachment, *, actor: Person, now: datetime) -> str:
    """Take a file away from an idea; give its name, to be removed from disk after the commit.

    Raises  Refused when the idea is not being written
    """
    if not may_attach(idea, actor):
        raise Refused(_("Files can be removed while the idea is being written, or while a question is open."),
                      reason="not_open_for_files")
    idea.attachments.remove(attachment)
    if idea.number:
        write("idea.file_removed", now=now, idea_id=idea.id, actor_id=_speaker(idea, actor), role="submitter",
              audience="submitters")
    db.session.flush()
    return attachment.stored_name


def _speaker(idea: Idea, actor: Person) -> int | None:
    """Who the journal names: nobody where the submitter is confidential."""
    return None if idea.confidential else actor.id
