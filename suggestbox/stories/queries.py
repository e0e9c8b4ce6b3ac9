"""Stories, found: those everybody reads, the one of an idea or a measure, in the reader's language, with who is named."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from suggestbox.core.database import db
from suggestbox.core.language import current_language
from suggestbox.core.modules import is_on
from suggestbox.core.paging import Columns, Page, page_of
from suggestbox.ideas.models import ADOPTING, AREAS, Attachment, Idea, Submitter
from suggestbox.ideas.parts import person_behind
from suggestbox.people.directory import Brief, Directory
from suggestbox.people.queries import folded
from suggestbox.steps.models import Step

from .models import Story, StoryPerson, StoryText

PAGE_SIZE = 12


def is_told() -> sa.ColumnElement[bool]:
    """Give the condition for stories everybody reads, in a statement that joins their ideas.

    An idea that was handed over closed at once, and one that was taken back is nobody's to tell.
    """
    gone = sa.or_(Idea.stage == "withdrawn", sa.func.coalesce(Idea.outcome, "") == "handed_over")
    return sa.and_(Story.state == "published", sa.not_(gone))


# -- one story in lists --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Card:
    """A published story as lists draw it, in the reader's language where there are words in it."""

    story: Story
    text: StoryText
    picture: Attachment | None
    department_id: int | None
    area: str

    @property
    def picture_words(self) -> str:
        """What can be seen in the picture."""
        return picture_words(self.story)


_German, _English = aliased(StoryText), aliased(StoryText)


_TOLD: Any = (
    sa.select(Story.id, _German.title, _English.title)
    .join(Idea, Idea.id == Story.idea_id)
    .outerjoin(_German, sa.and_(_German.story_id == Story.id, _German.language == "de"))
    .outerjoin(_English, sa.and_(_English.story_id == Story.id, _English.language == "en"))
    .where(is_told(), sa.or_(_German.story_id.is_not(None), _English.story_id.is_not(None)))
)
_TITLES = _TOLD.where(Story.id.in_(sa.bindparam("ids", expanding=True)))
_CARDS = (
    _TOLD.with_only_columns(Story, _German, _English, Attachment, Idea.department_id, Idea.area)
    .outerjoin(Attachment, Attachment.id == Story.picture_id)
)


def _card(row: Any) -> Card:
    story, german, english, picture, department_id, area = row
    first, second = (english, german) if current_language() == "en" else (german, english)
    return Card(story, first or second, picture, department_id, area)


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed down to; everything empty means all of them."""

    area: str = ""
    department_id: int | None = None
    year: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Say whether some may be left out."""
        return bool(self.area or self.department_id or self.year)


_NEWEST_FIRST: Columns = [(Story.published_at, True), (Story.id, True)]


def published(me: Any, narrowed: Narrowed, book: Directory, *, zone: str, key: str | None = None,
              size: int = PAGE_SIZE) -> Page:
    """Give one page of published stories as cards, the newest first. One statement.

    Takes   zone: of headquarters, in which a year begins and ends
    Raises  Invalid for a page mark that is not one of ours
    """
    if me is None:
        return Page([])
    page = page_of(_CARDS.where(*_conditions(narrowed, book, zone)), _NEWEST_FIRST, key=key, size=size)
    page.rows = [_card(row) for row in page.rows]
    return page


def _conditions(narrowed: Narrowed, book: Directory, zone: str) -> list[Any]:
    found: list[Any] = []
    if narrowed.area in AREAS:
        found.append(Idea.area == narrowed.area)
    if narrowed.department_id is not None:
        found.append(Idea.department_id.in_(sorted(book.below(narrowed.department_id))))
    if narrowed.year is not None:
        found += [Story.published_at >= _begins(narrowed.year, zone), Story.published_at < _begins(narrowed.year + 1, zone)]
    return found


