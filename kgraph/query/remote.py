"""Put questions to a SPARQL endpoint elsewhere that holds an export of a graph.

Protocol: https://www.w3.org/TR/sparql11-protocol/, query via POST. Saved queries are the same as
those of a store; what an endpoint may lack is put otherwise: parameters are terms in the text,
prefixes are declared, and LATERAL, an extension, is left out where it is not known. It only saves
time in saved queries: no group after it uses a variable of the pattern before it otherwise than in
a join (``tests/query/test_remote.py``). In other SPARQL it may decide which rows there are, and is
refused by an endpoint that does not know it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from urllib.parse import urlsplit

import msgspec
import pyoxigraph

from kgraph.base.errors import (
    EndpointError,
    InputError,
    PushError,
    QueryError,
    QueryTimeoutError,
    QueryTooLargeError,
)
from kgraph.base.http_client import AnswerLimits, AnswerTooLargeError, HttpAnswer, HttpClient
from kgraph.base.text import replace_surrogates, shorten
from kgraph.graph import SharedData
from kgraph.query.answer import Answer, QueryResult, choose_formats, free_results
from kgraph.query.evaluate import PreparedQuery, complete_answer, prepare_query
from kgraph.query.formats import AnswerKind
from kgraph.query.remote_names import NameFinder, find_base, list_episode_summaries
from kgraph.query.saved import load_saved_queries
from kgraph.query.sparql_text import (
    add_prefixes,
    check_read_only,
    explain_syntax_error,
    find_iris,
    mask_literals,
    may_call_functions,
)
from kgraph.query.timeout import timeout_error
from kgraph.rdf.terms import escape_for_sparql

ENDPOINT_VARIABLES = "KGRAPH_ENDPOINT"  #: followed by ``_USER``, ``_PASSWORD`` or ``_TOKEN``
DEFAULT_MAX_ANSWER_BYTES = 256 << 20

#: Media types of answers, best first: those that every server has come before the shorter ones.
ACCEPT = (
    "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8, "
    "application/sparql-results+xml;q=0.5, application/rdf+xml;q=0.4"
)

_LATERAL = re.compile(r"(?<![\w?$:.\-])LATERAL(?![\w:\-])", re.IGNORECASE)
#: A boolean in SPARQL JSON as Virtuoso writes it. Quotes within a text have a backslash.
_NUMERIC_BOOLEAN = re.compile(
    rb'("datatype": ?"http://www\.w3\.org/2001/XMLSchema#boolean", ?"value": ?")([01])(?=")'
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class RemoteGraph:
    """An export of a graph in a triple store, behind a SPARQL endpoint.

    Args:
        url: of the endpoint, perhaps with ``?default-graph-uri=IRI``.
        environment: ``KGRAPH_ENDPOINT_USER`` and ``_PASSWORD``, or ``_TOKEN``, log in.
        timeout: seconds until an answer is whole; None for no limit.
        max_bytes: of an answer.

    Raises:
        InputError: the address is wrong.
    """

    def __init__(
        self,
        url: str,
        environment: Mapping[str, str],
        timeout: float | None = None,
        max_bytes: int = DEFAULT_MAX_ANSWER_BYTES,
    ) -> None:
        self.url = check_endpoint(url)
        self._timeout = timeout
        self._max_bytes = max_bytes
        seconds = math.inf if timeout is None else timeout
        self._client = HttpClient(
            environment,
            min(seconds, 3600),
            variables=ENDPOINT_VARIABLES,
            tries=1,
            limits=AnswerLimits(seconds, max_bytes),
        )

    @cached_property
    def base(self) -> str:
        """The base of the instances' IRIs; InputError if the endpoint holds no graph of kgraph."""
        return find_base(self.select, self.url)

    @cached_property
    def has_lateral(self) -> bool:
        """Whether the endpoint knows the extension LATERAL; QueryError if it answers nothing."""
        try:
            self.request("ASK { BIND(1 AS ?x) LATERAL { BIND(?x AS ?y) } }", ACCEPT)
        except QueryTimeoutError:
            raise
        except QueryError:
            self.request("ASK { BIND(1 AS ?x) }", ACCEPT)
            return False
        return True

    def request(self, text: str, accept: str) -> HttpAnswer:
        """Send SPARQL and return the answer as it is.

        Raises:
            QueryTimeoutError: it takes too long.
            QueryTooLargeError: it is too large.
            EndpointError: the endpoint cannot be reached, or refuses.
        """
        data = escape_for_sparql(text.encode())
        try:
            return self._client.send(
                "POST",
                self.url,
                "application/sparql-query",
                len(data),
                lambda: [data],
                accept=accept,
            )
        except AnswerTooLargeError as error:
            raise QueryTooLargeError(f"{self.url}: {error}: add a LIMIT") from error
        except PushError as error:
            if isinstance(error.__cause__, TimeoutError) and self._timeout is not None:
                raise timeout_error(self._timeout) from error
            raise EndpointError(str(error)) from error

    def evaluate(self, text: str) -> QueryResult:
        """Evaluate SPARQL; the prefixes of kgraph need no declaration.

        Raises:
            QueryError: the query is wrong.
            EndpointError: the endpoint cannot be reached, refuses, or answers in no format of
                SPARQL.
        """
        is_relative = any(_SCHEME.match(iri) is None for iri in find_iris(text))
        # Virtuoso reads a base before prefixes alone.
        text = (f"BASE <{self.base}>\n" if is_relative else "") + add_prefixes(text)
        try:
            answer = self.request(text, ACCEPT)
        except (QueryTimeoutError, QueryTooLargeError):
            raise
        except QueryError as error:
            _check_syntax(text)  # whose message is better, where it is that
            if _has_lateral(text) and not self.has_lateral:
                raise QueryError(
                    f"{self.url}: does not know LATERAL, an extension of SPARQL 1.1: write the "
                    "query without it"
                ) from error
            raise
        with self.convert_unreadable(answer.media_type):
            return _parse(answer)

    @contextmanager
    def convert_unreadable(self, media_type: str = "") -> Iterator[None]:
        """Raise EndpointError for an answer that cannot be read: rows are parsed as they are used.

        Args:
            media_type: of the answer; "" for one of SPARQL.
        """
        try:
            yield
        except (SyntaxError, ValueError) as error:
            why = f"what it sends as {media_type or 'an answer'} cannot be read ({error})"
            raise EndpointError(
                f"{self.url}: {shorten(why, 300)}: name the address of a SPARQL endpoint"
            ) from error

    @free_results
    def select(self, text: str) -> list[dict[str, str]]:
        """Return the solutions of a query, each as texts by variable.

        Raises:
            QueryError: as of :meth:`evaluate`.
        """
        solutions = self.evaluate(text)
        if not isinstance(solutions, pyoxigraph.QuerySolutions):
            raise EndpointError(f"{self.url}: gives no rows for SELECT: name a SPARQL endpoint")
        names = [variable.value for variable in solutions.variables]
        with self.convert_unreadable():
            return [
                {name: row[name].value for name in names if row[name] is not None}
                for row in solutions
            ]


