"""Every figure of the reports, as data: its formula, what is counted above and below the line, for whom, and by what.

Pages, exports, mails and the handbook print these texts, and no others.
Source: definitions of Zentrum Ideenmanagement as described in public articles, and the former dib report; those about
conversations are our own.
"""

from dataclasses import dataclass
from typing import Any

from suggestbox.core.language import lazy_gettext as _l

DIMENSIONS = {
    "all": _l("Whole company"),
    "department": _l("Department"),
    "site": _l("Site"),
    "group": _l("Employment group"),
    "service": _l("Length of service"),
    "site_group": _l("Site and employment group"),
    "area": _l("Area"),
    "outcome": _l("Outcome"),
    "year": _l("Year of hand-in"),
    "touchpoint": _l("Touchpoint"),
    "segment": _l("Customer segment"),
}
"""What a figure can be broken down by, in the order of the pages."""

ALL = ("all",)
PEOPLE = ("all", "department", "site", "group", "service", "site_group")
PEOPLE_AND_AREA = (*PEOPLE, "area")
HANDLING = ("all", "department", "area")
MONEY = ("all", "department", "site", "area")
VOICES = ("all", "touchpoint", "segment")

SERVICE_BANDS: tuple[tuple[str, int, int | None], ...] = (
    ("0", 0, 0), ("1", 1, 4), ("5", 5, 9), ("10", 10, 19), ("20", 20, None),
)
"""Length of service: key, least and most full years."""


@dataclass(frozen=True)
class Figure:
    """One figure.

    Takes   kind: the report it stands in; group: figures of one group are hidden in the same rows
            protect: which rule hides its rows ("people", "ratings", "process", or "" for none)
            unit: count, percent, per_hundred, days, working_days, cents, score, ratio, net
            numerator, denominator: what ReportCell keeps; empty where there is none
            better: "higher", "lower", or "" where neither is
    """

    key: str
    kind: str
    group: str
    protect: str
    unit: str
    name: Any
    formula: Any
    numerator: Any
    denominator: Any
    population: Any
    note: Any = ""
    dimensions: tuple[str, ...] = ALL
    better: str = ""


_WHO = _l("Active people with a contract on the last day of the period, and others entitled. Part-time counts as one.")
_HANDED_IN = _l("Ideas handed in during the period, in the time zone of headquarters. A team's idea counts once, where "
                "its first submitter counts.")
_DECIDED = _l("Ideas whose first decision on merit was made in the period, each once; without duplicates, ideas handed "
              "over and the short way.")
_LAST = _l("Ideas with a decision on merit in the period that is their last one up to its end; without the short way.")
_DUE = _l("Talks whose last day fell into the period, one per submitter; as things stood on its last day.")
_CONFIRMED = _l("Submitters who said in the period how the talk was.")
_DONE = _l("Measures done in the period.")
_IMPLEMENTED = _l("Ideas whose last open measure was done in the period.")
_GRANTED = _l("Awards granted in the period, after eligibility; a correction counts with the difference.")
_YEAR = _l("Ideas handed in during the calendar year, up to the last day of the period.")
_HEARD = _l("Customers whose comments are dated in the period. Who has no key of a customer counts as a customer of their "
             "own.")
_COLLEAGUES = _l("Colleagues, as customers of internal processes, whose comments are dated in the period.")
_WHERE = _l("At the touchpoint the comment names, else at the one its themes lie on, if it is only one. A month has no "
             "rows by touchpoint and segment.")


def _voices(who: str, population: Any, names: tuple[Any, ...]) -> tuple[Figure, ...]:
    """The figures of what one kind of people said: customers, or colleagues (`who` is "colleague_")."""
    heard, comments, praise, criticism, csat, nps = names
    rows = ("all", "touchpoint") if who else VOICES
    one_each = _l("Who answered several times counts once, with the mean of the own answers; beside it how they spread. A "
                  "month has no rows by touchpoint and segment.")
    return (
        Figure(f"{who}csat", "customers", f"{who}satisfaction", "ratings", "score", csat,
               _l("Mean of the ratings from 1 to 5, 5 is the best"), "", _l("People who rated"), population, one_each,
               rows, "higher"),
        Figure(f"{who}nps", "customers", f"{who}recommendation", "ratings", "net", nps,
               _l("share that recommends us (9 and 10) - share that advises against us (0 to 6), in points"), "",
               _l("People who answered"), population, one_each, rows, "higher"),
        Figure(f"{who}heard", "customers", f"{who}voices", "ratings", "count", heard,
               _l("People with at least one comment, each once"), _l("People"), "", population, _WHERE, rows),
        Figure(f"{who}comments", "customers", f"{who}voices", "ratings", "count", comments,
               _l("Comments dated in the period"), _l("Comments"), "", population, _WHERE, rows),
        Figure(f"{who}praise_rate", "customers", f"{who}voices", "ratings", "percent", praise,
               _l("people with at least one positive comment / people heard × 100"), _l("People who praise"),
               _l("People heard"), population,
               _l("Who praises and criticises counts in both. Reasons are named from five people on, in steps of five."),
               rows, "higher"),
        Figure(f"{who}criticism_rate", "customers", f"{who}voices", "ratings", "percent", criticism,
               _l("people with at least one negative comment / people heard × 100"), _l("People who criticise"),
               _l("People heard"), population,
               _l("Who praises and criticises counts in both. Reasons are named from five people on, in steps of five."),
               rows, "lower"),
    )


