"""From an episode as people name it to the one that is meant: the one way, for all who ask.

Takes outlines and a name; a title fits without case, spaces, punctuation or accents, and a
file's name with or without its folder and its suffix.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kgraph.base.errors import UnknownNameError
from kgraph.base.text import MAX_SUGGESTIONS, local_id, name_key, shorten, suggest_names
from kgraph.graph.records import EpisodeSummary

MIN_TITLE_PART_LETTERS = 4
"""Letters of a name that is looked for within titles: fewer stand in too many."""


def find_episode(outlines: Mapping[str, EpisodeSummary], name: str) -> str:
    """Slug of the episode of that slug, id, file name or title; of equal titles, the first.

    Raises:
        UnknownNameError: there is none; titles that hold the name, or near ones, are suggested.
    """
    slug = local_id(name).removeprefix("episode/")
    if slug in outlines:
        return slug
    for slug, outline in outlines.items():
        if name in _list_file_names(outline):
            return slug
    wanted = name_key(name)
    for slug, outline in outlines.items():
        if wanted == name_key(outline.title):
            return slug
    near = _suggest_titles(name, {outline.title for outline in outlines.values()})
    hint = f"did you mean {' / '.join(near)}?" if near else "give its file name, title or id"
    raise UnknownNameError(f"{shorten(name)}: no such episode: {hint}", near)


def _suggest_titles(name: str, titles: set[str]) -> list[str]:
    """The shortest titles that a name is a part of, else those that are spelt nearly like it."""
    part = name_key(name)
    holding = [
        title for title in titles if len(part) >= MIN_TITLE_PART_LETTERS and part in name_key(title)
    ]
    return sorted(holding, key=lambda title: (len(title), title))[
        :MAX_SUGGESTIONS
    ] or suggest_names(name, titles)


def _list_file_names(outline: EpisodeSummary) -> Iterator[str]:
    for file in outline.files:
        base = file.rpartition("/")[2]
        yield from (file, base)
        yield base.rpartition(".")[0] or base
