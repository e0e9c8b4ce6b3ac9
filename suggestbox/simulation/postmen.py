"""Two postmen who share the readers. Where there is a second processor the second one goes in a process of his own.

They go at the same time, from the same moment, each to his own readers, and neither sees what the other one does: what comes
out is the same whether they go side by side or one after the other.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from suggestbox.core.database import db
from suggestbox.ideas.models import Submitter, SubmitterIdentity
from suggestbox.mail.postman import deliver

from .beside import Beside, can_be_beside
from .post import Book, MailServer
from .world import Died, World

log = logging.getLogger(__name__)

MOST = 5000
PARTS = 32
PARTS_OF_THE_SECOND = 15

_PARTS_IN_IDEAS: Any = (
    sa.select(Submitter.id).outerjoin(SubmitterIdentity, SubmitterIdentity.submitter_id == Submitter.id)
    .where(sa.func.coalesce(Submitter.person_id, SubmitterIdentity.person_id).in_(sa.bindparam("people", expanding=True)))
)
"""As whom they handed something in: letters to submitters go by that."""

WORTH_IT = 300
"""People, from which on letters are so many that a second process is quicker."""


class Postmen:
    """The two, one after the other. Takes the world, and the mail server whose book is that of both in the end."""

    def __init__(self, world: World, server: MailServer):
        self.world, self.server = world, server
        self.second = MailServer(world, doubts_twice=False)
        self._refused: set[int] = set()

    def go_round(self) -> None:
        """Let both send what is due; whoever dies is started again. It is as late then as it is for the later one."""
        w = self.world
        begun = w.now
        first, second = self._shared_out()
        self._begin(begun, second)
        _send_all(w, self.server, first)
        over, w.now = w.now, begun
        until, book = self._end(begun, second)
        w.now = max(over, until)
        self.server.book.add(book)

    def _shared_out(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The parts of the readers for each. The first has those whose letters are refused, and the admins who are told of
        that: no digest of the second may depend on how far the first has come.
        """
        book = self.world.book
        self._refused = self._refused or {p.id for p in book.people.values() if p.email in self.server.refused}
        admins = {p for (role, _where), people in book.roles.items() if role == "admin" for p in people}
        with db.engine.connect() as connection:
            theirs = set(connection.scalars(_PARTS_IN_IDEAS, {"people": sorted(self._refused)}))
        apart = {0, *(number % PARTS for number in admins | self._refused | theirs)}
        second = [part for part in range(PARTS) if part not in apart][:PARTS_OF_THE_SECOND]
        return tuple(part for part in range(PARTS) if part not in second), tuple(second)

    def _begin(self, begun: datetime, parts: tuple[int, ...]) -> None:
        """Have the second one begin, if he has a process of his own."""

    def _end(self, begun: datetime, parts: tuple[int, ...]) -> tuple[datetime, Book]:
        """Give when the second one was done, and what his server saw."""
        return _round_of(self.world, self.second, begun, parts)

    def stop(self) -> None:
        """Let go of everything."""


class PostmenBeside(Postmen):
    """The two at the same time, in two processes."""

    def __init__(self, world: World, server: MailServer):
        super().__init__(world, server)
        self.beside = Beside("sends letters", self._serve)

    def _begin(self, begun: datetime, parts: tuple[int, ...]) -> None:
        self.beside.tell((begun, parts))

    def _end(self, begun: datetime, parts: tuple[int, ...]) -> tuple[datetime, Book]:
        found: tuple[datetime, Book] = self.beside.hear()
        return found

    def stop(self) -> None:
        """Have the process end, if it still runs."""
        self.beside.stop()

    def _serve(self, task: tuple[datetime, tuple[int, ...]], answer: Callable[[Any], None]) -> None:
        """Send once what is due. In the other process."""
        found = _round_of(self.world, self.second, *task)
        db.session.remove()
        answer(found)


def postmen_of(world: World, server: MailServer) -> Postmen:
    """Give the postmen this machine has room for, and that so many people are worth."""
    return (PostmenBeside if world.people >= WORTH_IT and can_be_beside() else Postmen)(world, server)


def _round_of(world: World, server: MailServer, begun: datetime, parts: tuple[int, ...]) -> tuple[datetime, Book]:
    world.now, server.book = begun, Book()
    _send_all(world, server, parts)
    return world.now, server.book


def _send_all(world: World, server: MailServer, parts: tuple[int, ...]) -> None:
    for _start in range(40):
        try:
            tally = deliver(clock=world.clock, carriers={"mail": server}, most=MOST, share=(parts, PARTS))
            if sum(vars(tally).values()) < MOST:
                return
        except Died:
            log.debug("the postman died and is started again")
