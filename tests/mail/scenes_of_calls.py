"""What people hear of measures and of calls for ideas: a name, and what gives the notice and the moment it is read."""

from datetime import date, datetime, timedelta
from typing import Any

from suggestbox.calls.dates import Plan
from suggestbox.calls.moving import move_dates
from suggestbox.calls.operations import end_call, tell_results
from suggestbox.calls.reminding import remind_of_results
from suggestbox.core.database import work
from suggestbox.mail.models import Notice
from suggestbox.measures.figures import confirm_figure, doubt_figure
from suggestbox.measures.operations import finish_measure, move_measure, start_measure
from suggestbox.people.directory import directory
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.calls import scene as calls
from tests.cast import Cast
from tests.mail.telling import later, notices
from tests.measures import scene as measures

TITLE = "Labels at goods receipt"


def measure_done(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        measures.done(cast, f.closed(cast, title=TITLE), words="The printer stands at the ramp. The early shift likes it.")
    return notices("measures.done")[0], measures.CLOSED_AT + timedelta(hours=4)


def measure_done_without_a_talk(cast: Cast) -> tuple[Notice, datetime]:
    """The submitter had declined the talk; now there is something to talk about."""
    with work():
        idea = f.offered(cast, title=TITLE)
        move(idea, "decline_talk", actor=cast.ann, now=later(3))
        f.confirm(idea, cast.ann, later(4))
        measures.done(cast, idea)
    return notices("measures.done")[0], measures.CLOSED_AT + timedelta(hours=4)


def measure_done_confidential(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        measures.done(cast, f.closed(cast, title=TITLE, confidential=True))
    return notices("measures.done")[0], measures.CLOSED_AT + timedelta(hours=4)


def measure_news(cast: Cast) -> tuple[list[Notice], datetime]:
    now = measures.CLOSED_AT
    facts: dict[str, Any] = {"by_id": cast.eve.id, "now": now}
    with work():
        idea = f.closed(cast, title=TITLE)
        measure = measures.planned(cast, idea)
        start_measure(measure, **facts)
        move_measure(measure, due_on=date(2026, 12, 8), reason="A part is missing.", book=directory(now.date()), **facts)
        other = measures.planned(cast, f.closed(cast, cast.sam, title="Gloves in all sizes"), title="Order gloves")
        finish_measure(other, words="They are here.", done_on=now.date(), book=directory(now.date()), **facts)
    told = [n for n in notices("measures.news") if n.submitter_id == idea.submitters[0].id]
    return told, now + timedelta(hours=1)


def measure_news_for_the_planner(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        measures.done(cast, f.closed(cast, title=TITLE))
    return [n for n in notices("measures.news") if n.person_id == cast.bob.id], measures.CLOSED_AT + timedelta(hours=4)


def measure_abandoned(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        measures.abandoned(cast, f.closed(cast, title=TITLE), reasons="The ramp is torn down in spring. We look for another place.")
    return notices("measures.abandoned")[0], measures.CLOSED_AT + timedelta(hours=4)


def measure_figures(cast: Cast) -> tuple[list[Notice], datetime]:
    """A second person doubted one figure of bob's and confirmed another."""
    now = measures.CLOSED_AT
    with work():
        idea = f.closed(cast, title=TITLE)
        measure = measures.planned(cast, idea)
        doubted = measures.figure(cast, measure, "expected", 9000)
        doubt_figure(doubted, measure, by_id=cast.ida.id, now=now, words="The hours are counted twice.")
        confirm_figure(measures.figure(cast, measure, "agreed", 6000), measure, by_id=cast.ida.id, now=now)
    return [n for n in notices("measures.news") if n.person_id == cast.bob.id], now + timedelta(hours=1)


def call_opened(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        calls.opened(cast, cast.logistics)
    return [n for n in notices("calls.opened") if n.person_id == cast.ann.id], calls.NOW


def call_results(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        call = calls.opened(cast)
        calls.answered(cast, call, cast.ann)
        facts: dict[str, Any] = {"by_id": cast.ida.id, "now": later(2), "book": directory(later(2).date())}
        end_call(call, reason="Enough", **facts)
        tell_results(call, words="We roof the ramp.", **facts)
    return notices("calls.results"), later(2)


def _planned(cast: Cast) -> Any:
    """A call with dates of its own, weeks later than the house's days."""
    days = {"triage_on": date(2026, 12, 9), "review_on": date(2027, 1, 13), "decide_on": date(2027, 1, 27),
            "results_due_on": date(2027, 2, 10)}
    return calls.opened(cast, **days)


def call_moved(cast: Cast) -> tuple[list[Notice], datetime]:
    now = calls.NOW + timedelta(days=1)
    with work():
        call = _planned(cast)
        f.submitted(cast, title=TITLE, call_id=call.id)
        move_dates(call, Plan(date(2026, 12, 16), date(2027, 1, 20), date(2027, 2, 3), date(2027, 2, 17)), reason="The fair",
                   by_id=cast.ida.id, now=now, book=directory(now.date()))
    return notices("calls.moved"), now


def call_results_owed(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        _planned(cast)
        remind_of_results(now=calls.NOW, book=calls.on(date(2027, 2, 10)))
    return notices("calls.results_due")[:1], calls.NOW.replace(year=2027, month=2, day=10)


MEASURE_SCENES = {
    "measures.done": measure_done, "measures.done-talk": measure_done_without_a_talk,
    "measures.done-confidential": measure_done_confidential, "measures.news": measure_news,
    "measures.abandoned": measure_abandoned, "measures.news-figures": measure_figures,
    "measures.news-planner": measure_news_for_the_planner, "calls.opened": call_opened, "calls.results": call_results,
    "calls.moved": call_moved, "calls.results_due": call_results_owed,
}
