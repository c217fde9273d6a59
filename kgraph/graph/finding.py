"""From an episode as people name it to the one that is meant: the one way, for all who ask.

Takes outlines and a name; a title fits without case, spaces, punctuation or accents, and a
file's name with or without its folder and its suffix.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import SUGGESTIONS, id_of, key, nearest, shorten
from kgraph.graph.records import Outline

PART = 4
"""Letters of a name that is looked for within titles: fewer stand in too many."""


def episode_of(outlines: Mapping[str, Outline], name: str) -> str:
    """Slug of the episode of that slug, id, file name or title; of equal titles, the first.

    Raises:
        UnknownNameError: there is none; titles that hold the name, or near ones, are suggested.
    """
    slug = id_of(name).removeprefix("episode/")
    if slug in outlines:
        return slug
    for slug, outline in outlines.items():
        if name in _file_names(outline):
            return slug
    wanted = key(name)
    for slug, outline in outlines.items():
        if wanted == key(outline.title):
            return slug
    near = _near(name, {outline.title for outline in outlines.values()})
    hint = f"did you mean {' / '.join(near)}?" if near else "give its file name, title or id"
    raise UnknownNameError(f"{shorten(name)}: no such episode: {hint}", near)


def _near(name: str, titles: set[str]) -> list[str]:
    """The shortest titles that a name is a part of, else those that are spelt nearly like it."""
    part = key(name)
    holding = [title for title in titles if len(part) >= PART and part in key(title)]
    return sorted(holding, key=lambda title: (len(title), title))[:SUGGESTIONS] or nearest(
        name, titles
    )


def _file_names(outline: Outline) -> Iterator[str]:
    for file in outline.files:
        base = file.rpartition("/")[2]
        yield from (file, base)
        yield base.rpartition(".")[0] or base
