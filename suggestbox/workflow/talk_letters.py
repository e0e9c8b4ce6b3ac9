"""Letters about the closing conversation: the outcome with times for the talk, appointments, and how it was."""

from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import url_for

from suggestbox.conversations.models import Appointment, Offer, Party, Record, Slot
from suggestbox.conversations.queries import standing_decision
from suggestbox.core.database import db
from suggestbox.core.language import full_date, oblique
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l
from suggestbox.ideas.models import Idea, Submitter
from suggestbox.ideas.parts import person_behind
from suggestbox.mail.invitation import Guest, Invitation
from suggestbox.mail.letters import Reader, Text
from suggestbox.mail.models import Letter, Notice
from suggestbox.mail.readers import outside
from suggestbox.steps.models import Step

from .letter_parts import (
    beginning,
    book_of,
    how_and_where,
    idea_for,
    is_still_part,
    name_of,
    time_and_place,
    when_words,
)
from .told import INVITATION

OUTCOMES = {
    "adopted": _l("Good news about your idea “%(title)s”: it is adopted and will be carried out."),
    "adopted_in_part": _l("Good news about your idea “%(title)s”: a part of it is adopted and will be carried out."),
    "trial": _l("Good news about your idea “%(title)s”: it will be tried out."),
    "declined": _l("Thank you for your idea “%(title)s”. It was examined thoroughly. This time the answer is no."),
    "parked": _l("Your idea “%(title)s” was examined. It is put off until %(date)s; then it comes up again by itself."),
    "already_planned": _l("Your idea “%(title)s” hits the mark: something like it is planned already."),
    "duplicate": _l("Your idea “%(title)s” is a good one: somebody else handed in the same one before you."),
    "handed_over": _l("Your idea “%(title)s” is with the office in charge. It has looked at it."),
    "passed_on": _l("What you reported under “%(title)s” was passed on, so that it is taken care of."),
}
"""What became of it, as one says it to somebody; the reasons follow."""

GONE = ("submitted", "in_review", "waiting", "deciding", "draft", "withdrawn")


def outcome_sentence(idea: Idea) -> str:
    """Give the outcome in a sentence to the submitter."""
    until = full_date(idea.return_on) if idea.return_on else ""
    return str(OUTCOMES[idea.outcome or ""]) % {"title": idea.title, "date": until}


def _talk_url(idea: Idea, anchor: str | None = None, **more: Any) -> str:
    return url_for("conversations.show", number=idea.number, _anchor=anchor, **more)


def _party(notice: Notice) -> Party | None:
    return db.session.get(Party, notice.facts["party_id"])


_PARTY: Any = sa.bindparam("party_id")
_PARTY_AND_OFFER = (
    sa.select(Party, Offer).select_from(Party).join(Offer, Offer.id == sa.bindparam("offer_id")).where(Party.id == _PARTY)
)
_SLOTS = sa.select(Slot.__table__).where(Slot.offer_id == sa.bindparam("offer_id")).order_by(Slot.starts_at)
_PARTY_AND_TIME = (
    sa.select(Party, Appointment, Submitter).select_from(Party)
    .join(Appointment, Appointment.id == sa.bindparam("appointment_id"))
    .outerjoin(Submitter, Submitter.id == Party.submitter_id).where(Party.id == _PARTY)
)
_LAST_RECORD = (
    sa.select(Record.held_on, Record.host_id, Record.said).select_from(Party)
    .outerjoin(Record, sa.and_(Record.party_id == Party.id, Record.attempt == Party.attempt))
    .where(Party.id == _PARTY).order_by(Record.id.desc()).limit(1)
)


# -- offers ----------------------------------------------------------------------------------------------------------


def _offered(notice: Notice, reader: Reader) -> tuple[Idea, Offer, Party] | None:
    idea = idea_for(notice, reader)
    ids = {name: notice.facts[name] for name in ("party_id", "offer_id")}
    found = db.session.execute(_PARTY_AND_OFFER, ids).one_or_none() if idea is not None else None
    if idea is None or found is None or found.Offer.ended_at is not None or not is_still_part(notice):
        return None
    party, made = found
    open_still = idea.stage == "conversation" and idea.released_at and idea.outcome and party.round == idea.round
    return (idea, made, party) if open_still else None


def _times(idea: Idea, made: Offer, reader: Reader) -> tuple[tuple[str, str], ...]:
    """Each time as a link that opens the page with it chosen; nothing is settled before one says so there."""
    slots: Any = db.session.execute(_SLOTS, {"offer_id": made.id})
    return tuple((time_and_place(slot, reader), _talk_url(idea, "pick-time", slot=slot.id)) for slot in slots)


def _invites(made: Offer, reader: Reader) -> list[str]:
    host, words = name_of(made.by_id, book_of(reader)), made.words.strip()
    return [
        _("%(name)s would like to talk with you about it: “%(words)s”", name=host, words=words) if words
        else _("%(name)s would like to talk with you about it.", name=host),
        _("Which time suits you? A click opens the page; a time is settled only when you say so there. If none suits "
          "you, you can ask for others there, or for an answer in writing.") if reader.email
        else _("Which time suits you? Please choose it on the site, or together with whoever gave you this letter. You can "
               "also ask for other times, or for an answer in writing."),
    ]


