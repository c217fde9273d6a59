"""Names and ids are found by headings and cells, and a table without them is refused."""

import pytest

from kgraph.base.errors import InputError
from kgraph.identify.id_columns import IdColumns, choose_columns, read_identity_rows
from kgraph.identify.table_file import read_table_file


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "t.csv"
        path.write_text(text, "utf-8")
        return read_table_file(path)

    return read_text


ITEM = "http://www.wikidata.org/entity/Q"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (f"item,itemLabel\n{ITEM}1,Acme", IdColumns("itemLabel", ids={"item": "wikidata"})),
        # OpenRefine: a column of names, and one that was made from their reconciled ids.
        (
            "Company,Notes,Company id\nAcme,x,Q1",
            IdColumns("Company", ids={"Company id": "wikidata"}),
        ),
        # Two columns of items: that whose heading says so.
        (
            f"item,itemLabel,country,countryLabel\n{ITEM}1,Acme,{ITEM}2,Land",
            IdColumns("itemLabel", ids={"item": "wikidata"}),
        ),
        (f"firm,firmLabel\n{ITEM}1,Acme", IdColumns("firmLabel", ids={"firm": "wikidata"})),
        (
            "name,Wikidata QID,CIK,ISIN,ticker,exchange,type\nAcme,Q1,7,,A,NYSE,company",
            IdColumns(
                "name",
                type="type",
                exchange="exchange",
                ids={"Wikidata QID": "wikidata", "ISIN": "isin", "CIK": "cik", "ticker": "ticker"},
            ),
        ),
        ("match,qid\ncompany/acme,Q1", IdColumns(entity="match", ids={"qid": "wikidata"})),
    ],
)
def test_columns_are_known_by_headings_and_cells(read, text, columns):
    assert choose_columns(read(text)) == columns


def test_columns_that_the_user_names_come_first(read):
    table = read("name,firm,a,b=c,kind\nx,Acme,Q1,7,bank\n")
    chosen = choose_columns(table, "firm", ("a=wikidata", "b=c=cik"), "kind")
    assert chosen == IdColumns("firm", type="kind", ids={"a": "wikidata", "b=c": "cik"})


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (
            "firm,code\nAcme,x7",
            (),
            "no column has ids of another register: name one with --id-column, such as --id-column "
            "qid=wikidata; the columns are firm, code",
        ),
        (
            "firm,qid\nAcme,Q1",
            (),
            "no column has names: name one with --name-column; the columns are firm, qid",
        ),
        ("name,qid\nAcme,Q1", ("nam",), "no column is called 'nam': choose one of name, qid"),
        ("name,qid\nAcme,Q1", ("", ("id=wikidata",)), "no column is called 'id': choose one of n"),
    ],
)
def test_a_table_without_names_or_ids_is_refused_with_its_columns(read, text, options, message):
    table = read(text)
    with pytest.raises(InputError) as raised:
        choose_columns(table, *options)
    assert str(raised.value).startswith(f"{table.name}: {message}")


def test_an_id_column_needs_a_known_register(read):
    with pytest.raises(InputError) as raised:
        choose_columns(read("name,code\nAcme,7"), "", ("code",))
    assert str(raised.value).startswith(
        "--id-column code: of which register are its ids? write code=KIND, with one of wikidata, "
    )


def test_rows_say_names_types_and_ids_and_what_is_none(read):
    table = read(
        "name,qid,ticker,exchange,type\n"
        "Acme,q1,ACME,New York Stock Exchange,bank\n"
        "Bolt,https://www.wikidata.org/wiki/Q2,XLON:BLT,,\n"
        "Cole,Q0,COLE,,\n"
        "Dune,,DUNE,Moon Exchange,\n"
        "Echo,,,,\n"
    )
    rows = [
        (row.line, row.name, row.type_word, [str(id_) for id_ in row.ids], list(row.faults))
        for row in read_identity_rows(table, choose_columns(table))
    ]
    assert rows == [
        (2, "Acme", "bank", ["wikidata:Q1", "ticker:NYSE:ACME"], []),
        (3, "Bolt", "", ["wikidata:Q2", "ticker:LON:BLT"], []),
        (
            4, "Cole", "", [],
            ["qid 'Q0': no id of wikidata", "ticker 'COLE': a ticker without its exchange"],
        ),
        (5, "Dune", "", [], ["exchange 'Moon Exchange': no exchange that is known"]),
    ]  # fmt: skip
