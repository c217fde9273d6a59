"""Mappings of SSSOM: prefixes, predicates, either side, literals."""

import pytest

from kgraph.base.errors import InputError
from kgraph.identify.sssom_file import is_sssom, read_mappings
from kgraph.identify.table_file import read_table_file

METADATA = """#mapping_set_id: https://example.org/set
#license: https://w3id.org/sssom/license/unspecified
#curie_map:
#  own: https://w3id.org/kgraph/id/
#  sec: https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=
"""
HEADER = (
    "subject_id\tsubject_label\tpredicate_id\tpredicate_modifier\tobject_id\tobject_label\t"
    "object_type\tmapping_justification\n"
)


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "m.sssom.tsv"
        path.write_text(text, "utf-8")
        return read_table_file(path)

    return read_text


def describe(row):
    return (row.line, row.entity, row.name, [str(id_) for id_ in row.ids], list(row.faults))


def test_mappings_that_say_same_are_read_and_others_counted(read):
    lines = (
        "own:company/acme\tAcme\tskos:exactMatch\t\twikidata:Q1\t\t\tsemapv:LexicalMatching",
        'x:7\t"Bolt ""B"""\towl:sameAs\t\tsec:0000000007\tBolt\t\tsemapv:ManualMappingCuration',
        "wd:Q3\tFirm\tskos:exactMatch\t\town:company/cole\tCole\t\tsemapv:LexicalMatching",
        "own:company/dune\tDune\thttps://schema.org/identifier\t\t\tisin:US67066G1040"
        "\trdfs literal\tsemapv:LexicalMatching",
        "own:company/echo\tEcho\tskos:closeMatch\t\twikidata:Q5\t\t\tsemapv:LexicalMatching",
        "own:company/fox\tFox\tskos:exactMatch\tNot\twikidata:Q6\t\t\tsemapv:LexicalMatching",
        "own:company/golf\tGolf\tskos:exactMatch\t\tMESH:7\t\t\tsemapv:LexicalMatching",
    )
    table = read(METADATA + HEADER + "\n".join(lines) + "\n")
    assert is_sssom(table)
    mappings = read_mappings(table)
    base = "https://w3id.org/kgraph/id/company/"
    assert list(map(describe, mappings.rows)) == [
        (7, f"{base}acme", "Acme", ["wikidata:Q1"], []),
        (8, "", 'Bolt "B"', ["cik:0000000007"], []),
        (9, f"{base}cole", "Cole", ["wikidata:Q3"], []),
        (10, f"{base}dune", "Dune", ["isin:US67066G1040"], []),
        (13, f"{base}golf", "Golf", [], ["'MESH:7': no id of another register that is known"]),
    ]
    assert mappings.left_out == {
        "skos:closeMatch": 1,
        "skos:exactMatch with predicate_modifier Not": 1,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\tqid\nA\tQ1\n", ": not SSSOM: no column predicate_id and no column object_id; the "
                               "columns are name, qid"),
        ("#curie_map: " + "[" * 5000 + "\n" + HEADER, ":1: the metadata before the header is no"),
        ("#curie_map: {a: !!python/object:os.system b}\n" + HEADER, ":1: the metadata before the"),
        ("#curie_map: [\n" + HEADER, ":2: the metadata before the header is no YAML"),
    ],
)  # fmt: skip
def test_what_is_no_sssom_is_refused(read, text, message):
    table = read(text)
    with pytest.raises(InputError) as raised:
        read_mappings(table)
    assert str(raised.value).startswith(f"{table.name}{message}")


def test_a_file_without_metadata_is_read(read):
    table = read(HEADER + "own:a\tAcme\tskos:exactMatch\t\twikidata:Q1\t\t\tx\n")
    assert [describe(row) for row in read_mappings(table).rows] == [
        (2, "", "Acme", ["wikidata:Q1"], [])
    ]
