"""Push an export into a named graph of another triple store, whole or as the changes.

Protocols: https://www.w3.org/TR/sparql11-http-rdf-update/ for the whole graph,
https://www.w3.org/TR/sparql11-protocol/ for changes and queries.

Invariant: before the first request that changes the graph, the record of the push says that a
push is running. So a push that is cut, whatever cuts it, is completed by the next one: a whole
graph is sent again, changes continue at the first chunk that was not acknowledged (a chunk that is
sent twice does no harm).
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from urllib.parse import quote, urlsplit

import msgspec
from msgspec.structs import replace

from kgraph.base.errors import InputError, PushError
from kgraph.base.files import ScratchFolder
from kgraph.base.http_client import PASSWORD_VARIABLE, USER_VARIABLE, HttpClient
from kgraph.base.progress import Progress
from kgraph.base.sorted_lines import LineFile
from kgraph.base.text import pluralize
from kgraph.export.delta import (
    Change,
    ClassDigest,
    Delta,
    compute_digests,
    digest_query,
    export_statements,
    format_update,
    list_differences,
)
from kgraph.export.rdf import RdfContent, check_graph_iri
from kgraph.store import Store
from kgraph.store.push_record import (
    PushRecord,
    find_push_folder,
    lock_pushes,
    read_push_record,
    write_push_record,
)

MAX_LISTED_CLASSES = 5  #: in the error of a graph that differs


class PushTarget(msgspec.Struct, frozen=True):
    """A named graph of a triple store.

    Attributes:
        url: of its Graph Store Protocol, without the graph.
        graph: IRI of the graph.
        update_url: of its SPARQL Update; "" if changes are not sent.
        query_url: of its SPARQL queries; "" for the usual one beside ``update_url``.
    """

    url: str
    graph: str
    update_url: str = ""
    query_url: str = ""

    @property
    def queries(self) -> str:
        """Address of queries: by the habit of Fuseki, Oxigraph and RDF4J, else of updates.

        >>> PushTarget("", "", "http://localhost:7878/update").queries
        'http://localhost:7878/query'
        """
        for end, other in (("/update", "/query"), ("/statements", "")):
            if not self.query_url and self.update_url.endswith(end):
                return self.update_url.removesuffix(end) + other
        return self.query_url or self.update_url

    def check(self, *, needs_update: bool, needs_queries: bool) -> None:
        """Raise InputError if an address is wrong or missing."""
        check_graph_iri(self.graph)
        for address in filter(None, (self.url, self.update_url, self.query_url)):
            parts = urlsplit(address)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise InputError(f"{address}: not an address: begin with http:// or https://")
            if parts.username is not None:
                raise InputError(
                    f"{parts.hostname}: a password in an address is seen by others: set "
                    f"{USER_VARIABLE} and {PASSWORD_VARIABLE}"
                )
        if needs_update and not self.update_url:
            raise InputError("changes need the address of SPARQL Update: add --update-url")
        if needs_queries and not self.queries:
            raise InputError("--verify needs the address of SPARQL queries: add --query-url")


class PushReport(msgspec.Struct):
    """The outcome of a push, or of its rehearsal."""

    graph: str
    whole: bool = False  #: whether the graph was replaced
    statements: int = 0  #: of the graph afterwards
    deleted: int = 0
    inserted: int = 0
    requests: int = 0  #: that change the graph
    bytes: int = 0  #: in the bodies of these
    verified: int = 0  #: classes whose digests were compared
    notes: list[str] = []

    def describe(self, rehearsed: bool = False) -> list[str]:
        """Return a sentence on what was sent, or would be, and each remark."""
        verb = "would send" if rehearsed else "sent"
        size = f"{pluralize(self.requests, 'request')} with {self.bytes / 1e6:.1f} MB"
        if not self.requests:
            line = f"nothing to send: {self.graph} holds this export"
        elif self.whole:
            line = f"{verb} {size}: replaced {self.graph}"
        else:
            line = f"{verb} {size}: {self.deleted:,} deleted, {self.inserted:,} inserted"
        lines = [*self.notes, f"{line}; {pluralize(self.statements, 'statement')} in all"]
        if self.verified:
            what = pluralize(self.verified, "class", "classes")
            lines.append(f"verified: number and digest of the statements of {what} agree")
        return lines


def push(
    store: Store,
    target: PushTarget,
    content: RdfContent,
    client: HttpClient,
    *,
    delta: bool = False,
    overwrite: bool = False,
    verify: bool = False,
    rehearse: bool = False,
    progress: Progress,
) -> PushReport:
    """Make a graph of a triple store equal to the export of a store.

    Args:
        content: what the export holds.
        delta: send only the changes since the last push.
        overwrite: replace a graph even if no push from this store has written it.
        verify: compare number and digest of the statements of each class afterwards.
        rehearse: send nothing, and return what would be sent.

    Raises:
        InputError: an address or the content is wrong.
        PushError: the triple store refuses, cannot be reached, or holds something else.
        StoreError: the record of the push cannot be written, or another push to the graph runs.
    """
    target.check(needs_update=delta, needs_queries=delta or verify)
    folder = find_push_folder(store.path, f"{target.url} {target.graph}")
    if rehearse:
        with ScratchFolder() as scratch:
            running = _Push(store, target, content, client, folder=scratch, progress=progress)
            running.record = read_push_record(folder)
            return running.rehearse(delta)
    with lock_pushes(folder):
        running = _Push(store, target, content, client, folder=folder, progress=progress)
        running.record = read_push_record(folder)
        if delta and not running.record.is_uncertain:
            running.send_changes()
        else:
            running.send_whole(overwrite or running.record.is_uncertain)
        if verify:
            running.verify()
    return running.report


class _Push:
    """One push: its record on disk, and its report.

    Args:
        folder: of the record, and of the files that it names.
    """

    record: PushRecord

    def __init__(
        self,
        store: Store,
        target: PushTarget,
        content: RdfContent,
        client: HttpClient,
        *,
        folder: Path,
        progress: Progress,
    ) -> None:
        self.store = store
        self.target = target
        self.content = content
        self.client = client
        self.folder = folder
        self.progress = progress
        self.export = self._export(store)
        self.report = PushReport(target.graph, statements=self.export.lines)

    def rehearse(self, delta: bool) -> PushReport:
        """Return the report of a push that is not made."""
        report, held = self.report, self.record.coming or self.record.held
        if delta and held and not self.record.is_uncertain:
            changes = Delta(held, self.export)
            report.deleted, report.inserted = changes.count()
            for chunk in changes.chunks():
                report.requests += 1
                report.bytes += len(format_update(chunk, self.target.graph))
        else:
            report.whole, report.requests = True, 1
            report.inserted, report.bytes = self.export.lines, self.export.size
        if delta and report.whole:
            report.notes.append("no complete push to this graph is recorded")
        if self.record.coming:
            report.notes.append("the last push was cut; it is completed first")
        return report

    def send_whole(self, overwrite: bool) -> None:
        """Replace the graph in one request."""
        before, export = self.record, self.export
        if before.is_uncertain:
            self.report.notes.append("the last push of the whole graph was cut; it was repeated")
        elif not overwrite and not before.held and self.target.queries and (n := self._count()):
            raise PushError(
                f"{self.target.graph}: holds {pluralize(n, 'statement')} that no push from this "
                "store wrote: name another --graph, or replace it with --overwrite"
            )
        # A refusal leaves the graph, and the former record, as they are.
        self._save(PushRecord(coming=export), before.held, before.coming)
        self.progress("sending", 0, 0)
        url = f"{self.target.url}{'&' if '?' in self.target.url else '?'}graph="
        url += quote(self.target.graph, safe="")
        try:
            self.client.send("PUT", url, "application/n-triples", export.size, export.read_blocks)
        except PushError as error:
            if error.is_refused:
                self._save(before)
                raise PushError(f"{error}; nothing was written", is_refused=True) from error
            raise PushError(
                f"{error}; the graph may hold the former statements, the new ones, or a part: "
                "run the same push again, which replaces it"
            ) from error
        self.report.whole, self.report.requests = True, 1
        self.report.inserted, self.report.bytes = export.lines, export.size
        self._save(PushRecord(held=export))

    def send_changes(self) -> None:
        """Change the graph from what it holds to the export."""
        if self.record.held and self.record.coming:
            self.report.notes.append("the last push was cut; it was completed first")
            self._apply(Delta(self.record.held, self.record.coming))
        held = self.record.held or self._find_held()
        self._check_count(held, "the last push left")
        self._save(PushRecord(held=held, coming=self.export))
        self._apply(Delta(held, self.export))
        self._check_count(self.export, "the export has")

    def _find_held(self) -> LineFile:
        """Return the export that the graph holds: this build's, or the last one's."""
        digests = self._fetch_digests()
        previous = self.store.previous
        for statements in (self.export, previous and self._export(previous)):
            if statements and compute_digests(statements) == digests:
                return statements
        raise PushError(
            f"{self.target.graph}: no push to this graph is recorded, and it does not hold the "
            "export of the last build: push it whole once, without --delta"
        )

    def _apply(self, delta: Delta) -> None:
        """Send the changes from the first chunk that was not acknowledged."""
        total = sum(1 for _ in delta.chunks())
        for number, chunk in enumerate(delta.chunks(), 1):
            if number <= self.record.sent:
                continue
            self.progress("sending", number, total)
            try:
                self._send_chunk(chunk)
            except PushError as error:
                written = f"{number - 1} of {total} requests were written"
                raise PushError(
                    f"{error}; {written}, and the graph is between two builds: run the same push "
                    "again, which continues there",
                    is_refused=error.is_refused,
                ) from error
            self._save(replace(self.record, sent=number))
        self._save(PushRecord(held=self.record.coming))

    def _send_chunk(self, chunk: list[Change]) -> None:
        data = format_update(chunk, self.target.graph)
        url, media_type = self.target.update_url, "application/sparql-update"
        self.client.send("POST", url, media_type, len(data), lambda: [data])
        inserted = sum(is_inserted for is_inserted, _ in chunk)
        self.report.inserted += inserted
        self.report.deleted += len(chunk) - inserted
        self.report.requests += 1
        self.report.bytes += len(data)

    # -- questions to the triple store

    def verify(self) -> None:
        """Compare the graph with the export; PushError if they differ."""
        self.progress("verifying", 0, 0)
        expected = compute_digests(self.export)
        if differences := list_differences(expected, self._fetch_digests()):
            listed = "; ".join(differences[:MAX_LISTED_CLASSES])
            more = len(differences) - MAX_LISTED_CLASSES
            raise PushError(
                f"{self.target.graph}: differs from the export: {listed}"
                f"{f'; and {more} more' if more > 0 else ''}: push it whole, without --delta"
            )
        self.report.verified = len(expected) - 1

    def _fetch_digests(self) -> dict[str, ClassDigest]:
        rows = self._ask(digest_query(self.target.graph, by_class=False))
        rows += self._ask(digest_query(self.target.graph))
        return {
            row.get("class", ""): ClassDigest(int(row["n"]), int(Decimal(row.get("sum") or "0")))
            for row in rows
        }

    def _check_count(self, expected: LineFile, whose: str) -> None:
        if (count := self._count()) != expected.lines:
            raise PushError(
                f"{self.target.graph}: holds {count:,} statements, and {whose} "
                f"{expected.lines:,}: something else wrote to it: push it whole, without --delta"
            )

    def _count(self) -> int:
        pattern = f"{{ GRAPH <{self.target.graph}> {{ ?s ?p ?o }} }}"
        return int(self._ask(f"SELECT (COUNT(*) AS ?n) {pattern}")[0]["n"])

    def _ask(self, query: str) -> list[dict[str, str]]:
        return self.client.select(self.target.queries, query)

    # -- the record

    def _export(self, store: Store) -> LineFile:
        self.progress("exporting", 0, 0)
        written = export_statements(store, self.folder / "export.nt.gz", self.content)
        path = self.folder / f"{written.digest[:32]}.nt.gz"
        Path(written.path).replace(path)
        return replace(written, path=str(path))

    def _save(self, record: PushRecord, *keep: LineFile | None) -> None:
        self.record = replace(record, graph=f"{self.target.url} {self.target.graph}")
        write_push_record(self.folder, self.record, self.export, *keep)
