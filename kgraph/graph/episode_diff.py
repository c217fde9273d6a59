"""Differences between the records of an episode in two graphs, field by field.

Takes two records; gives :class:`FieldChange`: what the episode's files say otherwise. What a build
decides from them (mentions, the show) is compared in :mod:`kgraph.graph.diff`.

Invariant: the files of an episode are compared as one, whose lists have each entry as often as the
file that has it most often. So a file that only repeats what others say adds nothing but its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

import msgspec

from kgraph.base.model import EpisodeFile, Row, dump_json, format_confidence
from kgraph.base.text import shorten
from kgraph.base.vocabulary import load_field_table
from kgraph.graph.records import ShowEdge

KeyT = TypeVar("KeyT", bound=Hashable)

MAX_NAMED_VALUES = 5  #: values in the words on a list

#: Lists whose entries are short enough to name; of others they are counted.
_NAMED_LISTS = frozenset({"tags", "topics"})

#: Types of fields with values that are too long to give (``ontology/fields.yaml``).
_LONG_TYPES = frozenset({"text", "texts"})


class FieldChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field of an episode or entity that changed; ``str()`` is a phrase.

    >>> print(FieldChange("date", "2025-09-01", "2025-09-02"))
    date 2025-09-01 -> 2025-09-02
    >>> print(FieldChange("tags", added=["chips", "fabs"], removed=["memory"], rows_added=2))
    tags added: chips, fabs; tags removed: memory
    >>> print(FieldChange("quotes", rows_added=2, rows_changed=1))
    quotes: 2 added, 1 changed
    >>> print(FieldChange("show", unknown="removed"))
    unknown field show removed
    """

    field: str  #: of front matter, or ``file``, ``show`` or ``body``; of an entity, of the lexicon
    before: str = ""  #: its value; "" for none, and for lists, long texts and unknown fields
    after: str = ""  #: its value now, as before
    added: list[str] = []  #: new tags, topics, files, or names of an entity, sorted
    removed: list[str] = []  #: those that it had, sorted
    rows_added: int = 0  #: entries of a list that are new, by their text
    rows_removed: int = 0  #: entries of a list that are gone
    rows_changed: int = 0  #: entries of a list with the same text and other values beside it
    #: How a field of front matter changed that kgraph does not know, whatever its name; "" if it
    #: is none.
    unknown: Literal["", "added", "removed", "changed"] = ""

    def __str__(self) -> str:
        if self.unknown:
            return f"unknown field {self.field} {self.unknown}"
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
    """An ``EpisodeGraph`` of which only the files, as bytes, and the show are looked at."""

    slug: msgspec.Raw
    files: msgspec.Raw
    show: ShowEdge | None


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


def has_other_confidence(old: bytes, new: bytes) -> bool:
    """Return whether two records have the same show with another confidence, as it is shown.

    Args:
        old, new: as of :func:`compare_records`.
    """
    before, after = (_split_record(record).show for record in (old, new))
    if before is None or after is None or before.target != after.target:
        return False
    return format_confidence(before.confidence) != format_confidence(after.confidence)


def _compare_files(old: Sequence[EpisodeFile], new: Sequence[EpisodeFile]) -> Iterator[FieldChange]:
    yield from _compare_names(old, new)
    table = load_field_table()
    for name, spec in table.episode.items():
        before, after = (_join_values(name, files) for files in (old, new))
        if before != after:
            values = () if spec.type in _LONG_TYPES else (before, after)
            yield FieldChange(name, *values)
    for name in table.rows:
        yield from _compare_rows(name, old, new)
    old_extra, new_extra = (_join_unknown_fields(files) for files in (old, new))
    for name in sorted(old_extra.keys() | new_extra.keys()):
        if name not in old_extra:
            yield FieldChange(name, unknown="added")
        elif name not in new_extra:
            yield FieldChange(name, unknown="removed")
        elif old_extra[name] != new_extra[name]:
            yield FieldChange(name, unknown="changed")
    if _collect_bodies(old) != _collect_bodies(new):
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


def _join_unknown_fields(files: Sequence[EpisodeFile]) -> Mapping[str, set[str]]:
    """Return the different values of each unknown field."""
    values: dict[str, set[str]] = {}
    for file in files:
        for name, value in file.extra.items():
            values.setdefault(name, set()).add(value)
    return values


def _collect_bodies(files: Sequence[EpisodeFile]) -> tuple[set[str], set[str]]:
    comments = {comment for file in files for comment in file.comments}
    return {file.body for file in files} - {""}, comments


def _compare_rows(
    name: str, old: Sequence[EpisodeFile], new: Sequence[EpisodeFile]
) -> Iterator[FieldChange]:
    old_lists, new_lists = ([file.rows.get(name, ()) for file in files] for files in (old, new))
    if old_lists == new_lists:
        return
    field = load_field_table().rows[name].scalar

    def make_pair(row: Row) -> tuple[str, str]:
        return row.text(field), dump_json(row.values)

    lists = (old_lists, new_lists)
    old_texts, new_texts = (_count_entries(of, lambda row: row.text(field)) for of in lists)
    old_pairs, new_pairs = (_count_entries(of, make_pair) for of in lists)
    added, removed = new_texts - old_texts, old_texts - new_texts
    gained = Counter(text for text, _ in (new_pairs - old_pairs).elements())
    lost = Counter(text for text, _ in (old_pairs - new_pairs).elements())
    changed = sum(
        max(0, max(gained[text], lost[text]) - added[text] - removed[text])
        for text in old_texts & new_texts
    )
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


def _count_entries(
    lists: Iterable[Sequence[Row]], make_key: Callable[[Row], KeyT]
) -> Counter[KeyT]:
    """Count the entries of a list in several files, each as often as the file with most of it."""
    counts: Counter[KeyT] = Counter()
    for rows in lists:
        counts |= Counter(map(make_key, rows))
    return counts
