"""What a column of a file can be, and what can be said about a file as a whole."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from suggestbox.core.errors import Invalid
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l

from .models import AUDIENCES, CHANNELS
from .tables_in import ENCODINGS


@dataclass(frozen=True)
class Field:
    """Something a column may hold; `names` is what such columns are usually called."""

    label: Any
    help: Any
    names: str
    needed: bool = False


FIELDS: dict[str, Field] = {
    "text": Field(_l("Text"), _l("What was said."), "text kommentar comment feedback rückmeldung freitext nachricht "
                  "message verbatim content inhalt bewertungstext antwort answer meldung", True),
    "key": Field(_l("Id"), _l("What the source calls this row. With it, the same row never comes in twice."),
                 "key id source_id message_id nummer nr nr. lfd_nr lfd._nr. number no response_id antwort_id fall_id "
                 "fallnummer ticket case vorgang"),
    "date": Field(_l("Date"), _l("When it was said."), "date datum tag day said_on created created_at erstellt erstellt_am "
                  "am zeitpunkt timestamp zeitstempel eingang eingangsdatum submitted"),
    "channel": Field(_l("Channel"), _l("Survey, call note, e-mail, complaint, social network, review."),
                     "channel kanal quelle medium"),
    "rating": Field(_l("Rating"), _l("How satisfied the customer is; kept as 1 (worst) to 5 (best)."),
                    "rating bewertung csat score sterne stars note zufriedenheit satisfaction"),
    "nps": Field(_l("NPS"), _l("Would recommend us: 0 to 10."), "nps weiterempfehlung recommendation"),
    "customer": Field(_l("Customer"), _l("What tells customers apart, such as an address. Only a keyed hash is kept."),
                      "customer kunde customer_id kundennummer kunden_id from absender author user email"),
    "segment": Field(_l("Segment"), _l("A group of customers, such as private or business."),
                     "segment kundengruppe kundensegment group zielgruppe"),
    "language": Field(_l("Language"), _l("Where no column says it, the words of the text tell."),
                      "language sprache lang locale"),
    "touchpoint": Field(_l("Touchpoint"), _l("Key or name of a touchpoint of the journey map."),
                        "touchpoint kontaktpunkt"),
    "audience": Field(_l("Who is heard"), _l("Customers, or colleagues as customers of internal processes."),
                      "audience zielpublikum"),
    "themes": Field(_l("Themes"), _l("Keys or names, parted by |. They settle what the row is about."),
                    "themes themen theme thema category kategorie labels"),
    "polarities": Field(_l("Polarities"), _l("theme:polarity, parted by |; positive, negative or neutral."),
                        "polarities polaritäten theme_polarity polarity"),
    "settled": Field(_l("Settled"), _l("yes or no: whether a person said what the row is about."), "settled"),
}


@dataclass(frozen=True)
class Option:
    """Something that holds for a whole file. `choices` empty: a yes or no where `default` is one, else a free text."""

    label: Any
    help: Any
    default: Any = ""
    choices: tuple[str, ...] = ()


SCALES = ("1-5", "5-1", "0-10", "1-10", "1-7", "7-1", "6-1", "0-5", "1-4", "4-1", "1-3", "1-6", "0-100")

OPTIONS: dict[str, Option] = {
    "channel": Option(_l("Channel"), _l("Where no column says it."), "", ("", *CHANNELS)),
    "audience": Option(_l("Who is heard"), _l("Customers, or colleagues as customers of internal processes."),
                       "customers", AUDIENCES),
    "date_order": Option(_l("Order of dates"), _l("For dates like 03/04/2026, which could be two days: dmy or mdy."),
                         "", ("", "dmy", "mdy")),
    "said_on": Option(_l("Date of all rows"), _l("Where no column says it, such as 2026-11-30. Empty: today.")),
    "rating_scale": Option(_l("Rating scale"), _l("From the worst to the best mark: 1-10, or 6-1 for German school marks."),
                           "1-5", SCALES),
    "language": Option(_l("Language"), _l("Where no column says it. Empty: told by the words of each text."), ""),
    "touchpoint": Option(_l("Touchpoint"), _l("Of all rows, where no column says it: its key or name.")),
    "mask": Option(_l("Mask names, addresses and numbers"),
                   _l("They are taken out of the texts before these are kept."), False),
    "create_themes": Option(_l("Create themes that are not there yet"),
                            _l("Otherwise an unknown theme is an error."), False),
    "empty_open": Option(_l("A row without a theme was not looked at"),
                         _l("Otherwise it says that no theme fits."), False),
    "sheet": Option(_l("Sheet"), _l("Of an Excel workbook. Empty: the first one.")),
    "encoding": Option(_l("Encoding"), _l("Empty: recognised."), "", ("", *ENCODINGS)),
    "separator": Option(_l("Separator"), _l("Empty: recognised."), "", ("", ",", ";", "\t", "|")),
}

YES = frozenset(["yes", "ja", "true", "wahr", "1", "x", "y", "j", "on"])
NO = frozenset(("", *["no", "nein", "false", "falsch", "0", "n", "off"]))


def clean_options(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Give all options, those that were not named with their defaults.

    Raises  Invalid with a sentence per option that cannot be understood
    """
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {}
    for name in raw:
        if name not in OPTIONS:
            wrong[name] = _("There is no such option.")
    for name, option in OPTIONS.items():
        value = raw.get(name, option.default)
        text = str(value if value is not None else "")
        text = text if name == "separator" else text.strip()
        if isinstance(option.default, bool):
            if isinstance(value, bool):
                found[name] = value
            elif text.casefold() in YES | NO:
                found[name] = text.casefold() in YES
            else:
                wrong[name] = _("Please say yes or no.")
        elif name == "rating_scale":
            found[name] = text or option.default
            if read_scale(found[name]) is None:
                wrong[name] = _("A scale looks like 1-10: the worst mark, then the best.")
        elif option.choices and text not in option.choices:
            wrong[name] = _("Please choose one of: %(names)s.", names=", ".join(filter(None, option.choices)))
        elif name == "said_on" and text and _day(text) is None:
            wrong[name] = _("A date looks like 2026-11-30.")
        else:
            found[name] = text
    if wrong:
        raise Invalid(_("Please look at the settings of the file."), fields=wrong, reason="bad_option")
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_scale(text: str) -> tuple[float, float] | None:
    """Give the worst and the best mark of "1-10" or "6-1", or None."""
    found = re.fullmatch(r"(\d{1,3})\s*(?:-|–|\.\.)\s*(\d{1,3})", text.strip())
    if not found or int(found[1]) == int(found[2]):
        return None
    return float(found[1]), float(found[2])


