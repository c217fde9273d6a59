"""The file of judgements, a YAML list under version control: one judgement an item.

Every function raises DataError for a file that is not such a list.

Invariants:
    * a judgement is added at the end of the file, and only the lines of a removed one go;
    * a judgement that contradicts one in the file, or says what one says already, is not added;
    * one writer at a time reads the file, checks it and replaces it: no judgement is lost.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import NamedTuple

import msgspec
import yaml

from kgraph.base.errors import DataError, InputError, explain_os_error
from kgraph.base.files import lock_changes, replace_file
from kgraph.base.named_file import read_regular_file
from kgraph.base.vocabulary import YAML_LOADER
from kgraph.resolve.judgement import Judgement, check_judgement, parse_judgement
from kgraph.resolve.judgement_table import build_judgement_table

JUDGEMENTS_FILE = Path("data/judgements.yaml")  #: the default, below the current folder

Judgements = Sequence[Judgement]  #: in the order of their file

LOCK_TIMEOUT_S = 10  #: to wait for other writers of the file

#: What to do about a file that is no YAML.
_ADVICE = "write each judgement as - {verb: reject, names: [NAME]}, names with commas in quotes"

_VALUE_ADVICE = "write a date as 2025-10-31, and values without tags"

# Tokens without text, which precede whatever comes next.
_CLOSING_TOKENS = (yaml.BlockEndToken, yaml.DocumentEndToken, yaml.StreamEndToken)
_REST_OF_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")


def load_judgements(path: Path) -> tuple[Judgement, ...]:
    """Load the judgements of a file with their lines, none where there is no file."""
    return _parse_list(path, _read_text(path)) if path.exists() else ()


class Appended(NamedTuple):
    """Judgements that were to be appended, each with its line."""

    written: tuple[Judgement, ...]
    present: tuple[Judgement, ...]  #: that said the same before, and remain as they are


def append_judgements(
    path: Path,
    judgements: Judgements,
    resolve: Callable[[Judgements, Judgements], Judgements] | None = None,
) -> Appended:
    """Append judgements to a file, all of them or none, but for those that it has already.

    The file is created if needed, and left as it is if it has all. Other writers wait.

    Args:
        resolve: takes these and those of the file; returns what to append in place of these.

    Raises:
        InputError: a judgement is not valid.
        DataError: one contradicts another one, or the file cannot be written or extended.
    """
    judgements = tuple(map(check_judgement, judgements))
    with _open_for_change(path) as target:
        text = _read_text(path) if path.exists() else ""
        earlier = _parse_list(path, text)
        if resolve is not None:
            judgements = resolve(judgements, earlier)
        by_meaning = {judgement.meaning: judgement for judgement in reversed(earlier)}
        present = tuple(by_meaning[j.meaning] for j in judgements if j.meaning in by_meaning)
        added = list({j.meaning: j for j in judgements if j.meaning not in by_meaning}.values())
        build_judgement_table((*earlier, *added), str(path))
        if not added:
            return Appended((), present)
        lines = ("" if text[-1:] in {"", "\n"} else "\n") + "".join(map(_format_item, added))
        if not _contains_exactly(path, text + lines, (*earlier, *added)):
            raise DataError(
                f"{path}: no line can be added at its end: start each judgement with '- ' at the "
                "start of a line"
            )
        _write_text(target, text + lines)
        return Appended(_parse_list(path, text + lines)[len(earlier) :], present)


def _format_item(judgement: Judgement) -> str:
    flow = yaml.safe_dump(
        msgspec.to_builtins(judgement),
        default_flow_style=True,
        allow_unicode=True,
        width=1 << 20,
        sort_keys=False,
    )
    return f"- {flow.strip()}\n"


def remove_judgements(
    path: Path, lines: Sequence[int] = (0,), expected: Sequence[Judgement] = ()
) -> tuple[Judgement, ...]:
    """Remove judgements from a file, which is replaced atomically; return them in its order.

    Other writers wait.

    Args:
        lines: on which the judgements begin, from 1; 0 for the last judgement.
        expected: what the caller saw on each line, if other judgements must not be removed.

    Raises:
        InputError: there is no judgement, or none begins on a line, or it is another one.
        DataError: the file cannot be written, or a judgement shares its lines with others.
    """
    if not path.exists():
        raise InputError(f"{path}: there is no judgement to undo")
    with _open_for_change(path) as target:
        text = _read_text(path)
        judgements = _parse_list(path, text)
        pairs = zip_longest(lines, expected)
        indices = sorted({find_judgement(path, judgements, *pair) for pair in pairs})
        spans = list(_item_spans(text))
        are_apart = len(spans) == len(judgements)
        if are_apart:
            for index in reversed(indices):  # from the end, so that the spans before it stay
                start, stop = spans[index]
                text = text[:start] + text[stop:]
        removed = tuple(judgements[index] for index in indices)
        remaining = [judgement for n, judgement in enumerate(judgements) if n not in indices]
        if not are_apart or not _contains_exactly(path, text, remaining):
            begun = ", ".join(str(judgement.line) for judgement in removed)
            raise DataError(
                f"{path}:{begun}: a judgement here shares its lines with others: delete it with "
                "an editor"
            )
        _write_text(target, text)
    return removed


def find_judgement(
    path: Path, judgements: Sequence[Judgement], line: int, expected: Judgement | None = None
) -> int:
    """Return the index of the judgement that begins on a line; of the last one for line 0.

    Raises:
        InputError: there is no judgement, or none begins on that line, or it is not the expected.
    """
    if not judgements:
        raise InputError(f"{path}: there is no judgement to undo")
    lines = [judgement.line for judgement in judgements]
    if line and line not in lines:
        raise InputError(
            f"{path}:{line}: no judgement begins on this line: `kgraph judge --list` shows where "
            "each begins"
        )
    index = lines.index(line) if line else len(judgements) - 1
    if expected and judgements[index].without_line() != expected.without_line():
        raise InputError(
            f"{path}:{lines[index]}: {judgements[index]} is here by now, not {expected}: "
            "look again where it is"
        )
    return index


@contextmanager
def _open_for_change(path: Path) -> Iterator[Path]:
    """Keep other writers of the file out; yield the file itself, behind any link."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = Path(os.path.realpath(path))
        with lock_changes(target, LOCK_TIMEOUT_S):
            yield target
    except TimeoutError as error:
        raise DataError(
            f"{path}: another program has been writing here for {LOCK_TIMEOUT_S} seconds: try again"
        ) from error
    except OSError as error:
        raise DataError(f"{path}: {explain_os_error(error)}") from error


