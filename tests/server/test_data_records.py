"""Records for catalogues of data, as the server gives them."""

import pyoxigraph
import pytest
from server.server_fixture import BASE

from kgraph.base.vocabulary import expand_curie
from kgraph.server.endpoints.downloads import DOWNLOADS


def statements(answer):
    return list(pyoxigraph.parse(answer.content, pyoxigraph.RdfFormat.TURTLE))


def objects(answer, curie):
    iri = expand_curie(curie)
    return {q.object.value for q in statements(answer) if q.predicate.value == iri}


def test_void_links_to_both(server):
    answer = server.get("/.well-known/void", accept="text/turtle")
    records = {f"{server.address}{path}" for path in ("dcat", "croissant")}
    assert objects(answer, "rdfs:seeAlso") >= records
    for address in records:
        assert server.client.get(address).status_code == 200


def test_dcat_describes_downloads_and_endpoint(server):
    answer = server.get("/dcat", accept="text/turtle")
    assert answer.headers["access-control-allow-origin"] == "*"
    addresses = objects(answer, "dcat:downloadURL")
    assert addresses == {f"{server.address}downloads/{name}" for name in DOWNLOADS}
    assert objects(answer, "dcat:endpointURL") == {f"{server.address}sparql"}
    assert objects(answer, "dcat:servesDataset") == {f"{BASE}dataset"}
    assert (
        server.get("/dcat", accept="text/turtle", if_none_match=answer.headers["etag"]).status_code
        == 304
    )


@pytest.mark.parametrize(
    ("accept", "type_"),
    [("application/ld+json", "application/ld+json"), ("text/html", "text/plain")],
)
def test_dcat_has_the_format_that_the_client_accepts(server, accept, type_):
    answer = server.get("/dcat", accept=accept)
    assert answer.headers["content-type"].partition(";")[0] == type_


def test_croissant_describes_the_tables_of_edges_and_nodes(server):
    answer = server.get("/croissant")
    assert answer.headers["content-type"].partition(";")[0] == "application/ld+json"
    record = answer.json()
    assert record["isLiveDataset"] is True
    assert {file["@id"] for file in record["distribution"]} == set(DOWNLOADS)
    for table in record["recordSet"]:
        name = table["@id"]
        head = server.get(f"/downloads/{name}.csv").text.splitlines()[0].split(",")
        assert [f["source"]["extract"]["column"] for f in table["field"]] == head
    assert {table["@id"] for table in record["recordSet"]} == {"edges", "nodes"}
