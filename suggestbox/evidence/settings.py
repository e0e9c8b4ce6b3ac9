"""Rules of the house about evidence from customers."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("feedback.unanswered_customers", 5,
            "A theme without an idea is pointed out from so many customers who complain in twelve months.", 2, 1000),
    Setting("feedback.since_days", 28, "Days after a measure before anything is said about the time since.", 7, 180),
    Setting("feedback.since_told_days", 90, "Days after a measure until its submitters hear what customers say since.",
            28, 360),
)
