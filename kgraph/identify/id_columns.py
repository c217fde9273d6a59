"""Find the names, types and ids of other registers in the columns of a table.

Columns are known by their headings: those that OpenRefine and the Wikidata Query Service write, and
the usual names of the registers. A column whose cells are items of Wikidata, or IRIs of this graph,
is known by its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from kgraph.base.errors import InputError
from kgraph.base.external_id import EXCHANGES, ID_KINDS, ExternalId, IdKind, parse_id_of_kind
from kgraph.base.text import name_key, shorten
from kgraph.identify.table_file import TableFile, TableRow
from kgraph.resolve.judgement import parse_entity_id

#: Headings of columns, by :func:`~kgraph.base.text.name_key`, best first.
NAME_HEADINGS = ("name", "itemlabel", "label", "entity", "companyname", "company", "title")
TYPE_HEADINGS = ("type", "typelabel", "instanceof", "instanceoflabel", "classlabel", "class")
EXCHANGE_HEADINGS = ("exchange", "exchangelabel", "stockexchange", "stockexchangelabel", "mic")
ENTITY_HEADINGS = ("subjectid", "entityid", "kgraphid", "iri")
_HEADINGS_BY_KIND: dict[IdKind, tuple[str, ...]] = {
    "wikidata": ("item", "wikidata", "qid", "wikidataid", "wikidataqid", "wikidataitem"),
    "isin": ("isincode",),
    "cik": ("centralindexkey", "ciknumber", "seccik"),
    "ticker": ("tickersymbol", "symbol"),
    "coingecko": ("coingeckoid",),
    "caip2": ("caip2id", "chainid"),
    "geonames": ("geonamesid", "geonameid"),
    "iso3166": ("iso3166code", "iso31661alpha2code", "iso31662code", "countrycode"),
    "website": ("officialwebsite", "homepage", "websiteurl"),
    "enwiki": ("wikipedia", "englishwikipedia", "article", "enwikititle"),
}
KIND_BY_HEADING: dict[str, IdKind] = {
    heading: kind for kind in ID_KINDS for heading in (kind, *_HEADINGS_BY_KIND[kind])
}

#: Names of exchanges, by key, as Wikidata writes them -> usual code.
EXCHANGE_CODES = {
    **{name_key(code): code for code in EXCHANGES.values()},
    **{name_key(mic): code for mic, code in EXCHANGES.items()},
    "newyorkstockexchange": "NYSE",
    "londonstockexchange": "LON",
    "tokyostockexchange": "TYO",
    "frankfurtstockexchange": "FRA",
    "hongkongstockexchange": "HKG",
    "torontostockexchange": "TSE",
    "euronextparis": "EPA",
    "euronextamsterdam": "AMS",
    "sixswissexchange": "SWX",
}

MIN_ID_SHARE = 0.8  #: of the cells of a column that is known by its cells


class IdentityRow(msgspec.Struct, frozen=True):
    """A row of a table: a thing and its ids in other registers."""

    line: int
    name: str = ""
    entity: str = ""  #: id of an entity of this graph, if the row names one
    type_word: str = ""  #: the type in words
    ids: tuple[ExternalId, ...] = ()
    faults: tuple[str, ...] = ()  #: cells that are no ids, in words


class IdColumns(msgspec.Struct, frozen=True):
    """The columns of a table by what they hold; "" for none."""

    name: str = ""
    entity: str = ""
    type: str = ""
    exchange: str = ""
    ids: dict[str, IdKind] = {}  #: column -> kind


def choose_columns(
    table: TableFile, name_column: str = "", id_columns: Sequence[str] = (), type_column: str = ""
) -> IdColumns:
    """Choose the columns of names, types and ids.

    Args:
        name_column, type_column: headings that the user named; "" to find them.
        id_columns: ``HEADING`` or ``HEADING=KIND``; empty to find them.

    Raises:
        InputError: a column does not exist, or none fits; the message lists those that exist.
    """
    for column in filter(None, (name_column, type_column)):
        _check_column(table, column)
    by_key = {name_key(column): column for column in reversed(table.columns)}
    ids = _parse_id_columns(table, id_columns) or _find_id_columns(table, by_key)
    entity = _first(by_key, ENTITY_HEADINGS) or _find_by_cells(table, _is_own_id)
    entity = "" if entity in ids else entity
    name = name_column or _find_name_column(by_key, ids)
    has = ", ".join(map(shorten, table.columns))
    if not ids:
        raise InputError(
            f"{table.name}: no column has ids of another register: name one with --id-column, such "
            f"as --id-column qid=wikidata; the columns are {has}"
        )
    if not name and not entity:
        raise InputError(
            f"{table.name}: no column has names: name one with --name-column; the columns are {has}"
        )
    return IdColumns(
        name,
        entity,
        type_column or _first(by_key, TYPE_HEADINGS),
        _first(by_key, EXCHANGE_HEADINGS),
        ids,
    )


def _check_column(table: TableFile, column: str) -> None:
    if column not in table.columns:
        has = ", ".join(map(shorten, table.columns))
        raise InputError(
            f"{table.name}: no column is called {shorten(column)!r}: choose one of {has}"
        )


def _parse_id_columns(table: TableFile, id_columns: Sequence[str]) -> dict[str, IdKind]:
    columns: dict[str, IdKind] = {}
    for text in id_columns:
        column, _, kind = text.rpartition("=") if text not in table.columns else (text, "", "")
        _check_column(table, column)
        known = KIND_BY_HEADING.get(name_key(kind or column))
        if known is None:
            raise InputError(
                f"--id-column {shorten(text)}: of which register are its ids? write {column}=KIND, "
                f"with one of {', '.join(ID_KINDS)}"
            )
        columns[column] = known
    return columns


def _find_id_columns(table: TableFile, by_key: Mapping[str, str]) -> dict[str, IdKind]:
    columns: dict[str, IdKind] = {}
    for heading, kind in KIND_BY_HEADING.items():
        if heading in by_key and kind not in columns.values():
            columns[by_key[heading]] = kind
    if "wikidata" not in columns.values() and (item := _find_by_cells(table, _is_item)):
        columns[item] = "wikidata"
    return columns


def _find_by_cells(table: TableFile, test: Callable[[str], bool]) -> str:
    """Return the only column most of whose cells pass a test; "" if there is none, or several."""
    fitting = []
    for column in table.columns:
        cells = [cell for row in table.rows if (cell := row.cells.get(column, ""))]
        passed = sum(map(test, cells))
        if cells and passed >= MIN_ID_SHARE * len(cells):
            fitting.append(column)
    return fitting[0] if len(fitting) == 1 else ""


def _is_item(cell: str) -> bool:
    return parse_id_of_kind("wikidata", cell) is not None


def _is_own_id(cell: str) -> bool:
    return parse_entity_id(cell) is not None


def _find_name_column(by_key: Mapping[str, str], ids: Mapping[str, IdKind]) -> str:
    """Return the column of names: the labels of the items, as Wikidata has them, come first."""
    labels = [f"{name_key(column)}label" for column, kind in ids.items() if kind == "wikidata"]
    others = {key: column for key, column in by_key.items() if column not in ids}
    return _first(others, (*labels, *NAME_HEADINGS))


def _first(by_key: Mapping[str, str], headings: Sequence[str]) -> str:
    return next((by_key[heading] for heading in headings if heading in by_key), "")


def read_identity_rows(table: TableFile, columns: IdColumns) -> Iterator[IdentityRow]:
    """Yield what the rows of a table say; rows without any id are left out."""
    for row in table.rows:
        ids, faults = _parse_ids(row, columns)
        if ids or faults:
            yield IdentityRow(
                row.line,
                row.cells.get(columns.name, ""),
                row.cells.get(columns.entity, ""),
                row.cells.get(columns.type, ""),
                tuple(ids),
                tuple(faults),
            )


def _parse_ids(row: TableRow, columns: IdColumns) -> tuple[list[ExternalId], list[str]]:
    ids, faults = [], []
    for column, kind in columns.ids.items():
        cell = row.cells.get(column, "")
        if not cell:
            continue
        if kind == "ticker" and ":" not in cell:
            exchange = row.cells.get(columns.exchange, "")
            if not exchange:
                faults.append(f"{column} {shorten(cell)!r}: a ticker without its exchange")
                continue
            code = EXCHANGE_CODES.get(name_key(exchange), "")
            if not code:
                faults.append(
                    f"{columns.exchange} {shorten(exchange)!r}: no exchange that is known"
                )
                continue
            cell = f"{code}:{cell}"
        external = parse_id_of_kind(kind, cell)
        if external:
            ids.append(external)
        else:
            faults.append(f"{column} {shorten(cell)!r}: no id of {kind}")
    return ids, faults
