"""Values and columns of the answers to named queries, as people read them.

Pages and tables on a terminal use it; CSV, TSV and JSON have the values as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.query.share_columns import INTERVAL_COLUMNS
from kgraph.query.table import RowTable, TableCell

#: Unit -> columns of answers that have it.
COLUMN_UNITS = {
    "%": ("share", "standardShare", "shareBefore", "shareAfter", "standardBefore", "standardAfter"),
    "points": ("change", "changeLow", "changeHigh", "rise"),
    "0 to 1": (
        *("association", "associationWithOne", "associationWithOther"),
        *("likeness", "relevance", "confidence"),
    ),
}


def find_units(names: Sequence[str]) -> list[str]:
    """Return the unit of each column of an answer; "" for none.

    An interval has the unit of what stands before it.

    >>> find_units(["episodes", "standardShare", "low"])
    ['', '%', '%, 95 % interval']
    """
    units, measured = [], ""
    for name in names:
        unit = next((unit for unit, columns in COLUMN_UNITS.items() if name in columns), "")
        measured = unit or measured
        is_limit = name in INTERVAL_COLUMNS and measured
        units.append(f"{measured}, 95 % interval" if is_limit else unit)
    return units


def format_decimal(number: float, separator: str = "") -> str:
    """Format a number with two decimals, or two digits if it is less than 0.01.

    A number below 1 is not rounded to 1, and a trailing zero is left out.

    Args:
        separator: of thousands: "," or "".

    >>> [format_decimal(number) for number in (0.3333, 12.0, 2.5, 0.00123, 0.9996, 0)]
    ['0.33', '12', '2.5', '0.0012', '>0.99', '0']
    >>> format_decimal(1234.5, ",")
    '1,234.5'
    """
    if 0.995 <= number < 1:
        return ">0.99"
    if 0 < abs(number) < 0.01:
        return f"{number:.2g}"
    return f"{number:{separator}.2f}".rstrip("0").rstrip(".")


def format_flag(value: bool) -> str:
    """Return a boolean as a word.

    >>> format_flag(True), format_flag(False)
    ('yes', 'no')
    """
    return "yes" if value else "no"


def format_rows(table: RowTable) -> list[tuple[TableCell, ...]]:
    """Return rows with yes and no, numbers of two decimals, and shares in percent.

    >>> format_rows(RowTable(("share", "lift", "known"), [(12.345, 1.5, True)]))
    [('12.35 %', '1.5', 'yes')]
    """
    shares = [unit.startswith("%") for unit in find_units(table.columns)]
    return [
        tuple(_format_value(value, is_share) for value, is_share in zip(row, shares, strict=True))
        for row in table.rows
    ]


def _format_value(value: TableCell, is_share: bool) -> TableCell:
    if isinstance(value, bool):
        return format_flag(value)
    if isinstance(value, (int, float)) and is_share:
        return f"{format_decimal(value)} %"
    return format_decimal(value) if isinstance(value, float) else value
