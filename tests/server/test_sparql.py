"""SPARQL 1.1 Protocol: the W3C's test cases for queries, and real clients."""

import asyncio
import json
from collections import Counter
from types import SimpleNamespace
from urllib.parse import urlencode
from xml.etree import ElementTree

import pyoxigraph
import pytest
import rdflib
from pyld import jsonld
from server.server_fixture import BASE
from SPARQLWrapper import CSV, JSON, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from kgraph.export.export import RDF_FORMATS
from kgraph.query import ANSWER_FORMATS
from kgraph.server.endpoints import sparql
from kgraph.server.endpoints.downloads import DOWNLOADS

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}
OWN = "https://example.org/id/dataset"
QUERIES = {
    "solutions": "SELECT ?name { ?c a kg:Company ; schema:name ?name } ORDER BY ?name",
    "boolean": "ASK { ?c a kg:Company }",
    "graph": "CONSTRUCT WHERE { ?c schema:name ?name }",
}
YES = {"head": {}, "boolean": True}


# -- the W3C's cases (data-sparql11/protocol/manifest) ---------------------------


def test_query_get(server):
    assert server.ask("ASK {}").json() == YES


def test_query_post_form(server):
    assert server.client.post("/sparql", data={"query": "ASK {}"}).json() == YES


def test_query_post_direct(server):
    answer = server.client.post("/sparql", content="ASK {}", headers=DIRECT)
    assert answer.json() == YES


@pytest.mark.parametrize(
    ("query", "type_"),
    [
        ("SELECT (1 AS ?value) {}", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+json"),
        ("DESCRIBE <https://example.org/id/company/nvidia>", "text/turtle; charset=utf-8"),
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", "text/turtle; charset=utf-8"),
    ],
)
def test_query_content_type(server, query, type_):
    answer = server.ask(query)
    assert (answer.status_code, answer.headers["content-type"]) == (200, type_)


@pytest.mark.parametrize("post", [False, True])
def test_query_dataset_default_graph(server, post):
    given = {"query": QUERIES["boolean"], "default-graph-uri": OWN}
    send = {"data": given} if post else {"params": given}
    answer = server.client.request("POST" if post else "GET", "/sparql", **send)
    assert answer.json() == YES
    # The protocol's data set goes before the query's.
    given["query"] = "ASK FROM <http://example.org/other> { ?c a kg:Company }"
    assert server.client.get("/sparql", params=given).json() == YES


@pytest.mark.parametrize(
    "given",
    [
        {"default-graph-uri": "http://example.org/data1.rdf"},
        {"default-graph-uri": [OWN, "http://example.org/data1.rdf"]},
        {"named-graph-uri": ["http://example.org/data1.rdf", "http://example.org/data2.rdf"]},
        {"default-graph-uri": OWN, "named-graph-uri": OWN},
    ],
)
def test_other_data_sets_are_refused(server, given):
    answer = server.client.get("/sparql", params={"query": "ASK {}", **given})
    assert answer.status_code == 400
    assert "no such graph here, and none is fetched from elsewhere" in answer.text


@pytest.mark.parametrize(
    ("method", "options", "status", "words"),
    [
        ("PUT", {"params": {"query": "ASK {}"}}, 405, "PUT: this endpoint accepts GET"),
        ("GET", {"params": {"query": ["ASK {}", "SELECT * {}"]}}, 400, "2 queries: give one"),
        ("GET", {"params": {"other": "x"}}, 400, "0 queries: give one"),
        ("POST", {"content": "ASK {}", "headers": {"Content-Type": "text/plain"}}, 415, "text/pl"),
        ("POST", {"content": "query=ASK%20%7B%7D"}, 415, "Content-Type: none"),
        ("POST", {"content": "ASK {}"}, 415, "Content-Type: none"),
        (
            "POST",
            {
                "content": "ASK {}".encode("utf-16"),
                "headers": {"Content-Type": "application/sparql-query; charset=UTF-16"},
            },
            415,
            "a query is sent in UTF-8",
        ),
        (
            "POST",
            {
                "content": b"ASK {}",
                "headers": {"Content-Type": "application/sparql-query; x=y; charset=latin1"},
            },
            415,
            "charset latin1",
        ),
        (
            "POST",
            {"content": b"ASK {}", "headers": {**DIRECT, "Content-Encoding": "gzip"}},
            415,
            "Content-Encoding: gzip: send it uncompressed",
        ),
        ("POST", {"content": b"ASK { # \xff\n}", "headers": DIRECT}, 400, "is not UTF-8"),
        ("POST", {"content": b"query=%FF", "headers": FORM}, 400, "are not UTF-8"),
        ("GET", {"params": {"query": "ASK {"}}, 400, "line 1, column 6: expected"),
        ("GET", {"params": {"update": "CLEAR ALL"}}, 403, "the graph is read-only"),
        ("POST", {"data": {"update": "CLEAR ALL"}}, 403, "the graph is read-only"),
        (
            "POST",
            {"content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}},
            403,
            "the graph is read-only",
        ),
    ],
)
def test_bad_requests(server, method, options, status, words):
    answer = server.client.request(method, "/sparql", **options)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


# -- refusals -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", 403, "no query leaves"),
        ("SELECT * FROM <http://example.org/x> { ?s ?p ?o }", 400, "leave FROM"),
        ("SELECT * FROM NAMED <http://example.org/x> {}", 400, "leave FROM"),
        ("INSERT DATA { <a> <b> <c> }", 403, "read-only"),
        ("SELECT * { ?s foo:bar ?o }", 400, "prefixes known without declaration: kg"),
        ("SELECT * {" + "{" * 50_000, 503, "needed more memory than its limit"),
    ],
)
def test_remote_and_writing_queries_are_refused(server, query, status, words):
    answer = server.client.post("/sparql", data={"query": query})
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


