"""Whether there is something for the model's processes to do: a few counts, asked every few minutes."""

from datetime import datetime

import sqlalchemy as sa

from suggestbox.core.database import db

from .learning import how_due, latest_learned, running, to_judge
from .model_files import is_whole
from .models import Item
from .rule_marks import ahead_of_rules


def is_something_to_judge() -> bool:
    """Say whether items wait for the model in use, or rules for the items."""
    learned = latest_learned()
    if learned is not None and db.session.scalar(sa.select(Item.id).where(to_judge(learned.id)).limit(1)) is not None:
        return True
    return ahead_of_rules() is not None


def is_learning_due(now: datetime) -> bool:
    """Say whether it is time to learn anew, and nobody does so already."""
    learned = latest_learned()
    due = how_due(now, no_file=learned is not None and not is_whole(learned))
    return due.is_due and running(now) is None
