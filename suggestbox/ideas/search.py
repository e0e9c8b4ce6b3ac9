"""Full-text search and similar ideas: one interface over SQLite FTS5 and PostgreSQL's text search.

What is looked for is always made of [a-z0-9] and quoted, so no input can break a query. Candidates come from the
database's index; they are ranked here, so that both databases give the same order.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from suggestbox.core import sqlite
from suggestbox.core.database import db
from suggestbox.core.words import GRAM, all_grams, all_stems, fold, grams_of, is_common, splits_of, stems_of, tokens

from .models import Idea, IdeaWords

MOST_WORDS = 12
"""Further words of a search are ignored."""

MOST_CANDIDATES = 600
"""So many of the newest matches are ranked."""

# -- the index -------------------------------------------------------------------------------------------------------

SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE idea_search USING fts5(stems, grams, content='idea_words', content_rowid='idea_id',"
    " tokenize='ascii', detail='column')",
    "CREATE TRIGGER idea_search_added AFTER INSERT ON idea_words BEGIN"
    " INSERT INTO idea_search(rowid, stems, grams) VALUES (new.idea_id, new.stems, new.grams); END",
    "CREATE TRIGGER idea_search_removed AFTER DELETE ON idea_words BEGIN"
    " INSERT INTO idea_search(idea_search, rowid, stems, grams)"
    " VALUES ('delete', old.idea_id, old.stems, old.grams); END",
    "CREATE TRIGGER idea_search_changed AFTER UPDATE ON idea_words BEGIN"
    " INSERT INTO idea_search(idea_search, rowid, stems, grams)"
    " VALUES ('delete', old.idea_id, old.stems, old.grams);"
    " INSERT INTO idea_search(rowid, stems, grams) VALUES (new.idea_id, new.stems, new.grams); END",
)
SQLITE_FORGETS = "INSERT INTO idea_search(idea_search, rank) VALUES ('secure-delete', 1)"
"""Deleted words leave the file at once; older libraries (before 3.42) keep them until the index is optimised."""

POSTGRES_INDEX = (
    "ALTER TABLE idea_words ADD COLUMN idea_search_stems tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(stems, ' '))) STORED",
    "ALTER TABLE idea_words ADD COLUMN idea_search_grams tsvector"
    " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(grams, ' '))) STORED",
    "CREATE INDEX ix_idea_search_stems ON idea_words USING gin (idea_search_stems)",
    "CREATE INDEX ix_idea_search_grams ON idea_words USING gin (idea_search_grams)",
)
"""No parser of PostgreSQL's is involved: it would cut "3d" or "1e5" in ways of its own."""


def create_search(connection: sa.Connection) -> None:
    """Make the index beside the table `idea_words`, which must exist."""
    for statement in SQLITE_INDEX if connection.dialect.name == "sqlite" else POSTGRES_INDEX:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "sqlite" and sqlite.VERSION >= (3, 42):
        connection.exec_driver_sql(SQLITE_FORGETS)


