"""A push to a triple store that refuses, cuts, delays and is full: what is said, what is held."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
import pytest
from cli.runner import run
from filelock import FileLock
from support import episode_text

from kgraph.api import KnowledgeGraph
from kgraph.base import http_client
from kgraph.base.errors import InputError, PushError, StoreBusyError, StoreDamagedError
from kgraph.export import delta as delta_module
from kgraph.pipeline import build
from kgraph.store import Store

GRAPH = "https://example.org/graph"
NAME = pyoxigraph.NamedNode(GRAPH)
N_TRIPLES = pyoxigraph.RdfFormat.N_TRIPLES


class TripleStore(ThreadingHTTPServer):
    """A triple store with the three protocols, which does what ``plan`` says of writing requests.

    A step is a status to refuse with; ``cut`` before or ``lose`` after the work, without an
    answer; or ``""`` to work.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.database = pyoxigraph.Store()
        self.plan = []
        self.requests = []
        self.delay = 0.0
        self.lock = threading.Lock()

    def handle_error(self, request, client_address):
        pass  # a client that is killed in the middle of a request

    def held(self):
        return {quad.triple for quad in self.database.quads_for_pattern(None, None, None, NAME)}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        graph = pyoxigraph.NamedNode(parse_qs(urlsplit(self.path).query)["graph"][0])

        def put():
            self.server.database.clear_graph(graph)
            self.server.database.load(body, N_TRIPLES, to_graph=graph)

        self.work("PUT", put)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.headers["Content-Type"] == "application/sparql-query":
            answer = self.server.database.query(body)
            return self.reply(200, answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON))
        return self.work("POST", lambda: self.server.database.update(body))

    def do_GET(self):
        self.reply(405, b"")

    def work(self, method, function):
        with self.server.lock:
            step = self.server.plan.pop(0) if self.server.plan else ""
            self.server.requests.append((method, self.headers["Authorization"]))
            if isinstance(step, int):
                return self.reply(step, b"<b>no</b>\x1b[31m")
            if step != "cut":
                time.sleep(self.server.delay)
                function()
        if step:
            self.close_connection = True
            return None
        return self.reply(204, b"")

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(http_client, "FIRST_WAIT_S", 0.0)
    monkeypatch.setattr(delta_module, "CHUNK_STATEMENTS", 10)
    for name in ("USER", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"KGRAPH_PUSH_{name}", raising=False)
    with TripleStore() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def rebuild(store, folder):
    """A function that builds the store again, of other episodes each time."""

    def rebuild(number):
        for name in ("b.md", "c.md"):
            (folder / name).unlink(missing_ok=True)
        companies = [f"Company {number} {n}" for n in range(12)]
        text = episode_text(f"Talk {number}", companies=companies, url="https://x.example/1")
        (folder / "c.md").write_text(text, "utf-8")
        build([folder], store.path, workers=1)
        return Store(store.path)

    return rebuild


def push(server, store, **options):
    arguments = {"update_url": f"{server.url}/update", **options}
    return KnowledgeGraph(store).push(f"{server.url}/store", GRAPH, **arguments)


def exported(store, **options):
    graph = KnowledgeGraph(store)
    folder = store.path.parent / "exported.nt"
    graph.export("ntriples", folder, **options)
    database = pyoxigraph.Store()  # which writes 1.0 as 1
    database.load(path=folder, format=N_TRIPLES)
    return {quad.triple for quad in database}


def test_a_whole_push_replaces_the_graph(server, store, rebuild):
    report = push(server, store, verify=True)
    assert (report.whole, report.requests, report.deleted) == (True, 1, 0)
    assert report.inserted == report.statements == len(exported(store))
    assert report.verified > 3
    assert server.held() == exported(store)
    rebuilt = rebuild(1)
    push(server, rebuilt, verify=True)
    assert server.held() == exported(rebuilt)


@pytest.mark.parametrize("options", [{}, {"profile": "full"}, {"quotes": 2, "rdf12": True}])
def test_changes_make_the_graph_equal(server, store, rebuild, options):
    push(server, store, **options)
    before = exported(store, **options)
    rebuilt = rebuild(1)
    report = push(server, rebuilt, delta=True, verify=True, **options)
    after = exported(rebuilt, **options)
    assert server.held() == after
    assert (report.deleted, report.inserted) == (len(before - after), len(after - before))
    assert report.requests == len(server.requests) - 1 > 3
    again = push(server, rebuilt, delta=True, **options)
    assert (again.requests, again.describe()) == (
        0,
        [f"nothing to send: {GRAPH} holds this export; {again.statements:,} statements in all"],
    )


def test_builds_between_two_pushes_do_not_matter(server, store, rebuild):
    push(server, store)
    for number in range(3):
        rebuilt = rebuild(number)
    push(server, rebuilt, delta=True)
    assert server.held() == exported(rebuilt)


