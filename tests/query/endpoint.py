"""A SPARQL endpoint in the process of the tests, which can behave badly."""

import threading
import time
from base64 import b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat

JSON = "application/sparql-results+json"


class Endpoint(ThreadingHTTPServer):
    """Answers queries to a database.

    Attributes:
        has_lateral: whether it knows the extension LATERAL.
        misbehave: answers a request in another way than with its answer, if it is set.
        requests: the text of each query, with its headers and the parameters of the address.
    """

    daemon_threads = True

    def __init__(self, database):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/sparql"
        self.database = database
        self.has_lateral = True
        self.misbehave = None
        self.requests = []

    def handle_error(self, request, client_address):
        pass  # a client that does not wait for the end of an answer


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.reply(400, "text/plain", b"a query is sent by POST")

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.requests.append((text, self.headers, parse_qs(urlsplit(self.path).query)))
        if self.server.misbehave:
            self.server.misbehave(self)
            return
        try:
            if not self.server.has_lateral and "LATERAL" in text:
                raise SyntaxError("LATERAL is not of SPARQL 1.1")
            result = self.server.database.query(text)
        except SyntaxError as error:
            self.reply(400, "text/plain", str(error).encode())
            return
        if isinstance(result, pyoxigraph.QueryTriples):
            data = result.serialize(format=RdfFormat.N_TRIPLES)
            self.reply(200, "application/n-triples", data)
        else:
            self.reply(
                200, f"{JSON}; charset=utf-8", result.serialize(format=QueryResultsFormat.JSON)
            )

    def reply(self, status, media_type, data, **headers):
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def serve_endpoint(database):
    """Yield an endpoint that answers, in threads of this process."""
    endpoint = Endpoint(database)
    thread = threading.Thread(target=endpoint.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.shutdown()
        thread.join()
        endpoint.server_close()


# -- ways to misbehave -------------------------------------------------------------


def reply_with(status, media_type, data, **headers):
    return lambda handler: handler.reply(status, media_type, data, **headers)


def cut(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"head": ')


def dribble(handler):
    """Send a byte from time to time, without end."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def dribble_headers(handler):
    """Send a byte of the first line from time to time, without end."""
    while True:
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.02)


def flood(handler):
    """Send blocks without end."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 65536)


def ask_for(user, password):
    """Answer only to this user."""
    wanted = "Basic " + b64encode(f"{user}:{password}".encode()).decode()

    def answer(handler):
        if handler.headers["Authorization"] == wanted:
            handler.reply(200, JSON, b'{"head": {}, "boolean": true}')
        else:
            handler.reply(401, "text/plain", b"who are you?", WWW_Authenticate='Basic realm="x"')

    return answer
