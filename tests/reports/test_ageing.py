"""Where ideas wait today: ages, what is overdue, and whose work may be shown by department."""

from datetime import date, timedelta
from itertools import chain, combinations
from random import Random

import pytest

from suggestbox.core.database import work
from suggestbox.people.directory import directory
from suggestbox.reports.ageing import BANDS, STAGE_OF, STAGES, Waiting, band_of, by_stage, open_at, open_now, together
from suggestbox.reports.flow_live import live, sentence_of
from suggestbox.reports.larger_units import departments_shown, stages_shown, units_shown
from suggestbox.steps.models import KINDS
from suggestbox.workflow.operations import move
from tests import cast as people
from tests import factories as f

T = f.START  # a Wednesday
BACK_HOME = date(2026, 11, 4)


def waiting(now):
    return open_now(directory(now.date()), now)


def test_every_kind_of_step_belongs_to_one_stage():
    assert sorted(chain.from_iterable(STAGES.values())) == sorted(KINDS)


def test_ages_fall_into_the_bands_of_the_definition():
    assert [band_of(days) for days in (0, 10, 11, 20, 21, 40, 41, 400)] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert len(BANDS) == 4


def test_a_step_ages_by_working_days_and_is_overdue_after_its_date(cast):
    with work():
        idea = f.submitted(cast)
    due_on = f.step(idea, "triage").due_on
    assert waiting(T) == [Waiting("first_look", "triage", idea.id, cast.logistics.id, BACK_HOME, 0, 0)]
    monday = T + timedelta(days=12)  # 16 November: eight working days later
    late = sum((due_on + timedelta(days=n)).weekday() < 5 for n in range(1, (monday.date() - due_on).days + 1))
    assert late > 0
    assert waiting(monday) == [Waiting("first_look", "triage", idea.id, cast.logistics.id, BACK_HOME, 8, late)]


def test_whoever_has_it_a_step_does_not_grow_younger(cast):
    with work():
        idea = f.submitted(cast)
        for later, by, to in ((3, cast.bob, cast.ida), (6, cast.ida, cast.ivo)):
            move(idea, "reassign", actor=by, now=T + timedelta(days=later), step_id=f.step(idea, "triage").id,
                 person_id=to.id, reason="Leaves us")
    (row,) = waiting(T + timedelta(days=7))
    assert (row.since, row.days) == (BACK_HOME, 5)


def test_a_new_question_begins_anew(cast):
    with work():
        idea = f.submitted(cast)
        move(idea, "assign", actor=cast.bob, now=T + timedelta(days=5),
             reviewers=f.reviewers((cast.rex, "expert"), (cast.ria, "department")))
    rows = waiting(T + timedelta(days=6))
    assert [(row.stage, row.since, row.days) for row in rows] == [("review", date(2026, 11, 9), 1)] * 2


def test_what_was_open_at_a_moment_that_has_passed(cast):
    with work():
        f.in_review(cast)
    later = T + timedelta(hours=1)  # when it was assigned
    book = directory(T.date())
    assert [row.kind for row in open_at(book, later)] == ["triage"]
    assert open_at(book, later + timedelta(seconds=1)) == open_now(book, later + timedelta(seconds=1))
    assert open_at(book, T) == []


def test_the_submitters_own_steps_stand_apart_also_of_a_confidential_one(cast):
    with work():
        f.waiting(cast)
        f.offered(cast, cast.eve, confidential=True)
    rows = waiting(T + timedelta(days=30))
    found = by_stage(rows)
    assert list(found) == list(STAGES)
    assert sorted(row.kind for row in found["submitter"]) == ["answer", "pick_time"]


@pytest.mark.either
def test_several_together(cast):
    rows = [Waiting("review", "review", idea, None, date(2026, 11, day), days, late)
            for idea, day, days, late in ((1, 3, 1, 0), (1, 2, 12, 3), (2, 1, 45, 0))]
    found = together(rows)
    assert (found.bands, found.count, found.late, found.ideas) == ((1, 1, 0, 1), 3, 1, 2)
    assert (found.median_days, found.oldest, found.oldest_days) == (12.0, date(2026, 11, 1), 45)
    assert together([]).median_days is together([]).oldest is None


def test_two_statements_for_any_number_of_steps(cast, count_queries):
    def asked():
        book = directory(T.date())
        with count_queries() as statements:
            assert open_now(book, T)
        return len(statements)

    with work():
        f.in_review(cast)
    assert asked() == 2
    with work():
        for _n in range(8):
            f.submitted(cast, cast.eve)
    assert asked() == 2


# -- the next larger unit ----------------------------------------------------------------------------------------------


