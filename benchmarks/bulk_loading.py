"""Do bulk loaders of real triple stores load what `kgraph build --to` wrote?

    python benchmarks/bulk_loading.py virtuoso FOLDER [--counts] [--keep FILE]
    python benchmarks/bulk_loading.py oxigraph FOLDER [--counts] [--keep FILE] [--program PATH]

Starts the server with an empty database in a temporary folder, loads FOLDER in the way that its
script or the documentation says, and compares what the server holds with the files: the number
of statements, and the number and digest of the statements of each class; with --counts no digests,
which a server computes for minutes of millions of statements. With --keep the address of
queries is written to a file, and the server runs until that file is gone. Ends with status 1 if
something differs. Needs virtuoso-t and isql-vt (Debian: virtuoso-opensource-7-bin), or the server
`oxigraph` (PyPI).
"""

from __future__ import annotations

import argparse
import gzip
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from measuring import environment

from kgraph.base.errors import PushError
from kgraph.base.http_client import HttpClient
from kgraph.base.sorted_lines import LineSorter
from kgraph.export.delta import ClassDigest, compute_digests, digest_query, list_differences

INI = """[Database]
DatabaseFile = {home}/virtuoso.db
ErrorLogFile = {home}/virtuoso.log
LockFile = {home}/virtuoso.lck
TransactionFile = {home}/virtuoso.trx
xa_persistent_file = {home}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {home}/temp.db
TransactionFile = {home}/temp.trx
[Parameters]
ServerPort = {sql}
DirsAllowed = {folder}
NumberOfBuffers = 100000
MaxDirtyBuffers = 75000
[HTTPServer]
ServerPort = {http}
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 600
"""


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers a query; SystemExit if it ended."""
    client = HttpClient({}, 60)
    for _ in range(120):
        if process.poll() is not None:
            sys.exit(f"{process.args!r} ended with {process.returncode}")
        try:
            client.select(address, "SELECT (1 AS ?n) {}")
            return
        except PushError:
            time.sleep(0.5)
    sys.exit(f"{address}: no answer")


@contextmanager
def virtuoso(folder: Path, home: Path, graph: str) -> Iterator[tuple[str, str, float]]:
    """Load into Virtuoso with load.isql; yield address, what its loader said, and seconds."""
    sql, http = free_port(), free_port()
    ini = home / "virtuoso.ini"
    ini.write_text(INI.format(home=home, sql=sql, http=http, folder=folder))
    process = subprocess.Popen(["virtuoso-t", "+foreground", "+configfile", str(ini)], cwd=home)
    address = f"http://127.0.0.1:{http}/sparql"
    try:
        wait_for(address, process)
        start = time.perf_counter()
        script = str(folder / "load.isql")
        command = ["isql-vt", str(sql), "dba", "dba", script, "-u", f"folder={folder}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        yield address, done.stdout + done.stderr, time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def oxigraph(
    folder: Path, home: Path, graph: str, program: str
) -> Iterator[tuple[str, str, float]]:
    """Load into Oxigraph with ``oxigraph load``; yield the same."""
    start = time.perf_counter()
    files = sorted(map(str, folder.glob("statements-*.gz")))
    into = ["--graph", graph] if files[0].endswith(".nt.gz") else []
    command = [program, "load", "--location", str(home / "data"), *into, "--file", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took, port = time.perf_counter() - start, free_port()
    serve = ["serve-read-only", "--location", str(home / "data"), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([program, *serve, "--union-default-graph"], env=environment())
    address = f"http://127.0.0.1:{port}/query"
    try:
        wait_for(address, process)
        yield address, done.stdout + done.stderr, took
    finally:
        process.terminate()
        process.wait(60)


def expected_digests(folder: Path) -> dict[str, ClassDigest]:
    """Return number and digest of the statements of each class, of the files of a folder."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    end = f" <{manifest['graph']}> .\n".encode()
    with tempfile.TemporaryDirectory() as scratch:
        sorter = LineSorter(Path(scratch))
        for entry in manifest["files"]:
            with gzip.open(folder / entry["name"], "rb") as file:
                for line in file:
                    sorter.write(line.removesuffix(end) + b" .\n" if manifest["graph"] else line)
        return compute_digests(sorter)


def held_digests(address: str, graph: str, *, counts: bool) -> dict[str, ClassDigest]:
    """Return the same of what a server holds."""
    client = HttpClient({}, 3600, tries=1)
    queries = digest_query(graph, by_class=False), digest_query(graph)
    if counts:
        pattern = f"{{ GRAPH <{graph}> {{ ?s ?p ?o"
        queries = (
            f"SELECT (COUNT(*) AS ?n) {pattern} }} }}",
            f"SELECT ?class (COUNT(*) AS ?n) {pattern} . ?s a ?class }} }} GROUP BY ?class",
        )
    rows = [row for query in queries for row in client.select(address, query)]
    return {
        row.get("class", ""): ClassDigest(int(row["n"]), int(Decimal(row.get("sum") or "0")))
        for row in rows
    }


def main() -> None:
    """Read the command line, load, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("server", choices=("virtuoso", "oxigraph"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--program", default="oxigraph")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--counts", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    graph = (folder / "global.graph").read_text().strip()
    with tempfile.TemporaryDirectory() as home:
        opened = (
            virtuoso(folder, Path(home), graph)
            if arguments.server == "virtuoso"
            else oxigraph(folder, Path(home), graph, arguments.program)
        )
        with opened as (address, log, seconds):
            expected = expected_digests(folder)
            if arguments.counts:
                expected = {name: ClassDigest(it.statements, 0) for name, it in expected.items()}
            held = held_digests(address, graph, counts=arguments.counts)
            differences = list_differences(expected, held)
            print(f"{arguments.server}: loaded in {seconds:.1f} s")
            print(log.strip()[-1500:])
            print(f"statements: {held[''].statements:,} of {expected[''].statements:,}")
            print(f"classes alike: {len(expected) - 1 - len(differences)} of {len(expected) - 1}")
            print("\n".join(differences))
            if arguments.keep:
                arguments.keep.write_text(address)
                while arguments.keep.exists():
                    time.sleep(1)
    sys.exit(bool(differences))


if __name__ == "__main__":
    main()
