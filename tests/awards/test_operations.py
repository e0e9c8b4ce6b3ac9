"""Awards: worked out by the rules of the hand-in, granted by a second person, shared as agreed, paid once, only upwards."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.awards import queries, rulesets
from suggestbox.awards.examples import POINT_TABLE, SHARE_WITH_CAP, STEP_AT_5000
from suggestbox.awards.models import Award, Payment
from suggestbox.awards.operations import decide_eligibility, grant_award, propose_award, send_back
from suggestbox.awards.payments import lines_of, lists_made, make_list, open_sum
from suggestbox.awards.shares import agree_to_shares, propose_shares, refuse_shares, weights_of
from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid, Refused, Stale
from suggestbox.ideas.models import Idea
from suggestbox.journal.models import Entry
from suggestbox.people.directory import directory
from suggestbox.workflow.check import check
from suggestbox.workflow.operations import settle
from tests import factories as f
from tests.awards import scene
from tests.mail.telling import line_for, notices, told_of_kind
from tests.measures import scene as measures

NOW, TODAY = scene.NOW, scene.NOW.date()


def parts(award: Award) -> list[tuple[int, int, int, int]]:
    return [(p.points, p.share_cents, p.percent, p.cents) for p in award.parts]


def award_steps(idea: Idea) -> list[str]:
    return [kind for kind in f.open_kinds(idea) if kind.endswith("_award")]


def owed() -> list[int]:
    return list(db.session.scalars(sa.select(Payment.cents).order_by(Payment.id)))


# -- steps -----------------------------------------------------------------------------------------------------------


def test_the_way_of_an_award(cast, tmp_path):
    """Benefit stands, somebody proposes, a second person grants, the submitter is told, payroll owes it."""
    with work():
        idea = scene.worth(cast, euros=12_000)
        first = f.step(idea, "propose_award")
        assert (first.owner_id, award_steps(idea)) == (cast.ida.id, ["propose_award"])
        award = scene.proposed(cast, idea)
        second = f.step(idea, "grant_award")
        assert (second.owner_id, second.subject_id, award_steps(idea)) == (cast.ivo.id, award.id, ["grant_award"])
        assert (first.outcome, first.done_by_id, queries.award_of(idea.id), told_of_kind("awards.granted")) == (
            "done", cast.ida.id, None, [])
        grant_award(award, idea, by_id=cast.ivo.id, now=NOW)
        settle(idea, now=NOW)
    assert (award.state, award.cents, award.benefit_cents, parts(award)) == (
        "granted", 100_000 * 12 // 10, 1_200_000, [(1, 120_000, 100, 120_000)])
    assert (queries.award_of(idea.id), award_steps(idea), owed()) == (award, [], [120_000])
    assert told_of_kind("awards.granted") == ["Ann"]
    assert check(directory(TODAY), tmp_path) == []


@pytest.mark.either
@pytest.mark.parametrize("table, change, promises", [
    ("award", {"cents": 1}, ["nothing_lost"]), ("payment", {"cents": 1}, ["nothing_lost"]),
    ("award", {"granted_by_id": None}, ["never_one_person"]),
    ("award", {"state": "proposed"}, ["no_black_hole", "nothing_lost"]),
])
def test_the_self_check_sees_what_was_done_by_hand(table, change, promises, cast, tmp_path):
    with work():
        scene.granted(cast, scene.worth(cast))
        db.session.execute(sa.update(db.metadata.tables[table]).values(**change))
    assert [finding.promise for finding in check(directory(TODAY), tmp_path)] == promises


@pytest.mark.either
@pytest.mark.parametrize("make, kinds", [
    (lambda cast: scene.worth(cast, euros=None), []),  # nobody has said what it brings
    (lambda cast: scene.worth(cast, euros=None, soft={"safety": 2}), ["propose_award"]),
    (lambda cast: measures.planned(cast, f.closed(cast)), []),
    (lambda cast: measures.planned(cast, scene.worth(cast), title="A second one"), []),
])
def test_when_an_award_has_to_be_proposed(make, kinds, cast):
    with work():
        make(cast)
        idea = db.session.scalars(sa.select(Idea)).one()
        assert award_steps(idea) == kinds


@pytest.mark.either
def test_nobody_proposes_or_grants_for_the_own_idea(cast):
    """ida handed it in: ivo proposes; then neither ivo nor ida may grant, so a decision maker does."""
    with work():
        idea = scene.worth(cast, cast.ida)
        assert f.step(idea, "propose_award").owner_id == cast.ivo.id
        scene.proposed(cast, idea, by=cast.ivo)
        assert f.step(idea, "grant_award").owner_id == cast.cat.id


# -- which rules -----------------------------------------------------------------------------------------------------


def test_an_idea_keeps_the_rules_in_force_when_it_was_handed_in(cast):
    with work():
        early = scene.worth(cast, euros=1000)
        scene.rules(cast, STEP_AT_5000, from_on=TODAY + timedelta(days=1))
        late = scene.worth(cast, euros=1000, now=NOW + timedelta(days=2))
        found = [scene.proposed(cast, idea, now=NOW + timedelta(days=20)) for idea in (early, late)]
    assert [(rulesets.by_id(a.rules_id).number, a.cents) for a in found] == [(0, 10_000), (1, 25_000)]


@pytest.mark.either
def test_rules_never_begin_in_the_past_but_the_first_ones(cast):
    with work():
        scene.rules(cast, STEP_AT_5000, from_on=date(2020, 1, 1))
        wrong = []
        for day in (None, TODAY, date(2020, 1, 1), date(1900, 1, 1), date(2300, 1, 1)):
            with pytest.raises(Invalid) as invalid:
                scene.rules(cast, POINT_TABLE, from_on=day)
            wrong += list(invalid.value.fields)
        scene.rules(cast, POINT_TABLE, from_on=TODAY + timedelta(days=1))
    assert wrong == ["from_on"] * 5
    days = (date(2019, 1, 1), TODAY, TODAY + timedelta(days=1))
    assert [rulesets.in_force(day).number for day in days] == [0, 1, 2]
    kept = sa.select(Entry.facts).where(Entry.kind == "awards.rules_added").order_by(Entry.id)
    assert [facts["number"] for facts in db.session.scalars(kept)] == [1, 2]


@pytest.mark.either
def test_a_row_of_a_rule_set_is_what_was_added(cast):
    with work():
        scene.rules(cast, POINT_TABLE)
    db.session.expire_all()
    [one, default] = rulesets.versions()
    assert (one.document, one.reason, one.made_by_id, default.document) == (
        POINT_TABLE, "Agreed", cast.ida.id, SHARE_WITH_CAP)


# -- what cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.either
@pytest.mark.parametrize("make, basis, reason", [
    (lambda cast: f.deciding(cast), "recognition", "no_award_this_way"),
    (lambda cast: f.closed(cast), "benefit", "no_award_this_way"),  # nothing is done yet
    (lambda cast: scene.worth(cast, euros=None), "benefit", "no_award_this_way"),
    (lambda cast: scene.worth(cast), "points", "no_award_this_way"),  # the default knows none
    (lambda cast: f.closed(cast, outcome="declined", facts={"change_for_yes": "C"}), "recognition", "no_award_this_way"),
    (lambda cast: scene.granted(cast, scene.worth(cast)) and cast.idea, "benefit", "not_upwards"),
    (lambda cast: scene.proposed(cast, scene.worth(cast)) and cast.idea, "benefit", "proposed_already"),
])
def test_what_is_not_paid_like_this(make, basis, reason, cast, monkeypatch):
    before = scene.worth
    monkeypatch.setattr(scene, "worth", lambda *a, **k: (setattr(cast, "idea", made := before(*a, **k)), made)[1])
    with work():
        idea = make(cast)
        with pytest.raises(Refused) as refused:
            propose_award(idea, basis=basis, by_id=cast.ida.id, now=NOW, words="W")
    assert refused.value.reason == reason


def test_a_recognition_in_words_also_for_a_declined_idea_that_helped(cast):
    with work():
        scene.rules(cast, POINT_TABLE)
        idea = f.closed(cast, outcome="declined", facts={"change_for_yes": "A cheaper printer."})
        for wrong, field in (({"words": ""}, "words"), ({"words": "W", "recognition_cents": 2001}, "recognition")):
            with pytest.raises(Invalid) as invalid:
                scene.proposed(cast, idea, basis="recognition", **wrong)
            assert list(invalid.value.fields) == [field]
        award = scene.granted(cast, idea, basis="recognition", recognition_cents=2000, words="It led to something else.")
    assert (award.cents, award.words, owed()) == (2000, "It led to something else.", [2000])


@pytest.mark.either
def test_nobody_grants_alone(cast):
    with work():
        idea = scene.worth(cast)
        award = scene.proposed(cast, idea)
        with pytest.raises(Refused) as refused:
            grant_award(award, idea, by_id=cast.ida.id, now=NOW)
    assert (refused.value.reason, award.state) == ("four_eyes", "proposed")


@pytest.mark.either
def test_what_changed_since_it_was_proposed_is_worked_out_anew(cast):
    with work():
        idea = scene.worth(cast)
        award = scene.proposed(cast, idea)
        seen = award.row_version
        scene.measured(cast, idea, 2000)
        with pytest.raises(Refused) as refused:
            grant_award(award, idea, by_id=cast.ivo.id, now=NOW)
        decide_eligibility(idea.submitters[0], idea, percent=50, reason="Half of it was her task.", by_id=cast.ida.id, now=NOW)
        with pytest.raises(Stale):
            send_back(award, reason="R", by_id=cast.ivo.id, now=NOW, version=seen)
        send_back(award, reason="The first year brought more.", by_id=cast.ivo.id, now=NOW)
        settle(idea, now=NOW)
        with pytest.raises(Refused) as settled:
            grant_award(award, idea, by_id=cast.ivo.id, now=NOW)
        assert award_steps(idea) == ["propose_award"]
        again = scene.granted(cast, idea)
    assert (refused.value.reason, settled.value.reason) == ("benefit_changed", "not_proposed")
    assert (award.state, award.inputs["sent_back"]["reason"]) == ("dropped", "The first year brought more.")
    assert (again.version, again.cents, parts(again), owed()) == (2, 20_000, [(1, 20_000, 50, 10_000)], [10_000])


# -- later, upwards --------------------------------------------------------------------------------------------------


def test_a_later_correction_goes_upwards_and_pays_the_difference(cast):
    with work():
        idea = scene.worth(cast, cast.ann, cast.eve, euros=1001)
        first = scene.granted(cast, idea)
        scene.measured(cast, idea, 1000)
        assert award_steps(idea) == []  # less is nobody's loss
        later = NOW + timedelta(days=5)
        scene.measured(cast, idea, 3003, now=later)
        assert award_steps(idea) == ["propose_award"]
        second = scene.granted(cast, idea, now=later)
    assert ([first.state, second.state], second.version, award_steps(idea)) == (["replaced", "granted"], 2, [])
    assert (parts(first), parts(second)) == ([(1, 5005, 100, 5005)] * 2, [(1, 15015, 100, 15015)] * 2)
    assert owed() == [5005, 5005, 10010, 10010]
    day = timedelta(days=1)
    assert [(g.version, g.cents) for g in queries.granted_between(TODAY, TODAY)] == [(1, 10_010)]
    assert [(g.version, g.cents) for g in queries.granted_between(TODAY + day, later.date())] == [(2, 20_020)]
    assert queries.granted_between(later.date() + day, later.date() + day * 9) == []


# -- shares and eligibility ------------------------------------------------------------------------------------------


def test_to_agree_to_shares_is_a_duty_while_the_award_is_worked_out(cast):
    def is_duty() -> bool:
        return line_for(told, NOW).duty

    with work():
        idea = scene.worth(cast, cast.ann, cast.eve)
        ann, eve = idea.submitters
        propose_shares(idea, ann, {ann.id: 3, eve.id: 1}, now=NOW)
    told = next(n for n in notices("awards.shares") if n.submitter_id == eve.id)
    before = is_duty()
    with work():
        award = scene.proposed(cast, idea)
    meanwhile = is_duty()
    with work():
        grant_award(award, idea, by_id=cast.ivo.id, now=NOW)
    assert (before, meanwhile, is_duty()) == (False, True, False)


def test_whoever_agreed_to_shares_is_not_asked_again(cast):
    with work():
        idea = scene.worth(cast, cast.ann, cast.eve, cast.sam)
        ann, eve, sam = idea.submitters
        scene.proposed(cast, idea)
        proposal = propose_shares(idea, ann, {ann.id: 3, eve.id: 1, sam.id: 1}, now=NOW)
        agree_to_shares(proposal, idea, eve, now=NOW)
    told = {n.submitter_id: n for n in notices("awards.shares")}
    assert (line_for(told[eve.id], NOW), line_for(told[sam.id], NOW).duty) == (None, True)


def test_shares_hold_once_every_submitter_agreed(cast):
    with work():
        cast.eve.language = "en"
        idea = scene.worth(cast, cast.ann, cast.eve, cast.sam, euros=1000)
        ann, eve, sam = idea.submitters
        award = scene.proposed(cast, idea)
        assert parts(award) == [(1, 3334, 100, 3334), (1, 3333, 100, 3333), (1, 3333, 100, 3333)]
        proposal = propose_shares(idea, ann, {ann.id: 3, eve.id: 1, sam.id: 0}, now=NOW)
        assert agree_to_shares(proposal, idea, eve, now=NOW) is False
        assert weights_of(idea) == {ann.id: 1, eve.id: 1, sam.id: 1}
        with pytest.raises(Refused):
            agree_to_shares(proposal, idea, eve, now=NOW)
        assert agree_to_shares(proposal, idea, sam, now=NOW) is True
        refused = propose_shares(idea, sam, {ann.id: 0, eve.id: 0, sam.id: 1}, now=NOW)
        refuse_shares(refused, idea, ann, now=NOW)
        grant_award(award, idea, by_id=cast.ivo.id, now=NOW)
    assert parts(award) == [(3, 7500, 100, 7500), (1, 2500, 100, 2500), (0, 0, 100, 0)]
    assert owed() == [7500, 2500]
    assert told_of_kind("awards.coming") == ["Ann", "Eve", "Sam"]
    said = [line_for(notice, NOW) for notice in notices("awards.shares") if notice.submitter_id == eve.id]
    held, ended = "All of you agreed how your award is shared.", "A proposal of how your award is shared has ended."
    assert [line.text[:len(ended)] for line in said if line] == [*[held[:len(ended)]] * 2, *[ended] * 2]


@pytest.mark.either
@pytest.mark.parametrize("given", [{}, {0: 1, 1: None}, {0: -1, 1: 1}, {0: 1001, 1: 1}, {0: 0, 1: 0}])
def test_shares_that_are_none(given, cast):
    with work():
        idea = f.closed(cast, cast.ann, cast.eve)
        ids = [part.id for part in idea.submitters]
        with pytest.raises(Invalid) as invalid:
            propose_shares(idea, idea.submitters[0], {ids[n]: value for n, value in given.items()}, now=NOW)
    assert all(name.startswith("part-") for name in invalid.value.fields)


@pytest.mark.either
def test_eligibility_is_apart_from_whether_the_idea_is_good(cast):
    with work():
        idea = scene.worth(cast, cast.ann, cast.eve, euros=1000)
        award = scene.proposed(cast, idea)
        ann = idea.submitters[0]
        facts = {"by_id": cast.ida.id, "now": NOW}
        for percent, reason, field in ((0, " ", "reason"), (101, "R", "percent"), (None, "R", "percent")):
            with pytest.raises(Invalid) as invalid:
                decide_eligibility(ann, idea, percent=percent, reason=reason, **facts)
            assert list(invalid.value.fields) == [field]
        decide_eligibility(ann, idea, percent=0, reason="It was her task.", **facts)
        assert (idea.outcome, parts(award)) == ("adopted", [(1, 5000, 0, 0), (1, 5000, 100, 5000)])
        decide_eligibility(ann, idea, percent=25, reason="A part of it was.", **facts)
        grant_award(award, idea, by_id=cast.ivo.id, now=NOW)
        assert owed() == [1250, 5000]
        decide_eligibility(ann, idea, percent=100, reason="", **facts)
        more = scene.granted(cast, idea)
    assert (parts(more), owed()) == ([(1, 5000, 100, 5000), (1, 5000, 100, 5000)], [1250, 5000, 3750])


# -- payments --------------------------------------------------------------------------------------------------------


def test_every_amount_is_on_one_list_with_the_name_payroll_needs(cast):
    with work():
        cast.ann.personnel_no, cast.eve.personnel_no = "1001", "1002"
        scene.granted(cast, scene.worth(cast, euros=1000))
        scene.granted(cast, scene.worth(cast, cast.eve, euros=2000, confidential=True))
        assert open_sum() == (2, 30_000)
        one = make_list(by_id=cast.lea.id, now=NOW)
        assert one.number == 1
        with pytest.raises(Refused) as refused:
            make_list(by_id=cast.lea.id, now=NOW)
    assert refused.value.reason == "nothing_owed"
    with work():
        scene.granted(cast, scene.worth(cast, euros=500))
        make_list(by_id=cast.lea.id, now=NOW, words="December")
    book = directory(TODAY)
    assert [(line.personnel_no, line.family_name, line.cents) for line in lines_of(1, book)] == [
        ("1001", "Albers", 10_000), ("1002", "Ebert", 20_000)]
    assert (len(lines_of(2, book)), lines_of(None, book), open_sum()) == (1, [], (0, 0))
    assert [(row.number, row.count, row.cents, row.words) for row in lists_made()] == [
        (2, 1, 5_000, "December"), (1, 2, 30_000, "")]