def check_endpoint(url: str) -> str:
    """Return the address of an endpoint.

    Raises:
        InputError: it is not one of HTTP, or has a password.

    >>> check_endpoint("http://localhost:7878/query")
    'http://localhost:7878/query'
    """
    try:
        address = urlsplit(url)
        is_address = (
            address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
        )
    except ValueError:
        is_address = False
    without_user = re.sub(r"//[^/?#]*@", "//", url)
    if not is_address or re.search(r"[\x00-\x20\x7f]", url):
        raise InputError(
            f"{shorten(without_user)!r}: not an address: begin with http:// or https://"
        )
    if without_user != url:
        raise InputError(
            f"{address.hostname}: a password in an address is seen by others: set "
            f"{ENDPOINT_VARIABLES}_USER and {ENDPOINT_VARIABLES}_PASSWORD"
        )
    return url


def run_remote_query(
    graph: RemoteGraph,
    question: str,
    parameters: Mapping[str, str] | None = None,
    *,
    format: str | None = None,
    limit: int | None = None,
) -> Answer:
    """Answer SPARQL or a saved query from an endpoint, as :func:`kgraph.query.run_query` does.

    SPARQL may name graphs of the endpoint with FROM and GRAPH.

    Raises:
        QueryError: the query is wrong, or would leave the endpoint; or the endpoint cannot be
            reached, refuses, passes a limit, or is none.
        InputError: a parameter, the limit or the format is wrong, or the endpoint holds no graph
            of kgraph.
    """
    formats, arguments = choose_formats(format), dict(parameters or {})
    saved = load_saved_queries().get(question.strip())
    if saved is None:
        prepared = prepare_query(question, arguments, limit, SharedData, "")
    else:
        finder = NameFinder(graph.select, graph.base, graph.url)
        prepared = prepare_query(
            question,
            arguments,
            limit,
            lambda: finder.find(saved.name, saved.parameters, arguments),
            graph.base,
        )
        if _has_lateral(prepared.text) and not graph.has_lateral:
            prepared = msgspec.structs.replace(prepared, text=remove_lateral(prepared.text))
    return evaluate_remote(graph, prepared, formats)


