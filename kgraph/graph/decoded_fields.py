"""Records of episodes of which only some fields are decoded.

Fields are in the order of :mod:`kgraph.graph.records`; what is not needed stays MessagePack.
"""

from __future__ import annotations

import msgspec

from kgraph.graph.records import JudgedShow, MentionEdge, Occurrence, Quote, ShowEdge


class EpisodeQuotes(msgspec.Struct, frozen=True, array_like=True):
    """An episode of which only the quotes are decoded."""

    slug: str
    files: msgspec.Raw
    show: msgspec.Raw
    mentions: msgspec.Raw
    quotes: tuple[Quote, ...]
    occurrences: tuple[Occurrence, ...]


class EpisodeMentions(msgspec.Struct, frozen=True, array_like=True):
    """An episode of which only the mentions are decoded."""

    slug: str
    files: msgspec.Raw
    show: msgspec.Raw
    mentions: tuple[MentionEdge, ...]


class RowName(msgspec.Struct, array_like=True, gc=False):
    """The decision on a row, of which only the surface is decoded."""

    file: msgspec.Raw
    index: msgspec.Raw
    surface: str


class MentionNames(msgspec.Struct, array_like=True, gc=False):
    """A mention edge of which only type, key and the names of rows are decoded."""

    type: str
    key: str
    label: msgspec.Raw
    confidence: msgspec.Raw
    rule: msgspec.Raw
    rows: tuple[RowName, ...]


class EpisodeNames(msgspec.Struct, array_like=True, gc=False):
    """An episode of which only the names of rows are decoded."""

    slug: str
    files: msgspec.Raw
    show: msgspec.Raw
    mentions: tuple[MentionNames, ...]


class FileSource(msgspec.Struct, frozen=True):
    """The values of a file, of which only the stated show is decoded."""

    source: str = ""


class StatingFile(msgspec.Struct, frozen=True, array_like=True):
    """A file of which only the stated show is decoded."""

    file: str
    sha256: msgspec.Raw
    values: FileSource


class EpisodeShow(msgspec.Struct, frozen=True, array_like=True):
    """An episode of which only the show is decoded, and what its files state."""

    slug: str
    files: tuple[StatingFile, ...]
    show: ShowEdge | None
    mentions: msgspec.Raw = msgspec.Raw()
    quotes: msgspec.Raw = msgspec.Raw()
    occurrences: msgspec.Raw = msgspec.Raw()
    counts_unlikely: bool = False
    judged_show: JudgedShow | None = None
