"""An appointment as it goes into calendars, as plain data."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Guest:
    """Somebody who takes part."""

    name: str
    email: str


@dataclass(frozen=True)
class Invitation:
    """An appointment for one recipient's calendar.

    Takes   method: "REQUEST" or "CANCEL" (RFC 5546); sequence: counts up with every change; uid: never changes
            starts_at: UTC; minutes: how long; zone: the time zone it is shown in
            guests: who is named as taking part; for a confidential submitter only the recipient
    """

    uid: str
    sequence: int
    method: str
    starts_at: datetime
    minutes: int
    zone: str
    summary: str
    description: str
    location: str
    guests: tuple[Guest, ...]
    made_at: datetime
