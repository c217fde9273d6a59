"""Judgements that are made over HTTP: written at once, then applied by a build in the background.

Invariants:
    * a judgement is in the file before its change is reported as written;
    * a change is applied by the first build that begins after it was written, so that several in
      quick succession share a build, and none is left out;
    * one change of this server is written at a time; other programs may write as well.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec
from msgspec.structs import replace

from kgraph.base.errors import KgraphError, RequestError, StoreError
from kgraph.base.text import hex_digest, make_printable, pluralize
from kgraph.graph.diff import describe_change_count
from kgraph.ingest.files import read_state
from kgraph.judging.correct import (
    AppliedJudgements,
    Correction,
    choose_judgement_file,
    read_applied_judgements,
    undo_judgements,
    write_judgements,
)
from kgraph.judging.signature import sign_judgement
from kgraph.project.rebuild import load_origin_project
from kgraph.project.settling import ABSENCE_S, AbsenceTimer, ChangeDetector
from kgraph.resolve.judgement import Judgement, drop_lines
from kgraph.resolve.judgements_file import load_judgements
from kgraph.server.judge_process import BuildOutcome, BuildProcess
from kgraph.server.settings import JudgeSettings
from kgraph.store import Store
from kgraph.store.layout import describe_build, read_current_name
from kgraph.store.origin import read_origin

MAX_CHANGES = 200  #: changes whose outcome is remembered

POLL_S = 1.0  #: seconds between two looks at what other programs build and judge

ChangeState = Literal["waiting", "building", "applied", "failed"]


class JudgeChange(msgspec.Struct):
    """A change of the file of judgements, and what became of it.

    Attributes:
        number: from 1.
        text: the change in words.
        added: the judgements that it wrote; none if it was an undo.
        note: on the choice of the file; "" for none.
        state: waiting for a build, building, applied, or failed.
        seconds: since it was written, until it was applied.
        message: what came out, in words.
        build_before: name of the build that readers saw before it was written.
    """

    number: int
    text: str
    added: tuple[Judgement, ...] = ()
    note: str = ""
    state: ChangeState = "waiting"
    seconds: float = 0.0
    message: str = ""
    written_at: float = 0.0
    build_before: str = ""


class JudgeJob:
    """The writer of judgements, and the builds that apply them.

    Args:
        store: folder of the graph.
        settings: who judges.
    """

    def __init__(self, store: Path, settings: JudgeSettings) -> None:
        self._settings = settings
        self._store = store
        self._process = BuildProcess(store)
        self._file = choose_judgement_file(store).output
        self._setting: Path | None = None  # the file that the project names
        self._changes: list[JudgeChange] = []
        self._writing = asyncio.Lock()
        self._building: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._count = 0
        self._unapplied: frozenset[Judgement] = frozenset()  # by the last build
        self._detector = ChangeDetector(self._read_file_state())
        self._absence = AbsenceTimer(self.file, self._setting)
        self._noticed_build = self._read_published()  # before the last change of the file

    @property
    def file(self) -> Path:
        """The file that judgements are written to: that of the project or of the last build.

        It stays as it was while neither can be read.
        """
        with suppress(KgraphError, OSError):
            if read_origin(self._store).sources:  # else another file would be chosen
                project = load_origin_project(self._store)
                self._file = choose_judgement_file(self._store, project=project).output
                self._setting = project.judgements if project else None
        return self._file

    async def open(self) -> None:
        """Start the process that builds, and the watch; apply what was judged meanwhile."""
        await asyncio.to_thread(self._process.start)
        with suppress(KgraphError, OSError):  # the pages and the next build say why
            if await asyncio.to_thread(self._has_unread):
                self._start_change("judgements that no build has read yet")
        self._watching = asyncio.create_task(self._watch())

    def _has_unread(self) -> bool:
        """Whether the file has other judgements than the last build read.

        Raises:
            DataError, StoreError, OSError: one of both cannot be read.
        """
        built = read_applied_judgements(Store(self._store)).read
        return built != drop_lines(load_judgements(self.file))

    async def close(self) -> None:
        """Stop both; a build that runs is left off."""
        for task in (self._watching, self._building):
            if task is not None:
                task.cancel()
        await asyncio.to_thread(self._process.stop)
        for task in (self._watching, self._building):
            if task is not None:
                with suppress(asyncio.CancelledError):
                    await task

    def load(self) -> list[Judgement]:
        """Load the judgements of the file, newest first.

        Raises:
            DataError: the file is not a list of judgements.
        """
        return [*reversed(load_judgements(self.file))]

    def read_applied(self) -> AppliedJudgements | None:
        """Return what the last build made of its judgements; None if it cannot be read."""
        with suppress(KgraphError, OSError):
            return read_applied_judgements(Store(self._store))
        return None

    async def add(self, judgements: Sequence[Judgement]) -> JudgeChange:
        """Write judgements, all or none, and start a build that applies them.

        Raises:
            RequestError: the file is gone for a moment: a new one would take all others back.
            DataError: one contradicts another one, or the file cannot be written.
        """
        signed = [sign_judgement(judgement, self._settings.by) for judgement in judgements]
        async with self._writing:
            if self._is_briefly_gone():
                raise RequestError(
                    409,
                    f"{self.file} is gone, perhaps only for a moment: repeat it in "
                    f"{ABSENCE_S:.0f} seconds, after which the file counts as deleted",
                )
            correction = await asyncio.to_thread(self._write, signed)
            text = "; ".join(map(str, signed))
            return self._start_change(text, correction.written, "; ".join(correction.notes))

    def _write(self, judgements: Sequence[Judgement]) -> Correction:
        return write_judgements(self._store, judgements, file=self.file, build=False)

    async def undo(self, line: int, digest: str) -> JudgeChange:
        """Remove the judgement on a line, and start a build without it.

        Args:
            line: on which it begins, from 1.
            digest: of the judgement (:func:`digest_judgement`).

        Raises:
            RequestError: another judgement is on that line by now.
            DataError: the file cannot be written.
        """
        async with self._writing:
            meant = [judgement for judgement in self.load() if judgement.line == line]
            if not meant or digest_judgement(meant[0]) != digest:
                raise RequestError(
                    409, "the file of judgements has changed meanwhile: look at it, and repeat"
                )
            await asyncio.to_thread(self._remove, meant)
            return self._start_change(f"undo {meant[0]}")

    async def undo_change(self, number: int) -> JudgeChange:
        """Remove what a change wrote, and start a build without it.

        Raises:
            RequestError: there is no such change, or a part of it is no longer in the file.
        """
        change = self.find_change(number)
        added = drop_lines(change.added) if change else frozenset()
        async with self._writing:
            present = {j.without_line(): j for j in self.load()}
            removed = [judgement for unlined, judgement in present.items() if unlined in added]
            if change is None or not removed or len(removed) < len(added):
                raise RequestError(409, "there is nothing to undo: look at the judgements")
            await asyncio.to_thread(self._remove, removed)
            return self._start_change(f"undo {change.text}")

    def _remove(self, judgements: Sequence[Judgement]) -> None:
        lines = [judgement.line for judgement in judgements]
        undo_judgements(self._store, lines, expected=judgements, file=self.file, build=False)

    def find_change(self, number: int) -> JudgeChange | None:
        """Return a change by its number."""
        change = next((change for change in self._changes if change.number == number), None)
        if change is not None and change.state in ("waiting", "building"):
            change.seconds = time.monotonic() - change.written_at
        return change

    @property
    def last_change(self) -> JudgeChange | None:
        """The newest change."""
        return self.find_change(self._count)

    def retry(self) -> None:
        """Build again, for changes whose build failed."""
        for change in self._list_failed():
            change.state, change.message = "waiting", ""
        self._start_build()

    def _start_change(
        self, text: str, added: Sequence[Judgement] = (), note: str = ""
    ) -> JudgeChange:
        self._count += 1
        self._detector.known = self._read_file_state()
        change = JudgeChange(
            *(self._count, text, tuple(added), note),
            written_at=time.monotonic(),
            build_before=self._noticed_build,
        )
        self._changes = [*self._changes, change][-MAX_CHANGES:]
        self._start_build()
        return change

    def _start_build(self) -> None:
        if not self._is_building:
            self._building = asyncio.create_task(self._build_until_applied())

    @property
    def _is_building(self) -> bool:
        return self._building is not None and not self._building.done()

    async def _build_until_applied(self) -> None:
        while changes := [change for change in self._changes if change.state == "waiting"]:
            for change in changes:
                change.state = "building"
            while self._is_briefly_gone():
                await asyncio.sleep(POLL_S)
            published, build_before = self._read_published(), changes[0].build_before
            outcome = await asyncio.to_thread(self._process.build, self.file, build_before)
            self._finish(changes, outcome)
            if not outcome.error:
                for change in self._list_failed(outcome):
                    # Another program's build may have applied it: then the numbers are not its own.
                    is_first = change.build_before == published
                    self._finish([change], outcome if is_first else replace(outcome, changes=None))
                self._noticed_build = self._read_published()

    def _finish(self, changes: Iterable[JudgeChange], outcome: BuildOutcome) -> None:
        """Remember and log what a build made of changes."""
        for change in changes:
            change.seconds = time.monotonic() - change.written_at
            is_applied = not outcome.error and outcome.has_read(change.added)
            change.state = "applied" if is_applied else "failed"
            message = describe_outcome(outcome, change.added, self._unapplied)
            change.message = "; ".join(filter(None, (message, change.note)))
            words = make_printable(f"{change.text}: {change.message}")
            sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")
        if not outcome.error:
            self._unapplied = frozenset(judgement for judgement, _ in outcome.unapplied)

    def _list_failed(self, outcome: BuildOutcome | None = None) -> list[JudgeChange]:
        failed = [change for change in self._changes if change.state == "failed"]
        return [c for c in failed if outcome is None or outcome.has_read(c.added)]

    async def _watch(self) -> None:
        """Look for what other programs have built and, if asked to, judged, once it has settled."""
        while True:
            await asyncio.sleep(POLL_S)
            published = self._read_published()
            file_state = self._read_file_state()
            is_changed = self._settings.watches and file_state != self._detector.known
            is_settled = self._detector.look(() if self._is_briefly_gone() else file_state)
            if is_changed and is_settled:
                verb = "was changed" if file_state[1] else "is gone"
                self._start_change(f"the file of judgements {verb}")
            elif not is_changed and published != self._noticed_build and not self._is_building:
                self._noticed_build = published
                outcome = None
                if self._list_failed():
                    outcome = await asyncio.to_thread(self._read_outcome)
                if outcome is not None:
                    self._finish(self._list_failed(outcome), outcome)

    def _is_briefly_gone(self) -> bool:
        return self._absence.is_brief(self.file, self._setting)

    def _read_file_state(self) -> tuple[Path, tuple[int, ...]]:
        return self.file, read_state(self._file)

    def _read_outcome(self) -> BuildOutcome | None:
        """Return the outcome of another program's build if it read the file as it is now."""
        with suppress(KgraphError, OSError):
            store = Store(self._store)
            applied = read_applied_judgements(store)
            if applied.read == drop_lines(load_judgements(self.file)):
                return BuildOutcome(
                    applied_by=describe_build(store.build),
                    changes=None,
                    unapplied=tuple((j, str(fault)) for j, fault in applied.unapplied.items()),
                    read=applied.read,
                )
        return None

    def _read_published(self) -> str:
        """Return the name of the build that readers see; "" if it cannot be read."""
        with suppress(StoreError):
            return read_current_name(self._store)
        return ""


