"""Read mappings of SSSOM 1.0 in TSV: https://mapping-commons.github.io/sssom/spec-formats-tsv/.

A mapping is taken if its predicate says that both sides are the same thing. Identifiers are CURIEs
whose prefixes the metadata before the header declares; IRIs are read, too. Of the two sides of a
mapping, either may be of this graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec
import yaml

from kgraph.base.errors import InputError
from kgraph.base.external_id import ID_KINDS, ExternalId, find_external_id
from kgraph.base.text import shorten
from kgraph.base.vocabulary import YAML_LOADER
from kgraph.identify.id_columns import IdentityRow
from kgraph.identify.table_file import TableFile, TableRow
from kgraph.resolve.judgement import parse_entity_id

#: Prefixes that need no declaration (SSSOM, "IRI prefixes"), and those of registers that files
#: commonly leave out.
BUILT_IN_PREFIXES = {
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "wikidata": "http://www.wikidata.org/entity/",
    "wd": "http://www.wikidata.org/entity/",
}

#: Predicates that say that both sides are one thing.
SAME_PREDICATES = frozenset({
    "http://www.w3.org/2004/02/skos/core#exactMatch",
    "http://www.w3.org/2002/07/owl#sameAs",
    "http://schema.org/sameAs",
    "https://schema.org/sameAs",
})  # fmt: skip

#: Predicates of what a thing has, as ``kgraph export sssom`` writes them: its site, and codes.
VALUE_PREDICATES = frozenset({"https://schema.org/url", "https://schema.org/identifier"})

NEEDED_COLUMNS = ("predicate_id", "object_id")

LITERAL = "rdfs literal"  #: type of a side that has a text and no identifier


class MappingRows(msgspec.Struct, frozen=True):
    """The mappings of a file."""

    rows: tuple[IdentityRow, ...]
    left_out: dict[str, int]  #: why -> mappings that were left out


def is_sssom(table: TableFile) -> bool:
    """Return whether a table has the columns of SSSOM."""
    return {"predicate_id", "mapping_justification"} <= set(table.columns)


def read_mappings(table: TableFile) -> MappingRows:
    """Read the mappings of a table.

    Raises:
        InputError: a column is missing, or the metadata is no YAML.
    """
    missing = [column for column in NEEDED_COLUMNS if column not in table.columns]
    if missing:
        raise InputError(
            f"{table.name}: not SSSOM: no column {' and no column '.join(missing)}; "
            f"the columns are {', '.join(map(shorten, table.columns))}"
        )
    prefixes = BUILT_IN_PREFIXES | _read_prefixes(table)
    left_out: Counter[str] = Counter()
    rows = []
    for row in table.rows:
        reason = _find_reason(row, prefixes)
        if reason:
            left_out[reason] += 1
        else:
            rows.append(_read_mapping(row, prefixes))
    return MappingRows(tuple(rows), dict(sorted(left_out.items())))


def _read_prefixes(table: TableFile) -> dict[str, str]:
    try:
        metadata = yaml.load(table.metadata, YAML_LOADER)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        fault = " ".join(str(error).split())
        raise InputError(
            f"{table.name}:{line}: the metadata before the header is no YAML: {fault}"
        ) from error
    declared = metadata.get("curie_map") if isinstance(metadata, dict) else None
    if not isinstance(declared, dict):
        return {}
    return {str(prefix): str(iri) for prefix, iri in declared.items()}


def _find_reason(row: TableRow, prefixes: Mapping[str, str]) -> str:
    """Return why a mapping is left out; "" if it is taken."""
    predicate = row.cells.get("predicate_id", "")
    if modifier := row.cells.get("predicate_modifier", ""):
        return f"{predicate} with predicate_modifier {modifier}"
    iri = _expand(predicate, prefixes)
    return "" if iri in SAME_PREDICATES | VALUE_PREDICATES else predicate or "no predicate"


def _read_mapping(row: TableRow, prefixes: Mapping[str, str]) -> IdentityRow:
    subject, target = (_expand_side(row, side, prefixes) for side in ("subject", "object"))
    if parse_entity_id(target) and not parse_entity_id(subject):
        own_side, other = "object", subject
    else:
        own_side, other = "subject", target
    own = _expand_side(row, own_side, prefixes)
    external = _find_registered_id(other)
    return IdentityRow(
        row.line,
        row.cells.get(f"{own_side}_label", ""),
        own if parse_entity_id(own) else "",
        "",
        (external,) if external else (),
        () if external else (f"{shorten(other)!r}: no id of another register that is known",),
    )


def _find_registered_id(text: str) -> ExternalId | None:
    """Return the id that an IRI or ``kind:id`` is; another CURIE would be read as a ticker."""
    is_curie = not text.startswith(("http://", "https://"))
    is_foreign = is_curie and text.partition(":")[0] not in ID_KINDS
    return None if is_foreign else find_external_id(text)


def _expand_side(row: TableRow, side: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI of a side of a mapping, or the text of a literal."""
    if row.cells.get(f"{side}_type") == LITERAL and not row.cells.get(f"{side}_id"):
        return row.cells.get(f"{side}_label", "")
    return _expand(row.cells.get(f"{side}_id", ""), prefixes)


def _expand(curie: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, rest = curie.partition(":")
    return prefixes[prefix] + rest if colon and prefix in prefixes else curie
