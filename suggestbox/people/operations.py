"""People come, change, move and leave; passwords and preferences. Operations flush and never commit."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from suggestbox.core.database import db
from suggestbox.core.errors import Invalid, Stale
from suggestbox.core.forms import one_line
from suggestbox.core.language import CODES
from suggestbox.core.language import gettext as _
from suggestbox.journal.operations import write

from . import sign_in
from .granting import refuse_losing_the_last_admin
from .models import EMPLOYMENT_GROUPS, Membership, Person, RoleGrant, Site
from .shifts import clock_time, hours_objection

FIELDS = (
    "given_name", "family_name", "salutation", "email", "personnel_no", "site_id", "superior_id", "employment_group",
    "topics", "has_desk", "entered_on", "entitled", "language", "private_contact", "open_reviews_at_most",
    "working_weekdays", "works_from", "works_until",
)  # fmt: skip
"""What `create_person` and `update_person` set; departments, roles, absences and leaving have their own operations."""

THEMES = ("auto", "light", "dark")
LENGTHS = {"given_name": 80, "family_name": 80, "salutation": 10, "personnel_no": 40, "private_contact": 254}


def note(kind: str, person: Person, *, actor: Person | None, now: datetime, **facts: Any) -> None:
    """Write about a person into the journal: ids and names of fields, no personal text."""
    role = "house" if actor is None else "person" if actor.id == person.id else "admin"
    write(kind, now=now, actor_id=actor.id if actor else None, role=role, person_id=person.id, **facts)


def clean_facts(facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the facts as they are stored, and by field a sentence about each that cannot be used.

    Looks at the facts alone; whether an address is free and a superior exists is asked by the operations.
    """
    clean = dict(facts)
    wrong: dict[str, str] = {}
    for name in ("given_name", "family_name", "salutation", "personnel_no", "private_contact", "topics"):
        if name in clean:
            clean[name] = one_line(clean[name] or "") or ""
            if len(clean[name]) > LENGTHS.get(name, 2000):
                wrong[name] = _("This is longer than %(most)s characters.", most=LENGTHS.get(name, 2000))
    if "personnel_no" in clean:
        clean["personnel_no"] = clean["personnel_no"] or None
    if "email" in clean:
        clean["email"], problem = _clean_email(clean["email"])
        if problem:
            wrong["email"] = problem
    if "given_name" in clean and "family_name" in clean and not (clean["given_name"] or clean["family_name"]):
        wrong["family_name"] = _("The name is missing.")
    if clean.get("employment_group", "office") not in EMPLOYMENT_GROUPS:
        wrong["employment_group"] = _("This group of employees is not known.")
    for name in ("works_from", "works_until"):
        if clean.get(name):
            clean[name] = clock_time(clean[name]) or ""
            if not clean[name]:
                wrong[name] = _("Please give a time, like 06:00.")
    if not set(clean.get("working_weekdays") or "") <= set("0123456"):
        wrong["working_weekdays"] = _("These weekdays do not exist.")
    if clean.get("language") and clean["language"] not in CODES:
        wrong["language"] = _("This language is not available.")
    return clean, wrong


def _clean_email(value: str | None) -> tuple[str | None, str]:
    text = (one_line(value or "") or "").lower()
    if not text:
        return None, ""
    try:
        # Company networks use names such as "firm.local" that never resolve outside.
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        local, at, domain = text.partition("@")
        inside = at and local and domain and " " not in text and domain.rsplit(".", 1)[-1] in ("local", "internal")
        if not inside:
            return None, _("This is not an e-mail address.")
    return text, ""


