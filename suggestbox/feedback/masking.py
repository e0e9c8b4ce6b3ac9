"""Taking out of a text what says who wrote it or whom it is about: names, addresses, numbers to reach somebody by.

Rules and lists, no model: quick enough for every quote that is shown, and the same today as tomorrow. Hiding a word too
many is better than showing a name, so "Herr Sommer" goes, and so does the Lindenstraße 5.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from suggestbox.people.book import Directory

NAME, PHONE, MAIL, ACCOUNT, NUMBER, PLACE, LINK = (
    "[Name]", "[Tel]", "[E-Mail]", "[IBAN]", "[Nr]", "[Adresse]", "[Link]"
)
"""What stands in the place of what was taken out; the same marks for readers of both languages."""

# What repeats is bounded or gives nothing back (*+): no text may keep whoever reads it waiting.
_UP = "".join(letter for letter in map(chr, range(0x41, 0x530)) if letter.isupper())
"""The capitals of Europe: Frau Çelik is no less a name than Frau Meier."""

_CAP = rf"[{_UP}](?:['’-]{{0,2}}\w){{1,60}}+"
_TITLES = (
    r"(?:[Ff]rau|FRAU|[Hh]err(?:n)?|HERRN?|Fr\.|Hr\.|Hrn\.|Mrs?\.?|Ms\.?|Miss|Mister|Madam|Sir|Fräulein|Familie|Fam\.)"
)
_DEGREES = (
    r"(?:(?:Dr|Prof|Dipl|Ing|med|jur|phil|rer|nat|von|van|der|den|de|zu|zur|zum|vom|la|le|di|da|del|della|dos|al|el|ten|ter)"
    r"\.?-?[ \t]+)*(?:[dlDLO]['’])?"
)
_NO_NAME = (
    "Team Zusammen Alle Leute Kundenservice Kundendienst Service Support Firma Damen Herren Kollegen Kollegin Kollege "
    "Everyone All Folks There Customer Sir Madam Guten Welt World"
)
_NO_NAMES = frozenset(_NO_NAME.split())
_CLOSINGS = (
    r"(?:(?:mit|viele|liebe|beste|freundliche|herzliche|schöne)[ \t]+(?:freundlichen[ \t]+|besten[ \t]+)?Grü(?:ß|ss)en?"
    r"|Gru(?:ß|ss)|Grü(?:ß|ss)e|MfG|LG|VG"
    r"|(?:kind|best|warm)[ \t]+(?:regards|wishes)|regards|(?:yours[ \t]+)?(?:sincerely|faithfully|truly)|cheers)"
)
_LABELS = (
    r"(?:(?:Kunden|Kd|Auftrags|Bestell|Rechnungs|Vertrags|Vorgangs|Ticket|Konto|Karten|Buchungs|Mitglieds|Abo|Versicherten"
    r"|Sendungs|Personal|Steuer)[ .-]*(?:nummer|nr\b\.?|no\b\.?|ID\b)"
    r"|(?:customer|order|booking|invoice|account|card|contract|ticket|reference|member(?:ship)?|tracking|case)[ \t]*"
    r"(?:numbers?|no\b\.?|nr\b\.?|id\b|ref(?:erence)?\b|\#))"
)
_TEL = (
    r"(?:Tel(?:efon(?:nummer)?)?|Mobil(?:nummer|telefon)?|Handy(?:nummer)?|Fax|phone(?:[ \t]+number)?|mobile|cell"
    r"|call[ \t]+me[ \t]+(?:on|at))"
)
_STREETS = (
    r"(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.?|[Ww]eg|[Pp]latz|[Aa]llee|[Gg]asse|[Rr]ing|[Dd]amm|[Uu]fer|[Cc]haussee|[Ss]tieg|[Pp]fad"
    r"|[Mm]arkt)"
)
_ROADS = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Close|Court|Crescent|Way|Place|Square|Terrace|Gardens|Boulevard|Blvd)\b\.?"
)


def _luhn(digits: str) -> bool:
    doubled = [int(d) * 2 if n % 2 else int(d) for n, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _card(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return NUMBER if 13 <= len(digits) <= 19 and _luhn(digits) else found[0]


def _greeted(found: re.Match[str]) -> str:
    return found[0] if found["name"].split()[0] in _NO_NAMES else f"{found['before']}{NAME}"


def _behind(mark: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f"{found['before']}{mark}"


def _kept_host(found: re.Match[str]) -> str:
    """An address of a page says what it is about; one with a path, a number or a sign may say who asked for it."""
    return found[0] if found["rest"].strip("/.,;:!?)") == "" else LINK


@dataclass(frozen=True)
class _Rule:
    """What goes, and what stands in its place. Looked for only where one of the `signs` (folded) and enough digits are."""

    signs: tuple[str, ...]
    digits: int
    pattern: re.Pattern[str]
    instead: str | Callable[[re.Match[str]], str]


def _rule(signs: str, digits: int, pattern: str, instead: str | Callable[[re.Match[str]], str], flags: int = 0) -> _Rule:
    return _Rule(tuple(sign.replace("~", " ") for sign in signs.split()), digits, re.compile(pattern, flags), instead)


_RULES = (
    # -- the net
    _rule(":// www.", 0, r"\b(?:https?://|www\.)[^\s/?#<>\"]{1,200}(?P<rest>[^\s<>\"]*)", _kept_host, re.I),
    _rule("@", 0, r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", MAIL),
    _rule("(at) [at] {at}", 0,
          r"(?<![\w.+-])[\w.+-]{1,64}[ ]?[(\[{]at[)\]}][ ]?[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}", MAIL, re.I),
    _rule("@", 0, r"(?<![\w@])@\w[\w.-]{0,60}\w", NAME),
    # -- numbers
    _rule("", 10, r"\b[A-Z]{2}[ ]?\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b", ACCOUNT),
    _rule("", 13, r"(?<![\w+])\d(?:[ -]?\d){12,18}(?![\w])", _card),
    _rule("tel mobil handy fax phone cell call", 3,
          rf"(?P<before>\b{_TEL}[ \t.:]{{0,4}}(?:nr\.?|no\.?|ist|is)?[ \t:(]{{0,3}})(?:\(\d{{2,6}}\)[ ]?)?"
          r"\+?\d[\d ()/.-]{2,20}\d", _behind(PHONE), re.I),
    _rule("+ 00", 8, r"(?<![\w.])(?:\+|00)[1-9](?:[ ()/.–-]{0,3}\d){7,14}(?!\w)", PHONE),
    _rule("0", 5, r"(?<![\w.,:/-])(?:\(0\d{2,5}\)|0\d{2,5})(?:[ /-]{1,3}\d{2,}){1,5}(?![\w:])", PHONE),
    _rule("0", 8, r"(?<![\w.,:/-])0\d{2,4}\.\d{5,9}(?![\w.])", PHONE),
    _rule("", 10, r"(?<![\w.,-])(?:\(\d{3}\)|\d{3})[-. ]\d{3}[-. ]\d{4}(?!\w)", PHONE),
    _rule("kund kd auftrag bestell rechnung vertrag vorgang ticket konto karten buchung mitglied abo versichert sendung "
          "personal steuer customer order booking invoice account card contract reference member tracking case", 1,
          rf"(?P<before>\b{_LABELS}[ \t]*(?:ist|lautet|is)?[ \t:.#]{{0,3}})(?=[\w/-]{{0,40}}\d)[\w][\w/-]{{1,40}}",
          _behind(NUMBER), re.I),
    _rule("", 7, r"(?<![\w.,])\d{7,}(?![\w])", NUMBER),
    # -- addresses
    _rule("str weg platz allee gasse ring damm ufer chaussee stieg pfad markt", 1,
          rf"(?:\b{_CAP}[ -]){{0,2}}\b(?:[{_UP}][\w-]{{0,60}})?{_STREETS}[ ]\d{{1,4}}(?:[ ]?[a-z])?\b"
          rf"(?:,?[ ]*\n?\d{{5}}[ ]{_CAP})?", PLACE),
    _rule("", 5, rf"\b(?:D-)?\d{{5}}[ ]{_CAP}(?:[ ](?:am|an der|im|in|bei|ob der)[ ]{_CAP})?", PLACE),
    _rule("street st road rd avenue ave lane ln drive close court crescent way place square terrace gardens boulevard blvd",
          1, rf"\b\d{{1,5}}[A-Za-z]?[ ](?:[A-Z][a-z]+[ ]){{1,3}}{_ROADS}", PLACE),
    _rule("", 2, r"\b[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}\b|\b[A-Z]{2}[ ]\d{5}(?:-\d{4})?\b", PLACE),
    # -- names
    _rule("frau fräulein herr fr. hr. hrn. mr ms miss mister madam sir famili fam.", 0,
          rf"(?P<before>\b{_TITLES}(?:[ \t]+(?:\n[ \t]*)?|\n[ \t]*)){_DEGREES}{_CAP}"
          rf"(?:[ \t]{_CAP}(?=[\s,.!?;:)]|$))?", _behind(NAME)),
    _rule("dr prof", 0, rf"(?P<before>\b(?:Dr|Prof)\.?[ \t]+){_DEGREES}{_CAP}(?:[ \t]{_CAP})?", _behind(NAME)),
    _rule("name heisse", 0,
          rf"(?P<before>\b(?:[Mm]ein[ \t]+Name[ \t]+ist|[Ii]ch[ \t]+hei(?:ß|ss)e|[Mm]y[ \t]+name(?:[ \t]+is|['’]s))"
          rf"[ \t]+){_CAP}(?:[ \t]+{_CAP}){{0,2}}", _behind(NAME)),
    _rule("lieb hallo hi~ hi\t hello dear guten~", 0,
          rf"(?P<before>\b(?:[Ll]iebe[rs]?|[Hh]allo|[Hh]i|[Hh]ello|[Dd]ear|[Gg]uten[ ](?:Tag|Morgen|Abend))[ \t]+)"
          rf"(?P<name>{_CAP}(?:[ \t]+{_CAP})?)(?=[ \t]*[,!])", _greeted),
    _rule("gruss grüss mfg lg vg regards wishes sincerely faithfully truly cheers", 0,
          rf"(?P<before>\b{_CLOSINGS}[ \t]*+(?:[,!.][ \t]*+)?(?:\n[ \t]*+){{0,2}}+)"
          rf"(?-i:(?P<name>{_CAP}(?:[ \t]+{_CAP}){{0,2}}))(?=[ \t.]*(?:\n|$))", _greeted, re.I),
)

_BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f]")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(_CAP)
_SEVERAL = re.compile(r"\[Name\](?:[ \t]+\[Name\])+")

_ALSO_WORDS = """
    Alt Bach Bahn Bauer Baum Becker Berg Best Blum Braun Brown Busch Black Bell Baker Bishop Christian Cook Day Dick Drew
    Eisen Engel Ernst Faith Feld Fischer Frank Frei Frisch Frost Fuchs Fuhrmann Garten Gärtner Glück Grace Grau Green Groß
    Gross Gut Haas Hahn Hammer Hand Hart Haus Heil Heim Herr Herz Hill Hirsch Hoffnung Hope Horn Hut Jäger Joy Jung June
    Kaiser Kim King Klein Knecht Koch Kohl Korn Kraft Kranz Kraus Krieg Krone Kurz Lang Lange Long Mai Mann Mark Markt
    Maurer May Meister Metzger Mond Moor Morgen Müller Nagel Neu Neumann Nord Oben Ost Park Parker Peters Pfeil Post Price
    Rabe Rau Reich Reis Richter Ring Rose Roth Rot Sauer Schaf Schäfer Schmied Schneider Schnell Schön Schreiber Schuster
    Schwarz Short Sommer Sonne Sonntag Stahl Stark Stein Stern Stolz Storm Strauß Stroh Sturm Tag Thal Vogel Vogt Voll Wagner
    Wald Wall Weber Weiß Weiss West White Wild Will Winkel Winter Wirt Wolf Wolke Wood Young Zimmer Zimmermann
