"""Questions to a SPARQL endpoint: the same answers as from a store, and what goes wrong."""

import json
import os
import re

import pyoxigraph
import pytest
from cli.runner import run
from query.endpoint import (
    JSON,
    ask_for,
    cut,
    dribble,
    dribble_headers,
    flood,
    reply_with,
    serve_endpoint,
)
from support import ROOT, drop_error_of_thread

from kgraph.analysis import ANALYSES, answer_remote_query
from kgraph.base.errors import (
    EndpointError,
    InputError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    QueryTooLargeError,
    UnknownNameError,
)
from kgraph.base.text import name_key
from kgraph.pipeline import build
from kgraph.query import load_saved_queries, run_query
from kgraph.query.remote import RemoteGraph, run_remote_query
from kgraph.query.remote_names import NameFinder
from kgraph.store import Store

BASE = "https://w3id.org/kgraph/id/"
EPISODE = "2025-06-17-gemini,-claude-and-the-art-of-the-long-context.md"
PARAMETERS = {"which-one": {"episode": EPISODE}}
"""Of those queries that have a required parameter."""


@pytest.fixture
def server(endpoint):
    """The endpoint, as it behaves at first."""
    yield endpoint
    endpoint.has_lateral, endpoint.misbehave = True, None
    endpoint.requests.clear()


@pytest.fixture
def remote(server):
    return RemoteGraph(server.url, {}, timeout=60)


def test_the_documented_way_asks_an_endpoint(server, capsys):
    guide = (ROOT / "docs" / "how-to.md").read_text("utf-8")
    [block] = [b for b in re.findall("```python\n(.*?)```", guide, re.DOTALL) if "RemoteGraph" in b]
    exec(block.replace("http://localhost:7878/query", server.url), {})
    shown = capsys.readouterr().out.splitlines()
    rows = run_remote_query(
        RemoteGraph(server.url, {}), "co-mentioned", {"company": "NVIDIA"}
    ).rows()
    assert shown == [f"{row['name']} {row['episodes']}" for row in rows[:3]]
    assert len(shown) == 3


# -- the same answers ----------------------------------------------------------


def arguments_of(name):
    query = load_saved_queries()[name]
    return {
        parameter.name: PARAMETERS[name][parameter.name]
        for parameter in query.parameters
        if parameter.default is None
    }


@pytest.mark.parametrize("has_lateral", [True, False])
@pytest.mark.parametrize("name", load_saved_queries())
def test_every_saved_query_has_the_answer_of_the_store(sample, server, name, has_lateral):
    server.has_lateral = has_lateral
    parameters = arguments_of(name)
    local = run_query(sample, name, parameters)
    answer = run_remote_query(RemoteGraph(server.url, {}), name, parameters)
    assert answer.bindings() == local.bindings()
    assert (answer.more, answer.undated, answer.empty_months) == (
        *(local.more, local.undated),
        local.empty_months,
    )
    assert has_lateral or "LATERAL" not in server.requests[-1][0]


@pytest.mark.parametrize("name", load_saved_queries())
def test_no_group_of_lateral_begins_with_what_is_optional(name):
    assert not re.search(r"LATERAL\s*\{\s*OPTIONAL", load_saved_queries()[name].source.text)


def test_rows_that_stand_for_nothing_are_answered_without_lateral(sample, server):
    server.has_lateral = False
    title = "The Crowd Has a Price: An Introduction to Prediction Markets"
    parameters = {"episode": title, "name": "When I"}
    answer = run_remote_query(RemoteGraph(server.url, {}), "which-one", parameters)
    assert {row["label"] for row in answer.rows()} == {"(nothing)"}
    assert answer.bindings() == run_query(sample, "which-one", parameters).bindings()