def _write_text(path: Path, text: str) -> None:
    with replace_file(path, keep_mode=path.exists(), is_durable=True) as file:
        file.write(text.encode())


def _read_text(path: Path) -> str:
    try:
        return read_regular_file(path).decode()  # with its line breaks
    except OSError as error:
        raise DataError(f"{path}: {explain_os_error(error)}") from error
    except UnicodeDecodeError as error:
        content: bytes = error.object
        position = _locate(path, content[: error.start].decode())
        byte = content[error.start]
        raise DataError(f"{position}: byte 0x{byte:02x} is not UTF-8: save it in UTF-8") from error


def _locate(path: Path, before: str) -> str:
    lines = before.split("\n")
    return f"{path}:{len(lines)}:{len(lines[-1]) + 1}"


def _parse_list(path: Path, text: str) -> tuple[Judgement, ...]:
    try:
        node = yaml.compose(text, YAML_LOADER)
    except yaml.MarkedYAMLError as error:
        raise DataError(_describe_yaml_error(path, error)) from error
    except yaml.reader.ReaderError as error:
        # Its position is of bytes or of characters, depending on the loader.
        position = _locate(path, text.partition(chr(error.character))[0])
        raise DataError(
            f"{position}: U+{error.character:04X}: {error.reason}: remove the character"
        ) from error
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise DataError(f"{path}:1: expected a list of judgements: start each with '- '")
    return tuple(_parse_item(path, item) for item in node.value)


def _describe_yaml_error(path: Path, error: yaml.MarkedYAMLError) -> str:
    """Describe what is wrong on one line: where, what, and what to do."""
    mark, began = error.problem_mark or error.context_mark, error.context_mark
    position = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
    context = f"{error.context} of line {began.line + 1}, " if began and error.context else ""
    return f"{position}: {context}{error.problem}: {_ADVICE}"


def _parse_item(path: Path, node: yaml.Node) -> Judgement:
    line = node.start_mark.line + 1
    # YAML would take the last of two equal fields without an error.
    fields = [key.value for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
    for field in fields:
        if fields.count(field) > 1:
            raise DataError(f"{path}:{line}: {field} appears twice: delete one")
    try:
        raw = YAML_LOADER("").construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise DataError(_describe_yaml_error(path, error)) from error
    except (ValueError, LookupError, AttributeError) as error:
        position = f"{path}:{line}:{node.start_mark.column + 1}"
        # The first is of a date such as 2025-13-01; the words of the others are of Python.
        words = error if isinstance(error, ValueError) else "a value is not what its tag says"
        raise DataError(f"{position}: {words}: {_VALUE_ADVICE}") from error
    if isinstance(raw, dict) and isinstance(raw.get("date"), date):  # as YAML 1.1 reads it
        raw["date"] = raw["date"].isoformat()
    judgement = parse_judgement(raw)
    if isinstance(judgement, str):
        raise DataError(f"{path}:{line}: {judgement}")
    return msgspec.structs.replace(judgement, line=line)


def _contains_exactly(path: Path, text: str, judgements: Sequence[Judgement]) -> bool:
    try:
        parsed = _parse_list(path, text)
    except DataError:
        return False
    return [j.without_line() for j in parsed] == [j.without_line() for j in judgements]


def _item_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each item's lines, with comments on its last line.

    Comments and empty lines between two items belong to neither.
    """
    tokens = list(yaml.scan(text, Loader=yaml.SafeLoader))
    dashes = [n for n, token in enumerate(tokens) if isinstance(token, yaml.BlockEntryToken)]
    column = tokens[dashes[0]].start_mark.column if dashes else 0
    items = [n for n in dashes if tokens[n].start_mark.column == column]
    for first, following in pairwise([*items, len(tokens)]):
        own = [t for t in tokens[first:following] if not isinstance(t, _CLOSING_TOKENS)]
        start = tokens[first].start_mark.index - column
        stop = max(token.end_mark.index for token in own)
        stop = start + len(text[start:stop].rstrip())
        line_end = _REST_OF_LINE.match(text, stop)
        yield start, line_end.end() if line_end else stop