def propose_mapping(columns: Iterable[str], remembered: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give field -> column: what was chosen the last time, as far as it is there, then what columns are called."""
    columns = tuple(column for column in columns if column)
    kept = remembered or {}
    found = {name: column for name, column in kept.items() if name in FIELDS and column in columns}
    if "text" in found:
        return found
    taken = set(found.values())
    plain = {_plain(column): column for column in reversed(columns) if column not in taken}
    for name, field in FIELDS.items():
        column = next((plain[n] for n in field.names.split() if n in plain), None)
        if name not in found and column is not None and column not in taken:
            found[name] = column
            taken.add(column)
    return found


def _plain(column: str) -> str:
    return re.sub(r"[\s-]+", "_", column.strip().casefold())


def check_mapping(mapping: Mapping[str, str], columns: Iterable[str]) -> dict[str, str]:
    """Give the mapping without fields that have no column.

    Raises  Invalid, naming the fields or columns there are, where one does not exist or the text has none
    """
    columns = tuple(columns)
    mapping = {name: column for name, column in mapping.items() if column}
    unknown = next((name for name in mapping if name not in FIELDS), None)
    if unknown is not None:
        raise Invalid(_("There is no field “%(name)s”. There are: %(names)s.", name=unknown, names=", ".join(FIELDS)),
                      reason="unknown_field")
    missing = next((column for column in mapping.values() if column not in columns), None)
    if missing is not None:
        there = ", ".join(column for column in columns if column)
        raise Invalid(_("Line 1: the file has no column “%(name)s”. Its columns are: %(names)s.", name=missing, names=there),
                      reason="missing_column", line=1)
    if "text" not in mapping:
        there = ", ".join(column for column in columns if column)
        raise Invalid(_("Which column holds the text? The columns are: %(names)s.", names=there), reason="missing_column")
    return mapping
