"""Processes that die, and many at once: nothing is lost, and copies only where they are marked.

Each test talks to a real mail server in this process; the postmen are other processes on the same database, which is
SQLite or PostgreSQL, whatever the tests run on.
"""

import json
import subprocess
import sys
import time
from collections import Counter

import pytest

from suggestbox.core.database import db, work
from suggestbox.core.settings import set_rule
from suggestbox.mail.models import MailState
from tests.conftest import NOON
from tests.mail.outbox import letters, states, write_digests_to, write_to
from tests.mail.servers import MailServer
from tests.mail.worker import GO

SETTINGS = ("database_url", "secret_key", "smtp_host", "smtp_port", "smtp_security", "smtp_timeout", "mail_from", "base_url")


def command(how: str, server: MailServer, app, folder) -> list[str]:
    """Give the command that starts a postman for this server."""
    deployment = server.deployment(app.config["DEPLOYMENT"], instance=folder)
    settings = {name: getattr(deployment, name) for name in SETTINGS} | {"instance": str(folder)}
    return [sys.executable, "-m", "tests.mail.worker", how, json.dumps(settings)]


@pytest.mark.parametrize(
    ("rule", "every"),
    [("resend", 2), pytest.param("resend", 1, marks=pytest.mark.slow), pytest.param("hold", 1, marks=pytest.mark.slow)],
)
def test_a_process_may_die_at_every_point(mail_on, cast, app, tmp_path, rule, every):
    """In a quick run at every second one."""
    with work():
        set_rule("mail.uncertain", rule, now=NOON)
    db.session.remove()
    with MailServer() as server:
        run = subprocess.run(command(f"crash {every}", server, app, tmp_path), capture_output=True, text=True, timeout=110)
        assert (run.returncode, run.stderr) == (0, "")
        time.sleep(0.1)  # the last words of a process that died reach the server
        copies = server.copies()
    points = [json.loads(line) for line in run.stdout.splitlines()]
    assert points[-1]["died"] == 0 and {point["died"] for point in points[:-1]} == {42}
    assert len(points) * every > 50
    lost, unmarked, in_doubt = [], [], []
    for point in points:
        assert len(point["letters"]) == 1
        for letter in point["letters"]:
            count = copies.pop(letter["message_id"], 0)
            held = letter["state"] == "uncertain"
            if letter["state"] != ("uncertain" if held else "sent") or (count == 0 and not held):
                lost.append((point["label"], letter))
            if count > 1 + letter["maybe"]:
                unmarked.append((point["label"], letter, count))
            if letter["maybe"] or held:
                in_doubt.append(point["label"])
            if rule == "hold":
                assert (count <= 1, letter["maybe"]) == (True, False)
    assert (lost, unmarked, copies) == ([], [], Counter())
    # Only between the mark "about to hand over" and the mark "sent".
    assert 10 <= len(in_doubt) * every <= 30 and all("notice" not in label for label in in_doubt), in_doubt


@pytest.mark.parametrize("every", [19, pytest.param(1, marks=pytest.mark.slow)])
def test_a_process_may_die_while_it_holds_several_letters(mail_on, cast, app, tmp_path, every):
    with MailServer() as server:
        ask = command(f"crash-together {every}", server, app, tmp_path)
        run = subprocess.run(ask, capture_output=True, text=True, timeout=110 if every > 1 else 600)
        assert (run.returncode, run.stderr) == (0, "")
        time.sleep(0.1)
        copies = server.copies()
    points = [json.loads(line) for line in run.stdout.splitlines()]
    assert points[-1]["died"] == 0 and {point["died"] for point in points[:-1]} == {42}
    assert len(points) > 90 // every
    lost, unmarked = [], []
    for point in points:
        assert len(point["letters"]) == 3
        for letter in point["letters"]:
            count = copies.pop(letter["message_id"], 0)
            if letter["state"] != "sent" or count == 0:
                lost.append((point["label"], letter))
            if count > 1 + letter["maybe"]:
                unmarked.append((point["label"], letter, count))
        # Whoever dies holds the others too: those were not handed over, and no copy of them needs a mark.
        assert sum(letter["maybe"] for letter in point["letters"]) <= 1, point
    assert (lost, unmarked, copies) == ([], [], Counter())


def together(app, folder, people, workers: int, each: int) -> float:
    """Let many processes send what is due, and give how long that took; half of it is taken several at once."""
    write_to(*people, now=NOON, each=each // 2)
    with work():
        for number in range(each - each // 2):
            write_digests_to(*(person.id for person in people), now=NOON, key=f"digest {number}")
    db.session.remove()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with MailServer() as server, subprocess.Popen(command(f"work {workers}", server, app, folder), text=True, **pipes) as postmen:
        assert [json.loads(postmen.stdout.readline()) for _ in range(workers)] == ["ready"] * workers
        begun = time.monotonic()
        told, errors = postmen.communicate(GO * workers, timeout=110)
        took = time.monotonic() - begun
        copies = server.copies()
    assert (errors, postmen.returncode) == ("", 0)
    sent = [json.loads(line)["sent"] for line in told.splitlines()]
    assert len(sent) == workers
    everything = letters()
    assert sum(sent) == len(everything) == len(people) * each, sent
    assert sum(map(bool, sent)) > 1, sent  # whether each gets a turn is up to the machine
    assert copies == Counter({letter.message_id: 1 for letter in everything})
    assert (set(states()), {x.maybe for x in everything}) == ({"sent"}, {False})
    assert db.session.get(MailState, 1).counter == len(everything)
    return took


def test_three_workers_send_each_letter_once(mail_on, cast, app, tmp_path):
    together(app, tmp_path, [cast.ann, cast.bob, cast.cat], workers=3, each=20)


@pytest.mark.slow
def test_five_workers_send_a_thousand_letters_once(mail_on, cast, app, tmp_path):
    people = list(cast.people().values())[:10]
    together(app, tmp_path, people, workers=5, each=100)
