"""What the pages share: the graph that answers now, the lanes, the answers given before.

Takes questions, gives whole answers: an answer is known to its end before its first byte is
sent, so that its status is always true, a client that reads slowly holds no process, and
nothing is ever cut short unsaid. The same question to the same graph is answered from
memory, unless it asks for the time or for chance; asked by several at once, it is answered once.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

import msgspec

from kgraph.base.errors import KgraphError, StoreError
from kgraph.base.text import digest
from kgraph.query.formats import FORMATS
from kgraph.query.sparql_text import calls_functions, varies
from kgraph.server.columns_job import Holding
from kgraph.server.http.connections import ConnectionLimits
from kgraph.server.http.negotiation import OFFERS
from kgraph.server.workers.messages import Question, Reply
from kgraph.server.workers.pool import MOMENT, Lanes, Limits
from kgraph.server.workers.process import Job, QueryJob
from kgraph.server.workers.singleflight import Once
from kgraph.server.workers.task_worker import PROGRAM, Order, TaskJob
from kgraph.server.workers.tasks import Match, Task, Write
from kgraph.store.current import Current, Snapshot

REMEMBERED = 64 << 20
"""Bytes of answers that are kept."""

CLERKS = 2
"""Processes for tasks in Python that stand ready, and as many that may take long: each holds
what the recordings share, some 100 MB for a thousand of them."""

WRITING = 600.0
"""Seconds that writing a file may take: a thousand recordings take 3 to 8."""

OVERHEAD = 1 << 10
"""Bytes that an answer takes beside its own, key included, so that many small ones are bounded
too."""

KEY_DIGITS = 32
"""Hexadecimal digits of the digest that stands for a question's text, which may have 256 KB."""


class Settings(msgspec.Struct, frozen=True):
    """How a server is set up.

    Attributes:
        store: folder of the graph.
        limits: what queries may take.
        hosts: names under which the server may be spoken to, beside this machine's own.
        origin: which other sites may read the data: ``*`` for all, "" for none.
        connections: what connections may take.
        proxies: addresses, apart by commas, whose ``X-Forwarded-For`` and ``-Proto`` are believed.
    """

    store: Path
    limits: Limits = Limits()
    hosts: tuple[str, ...] = ()
    origin: str = "*"
    connections: ConnectionLimits = ConnectionLimits()
    proxies: str = ""


class Answers:
    """Answers given before, the last used last.

    Args:
        room: bytes that they may take.
    """

    def __init__(self, room: int = REMEMBERED) -> None:
        self._room = room
        self._taken = 0
        self._replies: OrderedDict[str, Reply] = OrderedDict()

    def get(self, key: str) -> Reply | None:
        """The answer to that question, if it is still known."""
        if key in self._replies:
            self._replies.move_to_end(key)
        return self._replies.get(key)

    def add(self, key: str, reply: Reply) -> None:
        """Keep an answer, if it is small; forget the ones that were not used for longest."""
        if key in self._replies or not isinstance(reply.body, bytes):
            return
        self._replies[key] = reply
        self._taken += reply.size + OVERHEAD
        while self._taken > self._room:
            _, forgotten = self._replies.popitem(last=False)
            self._taken -= forgotten.size + OVERHEAD


class Service:
    """The state of a server.

    Args:
        settings: how it is set up.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._current = Current(settings.store)
        self._answers = Answers()
        self._once = Once()
        self._holding = Holding(use=self._warm)
        # Pages ask what is answered in milliseconds, and wait behind nobody's queries.
        own = msgspec.structs.replace(settings.limits, fast=1, slow=1)
        few = msgspec.structs.replace(settings.limits, fast=CLERKS, slow=CLERKS, pressed=MOMENT)
        self._lanes = {
            "queries": Lanes(settings.limits, graph=self._holding.held),
            "pages": Lanes(own, graph=self._holding.held),
            "tasks": Lanes(few, PROGRAM),
            "functions": Lanes(own, PROGRAM),
            "files": Lanes(own, PROGRAM),
        }

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
        if calls_functions(question.text):
            formats = {kind: OFFERS[kind][type_] for kind, type_ in question.types.items()}
            task = Match(question.text, formats)
            found = await self._do(snapshot, task, "functions", keep=not varies(question.text))
            asked = {str(kind): media_type for kind, media_type in question.types.items()}
            return msgspec.structs.replace(found, media_type=asked[found.kind])
        key = (snapshot.tag, *question.key)
        keep = not varies(question.text)
        return await self._answer(lane, key, self._job(snapshot, question), keep)

    async def do(self, snapshot: Snapshot, task: Task) -> Reply:
        """Do a task that takes Python.

        Args:
            snapshot: what it is put to.
            task: what is to be done.

        Raises:
            KgraphError: whatever the task raises, or that it passed a limit.
        """
        return await self._do(snapshot, task, "tasks")

    async def write(self, snapshot: Snapshot, task: Write) -> int:
        """Write a file; its bytes.

        Raises:
            KgraphError: whatever the task raises, or that it passed a limit.
        """
        told = await self._do(snapshot, task, "files", WRITING, keep=False)
        assert isinstance(told.body, bytes)
        return msgspec.json.decode(told.body, type=int)

    async def _do(
        self,
        snapshot: Snapshot,
        task: Task,
        lane: str,
        seconds: float = 0.0,
        keep: bool = True,
    ) -> Reply:
        limits = self.settings.limits
        order = Order(str(self.settings.store), snapshot.store.build.name, task)
        job = TaskJob(order, seconds or limits.seconds, limits.size)
        key = (snapshot.tag, "task", job.name)
        return await self._answer(lane, key, job, keep)

    async def _answer(self, lane: str, parts: tuple[str, ...], job: Job, keep: bool) -> Reply:
        """The answer known to a key, else that of a job, which is kept where it stays the same."""
        if not keep:
            return await self._lanes[lane].run(job)
        key = digest("\0".join(parts), KEY_DIGITS)
        known = self._answers.get(key)
        if known is None:
            known = await self._once.run(key, lambda: self._lanes[lane].run(job))
            self._answers.add(key, known)
        return known

    def _job(self, snapshot: Snapshot, question: Question) -> QueryJob:
        limits = self.settings.limits
        return QueryJob(
            snapshot.database,
            self._holding.folder(snapshot),
            snapshot.base,
            question,
            limits.seconds,
            limits.size,
        )

    async def _warm(self, snapshot: Snapshot) -> None:
        """Let the processes that stand ready open the columns, before a query waits for that."""
        job = self._job(snapshot, Question("ASK {}", {"boolean": FORMATS["json"].media_type}))
        for name in ("queries", "pages"):
            with suppress(KgraphError, RuntimeError):  # the next query is told
                await self._lanes[name].warm(job)

    async def open(self) -> None:
        """Start the processes that stand ready; the others start when they are wanted."""
        for name in ("queries", "pages", "tasks"):
            await self._lanes[name].open()
        with suppress(StoreError):  # there is no graph yet
            self._holding.folder(self.snapshot())

    async def close(self) -> None:
        """Stop the processes."""
        await self._holding.close()
        for lanes in self._lanes.values():
            await lanes.close()
