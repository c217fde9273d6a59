"""Describe a graph and its exported files for catalogues of data: DCAT and Croissant.

Takes the shared data of a graph and a folder of files, or the addresses of files that a server
gives; gives one record. The same graph and files give the same bytes: a record has no date of its
own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from kgraph.base import VERSION
from kgraph.base.entity_types import ENTITY_TYPES
from kgraph.base.errors import InputError, unknown_format_error
from kgraph.base.files import open_output_file
from kgraph.base.text import pluralize
from kgraph.export.croissant import write_croissant
from kgraph.export.dataset import DataFile, DatasetSummary
from kgraph.export.dcat import write_dcat
from kgraph.export.export import (
    EXPORT_FORMATS,
    FOLDER_FORMATS,
    FORMAT_BY_SUFFIX,
)
from kgraph.export.rdf import RdfContent
from kgraph.graph import Graph, Selection, SharedData
from kgraph.graph.tally import count_entities
from kgraph.rdf.writers import check_base

MAX_KEYWORDS = 12  #: themes of most episodes

HASH_CHUNK_BYTES = 1 << 20

PARQUET_MEDIA_TYPE = "application/vnd.apache.parquet"

GZIP_SUFFIX = ".gz"

#: Format -> function that takes what is described, its files and an output.
CATALOGUE_FORMATS: dict[str, Callable[[DatasetSummary, list[DataFile], BinaryIO], None]] = {
    "dcat": write_dcat,
    "croissant": write_croissant,
}


def write_catalogue_record(
    graph: Graph,
    format: str,
    output: str | Path | BinaryIO,
    *,
    selection: Selection | None = None,
    files: str | Path | None = None,
    address: str = "",
    licence: str = "",
    base: str,
) -> None:
    """Write a record of a graph, or of a part of it, and of files.

    Args:
        format: a name in :data:`CATALOGUE_FORMATS`.
        files: folder of exported files; None for none.
        address: where they are published, ending in ``/``; "" for the folder of the record.
        licence: IRI of the licence; "" if nobody said.
        base: base of the instances' IRIs.

    Raises:
        InputError: the folder cannot be read or is empty, the address or the base is not one, or
            Croissant has nothing to describe.
        ExportError: the output cannot be written.
    """
    if address and (urlsplit(address).scheme not in ("http", "https") or address[-1] != "/"):
        raise InputError(
            f"{address}: not the address of a folder: write it with http:// or https:// and a / "
            "at the end"
        )
    selected = graph.select(selection or Selection())
    summary = summarize_dataset(selected.shared, check_base(base), licence)
    # The folder may hold the record of an earlier export, which does not describe itself.
    own = Path(output).absolute() if isinstance(output, str | Path) else None
    found = describe_data_files(Path(files), address, leave_out=own) if files is not None else []
    if format == "croissant" and not found:
        raise InputError(
            "croissant describes files: write them with `kgraph export parquet --output FOLDER`, "
            "and name the folder with --files"
        )
    with open_output_file(output) as out:
        CATALOGUE_FORMATS[format](summary, found, out)


def check_export_format(format: str) -> None:
    """Raise InputError for what is neither a format of the graph nor of a record."""
    formats = (*EXPORT_FORMATS, *FOLDER_FORMATS, *CATALOGUE_FORMATS)
    if format not in formats:
        raise unknown_format_error(format, formats)


def check_record_content(format: str, content: RdfContent) -> None:
    """Raise InputError if a content has more than a licence: a record describes other exports."""
    if content != RdfContent(licence=content.licence):
        raise InputError(
            f"{format}: describes files and holds no graph: leave out profile, quotes, rdf12, "
            "network, ontology and graph"
        )


def summarize_dataset(shared: SharedData, base: str, licence: str = "") -> DatasetSummary:
    """Return what a catalogue says of a graph."""
    episodes = len(shared.summaries)
    days = sorted(s.date[:10] for s in shared.summaries.values() if s.is_dated)
    span = f", published from {days[0]} to {days[-1]}" if days else ""
    counts = count_entities(shared).stated
    names = ", ".join(
        f"{spec.plural} ({counts[type_]:,})"
        for type_, spec in ENTITY_TYPES.items()
        if type_ in counts
    )
    themes = sorted(
        (theme for theme in shared.themes.values() if not theme.is_common(episodes)),
        key=lambda theme: (-theme.episodes, theme.label),
    )
    return DatasetSummary(
        base=base,
        title=f"Knowledge graph of {pluralize(episodes, 'episode')}",
        description=(
            f"What {pluralize(episodes, 'episode')}{span} mention: {names or 'nothing'}. Each "
            "mention has a confidence from 0 to 1."
        ),
        licence=licence,
        digest=shared.digest,
        version=f"{VERSION}+{shared.digest[:12]}",
        keywords=tuple(dict.fromkeys(theme.label for theme in themes))[:MAX_KEYWORDS],
        first_day=days[0] if days else "",
        last_day=days[-1] if days else "",
    )


def describe_data_files(
    folder: Path, address: str = "", *, leave_out: Path | None = None
) -> list[DataFile]:
    """Describe the files of a folder and of those in it, by name.

    Args:
        address: where they are published, ending in ``/``; "" if unknown.
        leave_out: absolute path of a file that is not described.

    Raises:
        InputError: it cannot be read, or has no file.
    """
    try:
        paths = sorted(
            path for path in folder.rglob("*") if path.is_file() and path.absolute() != leave_out
        )
        files = [_describe_file(path, folder, address) for path in paths]
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}: name a folder of exports") from error
    if not files:
        raise InputError(f"{folder}: no files here: name a folder of exports")
    return files


def _describe_file(path: Path, folder: Path, address: str) -> DataFile:
    name = path.relative_to(folder).as_posix()
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        first_line = file.readline(HASH_CHUNK_BYTES)
        file.seek(0)
        while chunk := file.read(HASH_CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    columns = _parse_header(first_line) if path.suffix == ".csv" else ()
    return msgspec.structs.replace(
        describe_published_file(name, urljoin(address, quote(name))),
        size=size,
        sha256=digest.hexdigest(),
        columns=columns,
    )


def _parse_header(line: bytes) -> tuple[str, ...]:
    """Return the names of columns; () if the file has no header of names like ours."""
    names = line.decode("utf-8", "replace").rstrip("\r\n").split(",")
    return tuple(names) if all(name.isidentifier() for name in names) else ()


def describe_published_file(name: str, address: str, columns: Iterable[str] = ()) -> DataFile:
    """Describe a file by its name and address, without its size and digest."""
    is_packed = name.endswith(GZIP_SUFFIX)
    suffix = Path(name.removesuffix(GZIP_SUFFIX)).suffix.lower()
    if suffix == ".parquet":
        media_type = PARQUET_MEDIA_TYPE
    elif suffix in FORMAT_BY_SUFFIX:
        media_type = EXPORT_FORMATS[FORMAT_BY_SUFFIX[suffix]].media_type
    else:
        media_type = "application/octet-stream"
    return DataFile(name, address, media_type, is_packed, columns=tuple(columns))