def decision(notice: Notice, reader: Reader) -> Text | None:
    """Give the outcome with how its reasons begin, and the times for the talk."""
    found = _offered(notice, reader)
    if found is None:
        return None
    idea, made, _party = found
    standing = standing_decision(idea)
    reasons = standing.reasons.strip() if standing else ""
    return Text(
        subject=_("What became of your idea “%(title)s”", title=idea.title),
        paragraphs=(outcome_sentence(idea), *_invites(made, reader)),
        quote=beginning(reasons),
        quote_by=_("The reasons") if beginning(reasons) == reasons
        else _("From the reasons; you can read all of them on the page of the talk"),
        links=_times(idea, made, reader),
        button=(_("Choose a time"), _talk_url(idea, "pick-time")),
        why=_("You receive this because your idea was decided."),
    )


def offer(notice: Notice, reader: Reader) -> Text | None:
    """Give further times for the talk."""
    found = _offered(notice, reader)
    if found is None:
        return None
    idea, made, _party = found
    return Text(
        subject=_("New times for the talk about “%(title)s”", title=idea.title),
        paragraphs=(_("There are new times for the talk about your idea “%(title)s”.", title=idea.title),
                    *_invites(made, reader)),
        links=_times(idea, made, reader),
        button=(_("Choose a time"), _talk_url(idea, "pick-time")),
        why=_("You receive this because a talk about your idea is still open."),
    )


# -- appointments ----------------------------------------------------------------------------------------------------


LEFT_THE_HOUSE = ("sent", "uncertain", "sending", "to_print")


def _got_the_request(notice: Notice) -> bool:
    """Whether the invitation that is called off left the house at all."""
    query = sa.select(Letter.facts).where(
        Letter.kind == INVITATION, Letter.idea_id == notice.idea_id, Letter.state.in_(LEFT_THE_HOUSE),
        Letter.submitter_id.is_not_distinct_from(notice.submitter_id),
        Letter.person_id.is_not_distinct_from(notice.person_id),
    )
    ids = {facts.get("notice_id") for facts in db.session.scalars(query)}
    earlier = db.session.scalars(sa.select(Notice).where(Notice.id.in_(ids)))
    return any(n.facts["method"] == "REQUEST" and n.facts["appointment_id"] == notice.facts["appointment_id"]
               for n in earlier)


def invitation(notice: Notice, reader: Reader) -> Text | None:
    """Give an appointment for one calendar: set, moved to another place, or called off."""
    ids = {name: notice.facts[name] for name in ("party_id", "appointment_id")}
    found = db.session.execute(_PARTY_AND_TIME, ids).one_or_none()
    if found is None or notice.facts["sequence"] != found.Party.calendar_sequence:
        return None
    party, met, submitter = found
    if notice.facts["method"] == "CANCEL":
        return _cancelled(notice, reader, party, met) if _got_the_request(notice) else None
    idea = idea_for(notice, reader)
    if idea is None or met.state != "set" or idea.stage != "conversation":
        return None
    is_host = notice.person_id is not None
    other = oblique(_other(idea, party, submitter, reader, is_host))
    when, said = when_words(met.starts_at, reader), {"name": other, "title": idea.title}
    moved = bool(notice.facts.get("moved"))
    first = _("The place of your talk with %(name)s about the idea “%(title)s” has changed:", **said) if moved \
        else _("Your talk with %(name)s about the idea “%(title)s” is settled:", **said)
    paragraphs = [first, time_and_place(met, reader)]
    if is_host and party.companion:
        paragraphs.append(_("Also there: %(name)s.", name=party.companion))
    paragraphs.append(_("If something gets in the way, please say so on the page of the talk, so that both calendars stay "
                        "right."))
    return Text(
        subject=_("Another place: talk on %(when)s: %(title)s", when=when, title=idea.title) if moved
        else _("Talk on %(when)s: %(title)s", when=when, title=idea.title),
        paragraphs=tuple(paragraphs),
        button=(_("Prepare the talk") if is_host else _("To the talk"), _talk_url(idea)),
        why=_("You receive this because you take part in the talk. The appointment is attached for your calendar.")
        if reader.email else _("You receive this because you take part in the talk."),
        invitation=_entry(notice, reader, party, met, idea, other),
    )


def _other(idea: Idea, party: Party, submitter: Submitter | None, reader: Reader, is_host: bool) -> str:
    """Whom the reader talks with. A confidential submitter is named in no letter, and not in the host's calendar."""
    if not is_host:
        return name_of(party.host_id, book_of(reader))
    if idea.confidential or submitter is None:
        return _("the submitter")
    return name_of(person_behind(submitter), book_of(reader))


