"""Rules of the house for the ladder: how many working days before or after the due date each rung comes."""

from suggestbox.core.settings import Setting, declare

NEVER = -1
"""As a number of days: the rung is switched off. Only rungs somebody else makes up for can be."""

SETTINGS = declare(
    Setting("reminders.heads_up_days", 2,
            "Working days before the due date on which the owner gets a heads-up. -1: never.", NEVER, 10),
    Setting("reminders.due_days", 0, "Working days after the due date on which the owner is reminded.", 0, 5),
    Setting("reminders.deputy_days", 3,
            "Working days after the due date on which the owner and the deputy are told. -1: never.", NEVER, 20),
    Setting("reminders.head_days", 5,
            "Working days after the due date on which the head of department is told. -1: never.", NEVER, 40),
    Setting("reminders.manager_late_days", 5,
            "Working days after the due date on which leadership is told of a step of the idea management.", 1, 40),
    Setting("reminders.idea_manager_days", 10,
            "Working days after the due date on which the idea management is told.", 1, 60),
    Setting("reminders.leadership_days", 20,
            "Working days after the due date on which a named member of leadership is told.", 1, 120),
    Setting("reminders.again_days", 7,
            "From then on everybody concerned is told again every so many days, until it is done.", 5, 28),
    Setting("reminders.lines", 12, "A digest shows at most so many lines, and then how many more there are.", 5, 40),
    Setting("reminders.together", 3, "More than so many items of one kind become one line with their number.", 1, 20),
)
