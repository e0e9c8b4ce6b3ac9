"""The frame around what a letter says: greeting, signature, footer, and how it looks in a mail program.

Mail programs know no style sheets worth the name: Outlook lays out with tables and reads styles only where they stand,
so `LOOKS` is put into the template as attributes. Dark mode is a short style block, for those that know it.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from markupsafe import Markup

from suggestbox.core.config import Deployment
from suggestbox.core.language import due_words, is_familiar
from suggestbox.core.language import gettext as _

from .letters import Line, Reader, Text
from .plain import spoken
from .readers import outside

_BREAKS = "word-break:break-word;overflow-wrap:anywhere;"
"""A title without a single space must not push a letter wider than a phone."""

_SANS = _BREAKS + "font-family:'Segoe UI',-apple-system,BlinkMacSystemFont,Roboto,Helvetica,Arial,sans-serif;"
_SERIF = _BREAKS + "font-family:'Iowan Old Style','Palatino Linotype',Palatino,Georgia,serif;"

LOOKS = {
    "page": "margin:0;padding:0;background-color:#faf8f4;",
    "hidden": "display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;color:#faf8f4;",
    "outer": "background-color:#faf8f4;",
    "around": "padding:24px 12px;",
    "card": "width:100%;max-width:600px;background-color:#ffffff;border:1px solid #e6e1d8;border-radius:14px;",
    "head": f"padding:24px 32px 0;{_SANS}font-size:14px;line-height:20px;font-weight:600;color:#17694f;",
    "greeting": f"padding:16px 32px 0;{_SERIF}font-size:22px;line-height:30px;font-weight:600;color:#1b2438;",
    "paragraph": f"padding:12px 32px 0;{_SANS}font-size:16px;line-height:25px;color:#1b2438;",
    "quote": f"padding:0 0 0 16px;border-left:3px solid #17694f;{_SERIF}font-size:17px;line-height:26px;color:#1b2438;",
    "inset": "padding:16px 32px 4px;",
    "by": f"padding:4px 0 0;{_SANS}font-size:14px;line-height:20px;color:#55607a;",
    "heading": f"padding:24px 32px 0;{_SERIF}font-size:18px;line-height:26px;font-weight:600;color:#1b2438;margin:0;",
    "line": f"padding:12px 32px 0;{_SANS}font-size:16px;line-height:24px;color:#1b2438;",
    "link": "color:#17694f;text-decoration:underline;",
    "meta": "font-size:14px;line-height:20px;color:#55607a;",
    "late": "font-size:14px;line-height:20px;color:#a8382a;font-weight:600;",
    "press": "padding:20px 32px 4px;",
    "button": "background-color:#17694f;border-radius:8px;padding:13px 24px;",
    "label": f"{_SANS}font-size:16px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none;",
    "signature": f"padding:20px 32px 28px;{_SANS}font-size:16px;line-height:25px;color:#1b2438;",
    "foot": "width:100%;max-width:600px;",
    "small": f"padding:16px 32px 0;{_SANS}font-size:13px;line-height:20px;color:#55607a;",
    "soft": "color:#55607a;text-decoration:underline;",
}
"""Styles by name, as they stand in the template."""

_ATTRIBUTES = {name: Markup('style="{}"').format(style) for name, style in LOOKS.items()}

PREHEADER_MOST = 140
"""Characters that mail programs show beside the subject."""


@dataclass(frozen=True)
class Entry:
    """A line of a digest as the templates need it."""

    text: str
    url: str
    idea: str
    due: str
    late: bool


def greeting(reader: Reader) -> str:
    """Give how the letter begins: "Guten Tag Frau Albers,", in English and among people who say du "Hallo Ann,"."""
    name = reader.given_name or reader.family_name
    if reader.language == "de" and not is_familiar():
        name = f"{reader.salutation} {reader.family_name}" if reader.salutation else reader.name
    return _("Hello %(name)s,", name=spoken(name))


def entries(lines: tuple[Line, ...], reader: Reader) -> list[tuple[str, list[Entry]]]:
    """Give the lines of a digest under their headings: what is late, what is to be done, what is new."""
    parts: tuple[tuple[str, list[Line]], ...] = (
        (_("Please do these first"), [line for line in lines if line.duty and line.urgent and not line.others]),
        (_("Your next steps"), [line for line in lines if line.duty and not line.urgent and not line.others]),
        (_("Waiting with colleagues"), [line for line in lines if line.duty and line.others]),
        (_("News"), [line for line in lines if not line.duty]),
    )
    return [(heading, [_entry(line, reader) for line in found]) for heading, found in parts if found]


def _entry(line: Line, reader: Reader) -> Entry:
    due = due_words(line.due_on, today=reader.today) if line.due_on else ""
    late = line.due_on is not None and line.due_on < reader.today
    return Entry(spoken(line.text), outside(line.url), spoken(line.idea), due, late)


def frame(text: Text, reader: Reader, *, stop_url: str = "") -> tuple[str, str]:
    """Give a letter as plain text and as HTML. Inside `readers.speaking_to(reader)`.

    Takes   stop_url: full address of the page where one gets off optional news
    """
    deployment: Deployment = current_app.config["DEPLOYMENT"]
    site_url = outside("/")
    words: dict[str, Any] = {
        "language": reader.language,
        "subject": spoken(text.subject),
        "site": deployment.mail_from_name,
        "site_url": site_url,
        "host": urlsplit(site_url).netloc or site_url,
        "greeting": greeting(reader),
        "paragraphs": [spoken(paragraph) for paragraph in text.paragraphs if paragraph.strip()],
        "quote": spoken(text.quote).strip(),
        "quote_by": spoken(text.quote_by),
        "parts": entries(text.lines, reader),
        "button": (spoken(text.button[0]), outside(text.button[1])) if text.button else None,
        "links": [(spoken(label), outside(path)) for label, path in text.links],
        "farewell": _("Kind regards"),
        "signed": _("Your idea management"),
        "why": spoken(text.why),
        "sent_by": _("Sent automatically by"),
        "stop_url": stop_url,
        "stop": _("I do not want such news by e-mail"),
    }
    first = (words["paragraphs"] or [words["subject"]])[0]
    words["preheader"] = " ".join(first.split())[:PREHEADER_MOST]
    templates = current_app.jinja_env
    plain = templates.get_template("mail/letter.txt").render(words)
    html = templates.get_template("mail/letter.html").render(words, look=_ATTRIBUTES)
    return plain.strip() + "\n", html.strip() + "\n"
