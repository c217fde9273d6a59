"""Who may judge over HTTP: a token, a session cookie, and checks of each change.

Invariants:
    * a session begins with the token of this start of the server, and ends with the server;
    * a session counts only under a name or address of this machine, so that no other name that
      resolves to it (DNS rebinding) has one;
    * a change needs the session, the form token of that session, and an ``Origin`` that is the
      server's own. Cookies do not tell ports apart, so a page of another server on this machine
      would send the cookie, but neither of the other two.

Sources: the OWASP cheat sheet on cross-site request forgery (signed double-submit cookie bound to
the session), RFC 6265bis (``SameSite``), Fetch Metadata (``Sec-Fetch-Site``).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kgraph.base.errors import InputError, RequestError
from kgraph.server.html.templates import JudgeSession, current_session, is_safe
from kgraph.server.http.middleware import LOCAL_HOST_NAMES, is_ip_address, parse_host

TOKEN_BYTES = 24  #: random bytes of the token and of a session's name

JUDGE_PATH = "/judge"
START_PATH = "/judge/start"  #: the address that the server prints, with the token
JUDGEMENTS_PATH = "/judgements"
STATUS_PATH = "/judgements/status"
REVIEW_PATH = "/review"

#: All paths that exist only where names may be judged.
JUDGE_PATHS = (START_PATH, JUDGE_PATH, JUDGEMENTS_PATH, STATUS_PATH, REVIEW_PATH)

#: Name of the cookie, before the port: servers on one machine share their cookies.
COOKIE_PREFIX = "kgraph-judge-"

#: Header of answers in a session. With ``no-referrer`` a browser would send ``Origin: null`` with
#: the forms of a page (Fetch, "append a request Origin header").
_REFERRER_HEADER = (b"referrer-policy", b"same-origin")

NO_SESSION_MESSAGE = (
    "names are judged in a browser that has opened the address which `kgraph serve --judge` "
    "printed when it started: open it, and try again"
)
_FOREIGN_MESSAGE = "the request comes from another page than the server's own: nothing was changed"


def is_loopback_host(name: str) -> bool:
    """Return whether a host name or address means this machine only.

    >>> [is_loopback_host(name) for name in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "pc")]
    [True, True, True, False, False]
    """
    name = name.lower()
    return name in LOCAL_HOST_NAMES or (is_ip_address(name) and ip_address(name).is_loopback)


def check_loopback(host: str, proxies: str) -> None:
    """Check that a server where names are judged is reached from this machine only.

    Raises:
        InputError: it listens elsewhere, or behind a proxy.
    """
    why = "whoever reaches the server could change the judgements"
    if not is_loopback_host(host):
        raise InputError(
            f"--judge --host {host}: {why}: leave --host out, or serve without --judge"
        )
    if proxies:
        raise InputError(
            f"--judge --forwarded-allow-ips {proxies}: behind a proxy {why}: leave one of them out"
        )


class JudgeAccess:
    """The token of a server, and its sessions."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self._key = secrets.token_bytes(32)

    @property
    def start_path(self) -> str:
        """The path that begins a session, with the token."""
        return f"{START_PATH}?token={self.token}"

    def start_session(self, token: str) -> str:
        """Return the cookie's value of a new session.

        Raises:
            RequestError: the token is wrong.
        """
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise RequestError(
                403, "this is not the address that the server printed at its last start: copy it"
            )
        name = secrets.token_urlsafe(TOKEN_BYTES)
        return f"{name}.{self._sign('session', name)}"

    def find_session(self, scope: Scope) -> JudgeSession | None:
        """Return the session of a request, if it has one."""
        headers = Headers(scope=scope)
        if not is_loopback_host(parse_host(headers.get("host", ""))):
            return None
        value = _parse_cookies(headers.getlist("cookie")).get(cookie_name(scope), "")
        name, _, signature = value.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("session", name).encode()):
            return None
        address = scope.get("raw_path", b"").decode("latin-1")
        if query := scope["query_string"].decode("latin-1"):
            address += f"?{query}"
        # The path `//host/` would lead to another server.
        return JudgeSession(self._sign("form", name), address if is_safe(address) else "/")

    def _sign(self, purpose: str, name: str) -> str:
        return hmac.new(self._key, f"{purpose} {name}".encode(), "sha256").hexdigest()


def cookie_name(scope: Scope) -> str:
    """Return the name of the server's cookie."""
    return f"{COOKIE_PREFIX}{scope['server'][1]}"


def _parse_cookies(headers: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for header in headers:
        for pair in header.split(";"):  # a strange cookie of another server must not hide ours
            try:
                cookies = SimpleCookie(pair.strip())
            except CookieError:
                continue
            values |= {name: morsel.value for name, morsel in cookies.items()}
    return values


def require_session() -> JudgeSession:
    """Return the session of the current request.

    Raises:
        RequestError: it has none.
    """
    session = current_session.get()
    if session is None:
        raise RequestError(403, NO_SESSION_MESSAGE)
    return session


def check_change(headers: Mapping[str, str], form_token: str) -> None:
    """Check that a request for a change was sent by a form of this server, in this session.

    Args:
        headers: of the request.
        form_token: as the form has it.

    Raises:
        RequestError: it was not.
    """
    session = require_session()
    origin, site = headers.get("origin", ""), headers.get("sec-fetch-site", "same-origin")
    if origin != f"http://{headers.get('host', '')}" or site != "same-origin":
        raise RequestError(403, _FOREIGN_MESSAGE)
    if not hmac.compare_digest(form_token.encode(), session.form_token.encode()):
        raise RequestError(
            403, "the form is of another session: open its page again, and repeat the judgement"
        )


class JudgeSessionMiddleware:
    """Middleware that lets pages of a session show their controls."""

    def __init__(self, app: ASGIApp, access: JudgeAccess) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with its session."""
        session = self._access.find_session(scope) if scope["type"] == "http" else None
        if session is None:
            await self._app(scope, receive, send)
            return

        async def send_with_referrer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], _REFERRER_HEADER]}
            await send(message)

        current_session.set(session)
        await self._app(scope, receive, send_with_referrer)
