"""Find a name in the whole text of an episode, with the place and the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kgraph.base.model import EpisodeFile
from kgraph.graph import EpisodeGraph
from kgraph.ingest.json_pointer import pointer_token

CONTEXT_CHARS = 60  #: on each side of a hit

#: Pointer of the names that are looked for elsewhere: a hit there is a row.
_ROW_NAME = re.compile(r"/companies/\d+/name")


class TextHit(msgspec.Struct, frozen=True):
    """A place of a text that holds a name.

    Attributes:
        file: name of the file; ``place`` is a field, a pointer into the front matter (RFC 6901), or
            ``body``.
        before: words before the name, ``name`` as written there, ``after`` words after it.
    """

    file: str
    place: str
    before: str
    name: str
    after: str


def find_in_text(episode: EpisodeGraph, names: Iterable[str]) -> list[TextHit]:
    """Find names in title, summary, body and rows of an episode, as whole words in any capitals.

    Hits in the capitals of a name come first; each sort is in the order of the text.
    """
    texts = (
        (file.file, place, text) for file in episode.files for place, text in _iterate_texts(file)
    )
    return _find_names(texts, names)


def find_in_fields(file: str, fields: Mapping[str, object], names: Iterable[str]) -> list[TextHit]:
    """Find names in the texts of some fields, as :func:`find_in_text` does.

    Args:
        file: name of the file.
        fields: pointer of each field -> its value as JSON gives it.
        names: the names.
    """
    texts = (
        (file, place, text)
        for field, value in fields.items()
        for place, text in _flatten(field, value)
    )
    return _find_names(texts, names)


def _find_names(texts: Iterable[tuple[str, str, str]], names: Iterable[str]) -> list[TextHit]:
    """Find names in texts, which come with their file and place."""
    given = [name for name in dict.fromkeys(names) if name.strip()]
    if not given:
        return []
    # The longest first: at one place "Google Cloud" is found, and not "Google".
    ranked = sorted(given, key=lambda name: (-len(name), name))
    words = ("|").join(r"\s+".join(map(re.escape, name.split())) for name in ranked)
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    spelled = {" ".join(name.split()) for name in given}
    hits = [hit for file, place, text in texts for hit in _find_in(pattern, file, place, text)]
    return sorted(hits, key=lambda hit: " ".join(hit.name.split()) not in spelled)


def _find_in(pattern: re.Pattern[str], file: str, place: str, text: str) -> Iterator[TextHit]:
    for match in pattern.finditer(text):
        start, end = match.span()
        before = text[max(0, start - CONTEXT_CHARS) : start]
        after = text[end : end + CONTEXT_CHARS]
        yield TextHit(file, place, before, match.group(), after)


def _iterate_texts(file: EpisodeFile) -> Iterator[tuple[str, str]]:
    """Yield the texts of a file with their places, those that people read first."""
    for field, value in file.values.items():
        yield from _flatten(f"/{field}", value)
    for rows in file.rows.values():
        for row in rows:
            for field, value in row.values.items():
                place = f"{row.pointer}/{field}"
                if not _ROW_NAME.fullmatch(place):
                    yield from _flatten(place, value)
    yield "body", file.body
    for number, comment in enumerate(file.comments):
        yield f"comment {number + 1}", comment


def _flatten(place: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _flatten(place + pointer_token(key), member)
    elif isinstance(value, list | tuple):
        for number, member in enumerate(value):
            yield from _flatten(place + pointer_token(number), member)
