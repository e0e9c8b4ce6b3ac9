"""How roles, groups and seats are called."""

from suggestbox.core.language import lazy_gettext as _l

ROLE_NAMES = {
    "coordinator": _l("Coordinator"),
    "decision_maker": _l("Decision maker"),
    "head": _l("Head of department"),
    "team_lead": _l("Team lead"),
    "expert": _l("Expert"),
    "idea_manager": _l("Idea manager"),
    "cx_manager": _l("Customer-experience manager"),
    "hr_analyst": _l("HR analyst"),
    "leadership": _l("Leadership"),
    "works_council": _l("Works council"),
    "admin": _l("Administrator"),
}
"""The field's words, from the product's word list; an idea manager reads "Ideenmanagement" in German."""

GROUP_NAMES = {
    "office": _l("Office"),
    "production": _l("Production"),
    "logistics": _l("Logistics"),
    "field": _l("Field service"),
    "trainee": _l("Trainees"),
    "agency": _l("Agency workers"),
    "retired": _l("Retired"),
    "other": _l("Other"),
}

SEAT_NAMES = {"chair": _l("Chair"), "member": _l("Member"), "works_council": _l("Works council")}

WEEKDAY_NAMES = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip
