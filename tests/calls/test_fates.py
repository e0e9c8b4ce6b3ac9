"""What became of the ideas of a call, and how many took part: what both databases are asked."""

import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from suggestbox.calls.fates import Fates, fates_of
from suggestbox.calls.models import Call
from suggestbox.calls.participation import participation
from suggestbox.core.database import db, work
from suggestbox.workflow.operations import move
from tests import factories as f
from tests.calls import scene

NOW, TODAY = scene.NOW, scene.TODAY


def test_what_became_of_ideas_counts_only_what_the_reader_may_know(cast, client_as, clock):
    clock.move_to(NOW)
    with work():
        call = scene.opened(cast, ends_on=TODAY + timedelta(days=1))
        f.closed(cast, cast.ann, call_id=call.id, title="Roof")
        f.closed(cast, cast.eve, call_id=call.id, title="Later", outcome="parked", facts={"return_on": date(2027, 3, 1)})
        f.offered(cast, cast.sam, call_id=call.id, title="Told to sam alone", outcome="declined",
                  facts={"change_for_yes": "Less money."})
        f.in_review(cast, cast.dan, call_id=call.id, visibility="handlers", title="For handlers")
        move(scene.answered(cast, call, cast.kim)[0], "withdraw", actor=cast.kim, now=f.START + timedelta(hours=3))
        call_id = call.id
        for person in (cast.coo, cast.sam):
            person.language = "en"
    clock.move_to(f.START + timedelta(days=10))
    counts = {}
    for name in ("coo", "sam"):
        page = client_as(cast.people()[name]).get(f"/calls/{call_id}").text
        counts[name] = re.findall(r"</svg> ([^<]+)</li>", page)
        assert "For handlers" not in page
    assert counts == {"coo": ["1 adopted", "1 answered in another way", "1 still under way"],
                      "sam": ["1 adopted", "1 declined", "1 answered in another way"]}
    book, call = scene.on(TODAY), db.session.get_one(Call, call_id)
    listed = {name: [row.title for row in fates_of(call, cast.people()[name].id, book).answered] for name in counts}
    assert listed == {"coo": ["Roof", "Later"], "sam": ["Roof", "Later", "Told to sam alone"]}
    took_part = participation({call_id: []}, book)[call_id]
    assert (took_part.people, took_part.units, took_part.countable) == (5, (), True)  # ann, eve, sam, dan, kim


@pytest.mark.either
@pytest.mark.parametrize(("answered", "folded"), [(10, 0), (11, 6)])
def test_many_answers_are_folded_after_five(answered, folded, app):
    ideas = [SimpleNamespace(number=f"2026-{n:04}", title=f"T{n}", outcome="adopted") for n in range(answered)]
    with app.test_request_context():
        page = str(app.jinja_env.get_template("calls/_fates.html").module.fates(Fates({"adopted": answered}, ideas), str))
    seen, _fold, rest = page.partition("<details")
    assert (seen.count("/ideas/2026-"), rest.count("/ideas/2026-")) == (answered - folded, folded)
