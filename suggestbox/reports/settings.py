"""Rules of the house for reports: how many people must stand behind a row."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("reports.least_submitters", 5, "A row about people is shown from so many different submitters.", 5, 50),
    Setting("reports.least_headcount", 10, "A row about people is shown for departments and groups from so many people.",
            10, 100),
    Setting("reports.least_ratings", 10, "How submitters felt treated is shown from so many answers of as many people.",
            10, 100),
    Setting("reports.least_owners", 5, "Waiting and lateness are shown where so many people can own such steps.", 5, 50),
)
