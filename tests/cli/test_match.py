"""``kgraph match``: the user's columns unchanged, what each name matches, and what went wrong."""

import csv
import io
import json
from pathlib import Path

import pytest
from cli.runner import run

from kgraph import KnowledgeGraph
from kgraph.base.errors import InputError
from kgraph.views.matching import MATCH_COLUMNS

FIRMS = Path(__file__).with_name("firms.csv")


@pytest.fixture
def matched(sample, tmp_path):
    """A function that runs the command on a table, and gives how it ended and what it wrote."""

    def match(*arguments, table=None, name="t.csv", to="out.csv"):
        path = FIRMS
        if table is not None:
            path = tmp_path / name
            path.write_bytes(table if isinstance(table, bytes) else table.encode())
        out = tmp_path / to
        done = run("match", path, *arguments, "--output", out, "--store", sample.path)
        return done, out.read_bytes().decode("utf-8-sig") if out.exists() else ""

    return match


def rows_of(text, delimiter=","):
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_the_users_columns_are_unchanged_and_followed_by_ours(matched, sample):
    done, text = matched("--column", "Firm")
    assert done.returncode == 0
    written = list(csv.reader(io.StringIO(text)))
    source = list(csv.reader(FIRMS.read_text("utf-8").splitlines()))
    assert [row[:3] for row in written] == source
    assert tuple(written[0][3:]) == MATCH_COLUMNS
    nvidia, coinbase, nothing, openai = rows_of(text)
    assert nvidia["kgraph_iri"] == f"{sample.meta.base}company/nvidia"
    assert [nvidia[f"kgraph_{name}"] for name in ("name", "type", "match", "in_graph")] == [
        *("Nvidia", "company", "yes", "yes"),
    ]
    assert (nvidia["kgraph_ticker"], nvidia["kgraph_isin"]) == ("NASDAQ:NVDA", "US67066G1040")
    assert nvidia["kgraph_why"] == "another name of it, as in the lexicon"
    assert "cik:0001045810" in nvidia["kgraph_ids"].split()
    assert float(nvidia["kgraph_score"]) >= 90
    assert (coinbase["kgraph_name"], openai["kgraph_name"]) == ("Coinbase", "OpenAI")
    assert {nothing[column] for column in MATCH_COLUMNS} == {""}


def test_standard_error_says_how_it_was_read_and_what_matched(matched, tmp_path):
    done, _ = matched("--column", "Firm")
    wrote, summary = done.stderr.splitlines()
    assert wrote.startswith(f"wrote {tmp_path / 'out.csv'}: 4 rows, ")
    assert summary == "firms.csv (UTF-8, comma): 4 rows: 3 matched, 1 not"
    done, _ = matched("-q", "--column", "Firm")
    assert done.stderr == ""
    table = "Firm;Town\nNVIDIA;x\n;y\nOpenIA\n"
    done, _ = matched("--column", "Firm", "--min-score", 0, table=table)
    assert done.stderr.splitlines()[1] == (
        "t.csv (UTF-8, semicolon): 3 rows: 1 matched, 1 with candidates only, 0 not, "
        "1 without a name, 1 filled up with empty cells"
    )


@pytest.mark.parametrize(
    ("table", "options", "delimiter"),
    [
        ("Firm;Town\r\nNVIDIA;Köln, Deutz\r\n", (), ";"),
        ("\ufeffFirm;Town\nNVIDIA;Köln, Deutz\n", (), ";"),
        ("Firm\tTown\nNVIDIA\tKöln, Deutz\n", (), ","),
        ("Firm|Town\nNVIDIA|Köln, Deutz\n".encode("cp1252"), ("--encoding", "cp1252"), "|"),
        ("Firm|Town\nNVIDIA|Köln, Deutz\n".encode("utf-16"), ("--delimiter", "bar"), "|"),
    ],
)
def test_tables_of_spreadsheets_are_read(matched, table, options, delimiter):
    done, text = matched("--column", "Firm", *options, table=table)
    assert done.returncode == 0, done.stderr
    [row] = rows_of(text, delimiter)
    assert (row["Town"], row["kgraph_name"]) == ("Köln, Deutz", "Nvidia")


def test_the_suffix_decides_the_format(matched):
    _, text = matched("--column", "Firm", to="out.tsv")
    assert rows_of(text, "\t")[0]["kgraph_name"] == "Nvidia"
    _, text = matched("--column", "Firm", to="out.json")
    first = json.loads(text)[0]
    assert (first["Firm"], first["Shares"], first["kgraph_type"]) == (
        *("NVIDIA Corp.", "=1+1", "company"),
    )


