"""Send requests to a triple store, with a password or token, and again where that may help.

Authentication: RFC 7617 (Basic), RFC 7616 (Digest, which Virtuoso asks for), RFC 6750 (tokens).
"""

from __future__ import annotations

import http.client
import math
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from string import punctuation
from threading import Timer
from typing import NamedTuple
from urllib.parse import quote, urlsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgr,
    Request,
    parse_http_list,
    parse_keqv_list,
)

import msgspec

from kgraph.base.errors import InputError, PushError

PUSH_VARIABLES = "KGRAPH_PUSH"  #: followed by ``_USER``, ``_PASSWORD`` or ``_TOKEN``
USER_VARIABLE = f"{PUSH_VARIABLES}_USER"
PASSWORD_VARIABLE = f"{PUSH_VARIABLES}_PASSWORD"

TIMEOUT_S = 600  #: without a byte from the server: Virtuoso is silent while it loads
MAX_TRIES = 5
FIRST_WAIT_S = 1.0  #: before the second try; each further wait is twice as long
MAX_WAIT_S = 60.0  #: that a server may ask for
MAX_MESSAGE_CHARS = 200  #: of a server's answer that an error quotes
BLOCK_BYTES = 1 << 16  #: that are read at a time

#: Statuses after which the same request may succeed (RFC 9110, RFC 6585).
_TEMPORARY_STATUSES = frozenset({408, 429, 500, 502, 503, 504})

_FIXES = {
    403: "allow this user to do that",
    404: "check the address",
    405: "check the address: it takes no such request",
    413: "allow larger requests on the server",
    507: "free disk space on the server",
}


class HttpAnswer(NamedTuple):
    """The answer to a request."""

    status: int
    body: bytes
    media_type: str = ""  #: without parameters, in lower case
    retry_after: str = ""  #: seconds that the server asks to wait
    location: str = ""  #: where the server says that the resource is


class AnswerLimits(NamedTuple):
    """Limits of an answer."""

    timeout_s: float = math.inf  #: until its last byte
    max_bytes: float = math.inf


NO_LIMITS = AnswerLimits()


class AnswerTooLargeError(PushError):
    """Answer that exceeds its limit of size."""


