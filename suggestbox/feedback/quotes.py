"""What somebody said, as the reader may see it."""

from .masking import masked
from .models import Item

UNKNOWN: frozenset[str] = frozenset()


def shown_text(item: Item, *, whole: bool, names: frozenset[str] = UNKNOWN) -> str:
    """Give the text of an item: as it came, or with what could tell who is meant replaced by marks.

    Takes   whole: the reader looks after feedback (`policy.may_read_whole_texts`)
            names: of the staff, as `masking.staff_names` gives them once for a whole page
    """
    return item.text if whole else masked(item.text, names)
