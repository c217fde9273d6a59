"""A server that asks an endpoint and has no store: what it offers, and what it says of the rest."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from cli.runner import run
from query.endpoint import reply_with

from kgraph.analysis import ANALYSES
from kgraph.base.errors import QueryBusyError
from kgraph.query import load_saved_queries, run_query
from kgraph.query.remote import RemoteGraph
from kgraph.server.remote_app import RemoteService, create_remote_app
from kgraph.server.settings import Settings
from kgraph.server.workers.pool import QueryLimits


@pytest.fixture
def ask(endpoint):
    """Sends a request to the application, without a server."""
    app = create_remote_app(RemoteGraph(endpoint.url, {}, 30), Settings(Path("none")))

    def send(path, method="GET", **options):
        async def work():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost"
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(work())

    yield send
    endpoint.misbehave = None


def test_home_says_what_it_is_and_every_link_leads_somewhere(ask, endpoint):
    home = ask("/")
    assert (home.status_code, endpoint.url in home.text) == (200, True)
    links = set(re.findall(r'(?:href|src|action)="(/[^"]*)"', home.text))
    assert {f"/questions/{name}" for name in load_saved_queries()} <= links
    for link in links:
        page = ask(link)
        assert page.status_code == 200, link
        links_of_page = set(re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text))
        for other in links_of_page - links:
            assert other.startswith("/questions/"), other


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_a_question_has_the_answer_of_the_store(sample, ask, form):
    answer = ask(f"/questions/co-mentioned?company=NVIDIA&format={form}")
    local = run_query(sample, "co-mentioned", {"company": "NVIDIA"}, format=form)
    assert (answer.status_code, answer.content) == (200, local.data)


def test_a_question_is_a_page_with_a_form_and_rows(ask):
    page = ask("/questions/co-mentioned?company=OpenAI", headers={"Accept": "text/html"}).text
    assert 'value="OpenAI"' in page
    assert "<td>Microsoft</td>" in page
    page = ask("/questions/which-one", headers={"Accept": "text/html"})
    assert (page.status_code, "<table" in page.text) == (200, False)


def test_a_wrong_value_is_escaped_and_told(ask):
    page = ask("/questions/co-mentioned?company=%3Cscript%3E", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_queries_are_passed_on(ask):
    text = "SELECT ?n { <company/nvidia> schema:name ?n }"
    answer = ask("/sparql", params={"query": text}, headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.text) == (200, "n\r\nNvidia\r\n")
    assert answer.headers["access-control-allow-origin"] == "*"
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/turtle"}
    answer = ask("/sparql", "POST", content="CONSTRUCT { <a:b> a kg:X } {}", headers=headers)
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert "<a:b> a kg:X" in answer.text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("DELETE WHERE { ?s ?p ?o }", 403),
        ("SELECT * { SERVICE <http://x.test/> {} }", 403),
        ("SELECT * {", 400),
        ('ASK { ?q a ?c FILTER(kg:matches(?q, "x")) }', 400),
    ],
)
def test_other_queries_are_refused_and_not_passed_on(ask, query, status):
    assert ask("/sparql", params={"query": query}).status_code == status


def test_an_endpoint_that_fails_is_a_bad_gateway(ask, endpoint):
    endpoint.misbehave = reply_with(200, "text/html", b"<h1>")
    answer = ask("/sparql", params={"query": "ASK {}"})
    assert (answer.status_code, "name the address of a SPARQL endpoint" in answer.text) == (
        502,
        True,
    )


@pytest.mark.parametrize(
    "path", ["/search", "/company/nvidia", "/why", "/editor", "/api", "/judge"]
)
def test_what_needs_a_store_says_so(ask, path):
    answer = ask(path)
    assert (answer.status_code, "has no store" in answer.text) == (404, True)
    assert answer.headers["content-type"].startswith("text/plain")


def test_analyses_are_no_questions_here(ask):
    for name in ANALYSES:
        assert ask(f"/questions/{name}").status_code == 404


def test_other_hosts_and_methods_are_refused(ask):
    assert ask("/", headers={"Host": "evil.test"}).status_code == 421
    assert ask("/", "DELETE").status_code == 405


def test_more_queries_than_slots_are_refused(endpoint):
    limits = QueryLimits(fast_slots=1, slow_slots=1)
    service = RemoteService(RemoteGraph(endpoint.url, {}), Settings(Path("none"), limits))

    async def ask_twice():
        release = asyncio.Event()
        loop = asyncio.get_running_loop()

        def wait():
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result()
            return "first"

        first = asyncio.create_task(service.run(wait))
        await asyncio.sleep(0)
        with pytest.raises(QueryBusyError, match="ask again"):
            await service.run(lambda: "second")
        release.set()
        assert await first == "first"
        await asyncio.sleep(0)
        assert await service.run(lambda: "third") == "third"

    asyncio.run(ask_twice())
    service.threads.shutdown()


@pytest.mark.parametrize("option", ["--judge", "--watch"])
def test_the_command_refuses_what_needs_a_store(option):

    done = run("serve", "--endpoint", "http://127.0.0.1:1/sparql", option)
    assert (done.returncode, "need a store: leave them out" in done.stderr) == (2, True)
