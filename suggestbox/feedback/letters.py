"""Letters of the room: an unusual rise, told to whoever answers for it; praise, told to its team."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import url_for

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.core.modules import is_on
from suggestbox.ideas.blueprint import first_words
from suggestbox.mail.letters import Kind, Line, Reader, Text, register
from suggestbox.mail.models import Notice
from suggestbox.people.directory import directory

from . import praise, rises
from .counts import people_words
from .figure_words import usual_words
from .figures import Slice, quotes_of
from .items import visible
from .landscape import Landscape, landscape
from .masking import staff_names
from .models import Item, Praise, Rise
from .quotes import shown_text

LONGEST_QUOTE = 240


def _standing(notices: Sequence[Notice]) -> dict[int, Rise]:
    """{notice id: its rise} of those nobody looks into yet."""
    ids = {notice.facts["rise_id"] for notice in notices}
    rows = {row.id: row for row in db.session.scalars(sa.select(Rise).where(Rise.id.in_(ids), Rise.seen_at.is_(None)))}
    return {n.id: rows[n.facts["rise_id"]] for n in notices if n.facts["rise_id"] in rows}


def rise_lines(notices: Sequence[Notice], _reader: Reader) -> dict[int, Line]:
    """Give each rise nobody looks into yet as a line; none while customer feedback is off."""
    found = _standing(notices) if is_on("feedback") else {}
    lands = landscape() if found else Landscape()
    return {
        notice_id: Line(_sentence(row, lands), url_for("feedback.theme", theme_id=row.theme_id), duty=False)
        for notice_id, row in found.items() if not lands.themes[row.theme_id].gone
    }


def _sentence(row: Rise, lands: Landscape) -> str:
    name = lands.themes[row.theme_id].name
    if row.polarity == "positive":
        return _("“%(theme)s”: unusually many praise it.", theme=name)
    return _("“%(theme)s”: unusually many complain about it.", theme=name)


def rise_text(notice: Notice, reader: Reader) -> Text | None:
    """Give the letter about a rise, with the newest words of a customer."""
    row = _standing([notice]).get(notice.id) if is_on("feedback") else None
    lands = landscape()
    if row is None or lands.themes[row.theme_id].gone:
        return None
    theme, positive = lands.themes[row.theme_id], row.polarity == "positive"
    subject = _("Unusually much praise: %(theme)s", theme=theme.name) if positive \
        else _("Unusually many complaints: %(theme)s", theme=theme.name)
    people = people_words(row.customer_count, theme.audience)
    numbers = {"days": row.days, "people": people, "usual": usual_words(row.usual), "theme": theme.name}
    counts = _("In the last %(days)s days %(people)s praised “%(theme)s”. Usually it is about %(usual)s.",
               **numbers) if positive \
        else _("In the last %(days)s days %(people)s complained about “%(theme)s”. Usually it is about %(usual)s.",
               **numbers)
    further = _("Please check whether your team should hear of it, and what is worth keeping.") if positive \
        else _("Please check whether something changed: a rule, a place, a day. If you look into it, say so on the page; "
               "then others know.")
    by = _("a colleague") if theme.audience == "employees" else _("a customer")
    said = quotes_of(lands.below(row.theme_id), row.polarity, Slice(audience=theme.audience), 1)
    return Text(
        subject=subject, paragraphs=(counts, further),
        quote=_shown(said[0], reader) if said else "", quote_by=by if said else "",
        button=(_("To the theme"), url_for("feedback.theme", theme_id=row.theme_id)),
        why=_("You get this message because you answer for a touchpoint at which customers notice it, or look after "
              "customer feedback."),
    )


def _shown(item: Item, reader: Reader) -> str:
    book = directory(reader.today)
    names = book.keep("staff names", lambda: staff_names(book))
    return first_words(shown_text(item, whole=False, names=names), LONGEST_QUOTE)


def praise_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give praise as a line with the customer's words; none that was taken back, or whose item counts no more."""
    if not is_on("feedback"):
        return {}
    ids = {notice.facts["praise_id"] for notice in notices}
    query = sa.select(Praise.id, Item).join(Item, Item.id == Praise.item_id).where(Praise.id.in_(ids), visible())
    items = {praise_id: item for praise_id, item in db.session.execute(query)}
    return {
        notice.id: Line(
            _("A customer praises your team: “%(words)s”", words=_shown(items[notice.facts["praise_id"]], reader)),
            url_for("feedback.praise", praise_id=notice.facts["praise_id"]), duty=False,
        )
        for notice in notices if notice.facts["praise_id"] in items
    }


_KINDS = (
    Kind(rises.KIND, _l("An unusual rise of a theme"), rise_lines, write=rise_text, waits=False),
    Kind(praise.KIND, _l("Praise from a customer"), praise_lines),
)


def register_letters() -> None:
    """Make the letters of this room known."""
    register(*_KINDS)
