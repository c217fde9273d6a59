"""Differences between two RDF exports, as RDF Patch and as SPARQL Update.

Exports have no blank nodes, so the difference of two is that of the sets of their N-Triples lines.
Formats: https://afs.github.io/rdf-patch/ and https://www.w3.org/TR/sparql11-update/.

Invariants: exports of any size are compared in bounded memory; the same exports give the same
bytes.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from hashlib import md5
from itertools import groupby, islice
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import quote

import msgspec
import pyoxigraph

from kgraph.base.errors import InputError, unknown_format_error
from kgraph.base.files import ScratchFolder, open_output_file
from kgraph.base.sorted_lines import LineFile, LineSorter, write_lines
from kgraph.base.vocabulary import PREFIXES
from kgraph.export.export import export
from kgraph.export.rdf import RdfContent, check_graph_iri
from kgraph.rdf.terms import escape_for_sparql
from kgraph.store import Store

#: Statements in one update request, after which it ends with its subject; it never has twice as
#: many. Virtuoso 7.2 takes 1,000 and refuses 2,000: their SQL exceeds its 10,000 lines.
CHUNK_STATEMENTS = 500
CHUNK_BYTES = 500_000  #: the same in bytes

BATCH_STATEMENTS = 10_000  #: that the engine serializes at once

DELTA_FORMATS = ("patch", "update")

_PAST_END = b"\xff"  #: greater than every line: no UTF-8 text has this byte


def export_statements(store: Store, path: Path, content: RdfContent) -> LineFile:
    """Write the statements of a store's export into a file, sorted.

    Raises:
        InputError: the profile does not exist, or has no quotes or triple terms.
    """
    with ScratchFolder() as folder:
        sorter = LineSorter(folder)
        out = cast("BinaryIO", sorter)
        export(store.graph, "ntriples", out, content=content, base=store.meta.base)
        return write_lines(sorter, path)


def read_statements(source: Path, path: Path) -> LineFile:
    """Write the statements of an RDF file into another, sorted, in the engine's spelling.

    Args:
        source: a file in the format of its suffix.

    Raises:
        InputError: the file cannot be read, or has blank nodes.
    """
    if not source.exists():
        raise InputError(f"{source}: no such file or folder: name a store, or a .nt file")
    format_ = pyoxigraph.RdfFormat.from_extension(source.suffix[1:])
    if format_ is None:
        raise InputError(f"{source}: the suffix is of no RDF format: name a store, or a .nt file")
    with ScratchFolder() as folder:
        sorter = LineSorter(folder)
        try:
            quads = pyoxigraph.parse(path=str(source), format=format_)
            triples = (_check_ground(quad, source) for quad in quads)
            while batch := list(islice(triples, BATCH_STATEMENTS)):
                lines = pyoxigraph.serialize(batch, format=pyoxigraph.RdfFormat.N_TRIPLES)
                sorter.write(lines or b"")
        except OSError as error:
            raise InputError(f"{source}: {error}: name a store or a file") from error
        except (SyntaxError, ValueError) as error:
            raise InputError(f"{source}: not {format_.name}: {error}: export it again") from error
        return write_lines(sorter, path)


def _check_ground(quad: pyoxigraph.Quad, name: Path) -> pyoxigraph.Triple:
    """Return the triple; InputError if it has a blank node."""
    if any(isinstance(term, pyoxigraph.BlankNode) for term in quad.triple):
        raise InputError(
            f"{name}: {quad.triple}: a statement with a blank node cannot be deleted: "
            "compare with an export of kgraph"
        )
    return quad.triple


# -- differences --------------------------------------------------------------------

#: Whether a statement is inserted (deleted otherwise), and its line.
Change = tuple[bool, bytes]


class Delta(msgspec.Struct, frozen=True):
    """The statements to delete and to insert, from one export to another, in order."""

    before: LineFile
    after: LineFile

    def __iter__(self) -> Iterator[Change]:
        """Yield (whether it is inserted, line) of each statement that one export alone has."""
        old, new = iter(self.before), iter(self.after)
        was, now = next(old, _PAST_END), next(new, _PAST_END)
        while True:
            if was == now:
                if was is _PAST_END:
                    return
                was, now = next(old, _PAST_END), next(new, _PAST_END)
            elif was < now:
                yield False, was
                was = next(old, _PAST_END)
            else:
                yield True, now
                now = next(new, _PAST_END)

    def count(self) -> tuple[int, int]:
        """Return how many statements are deleted, and how many inserted."""
        inserted = total = 0
        for is_inserted, _ in self:
            inserted += is_inserted
            total += 1
        return total - inserted, inserted

    def chunks(self) -> Iterator[list[Change]]:
        """Yield the changes in chunks of bounded size.

        The changes of one subject stay together where they fit, so that no reader sees half of a
        small one.
        """
        chunk: list[Change] = []
        size, subject = 0, b""
        for change in self:
            is_full = len(chunk) >= CHUNK_STATEMENTS or size >= CHUNK_BYTES
            is_overfull = len(chunk) >= 2 * CHUNK_STATEMENTS or size >= 2 * CHUNK_BYTES
            own = _subject_of(change[1])
            if is_overfull or (is_full and own != subject):
                yield chunk
                chunk, size = [], 0
            chunk.append(change)
            size += len(change[1])
            subject = own
        if chunk:
            yield chunk


def _subject_of(line: bytes) -> bytes:
    return line.partition(b" ")[0]


def write_patch(delta: Delta, out: BinaryIO, graph: str = "") -> None:
    """Write RDF Patch, one transaction.

    The id of a patch is that of the state that it leads to, so that ``prev`` names the patch
    before it.

    Args:
        graph: IRI of the named graph; "" for the default graph.
    """
    ids = [uuid.uuid5(uuid.NAMESPACE_OID, f.digest) for f in (delta.after, delta.before)]
    out.write(f"H id <urn:uuid:{ids[0]}> .\nH prev <urn:uuid:{ids[1]}> .\nTX .\n".encode())
    end = f" <{graph}> .\n".encode() if graph else b" .\n"
    for is_inserted, line in delta:
        out.write((b"A " if is_inserted else b"D ") + line.removesuffix(b" .\n") + end)
    out.write(b"TC .\n")


def write_update(delta: Delta, out: BinaryIO, graph: str = "") -> None:
    """Write SPARQL Update: pairs of ``DELETE DATA`` and ``INSERT DATA`` of bounded size."""
    separator = b""
    for chunk in delta.chunks():
        out.write(separator + format_update(chunk, graph))
        separator = b" ;\n"
    out.write(b"\n" if separator else b"# no changes\n")


def format_update(chunk: Iterable[Change], graph: str = "") -> bytes:
    """Return a chunk of changes as an update request."""
    opening, closing = (f"{{ GRAPH <{graph}> {{\n", "} }") if graph else ("{\n", "}")
    operations = []
    changes = list(chunk)
    for keyword, wanted in (("DELETE", False), ("INSERT", True)):
        lines = [escape_for_sparql(line) for is_inserted, line in changes if is_inserted is wanted]
        if lines:
            head = f"{keyword} DATA {opening}".encode()
            operations.append(head + b"".join(lines) + closing.encode())
    return b" ;\n".join(operations)


def write_changes(
    store: Store,
    output: str | Path | BinaryIO,
    format: str,
    content: RdfContent,
    *,
    against: Path | None = None,
    graph: str = "",
) -> tuple[int, int]:
    """Write what turns another export into a store's; return how much is deleted and inserted.

    Args:
        format: one of :data:`DELTA_FORMATS`.
        against: a store or an RDF file; None for the store's previous build.
        graph: IRI of the named graph; "" for the default graph.

    Raises:
        InputError: no build before this one is kept, or an argument is wrong.
        ExportError: the output cannot be written.
    """
    if format not in DELTA_FORMATS:
        raise unknown_format_error(format, DELTA_FORMATS)
    if graph:
        check_graph_iri(graph)
    with ScratchFolder() as folder:
        after = export_statements(store, folder / "after.nt.gz", content)
        if against is not None and not against.is_dir():
            before = read_statements(against, folder / "before.nt.gz")
            # The file may spell the same terms otherwise.
            with (folder / "after.nt").open("wb") as file:
                file.writelines(after)
            after = read_statements(folder / "after.nt", folder / "after-2.nt.gz")
        else:
            before_store = store.previous if against is None else Store(against)
            if before_store is None:
                raise InputError(
                    f"{store.path}: no build before this one that this version reads: name a store "
                    "or a file with --against"
                )
            before = export_statements(before_store, folder / "before.nt.gz", content)
        delta = Delta(before, after)
        with open_output_file(output) as out:
            (write_patch if format == "patch" else write_update)(delta, out, graph)
        return delta.count()


# -- digests ------------------------------------------------------------------------

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_DIGEST_DIGITS = 7  #: of MD5, so that sums of 30 million stay exact where they are doubles


class ClassDigest(msgspec.Struct, frozen=True):
    """Number and digest of the statements about the things of a class.

    Attributes:
        statements: how many there are.
        digest: sum of the first 28 bits of MD5 of each statement.
    """

    statements: int
    digest: int


def digest_query(graph: str, by_class: bool = True) -> str:
    """Return the SPARQL that computes a :class:`ClassDigest` of each class, or of the graph.

    Values count with their datatypes. Servers spell values in ways of their own: numbers count by
    thousandths, and booleans and durations by number alone. Virtuoso's ENCODE_FOR_URI leaves @, `
    and Latin-1 as they are, so that each such character counts as a question mark.
    """
    datatype = 'COALESCE(STR(DATATYPE(?o)), "")'
    value = (
        f'IF({datatype} IN ("{_XSD}integer", "{_XSD}decimal"), '
        f"STR(<{_XSD}integer>(ROUND(?o * 1000))), "
        f'IF({datatype} IN ("{_XSD}boolean", "{_XSD}duration"), "", {_encode_in_sparql("?o")}))'
    )
    stated_type = f'IF({datatype} IN ("{_XSD}boolean", "{_XSD}duration"), "", {datatype})'
    subject, predicate = _encode_in_sparql("?s"), _encode_in_sparql("?p")
    parts = f'{subject}, " ", {predicate}, " ", {stated_type}, " ", {value}'
    number = "0"
    for place in range(1, _DIGEST_DIGITS + 1):
        digit = f'STRLEN(STRBEFORE("0123456789abcdef", SUBSTR(?h, {place}, 1)))'
        number = f"({number}) * 16 + {digit}"
    select, member, group = (
        ("?class ", "?s a ?class . ", " GROUP BY ?class") if by_class else [""] * 3
    )
    return (
        f"SELECT {select}(COUNT(*) AS ?n) (SUM({number}) AS ?sum) "
        f"{{ GRAPH <{graph}> {{ {member}?s ?p ?o }} BIND(MD5(CONCAT({parts})) AS ?h) }}{group}"
    )


def _encode_in_sparql(variable: str) -> str:
    text = f'REPLACE(COALESCE(STR({variable}), ""), "[@`\\u007F-\\u00FF]", "?")'
    return f"ENCODE_FOR_URI({text})"


def compute_digests(statements: Iterable[bytes]) -> dict[str, ClassDigest]:
    """Return what :func:`digest_query` gives for sorted lines, by class; "" for the graph."""
    sums: dict[str, list[int]] = {"": [0, 0]}
    for _, lines in groupby(statements, _subject_of):
        triples = [line.removesuffix(b" .\n").split(b" ", 2) for line in lines]
        digest = sum(_digest_statement(*triple) for triple in triples)
        classes = {_text_of(o) for _, predicate, o in triples if predicate == _RDF_TYPE}
        for name in ("", *classes):
            total = sums.setdefault(name, [0, 0])
            total[0] += len(triples)
            total[1] += digest
    return {name: ClassDigest(*total) for name, total in sorted(sums.items())}


def _digest_statement(subject: bytes, predicate: bytes, object_: bytes) -> int:
    parts = " ".join(
        (
            _encode(_text_of(subject)),
            _encode(_text_of(predicate)),
            _stated_type(object_),
            _digest_value(object_),
        )
    )
    return int(md5(parts.encode(), usedforsecurity=False).hexdigest()[:_DIGEST_DIGITS], 16)


def _stated_type(token: bytes) -> str:
    """Return the datatype of a literal; "" for another term, and where servers change it."""
    if token[:1] != b'"':
        return ""
    datatype = _datatype_of(token) or f"<{_XSD}string>"
    return "" if datatype in (f"<{_XSD}boolean>", f"<{_XSD}duration>") else datatype[1:-1]


def _datatype_of(token: bytes) -> str:
    """Return the datatype of a literal as it is written; "" if it is not."""
    suffix = token[token.rindex(b'"') + 1 :]
    if suffix.startswith(b"@"):
        return f"<{PREFIXES['rdf']}langString>"
    return suffix.removeprefix(b"^^").decode()


def _digest_value(token: bytes) -> str:
    datatype = _datatype_of(token) if token[:1] == b'"' else ""
    if datatype in (f"<{_XSD}boolean>", f"<{_XSD}duration>"):
        return ""
    text = _text_of(token)
    if datatype in (f"<{_XSD}integer>", f"<{_XSD}decimal>"):
        return str(round(float(text) * 1000))
    return _encode(text)


_UNENCODED = re.compile("[@`\x7f-\xff]")


def _encode(text: str) -> str:
    return quote(_UNENCODED.sub("?", text), safe="")


def _text_of(token: bytes) -> str:
    """Return the text of an IRI or literal; "" for a triple term, as COALESCE(STR(?o), "")."""
    if token.startswith(b"<<("):
        return ""
    if token[:1] == b"<":
        return token[1:-1].decode()
    body = token[1 : token.rindex(b'"')].decode()
    return cast("str", msgspec.json.decode(f'"{body}"')) if "\\" in body else body


def list_differences(
    expected: Mapping[str, ClassDigest], actual: Mapping[str, ClassDigest]
) -> list[str]:
    """Describe each class whose digests differ."""
    nothing = ClassDigest(0, 0)
    pairs = {
        name: (expected.get(name, nothing), actual.get(name, nothing))
        for name in sorted(expected.keys() | actual.keys())
    }
    return [
        f"{name or 'all statements'}: {b.statements:,} (digest {b.digest:x}) instead of "
        f"{a.statements:,} ({a.digest:x})"
        for name, (a, b) in pairs.items()
        if a != b
    ]
