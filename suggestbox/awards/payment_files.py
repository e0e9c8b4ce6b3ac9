"""A payment list as a file for payroll: a workbook with typed cells, or CSV. No cell is a formula."""

import csv
from collections.abc import Iterable
from io import BytesIO, StringIO

import xlsxwriter

from suggestbox.core.cells import guarded
from suggestbox.core.language import current_language
from suggestbox.core.language import gettext as _

from .payments import PaymentLine

FORMATS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
WIDTHS = (14, 20, 18, 24, 14, 12, 12, 12, 14)


def headings() -> tuple[str, ...]:
    """Give the names of the columns in the reader's language."""
    return (_("Personnel number"), _("Family name"), _("Given name"), _("Department"), _("Amount in euros"), _("Idea"),
            _("Version of the award"), _("Award rules no."), _("Owed since"))


def as_workbook(lines: Iterable[PaymentLine], title: str) -> bytes:
    """Give the list as an Excel file: amounts are numbers, dates are dates, names are text whatever they begin with."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "constant_memory": False, "strings_to_formulas": False,
                                      "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        money, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(title[:31])
        names, row, cents = headings(), 0, 0
        for column, (name, width) in enumerate(zip(names, WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
        sheet.freeze_panes(1, 0)
        for row, line in enumerate(lines, 1):
            for column, text in enumerate((line.personnel_no, line.family_name, line.given_name, line.department)):
                sheet.write_string(row, column, text)
            sheet.write_number(row, 4, line.cents / 100, money)
            sheet.write_string(row, 5, line.idea_number)
            sheet.write_number(row, 6, line.version)
            sheet.write_number(row, 7, line.rules_number)
            sheet.write_datetime(row, 8, line.owed_on, day)
            cents += line.cents
        sheet.autofilter(0, 0, max(row, 1), len(names) - 1)
        sheet.write_string(row + 2, 3, _("Sum"), book.add_format({"bold": True}))
        sheet.write_number(row + 2, 4, cents / 100, book.add_format({"bold": True, "num_format": "#,##0.00", "top": 1}))
    return stream.getvalue()


def as_csv(lines: Iterable[PaymentLine]) -> bytes:
    """Give the list as CSV with the reader's separator and decimal mark, and a mark for UTF-8 that Excel understands."""
    german, stream = current_language() == "de", StringIO()
    out = csv.writer(stream, delimiter=";" if german else ",", lineterminator="\r\n")
    out.writerow(headings())
    for line in lines:
        texts = (line.personnel_no, line.family_name, line.given_name, line.department)
        amount = f"{line.cents // 100}{',' if german else '.'}{line.cents % 100:02d}"
        out.writerow([*map(guarded, texts), amount, line.idea_number, line.version, line.rules_number,
                      line.owed_on.isoformat()])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()
