"""Send requests to a triple store, with a password or token, and again where that may help.

Authentication: RFC 7617 (Basic), RFC 7616 (Digest, which Virtuoso asks for), RFC 6750 (tokens).
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgr,
    Request,
    parse_http_list,
    parse_keqv_list,
)

import msgspec

from kgraph.base.errors import PushError

USER_VARIABLE = "KGRAPH_PUSH_USER"
PASSWORD_VARIABLE = "KGRAPH_PUSH_PASSWORD"
TOKEN_VARIABLE = "KGRAPH_PUSH_TOKEN"

TIMEOUT_S = 600  #: without a byte from the server: Virtuoso is silent while it loads
MAX_TRIES = 5
FIRST_WAIT_S = 1.0  #: before the second try; each further wait is twice as long
MAX_WAIT_S = 60.0  #: that a server may ask for
MAX_MESSAGE_CHARS = 200  #: of a server's answer that an error quotes

#: Statuses after which the same request may succeed (RFC 9110, RFC 6585).
_TEMPORARY_STATUSES = frozenset({408, 429, 500, 502, 503, 504})

_FIXES = {
    401: f"set {USER_VARIABLE} and {PASSWORD_VARIABLE}, or {TOKEN_VARIABLE}",
    403: "allow this user to write",
    404: "check the address",
    405: "check the address: it takes no such request",
    413: "allow larger requests on the server",
    507: "free disk space on the server",
}


class HttpClient:
    """Sends requests to a triple store, several times where that may help.

    Args:
        environment: has the user and password, or the token.
        timeout: seconds without a byte from the server.
    """

    def __init__(self, environment: Mapping[str, str], timeout: float = TIMEOUT_S) -> None:
        self._user = environment.get(USER_VARIABLE, "")
        self._password = environment.get(PASSWORD_VARIABLE, "")
        self._token = environment.get(TOKEN_VARIABLE, "")
        self._timeout = timeout
        self._authorizers: dict[str, Callable[[Request], str]] = {}  #: by path

    def select(self, url: str, query: str) -> list[dict[str, str]]:
        """Return the solutions of a query, each as texts by variable."""
        data = query.encode()
        answer = self.send("POST", url, "application/sparql-query", len(data), lambda: [data])
        try:
            rows = msgspec.json.decode(answer)["results"]["bindings"]
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
    ) -> bytes:
        """Send a request and return the answer.

        Args:
            size: of the body, in bytes.
            open_body: gives the body, once for each try.

        Raises:
            PushError: the server cannot be reached, or does not accept the request; it is refused
                if no try reached the server, too.
        """
        headers = {
            "Content-Type": media_type,
            "Content-Length": str(size),
            "Accept": "application/sparql-results+json, */*;q=0.1",
        }
        failure, is_sent = "", False
        for attempt in range(MAX_TRIES):
            try:
                request, own = self._prepare(method, url, headers)
                with closing(self._connect(url)) as connection:
                    connection.connect()
                    is_sent = True
                    status, answer, waits = _exchange(connection, request, own, open_body)
            except (ssl.SSLCertVerificationError, socket.gaierror) as error:
                message = f"{url}: {error}: check the address"
                raise PushError(message, is_refused=not is_sent) from error
            except (OSError, http.client.HTTPException) as error:
                failure, waits = f"no answer: {str(error) or type(error).__name__}", ""
            else:
                if 200 <= status < 300:
                    return answer
                failure = _describe_refusal(status, answer)
                was_stale = status == 401 and attempt == 0 and bool(self._authorizers)
                self._authorizers.clear()
                if status not in _TEMPORARY_STATUSES and not was_stale:
                    fix = _FIXES.get(status, "check the address and the server's log")
                    raise PushError(f"{url}: {failure}: {fix}", is_refused=status < 500)
            if attempt + 1 < MAX_TRIES:
                asked = float(waits) if waits.isdigit() else FIRST_WAIT_S * 2**attempt
                time.sleep(min(asked, MAX_WAIT_S))
        message = f"{url}: {failure}: tried {MAX_TRIES} times: check the server"
        raise PushError(message, is_refused=not is_sent)

    def _prepare(
        self, method: str, url: str, headers: Mapping[str, str]
    ) -> tuple[Request, dict[str, str]]:
        """Return a request and its headers, with the authorization."""
        request = Request(url, method=method)
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
) -> tuple[int, bytes, str]:
    """Return the status, the answer, and the seconds that the server asks to wait."""
    # A server may refuse and close before it has read all: its answer is still there.
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request(request.get_method(), request.selector, open_body(), headers)
    response = connection.getresponse()
    return response.status, response.read(), response.getheader("Retry-After", "")


def _describe_refusal(status: int, answer: bytes) -> str:
    reason = http.client.responses.get(status, "")
    text = " ".join(answer[: 4 * MAX_MESSAGE_CHARS].decode("utf-8", "replace").split())
    text = text[:MAX_MESSAGE_CHARS]
    return f"refused ({status} {reason}{f': {text}' if text else ''})"
