"""The graph as files: made once for each graph and format, then sent to whoever asks.

Takes the snapshot and a name such as ``graph.ttl``, gives the file, packed for the way where
the client can unpack it, and with ``.gz`` behind the name as the packed file itself, which can
be asked for in parts (RFC 9110, section 14). Files are written by a process
(:mod:`kgraph.web.written`), one at a time, into a folder that goes with the server; whoever
asks for one that is being written waits for it.

Invariants:
    * a file is sent only when it is whole;
    * the folder holds at most :data:`ROOM` bytes and files of the graph that answers now; those
      that were not asked for longest make room.
"""

from __future__ import annotations

import asyncio
import gzip
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from kgraph.errors import RequestError
from kgraph.export import FORMATS
from kgraph.names import shorten
from kgraph.web import exchange
from kgraph.web.endpoint import Endpoint
from kgraph.web.negotiation import HTML, content_type
from kgraph.web.page import LOOK, render
from kgraph.web.service import Service
from kgraph.web.snapshot import Snapshot
from kgraph.web.tasks import Write

HERE = "/downloads"

SIZE = 4 << 30
"""Bytes of a file, unpacked: thirty times a thousand recordings in their longest format."""

ROOM = 2 << 30
"""Bytes that packed files may take on disk."""

PIECE = 1 << 18
"""Bytes that are unpacked at once."""

PACKED = ".gz"


class File(msgspec.Struct, frozen=True):
    """A file that can be had.

    Attributes:
        name: as its address ends.
        format: name of a format (:data:`kgraph.export.FORMATS`).
        profile: ``full`` or ``edges``.
        words: what it is.
    """

    name: str
    format: str
    profile: str
    words: str

    @property
    def media_type(self) -> str:
        """What is in it."""
        return FORMATS[self.format].media_type


RDF = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")
"""Formats that hold all evidence or plain statements, as one chooses; others hold edges."""


def _files() -> Iterator[File]:
    for name, format_ in FORMATS.items():
        plain = "nodes" if name == "csv-nodes" else "edges" if name == "csv" else "graph"
        yield File(f"{plain}{format_.suffix}", name, "full", format_.words)
        if name in RDF:
            yield File(f"edges{format_.suffix}", name, "edges", format_.words)


FILES = {file.name: file for file in _files()}
"""By name."""


class Made(msgspec.Struct, frozen=True):
    """A file that was made: where it is, and its bytes packed and unpacked."""

    path: Path
    packed: int
    size: int


class Shelf:
    """The files that were made.

    Args:
        service: what writes them.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._folder: Path | None = None
        self._one = asyncio.Lock()
        self._tag = ""
        self._made: dict[str, Made] = {}

    def known(self, snapshot: Snapshot) -> dict[str, Made]:
        """The files that were made of a graph, by name."""
        return dict(self._made) if snapshot.tag == self._tag else {}

    async def get(self, snapshot: Snapshot, file: File) -> Made:
        """A file, which is made if it was not yet.

        Raises:
            KgraphError: it passed a limit.
        """
        async with self._one:
            if snapshot.tag != self._tag:
                self._clear(snapshot.tag)
            made = self._made.pop(file.name, None) or await self._make(snapshot, file)
            self._made[file.name] = made  # asked for last, forgotten last
            self._make_room()
            return made

    async def _make(self, snapshot: Snapshot, file: File) -> Made:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="kgraph-"))
        path = self._folder / file.name
        task = Write(file.format, file.profile, str(path), SIZE)
        size = await self._service.write(snapshot, task)
        return Made(path, path.stat().st_size, size)

    def _make_room(self) -> None:
        while sum(made.packed for made in self._made.values()) > ROOM and len(self._made) > 1:
            oldest = next(iter(self._made))
            self._made.pop(oldest).path.unlink(missing_ok=True)

    def _clear(self, tag: str) -> None:
        # Who is being sent one holds it open: it stays until the last byte.
        for made in self._made.values():
            made.path.unlink(missing_ok=True)
        self._made.clear()
        self._tag = tag

    def close(self) -> None:
        """Remove all of them."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


# -- endpoints ---------------------------------------------------------------------


async def overview(request: Request) -> Response:
    """The files that can be had."""
    service = exchange.service(request)
    snapshot = service.snapshot()
    made = _shelf(request).known(snapshot)
    text = render(
        "downloads.html",
        here=HERE,
        meta=snapshot.store.meta,
        files=[(file, made.get(file.name)) for file in FILES.values()],
    )
    tag = exchange.etag(snapshot, LOOK, text)
    if exchange.unchanged(request, tag):
        return Response(status_code=304, headers=exchange.cached(tag))
    return Response(text, 200, exchange.cached(tag), HTML)


async def download(request: Request) -> Response:
    """One file."""
    name = request.path_params["name"]
    file = FILES.get(name.removesuffix(PACKED))
    if file is None:
        raise RequestError(404, f"{shorten(name)}: no such file: {HERE} lists them")
    snapshot = exchange.service(request).snapshot()
    tag = exchange.etag(snapshot, name)
    headers = exchange.cached(tag) | {"Vary": "Accept-Encoding"}
    if exchange.unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":  # who only asks what it is makes nothing
        return Response(headers=headers, media_type=content_type(file.media_type))
    # The file is wanted by others, too: it is made even when this client goes.
    made = await asyncio.shield(_shelf(request).get(snapshot, file))
    named = headers | {"Content-Disposition": f'attachment; filename="{name}"'}
    if name.endswith(PACKED):
        return FileResponse(made.path, headers=named, media_type="application/gzip")
    return _unpacked(request, file, made, named)


def _unpacked(request: Request, file: File, made: Made, headers: dict[str, str]) -> Response:
    """The file for who wants it unpacked: packed for the way, if the client can undo that."""
    packed = "gzip" in request.headers.get("accept-encoding", "")
    coding = {"Content-Encoding": "gzip"} if packed else {}
    length = {"Content-Length": str(made.packed if packed else made.size)}
    return StreamingResponse(
        _pieces(made.path, packed),
        headers=headers | coding | length,
        media_type=content_type(file.media_type),
    )


def _pieces(path: Path, packed: bool) -> Iterator[bytes]:
    with path.open("rb") if packed else gzip.open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _shelf(request: Request) -> Shelf:
    found: Shelf = request.app.state.shelf
    return found


ENDPOINTS = (
    Endpoint(HERE, overview),
    Endpoint(HERE + "/{name}", download, data=True),
)