def test_a_small_unit_is_part_of_the_next_larger_one():
    #        1: three of its own
    #      2: six      3: two     4: five, all the same as in 2
    parents = {1: None, 2: 1, 3: 1, 4: 1}
    owners = {None: frozenset(range(90, 96)), 1: frozenset({1, 2, 3}), 2: frozenset(range(10, 16)),
              3: frozenset({20, 21}), 4: frozenset(range(10, 15))}
    assert units_shown(parents, owners, 5) == {1, 2, 4}
    assert units_shown(parents, owners, 6) == {1, 2}  # 1 less 2: what is its own, and 3 and 4
    assert units_shown(parents, {**owners, 1: frozenset({1, 2})}, 5) == {2, 4}


def test_the_company_itself_leaves_no_small_rest():
    parents = {1: None, 2: None}
    people = {1: frozenset(range(5)), 2: frozenset(range(10, 16))}
    assert units_shown(parents, people, 5) == {2}  # nothing else would be the company less both
    assert units_shown(parents, {**people, None: frozenset(range(20, 25))}, 5) == {1, 2}
    assert units_shown({}, {None: frozenset({1})}, 5) == set()


def test_no_small_group_can_be_computed_from_rows_shown():
    """Every sum and difference of rows shown is somebody's work of at least five, whatever the tree: tried one by one."""
    random = Random(5)
    shown_any = 0
    for _trial in range(60):
        parents = {unit: random.choice([None, *range(1, unit)]) for unit in range(1, random.randint(2, 7))}
        owners = {unit: frozenset(random.sample(range(25), random.choice([1, 3, 4, 5, 6])))
                  for unit in (None, *parents)}
        shown = units_shown(parents, owners, 5)
        shown_any += len(shown)
        rows = [_atoms_below(unit, parents) for unit in shown] + [frozenset((None, *parents))]
        for atoms in _computable(rows):
            people = frozenset().union(*(owners[atom] for atom in atoms))
            everybody = frozenset().union(*owners.values())
            assert len(people) >= 5 or people == everybody
    assert shown_any > 50


def _atoms_below(unit, parents):
    def is_below(other):
        while other is not None and other != unit:
            other = parents[other]
        return other == unit

    return frozenset(other for other in parents if is_below(other))


def _computable(rows):
    """Every set of units whose number is some rows plus and minus others (each used at most once)."""
    found = set()
    for size in range(1, len(rows) + 1):
        for chosen in combinations(rows, size):
            for signs in range(2 ** size):
                total = {}
                for place, row in enumerate(chosen):
                    for atom in row:
                        total[atom] = total.get(atom, 0) + (1 if signs >> place & 1 else -1)
                if set(total.values()) <= {0, 1} and any(total.values()):
                    found.add(frozenset(atom for atom, times in total.items() if times))
    return found


def test_stages_few_people_own_are_counted_together(cast):
    book = directory(T.date())
    assert list(stages_shown(book, 5)) == list(STAGES)
    everything = tuple(stage for stage in STAGES if stage != "submitter")
    assert stages_shown(book, 50) == {"submitter": ("submitter",), "other": everything}


def test_a_department_has_a_row_only_where_enough_people_own_such_steps(cast):
    """Four coordinators more in Logistics are not enough as long as the rest of the house could be worked out."""
    def shown():
        return departments_shown("first_look", directory(T.date()), 5)

    assert shown() == set()
    with work():
        for number in range(4):
            people.grant(people.newcomer(cast.home, f"Co{number}", cast.logistics), "coordinator", cast.logistics)
    assert shown() == set()
    with work():
        people.grant(people.newcomer(cast.home, "Paul", cast.purchasing), "coordinator", cast.purchasing)
    assert shown() == {cast.logistics.id}
    assert departments_shown("submitter", directory(T.date()), 5) == set()


def test_today_is_told_by_stage_and_by_department(app, cast):
    with work():
        for number in range(4):
            people.grant(people.newcomer(cast.home, f"Co{number}", cast.logistics), "coordinator", cast.logistics)
        people.grant(people.newcomer(cast.home, "Paul", cast.purchasing), "coordinator", cast.purchasing)
        f.submitted(cast)
        f.submitted(cast, cast.eve, department_id=cast.purchasing.id)
    late = T + timedelta(days=30)
    found = live(directory(late.date()), late)
    assert (found.all.count, found.all.ideas, found.all.late) == (2, 2, 2)
    assert {line.key: line.waiting.bands for line in found.stages if line.waiting.count} == {"first_look": (0, 0, 2, 0)}
    assert [(line.key, line.waiting.count) for line in found.by_department["first_look"]] == [(str(cast.logistics.id), 1)]
    with app.test_request_context():
        assert sentence_of(found).startswith("Open: 2 next steps for 2 ideas, and 2 are overdue.")


def test_stages_have_an_order():
    assert list(STAGES) == ["first_look", "review", "decision", "talk", "submitter", "carrying_out", "other"]
    assert STAGE_OF["end_review"] == "decision"
