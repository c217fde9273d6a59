"""Tables of users are read as they are written; what cannot be read is told with file and line."""

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kgraph.base.delimited import DELIMITERS, parse_user_table, read_user_table, write_user_table
from kgraph.base.errors import InputError

CELLS = [("Müller", "Köln"), ("Acme", "Ulm")]


def parse(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return parse_user_table(data, "t.csv", **options)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_however_it_is_written(delimiter, encoding, line_end):
    rows = [("Firm", "Town"), *CELLS]
    text = line_end.join(delimiter.join(row) for row in rows) + line_end
    table = parse(text.encode(encoding))
    assert table.columns == ("Firm", "Town")
    assert [row.cells for row in table.rows] == CELLS
    assert [row.line for row in table.rows] == [2, 3]
    assert table.delimiter == delimiter
    assert table.has_mark == (encoding != "utf-8")


def test_an_encoding_can_be_named():
    table = parse("Firm,Town\nMüller,Köln\n".encode("cp1252"), encoding="cp1252")
    assert table.rows[0].cells == ("Müller", "Köln")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ('name;note\n"Acme";"a, b, c"\n"Bolt";"d, e"\n', ";"),
        ("name,note\nAcme,a;b;c;d\nBolt,e\n", ","),
        ("name\nAcme, Inc.\nBolt\n", ","),
        ("name\tnote, long\nAcme\tx\n", "\t"),
    ],
)
def test_the_delimiter_is_the_one_that_rows_agree_in(text, delimiter):
    assert parse(text).delimiter == delimiter


def test_excel_names_its_delimiter():
    table = parse("sep=|\nname|note\nAcme|x;y\n")
    assert (table.columns, table.rows[0].cells, table.rows[0].line) == (
        ("name", "note"), ("Acme", "x;y"), 3,
    )  # fmt: skip


def test_a_quoted_cell_may_have_line_ends():
    table = parse('name,note\n"Acme","one\ntwo"\nBolt,x\n')
    assert [(row.line, row.cells[1]) for row in table.rows] == [(2, "one\ntwo"), (4, "x")]


def test_blank_rows_are_left_out_and_short_ones_filled_up():
    table = parse("a,b,c\n\n1,2\n,,\n1,2,3,,\n")
    assert [row.cells for row in table.rows] == [("1", "2", ""), ("1", "2", "3")]
    assert table.short_rows == 1


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (b"", {}, "t.csv: the table is empty: name one with a row of column names"),
        (b"\xef\xbb\xbf \n\n", {}, "t.csv: the table is empty: name one with a row of"),
        (
            "Firm\nMüller\n".encode("latin-1"),
            {},
            "t.csv:2: byte 7 (0xFC) is not UTF-8: name the encoding, such as cp1252, or save it",
        ),
        (b"Firm\nM\x00\n", {}, "t.csv:2: NUL in the text: no table, or of another encoding"),
        (b"Firm\n", {"encoding": "utf-99"}, "t.csv: encoding utf-99: no such encoding: try cp"),
        (b"Firm\n", {"delimiter": "x"}, "t.csv: delimiter 'x': choose one of comma, tab, semi"),
        (
            b"name,town,name\nA,b,c\n",
            {},
            "t.csv:1: the column 'name' stands 2 times, as columns 1 and 3: rename one",
        ),
        (
            b"a,b\n1,2\n1,2,3\n",
            {},
            "t.csv:3: 3 cells, but 2 columns: quote cells that hold a comma",
        ),
        (b'a,b\n1,2\n"x,2\n3,4\n', {}, "t.csv:3: unexpected end of data: write a quotation mark"),
        (b'a,b\n"x"y,2\n', {}, "t.csv:2: ',' expected after '\"': write a quotation mark"),
    ],
)
def test_what_cannot_be_read_is_told(data, options, message):
    with pytest.raises(InputError) as error:
        parse(data, **options)
    assert str(error.value).startswith(message)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="No such file or directory: name an existing path"):
        read_user_table(tmp_path / "none.csv")


def test_a_column_is_found_by_its_name_or_alone():
    table = parse(" Firm ,Town\nA,B\n")
    assert (table.find_column("Firm"), table.find_column(" Town")) == (0, 1)
    assert parse("Firm\nA\n").find_column() == 0
    for name, message in (
        ("firm", "t.csv:1: no column 'firm': did you mean Firm? columns: Firm, Town"),
        ("xyz", "t.csv:1: no column 'xyz': columns: Firm, Town"),
        ("", "t.csv:1: 2 columns: choose one: Firm, Town"),
    ):
        with pytest.raises(InputError) as error:
            table.find_column(name)
        assert str(error.value) == message
    wide = parse(",".join(f"c{n}" for n in range(30)) + "\n")
    with pytest.raises(InputError, match=r"c19 and 10 more$"):
        wide.find_column("none")


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from(list(DELIMITERS)),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_cells_are_read_as_they_were_written(rows, delimiter, line_end):
    # Python 3.11 writes it without quotes, as if it were a part of the line end.
    assume(line_end == "\r\n" or not any("\r" in cell for row in rows for cell in row))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([["a", "b", "c"], *rows])
    table = parse(text.getvalue(), delimiter=delimiter)
    filled = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in table.rows] == filled
    out = io.BytesIO()
    write_user_table(table, (), [(row, ()) for row in table.rows], out, delimiter)
    assert parse(out.getvalue(), delimiter=delimiter).rows == table.rows or len(filled) < len(rows)


def test_a_table_is_written_with_its_own_cells():
    source = '\ufeffFirm;Note\r\n"=1+1";"a ""b""; c"\r\n-5;\r\n'
    table = parse(source)
    out = io.BytesIO()
    write_user_table(table, ["id"], [(row, ["x"]) for row in table.rows], out, table.delimiter)
    written = '\ufeffFirm;Note;id\r\n=1+1;"a ""b""; c";x\r\n-5;;x\r\n'
    assert out.getvalue().decode() == written
