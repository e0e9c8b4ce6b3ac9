"""The model lives on real rows: it learns from what people said, tells what it is sure of, asks about the rest."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Refused
from suggestbox.core.settings import set_rule
from suggestbox.feedback import learning, model_files
from suggestbox.feedback.assigning import assign, reject, settle
from suggestbox.feedback.judging import judge
from suggestbox.feedback.learning import begin_learning, end_learning, how_due, is_held_back, latest_learned
from suggestbox.feedback.models import Assignment, Item, Learning, Theme, ThemeChange, ThemeQuote, ThemeRule, ThemeWord
from suggestbox.feedback.training import read_lesson, retrain
from suggestbox.feedback.work_ahead import is_something_to_judge
from tests.feedback.scene import AT, make_cx_manager, make_item, make_theme
from tests.feedback.texts import german

pytestmark = pytest.mark.either

NOW = datetime(2026, 11, 4, 11, 0, tzinfo=UTC)
NEW = (
    "Am Freitag war der Lift schon wieder kaputt", "Danke an das freundliche Personal im Zug",
    "Warum ist die Fahrkarte so teuer?", "Am Sonntag backen wir einen Kuchen im Garten",
)


def clock() -> datetime:
    return NOW


def teach(times: int = 1) -> dict[str, Theme]:
    """Put the German examples in, settled; give the themes by their keys."""
    themes = {key: make_theme(key) for key in ("Aufzug: Betrieb", "Personal", "Fahrpreis")}
    for round_ in range(times):
        for n, example in enumerate(german()):
            make_item(example.text, *((themes[key], polarity) for key, polarity in example.polarities), state="settled",
                      settled_at=AT, customer_hash=f"{round_}-{n}")
    return themes


@pytest.fixture
def taught(cast):
    with work():
        return teach()


def rows_of(item: Item) -> list[tuple[str, str, str, str]]:
    found = db.session.execute(
        sa.select(Theme.key, Assignment.polarity, Assignment.state, Assignment.origin)
        .join(Theme, Theme.id == Assignment.theme_id).where(Assignment.item_id == item.id).order_by(Theme.key))
    return [tuple(row) for row in found]


# -- learning ----------------------------------------------------------------------------------------------------------


def test_it_learns_says_how_good_it_is_and_keeps_words_and_quotes(taught):
    row = retrain(clock=clock)
    assert (row.result, row.item_count, row.theme_count, row.started_at, row.ended_at) == (
        "learned", len(german()), 3, NOW, NOW)
    ids = db.session.scalars(sa.select(Item.id)).all()
    assert row.held_back_count == sum(is_held_back(item_id) for item_id in ids) >= 10
    assert sorted(row.figures) == sorted([
        "themes", "themes_with_polarity", "accuracy", "in_scope_accuracy", "none_recall", "by_theme", "calibration",
        "alone", "themes_that_were_there"])
    assert row.figures["themes"]["micro_f1"] > 0.9
    assert sum(line[4] for line in row.figures["calibration"]) == 3 * row.held_back_count
    assert row.figures["alone"]["items"] == row.held_back_count
    assert {line[0] for line in row.figures["by_theme"]} <= {theme.id for theme in taught.values()}
    words = {word.stem: word.word for word in db.session.scalars(
        sa.select(ThemeWord).where(ThemeWord.theme_id == taught["Aufzug: Betrieb"].id))}
    assert (words["aufzug"], words["lift"]) == ("Aufzug", "Lift")
    quotes = db.session.scalars(sa.select(ThemeQuote).where(ThemeQuote.theme_id == taught["Personal"].id)).all()
    assert {(quote.polarity, quote.position) for quote in quotes} == {
        (polarity, place) for polarity in ("positive", "negative") for place in range(1, 6)}


def test_held_back_items_teach_the_words_but_never_the_model_of_the_figures(taught):
    lesson = read_lesson()
    held = [item.text for item in db.session.scalars(sa.select(Item).order_by(Item.id)) if is_held_back(item.id)]
    assert [text for text, _themes, _pairs in lesson.held_back] == held
    assert len(lesson.taught) == len(german()) - len(held)


def test_what_people_rejected_confirmed_and_left_without_a_theme_teaches(cast):
    with work():
        cem = make_cx_manager(cast)
        lift, staff, gone = make_theme("lift"), make_theme("staff"), make_theme("gone")
        into = make_theme("into")
        gone.archived_at, gone.merged_into_id = AT, into.id
        nothing = make_theme("nothing", archived_at=AT)
        none_fits = make_item("Es regnet.", state="settled", settled_at=AT)
        rejected = make_item("Der Lift ist teuer.")
        make_item("Keiner hat es angesehen.")
        for theme in (lift, staff):
            db.session.add(Assignment(item_id=rejected.id, theme_id=theme.id, polarity="negative", origin="model", at=AT))
        reject(rejected, staff.id, by_id=cem.id, now=AT)
        merged = make_item("Ging auf in einem anderen.", (gone, "positive"))
        make_item("Was es nicht mehr gibt.", (nothing, "positive"))
    lesson = read_lesson()
    assert sorted([*lesson.taught, *lesson.held_back]) == sorted([
        [none_fits.text, [], []], [rejected.text, ["lift"], [["lift", "negative"]]],
        [merged.text, ["into"], [["into", "positive"]]]])


def test_a_house_with_themes_alone_has_words(cast):
    with work():
        theme = make_theme("waiting", name_de="Wartezeiten", name_en="Waiting times", examples_de=["Zu lange Schlangen"])
    row = retrain(clock=clock)
    assert (row.result, row.item_count, latest_learned()) == ("too_little", 0, None)
    stems = db.session.scalars(sa.select(ThemeWord.stem).where(ThemeWord.theme_id == theme.id)).all()
    assert sorted(stems) == ["lang", "schlang", "tim", "waiting", "wartezeit"]


# -- when, and one at a time -------------------------------------------------------------------------------------------


def test_it_is_due_after_enough_answers_or_a_day(cast):
    with work():
        cem = make_cx_manager(cast)
        theme = make_theme("lift")
        items = [make_item(f"Aufzug {n}") for n in range(6)]
        set_rule("feedback.learn_after", 5, now=AT)
        first = begin_learning(now=NOW)
        end_learning(first, "learned", now=NOW, item_count=0)
    later = NOW + timedelta(minutes=5)
    assert not how_due(later, no_file=False).is_due
    assert how_due(later, no_file=True).is_due
    for n, item in enumerate(items, 1):
        with work():
            assign(item, theme.id, "negative", by_id=cem.id, now=later)
            settle(item, by_id=cem.id, now=later)
        due = how_due(later, no_file=False)
        assert (due.answers, due.is_due) == (n, n >= 5)
        assert how_due(NOW + timedelta(days=2), no_file=False).is_due


def test_changed_themes_are_a_reason_where_nothing_was_learned_yet(cast):
    with work():
        theme = make_theme("lift")
    assert not how_due(NOW, no_file=False).is_due
    with work():
        db.session.add(ThemeChange(theme_id=theme.id, kind="created", at=AT))
    assert how_due(NOW, no_file=False).is_due


def test_one_learns_at_a_time_and_a_dead_one_is_noticed(cast):
    with work():
        first = begin_learning(now=NOW)
    with pytest.raises(Refused) as refused, work():
        begin_learning(now=NOW + timedelta(minutes=1))
    assert refused.value.reason == "learning_already"
    with work():
        second = begin_learning(now=NOW + learning.GIVEN_UP_AFTER + timedelta(seconds=1))
    assert [(row.id, row.result) for row in db.session.scalars(sa.select(Learning).order_by(Learning.id))] == [
        (first, "failed"), (second, "running")]


def test_a_fault_while_learning_is_noted(taught, monkeypatch):
    monkeypatch.setattr("suggestbox.feedback.teaching.train", lambda _examples: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        retrain(clock=clock)
    (row,) = db.session.scalars(sa.select(Learning))
    assert (row.result, row.trouble, learning.running(NOW)) == ("failed", "ZeroDivisionError: division by zero", None)


# -- the model looks at items ------------------------------------------------------------------------------------------


@pytest.fixture
def learned(taught):
    retrain(clock=clock)
    return taught


def test_sure_findings_are_assigned_unsure_ones_wait_and_all_can_be_traced(learned):
    with work():
        set_rule("feedback.sure_polarity", 50, now=AT)
        sure, staff, price, none = (make_item(text) for text in NEW)
        unclear = make_item("Die Fahrkarte am Schalter war")
    tally = judge(clock=clock)
    assert (tally.items, tally.told, tally.unsure, tally.assigned) == (5, 4, 1, 3)
    assert rows_of(sure) == [("Aufzug: Betrieb", "negative", "assigned", "model")]
    assert rows_of(staff) == [("Personal", "positive", "assigned", "model")]
    assert (none.state, rows_of(none)) == ("told", [])
    assert (price.state, unclear.state) == ("told", "unsure")
    assert rows_of(unclear) == [
        (key, "negative", "guess", "model") for key in ("Aufzug: Betrieb", "Fahrpreis", "Personal")]
    row = db.session.scalars(sa.select(Assignment).where(Assignment.item_id == sure.id)).one()
    used = latest_learned()
    assert (row.learning_id, row.at, row.by_id, row.decided_at) == (used.id, NOW, None, None)
    assert 0.8 <= row.confidence <= 1
    assert {item.judged_by for item in (sure, staff, price, none, unclear)} == {used.id}
    assert judge(clock=clock).items == 0


def test_the_house_says_how_sure_is_sure(learned):
    with work():
        set_rule("feedback.sure", 100, now=AT)
        set_rule("feedback.sure_none", 0, now=AT)
        items = [make_item(text) for text in NEW]
    assert (judge(clock=clock).unsure, {item.state for item in items}) == (4, {"unsure"})


def test_a_model_that_cannot_show_how_good_it_is_only_guesses(cast, monkeypatch):
    monkeypatch.setattr("suggestbox.feedback.teaching.FEWEST_HELD_BACK", 1_000)
    with work():
        teach()
        items = [make_item(text) for text in NEW]
    assert retrain(clock=clock).figures == {}
    judge(clock=clock)
    assert {item.state for item in items} == {"unsure"}


def test_corrections_are_never_overwritten_by_a_later_model(learned, cast):
    with work():
        cem = make_cx_manager(cast)
        set_rule("feedback.sure_polarity", 50, now=AT)
        wrong, changed, settled, open_one = (make_item(text) for text in (*[NEW[0]] * 3, "Freitag steht der Aufzug still"))
        db.session.add(ThemeRule(theme_id=learned["Fahrpreis"].id, words="Freitag", polarity="neutral", created_at=AT))
    judge(clock=clock)
    lift, staff = learned["Aufzug: Betrieb"], learned["Personal"]
    with work():
        reject(wrong, lift.id, by_id=cem.id, now=AT)
        assign(changed, lift.id, "positive", by_id=cem.id, now=AT)
        reject(settled, lift.id, by_id=cem.id, now=AT)
        assign(settled, staff.id, "neutral", by_id=cem.id, now=AT)
        settle(settled, by_id=cem.id, now=AT)
    before = [rows_of(item) for item in (wrong, changed, settled, open_one)]
    traced = db.session.execute(sa.select(Assignment.id, Assignment.learning_id).where(
        Assignment.item_id == open_one.id).order_by(Assignment.id)).all()
    retrain(clock=clock)
    tally = judge(clock=clock)
    assert tally.items == 3  # all but the settled one
    assert [rows_of(item) for item in (wrong, changed, settled, open_one)] == before
    assert before[2] == [("Aufzug: Betrieb", "negative", "rejected", "model"),
                         ("Fahrpreis", "neutral", "assigned", "rule"), ("Personal", "neutral", "assigned", "person")]
    assert db.session.execute(sa.select(Assignment.id, Assignment.learning_id).where(
        Assignment.item_id == open_one.id).order_by(Assignment.id)).all() == traced


def test_what_an_earlier_model_thought_goes_when_a_later_one_thinks_otherwise(learned):
    with work():
        item = make_item("Am Sonntag backen wir einen Kuchen im Garten", state="unsure")
        db.session.add(Assignment(item_id=item.id, theme_id=learned["Personal"].id, polarity="negative", state="guess",
                                  origin="model", confidence=0.6, at=AT))
    judge(clock=clock)
    assert (item.state, rows_of(item)) == ("told", [])


def test_merged_themes_go_on_and_colleagues_themes_are_not_for_customers(learned):
    with work():
        set_rule("feedback.sure_polarity", 50, now=AT)
        lift = db.session.get_one(Theme, learned["Aufzug: Betrieb"].id)
        into = make_theme("into")
        lift.archived_at, lift.merged_into_id = AT, into.id
        db.session.get_one(Theme, learned["Personal"].id).audience = "employees"
        one, other = make_item(NEW[0]), make_item(NEW[1])
    judge(clock=clock)
    assert rows_of(one) == [("into", "negative", "assigned", "model")]
    assert "Personal" not in [row[0] for row in rows_of(other)]


def test_new_rules_look_at_everything_no_person_settled(cast):
    with work():
        theme = make_theme("lift")
        old, settled = make_item("Der Aufzug"), make_item("Der Aufzug", state="settled", settled_at=AT)
    assert judge(clock=clock).by_rule == 0
    with work():
        db.session.add(ThemeRule(theme_id=theme.id, words="Aufzug", polarity="negative", created_at=AT))
    assert [judge(clock=clock).by_rule for _n in range(2)] == [1, 0]
    assert (rows_of(old), rows_of(settled)) == ([("lift", "negative", "assigned", "rule")], [])
    assert not is_something_to_judge()
    with work():
        make_item("Es regnet."), make_item("Der Aufzug schon wieder")
    assert is_something_to_judge()
    assert [judge(clock=clock).by_rule for _n in range(2)] == [1, 0]
    assert not is_something_to_judge()


# -- the file ----------------------------------------------------------------------------------------------------------


def test_a_damaged_file_is_noticed_and_older_ones_go(learned):
    first = latest_learned()
    assert model_files.is_whole(first)
    retrain(clock=clock)
    second = latest_learned()
    assert [path.name for path in model_files.folder().glob("*.model")] == [f"themes_{second.id}.model"]
    path = model_files.path_of(second.id)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert not model_files.is_whole(second)
    assert how_due(NOW, no_file=True).is_due
    with pytest.raises(Refused) as refused:
        judge(clock=clock)
    assert refused.value.reason == "model_damaged"


@pytest.mark.slow
def test_the_commands_learn_assign_and_rebuild(taught, app):
    deployment = app.config["DEPLOYMENT"]
    with work():
        make_item(NEW[0])
    environment = {**os.environ, "SUGGESTBOX_DATABASE_URL": deployment.database_url}

    def run(*words: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "suggestbox", "--instance", str(deployment.instance), "feedback", *words, "--json"],
            env=environment, capture_output=True, check=True, timeout=60)
        return json.loads(done.stdout)

    assert run("retrain", "--if-due")["result"] == "learned"
    model_files.path_of(latest_learned().id).write_bytes(b"nonsense")
    assert run("assign", "--if-due")["items"] == 1
    with work():
        assert [row.result for row in db.session.scalars(sa.select(Learning))] == ["learned", "learned"]


@pytest.mark.either
def test_the_process_that_serves_pages_never_loads_what_learns():
    code = ("import sys, suggestbox.app, suggestbox.scheduler as s; s.all_jobs(); import suggestbox.feedback.commands;"
            "from suggestbox.app import create_app;"
            "print([name for name in ('sklearn', 'scipy', 'numpy') if name in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]"
