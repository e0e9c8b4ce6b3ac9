"""The watch: says every day whether the promises held, by means of its own.

Nothing here comes from the rooms it watches but the shapes of their tables: it reads plain rows, counts working days by
the calendar of holidays itself, and knows what the mail server accepted from the mail server alone.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from .watch_ideas import IDEA_RULES, Look
from .watch_later import LATER_RULES
from .watch_mail import MAIL_RULES, Mail, notice
from .watch_people import Staff

RULES = (*IDEA_RULES, *MAIL_RULES, *LATER_RULES)

PROMISES = ("no_black_hole", "never_one_person", "no_closing_without_talk", "nothing_lost", "nobody_reads_more")
"""As `suggestbox check` calls them; a test holds the two lists together."""

MOST_NAMED = 5


@dataclass
class Watch:
    """Counts what breaks a rule, and on how many days. `since` is when it looked last."""

    since: datetime
    counts: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=dict)
    broken_on: dict[str, set[date]] = field(default_factory=dict)
    days: int = 0
    _notices: int = 0
    _taken: list[Any] = field(default_factory=list)
    _sent: Counter[str] = field(default_factory=Counter)
    _digests: dict[tuple[str, Any], set[str]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def look(self, connection: sa.Connection, *, now: datetime, today: date, accepted: list[Any],
             told: list[tuple[str, int]], server_was_well: bool) -> None:
        """Judge a day, after its jobs ran.

        Takes   accepted: what the mail server took since the last look; told: (what, id) that people were told is saved
        """
        self.days += 1
        look = Look(connection, now, self.since, today, Staff(connection, today), told, self._notices)
        for name, (rule, promise) in {**IDEA_RULES, **LATER_RULES}.items():
            self._count(name, promise, today, rule(look))
        mail = Mail(look, accepted, server_was_well, self._sent, self._digests, self._known)
        for name, (mail_rule, promise) in MAIL_RULES.items():
            self._count(name, promise, today, mail_rule(mail))
        self.since = now
        self._notices = connection.scalar(sa.select(sa.func.max(notice.c.id))) or 0

    def also_broken(self, promise: str, today: date, what: str) -> None:
        """Note what somebody else found broken."""
        self._count("self_check", promise, today, iter([what]))

    def _count(self, name: str, promise: str, today: date, found: Any) -> None:
        for what in found:
            if promise:
                self.broken_on.setdefault(promise, set()).add(today)
            if (name, what) in self._seen:  # the same one, still there the next day
                continue
            self._seen.add((name, what))
            self.counts[name] += 1
            if len(self.named.setdefault(name, [])) < MOST_NAMED:
                self.named[name].append(f"{today}: {what}")

    def violations(self) -> dict[str, int]:
        """Give one count for each rule."""
        return {name: self.counts[name] for name in (*RULES, "self_check")}

    def promises(self) -> dict[str, bool]:
        """Say of each promise whether it held on every single day."""
        return {name: not self.broken_on.get(name) for name in PROMISES}
