"""Serve a graph, or what an endpoint can answer, over HTTP until interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.base.errors import InputError, StoreError, StoreMissingError
from kgraph.server.app import create_app
from kgraph.server.http.judge_access import JudgeAccess, check_loopback
from kgraph.server.http.server import run_app
from kgraph.server.settings import Settings
from kgraph.store.layout import find_current_build
from kgraph.store.origin import read_origin

if TYPE_CHECKING:
    from kgraph.query.remote import RemoteGraph


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a graph over HTTP until interrupted; port 0 takes any free one.

    Raises:
        InputError: the address cannot be listened at, or names cannot be judged there.
    """
    note = ""
    try:
        find_current_build(settings.store)
    except StoreMissingError as error:
        note = f"{error}; it is served as soon as it is built\n"
    except StoreError:  # clients are told, and the next build mends it
        pass
    access = JudgeAccess() if settings.judge else None
    if access:
        check_loopback(host, settings.proxies)
        check_sources(settings.store)
    app, limits = create_app(settings, access=access), settings.connections
    start = access.start_path if access else ""
    run_app(app, host, port, note=note, start_path=start, limits=limits, proxies=settings.proxies)


def serve_remote(graph: RemoteGraph, settings: Settings, host: str, port: int) -> None:
    """Serve what a SPARQL endpoint can answer over HTTP until interrupted.

    Raises:
        InputError: the address cannot be listened at.
    """
    from kgraph.server.remote_app import create_remote_app

    app, limits = create_remote_app(graph, settings), settings.connections
    note = f"asking {graph.url}; it has no store\n"
    run_app(app, host, port, note=note, limits=limits, proxies=settings.proxies)


def check_sources(store: Path) -> None:
    """Check that a store can be built again, so that judgements are applied.

    Raises:
        InputError: the files that it was built from are unknown.
    """
    sources = read_origin(store).sources
    if not sources or "-" in sources:
        raise InputError(
            f"--judge: {store} was not built from files, so a judgement cannot be applied: run "
            "`kgraph build` first, or serve without --judge"
        )
