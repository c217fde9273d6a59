"""The server as agents start it, and as it listens over HTTP."""

import os
import re
import subprocess
import sys
from contextlib import contextmanager

import anyio
import httpx
import pytest
from agents import talk, what_changed
from mcp import StdioServerParameters

from kgraph.base.errors import InputError
from kgraph.server.mcp import serve_agents
from kgraph.server.mcp.server import CancelOnDisconnect

ASK = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@contextmanager
def listening(store, *options):
    """`kgraph mcp --http` as people start it: the address that it tells."""
    command = [sys.executable, "-m", "kgraph", "mcp", "--store", str(store), *options]
    process = subprocess.Popen(
        [*command, "--http", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        yield re.search(r"http://\S+/mcp", process.stderr.readline())[0]
    finally:
        process.send_signal(2)
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def address(sample):
    with listening(sample.path, "--allow-host", "graph.example.org") as found:
        yield found


def test_an_agent_starts_it_and_asks_a_real_question(sample):
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "kgraph", "mcp", "--store", str(sample.path)]
    )
    months, quotes, episode = talk(command, what_changed)
    assert (len(months["rows"]), len(quotes)) == (6, 3)
    assert episode["title"] == quotes[0]["episode"]["title"]


def test_an_agent_asks_a_real_question_over_http(address):
    months, quotes, _ = talk(address, what_changed)
    assert (len(months["rows"]), len(quotes)) == (6, 3)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "graph.example.org"}, 200),
        ({"Host": "evil.example.com"}, 421),
        ({"Origin": "https://evil.example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "graph.example.org", "Origin": "https://graph.example.org"}, 200),
        ({"Host": "localhost:80", "Origin": "http://192.168.0.1"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
    ids=str,
)
def test_only_our_own_names_and_pages_are_answered(address, headers, status):
    given = httpx.post(address, json=ASK, headers=HEADERS | headers, trust_env=False)
    assert given.status_code == status, given.text


def test_a_large_request_is_refused(address):
    given = httpx.post(address, content=b" " * (1 << 20), headers=HEADERS, trust_env=False)
    assert given.status_code == 413


def test_nothing_else_is_there(address):
    assert httpx.get(address.removesuffix("mcp"), trust_env=False).status_code == 404


@pytest.mark.parametrize("http", ["8001", "host:", "host:x", "host:99999"])
def test_an_address_of_another_form_is_refused(store, http):
    with pytest.raises(InputError, match="write it as HOST:PORT"):
        serve_agents(store.path, http=http)


def test_an_address_that_is_taken_is_told(store, address):
    port = re.search(r":(\d+)/", address)[1]
    with pytest.raises(
        InputError, match=r"another program listens there: choose another port \(--http\)"
    ):
        serve_agents(store.path, http=f"127.0.0.1:{port}")


def test_without_a_graph_it_says_so_at_once(tmp_path):
    command = [sys.executable, "-m", "kgraph", "mcp", "--store", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, input="", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "run `kgraph build" in done.stderr


def test_without_its_library_it_says_what_to_install(store, tmp_path):
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError('no', name='mcp')")
    command = [sys.executable, "-m", "kgraph", "mcp", "--store", str(store.path)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        input="",
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install '.[mcp]'" in done.stderr


@pytest.mark.parametrize("leaves", [True, False])
def test_what_a_client_that_has_gone_asked_for_is_stopped(leaves):
    told = []

    async def app(scope, receive, send):
        assert (await receive())["body"] == b"a"
        assert (await receive())["body"] == b"b"
        try:
            await anyio.sleep(60 if leaves else 0)
            told.append("answered")
        except anyio.get_cancelled_exc_class():
            told.append("stopped")
            raise

    messages = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b", "more_body": False},
    ]
    messages += [{"type": "http.disconnect"}] * leaves

    async def receive():
        if not messages:
            await anyio.sleep_forever()
        return messages.pop(0)

    anyio.run(CancelOnDisconnect(app), {"type": "http"}, receive, None)
    assert told == ["stopped" if leaves else "answered"]


def test_an_error_stays_what_it_is():
    async def app(scope, receive, send):
        raise LookupError("no")

    with pytest.raises(LookupError, match="^'?no'?$"):
        anyio.run(CancelOnDisconnect(app), {"type": "http"}, anyio.sleep_forever, None)


def test_a_client_that_leaves_stops_its_question(sample):
    slow = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"}
    ask = {**ASK, "method": "tools/call", "params": {"name": "run_sparql", "arguments": slow}}
    quick = {**ask, "params": {"name": "run_sparql", "arguments": {"query": "ASK {}"}}}
    with listening(sample.path, "--timeout", "300", "--at-once", "1") as address:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(address, json=ask, headers=HEADERS, timeout=1)
        answer = httpx.post(address, json=quick, headers=HEADERS, timeout=60).json()
    assert "true" in answer["result"]["content"][0]["text"]