@pytest.mark.parametrize("step", ["cut", "lose", 503, 500, 429])
def test_a_request_is_tried_again(server, store, rebuild, step):
    server.plan = [step, step]
    push(server, store)
    server.plan = ["", step, step, "", step]
    rebuilt = rebuild(1)
    push(server, rebuilt, delta=True, verify=True)
    assert server.held() == exported(rebuilt)


@pytest.mark.parametrize("step", ["cut", "lose", 503, 507])
def test_changes_that_are_cut_are_continued(server, store, rebuild, step):
    push(server, store)
    rebuilt = rebuild(1)
    server.plan = ["", ""] + [step] * 5
    with pytest.raises(PushError) as found:
        push(server, rebuilt, delta=True)
    assert str(found.value).endswith(
        "and the graph is between two builds: run the same push again, which continues there"
    )
    assert "; 2 of " in str(found.value)
    server.plan = []
    sent = len(server.requests)
    report = push(server, rebuilt, delta=True, verify=True)
    assert report.notes == ["the last push was cut; it was completed first"]
    assert server.held() == exported(rebuilt)
    assert report.requests == len(server.requests) - sent > 0


def test_changes_that_are_cut_are_completed_after_another_build(server, store, rebuild):
    push(server, store)
    server.plan = [""] + ["cut"] * 5
    with pytest.raises(PushError):
        push(server, rebuild(1), delta=True)
    server.plan = []
    rebuilt = rebuild(2)
    push(server, rebuilt, delta=True, verify=True)
    assert server.held() == exported(rebuilt)


def test_a_whole_push_that_is_cut_is_repeated_even_for_changes(server, store, rebuild):
    push(server, store)
    server.plan = ["cut"] * 5
    with pytest.raises(PushError) as found:
        push(server, rebuild(1))
    assert str(found.value) == (
        f"{server.url}/store?graph=https%3A%2F%2Fexample.org%2Fgraph: no answer: Remote end closed "
        "connection without response: tried 5 times: check the server; the graph may hold the "
        "former statements, the new ones, or a part: run the same push again, which replaces it"
    )
    server.plan = []
    rebuilt = rebuild(2)
    report = push(server, rebuilt, delta=True, verify=True)
    assert report.whole
    assert report.notes == ["the last push of the whole graph was cut; it was repeated"]
    assert server.held() == exported(rebuilt)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 301])
def test_a_refused_push_says_that_nothing_was_written(server, store, rebuild, status):
    push(server, store)
    server.plan = [status]
    rebuilt = rebuild(1)
    with pytest.raises(PushError, match=f"refused \\({status} .*; nothing was written$"):
        push(server, rebuilt)
    assert len(server.requests) == 2
    assert not push(server, rebuilt, delta=True, verify=True).whole
    assert server.held() == exported(rebuilt)


def test_a_graph_of_others_is_not_replaced(server, store):
    server.database.update(f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <a:a> <a:b> <a:c>, <a:d> }} }}")
    with pytest.raises(PushError) as found:
        push(server, store)
    assert str(found.value) == (
        f"{GRAPH}: holds 2 statements that no push from this store wrote: name another --graph, or "
        "replace it with --overwrite"
    )
    assert server.requests == []
    push(server, store, overwrite=True, verify=True)


def test_what_others_write_into_the_graph_is_noticed(server, store, rebuild):
    push(server, store)
    server.database.update(f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <a:a> <a:b> <a:c> }} }}")
    count = len(exported(store))
    with pytest.raises(PushError) as found:
        push(server, rebuild(1), delta=True)
    assert str(found.value) == (
        f"{GRAPH}: holds {count + 1:,} statements, and the last push left {count:,}: something "
        "else wrote to it: push it whole, without --delta"
    )
    assert len(server.requests) == 1


def test_verification_names_the_classes_that_differ(server, store):
    push(server, store)
    server.database.update(
        f"PREFIX s: <https://schema.org/> WITH <{GRAPH}> DELETE {{ ?x s:name ?n }} "
        "INSERT { ?x s:name 'Other' } WHERE { ?x s:name ?n; a s:PodcastEpisode }"
    )
    with pytest.raises(
        PushError,
        match="differs from the export: all statements: .*; https://schema.org/PodcastEpisode: ",
    ):
        push(server, store, delta=True, verify=True)


def test_without_a_record_the_graph_shows_what_it_holds(server, store, rebuild):
    server.database.load(
        b"".join(f"{t.subject} {t.predicate} {t.object} .\n".encode() for t in exported(store)),
        N_TRIPLES,
        to_graph=NAME,
    )
    rebuilt = rebuild(1)
    push(server, rebuilt, delta=True, verify=True)
    assert server.held() == exported(rebuilt)


def test_changes_without_a_record_need_a_known_graph(server, store):
    with pytest.raises(PushError, match="no push to this graph is recorded, and it does not hold"):
        push(server, store, delta=True)
    assert server.requests == []


