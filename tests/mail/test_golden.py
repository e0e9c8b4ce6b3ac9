"""Every letter as it was read and approved: in German with Sie and du, and in English; plain text and HTML.

APPROVE=1 writes the files anew; read the difference before you keep it.
"""

import os
from pathlib import Path

import pytest

from suggestbox.mail.letters import kinds
from tests.cast import Cast
from tests.mail import scenes
from tests.mail.scenes_of_awards import AWARD_SCENES
from tests.mail.scenes_of_evidence import EVIDENCE_SCENES
from tests.mail.scenes_of_feedback import FEEDBACK_SCENES
from tests.mail.scenes_of_priority import PRIORITY_SCENES
from tests.mail.scenes_of_reports import REPORT_SCENES
from tests.mail.scenes_of_stories import STORY_SCENES
from tests.mail.scenes_of_the_house import HOUSE_SCENES
from tests.mail.telling import SPEECHES, as_golden, mail_on, speak

pytestmark = pytest.mark.either

GOLDEN = Path(__file__).with_name("golden")
SCENES = {**scenes.SCENES, **HOUSE_SCENES, **FEEDBACK_SCENES, **EVIDENCE_SCENES, **AWARD_SCENES, **PRIORITY_SCENES,
          **REPORT_SCENES, **STORY_SCENES}


def test_every_kind_has_a_scene(app):
    """Those of the reminders have theirs in tests/reminders, those of the tests need none."""
    wanted = {kind.name for kind in kinds() if not kind.name.startswith(("reminders.", "test."))}
    assert {name.partition("-")[0] for name in SCENES} == wanted


@pytest.mark.parametrize("name", SCENES)
def test_letters_are_as_approved(name: str, cast: Cast, clock):
    mail_on()
    told, now = SCENES[name](cast)
    clock.move_to(now)
    different = []
    for speech in SPEECHES:
        speak(list(cast.people().values()), speech)
        for text, ending in zip(as_golden(told, now), ("txt", "html"), strict=True):
            path = GOLDEN / f"{name}.{speech}.{ending}"
            if os.environ.get("APPROVE"):
                path.write_text(text, encoding="utf-8")
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                different.append(path.name)
    assert different == []


def test_no_golden_file_is_left_over():
    kept = {path.name for path in GOLDEN.iterdir()}
    wanted = {f"{name}.{speech}.{ending}" for name in SCENES for speech in SPEECHES for ending in ("txt", "html")}
    assert kept - wanted == set()
