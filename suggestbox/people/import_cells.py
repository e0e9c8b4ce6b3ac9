"""Reading the cells of one row of an import: dates, yes and no, roles, groups; each problem is a sentence."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from suggestbox.core.errors import Invalid
from suggestbox.core.language import CODES
from suggestbox.core.language import gettext as _
from suggestbox.core.tables import Row

from .models import EMPLOYMENT_GROUPS, ROLES, Site
from .operations import clean_facts
from .shifts import weekdays_in

FIELDS = (
    "email", "personnel_no", "given_name", "family_name", "name", "salutation", "department", "parent_department",
    "site", "superior", "entered_on", "employment_group", "topics", "language", "has_desk", "entitled",
    "private_contact", "roles", "working_weekdays", "works_from", "works_until",
)  # fmt: skip
"""What a column can be mapped to."""

YES = {"yes", "y", "ja", "j", "true", "wahr", "1", "x"}
NO = {"no", "n", "nein", "false", "falsch", "0", "-"}


@dataclass
class Wanted:
    """What a row says: facts of the person, and what lies outside the person's own row."""

    facts: dict[str, Any] = field(default_factory=dict)
    department: str = ""
    parent_department: str = ""
    superior: str | None = None
    roles: list[tuple[str, str]] = field(default_factory=list)

    def in_words(self) -> dict[str, Any]:
        """Give everything the row sets, for the preview of a new person."""
        roles = "|".join(f"{role}@{where}" if where else role for role, where in self.roles)
        return {**self.facts, "department": self.department, "superior": self.superior, "roles": roles}


def read_mapping(mapping: Mapping[str, str], columns: Iterable[str]) -> dict[str, str]:
    """Give field -> column: those named, and columns that are called like a field.

    Raises  Invalid when a field or a column does not exist, or nothing says who the rows are about
    """
    columns = tuple(columns)
    unknown = [name for name in mapping if name not in FIELDS]
    if unknown:
        raise Invalid(
            _("There is no field “%(name)s”. There are: %(names)s.", name=unknown[0], names=", ".join(FIELDS)),
            reason="unknown_field",
        )
    for column in mapping.values():
        if column not in columns:
            raise Invalid(
                _(
                    "The file has no column “%(name)s”. Its columns are: %(names)s.",
                    name=column, names=", ".join(c for c in columns if c),
                ),
                reason="missing_column",
            )  # fmt: skip
    taken = set(mapping.values())
    found = {
        c.casefold(): c for c in columns if c.casefold() in FIELDS and c not in taken and c.casefold() not in mapping
    }
    found.update(mapping)
    if "email" not in found and "personnel_no" not in found:
        raise Invalid(
            _("Which column holds the e-mail address or the personnel number? One of the two is needed."),
            reason="missing_column",
        )
    return found


