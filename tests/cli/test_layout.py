"""How rows are laid out at a width."""

import pytest
from rich.console import Console
from rich.text import Text

from kgraph.cli import printing
from kgraph.cli.printing import fit_columns, layout_rows, wrap_prose

FILE = "2025-10-16-the-fire-drill-what-ai-safety-teams-do-all-day.md"


def lines(columns, rows, title="", width=80):
    console = Console(width=width, color_system=None)
    cells = [[Text(str(cell)) for cell in row] for row in rows]
    with console.capture() as shown:
        console.print(layout_rows(columns, cells, title, width))
    return [line.rstrip() for line in shown.get().splitlines()]


def test_single_words_stay_whole_and_prose_gives_way():
    rows = [(FILE, "all of its words are function words")]
    assert lines(("file", "why"), rows, width=82) == [
        f"file{' ' * 58}why",
        f"{FILE}  all of its words are",
        f"{' ' * 62}function words",
    ]


def test_names_and_titles_are_no_markup():
    assert lines(("[b]",), [(1,)], "[/red].yaml") == ["[/red].yaml", "[b]", "1"]


def test_what_does_not_fit_is_printed_field_by_field():
    rows = [(FILE, 14, "When I", "a person or a company"), (FILE, 15, "Circle", "")]
    assert lines(("file", "index", "surface", "detail"), rows, "Rows") == [
        "Rows",
        f"file     {FILE}",
        "index    14",
        "surface  When I",
        "detail   a person or a company",
        "",
        f"file     {FILE}",
        "index    15",
        "surface  Circle",
        "detail",
    ]


def test_a_table_that_fits_is_a_table():
    assert lines(("name", "n"), [("NVIDIA", 16), ("Circle", 5)], "Names", 20) == [
        "Names",
        "name    n",
        "NVIDIA  16",
        "Circle  5",
    ]


def test_names_of_columns_are_broken_between_words_before_rows_become_records():
    columns, rows = ("type", "mentions with ids"), [("company", 7)]
    assert lines(columns, rows, width=26) == ["type     mentions with ids", "company  7"]
    broken = ["         mentions", "         with", "type     ids", "company  7"]
    assert lines(columns, rows, width=17) == broken
    longer = [("institution", "x" * 9, 7)]
    assert lines(("type", "id", columns[1]), longer, width=31) == [
        "type               institution",
        "id                 xxxxxxxxx",
        "mentions with ids  7",
    ]


@pytest.mark.parametrize(
    ("line", "width", "broken"),
    [
        ("", 10, [""]),
        ("one two", 7, ["one two"]),
        ("one two three", 8, ["one two", "  three"]),
        ("  one two three", 10, ["  one two", "    three"]),
        ("1/9  a-long-file-name.md it", 10, ["1/9", "  a-long-file-name.md", "  it"]),
        ("稳定币 遇上算力", 8, ["稳定币", "  遇上算力"]),
        ("run: kgraph build . --full", 9, ["run: kgraph build . --full"]),
        ("  kgraph judge accept Acme", 9, ["  kgraph judge accept Acme"]),
        ("see `kgraph show 'a b'`, or go", 12, ["see", "  `kgraph show 'a b'`,", "  or go"]),
        ("of kgraph or another", 10, ["of kgraph", "  or", "  another"]),
        ("an `open tick", 6, ["an", "  `open", "  tick"]),
        ("my notes/a b.md:3:1: bad day", 9, ["my notes/a b.md:3:1:", "  bad day"]),
        ("  my a.md:3: bad day", 9, ["  my a.md:3:", "    bad", "    day"]),
        ("a\x1bb\tc", 3, ["a\ufffdb", "  c"]),
    ],
)
def test_prose_is_broken_between_words_and_a_command_nowhere(line, width, broken):
    assert wrap_prose(line, width) == broken


def test_an_address_is_broken_before_the_table_is():
    address = "https://w3id.org/kgraph/id/company/alphabet"
    assert lines(("name", "other"), [("Alphabet", address)], width=40) == [
        "name      other",
        "Alphabet  https://w3id.org/kgraph/id/com",
        "          pany/alphabet",
    ]


def test_a_narrow_terminal_leaves_out_as_few_columns_as_it_must():
    columns, rows = ("month", "low", "high", "share"), [[Text("2025-09"), *map(Text, "123")]]

    def left_out(width, omit=("high", "low")):
        return fit_columns(columns, rows, omit, width)

    assert left_out(25) == []  # 7 + 3 + 4 + 5 with three gaps
    assert left_out(24) == ["high"]
    assert left_out(19) == ["high"]
    assert left_out(18) == ["high", "low"]
    assert left_out(13) == []  # records, which have all
    assert left_out(24, ()) == []


def test_a_table_names_what_it_leaves_out(monkeypatch, capsys):
    console = Console(width=18, color_system=None)
    monkeypatch.setattr(printing, "output_console", lambda: console)
    columns, rows = ("month", "low", "high", "share"), [("2025-09", 1, 2, 3)]
    assert printing.print_rows(columns, rows, omit=("high", "low")) == ["high", "low"]
    assert capsys.readouterr().out.split() == ["month", "share", "2025-09", "3"]


@pytest.fixture
def printed_cells(monkeypatch, capsys):
    """The cells of a row as print_rows prints them on a wide terminal or into a pipe."""

    def print_cells(columns, row, *, is_terminal=True):
        console = Console(width=3_000, color_system=None)
        monkeypatch.setattr(console.file, "isatty", lambda: is_terminal)
        monkeypatch.setattr(printing, "output_console", lambda: console)
        printing.print_rows(columns, [row])
        line = capsys.readouterr().out.splitlines()[1]
        return [cell.strip() for cell in line.split("  ") if cell.strip()]

    return print_cells


TITLE, ADDRESS = "A talk " * 40, f"https://example.org/{'x' * 150}"


@pytest.mark.parametrize("column", ["title", "in", "entity", "before", "after", "speaker", "names"])
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (TITLE, f"{TITLE[:139]}…"),
        (f"See {ADDRESS} now", f"See {ADDRESS}"[:139] + "…"),
        ("今日の話" * 40, "今日の話" * 17 + "今…"),
        ("今日の話" * 35 + "a", "今日の話" * 17 + "今…"),
        ("a" + "今日の話" * 40, "a" + "今日の話" * 17 + "今…"),
        ("今日の話" * 17 + "今日", "今日の話" * 17 + "今日"),
    ],
)
def test_long_names_and_titles_are_cut_on_a_terminal_alone(printed_cells, column, name, shown):
    assert printed_cells((column,), (name,)) == [shown]
    assert printed_cells((column,), (name,), is_terminal=False) == [name.strip()]


def test_texts_files_addresses_and_ids_are_not_cut(printed_cells):
    text, word = "the words " * 20, "x" * 150
    row = (text, text, text, ADDRESS, f"http://例え.jp/{'例' * 90}", word, f"company/{'例' * 90}")
    columns = ("text", "why", "file", "episode", "recording", "name", "entity", "names")
    row += (f"{FILE} | {FILE} | {FILE}",)
    assert printed_cells(columns, row) == [cell.strip() for cell in row]


def test_a_cut_title_keeps_its_link(printed_cells):
    title = Text(TITLE)
    title.stylize("link https://example.org/1")
    assert printed_cells(("in",), (title,)) == [f"{TITLE[:139]}…"]
    assert title.plain == TITLE