def _refuse_clashes(person: Person | None, facts: dict[str, Any], wrong: dict[str, str]) -> None:
    own = person.id if person else None
    for name, words in (
        ("email", _("Somebody else has this e-mail address.")),
        ("personnel_no", _("Somebody else has this personnel number.")),
    ):
        if facts.get(name):
            column = getattr(Person, name)
            taken = db.session.scalar(sa.select(Person.id).where(column == facts[name], Person.id != (own or 0)))
            if taken is not None:
                wrong[name] = words
    email = facts.get("email", person.email if person else None)
    number = facts.get("personnel_no", person.personnel_no if person else None)
    if not email and not number and "email" not in wrong:
        wrong["email"] = _("An e-mail address or a personnel number is needed: one of the two.")
    if not {"works_from", "works_until"} & wrong.keys():
        begins, ends = (facts.get(name, getattr(person, name, "")) or "" for name in ("works_from", "works_until"))
        wrong.update(hours_objection(begins, ends))
    if facts.get("site_id") is not None and db.session.get(Site, facts["site_id"]) is None:
        wrong["site_id"] = _("This site does not exist.")
    if facts.get("superior_id") is not None and "superior_id" not in wrong:
        if db.session.get(Person, facts["superior_id"]) is None:
            wrong["superior_id"] = _("This person does not exist.")
        elif own is not None and own in _line_above(facts["superior_id"]):
            wrong["superior_id"] = _("This would make somebody their own superior.")


def _line_above(person_id: int) -> list[int]:
    path: list[int] = []
    current: int | None = person_id
    while current is not None and current not in path:
        path.append(current)
        current = db.session.scalar(sa.select(Person.superior_id).where(Person.id == current))
    return path


def create_person(
    *,
    given_name: str,
    family_name: str,
    site_id: int,
    now: datetime,
    actor: Person | None,
    department_id: int | None = None,
    since: date | None = None,
    **facts: Any,
) -> Person:
    """Give the new person, a member of the department since `since` (the day of entry, else today in UTC).

    Takes   facts: any of FIELDS
    Raises  Invalid with a sentence per field
    """
    unknown = set(facts) - set(FIELDS)
    if unknown:
        raise TypeError(f"unknown facts of a person: {sorted(unknown)}")
    clean, wrong = clean_facts({**facts, "given_name": given_name, "family_name": family_name, "site_id": site_id})
    _refuse_clashes(None, clean, wrong)
    if wrong:
        raise Invalid(_("Please look at the marked fields."), reason="bad_person", fields=wrong)
    person = Person(**clean)
    db.session.add(person)
    db.session.flush()
    if department_id is not None:
        entered = since or person.entered_on or now.date()
        db.session.add(Membership(person_id=person.id, department_id=department_id, from_on=entered))
    note("person.created", person, actor=actor, now=now, department_id=department_id)
    db.session.flush()
    return person


def update_person(person: Person, *, now: datetime, actor: Person | None, **facts: Any) -> list[str]:
    """Change a person; give the names of the fields that are different now.

    Takes   facts: any of FIELDS, only those given are changed
    Raises  Invalid with a sentence per field
    """
    unknown = set(facts) - set(FIELDS)
    if unknown:
        raise TypeError(f"unknown facts of a person: {sorted(unknown)}")
    clean, wrong = clean_facts(facts)
    changed = sorted(name for name, value in clean.items() if getattr(person, name) != value)
    _refuse_clashes(person, {name: clean[name] for name in changed}, wrong)
    if wrong:
        raise Invalid(_("Please look at the marked fields."), reason="bad_person", fields=wrong)
    for name in changed:
        setattr(person, name, clean[name])
    if changed:
        note("person.changed", person, actor=actor, now=now, fields=changed)
        db.session.flush()
    return changed


def move_to_department(
    person: Person, department_id: int, *, on: date, now: datetime, actor: Person | None
) -> Membership:
    """Make the person a member of the department from `on`; the membership before ends the day before.

    A membership that was to begin on or after `on` is replaced.
    """
    for old in list(person.memberships):
        if old.from_on >= on:
            person.memberships.remove(old)
        elif old.until_on is None or old.until_on >= on:
            if old.department_id == department_id and old.until_on is None:
                db.session.flush()
                return old
            old.until_on = on - timedelta(days=1)
    membership = Membership(department_id=department_id, from_on=on)
    person.memberships.append(membership)
    note("person.moved", person, actor=actor, now=now, department_id=department_id, on=on.isoformat())
    db.session.flush()
    return membership


