"""People come, move, stand in and leave; everything dated, everything in the journal, nothing personal in it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.clock import utc_now
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, Refused, Stale
from suggestbox.journal.models import Entry
from suggestbox.people import granting, operations, structure
from suggestbox.people.directory import directory
from suggestbox.people.models import Membership, Person, RoleGrant, SignIn
from suggestbox.people.queries import absent_days, list_people, person_by_login, search_people
from suggestbox.people.sign_in import begin_sign_in

TODAY = date(2026, 11, 4)
DAY = timedelta(days=1)


def memberships(person) -> list[tuple]:
    rows = db.session.scalars(
        sa.select(Membership).where(Membership.person_id == person.id).order_by(Membership.from_on)
    )
    return [(row.department_id, row.from_on, row.until_on) for row in rows]


def doing(**more):
    return {"now": utc_now(), "actor": None, **more}


def test_a_new_person_belongs_to_a_department(cast):
    with work():
        person = operations.create_person(
            given_name=" Mia\n", family_name="Öz", email=" Mia@Example.com", site_id=cast.home.id,
            department_id=cast.it.id, since=TODAY, superior_id=cast.kim.id, **doing(actor=cast.dot),
        )  # fmt: skip
    assert (person.name, person.email) == ("Mia Öz", "mia@example.com")
    assert memberships(person) == [(cast.it.id, TODAY, None)]
    entry = db.session.scalars(sa.select(Entry).order_by(Entry.id.desc())).first()
    assert (entry.kind, entry.actor_id, entry.role, entry.facts) == (
        "person.created", cast.dot.id, "admin", {"person_id": person.id, "department_id": cast.it.id},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        ({}, {"email"}),
        ({"email": "ann@EXAMPLE.com"}, {"email"}),
        ({"email": "nobody"}, {"email"}),
        ({"email": "a@b.example", "employment_group": "pirates"}, {"employment_group"}),
        ({"email": "a@b.example", "superior_id": 9999}, {"superior_id"}),
        ({"email": "a@b.example", "language": "xx", "personnel_no": "9" * 41}, {"language", "personnel_no"}),
        ({"email": "a@b.example", "family_name": " ", "given_name": "\t"}, {"family_name"}),
    ],
)
def test_a_person_that_cannot_be_is_refused_with_the_field(cast, facts, fields):
    with pytest.raises(Invalid) as refused, work():
        names = {"given_name": "A", "family_name": "B", "site_id": cast.home.id}
        operations.create_person(**{**names, **facts}, **doing())
    assert set(refused.value.fields) == fields


def test_nobody_becomes_their_own_superior_by_a_detour(cast):
    with pytest.raises(Invalid) as refused, work():
        operations.update_person(cast.lea, superior_id=cast.ann.id, **doing())
    assert set(refused.value.fields) == {"superior_id"}


def test_an_update_names_what_changed(cast):
    with work():
        assert operations.update_person(cast.ann, given_name="Anna", family_name="Albers", **doing()) == ["given_name"]
        assert operations.update_person(cast.ann, given_name="Anna", **doing()) == []
    entries = db.session.scalars(sa.select(Entry).where(Entry.kind == "person.changed")).all()
    assert [entry.facts for entry in entries] == [{"person_id": cast.ann.id, "fields": ["given_name"]}]


def test_moving_ends_the_old_membership_the_day_before(cast):
    with work():
        operations.move_to_department(cast.ann, cast.it.id, on=TODAY, **doing())
    first = memberships(cast.ann)[0]
    assert memberships(cast.ann) == [(first[0], first[1], TODAY - DAY), (cast.it.id, TODAY, None)]
    assert directory(TODAY).department_of(cast.ann.id) == cast.it.id
    assert directory(TODAY - DAY).department_of(cast.ann.id) == cast.logistics.id
    with work():
        operations.move_to_department(cast.ann, cast.it.id, on=TODAY + DAY, **doing())
        operations.move_to_department(cast.ann, cast.purchasing.id, on=TODAY, **doing())
    assert memberships(cast.ann)[1:] == [(cast.purchasing.id, TODAY, None)]


def test_leaving_ends_roles_memberships_and_sign_ins(cast):
    with work():
        begin_sign_in(cast.bob, utc_now())
        granting.grant_role(cast.bob, "expert", from_on=TODAY + 5 * DAY, **doing())
        operations.let_leave(cast.bob, on=TODAY, today=TODAY, **doing())
    assert (cast.bob.active, cast.bob.left_on, memberships(cast.bob)[0][2]) == (False, TODAY, TODAY)
    grants = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == cast.bob.id)).all()
    assert [(g.role, g.until_on) for g in grants] == [("coordinator", TODAY)]
    assert db.session.scalar(sa.select(sa.func.count(SignIn.id)).where(SignIn.ended_at.is_(None))) == 0
    assert directory(TODAY).is_available(cast.bob.id) is False


def test_leaving_later_changes_nothing_today(cast):
    with work():
        operations.let_leave(cast.bob, on=TODAY + DAY, today=TODAY, **doing())
    assert [directory(TODAY + n * DAY).is_here(cast.bob.id) for n in (0, 1, 2)] == [True, True, False]


def test_the_last_admin_stays(cast):
    with pytest.raises(Refused), work():
        operations.let_leave(cast.dot, on=TODAY, today=TODAY, **doing())
    grant = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.role == "admin")).one()
    with pytest.raises(Refused), work():
        granting.end_role(grant, last_day=TODAY, **doing())
    with work():
        granting.grant_role(cast.ida, "admin", **doing())
        granting.end_role(db.session.get_one(RoleGrant, grant.id), last_day=TODAY, **doing())
    assert directory(TODAY + DAY).holders("admin") == [cast.ida.id]


def test_granting_twice_is_granting_once(cast):
    with work():
        first = granting.grant_role(cast.ann, "expert", department_id=cast.it.id, **doing())
        assert granting.grant_role(cast.ann, "expert", department_id=cast.it.id, **doing()) is first
        assert granting.grant_role(cast.ann, "expert", **doing()) is not first
        granting.end_role(first, last_day=TODAY, **doing())
        assert granting.grant_role(cast.ann, "expert", department_id=cast.it.id, **doing()) is not first
    with pytest.raises(Invalid), work():
        granting.grant_role(cast.ann, "king", **doing())
    with pytest.raises(Invalid), work():
        granting.grant_role(cast.ann, "expert", from_on=TODAY, until_on=TODAY - DAY, **doing())


def test_a_role_that_has_not_begun_is_dropped(cast):
    with work():
        grant = granting.grant_role(cast.ann, "expert", from_on=TODAY + DAY, **doing())
        granting.end_role(grant, last_day=TODAY, **doing())
    assert db.session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == cast.ann.id)).all() == []


def test_deputies_keep_their_order(cast):
    with work():
        granting.add_deputy(cast.ann, cast.eve, **doing())
        granting.add_deputy(cast.ann, cast.bob, **doing())
        granting.add_deputy(cast.ann, cast.eve, **doing())
    assert directory(TODAY).deputies == {cast.ann.id: [cast.eve.id, cast.bob.id]}
    with pytest.raises(Invalid), work():
        granting.add_deputy(cast.ann, cast.ann, **doing())


def test_absences_are_days_with_both_ends(cast):
    with work():
        granting.add_absence(cast.ann, TODAY, TODAY + DAY, **doing(actor=cast.ann))
        granting.add_absence(cast.ann, TODAY + DAY, TODAY + 3 * DAY, **doing())
    assert [directory(TODAY + n * DAY).is_available(cast.ann.id) for n in (-1, 0, 1, 3, 4)] == [
        True, False, False, False, True,
    ]  # fmt: skip
    assert absent_days(cast.ann.id, TODAY - DAY, TODAY + 2 * DAY) == {TODAY, TODAY + DAY, TODAY + 2 * DAY}
    with pytest.raises(Invalid), work():
        granting.add_absence(cast.ann, TODAY, TODAY - DAY, **doing())


def test_a_password_changed_meanwhile_is_not_changed_again(cast):
    with work():
        operations.set_password(cast.ann, "first", **doing())
        operations.change_password(cast.ann, old_hash="first", new_hash="second", keep_token=None, now=utc_now())
    with pytest.raises(Stale), work():
        operations.change_password(cast.ann, old_hash="first", new_hash="third", keep_token=None, now=utc_now())
    assert db.session.get_one(Person, cast.ann.id).password_hash == "second"


def test_preferences_take_only_what_exists(cast):
    with work():
        changed = operations.set_preferences(cast.ann, language="en", theme="dark", shortcut_keys=True, now=utc_now())
    assert changed == ["language", "shortcut_keys", "theme"]
    for wrong in ({"language": "xx"}, {"theme": "pink"}):
        with pytest.raises(Invalid), work():
            operations.set_preferences(cast.ann, now=utc_now(), **wrong)


def test_the_journal_holds_no_personal_text(cast):
    with work():
        operations.update_person(cast.ann, given_name="Geheimname", private_contact="me@home.example", **doing())
        operations.set_password(cast.ann, "geheimhash", **doing())
        granting.add_absence(cast.ann, TODAY, TODAY, **doing())
    facts = repr([entry.facts for entry in db.session.scalars(sa.select(Entry))])
    assert [word for word in ("Geheimname", "home.example", "geheimhash", "2026") if word in facts] == []


def test_a_department_cannot_lie_below_itself(cast):
    with pytest.raises(Invalid), work():
        structure.update_department(cast.direction, parent_id=cast.it.id, **doing())


def test_keys_are_made_from_names(cast):
    with work():
        made = [structure.create_department(name="Qualität & Größe", **doing()).key for _ in range(2)]
    assert made == ["qualitaet-groesse", "qualitaet-groesse-2"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"time_zone": "Europe/Atlantis"}, "time_zone"), ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"country": "ZZ"}, "country"), ({"country": "DE", "subdivision": "XX"}, "subdivision"),
        ({"language": "fr"}, "language"), ({"working_weekdays": "7"}, "working_weekdays"),
    ],
)  # fmt: skip
def test_a_site_that_cannot_be_is_refused(cast, facts, field):
    with pytest.raises(Invalid) as refused, work():
        structure.update_site(cast.home, **facts, **doing())
    assert set(refused.value.fields) == {field}


def test_a_body_has_one_chair_and_dates(cast):
    with work():
        body = structure.create_body(name="Kommission", **doing())
        structure.seat_member(body, cast.lea, "chair", **doing())
        structure.seat_member(body, cast.wes, "works_council", **doing())
        structure.seat_member(body, cast.kim, "chair", **doing())
        structure.add_meeting(body, TODAY + DAY, **doing())
        structure.add_meeting(body, TODAY + DAY, **doing())
    book = directory(TODAY)
    assert book.seats[body.id] == [(cast.kim.id, "chair"), (cast.lea.id, "member"), (cast.wes.id, "works_council")]
    assert (book.next_meeting(body.id, TODAY), book.next_meeting(body.id, TODAY + 2 * DAY)) == (TODAY + DAY, None)


def test_people_are_found_without_accents_and_capitals(cast):
    with work():
        operations.update_person(cast.ann, given_name="Änne", family_name="Özdemir", personnel_no="A-7", **doing())
    book = directory(TODAY)
    for text in ("ozd", "ÖZDEMIR änne", "oezdemir", "a-7", "ann@example", "anne"):
        assert [brief.id for brief in search_people(text, limit=5, book=book)] == [cast.ann.id]
    assert search_people("zzz", limit=5, book=book) == []
    assert len(search_people("", limit=3, book=book)) == 3


def test_logins_are_found(cast):
    with work():
        operations.update_person(cast.ann, personnel_no="0042", **doing())
    found = [person_by_login(text) for text in ("ANN@example.com", "0042", "42", "", "\x00", "ann")]
    assert [person.id if person else None for person in found] == [cast.ann.id, cast.ann.id, None, None, None, None]


def test_pages_of_people_follow_each_other(cast):
    seen, key, pages = [], None, 0
    while pages == 0 or key:
        page = list_people(key=key, size=5)
        seen += [person.id for person in page]
        key, pages = page.next_key, pages + 1
    assert (len(seen), len(set(seen)), pages) == (16, 16, 4)
    back = list_people(key=list_people(key=list_people(size=5).next_key, size=5).prev_key, size=5)
    assert [person.id for person in back] == seen[:5]


def test_filters_of_the_list_go_together(cast):
    def names(**filters):
        return {person.given_name for person in list_people(**filters)}

    assert names(department_id=cast.logistics.id) == {"Cat", "Dan", "Ann", "Eve", "Bob"}
    assert names(role="decision_maker") == {"Cat", "Kim", "Lea"}
    assert names(role="decision_maker", department_id=cast.it.id) == {"Kim", "Lea"}
    assert names(text="bran") == {"Bob"}
    with work():
        operations.let_leave(cast.bob, on=TODAY - DAY, today=TODAY, **doing())
    assert (names(text="bran"), names(text="bran", state="left")) == (set(), {"Bob"})