def read_date(text: str) -> date | None:
    """Give the date written as 2024-03-31, 31.03.2024 or 31-03-2024, or None when it is none of these."""
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", text)
    european = re.fullmatch(r"(\d{1,2})([.-])(\d{1,2})\2(\d{4})", text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if european:
            return date(int(european[4]), int(european[3]), int(european[1]))
    except ValueError:
        return None
    return None


class CellReader:
    """Reads rows by a mapping."""

    def __init__(self, columns: Mapping[str, str], email_domain: str, sites: Mapping[str, Site]):
        self.columns = columns
        self.email_domain = email_domain.strip().lstrip("@").lower()
        self.sites = sites

    def read(self, row: Row) -> tuple[Wanted, list[str]]:
        """Give what the row says, and a sentence about each cell that cannot be used."""
        problems: list[str] = []
        wanted = Wanted()
        cells = {name: row.get(column) for name, column in self.columns.items()}
        if row.surplus:
            problems.append(
                _("This line has more cells than the heading. Is a text with a separator missing its quotation marks?")
            )
        for name, text in cells.items():
            if name == "superior":
                wanted.superior = self._address(text) if "@" in text else text
            elif text:
                problem = getattr(self, f"_read_{name}", self._plain(name))(text, wanted)
                if problem:
                    problems.append(problem)
        clean, wrong = clean_facts(wanted.facts)
        wanted.facts = clean
        problems += [_("%(column)s: %(problem)s", column=self._column(name), problem=s) for name, s in wrong.items()]
        return wanted, problems

    def _column(self, name: str) -> str:
        return self.columns.get(name, name)

    def _plain(self, name: str) -> Callable[[str, Wanted], str]:
        def read(text: str, wanted: Wanted) -> str:
            wanted.facts[name] = text
            return ""

        return read

    def _address(self, text: str) -> str:
        text = text.lower()
        return text if "@" in text or not self.email_domain else f"{text}@{self.email_domain}"

    def _read_email(self, text: str, wanted: Wanted) -> str:
        wanted.facts["email"] = self._address(text)
        return ""

    def _read_name(self, text: str, wanted: Wanted) -> str:
        family, comma, given = text.partition(",")
        if not comma:
            given, _space, family = text.rpartition(" ")
        wanted.facts.setdefault("given_name", given.strip())
        wanted.facts.setdefault("family_name", family.strip())
        return ""

    def _read_department(self, text: str, wanted: Wanted) -> str:
        wanted.department = text
        return self._too_long(text, "department")

    def _read_parent_department(self, text: str, wanted: Wanted) -> str:
        wanted.parent_department = text
        return self._too_long(text, "parent_department")

    def _too_long(self, text: str, name: str) -> str:
        return _("%(column)s is longer than 120 characters.", column=self._column(name)) if len(text) > 120 else ""

    def _read_site(self, text: str, wanted: Wanted) -> str:
        site = self.sites.get(text)
        if site is None:
            return _("There is no site “%(name)s”.", name=text)
        wanted.facts["site_id"] = site.id
        return ""

    def _read_entered_on(self, text: str, wanted: Wanted) -> str:
        day = read_date(text)
        if day is None:
            return _(
                "“%(text)s” in %(column)s is not a date. Dates look like 2024-03-31 or 31.03.2024.",
                text=text, column=self._column("entered_on"),
            )  # fmt: skip
        wanted.facts["entered_on"] = day
        return ""

    def _read_employment_group(self, text: str, wanted: Wanted) -> str:
        if text.casefold() not in EMPLOYMENT_GROUPS:
            return _(
                "There is no group “%(name)s”. There are: %(names)s.", name=text, names=", ".join(EMPLOYMENT_GROUPS)
            )
        wanted.facts["employment_group"] = text.casefold()
        return ""

    def _read_language(self, text: str, wanted: Wanted) -> str:
        code = text.casefold()[:2]
        if code not in CODES:
            return _("There is no language “%(name)s”. There are: %(names)s.", name=text, names=", ".join(CODES))
        wanted.facts["language"] = code
        return ""

    def _read_has_desk(self, text: str, wanted: Wanted) -> str:
        return self._yes_or_no("has_desk", text, wanted)

    def _read_entitled(self, text: str, wanted: Wanted) -> str:
        return self._yes_or_no("entitled", text, wanted)

    def _yes_or_no(self, name: str, text: str, wanted: Wanted) -> str:
        plain = text.casefold()
        if plain not in YES | NO:
            return _("“%(text)s” in %(column)s is neither yes nor no.", text=text, column=self._column(name))
        wanted.facts[name] = plain in YES
        return ""

    def _read_working_weekdays(self, text: str, wanted: Wanted) -> str:
        days = weekdays_in(text)
        if days is None:
            return _(
                "“%(text)s” in %(column)s are no weekdays. They look like Mo-Fr or Mo, Tu, Sa.",
                text=text, column=self._column("working_weekdays"),
            )  # fmt: skip
        wanted.facts["working_weekdays"] = days
        return ""

    def _read_roles(self, text: str, wanted: Wanted) -> str:
        for part in text.split("|"):
            role, _at, where = part.partition("@")
            role = re.sub(r"[\s-]+", "_", role.strip()).casefold()
            if not role and not where:
                continue
            if role not in ROLES:
                return _("There is no role “%(name)s”. There are: %(names)s.", name=role, names=", ".join(ROLES))
            wanted.roles.append((role, where.strip()))
        return ""
