"""Connections of slow clients are closed, and the number of connections is bounded."""

import errno
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from types import SimpleNamespace

import pytest

from kgraph.server.http import connections
from kgraph.server.http.connections import BUSY_RESPONSE, Connections
from kgraph.server.settings import ConnectionLimits


class Transport:
    """A fake transport that records writes and its end."""

    def __init__(self, unsent=0):
        self.unsent, self.written, self.ended = unsent, b"", ""

    def get_write_buffer_size(self):
        return self.unsent

    def write(self, data):
        self.written += data

    def close(self):
        self.ended = "closed"

    def abort(self):
        self.ended = "aborted"


class Cycle:
    """A fake request with a complete header, and its answer."""

    def __init__(self, *, more_body=False, complete=False):
        self.more_body, self.response_complete = more_body, complete


class Connection:
    def __init__(self, request=None, *, unsent=0, read_paused=False):
        self.transport = Transport(unsent)
        self.cycle = request
        self.flow = SimpleNamespace(read_paused=read_paused)

    @property
    def ended(self):
        return self.transport.ended


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watched(clock):
    return Connections(ConnectionLimits(3, header_s=10, write_s=60), clock)


IDLE = {
    "nothing was sent": Connection,
    "nothing after an answer": lambda: Connection(Cycle(complete=True)),
    "the rest of a body that nobody wants": lambda: Connection(
        Cycle(complete=True, more_body=True)
    ),
}


@pytest.mark.parametrize("make", IDLE.values(), ids=IDLE)
def test_a_header_has_a_timeout(watched, clock, make):
    idle = make()
    watched.add(idle)
    for clock.now in (1, 9.9):
        watched.sweep()
        assert idle.ended == ""
    clock.now = 10
    watched.sweep()
    assert (idle.ended, len(watched)) == ("aborted", 0)


def test_the_timeout_restarts_with_each_request(watched, clock):
    kept = Connection()
    watched.add(kept)
    for clock.now in range(0, 90, 9):
        kept.cycle = Cycle(complete=True)
        watched.sweep()
    assert kept.ended == ""


@pytest.mark.parametrize(
    "request_", [Cycle(), Cycle(more_body=True)], ids=["at work", "its body is read elsewhere"]
)
def test_a_connection_being_answered_is_not_closed(watched, clock, request_):
    working = Connection(request_)
    watched.add(working)
    for clock.now in (1, 1000):
        watched.sweep()
    assert working.ended == ""


def test_a_client_that_reads_nothing_is_closed(watched, clock):
    stuck, slow = Connection(Cycle(), unsent=500), Connection(Cycle(), unsent=500)
    watched.add(stuck)
    watched.add(slow)
    for clock.now in (30, 59, 60, 119):
        slow.transport.unsent -= 1
        watched.sweep()
    assert (stuck.ended, slow.ended) == ("aborted", "")


def test_a_new_connection_replaces_the_one_that_waited_longest(watched, clock):
    body, head, busy = Connection(Cycle(more_body=True)), Connection(), Connection(Cycle())
    for clock.now, one in enumerate((busy, body, head)):
        watched.add(one)
    body.cycle.more_body = False  # its turn is over, so that the head has waited longest
    watched.add(Connection())
    assert (busy.ended, body.ended, head.ended, len(watched)) == ("", "", "aborted", 3)
    body.cycle = Cycle(more_body=True)
    watched.sweep()
    watched.add(Connection())
    watched.add(Connection())
    assert (busy.ended, body.ended) == ("", "aborted")


def test_a_pipelined_request_is_not_waiting(watched):
    behind = [Connection(Cycle(more_body=True), read_paused=True) for _ in range(3)]
    for one in behind:
        watched.add(one)
    watched.add(Connection())
    assert [one.ended for one in behind] == ["", "", ""]


def test_a_new_connection_is_refused_if_all_are_being_answered(watched):
    for _ in range(3):
        watched.add(Connection(Cycle()))
    late = Connection()
    watched.add(late)
    assert (late.transport.written, late.ended, len(watched)) == (BUSY_RESPONSE, "closed", 3)
    watched.remove(late)  # as it is lost: nobody knows it


def test_connections_use_at_most_half_of_the_open_files(monkeypatch, clock):
    monkeypatch.setattr(connections, "_max_open_files", lambda: 4)
    few = Connections(ConnectionLimits(3), clock)
    idle = [Connection() for _ in range(3)]
    for one in idle:
        few.add(one)
    assert [one.ended for one in idle] == ["aborted", "", ""]


