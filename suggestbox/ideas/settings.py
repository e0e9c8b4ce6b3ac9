"""Rules of the house about ideas."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("ideas.attachments_at_most", 5, "Files beside one idea.", 0, 20),
    Setting("ideas.attachment_megabytes", 15, "Largest single file, in megabytes.", 1, 100),
    Setting("ideas.person_megabytes", 300, "Room for the files of one person's ideas, in megabytes.", 1, 10_000),
    Setting("ideas.names_before_scoring", True, "Reviewers see who handed an idea in before they have scored it."),
    Setting("ideas.co_submitters_at_most", 9, "Colleagues who hand an idea in together with its first submitter.", 0, 50),
    Setting("ideas.import_triages_per_day", 15, "First looks that fall due on one working day after an import.", 1, 500),
)
