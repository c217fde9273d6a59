"""Middleware: security headers, Host check, CORS, header limits, log and shutdown."""

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from urllib.error import HTTPError
from urllib.request import urlopen

import httpx
import pytest
from server.server_fixture import ENDLESS, Server, alive, at_work, busy, until

PATHS = ("/", "/sparql", "/company/nvidia", "/nothing", "/assets/page.css", "/sparql?query=x")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_security_headers(server, path):
    headers = server.get(path, accept="text/html").headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:80", 200),
        ("LOCALHOST", 200),
        ("127.0.0.1", 200),
        ("[::1]:8000", 200),
        ("192.0.2.7:8000", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example:80", 421),
        ("", 421),
        ("[::1", 421),
    ],
)
def test_only_names_of_this_machine_are_accepted(server, host, status):
    assert server.get("/sparql?query=ASK%7B%7D", host=host).status_code == status


@pytest.mark.parametrize(
    ("path", "shared"), [(path, path not in ("/", "/assets/page.css")) for path in PATHS]
)
def test_other_sites_can_read_only_data(server, path, shared):
    headers = server.get(path, origin="https://other.example").headers
    assert headers.get("access-control-allow-origin") == ("*" if shared else None)
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if shared else "same-origin")


def test_preflight_requests_are_answered(server):
    asking = {"Origin": "https://other.example", "Access-Control-Request-Method": "POST"}
    headers = server.client.options("/sparql", headers=asking).headers
    assert headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert headers["access-control-allow-headers"] == "Accept, Content-Type, If-None-Match"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/company/nvidia", "/.well-known/void", "/"])
def test_other_methods_are_refused(server, method, path):
    answer = server.client.request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_the_log_is_safe_and_the_shutdown_clean(served_store):
    server = Server(served_store, "--allow-host", "graph.example", "--cors", "none")
    given = server.get("/%1b%5b31m", host="graph.example")
    assert server.get("/sparql", host='graph.example"').status_code == 421
    assert server.get("/assets/page.css").status_code == 200
    assert server.get("/assets/none.css").status_code == 404
    assert (given.status_code, "access-control-allow-origin" in given.headers) == (404, False)
    status, log = server.stop()
    assert status == 130
    assert "127.0.0.1 GET /%1b%5b31m 404 " in log
    assert "/assets/none.css 404 " in log
    assert "/assets/page.css" not in log  # a page has a dozen of them
    assert "Traceback" not in log
    assert "\x1b" not in log


def test_a_running_query_does_not_delay_the_shutdown(served_store):
    server = Server(served_store, "--timeout", 300)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.client.get, "/sparql", params={"query": ENDLESS}, timeout=120)
        # Processes that start or write columns are busy, too; none of them for so long.
        until(lambda: any(ticks >= 150 for ticks in at_work(server).values()), 120)
        server.process.send_signal(2)
        assert answer.result().text == "the server is stopping: try again in a moment\n"
    status, log = server.stop()
    assert (status, "Traceback" in log) == (130, False)


def test_a_killed_server_leaves_no_query_behind(served_store):
    server = Server(served_store)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(server.client.get, "/sparql", params={"query": ENDLESS})
        until(lambda: busy(server))
        orphans = at_work(server)
        server.process.kill()
        assert isinstance(asked.exception(), httpx.TransportError)
    until(lambda: not any(map(alive, orphans)))
    server.stop()


def test_a_used_port_is_reported(served_store):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "kgraph", "serve", "--port", port]
        done = subprocess.run(
            [*command, "--store", served_store], capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert "another program listens there: choose another port (--port)" in done.stderr


def sent(server, data):
    """Return what the server answers to these bytes, until it closes."""
    with socket.create_connection(("127.0.0.1", server.client.base_url.port), timeout=30) as line:
        with suppress(OSError):  # it may be closed before all is sent
            line.sendall(data)
        with suppress(OSError):
            return b"".join(iter(partial(line.recv, 1 << 16), b""))
    return b""


def test_a_second_host_is_refused(server):
    head = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n"
    assert b"400" in sent(server, head + b"Connection: close\r\n\r\n").split(b"\r\n")[0]


@pytest.mark.parametrize("head", [b"GET /", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "])
def test_an_endless_header_is_refused(server, head):
    assert sent(server, head + b"x" * (65 << 10)).startswith(b"HTTP/1.1 431 ")


def test_a_large_body_is_not_counted_as_header(server):
    body = b"ASK {}" + b" " * (200 << 10)
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    assert sent(server, head + body).startswith(b"HTTP/1.1 200 ")


def test_the_header_of_a_second_request_is_limited(server):
    first = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.client.base_url.port), timeout=30) as line:
        line.sendall(first)
        answer = b""
        while not answer.endswith(b"}"):
            answer += line.recv(1 << 16)
        assert answer.startswith(b"HTTP/1.1 200 ")
        line.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * (65 << 10))
        assert line.recv(1 << 16).startswith(b"HTTP/1.1 431 ")


def test_trailers_are_limited(server):
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n"
    )
    trailers = b"".join(b"X-%d: %s\r\n" % (n, b"x" * 1000) for n in range(200))
    assert not sent(server, head + trailers)  # closed: no answer is half one


def test_a_long_address_is_refused(server):
    head = b"GET /sparql?query=%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for size in (65 << 10, 70 << 10):
        answer = sent(server, head % (b"x" * size))
        assert answer.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
        assert answer.endswith(
            b"the address and the headers are too long: send a long query as a body\n"
        )


def test_other_protocols_are_refused(server):
    assert sent(server, b"HELO localhost\r\n\r\n").startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("options", "client"),
    [((), "127.0.0.1"), (("--forwarded-allow-ips", "127.0.0.1"), "192.0.2.7")],
    ids=["by default", "when asked to"],
)
def test_forwarded_headers_are_trusted_by_option(served_store, options, client):
    server = Server(served_store, *options)
    server.get("/api", x_forwarded_for="192.0.2.7")
    assert f"\n{client} GET /api 200 " in "\n" + server.stop()[1]


def test_a_disconnect_during_the_body_is_not_an_error(served_store):
    server = Server(served_store)
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\nASK"
    with socket.create_connection(("127.0.0.1", server.client.base_url.port)) as line:
        line.sendall(head)
    server.says("POST /sparql 499 ")
    assert "ClientDisconnect" not in server.stop()[1]


def test_the_server_runs_without_httptools(served_store):
    program = (
        "import sys; sys.modules['httptools'] = None; from kgraph.cli import main; "
        f"sys.argv = ['kgraph', 'serve', '--port', '0', '--store', {str(served_store)!r}]; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stderr=subprocess.PIPE, text=True
    ) as process:
        address = process.stderr.readline().split()[2]
        try:
            assert httpx.get(f"{address}sparql?query=ASK%7B%7D").json()["boolean"] is True
            with pytest.raises(HTTPError, match="431"):
                urlopen(f"{address}{'x' * (70 << 10)}")
        finally:
            process.kill()
