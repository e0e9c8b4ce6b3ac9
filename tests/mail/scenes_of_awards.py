"""What submitters hear of awards: a name, and what gives the notice and the moment it is read."""

from datetime import datetime, timedelta

from suggestbox.awards.examples import POINT_TABLE, STEP_AT_5000
from suggestbox.awards.operations import decide_eligibility
from suggestbox.awards.shares import propose_shares
from suggestbox.core.database import work
from suggestbox.mail.models import Notice
from tests import factories as f
from tests.awards import scene
from tests.cast import Cast
from tests.mail.telling import notices

TITLE = "Labels at goods receipt"
READ = scene.NOW + timedelta(hours=2)


def granted(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        scene.rules(cast, STEP_AT_5000, name_de="Prämienregeln 2026", name_en="Award rules 2026")
        scene.granted(cast, scene.worth(cast, euros=12_000, title=TITLE), words="You saw what we all walked past.")
    return notices("awards.granted")[0], READ


def granted_in_part(cast: Cast) -> tuple[Notice, datetime]:
    """A team that agreed on its shares; for one of them a part of it was the own task."""
    with work():
        idea = scene.worth(cast, cast.ann, cast.eve, euros=4_001, title=TITLE)
        ann, eve = idea.submitters
        decide_eligibility(ann, idea, percent=40, reason="A part of it was her task.", by_id=cast.ida.id, now=scene.NOW)
        proposal = propose_shares(idea, eve, {ann.id: 3, eve.id: 1}, now=scene.NOW)
        scene.agreed(proposal, idea, ann)
        scene.granted(cast, idea)
    return notices("awards.granted")[0], READ


def granted_higher(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        idea = scene.worth(cast, euros=1_000, title=TITLE, confidential=True)
        scene.granted(cast, idea)
        scene.measured(cast, idea, 2_500)
        scene.granted(cast, idea, now=scene.NOW + timedelta(days=2))
    return notices("awards.granted")[1], scene.NOW + timedelta(days=2, hours=2)


def recognised(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        scene.rules(cast, POINT_TABLE)
        idea = f.closed(cast, outcome="declined", facts={"change_for_yes": "A cheaper printer."}, title=TITLE)
        scene.granted(cast, idea, basis="recognition", words="It showed us where the pallets get lost.")
    return notices("awards.granted")[0], READ


def coming(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        scene.proposed(cast, scene.worth(cast, cast.ann, cast.eve, title=TITLE))
    return notices("awards.coming")[:1], READ


def shares(cast: Cast) -> tuple[list[Notice], datetime]:
    """One proposal waits, of another idea all agreed, of a third somebody did not."""
    with work():
        for n, title in enumerate((TITLE, "Gloves in all sizes", "A roof for the ramp")):
            idea = f.closed(cast, cast.ann, cast.eve, title=title)
            ann, eve = idea.submitters
            proposal = propose_shares(idea, eve, {ann.id: 1, eve.id: 2}, now=scene.NOW)
            if n == 1:
                scene.agreed(proposal, idea, ann)
            if n == 2:
                scene.refused(proposal, idea, eve)
    told = [n for n in notices("awards.shares") if n.submitter_id and n.key.count(":") == 2]
    return told, READ


AWARD_SCENES = {
    "awards.granted": granted, "awards.granted-part": granted_in_part, "awards.granted-higher": granted_higher,
    "awards.granted-words": recognised, "awards.coming": coming, "awards.shares": shares,
}
