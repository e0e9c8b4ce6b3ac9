"""Rules of the house about declined ideas: how long they stay first, and when they are looked at again."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("priority.protection_months", 36,
            "Months in which a declined idea stays first: its submitters are told and credited when it is done after all.",
            6, 120),
    Setting("priority.look_after_months", 12, "Months after which a declined idea is looked at again.", 1, 60),
    Setting("priority.compare_days", 10,
            "Working days to say whether a new idea is one that was declined before.", 1, 40),
)
