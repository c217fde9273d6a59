"""Compare the Turtle of two graphs, and give the statements that only one of both makes.

Only what is written differently is parsed: if an episode is gone, the measures of all pairs differ,
but not what they are between.

Invariant: a subject and a predicate are written in one way, and a literal on one line
(:class:`kgraph.rdf.Turtle`). So all statements that have both are in lines that begin with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

import pyoxigraph

from kgraph.rdf import Turtle

#: Pairs of subject and predicate whose statements are compared at a time. If there is an episode
#: more, those of two predicates of all pairs differ.
BATCH_PREDICATES = 20_000

Triples = set[pyoxigraph.Triple]

_PREDICATE_BREAK = " ;\n    "


def compare_statements(
    turtle: Turtle, old_texts: Iterable[str], new_texts: Iterable[str]
) -> Iterator[tuple[Triples, Triples]]:
    """Yield the statements that only the old texts make, and those that only the new ones do.

    Args:
        old_texts, new_texts: written by ``turtle``, without its header.
    """
    old_blocks, new_blocks = _split_blocks(old_texts), _split_blocks(new_texts)
    subjects = set(map(_get_first_word, old_blocks ^ new_blocks))
    old, new = (_group_lines(blocks, subjects) for blocks in (old_blocks, new_blocks))
    differing = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    for start in range(0, len(differing), BATCH_PREDICATES):
        batch = differing[start : start + BATCH_PREDICATES]
        before, after = (
            _parse(turtle, filter(None, map(lines.get, batch))) for lines in (old, new)
        )
        yield before - after, after - before


def _split_blocks(texts: Iterable[str]) -> set[str]:
    return {block for text in texts for block in text.split("\n\n") if block}


def _group_lines(blocks: Iterable[str], subjects: Set[str]) -> dict[str, str]:
    """Return the statements of some subjects as lines, by subject and predicate."""
    groups: dict[str, str] = {}
    for block in blocks:
        subject, _, rest = block.partition(" ")
        if subject in subjects:
            for line in rest[: -len(" .")].split(_PREDICATE_BREAK):
                key = f"{subject} {_get_first_word(line)}"
                before = f"{groups[key]}\n" if key in groups else ""
                groups[key] = f"{before}{subject} {line} ."
    return groups


def _get_first_word(text: str) -> str:
    return text.partition(" ")[0]


def _parse(turtle: Turtle, lines: Iterable[str]) -> Triples:
    document = "\n".join((turtle.header(), *lines)).encode()
    quads = pyoxigraph.parse(document, pyoxigraph.RdfFormat.TURTLE, lenient=True)
    return {quad.triple for quad in quads}