def test_a_lack_of_open_files_is_logged_once_a_minute(watched, clock, capsys):
    idle = [Connection(), Connection()]
    for one in idle:
        watched.add(one)
    others = []
    loop = SimpleNamespace(default_exception_handler=others.append)
    error = OSError(errno.EMFILE, "Too many open files")
    for clock.now in (0, 1, 59, 60, 61):
        context = {"message": "socket.accept() out of system resource", "exception": error}
        watched.handle_loop_error(loop, context)
    line = (
        "kgraph: no connection can be accepted: [Errno 24] Too many open files: "
        "allow more open files (ulimit -n)\n"
    )
    assert capsys.readouterr().err == 2 * line
    assert [one.ended for one in idle] == ["aborted", "aborted"]
    other = {"message": "Task exception was never retrieved", "exception": error}
    watched.handle_loop_error(loop, other)
    assert others == [other]


# -- alive ---------------------------------------------------------------------------

PROGRAM = """
import sys
if {without!r}: sys.modules["httptools"] = None
from kgraph.server.settings import ConnectionLimits, Settings
from kgraph.server{part}
"""

SERVICE = """.serve import serve
from pathlib import Path
from kgraph.server.workers.pool import limits_for
limits = ConnectionLimits(header_s=0.5, body_s=0.5)
serve(Settings(Path({store!r}), limits_for(1), connections=limits), port=0)
"""

BYTES = """.http.server import run_app
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    size = int(scope["path"][1:])
    head = [(b"content-length", str(size).encode())]
    await send({{"type": "http.response.start", "status": 200, "headers": head}})
    for at in range(0, size, 65536):
        data = bytes(min(65536, size - at))
        await send({{"type": "http.response.body", "body": data, "more_body": True}})
    await send({{"type": "http.response.body", "body": b""}})
    sys.stderr.write("sent\\n")
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
run_app(app, "127.0.0.1", 0, limits=ConnectionLimits(write_s=0.5))
"""


class Running:
    """A running program, and connections to it."""

    def __init__(self, part, without, **values):
        text = PROGRAM.format(without=without, part=part.format(**values))
        self.process = subprocess.Popen(
            [sys.executable, "-c", text], stderr=subprocess.PIPE, text=True
        )
        self.port = int(self.process.stderr.readline().split()[2].rpartition(":")[2].strip("/"))

    def connect(self, data=b""):
        line = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        with suppress(OSError):
            line.sendall(data)
        return line

    def kill(self):
        self.process.kill()
        with self.process:
            return self.process.stderr.read()


def rest(line):
    """Read until the connection is closed."""
    found = b""
    with suppress(ConnectionError):
        while data := line.recv(1 << 16):
            found += data
    return found


BOTH = pytest.mark.parametrize("without", ["", "httptools"], ids=["httptools", "h11"])

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
POST = (
    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 20\r\n\r\nASK"
)


def trickle(line, data):
    """Send byte after byte until the connection is closed; return the answer."""
    line.settimeout(0.1)
    with suppress(ConnectionError):
        while True:
            line.sendall(data)
            with suppress(TimeoutError):
                return line.recv(1 << 16) or b"closed"
    return b"closed"


@BOTH
def test_a_request_without_an_end_is_closed(served_store, without):
    running = Running(SERVICE, without, store=str(served_store))
    with ExitStack() as lines:
        nothing, head, body, slow_head, slow_body = (
            lines.enter_context(running.connect(data)) for data in (b"", HEAD, POST, HEAD, POST)
        )
        assert trickle(slow_head, b"X") == b"closed"
        assert trickle(slow_body, b" ").startswith(b"HTTP/1.1 408 ")
        assert (rest(nothing), rest(head)) == (b"", b"")
        late = rest(body)
    assert late.startswith(b"HTTP/1.1 408 ")
    assert late.endswith(b"the body did not arrive within 0.5 s: send it again\n")
    assert "Traceback" not in running.kill()


@BOTH
def test_a_client_that_reads_nothing_is_disconnected(without):
    running = Running(BYTES, without)
    with running.connect(b"GET /99999999 HTTP/1.1\r\nHost: localhost\r\n\r\n") as line:
        assert running.process.stderr.readline() == "sent\n"
        assert len(rest(line)) < 99999999
    running.kill()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of open files")
@BOTH
def test_idle_connections_make_room_for_others(without):
    running = Running(BYTES, without)
    with ExitStack() as lines:
        for _ in range(300):
            lines.enter_context(running.connect())
        with running.connect(HEAD.replace(b"/ ", b"/3 ") + b"Connection: close\r\n\r\n") as line:
            assert rest(line).endswith(b"\r\n\r\n\0\0\0")
    log = running.kill()
    assert "Traceback" not in log
    assert len(log.splitlines()) < 5
