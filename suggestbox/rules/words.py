"""The rules in words: a label, a unit and a section for every setting, and the value as people say it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from suggestbox.core.language import current_language, full_date, ngettext
from suggestbox.core.language import gettext as _
from suggestbox.core.language import lazy_gettext as _l


@dataclass(frozen=True)
class Line:
    """How one setting is told: in which section, what it is about, and in which unit."""

    section: str
    label: Any
    unit: str = "number"


SECTIONS = {
    "part": _l("Who may take part"),
    "judging": _l("Who looks at an idea, and who decides"),
    "deadlines": _l("Deadlines"),
    "ending": _l("The conversation at the end"),
    "reminders": _l("Reminders, and who hears of it when something is late"),
    "benefit": _l("Benefit"),
    "awards": _l("Awards"),
    "groups": _l("Figures, and how small groups are protected"),
    "law": _l("Inventions, and matters for the reporting channel"),
    "customers": _l("Customer feedback"),
    "house": _l("The works agreement, and what is switched on"),
    "engine": _l("Technical settings"),
}
"""Sections of the page, in their order. The last one stands on the page of changes only."""

PRINTED = tuple(section for section in SECTIONS if section != "engine")
"""Sections of the page for everybody."""

LINES: dict[str, Line] = {
    "ideas.co_submitters_at_most": Line("part", _l("Colleagues who hand in an idea with its first submitter, at most")),
    "ideas.names_before_scoring": Line("judging", _l("Reviewers see who handed in an idea before they score it"), "switch"),
    "ideas.attachments_at_most": Line("part", _l("Files beside one idea, at most")),
    "ideas.attachment_megabytes": Line("engine", _l("Largest single file"), "megabytes"),
    "ideas.person_megabytes": Line("engine", _l("Room for the files of one person's ideas"), "megabytes"),
    "ideas.import_triages_per_day": Line("engine", _l("First looks that fall due on one working day after an import")),
    "reviews.two_departments": Line("judging", _l("The assessments come from two departments"), "switch"),
    "reviews.disagreement_tenths": Line("judging", _l("Strong disagreement: totals differ by at least"), "tenths"),
    "reviews.open_at_most": Line("judging", _l("Open assessments one person has, at most")),
    "workflow.questions_per_asker": Line("judging", _l("Questions one person may ask about one idea, at most")),
    "workflow.routings": Line("judging", _l("Reroutings after which the idea management names the department")),
    "workflow.triage_days": Line("deadlines", _l("First look at a new idea"), "working_days"),
    "workflow.review_days": Line("deadlines", _l("Assessment by each reviewer"), "working_days"),
    "workflow.find_reviewers_days": Line("deadlines", _l("Finding a reviewer who is missing"), "working_days"),
    "workflow.discuss_days": Line("deadlines", _l("Reviewers read and discuss each other's sentences, at least"),
                                  "working_days"),
    "workflow.reconsider_days": Line("deadlines", _l("Keeping or changing an assessment"), "working_days"),
    "workflow.answer_days": Line("deadlines", _l("Answer of the submitter to a question; then it goes back to the asker"),
                                 "working_days"),
    "workflow.decide_days": Line("deadlines", _l("Decision by one person"), "working_days"),
    "workflow.body_days": Line("deadlines", _l("Decision by a body: its next meeting, at most away"), "working_days"),
    "workflow.short_check_days": Line("deadlines", _l("Short way: answer of the expert who is asked"), "working_days"),
    "workflow.short_days": Line("deadlines", _l("Short way: the team carries out what it promised"), "working_days"),
    "workflow.second_step_days": Line("deadlines", _l("A second person's answer, and small duties"), "working_days"),
    "workflow.parked_months": Line("deadlines", _l("An idea is put off for at most"), "months"),
    "priority.protection_months": Line("ending", _l("A declined idea stays first: its submitters are credited when it is "
                                                    "done after all"), "months"),
    "priority.look_after_months": Line("ending", _l("A declined idea is looked at again after"), "months"),
    "priority.compare_days": Line("deadlines", _l("Comparing a new idea with one that was declined before"),
                                  "working_days"),
    "workflow.offer_days": Line("ending", _l("Times for the conversation are offered"), "working_days"),
    "workflow.talk_days": Line("ending", _l("The conversation has taken place"), "working_days"),
    "workflow.pick_days": Line("ending", _l("The submitter picks a time"), "working_days"),
    "workflow.group_days": Line("ending", _l("Submitters say whether they talk together with others"), "working_days"),
    "workflow.confirm_days": Line("ending", _l("The submitter says how it was"), "working_days"),
    "workflow.ask_again_days": Line("ending", _l("After somebody else asked once more"), "working_days"),
    "workflow.objection_days": Line("ending", _l("Objection, once for each idea"), "working_days"),
    "reminders.heads_up_days": Line("reminders", _l("Heads-up for the owner, before the day"), "ladder"),
    "reminders.due_days": Line("reminders", _l("Reminder for the owner, after the day"), "ladder"),
    "reminders.deputy_days": Line("reminders", _l("Owner and deputy, after the day"), "ladder"),
    "reminders.head_days": Line("reminders", _l("Head of department, after the day"), "ladder"),
    "reminders.idea_manager_days": Line("reminders", _l("Idea management, after the day"), "ladder"),
    "reminders.leadership_days": Line("reminders", _l("A named member of leadership, after the day"), "ladder"),
    "reminders.manager_late_days": Line("reminders", _l("Leadership, of steps of the idea management, after the day"),
                                        "ladder"),
    "reminders.again_days": Line("reminders", _l("Then again, every"), "days"),
    "reminders.together": Line("engine", _l("More items of one kind than this become one line of a summary")),
    "reminders.lines": Line("engine", _l("Lines of a daily summary, at most")),
    "measures.second_from_euros": Line("benefit", _l("A second person confirms figures, from a benefit or cost of"),
                                       "euros"),
    "measures.second_from_points": Line("awards", _l("Who gave points does not grant the award by points, from"), "points"),
    "measures.spread_from_euros": Line("benefit", _l("One-off cost is spread over the years of use, from"), "euros"),
    "measures.confirm_days": Line("benefit", _l("A second person looks at a figure"), "working_days"),
    "measures.prove_months": Line("benefit", _l("The benefit is measured, after the measure is done"), "months"),
    "awards.propose_days": Line("awards", _l("An award is proposed once the benefit stands"), "working_days"),
    "awards.grant_days": Line("awards", _l("A second person checks and grants it"), "working_days"),
    "calls.results_days": Line("deadlines", _l("Call for ideas: results are told, after the last decision"), "working_days"),
    "stories.answer_days": Line("deadlines", _l("Success story: the people in it say whether it may be told"),
                                "working_days"),
    "stories.write_days": Line("deadlines", _l("Success story: its writer goes on once nobody is asked any more"),
                               "working_days"),
    "reports.least_submitters": Line("groups", _l("A row about people is shown from so many submitters"), "people"),
    "reports.least_headcount": Line("groups", _l("… and from so many people in the department or group"), "people"),
    "reports.least_ratings": Line("groups", _l("How people felt treated is shown from so many answers")),
    "reports.least_owners": Line("groups", _l("Waiting and lateness are shown where so many people can own such steps"),
                                 "people"),
    "rules.invention_complete_months": Line("law", _l("Invention: time to call the report incomplete, from receipt"),
                                             "months"),
    "rules.invention_claim_months": Line("law", _l("Invention: then it belongs to the company unless let go, from receipt"),
                                         "months"),
    "rules.reporting_receipt_days": Line("law", _l("Reporting channel: the report is confirmed within"), "days"),
    "rules.reporting_answer_months": Line("law", _l("Reporting channel: answer after that confirmation within"), "months"),
    "rules.agreement": Line("house", _l("A works agreement stands behind the rules: every change needs a reason"), "switch"),
    "rules.agreement_name": Line("house", _l("The works agreement"), "text"),
    "modules.feedback": Line("house", _l("Customer feedback"), "switch"),
    "modules.calls": Line("house", _l("Calls for ideas"), "switch"),
    "modules.reports": Line("house", _l("Reports"), "switch"),
    "modules.awards": Line("house", _l("Awards"), "switch"),
    "modules.stories": Line("house", _l("Success stories"), "switch"),
    "language.du": Line("house", _l("German letters and pages say du instead of Sie"), "switch"),
    "feedback.unanswered_customers": Line("customers", _l("A theme without an idea is pointed out from so many customers")),
    "feedback.since_days": Line("customers", _l("After a measure, before anything is said about the time since"), "days"),
    "feedback.since_told_days": Line("customers", _l("After a measure, until its submitters hear what customers say since"),
                                     "days"),
    "feedback.sure": Line("customers", _l("A theme is assigned without asking anybody, from a likelihood of"), "percent"),
    "feedback.sure_none": Line("engine", _l("No theme fits when the likeliest one is below"), "percent"),
    "feedback.sure_polarity": Line("engine", _l("Positive or negative is assigned without asking, from a likelihood of"),
                                   "percent"),
    "feedback.learn_after": Line("engine", _l("The model learns anew after so many answers of people")),
    "mail.hook_hosts": Line("engine", _l("Further hosts that webhooks may lead to"), "text"),
    "mail.keep_days": Line("engine", _l("A letter is kept in the outbox after it went out"), "days"),
    "mail.uncertain": Line("engine", _l("What is done with a letter that may have arrived already"), "text"),
}
"""Every setting of the house, in the order of the page."""


def value_words(unit: str, value: Any) -> str:
    """Give a value in the reader's language, with its unit."""
    if value is None:
        return _("there was none")
    if unit == "switch":
        return _("yes") if value else _("no")
    if unit == "ladder":
        return _("never") if value < 0 else _("on the day itself") if value == 0 else _working_days(value)
    if unit == "working_days":
        return _working_days(value)
    if unit == "text":
        return str(value) or _("not given")
    return _with_unit(unit, value)


