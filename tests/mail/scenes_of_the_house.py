"""Letters that are about no idea: the test letter, word of letters that failed, webhooks, the first PIN."""

from datetime import datetime

from suggestbox.core.database import db, work
from suggestbox.mail.first_pin import order_first_pin
from suggestbox.mail.house_letters import TEST, write_test_letter
from suggestbox.mail.models import Hook, Letter, Notice
from suggestbox.mail.operations import tell
from tests.cast import Cast
from tests.factories import START
from tests.mail.telling import letters, notices


def letter_to_oneself(cast: Cast) -> tuple[Notice, datetime]:
    with work():
        write_test_letter(cast.dot.id, now=START)
    return notices(TEST)[0], START


def trouble(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        write_test_letter(cast.ann.id, now=START)
        letter = letters()[0]
        letter.state, letter.done_at = "failed", START
        tell("mail.trouble", "trouble:1", now=START, person_id=cast.dot.id, letter=letter.id)
    return notices("mail.trouble"), START


def _hook(cast: Cast) -> Hook:
    hook = Hook(person_id=cast.ann.id, kind="teams", url="https://example.com/hook", created_at=START)
    db.session.add(hook)
    db.session.flush()
    return hook


def hook_test(cast: Cast) -> tuple[Letter, datetime]:
    with work():
        letter = Letter(key="hook", kind="mail.hook_test", channel="teams", person_id=cast.ann.id, hook_id=_hook(cast).id,
                        message_id="<hook@example.com>", not_before=START, created_at=START)
        db.session.add(letter)
    return letter, START


def hook_ended(cast: Cast) -> tuple[list[Notice], datetime]:
    with work():
        tell("mail.hook_ended", "ended:1", now=START, person_id=cast.ann.id, hook=_hook(cast).id)
    return notices("mail.hook_ended"), START


def first_pin(cast: Cast) -> tuple[Letter, datetime]:
    with work():
        cast.ann.email, cast.ann.personnel_no = None, "4711"
        db.session.flush()
        letter = order_first_pin(cast.ann, now=START, actor=None)
    return letter, START


HOUSE_SCENES = {
    "mail.test": letter_to_oneself, "mail.trouble": trouble, "mail.hook_test": hook_test, "mail.hook_ended": hook_ended,
    "people.first_pin": first_pin,
}
