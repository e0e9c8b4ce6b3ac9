"""How figures went over the periods before, drawn for paper: the same columns as on the page, as pictures of their own."""

from dataclasses import dataclass

from suggestbox.core.language import gettext as _

from .figures import Figure, figures_of
from .page_figures import BACK
from .pictures import MULTIPLE_HEIGHT, MULTIPLE_WIDTH, Column, Multiple, multiple_of
from .queries import Sheet, trends
from .targets import is_told, targets_on

MOST = 8
"""So many pictures fit above the tables without pushing them off the first pages."""

INK, GOOD, PALE, LINE, SOON = "#4a546b", "#17694f", "#93b8aa", "#b8b1a4", "#9a5b00"


@dataclass(frozen=True)
class Trend:
    """A small picture with its words: `svg` has no text in it, `alt` says what it shows."""

    name: str
    value: str
    beside: str
    svg: str
    alt: str
    first: str
    last: str
    notes: tuple[str, ...]


def trends_of(sheet: Sheet) -> list[Trend]:
    """Give a report's figures of the whole company over the periods before, those first that have a better way.

    Only figures of which two periods at least are shown. The last column is that of this very version. Two statements.
    """
    told = sorted((figure for figure in figures_of(sheet.report.kind) if is_told(figure.key)), key=lambda f: not f.better)
    period = sheet.period
    found = trends([figure.key for figure in told], period.kind, BACK[period.kind], until=period)
    while found and not found[0][1]:
        found = found[1:]
    targets, still = targets_on(sheet.report.until), period.key if sheet.is_open else ""
    drawn: list[Multiple] = []
    for figure in told:
        points = [(one, cells.get(figure.key)) for one, cells in found[:-1]] + [(period, sheet.cell(figure.key))]
        if sum(cell is not None and cell.value is not None for _one, cell in points) > 1:
            drawn.append(multiple_of(figure, points, target=targets.get(figure.key), open_key=still))
    return [_trend(picture) for picture in drawn[:MOST]]


def _trend(m: Multiple) -> Trend:
    figure: Figure = m.figure
    notes = [str(figure.formula)]
    if m.target_words:
        notes.append(_("Dashed: the target, %(value)s", value=m.target_words))
    if m.has_hidden:
        notes.append(_("Dotted: not shown, so that nobody can be recognised."))
    if m.has_open:
        notes.append(_("The last period is still running; its column is an outline."))
    alt = _("%(figure)s over time: %(values)s", figure=m.name, values=m.summary)
    beside = f"{m.now_label} ({m.change})" if m.change else m.now_label
    return Trend(m.name, m.now, beside, svg_of(m), alt, m.columns[0].label, m.columns[-1].label, tuple(notes))


def svg_of(m: Multiple) -> str:
    """Give the picture as SVG; all in it is numbers and colours."""
    parts = [_column(column, last=place == len(m.columns) - 1) for place, column in enumerate(m.columns)]
    parts.append(f'<line x1="0" x2="{MULTIPLE_WIDTH:g}" y1="{m.base:g}" y2="{m.base:g}" stroke="{INK}" stroke-width="1"/>')
    if m.target_y is not None:
        parts.append(f'<line x1="0" x2="{MULTIPLE_WIDTH:g}" y1="{m.target_y:g}" y2="{m.target_y:g}" stroke="{SOON}" '
                     'stroke-width="2" stroke-dasharray="6 4"/>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -4 {MULTIPLE_WIDTH:g} {MULTIPLE_HEIGHT + 8:g}">'
            f'{"".join(parts)}</svg>')


def _column(column: Column, *, last: bool) -> str:
    place = f'x="{column.x:g}" width="{column.width:g}"'
    if column.state == "missing":
        return ""
    if column.state == "hidden":
        half = MULTIPLE_HEIGHT / 2
        return (f'<rect {place} y="{half:g}" height="{half:g}" fill="none" stroke="{LINE}" stroke-width="1.5" '
                'stroke-dasharray="2 3"/>')
    if column.state == "open":
        return f'<rect {place} y="{column.y:g}" height="{column.height:g}" fill="none" stroke="{GOOD}" stroke-width="2"/>'
    return f'<rect {place} y="{column.y:g}" height="{column.height:g}" fill="{GOOD if last else PALE}"/>'