"""
ALSO_WORDS = frozenset(_ALSO_WORDS.split())
"""Names that are words as well: alone they are no name, only behind a title or beside the other half of the name."""

SHORTEST = 4
"""Shorter names alone are too often something else."""


def masked(text: str, names: frozenset[str] = frozenset()) -> str:
    """Give the text without what says who somebody is.

    Takes   names: staff, see `staff_names`
    """
    text = _BLANKS.sub(" ", text)
    folded, digits = text.casefold(), len(_DIGIT.findall(text))
    for rule in _RULES:
        if digits >= rule.digits and (not rule.signs or any(sign in folded for sign in rule.signs)):
            text = rule.pattern.sub(rule.instead, text)
    if names:
        text = _without(names, text)
    return _SEVERAL.sub(NAME, text)


def _without(names: frozenset[str], text: str) -> str:
    """The text without these names: whole ones of two words, and single words that are names by themselves."""
    words = [found for found in _WORD.finditer(text) if text[found.start() - 1 : found.start()] != "["]
    hidden = {word.start(): word.end() for word in words if _bare(word[0]) in names}
    for one, next_one in pairwise(words):
        if text[one.end() : next_one.start()] == " " and f"{one[0]} {_bare(next_one[0])}" in names:
            hidden[one.start()] = next_one.end()
            hidden.pop(next_one.start(), None)
    parts, reached = [], 0
    for start, end in sorted(hidden.items()):
        parts += [text[reached:start], NAME]
        reached = end
    return "".join([*parts, text[reached:]])


def _bare(word: str) -> str:
    """A name without the s of "Sabines" and "Peter's" where it is one; otherwise as it is."""
    return word.removesuffix("s").removesuffix("'").removesuffix("’") if word.endswith(("'s", "’s", "'", "’")) else word


def staff_names(book: Directory) -> frozenset[str]:
    """Give the names of everybody who works or worked here: in full, and each half that can only be a name."""
    found: set[str] = set()
    for brief in book.people.values():
        given, family = brief.given_name.strip(), brief.family_name.strip()
        if given and family:
            found.add(f"{given} {family}")
        for half in (*given.split(), *family.split(), given, family):
            if len(half) >= SHORTEST and half not in ALSO_WORDS and half[:1].isupper():
                found |= {half, *([f"{half}s"] if half == given else [])}
    return frozenset(found)
