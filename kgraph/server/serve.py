"""Serve a graph, or what an endpoint can answer, over HTTP until interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.base.errors import InputError, StoreError, StoreMissingError
from kgraph.project.rebuild import check_origin
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
        try:
            check_origin(settings.store, read_origin(settings.store))
        except InputError as error:
            raise InputError(f"--judge: {error}, or serve without --judge") from error
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
