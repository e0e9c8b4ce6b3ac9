"""Bringing feedback in from files: upload, choose the columns, look at what would come in, start, follow, take back."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import HouseError, Invalid, NotFound, Refused, TooMuch
from suggestbox.core.guard import door
from suggestbox.core.language import decimal, short_date
from suggestbox.core.language import gettext as _
from suggestbox.core.paging import page_of
from suggestbox.people.models import Person
from suggestbox.people.queries import here, today_for

from . import intake, policy
from .blueprint import bp
from .import_forms import OPTION, SEEN_AT_ONCE, UploadForm, chosen_mapping, key_of, mapping_form, options_of, raw_options
from .item_queries import sources_by_name
from .landscape import landscape
from .models import Import, Source
from .words import AUDIENCE_WORDS, CHANNEL_WORDS, IMPORT_STATE_TINTS, IMPORT_STATE_WORDS, KIND_WORDS

SMALL_BYTES = 2_000_000
"""Files up to this size are looked at as a whole before they come in; larger ones when somebody asks for it."""

SHOWN_ROWS = 5

UNDER_WAY = ("queued", "running")


@bp.get("/feedback/imports", endpoint="imports")
@door("feedback.imports", allow=policy.may_import)
def imports() -> str:
    """What came in so far, and the sources it came from."""
    page = page_of(sa.select(Import), [(Import.id, True)], key=request.args.get("page"))
    if page.next_key:
        page.next_url = url_for("feedback.imports", page=page.next_key)
    if page.prev_key:
        page.prev_url = url_for("feedback.imports", page=page.prev_key)
    brought = sa.select(
        Import.source_id, sa.func.sum(Import.created_count).label("count"), sa.func.max(Import.ended_at).label("last_at")
    ).where(Import.state == "visible").group_by(Import.source_id).subquery()
    sources = db.session.execute(
        sa.select(Source, brought.c.count, brought.c.last_at).outerjoin(brought, brought.c.source_id == Source.id)
        .where(Source.key != intake.HEARD).order_by(sa.func.lower(Source.name), Source.id)
    ).all()
    return render_template(
        "feedback/imports.html", page=page, sources=sources,
        source_names={row.Source.id: row.Source.name for row in sources},
        state_words=IMPORT_STATE_WORDS, state_tints=IMPORT_STATE_TINTS, kinds=KIND_WORDS, book=here(),
    )


# -- the file ----------------------------------------------------------------------------------------------------------


@bp.route("/feedback/imports/new", methods=["GET", "POST"], endpoint="new_import")
@door("feedback.new_import", allow=policy.may_import)
def new_import() -> Any:
    """Choose a file, and say where it comes from."""
    form = UploadForm(sources=sources_by_name(but=intake.HEARD))
    if request.method == "POST" and form.validate():
        try:
            import_id = _take_in(form)
        except (Invalid, TooMuch, Refused) as wrong:
            upload: Any = form.upload
            upload.errors = [*upload.errors, str(wrong.text)]
        else:
            return redirect(url_for("feedback.map_import", import_id=import_id), 303)
    elif request.method == "GET" and form.known:
        form.source_id.data = request.args.get("source", next(iter(form.known)))
    most = current_app.config["DEPLOYMENT"].max_upload_mb
    return render_template("feedback/import_new.html", form=form, most=most), 422 if form.errors else 200


def _take_in(form: UploadForm) -> int:
    """Put the file on disk, look whether it can be read at all, and give the id of its import."""
    source_id, name = form.chosen_source(), form.source_name.data or ""
    kept = intake.keep_file(form.upload.data.stream, form.upload.data.filename)
    now = utc_now()
    try:
        _look_inside(kept)
        with work():
            source = db.session.get(Source, source_id) if source_id is not None else None
            if source is None:
                source = intake.ensure_source(key_of(name), name, now=now)
            return intake.start_import(kept, source, mapping={}, options={}, by_id=current_user.id, now=now).id
    except BaseException:
        intake.forget_file(kept.stored_name)
        raise


def _look_inside(kept: Any) -> None:
    """Refuse at once what cannot be read at all. Whoever knows the encoding better may say so on the next page."""
    try:
        intake.open_source(intake.path_of(Import(stored_name=kept.stored_name)), kept.kind, {})
    except HouseError as wrong:
        if wrong.reason not in ("encodings_mixed", "encoding_unknown"):
            raise


# -- its columns -------------------------------------------------------------------------------------------------------


def load_import(me: Person, import_id: int) -> Import:
    """Give an import; for everybody but those who bring feedback in there is none.

    Raises  NotFound
    """
    row = db.session.get(Import, import_id)
    if row is None or not policy.may_import(me):
        raise NotFound(reason="no_such_import")
    return row


def _waits_for_columns(row: Import) -> bool:
    """An uploaded file, or one of which nothing came in, as long as it is still there."""
    return row.state == "uploaded" or (row.state == "failed" and bool(row.stored_name) and intake.path_of(row).is_file())


@bp.route("/feedback/imports/<int:import_id>/columns", methods=["GET", "POST"], endpoint="map_import")
@door("feedback.map_import", load=load_import)
def map_import(row: Import) -> Any:
    """Say which column is what, and look at the first rows as they would come in."""
    if not _waits_for_columns(row):
        return redirect(url_for("feedback.import", import_id=row.id))
    source, lands = db.session.get_one(Source, row.source_id), landscape()
    asked = request.form if request.method == "POST" else {}
    options = options_of(row, source, row.mapping) | {
        name: asked[OPTION + name] for name in ("sheet", "encoding", "separator") if OPTION + name in asked
    }
    try:
        opened, trouble = intake.open_source(intake.path_of(row), row.kind, options), ""
    except HouseError as wrong:  # a sheet or an encoding that does not fit: choose another one
        opened, trouble = None, str(wrong.text)
    columns = _samples(opened) if opened is not None else {}
    mapping = row.mapping or intake.propose_mapping(tuple(columns), source.mapping)
    form = mapping_form(row, source, columns, opened.sheets if opened else (), lands, mapping)
    preview = None
    if request.method == "GET" or opened is None:
        chosen = {**intake.clean_options({}), **options_of(row, source, mapping)}
    elif (cleaned := _cleaned(form)) is None:
        return _map_page(row, source, form, opened, None, trouble), 422
    else:
        mapping, chosen = chosen_mapping(form, columns), cleaned
        if "start" in request.form:
            return _start(row, mapping, chosen)
    if opened is not None:
        wanted = Import(
            id=row.id, source_id=row.source_id, kind=row.kind, file_name=row.file_name, stored_name=row.stored_name,
            sha256=row.sha256, size_bytes=row.size_bytes, mapping=mapping, options=chosen, state=row.state,
        )  # beside the row: looking at something changes nothing
        try:
            preview = intake.check(wanted, today=today_for(), whole=row.size_bytes <= SMALL_BYTES or "whole" in request.form)
        except HouseError as wrong:
            trouble = str(wrong.text)
    return _map_page(row, source, form, opened, preview, trouble)


def _cleaned(form: Any) -> dict[str, Any] | None:
    """The options as they count; None where something about them is wrong, which then stands at its field."""
    if not form.validate():
        return None
    try:
        return intake.clean_options(raw_options(form))
    except Invalid as wrong:
        for name, sentence in wrong.fields.items():
            field = form[OPTION + name]
            field.errors = [*field.errors, str(sentence)]
        return None


def _samples(opened: Any) -> dict[str, str]:
    """The columns, each with what it holds in the first rows."""
    found = dict.fromkeys(opened.columns, "")
    for _number, line in zip(range(5), opened, strict=False):
        for column, value in line.cells.items():
            if column in found and not found[column]:
                text = " ".join(str(value if value is not None else "").split())
                found[column] = text if len(text) <= 40 else text[:39] + "…"
    return found


def _map_page(row: Import, source: Source, form: Any, opened: Any, preview: Any, trouble: str) -> str:
    twin = db.session.scalars(sa.select(Import).where(
        Import.sha256 == row.sha256, Import.state == "visible", Import.id != row.id
    ).order_by(Import.id.desc()).limit(1)).first()
    named = {field.name: field for field in form}
    return render_template(
        "feedback/import_map.html", row=row, source=source, form=form, opened=opened, preview=preview, trouble=trouble,
        twin=twin, kinds=KIND_WORDS, rows=_rows(preview), small=row.size_bytes <= SMALL_BYTES,
        columns=[named[name] for name in named if name.startswith("column_")],
        in_sight=[named[OPTION + name] for name in SEEN_AT_ONCE if OPTION + name in named],
        folded=[f for name, f in named.items() if name.startswith(OPTION) and name.removeprefix(OPTION) not in SEEN_AT_ONCE],
    )


def _rows(preview: Any) -> list[dict[str, Any]]:
    """The first rows as people read them: the text, and the other facts with their labels."""
    said = {"yes": _("yes"), "no": _("no")}
    words: dict[str, Any] = {"channel": CHANNEL_WORDS, "audience": AUDIENCE_WORDS, "settled": said}
    shown = []
    for one in preview.rows[:SHOWN_ROWS] if preview is not None else ():
        facts = [
            (intake.FIELDS[name].label, short_date(date.fromisoformat(value)) if name == "date" else
             decimal(float(value)) if name == "rating" else words.get(name, {}).get(value, value))
            for name, value in one.facts.items() if name != "text" and value and name in intake.FIELDS
        ]
        shown.append({"line": one.line, "text": one.facts.get("text", ""), "facts": facts, "errors": one.errors})
    return shown


def _start(row: Import, mapping: dict[str, str], options: dict[str, Any]) -> Any:
    import_id, now = row.id, utc_now()
    with work():
        intake.queue(load_import(current_user, import_id), mapping=mapping, options=options, now=now,
                     by_id=current_user.id)
    return redirect(url_for("feedback.import", import_id=import_id), 303)


# -- how far it is, and what became of it ------------------------------------------------------------------------------


@bp.get("/feedback/imports/<int:import_id>", endpoint="import")
@door("feedback.import", load=load_import)
def show_import(row: Import) -> Any:
    """How far an import is, what came in, what did not and why."""
    if row.state == "uploaded":
        return redirect(url_for("feedback.map_import", import_id=row.id))
    book = here()
    return render_template(
        "feedback/import.html", row=row, source=db.session.get_one(Source, row.source_id), under_way=row.state in UNDER_WAY,
        again=_waits_for_columns(row), kinds=KIND_WORDS, by=book.person(row.by_id), undone_by=book.person(row.undone_by_id),
    )


@bp.post("/feedback/imports/<int:import_id>/undo", endpoint="undo_import")
@door("feedback.undo_import", load=load_import)
def undo_import(row: Import) -> Any:
    """Take back what came in with an import, all of it."""
    import_id, now = row.id, utc_now()
    with work():
        intake.undo(load_import(current_user, import_id), by_id=current_user.id, now=now)
    flash(_("The import is taken back. Nothing of it counts any more."), "good")
    return redirect(url_for("feedback.import", import_id=import_id), 303)


@bp.post("/feedback/imports/<int:import_id>/drop", endpoint="drop_import")
@door("feedback.drop_import", load=load_import)
def drop_import(row: Import) -> Any:
    """Throw an uploaded file away that nobody wants in."""
    if row.state != "uploaded":
        raise Refused(_("This import has begun already."), reason="import_begun")
    import_id = row.id
    with work():
        intake.drop_upload(load_import(current_user, import_id))
    flash(_("The file is thrown away. Nothing came in."), "good")
    return redirect(url_for("feedback.imports"), 303)