@free_results
def evaluate_remote(
    graph: RemoteGraph, prepared: PreparedQuery, formats: Mapping[AnswerKind, str]
) -> Answer:
    """Answer a query in the format that is accepted for its kind of answer.

    Raises:
        QueryError, InputError: as of :func:`run_remote_query`; or no format is accepted for its
            kind of answer.
    """
    check_remote(prepared)
    result = graph.evaluate(prepared.text)
    with graph.convert_unreadable():
        return complete_answer(
            result,
            prepared,
            formats,
            lambda: list_episode_summaries(graph.select, graph.base),
        )


def check_remote(prepared: PreparedQuery) -> None:
    """Raise QueryError if a query is no Unicode, writes, asks another server, or needs the index \
of a store."""
    if replace_surrogates(prepared.text) != prepared.text:
        raise QueryError("the query is no Unicode: encode it as UTF-8")
    check_read_only(prepared.text)
    if may_call_functions(mask_literals(prepared.text)) and "kg:matches" in prepared.text:
        raise QueryError(
            "kg:matches searches the index of a store, which an endpoint has not: "
            'use FILTER(REGEX(?text, "words", "i")), or ask the store'
        )


def _has_lateral(text: str) -> bool:
    return _LATERAL.search(mask_literals(text)) is not None


def remove_lateral(text: str) -> str:
    """Return a query without the keyword LATERAL.

    >>> remove_lateral('SELECT * { ?a ?b "LATERAL" LATERAL { ?a ?c ?d } }')
    'SELECT * { ?a ?b "LATERAL"  { ?a ?c ?d } }'
    """
    pieces, end = [], 0
    for match in _LATERAL.finditer(mask_literals(text)):
        pieces.append(text[end : match.start()])
        end = match.end()
    return "".join([*pieces, text[end:]])


def _check_syntax(text: str) -> None:
    try:
        pyoxigraph.Store().query(text)
    except SyntaxError as error:
        raise explain_syntax_error(str(error.msg or error), text) from error


def _parse(answer: HttpAnswer) -> QueryResult:
    """Return an answer as the engine would give it; SyntaxError or ValueError if it is none."""
    media_type = answer.media_type
    body = _NUMERIC_BOOLEAN.sub(
        lambda m: m[1] + (b"true" if m[2] == b"1" else b"false"), answer.body
    )
    if results := pyoxigraph.QueryResultsFormat.from_media_type(media_type):
        return pyoxigraph.parse_query_results(body, format=results)
    statements = pyoxigraph.RdfFormat.from_media_type(media_type)
    if statements is None:
        text = " ".join(answer.body[:200].decode("utf-8", "replace").split())
        raise ValueError(f"it begins {text!r}")
    store = pyoxigraph.Store()
    store.load(BytesIO(answer.body), format=statements)
    triples = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(triples, pyoxigraph.QueryTriples)
    return triples
