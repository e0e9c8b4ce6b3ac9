"""The tree of themes: made, changed, moved, placed on touchpoints, archived and brought back, always with a line of history.

What holds afterwards: no theme lies below itself, a theme that is there lies below one that is there, and a theme hears
the same audience as the one above it. Operations flush and never commit.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, NotFound, Refused, Stale
from suggestbox.core.language import gettext as _
from suggestbox.people.structure import key_from

from .history import note
from .landscape import Landscape, landscape
from .models import Journey, Theme, ThemeTouchpoint, Touchpoint

TEXTS = ("name_de", "name_en", "description_de", "description_en")
EXAMPLES = ("examples_de", "examples_en")
FACTS = (*TEXTS, *EXAMPLES, "audience", "need", "owner_id")
"""What `change_theme` changes."""


def free_key(model: type[Theme] | type[Journey] | type[Touchpoint], name: str) -> str:
    """Give a key made from the name that no row of `model` has yet."""
    key = base = key_from(name)
    number = 1
    while db.session.scalar(sa.select(model.id).where(model.key == key)) is not None:
        number += 1
        key = f"{base}-{number}"
    return key


def theme_by_id(theme_id: int) -> Theme:
    """Give the theme, or raise NotFound."""
    theme = db.session.get(Theme, theme_id)
    if theme is None:
        raise NotFound()
    return theme


def locked_landscape() -> Landscape:
    """Give the landscape as nobody else changes it meanwhile: two moves at once could make a ring."""
    db.session.flush()
    db.session.execute(sa.select(Theme.id).order_by(Theme.id).with_for_update())
    return landscape()


def refuse_stale(theme: Theme, version: int | None) -> None:
    """Refuse when somebody changed the theme since the reader's form was shown.

    Raises  Stale
    """
    if version is not None and theme.version != version:
        raise Stale(_("Somebody changed this theme meanwhile. Please look at the changes first."),
                    reason="changed_meanwhile")  # fmt: skip


def refuse_nameless(facts: dict[str, Any]) -> None:
    """Refuse a theme, journey or touchpoint without a name in either language.

    Raises  Invalid
    """
    if not (facts.get("name_de") or facts.get("name_en")):
        sentence = _("The name is missing.")
        raise Invalid(sentence, reason="no_name", fields={"name_de": sentence})


def _refuse_taken(facts: dict[str, Any], parent_id: int | None, lands: Landscape, *, but: int | None = None) -> None:
    """Two themes beside each other have different names: nobody could choose between them in a list."""
    for field in ("name_de", "name_en"):
        name = (facts.get(field) or "").casefold()
        if name and any(
            one.parent_id == parent_id and one.id != but and name == getattr(one, field).casefold() for one in lands.alive()
        ):
            sentence = _("There is a theme with this name here already.")
            raise Invalid(sentence, reason="name_taken", fields={field: sentence})


def _living(theme_id: int, lands: Landscape) -> Any:
    above = lands.theme(theme_id)
    if above is None or above.gone:
        sentence = _("This theme is no longer there. Please choose another one.")
        raise Invalid(sentence, reason="no_theme", fields={"parent_id": sentence})
    return above


def _refuse_other_audience(audience: str, above: Any) -> None:
    if above is not None and above.audience != audience:
        sentence = _("The theme above is about other people. Themes below it have to be about the same people.")
        raise Invalid(sentence, reason="other_audience", fields={"audience": sentence})


def create_theme(
    *,
    now: datetime,
    by_id: int | None,
    key: str = "",
    parent_id: int | None = None,
    touchpoint_ids: Iterable[int] = (),
    **facts: Any,
) -> Theme:
    """Give the new theme; without a key one is made from its name.

    Takes   facts: some of FACTS; without an audience that of the theme above
    Raises  Invalid with a sentence per field
    """
    refuse_nameless(facts)
    lands = locked_landscape()
    above = _living(parent_id, lands) if parent_id is not None else None
    facts["audience"] = facts.get("audience") or (above.audience if above else "customers")
    _refuse_other_audience(facts["audience"], above)
    _refuse_taken(facts, parent_id, lands)
    key = key or free_key(Theme, facts.get("name_de") or facts["name_en"])
    empty: dict[str, Any] = {**dict.fromkeys(TEXTS, ""), **{name: [] for name in EXAMPLES}, "need": "", "owner_id": None}
    theme = Theme(key=key, parent_id=parent_id, created_at=now, **{**empty, **facts})
    db.session.add(theme)
    db.session.flush()
    placed = _put(theme, touchpoint_ids, lands)
    note(theme, "created", now=now, by_id=by_id, parent_id=parent_id, touchpoint_ids=placed,
         **{name: getattr(theme, name) for name in FACTS})  # fmt: skip
    return theme


def change_theme(theme: Theme, *, now: datetime, by_id: int | None, **facts: Any) -> list[str]:
    """Change some of FACTS; give what is different now. With the audience goes that of all themes below.

    Raises  Invalid with a sentence per field, Refused for a theme that is archived
    """
    _refuse_gone(theme)
    refuse_nameless({"name_de": theme.name_de, "name_en": theme.name_en, **facts})
    different: dict[str, Any] = {
        name: [getattr(theme, name), value] for name, value in facts.items() if getattr(theme, name) != value
    }
    if not different:
        return []
    lands = locked_landscape()
    _refuse_taken({name: value for name, (_before, value) in different.items()}, theme.parent_id, lands, but=theme.id)
    if "audience" in different:
        above = lands.theme(theme.parent_id)
        _refuse_other_audience(facts["audience"], above)
        _hear_below(theme.id, facts["audience"], lands, now=now, by_id=by_id)
    for name, (_before, value) in different.items():
        setattr(theme, name, value)
    note(theme, "changed", now=now, by_id=by_id, **different)
    return sorted(different)


def _hear_below(theme_id: int, audience: str, lands: Landscape, *, now: datetime, by_id: int | None) -> None:
    """Let everything below a theme hear the same people as the theme itself."""
    for below in _rows(sorted(lands.below(theme_id) - {theme_id})):
        if below.audience != audience:
            before, below.audience = below.audience, audience
            note(below, "changed", now=now, by_id=by_id, audience=[before, audience])


def _rows(ids: Sequence[int]) -> list[Theme]:
    return list(db.session.scalars(sa.select(Theme).where(Theme.id.in_(ids)).order_by(Theme.id)))


def move_theme(theme: Theme, parent_id: int | None, *, now: datetime, by_id: int | None) -> bool:
    """Hang a theme, with everything below it, below another one or (None) at the top; say whether it moved.

    Raises  Invalid when it would lie below itself or below a theme that is gone, Refused for an archived theme
    """
    _refuse_gone(theme)
    lands = locked_landscape()
    if theme.parent_id == parent_id:
        return False
    above = None
    if parent_id is not None:
        above = _living(parent_id, lands)
        if parent_id in lands.below(theme.id):
            sentence = _("A theme cannot lie below itself.")
            raise Invalid(sentence, reason="loop", fields={"parent_id": sentence})
    facts: dict[str, Any] = {"parent_id": [theme.parent_id, parent_id]}
    if above is not None and above.audience != theme.audience:
        facts["audience"] = [theme.audience, above.audience]
        theme.audience = above.audience
        _hear_below(theme.id, above.audience, lands, now=now, by_id=by_id)
    theme.parent_id = parent_id
    note(theme, "moved", now=now, by_id=by_id, **facts)
    return True


def place_theme(theme: Theme, touchpoint_ids: Iterable[int], *, now: datetime, by_id: int | None) -> bool:
    """Put a theme on these touchpoints and no others that are there; say whether anything is different now.

    Touchpoints that are archived keep their themes: they may come back.
    """
    _refuse_gone(theme)
    lands = landscape()
    before = list(lands.themes[theme.id].touchpoint_ids)
    after = _put(theme, touchpoint_ids, lands)
    if before == after:
        return False
    note(theme, "placed", now=now, by_id=by_id, touchpoint_ids=[before, after])
    return True


def _put(theme: Theme, touchpoint_ids: Iterable[int], lands: Landscape) -> list[int]:
    """Write where a theme lies; give the touchpoints it lies on now."""
    wanted = set(touchpoint_ids)
    wrong = [one for one in wanted if one not in lands.touchpoints]
    if wrong:
        sentence = _("This touchpoint is no longer there. Please choose again.")
        raise Invalid(sentence, reason="no_touchpoint", fields={"touchpoint_ids": sentence})
    known = lands.theme(theme.id)
    before = set(known.touchpoint_ids) if known else set()
    wanted |= {one for one in before if lands.touchpoints[one].gone}
    if before - wanted:
        lies = ThemeTouchpoint.theme_id == theme.id
        gone = sa.delete(ThemeTouchpoint).where(lies, ThemeTouchpoint.touchpoint_id.in_(before - wanted))
        db.session.execute(gone, execution_options={"synchronize_session": False})
    for one in sorted(wanted - before):
        db.session.add(ThemeTouchpoint(theme_id=theme.id, touchpoint_id=one))
    db.session.flush()
    return sorted(wanted)


def archive_theme(theme: Theme, *, now: datetime, by_id: int | None) -> list[int]:
    """Archive a theme with everything below it; give their ids. What was said about them stays and still counts.

    Raises  Refused when it is archived already
    """
    _refuse_gone(theme)
    lands = locked_landscape()
    ids = [theme.id, *sorted(one for one in lands.below(theme.id) - {theme.id} if not lands.themes[one].gone)]
    for row in _rows(ids):
        row.archived_at = now
        note(row, "archived", now=now, by_id=by_id, with_id=theme.id)
    return ids


def restore_theme(theme: Theme, *, now: datetime, by_id: int | None) -> list[int]:
    """Bring an archived or merged theme back, with those below it that were archived along; give their ids.

    Where the theme above is gone too, it hangs below the nearest one that is there. What a merged theme had stays
    with the theme that took it in.

    Raises  Refused when it is not archived
    """
    if theme.archived_at is None:
        raise Refused(_("This theme is not archived."), reason="not_archived")
    lands = locked_landscape()
    along = [] if theme.merged_into_id else _archived_along(theme, lands)
    parent_id = _nearest_living(theme.parent_id, lands)
    facts: dict[str, Any] = {"merged_into_id": [theme.merged_into_id, None]} if theme.merged_into_id else {}
    if parent_id != theme.parent_id:
        facts["parent_id"] = [theme.parent_id, parent_id]
    above = lands.theme(parent_id)
    if above is not None and above.audience != theme.audience:
        facts["audience"] = [theme.audience, above.audience]
        theme.audience = above.audience
        _hear_below(theme.id, above.audience, lands, now=now, by_id=by_id)
    theme.archived_at, theme.merged_into_id, theme.parent_id = None, None, parent_id
    note(theme, "restored", now=now, by_id=by_id, **facts)
    for row in _rows(along):
        row.archived_at = None
        note(row, "restored", now=now, by_id=by_id, with_id=theme.id)
    return [theme.id, *along]


def _archived_along(theme: Theme, lands: Landscape) -> list[int]:
    """The themes below that were archived in the same moment, as far as those between were too."""
    below = _rows(sorted(lands.below(theme.id) - {theme.id}))
    along = {theme.id}
    while True:
        new = {
            row.id for row in below
            if row.id not in along and row.parent_id in along and row.merged_into_id is None
            and row.archived_at == theme.archived_at
        }
        if not new:
            return sorted(along - {theme.id})
        along |= new


def _nearest_living(theme_id: int | None, lands: Landscape) -> int | None:
    theme = lands.theme(theme_id)
    while theme is not None and theme.gone:
        theme = lands.theme(theme.merged_into_id or theme.parent_id)
    return theme.id if theme else None


def _refuse_gone(theme: Theme) -> None:
    if theme.archived_at is not None:
        raise Refused(_("This theme is archived. Bring it back first."), reason="archived")