def test_a_body_that_is_too_long_is_refused(server):
    answer = server.client.post("/sparql", content=b"#" * 300_000, headers=DIRECT)
    assert (answer.status_code, answer.text[:32]) == (413, "the body is longer than 256 KB: ")


def test_errors_are_negotiated(server):
    anything = "application/problem+json, */*;q=0.1"
    details = server.ask("ASK {", accept=anything).json()
    assert (details["status"], details["title"]) == (400, "Bad Request")
    assert details["detail"].startswith("line 1, column 6")
    page = server.ask("ASK { <script>", accept="text/html, */*;q=0.1")
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text


# -- formats ---------------------------------------------------------------------

CASES = [(kind, name) for name, format_ in ANSWER_FORMATS.items() for kind in format_.kinds]


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_every_format_is_available(server, kind, name):
    format_ = ANSWER_FORMATS[name]
    by_type = server.ask(QUERIES[kind], accept=format_.media_type)
    by_name = server.client.get("/sparql", params={"query": QUERIES[kind], "format": name})
    assert by_type.headers["content-type"].partition(";")[0] == format_.media_type
    assert by_type.content == by_name.content
    if kind == "graph":
        read = pyoxigraph.parse(
            by_type.content, pyoxigraph.RdfFormat.from_media_type(format_.media_type)
        )
        assert sum(1 for _ in read) > 3


@pytest.mark.parametrize(
    ("kind", "accept"),
    [
        ("boolean", "text/csv"),
        ("graph", "text/csv"),
        ("solutions", "text/turtle"),
        ("graph", "image/png"),
    ],
)
def test_a_kind_of_answer_without_the_format_is_406(server, kind, accept):
    assert server.ask(QUERIES[kind], accept=accept).status_code == 406


