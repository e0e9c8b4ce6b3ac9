"""Letters about one talk with several submitters. None of them names who else is asked, or comes: only how many."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import url_for

from suggestbox.conversations.groups import Seat, people_of, seats_of
from suggestbox.conversations.models import Party, TalkGroup
from suggestbox.conversations.queries import standing_decision
from suggestbox.core.database import db
from suggestbox.core.language import full_date, ngettext
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.ideas.readable import readable
from suggestbox.mail.invitation import Guest, Invitation
from suggestbox.mail.letters import Kind, Line, Reader, Text
from suggestbox.mail.models import Notice
from suggestbox.mail.readers import outside
from suggestbox.steps.models import Step

from .letter_parts import (
    beginning,
    book_of,
    how_and_where,
    idea_for,
    is_still_part,
    label_of,
    name_of,
    time_and_place,
    when_words,
)
from .talk_letters import outcome_sentence
from .told_group import HOST


def others_words(number: int) -> str:
    """Give how many others are asked, in words: never who."""
    return ngettext("one other submitter", "%(num)d other submitters", number)


def others_asked(seats: Sequence[Seat], party: Party) -> int:
    """Give how many other people are asked: also whoever would rather talk alone, or the number told it."""
    mine = next(seat.person_id for seat in seats if seat.party.id == party.id)
    return len(people_of(seat for seat in seats if seat.counts) - {mine})


# -- asked -----------------------------------------------------------------------------------------------------------


def together(notice: Notice, reader: Reader) -> Text | None:
    """Give the question whether one talks together with others; with the outcome, when it is new."""
    idea, step = idea_for(notice, reader), db.session.get(Step, notice.step_id or 0)
    group, party = db.session.get(TalkGroup, notice.facts["group_id"]), db.session.get(Party, notice.facts["party_id"])
    if idea is None or step is None or step.done_at is not None or group is None or party is None:
        return None
    if not is_still_part(notice) or idea.stage != "conversation" or idea.outcome is None:
        return None
    host, words = name_of(group.host_id, book_of(reader)), group.words.strip()
    others = others_words(others_asked(seats_of(group.id), party))
    standing = standing_decision(idea) if notice.facts["first"] else None
    reasons = standing.reasons.strip() if standing else ""
    invites = _("%(name)s would like to talk about it with you and %(others)s together: “%(words)s”", name=host,
                others=others, words=words) if words \
        else _("%(name)s would like to talk about it with you and %(others)s together.", name=host, others=others)
    paragraphs = [
        outcome_sentence(idea) if notice.facts["first"] else _("It is about your idea “%(title)s”.", title=idea.title),
        invites, time_and_place(group, reader),
        _("Please say until %(date)s whether you come, or would rather talk alone. Both are fine. You decide for yourself; "
          "nobody tells the others what you answered.", date=full_date(group.answer_by, year=False)),
        _("It takes place only if at least two agree. Those who come then see each other’s names on the page of the talk."),
    ]
    if idea.confidential:
        paragraphs.append(_("Your idea is confidential. If you agree, those who come and %(name)s learn that you are one of "
                            "the submitters, as soon as the talk is agreed. If you talk alone, nothing changes.", name=host))
    url = url_for("conversations.show", number=idea.number, _anchor="together")
    return Text(
        subject=_("What became of your idea “%(title)s”", title=idea.title) if notice.facts["first"]
        else _("A talk together with others about “%(title)s”?", title=idea.title),
        paragraphs=tuple(paragraphs),
        quote=beginning(reasons),
        quote_by=(_("The reasons") if beginning(reasons) == reasons
                  else _("From the reasons; you can read all of them on the page of the talk")) if reasons else "",
        button=(_("Together, or rather alone?"), url),
        why=_("You receive this because a talk about your idea is still open."),
    )


def together_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines of these questions; one that is answered is no news any more. A fixed number of statements."""
    ideas = readable((n.idea_id for n in notices), reader.person_id, book_of(reader), {n.submitter_id for n in notices})
    steps = {step.id: step for step in db.session.scalars(sa.select(Step).where(Step.id.in_([n.step_id for n in notices])))}
    found = {}
    for notice in notices:
        step, idea = steps.get(notice.step_id or 0), ideas.get(notice.idea_id or 0)
        if step is not None and step.done_at is None and idea is not None:
            found[notice.id] = Line(_("Talk together with others, or rather alone?"),
                                    url_for("conversations.show", number=idea.number, _anchor="together"),
                                    label_of(idea), step.due_on, urgent=step.due_on <= reader.today)
    return found


