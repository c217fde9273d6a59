"""Name the files of notes: readable, and safe on Windows, macOS, Linux and in Obsidian.

Windows forbids some characters, names of devices, and dots and blanks at an end
(https://learn.microsoft.com/windows/win32/fileio/naming-a-file). Obsidian cannot link to a name
with ``[ ] # ^ |``. The Open Knowledge Format reserves ``index`` and ``log``.

Invariants:
    * no two paths differ in case or composition of letters alone;
    * a name depends on its own thing, unless it would be that of another one: then each of them
      ends in digits of its own id.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from kgraph.base.text import hex_digest
from kgraph.export.note_text import make_line

NAME_LIMIT = 100  #: characters of a name; a path on Windows may have 259
NAME_LIMIT_BYTES = 180  #: in UTF-8; a name on Linux may have 255

_DEVICES = {
    *("con", "prn", "aux", "nul", "conin$", "conout$"),
    *(f"{device}{digit}" for device in ("com", "lpt") for digit in "0123456789¹²³"),
}
RESERVED_NAMES = frozenset({*_DEVICES, "index", "log"})

_DROPPED = re.compile(r'[*?"<>^#`%]')
_BREAKS = re.compile(r"\s+[\\/|]+\s*|[\\/|]+\s+|:+(?=\s|$)")
_JOINTS = re.compile(r"[\\/|:]+")


def make_file_name(text: str) -> str:
    """Return a text as the name of a file, without a suffix.

    >>> make_file_name('#472 - "Terence" Tao: Maths | AI/ML?')
    '472 - Terence Tao - Maths - AI-ML'
    >>> make_file_name("CON"), make_file_name("?")
    ('_CON', 'untitled')
    """
    name = unicodedata.normalize("NFC", make_line(text))
    name = _JOINTS.sub("-", _BREAKS.sub(" - ", _DROPPED.sub("", name)))
    name = name.replace("[", "(").replace("]", ")")
    name = _cut(" ".join(name.split()).lstrip(" .-"))
    if name.partition(".")[0].rstrip().lower() in RESERVED_NAMES:
        name = f"_{name}"
    return name or "untitled"


def _cut(name: str) -> str:
    """Shorten a name at the end of a word, and never within a character of several signs."""
    short = name[:NAME_LIMIT].encode()[:NAME_LIMIT_BYTES].decode("utf-8", "ignore")
    if short != name:
        word = short.rpartition(" ")[0]
        if len(word) > len(short) // 2:
            short = word
        else:
            while short and _joins(name[len(short)], short[-1]):
                short = short[:-1]
    return short.rstrip(" .-")


def _joins(following: str, last: str) -> bool:
    joiner = "\u200d"
    return (
        bool(unicodedata.combining(following))
        or joiner in (following, last)
        or (following == "\ufe0f")
    )


def assign_names(wanted: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a name for each id of pairs of id and text; no two differ in case alone.

    >>> assign_names([("a", "Meta"), ("b", "META"), ("c", "Nvidia")])
    {'a': 'Meta ca978112', 'b': 'META 3e23e816', 'c': 'Nvidia'}
    """
    names = {id_: make_file_name(text) for id_, text in wanted}
    while same := _list_alike(names):
        for id_ in same:
            names[id_] += f" {hex_digest(id_, 8)}"
    return names


def _list_alike(names: Mapping[str, str]) -> list[str]:
    """List the ids whose names a file system may take for one another."""
    ids: dict[str, list[str]] = defaultdict(list)
    for id_, name in names.items():
        ids[_fold(name)].append(id_)
    return [id_ for same in ids.values() if len(same) > 1 for id_ in same]


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
