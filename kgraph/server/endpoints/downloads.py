"""The graph as files: made once for each graph and format, then sent to whoever asks.

Takes the snapshot and a name such as ``graph.ttl``, gives the file, packed for the way where
the client can unpack it, and with ``.gz`` behind the name as the packed file itself, which can
be asked for in parts (RFC 9110, section 14). Files are written by a process
(:mod:`kgraph.server.workers.write_export`), one at a time, into a folder that goes with the server
(:mod:`kgraph.store.scratch`); whoever asks for one that is being written waits for it.

Invariants:
    * a file is sent only when it is whole, and stands as long as it is being sent;
    * beside those the folder holds at most :data:`MAX_FOLDER_BYTES` bytes and files of the graph that answers
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
from kgraph.export import EXPORT_FORMATS
from kgraph.server.http import responses
from kgraph.server.http.endpoint import Endpoint
from kgraph.server.http.negotiation import HTML, accepts_encoding, add_charset
from kgraph.server.pages.templates import TEMPLATE_HASH, render_template
from kgraph.server.service import Service
from kgraph.server.workers.tasks import WriteExport
from kgraph.store.scratch import ScratchFolder
from kgraph.views.open_graph import OpenGraph

DOWNLOADS_PATH = "/downloads"

MAX_DOWNLOAD_BYTES = 4 << 30
"""Bytes of a file, unpacked: thirty times a thousand recordings in their longest format."""

MAX_FOLDER_BYTES = 2 << 30
"""Bytes that packed files may take on disk."""

UNPACK_CHUNK_BYTES = 1 << 18
"""Bytes that are unpacked at once."""

GZIP_SUFFIX = ".gz"

GZIP_MEDIA_TYPE = "application/gzip"


class DownloadFile(msgspec.Struct, frozen=True):
    """A file that can be had.

    Attributes:
        name: as its address ends.
        format: name of a format (:data:`kgraph.export.EXPORT_FORMATS`).
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
        return EXPORT_FORMATS[self.format].media_type


RDF_FORMATS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")
"""Formats that hold all evidence or plain statements, as one chooses; others hold edges."""


def _list_downloads() -> Iterator[DownloadFile]:
    for name, format_ in EXPORT_FORMATS.items():
        plain = "nodes" if name == "csv-nodes" else "edges" if name == "csv" else "graph"
        yield DownloadFile(f"{plain}{format_.suffix}", name, "full", format_.description)
        if name in RDF_FORMATS:
            yield DownloadFile(f"edges{format_.suffix}", name, "edges", format_.description)


DOWNLOADS = {file.name: file for file in _list_downloads()}
"""By name."""


class GeneratedFile:
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