def test_a_rehearsal_sends_nothing(server, store, rebuild):
    report = push(server, store, dry_run=True)
    assert (report.whole, report.inserted) == (True, len(exported(store)))
    push(server, store)
    rebuilt = rebuild(1)
    server.requests.clear()
    held = server.held()
    planned = push(server, rebuilt, delta=True, dry_run=True)
    assert (server.requests, server.held()) == ([], held)
    assert planned == push(server, rebuilt, delta=True)


@pytest.mark.parametrize(
    ("variables", "header"),
    [
        ({"KGRAPH_PUSH_USER": "ann", "KGRAPH_PUSH_PASSWORD": "s3cret"}, "Basic YW5uOnMzY3JldA=="),
        ({"KGRAPH_PUSH_TOKEN": "t0ken"}, "Bearer t0ken"),
        ({}, None),
    ],
)
def test_credentials_come_from_the_environment(server, store, monkeypatch, variables, header):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    push(server, store)
    assert server.requests == [("PUT", header)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": "ftp://x/"}, "ftp://x/: not an address: begin with http:// or https://"),
        ({"url": "http://ann:pw@x/"}, "x: a password in an address is seen by others: set "),
        ({"graph": "graph"}, "'graph': not the IRI of a graph"),
        ({"delta": True}, "changes need the address of SPARQL Update: add --update-url"),
        ({"verify": True}, "--verify needs the address of SPARQL queries: add --query-url"),
    ],
)
def test_wrong_addresses_are_refused(store, options, message):
    with pytest.raises(InputError) as found:
        KnowledgeGraph(store).push(**{"url": "http://x/", "graph": GRAPH, **options})
    assert str(found.value).startswith(message)


def test_a_server_that_is_not_there(server, store):
    said = "Connection refused: tried 5 times: check the server; nothing was written$"
    with pytest.raises(PushError, match=said):
        KnowledgeGraph(store).push("http://127.0.0.1:9/", GRAPH)
    [file] = store.path.glob("pushes/*/record.json")
    assert json.loads(file.read_text()).get("coming") is None  # the next one replaces no graph


def test_a_server_that_goes_away_after_a_try_may_hold_a_part(server, store, monkeypatch):
    server.plan = ["cut"]
    server_close, sleep = server.server_close, http_client.time.sleep

    def stop(seconds):
        server.shutdown()
        server_close()
        sleep(0)

    monkeypatch.setattr(http_client.time, "sleep", stop)
    with pytest.raises(PushError, match="the graph may hold the former statements"):
        push(server, store, update_url="")


def test_a_server_that_is_too_slow(server, store):
    server.delay = 0.5
    with pytest.raises(PushError, match="no answer: timed out: tried 5 times"):
        push(server, store, timeout=0.05, update_url="")


def test_only_one_push_to_a_graph_runs(server, store):
    push(server, store)
    (record,) = (store.path / "pushes").iterdir()
    with FileLock(record / "lock"), pytest.raises(StoreBusyError, match="another push"):
        push(server, store)
    assert len(list(record.glob("*.nt.gz"))) == 1


def test_a_damaged_record_is_reported(server, store):
    push(server, store)
    (record,) = (store.path / "pushes").glob("*/record.json")
    record.write_text("{", "utf-8")
    with pytest.raises(StoreDamagedError, match="remove it, and push the whole graph"):
        push(server, store, delta=True)


def test_the_command_pushes(server, store, rebuild):
    line = ["push", f"{server.url}/store", "--graph", GRAPH, "--store", store.path]
    line += ["--update-url", f"{server.url}/update"]
    done = run(*line, "--verify")
    assert done.returncode == 0
    assert "verified: number and digest of the statements of " in done.stdout
    rebuild(1)
    done = run(*line, "--delta", "--json")
    assert (done.returncode, json.loads(done.stdout)["whole"]) == (0, False)
    server.plan = [403]
    done = run(*line)
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    assert "; nothing was written" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_killed_push_is_completed(server, store, rebuild):
    """Killed after each of several numbers of requests; the next push makes the graph equal."""
    push(server, store)
    line = [sys.executable, "-c", f"{SMALL_CHUNKS}; main()", "push", f"{server.url}/store"]
    line += ["--graph", GRAPH, "--update-url", f"{server.url}/update", "--delta"]
    line += ["--store", str(store.path)]
    server.delay = 0.05
    for number in (1, 3):
        rebuilt = rebuild(number)
        server.requests.clear()
        with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
            while len(server.requests) < number and killed.poll() is None:
                time.sleep(0.005)
            killed.kill()
        assert killed.returncode == -9
        with server.lock:
            assert server.held() != exported(rebuilt)
        report = push(server, rebuilt, delta=True, verify=True)
        assert report.notes == ["the last push was cut; it was completed first"]
        assert server.held() == exported(rebuilt)


SMALL_CHUNKS = (
    "from kgraph.export import delta; delta.CHUNK_STATEMENTS = 10; from kgraph.cli import main"
)


def test_a_store_can_be_moved(server, store, rebuild, tmp_path):
    push(server, store)
    rebuild(1)
    moved = Path(store.path).rename(tmp_path / "moved")
    push(server, Store(moved), delta=True, verify=True)
