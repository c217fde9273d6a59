"""Describe the tables of exported files in Croissant 1.0, the format of MLCommons.

Format: https://docs.mlcommons.org/croissant/docs/croissant-spec.html. A record set describes a file
of Parquet or CSV, field by field; other files are listed. SQLite holds the tables of Parquet, but
Croissant has no way to name a table in a file.
"""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from kgraph.export.database import TABLES
from kgraph.export.dataset import DataFile, DatasetSummary
from kgraph.export.networks import ATTRIBUTE_TYPES

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

#: As in the specification, appendix 1: Croissant's own context.
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

_DATA_TYPES = {str: "sc:Text", int: "sc:Integer", float: "sc:Float", bool: "sc:Boolean"}

#: Columns of days and of addresses, by name.
_SPECIAL_TYPES = {
    **dict.fromkeys(("day", "first_day", "last_day"), "sc:Date"),
    **dict.fromkeys(("iri", "url"), "sc:URL"),
}

PARQUET_SUFFIX = ".parquet"

Json = dict[str, object]


def write_croissant(summary: DatasetSummary, files: list[DataFile], out: BinaryIO) -> None:
    """Write a record as JSON-LD."""
    record = describe_in_croissant(summary, files)
    out.write(msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")


def describe_in_croissant(summary: DatasetSummary, files: list[DataFile]) -> Json:
    """Return a record as JSON."""
    tables = {_table_name(file): file for file in files if _table_name(file)}
    sets = [_describe_table(name, file, tables) for name, file in tables.items()]
    sets += [_describe_csv(file) for file in files if file.columns]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": summary.title,
        "description": summary.description,
        **({"license": summary.licence} if summary.licence else {}),
        "url": f"{summary.base}dataset",
        "version": summary.version,
        "keywords": list(summary.keywords),
        **(
            {"temporalCoverage": f"{summary.first_day}/{summary.last_day}"}
            if summary.first_day
            else {}
        ),
        **({"isLiveDataset": True} if summary.is_live else {}),
        "distribution": [_describe_file(file) for file in files],
        "recordSet": sets,
    }


def _table_name(file: DataFile) -> str:
    name = file.name.rpartition("/")[2]
    table = name.removesuffix(PARQUET_SUFFIX)
    return table if name != table and table in TABLES else ""


def _describe_file(file: DataFile) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": file.address,
        "encodingFormat": _encoding_format(file),
        **({"contentSize": f"{file.size} B"} if file.size is not None else {}),
        **({"sha256": file.sha256} if file.sha256 else {}),
    }


def _encoding_format(file: DataFile) -> str:
    # The name of Parquet before it was registered is the one that readers of Croissant know.
    media_type = "application/gzip" if file.is_packed else file.media_type
    return media_type.replace("application/vnd.apache.parquet", "application/x-parquet")


def _describe_table(name: str, file: DataFile, tables: dict[str, DataFile]) -> Json:
    table = TABLES[name]
    fields = []
    for column in table.columns:
        field = _describe_field(name, column.name, _DATA_TYPES[column.type], file)
        # mlcroissant 1.1 joins tables by their references, and mixes up two columns called id.
        if column.references in tables and not any(other.name == "id" for other in table.columns):
            field["references"] = {"field": {"@id": f"{column.references}/id"}}
        fields.append(field)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "key": [{"@id": f"{name}/{column}"} for column in table.key],
        "field": fields,
    }


def _describe_csv(file: DataFile) -> Json:
    types = [_DATA_TYPES[ATTRIBUTE_TYPES.get(column, str)] for column in file.columns]
    name = file.name.removesuffix(".csv")
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [
            _describe_field(name, column, type_, file)
            for column, type_ in zip(file.columns, types, strict=True)
        ],
    }


def _describe_field(table: str, column: str, data_type: str, file: DataFile) -> Json:
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column}",
        "name": f"{table}/{column}",
        "dataType": _SPECIAL_TYPES.get(column, data_type),
        "source": {"fileObject": {"@id": file.name}, "extract": {"column": column}},
    }
