"""Statements that a query makes, as Turtle and N-Triples (https://www.w3.org/TR/turtle/)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from kgraph.columns.graph import UNBOUND, Array
from kgraph.columns.grouping import CELLS
from kgraph.columns.joining import Joiner, Rows
from kgraph.columns.kinds import Kind
from kgraph.columns.terms import TYPE
from kgraph.columns.values import Values, different
from kgraph.joins.patterns import Pattern
from kgraph.joins.tokens import Unfit

TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"

LOCAL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
"""What stands behind a prefix here: less than Turtle lets."""


def stated(
    rows: Rows,
    template: Sequence[Pattern],
    joiner: Joiner,
    values: Values,
    prefixes: Mapping[str, str],
) -> bytes:
    """The statements that a template makes of rows, each once, those of a thing together.

    Args:
        rows: solutions.
        template: what each makes.
        joiner: knows the numbers of terms.
        values: what terms say.
        prefixes: prefix -> IRI, by which names are shortened in Turtle; none for N-Triples.

    Raises:
        Unfit: they are many, or have terms that are none of the graph's.
    """
    if rows.size * len(template) * 3 > CELLS:
        raise Unfit
    made = [_made(rows, pattern, joiner, values) for pattern in template]
    statements = _once(*map(np.concatenate, zip(*made, strict=True)))
    names = [_named(column, values, prefixes) for column in statements]
    if not prefixes:
        return "".join(f"{s} {p} {o} .\n" for s, p, o in zip(*names, strict=True)).encode()
    head = [f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items()]
    is_type = _prefixed(TYPE, prefixes)
    names[1] = ["a" if name == is_type else name for name in names[1]]
    return "".join([*head, *_lines(statements[0], statements[1], names)]).encode()


def _lines(subjects: Array, predicates: Array, names: Sequence[Sequence[str]]) -> list[str]:
    """Statements in order as Turtle, with what they share said once."""
    is_first = np.diff(subjects, prepend=UNBOUND) != 0
    is_next = is_first | (np.diff(predicates, prepend=UNBOUND) != 0)
    behind = np.append(is_first[1:], True).astype(int) + np.append(is_next[1:], True)
    ends = [_ENDS[end] for end in behind.tolist()[: len(subjects)]]
    return [
        f"{s} {p} {o}{end}" if first else f"\t{p} {o}{end}" if next_ else f"{o}{end}"
        for s, p, o, first, next_, end in zip(
            *names, is_first.tolist(), is_next.tolist(), ends, strict=True
        )
    ]


_ENDS = (" , ", " ;\n", " .\n")
"""What stands behind an object: more of them, other properties, other things follow."""


def _made(
    rows: Rows, pattern: Pattern, joiner: Joiner, values: Values
) -> tuple[Array, Array, Array]:
    """The statements that a pattern makes, where all its terms may stand in their places."""
    columns = []
    for term in pattern:
        if term[0] == "?":
            columns.append(rows.columns[term])
            continue
        number = joiner.number(term)
        if number == UNBOUND:
            raise Unfit
        columns.append(np.full(rows.size, number, np.int32))
    subjects, predicates, objects = columns
    keep = (subjects != UNBOUND) & (predicates != UNBOUND) & (objects != UNBOUND)
    kinds = [values.kind_of_each(column) for column in columns]
    if any((kind[keep] == Kind.NAMELESS).any() for kind in kinds):
        raise Unfit
    keep &= (kinds[0] == Kind.IRI) & (kinds[1] == Kind.IRI)
    return subjects[keep], predicates[keep], objects[keep]


def _once(subjects: Array, predicates: Array, objects: Array) -> tuple[Array, Array, Array]:
    """Statements in order, each once."""
    terms, places = different(np.concatenate([subjects, predicates, objects]))
    size, wide = len(subjects), len(terms)
    properties, own = different(places[size : 2 * size])
    if wide * wide * max(1, len(properties)) > 1 << 62:
        raise Unfit
    first, last = places[:size].astype(np.int64), places[2 * size :]
    keys = np.unique((first * len(properties) + own) * wide + last)
    rest, last = np.divmod(keys, max(1, wide))
    first, own = np.divmod(rest, max(1, len(properties)))
    return terms[first], terms[properties[own]], terms[last]


def _named(column: Array, values: Values, prefixes: Mapping[str, str]) -> list[str]:
    """Terms as they are written."""
    found, places = different(column)
    names = b"\n".join(values.written(found)).decode()  # N-Triples have no line's end in them
    lines = _prefixed(names, prefixes).split("\n") if prefixes else names.split("\n")
    if prefixes:
        kinds = values.kind_of_each(found)
        for kind in (Kind.INTEGER, Kind.DECIMAL):
            for place in np.flatnonzero(kinds == kind).tolist():
                lines[place] = _plain(lines[place], kind)
    return [lines[place] for place in places.tolist()]


def _prefixed(names: str, prefixes: Mapping[str, str]) -> str:
    """Terms, a line each, their IRIs and types with prefixes where there are any."""
    spaces = {iri: prefix for prefix, iri in prefixes.items()}
    any_space = "|".join(map(re.escape, sorted(spaces, key=len, reverse=True)))
    return re.sub(
        rf"<({any_space})({LOCAL})>$",  # within a string a quote would stand before the line's end
        lambda match: f"{spaces[match[1]]}:{match[2]}",
        names,
        flags=re.MULTILINE,
    )


def _plain(number: str, kind: Kind) -> str:
    """A number without quotes and type, where that is another way to write it.

    >>> _plain('"5"^^xsd:integer', Kind.INTEGER), _plain('"5"^^xsd:decimal', Kind.DECIMAL)
    ('5', '"5"^^xsd:decimal')
    """
    said = number[1 : number.rindex('"')]
    return said if (kind == Kind.DECIMAL) == ("." in said) else number
