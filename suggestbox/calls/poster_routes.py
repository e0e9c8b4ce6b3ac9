"""A call on paper: one page for the canteen, with a code that leads phones to the call."""

from flask import render_template, url_for

from suggestbox.core.errors import NotFound
from suggestbox.core.guard import door
from suggestbox.mail.readers import outside
from suggestbox.people.models import Person
from suggestbox.people.queries import here
from suggestbox.workflow.letter_parts import with_department

from . import queries
from .blueprint import bp
from .models import Call
from .qr import square_of
from .show_routes import audience_words, the_call


def a_running_call(me: Person, call_id: int) -> Call:
    """Give a call that can be hung up: one that is open or coming, or still a draft.

    Raises  NotFound
    """
    call = the_call(me, call_id)
    if queries.state_of(call, here().today) == "ended":
        raise NotFound()
    return call


@bp.route("/calls/<int:call_id>/poster", endpoint="poster")
@door("calls.poster", load=a_running_call)
def poster(call: Call) -> str:
    """One page to hang up: the question, until when, and a code that leads there."""
    book = here()
    asked = queries.departments_of([call.id]).get(call.id, [])
    address = outside(url_for("calls.show", call_id=call.id))
    return render_template(
        "calls/poster.html", call=call, address=address, square=square_of(address), everybody=not asked,
        audience=audience_words(asked, book), sponsor=with_department(book.person(call.sponsor_id), book),
        short=address.partition("://")[2], draft=call.published_at is None,
    )
