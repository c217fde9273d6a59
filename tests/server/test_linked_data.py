"""Linked data: every IRI on its path, in the negotiated format, escaped."""

import re

import pyoxigraph
import pytest
import rdflib
from cli.runner import run
from server.protocol_helpers import Page
from server.server_fixture import BASE, Server, build_store
from support import episode_text

from kgraph.base.vocabulary import data_path, load_terms
from kgraph.query import ANSWER_FORMATS

NVIDIA = "/company/nvidia"
FORMS = ("turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def graph(answer, format="turtle"):
    return rdflib.Graph().parse(data=answer.text, format=format)


def test_a_resource_has_outgoing_and_incoming_statements(server):
    found = graph(server.get(NVIDIA, accept="text/turtle"))
    nvidia = rdflib.URIRef(BASE + "company/nvidia")
    assert (nvidia, rdflib.RDF.type, rdflib.SDO.Organization) in found
    episodes = set(found.subjects(rdflib.SDO.mentions, nvidia))
    assert rdflib.URIRef(BASE + "episode/youtube-bbbbbbbbbbb") in episodes


def test_every_iri_of_the_graph_answers(server, served_store):
    rows = server.ask(
        "SELECT DISTINCT ?x { { ?x ?p ?o } UNION { ?s ?p ?x FILTER(isIRI(?x)) } "
        f'FILTER(STRSTARTS(STR(?x), "{BASE}")) }}',
        accept="text/csv",
    ).text.splitlines()[1:]
    assert len(rows) > 20
    for iri in rows:
        answer = server.get("/" + iri.removeprefix(BASE))
        assert (answer.status_code, iri in answer.text) == (200, True), iri


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        (BROWSER, "text/html"),
        ("*/*", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml, text/html;q=0.5", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
    ],
)
def test_the_format_is_negotiated(server, accept, type_):
    answer = server.get(NVIDIA, accept=accept)
    assert answer.headers["content-type"].partition(";")[0] == type_
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["content-location"].startswith(NVIDIA + "?format=")


@pytest.mark.parametrize("form", FORMS)
def test_a_suffix_or_a_parameter_overrides_the_header(server, form):
    from kgraph.query import ANSWER_FORMATS

    format_ = ANSWER_FORMATS[form]
    by_name = server.get(f"{NVIDIA}?format={form}", accept="image/png")
    by_suffix = server.get(NVIDIA + format_.suffix, accept="text/html")
    assert by_name.content == by_suffix.content
    read = pyoxigraph.parse(
        by_name.content, pyoxigraph.RdfFormat.from_media_type(format_.media_type)
    )
    assert sum(1 for _ in read) > 5


def test_a_cached_answer_is_not_sent_again(server):
    first = server.get(NVIDIA)
    again = server.get(NVIDIA, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert (
        server.get(NVIDIA, if_none_match=first.headers["etag"], accept=BROWSER).status_code == 200
    )


def test_hostile_text_is_text(server):
    page = server.get("/episode/youtube-abcdefghijk", accept=BROWSER).text
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34; talk" in page
    assert "<script>" not in page
    assert re.search(r'<a href="/company/nvidia">N', page)
    assert not re.search(r"\s(style|on\w+)=", page)


def test_the_name_of_a_tag_leads_to_its_iri(server):
    for path, target in (("/tag/A.I.", "/tag/ai"), ("/tag/A%20I.ttl?x=1", "/tag/ai.ttl?x=1")):
        answer = server.get(path)
        assert (answer.status_code, answer.headers["location"]) == (301, target)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/tag/aai", 404, "did you mean ai"),
        ("/company/nvida", 404, "did you mean Nvidia"),
        ("/company/zzzzzzzzz", 404, "ask /sparql what there is"),
        ("/x%3E%20%7D%20INSERT", 404, "nothing in the graph has the IRI"),
        ("/company/nvidia?format=docx", 400, "format=docx: no such format; choose one of html"),
        ("/%00", 404, "nothing in the graph"),
        ("/%ff%fe", 404, "nothing in the graph"),
        ("//company/nvidia", 404, "nothing in the graph"),
        ("/" + "a" * 5000, 404, "ask /sparql"),
    ],
)
def test_unknown_paths_have_a_message(server, path, status, words):
    answer = server.client.send(server.client.build_request("GET", server.address[:-1] + path))
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


@pytest.mark.parametrize(
    ("path", "link"),
    [
        (
            "/company/nope%20%22x%22",
            '<a href="/search?q=nope+%22x%22">Search for “nope &#34;x&#34;”</a>',
        ),
        ("/company/nvida", '<a href="/search?q=nvida">Search for “nvida”</a>'),
        (
            "/id/company/a%3Fb%23c",
            '<a href="/search?q=a%3Fb%23c">Search for “a?b#c”</a>',
        ),
        ("/company/", None),
        ("/nope%00%0a", None),
        ("/" + "a" * 5000, None),
        ("/company/nvidia?format=docx", None),
    ],
)
def test_the_page_of_an_unknown_path_offers_a_search_for_its_name(server, path, link):
    page = server.get(path, accept=BROWSER).text
    assert link in page if link else "Search for “" not in page


