"""Reads one sheet of a workbook and prints its rows as lines of JSON: [row number, cells].

Runs as a process of its own with little memory and little time, started by `sheets_in.py`: whatever a file does to the
library that reads it, the house goes on.
"""

import json
import sys
from datetime import date, datetime, time, timedelta

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 90


def main() -> None:
    """Print the rows of the sheet called sys.argv[2] in the file sys.argv[1]."""
    _little("RLIMIT_AS", MOST_MEMORY)
    _little("RLIMIT_CPU", MOST_SECONDS)
    import python_calamine

    path, name = sys.argv[1:3]
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name(name)
    start = sheet.start
    if start is None:
        return
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=start[0] + 1):
        line = [number, start[1], [_plain(cell) for cell in cells]]
        sys.stdout.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")


def _little(limit: str, most: int) -> None:
    """Let this process have no more. Not every system knows every limit, macOS none of memory; the file was looked over."""
    try:
        import resource

        resource.setrlimit(getattr(resource, limit), (most, most))
    except (ImportError, AttributeError, ValueError, OSError):
        pass


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return {"at": cell.isoformat()}
    if isinstance(cell, date):
        return {"on": cell.isoformat()}
    if isinstance(cell, time | timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell


if __name__ == "__main__":
    main()
