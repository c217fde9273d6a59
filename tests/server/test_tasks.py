"""Tasks in Python run in a process that can be stopped, errors included."""

import gc
import sys
import weakref

import msgspec
import pytest
from server.server_fixture import ENDLESS, busy, until

from kgraph.analysis.co_mentions import EntityNetwork
from kgraph.base import errors
from kgraph.base.errors import (
    InputError,
    QueryBusyError,
    RejectedError,
    RequestError,
    UnknownNameError,
)
from kgraph.search import SearchRequest
from kgraph.server.workers.task_worker import decode_error, encode_error
from kgraph.server.workers.tasks import PrepareViews, RunSearch, SuggestNames, Task
from kgraph.store import Store
from kgraph.views.open_graph import OpenGraph

ALL = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.KgraphError)
]


def make_error(kind):
    """Return an error of a class, with its fields."""
    if kind is UnknownNameError:
        return kind("words", ["near"])
    if kind is QueryBusyError:
        return kind("words", 3)
    if kind is RejectedError:
        return kind("words", words="less", keys=["acme", "company/acme"])
    return kind(405, "words", ["GET"]) if kind is RequestError else kind("words")


@pytest.mark.parametrize("kind", ALL)
def test_every_error_is_decoded_as_it_was(kind):
    error = make_error(kind)
    if isinstance(error, InputError):
        error.parameter = "company"
    again = decode_error(msgspec.json.decode(msgspec.json.encode(encode_error(error))))
    assert (type(again), str(again), vars(again)) == (kind, "words", vars(again))
    for name, value in vars(error).items():
        found = getattr(again, name)
        assert (list(found) if isinstance(found, tuple) else found) == (
            list(value) if isinstance(value, tuple) else value
        )


def test_an_unexpected_error_is_a_runtime_error():
    assert repr(decode_error(encode_error(ZeroDivisionError("by zero")))) == (
        "RuntimeError('ZeroDivisionError: by zero')"
    )
    assert isinstance(decode_error(encode_error(MemoryError())), errors.QueryTooLargeError)


def test_tasks_are_decoded_as_they_were():
    task = RunSearch(SearchRequest("a", kind="quote", adverts=True, offset=20))
    for one in (task, SuggestNames("nv", ("entity",))):
        assert msgspec.json.decode(msgspec.json.encode(one), type=Task) == one


def test_what_is_prepared_of_a_build_goes_with_it(sample, request):
    request.addfinalizer(gc.unfreeze)

    def prepare():
        graph = OpenGraph(Store(sample.path))
        assert PrepareViews().run(graph).read_all() == b"null"
        assert gc.get_freeze_count() > 0
        network = EntityNetwork.cached_for(graph.shared).graph
        assert dict(network.edges)  # a view that networkx keeps, and that refers to the network
        return weakref.ref(network)

    former = prepare()
    assert former() is not None
    prepare()
    assert former() is None


MATCHES = 'SELECT ?c { ?c a kg:Company FILTER(kg:matches(?c, "coinbase")) }'


def test_sparql_calls_the_search_function_over_http(server):
    answer = server.ask(MATCHES, accept="text/csv")
    assert answer.text == "c\r\nhttps://example.org/id/company/coinbase\r\n"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert server.ask(MATCHES, accept="application/xml").text.startswith("<?xml")


@pytest.mark.parametrize(
    ("query", "accept", "status", "words"),
    [
        ('ASK { FILTER(kg:matches("a", "--")) }', "*/*", 400, "nothing to search for"),
        ('ASK { FILTER(kg:matches("a", "b") }', "*/*", 400, "line 1, column 36"),
        (MATCHES, "text/turtle", 406, "accept another media type"),
        (f"{MATCHES} # SERVICE <http://x/>", "text/csv", 200, "coinbase"),
        ('ASK { SERVICE <http://x/> { FILTER(kg:matches("a", "b")) } }', "*/*", 403, "no query"),
    ],
)
def test_wrong_calls_of_it_are_refused(server, query, accept, status, words):
    answer = server.ask(query, accept=accept)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_task_that_takes_too_long_is_stopped(server):
    answer = server.ask(ENDLESS + " # matches")
    assert answer.status_code == 503
    assert answer.text.startswith("the query passed its limit of 3 s")
    until(lambda: not busy(server))
    assert server.ask(MATCHES).status_code == 200
