"""Departments, sites and bodies: how the house is built. Operations flush and never commit."""

import re
import unicodedata
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid
from suggestbox.core.language import CODES
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write

from .models import Body, BodyMeeting, BodyMember, ClosingDay, Department, Person, Site
from .public_holidays import is_known, states
from .shifts import clock_time, hours_objection

SEATS = ("chair", "member", "works_council")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def key_from(name: str) -> str:
    """Give a short key made of [a-z0-9-] from a name: "Qualität & Umwelt" becomes "qualitaet-umwelt"."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(UMLAUTS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "x"


def free_key(model: type[Department] | type[Site] | type[Body], name: str) -> str:
    """Give a key made from the name that no row of `model` has yet."""
    key = base = key_from(name)
    number = 1
    while db.session.scalar(sa.select(model.id).where(model.key == key)) is not None:
        number += 1
        key = f"{base}-{number}"
    return key


def _write(kind: str, actor: Person | None, now: datetime, **facts: Any) -> None:
    write(kind, now=now, actor_id=actor.id if actor else None, role="admin" if actor else "house", **facts)


def create_department(
    *,
    name: str,
    now: datetime,
    actor: Person | None,
    name_en: str = "",
    key: str = "",
    parent_id: int | None = None,
    body_id: int | None = None,
) -> Department:
    """Give the new department; without a key one is made from its name."""
    department = Department(
        key=key or free_key(Department, name), name=name, name_en=name_en, parent_id=parent_id, body_id=body_id
    )
    db.session.add(department)
    db.session.flush()
    _write("department.created", actor, now, department_id=department.id)
    return department


def update_department(department: Department, *, now: datetime, actor: Person | None, **facts: Any) -> list[str]:
    """Change name, name_en, parent_id, body_id or active; give what is different now.

    Raises  Invalid when the department would lie below itself
    """
    changed = sorted(name for name, value in facts.items() if getattr(department, name) != value)
    above = facts.get("parent_id")
    while above is not None:
        if above == department.id:
            words = _("A department cannot lie below itself.")
            raise Invalid(words, reason="loop", fields={"parent_id": words})
        above = db.session.scalar(sa.select(Department.parent_id).where(Department.id == above))
    for name in changed:
        setattr(department, name, facts[name])
    if changed:
        _write("department.changed", actor, now, department_id=department.id, fields=changed)
        db.session.flush()
    return changed


def _refuse_bad_site(facts: dict[str, Any]) -> None:
    wrong = {}
    if "time_zone" in facts:
        try:
            ZoneInfo(facts["time_zone"])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            wrong["time_zone"] = _("This time zone is not known. An example: Europe/Berlin")
    country, subdivision = facts.get("country"), facts.get("subdivision")
    if country is not None:
        if not is_known(country):
            wrong["country"] = _("The holidays of this country are not known. Two letters are needed, such as DE.")
        elif subdivision and not is_known(country, subdivision):
            known = ", ".join(f"{code} ({name})" if code != name else code for code, name in states(country))
            wrong["subdivision"] = _("This state is not known. Known are: %(list)s", list=known) if known else _(
                "This country has no states with holidays of their own.")
    if facts.get("language", "de") not in CODES:
        wrong["language"] = _("This language is not available.")
    if not set(facts.get("working_weekdays", "0")) <= set("0123456"):
        wrong["working_weekdays"] = _("These weekdays do not exist.")
    for name in ("works_from", "works_until"):
        if name in facts and clock_time(facts[name]) != facts[name]:
            wrong[name] = _("Please give a time, like 06:00.")
    if {"works_from", "works_until"} <= facts.keys() - wrong.keys():
        wrong |= hours_objection(facts["works_from"], facts["works_until"])
    if wrong:
        raise Invalid(_("Please look at the marked fields."), reason="bad_site", fields=wrong)


def create_site(*, name: str, time_zone: str, now: datetime, actor: Person | None, key: str = "", **facts: Any) -> Site:
    """Give the new site.

    Takes   facts: country, subdivision, language, working_weekdays ("01234" is Monday to Friday), works_from,
                works_until ("06:00"; a night shift ends earlier than it begins)
    Raises  Invalid with a sentence per field
    """
    _refuse_bad_site({"country": "DE", **facts, "time_zone": time_zone})
    site = Site(key=key or free_key(Site, name), name=name, time_zone=time_zone, **facts)
    db.session.add(site)
    db.session.flush()
    _write("site.created", actor, now, site_id=site.id)
    return site


def update_site(site: Site, *, now: datetime, actor: Person | None, **facts: Any) -> list[str]:
    """Change a site; give what is different now.

    Raises  Invalid with a sentence per field
    """
    country = {"country": site.country} if "subdivision" in facts else {}
    _refuse_bad_site({**country, **facts})
    changed = sorted(name for name, value in facts.items() if getattr(site, name) != value)
    for name in changed:
        setattr(site, name, facts[name])
    if changed:
        _write("site.changed", actor, now, site_id=site.id, fields=changed)
        db.session.flush()
    return changed


def add_closing_day(site: Site, on: date, name: str = "", *, now: datetime, actor: Person | None) -> ClosingDay:
    """Let a whole site not work on a day; a second time changes only the day's name."""
    row = db.session.scalar(sa.select(ClosingDay).where(ClosingDay.site_id == site.id, ClosingDay.on == on))
    if row is None:
        row = ClosingDay(site_id=site.id, on=on)
        db.session.add(row)
    row.name = name
    _write("site.closing_day_added", actor, now, site_id=site.id, on=on.isoformat())
    db.session.flush()
    return row


