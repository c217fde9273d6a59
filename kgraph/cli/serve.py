"""The commands ``serve`` and ``mcp``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgraph.cli import options, streams

if TYPE_CHECKING:
    from kgraph.project.watch import WatchedInputs

AllowedHosts = Annotated[
    list[str], typer.Option(help="Host name of the server; may be repeated; * for any.")
]


def add_commands(app: typer.Typer) -> None:
    app.command()(serve)
    app.command()(mcp)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0: any free one.")] = 8000,
    timeout: Annotated[float, typer.Option(min=0.01, help="Seconds per query.")] = 30,
    workers: Annotated[int, typer.Option(min=0, help="Concurrent queries; 0: four a core.")] = 0,
    max_answer: Annotated[int, typer.Option(min=1, help="Size of an answer, in MB, at most.")] = 64,
    max_memory: Annotated[
        int, typer.Option(min=256, help="Memory of a query, in MB, at most.")
    ] = 512,
    allow_host: AllowedHosts = [],
    cors: Annotated[
        str, typer.Option(help="Site whose pages may read the data; * for any, none for no site.")
    ] = "*",
    forwarded_allow_ips: Annotated[
        str,
        typer.Option(help="Proxies whose X-Forwarded-* is trusted, separated by commas; * any."),
    ] = "",
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Also build again whenever the files of the graph change."),
    ] = False,
    judge: Annotated[
        bool,
        typer.Option(
            "--judge", help="Also let names be judged on the pages, from this machine only."
        ),
    ] = False,
    by: options.JudgedBy = "",
    endpoint: options.Endpoint = "",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Serve pages, SPARQL and JSON of the graph over HTTP.

    SPARQL is at /sparql; each entity and episode has its own path. A new build is served at once.
    With --judge, the address that is printed opens a session in which pages judge names; a
    judgement is written to the file of judgements, and applied at once.

    Example: kgraph serve --port 8000
    """
    from kgraph.base.errors import InputError
    from kgraph.judging.signature import get_user_name
    from kgraph.query.remote import RemoteGraph
    from kgraph.server.serve import serve as run
    from kgraph.server.serve import serve_remote
    from kgraph.server.settings import JudgeSettings, Settings
    from kgraph.server.workers.pool import limits_for

    limits = limits_for(
        workers, timeout_s=timeout, max_reply_bytes=max_answer << 20, memory_bytes=max_memory << 20
    )
    hosts = (host, *allow_host)
    origin = "" if cors == "none" else cors
    if endpoint:
        if watch or judge:
            raise InputError("--endpoint: --watch and --judge need a store: leave them out")
        settings = Settings(store, limits, hosts, origin, proxies=forwarded_allow_ips)
        serve_remote(
            RemoteGraph(endpoint, os.environ, timeout, max_answer << 20), settings, host, port
        )
        return
    if by and not judge:
        raise InputError(f"--by {by}: only with --judge: add it, or leave --by out")
    judging = JudgeSettings(by or get_user_name(), watches=watch) if judge else None
    settings = Settings(store, limits, hosts, origin, proxies=forwarded_allow_ips, judge=judging)
    with _watch_beside(store, sources_only=judge) if watch else nullcontext():
        run(settings, host, port)


@contextmanager
def _watch_beside(store: Path, sources_only: bool) -> Iterator[None]:
    """Watch the files of a store's last build in a process of its own, while a block runs.

    Args:
        sources_only: whether to leave the file of judgements to the server.
    """
    import multiprocessing

    from kgraph.project.watch import load_watched_inputs

    process = multiprocessing.get_context("spawn").Process(
        target=_print_builds_beside,
        args=(load_watched_inputs(store), store, sources_only, streams.is_quiet()),
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _print_builds_beside(
    inputs: WatchedInputs, store: Path, sources_only: bool, is_quiet: bool
) -> None:
    """Watch in a process that ends with its parent, which handles Ctrl-C."""
    import multiprocessing
    import signal

    from kgraph.base.processes import exit_when_ready
    from kgraph.cli.build_report import format_check_command
    from kgraph.cli.exit_status import run_with_exit_status
    from kgraph.cli.watch import print_builds

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        exit_when_ready(parent.sentinel)
    if is_quiet:
        streams.set_level(streams.Level.QUIET)
    follows = inputs.project is not None and inputs.paths == inputs.project.sources
    exclude = inputs.exclude.patterns if inputs.exclude and not follows else ()
    check = format_check_command(() if follows else inputs.paths, exclude, inputs.project)
    run_with_exit_status(
        lambda: print_builds(inputs, store, check=check, sources_only=sources_only, plain=True)
    )


def mcp(
    http: Annotated[
        str, typer.Option(help="HOST:PORT to listen at, instead of standard input and output.")
    ] = "",
    timeout: Annotated[float, typer.Option(min=0.01, help="Seconds per question.")] = 20,
    max_memory: Annotated[
        int, typer.Option(min=256, help="Memory of a question, in MB, at most.")
    ] = 512,
    at_once: Annotated[int, typer.Option(min=1, help="Concurrent questions.")] = 4,
    allow_host: AllowedHosts = [],
    endpoint: options.Endpoint = "",
    store: options.Store = options.DEFAULT_STORE,
) -> None:
    """Serve the graph to agents over the Model Context Protocol.

    Agents start this command themselves. With --endpoint they are offered what SPARQL can answer.
    It needs the package mcp, which the extra of that name installs.

    Example: kgraph mcp --http 127.0.0.1:8001
    """
    import signal

    from kgraph.query.remote import RemoteGraph
    from kgraph.server.mcp import AgentLimits
    from kgraph.server.mcp import serve_agents as run
    from kgraph.store import Store

    # A thread of the server waits for input, and an exception would end the process only after it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not ignored by the caller
        signal.signal(signal.SIGINT, _end_at_once)
    graph = RemoteGraph(endpoint, os.environ, timeout) if endpoint else store
    _ = graph.base if isinstance(graph, RemoteGraph) else Store(graph)  # report a missing graph now
    if not http and sys.stdin.isatty():
        streams.print_remark("waiting for an agent on standard input and output until Ctrl-C")
    run(graph, AgentLimits(timeout, max_memory << 20, at_once), http, allow_host)


def _end_at_once(*_: object) -> None:
    """End the process without waiting for its threads, as a handler of Ctrl-C."""
    streams.report_interruption()
    os._exit(streams.INTERRUPTED)
