"""Turtle tokens: every value is escaped."""

import pyoxigraph
import pytest
from sample_graph import HOSTILE

from kgraph.base.vocabulary import PREFIXES, load_field_table
from kgraph.rdf import terms

HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def read(token):
    """The object that a Turtle reader finds."""
    document = f"{HEAD}<http://x/s> <http://x/p> {token} ."
    (quad,) = pyoxigraph.parse(document, pyoxigraph.RdfFormat.TURTLE)
    return quad.object


@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_survives_a_round_trip(name):
    assert read(terms.string_literal(HOSTILE[name])).value == HOSTILE[name]
    assert read(terms.typed_literal(HOSTILE[name], "xsd:anyURI")).value == HOSTILE[name]


def test_a_literal_escapes_what_turtle_forbids_and_nothing_else():
    plain = "".join(chr(code) for code in range(0x20, 0x3000) if chr(code) not in '"\\')
    assert terms.string_literal(plain) == f'"{plain}"'
    special = "".join(map(chr, range(0x20))) + '"\\'
    assert terms.string_literal(special).isprintable()
    assert read(terms.string_literal(special)).value == special


@pytest.mark.parametrize(
    ("type_", "value", "lexical", "datatype"),
    [
        ("text", 'say "so"', 'say "so"', "string"),
        ("name", "NVIDIA", "NVIDIA", "string"),
        ("level", "high", "high", "string"),
        ("moment", "2025-09-01", "2025-09-01", "date"),
        ("moment", "2025-09-01T10:00:00Z", "2025-09-01T10:00:00Z", "dateTime"),
        ("minutes", 25, "PT25M", "duration"),
        ("count", 3, "3", "integer"),
        ("score", 8, "8", "integer"),
        ("score", 8.5, "8.5", "decimal"),
        ("unit", 0.12345, "0.123", "decimal"),
        ("unit", 1, "1.0", "decimal"),
        ("flag", True, "true", "boolean"),
        ("flag", False, "false", "boolean"),
        ("address", "https://example.org/a b", "https://example.org/a b", "anyURI"),
    ],
)
def test_every_type_of_field(type_, value, lexical, datatype):
    (token,) = terms.format_objects(type_, value)
    assert read(token) == pyoxigraph.Literal(
        lexical, datatype=pyoxigraph.NamedNode(PREFIXES["xsd"] + datatype)
    )


def test_repeated_texts_are_written_once():
    assert terms.format_objects("texts", ["a", "b", "a"]) == ['"a"', '"b"']


def test_every_type_of_the_field_table_can_be_written():
    rows = [
        row for row_type in load_field_table().rows.values() for row in row_type.fields.values()
    ]
    types = {field.type for field in [*load_field_table().episode.values(), *rows]}
    assert types == terms.FIELD_FORMATTERS.keys()
