"""Rules of the house about calls for ideas."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("calls.results_days", 20,
            "Working days after the last decision of a call until those who took part hear what came of it.", 5, 120),
)
