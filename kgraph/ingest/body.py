"""What stands below the front matter.

Takes a body, gives the texts of its HTML comments, which are the pipeline's, and the rest.
A file that was written over a longer one ends in the tail of that one: such residue is
kept, and told.
"""

from __future__ import annotations

from itertools import pairwise

from kgraph.base.vocabulary import load_field_table
from kgraph.ingest.problems import ProblemCollector


def read_body(report: ProblemCollector, body: str, text: str) -> tuple[tuple[str, ...], str]:
    """The texts of the comments, and what else there is, stripped.

    Args:
        report: told of residue.
        body: the text below the closing fence.
        text: all of the file, which ends with the body.
    """
    comments, rest = split_comments(body)
    if rest and is_leftover_front_matter(rest):
        place = text.find(rest.split("\n", 1)[0], len(text) - len(body))
        at = (text.count("\n", 0, place) + 1, 1)
        message = "front matter left over below the front matter:"
        report.add("body-residue", message, "kept as body", value=rest, position=at)
    return comments, rest


def split_comments(body: str) -> tuple[tuple[str, ...], str]:
    """The texts of a body's HTML comments, and what else it holds, stripped.

    >>> split_comments("<!-- made by hand -->\\nMore.\\n")
    (('made by hand',), 'More.')
    """
    comments, rest, place = [], [], 0
    while (start := body.find("<!--", place)) >= 0 and (end := body.find("-->", start + 4)) >= 0:
        comments.append(body[start + 4 : end].strip())
        rest.append(body[place:start])
        place = end + 3
    rest.append(body[place:])
    return tuple(comments), "".join(rest).strip()


def is_leftover_front_matter(body: str) -> bool:
    """Whether a body holds front matter left over: a fence, or two known fields.

    A line of ``---`` below a blank one is a horizontal rule: of 119 notes of others 22 have one.
    """
    known = load_field_table()
    names = {*known.episode, *known.rows, *(n for row in known.rows.values() for n in row.fields)}
    lines = [line.strip().removeprefix("- ") for line in body.splitlines()]
    found = sum(line.partition(":")[0] in names for line in lines if ":" in line)
    is_closed = any(line == "---" and above for above, line in pairwise(lines))
    return is_closed or found > 1