class HttpClient:
    """Sends requests to a triple store, several times where that may help.

    Args:
        environment: has the user and password, or the token.
        timeout: seconds without a byte from the server.
        variables: how the names of these variables of the environment begin.
        tries: how often a request is sent at most.
        limits: of an answer.

    Raises:
        InputError: the token cannot be sent.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        timeout: float = TIMEOUT_S,
        *,
        variables: str = PUSH_VARIABLES,
        tries: int = MAX_TRIES,
        limits: AnswerLimits = NO_LIMITS,
    ) -> None:
        self._user = environment.get(f"{variables}_USER", "")
        self._password = environment.get(f"{variables}_PASSWORD", "")
        self._token = environment.get(f"{variables}_TOKEN", "")
        if self._token and not (self._token.isascii() and self._token.isprintable()):
            raise InputError(
                f"{variables}_TOKEN: has a line break, or a character that no token has: set it "
                "again, with nothing behind it"
            )
        self._variables = variables
        self._timeout = timeout
        self._tries = tries
        self._limits = limits
        self._authorizers: dict[str, Callable[[Request], str]] = {}  #: by path

    def select(self, url: str, query: str) -> list[dict[str, str]]:
        """Return the solutions of a query, each as texts by variable."""
        data = query.encode()
        answer = self.send("POST", url, "application/sparql-query", len(data), lambda: [data])
        try:
            rows = msgspec.json.decode(answer.body)["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in rows]
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise PushError(
                f"{url}: does not answer in SPARQL JSON: check the address of queries"
            ) from error

    def send(
        self,
        method: str,
        url: str,
        media_type: str,
        size: int,
        open_body: Callable[[], Iterable[bytes]],
        *,
        accept: str = "application/sparql-results+json, */*;q=0.1",
    ) -> HttpAnswer:
        """Send a request and return the answer.

        Args:
            size: of the body, in bytes.
            open_body: gives the body, once for each try.
            accept: media types of the answer.

        Raises:
            PushError: the server cannot be reached, or does not accept the request; it is refused
                if no try reached the server, too.
        """
        headers = {
            "Content-Type": media_type,
            "Content-Length": str(size),
            "Accept": accept,
        }
        failure, is_sent = "", False
        cause: Exception | None = None
        for attempt in range(self._tries):
            try:
                request, own = self._prepare(method, url, headers)
                with closing(self._connect(url)) as connection:
                    connection.connect()
                    is_sent = True
                    answer = _exchange(connection, request, own, open_body, self._limits)
            except (ssl.SSLCertVerificationError, socket.gaierror, UnicodeError) as error:
                message = f"{url}: {error}: check the address"
                raise PushError(message, is_refused=not is_sent) from error
            except (OSError, http.client.HTTPException) as error:
                failure, waits = f"no answer: {str(error) or type(error).__name__}", ""
                cause = error
            else:
                status, waits, cause = answer.status, answer.retry_after, None
                if 200 <= status < 300:
                    return answer
                failure = _describe_refusal(answer)
                was_stale = status == 401 and attempt == 0 and bool(self._authorizers)
                self._authorizers.clear()
                if status not in _TEMPORARY_STATUSES and not was_stale:
                    message = f"{url}: {failure}: {self._suggest_fix(answer)}"
                    raise PushError(message, is_refused=status < 500)
            if attempt + 1 < self._tries:
                asked = float(waits) if waits.isdigit() else FIRST_WAIT_S * 2**attempt
                time.sleep(min(asked, MAX_WAIT_S))
        tried = f": tried {self._tries} times" if self._tries > 1 else ""
        message = f"{url}: {failure}{tried}: check the server"
        raise PushError(message, is_refused=not is_sent) from cause

    def _suggest_fix(self, answer: HttpAnswer) -> str:
        if answer.status == 401:
            names = (f"{self._variables}_{end}" for end in ("USER", "PASSWORD", "TOKEN"))
            return "set {} and {}, or {}".format(*names)
        if answer.location:
            return f"it has moved to {answer.location[:MAX_MESSAGE_CHARS]}: name that address"
        return _FIXES.get(answer.status, "check the address and the server's log")

    def _prepare(
        self, method: str, url: str, headers: Mapping[str, str]
    ) -> tuple[Request, dict[str, str]]:
        """Return a request and its headers, with the authorization."""
        request = Request(quote(url, safe=punctuation), method=method)
        authorization = self._authorize(request)
        return request, {**headers, **({"Authorization": authorization} if authorization else {})}

    def _connect(self, url: str) -> http.client.HTTPConnection:
        parts = urlsplit(url)
        is_secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=self._timeout)

    def _authorize(self, request: Request) -> str | None:
        if self._token:
            return f"Bearer {self._token}"
        if not self._user:
            return None
        path = urlsplit(request.full_url).path
        if path not in self._authorizers:
            self._authorizers[path] = self._choose_scheme(request)
        return self._authorizers[path](request)

    def _choose_scheme(self, request: Request) -> Callable[[Request], str]:
        """Return what makes the header: Digest if the server asks for it, else Basic.

        It is asked before a large body is sent.
        """
        parts = urlsplit(request.full_url)
        with (
            suppress(OSError, http.client.HTTPException),
            closing(self._connect(request.full_url)) as connection,
        ):
            connection.request("GET", f"{parts.path}?query=ASK%7B%7D")
            answer = connection.getresponse().getheader("WWW-Authenticate", "")
            scheme, _, parameters = answer.partition(" ")
            if scheme.lower() == "digest":
                challenge = parse_keqv_list(parse_http_list(parameters))
                passwords = HTTPPasswordMgr()
                passwords.add_password(
                    challenge.get("realm", ""), request.full_url, self._user, self._password
                )
                handler = HTTPDigestAuthHandler(passwords)
                return lambda r: f"Digest {handler.get_authorization(r, challenge)}"
        basic = b64encode(f"{self._user}:{self._password}".encode()).decode()
        return lambda r: f"Basic {basic}"


def _exchange(
    connection: http.client.HTTPConnection,
    request: Request,
    headers: dict[str, str],
    open_body: Callable[[], Iterable[bytes]],
    limits: AnswerLimits,
) -> HttpAnswer:
    with _end_in_time(connection, limits.timeout_s):
        # A server may refuse and close before it has read all: its answer is still there.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(request.get_method(), request.selector, open_body(), headers)
        with closing(connection.getresponse()) as response:
            return HttpAnswer(
                response.status,
                _read_body(response, limits.max_bytes),
                response.getheader("Content-Type", "").partition(";")[0].strip().lower(),
                response.getheader("Retry-After", ""),
                response.getheader("Location", ""),
            )


@contextmanager
def _end_in_time(connection: http.client.HTTPConnection, timeout_s: float) -> Iterator[None]:
    """End a connection after a time; TimeoutError if the block then still uses it.

    The limit of a socket is for each read, and a server may send a byte from time to time, of its
    headers, too.
    """
    if timeout_s == math.inf:
        yield
        return

    def shut_down() -> None:
        with suppress(OSError):  # it is closed
            # Not that of TLS, which changes the state that a reading thread uses.
            socket.socket.shutdown(open_socket, socket.SHUT_RDWR)

    open_socket, deadline = connection.sock, time.monotonic() + timeout_s
    timer = Timer(timeout_s, shut_down)
    timer.daemon = True
    timer.start()
    cause: Exception | None = None
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if time.monotonic() < deadline:
            raise
        cause = error
    finally:
        timer.cancel()
    if time.monotonic() >= deadline:
        raise TimeoutError("timed out") from cause


def _read_body(response: http.client.HTTPResponse, max_bytes: float) -> bytes:
    blocks, size = [], 0
    while block := response.read1(BLOCK_BYTES):
        blocks.append(block)
        size += len(block)
        if size > max_bytes:
            raise AnswerTooLargeError(f"the answer is larger than {size >> 20:,} MB")
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(blocks)


def _describe_refusal(answer: HttpAnswer) -> str:
    reason = http.client.responses.get(answer.status, "")
    text = " ".join(answer.body[: 4 * MAX_MESSAGE_CHARS].decode("utf-8", "replace").split())
    text = text[:MAX_MESSAGE_CHARS]
    return f"refused ({answer.status} {reason}{f': {text}' if text else ''})"
