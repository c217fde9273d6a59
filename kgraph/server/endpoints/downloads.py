"""The graph as files: made once for each graph and format, then sent to whoever asks.

Takes the snapshot and a name such as ``graph.ttl``, gives the file, packed for the way where
the client can unpack it, and with ``.gz`` behind the name as the packed file itself, which can
be asked for in parts (RFC 9110, section 14). Files are written by a process
(:mod:`kgraph.server.workers.write_export`), one at a time, into a folder that goes with the server
(:mod:`kgraph.store.scratch`); whoever asks for one that is being written waits for it.

Invariants:
    * a file is sent only when it is whole, and stands as long as it is being sent;
    * beside those the folder holds at most :data:`ROOM` bytes and files of the graph that answers
      now; those that were not asked for longest make room.
"""

from __future__ import annotations

import asyncio
import gzip
import weakref
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from kgraph.base.errors import RequestError
from kgraph.base.text import shorten
from kgraph.export import FORMATS
from kgraph.server.http import responses
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.negotiation import HTML, content_type, takes_coding
from kgraph.server.pages.templates import LOOK, render
from kgraph.server.service import Service
from kgraph.server.workers.tasks import Write
from kgraph.store.current import Snapshot
from kgraph.store.scratch import ScratchFolder

HERE = "/downloads"

SIZE = 4 << 30
"""Bytes of a file, unpacked: thirty times a thousand recordings in their longest format."""

ROOM = 2 << 30
"""Bytes that packed files may take on disk."""

PIECE = 1 << 18
"""Bytes that are unpacked at once."""

PACKED = ".gz"

GZIP = "application/gzip"


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


def _known() -> Iterator[File]:
    for name, format_ in FORMATS.items():
        plain = "nodes" if name == "csv-nodes" else "edges" if name == "csv" else "graph"
        yield File(f"{plain}{format_.suffix}", name, "full", format_.words)
        if name in RDF:
            yield File(f"edges{format_.suffix}", name, "edges", format_.words)


FILES = {file.name: file for file in _known()}
"""By name."""


class Made:
    """A file that was made, which is removed when nobody holds this any more.

    Attributes:
        path: where it is.
        packed: its bytes.
        size: the same unpacked.
    """

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.packed = path.stat().st_size
        self.size = size
        weakref.finalize(self, path.unlink, missing_ok=True)


class Files:
    """The files that were made.

    Args:
        service: what writes them.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._folder: ScratchFolder | None = None
        self._one = asyncio.Lock()
        self._tag = ""
        self._made: dict[str, Made] = {}
        self._numbers = count()

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
            self._folder = ScratchFolder()
        # Never one name twice: the file before may still be on its way to somebody.
        path = self._folder.path / f"{next(self._numbers)}-{file.name}"
        task = Write(file.format, file.profile, str(path), SIZE)
        return Made(path, await self._service.write(snapshot, task))

    def _make_room(self) -> None:
        while sum(made.packed for made in self._made.values()) > ROOM and len(self._made) > 1:
            del self._made[next(iter(self._made))]

    def _clear(self, tag: str) -> None:
        self._made.clear()
        self._tag = tag

    def close(self) -> None:
        """Remove all of them."""
        if self._folder is not None:
            self._folder.remove()


# -- endpoints ---------------------------------------------------------------------


async def overview(request: Request) -> Response:
    """The files that can be had."""
    service = responses.service(request)
    snapshot = service.snapshot()
    made = _files(request).known(snapshot)
    text = render(
        "downloads.html",
        here=HERE,
        meta=snapshot.store.meta,
        files=[(file, made.get(file.name)) for file in FILES.values()],
    )
    tag = responses.etag(snapshot, LOOK, text)
    if responses.unchanged(request, tag):
        return Response(status_code=304, headers=responses.cached(tag))
    return Response(text, 200, responses.cached(tag), HTML)


async def download(request: Request) -> Response:
    """One file."""
    name = request.path_params["name"]
    file = FILES.get(name.removesuffix(PACKED))
    if file is None:
        raise RequestError(404, f"{shorten(name)}: no such file: {HERE} lists them")
    snapshot = responses.service(request).snapshot()
    tag = responses.etag(snapshot, name)
    headers = responses.cached(tag) | {"Vary": "Accept-Encoding"}
    if responses.unchanged(request, tag):
        return Response(status_code=304, headers=headers)
    named = headers | {"Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD" and file.name not in _files(request).known(snapshot):
        return _unmade(file, name, named)
    # The file is wanted by others, too: it is made even when this client goes.
    made = await asyncio.shield(_files(request).get(snapshot, file))
    if name.endswith(PACKED):
        return _Packed(made, named)
    return _unpacked(request, file, made, named)


def _unmade(file: File, name: str, headers: dict[str, str]) -> Response:
    """What a file is, for who only asks that: none is made, so nobody knows its length."""
    media_type = GZIP if name.endswith(PACKED) else content_type(file.media_type)
    response = Response(headers=headers, media_type=media_type)
    del response.headers["content-length"]
    return response


class _Packed(FileResponse):
    """The packed file itself, or parts of it."""

    def __init__(self, made: Made, headers: dict[str, str]) -> None:
        super().__init__(made.path, headers=headers, media_type=GZIP)
        self._made = made  # held until the last byte


def _unpacked(request: Request, file: File, made: Made, headers: dict[str, str]) -> Response:
    """The file for who wants it unpacked: packed for the way, if the client can undo that."""
    packed = takes_coding(request.headers.get("accept-encoding", ""), "gzip")
    coding = {"Content-Encoding": "gzip"} if packed else {}
    length = {"Content-Length": str(made.packed if packed else made.size)}
    headers, media_type = headers | coding | length, content_type(file.media_type)
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    return StreamingResponse(_pieces(made, packed), headers=headers, media_type=media_type)


def _pieces(made: Made, packed: bool) -> Iterator[bytes]:
    with made.path.open("rb") if packed else gzip.open(made.path, "rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _files(request: Request) -> Files:
    found: Files = request.app.state.files
    return found


ENDPOINTS = (
    Endpoint(HERE, overview),
    Endpoint(HERE + "/{name}", download, data=True),
)