def digest_judgement(judgement: Judgement) -> str:
    """Return a digest of a judgement, without its line."""
    return hex_digest(repr(judgement.without_line()), 24)


def describe_outcome(
    outcome: BuildOutcome,
    added: Collection[Judgement] = (),
    earlier: Collection[Judgement] = (),
) -> str:
    """Return what came out of a build, as a sentence.

    Args:
        added: judgements of the change; others that did not apply are only counted.
        earlier: judgements that did not apply before either, which are left out.

    >>> describe_outcome(BuildOutcome(seconds=2.5, changes=(("entity", "lost", 1),)))
    'applied in 2.5 s: 1 entity lost'
    >>> describe_outcome(BuildOutcome(applied_by="build 7", changes=None))
    'build 7 had applied it already, and is shown now'
    >>> describe_outcome(BuildOutcome(seconds=2.5, loss="j.yaml is gone"))
    'applied in 2.5 s: no name, mention or id is lost or new; j.yaml is gone'
    >>> describe_outcome(BuildOutcome(error="no space left"))
    'the file is changed, but not the graph: no space left'
    """
    if outcome.error:
        return f"the file is changed, but not the graph: {outcome.error}"
    if not outcome.has_read(added):
        gone = "no longer in the file of judgements: judge it again if it is meant"
        return f"not applied: {outcome.loss or gone}"
    applied = f"applied in {outcome.seconds:.1f} s"
    if outcome.applied_by:
        applied = f"{outcome.applied_by} had applied it already"
    if outcome.changes is None:
        sentences = [f"{applied}, and is shown now"]
    else:
        changes = [describe_change_count(*change) for change in outcome.changes]
        listed = ", ".join(changes) or "no name, mention or id is lost or new"
        sentences = [f"{applied}: {listed}"]
    sentences += [outcome.loss] if outcome.loss else []
    own = drop_lines(added)
    sentences += [words for judgement, words in outcome.unapplied if judgement in own]
    if left := sum(judgement not in {*own, *earlier} for judgement, _ in outcome.unapplied):
        noun = "other judgement" if own else "judgement"
        verb, them = ("does", "it") if left == 1 else ("do", "them")
        sentences.append(
            f"{pluralize(left, noun)} {verb} not apply: the list of judgements marks {them}"
        )
    return "; ".join(sentences)