def test_lateral_of_a_users_own_query_is_sent_as_it_is(server):
    text = "SELECT ?show ?name { ?show a kg:Show LATERAL { OPTIONAL { ?show schema:name ?name } } }"
    graph = RemoteGraph(server.url, {})
    assert run_remote_query(graph, text).rows()
    server.has_lateral = False
    with pytest.raises(QueryError, match="does not know LATERAL.*: write the query without it"):
        run_remote_query(RemoteGraph(server.url, {}), text)
    with pytest.raises(QueryError, match="opens 3 braces and closes 4"):  # a fault comes first
        run_remote_query(RemoteGraph(server.url, {}), text + "}")
    server.misbehave = lambda handler: handler.reply(503, "text/plain", b"closed")
    with pytest.raises(QueryError, match="closed"):  # it may know LATERAL for all we can tell
        run_remote_query(RemoteGraph(server.url, {}), text)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("which-one", {"episode": EPISODE.removesuffix(".md")}),
        ("which-one", {"episode": "Gemini, Claude, and the Art of the Long Context"}),
        ("co-mentioned", {"company": "company/openai", "since": "2025-06-01"}),
        ("co-mentioned", {"company": f"{BASE}company/openai"}),
        ("co-mentioned", {"company": "open ai"}),
        ("co-mentioned", {"company": "NVDA"}),
        ("best-quotes", {"about": "NVIDIA", "perEpisode": "1"}),
        ("best-quotes", {"about": "theme/stablecoins"}),
        ("best-quotes", {"about": "gas fees"}),
        ("evidence", {"entity": "Polymarket", "unlikely": "true"}),
        ("surfaces", {"entity": "JPMorgan"}),
        ("by-month", {"entity": "generative AI"}),
        ("by-month", {"entity": "tag/nvidia"}),
    ],
)
def test_names_lead_to_the_same_things(sample, remote, name, parameters):
    answer = run_remote_query(remote, name, parameters)
    assert answer.bindings() == run_query(sample, name, parameters).bindings()


def test_an_unfinished_answer_says_that_there_is_more(sample, remote):
    local = run_query(sample, "rejected", limit=3)
    answer = run_remote_query(remote, "rejected", limit=3)
    assert (answer.more, len(answer)) == (True, 3)
    assert answer.bindings() == local.bindings()


@pytest.mark.parametrize("format", ["csv", "tsv", "xml", "json"])
def test_rows_are_written_in_every_format(sample, remote, format):
    text = "SELECT ?n { ?c a kg:Company ; schema:name ?n } ORDER BY ?n LIMIT 5"
    assert run_remote_query(remote, text, format=format).data == (
        run_query(sample, text, format=format).data
    )


def test_statements_and_booleans(remote):
    answer = run_remote_query(remote, "ASK { <company/nvidia> a kg:Company }")
    assert (answer.kind, bool(answer)) == ("boolean", True)
    text = "CONSTRUCT { ?c a kg:Company } WHERE { ?c schema:name 'Nvidia' }"
    answer = run_remote_query(remote, text, format="ntriples")
    assert answer.data.decode() == (
        f"<{BASE}company/nvidia> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/kgraph/ns#Company> .\n"
    )


def test_a_query_may_name_a_graph_of_the_endpoint(remote, server):
    text = "SELECT * FROM <https://example.org/g> { ?s ?p ?o }"
    assert len(run_remote_query(remote, text)) == 0
    assert server.requests[-1][0] == text
    graph = RemoteGraph(f"{server.url}?default-graph-uri=https://example.org/g", {})
    run_remote_query(graph, "ASK {}")
    assert server.requests[-1][2] == {"default-graph-uri": ["https://example.org/g"]}


