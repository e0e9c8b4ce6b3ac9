"""The ladder over time: one step each, day by day for sixty days, as approved. APPROVE=1 writes the file anew."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from suggestbox.core.database import work
from suggestbox.core.settings import set_rule
from suggestbox.people.book import Brief, Directory
from suggestbox.people.calendar import WorkCalendar
from suggestbox.people.directory import directory, read_directory
from suggestbox.people.models import Person
from suggestbox.reminders import ladder
from suggestbox.reminders.ladder import ROWS, come, dates_of, days_in_force, horizon, nudges_of
from suggestbox.reminders.recipients import HANDLER, MANAGER, SUBMITTER, OpenStep
from tests.cast import Cast, grant, newcomer
from tests.factories import START
from tests.reminders.diary import away, stands_in

APPROVED = Path(__file__).with_name("approved_ladder.txt")
DUE = date(2026, 11, 18)
DAYS = (2, 0, 3, 5, 5, 10, 20, 7)


def a_step(**columns) -> OpenStep:
    values = {"id": 1, "idea_id": 1, "kind": "triage", "owner_id": None, "submitter_id": None, "role": "coordinator",
              "department_id": None, "due_on": DUE}
    return OpenStep(**{**values, **columns})


def steps(cast: Cast) -> dict[str, OpenStep]:
    logistics = cast.logistics.id
    return {
        "a first look of bob, for whom eve stands in": a_step(owner_id=cast.bob.id, department_id=logistics),
        "an assessment of rex": a_step(kind="review", owner_id=cast.rex.id, role="expert", department_id=logistics),
        "a decision of cat, who heads her department": a_step(
            kind="decide", owner_id=cast.cat.id, role="decision_maker", department_id=logistics),
        "a search for a host by ida, the idea manager": a_step(
            kind="find_host", owner_id=cast.ida.id, role="idea_manager", department_id=logistics),
        "a question to ann, who handed it in": a_step(
            kind="answer", submitter_id=7, person_id=cast.ann.id, submitters=frozenset([cast.ann.id]), role="",
            barred=frozenset([cast.ann.id])),
        "a first look at an idea of cat, the head": a_step(
            owner_id=cast.bob.id, department_id=logistics, submitters=frozenset([cast.cat.id]),
            excluded=frozenset([cast.cat.id]), barred=frozenset([cast.cat.id])),
        "a talk of kim about what was handed over to her": a_step(
            kind="offer_talk", owner_id=cast.kim.id, role="host", department_id=cast.it.id,
            readers=frozenset([cast.kim.id])),
    }


def as_text(cast: Cast) -> str:
    names = {person.id: name for name, person in cast.people().items()}
    book = directory(START.date())
    lines = []
    for name, step in steps(cast).items():
        lines.append(f"{name}, due {DUE:%a %d %b}")
        known: set[str] = set()
        for n in range(60):
            day = START.date() + timedelta(days=n)
            new = [x for x in nudges_of(step, book, days_in_force(), day) if x.key not in known]
            known |= {nudge.key for nudge in new}
            told = ", ".join(f"{names[x.person_id]} as {x.office}" for x in new)
            if new:
                rung = "/".join(dict.fromkeys(x.rung + (f" {x.n}" if x.n else "") for x in new))
                lines.append(f"  {day:%a %d %b}  {rung:<14} {told}")
    return "\n".join(lines) + "\n"


def test_the_ladder_over_sixty_days_is_as_approved(cast: Cast):
    with work():
        stands_in(cast.eve, cast.bob)
    text = as_text(cast)
    if os.environ.get("APPROVE"):
        APPROVED.write_text(text, encoding="utf-8")
    assert APPROVED.read_text(encoding="utf-8") == text


def test_defaults_are_those_of_the_product(app):
    assert days_in_force() == DAYS


def test_who_is_absent_is_stood_in_for_and_comes_back(cast: Cast):
    with work():
        stands_in(cast.eve, cast.bob)
        away(cast.bob, date(2026, 11, 17), date(2026, 11, 19))
    step = steps(cast)["a first look of bob, for whom eve stands in"]
    told = {}
    for day in (16, 17, 18, 19, 20):
        found = nudges_of(step, read_directory(0, date(2026, 11, day)), DAYS, date(2026, 11, day))
        told[day] = [(n.person_id, n.rung, n.office) for n in found]
    assert told == {
        16: [(cast.bob.id, "heads_up", "owner")], 17: [(cast.eve.id, "heads_up", "owner")],
        18: [(cast.eve.id, "due", "owner")], 19: [(cast.eve.id, "due", "owner")],
        20: [(cast.bob.id, "due", "owner")],
    }


def test_an_assessment_of_somebody_absent_is_to_be_reassigned_not_done(cast: Cast):
    with work():
        stands_in(cast.kim, cast.rex)
        away(cast.rex, DUE, DUE)
    step = steps(cast)["an assessment of rex"]
    found = nudges_of(step, read_directory(0, DUE), DAYS, DUE)
    assert [(n.person_id, n.office, n.for_id) for n in found] == [(cast.bob.id, "reassign", cast.rex.id)]


def test_what_was_handed_over_only_the_office_and_the_idea_management_hear_of(cast: Cast):
    step = steps(cast)["a talk of kim about what was handed over to her"]
    book = directory(START.date())
    told = {n.person_id for n in nudges_of(step, book, DAYS, DUE + timedelta(days=90))}
    assert told == {cast.kim.id, cast.ida.id}


def test_nobody_in_conflict_is_told_and_an_admin_is_the_last(cast: Cast):
    everybody = frozenset(p.id for name, p in cast.people().items() if name not in ("bob", "dot"))
    step = a_step(owner_id=cast.bob.id, department_id=cast.logistics.id, barred=everybody)
    book = directory(START.date())
    told = {(n.person_id, n.office) for n in nudges_of(step, book, DAYS, DUE + timedelta(days=90))}
    assert told == {(cast.bob.id, "owner"), (cast.dot.id, "idea_manager")}


def test_what_a_submitter_promised_goes_to_no_superior(cast: Cast):
    mine = frozenset([cast.ann.id])
    step = a_step(kind="promise", owner_id=cast.ann.id, role="promise", submitters=mine, barred=mine,
                  department_id=cast.logistics.id)
    found = nudges_of(step, directory(START.date()), DAYS, DUE + timedelta(days=90))
    assert [(n.person_id, n.rung) for n in found] == [(cast.ann.id, "due")]


def test_somebody_without_a_mailbox_is_told_by_the_coordinator(cast: Cast):
    with work():
        cast.dan.email, cast.dan.personnel_no = None, "4711"
    step = a_step(kind="team_answer", owner_id=cast.dan.id, role="team_lead", department_id=cast.logistics.id)
    found = nudges_of(step, directory(START.date()), DAYS, DUE)
    assert sorted((n.person_id, n.office, n.for_id) for n in found) == sorted(
        [(cast.dan.id, "owner", None), (cast.bob.id, "relay", cast.dan.id)])


def test_nobody_learns_of_a_confidential_submitter_without_a_mailbox(cast: Cast):
    with work():
        cast.ann.email, cast.ann.personnel_no = None, "4712"
    step = steps(cast)["a question to ann, who handed it in"]
    book = directory(START.date())
    open_one = nudges_of(step, book, DAYS, DUE)
    hidden = nudges_of(a_step(**{f: getattr(step, f) for f in step.__slots__ if f != "hidden"}, hidden=True), book, DAYS, DUE)
    assert ([n.person_id for n in open_one], [n.person_id for n in hidden]) == ([cast.ann.id, cast.bob.id], [cast.ann.id])
    assert [n.key.split(":")[4] for n in hidden] == ["s7"]


def test_a_superior_never_relays_a_submitters_reminder(cast: Cast):
    with work():
        cast.ann.email, cast.ann.personnel_no = None, "4712"
        for person in (cast.bob,):
            person.active = False
        grant(cast.dan, "coordinator", cast.logistics)
    step = steps(cast)["a question to ann, who handed it in"]
    found = nudges_of(step, directory(START.date()), DAYS, DUE)
    assert [(n.person_id, n.office) for n in found if n.office == "relay"] == [(cast.ida.id, "relay")]


def test_a_rung_is_switched_off_by_an_explicit_value_only(cast: Cast):
    with work():
        set_rule("reminders.deputy_days", -1, now=START)
    names = [rung.name for rung, _on in dates_of(WorkCalendar(), DUE, HANDLER, days_in_force())]
    assert names == ["heads_up", "due", "head", "idea_manager", "leadership", "again"]


# -- properties ------------------------------------------------------------------------------------------------------

calendars = st.builds(
    WorkCalendar, country=st.sampled_from(["DE", "GB", "AT"]), weekdays=st.sampled_from(
        [frozenset(range(5)), frozenset([0, 1, 2]), frozenset([2, 3, 4, 5, 6]), frozenset([4])]),
    closing_days=st.sets(st.dates(date(2026, 9, 1), date(2027, 3, 1)), max_size=12).map(frozenset),
)
due_dates = st.dates(date(2026, 9, 15), date(2027, 1, 31))


@given(calendars, due_dates, st.sampled_from([SUBMITTER, HANDLER, MANAGER]))
def test_rungs_come_in_order_on_working_days_and_submitters_have_two(calendar, due_on, whose):
    found = dates_of(calendar, due_on, whose, DAYS)
    assert [on for _rung, on in found] == sorted(on for _rung, on in found)
    assert all(calendar.is_working_day(on) for _rung, on in found)
    names = [rung.name for rung, _on in found]
    assert names == [row.name for row in ROWS if whose in row.steps]
    assert whose != SUBMITTER or names == ["heads_up", "due"]


@given(calendars, due_dates, st.integers(0, 150))
def test_what_has_come_stays_come_and_repeats_weekly(calendar, due_on, later):
    today = due_on + timedelta(days=later)
    now, then = come(calendar, due_on, HANDLER, DAYS, today), come(calendar, due_on, HANDLER, DAYS, today + timedelta(days=1))
    assert {rung.name for rung, _on, _n in now} <= {rung.name for rung, _on, _n in then}
    assert all(on <= today for _rung, on, _n in now)
    weeks = [n for rung, _on, n in now if rung is ladder.AGAIN]
    last = next(on for rung, on in dates_of(calendar, due_on, HANDLER, DAYS) if rung is ladder.LAST)
    assert not weeks or weeks[0] <= (today - last).days // 7


@given(calendars, due_dates, st.integers(-40, 40))
def test_what_lies_beyond_the_horizon_has_no_rung_yet(calendar, due_on, around):
    """What SQL leaves out, nobody would have been told of."""
    today = due_on + timedelta(days=around)
    book = Directory(1, today, calendars={1: calendar}, zones={1: "Europe/Berlin"})
    if due_on > horizon(book, DAYS, today):
        assert come(calendar, due_on, HANDLER, DAYS, today) == ()


@given(st.data())
def test_per_person_and_step_only_the_latest_rung(data):
    """In any small company, with any absences and deputies: one line per person, never for the barred."""
    people = {n: Brief(n, f"P{n}", "X", "", f"p{n}@example.com", 1, None, 1, "office", True, True, "de", (), True)
              for n in range(1, 7)}
    ids = st.sampled_from(sorted(people))
    book = Directory(1, DUE, people=people, calendars={1: WorkCalendar()}, zones={1: "Europe/Berlin"})
    book.absent = dict.fromkeys(data.draw(st.sets(ids, max_size=4)), DUE)
    book.deputies = data.draw(st.dictionaries(ids, st.lists(ids, max_size=2), max_size=4))
    for role in ("head", "idea_manager", "leadership", "coordinator", "admin"):
        for person_id in data.draw(st.lists(ids, max_size=2, unique=True)):
            book.roles.setdefault((role, None), []).append(person_id)
            book.roles_of.setdefault(person_id, []).append((role, None))
    barred = data.draw(st.sets(ids, max_size=2).map(frozenset))
    owner = data.draw(ids.filter(lambda n: n not in barred))
    step = a_step(owner_id=owner, barred=barred, excluded=barred, submitters=barred,
                  kind=data.draw(st.sampled_from(["triage", "review", "decide"])))
    today = DUE + timedelta(days=data.draw(st.integers(-3, 70)))
    found = nudges_of(step, book, DAYS, today)
    told = [n.person_id for n in found]
    assert len(told) == len(set(told)) and not barred & set(told)
    assert len({n.key for n in found}) == len(found)
    if today >= DUE:
        assert told, "a step that is due is never nobody's"


def test_daylight_saving_neither_doubles_nor_drops_a_rung(cast: Cast):
    """Due around the last Sundays of October and March: each rung on one date, on every hour of the days around it."""
    from suggestbox.core.clock import local_date

    for due_on, first in ((date(2026, 10, 26), datetime(2026, 10, 20, tzinfo=UTC)),
                          (date(2027, 3, 29), datetime(2027, 3, 22, tzinfo=UTC))):
        keys: list[str] = []
        step = a_step(owner_id=cast.bob.id, department_id=cast.logistics.id, due_on=due_on)
        for hour in range(24 * 14):
            day = local_date(first + timedelta(hours=hour), "Europe/Berlin")
            keys += [n.key for n in nudges_of(step, directory(START.date()), DAYS, day) if n.key not in keys]
        names = [key.split(":")[3] for key in keys]
        assert names[:3] == ["heads_up", "due", "deputy"] and len(set(names)) == len(names)


def test_two_sites_count_their_own_days(cast: Cast):
    """The early May bank holiday is one of Leeds alone, 1 May one of Bremen alone."""
    book = directory(START.date())
    may = date(2026, 5, 5)
    found = [[on for rung, on in dates_of(book.calendar_of(p.id), may, HANDLER, DAYS) if rung.name == "heads_up"]
             for p in (cast.bob, cast.rex)]
    assert found == [[date(2026, 4, 30)], [date(2026, 4, 30)]]
    found = [[on for rung, on in dates_of(book.calendar_of(p.id), date(2026, 4, 29), HANDLER, DAYS) if rung.name == "deputy"]
             for p in (cast.bob, cast.rex)]
    assert found == [[date(2026, 5, 5)], [date(2026, 5, 5)]]


def test_a_newcomer_in_an_office_hears_of_what_is_late(cast: Cast):
    step = steps(cast)["a first look of bob, for whom eve stands in"]
    with work():
        new: Person = newcomer(cast.home, "Neo", cast.logistics)
        cast.cat.active = False
        grant(new, "head", cast.logistics)
    found = nudges_of(step, directory(START.date()), DAYS, date(2026, 11, 27))
    assert [(n.rung, n.person_id) for n in found if n.office == "head"] == [("head", new.id)]
