"""Making the file of an export: the same whether somebody presses a button, types a command or subscribed to it."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from suggestbox.core.errors import Invalid, NotFound
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _
from suggestbox.people.directory import Directory

from . import export_table, idea_rows
from .csv_out import shape_for, write_csv
from .documents import Document
from .idea_rows import Tell
from .models import FORMATS, KINDS
from .pdf_out import make_pdf
from .periods import Period
from .queries import kept
from .trend_pictures import trends_of
from .xlsx_out import write_workbook

SEPARATORS = {"": "", "comma": ",", "semicolon": ";", "tab": "\t"}
"""What somebody may ask for in a CSV file; nothing: what their language expects."""

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Order:
    """What is to go out.

    Takes   period: "2026-Q3"; version: of a kept report, None for the latest
            ideas: not the figures but the ideas of the period, one row each; the kind is then "flow"
            bom, separator: of a CSV file; separator is a key of SEPARATORS
    """

    kind: str
    period: str
    format: str
    version: int | None = None
    ideas: bool = False
    bom: bool = False
    separator: str = ""

    @property
    def options(self) -> dict[str, object]:
        """Give what an ExportRun keeps of it beside its columns."""
        return {"ideas": self.ideas, "bom": self.bom, "separator": self.separator}

    def file_name(self, version: int) -> str:
        """Give what the file is called; a corrected report says its version."""
        what = "ideas" if self.ideas else self.kind
        return f"{what}-{self.period}{f'-v{version}' if version > 1 else ''}.{self.format}"


def checked(order: Order) -> Order:
    """Give the order when it makes sense.

    Raises  Invalid with a sentence
    """
    if order.kind not in KINDS:
        raise Invalid(_("There is no such report."), reason="no_such_report")
    if order.format not in FORMATS:
        raise Invalid(_("A file is an Excel workbook, CSV or PDF."), reason="no_such_format")
    if order.separator not in SEPARATORS:
        raise Invalid(_("Cells are separated by a comma, a semicolon or a tab."), reason="no_such_separator")
    if order.ideas and (order.kind != "flow" or order.format == "pdf"):
        raise Invalid(_("The ideas of a period go out with the report on flow, as an Excel workbook or as CSV."),
                      reason="ideas_as_a_table")
    return order


@dataclass(frozen=True)
class Made:
    """A file that was made: rows of its tables, and the version of the report (0: the period still runs)."""

    row_count: int
    version: int


def make_file(
    order: Order, path: Path, *, person_id: int | None, book: Directory, now: datetime, tell: Tell | None = None
) -> Made:
    """Write the file of an order in the current language.

    Takes   path: a new file; scratch files lie beside it for a moment
            person_id: whose rights decide which ideas are in it
    Raises  NotFound when no such report was kept; Refused when a PDF could not be made
    """
    version, found = _document(order, person_id, book, now, tell)
    if order.format == "pdf":
        path.write_bytes(make_pdf(found))
        return Made(sum(len(list(table.rows)) for table in found.on_paper), version)
    if order.format == "csv":
        shape = shape_for(current_language(), separator=SEPARATORS[order.separator], bom=order.bom)
        return Made(write_csv(path, found, shape), version)
    return Made(write_workbook(path, found), version)


def _document(
    order: Order, person_id: int | None, book: Directory, now: datetime, tell: Tell | None
) -> tuple[int, Document]:
    if order.ideas:
        if person_id is None:
            raise ValueError("which ideas go out is decided by somebody's rights")
        return 0, idea_rows.document(Period(order.period), person_id, book, now=now, tell=tell)
    sheet = kept(order.kind, order.period, order.version)
    if sheet is None:
        raise NotFound(_("No figures were kept for %(period)s.", period=Period(order.period).label()), reason="not_kept")
    found = export_table.document(sheet)
    return sheet.report.version, replace(found, trends=trends_of(sheet)) if order.format == "pdf" else found
