"""What the jobs of the house do, each in a sentence for whoever looks after it."""

from suggestbox.core.language import lazy_gettext as _l

JOB_WORDS = {
    "calls.tell": _l("Tells those whom an open call for ideas asks, once"),
    "core.forget": _l("Removes notes that are only of use for a short time"),
    "core.integrity": _l("Reads the whole database and the journal, and looks whether all is sound"),
    "core.watchman": _l("Tells a watchman outside that all is well, if one is set up"),
    "evidence.since": _l("Looks up what customers say since a measure was done, and tells the submitters once"),
    "feedback.import_files": _l("Removes files of customer feedback that no import waits for"),
    "feedback.learn": _l("Has the model of customer feedback learn anew, and look at what is new"),
    "feedback.rises": _l("Checks which themes customers raise unusually often, and tells whoever answers for them"),
    "ideas.sweep_files": _l("Removes uploaded files that never became part of an idea"),
    "journal.seal": _l("Seals new entries of the journal, so that nobody can change them unnoticed"),
    "mail.end_refused_hooks": _l("Ends addresses of Teams and Slack that take nothing any more, and tells their owners"),
    "mail.forget": _l("Removes letters that went out long ago"),
    "priority.protect": _l("Protects declined ideas that are not protected yet"),
    "reminders.forget": _l("Forgets who was late, three months after an idea is closed"),
    "reminders.reconcile": _l("Looks which reminders are due, and writes the summaries of the day"),
    "reports.keep": _l("Counts and keeps the figures of months, quarters and years that are over"),
    "reports.refresh": _l("Counts the figures of the running month, quarter and year anew"),
    "reports.remove_files": _l("Removes exported files that have lain there for a week"),
    "reports.subscriptions": _l("Makes the reports people have sent to them, once a period is over"),
    "rules.keep": _l("Writes down a version of the rules of the house when they are not what they were"),
    "rules.law_dates": _l("Asks for dates the law sets, for matters from before the house asked for them"),
    "stories.silence": _l("Gives a story back to its writer when the time to answer is over"),
    "workflow.check": _l("Checks whether the promises to those who hand in ideas are kept"),
    "workflow.settle": _l("Makes the moves that come by themselves when their time has come"),
    "workflow.settle_all": _l("Goes through all open ideas at night, so that none is forgotten"),
    "workflow.settle_left_behind": _l("Passes on what waits with people who do not work here any more"),
}
"""By the name of the job, as it stands in the database; the page shows a job without a sentence by its name."""
