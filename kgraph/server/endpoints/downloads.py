"""Downloads of the graph as files, generated once for each graph and format.

``/downloads/graph.ttl`` is sent with Content-Encoding gzip to clients that accept it;
``graph.ttl.gz`` is the packed file itself, and supports ranges (RFC 9110, section 14). Files are
written by a process (:class:`kgraph.server.workers.file_tasks.WriteExport`), one at a time, into a
folder that is removed with the server (:mod:`kgraph.base.files`). Requests for a file in
progress wait.

Invariants:
    * only complete files are sent, and a file exists as long as it is being sent;
    * besides those, the folder holds at most :data:`MAX_FOLDER_BYTES` bytes of files of the
      current graph; the least recently used ones are removed first.
"""

from __future__ import annotations

import asyncio
import gzip
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from kgraph.base.errors import RequestError
from kgraph.base.files import ScratchFolder
from kgraph.base.text import shorten
from kgraph.export import EXPORT_FORMATS, ExportFormat
from kgraph.export.export import RDF_FORMATS
from kgraph.server.html.templates import TEMPLATE_HASH, render_template
from kgraph.server.http import responses
from kgraph.server.http.responses import Endpoint
from kgraph.server.negotiation import HTML, accepts_encoding, add_charset
from kgraph.server.pages.parameters import parse_request
from kgraph.server.service import Service
from kgraph.server.workers.file_tasks import WriteAtlas, WriteExport
from kgraph.views.open_graph import OpenGraph
from kgraph.views.values import NoParameters

DOWNLOADS_PATH = "/downloads"

#: Unpacked size of a file: thirty times a thousand episodes in their longest format.
MAX_DOWNLOAD_BYTES = 4 << 30

MAX_FOLDER_BYTES = 2 << 30  #: packed files on disk

UNPACK_CHUNK_BYTES = 1 << 18

GZIP_SUFFIX = ".gz"
GZIP_MEDIA_TYPE = "application/gzip"


class DownloadFile(msgspec.Struct, frozen=True):
    """A file on offer."""

    name: str  #: last segment of its path
    format: ExportFormat
    profile: str  #: of RDF, one of :data:`kgraph.rdf.PROFILES`; ``kb``, the default, of others
    contents: str  #: ``everything``, ``kb``, ``edges``, ``nodes`` or ``ids``


#: Formats with nodes and edges in one file; the others are tables of either.
NETWORK_FORMATS = ("graphml", "gexf", "json")


def _list_downloads() -> Iterator[DownloadFile]:
    for name, format_ in EXPORT_FORMATS.items():
        if name in RDF_FORMATS:
            yield DownloadFile(f"kb{format_.suffix}", format_, "kb", "kb")
            yield DownloadFile(f"graph{format_.suffix}", format_, "full", "everything")
            yield DownloadFile(f"edges{format_.suffix}", format_, "edges", "edges")
        elif format_.holds == "tables":
            yield DownloadFile(f"graph{format_.suffix}", format_, "kb", "everything")
        elif format_.holds == "mappings":
            yield DownloadFile(f"identity{format_.suffix}", format_, "kb", "ids")
        else:
            contents = "nodes" if name == "csv-nodes" else "edges"
            stem = "graph" if name in NETWORK_FORMATS else contents
            yield DownloadFile(f"{stem}{format_.suffix}", format_, "kb", contents)


DOWNLOADS = {file.name: file for file in _list_downloads()}  #: by name


class GeneratedFile:
    """A packed file on disk, removed with the last reference to this object."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.packed = path.stat().st_size  #: bytes
        self.size = size  #: bytes, unpacked
        weakref.finalize(self, path.unlink, missing_ok=True)


#: Makes the task that writes a file to a path.
MakeTask = Callable[[Path], WriteExport | WriteAtlas]


class DownloadCache:
    """The generated files of the current graph, least recently used first."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._folder: ScratchFolder | None = None
        self._lock = asyncio.Lock()
        self._tag = ""
        self._generated: dict[str, GeneratedFile] = {}
        self._numbers = count()
        self._running: dict[tuple[str, str], asyncio.Task[GeneratedFile]] = {}

    def list_generated(self, graph: OpenGraph) -> dict[str, GeneratedFile]:
        """Return the generated files of a graph, by name."""
        return dict(self._generated) if graph.tag == self._tag else {}

    async def await_file(
        self, graph: OpenGraph, name: str, make_task: MakeTask, timeout_s: float | None = None
    ) -> GeneratedFile | None:
        """Return a file; None if it is not generated within some seconds, and goes on being so.

        Others may want the file as well, so that it is generated even if this caller goes.

        Raises:
            KgraphError: it passed a limit; the next call tries again.
        """
        key = graph.tag, name
        if key not in self._running:
            work = self.get_or_generate(graph, name, make_task)
            self._running[key] = asyncio.create_task(work)
        task = self._running[key]
        await asyncio.wait((task,), timeout=timeout_s)
        if not task.done():
            return None
        if self._running.get(key) is task:
            del self._running[key]
        return task.result()

    async def get_or_generate(
        self, graph: OpenGraph, name: str, make_task: MakeTask
    ) -> GeneratedFile:
        """Return a file, generated if necessary.

        Raises:
            KgraphError: it passed a limit.
        """
        async with self._lock:
            if graph.tag != self._tag:
                self._generated.clear()
                self._tag = graph.tag
            generated = self._generated.pop(name, None)
            if generated is None:
                if self._folder is None:
                    self._folder = ScratchFolder()
                # A new name each time: the previous file may still be being sent.
                path = self._folder.path / f"{next(self._numbers)}-{name}"
                size = await self._service.write_file(graph, make_task(path))
                generated = GeneratedFile(path, size)
            self._generated[name] = generated
            sizes = [cached.packed for cached in self._generated.values()]
            while sum(sizes) > MAX_FOLDER_BYTES and len(sizes) > 1:
                del self._generated[next(iter(self._generated))], sizes[0]
            return generated

    def close(self) -> None:
        """Remove all files, and stop generating further ones."""
        for task in self._running.values():
            task.cancel()
        if self._folder is not None:
            self._folder.remove()


