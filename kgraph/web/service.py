"""What the pages share: the graph that answers now, the lanes, the answers given before.

Takes questions, gives whole answers: an answer is known to its end before its first byte is
sent, so that its status is always true, a client that reads slowly holds no process, and
nothing is ever cut short unsaid. The same question to the same graph is answered from
memory, unless it asks for the time or for chance.
"""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import msgspec

from kgraph.query.text import varies
from kgraph.web.lanes import Lanes, Limits
from kgraph.web.process import Job
from kgraph.web.question import Question, Reply
from kgraph.web.snapshot import Current, Snapshot

REMEMBERED = 64 << 20
"""Bytes of answers that are kept."""

OVERHEAD = 1 << 10
"""Bytes that an answer takes beside its own, so that many small ones are bounded too."""


class Settings(msgspec.Struct, frozen=True):
    """How a server is set up.

    Attributes:
        store: folder of the graph.
        limits: what queries may take.
        hosts: names under which the server may be spoken to, beside this machine's own.
        origin: which other sites may read the data: ``*`` for all, "" for none.
    """

    store: Path
    limits: Limits = Limits()
    hosts: tuple[str, ...] = ()
    origin: str = "*"


class Answers:
    """Answers given before, the last used last.

    Args:
        room: bytes that they may take.
    """

    def __init__(self, room: int = REMEMBERED) -> None:
        self._room = room
        self._taken = 0
        self._replies: OrderedDict[tuple[str, ...], Reply] = OrderedDict()

    def get(self, key: tuple[str, ...]) -> Reply | None:
        """The answer to that question, if it is still known."""
        if key in self._replies:
            self._replies.move_to_end(key)
        return self._replies.get(key)

    def add(self, key: tuple[str, ...], reply: Reply) -> None:
        """Keep an answer, if it is small; forget the ones that were not used for longest."""
        if key in self._replies or not isinstance(reply.body, bytes):
            return
        self._replies[key] = reply
        self._taken += _cost(key, reply)
        while self._taken > self._room:
            self._taken -= _cost(*self._replies.popitem(last=False))


def _cost(key: tuple[str, ...], reply: Reply) -> int:
    return reply.size + sum(map(len, key)) + OVERHEAD


class Service:
    """The state of a server.

    Args:
        settings: how it is set up.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._current = Current(settings.store)
        self._answers = Answers()
        # Pages ask what is answered in milliseconds, and wait behind nobody's queries.
        own = msgspec.structs.replace(settings.limits, fast=1, slow=1)
        self._lanes = {"queries": Lanes(settings.limits), "pages": Lanes(own)}

    def snapshot(self) -> Snapshot:
        """The graph that answers now.

        Raises:
            StoreError: there is none.
        """
        return self._current.get()

    async def ask(self, snapshot: Snapshot, question: Question, lane: str = "queries") -> Reply:
        """Answer a question.

        Args:
            snapshot: what it is put to.
            question: what is asked.
            lane: ``queries`` for people's, ``pages`` for those of our own pages.

        Raises:
            QueryError: it is wrong, or passed a limit.
            RequestError: its answer has no form that the client accepts.
        """
        key = (snapshot.tag, *question.key)
        known = self._answers.get(key)
        if known is None:
            known = await self._lanes[lane].run(self._job(snapshot, question))
            if not varies(question.text):
                self._answers.add(key, known)
        return known

    def _job(self, snapshot: Snapshot, question: Question) -> Job:
        limits = self.settings.limits
        return Job(snapshot.database, snapshot.base, question, limits.seconds, limits.size)

    async def open(self) -> None:
        """Start the processes."""
        for lanes in self._lanes.values():
            await lanes.open()

    async def close(self) -> None:
        """Stop the processes."""
        for lanes in self._lanes.values():
            await lanes.close()
