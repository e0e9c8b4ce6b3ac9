"""What people hear of stories."""

from suggestbox.mail.letters import Kind, register

KINDS: tuple[Kind, ...] = ()


def register_letters() -> None:
    """Make the kinds known."""
    register(*KINDS)
