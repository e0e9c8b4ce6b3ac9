"""The columns "themes" and "polarities" of a file, understood by the themes there are."""

import re
from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.language import gettext as _

from .landscape import Landscape, ThemeBrief
from .models import POLARITIES, Import, Theme, ThemeChange

POLARITY_NAMES = {
    **{name: name for name in POLARITIES}, "positiv": "positive", "negativ": "negative", "pos": "positive",
    "neg": "negative", "+": "positive", "-": "negative", "0": "neutral", "gemischt": "neutral", "mixed": "neutral",
}
LONGEST_NAME = 120


class ThemeReader:
    """Finds themes by key or name. With `create`, labels nobody knows are collected in `new` instead of refused."""

    def __init__(self, lands: Landscape, *, create: bool):
        self._lands, self._create = lands, create
        self.new: set[str] = set()
        self._by_key = {theme.key: theme for theme in lands.themes.values()}
        self._by_name: dict[str, set[int]] = {}
        for theme in lands.themes.values():
            for name in (theme.name_de, theme.name_en, theme.key):
                if name and (not theme.gone or theme.merged_into_id):
                    self._by_name.setdefault(name.casefold(), set()).add(self._standing(theme).id)

    def _standing(self, theme: ThemeBrief) -> ThemeBrief:
        """The theme it was merged into, and that into, and so on."""
        seen = {theme.id}
        while theme.merged_into_id and theme.merged_into_id not in seen:
            seen.add(theme.merged_into_id)
            theme = self._lands.themes[theme.merged_into_id]
        return theme

    def _find(self, label: str) -> tuple[str, str]:
        """The key of the theme that is meant, and a sentence where none is."""
        known = self._by_key.get(label)
        if known is None:
            ids = self._by_name.get(label.casefold(), set())
            if len(ids) > 1:
                return "", _("Several themes are called “%(name)s”. Please name it by its key.", name=label)
            known = self._lands.themes[next(iter(ids))] if ids else None
        if known is None:
            if not self._create:
                return "", _("There is no theme “%(name)s”.", name=label[:60])
            if len(label) > LONGEST_NAME:
                return "", _("The name of the theme “%(name)s” is too long.", name=label[:60])
            self.new.add(label)
            return label, ""
        known = self._standing(known)
        if known.gone:
            return "", _("The theme “%(name)s” is archived.", name=label[:60])
        return known.key, ""

    def read(self, themes: str, polarities: str, *, only_polarities: bool = False) -> tuple[dict[str, str], list[str]]:
        """Give key of theme -> polarity, and what cannot be understood.

        Takes   only_polarities: no column names the themes, so those with a polarity are all
        """
        problems: list[str] = []
        labels = _parts(themes)
        found: dict[str, list[str]] = {}
        for label in labels:
            key, problem = self._find(label)
            if problem:
                problems.append(problem)
            else:
                found.setdefault(key, [])
        for entry in _parts(polarities):
            label, polarity = self._cut(entry, labels)
            if polarity not in POLARITY_NAMES:
                problems.append(_("“%(text)s” is no polarity. It looks like theme:negative.", text=entry[:60]))
                continue
            key, problem = self._find(label)
            if not problem and key not in found and not only_polarities:
                problem = _("“%(name)s” has a polarity but is none of the themes in this line.", name=label[:60])
            if not problem:
                found.setdefault(key, []).append(POLARITY_NAMES[polarity])
            elif problem not in problems:
                problems.append(problem)
        return {key: _together(names) for key, names in found.items()}, problems

    @staticmethod
    def _cut(entry: str, labels: list[str]) -> tuple[str, str]:
        """Cut "theme:polarity" where the theme ends: names may have colons themselves."""
        for label in sorted(labels, key=len, reverse=True):
            rest = entry[len(label) :].lstrip()
            if entry.casefold().startswith(label.casefold()) and rest.startswith(":"):
                return label, rest[1:].strip().casefold()
        label, _colon, polarity = entry.rpartition(":")
        return label.strip(), polarity.strip().casefold()


def _parts(cell: str) -> list[str]:
    if not cell:
        return []
    found = (" ".join(part.split()) for part in re.split(r"[|\n]", cell))
    return [part for part in found if part]


def _together(polarities: list[str]) -> str:
    """One polarity for several: what was said most often; neutral where that are two."""
    counts = {name: polarities.count(name) for name in POLARITIES}
    best = max(counts.values())
    most = [name for name, count in counts.items() if count == best]
    return most[0] if best and len(most) == 1 else "neutral"


# -- themes that come with a file --------------------------------------------------------------------------------------


NEW_THEMES = "new_themes"
"""Under this name the options of an import keep the ids of the themes it brings."""


def hide_new_themes(import_id: int, labels: list[str], *, now: datetime) -> None:
    """Add themes nobody sees yet: archived, until their import is shown. A second try finds those of the first."""
    with work() as session:
        row = session.get_one(Import, import_id)
        there = set(session.scalars(sa.select(Theme.key).where(Theme.key.in_(labels))))
        ids = list(row.options.get(NEW_THEMES, []))
        for label in labels:
            if label in there:
                continue
            name = _in_words(label)
            theme = Theme(key=label, name_de=name, name_en=name, archived_at=now, created_at=now,
                          audience=row.options.get("audience") or "customers")
            session.add(theme)
            session.flush()
            ids.append(theme.id)
        row.options = {**row.options, NEW_THEMES: ids}


def show_new_themes(row: Import, *, now: datetime) -> None:
    """Show the themes that came with an import, in the transaction that shows its items."""
    ids = row.options.get(NEW_THEMES, [])
    for theme_id in ids:
        db.session.add(ThemeChange(theme_id=theme_id, kind="created", facts={}, by_id=row.by_id, at=now))
    if ids:
        db.session.execute(sa.update(Theme).where(Theme.id.in_(ids)).values(archived_at=None))


def theme_ids_by_key() -> dict[str, int]:
    """Give the ids of all themes by their keys."""
    return {theme.key: theme.id for theme in db.session.execute(sa.select(Theme.key, Theme.id))}


def _in_words(label: str) -> str:
    """The name of a theme out of its key: "card_payment" becomes "card payment"."""
    return " ".join(re.sub(r"[#_]+", " ", label).split()) or label