def drop_search(connection: sa.Connection) -> None:
    """Remove what `create_search` made."""
    if connection.dialect.name == "sqlite":
        for name in ("added", "removed", "changed"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS idea_search_{name}")
        connection.exec_driver_sql("DROP TABLE IF EXISTS idea_search")
        return
    for name in ("stems", "grams"):
        connection.exec_driver_sql(f"ALTER TABLE idea_words DROP COLUMN IF EXISTS idea_search_{name}")


INDEXED = ("number", "title", "problem", "proposal", "benefit")


def words_row(idea: Any) -> dict[str, Any]:
    """Give the row of `idea_words` for an idea, or for anything that has its words and `id`."""
    title = tokens(f"{idea.number or ''} {idea.title}")
    text = tokens(f"{idea.problem}\n{idea.proposal}\n{idea.benefit}")
    stems = all_stems([*title, *text])
    return {
        "idea_id": idea.id,
        "title_stems": " ".join(all_stems(title)),
        "stems": " ".join(stems),
        "grams": " ".join(all_grams([*title, *text])),
    }


def write_words(connection: Any, rows: list[dict[str, Any]]) -> None:
    """Write the search words of ideas, in place of earlier ones, in two statements."""
    if not rows:
        return
    table: Any = IdeaWords.__table__
    ids: Any = sa.bindparam("ids", [row["idea_id"] for row in rows], expanding=True, literal_execute=True)
    connection.execute(sa.delete(table).where(table.c.idea_id.in_(ids)))
    connection.execute(sa.insert(table), rows)


@event.listens_for(Session, "after_flush")
def _index_changed(session: Session, _context: Any) -> None:
    """Words of an idea follow its text, whoever changes it. Drafts are nobody else's business: they have no number."""
    new, changed = [], []
    for row in (*session.new, *session.dirty):
        if isinstance(row, Idea) and row.number:
            state: Any = sa.inspect(row)
            if state.committed_state.keys().isdisjoint(INDEXED):
                continue  # none of them was set: most changes are about where the idea stands
            history = state.attrs
            if history["number"].history.has_changes():
                new.append(words_row(row))
            elif any(history[name].history.has_changes() for name in INDEXED):
                changed.append(words_row(row))
    if new:
        session.connection().execute(sa.insert(IdeaWords), new)
    if changed:
        write_words(session.connection(), changed)


def index_idea(idea: Idea) -> None:
    """Write the search words of one idea anew. Flushes, never commits."""
    db.session.flush()
    write_words(db.session.connection(), [words_row(idea)])


def index_all() -> int:
    """Write the search words of every idea that was handed in; give how many. For a change of the rules of search."""
    connection, done = db.session.connection(), 0
    ids = list(db.session.scalars(sa.select(Idea.id).where(Idea.number.is_not(None)).order_by(Idea.id)))
    for start in range(0, len(ids), 500):
        some = db.session.scalars(sa.select(Idea).where(Idea.id.in_(ids[start : start + 500])))
        rows = [words_row(idea) for idea in some]
        write_words(connection, rows)
        done += len(rows)
    return done


# -- what is looked for ----------------------------------------------------------------------------------------------


@dataclass
class Word:
    """One word of a search, and the ways an idea may contain it."""

    text: str
    stems: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.stems = stems_of(self.text)

    @cached_property
    def plain(self) -> str:
        return fold(self.text)

    @cached_property
    def core(self) -> str:
        """What of the word stays the same inside a compound; empty where that is too short to tell."""
        return min((stem for stem in (*self.stems, self.plain) if len(stem) >= GRAM), key=len, default="")

    @cached_property
    def inside(self) -> list[str]:
        """Grams that all occur where the word is part of a compound."""
        return [] if self.plain.isdigit() else grams_of(self.core)

    @cached_property
    def splits(self) -> list[tuple[str, str]]:
        """Pairs of stems that both occur where a compound was written as two words."""
        return list(dict.fromkeys(splits_of(self.text))) if len(self.plain) >= 9 else []

    @cached_property
    def grams(self) -> list[str]:
        return grams_of(self.plain)

    @property
    def can_be_misspelt(self) -> bool:
        return len(self.plain) >= 6 and not self.plain.isdigit()

    def exactly(self) -> "Terms":
        found = Terms.any_stem(self.stems)
        if self.inside:
            found |= Terms.all_of("grams", self.inside)
        for pair in self.splits:
            found |= Terms.all_of("stems", pair)
        return found

    def roughly(self) -> "Terms":
        """The word, or one that shares a run of letters with it."""
        found = self.exactly()
        if not self.can_be_misspelt:
            return found
        run = 2 if len(self.plain) >= 9 else 1
        for start in range(len(self.grams) - run + 1):
            found |= Terms.all_of("grams", self.grams[start : start + run])
        return found


def words_of(text: str, *, most: int = MOST_WORDS) -> list[Word]:
    """Give what is worth looking for in a text; common words only where there is nothing else."""
    found = [word for word in dict.fromkeys(tokens(text[:20_000])) if stems_of(word)]
    telling = [word for word in found if not is_common(word)]
    return [Word(word) for word in (telling or found)[:most]]


@dataclass(frozen=True)
class Terms:
    """A condition on an idea's words: any of several groups, of which all words occur in one column."""

    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def any_stem(cls, stems: Iterable[str]) -> "Terms":
        return cls(tuple(("stems", (stem,)) for stem in stems))

    @classmethod
    def all_of(cls, column: str, words: Iterable[str]) -> "Terms":
        return cls(((column, tuple(words)),))

    def __or__(self, other: "Terms") -> "Terms":
        return Terms(self.groups + other.groups)

    def for_sqlite(self) -> str:
        parts = []
        for column, words in self.groups:
            every = " AND ".join(f'"{word}"' for word in words)
            parts.append(f"({{{column}}} : ({every}))")
        return "(" + " OR ".join(parts) + ")"

    def for_postgres(self) -> dict[str, str]:
        """{column: text of a tsquery}."""
        found: dict[str, list[str]] = {}
        for column, words in self.groups:
            found.setdefault(column, []).append("(" + " & ".join(f"'{word}'" for word in words) + ")")
        return {column: " | ".join(parts) for column, parts in found.items()}


_fts = sa.table("idea_search", sa.column("rowid"))


def matches(every: list[Terms]) -> sa.Select[Any]:
    """Give the query for ids of ideas whose words satisfy all of `every`."""
    if db.session.get_bind().dialect.name == "sqlite":
        match = " AND ".join(terms.for_sqlite() for terms in every)
        return sa.select(_fts.c.rowid).where(sa.literal_column("idea_search").op("MATCH")(match))
    conditions = []
    for terms in every:
        ways = [
            sa.literal_column(f"idea_words.idea_search_{column}").op("@@")(sa.cast(words, _TsQuery()))
            for column, words in terms.for_postgres().items()
        ]
        conditions.append(sa.or_(*ways))
    return sa.select(IdeaWords.idea_id).where(*conditions)


def matches_of_each(every: list[Terms], most: int) -> tuple[Any, dict[str, Any]]:
    """Give (n, idea_id) of ideas whose words satisfy the nth, of each at most so many; with the values it is run with."""
    if db.session.get_bind().dialect.name == "sqlite":
        values: dict[str, Any] = {f"match_{n}": terms.for_sqlite() for n, terms in enumerate(every)}
        return _of_each_on_sqlite(len(every)), {**values, "most": most}
    return _together([matches([terms]).limit(most) for terms in every]), {}


@cache
def _of_each_on_sqlite(count: int) -> Any:
    """Put together once for each number of words: that takes longer than running it."""
    word: Any = sa.literal_column("idea_search").op("MATCH")
    return _together([
        sa.select(_fts.c.rowid).where(word(sa.bindparam(f"match_{n}", type_=sa.String))).limit(sa.bindparam("most"))
        for n in range(count)
    ])


def _together(queries: list[sa.Select[Any]]) -> Any:
    ways = []
    for n, query in enumerate(queries):
        some = query.subquery()
        ways.append(sa.select(sa.literal(n, sa.Integer).label("n"), some.c[0].label("idea_id")))
    return sa.union_all(*ways).subquery()


class _TsQuery(sa.types.UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_kw: Any) -> str:
        return "tsquery"


# -- looking ---------------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """The words of a candidate, as sets."""

    idea_id: int
    title: frozenset[str]
    stems: frozenset[str]
    grams: frozenset[str]


def _candidates(every: list[Terms], condition: Any, *, with_grams: bool, most: int = MOST_CANDIDATES) -> list[Found]:
    grams = IdeaWords.grams if with_grams else sa.literal("")
    query = (
        sa.select(Idea.id, IdeaWords.title_stems, IdeaWords.stems, grams)
        .join(IdeaWords, IdeaWords.idea_id == Idea.id)
        .where(Idea.id.in_(matches(every)), condition)
        .order_by(Idea.id.desc())
        .limit(most)
    )
    rows = db.session.execute(query)
    return [Found(i, frozenset(t.split()), frozenset(s.split()), frozenset(g.split())) for i, t, s, g in rows]


def _worth(word: Word, found: Found) -> float:
    """How well an idea contains a word: in its title, in its text, inside a compound, nearly."""
    if not found.title.isdisjoint(word.stems):
        return 4.0
    if word.inside and any(word.core in stem for stem in found.title):
        return 3.0
    if not found.stems.isdisjoint(word.stems):
        return 2.0
    if any(left in found.stems and right in found.stems for left, right in word.splits):
        return 1.5
    if word.inside and found.grams.issuperset(word.inside):
        return 1.2
    if word.can_be_misspelt and found.grams:
        share = sum(gram in found.grams for gram in word.grams) / len(word.grams)
        return share if share >= 0.5 else 0.0
    return 0.0


def search(text: str, condition: Any, *, limit: int = 300) -> list[int]:
    """Give the ids of ideas that contain every word of the text, the best first, the newer one of equals first.

    Takes   text: anything at all; empty or without a single letter gives nothing
            condition: on `Idea`, what the reader may see (`policy.visible_to`) and further filters
    """
    words = words_of(text)
    if not words:
        return []
    ranked: dict[int, float] = {}
    for rough in (False, True):
        every = [word.roughly() if rough else word.exactly() for word in words]
        for found in _candidates(every, condition, with_grams=True):
            worth = [_worth(word, found) for word in words]
            if found.idea_id not in ranked and all(worth):
                ranked[found.idea_id] = sum(worth)
        if len(ranked) >= 5:
            break
    return sorted(ranked, key=lambda idea_id: (-ranked[idea_id], -idea_id))[:limit]
