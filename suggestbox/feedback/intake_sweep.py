"""Removing what imports left behind that failed, died or were taken back. Nobody saw it any more; now it is gone."""

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from suggestbox.core.database import db, let_go, short_work
from suggestbox.core.stopping import is_stopping

from .models import Assignment, Import, Item, Theme

AT_ONCE = 2_000
INVISIBLE = ("uploaded", "queued", "failed", "undone")
"""States in which an import has no rows that anybody sees or is writing."""


def remove_items(import_id: int) -> int:
    """Remove the items of an import, some thousand per transaction; give how many."""
    removed = 0
    while True:
        let_go()
        with short_work() as connection:
            some = sa.select(Item.id).where(Item.import_id == import_id).limit(AT_ONCE)
            count = connection.execute(sa.delete(Item).where(Item.id.in_(some))).rowcount
        removed += count
        if count < AT_ONCE:
            return removed


def remove_leftovers(source_id: int | None = None) -> int:
    """Remove the items of imports that show nothing, of one source or of all; give how many.

    Takes   source_id: also what an import of it left that is just being begun anew
    """
    let_go()
    states = INVISIBLE if source_id is None else (*INVISIBLE, "running")
    dead = sa.select(Import.id).where(
        Import.state.in_(states), sa.exists().where(Item.import_id == Import.id),
        *([Import.source_id == source_id] if source_id is not None else []),
    ).order_by(Import.id)
    removed = 0
    for import_id in db.session.scalars(dead).all():
        removed += remove_items(import_id)
    return removed


def remove_new_themes(begun_anew: int = 0) -> int:
    """Remove themes that came with an import which is not there any more, as far as nobody uses them; give how many.

    Takes   begun_anew: also those of this import, whose items are removed already
    """
    let_go()
    gone = sa.or_(Import.state.in_(("failed", "undone")), Import.id == begun_anew)
    ended = db.session.execute(sa.select(Import.id, Import.options).where(gone)).all()
    removed = 0
    for import_id, options in ended:
        ids = options.get("new_themes", [])
        if not ids or is_stopping():
            continue
        removed += sum(_remove_theme(theme_id) for theme_id in ids)
        let_go()
        with short_work() as connection:
            rest = {name: value for name, value in options.items() if name != "new_themes"}
            connection.execute(sa.update(Import).where(Import.id == import_id).values(options=rest))
    return removed


def _remove_theme(theme_id: int) -> bool:
    """Remove a theme nothing points to; one that is used, was changed or has others below it stays."""
    let_go()
    below = sa.alias(Theme.__table__)
    unused = sa.and_(
        Theme.id == theme_id, Theme.version == 1, ~sa.exists().where(Assignment.theme_id == theme_id),
        ~sa.exists().where(below.c.parent_id == theme_id),
    )
    try:
        with short_work() as connection:
            return connection.execute(sa.delete(Theme).where(unused)).rowcount == 1
    except IntegrityError:  # an idea, a call or another theme points to it
        return False
