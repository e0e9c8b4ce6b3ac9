"""Writing down a version of the rules whenever one changes: what, since when, by whom and why. Flush, never commit."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask import current_app

from suggestbox.core.clock import local_date
from suggestbox.core.database import db
from suggestbox.core.errors import Faults, Invalid
from suggestbox.core.language import gettext as _
from suggestbox.core.settings import RuleChange, declared, rule, set_rule, take_changes
from suggestbox.core.typed import typed_text
from suggestbox.journal import operations as journal

from . import settings as _settings  # noqa: F401 -- declares the rules asked for below
from .document import Difference, Document, differences, document_now
from .models import RulesVersion
from .queries import latest_version

LONGEST_REASON = 1000
LONGEST_VALUE = 500


def keep_changes() -> None:
    """Write a version when rules changed in this `work()`; called before every commit.

    Raises  Invalid when a works agreement stands behind the rules and nobody said why
    """
    changes = take_changes()
    if changes:
        _write_changes(changes)


def keep_what_changed(now: datetime) -> RulesVersion | None:
    """Write a version when the rules are not those of the newest one, though nobody changed a setting.

    So it is after an update of the program with other defaults, after a change of seats, and at the very first.
    """
    latest, document = latest_version(), document_now(_day(now))
    found = differences(latest.document, document) if latest else []
    if latest and not found:
        return None
    return _add(document, found, now=now)


def check_words(reason: str, agreed_on: date | None, agreed_words: str, *, now: datetime) -> tuple[str, str]:
    """Give why a rule changes and where that is written.

    Raises  Invalid at `reason`, `agreed_words`, `agreed_on`
    """
    faults = Faults()
    with faults:
        reason = typed_text("reason", reason, LONGEST_REASON)
    with faults:
        agreed_words = typed_text("agreed_words", agreed_words, LONGEST_VALUE, required=False)
    with faults:
        if agreed_on is not None and agreed_on > _day(now):
            raise Invalid(fields={"agreed_on": _("This day is still to come.")})
    faults.tell()
    return reason, agreed_words


def change_rule(
    name: str, value: Any, *, reason: str, agreed_on: date | None = None, agreed_words: str = "", by_id: int, now: datetime
) -> RulesVersion | None:
    """Change one setting, for a reason that stands with the new version.

    Takes   agreed_on, agreed_words: when the works council agreed, and in which section it is written
    Gives   the new version, or None when the setting has this value anyway
    Raises  Invalid for an unknown name, a value that does not fit, or a missing reason
    """
    reason, agreed_words = check_words(reason, agreed_on, agreed_words, now=now)
    before = {setting.name: rule(setting.name) for setting in declared()}.get(name)
    set_rule(name, value, now=now, by_id=by_id, reason=reason)
    changes = take_changes()
    if not changes:
        return None
    journal.write("setting_changed", now=now, actor_id=by_id, name=name, before=before, after=value)
    return _write_changes(changes, agreed_on=agreed_on, agreed_words=agreed_words)


def _write_changes(
    changes: list[RuleChange], *, agreed_on: date | None = None, agreed_words: str = ""
) -> RulesVersion | None:
    last = changes[-1]
    reason = "\n".join(dict.fromkeys(change.reason for change in changes if change.reason))
    _refuse_without_reason(changes)
    document = document_now(_day(last.at))
    found = _told(changes)
    latest = latest_version()
    if latest:
        named = {change.name for change in changes}
        found = differences(latest.document, document)
        others = [one for one in found if one.name not in named and f"{one.part}.{one.name}" not in named]
        if others:
            # Not this person's doing: it came before, and gets a version of its own without a name.
            _add(_without(document, latest.document, found, others), others, now=last.at)
            found = [one for one in found if one not in others]
        if not found:  # changed and changed back
            return None
    return _add(document, found, now=last.at, by_id=last.by_id, reason=reason, agreed_on=agreed_on,
                agreed_words=agreed_words)


def _told(changes: Iterable[RuleChange]) -> list[Difference]:
    """What the changes themselves say, for the very first version: there is no earlier one to compare with."""
    first: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for change in changes:
        first.setdefault(change.name, change.before)
        after[change.name] = change.after
    known = {setting.name for setting in declared()}
    return [Difference("settings", name, first[name], after[name]) for name in sorted(after)
            if name in known and first[name] != after[name]]


def _without(
    new: Document, old: Document, found: list[Difference], others: list[Difference]
) -> Document:
    """The document as it was just before this person's changes."""
    document = {part: dict(rows) for part, rows in new.items()}
    for one in found:
        if one in others:
            continue
        if one.name in old.get(one.part, {}):
            document[one.part][one.name] = one.old
        else:
            document[one.part].pop(one.name, None)
    return document


def _refuse_without_reason(changes: list[RuleChange]) -> None:
    agreed_before = any(change.name == "rules.agreement" and change.before is True for change in changes)
    if not (rule("rules.agreement") or agreed_before):
        return
    if any(not change.reason for change in changes):
        text = _("A works agreement stands behind the rules. Please say why this one changes.")
        raise Invalid(text, reason="reason_needed")


def _add(
    document: Document, found: list[Difference], *, now: datetime, by_id: int | None = None, reason: str = "",
    agreed_on: date | None = None, agreed_words: str = "",
) -> RulesVersion:
    latest = latest_version()
    row = RulesVersion(
        number=latest.number + 1 if latest else 1, from_at=now, reason=reason, made_by_id=by_id, document=document,
        changes=[one.as_row() for one in found], agreed_on=agreed_on, agreed_words=agreed_words,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _day(now: datetime) -> date:
    return local_date(now, current_app.config["HEADQUARTERS_ZONE"])
