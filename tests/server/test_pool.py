"""Queries that take too much are stopped, and keep no others from running."""

import http.client
import os
import sys
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest
from server.server_fixture import ENDLESS, Server, at_work, busy, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


def test_an_endless_query_is_stopped(server):
    answer = server.ask(ENDLESS)
    assert answer.status_code == 503
    assert answer.text.startswith("the query passed its limit of 3 s: narrow it")
    until(lambda: not busy(server))
    assert server.ask("ASK {}").json()["boolean"]


def test_an_answer_that_is_too_large_is_refused(server):
    answer = server.ask(LARGE)
    assert answer.status_code == 503
    assert answer.text.startswith("the answer passed its limit of 1 MB: ask for less")
    until(lambda: not busy(server))


def test_a_disconnect_stops_the_query(server):
    client = http.client.HTTPConnection("127.0.0.1", int(server.address.split(":")[2][:-1]))
    query = urllib.parse.urlencode({"query": ENDLESS + "# gone"})
    client.request("GET", "/sparql?" + query)
    until(lambda: busy(server))
    client.close()
    until(lambda: not busy(server))


def test_many_slow_queries_do_not_delay_fast_ones(server):
    with ThreadPoolExecutor(12) as pool:
        slow = [pool.submit(server.ask, f"{ENDLESS} # {n}") for n in range(12)]
        until(lambda: busy(server))
        fast = [server.ask(f"SELECT (1 AS ?x) {{}} # {n}").status_code for n in range(3)]
        page = server.get("/company/openai").status_code
        refused = [answer.result() for answer in slow]
    assert (fast, page) == ([200] * 3, 200)
    assert {answer.status_code for answer in refused} == {503}
    for answer in refused:
        if "all slots for such queries are in use" in answer.text:
            assert int(answer.headers["retry-after"]) > 0
        else:
            assert answer.text.startswith("the query passed its limit of 3 s: narrow it")


def test_slow_queries_run_at_low_priority(served_store):
    server = Server(served_store, "--workers", 1)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(server.ask, ENDLESS)
        until(lambda: any(os.getpriority(os.PRIO_PROCESS, int(p)) for p in at_work(server)), 15)
        server.process.kill()
        assert asked.exception()
    server.stop()