# -- the host's calendar ---------------------------------------------------------------------------------------------


def _entry(notice: Notice, reader: Reader, group: TalkGroup, count: int) -> Invitation:
    """One entry for all who come. Nobody is named in it: it may stand in a calendar others look into."""
    address, url = urlsplit(outside("/")).hostname or "suggestbox.invalid", url_for("conversations.group", group_id=group.id)
    return Invitation(
        uid=f"together-{group.id}@{address}", sequence=notice.facts["number"], method=notice.facts["method"],
        starts_at=datetime.fromisoformat(notice.facts["at"]), minutes=group.minutes, zone=reader.zone,
        summary=ngettext("Talk with one submitter", "Talk with %(num)d submitters together", count) if count
        else _("Talk with several submitters"),
        description=_("If something gets in the way: %(url)s", url=outside(url)), location=how_and_where(group),
        guests=(Guest(reader.name, reader.email),) if reader.email else (), made_at=notice.at,
    )


def together_host(notice: Notice, reader: Reader) -> Text | None:
    """Give the talk with several for the host's calendar: agreed, in another place, or called off."""
    group = db.session.get(TalkGroup, notice.facts["group_id"])
    if group is None:
        return None
    coming = [seat for seat in seats_of(group.id) if seat.live and seat.appointment is not None]
    count, off = len(people_of(coming)), notice.facts["method"] == "CANCEL"
    url = url_for("conversations.group", group_id=group.id)
    if off:
        when = when_words(datetime.fromisoformat(notice.facts["at"]), reader)
        return Text(
            subject=_("Called off: talk on %(when)s", when=when),
            paragraphs=(_("The talk with several submitters on %(when)s does not take place.", when=when),
                        _("The appointment disappears from your calendar with this letter.") if reader.email else ""),
            button=(_("See how it goes on"), url),
            why=_("You receive this because you were to take part in the talk."),
            invitation=_entry(notice, reader, group, 0),
        )
    if group.state != "set" or not count:
        return None
    when = when_words(group.starts_at, reader)
    return Text(
        subject=_("Talk on %(when)s with several submitters", when=when),
        paragraphs=(
            ngettext("One submitter comes to the talk together:", "%(num)d submitters come to the talk together:", count),
            time_and_place(group, reader),
            _("Who comes stands on the page of the talk, with everything you need to prepare it. Whoever did not agree "
              "waits for times of their own."),
        ),
        button=(_("Prepare the talk"), url),
        why=_("You receive this because you take part in the talk. The appointment is attached for your calendar.")
        if reader.email else _("You receive this because you take part in the talk."),
        invitation=_entry(notice, reader, group, count),
    )


def host_lines(notices: Sequence[Notice], reader: Reader) -> dict[int, Line]:
    """Give the lines of talks with several that were agreed or called off."""
    found = {}
    for notice in notices:
        when = when_words(datetime.fromisoformat(notice.facts["at"]), reader)
        words = _("The talk on %(when)s is called off", when=when) if notice.facts["method"] == "CANCEL" \
            else _("Talk on %(when)s with several submitters", when=when)
        found[notice.id] = Line(words, url_for("conversations.group", group_id=notice.facts["group_id"]), duty=False)
    return found


KINDS = (
    Kind("conversations.together", _l("A talk together with others?"), together_lines, together, waits=False),
    Kind(HOST, _l("Talk with several submitters"), host_lines, together_host, waits=False),
)
