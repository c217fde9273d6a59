"""Turtle and N-Triples have the same statements."""

import pyoxigraph
import pytest
from sample_graph import BASE, HOSTILE, handmade

from kgraph.base.errors import InputError
from kgraph.base.vocabulary import PREFIXES
from kgraph.rdf import NTriples, Turtle, describe_episode, describe_shared

GROUPS = [
    (
        "episode/x",
        [
            ("a", ["schema:PodcastEpisode"]),
            ("schema:name", ['"A \\"talk\\""']),
            ("schema:about", ["<topic/a>", "<topic/b>", "<topic/c>", "<topic/d>"]),
            ("kg:position", ["7", "0.5", "true", '"2025-09-01"^^xsd:date']),
        ],
    )
]


def meaning(text, format):
    return {str(quad) for quad in pyoxigraph.parse(text, format)}


def written(base, writer, groups):
    made = writer(base)
    return made.header() + made.serialize(groups)


def test_turtle_is_a_paragraph_a_subject():
    assert Turtle(BASE).serialize(GROUPS) == (
        "<episode/x> a schema:PodcastEpisode ;\n"
        '    schema:name "A \\"talk\\"" ;\n'
        "    schema:about <topic/a>,\n        <topic/b>,\n        <topic/c>,\n        <topic/d> ;\n"
        '    kg:position 7,\n        0.5,\n        true,\n        "2025-09-01"^^xsd:date .\n\n'
    )


def test_ntriples_is_a_line_a_statement():
    lines = NTriples(BASE).serialize(GROUPS).splitlines()
    head = f"<{BASE}episode/x>"
    assert lines[:2] == [
        f"{head} <{PREFIXES['rdf']}type> <{PREFIXES['schema']}PodcastEpisode> .",
        f'{head} <{PREFIXES["schema"]}name> "A \\"talk\\"" .',
    ]
    assert lines[-4:] == [
        f'{head} <{PREFIXES["kg"]}position> "7"^^<{PREFIXES["xsd"]}integer> .',
        f'{head} <{PREFIXES["kg"]}position> "0.5"^^<{PREFIXES["xsd"]}decimal> .',
        f'{head} <{PREFIXES["kg"]}position> "true"^^<{PREFIXES["xsd"]}boolean> .',
        f'{head} <{PREFIXES["kg"]}position> "2025-09-01"^^<{PREFIXES["xsd"]}date> .',
    ]


def test_nquads_name_their_graph():
    text = NTriples(BASE, "https://example.org/g").serialize(GROUPS)
    (graph,) = {q.graph_name.value for q in pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_QUADS)}
    assert graph == "https://example.org/g"


@pytest.mark.parametrize("base", [BASE, "https://example.org/doc#", "https://exämple.org/a/b/"])
@pytest.mark.parametrize("name", HOSTILE)
def test_both_formats_have_the_same_statements_under_any_base(base, name):
    graph = handmade(HOSTILE[name])
    groups = [*describe_episode(next(iter(graph))), *describe_shared(graph.shared)]
    turtle = written(base, Turtle, groups)
    ntriples = written(base, NTriples, groups)
    found = meaning(turtle, pyoxigraph.RdfFormat.TURTLE)
    assert found == meaning(ntriples, pyoxigraph.RdfFormat.N_TRIPLES)
    assert Turtle(base).serialize_counted(iter(groups)).statements == len(found)
    assert any(line.startswith(f"<{base}mention/talk/company/nvidia>") for line in found)


@pytest.mark.parametrize(
    "base",
    [
        *("", "id/", "/id/", "https://example.org", "https://example.org/id"),
        *("https://example.org/a b/", "https://example.org/>/", "https://example.org/?q=/"),
        *("https://example.org/a/../b/", "https://example.org/a#b/", "urn:id:"),
        *("http://[::1/", "http://x/%zz/", "http://x/%2/", "http://x/\udcff/"),
    ],
)
@pytest.mark.parametrize("writer", [Turtle, NTriples])
def test_an_invalid_base_is_refused(base, writer):
    with pytest.raises(InputError, match="not a base IRI: write an absolute one that ends in / "):
        writer(base)
