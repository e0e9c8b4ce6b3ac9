"""A document as a PDF: tagged, in its reader's language, trends drawn, tables with headings on every page and bars beside
shares."""

import logging
from dataclasses import asdict
from typing import Any

from suggestbox.core import places
from suggestbox.core.errors import Refused
from suggestbox.core.language import gettext as _
from suggestbox.core.typesetting import NotTypeset, typeset_elsewhere

from .documents import Document, Printed, Table

logger = logging.getLogger(__name__)

WORDS = ("text", "long")
"""Columns of these kinds begin at the left; numbers end at the right."""


def make_pdf(document: Document) -> bytes:
    """Give the PDF of a document that has tables for paper.

    Raises  Refused when the typesetter failed or took too long
    Source: ISO 14289-1 (PDF/UA)
    """
    given = {
        "title": document.title, "language": document.language, "facts": [[label, what] for label, what in document.facts],
        "notes": list(document.notes), "notes_title": _("How to read this"), "nothing": _("Nothing was counted here."),
        "trends_title": _("Over time"), "trends": [asdict(trend) for trend in document.trends],
        "tables": [_table(table) for table in [*document.on_paper, document.definitions]],
    }
    try:
        return typeset_elsewhere(places.templates() / "reports", "report.typ", "report", given)
    except NotTypeset as fault:
        logger.error("a report was not typeset: %s", fault)
        raise Refused(_("The PDF could not be made. Please try again."), reason="not_typeset") from fault


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name, "heads": [column.head for column in table.columns],
        "widths": [column.width for column in table.columns],
        "right": [column.kind not in WORDS for column in table.columns],
        "rows": [_row([_printed(cell) for cell in row]) for row in table.rows],
    }


def _row(cells: list[Printed]) -> list[dict[str, Any]]:
    """Cells as the template takes them; what is hidden for the same reason all along a row says so once."""
    first, *others = cells
    if len(others) > 1 and others[0].soft and all(cell == others[0] for cell in others):
        return [_given(first), _given(others[0], span=len(others))]
    return [_given(cell) for cell in cells]


def _printed(cell: Any) -> Printed:
    return cell if isinstance(cell, Printed) else Printed("" if cell is None else str(cell))


def _given(cell: Printed, *, span: int = 1) -> dict[str, Any]:
    return {"text": cell.text, "share": cell.percent, "soft": cell.soft, "indent": cell.indent, "span": span}