def test_the_profile_kb_answers_what_it_holds(sample):
    from io import BytesIO

    from kgraph import KnowledgeGraph

    out = BytesIO()
    KnowledgeGraph(sample).export("ntriples", out)
    database = pyoxigraph.Store()
    database.load(out.getvalue(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    with serve_endpoint(database) as server:
        graph = RemoteGraph(server.url, {})
        for name in ("co-mentioned", "companies-by-shows"):
            answer = run_remote_query(graph, name)
            assert answer.bindings() == run_query(sample, name).bindings()


def test_booleans_that_are_written_as_numbers_are_read_as_booleans(server):
    xsd = "http://www.w3.org/2001/XMLSchema#"
    text = f'{{ "datatype": "{xsd}boolean", "value": "1" }}'
    cells = {
        "a": {"type": "typed-literal", "datatype": f"{xsd}boolean", "value": "1"},
        "b": {"type": "typed-literal", "datatype": f"{xsd}boolean", "value": "0"},
        "n": {"type": "typed-literal", "datatype": f"{xsd}integer", "value": "1"},
        "t": {"type": "literal", "value": text},
    }
    data = json.dumps({"head": {"vars": list(cells)}, "results": {"bindings": [cells]}}).encode()
    server.misbehave = reply_with(200, JSON, data)
    try:
        [row] = RemoteGraph(server.url, {}).select("SELECT * {}")
    finally:
        server.misbehave = None
    assert row == {"a": "true", "b": "false", "n": "1", "t": text}


# -- hostile values ------------------------------------------------------------

HOSTILE = [
    '"',
    "\\",
    "\\u0022 . ?s ?p ?o } #",
    '"} DELETE { ?s ?p ?o } WHERE { ?s ?p ?o } #',
    "\"'''\n\t\r }",
    "company/x> <y> <z> . ?s ?p ?o } #",
    "https://w3id.org/kgraph/id/company/x> ?p ?o } #",
    "(((((",
    "[a-",
    "$0?*+",
    "x" * 1000,
    "\u202e\u0000\U0001f600",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_name_is_never_syntax(sample, remote, server, value):
    for name, parameter in (("co-mentioned", "company"), ("best-quotes", "about")):
        outcomes = []
        for ask in (
            lambda n, p: run_query(sample, n, p),
            lambda n, p: run_remote_query(remote, n, p),
        ):
            try:
                outcomes.append(ask(name, {parameter: value}).bindings())
            except InputError as error:
                outcomes.append(type(error))
        assert outcomes[0] == outcomes[1]
    for text, _, _ in server.requests:
        pyoxigraph.Store().query(text)  # each is one well-formed query


@pytest.mark.parametrize("value", HOSTILE)
def test_a_text_is_never_syntax(sample, remote, value):
    local = run_query(sample, "who-said", {"words": value}) if value.strip() else None
    answer = run_remote_query(remote, "who-said", {"words": value})
    assert local is None or answer.bindings() == local.bindings()


# -- what is refused -----------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "error", "message"),
    [
        ("DELETE WHERE { ?s ?p ?o }", QueryRefusedError, "this is an update"),
        ("SELECT * { SERVICE <http://x.test/> {} }", QueryRefusedError, "SERVICE asks another"),
        ("SELECT * { ?s ?p", QueryError, "line 1, column"),
        ('ASK { ?q a ?c FILTER(kg:matches(?q, "x")) }', QueryError, "searches the index of a st"),
        ("co-mentionned", UnknownNameError, "did you mean co-mentioned"),
        ("path", InputError, "path: a program answers this from the records of a store"),
    ],
)
def test_what_an_endpoint_cannot_answer(remote, question, error, message):
    with pytest.raises(error, match=message):
        answer_remote_query(remote, question)


def test_every_analysis_needs_the_store(remote, server):
    for name in ANALYSES:
        with pytest.raises(InputError, match="ask the store, without --endpoint"):
            answer_remote_query(remote, name)
    assert server.requests == []


def test_an_unknown_name_is_told(remote, server):
    with pytest.raises(UnknownNameError, match=f"nothing at {server.url} is called 'Zyxwvutsrq'"):
        run_remote_query(remote, "co-mentioned", {"company": "Zyxwvutsrq"})
    with pytest.raises(UnknownNameError, match="TLL 999"):
        run_remote_query(remote, "which-one", {"episode": "TLL 999", "name": "Gemini"})


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://127.0.0.1/sparql", "not an address: begin with http://"),
        ("127.0.0.1:7878/query", "not an address"),
        ("http://", "not an address"),
        ("http://x:99999999/", "not an address"),
        ("http://x.test/a b", "not an address"),
        ("http://me:secret@x.test/sparql", "set KGRAPH_ENDPOINT_USER and KGRAPH_ENDPOINT_PASSWORD"),
    ],
)
def test_a_wrong_address_is_refused(url, message):
    with pytest.raises(InputError, match=message) as caught:
        RemoteGraph(url, {})
    assert "secret" not in str(caught.value)


def test_an_endpoint_without_a_graph_of_kgraph():
    with serve_endpoint(pyoxigraph.Store()) as server:
        graph = RemoteGraph(server.url, {})
        with pytest.raises(InputError, match="holds no graph of kgraph: load one"):
            run_remote_query(graph, "co-mentioned")
        assert not run_remote_query(graph, "ASK { ?s ?p ?o }")


