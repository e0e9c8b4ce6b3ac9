"""What the simulated year found in the workflow: each once a fault, now a rule."""

from datetime import timedelta

from suggestbox.workflow.operations import move
from tests import factories as f


def test_what_belongs_elsewhere_is_handed_over_even_while_its_submitters_are_asked_how_it_was(cast):
    idea = f.confirming(cast)
    move(idea, "hand_over", actor=cast.ida, now=f.START + timedelta(days=9), kind="safety", office_id=cast.wes.id,
         reason="It is a matter of safety.")
    assert (idea.stage, idea.outcome, idea.round, idea.released_at) == ("conversation", "handed_over", 2, None)
    assert f.open_kinds(idea) == ["offer_talk"]
