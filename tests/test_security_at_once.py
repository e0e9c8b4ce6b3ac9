"""Attacks by several at once, and by files that unfold to far more than they are."""

import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from suggestbox.core.database import db, work
from suggestbox.core.errors import Refused
from suggestbox.people.granting import end_role
from suggestbox.people.models import Person, RoleGrant
from tests.cast import grant
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("clock")


def test_two_last_admins_cannot_take_the_role_from_each_other_at_once(app, cast):
    with work():
        grant(cast.ida, "admin")
    one, other = db.session.scalars(sa.select(RoleGrant.id).where(RoleGrant.role == "admin").order_by(RoleGrant.id))
    person_ids = [cast.dot.id, cast.ida.id]
    db.session.rollback()
    halfway, ended = threading.Event(), []

    def take_away(grant_id: int, actor_id: int, first: bool) -> None:
        with app.app_context():
            if not first:
                halfway.wait(10)
            try:
                with work():
                    given, actor = db.session.get(RoleGrant, grant_id), db.session.get(Person, actor_id)
                    end_role(given, last_day=(NOON - timedelta(days=1)).date(), now=NOON, actor=actor)
                    if first:
                        halfway.set()
                        time.sleep(0.5)
                ended.append(grant_id)
            except Refused as refused:
                ended.append(refused.reason)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=take_away, args=(other, person_ids[0], True)),
               threading.Thread(target=take_away, args=(one, person_ids[1], False))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended, key=str) == [other, "last_admin"]  # the winner may be the last to say so


UNFOLD = """
import io, re, threading
from PIL import Image
from suggestbox.ideas.files import draw_anew
small = io.BytesIO()
Image.new("RGBA", (5000, 5000), (1, 2, 3, 4)).save(small, "PNG")
threads = [threading.Thread(target=draw_anew, args=(small.getvalue(),)) for _n in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
# Not getrusage: that also counts what the process was before it became Python, a copy of the tests' own.
print(len(small.getvalue()), int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
@pytest.mark.either
def test_small_files_that_unfold_to_huge_pictures_do_not_take_the_machine():
    done = subprocess.run([sys.executable, "-c", UNFOLD], capture_output=True, text=True, check=True)
    size, megabytes = map(int, done.stdout.split())
    assert (size < 200_000, megabytes < 500) == (True, True), (size, megabytes)
