"""Reads workbooks that the atlas saves, and compares them with the statements of a store."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

from analyst_answers import ID, Answers, normalize_text, strip_time

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MIN_ROWS = 20  #: of each sheet

Row = dict[str, str]


def read_workbook(data: bytes) -> dict[str, list[Row]]:
    """Return the rows of each sheet, by its name; the first row of a sheet names the columns.

    Reads what Office Open XML (ECMA-376) calls inline strings and numbers, no shared strings.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        book = ElementTree.fromstring(file.read("xl/workbook.xml"))
        names = [sheet.attrib["name"] for sheet in book.iter(f"{MAIN}sheet")]
        sheets = [file.read(f"xl/worksheets/sheet{at}.xml") for at in range(1, len(names) + 1)]
    return {name: _read_rows(sheet) for name, sheet in zip(names, sheets, strict=True)}


def _read_rows(sheet: bytes) -> list[Row]:
    rows = [
        {cell.attrib["r"].rstrip("0123456789"): "".join(cell.itertext()) for cell in row}
        for row in ElementTree.fromstring(sheet).iter(f"{MAIN}row")
    ]
    columns = rows[0]
    return [{name: row.get(letters, "") for letters, name in columns.items()} for row in rows[1:]]


def check_sheets(sheets: dict[str, list[Row]], answers: Answers, theme: str) -> str:
    """Compare nodes, ties and quotes of a theme with the statements, and describe them.

    Raises:
        ValueError: they differ; the message says in what.
    """
    for name in ("nodes", "edges", "quotes"):
        if len(sheets.get(name, [])) < MIN_ROWS:
            raise ValueError(f"{name}: {len(sheets.get(name, []))} rows")
    nodes = {row["iri"].removeprefix(ID): row for row in sheets["nodes"]}
    for id_, row in nodes.items():
        if id_ in answers.labels and not row["name"].startswith(answers.labels[id_]):
            raise ValueError(f"{id_}: called {row['name']}, not {answers.labels[id_]}")
    ties = [row for row in sheets["edges"] if row["kind"] == "associated"]
    for row in ties[:: max(1, len(ties) // 20)]:
        source, target = (row[end].removeprefix(ID) for end in ("source", "target"))
        together = answers.count_together(source).get(target, 0)
        # Of more than 400 names the file has the drawn ties, whose episodes it does not count.
        if not 0 < int(row["episodes"] or together) <= together:
            raise ValueError(f"{source} and {target}: {row['episodes']} of {together} episodes")
    _check_quotes(sheets["quotes"], answers, theme)
    counts = [f"{len(rows)} {name}" for name, rows in sheets.items()]
    return f"{', '.join(counts)}; {len(ties)} ties"


def _check_quotes(rows: list[Row], answers: Answers, theme: str) -> None:
    quotes = answers.list_theme_quotes(theme)
    on_theme = {normalize_text(row["text"]) for row in rows} & quotes.keys()
    if len(on_theme) < 0.95 * len(quotes):
        raise ValueError(f"{len(on_theme)} of {len(quotes)} quotes on the theme")
    for row in rows:
        known = quotes.get(normalize_text(row["text"]))
        if known and known.recordings and strip_time(row["recording"]) not in known.recordings:
            raise ValueError(f"{row['recording']}: not of: {row['text']}")
