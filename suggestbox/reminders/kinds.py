"""The names of this room's kinds of letters, as they stand in the database."""

RUNG = "reminders.rung"
DIGEST = "reminders.digest"
