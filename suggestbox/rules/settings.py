"""Rules of the house about its rules: the works agreement, and what the law gives time for."""

from suggestbox.core.settings import Setting, declare

SETTINGS = declare(
    Setting("rules.agreement", False, "A works agreement stands behind the rules: every change of one needs a reason."),
    Setting("rules.agreement_name", "", "Name and date of the works agreement, as they stand above the rules."),
    Setting("rules.invention_complete_months", 2,
            "Months from receipt in which the company can call the report of an invention incomplete.", 1, 24),
    Setting("rules.invention_claim_months", 4,
            "Months from receipt until the company owns a reported invention unless it lets it go.", 1, 24),
    Setting("rules.reporting_receipt_days", 7, "Days in which the reporting channel confirms that a report arrived.", 1, 30),
    Setting("rules.reporting_answer_months", 3,
            "Months after that confirmation in which the reporting channel says what became of a report.", 1, 12),
)
