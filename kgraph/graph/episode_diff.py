"""Differences between the records of an episode in two graphs, field by field.

Takes two records; gives :class:`FieldChange`: what the episode's files say otherwise. What a build
decides from them (mentions, the show) is compared in :mod:`kgraph.graph.diff`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from kgraph.base.model import EpisodeFile, Row, dump_json
from kgraph.base.text import shorten
from kgraph.base.vocabulary import load_field_table

MAX_NAMED_VALUES = 5  #: values in the words on a list

#: Lists whose entries are short enough to name; of others they are counted.
_NAMED_LISTS = frozenset({"tags", "topics"})

#: Types of fields with values that are too long to give (``ontology/fields.yaml``).
_LONG_TYPES = frozenset({"text", "texts"})


class FieldChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field of an episode that changed; ``str()`` is a phrase.

    >>> print(FieldChange("date", "2025-09-01", "2025-09-02"))
    date 2025-09-01 -> 2025-09-02
    >>> print(FieldChange("tags", added=["chips", "fabs"], removed=["memory"], rows_added=2))
    tags added: chips, fabs; tags removed: memory
    >>> print(FieldChange("quotes", rows_added=2, rows_changed=1))
    quotes: 2 added, 1 changed
    """

    field: str  #: of front matter, or ``file``, ``show`` or ``body``
    before: str = ""  #: its value; "" for none, and for lists, long texts and unknown fields
    after: str = ""  #: its value now, as before
    added: list[str] = []  #: new tags, topics or files, sorted
    removed: list[str] = []  #: tags, topics or files that it had, sorted
    rows_added: int = 0  #: entries of a list that are new, by their text
    rows_removed: int = 0  #: entries of a list that are gone
    rows_changed: int = 0  #: entries of a list with the same text and other values beside it

    def __str__(self) -> str:
        if self.before or self.after:
            values = (shorten(value) or "none" for value in (self.before, self.after))
            return f"{self.field} {' -> '.join(values)}"
        phrases, counts = [], []
        for how, names, count in (
            ("added", self.added, self.rows_added),
            ("removed", self.removed, self.rows_removed),
            ("changed", [], self.rows_changed),
        ):
            if names:
                phrases.append(f"{self.field} {how}: {_join_names(names)}")
            elif count:
                counts.append(f"{count:,} {how}")
        if counts:
            phrases.append(f"{self.field}: {', '.join(counts)}")
        return "; ".join(phrases) or f"{self.field} changed"


def _join_names(names: Sequence[str]) -> str:
    listed = ", ".join(map(shorten, names[:MAX_NAMED_VALUES]))
    more = len(names) - MAX_NAMED_VALUES
    return f"{listed} and {more:,} more" if more > 0 else listed


class _RecordParts(msgspec.Struct, frozen=True, array_like=True):
    """An ``EpisodeGraph`` of which only the files are looked at, as bytes."""

    slug: msgspec.Raw
    files: msgspec.Raw


_split_record = msgspec.msgpack.Decoder(_RecordParts).decode
_decode_files = msgspec.msgpack.Decoder(tuple[EpisodeFile, ...]).decode


def compare_records(old: bytes, new: bytes) -> Iterator[FieldChange]:
    """Yield the fields in which two records of an episode differ, in the order of the field table.

    Args:
        old, new: each the MessagePack of an ``EpisodeGraph``.
    """
    old_files, new_files = (_split_record(record).files for record in (old, new))
    if bytes(old_files) != bytes(new_files):
        yield from _compare_files(_decode_files(old_files), _decode_files(new_files))


def _compare_files(old: Sequence[EpisodeFile], new: Sequence[EpisodeFile]) -> Iterator[FieldChange]:
    yield from _compare_names(old, new)
    table = load_field_table()
    for name, spec in table.episode.items():
        before, after = (_join_values(name, files) for files in (old, new))
        if before != after:
            values = () if spec.type in _LONG_TYPES else (before, after)
            yield FieldChange(name, *values)
    for name in table.rows:
        yield from _compare_rows(name, _list_rows(name, old), _list_rows(name, new))
    old_extra, new_extra = (_join_unknown_fields(files) for files in (old, new))
    for name in sorted(old_extra.keys() | new_extra.keys()):
        if old_extra.get(name) != new_extra.get(name):
            yield FieldChange(name)
    old_bodies, new_bodies = ([(f.body, f.comments) for f in files] for files in (old, new))
    if old_bodies != new_bodies:
        yield FieldChange("body")


def _compare_names(old: Sequence[EpisodeFile], new: Sequence[EpisodeFile]) -> Iterator[FieldChange]:
    old_names, new_names = ({file.file for file in files} for files in (old, new))
    added, removed = sorted(new_names - old_names), sorted(old_names - new_names)
    if len(added) == len(removed) == 1:
        yield FieldChange("file", removed[0], added[0])
    elif added or removed:
        yield FieldChange("file", added=added, removed=removed)


def _join_values(name: str, files: Sequence[EpisodeFile]) -> str:
    """Return the different values of a field in the files of an episode, the main file's first."""
    values = []
    for file in files:
        value = file.values.get(name)
        text = value if isinstance(value, str) else "" if value is None else dump_json(value)
        if text and name == "date" and file.date_is_fallback:
            text += " (day of processing)"
        values.append(text)
    return "; ".join(text for text in dict.fromkeys(values) if text)


def _join_unknown_fields(files: Sequence[EpisodeFile]) -> Mapping[str, list[str]]:
    """Return the values of each unknown field, file by file."""
    values: dict[str, list[str]] = {}
    for file in files:
        for name, value in file.extra.items():
            values.setdefault(name, []).append(value)
    return values


def _list_rows(name: str, files: Sequence[EpisodeFile]) -> list[Row]:
    return [row for file in files for row in file.rows.get(name, ())]


def _compare_rows(name: str, old: Sequence[Row], new: Sequence[Row]) -> Iterator[FieldChange]:
    if old == new:
        return
    field = load_field_table().rows[name].scalar
    old_texts, new_texts = (Counter(row.text(field) for row in rows) for rows in (old, new))
    old_values, new_values = (Counter(dump_json(row.values) for row in rows) for rows in (old, new))
    added, removed = new_texts - old_texts, old_texts - new_texts
    changed = (old_texts & new_texts).total() - (old_values & new_values).total()
    if added or removed or changed:
        is_named = name in _NAMED_LISTS
        yield FieldChange(
            name,
            added=sorted(added) if is_named else [],
            removed=sorted(removed) if is_named else [],
            rows_added=added.total(),
            rows_removed=removed.total(),
            rows_changed=changed,
        )