# -- endpoints ---------------------------------------------------------------------


async def serve_downloads_page(request: Request) -> Response:
    """List the files."""
    parse_request(request, NoParameters)
    graph = responses.get_service(request).get_graph()
    generated = get_download_cache(request).list_generated(graph)
    page = render_template(
        "downloads.html",
        section=DOWNLOADS_PATH,
        meta=graph.store.meta,
        files=[(file, generated.get(file.name)) for file in DOWNLOADS.values()],
    )
    return Response(
        page, 200, responses.make_cache_headers(request, graph, TEMPLATE_HASH, page), HTML
    )


async def serve_download(request: Request) -> Response:
    """Send one file."""
    name = request.path_params["name"]
    file = DOWNLOADS.get(name.removesuffix(GZIP_SUFFIX))
    if file is None:
        raise RequestError(404, f"{shorten(name)}: no such file: {DOWNLOADS_PATH} lists them")
    graph = responses.get_service(request).get_graph()
    headers = responses.make_cache_headers(request, graph, name, more={"Vary": "Accept-Encoding"})
    headers |= {"Content-Disposition": f'attachment; filename="{name}"'}
    media_type = (
        GZIP_MEDIA_TYPE if name.endswith(GZIP_SUFFIX) else add_charset(file.format.media_type)
    )
    cache = get_download_cache(request)
    if request.method == "HEAD" and file.name not in cache.list_generated(graph):
        return make_head_response(headers, media_type)

    def make_task(path: Path) -> WriteExport:
        return WriteExport(file.format.name, file.profile, str(path), MAX_DOWNLOAD_BYTES)

    generated = await cache.await_file(graph, file.name, make_task)
    assert generated is not None
    if name.endswith(GZIP_SUFFIX):
        return _PackedResponse(generated, headers)
    return make_file_response(request, generated, headers, media_type)


def make_head_response(headers: dict[str, str], media_type: str) -> Response:
    """Return the response to HEAD for a file that is not generated yet."""
    response = Response(headers=headers, media_type=media_type)
    del response.headers["content-length"]  # unknown until the file is generated
    return response


def make_file_response(
    request: Request, generated: GeneratedFile, headers: dict[str, str], media_type: str
) -> Response:
    """Return a generated file as a response, packed if the client accepts it."""
    is_packed = accepts_encoding(request.headers.get("accept-encoding", ""), "gzip")
    headers |= {"Content-Length": str(generated.packed if is_packed else generated.size)}
    if is_packed:
        headers |= {"Content-Encoding": "gzip"}
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    return StreamingResponse(
        iter_download_chunks(generated, is_packed), headers=headers, media_type=media_type
    )


class _PackedResponse(FileResponse):
    """The packed file, or ranges of it."""

    def __init__(self, generated: GeneratedFile, headers: dict[str, str]) -> None:
        super().__init__(generated.path, headers=headers, media_type=GZIP_MEDIA_TYPE)
        self._file = generated  # keeps the file until the last byte is sent


def iter_download_chunks(generated: GeneratedFile, packed: bool) -> Iterator[bytes]:
    """Yield the bytes of a generated file, as they are (gzip) if ``packed``, else unpacked."""
    with generated.path.open("rb") if packed else gzip.open(generated.path, "rb") as file:
        yield from iter(partial(file.read, UNPACK_CHUNK_BYTES), b"")


def get_download_cache(request: Request) -> DownloadCache:
    """Return the server's cache of generated files."""
    cache: DownloadCache = request.app.state.files
    return cache


ENDPOINTS = (
    Endpoint(DOWNLOADS_PATH, serve_downloads_page),
    Endpoint(DOWNLOADS_PATH + "/{name}", serve_download, has_cors=True),
)