def remove_closing_day(row: ClosingDay, *, now: datetime, actor: Person | None) -> None:
    """Let the site work on that day after all."""
    _write("site.closing_day_removed", actor, now, site_id=row.site_id, on=row.on.isoformat())
    db.session.delete(row)
    db.session.flush()


def create_body(*, name: str, now: datetime, actor: Person | None, name_en: str = "", key: str = "") -> Body:
    """Give the new body, without members and dates."""
    body = Body(key=key or free_key(Body, name), name=name, name_en=name_en)
    db.session.add(body)
    db.session.flush()
    _write("body.created", actor, now, body_id=body.id)
    return body


def update_body(body: Body, *, name: str, name_en: str, now: datetime, actor: Person | None) -> None:
    """Change the names of a body."""
    body.name, body.name_en = name, name_en
    _write("body.changed", actor, now, body_id=body.id)
    db.session.flush()


def seat_member(
    body: Body,
    person: Person,
    seat: str,
    *,
    now: datetime,
    actor: Person | None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> BodyMember:
    """Give the person a seat in the body, or change the seat they have; there is one chair.

    Raises  Invalid for an unknown seat
    """
    if seat not in SEATS:
        raise Invalid(_("This seat does not exist."), reason="unknown_seat")
    rows = list(db.session.scalars(sa.select(BodyMember).where(BodyMember.body_id == body.id)))
    if seat == "chair":
        for row in rows:
            if row.seat == "chair" and row.person_id != person.id:
                row.seat = "member"
    seated = next((row for row in rows if row.person_id == person.id), None)
    if seated is None:
        seated = BodyMember(body_id=body.id, person_id=person.id)
        db.session.add(seated)
    seated.seat, seated.from_on, seated.until_on = seat, from_on, until_on
    _write("body.seated", actor, now, body_id=body.id, person_id=person.id, seat=seat)
    db.session.flush()
    return seated


def unseat_member(row: BodyMember, *, now: datetime, actor: Person | None) -> None:
    """Let somebody leave the body."""
    _write("body.unseated", actor, now, body_id=row.body_id, person_id=row.person_id)
    db.session.delete(row)
    db.session.flush()


def add_meeting(body: Body, on: date, *, now: datetime, actor: Person | None) -> BodyMeeting:
    """Note a date on which the body meets; a second time changes nothing."""
    row = db.session.scalar(sa.select(BodyMeeting).where(BodyMeeting.body_id == body.id, BodyMeeting.on == on))
    if row is None:
        row = BodyMeeting(body_id=body.id, on=on)
        db.session.add(row)
        _write("body.meeting_added", actor, now, body_id=body.id, on=on.isoformat())
        db.session.flush()
    return row


def remove_meeting(row: BodyMeeting, *, now: datetime, actor: Person | None) -> None:
    """Let a meeting not take place."""
    _write("body.meeting_removed", actor, now, body_id=row.body_id, on=row.on.isoformat())
    db.session.delete(row)
    db.session.flush()
