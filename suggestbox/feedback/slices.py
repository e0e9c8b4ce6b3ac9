"""Which part of the feedback a page shows: period, channel, segment and audience, as the address says.

The default is what customers said in the last 90 days. An address holds only what differs from it, so that it stays
short and can be passed on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.language import gettext as _
from suggestbox.core.language import short_date

from .counts import comment_words, from_people_words
from .figures import Figure, Slice, theme_figures
from .items import visible
from .landscape import Landscape
from .models import AUDIENCES, CHANNELS, Item
from .words import AUDIENCE_WORDS, CHANNEL_WORDS

PERIODS = {"90": 90, "365": 365}
"""Period in the address -> days, today included. Besides: "all", and "own" with two dates."""

USUAL = "90"
LONGEST_SEGMENT = 60
FEWEST_COLLEAGUES = 5
"""Below so many people, colleagues' own voices of a part of the feedback are not shown."""


@dataclass(frozen=True)
class Choice:
    """What a reader chose, with what else there is to choose.

    `audience` is what the page shows when the address says nothing about it; `trouble` is a sentence about dates that
    could not be read.
    """

    slice: Slice
    period: str
    today: date
    audience: str = "customers"
    trouble: str = ""
    channels: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        """Say whether channel, segment or audience were chosen, or days of the reader's own."""
        return self.is_part or self.slice.audience != self.audience

    @property
    def is_part(self) -> bool:
        """Say whether it is a part of what these people said, beyond the usual periods."""
        return bool(self.slice.channel or self.slice.segment or self.period == "own")

    def words(self, figure: Figure | None = None) -> str:
        """Give the choice in words, see `words`; of a part of colleagues' voices no count below five."""
        s = self.slice
        if self.is_part and not s.audience:  # beside the count of customers alone it would tell that of colleagues
            figure = None
        if figure and s.audience != "customers" and figure.customers and not shows_colleagues(self, figure.customers):
            return ", ".join((words(s, today=self.today), _("fewer than five people")))
        return words(s, today=self.today, figure=figure)

    def address(self, **changes: str) -> dict[str, str]:
        """Give what the address of a page with this choice holds, for `url_for`; changes by their names there."""
        s = self.slice
        kept = {
            "period": self.period,
            "from": s.since.isoformat() if self.period == "own" and s.since else "",
            "until": s.until.isoformat() if self.period == "own" and s.until else "",
            "channel": s.channel,
            "segment": s.segment,
            "audience": "" if s.audience == self.audience else s.audience or "all",
        } | changes
        if kept["period"] != "own":
            kept["from"] = kept["until"] = ""
        if kept["period"] == USUAL:
            kept["period"] = ""
        return {name: value for name, value in kept.items() if value}


def slice_from(args: Mapping[str, str], *, today: date, audience: str = "customers") -> Slice:
    """Give the part of the feedback an address asks for.

    Takes   args: the address's values (`request.args`): period (90, 365, all, own), from, until, channel, segment,
            audience (customers, employees, all)
            audience: whose voices, when the address does not say; "" for both
    """
    return choice_from(args, today=today, audience=audience).slice


def choice_from(args: Mapping[str, str], *, today: date, audience: str = "customers", offer: bool = False) -> Choice:
    """Give what the reader chose; with `offer` also the channels and segments there are (one statement)."""
    since_typed, until_typed = args.get("from", "").strip(), args.get("until", "").strip()
    since, until = _day(since_typed), _day(until_typed)
    trouble = ""
    if (since_typed and since is None) or (until_typed and until is None):
        trouble = _("One of the two days could not be read. Write it like 2026-05-31.")
    elif since and until and since > until:
        trouble = _("The first day lies after the last one, so the two were exchanged.")
        since, until = until, since
    period = args.get("period", "")
    if since or until:
        period = "own"
    elif period not in (*PERIODS, "all"):
        period = USUAL
    if period in PERIODS:
        since, until = today - timedelta(days=PERIODS[period] - 1), today
    elif period == "all":
        since = until = None
    channel = args.get("channel", "")
    segment = args.get("segment", "").replace("\x00", "").strip()[:LONGEST_SEGMENT]
    whose = args.get("audience", "")
    whose = "" if whose == "all" else whose if whose in AUDIENCES else audience
    slice_ = Slice(since, until, channel if channel in CHANNELS else "", segment, whose)
    channels, segments = _on_offer() if offer else ((), ())
    typed = {"from": since_typed, "until": until_typed} if trouble else {}
    return Choice(slice_, period, today, audience, trouble, channels, segments, typed)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year < 2200 else None


def _on_offer() -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = db.session.execute(sa.select(Item.channel, Item.segment).where(visible()).distinct()).all()
    channels = {channel for channel, _segment in found}
    segments = {segment for _channel, segment in found if segment}
    return tuple(c for c in CHANNELS if c in channels), tuple(sorted(segments, key=str.casefold))


def period_words(slice_: Slice, *, today: date) -> str:
    """Give the period: "Last 90 days", "1 Aug to 30 Sept"."""
    since, until = slice_.since, slice_.until
    if since is None and until is None:
        return _("From the first day on")
    if until == today and since == today - timedelta(days=PERIODS["90"] - 1):
        return _("Last 90 days")
    if until == today and since == today - timedelta(days=PERIODS["365"] - 1):
        return _("Last 12 months")
    if since is None:
        assert until is not None
        return _("Until %(day)s", day=short_date(until))
    if until is None:
        return _("Since %(day)s", day=short_date(since))
    return _("%(since)s to %(until)s", since=short_date(since), until=short_date(until))


def words(slice_: Slice, *, today: date, figure: Figure | None = None) -> str:
    """Give the part of the feedback in words: "Last 90 days, 2,418 comments from 1,377 customers".

    Channel, segment and audience are named when they were chosen; without a figure there are no counts.
    """
    parts = [period_words(slice_, today=today)]
    if slice_.channel:
        parts.append(_("channel: %(channel)s", channel=CHANNEL_WORDS[slice_.channel]))
    if slice_.segment:
        parts.append(_("segment: %(segment)s", segment=slice_.segment))
    if figure is None:
        if slice_.audience == "employees":
            parts.append(str(AUDIENCE_WORDS["employees"]))
        return ", ".join(parts)
    if figure.comments:
        parts.append(f"{comment_words(figure.comments)} {from_people_words(figure.customers, slice_.audience)}")
    else:
        parts.append(_("no comments"))
    return ", ".join(parts)


def shows_colleagues(choice: Choice, people: int) -> bool:
    """Say whether colleagues' own voices may be shown: a part of them only from five people on.

    Takes   people: how many distinct colleagues spoke in the part of the feedback that was chosen
    """
    return people >= FEWEST_COLLEAGUES or not choice.is_part


def hushed_themes(choice: Choice, lands: Landscape) -> set[int]:
    """Give the themes nothing is shown of in this part: fewer than five colleagues spoke of them, perhaps among customers.

    One statement, and none where there can be no such theme. Themes that are gone are all hushed then.
    """
    if not choice.is_part or choice.slice.audience == "customers":
        return set()
    figures = theme_figures(replace(choice.slice, audience="employees"), lands)
    few = {theme_id for theme_id, figure in figures.items() if 0 < figure.customers < FEWEST_COLLEAGUES}
    return few | {theme.id for theme in lands.themes.values() if theme.gone}
