"""Queries that take too much are stopped, truly, and keep nobody else out."""

import http.client
import os
import sys
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


def at_work(server):
    """CPU time (in ticks of 10 ms) of each worker process that the server has now, by number."""
    own = server.process.pid
    times = {}
    for pid in Path(f"/proc/{own}/task/{own}/children").read_text().split():
        with suppress(OSError):  # it has ended meanwhile
            times[pid] = sum(map(int, Path(f"/proc/{pid}/stat").read_text().split()[13:15]))
    return times


def busy(server):
    """Processes that are spending time."""
    before = at_work(server)
    time.sleep(0.2)
    after = at_work(server)
    return [pid for pid in after if after[pid] - before.get(pid, after[pid]) >= 2]


def until(true, seconds=5):
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_endless_query_is_stopped(server):
    answer = server.ask(ENDLESS)
    assert answer.status_code == 503
    assert answer.text.startswith("the query passed its limit of 1.5 s: narrow it")
    until(lambda: not busy(server))
    assert server.ask("ASK {}").json()["boolean"]


def test_an_answer_that_is_too_large_is_refused_whole(server):
    answer = server.ask(LARGE)
    assert answer.status_code == 503
    assert answer.text.startswith("the answer passed its limit of 1 MB: ask for less")
    until(lambda: not busy(server))


def test_a_client_that_goes_stops_its_query(server):
    client = http.client.HTTPConnection("127.0.0.1", int(server.address.split(":")[2][:-1]))
    query = urllib.parse.urlencode({"query": ENDLESS + "# gone"})
    client.request("GET", "/sparql?" + query)
    until(lambda: busy(server))
    client.close()
    until(lambda: not busy(server))


def test_a_flood_of_slow_queries_keeps_no_fast_one_out(server):
    with ThreadPoolExecutor(12) as pool:
        slow = [pool.submit(server.ask, f"{ENDLESS} # {n}") for n in range(12)]
        time.sleep(0.3)
        fast = [server.ask(f"SELECT (1 AS ?x) {{}} # {n}").status_code for n in range(3)]
        page = server.get("/company/openai").status_code
        refused = [answer.result() for answer in slow]
    assert (fast, page) == ([200] * 3, 200)
    assert {answer.status_code for answer in refused} == {503}
    busy_words = [a for a in refused if "as many such queries are at work" in a.text]
    assert busy_words
    assert all(int(answer.headers["retry-after"]) > 0 for answer in busy_words)


def test_slow_queries_give_way(server):
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(server.ask, ENDLESS + "# nice")
        until(lambda: any(os.getpriority(os.PRIO_PROCESS, int(p)) for p in at_work(server)))
        asked.result()
