"""The landscape: all themes, touchpoints and journeys as they stand, read once and asked often."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.language import current_language

from .models import Journey, Theme, ThemeTouchpoint, Touchpoint


@dataclass(frozen=True)
class Named:
    """Something with a name in both languages."""

    id: int
    key: str
    name_de: str
    name_en: str

    @property
    def name(self) -> str:
        """The name in the reader's language; in the other one where there is none."""
        german = current_language() == "de"
        return (self.name_de or self.name_en) if german else (self.name_en or self.name_de)


@dataclass(frozen=True)
class ThemeBrief(Named):
    """A theme. Merged and archived ones are `gone`."""

    parent_id: int | None
    audience: str
    need: str
    owner_id: int | None
    touchpoint_ids: tuple[int, ...]
    gone: bool
    merged_into_id: int | None


@dataclass(frozen=True)
class TouchpointBrief(Named):
    """A touchpoint, with its journey."""

    journey_id: int
    position: int
    department_id: int | None
    owner_id: int | None
    gone: bool


@dataclass(frozen=True)
class JourneyBrief(Named):
    """A journey. Its touchpoints are asked of the landscape."""

    audience: str
    position: int
    gone: bool


@dataclass
class Landscape:
    """All of them by id, gone ones included, in the order people put them in (themes by name)."""

    themes: dict[int, ThemeBrief] = field(default_factory=dict)
    touchpoints: dict[int, TouchpointBrief] = field(default_factory=dict)
    journeys: dict[int, JourneyBrief] = field(default_factory=dict)

    def theme(self, theme_id: int | None) -> ThemeBrief | None:
        """Give a theme, or None."""
        return self.themes.get(theme_id) if theme_id is not None else None

    def alive(self) -> list[ThemeBrief]:
        """Give the themes that are there for everybody."""
        return [theme for theme in self.themes.values() if not theme.gone]

    def children(self, theme_id: int | None) -> list[ThemeBrief]:
        """Give the themes right below one that are not gone; below None: the topmost."""
        return [theme for theme in self.alive() if theme.parent_id == theme_id]

    def below(self, theme_id: int) -> set[int]:
        """Give the ids of a theme and of everything below it, gone ones included: what they were told still counts."""
        found, ahead = {theme_id}, [theme_id]
        while ahead:
            above = ahead.pop()
            new = [t.id for t in self.themes.values() if t.parent_id == above and t.id not in found]
            found.update(new)
            ahead += new
        return found

    def path(self, theme_id: int) -> list[ThemeBrief]:
        """Give a theme and those above it, the topmost first."""
        found: list[ThemeBrief] = []
        theme = self.themes.get(theme_id)
        while theme is not None and theme not in found:
            found.insert(0, theme)
            theme = self.theme(theme.parent_id)
        return found

    def walk(self, theme_id: int | None = None, depth: int = 0) -> Iterator[tuple[ThemeBrief, int]]:
        """Give the themes below one with their depth, each before those below it, without gone ones."""
        for theme in self.children(theme_id):
            yield theme, depth
            yield from self.walk(theme.id, depth + 1)

    def stations(self, journey_id: int) -> list[TouchpointBrief]:
        """Give the touchpoints of a journey that are not gone, in their order."""
        return [t for t in self.touchpoints.values() if t.journey_id == journey_id and not t.gone]

    def on_touchpoint(self, touchpoint_id: int) -> list[ThemeBrief]:
        """Give the themes that lie on a touchpoint and are not gone."""
        return [theme for theme in self.alive() if touchpoint_id in theme.touchpoint_ids]

    def ways(self, audience: str = "") -> list[JourneyBrief]:
        """Give the journeys that are not gone, of one audience or of all."""
        return [j for j in self.journeys.values() if not j.gone and audience in ("", j.audience)]


def landscape() -> Landscape:
    """Give the landscape as it is now: four statements, however large it is."""
    session = db.session
    placed: dict[int, list[int]] = {}
    for theme_id, touchpoint_id in session.execute(
        sa.select(ThemeTouchpoint.theme_id, ThemeTouchpoint.touchpoint_id).order_by(ThemeTouchpoint.touchpoint_id)
    ):
        placed.setdefault(theme_id, []).append(touchpoint_id)
    themes = session.execute(sa.select(
        Theme.id, Theme.key, Theme.name_de, Theme.name_en, Theme.parent_id, Theme.audience, Theme.need, Theme.owner_id,
        Theme.archived_at, Theme.merged_into_id,
    ))
    touchpoints = session.execute(sa.select(
        Touchpoint.id, Touchpoint.key, Touchpoint.name_de, Touchpoint.name_en, Touchpoint.journey_id, Touchpoint.position,
        Touchpoint.department_id, Touchpoint.owner_id, Touchpoint.archived_at,
    ).order_by(Touchpoint.journey_id, Touchpoint.position, Touchpoint.id))
    journeys = session.execute(sa.select(
        Journey.id, Journey.key, Journey.name_de, Journey.name_en, Journey.audience, Journey.position, Journey.archived_at,
    ).order_by(Journey.position, Journey.id))
    found = [
        ThemeBrief(t.id, t.key, t.name_de, t.name_en, t.parent_id, t.audience, t.need, t.owner_id,
                   tuple(placed.get(t.id, ())), t.archived_at is not None, t.merged_into_id)
        for t in themes
    ]
    found.sort(key=lambda theme: (theme.name.casefold(), theme.id))
    return Landscape(
        {theme.id: theme for theme in found},
        {t.id: TouchpointBrief(t.id, t.key, t.name_de, t.name_en, t.journey_id, t.position, t.department_id, t.owner_id,
                               t.archived_at is not None) for t in touchpoints},
        {j.id: JourneyBrief(j.id, j.key, j.name_de, j.name_en, j.audience, j.position, j.archived_at is not None)
         for j in journeys},
    )