def test_more_candidates_stand_in_rows_of_their_own(matched):
    options = ("--column", "name", "--min-score", 0, "--limit", 3)
    _, text = matched(*options, table="name\nGemini\n")
    rows = rows_of(text)
    assert [row["name"] for row in rows] == ["Gemini"] * len(rows)
    assert 1 < len(rows) <= 3
    assert "product/gemini" in {row["kgraph_iri"].rpartition("/id/")[2] for row in rows}
    assert [row["kgraph_match"] for row in rows].count("yes") <= 1
    _, text = matched(*options, "--type", "crypto", table="name\nGemini\nBitcoin\n")
    assert [row["kgraph_type"] for row in rows_of(text)] == ["", "crypto"]


def test_a_single_column_needs_no_name(matched):
    _, text = matched(table="list of firms\nNVIDIA\nCoinbase Global, Inc.\n")
    assert [row["kgraph_name"] for row in rows_of(text)] == ["Nvidia", "Coinbase"]


def test_it_reads_standard_input_and_prints_a_table(sample):
    done = run("match", "-", "--column", "Firm", "--store", sample.path, stdin="Firm,n\nNVIDIA,1\n")
    assert "company/nvidia" in done.stdout
    assert done.stderr == "standard input (UTF-8, comma): 1 row: 1 matched, 0 not\n"
    done = run("match", "-", "--format", "csv", "--store", sample.path, stdin="Firm\nNVIDIA\n")
    assert done.stdout.splitlines()[0] == ",".join(("Firm", *MATCH_COLUMNS))


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        (None, ("--column", "firm"), "firms.csv:1: no column 'firm': did you mean Firm? columns:"),
        (None, (), "firms.csv:1: 3 columns: choose one: Firm, Town, Shares"),
        (b"", ("--column", "x"), "t.csv: the table is empty"),
        ("Müller\n".encode("latin-1"), (), "t.csv:1: byte 2 (0xFC) is not UTF-8"),
        (b"a,a\n1,2\n", ("--column", "a"), "t.csv:1: the column 'a' stands 2 times"),
        (b"a,kgraph_iri\n1,2\n", ("--column", "a"), "t.csv:1: it has a column kgraph_iri already"),
        (b"a\n1\n", ("--type", "robot"), "--type robot: no such type; choose one of company"),
        (b"a\n1\n", ("--format", "xml"), "--format xml: choose one of table, csv, tsv, json"),
        (b"a\n1\n", ("--delimiter", "x"), "t.csv: delimiter 'x': choose one of comma, tab"),
    ],
)
def test_a_wrong_table_is_told_with_file_and_line(matched, table, options, message):
    done, text = matched(*options, table=table)
    assert (done.returncode, text) == (2, "")
    assert message in done.stderr
    assert done.stderr.startswith("kgraph: ")


def test_a_table_without_rows_has_none_afterwards(matched):
    done, text = matched("--column", "Firm", table="Firm,Town\n")
    assert text == ",".join(("Firm", "Town", *MATCH_COLUMNS)) + "\n"
    assert done.stderr.endswith("0 rows: 0 matched, 0 not\n")


def test_hostile_cells_stay_in_their_cells(matched, tmp_path):
    names = ['=HYPERLINK("x")', "<script>alert(1)</script>", "a\nb,c", "\u202eNVIDIA", "@SUM(1)"]
    table = io.StringIO()
    csv.writer(table).writerows([["name", "n"], *([name, str(n)] for n, name in enumerate(names))])
    done, text = matched("--column", "name", "--min-score", 0, table=table.getvalue())
    assert done.returncode == 0
    rows = rows_of(text)
    assert [row["name"] for row in rows] == names
    starts = {row[column][:1] for row in rows for column in MATCH_COLUMNS}
    assert not starts & set("=+-@")


def test_the_same_table_gives_the_same_bytes(matched):
    assert matched("--column", "Firm")[1] == matched("--column", "Firm")[1]


# -- the library -----------------------------------------------------------------------


def test_the_library_matches_names(sample):
    graph = KnowledgeGraph.open(sample.path)
    nvidia, nothing = graph.match(["NVIDIA Corp.", "And I"])
    assert (nvidia.name, nvidia.best.thing.id, nvidia.best.match) == (
        *("NVIDIA Corp.", "company/nvidia", True),
    )
    assert (nothing.candidates, nothing.best) == ((), None)
    [openai] = graph.match("OpenAI", types="company", limit=1)
    assert openai.best.thing.id == "company/openai"
    assert graph.match("OpenAI", types=["person"])[0].best is None
    [few], [clear] = (graph.match("OpenIA", min_score=score) for score in (0, None))
    assert few.candidates and not clear.candidates
    assert graph.match([]) == []


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (["x", 5], {}, r"names\[1\]: 5: not a text"),
        (["x"], {"types": "robot"}, "type robot: no such type; choose one of company"),
        (["x"], {"limit": 0}, "limit 0: write a whole number from 1 on"),
    ],
)
def test_the_library_says_what_is_wrong(sample, names, options, message):
    with pytest.raises(InputError, match=message):
        KnowledgeGraph.open(sample.path).match(names, **options)
