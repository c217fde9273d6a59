"""Records of the graph for catalogues of data: DCAT as RDF, and Croissant.

They describe the files of :mod:`kgraph.server.endpoints.downloads` and the SPARQL endpoint. The
files are generated when they are asked for, so their sizes and digests are not in the records.
"""

from __future__ import annotations

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kgraph.export.catalogue import describe_published_file, summarize_dataset
from kgraph.export.croissant import describe_in_croissant
from kgraph.export.dataset import DataFile, DatasetSummary
from kgraph.export.dcat import describe_in_dcat
from kgraph.export.networks import build_network
from kgraph.export.rdf import RdfContent
from kgraph.export.tables import list_edge_columns, list_node_columns
from kgraph.server.endpoints.downloads import DOWNLOADS, DOWNLOADS_PATH
from kgraph.server.endpoints.sparql import RECORD_PATHS, make_rdf_response
from kgraph.server.http import responses
from kgraph.server.http.responses import Endpoint
from kgraph.views.open_graph import OpenGraph


async def serve_dcat(request: Request) -> Response:
    """Describe the graph and its files in DCAT."""
    graph = responses.get_service(request).get_graph()
    summary, files = await run_in_threadpool(_describe_graph, graph, str(request.base_url))
    triples = describe_in_dcat(summary, files)
    return make_rdf_response(request, graph, str(request.url), triples)


async def serve_croissant(request: Request) -> Response:
    """Describe the graph and the fields of its tables in Croissant."""
    graph = responses.get_service(request).get_graph()
    summary, files = await run_in_threadpool(_describe_graph, graph, str(request.base_url))
    data = msgspec.json.encode(describe_in_croissant(summary, files))
    headers = responses.make_cache_headers(request, graph, str(request.url))
    return Response(data, headers=headers, media_type="application/ld+json")


def _describe_graph(graph: OpenGraph, root: str) -> tuple[DatasetSummary, list[DataFile]]:
    network = build_network(graph.store.graph, graph.base, RdfContent())
    columns = {"edges.csv": list_edge_columns(network), "nodes.csv": list_node_columns(network)}
    folder = f"{root}{DOWNLOADS_PATH.removeprefix('/')}/"
    files = [
        describe_published_file(name, folder + name, columns.get(name, ())) for name in DOWNLOADS
    ]
    summary = summarize_dataset(graph.shared, graph.base)
    return msgspec.structs.replace(summary, is_live=True, endpoint=f"{root}sparql"), files


ENDPOINTS = tuple(
    Endpoint(f"/{path}", handler, has_cors=True)
    for path, handler in zip(RECORD_PATHS, (serve_dcat, serve_croissant), strict=True)
)
