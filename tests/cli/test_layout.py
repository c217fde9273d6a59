"""How rows are laid out at a width."""

from rich.console import Console
from rich.text import Text

from kgraph.cli.printing import layout_rows

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


def test_an_address_is_broken_before_the_table_is():
    address = "https://w3id.org/kgraph/id/company/alphabet"
    assert lines(("name", "other"), [("Alphabet", address)], width=40) == [
        "name      other",
        "Alphabet  https://w3id.org/kgraph/id/com",
        "          pany/alphabet",
    ]