class DownloadCache:
    """The files that were made.

    Args:
        service: what writes them.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._folder: ScratchFolder | None = None
        self._lock = asyncio.Lock()
        self._tag = ""
        self._generated: dict[str, GeneratedFile] = {}
        self._numbers = count()

    def list_generated(self, snapshot: OpenGraph) -> dict[str, GeneratedFile]:
        """The files that were made of a graph, by name."""
        return dict(self._generated) if snapshot.tag == self._tag else {}

    async def get_or_generate(self, snapshot: OpenGraph, file: DownloadFile) -> GeneratedFile:
        """A file, which is made if it was not yet.

        Raises:
            KgraphError: it passed a limit.
        """
        async with self._lock:
            if snapshot.tag != self._tag:
                self._clear(snapshot.tag)
            made = self._generated.pop(file.name, None) or await self._generate(snapshot, file)
            self._generated[file.name] = made  # asked for last, forgotten last
            self._evict()
            return made

    async def _generate(self, snapshot: OpenGraph, file: DownloadFile) -> GeneratedFile:
        if self._folder is None:
            self._folder = ScratchFolder()
        # Never one name twice: the file before may still be on its way to somebody.
        path = self._folder.path / f"{next(self._numbers)}-{file.name}"
        task = WriteExport(file.format, file.profile, str(path), MAX_DOWNLOAD_BYTES)
        return GeneratedFile(path, await self._service.write_export(snapshot, task))

    def _evict(self) -> None:
        while (
            sum(made.packed for made in self._generated.values()) > MAX_FOLDER_BYTES
            and len(self._generated) > 1
        ):
            del self._generated[next(iter(self._generated))]

    def _clear(self, tag: str) -> None:
        self._generated.clear()
        self._tag = tag

    def close(self) -> None:
        """Remove all of them."""
        if self._folder is not None:
            self._folder.remove()


# -- endpoints ---------------------------------------------------------------------


async def serve_downloads_page(request: Request) -> Response:
    """The files that can be had."""
    service = responses.get_service(request)
    snapshot = service.get_graph()
    made = _get_download_cache(request).list_generated(snapshot)
    text = render_template(
        "downloads.html",
        section=DOWNLOADS_PATH,
        meta=snapshot.store.meta,
        files=[(file, made.get(file.name)) for file in DOWNLOADS.values()],
    )
    tag = responses.make_etag(snapshot, TEMPLATE_HASH, text)
    if responses.is_not_modified(request, tag):
        return Response(status_code=304, headers=responses.cache_headers(tag))
    return Response(text, 200, responses.cache_headers(tag), HTML)


async def serve_download(request: Request) -> Response:
    """One file."""
    name = request.path_params["name"]
    file = DOWNLOADS.get(name.removesuffix(GZIP_SUFFIX))
    if file is None:
        raise RequestError(404, f"{shorten(name)}: no such file: {DOWNLOADS_PATH} lists them")
    snapshot = responses.get_service(request).get_graph()
    tag = responses.make_etag(snapshot, name)
    headers = responses.cache_headers(tag) | {"Vary": "Accept-Encoding"}
    if responses.is_not_modified(request, tag):
        return Response(status_code=304, headers=headers)
    named = headers | {"Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD" and file.name not in _get_download_cache(request).list_generated(
        snapshot
    ):
        return _head_response(file, name, named)
    # The file is wanted by others, too: it is made even when this client goes.
    made = await asyncio.shield(_get_download_cache(request).get_or_generate(snapshot, file))
    if name.endswith(GZIP_SUFFIX):
        return _PackedResponse(made, named)
    return _unpacked_response(request, file, made, named)


def _head_response(file: DownloadFile, name: str, headers: dict[str, str]) -> Response:
    """What a file is, for who only asks that: none is made, so nobody knows its length."""
    media_type = GZIP_MEDIA_TYPE if name.endswith(GZIP_SUFFIX) else add_charset(file.media_type)
    response = Response(headers=headers, media_type=media_type)
    del response.headers["content-length"]
    return response


class _PackedResponse(FileResponse):
    """The packed file itself, or parts of it."""

    def __init__(self, made: GeneratedFile, headers: dict[str, str]) -> None:
        super().__init__(made.path, headers=headers, media_type=GZIP_MEDIA_TYPE)
        self._file = made  # held until the last byte


def _unpacked_response(
    request: Request, file: DownloadFile, made: GeneratedFile, headers: dict[str, str]
) -> Response:
    """The file for who wants it unpacked: packed for the way, if the client can undo that."""
    packed = accepts_encoding(request.headers.get("accept-encoding", ""), "gzip")
    coding = {"Content-Encoding": "gzip"} if packed else {}
    length = {"Content-Length": str(made.packed if packed else made.size)}
    headers, media_type = headers | coding | length, add_charset(file.media_type)
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    return StreamingResponse(_iter_chunks(made, packed), headers=headers, media_type=media_type)


def _iter_chunks(made: GeneratedFile, packed: bool) -> Iterator[bytes]:
    with made.path.open("rb") if packed else gzip.open(made.path, "rb") as file:
        while piece := file.read(UNPACK_CHUNK_BYTES):
            yield piece


def _get_download_cache(request: Request) -> DownloadCache:
    found: DownloadCache = request.app.state.files
    return found


ENDPOINTS = (
    Endpoint(DOWNLOADS_PATH, serve_downloads_page),
    Endpoint(DOWNLOADS_PATH + "/{name}", serve_download, has_cors=True),
)
