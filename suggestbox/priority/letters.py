"""What people hear of declined ideas that were looked at again, and of credits."""

from suggestbox.mail.letters import Kind, register

KINDS: tuple[Kind, ...] = ()


def register_letters() -> None:
    """Make the kinds known."""
    register(*KINDS)
