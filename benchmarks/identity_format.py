"""The text of ``data/identity.yaml``."""

from __future__ import annotations

import json
from collections.abc import Mapping

from identity_packages import PACKAGES

from kgraph.base.external_id import ID_KINDS, IdKind
from kgraph.base.model import EntityType

#: (type, name) of an entry.
EntryId = tuple[EntityType, str]
#: Kind of id -> id -> keys of the packages that have it.
Links = dict[IdKind, dict[str, set[str]]]

_ABOUT = (
    "The ids that entries of the lexicon have elsewhere: type, entry, kind of id, id, packages. "
    "Written by benchmarks/identify.py from packages of open licences; data/README.md says how. "
    "Ids are facts: no text of a package is taken."
)


def format_identity(links: dict[EntryId, Links]) -> str:
    """Return the text of the file: YAML in the form of JSON, a line for each entry, sorted."""
    packages = {
        package.key: {
            field: getattr(package, field)
            for field in ("registry", "name", "version", "date", "licence")
        }
        for package in PACKAGES
    }
    tables: dict[str, dict[str, object]] = {}
    for (type_, name), kinds in sorted(links.items()):
        row = {
            kind: {id_: " ".join(sorted(kinds[kind][id_])) for id_ in sorted(kinds[kind])}
            for kind in ID_KINDS
            if kinds.get(kind)
        }
        if row:
            tables.setdefault(type_, {})[name] = row
    entries = ",\n".join(f"{_dump(type_)}: {_format_table(tables[type_])}" for type_ in tables)
    return (
        f'{{"about": {_dump(_ABOUT)},\n"packages": {_format_table(packages)},\n'
        f'"entries": {{\n{entries}\n}}}}\n'
    )


def _format_table(rows: Mapping[str, object]) -> str:
    lines = ",\n".join(f"  {_dump(name)}: {_dump(row)}" for name, row in rows.items())
    return f"{{\n{lines}\n}}"


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