@pytest.mark.parametrize("name", ["fabs", "C++"])
def test_a_tag_is_found_whose_name_is_in_a_files_name(tmp_path, name):
    text = f"---\ntitle: A talk\ntags: [{name}]\n---\n"
    (tmp_path / f"of-{name}-and-chips.md").write_text(text)
    build([tmp_path], tmp_path / "store", workers=1)
    with serve_endpoint(Store(tmp_path / "store").database) as server:
        finder = NameFinder(RemoteGraph(server.url, {}).select, BASE, server.url)
        assert finder.find_named(name)[0] == f"tag/{name_key(name)}"
        with pytest.raises(UnknownNameError):
            finder.find_named("chips")


# -- servers that misbehave ----------------------------------------------------


@pytest.mark.parametrize(
    ("misbehave", "message"),
    [
        (
            reply_with(200, "text/html; charset=utf-8", b"<h1>Welcome</h1>"),
            r"sends as text/html cannot be read \(it begins '<h1>Welcome</h1>'\): name the address",
        ),
        (reply_with(200, "application/sparql-results+json", b"<h1>"), "cannot be read"),
        (reply_with(200, "application/n-triples", b"<a> <b>"), "gives|cannot be read"),
        (reply_with(404, "text/plain", b"no"), r"refused \(404 Not Found: no\): check the address"),
        (
            reply_with(301, "text/plain", b"", Location="https://elsewhere.test/sparql"),
            "it has moved to https://elsewhere.test/sparql: name that address",
        ),
        (reply_with(500, "text/plain", b"SR171"), r"500 Internal Server Error: SR171\): check the"),
        (reply_with(503, "text/plain", b"later", Retry_After="99999"), "503 Service Unavailable"),
        (cut, "no answer"),
    ],
)
def test_a_server_that_is_no_endpoint_or_fails(remote, server, misbehave, message):
    server.misbehave = misbehave
    with pytest.raises(QueryError, match=message):
        run_remote_query(remote, "ASK {}")
    assert len(server.requests) == 1  # no second try, and nothing is sent elsewhere


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("which-one", "episode"), ("talk-by-month", "about"), ("who-said", "words")],
)
def test_half_a_character_in_a_parameter_is_an_error_in_words(sample, remote, name, parameter):
    for ask, graph in ((run_query, sample), (run_remote_query, remote)):
        with pytest.raises(InputError, match="x\ufffd: not Unicode: encode it as UTF-8"):
            ask(graph, name, {parameter: "x\udcff"})


def test_half_a_character_in_a_query_is_an_error_in_words(remote):
    with pytest.raises(QueryError, match="the query is no Unicode"):
        run_remote_query(remote, 'ASK { ?a ?b "\udcff" }')


BROKEN_ROWS = {
    "bytes that are no text": b'{"x": {"type": "literal", "value": "\xff"}}',
    "no value": b'{"x": {"type": "literal"}}',
    "no IRI": b'{"x": {"type": "uri", "value": "a <b>"}}',
    "no end": b'{"x": {"type": "lit',
}


@pytest.mark.parametrize("row", BROKEN_ROWS.values(), ids=BROKEN_ROWS)
@pytest.mark.parametrize("question", ["SELECT ?x { ?x ?p ?o }", "talk-by-month"])
def test_rows_that_break_after_the_first(remote, server, question, row):
    first = b'{"head": {"vars": ["x"]}, "results": {"bindings": ['
    first += b'{"x": {"type": "literal", "value": "a"}}, '
    server.misbehave = reply_with(200, JSON, first + row + b"]}}")
    with pytest.raises(EndpointError, match="cannot be read .*: name the address of a SPARQL"):
        run_remote_query(remote, question, format="csv")


@pytest.mark.parametrize("misbehave", [dribble, dribble_headers])
def test_an_answer_that_dribbles_passes_the_time_limit(server, misbehave):
    server.misbehave = misbehave
    with pytest.raises(QueryTimeoutError, match=r"the query passed its limit of 0.3 s"):
        run_remote_query(RemoteGraph(server.url, {}, timeout=0.3), "ASK {}")


