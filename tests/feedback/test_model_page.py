"""How good the model is, as a page says it; and the clockwork that has it learn."""

import re
import subprocess
import sys
from datetime import timedelta

import pytest

from suggestbox.core import stopping
from suggestbox.core.database import db, work
from suggestbox.core.elsewhere import wait_for
from suggestbox.core.settings import set_rule
from suggestbox.feedback import learning_jobs, model_files
from suggestbox.feedback.learning import begin_learning, end_learning
from suggestbox.feedback.models import ThemeChange
from tests.cast import grant
from tests.conftest import NOON
from tests.feedback.scene import AT, make_cx_manager, make_item, make_theme

pytestmark = pytest.mark.either


def figures(theme_id: int, micro: float = 0.8) -> dict:
    return {
        "themes": {"micro_f1": micro, "macro_f1": 0.6}, "themes_with_polarity": {"micro_f1": 0.7, "macro_f1": 0.5},
        "none_recall": 0.95, "in_scope_accuracy": 0.75, "accuracy": None, "themes_that_were_there": 1,
        "by_theme": [[theme_id, 20, 16, 12]], "calibration": [[0.0, 0.1, 0.05, 0.0, 30], [0.8, 0.9, 0.85, 0.5, 10]],
        "alone": {"items": 40, "alone": 20, "alone_right": 18, "assigned": 10, "assigned_right": 9},
    }


def learned(theme_id: int, *, now=NOON, micro: float = 0.8, **columns) -> None:
    number = begin_learning(now=now)
    model_files.path_of(number).write_bytes(b"a model")
    given = {"figures": figures(theme_id, micro), "item_count": 400, "held_back_count": 40, "theme_count": 7,
             "seconds": 2.5, "file_sha256": model_files.checksum(model_files.path_of(number)), **columns}
    end_learning(number, "learned", now=now, **given)


def words_of(answer) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def browser(cast, client_as, clock):
    return client_as(cast.coo)  # reads English


def test_the_page_says_in_words_how_good_it_is(cast, browser):
    with work():
        lift = make_theme("lift", name_en="Lifts")
        learned(lift.id)
    words = words_of(browser.get("/feedback/model"))
    for sentence in (
        "Measured on 40 comments that people confirmed", "It decides 50 of 100 comments by itself. Of these, 90 of 100",
        "Of 100 themes it assigns by itself, 90 are right.", "of 100 themes it names, 75 are right; of 100 themes that are "
        "there, it finds 60.", "Of 100 comments without a theme, it leaves 95 alone.", "F1, all decisions together 80",
        "F1, mean of all themes 60", "F1, theme with polarity 70", "Lifts 20 12 4 67", "80 to 90 % 50 % 10", "400 ",
        "2.5 seconds", "From 80 % on it assigns a theme by itself, if it is 75 % sure",
    ):
        assert sentence in words
    assert "settings of the house" not in words  # for those who look after feedback


def test_the_course_over_time_has_every_learning(cast, browser):
    with work():
        lift = make_theme("lift")
        for day, micro in enumerate((0.5, 0.6, 0.7)):
            learned(lift.id, now=NOON + timedelta(days=day - 3), micro=micro)
    page = browser.get("/feedback/model").get_data(as_text=True)
    course = page[page.index('id="course-title"'):]
    assert re.findall(r'data-label="F1, all decisions together">(\d+)<', course) == ["70", "60", "50"]
    assert course.count('class="sb-c-good"') == 3


def test_before_anything_is_learned_and_without_figures(cast, browser):
    assert "The model has not learned anything yet" in words_of(browser.get("/feedback/model"))
    with work():
        learned(make_theme("lift").id, figures={})
    words = words_of(browser.get("/feedback/model"))
    assert "too few confirmed comments to say how good it is" in words
    assert "Do its percentages mean what they say?" not in words


def test_a_damaged_file_and_a_failed_learning_are_said(cast, browser, client_as):
    """What a fault said may hold words of a customer: only who reads whole texts reads it."""
    with work():
        grant(cast.kim, "cx_manager")
        cast.kim.language = "en"
        learned(make_theme("lift").id, file_sha256="0" * 64)
        number = begin_learning(now=NOON)
        end_learning(number, "failed", now=NOON, trouble="no room on the disk")
    for one, reads in ((client_as(cast.kim), True), (browser, False)):
        words = words_of(one.get("/feedback/model"))
        assert ("missing or damaged" in words, "The last learning failed: no room on the disk" in words) == (True, reads)


def test_the_page_costs_the_same_with_many_learnings_and_items(cast, browser, count_queries):
    with work():
        lift = make_theme("lift")
        learned(lift.id)
    counts = []
    browser.get("/feedback/model")
    for _round in range(2):
        with count_queries() as statements:
            assert browser.get("/feedback/model").status_code == 200
        counts.append(len(statements))
        with work():
            for _n in range(30):
                make_item()
                learned(lift.id)
    assert counts == [19, 19]


# -- the clockwork -----------------------------------------------------------------------------------------------------


@pytest.fixture
def started(monkeypatch):
    commands: list[str] = []
    monkeypatch.setattr(learning_jobs, "_run", commands.append)
    return commands


def test_the_clockwork_starts_what_is_due_and_nothing_else(cast, started, clock):
    learning_jobs.learn()
    assert started == []
    with work():
        theme = make_theme("lift")
        db.session.add(ThemeChange(theme_id=theme.id, kind="created", at=AT))
    learning_jobs.learn()
    assert started == ["retrain"]
    with work():
        learned(theme.id, item_count=0)
    learning_jobs.learn()
    assert started == ["retrain"]
    with work():
        make_item()
    learning_jobs.learn()
    assert started == ["retrain", "assign"]
    with work():
        set_rule("modules.feedback", False, now=AT)
    learning_jobs.learn()
    assert started == ["retrain", "assign"]


def test_a_damaged_file_has_the_clockwork_learn_anew(cast, started, clock):
    with work():
        make_cx_manager(cast)
        learned(make_theme("lift").id, file_sha256="0" * 64)
    learning_jobs.learn()
    assert started == ["retrain"]


@pytest.mark.either
def test_a_process_is_ended_when_the_house_stops():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with stopping.announced():
        assert wait_for(process) != 0
    assert process.poll() is not None


def test_a_process_that_fails_is_a_failed_run(app, cast):
    with pytest.raises(learning_jobs.LearningFailed, match="feedback nonsense --if-due ended with 2"):
        learning_jobs._run("nonsense")
