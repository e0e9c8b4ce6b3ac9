"""One row of a file as a thing somebody said; each cell that cannot be used is a sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from suggestbox.core.language import gettext as _

from .customer_key import hash_customer
from .intake_dates import EARLIEST, TwoDays, read_day
from .intake_fields import NO, YES, read_scale
from .intake_themes import ThemeReader
from .landscape import Landscape
from .models import AUDIENCES, CHANNELS, RATING_MOST
from .tables_in import Line
from .tongue import language_of

LONGEST_TEXT = 30_000
"""A cell of a spreadsheet holds little more; what came in can always go out again."""

CHANNEL_NAMES = {
    **{name: name for name in CHANNELS},
    "umfrage": "survey", "befragung": "survey", "fragebogen": "survey", "call note": "call_note", "call": "call_note",
    "phone": "call_note", "telefon": "call_note", "gesprächsnotiz": "call_note", "anruf": "call_note",
    "e-mail": "email", "mail": "email", "beschwerde": "complaint", "reklamation": "complaint", "social media": "social",
    "soziale medien": "social", "twitter": "social", "facebook": "social", "instagram": "social", "bewertung": "review",
    "rezension": "review", "mitarbeiter": "employee", "mitarbeiterin": "employee",
}
AUDIENCE_NAMES = {
    **{name: name for name in AUDIENCES}, "customer": "customers", "kunden": "customers", "kunde": "customers",
    "employee": "employees", "mitarbeiter": "employees", "beschäftigte": "employees",
}
LANGUAGE_NAMES = {"deutsch": "de", "german": "de", "englisch": "en", "english": "en"}

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_MARK = re.compile(
    r"([0-9]{1,3}(?:[.,][0-9]{1,6})?)(?:\s*(?:/|von|of|out of)\s*\d{1,3})?(?:\s*(?:\*|★|Sterne?|stars?))?"
)
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\x85]")


@dataclass
class Wanted:
    """What a row says: the columns of the item, and its themes with their polarities (None: nothing said)."""

    line: int
    key: str
    columns: dict[str, Any]
    themes: dict[str, str] | None = None
    settled: bool = False
    repeated: bool = False  # an earlier line of the same file says the same


def tidy(text: str) -> str:
    """Give a text with plain line ends, without signs nobody sees, and as both databases and all files keep it."""
    if text.isprintable():
        return text.strip()
    text = _LINE_ENDS.sub("\n", text).encode("utf-8", "replace").decode("utf-8")
    return _CONTROLS.sub(" ", text).strip()


@dataclass
class RowReader:
    """Reads rows by a mapping (field -> column) and the options of the file."""

    mapping: Mapping[str, str]
    options: Mapping[str, Any]
    lands: Landscape
    today: date
    zone: ZoneInfo
    in_full: bool = True  # False: only to see what is wrong; the language of texts is not told
    themes: ThemeReader = field(init=False)

    def __post_init__(self) -> None:
        self.themes = ThemeReader(self.lands, create=self.options["create_themes"])
        self._scale = read_scale(self.options["rating_scale"]) or (1.0, float(RATING_MOST))
        self._touchpoints = {
            name.casefold(): t.id for t in reversed(list(self.lands.touchpoints.values())) if not t.gone
            for name in (t.name_en, t.name_de, t.key) if name
        }
        self._read = [
            (name, column, getattr(self, f"_read_{name}")) for name, column in self.mapping.items()
            if name not in ("text", "key", "themes", "polarities", "settled")
        ]
        said_on = self.options["said_on"]
        self._defaults: dict[str, Any] = {
            "said_on": date.fromisoformat(said_on) if said_on else self.today,
            "channel": self.options["channel"] or "survey", "audience": self.options["audience"],
            "touchpoint_id": None, "rating": None, "nps": None, "language": "", "segment": "", "customer_hash": None,
        }
        self._default_problems: list[str] = []
        if self.options["touchpoint"]:
            self._say(self._default_problems, self._read_touchpoint, self.options["touchpoint"], self._defaults)
        if self.options["language"]:
            self._say(self._default_problems, self._read_language, self.options["language"], self._defaults)

    def read(self, line: Line) -> tuple[Wanted, list[str]]:
        """Give what a row says, and a sentence about everything in it that cannot be used."""
        problems = list(self._default_problems)
        if line.surplus:
            problems.append(
                _("This line has more cells than the heading. Is a text with a separator missing its quotation marks?")
            )
        for column in line.formulas:
            if column in self.mapping.values():
                problems.append(_("%(column)s is a formula, not a text. Please save the values only.", column=column))
        columns = dict(self._defaults)
        cells = line.cells
        raw = cells.get(self.mapping["text"])
        text = tidy(raw if isinstance(raw, str) else "" if raw is None else str(raw))
        if not text:
            problems.append(_("The text is empty."))
        elif len(text) > LONGEST_TEXT:
            problems.append(_("The text is longer than %(most)s characters.", most=LONGEST_TEXT))
        columns["text"] = text
        for name, column, read in self._read:
            cell = cells.get(column)
            cell = tidy(cell) if isinstance(cell, str) else cell
            if cell is not None and cell != "":
                self._say(problems, read, cell, columns, column)
            elif name == "date" and not self.options["said_on"]:
                problems.append(_("The date in %(column)s is missing.", column=column))
        if self.in_full and not columns["language"]:
            columns["language"] = language_of(text)
        wanted = Wanted(line.line, self._cell(cells, "key"), columns)
        problems += self._read_labels(cells, wanted)
        return wanted, problems

    @staticmethod
    def _say(problems: list[str], read: Any, cell: Any, columns: dict[str, Any], column: str = "") -> None:
        problem = read(cell, columns)
        if problem:
            problems.append(f"{column}: {problem}" if column else problem)

    def _cell(self, cells: Mapping[str, Any], name: str) -> str:
        cell = cells.get(self.mapping.get(name, ""))
        return tidy(str(cell)) if cell is not None else ""

    # -- each gives a sentence, or nothing -----------------------------------------------------------------------------

    def _read_date(self, cell: Any, columns: dict[str, Any]) -> str:
        try:
            day = read_day(cell, order=self.options["date_order"], zone=self.zone)
        except TwoDays:
            return _("“%(text)s” could be two days. Please say whether the day or the month comes first.", text=cell)
        except (ValueError, OverflowError):
            return _("“%(text)s” is no date. Dates look like 2026-12-31 or 31.12.2026.", text=_short(cell))
        if not EARLIEST <= day <= self.today + timedelta(days=1):
            return _("%(date)s lies in the future or too far back.", date=day.isoformat())
        columns["said_on"] = day
        return ""

    def _read_channel(self, cell: Any, columns: dict[str, Any]) -> str:
        channel = CHANNEL_NAMES.get(str(cell).casefold())
        if channel is None:
            return _("There is no channel “%(name)s”. There are: %(names)s.", name=_short(cell), names=", ".join(CHANNELS))
        columns["channel"] = channel
        return ""

    def _read_audience(self, cell: Any, columns: dict[str, Any]) -> str:
        audience = AUDIENCE_NAMES.get(str(cell).casefold())
        if audience is None:
            return _("“%(name)s” is neither customers nor employees.", name=_short(cell))
        columns["audience"] = audience
        return ""

    def _read_rating(self, cell: Any, columns: dict[str, Any]) -> str:
        worst, best = self._scale
        number = _number(cell)
        if number is None or not min(worst, best) <= number <= max(worst, best):
            return _("“%(text)s” is no mark from %(worst)s to %(best)s.", text=_short(cell), worst=int(worst),
                     best=int(best))
        columns["rating"] = round(1 + (RATING_MOST - 1) * (number - worst) / (best - worst), 4)
        return ""

    def _read_nps(self, cell: Any, columns: dict[str, Any]) -> str:
        number = _number(cell)
        if number is None or not 0 <= number <= 10 or number != int(number):
            return _("“%(text)s” is no number from 0 to 10.", text=_short(cell))
        columns["nps"] = int(number)
        return ""

    def _read_customer(self, cell: Any, columns: dict[str, Any]) -> str:
        columns["customer_hash"] = hash_customer(str(cell))
        return ""

    def _read_segment(self, cell: Any, columns: dict[str, Any]) -> str:
        segment = " ".join(str(cell).split())
        if len(segment) > 60:
            return _("“%(text)s” is longer than 60 characters.", text=_short(segment))
        columns["segment"] = segment
        return ""

    def _read_language(self, cell: Any, columns: dict[str, Any]) -> str:
        code = str(cell).casefold()
        code = LANGUAGE_NAMES.get(code, code.split("-")[0].split("_")[0])
        if not re.fullmatch(r"[a-z]{2,3}", code):
            return _("“%(text)s” is no language. Languages look like de or en.", text=_short(cell))
        columns["language"] = code
        return ""

    def _read_touchpoint(self, cell: Any, columns: dict[str, Any]) -> str:
        found = self._touchpoints.get(str(cell).casefold())
        if found is None:
            return _("There is no touchpoint “%(name)s”.", name=_short(cell))
        columns["touchpoint_id"] = found
        return ""

    def _read_labels(self, cells: Mapping[str, Any], wanted: Wanted) -> list[str]:
        if "themes" not in self.mapping and "polarities" not in self.mapping:
            return []
        wanted.themes, problems = self.themes.read(self._cell(cells, "themes"), self._cell(cells, "polarities"),
                                                   only_polarities="themes" not in self.mapping)
        wanted.settled = bool(wanted.themes) or not self.options["empty_open"]
        if "settled" in self.mapping:
            said = self._cell(cells, "settled").casefold()
            if said not in YES | NO:
                problems.append(_("“%(text)s” is neither yes nor no.", text=_short(said)))
            wanted.settled = said in YES
        return problems


def _number(cell: Any) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    found = _MARK.fullmatch(str(cell))
    if found:
        return float(found[1].replace(",", "."))
    stars = re.fullmatch(r"(★{1,10})☆{0,10}", str(cell))
    return float(len(stars[1])) if stars else None


def _short(cell: Any) -> str:
    text = str(cell)
    return text if len(text) <= 60 else f"{text[:57]}..."