def let_leave(person: Person, *, on: date, today: date, now: datetime, actor: Person | None) -> None:
    """Note that `on` is the person's last day; with a day up to today they can do nothing more from now on.

    Memberships and roles end that day, roles and memberships that were to begin later are dropped. Sign-ins end
    at once, or by themselves after the last day.
    Raises  Refused when nobody would be left to administer the house
    """
    refuse_losing_the_last_admin(person.id, after=on if on > today else today - timedelta(days=1))
    person.left_on = on
    person.active = on > today
    for membership in list(person.memberships):
        if membership.from_on > on:
            person.memberships.remove(membership)
        elif membership.until_on is None or membership.until_on > on:
            membership.until_on = on
    for grant in db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == person.id)):
        if grant.from_on is not None and grant.from_on > on:
            db.session.delete(grant)
        elif grant.until_on is None or grant.until_on > on:
            grant.until_on = on
    if not person.active:
        end_ways_in(person, None, now)
    note("person.left", person, actor=actor, now=now, on=on.isoformat())
    db.session.flush()


def let_return(
    person: Person, *, on: date, now: datetime, actor: Person | None, department_id: int | None = None
) -> None:
    """Make somebody who left a member of the house again; roles are granted anew, never revived."""
    person.left_on, person.active = None, True
    note("person.returned", person, actor=actor, now=now, on=on.isoformat())
    if department_id is not None:
        move_to_department(person, department_id, on=on, now=now, actor=actor)
    db.session.flush()


def end_ways_in(person: Person, keep_token: str | None, now: datetime) -> int:
    """End the person's sign-ins but the one with `keep_token`, and their calendar address; give how many sign-ins ended.

    Whoever had the old secret may have made an address meanwhile, which needs no sign-in.
    """
    person.calendar_key_hash = None
    return sign_in.end_other_sign_ins(person, keep_token, now)


def set_password(person: Person, password_hash: str, *, now: datetime, actor: Person | None) -> None:
    """Give somebody a new password and end all their sign-ins. The hash comes from `sign_in.hash_password`."""
    person.password_hash = password_hash
    end_ways_in(person, None, now)
    note("person.password_set", person, actor=actor, now=now)
    db.session.flush()


def change_password(
    person: Person, *, old_hash: str, new_hash: str, keep_token: str | None, now: datetime
) -> int:
    """Replace one's own password and end one's other sign-ins; give how many ended.

    Takes   old_hash: the hash the old password was compared with, outside this transaction
    Raises  Stale when the password was changed in between
    """
    if not old_hash or person.password_hash != old_hash:
        raise Stale(reason="changed_meanwhile")
    person.password_hash = new_hash
    ended = end_ways_in(person, keep_token, now)
    note("person.password_changed", person, actor=person, now=now, sign_ins_ended=ended)
    db.session.flush()
    return ended


def set_preferences(person: Person, *, now: datetime, **chosen: Any) -> list[str]:
    """Set one's own language, theme, keyboard shortcuts or whether news comes by e-mail; give what is different now.

    Takes   chosen: language ("" follows the browser), theme (one of THEMES), shortcut_keys, mail_news
    Raises  Invalid for a value that does not exist
    """
    allowed = {"language": ("", *CODES), "theme": THEMES, "shortcut_keys": (True, False), "mail_news": (True, False)}
    for name, value in chosen.items():
        if value not in allowed[name]:
            raise Invalid(_("This choice does not exist."), reason="unknown_choice", field=name)
    changed = sorted(name for name, value in chosen.items() if getattr(person, name) != value)
    for name in changed:
        setattr(person, name, chosen[name])
    if changed:
        note("person.preferences_set", person, actor=person, now=now, fields=changed)
        db.session.flush()
    return changed
