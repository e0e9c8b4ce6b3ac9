"""A letter as Teams and Slack show it: subject, why it came, the lines, and a button. No quotes, no paragraphs.

A webhook may lead to a channel that many read, so what people wrote stays on the site. Every text is sent as plain text:
a title such as "[click here](...)" or "<!channel>" is nothing but those characters.
Source: Adaptive Cards 1.4 (RichTextBlock, TextRun); Slack Block Kit, limits of header, section and button
"""

import json
from typing import Any

from .letters import Line, Text
from .readers import outside

MOST_LINES = 10
MOST_SUBJECT, MOST_SENTENCE, MOST_LINE, MOST_LABEL = 150, 600, 400, 75


def card(kind: str, text: Text) -> bytes:
    """Give what is posted to a webhook of this kind: UTF-8 JSON."""
    found = _teams(text) if kind == "teams" else _slack(text)
    return json.dumps(found, ensure_ascii=False).encode("utf-8")


def _cut(words: str, most: int) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def _lines(text: Text) -> list[tuple[str, str]]:
    """(words, full address) of the lines that fit."""
    return [(_words_of(line), outside(line.url)) for line in text.lines[:MOST_LINES]]


def _words_of(line: Line) -> str:
    number = line.idea.partition(" ")[0]
    return _cut(f"{line.text} ({number})" if number and number not in line.text else line.text, MOST_LINE)


def _left_over(text: Text) -> str:
    left = len(text.lines) - MOST_LINES
    return f"… +{left}" if left > 0 else ""


# -- Teams -----------------------------------------------------------------------------------------------------------


def _teams(text: Text) -> dict[str, Any]:
    """The envelope the trigger "When a Teams webhook request is received" of Workflows demands."""
    body = [_runs(_cut(text.subject, MOST_SUBJECT), weight="Bolder", size="Medium")]
    if text.why:
        body.append(_runs(_cut(text.why, MOST_SENTENCE)))
    body += [_runs(f"• {words}", address=address) for words, address in _lines(text)]
    if _left_over(text):
        body.append(_runs(_left_over(text)))
    content: dict[str, Any] = {
        "type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.4",
        "body": body,
    }
    if text.button:
        label, path = text.button
        content["actions"] = [{"type": "Action.OpenUrl", "title": _cut(label, MOST_LABEL), "url": outside(path)}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def _runs(words: str, address: str = "", **look: str) -> dict[str, Any]:
    run: dict[str, Any] = {"type": "TextRun", "text": words, **look}
    if address:
        run["selectAction"] = {"type": "Action.OpenUrl", "url": address}
    return {"type": "RichTextBlock", "inlines": [run]}


# -- Slack -----------------------------------------------------------------------------------------------------------


def _slack(text: Text) -> dict[str, Any]:
    subject = _cut(text.subject, MOST_SUBJECT)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain(subject)}]
    sentences = [_cut(text.why, MOST_SENTENCE)] if text.why else []
    sentences += [f"• {words}" for words, _address in _lines(text)] + ([_left_over(text)] if _left_over(text) else [])
    blocks += [{"type": "section", "text": _plain(sentence)} for sentence in sentences]
    if text.button:
        label, path = text.button
        button = {"type": "button", "text": _plain(_cut(label, MOST_LABEL)), "url": outside(path)}
        blocks.append({"type": "actions", "elements": [button]})
    said = subject.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": said, "mrkdwn": False, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _plain(words: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": words or "…", "emoji": False}