def _cancelled(notice: Notice, reader: Reader, party: Party, met: Appointment) -> Text:
    """A time called off is told also to somebody who may not read the idea any more, without its title."""
    idea = idea_for(notice, reader)
    when = when_words(met.starts_at, reader)
    shown = idea if idea and idea.stage not in GONE else None
    return Text(
        subject=_("Called off: talk on %(when)s", when=when),
        paragraphs=(
            _("The talk about the idea “%(title)s” is called off. It was to be on %(when)s.", when=when, title=idea.title)
            if idea else _("A talk is called off. It was to be on %(when)s.", when=when),
            _("The appointment disappears from your calendar with this letter.") if reader.email else "",
        ),
        button=(_("See how it goes on"), _talk_url(shown)) if shown else None,
        why=_("You receive this because you were to take part in the talk."),
        invitation=_entry(notice, reader, party, met, idea, ""),
    )


def _entry(notice: Notice, reader: Reader, party: Party, met: Appointment, idea: Idea | None, other: str) -> Invitation:
    host = urlsplit(outside("/")).hostname or "suggestbox.invalid"
    return Invitation(
        uid=f"talk-{party.id}@{host}", sequence=notice.facts["sequence"], method=notice.facts["method"],
        starts_at=met.starts_at, minutes=met.minutes, zone=reader.zone,
        summary=_("Talk about “%(title)s”", title=idea.title) if idea else _("Talk"),
        description=_description(idea, other), location=how_and_where(met), guests=_guests(notice, reader, party, idea),
        made_at=notice.at,
    )


def _description(idea: Idea | None, other: str) -> str:
    if idea is None or not other:
        return ""
    return _("Talk with %(name)s about the idea %(number)s. If something gets in the way: %(url)s", name=other,
             number=idea.number, url=outside(_talk_url(idea)))


def _guests(notice: Notice, reader: Reader, party: Party, idea: Idea | None) -> tuple[Guest, ...]:
    """Host and submitter; of a confidential idea each is alone in their calendar, as far as anybody can see."""
    mine = Guest(reader.name, reader.email or "")
    submitter = db.session.get(Submitter, party.submitter_id)
    if idea is None or idea.confidential or submitter is None or notice.facts["method"] == "CANCEL":
        return (mine,) if mine.email else ()
    book = book_of(reader)
    other_id = person_behind(submitter) if notice.person_id is not None else party.host_id
    other = book.person(other_id)
    both = [mine, *([Guest(other.name, other.email)] if other and other.email else [])]
    return tuple(guest for guest in both if guest.email)


# -- the ending ------------------------------------------------------------------------------------------------------


def written(notice: Notice, reader: Reader) -> Text | None:
    """Give the closing in writing, whole."""
    idea, party = idea_for(notice, reader), _party(notice)
    if idea is None or party is None or not is_still_part(notice) or idea.stage in GONE or idea.outcome is None:
        return None
    if party.attempt != notice.facts["attempt"] or party.state not in ("written", "missed", "unanswered"):
        return None
    return Text(
        subject=_("What became of your idea “%(title)s”", title=idea.title),
        paragraphs=(
            outcome_sentence(idea),
            _("Can you follow how your idea was treated? Please tell us; it takes a minute. You can say there too that "
              "something is still missing."),
        ),
        quote=party.written_text, quote_by=name_of(party.host_id, book_of(reader)),
        button=(_("Say how it was"), _talk_url(idea, "confirm")),
        why=_("You receive this because your idea was decided and this is the answer in writing."),
    )


def how_was_it(notice: Notice, reader: Reader) -> Text | None:
    """Give the question after the talk, with what was noted of it."""
    idea = idea_for(notice, reader)
    step = db.session.get(Step, notice.step_id) if notice.step_id else None
    if idea is None or step is None or step.done_at is not None or not is_still_part(notice):
        return None
    record = db.session.execute(_LAST_RECORD, {"party_id": step.subject_id // 200}).one_or_none()
    if record is None:
        return None
    book, talked = book_of(reader), record.host_id is not None  # else the party has none of this attempt
    if talked:
        first = _("On %(date)s %(name)s talked with you about your idea “%(title)s”. This was noted:",
                  date=full_date(record.held_on, year=False), name=name_of(record.host_id, book), title=idea.title)
    else:
        first = _("Your idea “%(title)s” is nearly through. Only your word is missing.", title=idea.title)
    again = [_("We ask once more, because nobody else can say it.")] if step.subject_id % 2 else []
    return Text(
        subject=_("How was it? Your idea “%(title)s”", title=idea.title),
        paragraphs=(
            first, *again,
            _("Two short questions: can you follow how your idea was treated? And did you feel appreciated? If something "
              "was different, or the talk did not take place, please say that there too."),
        ),
        quote=beginning(record.said, 1000) if talked else "",
        quote_by=_("Noted by %(name)s", name=oblique(name_of(record.host_id, book))) if talked else "",
        button=(_("Say how it was"), _talk_url(idea, "confirm")),
        why=_("You receive this because the talk about your idea is over and only you can say how it was."),
    )
