"""A theme before and since a measure was done: equal periods, honest words, and what else happened."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.evidence import words
from suggestbox.evidence.jobs import tell_since
from suggestbox.evidence.models import IdeaTheme
from suggestbox.evidence.operations import link_theme
from suggestbox.evidence.rates import ratio_interval
from suggestbox.evidence.since import Since, compare_since
from suggestbox.feedback.landscape import landscape
from suggestbox.feedback.models import Item, Theme, ThemeChange
from suggestbox.ideas.models import Idea
from suggestbox.mail.models import Notice
from suggestbox.measures.models import Measure
from suggestbox.measures.queries import MeasureLine, done_for_theme
from tests import factories as f
from tests.cast import Cast
from tests.evidence.scene import DONE, SINCE_DAYS, TODAY, answered, done_measure, say
from tests.factories import START
from tests.feedback import scene
from tests.mail.telling import reader_at


def compared(theme: Theme, *, today: date = TODAY, which: int = 0) -> Since:
    lands = landscape()
    line: MeasureLine = done_for_theme(theme.id, None)[which]
    return compare_since(line, lands.themes[theme.id], lands, None, today=today)


# -- the verdict -------------------------------------------------------------------------------------------------------


def test_fewer_customers_in_equal_periods(cast: Cast):
    """156 days to yesterday, and the 156 before: 40 complained, 12 do; the ratio is the exact one."""
    with work():
        theme = scene.make_theme("delay", name_de="Verspätung", name_en="Delay")
        answered(cast, theme)
        say(theme, DONE - timedelta(days=150), 40)
        say(theme, DONE, 12, start=100)
        say(theme, DONE - timedelta(days=170), 30, days=10, start=200)  # before the period
        say(theme, TODAY, 5, days=1, start=300)  # today is not over yet
        say(None, DONE - timedelta(days=140), 100, start=1000)
        say(None, DONE, 100, start=2000)
    found = compared(theme)
    row = found.row("negative")
    assert (found.days, found.before_first, found.since_last) == (
        SINCE_DAYS, DONE - timedelta(days=SINCE_DAYS), TODAY - timedelta(days=1))
    assert (row.before.customers, row.since.customers, row.ratio) == (40, 12, ratio_interval(40, 12))
    assert row.before.per_month.value == pytest.approx(40 / SINCE_DAYS * 30)
    assert (found.verdict, found.judged, words.cautions(found)) == ("fewer", "negative", [])
    assert words.verdict(found) == "Since the measure fewer people complain about “Delay”."
    assert sum(bar.customers for bar in found.bars if not bar.is_since) == 40


def test_one_loud_customer_is_one(cast: Cast):
    with work():
        theme = scene.make_theme("delay")
        answered(cast, theme)
        say(theme, DONE - timedelta(days=150), 12)
        say(theme, DONE, 12, start=100)
        for n in range(60):
            scene.make_item("…", (theme, "negative"), said_on=DONE + timedelta(days=n), customer_hash="1" * 64)
    row = compared(theme).row("negative")
    assert (row.since.customers, row.since.comments, row.word) == (13, 72, "unclear")


@pytest.mark.parametrize(("days", "verdict"), [(0, "early"), (12, "early"), (27, "early"), (28, "unclear")])
def test_too_early_to_say(cast: Cast, days: int, verdict: str):
    """Twenty-eight whole days it takes, the first of them the day it was done; today is not over."""
    with work():
        theme = scene.make_theme("delay", name_de="Verspätung")
        answered(cast, theme)
        say(theme, DONE - timedelta(days=28), 12, days=28)
        say(theme, DONE - timedelta(days=100), 1, start=500)
        say(theme, DONE, 12, days=28, start=100)
    assert compared(theme, today=DONE + timedelta(days=days)).verdict == verdict


def test_the_words_of_twelve_days(cast: Cast):
    with work():
        theme = scene.make_theme("delay")
        answered(cast, theme)
        say(theme, DONE - timedelta(days=60), 30, days=90)
    assert words.verdict(compared(theme, today=DONE + timedelta(days=12))) == "Too early to say: 12 days since the measure."


@pytest.mark.parametrize(("before", "since", "verdict"), [
    (4, 5, "few"), (12, 9, "unclear"), (30, 60, "more"), (0, 12, "more"),
])
def test_what_may_be_chance_is_called_so(cast: Cast, before: int, since: int, verdict: str):
    with work():
        theme = scene.make_theme("delay")
        answered(cast, theme)
        say(theme, DONE - timedelta(days=150), before)
        say(theme, DONE, since, start=100)
        say(None, DONE - timedelta(days=150), 100, start=1000)
        say(None, DONE, 100, start=2000)
    assert compared(theme).verdict == verdict


def test_praise_is_judged_where_a_theme_is_praise(cast: Cast):
    with work():
        theme = scene.make_theme("kind", name_en="Friendly")
        answered(cast, theme)
        say(theme, DONE - timedelta(days=150), 12, polarity="positive", rating=4.0)
        say(theme, DONE, 40, start=100, polarity="positive", rating=5.0)
        say(theme, DONE, 3, start=200)
    found = compared(theme)
    assert (found.judged, found.verdict) == ("positive", "more")
    assert words.verdict(found) == "Since the measure more people praise “Friendly”."
    before, since = found.csat
    assert before is not None
    assert since is not None
    assert (before.mean, before.count, since.mean, since.count) == (4.0, 12, 5.0, 40)


# -- what else happened ------------------------------------------------------------------------------------------------


def test_fewer_comments_altogether_are_no_success_of_anything(cast: Cast):
    """From 40 to 16, but from 360 to 144 about anything else: beside them nothing changed."""
    with work():
        theme = scene.make_theme("delay", name_en="Delay")
        answered(cast, theme)
        say(theme, DONE - timedelta(days=150), 40)
        say(theme, DONE, 16, start=100)
        say(None, DONE - timedelta(days=150), 360, start=1000)
        say(None, DONE, 144, start=2000)
    found = compared(theme)
    assert found.rest is not None
    assert (found.rest.before.customers, found.rest.since.customers) == (360, 144)
    assert (found.row("negative").word, found.rest_changed, found.verdict) == ("fewer", True, "with_all")
    assert found.relative is not None
    assert found.relative.value == pytest.approx(1.0)
    assert words.cautions(found)[:1] == [
        "Feedback altogether changed too: 360 customers spoke of something else before, 144 customers since."]


def test_other_measures_and_a_changed_theme_are_pointed_out(cast: Cast):
    with work():
        theme = scene.make_theme("delay")
        idea, measure = answered(cast, theme)
        done_measure(cast, idea, done_on=DONE + timedelta(days=10), title="More staff")
        done_measure(cast, idea, done_on=DONE - timedelta(days=400), title="Long before")
        say(theme, DONE - timedelta(days=160), 40)
        say(theme, DONE, 40, start=100)
        say(theme, DONE - timedelta(days=420), 3, start=500)
        db.session.add(ThemeChange(theme_id=theme.id, kind="split", at=START.replace(month=7), facts={}))
    lands = landscape()
    line = next(line for line in done_for_theme(theme.id, None) if line.id == measure.id)
    found = compare_since(line, lands.themes[theme.id], lands, None, today=TODAY)
    assert ([other.title for other in found.others], found.redefined) == (["More staff"], True)
    assert len(words.cautions(found)) == 2


def test_an_import_that_is_late_is_no_change(cast: Cast):
    """The last comment of all is of 1 August: up to then, not to yesterday, is compared."""
    with work():
        theme = scene.make_theme("delay")
        answered(cast, theme, up_to_date=False)
        say(theme, DONE - timedelta(days=100), 40)
        say(theme, DONE, 26, days=62, start=100)
        say(None, date(2026, 8, 1), 1, start=500)
    found = compared(theme)
    assert (found.since_last, found.days) == (date(2026, 8, 1), 62)


def test_feedback_that_began_shortly_before_shortens_both_periods(cast: Cast):
    with work():
        theme = scene.make_theme("delay")
        answered(cast, theme)
        say(theme, DONE - timedelta(days=40), 20, days=40)
        say(theme, DONE, 20, days=150, start=100)
    found = compared(theme)
    assert (found.days, found.shortened, len(words.cautions(found))) == (40, True, 1)


@pytest.mark.parametrize("first", [DONE, DONE - timedelta(days=20)])
def test_without_feedback_from_before_there_is_nothing_to_compare(cast: Cast, first: date):
    with work():
        theme = scene.make_theme("delay")
        answered(cast, theme)
        say(theme, first, 60, days=140)
    found = compared(theme)
    assert (found.verdict, found.rows) == ("none_before", [])


def test_a_year_at_most(cast: Cast):
    with work():
        theme = scene.make_theme("delay")
        answered(cast, theme, done_on=date(2025, 1, 1))
        say(theme, date(2023, 1, 1), 60, days=1400)
    assert compared(theme).days == 365


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_shows_table_and_picture_to_whoever_may_read_the_outcome(cast: Cast, client_as, clock):
    with work():
        theme = scene.make_theme("delay", name_de="Verspätung", name_en="Delay")
        idea, measure = answered(cast, theme)
        say(theme, DONE - timedelta(days=150), 40)
        say(theme, DONE, 12, start=100)
        say(None, TODAY, 1)
        measure_id, number = measure.id, idea.number
    page = client_as(cast.rex).get(f"/measures/{measure_id}/since")
    assert page.status_code == 200
    assert "Since the measure fewer people complain about “Delay”." in page.text
    assert (page.text.count("<svg class=\"sb-chart"), page.text.count('<tr><th scope="row">')) == (2, 3)
    assert "Since the measure fewer" in client_as(cast.rex).get(f"/ideas/{number}").text


def test_a_measure_of_an_idea_one_may_not_see_does_not_exist(cast: Cast, client_as, clock):
    with work():
        theme = scene.make_theme("delay")
        idea = f.closed(cast, visibility="handlers")
        link_theme(idea, theme.id, actor=cast.ann, now=START)
        hidden, planned = done_measure(cast, idea), done_measure(cast, f.closed(cast))
        planned.state, planned.done_at, planned.done_on = "planned", None, None
        ids = (hidden.id, planned.id, 4711)
    assert [client_as(cast.sam).get(f"/measures/{i}/since").status_code for i in ids] == [404, 404, 404]
    assert client_as(cast.ann).get(f"/measures/{ids[0]}/since").status_code == 200


# -- telling the submitters --------------------------------------------------------------------------------------------


def _notices() -> list[Notice]:
    return list(db.session.scalars(sa.select(Notice).where(Notice.kind == "evidence.since").order_by(Notice.id)))


def _lines(notices: list[Notice], person: Any, now: Any) -> list[str]:
    from suggestbox.evidence.letters import lines_of
    from suggestbox.mail.readers import speaking_to

    reader = reader_at(person.id, now)
    with speaking_to(reader):
        return [line.text for line in lines_of(notices, reader).values()]


def _told_scene(cast: Cast, *people: Any, **columns: Any) -> tuple[Idea, Measure, Theme]:
    theme = scene.make_theme("delay", name_de="Verspätung", name_en="Delay")
    idea = f.closed(cast, *people, **columns)
    link_theme(idea, theme.id, actor=people[0] if people else cast.ann, now=START)
    say(theme, DONE - timedelta(days=150), 40)
    say(theme, DONE, 12, start=100)
    scene.make_item("…", said_on=TODAY)
    return idea, done_measure(cast, idea), theme


def test_every_submitter_hears_about_it_once(cast: Cast, clock):
    with work():
        idea, measure, _theme = _told_scene(cast, cast.ann, cast.eve, confidential=True)
    clock.move_to(START)
    tell_since()
    tell_since()
    found = _notices()
    assert [(n.submitter_id, n.person_id, n.idea_id, n.facts) for n in found] == [
        (part.id, None, idea.id, {"measure_id": measure.id}) for part in idea.submitters]
    assert _lines(found[:1], cast.ann, START) == ["Seit der Maßnahme beschweren sich weniger Menschen über „Verspätung“."]


@pytest.mark.parametrize("change", ["module", "unlinked", "not_done", "hidden_comments"])
def test_the_reason_is_checked_again_when_it_is_sent(cast: Cast, clock, change: str):
    with work():
        idea, measure, _theme = _told_scene(cast)
    clock.move_to(START)
    tell_since()
    assert len(_lines(_notices(), cast.ann, START)) == 1
    with work():
        if change == "module":
            set_rule("modules.feedback", False, now=START)
        elif change == "unlinked":
            db.session.execute(sa.delete(IdeaTheme).where(IdeaTheme.idea_id == idea.id))
        elif change == "not_done":
            row = db.session.get_one(Measure, measure.id)
            row.state, row.done_at, row.done_on = "running", None, None
        else:
            db.session.execute(sa.update(Item).values(hidden_at=START, hidden_by_id=cast.ann.id))
    assert _lines(_notices(), cast.ann, START) == []


@pytest.mark.parametrize(("done_on", "told"), [
    (START.date() - timedelta(days=89), 0), (START.date() - timedelta(days=90), 1), (START.date() - timedelta(days=365), 0),
])
def test_when_enough_time_has_passed_and_not_too_much(cast: Cast, clock, done_on: date, told: int):
    with work():
        theme = scene.make_theme("delay")
        answered(cast, theme, done_on=done_on)
        say(theme, done_on - timedelta(days=90), 20, days=90)
        say(theme, done_on, 20, days=90, start=100)
    clock.move_to(START)
    tell_since()
    assert len(_notices()) == told


def test_nobody_is_told_that_nothing_can_be_said(cast: Cast, clock):
    """Later, when there is something, they are."""
    with work():
        theme = scene.make_theme("delay")
        answered(cast, theme)
        say(theme, DONE - timedelta(days=150), 3)
        say(theme, DONE, 3, start=100)
    clock.move_to(START)
    tell_since()
    assert _notices() == []
    with work():
        say(theme, DONE, 30, start=200)
    tell_since()
    assert len(_notices()) == 1


def test_the_job_leaves_a_house_without_the_module_alone(cast: Cast, clock):
    with work():
        _told_scene(cast)
        set_rule("modules.feedback", False, now=START)
    clock.move_to(START)
    tell_since()
    assert _notices() == []
