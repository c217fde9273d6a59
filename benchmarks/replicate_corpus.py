"""A larger corpus from a small one: every file K times, as K different recordings.

    python benchmarks/replicate_corpus.py SOURCE TARGET --times K

The first copy is the file as it is. In the others the file's name, the address of the
recording and the words of the title carry the number of the copy, so that they are new
recordings; all else is the same. Files pass through one at a time.

A grown corpus measures time and memory, not quality: its quotes stand in K episodes each,
as adverts do.
"""

from __future__ import annotations

import argparse
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

# A field at the top level of the front matter, with the lines that continue it.
_TITLE = re.compile(r"^title:.*\n(?:[ \t]+.*\n)*", re.MULTILINE)
_ADDRESS = re.compile(r"^original_url:.*\n(?:[ \t]+.*\n)*", re.MULTILINE)
# A word of letters alone: never a part of an escape such as \u2019.
_WORD = re.compile(r"(?<![\\\w])[^\W\d_]{2,}(?!\w)")
_VIDEO = re.compile(r"(?<=v=|e/|s/|d/)[\w-]{11}(?![\w-])")
# What may be an id in an address: a run of letters and digits, but no percent-encoding.
_RUN = re.compile(r"%[0-9A-Fa-f]{2}|[0-9A-Za-z]{4,}")
_MEDIA = re.compile(r"(?=\.(?:mp3|m4a|mp4|wav|aac|ogg)\b(?!/))")
_HOST = re.compile(r"^.*?://[^/]*", re.DOTALL)
# A character of an id gives way to one of its own kind, so that ids keep their form.
_KINDS = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")


def copies(text: str, name: str, times: int) -> Iterator[tuple[str, str]]:
    """(name, text) of each copy of a file.

    >>> list(copies("---\\ntitle: On chips\\n---\\n", "a.md", 2))[1]
    ('a-copy1.md', '---\\ntitle: Onx1 chipsx1\\n---\\n')
    """
    yield name, text
    stem, dot, suffix = name.rpartition(".")
    for number in range(1, times):
        yield f"{stem}-copy{number}{dot}{suffix}", copy(text, number)


def copy(text: str, number: int) -> str:
    """The text as another recording.

    >>> copy("original_url: https://youtu.be/aaaaaaaaaaa\\n", 1)
    'original_url: https://youtu.be/46b0efb88bb\\n'
    >>> copy("original_url: https://example.org/show/a1b2-talk.mp3\\n", 2)
    'original_url: https://example.org/show/d7c3-talkx2.mp3\\n'
    """
    text = _TITLE.sub(lambda field: _retitled(field[0], number), text, count=1)
    return _ADDRESS.sub(lambda field: _readdressed(field[0], number), text, count=1)


def _retitled(field: str, number: int) -> str:
    head, colon, title = field.partition(":")
    return head + colon + _WORD.sub(lambda word: f"{word[0]}x{number}", title)


def _readdressed(field: str, number: int) -> str:
    if "youtu" in field:
        return _VIDEO.sub(lambda id_: _digest(f"{number} {id_[0]}")[:11], field)
    host = _HOST.match(field)
    start = host.end() if host else len(field)
    path = _RUN.sub(lambda run: _another(run[0], number), field[start:])
    return field[:start] + _MEDIA.sub(f"x{number}", path)


def _another(run: str, number: int) -> str:
    """A run with a digit in it, which may be an id, as another of its form."""
    if run[0] == "%" or run.isalpha():
        return run
    seeds = bytes.fromhex(_digest(f"{number} {run}")) * (len(run) // 32 + 1)
    return "".join(map(_of_its_kind, run, seeds))


def _of_its_kind(character: str, seed: int) -> str:
    kind = next(kind for kind in _KINDS if character in kind)
    return kind[seed % len(kind)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def grow(source: Path, target: Path, times: int) -> int:
    """Write the copies of every file of a folder; gives their number."""
    target.mkdir(parents=True, exist_ok=True)
    count = 0
    for path in sorted(source.rglob("*.md")):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        for name, copied in copies(text, path.name, times):
            (target / name).write_bytes(copied.encode("utf-8", "surrogateescape"))
            count += 1
    return count


def main() -> None:
    """Read the command line, and grow."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--times", type=int, default=4)
    arguments = parser.parse_args()
    print(grow(arguments.source, arguments.target, arguments.times), "files")


if __name__ == "__main__":
    main()
