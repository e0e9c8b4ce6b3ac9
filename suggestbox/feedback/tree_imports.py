"""A file of the landscape brought in: checked as a whole, then everything of it or nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import HouseError, Invalid
from suggestbox.core.language import gettext as _
from suggestbox.people.directory import Directory

from . import journeys, tree
from .models import AUDIENCES, NEEDS, POLARITIES, Journey, Theme, Touchpoint
from .theme_rules import add_rule, check_words, rules_of
from .tree_files import COLUMNS_OF, KINDS, Entry

LONGEST_KEY = {"journey": 60, "touchpoint": 60, "theme": 120}
LONGEST_NAME = 120
MODELS: dict[str, Any] = {"journey": Journey, "touchpoint": Touchpoint, "theme": Theme}


@dataclass
class Outcome:
    """What a file did, or would do: how many of each kind are new, changed or as they were, and what is wrong where."""

    created: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    changed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    same: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    errors: list[tuple[str, str]] = field(default_factory=list)  # (where, sentence)


class LandscapeImport:
    """One file on its way in. `check` finds everything that is wrong; `run` writes, inside `work()`."""

    def __init__(self, entries: list[Entry], book: Directory):
        self.entries = entries
        self.outcome = Outcome()
        self.people = {
            handle.casefold(): person.id
            for person in book.people.values() if person.active
            for handle in (person.email, person.personnel_no) if handle
        }
        self.departments = {department.key: department.id for department in book.departments.values()}
        self.known: dict[str, dict[str, tuple[int, bool]]] = {
            kind: {key: (row_id, at is not None)
                   for row_id, key, at in db.session.execute(sa.select(model.id, model.key, model.archived_at))}
            for kind, model in MODELS.items()
        }
        self.in_file = {kind: {e.text("key") for e in entries if e.kind == kind} for kind in MODELS}

    # -- checking ------------------------------------------------------------------------------------------------------

    def check(self) -> list[tuple[str, str]]:
        """Give everything that is wrong: (where, sentence); empty when the file can be brought in."""
        seen: set[tuple[str, str]] = set()
        for entry in self.entries:
            if entry.kind not in KINDS:
                self._wrong(entry, _("“%(kind)s” is no kind of row; there are %(kinds)s.", kind=entry.kind,
                                     kinds=", ".join(KINDS)))  # fmt: skip
                continue
            for name in entry.cells:
                if name not in COLUMNS_OF[entry.kind] and entry.cells[name]:
                    self._wrong(entry, _("A %(kind)s has no “%(name)s”.", kind=entry.kind, name=name))
            if entry.kind == "rule":
                self._check_rule(entry)
                continue
            key = entry.text("key")
            if (entry.kind, key) in seen:
                self._wrong(entry, _("The key “%(key)s” stands in the file twice.", key=key))
            seen.add((entry.kind, key))
            self._check_row(entry, key)
        if not self.outcome.errors:
            self._check_rings()
        return self.outcome.errors

    def _wrong(self, entry: Entry, sentence: str) -> None:
        self.outcome.errors.append((entry.where, str(sentence)))

    def _check_row(self, entry: Entry, key: str) -> None:
        if not key:
            self._wrong(entry, _("The key is missing."))
        elif len(key) > LONGEST_KEY[entry.kind]:
            self._wrong(entry, _("The key is longer than %(most)s characters.", most=LONGEST_KEY[entry.kind]))
        elif self.known[entry.kind].get(key, (0, False))[1]:
            self._wrong(entry, _("“%(key)s” is archived here. Bring it back first.", key=key))
        if not entry.text("name_de") and not entry.text("name_en"):
            self._wrong(entry, _("The name is missing."))
        if max(len(entry.text("name_de")), len(entry.text("name_en"))) > LONGEST_NAME:
            self._wrong(entry, _("The name is longer than %(most)s characters.", most=LONGEST_NAME))
        for name, values in (("audience", ("", *AUDIENCES)), ("need", NEEDS)):
            if entry.text(name) not in values:
                self._wrong_value(entry, name, values)
        owner, department = entry.text("owner"), entry.text("department")
        if owner and owner.casefold() not in self.people:
            self._wrong(entry, _("Nobody is known by “%(name)s”: an e-mail address or personnel number.", name=owner))
        if department and department not in self.departments:
            self._wrong(entry, _("There is no department with the key “%(key)s”.", key=department))
        above = entry.text("parent")
        if entry.kind == "touchpoint" or above:
            self._check_there(entry, "journey" if entry.kind == "touchpoint" else "theme", above)
        for touchpoint in entry.texts("touchpoints"):
            self._check_there(entry, "touchpoint", touchpoint)

    def _wrong_value(self, entry: Entry, name: str, values: tuple[str, ...]) -> None:
        known = ", ".join(value for value in values if value)
        self._wrong(entry, _("“%(value)s” is no %(name)s; there are %(known)s.", value=entry.text(name), name=name,
                             known=known))  # fmt: skip

    def _check_there(self, entry: Entry, kind: str, key: str) -> None:
        _row_id, gone = self.known[kind].get(key, (0, True))
        if key not in self.in_file[kind] and gone:
            self._wrong(entry, _("There is no %(kind)s with the key “%(key)s”.", kind=kind, key=key))

    def _check_rule(self, entry: Entry) -> None:
        self._check_there(entry, "theme", entry.text("parent"))
        if entry.text("polarity") not in POLARITIES:
            self._wrong_value(entry, "polarity", POLARITIES)
        try:
            check_words(entry.text("words"), entry.text("but_not"))
        except HouseError as refused:
            self._wrong(entry, str(refused.text))

    def _check_rings(self) -> None:
        """Refuse themes that would lie below themselves, with what is above them here and in the file."""
        here = sa.orm.aliased(Theme)
        query = sa.select(Theme.key, here.key).outerjoin(here, here.id == Theme.parent_id)
        above: dict[str, str] = {key: parent or "" for key, parent in db.session.execute(query)}
        rows = {e.text("key"): e for e in self.entries if e.kind == "theme"}
        above |= {key: e.text("parent") for key, e in rows.items() if "parent" in e.cells}
        for key, entry in rows.items():
            passed, at = {key}, above.get(key, "")
            while at and at not in passed:
                passed.add(at)
                at = above.get(at, "")
            if at == key:
                self._wrong(entry, _("The theme “%(key)s” would lie below itself.", key=key))

    # -- writing -------------------------------------------------------------------------------------------------------

    def run(self, *, now: datetime) -> Outcome:
        """Write everything; call it inside `work()`, after `check` found nothing.

        Raises  HouseError with the place in the file for what only shows while writing
        """
        ways: dict[str, Any] = {"journey": self._journey, "touchpoint": self._touchpoint, "theme": self._theme,
                                "rule": self._rule}  # fmt: skip
        for kind in KINDS:
            of_kind = [entry for entry in self.entries if entry.kind == kind]
            for entry in self._parents_first(of_kind) if kind == "theme" else of_kind:
                try:
                    new, different = ways[kind](entry, now)
                except HouseError as refused:
                    raise Invalid(f"{entry.where}: {refused.text}", reason=refused.reason) from refused
                count = self.outcome.created if new else self.outcome.changed if different else self.outcome.same
                count[kind] += 1
        return self.outcome

    def _parents_first(self, entries: list[Entry]) -> list[Entry]:
        rows = {entry.text("key"): entry for entry in entries}

        def depth(entry: Entry | None) -> int:
            return 0 if entry is None else 1 + depth(rows.get(entry.text("parent")))

        return sorted(entries, key=depth)

    def _facts(self, entry: Entry, names: tuple[str, ...]) -> dict[str, Any]:
        """The cells the file has, as the operations take them."""
        there = [name for name in COLUMNS_OF[entry.kind] if name in entry.cells]
        facts: dict[str, Any] = {name: entry.text(name) for name in names if name in there}
        if "owner" in there:
            facts["owner_id"] = self.people.get(entry.text("owner").casefold())
        if "department" in there:
            facts["department_id"] = self.departments.get(entry.text("department"))
        for name in ("examples_de", "examples_en"):
            if name in there:
                facts[name] = entry.texts(name)
        if not facts.get("audience", "-"):
            facts.pop("audience")
        return facts

    def _row(self, kind: str, key: str) -> Any:
        return db.session.scalars(sa.select(MODELS[kind]).where(MODELS[kind].key == key)).first()

    def _journey(self, entry: Entry, now: datetime) -> tuple[bool, bool]:
        key, facts = entry.text("key"), self._facts(entry, journeys.JOURNEY_FACTS)
        row = self._row("journey", key)
        if row is None:
            journeys.create_journey(now=now, by_id=None, key=key, **facts)
            return True, True
        return False, bool(journeys.change(row, now=now, by_id=None, **facts))

    def _touchpoint(self, entry: Entry, now: datetime) -> tuple[bool, bool]:
        key, facts = entry.text("key"), self._facts(entry, ("name_de", "name_en", "process"))
        journey, row = self._row("journey", entry.text("parent")), self._row("touchpoint", key)
        if row is None:
            journeys.create_touchpoint(journey, now=now, by_id=None, key=key, **facts)
            return True, True
        return False, bool(journeys.change(row, now=now, by_id=None, journey_id=journey.id, **facts))

    def _theme(self, entry: Entry, now: datetime) -> tuple[bool, bool]:
        key, facts = entry.text("key"), self._facts(entry, (*tree.TEXTS, "audience", "need"))
        above, row = self._row("theme", entry.text("parent")), self._row("theme", key)
        places = [self._row("touchpoint", one).id for one in entry.texts("touchpoints")]
        parent_id = above.id if above else None
        if row is None:
            tree.create_theme(now=now, by_id=None, key=key, parent_id=parent_id, touchpoint_ids=places, **facts)
            return True, True
        different = "parent" in entry.cells and tree.move_theme(row, parent_id, now=now, by_id=None)
        different = bool(tree.change_theme(row, now=now, by_id=None, **facts)) or different
        if "touchpoints" in entry.cells:
            different = tree.place_theme(row, places, now=now, by_id=None) or different
        return False, different

    def _rule(self, entry: Entry, now: datetime) -> tuple[bool, bool]:
        theme = self._row("theme", entry.text("parent"))
        before = {rule.id for rule in rules_of(theme.id)}
        rule = add_rule(theme, entry.text("words"), entry.text("but_not"), entry.text("polarity"), now=now, by_id=None)
        return rule.id not in before, rule.id not in before
