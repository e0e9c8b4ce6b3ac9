"""The closing conversation: a party per submitter and round, offers, appointments, record, confirmation."""
