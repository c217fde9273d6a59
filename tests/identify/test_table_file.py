"""Tables are read from CSV, TSV and results of queries, and what cannot be read is named."""

import pytest

from kgraph.base.errors import InputError
from kgraph.identify.table_file import TableRow, read_table_file


def read(tmp_path, content):
    path = tmp_path / "table"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table_file(path)


ROWS = (
    TableRow(2, {"item": "http://www.wikidata.org/entity/Q1", "itemLabel": 'Acme, "A"'}),
    TableRow(3, {"item": "http://www.wikidata.org/entity/Q2", "itemLabel": "Bolt"}),
)
CSV = 'item,itemLabel\r\nhttp://www.wikidata.org/entity/Q1,"Acme, ""A"""\r\n'
CSV += "http://www.wikidata.org/entity/Q2,Bolt\r\n"
SPARQL_TSV = '?item\t?itemLabel\n<http://www.wikidata.org/entity/Q1>\t"Acme, \\"A\\""@en\n'
SPARQL_TSV += (
    '<http://www.wikidata.org/entity/Q2>\t"Bolt"^^<http://www.w3.org/2001/XMLSchema#string>\n'
)
RESULTS = """{"head": {"vars": ["item", "itemLabel"]}, "results": {"bindings": [
{"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q1"},
 "itemLabel": {"xml:lang": "en", "type": "literal", "value": "Acme, \\"A\\""}},
{"item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q2"},
 "itemLabel": {"type": "literal", "value": "Bolt"}}]}}"""
PLAIN_JSON = """[{"item": "http://www.wikidata.org/entity/Q1", "itemLabel": "Acme, \\"A\\""},
{"item": "http://www.wikidata.org/entity/Q2", "itemLabel": "Bolt"}]"""


@pytest.mark.parametrize(
    "content",
    [
        CSV,
        "\ufeff" + CSV,
        CSV.replace("\r\n", "\n") + "\n,\n",
        SPARQL_TSV,
    ],
    ids=["csv", "byte order mark", "empty rows", "sparql tsv"],
)
def test_a_table_is_read_whatever_its_delimiter(tmp_path, content):
    table = read(tmp_path, content)
    assert (table.columns, table.rows) == (("item", "itemLabel"), ROWS)


@pytest.mark.parametrize("content", [RESULTS, PLAIN_JSON])
def test_results_in_json_are_numbered(tmp_path, content):
    table = read(tmp_path, content)
    assert table.columns == ("item", "itemLabel")
    assert table.rows == tuple(TableRow(row.line - 1, row.cells) for row in ROWS)


def test_a_cell_may_have_line_ends_and_a_row_fewer_cells(tmp_path):
    table = read(tmp_path, '#a: 1\n#b: 2\nname,id,more\n"Two\nlines",Q1,x\nAcme,Q2\n')
    assert table.metadata == "a: 1\nb: 2\n"
    assert table.rows == (
        TableRow(4, {"name": "Two\nlines", "id": "Q1", "more": "x"}),
        TableRow(6, {"name": "Acme", "id": "Q2", "more": ""}),
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("#only: metadata\n", ": the table is empty: name one with a row of column names"),
        (b"#x\nname,id\nCaf\xe9,Q1\n", ":3: not UTF-8: save it as UTF-8"),
        (b"?name\t?id\n<Caf\xe9>\t<Q1>\n", ":2: not UTF-8: save it as UTF-8"),
        ("#x\nname,id\nA,B,C\n", ":3: 3 cells, but 2 columns: quote cells that hold a comma"),
        ("[1, 2]", ": expected a list of objects, or results of a SPARQL query"),
        ('{"results": 3}', ": expected a list of objects, or results of a SPARQL query"),
        ("[]", ": there is no result in it: ask the query again"),
        ("[" * 100_000, ": maximum recursion depth exceeded"),
        ('[{"item": ', ": Input data was truncated: export it again, or take CSV"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, content, message):
    with pytest.raises(InputError) as raised:
        read(tmp_path, content)
    assert str(raised.value).startswith(f"{tmp_path / 'table'}{message}")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="none.csv: No such file or directory: name an existing"):
        read_table_file(tmp_path / "none.csv")