def test_a_bare_get_describes_the_service(server):
    answer = server.get("/sparql", accept="text/turtle")
    found = rdflib.Graph().parse(data=answer.text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    here = rdflib.URIRef(server.address + "sparql")
    assert (here, sd.endpoint, here) in found
    assert (here, sd.supportedLanguage, sd.SPARQL11Query) in found
    assert len(list(found.objects(here, sd.resultFormat))) == len(ANSWER_FORMATS)
    matches = rdflib.URIRef("https://w3id.org/kgraph/ns#matches")
    assert found.value(here, sd.extensionFunction) == matches
    assert found.value(here, sd.feature) == found.value(here, sd.languageExtension)
    # The default graph has the name that the protocol and N-Quads give it.
    [dataset] = found.objects(here, sd.defaultDataset)
    assert found.value(dataset, sd.defaultGraph) == rdflib.URIRef(OWN)
    assert server.ask("SELECT ?x { VALUES ?x { 1 } LATERAL { SELECT ?x {} } }").status_code == 200


def test_void_describes_the_graph(server):
    answer = server.get("/.well-known/void", accept="application/n-triples")
    found = rdflib.Graph().parse(data=answer.text, format="nt")
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    dataset = rdflib.URIRef(OWN)
    assert found.value(dataset, void.sparqlEndpoint) == rdflib.URIRef(server.address + "sparql")
    companies = rdflib.URIRef("https://w3id.org/kgraph/ns#Company")
    part = found.value(predicate=void["class"], object=companies)
    assert found.value(part, void.entities).toPython() == 3
    assert found.value(dataset, rdflib.DCTERMS.title).startswith("Knowledge graph of ")
    assert found.value(dataset, rdflib.PROV.wasGeneratedBy).startswith(OWN.replace("dataset", ""))


@pytest.mark.parametrize("path", ["/.well-known/void", "/void"])
def test_void_counts_properties_and_distinct_nodes(server, path):
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    answer = server.get(path, accept="text/turtle")
    found = rdflib.Graph().parse(data=answer.text, format="turtle")
    graph = rdflib.Graph().parse(data=server.get("/downloads/graph.nt").text, format="nt")
    dataset = rdflib.URIRef(OWN)
    assert found.value(dataset, void.triples).toPython() == len(graph)
    counts = {
        found.value(part, void.property): found.value(part, void.triples).toPython()
        for part in found.objects(dataset, void.propertyPartition)
    }
    assert counts == Counter(predicate for _, predicate, _ in graph)
    assert found.value(dataset, void.distinctSubjects).toPython() == len(set(graph.subjects()))
    assert found.value(dataset, void.distinctObjects).toPython() == len(set(graph.objects()))


def test_void_leaves_out_counts_that_take_long(monkeypatch):
    async def answer(request, graph, query):
        if query == sparql.DISTINCT_QUERIES["void:distinctObjects"]:
            await asyncio.sleep(60)
        number = {"value": "3"}
        return [{"number": number}] if query in sparql.DISTINCT_QUERIES.values() else []

    monkeypatch.setattr(sparql, "DISTINCT_TIMEOUT_S", 0.05)
    monkeypatch.setattr(sparql.responses, "select_rows", answer)
    figures = asyncio.run(sparql._count_figures(None, SimpleNamespace(base="https://x.org/")))
    assert figures.distinct == {"void:distinctSubjects": 3}


def test_void_names_every_rdf_download_by_its_profile(server):
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    found = rdflib.Graph().parse(data=server.get("/void", accept="text/turtle").text)
    dumps = {
        (str(dataset).rpartition("#")[2], str(address).removeprefix(server.address))
        for dataset, address in found.subject_objects(void.dataDump)
    }
    assert dumps == {
        (OWN if file.profile == "full" else file.profile, f"downloads/{name}{packed}")
        for name, file in DOWNLOADS.items()
        if file.format.name in RDF_FORMATS
        for packed in ("", ".gz")
    }
    assert {str(part).rpartition("#")[2] for part in found.objects(predicate=void.subset)} == {
        "kb",
        "edges",
    }


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void", "/void"])
@pytest.mark.parametrize(
    ("accept", "type_", "form"),
    [
        ("text/plain", "text/plain; charset=utf-8", "nt"),
        ("text/html", "text/plain; charset=utf-8", "turtle"),
        ("*/*", "text/turtle; charset=utf-8", "turtle"),
    ],
)
def test_descriptions_are_negotiated(server, path, accept, type_, form):
    answer = server.get(path, accept=accept)
    assert answer.headers["content-type"] == type_
    assert len(rdflib.Graph().parse(data=answer.text, format=form)) > 5
    assert ("@prefix" in answer.text) == (form == "turtle")


REIFIERS = "CONSTRUCT { ?e rdf:reifies <<( ?e schema:name ?n )>> } WHERE { ?e schema:name ?n }"


def test_triple_terms_go_into_formats_that_have_them(server):
    refused = server.ask(REIFIERS, accept="application/ld+json")
    assert refused.status_code == 406
    assert "a triple term of RDF 1.2" in refused.text
    assert refused.text.rstrip().endswith("which JSON-LD cannot carry: accept another media type")
    assert "rdf:reifies <<(" in server.ask(REIFIERS, accept="text/turtle").text


def test_json_ld_can_be_framed(server):
    query = "CONSTRUCT { ?c a ?t ; schema:name ?n } WHERE { ?c a kg:Company, ?t ; schema:name ?n }"
    document = server.ask(query, accept="application/ld+json").json()
    framed = jsonld.frame(document, {"@context": document["@context"], "@type": "kg:Company"})
    assert {node["schema:name"] for node in framed["@graph"]} >= {"Coinbase", "OpenAI"}
    thing = server.get("/company/openai", accept="application/ld+json").json()
    framed = jsonld.frame(thing, {"@context": thing["@context"], "@type": "schema:Organization"})
    assert (framed["@id"], framed["schema:name"]) == (BASE + "company/openai", "OpenAI")


# -- caching -----------------------------------------------------------------------


def test_a_cached_answer_is_not_sent_again(server):
    first = server.ask(QUERIES["solutions"])
    again = server.ask(QUERIES["solutions"], if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    other = server.ask(QUERIES["solutions"], if_none_match=first.headers["etag"], accept="text/csv")
    assert other.status_code == 200


def test_random_answers_are_not_cached(server):
    asked = {server.ask("SELECT (STRUUID() AS ?x) {}").text for _ in range(2)}
    assert len(asked) == 2


def test_head_and_options(server):
    head = server.client.head("/sparql", params={"query": "ASK {}"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "26")
    options = server.client.options("/sparql")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")


# -- clients ---------------------------------------------------------------------


@pytest.mark.parametrize("format_", [JSON, XML, CSV, TSV])
@pytest.mark.parametrize(("method", "how"), [("GET", None), (POST, None), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_reads_solutions(server, format_, method, how):
    client = SPARQLWrapper(server.address + "sparql", returnFormat=format_)
    client.setMethod(method)
    if how:
        client.setRequestMethod(how)
    client.setQuery(QUERIES["solutions"])
    found = client.query().convert()
    text = found.toxml() if format_ == XML else found if format_ == JSON else found.decode()
    assert "Coinbase" in (json.dumps(text) if format_ == JSON else text)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # the client's own
@pytest.mark.parametrize("format_", [TURTLE, N3, RDFXML])
def test_sparqlwrapper_reads_graphs(server, format_):
    client = SPARQLWrapper(server.address + "sparql", returnFormat=format_)
    client.setQuery(QUERIES["graph"])
    found = client.query().convert()
    graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found)
    assert rdflib.Literal("Coinbase") in set(graph.objects())


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_reads_the_endpoint(server, method):
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    store = SPARQLStore(server.address + "sparql", method=method, returnFormat="json")
    graph = rdflib.Graph(store)
    rows = graph.query(
        "SELECT ?n { ?c a <https://w3id.org/kgraph/ns#Company> ; <https://schema.org/name> ?n }"
    )
    assert {str(row.n) for row in rows} >= {"Coinbase", "OpenAI"}
    company = rdflib.URIRef("https://example.org/id/company/openai")
    assert str(graph.value(company, rdflib.SDO.name)) == "OpenAI"


def test_a_byte_order_mark_is_ignored(server):
    answer = server.client.post("/sparql", content="\ufeffASK {}".encode(), headers=DIRECT)
    assert answer.json()["boolean"] is True


def test_a_long_line_is_shortened_in_the_message(server):
    text = f"SELECT * {{ ?s ?p {'1 ' * 20_000} }}"
    answer = server.client.post("/sparql", content=text, headers=DIRECT)
    assert answer.status_code == 400
    assert len(answer.text) < 2_000
    assert "…" in answer.text


def test_if_none_match_any_hides_no_error(server):
    assert server.get("/sparql?query=GARBAGE", if_none_match="*").status_code == 400
    assert server.get("/sparql?query=ASK%7B%7D", if_none_match="*").status_code == 200


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ('SELECT ("a\\u001B\\uFFFF\\rb" AS ?x) {}', "application/sparql-results+xml"),
        ('CONSTRUCT { <s> rdfs:label "a\\u001B\\uFFFF\\rb" } {}', "application/rdf+xml"),
    ],
)
def test_xml_is_well_formed_whatever_is_in_it(server, query, accept):
    answer = server.get("/sparql?" + urlencode({"query": query}), accept=accept)
    assert answer.status_code == 200
    assert "a\ufffd\ufffd\rb" in set(ElementTree.fromstring(answer.content).itertext())