def test_suggestions_are_also_data(server):
    answer = server.get("/company/nvida", accept="text/turtle, application/problem+json").json()
    assert answer["suggestions"] == ["Nvidia"]


def test_an_old_iri_leads_to_what_replaced_it(tmp_path, folder):
    judgements = tmp_path / "judgements.yaml"
    judged = ("judge", "rename", "OpenAI", "Open Intelligence")
    assert run(*judged, "--judgements", judgements, "--by", "ann").returncode == 0
    build_store(folder, tmp_path / "store", judgements=judgements)
    server = Server(tmp_path / "store")
    answer = server.get("/company/openai?format=turtle")
    assert answer.status_code == 301
    assert answer.headers["cache-control"] == "no-cache"  # deleting the judgement undoes it
    assert answer.headers["location"] == "/company/openintelligence?format=turtle"
    assert server.get(answer.headers["location"]).status_code == 200
    server.stop()


HOSTILE = "Zed <q>works</q> & 'co'"


def test_former_iris_lead_on_or_are_gone(tmp_path):
    home, judgements = tmp_path / "episodes", tmp_path / "judgements.yaml"
    home.mkdir()
    names = ("OpenAI", "Akmeworks")
    (home / "a.md").write_text(episode_text(companies=names))
    other = episode_text("Other", "https://www.youtube.com/watch?v=bbbbbbbbbbb", [f'"{HOSTILE}"'])
    (home / "b.md").write_text(other)
    judged = ("judge", "type", "Akmeworks", "--type", "product")
    assert run(*judged, "--judgements", judgements, "--by", "ann").returncode == 0
    build_store(home, tmp_path / "store", judgements=judgements)
    (home / "b.md").unlink()
    build_store(home, tmp_path / "store", judgements=None)
    server = Server(tmp_path / "store")
    for query in ("", "?format=turtle"):
        answer = server.get(f"/product/akmeworks{query}", accept=BROWSER)
        assert answer.status_code == 301
        assert answer.headers["location"] == f"/company/akmeworks{query}"
        assert answer.headers["cache-control"] == "no-cache"  # it may come back
    assert server.get("/product/akmeworks.ttl").headers["location"] == "/company/akmeworks.ttl"
    page = server.get("/company/zedqworksqco", accept=BROWSER)
    assert (page.status_code, "<q>works" in page.text) == (410, False)
    assert "Zed &lt;q&gt;works&lt;/q&gt; &amp; " in page.text
    assert (
        "(company/zedqworksqco) was in an earlier build, and nothing in the graph is its "
        "successor: /entities lists all that there is<"
    ) in page.text
    episode = server.get("/episode/youtube-bbbbbbbbbbb", accept=BROWSER)
    assert "is its successor: /episodes lists all that there is<" in episode.text
    for path in ("/episode/youtube-bbbbbbbbbbb", "/company/zedqworksqco.ttl"):
        assert server.get(path).status_code == 410
    assert server.get("/company/never").status_code == 404
    server.stop()


def test_the_root_and_the_style_sheet(server):
    page = server.get("/").text
    for name in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page):
        type_ = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}
        first = server.get(name)
        assert first.headers["content-type"].startswith(type_[name.rpartition(".")[2]])
        assert server.get(name, if_none_match=first.headers["etag"]).status_code == 304
    assert server.get("/assets/nothing.css").status_code == 404
    assert server.get("/assets/..%2fpage.py").status_code == 404


# -- the ontology -------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_the_ontology_is_served_in_each_format(server, form):
    def statements(text, syntax):
        return {str(quad.triple) for quad in pyoxigraph.parse(text, syntax)}

    media_type = ANSWER_FORMATS[form].media_type
    by_type = server.get("/ns", accept=media_type)
    by_name = server.get(f"/ns?format={form}", accept=BROWSER)
    assert by_type.content == by_name.content
    assert by_type.headers["content-type"].partition(";")[0] == media_type
    assert by_type.headers["access-control-allow-origin"] == "*"
    file = data_path("ontology", "kgraph.ttl").read_bytes()
    assert statements(by_type.content, pyoxigraph.RdfFormat.from_media_type(media_type)) == (
        statements(file, pyoxigraph.RdfFormat.TURTLE)
    )


def test_the_ontology_is_cached_by_format(server):
    first = server.get("/ns", accept="text/turtle")
    again = server.get("/ns", accept="text/turtle", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    other = server.get("/ns", accept=BROWSER, if_none_match=first.headers["etag"])
    assert other.status_code == 200
    assert server.get("/ns", accept="image/png").status_code == 406
    assert server.get("/ns?format=docx").status_code == 400


def test_the_page_of_the_ontology_has_a_place_for_each_term(server):
    page = Page(server.get("/ns", accept=BROWSER))
    terms = [term for term in load_terms().values() if term.is_declared]
    names = {term.name.partition(":")[2] for term in terms if term.name.startswith("kg:")}
    assert names - {""} <= set(page.ids)
    assert len(set(page.ids)) == len(page.ids)
    assert {f"/ns?format={form}" for form in FORMS} <= set(page.links)
