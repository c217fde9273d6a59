"""From an episode's name as people write it to the recording.

Takes outlines, gives a slug. A title fits without case, spaces, punctuation or accents; a
file fits by its name with or without folder and suffix; a slug and an id fit as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from kgraph.errors import UnknownNameError
from kgraph.graph.records import Outline
from kgraph.names import LEAST_LIKENESS, key, likeness

SUGGESTIONS = 5
"""How many near titles an error offers."""


def episode_of(outlines: Mapping[str, Outline], name: str) -> str:
    """Slug of the episode of that slug, id, file name or title; the first where several have it.

    Args:
        outlines: of the recordings, by slug.
        name: as people write it.

    Raises:
        UnknownNameError: there is none; near titles are suggested.
    """
    wanted = key(name)
    for slug, outline in outlines.items():
        files = {part for file in outline.files for part in _file_names(file)}
        if name in {slug, f"episode/{slug}", *files} or wanted == key(outline.title):
            return slug
    scored = sorted((-likeness(name, o.title), o.title) for o in outlines.values())
    near = [title for alike, title in scored[:SUGGESTIONS] if -alike >= LEAST_LIKENESS]
    hint = f"did you mean {' / '.join(near)}?" if near else "give its file name, title or id"
    raise UnknownNameError(f"{name}: no such episode: {hint}", near)


def _file_names(file: str) -> tuple[str, str, str]:
    path = PurePosixPath(file)
    return file, path.name, path.stem