_FIGURES = (
    # -- participation -----------------------------------------------------------------------------------------------
    Figure("entitled", "participation", "handins", "people", "count", _l("People entitled"),
           _l("P = people who may take part on the last day of the period"), _l("People"), "", _WHO,
           _l("They count in the department they belong to on that day; in site, employment group and length of service "
              "as they are when the period is counted."), PEOPLE),
    Figure("submitters", "participation", "handins", "people", "count", _l("Submitters"),
           _l("E = people with at least one idea handed in during the period, each once"), _l("Submitters"), "",
           _l("Everybody who handed in during the period; in a team every member, whatever the share."),
           _l("They count in the department in which they handed in, and with several in that of the first idea of the "
              "period. Who left during the period counts too."), PEOPLE),
    Figure("participation_rate", "participation", "handins", "people", "percent", _l("Participation rate"),
           _l("E / P × 100"), _l("Submitters"), _l("People entitled"), _WHO,
           _l("Published for comparison: 20 % (median 2016), 21 % (2010), 32 % (2011)."), PEOPLE, "higher"),
    Figure("ideas", "participation", "handins", "people", "count", _l("Ideas handed in"),
           _l("V = ideas handed in during the period"), _l("Ideas"), "", _HANDED_IN,
           _l("Withdrawn ideas are in it; they are not among those closed or decided."), PEOPLE_AND_AREA),
    Figure("suggestion_rate", "participation", "handins", "people", "per_hundred", _l("Suggestion rate"),
           _l("V / P × 100"), _l("Ideas"), _l("People entitled"), _WHO,
           _l("Published for comparison: 60 ideas per 100 people (2009), 81 (2011)."), PEOPLE, "higher"),
    Figure("submitters_left", "participation", "left", "people", "count", _l("Submitters who left in the period"),
           _l("People who handed in during the period and are no longer entitled on its last day"), _l("People"), "",
           _l("They are in the submitters, and not among the people entitled."),
           _l("Shown only where nobody can be recognised.")),
    Figure("ideas_short", "participation", "company", "", "count", _l("Ideas on the short way"),
           _l("Ideas handed in during the period that take the short way"), _l("Ideas"), "", _HANDED_IN,
           _l("They are among the ideas handed in.")),
    Figure("ideas_withdrawn", "participation", "company", "", "count", _l("Ideas withdrawn"),
           _l("Ideas their submitters took back in the period"), _l("Ideas"), "",
           _l("Ideas taken back in the period, whenever they were handed in.")),
    Figure("decided", "participation", "decisions", "people", "count", _l("Ideas decided"),
           _l("D = ideas with a decision on merit, each once"), _l("Ideas"), "", _DECIDED,
           _l("An idea put off counts at its first decision. By outcome: the last decision up to the end of the period."),
           (*PEOPLE_AND_AREA, "outcome")),
    Figure("acceptance_rate", "participation", "decisions", "people", "percent", _l("Acceptance rate"),
           _l("(adopted + adopted in part + trial) / D × 100"), _l("Ideas adopted, in part or on trial"),
           _l("Ideas decided"), _DECIDED,
           _l("The last decision up to the end of the period counts. Published for comparison: 69 % (2010), 71 % "
              "(2011). Never to be mixed with the implementation rate."), PEOPLE_AND_AREA, "higher"),
    Figure("decided_short", "participation", "company", "", "count", _l("Decided on the short way"),
           _l("Ideas a team does itself, released by an expert in the period"), _l("Ideas"), "",
           _l("Ideas whose first decision on merit was made in the period, on the short way."),
           _l("Shown apart from the acceptance rate, because the short way never says no.")),
    Figure("implementation_rate", "participation", "implementation", "people", "percent", _l("Implementation rate"),
           _l("U / V × 100, by year of hand-in"), _l("Ideas whose measures are done"), _l("Ideas handed in"), _YEAR,
           _l("Implemented: all measures that were not given up are done on the last day of the period. For rows of "
              "departments and groups only over a whole year. Published for comparison: 45 % (2022), 43 % (2023)."),
           (*PEOPLE_AND_AREA, "year"), "higher"),
    # -- flow --------------------------------------------------------------------------------------------------------
    Figure("closed", "flow", "process", "process", "count", _l("Ideas closed"),
           _l("A = ideas closed in the period"), _l("Ideas"), "",
           _l("Ideas whose procedure ended in the period, after the talk; each once."),
           _l("Counted in the department that decides."), HANDLING),
    Figure("lead_time", "flow", "process", "process", "days", _l("Lead time"),
           _l("Days from hand-in to the last decision: median; beside it the 90th percentile"), "", _l("Ideas"), _LAST,
           _l("Calendar days. An objection restarts the end, never the start. Counted in the department that decides."),
           HANDLING, "lower"),
    Figure("lead_time_working", "flow", "process", "process", "working_days", _l("Lead time in working days"),
           _l("Working days from hand-in to the last decision: median; beside it the 90th percentile"), "",
           _l("Ideas"), _LAST, _l("Working days of headquarters."), HANDLING, "lower"),
    Figure("lead_time_short", "flow", "company", "", "days", _l("Lead time on the short way"),
           _l("Days from hand-in to the last decision: median; beside it the 90th percentile"), "", _l("Ideas"),
           _l("Ideas decided in the period on the short way."), _l("Calendar days. Shown apart."), ALL, "lower"),
    Figure("first_answer", "flow", "process", "process", "days", _l("Time to the first human answer"),
           _l("Days from hand-in to the first answer by a person: median; beside it the 90th percentile"), "",
           _l("Ideas"), _l("Ideas that got their first answer in the period."),
           _l("An answer is a question, the word who examines it, a team lead's answer, an offer of a talk, or an "
              "outcome. The automatic receipt is none. Calendar days."), HANDLING, "lower"),
    Figure("open_steps", "flow", "company", "", "percent", _l("Open and overdue"),
           _l("Overdue next steps / open next steps × 100; by stage and age"), _l("Overdue steps"), _l("Open steps"),
           _l("Next steps open on the last day of the period, by how long they have been open: 0 to 10, 11 to 20, 21 to "
              "40, over 40 working days."),
           _l("Ageing is never hidden for the whole company. By department it is a look at today."), ALL, "lower"),
    # -- closings ----------------------------------------------------------------------------------------------------
    Figure("conversation_rate", "closings", "closings", "process", "percent", _l("Conversation rate"),
           _l("talks held / talks due × 100"), _l("Talks held"), _l("Talks due"), _DUE,
           _l("Held: recorded, and not denied by the submitter. What took the place of a talk stands beside it, not in "
              "it."), HANDLING, "higher"),
    Figure("talks_confirmed", "closings", "confirmed", "people", "percent", _l("Talks confirmed"),
           _l("talks the submitter confirmed / talks held × 100"), _l("Talks confirmed"), _l("Talks held"), _DUE, "",
           HANDLING, "higher"),
    Figure("on_time", "closings", "closings", "process", "percent", _l("Conversations on time"),
           _l("talks held within the deadline / talks due × 100"), _l("Talks held in time"), _l("Talks due"), _DUE,
           _l("A talk that was never held counts as late. The deadline is that of the rules the idea was handed in under."),
           HANDLING, "higher"),
    *(
        Figure(f"talks_{state}", "closings", "owed" if state in ("instead", "open") else "instead", "people", "count", name,
               formula, _l("Talks"), _l("Talks due"), _DUE, "", HANDLING)
        for state, name, formula in (
            ("instead", _l("Replaced"), _l("Talks that something else took the place of, of whatever kind")),
            ("declined", _l("Declined by the submitter"), _l("Talks the submitter did not want")),
            ("unanswered", _l("Offers unanswered"), _l("Two offers stayed unanswered, and a written closing was sent")),
            ("missed", _l("Missed by the submitter"),
             _l("The submitter missed two appointments, and a written closing was sent")),
            ("written", _l("In writing"), _l("Closings in writing at the submitter's wish")),
            ("unreachable", _l("Unreachable"), _l("Submitters who left and cannot be reached")),
            ("open", _l("Still owed"), _l("Talks due that neither took place nor were replaced")),
        )
    ),
    Figure("comprehensibility", "closings", "ratings", "ratings", "percent", _l("Comprehensibility"),
           _l("yes / answered confirmations × 100"), _l("Yes"), _l("Answers"), _CONFIRMED,
           _l("“Can you follow how your idea was treated?” yes, partly, no. Who did not answer is not in it."),
           HANDLING, "higher"),
    Figure("appreciation", "closings", "ratings", "ratings", "score", _l("Appreciation"),
           _l("Mean of 1 to 5; beside it how often each was said"), "", _l("Answers"), _CONFIRMED,
           _l("“How much did you feel appreciated?” 5 is the most. From 10 answers up."), HANDLING, "higher"),
    Figure("unconfirmed", "closings", "unconfirmed", "people", "percent", _l("Unconfirmed"),
           _l("submitters who never said how it was / submitters of ideas closed in the period × 100"),
           _l("Never answered"), _l("Submitters"), _l("Submitters of ideas closed in the period."),
           _l("Silence is never counted as confirmed."), HANDLING, "lower"),
    # -- benefit -----------------------------------------------------------------------------------------------------
    Figure("net_benefit", "benefit", "benefit", "people", "cents", _l("Net first-year benefit"),
           _l("savings + additional revenue in the first year of use - running cost - one-off cost"),
           _l("Net first-year benefit"), "", _DONE,
           _l("One-off cost above a threshold is spread over the duration of use. Of each measure the best figure counts: "
              "measured, else agreed, else expected."), MONEY, "higher"),
    Figure("implemented", "benefit", "implemented", "people", "count", _l("Ideas implemented"),
           _l("U = ideas whose measures are done"), _l("Ideas"), "", _IMPLEMENTED,
           _l("All measures that were not given up are done on the last day of the period."), MONEY, "higher"),
    Figure("benefit_per_employee", "benefit", "per_head", "people", "cents", _l("Benefit per employee"),
           _l("net first-year benefit of done measures / P"), _l("Net first-year benefit"), _l("People entitled"), _WHO,
           _l("Published for comparison: EUR 684 (2007), 829 (2011)."), ("all", "department", "site"), "higher"),
    Figure("benefit_per_idea", "benefit", "per_idea", "people", "cents", _l("Benefit per implemented idea"),
           _l("net first-year benefit of done measures / U"), _l("Net first-year benefit"),
           _l("Ideas implemented"), _IMPLEMENTED,
           _l("Published for comparison: EUR 1,728 (2023)."), MONEY, "higher"),
    Figure("roi", "benefit", "return", "people", "ratio", _l("Return"),
           _l("net first-year benefit / (administration + promotion + awards)"), _l("Net first-year benefit"),
           _l("Cost of the programme"), _l("Whole years only: the cost of the programme is entered by year."), "", ALL,
           "higher"),
    Figure("award_rate", "benefit", "award_rate", "people", "percent", _l("Award rate"),
           _l("awards / net first-year benefit × 100"), _l("Awards"), _l("Net first-year benefit"),
           _l("Awards granted, and measures done, in the period."),
           _l("Published for comparison: about 8.5 % (2009, 2010).")),
    # -- awards ------------------------------------------------------------------------------------------------------
    Figure("awards", "awards", "awards", "people", "cents", _l("Awards"), _l("sum of the awards granted"),
           _l("Awards"), "", _GRANTED, "", MONEY),
    Figure("awarded", "awards", "awards", "people", "count", _l("Ideas awarded"),
           _l("ideas with an award of money granted in the period, each once"), _l("Ideas"), "", _GRANTED, "", MONEY),
    Figure("average_award", "awards", "awards", "people", "cents", _l("Average award"), _l("awards / ideas awarded"),
           _l("Awards"), _l("Ideas awarded"), _GRANTED, _l("Published for comparison: EUR 170 (2009)."), MONEY),
    # -- customers ---------------------------------------------------------------------------------------------------
    *_voices("", _HEARD, (
        _l("Customers heard"), _l("Customers' comments"), _l("Customers who praise"), _l("Customers who criticise"),
        _l("Satisfaction (CSAT)"), _l("Recommendation (NPS)"),
    )),
    *_voices("colleague_", _COLLEAGUES, (
        _l("Colleagues heard"), _l("Colleagues' comments"), _l("Colleagues who praise"), _l("Colleagues who criticise"),
        _l("Satisfaction of colleagues"), _l("Recommendation by colleagues"),
    )),
)

FIGURES: dict[str, Figure] = {figure.key: figure for figure in _FIGURES}
"""{key: figure}, in the order in which they stand on pages and in exports."""


WHILE_RUNNING = frozenset({"handins", "decisions", "company", "process", "closings", "voices"})
"""Groups that are kept of a period still running: ideas and customers' comments, which everybody can count on the pages of
these, and what the organisation did.
Of all others two looks, or a look and a closed month, would tell what one person said or got."""


def figures_of(kind: str) -> list[Figure]:
    """Give the figures of a kind of report, in their order."""
    return [figure for figure in FIGURES.values() if figure.kind == kind]


def dimensions_of(kind: str) -> list[str]:
    """Give what the figures of a kind of report are broken down by, in the order of the pages."""
    used = {dimension for figure in figures_of(kind) for dimension in figure.dimensions}
    return [dimension for dimension in DIMENSIONS if dimension in used]