def _working_days(number: int) -> str:
    return ngettext("%(num)d working day", "%(num)d working days", number)


def _with_unit(unit: str, value: Any) -> str:
    if unit == "days":
        return ngettext("%(num)d day", "%(num)d days", value)
    if unit == "months":
        return ngettext("%(num)d month", "%(num)d months", value)
    if unit == "people":
        return ngettext("%(num)d person", "%(num)d people", value)
    if unit == "points":
        return ngettext("%(num)d point", "%(num)d points", value)
    if unit == "tenths":
        text = f"{value / 10:.1f}"
        return _("%(number)s points", number=text.replace(".", ",") if current_language() == "de" else text)
    if unit == "euros":
        return _("EUR %(amount)s", amount=grouped(value))
    if unit == "percent":
        return f"{value}\N{NO-BREAK SPACE}%"
    if unit == "megabytes":
        return f"{value} MB"
    return grouped(value) if isinstance(value, int) else str(value)


def grouped(number: int) -> str:
    """Give a whole number with its thousands told apart as the reader is used to."""
    text = f"{number:,}"
    return text.replace(",", ".") if current_language() == "de" else text


def rule_set_words(row: dict[str, Any] | None) -> str:
    """Give a rule set for awards as one line: its name, and from when on it holds."""
    if row is None:
        return _("there was none")
    name = row["name_de"] if current_language() == "de" else row["name_en"]
    return _("“%(name)s”, for ideas handed in from %(date)s on", name=name,
             date=full_date(date.fromisoformat(row["from_on"])))


def body_words(row: dict[str, Any] | None) -> str:
    """Give a body as one line: how many seats it has, and how many of them are the works council's."""
    if row is None:
        return _("there was none")
    seats = ngettext("%(num)d seat", "%(num)d seats", row["seats"])
    if not row["works_council"]:
        return seats
    return _("%(seats)s, %(number)d of them of the works council", seats=seats, number=row["works_council"])


def body_name(row: dict[str, Any]) -> str:
    """Give the name of a body in the reader's language."""
    return str(row["name_de"] if current_language() == "de" else row["name_en"])
