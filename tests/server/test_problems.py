"""Error responses: status and message, without paths of the machine."""

import msgspec
import pytest

from kgraph.base.errors import (
    AmbiguousNameError,
    DataError,
    InputError,
    QueryBusyError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooLargeError,
    RequestError,
    StoreError,
    StoreMissingError,
    StoreOutdatedError,
    StoreReplacedError,
    UnknownNameError,
)
from kgraph.server.http.problems import describe_error, render_problem

SECRET = "/home/ann/graphs"


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (QueryError("x"), 400, "x"),
        (QueryRefusedError("x"), 403, "x"),
        (QueryTimeoutError("x"), 503, "x"),
        (QueryTooLargeError("x"), 503, "x"),
        (QueryBusyError("x", 7), 503, "x"),
        (RequestError(415, "x"), 415, "x"),
        (UnknownNameError("x", ["y"]), 404, "x"),
        (AmbiguousNameError("x", ["company/x", "crypto/x"]), 404, "x"),
        (InputError("x"), 400, "x"),
        (
            StoreMissingError(SECRET),
            503,
            "there is no graph here yet: make one with `kgraph build`",
        ),
        (StoreOutdatedError(SECRET), 503, "the graph was built by another version"),
        (StoreError(SECRET), 503, "the graph cannot be read now"),
        (StoreReplacedError(SECRET), 503, "the graph cannot be read now"),
    ],
)
def test_each_error_has_its_status(error, status, detail):
    told = describe_error(error)
    assert (told.status, told.detail.startswith(detail)) == (status, True)
    assert SECRET not in told.detail


@pytest.mark.parametrize(
    ("is_read", "status", "headers"), [(True, 503, {"Retry-After": "5"}), (False, 400, {})]
)
def test_a_wrong_file_is_no_fault_of_a_client_that_reads(is_read, status, headers):
    told = describe_error(DataError("j.yaml:1: x"), is_read=is_read)
    assert (told.status, told.headers, told.heading) == (status, headers, "A file is wrong")


def test_headers_have_retry_after_and_allow():
    assert describe_error(QueryBusyError("x", 7)).headers == {"Retry-After": "7"}
    assert describe_error(RequestError(405, "x", ("GET", "HEAD"))).headers == {"Allow": "GET, HEAD"}


def test_problem_details_follow_rfc_9457():
    given = render_problem(
        describe_error(UnknownNameError("no X", ["Y"])), "application/problem+json"
    )
    assert given.media_type == "application/problem+json"
    assert msgspec.json.decode(given.body) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "no X",
        "suggestions": ["Y"],
    }


def test_a_page_is_escaped():
    given = render_problem(describe_error(QueryError('<script>"&')), "text/html")
    assert b"<pre>&lt;script&gt;&#34;&amp;</pre>" in given.body


def test_plain_text_has_no_escape_sequences():
    given = render_problem(
        describe_error(QueryError("near \x1b[31mRed\u202e\x07\n  ^")), "text/plain"
    )
    assert given.body.decode() == "near \ufffd[31mRed \ufffd\n  ^\n"
