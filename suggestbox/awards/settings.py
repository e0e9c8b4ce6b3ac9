"""Rules of the house about awards, beside the rule sets themselves."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("awards.propose_days", 10, "Working days to propose an award once the benefit of an idea stands.", 1, 40),
    Setting("awards.grant_days", 5, "Working days for a second person to check and grant an award.", 1, 20),
)