def _begins(year: int, zone: str) -> datetime:
    return datetime(year, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Offered:
    """What one can narrow the list down to: only what there are stories of."""

    areas: tuple[str, ...] = ()
    department_ids: frozenset[int] = frozenset()
    years: tuple[int, ...] = ()


def offered(zone: str) -> Offered:
    """Give the areas, departments and years of published stories. One statement."""
    query = sa.select(Idea.area, Idea.department_id, Story.published_at).join(Idea, Idea.id == Story.idea_id)
    rows = db.session.execute(query.where(is_told())).all()
    areas, years = {area for area, _d, _at in rows}, {at.astimezone(ZoneInfo(zone)).year for _a, _d, at in rows if at}
    places = frozenset(department for _a, department, _at in rows if department is not None)
    return Offered(tuple(area for area in AREAS if area in areas), places, tuple(sorted(years, reverse=True)))


def newest(most: int = 3) -> list[Card]:
    """Give the stories published last. One statement."""
    query = _CARDS.order_by(Story.published_at.desc(), Story.id.desc()).limit(most)
    return [_card(row) for row in db.session.execute(query)]


def told_since(moment: datetime, most: int) -> list[Card]:
    """Give the stories published since a moment, the newest first, as a feed lists them. One statement."""
    query = _CARDS.where(Story.published_at >= moment).order_by(Story.published_at.desc(), Story.id.desc()).limit(most)
    return [_card(row) for row in db.session.execute(query)]


def taken_down_since(moment: datetime) -> list[tuple[int, datetime]]:
    """Give (story id, when) of stories that were published once and cannot be read any more, the last ones first. One
    statement.
    """
    at = sa.case((Story.state == "published", Idea.changed_at), else_=sa.func.coalesce(Story.withdrawn_at, Story.changed_at))
    query = sa.select(Story.id, sa.type_coerce(at, Story.changed_at.type)).join(Idea, Idea.id == Story.idea_id)
    query = query.where(Story.published_at.is_not(None), sa.not_(is_told()), at >= moment)
    return [(story_id, when) for story_id, when in db.session.execute(query.order_by(at.desc(), Story.id))]


# -- the story of something ----------------------------------------------------------------------------------------------


def titles_of(story_ids: Collection[int]) -> dict[int, tuple[str | None, str | None]]:
    """Give {story id: its titles, German and English} of those that are published. One statement."""
    rows = db.session.execute(_TITLES, {"ids": sorted(story_ids)}) if story_ids else ()
    return {story_id: (german, english) for story_id, german, english in rows}


def title_from(titles: tuple[str | None, str | None]) -> str:
    """Give the one of a story's titles that a card in the reader's language shows."""
    german, english = titles
    first, second = (english, german) if current_language() == "en" else (german, english)
    return (second if first is None else first) or ""


def card_of(story_id: int) -> Card | None:
    """Give a published story as a card, or None. One statement."""
    return next((_card(row) for row in db.session.execute(_CARDS.where(Story.id == story_id))), None)


def story_of(idea_id: int) -> Card | None:
    """Give the published story of an idea, or None. One statement."""
    return next((_card(row) for row in db.session.execute(_CARDS.where(Story.idea_id == idea_id))), None)


def beside_idea(idea: Idea, *, knows_names: bool) -> Card | None:
    """Give the published story of an idea for the pages of the idea and its measures, or None. Two statements at most.

    Takes   knows_names: for a reader who handles the idea or handed it in, and knows everybody in it anyway
    """
    card = story_of(idea.id) if is_on("stories") and idea.outcome in ADOPTING and idea.released_at is not None else None
    return card if card is not None and (knows_names or may_lead_on(card.story)) else None


def stories_of_theme(theme_ids: Collection[int], most: int = 5) -> list[Card]:
    """Give the published stories about one of the themes, the newest first. One statement."""
    if not theme_ids or not is_on("stories"):
        return []
    query = _CARDS.where(Story.theme_id.in_(sorted(theme_ids))).order_by(Story.published_at.desc(), Story.id.desc())
    return [_card(row) for row in db.session.execute(query.limit(most))]


# -- its words and its people --------------------------------------------------------------------------------------------


def texts_of(story_id: int) -> dict[str, StoryText]:
    """Give {language: the words of a story in it}. One statement."""
    query = sa.select(StoryText).where(StoryText.story_id == story_id)
    return {text.language: text for text in db.session.scalars(query)}


def shown_text(story: Story, texts: dict[str, StoryText] | None = None, language: str = "") -> StoryText | None:
    """Give the words of a story: in the language wished for, else the reader's, else the one there is."""
    texts = texts_of(story.id) if texts is None else texts
    wanted = (language, current_language(), "de", "en")
    return next((texts[one] for one in wanted if one in texts), None)


def picture_words(story: Story) -> str:
    """Give what can be seen in the picture of a story, in the reader's language if somebody wrote it down in it."""
    first, second = story.picture_words_de, story.picture_words_en
    return (second or first) if current_language() == "en" else (first or second)


@dataclass
class Named:
    """The people of a story as they agreed to be shown; of everybody else only how many there are."""

    submitters: list[Brief] = field(default_factory=list)
    owners: list[Brief] = field(default_factory=list)
    hushed_submitters: int = 0
    hushed_owners: int = 0
    keeps_quiet: bool = False  # somebody is not to be named here whom the pages of idea and measure name

    @property
    def quote_by(self) -> str:
        """Whose sentence the quote is, where that is clear and agreed."""
        return self.submitters[0].name if len(self.submitters) == 1 and not self.hushed_submitters else ""


def named(story: Story, book: Directory, *, preview: bool = False) -> Named:
    """Give who is named in a story: whoever agreed to this very version with their name, nobody else.

    Takes   preview: whoever has not answered yet is shown as they would be: named, a confidential submitter not
    """
    found = Named()
    rows = db.session.scalars(sa.select(StoryPerson).where(StoryPerson.story_id == story.id).order_by(StoryPerson.id)).all()
    parts = {part.id: part for part in _submitters([row.submitter_id for row in rows if row.submitter_id])}
    for row in rows:
        part = parts.get(row.submitter_id or 0)
        confidential = part is not None and part.person_id is None
        answer = row.answer if row.text_version == story.text_version else ""
        shown = answer == "named" or (preview and not answer and not confidential)
        person_id = (person_behind(part) if part else row.person_id) if shown else None
        brief = book.person(person_id)
        if brief is not None:
            (found.submitters if row.submitter_id else found.owners).append(brief)
        elif row.submitter_id:
            found.hushed_submitters += 1
        else:
            found.hushed_owners += 1
        found.keeps_quiet |= brief is None and not confidential
    return found


def stands_in_words(person: Any, texts: Collection[StoryText]) -> bool:
    """Say whether the words of a story name somebody: "Murat Yıldız", "Herr Yildiz", "Mr Yıldız"."""
    given, family = (re.escape(_plain(name)) for name in (person.given_name, person.family_name))
    forms = rf"(?:{given}|herrn?|frau|mrs?\.?|ms\.?)\s+{family}\b"
    parts = ("title", "lead", "before", "idea", "done", "since", "quote")
    return any(re.search(forms, _plain(getattr(text, part))) for text in texts for part in parts)


def _plain(text: str) -> str:
    return folded(text).replace("ı", "i")  # a letter of its own, not an accent


def named_in_words(story: Story, book: Directory) -> bool:
    """Say whether its words name somebody who agreed only without their name. Two statements at most.

    Of confidential submitters nothing is said: the answer would show who they are.
    """
    rows = db.session.scalars(sa.select(StoryPerson).where(
        StoryPerson.story_id == story.id, StoryPerson.answer.in_(("unnamed", "no")))).all()
    if not rows:
        return False
    parts = _submitters([row.submitter_id for row in rows if row.submitter_id])
    people = {row.person_id for row in rows} | {part.person_id for part in parts}
    texts = list(texts_of(story.id).values())
    return any(stands_in_words(brief, texts) for brief in map(book.person, people) if brief is not None)


def _submitters(ids: Collection[int]) -> list[Submitter]:
    return list(db.session.scalars(sa.select(Submitter).where(Submitter.id.in_(sorted(ids))))) if ids else []


def may_lead_on(story: Story) -> bool:
    """Say whether story and idea may point at each other: not when it would name whoever did not want to be. One statement.

    A confidential submitter is named on neither page.
    """
    if story.facts.get("left_out"):
        return False
    hidden = sa.exists().where(Submitter.id == StoryPerson.submitter_id, Submitter.person_id.is_(None))
    quiet = sa.exists().where(
        StoryPerson.story_id == story.id, sa.not_(hidden),
        sa.or_(StoryPerson.answer != "named", StoryPerson.text_version != story.text_version),
    )
    return not db.session.scalar(sa.select(quiet))


def done_on_of(story: Story) -> date | None:
    """Give the day from which on the measure of a story could be noticed, as it stood when people agreed."""
    try:
        return date.fromisoformat(str(story.facts.get("done_on", "")))
    except ValueError:
        return None


def left_unanswered(today: date) -> list[int]:
    """Give the ids of ideas about whose story somebody is still asked although the time to answer is over."""
    asked = sa.exists().where(Step.idea_id == Story.idea_id, Step.kind == "agree_story", Step.done_at.is_(None))
    query = sa.select(Story.idea_id).where(Story.state == "asked", Story.answer_by < today, asked)
    return list(db.session.scalars(query.order_by(Story.id)))
