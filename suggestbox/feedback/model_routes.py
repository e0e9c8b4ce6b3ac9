"""How good the model is, in plain words: on comments people confirmed and it has never learned from."""

from flask import render_template

from suggestbox.core.clock import utc_now
from suggestbox.core.guard import door
from suggestbox.core.settings import rule

from . import goodness
from .blueprint import bp
from .landscape import landscape
from .learning import how_due, latest_ended, latest_learned, learnings, running
from .model_files import is_whole


@bp.get("/feedback/model", endpoint="model")
@door("feedback.model")
def model() -> str:
    """Figures, each theme, whether its percentages mean what they say, and the course over time."""
    now = utc_now()
    learned = latest_learned()
    whole = learned is not None and is_whole(learned)
    due = how_due(now, no_file=learned is not None and not whole)
    limits = {name: rule(f"feedback.{name}") for name in ("sure", "sure_polarity", "sure_none", "learn_after")}
    last = latest_ended()
    return render_template(
        "feedback/model.html", learned=learned, whole=whole, due=due, limits=limits,
        good=goodness.goodness_of(learned, landscape()) if learned else None,
        failed=last if last and last.result == "failed" else None, is_running=running(now) is not None,
        course=goodness.course_of(learnings()), states=goodness.items_by_state(), shape=goodness,
    )
