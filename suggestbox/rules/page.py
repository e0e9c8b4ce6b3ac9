"""The page of the rules, made from a document: sections with sentences, and a row for every setting."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from suggestbox.awards.rulesets import versions
from suggestbox.awards.words import rules_sentences
from suggestbox.core.language import full_date
from suggestbox.core.language import gettext as _
from suggestbox.core.modules import MODULES

from .document import Document
from .models import RulesVersion
from .words import LINES, PRINTED, SECTIONS, body_name, body_words, rule_set_words, value_words

NEEDS_MODULE = {"groups": "reports", "awards": "awards", "customers": "feedback"}
"""Section: the module it is about; while that is off, the section is not there."""


@dataclass(frozen=True)
class Row:
    """One rule: what it is about, and what holds."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Wording:
    """A rule set for awards in sentences; `of` says for which ideas."""

    name: str
    of: str
    sentences: list[str]


@dataclass
class Section:
    """One part of the rules."""

    key: str
    title: str
    sentences: list[str]
    rows: list[Row] = field(default_factory=list)
    wordings: list[Wording] = field(default_factory=list)


@dataclass(frozen=True)
class Changed:
    """One rule that changed: what it was, and what it is."""

    label: str
    old: str
    new: str


def sections_of(document: Document) -> list[Section]:
    """Give the rules of a document in words, for everybody who works here."""
    values = document["settings"]
    found = []
    for key in PRINTED:
        module = NEEDS_MODULE.get(key)
        if module and not values.get(f"modules.{module}"):
            continue
        rows = [Row(name, str(line.label), value_words(line.unit, values[name]))
                for name, line in LINES.items() if line.section == key and _holds(name, values)]
        section = Section(key, str(SECTIONS[key]), list(_sentences(key, values)), rows)
        if key == "judging":
            section.rows += [Row(f"bodies.{one}", body_name(row), body_words(row))
                             for one, row in document["bodies"].items()]
        if key == "awards":
            section.wordings = _wordings(document)
        found.append(section)
    return found


def _wordings(document: Document) -> list[Wording]:
    """The rule sets a document knows, the newest first; those the program came with while the house has none."""
    known = versions()  # a rule set never changes, so that what stands there today is what stood there then
    found = [one for one in known if str(one.number) in document["awards"]] or [known[-1]]
    return [Wording(one.name, _("for ideas handed in from %(date)s on", date=full_date(one.from_on))
                    if str(one.number) in document["awards"] else "", rules_sentences(one.rules)) for one in found]


def _holds(name: str, values: dict[str, Any]) -> bool:
    """Whether a setting is in the document, and of no part of the house that is off."""
    if name not in values or (name == "rules.agreement_name" and not values[name]):
        return False
    room = name.split(".", 1)[0]
    return room not in MODULES or bool(values.get(f"modules.{room}"))


def changes_of(version: RulesVersion) -> list[Changed]:
    """Give what is different in this version from the one before, in words."""
    return [_changed(row) for row in version.changes]


def _changed(row: dict[str, Any]) -> Changed:
    old, new = row["old"], row["new"]
    if row["part"] == "bodies":
        return Changed(body_name(new or old), body_words(old), body_words(new))
    if row["part"] == "awards":
        label = _("Rules for awards, version %(number)s", number=row["name"])
        return Changed(label, rule_set_words(old), rule_set_words(new))
    line = LINES.get(row["name"])
    if line is None:  # a setting that this program does not know any more
        return Changed(row["name"], str(old), str(new))
    return Changed(str(line.label), value_words(line.unit, old), value_words(line.unit, new))


def _sentences(key: str, values: dict[str, Any]) -> Iterator[str]:
    """What always holds in a section: the promises of the house, which no setting takes away."""
    if key == "part":
        yield _("Everybody who works here may hand in ideas: employees, trainees and agency workers. An idea may be about "
                "the company, a process, a product or a service, and may be written in any language.")
        yield _("Several people may hand in an idea together. Every one of them counts, and every one is asked for a "
                "conversation at the end. Colleagues may write an idea down for somebody without a computer.")
        yield _("Whoever wants to can hand in confidentially: then only the idea management knows the name.")
    elif key == "judging":
        yield _("No idea is decided by one person alone. At least two people examine it, one of them an expert and one for "
                "a department. None of them handed it in, and none of them decides.")
        yield _("Nobody examines, decides or leads the conversation about an own idea, or about an idea of somebody above "
                "them in line. Reasons are always given in writing.")
        yield _("What a person or a body decides, the submitters learn with the offer of the conversation.")
    elif key == "deadlines":
        yield _("Every open idea has at least one next step, with somebody who is in charge of it and a date; the "
                "submitters see both. A date moves only for a reason they can read, twice at most. Nothing expires.")
    elif key == "ending":
        yield _("No idea is closed without a conversation with each submitter, unless they do not want one or cannot be "
                "reached. Afterwards each of them says alone how it was.")
        yield _("Whoever does not agree may object once, with a reason. Then other people examine and decide anew.")
    elif key == "reminders":
        yield _("Working days are those of the site of whoever is in charge. Submitters are reminded before and on the day, "
                "and nobody above them hears of it.")
        yield _("That somebody was late stands in no report, and is deleted three months after the idea is closed.")
    elif key == "benefit":
        yield _("Net benefit = savings + additional revenue in the first year of use − running cost − one-off cost.")
    elif key == "awards":
        yield _("An idea keeps the rules for awards that were in force on the day it was handed in. What the submitters see "
                "is exactly what was computed, with every step.")
    elif key == "groups":
        yield _("Reports show no row behind which few people stand, and nothing from which such a row can be computed. Rows "
                "with 0 % or 100 % are hidden, too. There is no list of people who did not take part, and no ranking.")
    elif key == "law":
        yield _("Everybody who reads an idea can say that it may be an invention, or belongs to the reporting channel. When "
                "it is handed over, only its submitters, the office in charge and the idea management can read it.")
    elif key == "house" and values.get("rules.agreement"):
        yield _("A works agreement stands behind these rules. Every change is written down with who, when and why.")