def test_an_answer_that_floods_passes_the_limit_of_size(server):
    server.misbehave = flood
    with pytest.raises(QueryTooLargeError, match="larger than 1 MB: add a LIMIT"):
        run_remote_query(RemoteGraph(server.url, {}, max_bytes=1 << 20), "ASK {}")


def test_nobody_listens():
    with serve_endpoint(pyoxigraph.Store()) as server:
        url = server.url
    with pytest.raises(QueryError, match="no answer.*check the server"):
        run_remote_query(RemoteGraph(url, {}), "ASK {}")


def test_user_and_password_come_from_the_environment(server):
    server.misbehave = ask_for("ann", "päss")
    with pytest.raises(QueryError, match="set KGRAPH_ENDPOINT_USER and KGRAPH_ENDPOINT_PASSWORD"):
        run_remote_query(RemoteGraph(server.url, {"KGRAPH_PUSH_USER": "ann"}), "ASK {}")
    login = {"KGRAPH_ENDPOINT_USER": "ann", "KGRAPH_ENDPOINT_PASSWORD": "päss"}
    assert run_remote_query(RemoteGraph(server.url, login), "ASK {}")


@pytest.mark.parametrize("token", ["geheim\n", "geheim\r\nX-Other: 1", "geheim\u4e00"])
def test_a_token_that_no_header_can_carry_is_not_printed(server, token):
    with pytest.raises(InputError, match="KGRAPH_ENDPOINT_TOKEN: has a line break") as caught:
        RemoteGraph(server.url, {"KGRAPH_ENDPOINT_TOKEN": token})
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://ann:geheim@localhost/sparql",
        "http://ann:geheim@localhost:99999/sparql",
        "ftp://ann:geheim@localhost/sparql",
        "http://ann:ge@heim@[localhost/sparql",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_printed(url):
    with pytest.raises(InputError) as caught:
        RemoteGraph(url, {})
    assert "heim" not in str(caught.value)


def test_letters_of_any_script_in_an_address(server):
    url = f"{server.url}/ä?default-graph-uri=http://x.test/ü%20"
    assert run_remote_query(RemoteGraph(url, {}), "ASK {}") is not None
    assert server.requests[-1][2] == {"default-graph-uri": ["http://x.test/ü "]}
    with pytest.raises(EndpointError, match="check the address"):
        run_remote_query(RemoteGraph("http://ä..test/sparql", {}), "ASK {}")


def test_proxies_of_the_environment_are_not_asked(remote, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert run_remote_query(remote, "ASK {}")


# -- the command ---------------------------------------------------------------


def test_the_command_asks_an_endpoint(server, tmp_path):
    line = ["query", "co-mentioned", "--param", "company=NVIDIA", "--endpoint", server.url]
    done = run(*line, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["results"]["bindings"]
    assert rows[0]["name"]["value"] == "Microsoft"
    assert os.listdir(tmp_path) == []


def test_the_command_tells_which_example_it_asked(server, tmp_path):
    done = run("query", "co-mentioned", "--endpoint", server.url, cwd=tmp_path)
    assert (
        f"kgraph query co-mentioned --param company=NVIDIA --endpoint {server.url}" in done.stderr
    )
    assert "Microsoft" in done.stdout
    given = ("--param", "about=zebras", "--endpoint", server.url)
    done = run("query", "talk-by-month", *given, cwd=tmp_path)
    assert "; most need the profile full, as kb has no quotes" in done.stderr
    done = run("query", "path", "--endpoint", server.url, cwd=tmp_path)
    assert (done.returncode, "ask the store" in done.stderr) == (2, True)


def test_an_error_may_be_dropped_in_another_thread(remote):
    """The engine frees a result only in the thread that made it."""
    error = drop_error_of_thread(
        lambda: run_remote_query(remote, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", format="csv")
    )
    assert error == (InputError, [])


def test_an_answer_that_breaks_off_may_be_dropped_in_another_thread(server, remote):
    broken = b'{"head":{"vars":["a"]},"results":{"bindings":[{},{"a":'
    server.misbehave = reply_with(200, JSON, broken)
    assert drop_error_of_thread(lambda: remote.select("SELECT ?a {}")) == (EndpointError, [])
