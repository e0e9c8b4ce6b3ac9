"""Every few minutes: has enough been said to learn anew, does anything wait to be looked at? Each in a process of its own.

The process that serves pages only counts rows here; what learns is started as `suggestbox feedback retrain --if-due` and
`assign --if-due`, and ended when this process is asked to end.
"""

from suggestbox.core.clock import utc_now
from suggestbox.core.elsewhere import run_elsewhere
from suggestbox.core.modules import is_on
from suggestbox.core.stopping import is_stopping

from .work_ahead import is_learning_due, is_something_to_judge

TIME_LIMIT_SECONDS = 30 * 60


class LearningFailed(Exception):
    """The process that learned or assigned ended with a fault; the text is the last it said."""


def learn() -> None:
    """Start what is due: first the learning, then the model's look at items.

    Raises  LearningFailed; the run is then noted as failed
    """
    if not is_on("feedback"):
        return
    if is_learning_due(utc_now()):
        _run("retrain")
    if not is_stopping() and is_something_to_judge():
        _run("assign")


def _run(command: str) -> None:
    one_core = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    run_elsewhere("feedback", command, "--if-due", failed=LearningFailed, further=one_core, limit_seconds=TIME_LIMIT_SECONDS)


LEARNING_JOBS = (("feedback.learn", {"minute": "*/3"}, learn),)
"""(name, when, what), to stand in the room's JOBS."""
