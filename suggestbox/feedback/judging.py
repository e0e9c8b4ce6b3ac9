"""The model looks at items: sure findings are assigned, unsure ones wait for a person with the best guesses.

Runs in a process of its own (`suggestbox feedback assign`); no page imports this. In batches, each committed on its own:
a stop in between loses nothing. Settled items and rows a person decided are never touched.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db, work

from . import model_files
from .assigning import apply_rules_to
from .items import visible
from .judged import ASK_ALWAYS, BEST, Limits, Verdict, limits_of_the_house, verdict
from .landscape import landscape
from .learning import latest_learned, to_judge
from .models import Assignment, Item
from .rule_marks import ahead_of_rules, note_rules_applied
from .rules import rules_in_force
from .theme_model import Guess, ThemeModel

AT_ONCE = 1_000


@dataclass
class Tally:
    """How many items were looked at and what came of them; `by_rule` counts assignments made by rules."""

    items: int = 0
    told: int = 0
    unsure: int = 0
    assigned: int = 0
    by_rule: int = 0

    def as_dict(self) -> dict[str, int]:
        """Give the counts by name."""
        return asdict(self)


def judge(*, clock: Callable[[], datetime], tell: Callable[[int, int], None] = lambda _done, _all: None) -> Tally:
    """Have rules and the model look at all items they have not looked at; give how it went.

    Takes   tell: called with (looked at, all) after each batch
    Raises  Refused when the file of the model is damaged: then it is to learn anew
    """
    tally = Tally(by_rule=_apply_rules_ahead(clock))
    learned = latest_learned()
    if learned is None:
        return tally
    model = model_files.load(learned)
    places = _themes_of_today(model)
    limits = limits_of_the_house() if learned.figures else ASK_ALWAYS
    learning_id, rules = learned.id, rules_in_force()
    every = db.session.scalar(sa.select(sa.func.count()).select_from(Item).where(to_judge(learning_id))) or 0
    for rows in _batches(learning_id):
        verdicts = _verdicts(model, rows, places, limits)
        with work():
            tally.by_rule += apply_rules_to([row.id for row in rows if row.state == "new"], now=clock(), rules=rules)
            _write(verdicts, learning_id, tally, now=clock())
        tell(min(tally.items, every), every)
    return tally


def _apply_rules_ahead(clock: Callable[[], datetime]) -> int:
    ahead = ahead_of_rules()
    if ahead is None:
        return 0
    found, after, rules = 0, 0, rules_in_force()
    states = ("new", "told", "unsure") if ahead.everything else ("new",)
    while True:
        with work():
            query = sa.select(Item.id).where(Item.state.in_(states), visible(), Item.id > after)
            ids = list(db.session.scalars(query.order_by(Item.id).limit(AT_ONCE)))
            found += apply_rules_to(ids, now=clock(), rules=rules)
        if not ids:
            break
        after = ids[-1]
    note_rules_applied(ahead_of_rules() or ahead)
    return found


def _batches(learning_id: int) -> Iterator[Sequence[Any]]:
    """The newest first; those that wait for a person before those that are told already."""
    for states in (("new", "unsure"), ("told",)):
        before: int | None = None
        while True:
            query = sa.select(Item.id, Item.text, Item.audience, Item.state, Item.meant).where(
                to_judge(learning_id), Item.state.in_(states))
            if before is not None:
                query = query.where(Item.id < before)
            with work():  # nothing is left open while the model thinks
                rows = db.session.execute(query.order_by(Item.id.desc()).limit(AT_ONCE)).all()
            if not rows:
                break
            before = rows[-1].id
            yield rows


def _themes_of_today(model: ThemeModel) -> dict[str, tuple[int, str]]:
    """The theme each name of the model stands for now, with its audience: merged ones go on, archived ones are out."""
    lands, found = landscape(), {}
    for key, theme_id in model.facts.get("theme_ids", {}).items():
        theme, seen = lands.theme(theme_id), set()
        while theme is not None and theme.gone and theme.id not in seen:
            seen.add(theme.id)
            theme = lands.theme(theme.merged_into_id)
        if theme is not None and not theme.gone:
            found[key] = (theme.id, theme.audience)
    return found


@dataclass(frozen=True)
class _Judged:
    verdict: Verdict
    meant: str


def _verdicts(
    model: ThemeModel, rows: Sequence[Any], places: dict[str, tuple[int, str]], limits: Limits
) -> dict[int, tuple[_Judged, dict[str, int]]]:
    ids = {key: theme_id for key, (theme_id, _audience) in places.items()}
    found = {}
    for row, guesses in zip(rows, model.guesses([row.text for row in rows], best=2 * BEST), strict=True):
        fitting = [guess for guess in guesses if guess.theme in places and places[guess.theme][1] == row.audience]
        found[row.id] = (_Judged(verdict(fitting, limits, polarity_known=bool(row.meant)), row.meant), ids)
    return found


def _write(
    verdicts: dict[int, tuple[_Judged, dict[str, int]]], learning_id: int, tally: Tally, *, now: datetime
) -> None:
    """Put what the model says in the place of what an earlier one said; what stayed the same stays as it was."""
    session = db.session
    still = set(session.scalars(
        sa.select(Item.id).where(Item.id.in_(verdicts), to_judge(learning_id)).with_for_update(skip_locked=True)
    ))
    known: dict[int, dict[int, Any]] = {}
    for row in session.execute(
        sa.select(
            Assignment.id, Assignment.item_id, Assignment.theme_id, Assignment.polarity, Assignment.state,
            Assignment.origin, Assignment.decided_at,
        ).where(Assignment.item_id.in_(still))
    ):
        known.setdefault(row.item_id, {})[row.theme_id] = row
    gone: list[int] = []
    new: list[dict[str, Any]] = []
    states: dict[str, list[int]] = {"told": [], "unsure": []}
    for item_id in still:
        judged, ids = verdicts[item_id]
        before = known.get(item_id, {})
        known_otherwise = any(
            row.state == "assigned" and (row.origin != "model" or row.decided_at) for row in before.values())
        wanted = _rows_wanted(judged, ids, only_fitting=known_otherwise)
        for row in before.values():
            if row.origin == "model" and row.decided_at is None and wanted.get(row.theme_id, {}).get("same_as") != (
                    row.polarity, row.state):
                gone.append(row.id)
            else:
                wanted.pop(row.theme_id, None)
        new += [{"item_id": item_id, "theme_id": theme_id, "origin": "model", "learning_id": learning_id, "at": now,
                 **{name: value for name, value in facts.items() if name != "same_as"}}
                for theme_id, facts in wanted.items()]
        asked = any(facts["state"] == "guess" for facts in wanted.values()) or any(
            row.state == "guess" and row.id not in gone for row in before.values())
        # What a rule or a person found answers for a model that has no guess of its own.
        state = "unsure" if asked else "told" if known_otherwise else judged.verdict.state
        states[state].append(item_id)
        tally.assigned += sum(facts["state"] == "assigned" for facts in wanted.values())
    if gone:
        session.execute(sa.delete(Assignment).where(Assignment.id.in_(gone)))
    if new:
        session.execute(sa.insert(Assignment), new)
    for state, some in states.items():
        if some:
            session.execute(sa.update(Item).where(Item.id.in_(some)).values(state=state, judged_by=learning_id)
                            .execution_options(synchronize_session=False))
    tally.items += len(still)
    tally.told += len(states["told"])
    tally.unsure += len(states["unsure"])


def _rows_wanted(judged: _Judged, ids: dict[str, int], *, only_fitting: bool) -> dict[int, dict[str, Any]]:
    """The rows by theme. Where somebody else found a theme already, unlikely ones are not asked about."""
    found: dict[int, dict[str, Any]] = {}
    asked = [guess for guess in judged.verdict.asked if guess.fits or not only_fitting]
    pairs: list[tuple[str, Guess]] = [
        *(("assigned", guess) for guess in judged.verdict.assigned), *(("guess", guess) for guess in asked)]
    for state, guess in pairs:
        polarity = judged.meant or guess.polarity or "neutral"
        found.setdefault(ids[guess.theme], {
            "polarity": polarity, "state": state, "confidence": round(guess.chance, 4),
            "polarity_confidence": None if judged.meant or not guess.polarity_chance else round(guess.polarity_chance, 4),
            "same_as": (polarity, state),
        })
    return found

