"""The handbook: how it works, printed from the tables themselves."""

from flask import Blueprint, render_template
from flask_login import current_user

from suggestbox.core.guard import door
from suggestbox.core.modules import is_on
from suggestbox.core.settings import rule
from suggestbox.people.queries import here
from suggestbox.reminders.words import ladder_in_words

from . import queries

bp = Blueprint("handbook", __name__)


@bp.route("/handbook", endpoint="show")
@door("handbook.show")
def show() -> str:
    """How it works in plain words, then every stage, move, role and rule as they hold today."""
    book = here()
    return render_template(
        "handbook/show.html", stages=queries.stages_in_words(), moves=queries.moves_in_words(),
        ladder=ladder_in_words(), at_once=queries.told_at_once(),
        settings=queries.settings_in_words(), roles=queries.roles_in_words(), rule=rule, module_on=is_on,
        may_change=any(book.has_role(current_user.id, role, any_=True) for role in ("admin", "idea_manager")),
    )
